// The checker against proofs that are wrong: what it accepts must be true.
#include "proof/check.h"

#include <doctest/doctest.h>

#include "formulas.h"

using namespace gdl::proof;
using gdl::Bits;

namespace {

// The reason why it is rejected; none if it is not.
std::optional<Rejected> rejection(const Cnf& cnf, const std::string& steps,
                                  const std::vector<Claim>& claims,
                                  std::uint64_t effort = kPlenty) {
  auto result = check(cnf, steps, claims, effort);
  if (auto* rejected = std::get_if<Rejected>(&result)) return *rejected;
  return std::nullopt;
}
std::optional<Rejected::Why> why(const Cnf& cnf, const std::vector<Step>& steps,
                                 const std::vector<Lit>& claim = {}) {
  std::string bytes = encode(steps);
  std::optional<Rejected> rejected = rejection(cnf, bytes, {{bytes.size(), claim}});
  return rejected ? std::optional(rejected->why) : std::nullopt;
}

Step lemma(std::initializer_list<int> clause) { return {true, lits(clause)}; }
Step removal(std::initializer_list<int> clause) { return {false, lits(clause)}; }

// All four clauses over two variables: unsatisfiable, but not by unit propagation alone.
const Cnf& square() {
  static const Cnf cnf = formula(3, {{1, 2}, {1, -2}, {-1, 2}, {-1, -2}});
  return cnf;
}

// An unsatisfiable formula with a proof of some length.
struct Refuted {
  Cnf cnf;
  std::vector<Step> steps;
};
std::vector<Refuted> random_refuted(std::uint32_t seed, std::size_t count) {
  std::mt19937 random(seed);
  std::vector<Refuted> out;
  while (out.size() < count) {
    Refuted r{random_formula(random, 9, 33), {}};
    Solved solved = solve(r.cnf, plenty());
    if (!std::holds_alternative<Unsatisfiable>(solved.outcome)) continue;
    r.steps = decode(solved.proof.steps);
    if (r.steps.size() >= 4) out.push_back(std::move(r));
  }
  return out;
}

}  // namespace

TEST_CASE("small proofs by hand") {
  CHECK(why(square(), {}) == Rejected::Why::claim);
  CHECK(why(square(), {lemma({1})}) == std::nullopt);
  CHECK(why(square(), {lemma({1}), lemma({})}) == std::nullopt);
  // The empty clause is no better than what it follows from.
  CHECK(why(square(), {lemma({})}) == Rejected::Why::lemma);
  CHECK(why(formula(3, {{1, 2}, {1, -2}, {-1, 2}}), {lemma({1})}) == Rejected::Why::claim);
  CHECK(why(formula(3, {{1, 2}, {1, -2}, {-1, 2}}), {lemma({1})}, lits({2})) == std::nullopt);
  CHECK(why(formula(3, {{1, 2}, {1, -2}, {-1, 2}}), {lemma({1})}, lits({-2})) ==
        Rejected::Why::claim);
}

TEST_CASE("a lemma that is not needed need not be right; one that is must be") {
  CHECK(why(square(), {lemma({3}), lemma({1})}) == std::nullopt);
  Cnf cnf = formula(3, {{1, 2}, {1, -2}, {-1, 3}});
  // It makes 1 false, and so what is claimed follows; the lemma does not.
  std::string bytes = encode({lemma({2, 1}), lemma({-3})});
  std::optional<Rejected> r = rejection(cnf, bytes, refuted(bytes));
  REQUIRE(r);
  CHECK(r->why == Rejected::Why::lemma);
  CHECK(r->at == encode({lemma({2, 1})}).size());
}

TEST_CASE("a lemma that only keeps the formula satisfiable is rejected") {
  // 3 is in no clause, so adding it as a lemma is fine for RAT.
  CHECK(why(formula(3, {{1, 2}}), {lemma({3})}, lits({3})) == Rejected::Why::lemma);
}

TEST_CASE("removals are honoured") {
  CHECK(why(square(), {removal({-1, 2}), lemma({1})}) == Rejected::Why::claim);
  CHECK(why(square(), {removal({2, -1}), lemma({1})}) == Rejected::Why::claim);
  CHECK(why(square(), {removal({1, 2}), lemma({1})}) == Rejected::Why::lemma);
  // Of two copies one remains.
  Cnf twice = formula(2, {{1, 2}, {2, 1}, {1, -2}, {-1, 2}, {-1, -2}});
  CHECK(why(twice, {removal({1, 2}), lemma({1})}) == std::nullopt);
  CHECK(why(twice, {removal({1, 2}), removal({1, 2}), lemma({1})}) == Rejected::Why::lemma);
  // Taken away after use, and before something else.
  CHECK(why(square(), {lemma({1}), removal({1, 2}), removal({1, -2})}) == std::nullopt);
  // No such clause: nothing to take away.
  CHECK(why(square(), {removal({1, 3}), lemma({1})}) == std::nullopt);
  // What gave the root trail a literal stays: the literal is true of all models anyway.
  CHECK(why(square(), {lemma({1}), removal({1})}) == std::nullopt);
}

TEST_CASE("a literal twice and a literal beside its negation") {
  CHECK(why(formula(2, {{1, 1, 2}, {1, 1, -2}, {-1, 2, 2}, {-1, -2}}),
            {lemma({1, 1}), removal({2, 1, 2, 1})}) == std::nullopt);
  CHECK(why(square(), {lemma({3, -3}), lemma({1}), removal({-3, 3})}) == std::nullopt);
  CHECK(why(formula(1, {}), {}, lits({1, -1})) == std::nullopt);
  CHECK(why(formula(1, {}), {}, lits({1, 1})) == Rejected::Why::claim);
}

TEST_CASE("claims hold where they stand") {
  std::vector<Step> steps{lemma({1}), removal({1, 2})};
  std::string bytes = encode(steps);
  std::size_t after_lemma = encode({steps[0]}).size();
  Cnf cnf = formula(3, {{1, 2}, {1, -2}, {-1, 3}});
  CHECK(!rejection(cnf, bytes, {{0, lits({3, 2})}, {after_lemma, lits({3})}}));
  SUBCASE("not yet derived") {
    std::optional<Rejected> r = rejection(square(), bytes, {{0, {}}, {bytes.size(), lits({3})}});
    REQUIRE(r);
    CHECK(r->why == Rejected::Why::claim);
    CHECK(r->at == 0);
  }
  SUBCASE("which one") {
    std::optional<Rejected> r =
        rejection(cnf, bytes, {{0, lits({1, 2})}, {bytes.size(), lits({2})}});
    REQUIRE(r);
    CHECK(r->why == Rejected::Why::claim);
    CHECK(r->at == 1);
  }
  SUBCASE("not at the end of a step, past the end, not in order, of no variable") {
    for (const std::vector<Claim>& claims :
         std::vector<std::vector<Claim>>{{{1, lits({1})}},
                                         {{bytes.size() + 1, lits({1})}},
                                         {{after_lemma, lits({1})}, {0, lits({1, 2})}},
                                         {{0, lits({4})}}}) {
      std::optional<Rejected> r = rejection(cnf, bytes, claims);
      REQUIRE(r);
      CHECK(r->why == Rejected::Why::malformed);
    }
  }
}

TEST_CASE("malformed steps") {
  using namespace std::string_literals;
  for (const std::string& bytes :
       {"x"s, "a"s, "a\x02"s, "a\x82"s, "a\x01\0"s, "a\x0a\0"s, "a\x82\x80\x80\x80\x80\0"s,
        "a\xff\xff\xff\xff\xff\xff\xff\0"s, "a\x02\0d"s, "a\x02\0\0"s}) {
    CAPTURE(bytes);
    std::optional<Rejected> r = rejection(square(), bytes, refuted(bytes));
    REQUIRE(r);
    CHECK(r->why == Rejected::Why::malformed);
  }
  // Also after the formula is refuted.
  std::string bytes = encode({lemma({1})}) + "?";
  std::optional<Rejected> r = rejection(square(), bytes, refuted(bytes));
  REQUIRE(r);
  CHECK(r->why == Rejected::Why::malformed);
  CHECK(r->at == bytes.size() - 1);
}

TEST_CASE("a right proof for another formula: without a clause that makes it satisfiable") {
  std::size_t satisfiable = 0;
  for (const Refuted& r : random_refuted(3, 90)) {
    REQUIRE(slow_check(r.cnf, r.steps, {}));
    CHECK(why(r.cnf, r.steps) == std::nullopt);
    for (ClauseIndex c(0u); c.value < r.cnf.clauses(); ++c.value) {
      Cnf changed = without(r.cnf, c);
      if (models(changed).empty()) continue;
      ++satisfiable;
      CHECK(why(changed, r.steps) != std::nullopt);
    }
  }
  CHECK(satisfiable > 100);
}

TEST_CASE("changed proofs: what is accepted is true, what the slow checker accepts is accepted") {
  std::mt19937 random(4);
  std::size_t rejected = 0;
  std::size_t slow_accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    CAPTURE(i);
    // A formula with models, a proof of something about it, and then changes.
    Cnf cnf = random_formula(random, 8, 30);
    std::vector<Bits> all = models(cnf);
    Solver solver(cnf, plenty());
    std::vector<Lit> assumptions(3);
    for (Lit& l : assumptions) l = any_lit(random, 8);
    Outcome outcome = solver.solve(assumptions);
    if (!std::holds_alternative<Unsatisfiable>(outcome)) continue;
    std::vector<Step> steps = decode(solver.proof().steps);
    std::vector<Lit> claim = solver.proof().claims[0].clause;
    REQUIRE(why(cnf, steps, claim) == std::nullopt);
    for (std::size_t changes = 1 + random() % 2; changes > 0 && !steps.empty(); --changes) {
      std::size_t at = random() % steps.size();
      std::vector<Lit>& clause = steps[at].clause;
      switch (random() % 6) {
        case 0: steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 1: steps[at].lemma = !steps[at].lemma; break;
        case 2:
          if (!clause.empty()) clause.pop_back();
          break;
        case 3:
          if (!clause.empty()) clause[0] = ~clause[0];
          break;
        case 4: std::swap(steps[at], steps[at / 2]); break;
        default:
          if (!claim.empty()) claim.back() = any_lit(random, 8);
      }
    }
    bool accepted = why(cnf, steps, claim) == std::nullopt;
    if (accepted) CHECK(implied(all, claim));
    if (slow_check(cnf, steps, claim)) {
      ++slow_accepted;
      CHECK(accepted);
    }
    if (!accepted) ++rejected;
  }
  CHECK(rejected > 100);
  CHECK(slow_accepted > 100);
}

TEST_CASE("lemmas that are needed cannot be left out, nor changed") {
  Cnf cnf = pigeonhole(5, 4);
  std::vector<Step> steps = decode(solve(cnf, plenty()).proof.steps);
  REQUIRE(why(cnf, steps) == std::nullopt);
  // Without any lemma nothing follows; with one lemma less, often.
  CHECK(why(cnf, {}) == Rejected::Why::claim);
  std::size_t left_out = 0;
  std::size_t flipped = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!steps[i].lemma || steps[i].clause.empty()) continue;
    std::vector<Step> changed = steps;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    if (why(cnf, changed)) ++left_out;
    changed = steps;
    changed[i].clause[0] = ~changed[i].clause[0];
    if (why(cnf, changed)) ++flipped;
  }
  CHECK(left_out > 0);
  CHECK(flipped > 0);
}

TEST_CASE("a proof cut anywhere is rejected, if its end is needed") {
  Cnf cnf = pigeonhole(5, 4);
  std::string bytes = solve(cnf, plenty()).proof.steps;
  // Everything up to the lemma that makes the rest follow by unit propagation.
  std::vector<Step> steps = decode(bytes);
  std::size_t enough = 0;
  while (
      !slow_check(cnf, {steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(enough)}, {})) {
    ++enough;
  }
  std::size_t end =
      encode({steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(enough)}).size();
  REQUIRE(end > 10);
  for (std::size_t cut = 0; cut < end; ++cut) {
    CAPTURE(cut);
    CHECK(rejection(cnf, bytes.substr(0, cut), {{cut, {}}}));
  }
  CHECK(!rejection(cnf, bytes.substr(0, end), {{end, {}}}));
}

TEST_CASE("any bytes: no crash, and nothing false is accepted") {
  std::mt19937 random(5);
  Cnf cnf = pigeonhole(4, 4);
  std::string right = solve(pigeonhole(5, 4), plenty()).proof.steps;
  for (int i = 0; i < 3000; ++i) {
    std::string bytes = right.substr(0, random() % right.size());
    for (std::size_t k = random() % 8; k > 0 && !bytes.empty(); --k) {
      std::size_t at = random() % bytes.size();
      bytes[at] = static_cast<char>(random() % (i % 2 == 0 ? 256 : 40));
    }
    CHECK(rejection(cnf, bytes, refuted(bytes)));
  }
}

TEST_CASE("effort is counted and bounded") {
  Cnf cnf = pigeonhole(7, 6);
  Proof proof = solve(cnf, plenty()).proof;
  auto result = check(cnf, proof, kPlenty);
  REQUIRE(std::holds_alternative<Checked>(result));
  Checked checked = std::get<Checked>(result);
  CHECK(checked.needed > 0);
  CHECK(checked.needed <= checked.lemmas);
  CHECK(checked.clauses == cnf.clauses());
  CHECK(!rejection(cnf, proof.steps, proof.claims, checked.steps));
  for (std::uint64_t effort = 0; effort < checked.steps; effort += 1 + checked.steps / 200) {
    CAPTURE(effort);
    std::optional<Rejected> r = rejection(cnf, proof.steps, proof.claims, effort);
    REQUIRE(r);
    CHECK(r->why == Rejected::Why::effort_spent);
  }
}

TEST_CASE("a caller may cut in, and nothing is accepted then") {
  Cnf cnf = pigeonhole(9, 8);
  Proof proof = solve(cnf, plenty()).proof;
  int asked = 0;
  auto whole = check(cnf, proof, kPlenty, [&] {
    ++asked;
    return false;
  });
  REQUIRE(std::holds_alternative<Checked>(whole));
  REQUIRE(asked > 1);
  auto cut = check(cnf, proof, kPlenty, [] { return true; });
  REQUIRE(std::holds_alternative<Rejected>(cut));
  CHECK(std::get<Rejected>(cut).why == Rejected::Why::effort_spent);
  CHECK(std::get<Rejected>(cut).at < std::get<Checked>(whole).steps);
}
