# What was built from a source says what the source says. Of a stripped program less can be compared.
d=$(mktemp -d) && gdlc build _pain.gdl -o $d/p.gdlb 2>/dev/null && gdlc verify _pain.gdl $d/p.gdlb; s=$?; rm -r $d; exit $s
d=$(mktemp -d) && gdlc build _pain.gdl -o $d/p.gdlb 2>/dev/null && gdlc verify _pain.gdl $d/p.gdlb --format json; s=$?; rm -r $d; exit $s
d=$(mktemp -d) && gdlc build _pain.gdl --strip -o $d/p.gdlb 2>/dev/null && gdlc verify _pain.gdl $d/p.gdlb; s=$?; rm -r $d; exit $s
