// Engines against the oracle, on guidelines that a generator writes. GDL_FUZZ_COUNT raises the number of
// guidelines, GDL_FUZZ_SEED moves to others.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
