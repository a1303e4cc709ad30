# A decision that says `partial` may have nothing to say: no alarm.
echo '{"smoker":false}' | gdlc eval _reminders.gdl --case -
echo '{}' | gdlc eval _reminders.gdl --case -
echo '{"smoker":false}' | gdlc eval _reminders.gdl --case - --format json
