# Programs that are none, or no longer: each says what it is and what to do.
printf 'not a program' >/tmp/gdl-bad.gdlb && gdlc eval /tmp/gdl-bad.gdlb --case /dev/null; s=$?; rm -f /tmp/gdl-bad.gdlb; exit $s
printf '\211GDL\012\032\012 and more' | gdlc eval - --case /dev/null
printf '\211GDL\015\012\032\012' | gdlc eval - --case /dev/null
printf '\211GDL\015\012\032\012\011\000\000\000%052d' 0 | gdlc eval - --case /dev/null
printf '\211GDL\015\012\032\012\011\000\000\000%052d' 0 | gdlc eval - --case /dev/null --format json
