// What scenarios come to, against the oracle's own answer to the case: random guidelines with random partial
// cases, each expectation judged by trying every patient that agrees with the case.
#include <doctest/doctest.h>

#include "generate.h"
#include "load.h"
#include "oracle/unknown.h"
#include "patients.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

/// Of how many possible patients that agree with the case an expectation's claim holds.
struct Count {
  std::size_t held = 0, asked = 0;
};

bool advised(const Model& m, const oracle::Advice& a, Verb verb, WayId w) {
  if (is_for(verb)) {
    for (std::size_t d = 0; d < m.decisions.size(); ++d) {
      if (oracle::offered(m, a, DecisionId(d), verb, w)) return true;
    }
    return false;
  }
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (a.stands[RuleId(i)] == 0) continue;
    for (const Directive& d : m.rules[RuleId(i)].directives) {
      if (d.verb == verb && d.what.params.empty() &&
          std::find(d.what.ways.begin(), d.what.ways.end(), w) != d.what.ways.end()) {
        return true;
      }
    }
  }
  return false;
}

bool claim(const Model& m, const Expect& e, const oracle::Advice& a) {
  auto way = [&](WayId w) { return advised(m, a, e.verb, w); };
  switch (e.kind) {
    case ExpectKind::rule:
    case ExpectKind::possible_rule:
    case ExpectKind::not_rule: return oracle::in_force(m, a, e.rule);
    case ExpectKind::advice:
    case ExpectKind::possible_advice:
      return std::all_of(e.action.ways.begin(), e.action.ways.end(), way);
    case ExpectKind::not_advice:
      return std::any_of(e.action.ways.begin(), e.action.ways.end(), way);
    case ExpectKind::gap: return a.decisions[e.decision].gap;
    case ExpectKind::stranded: return a.decisions[e.decision].stranded;
    default: return false;
  }
}

bool expected(ExpectKind kind, const Count& c) {
  switch (kind) {
    case ExpectKind::input_error: return c.asked == 0;
    case ExpectKind::not_rule:
    case ExpectKind::not_advice: return c.asked > 0 && c.held == 0;
    case ExpectKind::possible_rule:
    case ExpectKind::possible_advice: return c.held > 0 && c.held < c.asked;
    default: return c.asked > 0 && c.held == c.asked;
  }
}

}  // namespace

TEST_CASE("scenarios come out as the oracle says") {
  std::size_t count = test::fuzz_count(120);
  std::size_t judged = 0;
  std::size_t passed = 0;
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{3, 2, 2, 4};
    shape.accepts = false;
    shape.scenarios = 4;
    std::string text = test::Generator(test::fuzz_seed() + 4'000'000 + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const Model& m = *c.model;
    std::vector<analysis::ScenarioResult> got = analysis::run_scenarios(m, {});
    REQUIRE(got.size() == m.scenarios.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      const Scenario& sc = m.scenarios[i];
      std::vector<Count> counts(sc.expects.size());
      std::optional<oracle::Case> given = oracle::case_of(m, sc);
      if (given.has_value()) {
        std::size_t size = 1;
        for (const std::vector<sema::Value>& v : given->values) size *= v.size();
        if (size > 4000) continue;
        oracle::each_patient(m, oracle::with_defaults(m, *given), [&](const oracle::Patient& p) {
          if (!oracle::possible(m, p)) return;
          oracle::Advice a = oracle::evaluate(m, p);
          for (std::size_t k = 0; k < counts.size(); ++k) {
            ++counts[k].asked;
            counts[k].held += claim(m, sc.expects[k], a) ? 1 : 0;
          }
        });
      }
      for (std::size_t k = 0; k < counts.size(); ++k) {
        ++judged;
        CAPTURE(sc.title);
        CAPTURE(k);
        CHECK(got[i].expects[k].passed == expected(sc.expects[k].kind, counts[k]));
        CHECK(got[i].expects[k].message.empty() == got[i].expects[k].passed);
        passed += got[i].expects[k].passed ? 1 : 0;
      }
    }
  }
  CHECK(judged > count * 4);
  CHECK(passed * 10 > judged);
}
