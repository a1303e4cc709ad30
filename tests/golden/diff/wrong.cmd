gdlc diff _base.gdl _wrong.gdl
gdlc diff --format json _wrong.gdl _base.gdl
gdlc diff _base.gdl
gdlc diff _base.gdl _missing.gdl
