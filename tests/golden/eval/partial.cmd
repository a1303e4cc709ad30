# Until partial cases are answered, one that leaves facts open says so.
echo '{"fever":true,"age":40}' | gdlc eval _pain.gdl --case -
echo '{"fever":true,"age":40}' | gdlc eval _pain.gdl --case - --format json
