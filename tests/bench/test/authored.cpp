// The generator of large guidelines keeps what its first lines promise.
#include "authored.h"

#include <doctest/doctest.h>

#include <map>

#include "load.h"

using namespace gdl;

namespace {

std::map<std::string, std::size_t> findings(const driver::Compilation& c) {
  std::map<std::string, std::size_t> out;
  for (const diag::Diagnostic& d : c.sink.sorted()) ++out[std::string(diag::info(d.code).name)];
  return out;
}

}  // namespace

TEST_CASE("an authored guideline has the rules, decisions and facts that are asked for") {
  driver::Compilation c = test::load(test::Authored(3, {600, 20, 40, true}).run());
  REQUIRE(test::messages(c) == "");
  CHECK(c.model->rules.size() == 600);
  CHECK(c.model->decisions.size() == 20);
  CHECK(c.model->facts.size() == 40);
}

TEST_CASE("an authored guideline without damage has nothing wrong, with damage each kind of it") {
  driver::Compilation whole = test::check(test::Authored(1, {300, 20, 40, false}).run());
  // Notes are told of, and nothing else.
  const std::size_t wrong =
      whole.sink.count(diag::Severity::error) + whole.sink.count(diag::Severity::warning);
  CHECK_MESSAGE(wrong == 0, test::messages(whole));
  auto found = findings(test::check(test::Authored(1, {300, 10, 40, true}).run()));
  CHECK(found["conflict"] > 0);
  CHECK(found["overlap"] > 0);
  CHECK(found["gap"] > 0);
}

TEST_CASE("the same seed writes the same guideline, another one another") {
  CHECK(test::Authored(1, {}).run() == test::Authored(1, {}).run());
  CHECK(test::Authored(1, {}).run() != test::Authored(2, {}).run());
}

TEST_CASE("of decisions of a hundred rules half keep an answer for every patient") {
  driver::Compilation c = test::check(test::Authored(1, {1000, 10, 60, true}).run());
  std::size_t complete = 0;
  for (const analysis::DecisionSummary& d : c.report.decisions) {
    REQUIRE(d.verdict != diag::Verdict::unknown);
    complete += d.gaps == 0 ? 1 : 0;
  }
  CHECK(complete == 5);
}
