gdlc diff _base.gdl _filled.gdl
gdlc diff _filled.gdl _base.gdl
