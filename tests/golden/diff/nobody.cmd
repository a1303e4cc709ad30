gdlc diff _nobody.gdl _nobody_2.gdl
