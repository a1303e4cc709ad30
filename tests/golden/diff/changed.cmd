gdlc diff _base.gdl _changed.gdl
gdlc diff --format json _base.gdl _changed.gdl
