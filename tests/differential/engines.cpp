// The runtime's evaluator and the space's sets against the oracle, patient by patient, on random guidelines.
#include <doctest/doctest.h>

#include <cstring>

#include "answer.h"
#include "evaluate.h"
#include "generate.h"
#include "load.h"
#include "patients.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

/// A program opened in memory.
struct Opened {
  std::vector<std::uint64_t> storage;  // 8-aligned
  gdlrt::Program program;
};

void open(const driver::Compilation& c, Opened& out) {
  std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
  out.storage.resize(bytes.size() / 8 + 1);
  std::memcpy(out.storage.data(), bytes.data(), bytes.size());
  gdlrt::Refusal why;
  gdlrt::Arena work;
  gdlrt_status status =
      gdlrt::open_program(reinterpret_cast<const std::uint8_t*>(out.storage.data()), bytes.size(),
                          work, out.program, why);
  REQUIRE_MESSAGE(status == GDLRT_OK, why.message);
}

/// Everything the runtime's outcome says, against the oracle's advice.
void compare(const Model& m, const gdlrt::Program& p, const gdlrt::Evaluator& e,
             const gdlrt::Outcome& o, const oracle::Advice& a) {
  for (std::size_t i = 0; i < m.decisions.size(); ++i) {
    const oracle::DecisionAdvice& d = a.decisions[DecisionId(i)];
    CHECK((o.domain[i] != 0) == d.applies);
    CHECK((o.gap[i] != 0) == d.gap);
    CHECK((o.stranded[i] != 0) == d.stranded);
    CHECK((o.overlap[i] != 0) == !d.overlaps.empty());
  }
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    RuleId r(i);
    REQUIRE((o.applies[i] != 0) == (a.applies[r] != 0));
    REQUIRE((o.stands[i] != 0) == (a.stands[r] != 0));
    const Rule& rule = m.rules[r];
    for (std::size_t k = 0; k < rule.directives.size(); ++k) {
      const Directive& dir = rule.directives[k];
      if (!is_for(dir.verb)) continue;
      std::uint32_t row =
          p.rules[static_cast<std::uint32_t>(i)].directive_first + static_cast<std::uint32_t>(k);
      const oracle::ForResult* f = a.find(m, r, k);
      gdlrt::ForState state = o.state[row];
      if (f == nullptr) {
        CHECK(state == gdlrt::ForState::silent);
        continue;
      }
      CHECK((o.kept[i] != 0) == f->kept);
      CHECK((state == gdlrt::ForState::left) == !f->left.empty());
      CHECK((state == gdlrt::ForState::withdrawn) == f->withdrawn);
      CHECK((state == gdlrt::ForState::parameter) == f->parameter);
      CHECK((state == gdlrt::ForState::conflict) == (f->conflict && !f->parameter));
      for (std::size_t w = 0; w < dir.what.ways.size(); ++w) {
        bool left = std::find(f->left.begin(), f->left.end(), dir.what.ways[w]) != f->left.end();
        CHECK((o.removed[e.way_offset(row) + w] == 0) == left);
      }
    }
  }
  for (std::size_t x = 0; x < m.exclusives.size(); ++x) {
    bool clash = false;
    for (const oracle::ExclusiveClash& c : a.exclusives) clash = clash || c.exclusive == x;
    CHECK((o.exclusive[x] != 0) == clash);
  }
}

/// Points of each parameter that the runtime leaves on an offered way, against the oracle's.
void compare_parameters(const Model& m, const space::Tables& t, const gdlrt::Evaluator& e,
                        const gdlrt::Outcome& o, const oracle::Advice& a) {
  std::vector<std::uint64_t> mask(64);
  for (WayId w : t.advised) {
    for (const oracle::ParamLeft& left : oracle::parameters_left(m, a, w)) {
      e.parameter_left(o, left.param.value, w.value, mask.data());
      std::vector<sema::Value> points = oracle::parameter_points(m, left.param);
      for (std::size_t i = 0; i < points.size(); ++i) {
        std::size_t cls = points[i].index;
        if (m.params[left.param].kind != FactKind::enumeration) {
          const std::vector<space::Interval>& all = t.param_classes.intervals(left.param);
          cls = 0;
          while (cls + 1 < all.size() &&
                 (all[cls].hi < points[i].number ||
                  (all[cls].hi == points[i].number && !all[cls].hi_closed))) {
            ++cls;
          }
        }
        bool there = std::find(left.points.begin(), left.points.end(), i) != left.points.end();
        CHECK(gdlrt::mask_test(mask.data(), static_cast<std::uint32_t>(cls)) == there);
      }
    }
  }
}

void fill(const space::Tables& t, const oracle::Patient& p, gdlrt::Patient& out) {
  for (std::size_t i = 0; i < t.model.facts.size(); ++i) {
    FactId f(i);
    out.known[i] = p.known[f];
    out.sets[i] = p.values[f].set;
    if (t.model.facts[f].kind != FactKind::set) {
      out.classes[i] = static_cast<std::uint32_t>(t.classes.class_of(f, p.values[f]));
    }
  }
}

/// The patient as a box that names every variable of the scope.
space::Box box_of(const space::Tables& t, const space::Scope& s, const oracle::Patient& p) {
  space::Box box;
  for (std::size_t i = 0; i < s.variables().size(); ++i) {
    space::Var v(i);
    const space::VarMeaning& meaning = s.meaning(v);
    Bits mask(s.diagram().values(v));
    switch (meaning.kind) {
      case space::VarMeaning::Kind::value:
        mask.set(t.classes.class_of(meaning.fact, p.values[meaning.fact]));
        break;
      case space::VarMeaning::Kind::known: mask.set(p.known[meaning.fact]); break;
      case space::VarMeaning::Kind::element:
        mask.set((p.values[meaning.fact].set >> meaning.element) & 1u);
        break;
    }
    box.masks.emplace_back(v, mask);
  }
  return box;
}

void compare_space(const space::Tables& t, space::Scope& s, DecisionId id, const oracle::Patient& p,
                   const oracle::Advice& a) {
  const Model& m = t.model;
  space::Box box = box_of(t, s, p);
  auto in = [&](space::Node n) { return s.diagram().contains(n, box); };
  const oracle::DecisionAdvice& d = a.decisions[id];
  CHECK(in(s.domain(id)) == d.applies);
  CHECK(in(s.gap(id)) == d.gap);
  CHECK(in(s.stranded(id)) == d.stranded);
  for (RuleId r : m.decisions[id].rules) {
    CHECK(in(s.applies(r)) == (a.applies[r] != 0));
    CHECK(in(s.stands(r)) == (a.stands[r] != 0));
    CHECK(in(s.in_force(r)) == oracle::in_force(m, a, r));
    for (std::size_t k = 0; k < m.rules[r].directives.size(); ++k) {
      if (!is_for(m.rules[r].directives[k].verb)) continue;
      const oracle::ForResult* f = a.find(m, r, k);
      CHECK(in(s.left(r, k)) == (f != nullptr && f->kept && !f->left.empty()));
      CHECK(in(s.withdrawn(r, k)) == (f != nullptr && f->withdrawn));
      CHECK(in(s.conflict(r, k)) == (f != nullptr && f->kept && f->conflict));
      for (WayId w : m.rules[r].directives[k].what.ways) {
        Verb v = m.rules[r].directives[k].verb;
        CHECK(in(s.offered(id, v, w)) == oracle::offered(m, a, id, v, w));
      }
    }
  }
  for (RuleId x : m.decisions[id].rules) {
    for (RuleId y : m.decisions[id].rules) CHECK(in(s.overlap(x, y)) == d.overlap(x, y));
  }
}

void run(const test::Shape& shape, std::size_t count, std::size_t patients, std::uint64_t seed) {
  std::size_t exhausted = 0;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(seed + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const Model& m = *c.model;
    Opened opened;
    open(c, opened);
    space::Tables t(m);
    gdlrt::Arena arena;
    gdlrt::Evaluator e(opened.program, arena);
    gdlrt::Outcome outcome;
    gdlrt::Patient patient;
    REQUIRE(e.make(outcome, arena));
    REQUIRE(e.make(patient, arena));
    std::vector<space::Scope> scopes;
    for (std::size_t i = 0; i < m.decisions.size(); ++i) {
      scopes.emplace_back(t, std::vector<DecisionId>{DecisionId(i)}, std::vector<RuleId>{},
                          std::vector<CondId>{}, 100'000'000);
    }
    test::Random random(seed + n);
    std::size_t seen = 0;
    test::Patients(t).each(patients, random, [&](const oracle::Patient& p) {
      fill(t, p, patient);
      e.run(patient, outcome);
      bool possible = true;
      for (const gdlrt::ImpossibleRow& i : opened.program.impossibles) {
        possible = possible && outcome.nodes[i.node] == 0;
      }
      CHECK(possible == oracle::possible(m, p));
      oracle::Advice a = oracle::evaluate(m, p);
      compare(m, opened.program, e, outcome, a);
      if (++seen % 16 == 0) compare_parameters(m, t, e, outcome, a);
      for (std::size_t i = 0; i < m.decisions.size(); ++i) {
        compare_space(t, scopes[i], DecisionId(i), p, a);
      }
    });
    for (const space::Scope& s : scopes) exhausted += s.exhausted() ? 1 : 0;
  }
  CHECK(exhausted == 0);
}

}  // namespace

TEST_CASE("small guidelines: every patient") {
  run({3, 2, 2, 4}, test::fuzz_count(150), 4000, test::fuzz_seed());
}

TEST_CASE("larger guidelines: random patients") {
  run({9, 4, 3, 8}, test::fuzz_count(150), 150, test::fuzz_seed() + 1'000'000);
}
