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

bool Questions::begin(uint64_t steps) {
  Partial& partial = findings_.partial();
  cases_.begin();
  cases_.allow(steps);
  whole_ = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  touched_ = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  asks_ = arena_.array<uint8_t>(size_t{2} * g_.variables() + 1);
  if (arena_.failed()) return false;
  for (Level v = 0; v < g_.variables();) {
    uint32_t f = partial.fact_of(v);
    const FactVariables& vars = partial.variables(f);
    Level last = v;
    uint64_t values = g_.values(v);
    if (vars.known != kNone) {  // all variables of the fact go together
      last = vars.known;
      values = values_of(f);
    }
    bool small = values <= static_cast<uint64_t>(limits::ask_values);
    if (v == first_of(f)) whole_[f] = 1;
    if (!small) whole_[f] = 0;
    if (!partial.linked(f) || !small) {
      values = g_.values(v);
      last = v;
    }
    if (!copy(v, last, values, partial.linked(f) && small)) return false;
    v = last + 1;
  }
  return !arena_.failed();
}

/// The first variable of a fact that has one.
Level Questions::first_of(uint32_t fact) const {
  const FactVariables& v = findings_.partial().variables(fact);
  return v.value != kNone ? v.value : v.element != kNone ? v.element : v.known;
}

bool Questions::copy(Level first, Level last, uint64_t values, bool linked) {
  Copy c;
  c.first = first;
  c.last = last;
  c.values = values;
  if (linked) {
    uint32_t fact = findings_.partial().fact_of(first);
    const FactVariables& v = findings_.partial().variables(fact);
    const FactState& s = facts_.facts[fact];
    bool asked = v.known != kNone;
    c.said = arena_.array<Said>(values * (values + 3) / 2);
    if (c.said == nullptr) return false;
    for (uint64_t a = 0; a < values; ++a) c.said[c.count++] = {a, a, asked};
    for (uint64_t a = 0; a < values && asked; ++a) {
      bool several =
          p_.facts[fact].classes > 0 && s.several != nullptr && mask_test(s.several, v.classes[a]);
      if (several || values == 1) c.said[c.count++] = {a, a, false};
    }
    for (uint64_t a = 0; a < values; ++a) {
      for (uint64_t b = a + 1; b < values; ++b) c.said[c.count++] = {a, b, false};
    }
  }
  c.level = cases_.variable(linked ? c.count : g_.values(first));
  for (Level v = first; v <= last; ++v) {
    if (!copy_of_.add(arena_, copies_.count)) return false;
  }
  return copies_.add(arena_, c);
}

/// The set where the copied variables have the value, and the fact is known or not as said.
Ref Questions::given(Ref set, const Copy& c, const Said& said, uint64_t value) const {
  while (!g_.constant(set) && g_.level(set) <= c.last) {
    Level at = g_.level(set);
    const FactVariables& v = findings_.partial().variables(findings_.partial().fact_of(at));
    uint32_t kid = 0;
    if (at == v.known) {
      kid = said.known ? 1 : 0;
    } else if (at == v.value) {
      kid = static_cast<uint32_t>(value);
    } else {
      kid = static_cast<uint32_t>(value >> (at - c.first) & 1u);
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
  const Copy copy = copies_[copy_of_[at]];
  uint32_t mark = cases_.mark();
  if (copy.said != nullptr) {
    for (uint32_t i = 0; i < copy.count; ++i) {
      const Said& said = copy.said[i];
      Ref kid = some(given(set, copy, said, said.first));
      if (said.second != said.first) {
        kid = cases_.either(kid, some(given(set, copy, said, said.second)));
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
bool Questions::changes(const Copy& t, Ref in, Ref out) {
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

void Questions::mark(Ref set, uint8_t* facts) {
  Partial& partial = findings_.partial();
  memset(asks_, 0, g_.variables());
  memset(touched_, 0, p_.facts.count);
  g_.support(set, asks_);
  bool linked = partial.unknown_constraint();
  for (Level v = 0; v < g_.variables(); ++v) {
    uint32_t f = partial.fact_of(v);
    if (asks_[v] == 0 || !partial.linked(f)) continue;
    linked = true;
    touched_[partial.group_of(f)] = 1;
  }
  bool exact = linked && !partial.unknown_constraint();
  for (Level v = 0; v < g_.variables() && exact; ++v) {
    uint32_t f = partial.fact_of(v);
    exact = !partial.linked(f) || touched_[partial.group_of(f)] == 0 || whole_[f] != 0;
  }
  Ref in = kOpen;
  Ref out = kOpen;
  if (exact) {
    Ref possible = partial.possible_for(set);
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
      if (partial.linked(f) && touched_[partial.group_of(f)] != 0) facts[f] = 1;
    }
    if (partial.unknown_constraint()) might_matter(kNone, kNone, facts);
    return;
  }
  memset(asks_, 0, cases_.variables());
  cases_.support(in, asks_);
  cases_.support(out, asks_);
  for (Level v = 0; v < g_.variables(); ++v) {
    uint32_t f = partial.fact_of(v);
    const Copy& c = copies_[copy_of_[v]];
    if (asks_[c.level] == 0 || facts[f] != 0) continue;
    if (c.said == nullptr || (v == c.first && changes(c, in, out))) facts[f] = 1;
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
    for (uint32_t r :
         p_.range(p_.decisions[decision].rule_first, p_.decisions[decision].rule_count))
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

/// Each value of the fact that some patient has counts the same; a set of many open elements is weighed element by
/// element.
void Questions::weigh(Question& q, uint32_t decision) {
  Partial& partial = findings_.partial();
  const FactVariables& v = partial.variables(q.fact);
  uint64_t values = values_of(q.fact);
  bool by_element = values > static_cast<uint64_t>(limits::ask_values) && v.element != kNone;
  if (by_element) values = uint64_t{2} * popcount(v.elements);
  View<Offer> offers = findings_.offers().of(decision);
  for (uint64_t value = 0; value < values; ++value) {
    Ref then = by_element ? g_.literal(v.element + static_cast<Level>(value / 2),
                                       [&](uint32_t x) { return x == value % 2; })
                          : partial.learnt(q.fact, value);
    if (g_.both(partial.possible_of_group(q.fact), then) == kNo) continue;
    for (const Offer& o : offers) {
      if (o.status != Status::possible && o.status != Status::undecided) continue;
      ++q.of;
      // What is known of the others is so as the case has it.
      Ref when = o.when;
      for (uint32_t f = 0; f < p_.facts.count && v.known != kNone; ++f) {
        Level known = partial.variables(f).known;
        if (known != kNone && f != q.fact) when = g_.cofactor(when, known, 0);
      }
      Ref all = v.known == kNone ? partial.possible_for(when, then, true)
                                 : partial.possible_for(when, then);
      all = g_.both(all, then);
      if (g_.both(all, when) == kNo || g_.minus(all, when) == kNo) ++q.settled;
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
