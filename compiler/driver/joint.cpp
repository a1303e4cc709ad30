// Source and program in one guideline: see joint.h.
#include "joint.h"

#include <algorithm>
#include <map>
#include <string>

namespace gdl::driver {

using namespace sema;
using oracle::Patient;

Joint::Joint(const Model& source, const emit::Lifted& program)
    : s_(source), p_(program), model_(source), conds_(source.conds.size()) {
  model_.scenarios.clear();
  std::map<std::string, FactId> names;
  for (std::size_t i = 0; i < s_.facts.size(); ++i) {
    names.emplace(s_.facts[FactId(i)].name, FactId(i));
  }
  for (const sema::Fact& f : p_.model.facts) {
    const auto at = names.find(f.name);
    const bool same = at != names.end() && s_.facts[at->second].kind == f.kind &&
                      s_.facts[at->second].unit.text == f.unit.text;
    has_program_ = has_program_ && same;
    facts_.push({same ? at->second : FactId(), {}});
    if (!same) continue;
    sema::Fact& mine = model_.facts[at->second];
    mine.knownness_tested = mine.knownness_tested || f.knownness_tested;
    for (const Enumerator& e : f.enumerators) {
      const auto value = std::find_if(mine.enumerators.begin(), mine.enumerators.end(),
                                      [&](const Enumerator& own) { return own.name == e.name; });
      facts_[FactId(facts_.size() - 1)].values.push_back(
          value == mine.enumerators.end()
              ? kNone
              : static_cast<std::size_t>(value - mine.enumerators.begin()));
    }
  }
  if (!has_program_) return;
  const std::size_t defs = model_.definitions.size();
  for (const Cond& from : p_.model.conds) {
    Cond c = from;
    for (CondId& child : c.children) child = CondId(conds_ + child.value);
    if (c.def.valid()) c.def = DefId(defs + c.def.value);
    if (c.fact.valid()) translate(c);
    model_.conds.push(std::move(c));
  }
  for (const Definition& from : p_.model.definitions) {
    Definition d = from;
    for (ScoreItem& item : d.items) item.when = CondId(conds_ + item.when.value);
    model_.definitions.push(std::move(d));
  }
}

void Joint::translate(Cond& c) const {
  const Fact& to = facts_[c.fact];
  c.fact = to.fact;
  auto never = [&c] {
    c = Cond();
    c.kind = CondKind::constant;
  };
  if (c.kind == CondKind::fact_in || c.kind == CondKind::set_equals) {
    Bits mask(s_.facts[to.fact].enumerators.size());
    for (std::size_t i = c.mask.first(); i < c.mask.size(); i = c.mask.next(i + 1)) {
      if (to.values[i] != kNone) {
        mask.set(to.values[i]);
      } else if (c.kind == CondKind::set_equals) {
        return never();  // the set must have what no patient of the source has
      }
    }
    c.mask = mask;
  }
  if (c.kind == CondKind::set_includes) {
    if (to.values[c.index] == kNone) return never();
    c.index = static_cast<std::uint32_t>(to.values[c.index]);
  }
}

CondId Joint::beyond() {
  Cond out;
  out.kind = CondKind::any;
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const Fact& to = facts_[FactId(i)];
    if (!to.fact.valid()) continue;
    const sema::Fact& mine = s_.facts[to.fact];
    const sema::Fact& other = p_.model.facts[FactId(i)];
    auto add = [&](const Cond& c) { out.children.push_back(model_.conds.push(c)); };
    Cond c;
    c.fact = to.fact;
    if (mine.kind == FactKind::integer || mine.kind == FactKind::decimal) {
      c.kind = CondKind::fact_compare;
      c.op = CmpOp::lt;
      c.number = other.lo;
      if (mine.lo < other.lo) add(c);
      c.op = CmpOp::gt;
      c.number = other.hi;
      if (other.hi < mine.hi) add(c);
      continue;
    }
    c.mask = Bits(mine.enumerators.size(), true);
    for (std::size_t v : to.values) {
      if (v != kNone) c.mask.set(v, false);
    }
    if (mine.kind != FactKind::set) {
      c.kind = CondKind::fact_in;
      if (c.mask.any()) add(c);
      continue;
    }
    c.kind = CondKind::set_includes;
    const Bits elements = c.mask;
    for (std::size_t e = elements.first(); e < elements.size(); e = elements.next(e + 1)) {
      c.index = static_cast<std::uint32_t>(e);
      add(c);
    }
  }
  return model_.conds.push(std::move(out));
}

CondId Joint::lifted(Pair row) const {
  switch (row.of) {
    case Pair::Of::rule: return p_.model.rules[RuleId(row.row)].when;
    case Pair::Of::decision: return p_.model.decisions[DecisionId(row.row)].domain;
    case Pair::Of::impossible: return p_.model.impossibles[row.row].when;
    case Pair::Of::accept: return p_.model.accepts[row.row].when;
  }
  return {};
}

CondId Joint::program(Pair row) { return CondId(conds_ + lifted(row).value); }

CondId Joint::source(Pair row) {
  switch (row.of) {
    case Pair::Of::rule: {
      const Rule& r = s_.rules[RuleId(row.row)];
      if (!r.unless.valid()) return r.when;
      Cond no;
      no.kind = CondKind::negation;
      no.children = {r.unless};
      return all({r.when, model_.conds.push(std::move(no))});
    }
    case Pair::Of::decision: return s_.decisions[DecisionId(row.row)].domain;
    case Pair::Of::impossible: return s_.impossibles[row.row].when;
    case Pair::Of::accept: return s_.accepts[row.row].when;
  }
  return {};
}

CondId Joint::all(std::vector<CondId> parts) {
  Cond c;
  c.kind = CondKind::all;
  c.children = std::move(parts);
  return model_.conds.push(std::move(c));
}

DefId Joint::named(CondId when) {
  Definition d;
  d.when = when;
  return model_.definitions.push(std::move(d));
}

namespace {

/// The value that a box leaves a fact, the first of them where it leaves several.
void take(const space::Tables& tables, const space::Scope& scope, const space::Box& box,
          FactId fact, Value& value, std::uint8_t& known) {
  auto first = [&](space::Var v, std::size_t otherwise) {
    const Bits* mask = v.valid() ? box.find(v) : nullptr;
    return mask == nullptr ? otherwise : mask->first();
  };
  if (tables.model.facts[fact].kind == FactKind::set) {
    for (std::size_t e = 0; e < tables.model.facts[fact].enumerators.size(); ++e) {
      const std::uint64_t bit = std::uint64_t{1} << e;
      const std::size_t in = first(scope.element_var(fact, e), (value.set & bit) != 0 ? 1 : 0);
      value.set = in == 1 ? value.set | bit : value.set & ~bit;
    }
  } else if (scope.value_var(fact).valid()) {
    value = tables.classes.sample(fact, first(scope.value_var(fact), 0));
  }
  known = static_cast<std::uint8_t>(first(scope.known_var(fact), known));
}

/// The patient's facts that a part has become those of a box.
void overlay(const Part& part, const space::Tables& tables, const space::Scope& scope,
             const space::Box& box, Patient& p) {
  for (std::size_t i = 0; i < part.facts.size(); ++i) {
    const FactId whole = part.facts[FactId(i)];
    take(tables, scope, box, FactId(i), p.values[whole], p.known[whole]);
  }
}

}  // namespace

JointPatients::JointPatients(const Model& model, std::uint64_t effort)
    : m_(model), effort_(effort), cutter_(model) {}

Patient JointPatients::patient(const Part& part, const space::Tables& tables,
                               const space::Scope& scope, const space::Box& box) {
  Patient out = anybody();
  overlay(part, tables, scope, box, out);
  return out;
}

const Patient& JointPatients::anybody() {
  if (anybody_.has_value()) return *anybody_;
  Patient& p = anybody_.emplace();
  for (const Fact& f : m_.facts) {
    Value v;
    v.number = f.lo;
    p.values.push(v);
    p.known.push(1);
  }
  Wanted wanted;
  wanted.conds = constraints(m_);
  const Part part = cut(wanted);
  const space::Tables tables(part.model);
  space::Scope scope(tables, {}, {}, constraints(part.model), effort_);
  const space::Node possible = scope.possible();
  if (scope.exhausted() || possible == space::kFalse) return p;
  overlay(part, tables, scope, scope.diagram().shortest(possible), p);
  return p;
}

}  // namespace gdl::driver
