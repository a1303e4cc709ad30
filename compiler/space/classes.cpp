// Value classes: see classes.h. A threshold t cuts a fact before t (`<`, `>=`), after t (`<=`, `>`)
// or on both sides (`=`, `!=`); the classes are what lies between neighbouring cuts.
#include "space/classes.h"

#include <algorithm>
#include <set>
#include <utility>

namespace gdl::space {

using sema::CmpOp;
using sema::Cond;
using sema::CondKind;
using sema::FactKind;
using sema::Rational;

namespace {

/// A cut before `at` (after == false: `at` belongs to the upper class) or after it.
struct Cut {
  Rational at;
  bool after = false;
};

bool less(const Cut& a, const Cut& b) {
  int c = gdlrt::num::compare(a.at, b.at);
  return c != 0 ? c < 0 : (!a.after && b.after);
}

struct Earlier {
  bool operator()(const Cut& a, const Cut& b) const { return less(a, b); }
};

Rational plus_one(const Rational& r) {
  Rational out;
  // Thresholds have at most 34 digits: one more cannot overflow 256 bits.
  (void)gdlrt::num::add(r, Rational::from_int(1), out);
  return out;
}

Rational minus_one(const Rational& r) {
  Rational out;
  (void)gdlrt::num::sub(r, Rational::from_int(1), out);
  return out;
}

/// The intervals that `cuts` leave of lo..hi. Integers: every cut becomes one before an integer.
std::vector<Interval> cut_range(const Rational& lo, const Rational& hi, bool integer,
                                std::vector<Cut> cuts) {
  if (integer) {
    for (Cut& c : cuts) {
      c.at = c.after ? plus_one(c.at.floor()) : c.at.ceil();
      c.after = false;
    }
  }
  std::sort(cuts.begin(), cuts.end(), less);
  cuts.erase(std::unique(cuts.begin(), cuts.end(),
                         [](const Cut& a, const Cut& b) { return !less(a, b) && !less(b, a); }),
             cuts.end());
  std::vector<Interval> out;
  Interval current{lo, hi, true, true};
  for (const Cut& c : cuts) {
    // A cut outside the range, or at its very end, leaves nothing on one side.
    if (c.at < lo || (c.at == lo && !c.after)) continue;
    if (c.at > hi || (c.at == hi && c.after)) continue;
    Interval below = current;
    below.hi = integer ? minus_one(c.at) : c.at;
    below.hi_closed = integer || c.after;
    out.push_back(below);
    current.lo = c.at;
    current.lo_closed = integer || !c.after;
  }
  out.push_back(current);
  return out;
}

/// A member of the interval with few digits.
Rational member(const Interval& interval) {
  if (interval.lo_closed) return interval.lo;
  if (interval.hi_closed) return interval.hi;
  // Open on both sides: the least number of decimals with which some value lies inside.
  Rational scale = Rational::from_int(1);
  const Rational ten = Rational::from_int(10);
  for (int digits = 0; digits <= gdlrt::num::kMaxExponent; ++digits) {
    Rational scaled;
    Rational candidate;
    if (gdlrt::num::mul(interval.lo, scale, scaled) == gdlrt::num::NumStatus::ok &&
        gdlrt::num::div(plus_one(scaled.floor()), scale, candidate) == gdlrt::num::NumStatus::ok &&
        candidate < interval.hi) {
      return candidate;
    }
    (void)gdlrt::num::mul(scale, ten, scale);
  }
  Rational sum;
  Rational half;
  (void)gdlrt::num::add(interval.lo, interval.hi, sum);
  (void)gdlrt::num::div(sum, Rational::from_int(2), half);
  return half;
}

bool inside(const Interval& i, const Rational& v) {
  int lo = gdlrt::num::compare(v, i.lo);
  int hi = gdlrt::num::compare(v, i.hi);
  return (lo > 0 || (lo == 0 && i.lo_closed)) && (hi < 0 || (hi == 0 && i.hi_closed));
}

}  // namespace

std::size_t class_of(const std::vector<Interval>& intervals, const Rational& number) {
  auto it = std::partition_point(intervals.begin(), intervals.end(), [&](const Interval& i) {
    int c = gdlrt::num::compare(i.hi, number);
    return c < 0 || (c == 0 && !i.hi_closed);
  });
  return static_cast<std::size_t>(it - intervals.begin());
}

namespace {

/// Which conditions belong to the guideline itself, or with `scenarios` to it and its examples.
std::vector<bool> conditions_of(const sema::Model& model, bool scenarios) {
  std::vector<sema::CondId> todo;
  auto root = [&todo](sema::CondId id) {
    if (id.valid()) todo.push_back(id);
  };
  for (const sema::Definition& d : model.definitions) {
    root(d.when);
    for (const sema::Alternative& a : d.alternatives) root(a.when);
    for (const sema::ScoreItem& i : d.items) root(i.when);
  }
  for (const sema::Impossible& i : model.impossibles) root(i.when);
  for (const sema::Decision& d : model.decisions) root(d.domain);
  for (const sema::Rule& r : model.rules) {
    root(r.when);
    root(r.unless);
  }
  for (const sema::Accept& a : model.accepts) root(a.when);
  if (scenarios) {
    for (const sema::Scenario& s : model.scenarios) {
      for (const sema::Given& g : s.given) root(g.when);
    }
  }
  std::vector<bool> out(model.conds.size(), false);
  while (!todo.empty()) {
    sema::CondId id = todo.back();
    todo.pop_back();
    if (out[id.value]) continue;
    out[id.value] = true;
    for (sema::CondId child : model.conds[id].children) todo.push_back(child);
  }
  return out;
}

}  // namespace

Classes::Classes(const sema::Model& model, bool scenarios) : model_(&model) {
  // Each once: many conditions have the same few thresholds.
  IdVector<sema::FactTag, std::set<Cut, Earlier>> cuts;
  cuts.resize(model.facts.size());
  std::vector<bool> wanted = conditions_of(model, scenarios);
  for (std::size_t i = 0; i < model.conds.size(); ++i) {
    const Cond& c = model.conds[sema::CondId(i)];
    if (c.kind != CondKind::fact_compare || !wanted[i]) continue;
    bool before = c.op != CmpOp::le && c.op != CmpOp::gt;
    bool after = c.op != CmpOp::lt && c.op != CmpOp::ge;
    if (before) cuts[c.fact].insert({c.number, false});
    if (after) cuts[c.fact].insert({c.number, true});
  }
  intervals_.resize(model.facts.size());
  members_.resize(model.facts.size());
  for (std::size_t i = 0; i < model.facts.size(); ++i) {
    sema::FactId id(i);
    const sema::Fact& f = model.facts[id];
    if (f.kind != FactKind::integer && f.kind != FactKind::decimal) continue;
    intervals_[id] =
        cut_range(f.lo, f.hi, f.kind == FactKind::integer, {cuts[id].begin(), cuts[id].end()});
    for (const Interval& cls : intervals_[id]) members_[id].push_back(member(cls));
  }
}

std::size_t Classes::count(sema::FactId fact) const {
  const sema::Fact& f = model_->facts[fact];
  switch (f.kind) {
    case FactKind::boolean: return 2;
    case FactKind::enumeration: return f.enumerators.size();
    case FactKind::integer:
    case FactKind::decimal: return intervals_[fact].size();
    case FactKind::set: return 0;
  }
  return 0;
}

std::size_t Classes::class_of(sema::FactId fact, const Rational& number) const {
  return space::class_of(intervals_[fact], number);
}

std::size_t Classes::class_of(sema::FactId fact, const sema::Value& value) const {
  const sema::Fact& f = model_->facts[fact];
  if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
    return class_of(fact, value.number);
  }
  return value.index;
}

sema::Value Classes::sample(sema::FactId fact, std::size_t cls) const {
  sema::Value v;
  const sema::Fact& f = model_->facts[fact];
  if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
    v.number = members_[fact][cls];
  } else {
    v.index = static_cast<std::uint32_t>(cls);
  }
  return v;
}

Bits Classes::of(const Cond& cond) const {
  if (cond.kind == CondKind::fact_in) return cond.mask;
  // Any member decides for the whole class: the condition's own threshold cut it. They ascend, so those below the
  // threshold, the one that is it, and those above follow each other.
  const std::vector<Rational>& members = members_[cond.fact];
  const auto at = std::partition_point(members.begin(), members.end(),
                                       [&](const Rational& r) { return r < cond.number; });
  const auto below = static_cast<std::size_t>(at - members.begin());
  const std::size_t upto = below + (at != members.end() && *at == cond.number ? 1 : 0);
  Bits out(members.size());
  auto add = [&out](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) out.set(i);
  };
  const CmpOp op = cond.op;
  if (op == CmpOp::lt || op == CmpOp::le || op == CmpOp::ne) add(0, below);
  if (op == CmpOp::eq || op == CmpOp::le || op == CmpOp::ge) add(below, upto);
  if (op == CmpOp::gt || op == CmpOp::ge || op == CmpOp::ne) add(upto, members.size());
  return out;
}

ParamClasses::ParamClasses(const sema::Model& model, bool scenarios) : model_(&model) {
  IdVector<sema::ParamTag, std::vector<Cut>> cuts;
  cuts.resize(model.params.size());
  auto add = [&](const sema::ActionUse& use) {
    for (const sema::ParamSetting& s : use.params) {
      if (model.params[s.param].kind == FactKind::enumeration) continue;
      cuts[s.param].push_back({s.values.lo, false});
      cuts[s.param].push_back({s.values.hi, true});
    }
  };
  for (const sema::Rule& r : model.rules) {
    for (const sema::Directive& d : r.directives) add(d.what);
  }
  for (const sema::Scenario& s : model.scenarios) {
    if (!scenarios) break;
    for (const sema::Expect& e : s.expects) add(e.action);
  }
  intervals_.resize(model.params.size());
  for (std::size_t i = 0; i < model.params.size(); ++i) {
    sema::ParamId id(i);
    const sema::Parameter& p = model.params[id];
    if (p.kind == FactKind::enumeration) continue;
    intervals_[id] = cut_range(p.lo, p.hi, p.kind == FactKind::integer, std::move(cuts[id]));
  }
}

std::size_t ParamClasses::count(sema::ParamId param) const {
  const sema::Parameter& p = model_->params[param];
  return p.kind == FactKind::enumeration ? p.enumerators.size() : intervals_[param].size();
}

Bits ParamClasses::of(const sema::ParamSetting& setting) const {
  const sema::Parameter& p = model_->params[setting.param];
  if (p.kind == FactKind::enumeration) return setting.values.mask;
  const std::vector<Interval>& intervals = intervals_[setting.param];
  Bits out(intervals.size());
  Interval wanted{setting.values.lo, setting.values.hi, true, true};
  for (std::size_t i = 0; i < intervals.size(); ++i)
    out.set(i, inside(wanted, member(intervals[i])));
  return out;
}

}  // namespace gdl::space
