gdlc check --effort 1 _undecided.gdl
gdlc check --effort 30 _undecided.gdl
gdlc check --effort 30 --allow-unknown --format json _undecided.gdl
