# What was built in spite of findings says so in every answer.
d=$(mktemp -d) && gdlc build _unchecked.gdl -o $d/p.gdlb 2>$d/e; s=$?; ls $d; rm -r $d; exit $s
d=$(mktemp -d) && gdlc build _unchecked.gdl --unchecked -o $d/p.gdlb 2>$d/e && echo '{"fever":true}' | gdlc eval $d/p.gdlb --case -; s=$?; rm -r $d; exit $s
d=$(mktemp -d) && gdlc build _unchecked.gdl --unchecked --strip -o $d/p.gdlb 2>$d/e && echo '{"fever":false}' | gdlc eval $d/p.gdlb --case - --format json; s=$?; rm -r $d; exit $s
