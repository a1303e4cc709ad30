# A patient whom the guideline excludes is an error of the case, whatever else is open or wrong in it.
echo '{"fever":true,"liver":"normal","age":0,"weight":25,"drugs":[],"allergy":true}' | gdlc eval _pain.gdl --case -
echo '{"age":0,"weight":{"at_least":21}}' | gdlc eval _pain.gdl --case -
echo '{"age":0,"weight":25,"livr":"normal"}' | gdlc eval _pain.gdl --case - --format json
d=$(mktemp -d) && gdlc build _pain.gdl --strip -o $d/p.gdlb 2>$d/e && echo '{"age":0,"weight":25}' | gdlc eval $d/p.gdlb --case -; s=$?; rm -r $d; exit $s
# A default that nobody could have beside the rest is dropped: the fact is open.
echo '{"arm":"left"}' | gdlc eval _dropped.gdl --case -
echo '{"arm":"right"}' | gdlc eval _dropped.gdl --case -
echo '{"arm":"left","handed":null}' | gdlc eval _dropped.gdl --case -
