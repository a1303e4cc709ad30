// What a guideline means, over sets of patients of any kind: steps 1 to 5 of docs/semantics.md written down once more,
// apart from compiler/space and the oracle, for engines that are nothing of ours. Straight from the model; accepts are
// left out.
//
// An engine gives sets of patients and the simplest of them:
//   Set all(), none(), both(Set, Set), either(Set, Set), negate(Set)
//   Set in(FactId, Bits)                    a boolean or enumeration fact has one of these values
//   Set compare(FactId, CmpOp, Rational)    a number compares so
//   Set includes(FactId, element), known(FactId)
//   Set sum(vector<pair<Set, int64>>, CmpOp, int64)   the points of the sets that hold the patient add up to that
#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "findings.h"
#include "oracle/oracle.h"

namespace gdl::judges {

using namespace sema;

template <class Engine>
class Meaning {
 public:
  using Set = typename Engine::Set;
  /// Rules and decisions after the first ones are left out (those of a copy, regions.h).
  Meaning(const Model& m, Engine& e, std::size_t decisions, std::size_t rules)
      : m_(m), e_(e), decisions_(decisions), rules_(rules) {
    for (RuleId r : override_order(m)) {
      if (r.value >= rules_) continue;
      Set s = applies(r);
      for (RuleId by : m.rules[r].overridden_by) s = without(s, stands(by));
      stands_.emplace(r, s);
    }
  }

  Set holds(CondId id) {
    auto it = conds_.find(id);
    if (it == conds_.end()) it = conds_.emplace(id, compute(m_.conds[id])).first;
    return it->second;
  }
  Set possible() {
    Set out = e_.all();
    for (const Impossible& i : m_.impossibles) out = without(out, holds(i.when));
    return out;
  }
  Set domain(DecisionId d) { return holds(m_.decisions[d].domain); }
  Set applies(RuleId id) {
    const Rule& r = m_.rules[id];
    Set out = holds(r.when);
    if (r.decision.valid()) out = e_.both(out, domain(r.decision));
    if (r.unless.valid()) out = without(out, holds(r.unless));
    return out;
  }
  Set stands(RuleId r) { return stands_.at(r); }

  Set gap(DecisionId d) { return without(empty(d), for_applies(d)); }
  Set stranded(DecisionId d) { return e_.both(empty(d), for_applies(d)); }

  /// Every kind of finding for everything it may be about, with the patients who show it. Impossible ones are among
  /// them. A rule is dead if nobody is in its set.
  std::vector<std::pair<Found::value_type, Set>> claims() {
    using diag::Code;
    std::vector<std::pair<Found::value_type, Set>> out;
    auto claim = [&](Code code, const std::string& about, Set s) {
      out.push_back({{code, about}, s});
    };
    for (std::size_t r = 0; r < rules_; ++r) {
      claim(Code::dead_rule, m_.rules[RuleId(r)].name, stands(RuleId(r)));
    }
    for (const Definition& d : m_.definitions) {
      if (d.kind != DefKind::enumeration) continue;
      std::vector<std::pair<Set, std::int64_t>> some;
      for (std::size_t i = 0; i < d.alternatives.size(); ++i) {
        some.emplace_back(alternative(d, i), 1);
      }
      claim(Code::overlapping_definition, d.name, e_.sum(some, CmpOp::ge, 2));
      claim(Code::incomplete_definition, d.name, e_.sum(some, CmpOp::eq, 0));
    }
    for (std::size_t i = 0; i < decisions_; ++i) {
      DecisionId d(i);
      const std::string& name = m_.decisions[d].name;
      if (!m_.decisions[d].partial) {
        claim(Code::gap, name, gap(d));
        claim(Code::stranded, name, stranded(d));
      }
      claim(Code::conflict, name, conflicts(d));
      claim(Code::parameter_conflict, name, parameters(d));
      claim(Code::overlap, name, overlaps(d));
      claim(Code::overlapping_overrides, name, overrides_all(d));
      for (std::size_t k = i; k < decisions_; ++k) {
        claim(Code::exclusive_conflict, name, exclusives(d, DecisionId(k)));
      }
    }
    return out;
  }

 private:
  using Bans = const std::vector<RuleId>*;  // whose bans are heard; null: all

  Set without(Set a, Set b) { return e_.both(a, e_.negate(b)); }

  Set alternative(const Definition& d, std::size_t i) {
    if (d.alternatives[i].when.valid()) return holds(d.alternatives[i].when);
    Set out = e_.all();  // `otherwise`
    for (std::size_t k = 0; k < i; ++k) out = without(out, alternative(d, k));
    return out;
  }
  void score(DefId id, std::vector<std::pair<Set, std::int64_t>>& out) {
    for (const ScoreItem& item : m_.definitions[id].items) {
      if (item.plus.valid()) {
        score(item.plus, out);
      } else {
        out.emplace_back(holds(item.when), item.points);
      }
    }
  }
  Set compute(const Cond& c) {
    switch (c.kind) {
      case CondKind::constant: return c.flag ? e_.all() : e_.none();
      case CondKind::fact_in: return e_.in(c.fact, c.mask);
      case CondKind::fact_compare: return e_.compare(c.fact, c.op, c.number);
      case CondKind::set_includes: return e_.includes(c.fact, c.index);
      case CondKind::set_equals: {
        Set out = e_.all();
        for (std::size_t i = 0; i < c.mask.size(); ++i) {
          Set in = e_.includes(c.fact, i);
          out = e_.both(out, c.mask.test(i) ? in : e_.negate(in));
        }
        return out;
      }
      case CondKind::set_count: {
        std::vector<std::pair<Set, std::int64_t>> elements;
        for (std::size_t i = 0; i < m_.facts[c.fact].enumerators.size(); ++i) {
          elements.emplace_back(e_.includes(c.fact, i), 1);
        }
        return e_.sum(elements, c.op, c.count);
      }
      case CondKind::known: return e_.known(c.fact);
      case CondKind::def_true: return holds(m_.definitions[c.def].when);
      case CondKind::def_in: {
        Set out = e_.none();
        for (std::size_t i = 0; i < c.mask.size(); ++i) {
          if (c.mask.test(i)) out = e_.either(out, alternative(m_.definitions[c.def], i));
        }
        return out;
      }
      case CondKind::score_compare: {
        std::vector<std::pair<Set, std::int64_t>> items;
        score(c.def, items);
        return e_.sum(items, c.op, c.count);
      }
      case CondKind::negation: return e_.negate(holds(c.children[0]));
      case CondKind::all: {
        Set out = e_.all();
        for (CondId child : c.children) out = e_.both(out, holds(child));
        return out;
      }
      case CondKind::any: {
        Set out = e_.none();
        for (CondId child : c.children) out = e_.either(out, holds(child));
        return out;
      }
      case CondKind::at_least: {
        std::vector<std::pair<Set, std::int64_t>> children;
        for (CondId child : c.children) children.emplace_back(holds(child), 1);
        return e_.sum(children, CmpOp::ge, c.count);
      }
    }
    return e_.none();
  }

  // -- step 3 --------------------------------------------------------------------------------------

  static bool heard(RuleId r, Bans bans) {
    return bans == nullptr || std::find(bans->begin(), bans->end(), r) != bans->end();
  }
  bool allows(const ParamSetting& s, const Value& v) const {
    if (m_.params[s.param].kind == FactKind::enumeration) return s.values.mask.test(v.index);
    return s.values.lo <= v.number && v.number <= s.values.hi;
  }
  /// No value of the parameter is left on the way.
  Set spent(ParamId param, WayId way, Bans bans) {
    Set out = e_.all();
    for (const Value& v : oracle::parameter_points(m_, param)) {
      Set gone = e_.none();
      for (std::size_t i = 0; i < rules_; ++i) {
        RuleId r(i);
        for (const Directive& d : m_.rules[r].directives) {
          for (const ParamSetting& s : d.what.params) {
            if (s.param != param) continue;
            bool sets = is_for(d.verb) && !allows(s, v);
            bool takes =
                is_against(d.verb) && heard(r, bans) && matches(m_, way, d.what) && allows(s, v);
            if (sets || takes) gone = e_.either(gone, stands(r));
          }
        }
      }
      out = e_.both(out, gone);
    }
    return out;
  }
  Set removed(WayId way, Bans bans) {
    auto key = std::make_pair(way, bans == nullptr ? std::vector<RuleId>{RuleId()} : *bans);
    if (auto it = removed_.find(key); it != removed_.end()) return it->second;
    Set out = e_.none();
    for (std::size_t i = 0; i < rules_; ++i) {
      RuleId r(i);
      if (!heard(r, bans)) continue;
      for (const Directive& d : m_.rules[r].directives) {
        if (is_against(d.verb) && d.what.params.empty() && matches(m_, way, d.what)) {
          out = e_.either(out, stands(r));
        }
      }
    }
    for (std::size_t p = 0; p < m_.params.size(); ++p) {
      if (reaches(m_, m_.params[ParamId(p)].action, way)) {
        out = e_.either(out, spent(ParamId(p), way, bans));
      }
    }
    removed_.emplace(key, out);
    return out;
  }
  /// Of the rule's k-th directive, a *for*.
  Set emptied(RuleId r, std::size_t k, Bans bans) {
    Set out = e_.all();
    for (WayId w : m_.rules[r].directives[k].what.ways) out = e_.both(out, removed(w, bans));
    return out;
  }

  // -- steps 4 and 5 -------------------------------------------------------------------------------

  Set by_settings(RuleId r, std::size_t k) {
    static const std::vector<RuleId> kNone;
    return emptied(r, k, &kNone);
  }
  Set withdrawn(RuleId r, std::size_t k) {
    return without(e_.both(emptied(r, k, nullptr), emptied(r, k, &m_.rules[r].yields_to)),
                   by_settings(r, k));
  }
  Set kept(RuleId id) {
    Set out = stands(id);
    const Decision& d = m_.decisions[m_.rules[id].decision];
    if (d.choose != Choose::first) return out;
    for (RuleId before : d.rules) {
      if (before == id) break;
      const Rule& r = m_.rules[before];
      Set answers = r.has_none ? e_.all() : e_.none();
      for (std::size_t k = 0; k < r.directives.size(); ++k) {
        if (is_for(r.directives[k].verb)) {
          answers = e_.either(answers, e_.negate(withdrawn(before, k)));
        }
      }
      out = without(out, e_.both(stands(before), answers));
    }
    return out;
  }
  Set left(RuleId r, WayId w) { return without(kept(r), removed(w, nullptr)); }
  /// Some *for* of the rule is kept and has something left.
  Set answers(RuleId id) {
    Set out = e_.none();
    const Rule& r = m_.rules[id];
    for (std::size_t k = 0; k < r.directives.size(); ++k) {
      if (!is_for(r.directives[k].verb)) continue;
      out = e_.either(out, without(kept(id), emptied(id, k, nullptr)));
    }
    return out;
  }

  // -- what may be wrong ---------------------------------------------------------------------------

  Set empty(DecisionId d) {
    Set out = domain(d);
    for (RuleId r : m_.decisions[d].rules) {
      out = without(out, answers(r));
      if (m_.rules[r].has_none) out = without(out, kept(r));
    }
    return out;
  }
  Set for_applies(DecisionId d) {
    Set out = e_.none();
    for (RuleId r : m_.decisions[d].rules) {
      if (m_.rules[r].has_for) out = e_.either(out, applies(r));
    }
    return out;
  }
  Set conflicts(DecisionId d) {
    Set out = e_.none();
    for (RuleId r : m_.decisions[d].rules) {
      for (std::size_t k = 0; k < m_.rules[r].directives.size(); ++k) {
        if (!is_for(m_.rules[r].directives[k].verb)) continue;
        Set s = without(emptied(r, k, nullptr), e_.either(by_settings(r, k), withdrawn(r, k)));
        out = e_.either(out, e_.both(s, kept(r)));
      }
    }
    return out;
  }
  Set parameters(DecisionId d) {
    static const std::vector<RuleId> kNone;
    Set out = e_.none();
    for (RuleId r : m_.decisions[d].rules) {
      for (const Directive& dir : m_.rules[r].directives) {
        if (!is_for(dir.verb)) continue;
        for (WayId w : dir.what.ways) {
          for (std::size_t p = 0; p < m_.params.size(); ++p) {
            if (!reaches(m_, m_.params[ParamId(p)].action, w)) continue;
            out = e_.either(out, e_.both(kept(r), spent(ParamId(p), w, &kNone)));
          }
        }
      }
    }
    return out;
  }
  /// The rule offers the way with the verb.
  Set offers(RuleId id, Verb verb, WayId way) {
    Set out = e_.none();
    const Rule& r = m_.rules[id];
    for (std::size_t k = 0; k < r.directives.size(); ++k) {
      const std::vector<WayId>& ways = r.directives[k].what.ways;
      if (r.directives[k].verb != verb || std::find(ways.begin(), ways.end(), way) == ways.end()) {
        continue;
      }
      out = e_.either(out, left(id, way));
    }
    return out;
  }
  Set answer_differently(RuleId a, RuleId b) {
    const Rule& x = m_.rules[a];
    const Rule& y = m_.rules[b];
    Set both = e_.both(answers(a), answers(b));
    if (x.strength != y.strength || x.evidence != y.evidence) return both;
    Set differ = e_.none();
    for (const Rule* r : {&x, &y}) {
      for (const Directive& d : r->directives) {
        if (!is_for(d.verb)) continue;
        for (WayId w : d.what.ways) {
          Set one = offers(a, d.verb, w);
          Set other = offers(b, d.verb, w);
          differ = e_.either(differ, e_.either(without(one, other), without(other, one)));
        }
      }
    }
    return e_.both(both, differ);
  }
  Set overlaps(DecisionId id) {
    const Decision& d = m_.decisions[id];
    Set out = e_.none();
    for (RuleId a : d.rules) {
      for (RuleId b : d.rules) {
        if (m_.rules[a].has_none) out = e_.either(out, e_.both(kept(a), answers(b)));
        if (d.choose == Choose::one && a < b) out = e_.either(out, answer_differently(a, b));
      }
    }
    return out;
  }
  Set overrides_all(DecisionId d) {
    Set out = e_.none();
    auto all = [&](RuleId r) { return m_.rules[r].overrides_all && !m_.rules[r].against_only; };
    for (RuleId a : m_.decisions[d].rules) {
      for (RuleId b : m_.decisions[d].rules) {
        if (a < b && all(a) && all(b)) out = e_.either(out, e_.both(stands(a), stands(b)));
      }
    }
    return out;
  }
  Set exclusives(DecisionId x, DecisionId y) {
    Set out = e_.none();
    for (const Exclusive& ex : m_.exclusives) {
      for (RuleId a : m_.decisions[x].rules) {
        for (RuleId b : m_.decisions[y].rules) {
          if (a == b || (x == y && b < a)) continue;
          for (std::size_t i = 0; i < m_.rules[a].directives.size(); ++i) {
            for (std::size_t k = 0; k < m_.rules[b].directives.size(); ++k) {
              out = e_.either(out, clash(ex, a, i, b, k));
            }
          }
        }
      }
    }
    return out;
  }
  /// Both recommend something, and whatever is chosen of it excludes each other.
  Set clash(const Exclusive& ex, RuleId a, std::size_t i, RuleId b, std::size_t k) {
    const Directive& x = m_.rules[a].directives[i];
    const Directive& y = m_.rules[b].directives[k];
    if (x.verb != Verb::recommend || y.verb != Verb::recommend) return e_.none();
    Set out =
        e_.both(without(kept(a), emptied(a, i, nullptr)), without(kept(b), emptied(b, k, nullptr)));
    for (WayId v : x.what.ways) {
      for (WayId w : y.what.ways) {
        bool excluded = (matches(m_, v, ex.first) && matches(m_, w, ex.second)) ||
                        (matches(m_, v, ex.second) && matches(m_, w, ex.first));
        if (!excluded) out = without(out, e_.both(left(a, v), left(b, w)));
      }
    }
    return out;
  }

  const Model& m_;
  Engine& e_;
  std::size_t decisions_, rules_;
  std::map<CondId, Set> conds_;
  std::map<RuleId, Set> stands_;
  std::map<std::pair<WayId, std::vector<RuleId>>, Set> removed_;
};

/// What the claims say is to be reported, given whether anybody possible is in a set.
template <class Claims, class Somebody>
Found verdicts(const Claims& claims, const Somebody& somebody) {
  Found out;
  for (const auto& [about, set] : claims) {
    if ((about.first == diag::Code::dead_rule) != somebody(set)) out.insert(about);
  }
  return out;
}

}  // namespace gdl::judges
