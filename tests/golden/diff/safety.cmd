gdlc diff _safety.gdl _safety_2.gdl
