echo '{"fever":"yes","livr":"normal","age":140,"weight":{"value":70,"unit":"mmol/L"},"drugs":["aspirin"]}' | gdlc eval _pain.gdl --case -
echo '{"fever":true,"liver":"normal","age":0,"weight":25,"drugs":[]}' | gdlc eval _pain.gdl --case -
echo '{"fever":true,' | gdlc eval _pain.gdl --case -
echo '{"fever":true,"fever":false}' | gdlc eval _pain.gdl --case -
printf '' | gdlc eval _pain.gdl --case -
gdlc eval _pain.gdl --case missing.json
