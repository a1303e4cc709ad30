gdlc test --effort 20 _undecided.gdl
gdlc test --effort 150 _undecided.gdl
gdlc test _undecided.gdl
