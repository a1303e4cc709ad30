# What is open: statuses, what they hang on, what to ask; why, and what would change it.
echo '{"fever":true,"age":40}' | gdlc eval _pain.gdl --case -
echo '{"fever":true,"age":40}' | gdlc eval _pain.gdl --case - --format json
echo '{}' | gdlc eval _pain.gdl --case - --exit-code
echo '{"fever":true,"age":40}' | gdlc eval _pain.gdl --case - --steps 1
echo '{"fever":true,"liver":"normal","age":70,"weight":70,"drugs":[],"allergy":false}' | gdlc eval _pain.gdl --case - --explain
echo '{"fever":true,"liver":"normal","age":70,"weight":70,"drugs":[],"allergy":false}' | gdlc eval _pain.gdl --case - --explain --format json
