gdlc check narrowed.gdl
gdlc check --notes narrowed.gdl
gdlc check --format json narrowed.gdl
