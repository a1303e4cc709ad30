gdlc diff _base.gdl _other.gdl
