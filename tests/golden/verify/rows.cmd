# Rows that differ: what a rule advises and how it is withdrawn, a rule that one side has not, a fact's range.
d=$(mktemp -d) && sed "s/recommend paracetamol | ibu/consider paracetamol | ibu/; s/ overrides relief.light//; s/per_day: 1..3/per_day: 1..2/" _pain.gdl >$d/n.gdl && gdlc build $d/n.gdl -o $d/p.gdlb --unchecked 2>/dev/null && gdlc verify _pain.gdl $d/p.gdlb; s=$?; rm -r $d; exit $s
d=$(mktemp -d) && sed "/^safety rule/d" _pain.gdl >$d/n.gdl && gdlc build $d/n.gdl -o $d/p.gdlb --unchecked 2>/dev/null && gdlc verify _pain.gdl $d/p.gdlb; s=$?; rm -r $d; exit $s
d=$(mktemp -d) && sed "s/0..120 years/0..110 years/" _pain.gdl >$d/n.gdl && gdlc build $d/n.gdl -o $d/p.gdlb --unchecked 2>/dev/null && gdlc verify _pain.gdl $d/p.gdlb; s=$?; rm -r $d; exit $s
