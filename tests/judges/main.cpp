// The judges: what `check` reports against brute force, Z3, BuDDy, and against itself on guidelines that are changed
// in ways whose effect is known. How many guidelines: support/fuzz_count.h.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
