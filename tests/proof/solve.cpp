// Answers against truth tables, their proofs through the checker, and what limits do.
#include "proof/solve.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>

#include "formulas.h"
#include "partition.h"

using namespace gdl::proof;
using gdl::Bits;

namespace {

bool accepted(const Cnf& cnf, const Proof& proof) {
  return std::holds_alternative<Checked>(check(cnf, proof, kPlenty));
}

Unknown::Why why_unknown(const Outcome& outcome) {
  REQUIRE(std::holds_alternative<Unknown>(outcome));
  return std::get<Unknown>(outcome).why;
}

}  // namespace

TEST_CASE("one question: answers are those of the truth table, and a none has a proof") {
  std::mt19937 random(1);
  std::size_t nones = 0;
  for (int i = 0; i < 400; ++i) {
    CAPTURE(i);
    Cnf cnf = random_formula(random, 8, 20 + random() % 25);
    std::vector<Bits> all = models(cnf);
    Solved solved = solve(cnf, plenty());
    if (all.empty()) {
      ++nones;
      REQUIRE(std::holds_alternative<Unsatisfiable>(solved.outcome));
      REQUIRE(solved.proof.claims.size() == 1);
      CHECK(solved.proof.claims[0].clause.empty());
      CHECK(accepted(cnf, solved.proof));
    } else {
      REQUIRE(std::holds_alternative<Satisfiable>(solved.outcome));
      const Bits& model = std::get<Satisfiable>(solved.outcome).model;
      CHECK(std::find(all.begin(), all.end(), model) != all.end());
      CHECK(solved.proof.claims.empty());
    }
  }
  CHECK(nones > 100);
  CHECK(nones < 300);
}

TEST_CASE(
    "many questions of one formula: answers are those of the truth table, one proof for all") {
  std::mt19937 random(2);
  std::size_t nones = 0;
  for (int i = 0; i < 60; ++i) {
    CAPTURE(i);
    Cnf cnf = random_formula(random, 10, 20 + random() % 20);
    std::vector<Bits> all = models(cnf);
    Solver solver(cnf, plenty());
    for (int k = 0; k < 40; ++k) {
      CAPTURE(k);
      // Also the same assumption twice, and one beside its negation.
      std::vector<Lit> assumptions(random() % 5);
      for (Lit& l : assumptions) l = any_lit(random, 10);
      std::vector<Lit> none_holds;
      for (Lit l : assumptions) none_holds.push_back(~l);
      Outcome outcome = solver.solve(assumptions);
      if (implied(all, none_holds)) {
        ++nones;
        REQUIRE(std::holds_alternative<Unsatisfiable>(outcome));
        const auto& none = std::get<Unsatisfiable>(outcome);
        REQUIRE(none.claim + 1 == solver.proof().claims.size());
        const Claim& claim = solver.proof().claims.back();
        CHECK(claim.clause.size() == none.needed.size());
        for (std::size_t n = 0; n < none.needed.size(); ++n) {
          CHECK(claim.clause[n] == ~none.needed[n]);
          CHECK(std::count(assumptions.begin(), assumptions.end(), none.needed[n]) > 0);
        }
        CHECK(implied(all, claim.clause));
      } else {
        REQUIRE(std::holds_alternative<Satisfiable>(outcome));
        const Bits& model = std::get<Satisfiable>(outcome).model;
        CHECK(std::find(all.begin(), all.end(), model) != all.end());
        for (Lit l : assumptions) CHECK(holds(model, l));
      }
    }
    CHECK(accepted(cnf, solver.proof()));
  }
  CHECK(nones > 300);
  CHECK(nones < 2100);
}

TEST_CASE(
    "a formula that grows between questions: answers are those of what is there, one proof for "
    "all") {
  std::mt19937 random(9);
  std::size_t nones = 0;
  std::size_t founds = 0;
  for (int i = 0; i < 80; ++i) {
    CAPTURE(i);
    const Cnf whole = random_formula(random, 10, 50);
    Cnf cnf;
    for (int v = 0; v < 4; ++v) cnf.add_variable();
    Solver solver(cnf, plenty());
    for (ClauseIndex c(0u); c.value < whole.clauses(); ++c.value) {
      const std::span<const Lit> clause = whole.clause(c);
      for (Lit l : clause) {
        while (cnf.variables() <= l.variable().value) cnf.add_variable();
      }
      cnf.add_clause(clause);
      if (random() % 4 != 0) continue;
      const std::vector<Bits> all = models(cnf);
      const std::vector<Lit> assumed = {any_lit(random, cnf.variables()),
                                        any_lit(random, cnf.variables())};
      const bool some = std::any_of(all.begin(), all.end(), [&](const Bits& m) {
        return holds(m, assumed[0]) && holds(m, assumed[1]);
      });
      const Outcome outcome = solver.solve(assumed);
      REQUIRE(std::holds_alternative<Satisfiable>(outcome) == some);
      REQUIRE(std::holds_alternative<Unsatisfiable>(outcome) == !some);
      (some ? founds : nones) += 1;
    }
    CHECK(accepted(cnf, solver.proof()));
  }
  CHECK(nones > 100);
  CHECK(founds > 100);
}

TEST_CASE("proofs hold where the solver simplifies the formula in between") {
  std::size_t models_found = 0;
  std::size_t nones = 0;
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    Cnf cnf = hard_formula(random);
    Solver solver(cnf, plenty());
    for (int k = 0; k < 60; ++k) {
      std::vector<Lit> assumptions(3);
      for (Lit& l : assumptions) l = any_lit(random, cnf.variables());
      Outcome outcome = solver.solve(assumptions);
      REQUIRE(!std::holds_alternative<Unknown>(outcome));
      (std::holds_alternative<Satisfiable>(outcome) ? models_found : nones) += 1;
    }
    CHECK(accepted(cnf, solver.proof()));

    for (int n = 0; n < 100; ++n) {
      std::vector<Lit> clause(3);
      for (Lit& l : clause) l = any_lit(random, cnf.variables());
      cnf.add_clause(clause);
    }
    Solved once = solve(cnf, plenty());
    REQUIRE(std::holds_alternative<Unsatisfiable>(once.outcome));
    CHECK(accepted(cnf, once.proof));
  }
  CHECK(models_found > 50);
  CHECK(nones > 50);
}

TEST_CASE("pigeons and holes") {
  for (std::size_t holes : {1, 2, 5, 7}) {
    CAPTURE(holes);
    Cnf cnf = pigeonhole(holes + 1, holes);
    Solved none = solve(cnf, plenty());
    CHECK(std::holds_alternative<Unsatisfiable>(none.outcome));
    CHECK(accepted(cnf, none.proof));
    CHECK(std::holds_alternative<Satisfiable>(solve(pigeonhole(holes, holes), plenty()).outcome));
  }
}

TEST_CASE("formulas at the edge") {
  CHECK(std::holds_alternative<Satisfiable>(solve(Cnf{}, plenty()).outcome));
  CHECK(std::holds_alternative<Satisfiable>(solve(formula(3, {}), plenty()).outcome));
  for (const Cnf& none : {formula(0, {{}}), formula(1, {{1}, {-1}}), formula(1, {{1, 1}, {-1}}),
                          formula(2, {{1, -1}, {}, {2}})}) {
    Solved solved = solve(none, plenty());
    CHECK(std::holds_alternative<Unsatisfiable>(solved.outcome));
    CHECK(accepted(none, solved.proof));
  }
}

TEST_CASE("two rules of a guideline: their gap, their conflict, and whether one ever stands") {
  Cnf cnf;
  std::vector<Lit> stage = choice(cnf, 4);
  std::vector<Lit> ps = choice(cnf, 5);
  Lit advanced = any_of(cnf, std::array{stage[2], stage[3]});
  Lit fit = any_of(cnf, std::array{ps[0], ps[1], ps[2]});
  Lit treat = all_of(cnf, std::array{advanced, fit});
  Lit palliate = all_of(cnf, std::array{advanced, ~fit});
  auto asked = [&](const Cnf& about, std::vector<Lit> assumptions) {
    Solver solver(about, plenty());
    Outcome outcome = solver.solve(assumptions);
    CHECK(accepted(about, solver.proof()));
    return std::holds_alternative<Satisfiable>(outcome);
  };
  CHECK(asked(cnf, {~treat, ~palliate}));
  CHECK(asked(cnf, {treat}));
  CHECK(!asked(cnf, {treat, palliate}));
  CHECK(!asked(cnf, {treat, ps[4]}));
  cnf.add_clause({advanced});
  CHECK(!asked(cnf, {~treat, ~palliate}));
  CHECK(asked(cnf, {treat}));
}

TEST_CASE("10,000 rules that cover every patient do; without one of them they do not") {
  Partition complete = partition(10000, 60, 1);
  Solved none = solve(complete.cnf, plenty());
  REQUIRE(std::holds_alternative<Unsatisfiable>(none.outcome));
  CHECK(accepted(complete.cnf, none.proof));

  ClauseIndex last(complete.cnf.clauses() - 1);
  Solved some = solve(without(complete.cnf, last), plenty());
  REQUIRE(std::holds_alternative<Satisfiable>(some.outcome));
  // The patient is one of those that the rule left out covered.
  CHECK(!some_holds(std::get<Satisfiable>(some.outcome).model, complete.cnf.clause(last)));
}

TEST_CASE("which rules are never needed, asked of one formula") {
  // Rules that cover everybody, each patient once. Then one rule is needed if the patients of all
  // others leave some over. Copies of the first twenty make both of each pair needless.
  constexpr std::size_t kRules = 300;
  constexpr std::size_t kCopied = 20;
  Partition p = partition(kRules, 30, 7);
  Cnf cnf;
  std::vector<Lit> rules;
  while (cnf.variables() < p.cnf.variables()) cnf.add_variable();
  std::size_t facts = p.cnf.clauses() - kRules;
  for (ClauseIndex c(0u); c.value < p.cnf.clauses(); ++c.value) {
    if (c.value < facts) {
      cnf.add_clause(p.cnf.clause(c));
    } else {
      rules.push_back(~any_of(cnf, p.cnf.clause(c)));
      if (c.value < facts + kCopied) rules.push_back(~any_of(cnf, p.cnf.clause(c)));
    }
  }
  Solver solver(cnf, plenty());
  for (std::size_t r = 0; r < rules.size(); ++r) {
    CAPTURE(r);
    std::vector<Lit> assumptions{rules[r]};
    for (std::size_t other = 0; other < rules.size(); ++other) {
      if (other != r) assumptions.push_back(~rules[other]);
    }
    Outcome outcome = solver.solve(assumptions);
    CHECK(std::holds_alternative<Unsatisfiable>(outcome) == (r < 2 * kCopied));
  }
  CHECK(solver.proof().claims.size() == 2 * kCopied);
  CHECK(accepted(cnf, solver.proof()));
}

TEST_CASE("what is not answered within the limits is unknown, and stays so") {
  Cnf cnf = pigeonhole(10, 9);
  SUBCASE("conflicts") {
    Solver solver(cnf, {50, kPlenty, {}});
    CHECK(why_unknown(solver.solve()) == Unknown::Why::conflicts);
    CHECK(solver.conflicts() >= 50);
    CHECK(solver.conflicts() < 100);
    CHECK(why_unknown(solver.solve(lits({1}))) == Unknown::Why::conflicts);
    CHECK(solver.proof().claims.empty());
  }
  SUBCASE("no conflict at all") {
    CHECK(why_unknown(solve(cnf, {0, kPlenty, {}}).outcome) == Unknown::Why::conflicts);
  }
  SUBCASE("bytes of proof") {
    Solver solver(cnf, {kPlenty, 2000, {}});
    CHECK(why_unknown(solver.solve()) == Unknown::Why::proof_bytes);
    CHECK(solver.proof().steps.size() <= 2000);
    CHECK(why_unknown(solver.solve(lits({1}))) == Unknown::Why::proof_bytes);
  }
  SUBCASE("the caller's patience") {
    int asked = 0;
    Solver solver(cnf, {kPlenty, kPlenty, [&] { return ++asked > 3; }});
    CHECK(why_unknown(solver.solve()) == Unknown::Why::cancelled);
    CHECK(asked == 4);
    CHECK(why_unknown(solver.solve()) == Unknown::Why::cancelled);
  }
  SUBCASE("limits are of all questions together") {
    Solver solver(cnf, {2000, kPlenty, {}});
    std::size_t answers = 0;
    // Each pair of places for the first two pigeons leaves as hard a question.
    for (int a = 1; a <= 9; ++a) {
      for (int b = 10; b <= 18; ++b) {
        if (!std::holds_alternative<Unknown>(solver.solve(lits({a, b})))) ++answers;
      }
    }
    CHECK(answers > 0);
    CHECK(answers < 81);
    CHECK(accepted(cnf, solver.proof()));
  }
}

TEST_CASE("the same questions give the same proof, whatever the environment says") {
  Cnf cnf = pigeonhole(7, 6);
  std::string once = solve(cnf, plenty()).proof.steps;
  Solver first(cnf, plenty());
  first.solve(lits({1, 9}));
  first.solve();
  setenv("CADICAL_SEED", "7", 1);
  setenv("CADICAL_SHUFFLE", "1", 1);
  setenv("CADICAL_REVERSE", "1", 1);
  setenv("CADICAL_BINARY", "0", 1);
  CHECK(solve(cnf, plenty()).proof.steps == once);
  Solver second(cnf, plenty());
  second.solve(lits({1, 9}));
  second.solve();
  for (const char* name :
       {"CADICAL_SEED", "CADICAL_SHUFFLE", "CADICAL_REVERSE", "CADICAL_BINARY"}) {
    unsetenv(name);
  }
  CHECK(first.proof().steps == second.proof().steps);
  CHECK(accepted(cnf, second.proof()));
}
