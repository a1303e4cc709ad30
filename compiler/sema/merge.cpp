// See merge.h. First what the parts depend on is collected in each version, then facts are made, in the order of
// declaration, then all that speaks of them.
#include "sema/merge.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "support/limits.h"

namespace gdl::sema {

namespace {

bool numeric(const Fact& f) { return f.kind == FactKind::integer || f.kind == FactKind::decimal; }

std::size_t position(const Fact& f, const std::string& enumerator) {
  auto it = std::find_if(f.enumerators.begin(), f.enumerators.end(),
                         [&](const Enumerator& e) { return e.name == enumerator; });
  return static_cast<std::size_t>(it - f.enumerators.begin());
}

/// Enumerators of `other` that `f` does not have.
std::vector<Enumerator> missing(const Fact& f, const Fact& other) {
  std::vector<Enumerator> out;
  for (const Enumerator& e : other.enumerators) {
    if (position(f, e.name) == f.enumerators.size()) out.push_back(e);
  }
  return out;
}

/// What a part depends on, in its own version.
struct Closure {
  std::vector<bool> facts, rules, impossibles;
  std::vector<FactId> fact_list;  // as they were found
  std::vector<RuleId> rule_list;

  Closure(const VersionPart& part) : model(part.model), touching(part.touching) {
    facts.assign(model.facts.size(), false);
    impossibles.assign(model.impossibles.size(), false);
    for (DecisionId d : part.decisions) {
      cond(model.decisions[d].domain);
      for (RuleId r : model.decisions[d].rules) {
        rule(r);
        for (const Directive& dir : model.rules[r].directives) advice(dir);
      }
    }
    for (RuleId r : part.rules) rule(r);
    for (CondId c : part.conds) cond(c);
    for (FactId f : part.facts) add_fact(f);
  }

  [[nodiscard]] bool has(RuleId r) const { return seen_rules_.count(r.value) > 0; }

  void add_fact(FactId f) {
    if (facts[f.value]) return;
    facts[f.value] = true;
    fact_list.push_back(f);
  }
  void cond(CondId root) {
    std::vector<CondId> todo = {root};
    std::vector<DefId> defs;
    while (!todo.empty() || !defs.empty()) {
      if (todo.empty()) {
        const Definition& d = model.definitions[defs.back()];
        defs.pop_back();
        auto want = [&](CondId c) {
          if (c.valid()) todo.push_back(c);
        };
        want(d.when);
        for (const Alternative& a : d.alternatives) want(a.when);
        for (const ScoreItem& i : d.items) {
          want(i.when);
          if (i.plus.valid() && seen_defs_.emplace(i.plus.value, true).second) {
            defs.push_back(i.plus);
          }
        }
        continue;
      }
      CondId id = todo.back();
      todo.pop_back();
      if (!seen_conds_.emplace(id.value, true).second) continue;
      const Cond& c = model.conds[id];
      if (c.fact.valid()) add_fact(c.fact);
      if (c.def.valid() && seen_defs_.emplace(c.def.value, true).second) defs.push_back(c.def);
      todo.insert(todo.end(), c.children.begin(), c.children.end());
    }
  }

  const Model& model;
  const Touching& touching;

 private:
  /// The rule, and all that its standing hangs on.
  void rule(RuleId root) {
    std::vector<RuleId> todo = {root};
    while (!todo.empty()) {
      RuleId r = todo.back();
      todo.pop_back();
      if (!seen_rules_.emplace(r.value, true).second) continue;
      rule_list.push_back(r);
      const Rule& x = model.rules[r];
      if (x.decision.valid()) cond(model.decisions[x.decision].domain);
      cond(x.when);
      if (x.unless.valid()) cond(x.unless);
      todo.insert(todo.end(), x.overridden_by.begin(), x.overridden_by.end());
    }
  }
  /// What may be taken away from a directive.
  void advice(const Directive& d) {
    if (!is_for(d.verb)) return;
    for (WayId w : d.what.ways) {
      if (!seen_ways_.emplace(w.value, true).second) continue;
      for (RuleId r : touching.bans(w)) rule(r);
      for (ParamId p : touching.params(w)) {
        for (RuleId r : touching.settings(p)) rule(r);
      }
    }
  }

  std::unordered_map<std::uint32_t, bool> seen_rules_, seen_conds_, seen_defs_, seen_ways_;
};

class Merger {
 public:
  Merger(const VersionPart& older, const VersionPart& newer, Existing existing)
      : parts_{&older, &newer}, existing_(existing), closures_{Closure(older), Closure(newer)} {}

  Merged run() {
    pair_facts();
    close_constraints();
    make_facts();
    for (Side s : kSides) {
      side_ = s;
      of_ = Maps();
      version(*parts_[index(s)], closures_[index(s)]);
    }
    return std::move(out_);
  }

 private:
  static std::size_t index(Side s) { return static_cast<std::size_t>(s); }
  static Side other(Side s) { return s == Side::older ? Side::newer : Side::older; }
  [[nodiscard]] const Model& model(Side s) const { return parts_[index(s)]->model; }

  // -- facts ---------------------------------------------------------------------------------------

  /// For each fact the one of the same name in the other version, or none.
  void pair_facts() {
    std::map<std::string, FactId> names;
    const Model& o = model(Side::older);
    const Model& n = model(Side::newer);
    for (std::size_t i = 0; i < o.facts.size(); ++i)
      names.emplace(o.facts[FactId(i)].name, FactId(i));
    twin_[0].resize(o.facts.size());
    twin_[1].resize(n.facts.size());
    for (std::size_t i = 0; i < n.facts.size(); ++i) {
      auto it = names.find(n.facts[FactId(i)].name);
      if (it == names.end()) continue;
      twin_[1][FactId(i)] = it->second;
      twin_[0][it->second] = FactId(i);
    }
  }
  [[nodiscard]] Match match_of(Side s, FactId f) const {
    FactId twin = twin_[index(s)][f];
    if (!twin.valid()) return Match::single;
    return match(model(s).facts[f], model(other(s)).facts[twin]);
  }
  [[nodiscard]] bool shared(Side s, FactId f) const {
    Match m = match_of(s, f);
    return m == Match::same || m == Match::values;
  }

  /// Adds the constraints that tie facts of the parts, and the facts that these bring, in both versions.
  void close_constraints() {
    std::array<std::size_t, 2> done = {0, 0};
    while (done[0] < closures_[0].fact_list.size() || done[1] < closures_[1].fact_list.size()) {
      for (Side s : kSides) {
        Closure& c = closures_[index(s)];
        for (std::size_t& i = done[index(s)]; i < c.fact_list.size(); ++i) {
          FactId f = c.fact_list[i];
          if (shared(s, f)) closures_[index(other(s))].add_fact(twin_[index(s)][f]);
          for (std::size_t k : c.touching.constraints(f)) {
            if (c.impossibles[k]) continue;
            c.impossibles[k] = true;
            c.cond(c.model.impossibles[k].when);
          }
        }
      }
    }
  }

  void make_facts() {
    for (Side s : kSides) {
      const Closure& c = closures_[index(s)];
      facts_[index(s)].resize(model(s).facts.size());
      for (std::size_t i = 0; i < model(s).facts.size(); ++i) {
        FactId id(i);
        if (!c.facts[i]) continue;
        bool one = shared(s, id);
        FactId twin = twin_[index(s)][id];
        if (one && s == Side::newer) {
          facts_[1][id] = facts_[0][twin];
          continue;
        }
        Fact f = model(s).facts[id];
        f.knownness_tested = false;
        f.default_value.reset();
        if (one) {
          const Fact& n = model(Side::newer).facts[twin];
          for (Enumerator& e : missing(f, n)) f.enumerators.push_back(std::move(e));
          if (n.lo < f.lo) f.lo = n.lo;
          if (f.hi < n.hi) f.hi = n.hi;
        } else if (match_of(s, id) == Match::retyped) {
          if (f.label.empty()) f.label = f.name;
          f.name = (s == Side::older ? "old." : "new.") + f.name;
          f.label += s == Side::older ? " (old)" : " (new)";
        }
        facts_[index(s)][id] = out_.model.facts.push(std::move(f));
      }
    }
  }

  // -- one version ---------------------------------------------------------------------------------

  /// Where the parts of the version at hand are in the joint model.
  struct Maps {
    std::unordered_map<std::uint32_t, CondId> conds;
    std::unordered_map<std::uint32_t, DefId> definitions;
    std::unordered_map<std::uint32_t, ActionId> actions;
    std::unordered_map<std::uint32_t, WayId> ways;
    std::unordered_map<std::uint32_t, ParamId> params;
    std::unordered_map<std::uint32_t, DecisionId> decisions;
    std::unordered_map<std::uint32_t, RuleId> rules;
  };

  [[nodiscard]] const Model& from() const { return model(side_); }

  void version(const VersionPart& part, Closure& c) {
    Merged::Asked& asked = out_.sides[index(side_)];
    // In the order of declaration: ids in the joint model ascend as they do in the version.
    std::sort(c.rule_list.begin(), c.rule_list.end());
    std::vector<DecisionId> decisions = part.decisions;
    for (RuleId r : c.rule_list) {
      if (from().rules[r].decision.valid()) decisions.push_back(from().rules[r].decision);
    }
    std::sort(decisions.begin(), decisions.end());
    decisions.erase(std::unique(decisions.begin(), decisions.end()), decisions.end());
    for (DecisionId d : decisions) {
      Decision copy = from().decisions[d];
      copy.domain = cond(copy.domain);
      copy.rules.clear();
      of_.decisions[d.value] = out_.model.decisions.push(std::move(copy));
    }
    RuleId first = out_.model.rules.end_id();
    if (side_ == Side::newer) out_.newer_rules = first;
    for (RuleId r : c.rule_list) {
      of_.rules[r.value] = RuleId(first.value + static_cast<std::uint32_t>(of_.rules.size()));
    }
    for (RuleId r : c.rule_list) rule(r);
    for (DecisionId d : decisions) {
      for (RuleId r : from().decisions[d].rules) {
        if (c.has(r))
          out_.model.decisions[of_.decisions[d.value]].rules.push_back(of_.rules[r.value]);
      }
    }
    for (DecisionId d : part.decisions) asked.decisions.push_back(of_.decisions[d.value]);
    for (RuleId r : part.rules) asked.rules.push_back(of_.rules[r.value]);
    for (CondId k : part.conds) {
      asked.conds.push_back(cond(k));
      keep(asked.conds.back());
    }
    for (std::size_t i = 0; i < c.impossibles.size(); ++i) {
      if (!c.impossibles[i]) continue;
      Impossible copy = from().impossibles[i];
      copy.when = cond(copy.when);
      exclude(std::move(copy));
    }
    for (std::size_t i = 0; i < from().facts.size(); ++i) {
      if (c.facts[i] && match_of(side_, FactId(i)) == Match::values) foreign_values(FactId(i));
    }
  }

  void exclude(Impossible i) {
    out_.sides[index(side_)].excluded.push_back(i.when);
    bool counts = existing_ == Existing::in_both ||
                  (existing_ == Existing::in_older) == (side_ == Side::older);
    if (counts) {
      out_.model.impossibles.push_back(std::move(i));
    } else {
      keep(i.when);
    }
  }

  /// Makes the condition one of the model's own, so that its thresholds cut values.
  void keep(CondId id) {
    Definition d;
    d.when = id;
    out_.model.definitions.push(std::move(d));
  }

  /// The values that only the other version has do not exist in this one.
  void foreign_values(FactId id) {
    const Fact& f = from().facts[id];
    const FactId joint = facts_[index(side_)][id];
    const Fact& whole = out_.model.facts[joint];
    auto make = [&](CondKind kind) {
      Cond c;
      c.kind = kind;
      c.fact = joint;
      c.span = f.span;
      return c;
    };
    auto add = [&](Cond c) { exclude({intern(std::move(c)), "", f.span}); };
    if (numeric(f)) {
      for (bool below : {true, false}) {
        if (below ? !(whole.lo < f.lo) : !(f.hi < whole.hi)) continue;
        Cond c = make(CondKind::fact_compare);
        c.op = below ? CmpOp::lt : CmpOp::gt;
        c.number = below ? f.lo : f.hi;
        add(std::move(c));
      }
      return;
    }
    Bits foreign(whole.enumerators.size());
    for (std::size_t i = 0; i < whole.enumerators.size(); ++i) {
      bool known = position(f, whole.enumerators[i].name) < f.enumerators.size();
      foreign.set(i, !known);
      if (known || f.kind != FactKind::set) continue;
      Cond c = make(CondKind::set_includes);
      c.index = static_cast<std::uint32_t>(i);
      add(std::move(c));
    }
    if (f.kind == FactKind::set || foreign.none()) return;
    Cond c = make(CondKind::fact_in);
    c.mask = foreign;
    add(std::move(c));
  }

  // -- conditions ----------------------------------------------------------------------------------

  /// A place in the table for a condition whose parts are in the joint model: that of an equal one if there is one.
  CondId intern(Cond c) {
    std::string key;
    auto put = [&key](std::uint64_t v) {
      for (int i = 0; i < 8; ++i) key += static_cast<char>(v >> (8 * i));
    };
    put(static_cast<std::uint64_t>(c.kind) | (static_cast<std::uint64_t>(c.op) << 8) |
        (c.flag ? 1u << 16 : 0u));
    put((static_cast<std::uint64_t>(c.fact.value) << 32) | c.def.value);
    put(c.index);
    put(static_cast<std::uint64_t>(c.count));
    put(c.mask.size());
    for (std::uint64_t w : c.mask.words()) put(w);
    if (c.kind == CondKind::fact_compare) {
      std::uint32_t words[gdlrt::num::kRationalWords];
      c.number.to_words(words);
      for (std::uint32_t w : words) put(w);
    }
    for (CondId child : c.children) put(child.value);
    auto [it, fresh] = conds_.emplace(std::move(key), out_.model.conds.end_id());
    if (fresh) out_.model.conds.push(std::move(c));
    return it->second;
  }

  Bits mask(const Bits& mask, const Fact& f, const Fact& joint) {
    if (f.kind == FactKind::boolean) return mask;
    Bits out(joint.enumerators.size());
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask.test(i)) out.set(position(joint, f.enumerators[i].name));
    }
    return out;
  }

  // Recursion: a condition is no deeper than limits::condition_depth, definitions expanded.
  CondId cond(CondId id) {
    if (!id.valid()) return id;
    if (auto it = of_.conds.find(id.value); it != of_.conds.end()) return it->second;
    Cond c = from().conds[id];
    if (c.fact.valid()) {
      const Fact& f = from().facts[c.fact];
      const FactId to = facts_[index(side_)][c.fact];
      Fact& joint = out_.model.facts[to];
      if (c.kind == CondKind::fact_in || c.kind == CondKind::set_equals) {
        c.mask = mask(c.mask, f, joint);
      }
      if (c.kind == CondKind::set_includes) {
        c.index = static_cast<std::uint32_t>(position(joint, f.enumerators[c.index].name));
      }
      if (c.kind == CondKind::known) joint.knownness_tested = true;
      c.fact = to;
    }
    if (c.def.valid()) c.def = definition(c.def);
    for (CondId& child : c.children) child = cond(child);
    CondId to = intern(std::move(c));
    of_.conds.emplace(id.value, to);
    return to;
  }

  DefId definition(DefId id) {
    if (auto it = of_.definitions.find(id.value); it != of_.definitions.end()) return it->second;
    Definition d = from().definitions[id];
    std::string key;
    auto put = [&key](std::uint64_t v) { key += std::to_string(v) + " "; };
    put(static_cast<std::uint64_t>(d.kind));
    d.when = cond(d.when);
    put(d.when.value);
    for (Alternative& a : d.alternatives) {
      a.when = cond(a.when);
      put(a.when.value);
    }
    for (ScoreItem& i : d.items) {
      i.when = cond(i.when);
      if (i.plus.valid()) i.plus = definition(i.plus);
      key += std::to_string(i.points) + " ";
      put(i.when.value);
      put(i.plus.value);
    }
    auto [it, fresh] = definitions_.emplace(std::move(key), out_.model.definitions.end_id());
    if (fresh) out_.model.definitions.push(std::move(d));
    of_.definitions.emplace(id.value, it->second);
    return it->second;
  }

  // -- actions and rules ---------------------------------------------------------------------------

  ActionId action(ActionId id) {
    if (auto it = of_.actions.find(id.value); it != of_.actions.end()) return it->second;
    Action copy = from().actions[id];
    const std::vector<WayId> ways = std::move(copy.ways);
    copy.ways.clear();
    copy.params.clear();
    ActionId to = out_.model.actions.push(std::move(copy));
    of_.actions.emplace(id.value, to);
    // A leaf's way is itself: the way's leaves find the action made already.
    for (WayId w : ways) {
      WayId made = way(w);
      out_.model.actions[to].ways.push_back(made);
    }
    for (std::size_t i = 0; i < from().actions[id].params.size(); ++i) {
      ParamId p = param(from().actions[id].params[i]);
      out_.model.actions[to].params.push_back(p);
    }
    return to;
  }

  WayId way(WayId id) {
    if (auto it = of_.ways.find(id.value); it != of_.ways.end()) return it->second;
    Way w;
    for (ActionId a : from().ways[id].leaves) w.leaves.push_back(action(a));
    // A single action makes its own way on the way here.
    if (auto it = of_.ways.find(id.value); it != of_.ways.end()) return it->second;
    std::sort(w.leaves.begin(), w.leaves.end());
    WayId to = out_.model.ways.push(std::move(w));
    of_.ways.emplace(id.value, to);
    return to;
  }

  ParamId param(ParamId id) {
    if (auto it = of_.params.find(id.value); it != of_.params.end()) return it->second;
    Parameter p = from().params[id];
    ActionId home = p.action;
    ParamId to = out_.model.params.push(std::move(p));
    of_.params.emplace(id.value, to);
    out_.model.params[to].action = action(home);
    return to;
  }

  void use(ActionUse& u) {
    u.named.clear();
    for (WayId& w : u.ways) w = way(w);
    for (ParamSetting& s : u.params) s.param = param(s.param);
  }

  void rule(RuleId id) {
    Rule r = from().rules[id];
    if (r.decision.valid()) r.decision = of_.decisions[r.decision.value];
    r.when = cond(r.when);
    r.unless = cond(r.unless);
    for (Directive& d : r.directives) {
      if (is_for(d.verb)) {
        for (WayId w : d.what.ways) {
          for (ParamId p : parts_[index(side_)]->touching.params(w)) (void)param(p);
        }
      }
      use(d.what);
      use(d.over);
    }
    r.overrides.clear();
    r.cites.clear();
    auto follow = [this](std::vector<RuleId>& rules) {
      std::vector<RuleId> out;
      for (RuleId x : rules) {
        // A ban that is not here bans nothing that is.
        if (auto it = of_.rules.find(x.value); it != of_.rules.end()) out.push_back(it->second);
      }
      rules = std::move(out);
    };
    follow(r.overridden_by);
    follow(r.yields_to);
    out_.model.rules.push(std::move(r));
  }

  std::array<const VersionPart*, 2> parts_;
  Existing existing_;
  std::array<Closure, 2> closures_;
  std::array<IdVector<FactTag, FactId>, 2> twin_, facts_;
  std::unordered_map<std::string, CondId> conds_;
  std::unordered_map<std::string, DefId> definitions_;
  Side side_ = Side::older;
  Maps of_;
  Merged out_;
};

}  // namespace

Match match(const Fact& fact, const Fact& other) {
  if (fact.kind != other.kind || fact.unit.text != other.unit.text ||
      fact.unit.quoted != other.unit.quoted) {
    return Match::retyped;
  }
  const std::size_t added = missing(fact, other).size();
  if (fact.kind == FactKind::set &&
      fact.enumerators.size() + added > static_cast<std::size_t>(limits::set_elements)) {
    return Match::retyped;
  }
  if (numeric(fact)) {
    return fact.lo == other.lo && fact.hi == other.hi ? Match::same : Match::values;
  }
  return added == 0 && missing(other, fact).empty() ? Match::same : Match::values;
}

Merged merge(const VersionPart& older, const VersionPart& newer, Existing existing) {
  return Merger(older, newer, existing).run();
}

}  // namespace gdl::sema
