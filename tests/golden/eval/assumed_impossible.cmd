# Nobody said that she is not pregnant: the guideline does.
echo '{"age":70}' | gdlc eval _assumed.gdl --case -
