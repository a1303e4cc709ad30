// See fingerprint.h.
//
// Why equal hashes of decisions mean equal advice: by induction along the overrides, which have no cycle. Rules
// with equal `stands` hold the same directives and stand for the same patients, so one may take the place of the
// other wherever its standing is asked: as overrider, as ban, as setting. A decision's hash holds `stands` of its
// own rules, of those that each yields to, and, way by way, of all that ban the way or set a parameter of it; what
// steps 3 to 5 make of these is a function of them. Where order means nothing, members are added up.
#include "sema/fingerprint.h"

#include <algorithm>
#include <string>

namespace gdl::sema {

namespace {

/// A sum of hashes: members without an order. Each is a hash already, so no structure survives in the sum.
struct Sum {
  Fingerprint all;
  std::uint64_t count = 0;
  void add(const Fingerprint& f) {
    all.lo += f.lo;
    all.hi += f.hi;
    ++count;
  }
};

/// What is hashed: no two kinds of parts may be taken for each other.
enum class Kind : std::uint64_t {
  fact,
  enumerator,
  condition,
  definition,
  action,
  param,
  way,
  values,
  directive,
  rule,
  reached,
  decision,
};

}  // namespace

/// What all parts of a kind have in common comes first.
class Fingerprints::Hash : public gdl::Hash {
 public:
  explicit Hash(Kind kind) { number(static_cast<std::uint64_t>(kind)); }

  void sum(const Sum& s) {
    number(s.count);
    add(s.all);
  }
  void rational(const Rational& r) {
    std::uint32_t words[gdlrt::num::kRationalWords];
    r.to_words(words);
    for (std::uint32_t w : words) number(w);
  }
};

Fingerprints::Fingerprints(const Model& model, const Touching& touching)
    : model_(model), touching_(touching) {
  for (const Fact& f : model.facts) {
    Hash h(Kind::fact);
    h.text(f.name);
    h.number(static_cast<std::uint64_t>(f.kind));
    h.text(f.unit.text);
    h.number(f.unit.quoted ? 1 : 0);
    facts_.push(h.done());
  }
  for (const Action& a : model.actions) {
    Hash h(Kind::action);
    h.text(a.name);
    actions_.push(h.done());
  }
  for (const Way& w : model.ways) {
    Sum leaves;
    for (ActionId a : w.leaves) leaves.add(actions_[a]);
    Hash h(Kind::way);
    h.sum(leaves);
    ways_.push(h.done());
  }
  for (const Parameter& p : model.params) {
    Hash name(Kind::param);
    name.add(actions_[p.action]);
    name.text(p.name);
    name.number(static_cast<std::uint64_t>(p.kind));
    name.text(p.unit.text);
    name.number(p.unit.quoted ? 1 : 0);
    param_names_.push(name.done());
    Hash h(Kind::param);
    h.add(name.done());
    Sum ways;
    for (WayId w : model.actions[p.action].ways) ways.add(ways_[w]);
    h.sum(ways);
    for (const Enumerator& e : p.enumerators) h.text(e.name);
    h.rational(p.lo);
    h.rational(p.hi);
    params_.push(h.done());
  }
  conds_.resize(model.conds.size());
  cond_done_.assign(model.conds.size(), 0);
  definitions_.resize(model.definitions.size());
  definition_done_.assign(model.definitions.size(), 0);
  for (std::size_t i = 0; i < model.conds.size(); ++i) (void)cond_of(CondId(i));
  stands_.resize(model.rules.size());
  for (RuleId r : override_order(model)) stands_[r] = rule_of(r);
  reached_.resize(model.ways.size());
  reached_done_.assign(model.ways.size(), 0);
  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    decisions_.push(decision_of(DecisionId(i)));
  }
}

// Recursion: a condition is no deeper than limits::condition_depth, definitions expanded.
Fingerprint Fingerprints::cond_of(CondId id) {
  if (cond_done_[id] != 0) return conds_[id];
  const Cond& c = model_.conds[id];
  Hash h(Kind::condition);
  h.number(static_cast<std::uint64_t>(c.kind));
  h.number(c.flag ? 1 : 0);
  h.number(static_cast<std::uint64_t>(c.op));
  h.number(static_cast<std::uint64_t>(c.count));
  if (c.fact.valid()) {
    const Fact& f = model_.facts[c.fact];
    h.add(facts_[c.fact]);
    if (c.kind == CondKind::set_includes) h.text(f.enumerators[c.index].name);
    if (c.kind == CondKind::fact_in || c.kind == CondKind::set_equals) {
      Sum names;
      for (std::size_t i = 0; i < c.mask.size(); ++i) {
        if (!c.mask.test(i)) continue;
        Hash e(Kind::enumerator);
        e.number(f.kind == FactKind::boolean ? i : 0);
        if (f.kind != FactKind::boolean) e.text(f.enumerators[i].name);
        names.add(e.done());
      }
      h.sum(names);
    }
    if (c.kind == CondKind::fact_compare) h.rational(c.number);
  }
  if (c.def.valid()) {
    h.add(definition_of(c.def));
    for (std::uint64_t w : c.mask.words()) h.number(w);
  }
  Sum children;
  for (CondId child : c.children) children.add(cond_of(child));
  h.sum(children);
  cond_done_[id] = 1;
  return conds_[id] = h.done();
}

Fingerprint Fingerprints::definition_of(DefId id) {
  if (definition_done_[id] != 0) return definitions_[id];
  const Definition& d = model_.definitions[id];
  Hash h(Kind::definition);
  h.number(static_cast<std::uint64_t>(d.kind));
  if (d.when.valid()) h.add(cond_of(d.when));
  for (const Alternative& a : d.alternatives) {
    if (a.when.valid()) h.add(cond_of(a.when));
    h.number(a.when.valid() ? 1 : 0);
  }
  Sum items;
  for (const ScoreItem& i : d.items) {
    Hash item(Kind::definition);
    item.number(static_cast<std::uint64_t>(i.points));
    item.number(i.plus.valid() ? 1 : 0);
    item.add(i.plus.valid() ? definition_of(i.plus) : cond_of(i.when));
    items.add(item.done());
  }
  h.sum(items);
  definition_done_[id] = 1;
  return definitions_[id] = h.done();
}

void Fingerprints::use(Hash& h, const ActionUse& use) const {
  Sum all;
  for (WayId w : use.ways) all.add(ways_[w]);
  h.number(use.alone ? 1 : 0);
  for (const ParamSetting& s : use.params) {
    Hash one(Kind::values);
    one.add(param_names_[s.param]);
    const Parameter& p = model_.params[s.param];
    if (p.kind == FactKind::enumeration) {
      Sum names;
      for (std::size_t i = 0; i < s.values.mask.size(); ++i) {
        if (!s.values.mask.test(i)) continue;
        Hash e(Kind::enumerator);
        e.text(p.enumerators[i].name);
        names.add(e.done());
      }
      one.sum(names);
    } else {
      one.rational(s.values.lo);
      one.rational(s.values.hi);
    }
    all.add(one.done());
  }
  h.sum(all);
}

Fingerprint Fingerprints::directive(RuleId id, std::size_t index) const {
  const Rule& r = model_.rules[id];
  const Directive& d = r.directives[index];
  Hash h(Kind::directive);
  h.number(static_cast<std::uint64_t>(d.verb));
  use(h, d.what);
  use(h, d.over);
  h.text(r.strength);
  h.text(r.evidence);
  return h.done();
}

Fingerprint Fingerprints::subject(RuleId id, std::size_t index) const {
  const Directive& d = model_.rules[id].directives[index];
  Hash h(Kind::directive);
  use(h, d.what);
  use(h, d.over);
  return h.done();
}

Fingerprint Fingerprints::rule_of(RuleId id) {
  const Rule& r = model_.rules[id];
  Hash h(Kind::rule);
  h.number(r.decision.valid() ? 1 : 0);
  if (r.decision.valid()) h.add(conds_[model_.decisions[r.decision].domain]);
  h.add(conds_[r.when]);
  h.number(r.unless.valid() ? 1 : 0);
  if (r.unless.valid()) h.add(conds_[r.unless]);
  Sum directives;
  for (std::size_t k = 0; k < r.directives.size(); ++k) directives.add(directive(id, k));
  h.sum(directives);
  Sum by;
  for (RuleId other : r.overridden_by) by.add(stands_[other]);
  h.sum(by);
  return h.done();
}

/// A way, and all rules that can take it, or values of its parameters, away.
Fingerprint Fingerprints::way_reached(WayId id) {
  if (reached_done_[id] != 0) return reached_[id];
  Hash h(Kind::reached);
  h.add(ways_[id]);
  Sum bans;
  for (RuleId r : touching_.bans(id)) bans.add(stands_[r]);
  h.sum(bans);
  Sum params;
  for (ParamId p : touching_.params(id)) {
    Hash one(Kind::param);
    one.add(params_[p]);
    Sum settings;
    for (RuleId r : touching_.settings(p)) settings.add(stands_[r]);
    one.sum(settings);
    params.add(one.done());
  }
  h.sum(params);
  reached_done_[id] = 1;
  return reached_[id] = h.done();
}

Fingerprint Fingerprints::decision_of(DecisionId id) {
  const Decision& d = model_.decisions[id];
  Hash h(Kind::decision);
  h.add(conds_[d.domain]);
  const bool first = d.choose == Choose::first;
  h.number(first ? 1 : 0);
  Sum rules;
  for (RuleId r : d.rules) {
    const Rule& rule = model_.rules[r];
    Hash one(Kind::rule);
    one.add(stands_[r]);
    Sum yields;
    for (RuleId other : rule.yields_to) yields.add(stands_[other]);
    one.sum(yields);
    for (const Directive& dir : rule.directives) {
      if (!is_for(dir.verb)) continue;
      Sum ways;
      for (WayId w : dir.what.ways) ways.add(way_reached(w));
      one.sum(ways);
    }
    if (first) h.add(one.done());
    rules.add(one.done());
  }
  h.sum(rules);
  return h.done();
}

}  // namespace gdl::sema
