// What a solver decides equals what diagrams decide; what its checker does not accept decides nothing; and nobody can
// make it say "none" of a set in which there is somebody.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "adversarial.h"
#include "blow_ups.h"
#include "findings.h"
#include "fuzz_count.h"
#include "generate.h"
#include "load.h"
#include "process.h"
#include "proof/check.h"
#include "space/circuit.h"
#include "space/diagram.h"

using namespace gdl;
using namespace gdl::judges;
using analysis::Grounds;
using space::Box;
using space::Circuit;
using space::Diagram;
using space::Node;
using space::Var;

namespace {

constexpr std::uint64_t kPlenty = 1u << 30;

space::Allowance plenty() { return {kPlenty, kPlenty, kPlenty, kPlenty, {}}; }

analysis::Options asked_at_once() {
  analysis::Options out;
  out.diagrams = 0;
  return out;
}

/// The same random set of a circuit and of a diagram.
struct Pair {
  Node circuit, diagram;
};

class Pairs {
 public:
  Pairs(std::uint64_t seed, const space::Allowance& allowance)
      : r_(seed), circuit(allowance), diagram(kPlenty) {
    for (std::size_t v = 0; v < 5; ++v) {
      const std::size_t values = v == 4 ? 1 + r_.below(9) : 1 + r_.below(4);
      circuit.add_variable(values);
      diagram.add_variable(values);
    }
  }

  Pair make(int depth) {
    switch (depth == 0 ? 0 : r_.below(7)) {
      case 0: {
        const Var v(r_.below(5));
        Bits mask(circuit.values(v));
        for (std::size_t k = 0; k < mask.size(); ++k) mask.set(k, r_.one_in(2));
        return {circuit.literal(v, mask), diagram.literal(v, mask)};
      }
      case 1: {
        const Pair a = make(depth - 1), b = make(depth - 1);
        return {circuit.both(a.circuit, b.circuit), diagram.both(a.diagram, b.diagram)};
      }
      case 2: {
        const Pair a = make(depth - 1), b = make(depth - 1);
        return {circuit.either(a.circuit, b.circuit), diagram.either(a.diagram, b.diagram)};
      }
      case 3: {
        const Pair a = make(depth - 1), b = make(depth - 1);
        return {circuit.minus(a.circuit, b.circuit), diagram.minus(a.diagram, b.diagram)};
      }
      case 4: {
        std::vector<Node> cs, ds;
        for (std::size_t n = r_.below(5); n > 0; --n) {
          const Pair p = make(depth - 1);
          cs.push_back(p.circuit);
          ds.push_back(p.diagram);
        }
        if (r_.one_in(2)) return {circuit.either(cs), diagram.either(ds)};
        return {circuit.both(cs), diagram.both(ds)};
      }
      case 5: {
        const Pair a = make(depth - 1);
        return {circuit.negate(a.circuit), diagram.negate(a.diagram)};
      }
      default: {
        // Few sums, or so many that they are added in binary.
        const bool many = r_.one_in(12);
        space::Points cs, ds;
        for (std::size_t n = many ? 14 : 1 + r_.below(5); n > 0; --n) {
          const Pair p = make(many ? 0 : depth - 1);
          std::int64_t points =
              many ? (std::int64_t{1} << n) + static_cast<std::int64_t>(r_.below(3))
                   : static_cast<std::int64_t>(r_.below(5));
          if (r_.one_in(4)) points = -points;
          cs.emplace_back(p.circuit, points);
          ds.emplace_back(p.diagram, points);
        }
        const auto range = static_cast<std::size_t>(many ? 60'000 : 9);
        const std::int64_t lo =
            static_cast<std::int64_t>(r_.below(range)) - static_cast<std::int64_t>(range / 2);
        const std::int64_t hi = lo + static_cast<std::int64_t>(r_.below(range)) - 1;
        return {circuit.sum_within(cs, lo, hi), diagram.sum_within(ds, lo, hi)};
      }
    }
  }

  test::Random r_;
  Circuit circuit;
  Diagram diagram;
};

}  // namespace

TEST_CASE("a circuit's sets are those of a diagram") {
  std::size_t empty = 0, refuted = 0, widened = 0;
  for (std::size_t n = 0; n < test::fuzz_count(400); ++n) {
    CAPTURE(n);
    Pairs pairs(test::fuzz_seed() + n, plenty());
    for (int i = 0; i < 6; ++i) {
      const Pair p = pairs.make(4);
      const bool nobody = pairs.diagram.nobody(p.diagram);
      REQUIRE(pairs.circuit.nobody(p.circuit) == nobody);
      empty += nobody ? 1 : 0;
      if (nobody) continue;
      const Box some = pairs.circuit.some(p.circuit);
      REQUIRE(pairs.diagram.contains(p.diagram, some));
      std::vector<Var> order;
      for (const auto& entry : some.masks) order.push_back(entry.first);
      const Box wide = pairs.circuit.widen(p.circuit, some, order);
      REQUIRE(pairs.diagram.contains(p.diagram, wide));
      // It cannot be wider: not without a variable, nor with one value more.
      for (std::size_t m = 0; m < wide.masks.size(); ++m) {
        for (std::size_t k = 0; k < wide.masks[m].second.size(); ++k) {
          if (wide.masks[m].second.test(k)) continue;
          ++widened;
          Box wider = wide;
          wider.masks[m].second.set(k);
          CHECK_FALSE(pairs.diagram.contains(p.diagram, wider));
        }
      }
    }
    REQUIRE_FALSE(pairs.circuit.exhausted());
    refuted += pairs.circuit.refuted() ? 1 : 0;
    CHECK(pairs.circuit.checked());
  }
  CHECK(empty > 100);
  CHECK(refuted > 50);
  CHECK(widened > 500);
}

TEST_CASE("one long operation on diagrams is cut off when it is asked for") {
  // Sums of forty distinct weights: without an end the operation takes millions of steps.
  std::size_t asked = 0;
  Diagram diagram(std::uint64_t{1} << 40, [&] { return ++asked == 3; });
  test::Random r(1);
  space::Points points;
  Bits yes(2);
  yes.set(1);
  for (int i = 0; i < 40; ++i) diagram.add_variable(2);
  for (std::size_t i = 0; i < 40; ++i) {
    points.emplace_back(diagram.literal(Var(i), yes),
                        static_cast<std::int64_t>(1 + r.below(1'000'000)));
  }
  const Node set = diagram.sum_within(points, 9'000'000, 11'000'000);
  CHECK(diagram.exhausted());
  CHECK(asked == 3);
  CHECK(diagram.steps() < 1'000'000);
  CHECK_FALSE(diagram.nobody(set));
}

TEST_CASE("constraints that blow up are not worked out anew for each of them") {
  const std::string text = test::blow_up::constraints();
  analysis::Options options;
  options.threads = 1;
  // Who is asked again and again pays for it in work.
  std::size_t asked = 0;
  options.cancelled = [&] {
    ++asked;
    return false;
  };
  driver::Compilation c = test::check(text, options);
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  CHECK(c.report.decisions.at(0).verdict == diag::Verdict::found);
  MESSAGE("asked " << asked << " times");
  CHECK(asked < 4000);
  // And it ends when it is told to, however much it may take.
  options.effort = std::uint64_t{1} << 40;
  options.cancelled = [] { return true; };
  c = test::check(text, options);
  CHECK(c.report.decisions.at(0).verdict == diag::Verdict::unknown);
}

TEST_CASE("of a variable that there is not nothing is decided") {
  Diagram diagram(kPlenty);
  Circuit circuit(plenty());
  for (space::Sets* sets :
       {static_cast<space::Sets*>(&diagram), static_cast<space::Sets*>(&circuit)}) {
    sets->add_variable(2);
    Bits yes(2);
    yes.set(1);
    CHECK(sets->literal(Var(0), yes).valid());
    for (Var v : {Var(1), Var()}) {
      CHECK_FALSE(sets->literal(v, yes).valid());
      CHECK(sets->exhausted());
    }
  }
}

TEST_CASE("an operation that takes too long spends the effort, many short ones do not") {
  // Some a_i with b_i: with all a before all b the diagram doubles with each i.
  constexpr std::size_t kPairs = 12;
  Diagram diagram(kPlenty, {}, 1000);
  Bits yes(2);
  yes.set(1);
  for (std::size_t i = 0; i < 2 * kPairs; ++i) diagram.add_variable(2);
  std::vector<Node> pairs;
  for (std::size_t i = 0; i < kPairs; ++i) {
    pairs.push_back(
        diagram.both({diagram.literal(Var(i), yes), diagram.literal(Var(kPairs + i), yes)}));
  }
  Node few = space::kFalse;
  for (std::size_t i = 0; i < 6; ++i) few = diagram.either(few, pairs[i]);
  for (std::size_t i = 0; i < 300; ++i) {
    const Var a(i % 6), b(6 + i % 5);
    (void)diagram.minus(few, diagram.both({diagram.literal(a, yes), diagram.literal(b, yes)}));
    (void)diagram.both(few, pairs[6 + i % 6]);
  }
  CHECK(diagram.steps() > 2'000);
  REQUIRE_FALSE(diagram.exhausted());
  const std::uint64_t before = diagram.steps();
  CHECK_FALSE(diagram.either(pairs).valid());
  CHECK(diagram.exhausted());
  CHECK(diagram.steps() - before < 1'100);

  Diagram allowed(kPlenty, {}, 1000);
  for (std::size_t i = 0; i < 2 * kPairs; ++i) allowed.add_variable(2);
  allowed.allow(kPlenty);
  for (std::size_t i = 0; i < kPairs; ++i) {
    pairs[i] = allowed.both({allowed.literal(Var(i), yes), allowed.literal(Var(kPairs + i), yes)});
  }
  CHECK(allowed.either(pairs).valid());
  CHECK(allowed.steps() > 4'000);
}

TEST_CASE("with little allowed a circuit says nothing rather than something false") {
  std::size_t silent = 0;
  for (std::size_t n = 0; n < test::fuzz_count(300); ++n) {
    CAPTURE(n);
    space::Allowance little = plenty();
    (n % 3 == 0 ? little.steps : n % 3 == 1 ? little.conflicts : little.proof_bytes) = n % 40;
    Pairs pairs(test::fuzz_seed() + 10'000 + n, little);
    for (int i = 0; i < 4; ++i) {
      const Pair p = pairs.make(5);
      const bool nobody = pairs.diagram.nobody(p.diagram);
      const bool said = pairs.circuit.nobody(p.circuit);
      if (said) CHECK(nobody);
      if (!said && nobody) CHECK(pairs.circuit.exhausted());
      silent += pairs.circuit.exhausted() ? 1 : 0;
    }
    if (pairs.circuit.refuted()) CHECK(pairs.circuit.checked());
  }
  CHECK(silent > 50);
}

TEST_CASE("a refutation that was tampered with is rejected, or still proves what it claims") {
  std::size_t rejected = 0;
  for (std::size_t n = 0; n < test::fuzz_count(250); ++n) {
    CAPTURE(n);
    Pairs pairs(test::fuzz_seed() + 20'000 + n, plenty());
    for (int i = 0; i < 8; ++i) {
      const Pair p = pairs.make(4);
      (void)pairs.circuit.nobody(p.circuit);
    }
    test::Random r(n);
    for (const space::Refutation& good : pairs.circuit.refutations()) {
      REQUIRE(space::accepted(good, kPlenty));
      // Nothing follows without what it follows from.
      space::Refutation lie = good;
      lie.proof.claims.push_back({lie.proof.steps.size(), {}});
      lie.about.emplace_back("a lie");
      CHECK_FALSE(space::accepted(lie, kPlenty));
      if (!good.proof.claims.back().clause.empty()) {
        lie = good;
        lie.proof.claims.back().clause.clear();
        CHECK_FALSE(space::accepted(lie, kPlenty));
      }
      // A lemma that does not follow, and a claim that rests on it.
      lie = good;
      lie.proof.steps += std::string("a\0", 2);
      lie.proof.claims.push_back({lie.proof.steps.size(), {}});
      CHECK_FALSE(space::accepted(lie, kPlenty));
      for (int i = 0; i < 10 && !good.proof.steps.empty(); ++i) {
        lie = good;
        lie.proof.steps[r.below(lie.proof.steps.size())] ^= static_cast<char>(1 + r.below(127));
        // With a byte changed the claims are what they were: they hold, whether or not the steps still show it.
        rejected += space::accepted(lie, kPlenty) ? 0 : 1;
      }
      CHECK_FALSE(space::accepted(good, 0));
    }
  }
  CHECK(rejected > 10);
}

TEST_CASE("verdicts of a solver are those of diagrams") {
  std::size_t refuted = 0, proved = 0;
  for (std::size_t n = 0; n < test::fuzz_count(40); ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 7'000'000 + n,
                                       test::Shape{6, 3, 3, n % 2 == 0 ? 7u : 3u})
                           .run();
    CAPTURE(text);
    driver::Compilation by_diagrams = test::check(text);
    REQUIRE_MESSAGE(!by_diagrams.type_errors, test::messages(by_diagrams));
    driver::Compilation by_solver = test::check(text, asked_at_once());
    CHECK(show(reported(by_solver)) == show(reported(by_diagrams)));
    for (std::size_t i = 0; i < by_solver.report.decisions.size(); ++i) {
      const analysis::DecisionSummary& a = by_solver.report.decisions[i];
      const analysis::DecisionSummary& b = by_diagrams.report.decisions[i];
      CHECK(a.verdict == b.verdict);
      CHECK(b.grounds == Grounds::diagram);
      refuted += a.grounds == Grounds::refutation ? 1 : 0;
      proved += a.grounds == Grounds::refutation && a.verdict == diag::Verdict::proved ? 1 : 0;
    }
  }
  CHECK(refuted > 30);
  CHECK(proved > 0);
}

TEST_CASE("wherever diagrams stop, the solver goes on from there") {
  std::size_t mixed = 0, decided = 0;
  const std::size_t count = test::fuzz_count(60);
  for (std::size_t n = 0; n < count; ++n) {
    const std::string text = n % 4 == 0
                                 ? test::Adversarial(test::fuzz_seed() + n, {40, 3, 20}).run()
                                 : test::Generator(test::fuzz_seed() + 8'000'000 + n,
                                                   test::Shape{6, 3, 3, n % 2 == 0 ? 7u : 3u})
                                       .run();
    CAPTURE(text);
    const driver::Compilation whole = test::check(text);
    REQUIRE_MESSAGE(!whole.type_errors, test::messages(whole));
    test::Random r(n);
    for (int i = 0; i < 4; ++i) {
      analysis::Options options;
      options.diagrams = r.below(std::size_t{16} << r.below(10));
      CAPTURE(*options.diagrams);
      const driver::Compilation c = test::check(text, options);
      CHECK(show(reported(c)) == show(reported(whole)));
      for (std::size_t d = 0; d < c.report.decisions.size(); ++d) {
        const analysis::DecisionSummary& row = c.report.decisions[d];
        CHECK(row.verdict == whole.report.decisions[d].verdict);
        decided += row.grounds == Grounds::diagram ? 1 : 0;
        if (row.grounds != Grounds::refutation) continue;
        // Only diagrams tell shares.
        bool shares = false;
        for (const diag::Diagnostic& found : c.sink.items()) {
          for (const diag::Region& region : found.regions) {
            shares = shares || (found.decision == row.id && !region.share.empty());
          }
        }
        mixed += shares ? 1 : 0;
      }
    }
  }
  CHECK(mixed > count / 20);
  CHECK(decided > count / 6);
}

TEST_CASE("many thresholds on one fact are no reason to ask a solver") {
  const driver::Compilation c = test::check(test::blow_up::thresholds());
  REQUIRE(c.report.decisions.size() == 1);
  CHECK(c.report.decisions[0].grounds == Grounds::diagram);
}

TEST_CASE("each kind of finding") {
  std::set<diag::Code> kinds;
  std::size_t compared = 0;
  for (const char* topic : {"analysis", "accept", "ok"}) {
    for (const auto& e :
         std::filesystem::directory_iterator(std::string(GDL_TESTS_DIR "/golden/") + topic)) {
      if (e.path().extension() != ".gdl") continue;
      CAPTURE(e.path().string());
      const std::string text = test::read(e.path().string());
      driver::Compilation by_diagrams = test::check(text);
      if (by_diagrams.type_errors) continue;
      ++compared;
      driver::Compilation by_solver = test::check(text, asked_at_once());
      CHECK(show(reported(by_solver)) == show(reported(by_diagrams)));
      for (const auto& entry : reported(by_solver)) kinds.insert(entry.first);
    }
  }
  CHECK(compared > 20);
  using diag::Code;
  for (Code code :
       {Code::conflict, Code::gap, Code::stranded, Code::overlap, Code::dead_rule,
        Code::parameter_conflict, Code::exclusive_conflict, Code::preference_cycle,
        Code::overlapping_overrides, Code::overlapping_definition, Code::incomplete_definition,
        Code::wide_accept, Code::useless_accept, Code::unsatisfiable_constraints}) {
    CHECK_MESSAGE(kinds.count(code) == 1, diag::info(code).name);
  }
}

TEST_CASE("what the checker does not accept decides nothing") {
  // Diagrams do not decide these; a solver does, if its proofs are checked.
  const std::string text = test::blow_up::wide_rules();
  driver::Compilation c = test::check(text);
  REQUIRE(c.report.decisions.size() == 1);
  CHECK(c.report.decisions[0].verdict == diag::Verdict::found);
  CHECK(c.report.decisions[0].grounds == Grounds::refutation);
  analysis::Options unchecked;
  unchecked.checking = 1;
  c = test::check(text, unchecked);
  CHECK(c.report.decisions[0].verdict == diag::Verdict::unknown);
  CHECK(c.report.decisions[0].grounds == Grounds::diagram);
  CHECK_FALSE(c.report.decisions[0].undecided.empty());
}

TEST_CASE("the same whatever the threads; and kept proofs hold") {
  const std::string text = test::Adversarial(7, {240, 4, 40}).run();
  std::string said;
  for (unsigned threads : {1u, 2u, 3u}) {
    analysis::Options options = asked_at_once();
    options.threads = threads;
    options.proofs = true;
    driver::Compilation c = test::check(text, options);
    REQUIRE_FALSE(c.type_errors);
    std::ostringstream out;
    out << test::messages(c);
    std::size_t claims = 0;
    for (const analysis::Proof& p : c.report.proofs) {
      out << p.of << analysis::grounds_text(p.grounds);
      for (const space::Refutation& r : p.refutations) {
        REQUIRE(r.about.size() == r.proof.claims.size());
        claims += r.about.size();
        out << r.formula.clauses() << " " << r.proof.steps << "\n";
        CHECK(space::accepted(r, kPlenty));
      }
    }
    CHECK(claims > 50);
    CHECK(c.report.proofs.size() >= 4);
    if (said.empty()) said = out.str();
    CHECK(said == out.str());
  }
}

TEST_CASE("what a solver decided is remembered as that") {
  const std::string text = test::Adversarial(8, {60, 3, 20}).run();
  analysis::Options options = asked_at_once();
  options.proofs = true;
  analysis::Memory memory;
  auto check = [&] {
    return driver::check("test.gdl", test::files({{"test.gdl", text}}), {}, options, &memory);
  };
  const driver::Compilation first = check();
  CHECK(memory.remembered() == 0);
  const driver::Compilation again = check();
  CHECK(memory.looked_at() == 0);
  CHECK(test::messages(again) == test::messages(first));
  std::size_t refuted = 0;
  for (std::size_t i = 0; i < first.report.decisions.size(); ++i) {
    CHECK(again.report.decisions[i].grounds == first.report.decisions[i].grounds);
    refuted += first.report.decisions[i].grounds == Grounds::refutation ? 1 : 0;
  }
  CHECK(refuted > 0);
  REQUIRE(again.report.proofs.size() == first.report.proofs.size());
  for (std::size_t i = 0; i < first.report.proofs.size(); ++i) {
    CHECK(again.report.proofs[i].refutations.size() == first.report.proofs[i].refutations.size());
  }
  // Whatever may change what is found, or what is kept, is looked at again.
  options.proofs = false;
  (void)check();
  CHECK(memory.remembered() == 0);
  options.checking = 1;
  (void)check();
  CHECK(memory.remembered() == 0);
  options.diagrams.reset();
  (void)check();
  CHECK(memory.remembered() == 0);
}
