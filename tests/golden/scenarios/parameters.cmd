gdlc test _parameters.gdl
