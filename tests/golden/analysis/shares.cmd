gdlc check shares.gdl
gdlc check --format json --counts shares.gdl
