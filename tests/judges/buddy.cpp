// Sets of patients against BuDDy's: for each decision the patients with a gap and those who are stranded, exactly. The
// regions of the findings together are these sets, whatever their size, and so are the sets of compiler/space.
#include <doctest/doctest.h>
#include <fdd.h>

#include "generate.h"
#include "load.h"
#include "meaning.h"
#include "patients.h"
#include "regions.h"

using namespace gdl;
using namespace gdl::judges;

namespace {

/// BuDDy is one to a process: one of these at a time, and no set may outlive it.
class Running {
 public:
  Running() {
    REQUIRE(bdd_init(200'000, 50'000) == 0);
    bdd_setmaxincrease(1'000'000);
    bdd_gbc_hook(nullptr);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { bdd_done(); }
};

class Buddy {
 public:
  using Set = bdd;

  explicit Buddy(const space::Tables& t) : t_(t), m_(t.model) {
    for (std::size_t i = 0; i < m_.facts.size(); ++i) {
      FactId f(i);
      const Fact& fact = m_.facts[f];
      first_.push_back(fdd_domainnum());
      if (fact.kind == FactKind::set) {
        for (std::size_t e = 0; e < fact.enumerators.size(); ++e) variable(2);
      } else {
        variable(std::max<std::size_t>(2, t.classes.count(f)));
        // A fact of one class alone has the first of two values.
        if (t.classes.count(f) == 1) valid_ &= fdd_ithvar(first_.back(), 0);
      }
      if (fact.knownness_tested) {
        known_[f] = fdd_domainnum();
        variable(2);
      }
    }
  }

  Set all() { return bddtrue; }
  Set none() { return bddfalse; }
  Set both(const Set& a, const Set& b) { return a & b; }
  Set either(const Set& a, const Set& b) { return a | b; }
  Set negate(const Set& a) { return !a; }
  Set in(FactId f, const Bits& values) {
    return classes(f, [&](const Value& v) { return values.test(v.index); });
  }
  Set compare(FactId f, CmpOp op, const Rational& r) {
    return classes(f, [&](const Value& v) { return compares(v.number, op, r); });
  }
  Set includes(FactId f, std::size_t element) {
    return fdd_ithvar(first_[f.value] + static_cast<int>(element), 1);
  }
  Set known(FactId f) { return fdd_ithvar(known_.at(f), 1); }
  /// One set for each total that can be reached.
  Set sum(const std::vector<std::pair<Set, std::int64_t>>& items, CmpOp op, std::int64_t bound) {
    std::map<std::int64_t, bdd> totals = {{0, bddtrue}};
    for (const auto& [set, points] : items) {
      std::map<std::int64_t, bdd> next;
      for (const auto& [total, patients] : totals) {
        next.try_emplace(total, bddfalse).first->second |= patients & !set;
        next.try_emplace(total + points, bddfalse).first->second |= patients & set;
      }
      totals = std::move(next);
    }
    bdd out = bddfalse;
    for (const auto& [total, patients] : totals) {
      if (compares(Rational::from_int(total), op, Rational::from_int(bound))) out |= patients;
    }
    return out;
  }

  /// Total patients, up to value classes.
  [[nodiscard]] bdd valid() const { return valid_; }
  /// How many there are in a set of valid ones; exact to 2^53.
  static double count(const bdd& set) { return bdd_satcount(set); }

  /// A patient of a set that is not empty and of valid ones.
  [[nodiscard]] oracle::Patient patient(const bdd& set) const {
    bdd one = bdd_fullsatone(set);
    oracle::Patient p;
    p.values.resize(m_.facts.size());
    p.known.assign(m_.facts.size(), 1);
    for (std::size_t i = 0; i < m_.facts.size(); ++i) {
      FactId f(i);
      if (m_.facts[f].kind == FactKind::set) {
        for (std::size_t e = 0; e < m_.facts[f].enumerators.size(); ++e) {
          bool in = fdd_scanvar(one, first_[i] + static_cast<int>(e)) == 1;
          p.values[f].set |= static_cast<std::uint64_t>(in) << e;
        }
      } else {
        p.values[f] = t_.classes.sample(f, static_cast<std::size_t>(fdd_scanvar(one, first_[i])));
      }
      auto k = known_.find(f);
      if (k != known_.end()) {
        p.known[f] = static_cast<std::uint8_t>(fdd_scanvar(one, k->second));
      }
    }
    return p;
  }

 private:
  void variable(std::size_t values) {
    int n = static_cast<int>(values);
    valid_ &= fdd_domain(fdd_extdomain(&n, 1));
  }
  template <class Holds>
  bdd classes(FactId f, const Holds& holds) {
    bdd out = bddfalse;
    for (std::size_t k = 0; k < t_.classes.count(f); ++k) {
      if (holds(t_.classes.sample(f, k))) {
        out |= fdd_ithvar(first_[f.value], static_cast<int>(k));
      }
    }
    return out;
  }
  static bool compares(const Rational& a, CmpOp op, const Rational& b) {
    switch (op) {
      case CmpOp::eq: return a == b;
      case CmpOp::ne: return !(a == b);
      case CmpOp::lt: return a < b;
      case CmpOp::le: return a <= b;
      case CmpOp::gt: return b < a;
      case CmpOp::ge: return b <= a;
    }
    return false;
  }

  const space::Tables& t_;
  const Model& m_;
  bdd valid_ = bddtrue;
  std::vector<int> first_;  // of each fact its block, of a set its first element's
  std::map<FactId, int> known_;
};

/// A patient as a box of a scope.
space::Box box_of(const space::Tables& t, const space::Scope& s, const oracle::Patient& p) {
  space::Box out;
  for (std::size_t i = 0; i < s.variables().size(); ++i) {
    space::Var v(i);
    const space::VarMeaning& m = s.meaning(v);
    std::size_t value = 0;
    switch (m.kind) {
      case space::VarMeaning::Kind::value:
        value = t.classes.class_of(m.fact, p.values[m.fact]);
        break;
      case space::VarMeaning::Kind::element:
        value = (p.values[m.fact].set >> m.element) & 1u;
        break;
      case space::VarMeaning::Kind::known: value = p.known[m.fact]; break;
    }
    Bits mask(s.diagram().values(v));
    mask.set(value);
    if (mask.size() > 1) out.masks.emplace_back(v, mask);
  }
  return out;
}

struct Sum {
  std::size_t sets = 0, found = 0, whole = 0;
  double largest = 0;
};

/// The finding of a kind for a decision; null if there is none.
const ReadFinding* finding(const ReadReport& r, diag::Code code, const std::string& decision) {
  for (const ReadFinding& f : r.findings) {
    if (f.diagnostic->code == code && f.diagnostic->decision == decision) return &f;
  }
  return nullptr;
}

void judge(const std::string& text, const driver::Compilation& c, Sum& sum) {
  ReadReport report = read_report(text, c);
  const Model& m = *report.copy.model;
  space::Tables tables(m);
  Running running;
  Buddy buddy(tables);
  Meaning<Buddy> meaning(m, buddy, c.model->decisions.size(), c.model->rules.size());
  const bdd possible = meaning.possible() & buddy.valid();
  if (possible == bddfalse) return;
  Compared verdict =
      compare(reported(c),
              verdicts(meaning.claims(), [&](const bdd& s) { return (s & possible) != bddfalse; }));
  CHECK(verdict.reported == verdict.expected);
  for (std::size_t i = 0; i < c.model->decisions.size(); ++i) {
    DecisionId d(i);
    if (m.decisions[d].partial) continue;
    space::Scope scope(tables, {d}, {}, {}, 5'000'000);
    for (diag::Code code : {diag::Code::gap, diag::Code::stranded}) {
      CAPTURE(m.decisions[d].name);
      const bool gap = code == diag::Code::gap;
      const bdd set = (gap ? meaning.gap(d) : meaning.stranded(d)) & possible;
      ++sum.sets;
      sum.largest = std::max(sum.largest, Buddy::count(set));
      // The space's set.
      space::Node node = gap ? scope.gap(d) : scope.stranded(d);
      node = scope.diagram().both(node, scope.possible());
      if (!scope.exhausted()) {
        CHECK((node == space::kFalse) == (set == bddfalse));
        if (set != bddfalse) {
          CHECK(scope.diagram().contains(node, box_of(tables, scope, buddy.patient(set))));
        }
        const bdd others = possible & !set;
        if (others != bddfalse) {
          CHECK(!scope.diagram().contains(node, box_of(tables, scope, buddy.patient(others))));
        }
      }
      // The regions.
      const ReadFinding* f = finding(report, code, m.decisions[d].name);
      if (f == nullptr) continue;
      ++sum.found;
      bdd regions = bddfalse;
      for (const ReadRegion& r : f->regions) {
        if (!r.when.valid()) continue;
        const bdd region = meaning.holds(r.when) & possible;
        CHECK(region != bddfalse);
        CHECK((region & !set) == bddfalse);
        regions |= region;
      }
      bool all = f->complete && std::all_of(f->regions.begin(), f->regions.end(),
                                            [](const ReadRegion& r) { return r.when.valid(); });
      if (!all) continue;
      ++sum.whole;
      CHECK(Buddy::count(regions) == Buddy::count(set));
      CHECK(regions == set);
    }
  }
}

}  // namespace

TEST_CASE("regions are what BuDDy works out, and so are the space's sets") {
  const std::size_t count = test::fuzz_count(20);
  Sum sum;
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{12, 2, 2, 6};
    shape.accepts = false;
    std::string text = test::Generator(test::fuzz_seed() + 7'000'000 + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::check(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    judge(text, c, sum);
  }
  MESSAGE(sum.sets << " sets, the largest of " << sum.largest << " classes of patients; "
                   << sum.found << " findings, " << sum.whole << " with all their regions");
  CHECK(sum.found > count / 2);
  CHECK(sum.whole > 0);
  CHECK(sum.largest > 1e5);
}
