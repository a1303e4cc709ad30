// What is installed, as others find it: projects outside of this one are built against it and run.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
