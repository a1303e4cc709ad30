gdlc diff _base.gdl _texts.gdl
gdlc diff --format json _base.gdl _texts.gdl
