gdlc diff _rows.gdl _rows_2.gdl
gdlc diff --effort 200 _rows.gdl _rows_2.gdl
gdlc diff --effort 200 --format json _rows.gdl _rows_2.gdl
