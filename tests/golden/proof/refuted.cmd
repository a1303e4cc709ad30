# Diagrams do not decide it within this effort, and a solver does: what proves it is kept.
gdlc check _care.gdl --effort 20000
d=$(mktemp -d) && gdlc check _care.gdl --effort 20000 --format json --proof $d/p/ && cd $d/p && ls && cat index.json && head -3 *.cnf && tail -3 *.drat; s=$?; rm -r $d; exit $s
# With diagrams there is nothing to keep; the folder may be there if it is empty.
d=$(mktemp -d) && gdlc check _care.gdl --format json --proof $d && cat $d/index.json; s=$?; rm -r $d; exit $s
# Nothing is written where something is wrong.
gdlc check _care.gdl _care.gdl --proof p
gdlc check _care.gdl --proof _care.gdl
gdlc check _care.gdl --proof no/such/folder
f=$PWD/_care.gdl; d=$(mktemp -d) && cd $d && mkdir p && touch p/mine && gdlc check $f --proof p; s=$?; ls . p; rm -r $d; exit $s
f=$PWD/_care.gdl; d=$(mktemp -d) && cd $d && sed 's/recommend/recomend/' $f >n.gdl && gdlc check n.gdl --proof p >out; s=$?; rm out; ls; rm -r $d; exit $s
