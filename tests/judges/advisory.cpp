// What `check` says of rules and conditions that change nothing, against brute force: on guidelines small enough to
// try every patient, G is asked of each with the rule, or the part of the condition, and without it.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "fuzz_count.h"
#include "generate.h"
#include "load.h"
#include "oracle/oracle.h"
#include "patients.h"
#include "shown.h"

using namespace gdl;
using namespace gdl::sema;
using diag::Code;

namespace {

/// What G holds for a patient (docs/semantics.md), as lines that are equal exactly where it is the same.
using Answer = std::set<std::string>;

std::string numbers(std::vector<WayId> ways) {
  std::sort(ways.begin(), ways.end());
  std::string out;
  for (WayId w : ways) out += " " + std::to_string(w.value);
  return out;
}

Answer answer(const oracle::Oracle& oracle, const oracle::Patient& p) {
  const Model& m = oracle.model();
  const oracle::Advice a = oracle.evaluate(p);
  Answer out;
  auto say = [&](RuleId r, Verb verb, const std::string& what) {
    const Rule& rule = m.rules[r];
    std::string home = rule.decision.valid() ? m.decisions[rule.decision].name : "safety";
    out.insert(home + ": " + std::to_string(static_cast<int>(verb)) + " " + what + " " +
               rule.strength + "/" + rule.evidence);
  };
  for (const oracle::DecisionAdvice& d : a.decisions) {
    for (const oracle::ForResult& f : d.fors) {
      const Directive& dir = m.rules[f.rule].directives[f.directive];
      if (f.withdrawn) say(f.rule, dir.verb, "withdrawn" + numbers(dir.what.ways));
      if (!f.kept) continue;
      if (f.conflict) say(f.rule, dir.verb, "conflict" + numbers(dir.what.ways));
      std::string choice;  // one of these
      std::vector<WayId> ways = f.left;
      std::sort(ways.begin(), ways.end());
      for (WayId w : ways) {
        std::string left = " way " + std::to_string(w.value);
        for (const oracle::ParamLeft& l : oracle::parameters_left(m, a, w)) {
          left += " " + std::to_string(l.param.value) + ":";
          for (std::size_t at : l.points) left += " " + std::to_string(at);
        }
        choice += left;
      }
      if (!f.left.empty()) say(f.rule, dir.verb, choice);
    }
    for (RuleId r : d.none) say(r, Verb::no_recommendation, "none");
  }
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    const RuleId r(i);
    if (a.stands[r] == 0) continue;
    for (const Directive& d : m.rules[r].directives) {
      if (is_for(d.verb) || d.verb == Verb::no_recommendation) continue;
      std::string what = numbers(d.what.ways) + (d.what.alone ? " alone" : "") + " over" +
                         numbers(d.over.ways) + (d.over.alone ? " alone" : "");
      for (const ParamSetting& s : d.what.params)
        what += " with " + std::to_string(s.param.value) + d.what.text;
      say(r, d.verb, what);
    }
  }
  return out;
}

/// A copy in which the rule applies to nobody.
Model without(const Model& m, RuleId r) {
  Model out = m;
  Cond never;
  never.kind = CondKind::constant;
  out.rules[r].when = out.conds.push(never);
  return out;
}

std::vector<oracle::Patient> possible_patients(const Model& m, std::size_t n) {
  std::vector<oracle::Patient> out;
  const space::Tables tables(m);
  test::Patients all(tables);
  test::Random random(1);
  all.each(n, random, [&](const oracle::Patient& p) {
    if (oracle::possible(m, p)) out.push_back(p);
  });
  return out;
}

struct Sum {
  std::size_t guidelines = 0, redundant = 0, told = 0, constant = 0, needless = 0, narrowed = 0;
};

class Judge {
 public:
  Judge(const driver::Compilation& c, std::vector<oracle::Patient> patients)
      : c_(c), m_(*c.model), patients_(std::move(patients)), oracle_(m_) {
    for (const diag::Diagnostic& d : c.sink.items()) {
      if (d.code == Code::redundant_rule || d.code == Code::duplicate_rule)
        told_.insert(d.rules.at(0));
      if (d.code == Code::duplicate_rule) earlier_.insert(d.rules.at(1));
      if (d.code == Code::dead_rule) dead_.insert(d.rules.at(0));
      if (d.code == Code::constant_condition) constant_.push_back(d.primary);
      if (d.code == Code::needless_condition) needless_.push_back(d.primary);
    }
  }

  void rules(Sum& sum) {
    std::vector<Answer> before;
    for (const oracle::Patient& p : patients_) before.push_back(answer(oracle_, p));
    for (std::size_t i = 0; i < m_.rules.size(); ++i) {
      const std::string& name = m_.rules[RuleId(i)].name;
      if (dead_.count(name) != 0) continue;
      const Model copy = without(m_, RuleId(i));
      const oracle::Oracle other(copy);
      bool same = true;
      for (std::size_t k = 0; k < patients_.size() && same; ++k) {
        same = answer(other, patients_[k]) == before[k];
      }
      const bool told = told_.count(name) != 0;
      CAPTURE(name);
      if (told) CHECK(same);
      // The earlier of two that are the same is left to stand.
      if (earlier_.count(name) != 0) continue;
      sum.redundant += same ? 1 : 0;
      sum.told += same && told ? 1 : 0;
    }
  }

  /// Bans that leave a choice smaller, and not empty, are told of, and only where something is smaller.
  void choices(Sum& sum) {
    for (std::size_t i = 0; i < m_.decisions.size(); ++i) {
      bool ways = false;
      bool less = false;
      for (const oracle::Patient& p : patients_) {
        const oracle::Advice a = oracle_.evaluate(p);
        for (const oracle::ForResult& f : a.decisions[DecisionId(i)].fors) {
          const std::size_t all = m_.rules[f.rule].directives[f.directive].what.ways.size();
          ways = ways || (f.kept && !f.left.empty() && f.left.size() < all);
          less = less || judges::less_left(m_, a, f);
        }
      }
      const std::string& name = m_.decisions[DecisionId(i)].name;
      const bool told = std::any_of(c_.sink.items().begin(), c_.sink.items().end(),
                                    [&](const diag::Diagnostic& d) {
                                      return d.code == Code::narrowed && d.decision == name;
                                    });
      CAPTURE(name);
      if (ways) CHECK(told);
      if (told) CHECK(less);
      sum.narrowed += told ? 1 : 0;
    }
  }

  void conditions(Sum& sum) {
    for (const Cond& c : m_.conds) {
      sum.constant += at(constant_, c.span) ? 1 : 0;
    }
    for (std::size_t i = 0; i < m_.rules.size(); ++i) {
      const Rule& r = m_.rules[RuleId(i)];
      if (dead_.count(r.name) == 0) rule(r, sum);
    }
  }

 private:
  static bool at(const std::vector<Span>& those, const Span& s) {
    return s.valid() &&
           std::any_of(those.begin(), those.end(), [&](const Span& t) { return t == s; });
  }
  [[nodiscard]] bool within_constant(const Span& s) const {
    return std::any_of(constant_.begin(), constant_.end(), [&](const Span& t) {
      return t.file == s.file && t.begin <= s.begin && s.end <= t.end;
    });
  }
  void conjuncts(CondId id, std::vector<CondId>& out) const {
    const Cond& c = m_.conds[id];
    if (!c.span.valid()) return;
    if (c.kind != CondKind::all || m_.conds[c.children[0]].span == c.span) {
      out.push_back(id);
      return;
    }
    for (CondId child : c.children) conjuncts(child, out);
  }

  void rule(const Rule& r, Sum& sum) {
    std::vector<CondId> parts;
    conjuncts(r.when, parts);
    // For how many possible patients each part holds.
    for (CondId p : parts) {
      const auto n = static_cast<std::size_t>(
          std::count_if(patients_.begin(), patients_.end(),
                        [&](const oracle::Patient& x) { return oracle::holds(m_, p, x); }));
      const Cond& c = m_.conds[p];
      CAPTURE(r.name);
      CAPTURE(c_.sources.text(c.span));
      // The author's definitions are told of where they are defined.
      if (c.kind == CondKind::def_true || c.kind == CondKind::def_in ||
          c.kind == CondKind::negation)
        continue;
      CHECK((n == patients_.size() || n == 0) == within_constant(c.span));
    }
    // Which patients the rule applies to with some of its parts.
    auto applies = [&](const oracle::Patient& p, CondId but, bool unless) {
      if (r.decision.valid() && !oracle::holds(m_, m_.decisions[r.decision].domain, p))
        return false;
      for (CondId part : parts) {
        if (part == but || at(needless_, m_.conds[part].span)) continue;
        if (!oracle::holds(m_, part, p)) return false;
      }
      return !unless || !r.unless.valid() || !oracle::holds(m_, r.unless, p);
    };
    const bool unless_told = r.unless.valid() && at(needless_, m_.conds[r.unless].span);
    auto same = [&](CondId but, bool unless) {
      return std::all_of(patients_.begin(), patients_.end(), [&](const oracle::Patient& p) {
        bool now = (!r.decision.valid() || oracle::holds(m_, m_.decisions[r.decision].domain, p)) &&
                   oracle::holds(m_, r.when, p) &&
                   (!r.unless.valid() || !oracle::holds(m_, r.unless, p));
        return now == applies(p, but, unless);
      });
    };
    CAPTURE(r.name);
    CHECK(same({}, !unless_told));
    for (CondId p : parts) {
      const Span span = m_.conds[p].span;
      sum.needless += at(needless_, span) ? 1 : 0;
      if (at(needless_, span) || constant(p)) continue;
      CAPTURE(c_.sources.text(span));
      CHECK(!same(p, !unless_told));
    }
    if (!r.unless.valid() || unless_told || constant(r.unless)) return;
    CHECK(!same({}, false));
  }
  [[nodiscard]] bool constant(CondId id) const {
    const auto n = static_cast<std::size_t>(
        std::count_if(patients_.begin(), patients_.end(),
                      [&](const oracle::Patient& p) { return oracle::holds(m_, id, p); }));
    return n == 0 || n == patients_.size();
  }

  const driver::Compilation& c_;
  const Model& m_;
  std::vector<oracle::Patient> patients_;
  oracle::Oracle oracle_;
  std::set<std::string> told_, earlier_, dead_;
  std::vector<Span> constant_, needless_;
};

}  // namespace

TEST_CASE("what changes nothing changes nothing for any patient") {
  const std::size_t count = test::fuzz_count(250);
  Sum sum;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 12'000'000 + n, {3, 2, 2, 5}).run();
    CAPTURE(text);
    driver::Compilation c = test::check(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const std::size_t cells = test::Patients(space::Tables(*c.model)).count(3000);
    if (cells > 3000) continue;
    std::vector<oracle::Patient> patients = possible_patients(*c.model, cells);
    if (patients.empty()) continue;
    ++sum.guidelines;
    Judge judge(c, std::move(patients));
    judge.rules(sum);
    judge.conditions(sum);
    judge.choices(sum);
  }
  MESSAGE(sum.guidelines << " guidelines, " << sum.redundant << " redundant rules, of which "
                         << sum.told << " are told; " << sum.constant << " constant and "
                         << sum.needless << " needless conditions, " << sum.narrowed
                         << " decisions with choices narrowed");
  CHECK(sum.guidelines * 2 > count);
  CHECK(sum.told > sum.guidelines / 10);
  CHECK(sum.needless > sum.guidelines / 10);
  CHECK(sum.narrowed > sum.guidelines / 10);
  // What is not told of is what other changes make up for: seldom.
  CHECK(sum.told * 10 > sum.redundant * 8);
}
