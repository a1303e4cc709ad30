// Conditions and variables of a scope: see scope.h. The advice itself is in advice.cpp.
#include "space/scope.h"

#include <algorithm>
#include <limits>

namespace gdl::space {

using namespace sema;

Scope::Scope(const Tables& tables, const std::vector<DecisionId>& decisions,
             const std::vector<RuleId>& rules, const std::vector<CondId>& conds,
             std::unique_ptr<Sets> sets)
    : tables_(tables),
      model_(tables.model),
      sets_(std::move(sets)),
      diagram_(dynamic_cast<Diagram*>(sets_.get())) {
  uses_.assign(model_.facts.size(), 0);
  known_used_.assign(model_.facts.size(), 0);
  seen_rule_.assign(model_.rules.size(), false);
  seen_cond_.assign(model_.conds.size(), false);
  seen_way_.assign(model_.ways.size(), false);
  cond_memo_.resize(model_.conds.size());
  applies_memo_.resize(model_.rules.size());
  stands_memo_.resize(model_.rules.size());
  kept_memo_.resize(model_.rules.size());
  for (DecisionId d : decisions) {
    collect_cond(model_.decisions[d].domain);
    for (RuleId r : model_.decisions[d].rules) collect_rule(r);
  }
  for (RuleId r : rules) collect_rule(r);
  for (CondId c : conds) collect_cond(c);
  asked_ = known_used_;
  for (std::size_t i = 0; i < model_.facts.size(); ++i) {
    if (uses_[FactId(i)] > 0) asked_[FactId(i)] = 1;
  }
  close_constraints();
  make_variables();
}

Var Scope::element_var(FactId fact, std::size_t element) const {
  Var first = elements_[fact];
  return first.valid() ? Var(first.value + static_cast<std::uint32_t>(element)) : Var();
}

void Scope::collect_rule(RuleId root) {
  // A list of what is still to be read, not recursion: chains of overrides may be long.
  std::vector<RuleId> todo;
  auto add = [&](RuleId r) {
    if (seen_rule_[r.value]) return;
    seen_rule_[r.value] = true;
    todo.push_back(r);
  };
  add(root);
  while (!todo.empty()) {
    RuleId r = todo.back();
    todo.pop_back();
    const Rule& rule = model_.rules[r];
    if (rule.decision.valid()) collect_cond(model_.decisions[rule.decision].domain);
    collect_cond(rule.when);
    if (rule.unless.valid()) collect_cond(rule.unless);
    for (RuleId by : rule.overridden_by) add(by);
    for (const Directive& d : rule.directives) {
      if (!is_for(d.verb)) continue;
      for (WayId w : d.what.ways) {
        if (seen_way_[w.value]) continue;
        seen_way_[w.value] = true;
        for (const Tables::Use& u : tables_.bans(w)) add(u.rule);
        for (const auto& [p, u] : tables_.param_bans(w)) add(u.use.rule);
        for (ParamId p : tables_.params(w)) {
          for (const Tables::ParamUse& u : tables_.settings(p)) add(u.use.rule);
        }
      }
    }
    // `choose first`: whether a rule is kept depends on those before it.
    if (rule.decision.valid() && model_.decisions[rule.decision].choose == Choose::first) {
      for (RuleId before : model_.decisions[rule.decision].rules) {
        if (before == r) break;
        add(before);
      }
    }
  }
}

void Scope::collect_cond(CondId id) {
  if (seen_cond_[id.value]) return;
  seen_cond_[id.value] = true;
  const Cond& c = model_.conds[id];
  if (c.kind == CondKind::known) {
    known_used_[c.fact] = 1;
  } else if (c.fact.valid()) {
    ++uses_[c.fact];
  }
  for (CondId child : c.children) collect_cond(child);
  if (!c.def.valid()) return;
  std::vector<DefId> todo = {c.def};
  while (!todo.empty()) {
    const Definition& d = model_.definitions[todo.back()];
    todo.pop_back();
    if (d.when.valid()) collect_cond(d.when);
    for (const Alternative& a : d.alternatives) {
      if (a.when.valid()) collect_cond(a.when);
    }
    for (const ScoreItem& i : d.items) {
      if (i.plus.valid()) todo.push_back(i.plus);
      if (i.when.valid()) collect_cond(i.when);
    }
  }
}

// A constraint concerns the scope if it shares a fact with it, or with a constraint that does.
// Others cannot exclude a patient of the scope unless they exclude everybody, which is a finding of
// its own.
void Scope::close_constraints() {
  std::vector<std::vector<FactId>> facts;
  for (const Impossible& i : model_.impossibles) facts.push_back(facts_of(model_, i.when));
  std::vector<bool> taken(facts.size(), false);
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      if (taken[i]) continue;
      bool touches = facts[i].empty();
      for (FactId f : facts[i]) touches = touches || uses_[f] > 0 || known_used_[f] != 0;
      if (!touches) continue;
      taken[i] = true;
      more = true;
      collect_cond(model_.impossibles[i].when);
      constraints_.push_back(i);
    }
  }
  std::sort(constraints_.begin(), constraints_.end());
}

void Scope::make_variables() {
  value_.resize(model_.facts.size());
  known_.resize(model_.facts.size());
  elements_.resize(model_.facts.size());
  std::vector<FactId> order;
  for (std::size_t i = 0; i < model_.facts.size(); ++i) {
    if (uses_[FactId(i)] > 0 || known_used_[FactId(i)] != 0) order.push_back(FactId(i));
  }
  std::stable_sort(order.begin(), order.end(),
                   [this](FactId a, FactId b) { return uses_[a] > uses_[b]; });
  auto add = [this](VarMeaning meaning, std::size_t values) {
    meanings_.push(meaning);
    return sets_->add_variable(values);
  };
  for (FactId f : order) {
    if (known_used_[f] != 0) known_[f] = add({VarMeaning::Kind::known, f, 0}, 2);
    if (uses_[f] == 0) continue;
    if (model_.facts[f].kind == FactKind::set) {
      for (std::size_t e = 0; e < model_.facts[f].enumerators.size(); ++e) {
        Var v = add({VarMeaning::Kind::element, f, static_cast<std::uint32_t>(e)}, 2);
        if (e == 0) elements_[f] = v;
      }
    } else {
      value_[f] = add({VarMeaning::Kind::value, f, 0}, tables_.classes.count(f));
    }
  }
}

Node Scope::cond(CondId id) {
  Node& memo = cond_memo_[id];
  if (!memo.valid()) {
    Node n = compute(id);
    cond_memo_[id] = n;
    return n;
  }
  return memo;
}

Node Scope::compute(CondId id) {
  const Cond& c = model_.conds[id];
  auto yes = [](bool value) {
    Bits b(2);
    b.set(value ? 1 : 0);
    return b;
  };
  switch (c.kind) {
    case CondKind::constant: return c.flag ? kTrue : kFalse;
    case CondKind::fact_in:
    case CondKind::fact_compare: return sets_->literal(value_[c.fact], tables_.classes.of(c));
    case CondKind::set_includes: return sets_->literal(element_var(c.fact, c.index), yes(true));
    case CondKind::set_equals: {
      std::vector<Node> nodes;
      for (std::size_t e = 0; e < c.mask.size(); ++e) {
        nodes.push_back(sets_->literal(element_var(c.fact, e), yes(c.mask.test(e))));
      }
      return sets_->both(std::move(nodes));
    }
    case CondKind::set_count: {
      Points items;
      for (std::size_t e = 0; e < model_.facts[c.fact].enumerators.size(); ++e) {
        items.emplace_back(sets_->literal(element_var(c.fact, e), yes(true)), 1);
      }
      return count_at(items, c.op, c.count);
    }
    case CondKind::known: return sets_->literal(known_[c.fact], yes(true));
    case CondKind::def_true: return cond(model_.definitions[c.def].when);
    case CondKind::def_in: {
      Node out = kFalse;
      for (std::size_t i = 0; i < c.mask.size(); ++i) {
        if (c.mask.test(i)) out = sets_->either(out, alternative(c.def, i));
      }
      return out;
    }
    case CondKind::score_compare: return score(c);
    case CondKind::negation: return sets_->negate(cond(c.children[0]));
    case CondKind::all: {
      std::vector<Node> nodes;
      for (CondId child : c.children) nodes.push_back(cond(child));
      return sets_->both(std::move(nodes));
    }
    case CondKind::any: {
      std::vector<Node> nodes;
      for (CondId child : c.children) nodes.push_back(cond(child));
      return sets_->either(std::move(nodes));
    }
    case CondKind::at_least: {
      Points items;
      for (CondId child : c.children) items.emplace_back(cond(child), 1);
      return count_at(items, CmpOp::ge, c.count);
    }
  }
  return {};
}

Node Scope::alternative(DefId def, std::size_t index) {
  const Definition& d = model_.definitions[def];
  if (d.alternatives[index].when.valid()) return cond(d.alternatives[index].when);
  Node others = kFalse;
  for (const Alternative& a : d.alternatives) {
    if (a.when.valid()) others = sets_->either(others, cond(a.when));
  }
  return sets_->negate(others);
}

Node Scope::count_at(const Points& items, CmpOp op, std::int64_t bound) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  switch (op) {
    case CmpOp::eq: return sets_->sum_within(items, bound, bound);
    case CmpOp::ne: return sets_->negate(sets_->sum_within(items, bound, bound));
    case CmpOp::lt: return bound == kLeast ? kFalse : sets_->sum_within(items, kLeast, bound - 1);
    case CmpOp::le: return sets_->sum_within(items, kLeast, bound);
    case CmpOp::gt: return bound == kMost ? kFalse : sets_->sum_within(items, bound + 1, kMost);
    case CmpOp::ge: return sets_->sum_within(items, bound, kMost);
  }
  return {};
}

void Scope::score_items(DefId def, Points& out) {
  for (const ScoreItem& i : model_.definitions[def].items) {
    if (i.plus.valid()) {
      score_items(i.plus, out);
    } else {
      out.emplace_back(cond(i.when), i.points);
    }
  }
}

Node Scope::score(const Cond& c) {
  Points items;
  score_items(c.def, items);
  return count_at(items, c.op, c.count);
}

Node Scope::possible() {
  if (possible_memo_.valid()) return possible_memo_;
  Node out = kTrue;
  for (std::size_t i : constraints_) {
    out = sets_->minus(out, cond(model_.impossibles[i].when));
  }
  possible_memo_ = out;
  return out;
}

bool Scope::nobody(Node set) {
  if (diagram_ != nullptr) return !diagram_->meet(set, possible());
  return sets_->nobody(sets_->both(set, possible()));
}

}  // namespace gdl::space
