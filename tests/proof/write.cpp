// The texts that are kept: what they say, and that they say the same as what was checked.
#include "proof/write.h"

#include <doctest/doctest.h>

#include <sstream>

#include "formulas.h"

using namespace gdl::proof;

namespace {

std::string dimacs(const Cnf& cnf) {
  std::string out;
  write_dimacs(cnf, [&](std::string_view t) { out += t; });
  return out;
}
std::string drat(const Cnf& cnf, const Proof& proof) {
  std::string out;
  CHECK(write_drat(cnf, proof, [&](std::string_view t) { out += t; }));
  return out;
}

// Reads both texts back and checks that the formula is refuted.
bool refutes(const std::string& cnf_text, const std::string& drat_text) {
  std::istringstream in(cnf_text);
  std::string p;
  std::string format;
  std::size_t variables = 0;
  std::size_t clauses = 0;
  in >> p >> format >> variables >> clauses;
  REQUIRE(p == "p");
  REQUIRE(format == "cnf");
  Cnf cnf;
  while (cnf.variables() < variables) cnf.add_variable();
  std::vector<Lit> clause;
  for (int d = 0; in >> d;) {
    if (d != 0) clause.push_back(lit(d));
    if (d == 0) cnf.add_clause(clause);
    if (d == 0) clause.clear();
  }
  REQUIRE(clause.empty());
  REQUIRE(cnf.clauses() == clauses);

  std::vector<Step> steps;
  std::istringstream lines(drat_text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    Step step;
    step.lemma = line.rfind("d ", 0) != 0;
    if (!step.lemma) words.ignore(2);
    int d = -1;
    while (words >> d && d != 0) step.clause.push_back(lit(d));
    REQUIRE(d == 0);
    steps.push_back(std::move(step));
  }
  REQUIRE(!steps.empty());
  CHECK(steps.back().clause.empty());
  return slow_check(cnf, steps, {});
}

}  // namespace

TEST_CASE("a refutation is written as it is") {
  Cnf cnf = formula(3, {{1, 2}, {1, -2}, {-1, 2}, {-1, -2}, {}});
  Proof proof;
  proof.steps = encode({{true, lits({1, 3})}, {false, lits({-2, 1})}});
  proof.claims = refuted(proof.steps);
  CHECK(dimacs(claims_refuted(cnf, proof)) == "p cnf 3 5\n1 2 0\n1 -2 0\n-1 2 0\n-1 -2 0\n0\n");
  CHECK(drat(cnf, proof) == "1 3 0\nd -2 1 0\n0\n");
}

TEST_CASE("claims under assumptions become one formula to refute") {
  Cnf cnf = formula(2, {{1, 2}, {1, -2}});
  Proof proof;
  proof.steps = encode({{true, lits({1})}});
  proof.claims = {{0, lits({1, 2})}, {proof.steps.size(), lits({1})}};
  CHECK(dimacs(claims_refuted(cnf, proof)) ==
        "p cnf 4 6\n1 2 0\n1 -2 0\n-3 -1 0\n-3 -2 0\n-4 -1 0\n3 4 0\n");
  CHECK(drat(cnf, proof) == "-3 0\n1 0\n-4 0\n0\n");
  CHECK(refutes(dimacs(claims_refuted(cnf, proof)), drat(cnf, proof)));
}

TEST_CASE("what is written is right for real questions") {
  std::mt19937 random(6);
  std::size_t claims = 0;
  std::size_t refutations = 0;
  for (int i = 0; i < 60; ++i) {
    CAPTURE(i);
    Cnf cnf = random_formula(random, 9, 30 + random() % 10);
    Solver solver(cnf, plenty());
    for (int k = 0; k < 12; ++k) {
      std::vector<Lit> assumptions(3);
      for (Lit& l : assumptions) l = any_lit(random, 9);
      solver.solve(assumptions);
    }
    const Proof& proof = solver.proof();
    bool refuted = std::any_of(proof.claims.begin(), proof.claims.end(),
                               [](const Claim& c) { return c.clause.empty(); });
    claims += proof.claims.size();
    refutations += refuted ? 1 : 0;
    if (proof.claims.empty()) continue;
    CHECK(refutes(dimacs(claims_refuted(cnf, proof)), drat(cnf, proof)));
    // A claim more that is not true spoils it.
    if (refuted || models(cnf).empty()) continue;
    Proof wrong = proof;
    gdl::Bits model = models(cnf)[0];
    wrong.claims.push_back({proof.steps.size(), {Lit(Variable(0u), !holds(model, lit(1)))}});
    CHECK(!refutes(dimacs(claims_refuted(cnf, wrong)), drat(cnf, wrong)));
  }
  CHECK(claims > 100);
  CHECK(refutations > 3);
}

TEST_CASE("malformed steps are not written as if they were right") {
  Cnf cnf = formula(1, {{1}});
  Proof proof;
  proof.steps = encode({{true, lits({1})}}) + "a\x02";
  proof.claims = {{0, lits({1})}};
  std::string out;
  CHECK(!write_drat(cnf, proof, [&](std::string_view t) { out += t; }));
}
