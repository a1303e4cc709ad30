printf 'not a program' >/tmp/gdl-bad.gdlb && gdlc eval /tmp/gdl-bad.gdlb --case - </dev/null; rm -f /tmp/gdl-bad.gdlb
