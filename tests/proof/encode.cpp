// What stands for facts and gates, against truth tables.
#include "proof/encode.h"

#include <doctest/doctest.h>

#include "formulas.h"

using namespace gdl::proof;
using gdl::Bits;

TEST_CASE("of a choice's values exactly one holds, each in just one model") {
  for (std::size_t values = 1; values <= 9; ++values) {
    CAPTURE(values);
    Cnf cnf;
    std::vector<Lit> value = choice(cnf, values);
    REQUIRE(value.size() == values);
    std::vector<Bits> all = models(cnf);
    CHECK(all.size() == values);
    for (const Bits& model : all) {
      CHECK(std::count_if(value.begin(), value.end(), [&](Lit l) { return holds(model, l); }) == 1);
    }
    for (Lit l : value) {
      CHECK(std::any_of(all.begin(), all.end(), [&](const Bits& m) { return holds(m, l); }));
    }
  }
}

TEST_CASE("a thousand values take a few clauses each") {
  Cnf cnf;
  choice(cnf, 1000);
  CHECK(cnf.clauses() < 5000);
}

TEST_CASE("a gate is what it is defined to be, and leaves its inputs free") {
  for (std::size_t inputs = 0; inputs <= 4; ++inputs) {
    CAPTURE(inputs);
    Cnf cnf;
    std::vector<Lit> in;
    for (std::size_t i = 0; i < inputs; ++i) in.emplace_back(cnf.add_variable(), i % 2 == 0);
    Lit all = all_of(cnf, in);
    Lit any = any_of(cnf, in);
    std::vector<Bits> rows = models(cnf);
    CHECK(rows.size() == std::size_t{1} << inputs);
    for (const Bits& row : rows) {
      auto holding = [&](Lit l) { return holds(row, l); };
      CHECK(holds(row, all) == std::all_of(in.begin(), in.end(), holding));
      CHECK(holds(row, any) == std::any_of(in.begin(), in.end(), holding));
    }
  }
}
