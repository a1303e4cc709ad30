gdlc diff _warned.gdl _warned_2.gdl
