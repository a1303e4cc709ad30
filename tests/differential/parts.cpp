// A part of a guideline gives the same answers as the whole (sema/part.h), by the oracle over both; and how many
// threads look at the parts changes nothing.
#include <doctest/doctest.h>

#include "generate.h"
#include "load.h"
#include "oracle/oracle.h"
#include "patients.h"
#include "sema/part.h"

using namespace gdl;

namespace {

/// The two speak of the same, ids apart. `decision` was asked for.
void same_decision(const sema::Part& part, sema::DecisionId decision, const oracle::Advice& whole,
                   const oracle::Advice& own) {
  const oracle::DecisionAdvice& a = whole.decisions[decision];
  const oracle::DecisionAdvice& b = own.decisions[part.decision(decision)];
  CHECK(a.applies == b.applies);
  CHECK(a.gap == b.gap);
  CHECK(a.stranded == b.stranded);
  REQUIRE(a.fors.size() == b.fors.size());
  for (std::size_t i = 0; i < a.fors.size(); ++i) {
    CHECK(part.rule(a.fors[i].rule) == b.fors[i].rule);
    CHECK(a.fors[i].directive == b.fors[i].directive);
    CHECK(a.fors[i].left.size() == b.fors[i].left.size());
    CHECK(a.fors[i].withdrawn == b.fors[i].withdrawn);
    CHECK(a.fors[i].conflict == b.fors[i].conflict);
    CHECK(a.fors[i].parameter == b.fors[i].parameter);
    CHECK(a.fors[i].kept == b.fors[i].kept);
  }
  CHECK(a.none.size() == b.none.size());
  CHECK(a.prefers.size() == b.prefers.size());
  REQUIRE(a.overlaps.size() == b.overlaps.size());
  for (std::size_t i = 0; i < a.overlaps.size(); ++i) {
    CHECK(part.rule(a.overlaps[i].first) == b.overlaps[i].first);
    CHECK(part.rule(a.overlaps[i].second) == b.overlaps[i].second);
  }
}

std::string findings(const std::string& text, unsigned threads) {
  analysis::Options options;
  options.threads = threads;
  return test::messages(test::check(text, options));
}

}  // namespace

TEST_CASE("a part answers as the whole") {
  std::size_t decisions = 0;
  for (std::size_t n = 0; n < test::fuzz_count(60); ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 91'000'000 + n, {4, 2, 3, 4}).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    if (c.type_errors) continue;
    const sema::Model& m = *c.model;
    const space::Tables tables(m);
    const sema::Cutter cutter(m);
    sema::Cutter::Scratch scratch;
    const oracle::Oracle whole(m);
    test::Random random(n);
    for (std::size_t i = 0; i < m.decisions.size(); ++i) {
      const sema::DecisionId d(i);
      const sema::Part part = cutter.cut({{d}, {}, {}, {}, {}, {}}, scratch);
      const oracle::Oracle own(part.model);
      // Each rule alone too, as findings about few rules are replayed.
      std::vector<std::pair<sema::RuleId, sema::Part>> rules;
      for (sema::RuleId r : m.decisions[d].rules) {
        rules.emplace_back(r, cutter.cut({{}, {r}, {}, {}, {}, {}}, scratch));
      }
      ++decisions;
      test::Patients(tables).each(60, random, [&](const oracle::Patient& p) {
        const oracle::Advice a = whole.evaluate(p);
        same_decision(part, d, a, own.evaluate(oracle::within(part, p)));
        // A constraint that the part leaves out shares no fact with it.
        if (oracle::possible(m, p)) CHECK(oracle::possible(part.model, oracle::within(part, p)));
        for (const auto& [r, alone] : rules) {
          const oracle::Advice b = oracle::evaluate(alone.model, oracle::within(alone, p));
          CHECK(a.stands[r] == b.stands[alone.rule(r)]);
          for (std::size_t k = 0; k < m.rules[r].directives.size(); ++k) {
            const oracle::ForResult* x = a.find(m, r, k);
            const oracle::ForResult* y = b.find(alone.model, alone.rule(r), k);
            REQUIRE((x == nullptr) == (y == nullptr));
            if (x == nullptr) continue;
            CHECK(x->left.size() == y->left.size());
            CHECK(x->conflict == y->conflict);
            CHECK(x->kept == y->kept);
          }
        }
      });
    }
  }
  CHECK(decisions > 60);
}

// On this rests what a replay remembers of one patient for another.
TEST_CASE("a condition hangs on no facts but those that it names") {
  std::size_t both_ways = 0;
  for (std::size_t n = 0; n < test::fuzz_count(60); ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 92'000'000 + n, {4, 2, 3, 4}).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    if (c.type_errors) continue;
    const sema::Model& m = *c.model;
    std::vector<std::vector<sema::FactId>> named;
    for (std::size_t i = 0; i < m.conds.size(); ++i) {
      named.push_back(sema::facts_of(m, sema::CondId(i)));
    }
    test::Random random(n);
    oracle::Patient before;
    const space::Tables tables(m);
    test::Patients(tables).each(40, random, [&](const oracle::Patient& p) {
      for (std::size_t i = 0; i < named.size() && !before.values.empty(); ++i) {
        oracle::Patient mixed = before;
        for (sema::FactId f : named[i]) {
          mixed.values[f] = p.values[f];
          mixed.known[f] = p.known[f];
        }
        const bool holds = oracle::holds(m, sema::CondId(i), p);
        CHECK(oracle::holds(m, sema::CondId(i), mixed) == holds);
        both_ways += oracle::holds(m, sema::CondId(i), before) != holds ? 1 : 0;
      }
      before = p;
    });
  }
  CHECK(both_ways > 100);
}

TEST_CASE("however many threads look, they find the same") {
  for (std::size_t n = 0; n < test::fuzz_count(20); ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 92'000'000 + n, {4, 5, 3, 4}).run();
    CAPTURE(text);
    const std::string one = findings(text, 1);
    CHECK(findings(text, 4) == one);
  }
}
