// What matters and what to ask: see questions.h.
#include "questions.h"

#include "run_limits.h"

namespace gdlrt {

/// How many values the variables of the fact have together.
uint64_t Questions::values_of(uint32_t fact) const {
  const FactVariables& v = findings_.partial().variables(fact);
  if (v.beyond) return 1;
  if (p_.facts[fact].classes > 0) return v.value != kNone ? v.count : 1;
  uint32_t open = popcount(v.elements);
  return open > 31 ? uint64_t{1} << 31 : uint64_t{1} << open;
}

uint32_t Questions::group_of(uint32_t fact) {
  while (group_[fact] != fact) fact = group_[fact] = group_[group_[fact]];
  return fact;
}

/// Facts that an open constraint speaks of are of one group.
void Questions::make_groups() {
  Partial& partial = findings_.partial();
  for (const ImpossibleRow& i : p_.impossibles) {
    Ref excluded = partial.node(i.node);
    if (excluded == kNo) continue;
    if (excluded == kOpen) unknown_constraint_ = true;
    memset(asks_, 0, g_.variables());
    g_.support(excluded, asks_);
    uint32_t first = kNone;
    for (Level v = 0; v < g_.variables(); ++v) {
      if (asks_[v] == 0) continue;
      uint32_t f = partial.fact_of(v);
      linked_[f] = 1;
      if (first == kNone) first = f;
      group_[group_of(f)] = group_of(first);
    }
  }
}

bool Questions::begin(uint64_t steps) {
  Partial& partial = findings_.partial();
  cases_.begin();
  cases_.allow(steps);
  tied_ = arena_.array<Tied>(p_.facts.count + size_t{1});
  linked_ = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  group_ = arena_.array<uint32_t>(p_.facts.count + size_t{1});
  touched_ = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  asks_ = arena_.array<uint8_t>(size_t{2} * g_.variables() + 1);
  if (arena_.failed()) return false;
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    tied_[f] = Tied{};
    group_[f] = f;
    if (partial.variables(f).known != kNone) linked_[f] = 1;
  }
  make_groups();
  for (Level v = 0; v < g_.variables(); ++v) {
    uint32_t f = partial.fact_of(v);
    uint64_t values = values_of(f);
    bool tie_it = linked_[f] != 0 && values <= static_cast<uint64_t>(limits::ask_values);
    if (!tie_it) {
      if (!copies_.add(arena_, {cases_.variable(g_.values(v)), false})) return false;
      continue;
    }
    if (tied_[f].level == kNone && !tie(f, values)) return false;
    if (!copies_.add(arena_, {tied_[f].level, true})) return false;
  }
  return !arena_.failed();
}

bool Questions::tie(uint32_t fact, uint64_t values) {
  const FactVariables& v = findings_.partial().variables(fact);
  const FactState& s = facts_.facts[fact];
  bool asked = v.known != kNone;
  Tied& t = tied_[fact];
  t.values = static_cast<uint32_t>(values);
  t.said = arena_.array<Said>(values * (values + 3) / 2);
  if (t.said == nullptr) return false;
  for (uint64_t a = 0; a < values; ++a) t.said[t.count++] = {a, a, asked};
  for (uint64_t a = 0; a < values && asked; ++a) {
    bool several = p_.facts[fact].classes > 0 && s.several != nullptr &&
                   mask_test(s.several, v.classes[a]);
    if (several || values == 1) t.said[t.count++] = {a, a, false};
  }
  for (uint64_t a = 0; a < values; ++a) {
    for (uint64_t b = a + 1; b < values; ++b) t.said[t.count++] = {a, b, false};
  }
  t.level = cases_.variable(t.count);
  return true;
}

/// The set where the fact has the value, and is known or not as said.
Ref Questions::given(Ref set, uint32_t fact, const Said& said, uint64_t value) const {
  const FactVariables& v = findings_.partial().variables(fact);
  while (!g_.constant(set)) {
    Level at = g_.level(set);
    if (findings_.partial().fact_of(at) != fact) break;
    uint32_t kid = 0;
    if (at == v.known) {
      kid = said.known ? 1 : 0;
    } else if (at == v.value) {
      kid = static_cast<uint32_t>(value);
    } else {
      kid = static_cast<uint32_t>(value >> (at - v.element) & 1u);
    }
    set = g_.kid(set, kid);
  }
  return set;
}

/// The cases that have a patient of the set.
Ref Questions::some(Ref set) {
  if (g_.constant(set)) return set;
  while (some_.count <= set) {
    if (!some_.add(arena_, 0)) return kOpen;
  }
  if (some_[set] != 0) return some_[set] - 1;
  Level at = g_.level(set);
  uint32_t fact = findings_.partial().fact_of(at);
  Copy copy = copies_[at];
  uint32_t mark = cases_.mark();
  if (copy.said) {
    const Tied& t = tied_[fact];
    for (uint32_t i = 0; i < t.count; ++i) {
      const Said& said = t.said[i];
      Ref kid = some(given(set, fact, said, said.first));
      if (said.second != said.first) {
        kid = cases_.either(kid, some(given(set, fact, said, said.second)));
      }
      cases_.push(kid);
    }
  } else {
    for (uint32_t i = 0; i < g_.values(at); ++i) cases_.push(some(g_.kid(set, i)));
  }
  Ref out = cases_.finish(copy.level, mark);
  some_[set] = out + 1;
  return out;
}

/// Some case where the fact is open is answered differently once it is learnt: `in` and `out` are the cases that have
/// a patient in the set, and one outside.
bool Questions::changes(const Tied& t, Ref in, Ref out) {
  for (uint32_t v = 0; v < t.values; ++v) {
    Ref in_then = cases_.cofactor(in, t.level, v);
    Ref out_then = cases_.cofactor(out, t.level, v);
    Ref there = cases_.either(in_then, out_then);
    for (uint32_t i = t.values; i < t.count && there != kNo; ++i) {
      const Said& before = t.said[i];
      if (before.first != v && before.second != v) continue;
      Ref differs = cases_.either(cases_.differ(cases_.cofactor(in, t.level, i), in_then),
                                  cases_.differ(cases_.cofactor(out, t.level, i), out_then));
      if (cases_.both(differs, there) != kNo) return true;
    }
  }
  return false;
}

/// Those whom no constraint excludes that speaks of a fact of the groups marked in touched_. What another group's facts
/// may be together has nothing to do with these.
Ref Questions::possible_here() {
  Partial& partial = findings_.partial();
  Ref out = kYes;
  for (const ImpossibleRow& i : p_.impossibles) {
    Ref excluded = partial.node(i.node);
    if (g_.constant(excluded)) continue;
    uint32_t fact = partial.fact_of(g_.level(excluded));
    if (touched_[group_of(fact)] != 0) out = g_.minus(out, excluded);
  }
  return out;
}

void Questions::mark(Ref set, uint8_t* facts) {
  Partial& partial = findings_.partial();
  memset(asks_, 0, g_.variables());
  memset(touched_, 0, p_.facts.count);
  g_.support(set, asks_);
  bool linked = unknown_constraint_;
  for (Level v = 0; v < g_.variables(); ++v) {
    uint32_t f = partial.fact_of(v);
    if (asks_[v] == 0 || linked_[f] == 0) continue;
    linked = true;
    touched_[group_of(f)] = 1;
  }
  bool exact = linked && !unknown_constraint_;
  for (Level v = 0; v < g_.variables() && exact; ++v) {
    uint32_t f = partial.fact_of(v);
    exact = linked_[f] == 0 || touched_[group_of(f)] == 0 || tied_[f].level != kNone;
  }
  Ref in = kOpen;
  Ref out = kOpen;
  if (exact) {
    Ref possible = possible_here();
    in = some(g_.both(set, possible));
    out = some(g_.minus(possible, set));
  }
  if (in == kOpen || out == kOpen) {
    for (Level v = 0; v < g_.variables(); ++v) {
      if (asks_[v] != 0) facts[partial.fact_of(v)] = 1;
    }
    if (!linked) return;
    // Whatever the set asks about, or a constraint together with it: more may be named than matters, never less.
    approximate_ = true;
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      if (linked_[f] != 0 && touched_[group_of(f)] != 0) facts[f] = 1;
    }
    if (unknown_constraint_) might_matter(kNone, kNone, facts);
    return;
  }
  memset(asks_, 0, cases_.variables());
  cases_.support(in, asks_);
  cases_.support(out, asks_);
  for (Level v = 0; v < g_.variables(); ++v) {
    uint32_t f = partial.fact_of(v);
    if (asks_[copies_[v].level] == 0) continue;
    if (!copies_[v].said || (facts[f] == 0 && changes(tied_[f], in, out))) facts[f] = 1;
  }
}

/// Marks the open facts that the program's rows tie to a decision (or a safety rule, or with neither to the
/// constraints), whatever their values.
void Questions::might_matter(uint32_t decision, uint32_t rule, uint8_t* facts) {
  auto* nodes = arena_.array<uint8_t>(p_.nodes.count + size_t{1});
  auto* rules = arena_.array<uint8_t>(p_.rules.count + size_t{1});
  List<uint32_t> queue;
  if (nodes == nullptr || rules == nullptr) return;
  auto reach = [&](uint32_t r) {
    if (rules[r] != 0) return;
    rules[r] = 1;
    (void)queue.add(arena_, r);
  };
  if (rule != kNone) reach(rule);
  if (decision != kNone) {
    nodes[p_.decisions[decision].domain] = 1;
    for (uint32_t r : p_.range(p_.decisions[decision].rule_first, p_.decisions[decision].rule_count))
      reach(r);
  }
  for (uint32_t i = 0; i < queue.count; ++i) {
    const RuleRow& row = p_.rules[queue[i]];
    nodes[row.applies] = 1;
    if (row.decision != kNone) nodes[p_.decisions[row.decision].domain] = 1;
    for (uint32_t o : p_.range(row.overridden_first, row.overridden_count)) reach(o);
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      for (uint32_t w : p_.range(p_.directives[k].way_first, p_.directives[k].way_count)) {
        const WayRow& way = p_.ways[w];
        for (uint32_t b : p_.range(way.ban_first, way.ban_count)) reach(b);
        for (uint32_t b = 0; b < way.param_ban_count; ++b) {
          reach(p_.param_uses[way.param_ban_first + b].rule);
        }
        for (uint32_t q : p_.range(way.param_first, way.param_count)) {
          for (uint32_t s = 0; s < p_.params[q].setting_count; ++s) {
            reach(p_.param_uses[p_.params[q].setting_first + s].rule);
          }
        }
      }
    }
  }
  for (const ImpossibleRow& i : p_.impossibles) nodes[i.node] = 1;
  mark_below(p_, nodes);
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    const NodeRow& n = p_.nodes[i];
    bool known = static_cast<Op>(n.op) == Op::known;
    if (nodes[i] == 0 || (!known && !reads_value(n))) continue;
    const FactVariables& v = findings_.partial().variables(n.a);
    bool open = v.value != kNone || v.element != kNone || v.known != kNone || v.beyond;
    if (open) facts[n.a] = 1;
  }
}

View<uint32_t> Questions::listed(const uint8_t* facts) {
  List<uint32_t> out;
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    if (facts[f] != 0 && !out.add(arena_, f)) return {};
  }
  return {out.data, out.count};
}

View<uint32_t> Questions::matter(Ref set, uint32_t decision, uint32_t rule) {
  auto* facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (facts == nullptr) return {};
  if (set == kOpen) {
    approximate_ = true;
    might_matter(decision, rule, facts);
  } else {
    mark(set, facts);
  }
  return listed(facts);
}

bool Questions::approximate() {
  bool out = approximate_;
  approximate_ = false;
  return out;
}

/// Of the other facts is known what the case knows.
Ref Questions::others_as_known(uint32_t fact) {
  Partial& partial = findings_.partial();
  Level own = partial.variables(fact).known;
  // as_known is one value for each of its variables: without this one it is what lies below either way.
  return own == kNone ? partial.as_known() : g_.cofactor(partial.as_known(), own, 0);
}

/// Each value of the fact that some patient has counts the same; a set of many open elements is weighed element by
/// element.
void Questions::weigh(Question& q, uint32_t decision) {
  Partial& partial = findings_.partial();
  const FactVariables& v = partial.variables(q.fact);
  Ref others = g_.both(partial.possible(), others_as_known(q.fact));
  uint64_t values = values_of(q.fact);
  bool by_element = values > static_cast<uint64_t>(limits::ask_values) && v.element != kNone;
  if (by_element) values = uint64_t{2} * popcount(v.elements);
  View<Offer> offers = findings_.offers().of(decision);
  for (uint64_t value = 0; value < values; ++value) {
    Ref then = by_element
                   ? g_.both(others, g_.literal(v.element + static_cast<Level>(value / 2),
                                                [&](uint32_t x) { return x == value % 2; }))
                   : g_.both(others, partial.learnt(q.fact, value));
    if (then == kNo) continue;
    for (const Offer& o : offers) {
      if (o.status != Status::possible && o.status != Status::undecided) continue;
      ++q.of;
      if (g_.both(then, o.when) == kNo || g_.minus(then, o.when) == kNo) ++q.settled;
    }
  }
}

View<Question> Questions::ask(uint32_t decision) {
  auto* facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (facts == nullptr) return {};
  bool unknown = false;
  for (const Offer& o : findings_.offers().of(decision)) {
    unknown = unknown || o.when == kOpen;
    mark(o.when, facts);
  }
  if (unknown) {
    approximate_ = true;
    might_matter(decision, kNone, facts);
  }
  List<Question> out;
  for (uint32_t f : listed(facts)) {
    Question q;
    q.fact = f;
    weigh(q, decision);
    // Insertion keeps ties in the order of declaration.
    if (!out.add(arena_, q)) return {};
    for (uint32_t i = out.count - 1; i > 0; --i) {
      const Question& before = out[i - 1];
      bool better = out[i].settled * (before.of == 0 ? 1 : before.of) >
                    before.settled * (out[i].of == 0 ? 1 : out[i].of);
      if (!better) break;
      Question swap = out[i];
      out[i] = out[i - 1];
      out[i - 1] = swap;
    }
  }
  return {out.data, out.count};
}

}  // namespace gdlrt
