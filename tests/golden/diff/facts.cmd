gdlc diff _base.gdl _facts.gdl
gdlc diff --format json _base.gdl _facts.gdl
