gdlc test _hangs_on.gdl
