echo '{"fever":true,"liver":"normal","age":40,"weight":70,"drugs":["ssri"]}' | gdlc eval _pain.gdl --case - --audience patient
echo '{"fever":true,"liver":"normal","age":40,"weight":70,"drugs":["ssri"]}' | gdlc eval _pain.gdl --case - --audience patient --locale de-CH --format json
