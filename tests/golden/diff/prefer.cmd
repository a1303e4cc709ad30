gdlc diff _prefer.gdl _prefer_2.gdl
