// The other generators keep what their first lines promise: tables, adversaries, inputs built to blow up.
#include <doctest/doctest.h>

#include <algorithm>

#include "adversarial.h"
#include "blow_ups.h"
#include "load.h"
#include "oracle/oracle.h"
#include "patients.h"
#include "table.h"

using namespace gdl;

namespace {

std::size_t count(const driver::Compilation& c, diag::Code code) {
  return static_cast<std::size_t>(
      std::count_if(c.sink.items().begin(), c.sink.items().end(),
                    [&](const diag::Diagnostic& d) { return d.code == code; }));
}

}  // namespace

TEST_CASE("a table without damage is a complete partition; with damage it has gaps and overlaps") {
  driver::Compilation whole = test::check(test::Table(1, {120, 5, false}).run());
  CHECK(test::messages(whole) == "");
  CHECK(whole.model->rules.size() == 120);
  CHECK(whole.model->facts.size() == 5);
  // Row 50 is one class too narrow.
  CHECK(count(test::check(test::Table(1, {120, 5, true}).run()), diag::Code::gap) == 1);
  // Row 150 is one class too wide.
  driver::Compilation wide = test::check(test::Table(2, {160, 3, true}).run());
  CHECK(count(wide, diag::Code::gap) + count(wide, diag::Code::overlap) > 1);
  CHECK(test::Table(1, {}).run() == test::Table(1, {}).run());
  CHECK(test::Table(1, {}).run() != test::Table(2, {}).run());
}

TEST_CASE("an adversary has no type error and much that is wrong") {
  driver::Compilation c = test::check(test::Adversarial(1, {60, 6, 12}).run());
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  CHECK(c.model->rules.size() == 60);
  CHECK(c.model->decisions.size() == 6);
  CHECK(count(c, diag::Code::gap) > 0);
  CHECK(count(c, diag::Code::overlap) > 0);
  CHECK(count(c, diag::Code::conflict) > 0);
  CHECK(test::Adversarial(1, {}).run() == test::Adversarial(1, {}).run());
  CHECK(test::Adversarial(1, {}).run() != test::Adversarial(2, {}).run());
}

// What is not decided is said, and nothing is passed over that a random patient shows.
TEST_CASE("what is built to blow up ends within little effort, with honest verdicts") {
  for (const test::BlowUp& b : test::blow_ups()) {
    CAPTURE(b.name);
    analysis::Options options;
    options.effort = 20'000;
    driver::Compilation c = test::check(b.text, options);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    REQUIRE(c.report.decisions.size() == 1);
    const analysis::DecisionSummary& row = c.report.decisions[0];
    CHECK(count(c, diag::Code::internal_error) == 0);
    // What is not decided of what tells of no mistake is a warning, and no verdict.
    const auto open =
        std::count_if(c.sink.items().begin(), c.sink.items().end(), [](const diag::Diagnostic& d) {
          return d.code == diag::Code::unknown && d.severity == diag::Severity::error;
        });
    CHECK((row.verdict == diag::Verdict::unknown) == (open > 0));
    CHECK((count(c, diag::Code::unknown) > 0) == !row.undecided.empty());
    auto undecided = [&](const char* what) {
      return std::count(row.undecided.begin(), row.undecided.end(), what) > 0;
    };
    const sema::Model& m = *c.model;
    space::Tables tables(m);
    test::Random random(1);
    bool gap = false;
    bool overlap = false;
    test::Patients(tables).each(200, random, [&](const oracle::Patient& p) {
      const oracle::Advice a = oracle::evaluate(m, p);
      gap = gap || a.decisions[sema::DecisionId(0u)].gap;
      overlap = overlap || !a.decisions[sema::DecisionId(0u)].overlaps.empty();
    });
    if (gap) CHECK((count(c, diag::Code::gap) > 0 || undecided("gaps")));
    if (overlap) CHECK((count(c, diag::Code::overlap) > 0 || undecided("overlaps")));
  }
}
