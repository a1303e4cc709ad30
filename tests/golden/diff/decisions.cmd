gdlc diff _base.gdl _decisions.gdl
