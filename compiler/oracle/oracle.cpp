// The oracle, step by step: see oracle.h. The numbers in comments are the steps of
// docs/language.md, "From rules to advice".
#include "oracle/oracle.h"

#include <algorithm>
#include <bit>

namespace gdl::oracle {

using namespace sema;

namespace {

template <class T>
bool compare_holds(int c, T op) {
  switch (op) {
    case CmpOp::eq: return c == 0;
    case CmpOp::ne: return c != 0;
    case CmpOp::lt: return c < 0;
    case CmpOp::le: return c <= 0;
    case CmpOp::gt: return c > 0;
    case CmpOp::ge: return c >= 0;
  }
  return false;
}

int compare_int(std::int64_t a, std::int64_t b) { return a < b ? -1 : (a > b ? 1 : 0); }

std::int64_t set_size(std::uint64_t set) { return std::popcount(set); }

}  // namespace

Patient within(const Part& part, const Patient& patient) {
  Patient out;
  within(part, patient, out);
  return out;
}

void within(const Part& part, const Patient& patient, Patient& out) {
  out.values.resize(part.facts.size());
  out.known.resize(part.facts.size());
  for (std::size_t i = 0; i < part.facts.size(); ++i) {
    const FactId own(i);
    out.values[own] = patient.values[part.facts[own]];
    out.known[own] = patient.known[part.facts[own]];
  }
}

bool holds(const Model& model, CondId id, const Patient& p) {
  const Cond& c = model.conds[id];
  switch (c.kind) {
    case CondKind::constant: return c.flag;
    case CondKind::fact_in: return c.mask.test(p.values[c.fact].index);
    case CondKind::fact_compare:
      return compare_holds(gdlrt::num::compare(p.values[c.fact].number, c.number), c.op);
    case CondKind::set_includes: return ((p.values[c.fact].set >> c.index) & 1u) != 0;
    case CondKind::set_equals: {
      for (std::size_t i = 0; i < c.mask.size(); ++i) {
        if (c.mask.test(i) != (((p.values[c.fact].set >> i) & 1u) != 0)) return false;
      }
      return true;
    }
    case CondKind::set_count:
      return compare_holds(compare_int(set_size(p.values[c.fact].set), c.count), c.op);
    case CondKind::known: return p.known[c.fact] != 0;
    case CondKind::def_true: return holds(model, model.definitions[c.def].when, p);
    case CondKind::def_in: return (alternatives(model, c.def, p) & c.mask).any();
    case CondKind::score_compare:
      return compare_holds(compare_int(score(model, c.def, p), c.count), c.op);
    case CondKind::negation: return !holds(model, c.children[0], p);
    case CondKind::all: {
      for (CondId child : c.children) {
        if (!holds(model, child, p)) return false;
      }
      return true;
    }
    case CondKind::any: {
      for (CondId child : c.children) {
        if (holds(model, child, p)) return true;
      }
      return false;
    }
    case CondKind::at_least: {
      std::int64_t n = 0;
      for (CondId child : c.children) n += holds(model, child, p) ? 1 : 0;
      return n >= c.count;
    }
  }
  return false;
}

Bits alternatives(const Model& model, DefId def, const Patient& p) {
  const Definition& d = model.definitions[def];
  Bits out(d.alternatives.size());
  for (std::size_t i = 0; i < d.alternatives.size(); ++i) {
    const Alternative& a = d.alternatives[i];
    if (a.when.valid()) {
      out.set(i, holds(model, a.when, p));
    } else {
      out.set(i, out.none());  // `otherwise` comes last
    }
  }
  return out;
}

std::int64_t score(const Model& model, DefId def, const Patient& p) {
  std::int64_t points = 0;
  for (const ScoreItem& item : model.definitions[def].items) {
    if (item.plus.valid()) {
      points += score(model, item.plus, p);
    } else if (holds(model, item.when, p)) {
      points += item.points;
    }
  }
  return points;
}

bool possible(const Model& model, const Patient& p) {
  for (const Impossible& i : model.impossibles) {
    if (holds(model, i.when, p)) return false;
  }
  return true;
}

bool conditions_hold(const Model& model, RuleId rule, const Patient& p) {
  const Rule& r = model.rules[rule];
  return holds(model, r.when, p) && !(r.unless.valid() && holds(model, r.unless, p));
}

std::vector<Value> parameter_points(const Model& model, ParamId id) {
  const Parameter& p = model.params[id];
  std::vector<Value> out;
  if (p.kind == FactKind::enumeration) {
    for (std::size_t i = 0; i < p.enumerators.size(); ++i) {
      Value v;
      v.index = static_cast<std::uint32_t>(i);
      out.push_back(v);
    }
    return out;
  }
  std::vector<Rational> ends = {p.lo, p.hi};
  auto add_ends = [&](const ActionUse& use) {
    for (const ParamSetting& s : use.params) {
      if (s.param == id) {
        ends.push_back(s.values.lo);
        ends.push_back(s.values.hi);
      }
    }
  };
  for (const Rule& r : model.rules) {
    for (const Directive& d : r.directives) add_ends(d.what);
  }
  for (const Scenario& s : model.scenarios) {
    for (const Expect& e : s.expects) add_ends(e.action);
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (i > 0) {
      Rational between;
      if (p.kind == FactKind::integer) {
        (void)gdlrt::num::add(ends[i - 1], Rational::from_int(1), between);
      } else {
        Rational sum;
        (void)gdlrt::num::add(ends[i - 1], ends[i], sum);
        (void)gdlrt::num::div(sum, Rational::from_int(2), between);
      }
      if (between < ends[i]) {
        Value v;
        v.number = between;
        out.push_back(v);
      }
    }
    Value v;
    v.number = ends[i];
    out.push_back(v);
  }
  return out;
}

namespace {

bool has_value(const Model& model, const ParamSetting& s, const Value& v) {
  if (model.params[s.param].kind == FactKind::enumeration) return s.values.mask.test(v.index);
  return s.values.lo <= v.number && v.number <= s.values.hi;
}

/// The rules whose bans are heard; null: all.
using Bans = const std::vector<RuleId>*;
const std::vector<RuleId> kNoBans;

/// One evaluation in progress.
struct Evaluation {
  const Oracle& oracle;
  const Model& model;
  const Advice& advice;

  Evaluation(const Oracle& o, const Advice& a) : oracle(o), model(o.model()), advice(a) {}

  [[nodiscard]] bool stands(RuleId r) const { return advice.stands[r] != 0; }

  /// Step 3: does this rule stand, and is its ban heard?
  [[nodiscard]] bool heard(RuleId ban, Bans bans) const {
    return stands(ban) &&
           (bans == nullptr || std::find(bans->begin(), bans->end(), ban) != bans->end());
  }

  /// The values of `param` left on `way` (which it reaches) by the settings of all standing rules
  /// and the bans that are heard.
  [[nodiscard]] std::vector<std::size_t> left(ParamId param, WayId way, Bans bans) const {
    std::vector<std::size_t> out;
    const std::vector<Value>& points = oracle.points(param);
    for (std::size_t i = 0; i < points.size(); ++i) {
      bool ok = true;
      for (const auto& [rule, k] : oracle.with_parameters()) {
        if (!stands(rule)) continue;
        const Directive& d = model.rules[rule].directives[k];
        for (const ParamSetting& s : d.what.params) {
          if (s.param != param) continue;
          if (is_for(d.verb) && !has_value(model, s, points[i])) ok = false;
          if (is_against(d.verb) && heard(rule, bans) && matches(model, way, d.what) &&
              has_value(model, s, points[i])) {
            ok = false;
          }
        }
      }
      if (ok) out.push_back(i);
    }
    return out;
  }

  /// Step 3: is the way removed by settings and the bans that are heard?
  [[nodiscard]] bool removed(WayId way, Bans bans) const {
    for (const auto& [rule, k] : oracle.againsts()) {
      if (!heard(rule, bans)) continue;
      const Directive& d = model.rules[rule].directives[k];
      if (d.what.params.empty() && matches(model, way, d.what)) return true;
    }
    for (ParamId param : oracle.spoken_of()) {
      if (reaches(model, model.params[param].action, way) && left(param, way, bans).empty()) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool emptied(const Directive& d, Bans bans) const {
    for (WayId w : d.what.ways) {
      if (!removed(w, bans)) return false;
    }
    return true;
  }
};

/// The answer of a rule for `choose one`: verbs and ways left, strength and evidence.
struct Answer {
  std::vector<std::pair<int, std::uint32_t>> offers;
  std::string strength, evidence;
  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace

Oracle::Oracle(const Model& model) : model_(model), order_(override_order(model)) {
  points_.resize(model.params.size());
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    const Rule& r = model.rules[RuleId(i)];
    for (std::size_t k = 0; k < r.directives.size(); ++k) {
      const Directive& d = r.directives[k];
      if (is_against(d.verb)) againsts_.emplace_back(RuleId(i), k);
      if (!d.what.params.empty()) with_parameters_.emplace_back(RuleId(i), k);
      for (const ParamSetting& s : d.what.params) {
        if (!points_[s.param].empty()) continue;
        spoken_of_.push_back(s.param);
        points_[s.param] = parameter_points(model, s.param);
      }
    }
  }
}

void Oracle::applying(const Patient& patient, Applying& out) const {
  const Model& model = model_;
  const std::size_t decisions = model.decisions.size();
  out.resize(decisions + model.rules.size());
  // 1. A rule applies if the patient is in its decision's domain, `when` holds and `unless` does
  // not.
  for (std::size_t i = 0; i < decisions; ++i) {
    out[i] = holds(model, model.decisions[DecisionId(i)].domain, patient) ? 1 : 0;
  }
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    const Rule& r = model.rules[RuleId(i)];
    bool domain = !r.decision.valid() || out[r.decision.value] != 0;
    out[decisions + i] = domain && conditions_hold(model, RuleId(i), patient) ? 1 : 0;
  }
}

Advice Oracle::evaluate(const Patient& patient) const {
  Applying first;
  applying(patient, first);
  return advise(first);
}

Advice Oracle::advise(const Applying& applying) const {
  const Model& model = model_;
  Advice out;
  out.applies.resize(model.rules.size());
  out.stands.assign(model.rules.size(), 0);
  out.decisions.resize(model.decisions.size());
  Evaluation e(*this, out);
  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    out.decisions[DecisionId(i)].applies = applying[i] != 0;
  }
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    out.applies[RuleId(i)] = applying[model.decisions.size() + i];
  }

  // 2. It stands if no standing rule overrides it.
  for (RuleId id : order_) {
    bool stands = out.applies[id] != 0;
    for (RuleId by : model.rules[id].overridden_by) stands = stands && out.stands[by] == 0;
    out.stands[id] = stands ? 1 : 0;
  }

  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    DecisionAdvice& a = out.decisions[DecisionId(i)];
    const Decision& d = model.decisions[DecisionId(i)];
    bool found_first = false;
    bool for_applied = false;
    for (RuleId id : d.rules) {
      const Rule& r = model.rules[id];
      if (r.has_for && out.applies[id] != 0) for_applied = true;
      if (out.stands[id] == 0) continue;
      bool kept = !(d.choose == Choose::first && found_first);
      bool answers = r.has_none;
      for (std::size_t k = 0; k < r.directives.size(); ++k) {
        const Directive& dir = r.directives[k];
        if (!is_for(dir.verb)) continue;
        ForResult f;
        f.rule = id;
        f.directive = k;
        f.kept = kept;
        // 3. What the bans of all standing rules leave.
        for (WayId w : dir.what.ways) {
          if (!e.removed(w, nullptr)) f.left.push_back(w);
        }
        // 4. Nothing left: withdrawn if the bans of rules that override it suffice, else a
        // conflict.
        if (f.left.empty()) {
          f.parameter = e.emptied(dir, &kNoBans);
          f.withdrawn = !f.parameter && e.emptied(dir, &r.yields_to);
          f.conflict = !f.withdrawn;
        }
        if (!f.withdrawn) answers = true;
        a.fors.push_back(f);
      }
      if (r.has_none && kept) a.none.push_back(id);
      // 5. `choose first` keeps the first rule with `no recommendation` or a *for* not withdrawn.
      if (answers) found_first = true;
    }

    // Empty, gap, stranded; overlap.
    bool for_left = false;
    std::vector<std::pair<RuleId, Answer>> answers;
    for (RuleId id : d.rules) {
      Answer answer;
      bool any = false;
      for (const ForResult& f : a.fors) {
        if (f.rule != id || !f.kept || f.left.empty()) continue;
        any = true;
        for_left = true;
        for (WayId w : f.left) {
          answer.offers.emplace_back(static_cast<int>(model.rules[id].directives[f.directive].verb),
                                     w.value);
        }
      }
      if (!any) continue;
      std::sort(answer.offers.begin(), answer.offers.end());
      answer.offers.erase(std::unique(answer.offers.begin(), answer.offers.end()),
                          answer.offers.end());
      answer.strength = model.rules[id].strength;
      answer.evidence = model.rules[id].evidence;
      answers.emplace_back(id, answer);
    }
    for (std::size_t x = 0; x < answers.size(); ++x) {
      for (RuleId none : a.none) a.overlaps.emplace_back(none, answers[x].first);
      for (std::size_t y = x + 1; y < answers.size() && d.choose == Choose::one; ++y) {
        if (answers[x].second == answers[y].second) continue;
        a.overlaps.emplace_back(answers[x].first, answers[y].first);
      }
    }
    // What is offered, and in which order it is preferred.
    std::vector<WayId> offers;
    for (const ForResult& f : a.fors) {
      if (f.kept) offers.insert(offers.end(), f.left.begin(), f.left.end());
    }
    for (RuleId id : d.rules) {
      if (out.stands[id] == 0) continue;
      for (const Directive& dir : model.rules[id].directives) {
        if (dir.verb != Verb::prefer) continue;
        for (WayId x : offers) {
          for (WayId y : offers) {
            bool before = matches(model, x, dir.what) && !matches(model, x, dir.over);
            bool after = matches(model, y, dir.over) && !matches(model, y, dir.what);
            if (before && after) a.prefers.push_back({x, y, id});
          }
        }
      }
    }
    bool empty = a.applies && !for_left && a.none.empty();
    a.gap = empty && !for_applied;
    a.stranded = empty && for_applied;
  }

  // `exclusive X, Y`: every choice of ways of two recommendations of different rules clashes.
  std::vector<const ForResult*> recommends;
  for (const DecisionAdvice& a : out.decisions) {
    for (const ForResult& f : a.fors) {
      if (f.kept && !f.left.empty() &&
          model.rules[f.rule].directives[f.directive].verb == Verb::recommend) {
        recommends.push_back(&f);
      }
    }
  }
  for (std::size_t x = 0; x < model.exclusives.size(); ++x) {
    const Exclusive& ex = model.exclusives[x];
    struct Sides {
      bool first, second;
    };
    std::vector<std::vector<Sides>> sides;  // of each recommendation, for each of its ways left
    for (const ForResult* f : recommends) {
      sides.emplace_back();
      for (WayId w : f->left) {
        sides.back().push_back({matches(model, w, ex.first), matches(model, w, ex.second)});
      }
    }
    for (std::size_t i = 0; i < recommends.size(); ++i) {
      for (std::size_t k = i + 1; k < recommends.size(); ++k) {
        if (recommends[i]->rule == recommends[k]->rule) continue;
        bool every = true;
        for (Sides w : sides[i]) {
          for (Sides v : sides[k]) {
            every = every && ((w.first && v.second) || (w.second && v.first));
          }
        }
        if (every) out.exclusives.push_back({recommends[i]->rule, recommends[k]->rule, x});
      }
    }
  }

  // Settings that leave a parameter of an advised way nothing, bans apart.
  for (const DecisionAdvice& a : out.decisions) {
    for (const ForResult& f : a.fors) {
      if (!f.kept) continue;
      for (WayId w : model.rules[f.rule].directives[f.directive].what.ways) {
        for (ParamId param : spoken_of_) {
          if (reaches(model, model.params[param].action, w) && e.left(param, w, &kNoBans).empty()) {
            out.parameters.push_back({param, f.rule, w});
          }
        }
      }
    }
  }
  return out;
}

Advice evaluate(const Model& model, const Patient& patient) {
  return Oracle(model).evaluate(patient);
}

bool DecisionAdvice::overlap(RuleId a, RuleId b) const {
  return std::any_of(overlaps.begin(), overlaps.end(), [&](const auto& pair) {
    return pair == std::pair(a, b) || pair == std::pair(b, a);
  });
}

const ForResult* Advice::find(const Model& model, RuleId rule, std::size_t directive) const {
  DecisionId d = model.rules[rule].decision;
  if (!d.valid()) return nullptr;
  for (const ForResult& f : decisions[d].fors) {
    if (f.rule == rule && f.directive == directive) return &f;
  }
  return nullptr;
}

std::vector<ParamLeft> parameters_left(const Model& model, const Advice& advice, WayId way) {
  return parameters_left(Oracle(model), advice, way);
}

std::vector<ParamLeft> parameters_left(const Oracle& oracle, const Advice& advice, WayId way) {
  const Model& model = oracle.model();
  Evaluation e(oracle, advice);
  std::vector<ParamLeft> out;
  for (std::size_t k = 0; k < model.params.size(); ++k) {
    ParamId param(k);
    if (!reaches(model, model.params[param].action, way)) continue;
    std::vector<std::size_t> left;
    if (oracle.points(param).empty()) {
      // No rule speaks of it: it keeps its whole range.
      for (std::size_t i = 0; i < parameter_points(model, param).size(); ++i) left.push_back(i);
    } else {
      left = e.left(param, way, nullptr);
    }
    out.push_back({param, std::move(left)});
  }
  return out;
}

bool preference_cycle(const DecisionAdvice& advice) {
  for (const Preferred& start : advice.prefers) {
    // Every way that can be reached from `start`.
    std::vector<WayId> reached = {start.second};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      if (reached[i] == start.first) return true;
      for (const Preferred& p : advice.prefers) {
        if (p.first == reached[i] &&
            std::find(reached.begin(), reached.end(), p.second) == reached.end()) {
          reached.push_back(p.second);
        }
      }
    }
  }
  return false;
}

bool emptied_by(const Model& model, const Advice& advice, RuleId rule, std::size_t directive,
                const std::vector<RuleId>& bans) {
  const Oracle oracle(model);
  return Evaluation(oracle, advice).emptied(model.rules[rule].directives[directive], &bans);
}

bool in_force(const Model& model, const Advice& advice, RuleId rule) {
  if (advice.stands[rule] == 0) return false;
  const Rule& r = model.rules[rule];
  if (!r.has_for) return true;
  for (std::size_t k = 0; k < r.directives.size(); ++k) {
    const ForResult* f = advice.find(model, rule, k);
    if (f != nullptr && !f->withdrawn) return true;
  }
  return false;
}

bool offered(const Model& model, const Advice& advice, DecisionId decision, Verb verb, WayId way) {
  for (const ForResult& f : advice.decisions[decision].fors) {
    if (f.kept && model.rules[f.rule].directives[f.directive].verb == verb &&
        std::find(f.left.begin(), f.left.end(), way) != f.left.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace gdl::oracle
