# What is no program, or cannot be read.
printf 'not a program' | gdlc verify _pain.gdl -
printf '\211GDL\015\012\032\012' | gdlc verify _pain.gdl - --format json
gdlc verify _pain.gdl missing.gdlb
gdlc verify missing.gdl -
printf 'guideline' | gdlc verify - _pain.gdl
