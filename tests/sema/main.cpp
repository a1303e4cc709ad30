// Tests of the language: what a text means as a model, and what the model means as advice.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
