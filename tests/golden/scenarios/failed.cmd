gdlc test _failing.gdl
