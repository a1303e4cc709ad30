gdlc check --effort 1 _undecided.gdl
gdlc check --effort 40 _undecided.gdl
gdlc check --effort 40 --allow-unknown --format json _undecided.gdl
