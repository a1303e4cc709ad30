echo '{"fever":true,"liver":"abnormal","age":40,"weight":70,"drugs":[],"allergy":true}' | gdlc eval _pain.gdl --case - --exit-code
