// The documentation as it is read: sessions are run, examples are checked, links are followed, and what
// lists a table of the code is held to it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
