gdlc diff _base.gdl _base.gdl
gdlc diff --format json _base.gdl _base.gdl
