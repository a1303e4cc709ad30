gdlc test _passing.gdl
