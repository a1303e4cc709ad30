gdlc check --format json known_witness.gdl
