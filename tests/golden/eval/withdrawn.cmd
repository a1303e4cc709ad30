echo '{"fever":true,"liver":"abnormal","age":3,"weight":14,"drugs":["warfarin"]}' | gdlc eval _pain.gdl --case -
echo '{"fever":true,"liver":"abnormal","age":3,"weight":14,"drugs":["warfarin"]}' | gdlc eval _pain.gdl --case - --format json
