# A misspelt audience would show titles that were written for others.
echo '{}' | gdlc eval _pain.gdl --case - --audience patients
echo '{}' | gdlc eval _pain.gdl --case - --audience patient --locale tlh --steps 1
