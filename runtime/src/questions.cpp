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
  size_t count = size_t{2} * g_.variables() + 1;
  asks_ = arena_.array<uint8_t>(count);
  if (arena_.failed()) return false;
  for (Level v = 0; v < g_.variables();) {
    uint32_t f = partial.fact_of(v);
    const FactVariables& vars = partial.variables(f);
    bool asked = vars.known != kNone;  // then all variables of the fact go together
    Level last = asked ? vars.known : v;
    uint64_t values = asked ? values_of(f) : g_.values(v);
    bool small = values <= static_cast<uint64_t>(limits::ask_values);
    if (!small) last = v;
    if (!copy(v, last, small ? values : g_.values(v), partial.linked(v) && small)) return false;
    v = last + 1;
  }
  return !arena_.failed();
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
      if (i >= copy.values && !copy.open) {
        cases_.push(kNo);
        continue;
      }
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

/// Some case where what the copy stands for is open is answered differently once it is learnt: `in` and `out` are the
/// cases that have a patient in the set, and one outside.
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

/// Two patients who differ in the variable only are answered differently: the case of these two shows that it
/// matters.
bool Questions::flips(const Copy& c, Ref in, Ref out) {
  if (cases_.both(in, out) == kNo) {  // whole patients only: somebody is in, and with another value out
    Ref some_in = kNo;
    Ref some_out = kNo;
    for (uint32_t v = 0; v < c.values; ++v) {
      some_in = cases_.either(some_in, cases_.cofactor(in, c.level, v));
      some_out = cases_.either(some_out, cases_.cofactor(out, c.level, v));
    }
    Ref both = cases_.both(some_in, some_out);
    return both != kNo && both != kOpen;
  }
  for (uint32_t v = 0; v < c.values; ++v) {
    Ref in_v = cases_.cofactor(in, c.level, v);
    Ref out_v = cases_.cofactor(out, c.level, v);
    Ref there = cases_.either(in_v, out_v);
    for (uint32_t u = 0; u < c.values && there != kNo; ++u) {
      if (u == v) continue;
      Ref more = cases_.either(cases_.minus(cases_.cofactor(in, c.level, u), in_v),
                               cases_.minus(cases_.cofactor(out, c.level, u), out_v));
      Ref both = cases_.both(more, there);
      if (both != kNo && both != kOpen) return true;
    }
  }
  return false;
}

/// The set, the variables marked in asks_ left open.
Ref Questions::project(Ref set) {
  if (cases_.constant(set)) return set;
  while (projected_.count <= set) {
    if (!projected_.add(arena_, 0)) return kOpen;
  }
  if (projected_[set] != 0) return projected_[set] - 1;
  Level level = cases_.level(set);
  Ref out = kNo;
  if (asks_[level] != 0) {
    for (uint32_t i = 0; i < cases_.values(level) && out != kYes; ++i) {
      out = cases_.either(out, project(cases_.kid(set, i)));
    }
  } else {
    uint32_t mark = cases_.mark();
    for (uint32_t i = 0; i < cases_.values(level); ++i) cases_.push(project(cases_.kid(set, i)));
    out = cases_.finish(level, mark);
  }
  projected_[set] = out + 1;
  return out;
}

/// With all variables of its group open, learning this one settles an answer that is open: that case shows that it
/// matters. asks_ marks the group.
bool Questions::settles(const Copy& c, Ref in, Ref out) {
  Ref open = cases_.both(project(in), project(out));
  for (uint32_t v = 0; v < c.values && open != kNo; ++v) {
    Ref settled = cases_.differ(project(cases_.cofactor(in, c.level, v)),
                                project(cases_.cofactor(out, c.level, v)));
    Ref both = cases_.both(open, settled);
    if (both != kNo && both != kOpen) return true;
  }
  return false;
}

/// Which of the copies hold what is open too: those of facts of which it is asked whether they are known, and, with
/// `tied`, those of the groups that the set touches.
void Questions::open_copies(const Marked* tied) {
  Partial& partial = findings_.partial();
  for (uint32_t i = 0; i < copies_.count; ++i) {
    Copy& c = copies_[i];
    bool asked = partial.variables(partial.fact_of(c.first)).known != kNone;
    c.open = asked || (tied != nullptr && tied->touched[partial.group_of(c.first)] != 0);
  }
  some_.count = 0;
}

/// The facts on which the set hangs: two patients who differ in one of them only are one in it and one not; or being
/// known makes the difference.
const Questions::Marked* Questions::direct(Ref set) {
  Ref plain = set & ~1u;  // who is in or out is the same question
  for (uint32_t i = 0; i < marked_.count; ++i) {
    if (marked_[i].set == plain) return &marked_[i];
  }
  Marked m;
  m.set = plain;
  m.facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  m.touched = arena_.array<uint8_t>(g_.variables() + size_t{1});
  if (m.facts == nullptr || m.touched == nullptr) return nullptr;
  Partial& partial = findings_.partial();
  memset(asks_, 0, g_.variables());
  g_.support(plain, asks_);
  bool linked = partial.unknown_constraint();
  for (Level v = 0; v < g_.variables(); ++v) {
    if (asks_[v] == 0) continue;
    if (!partial.linked(v)) continue;
    linked = true;
    m.touched[partial.group_of(v)] = 1;
  }
  bool marked = linked && !partial.unknown_constraint() && mark_linked(m);
  m.approximate = linked && !marked;
  if (!marked) {  // all that the set asks about: exact where nothing is linked, else it may be more than matters
    memset(asks_, 0, g_.variables());
    g_.support(plain, asks_);
    for (Level v = 0; v < g_.variables(); ++v) {
      if (asks_[v] != 0) m.facts[partial.fact_of(v)] = 1;
    }
  }
  if (!marked_.add(arena_, m)) return nullptr;
  return &marked_[marked_.count - 1];
}

/// `direct` where constraints, or being known, play a part; false if that is too much work.
bool Questions::mark_linked(Marked& m) {
  Partial& partial = findings_.partial();
  for (Level v = 0; v < g_.variables(); ++v) {
    // Too many values to be copied with what may be said of them.
    bool touched = m.touched[partial.group_of(v)] != 0;
    if (touched && copies_[copy_of_[v]].said == nullptr) return false;
  }
  m.possible = partial.possible_for(m.set);
  open_copies(nullptr);
  m.in = some(g_.both(m.set, m.possible));
  m.out = some(g_.minus(m.possible, m.set));
  if (m.in == kOpen || m.out == kOpen) return false;
  memset(asks_, 0, cases_.variables());
  cases_.support(m.in, asks_);
  cases_.support(m.out, asks_);
  for (const Copy& c : View<Copy>{copies_.data, copies_.count}) {
    uint32_t f = partial.fact_of(c.first);
    if (asks_[c.level] == 0 || m.facts[f] != 0) continue;
    bool matters =
        c.said == nullptr || (c.open ? changes(c, m.in, m.out) : flips(c, m.in, m.out));
    if (matters) m.facts[f] = 1;
  }
  return true;
}

/// What constraints tell of the set once another fact is learnt: adds to `facts` those of the touched groups that matter
/// so. With `all`, tries every case that there may be; else leaves some out, and gives false.
bool Questions::mark_tied(const Marked& m, bool all, uint8_t* facts) {
  Partial& partial = findings_.partial();
  bool complete = true;
  Ref in = m.in;
  Ref out = m.out;
  if (all) {
    open_copies(&m);
    in = some(g_.both(m.set, m.possible));
    out = some(g_.minus(m.possible, m.set));
    if (in == kOpen || out == kOpen) return false;
  }
  Level group = kNone;
  for (const Copy& c : View<Copy>{copies_.data, copies_.count}) {
    uint32_t f = partial.fact_of(c.first);
    Level mine = partial.group_of(c.first);
    if (facts[f] != 0 || m.touched[mine] == 0 || !partial.constrained(c.first)) continue;
    if (all) {
      if (changes(c, in, out)) facts[f] = 1;
      continue;
    }
    if (mine != group) {
      group = mine;
      memset(asks_, 0, cases_.variables());
      for (const Copy& other : View<Copy>{copies_.data, copies_.count}) {
        if (partial.group_of(other.first) == group) asks_[other.level] = 1;
      }
      projected_.count = 0;
    }
    bool asked = partial.variables(f).known != kNone;
    if (!asked && settles(c, in, out)) {
      facts[f] = 1;
    } else {
      complete = false;
    }
  }
  return complete;
}

/// The facts that matter to one of a decision's offers.
void Questions::mark(uint32_t decision, uint8_t* facts) {
  Partial& partial = findings_.partial();
  View<Offer> offers = findings_.offers().of(decision);
  auto* play = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (play == nullptr) return;
  auto each = [&](auto&& visit) {
    for (const Offer& o : offers) {
      const Marked* m = g_.constant(o.when) ? nullptr : direct(o.when);
      if (m != nullptr) visit(*m);
    }
  };
  bool unknown = partial.unknown_constraint();
  for (const Offer& o : offers) unknown = unknown || o.when == kOpen;
  each([&](const Marked& m) {
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      facts[f] = facts[f] | m.facts[f];
      play[f] = play[f] | m.facts[f];
    }
    for (Level v = 0; v < g_.variables(); ++v) {
      if (m.touched[partial.group_of(v)] != 0) play[partial.fact_of(v)] = 1;
    }
    approximate_ = approximate_ || m.approximate;
  });
  bool complete = true;
  each([&](const Marked& m) {
    if (!m.approximate) complete = mark_tied(m, false, facts) && complete;
  });
  uint64_t open = 0;
  for (uint32_t f = 0; f < p_.facts.count; ++f) open += play[f];
  if (!complete && open <= static_cast<uint64_t>(limits::ask_facts)) {
    complete = true;
    each([&](const Marked& m) {
      if (!m.approximate) complete = mark_tied(m, true, facts) && complete;
    });
  }
  approximate_ = approximate_ || unknown || !complete;
  if (!approximate_) return;
  // Whatever an offer asks about, or a constraint together with it: more may be named than matters, never less.
  for (uint32_t f = 0; f < p_.facts.count; ++f) facts[f] = facts[f] | play[f];
  if (unknown) might_matter(decision, kNone, facts);
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

View<uint32_t> Questions::hangs_on(Ref set, uint32_t decision, uint32_t rule) {
  auto* facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (facts == nullptr) return {};
  if (set == kOpen || findings_.partial().unknown_constraint()) {
    approximate_ = true;
    might_matter(decision, rule, facts);
    return listed(facts);
  }
  if (g_.constant(set)) return {};
  const Marked* m = direct(set);
  if (m == nullptr) return {};
  approximate_ = approximate_ || m->approximate;
  View<uint32_t> out = listed(m->facts);
  if (out.count > 0) return out;
  // No two patients differ in one fact only: constraints let facts change together. Then it is all of these.
  memset(asks_, 0, g_.variables());
  g_.support(set, asks_);
  for (Level v = 0; v < g_.variables(); ++v) {
    if (asks_[v] != 0) facts[findings_.partial().fact_of(v)] = 1;
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
    if (g_.both(partial.possible_for(then), then) == kNo) continue;
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
  mark(decision, facts);
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
