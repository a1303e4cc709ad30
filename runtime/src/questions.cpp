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
  steps_ = steps;
  size_t count = size_t{2} * g_.variables() + 1;
  asks_ = arena_.array<uint8_t>(count);
  group_ = arena_.array<uint8_t>(count);
  forced_ = arena_.array<uint32_t>(count);
  wanted_ = arena_.array<uint8_t>(count);
  uint32_t words = mask_words(g_.values_above(g_.variables()));
  all_ = arena_.array<uint64_t>(words + size_t{1});
  for (uint32_t w = 0; w < words && all_ != nullptr; ++w) all_[w] = ~uint64_t{0};
  return !arena_.failed();
}

/// The set, the variables marked in group_ left open.
Ref Questions::project(Ref set) {
  if (!g_.may_ask(set, opened_)) return set;
  Ref out = kOpen;
  if (projected_.find(arena_, set, out)) return out;
  Level level = g_.level(set);
  if (!g_.work(g_.values(level))) return kOpen;
  out = kNo;
  if (group_[level] != 0) {
    for (uint32_t i = 0; i < g_.values(level) && out != kYes; ++i) {
      out = g_.either(out, project(g_.kid(set, i)));
    }
  } else {
    uint32_t mark = g_.mark();
    for (uint32_t i = 0; i < g_.values(level); ++i) g_.push(project(g_.kid(set, i)));
    out = g_.finish(level, mark);
  }
  return projected_.put(arena_, set, out);
}

/// Learning the variable settles an answer that is open, the variables that do not stand in the sets any more being
/// open: that case shows that it matters.
bool Questions::settles(Level level, Ref in, Ref out) {
  Ref some_in = kNo;
  Ref some_out = kNo;
  for (uint32_t v = 0; v < g_.values(level); ++v) {
    some_in = g_.either(some_in, g_.cofactor(in, level, v));
    some_out = g_.either(some_out, g_.cofactor(out, level, v));
  }
  Ref open = g_.both(some_in, some_out);
  for (uint32_t v = 0; v < g_.values(level) && open != kNo; ++v) {
    Ref then_in = g_.cofactor(in, level, v);
    Ref then_out = g_.cofactor(out, level, v);
    if (g_.common(g_.both(open, then_in), Diagram::negate(then_out)) == kYes ||
        g_.common(g_.both(open, then_out), Diagram::negate(then_in)) == kYes) {
      return true;
    }
  }
  return false;
}

/// Marks in asks_, and lists in asked_, the variables that two sets ask about.
void Questions::ask_variables(Ref a, Ref b) {
  for (Level v : View<Level>{asked_.data, asked_.count}) asks_[v] = 0;
  asked_.count = 0;
  uint64_t mask = g_.asked(a) | g_.asked(b);
  if (Diagram::exact(mask)) {
    for (; mask != 0; mask &= mask - 1) {
      auto v = static_cast<Level>(__builtin_ctzll(mask));
      if (asked_.add(arena_, v)) asks_[v] = 1;
    }
    return;
  }
  g_.support(a, asks_);
  g_.support(b, asks_);
  for (Level v = 0; v < g_.variables(); ++v) {
    if (asks_[v] != 0 && !asked_.add(arena_, v)) return;
  }
}

/// The facts that the set asks about and that matter to it: two possible patients who differ in one of them only are one
/// in it and one not, or being known makes the difference, or a constraint does.
Questions::Marked* Questions::direct(Ref set) {
  Ref plain = set & ~1u;  // who is in or out is the same question
  uint32_t found = 0;
  if (marked_at_.find(arena_, plain, found)) return arena_.failed() ? nullptr : &marked_[found];
  uint64_t refusals = g_.refusals();
  Marked m;
  m.set = plain;
  m.facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (m.facts == nullptr) return nullptr;
  Partial& partial = findings_.partial();
  ask_variables(plain);
  for (Level v : asked()) m.known = m.known || partial.variables(partial.fact_of(v)).known == v;
  // What can have one value only has it: then what ties it to others is of no matter.
  for (Level v : asked()) {
    bool value = partial.variables(partial.fact_of(v)).known != v;
    if (value && partial.constrained(v) && forced(v, m.known)) {
      plain = g_.cofactor(plain, v, forced_[v] - kForced);
    }
  }
  if (plain == kOpen) plain = m.set;
  m.simple = plain;
  if (plain != m.set) ask_variables(plain);
  for (Level v : asked()) {
    if (!partial.constrained(v)) continue;
    if (!m.constrained) m.touched = arena_.array<uint8_t>(g_.variables() + size_t{1});
    if (m.touched == nullptr) return nullptr;
    m.constrained = true;
    m.touched[partial.group_of(v)] = 1;
  }
  Ref possible = partial.possible_for(plain);
  m.in = m.constrained ? g_.both(plain, possible) : plain;
  m.out = m.constrained ? g_.minus(possible, plain) : Diagram::negate(plain);
  if (!m.known && (m.in == kNo || m.out == kNo)) {  // so it is for everybody: nothing matters
    m.constrained = false;
    if (!marked_.add(arena_, m)) return nullptr;
    return &marked_[marked_at_.put(arena_, m.set, marked_.count - 1)];
  }
  m.approximate = m.in == kOpen || m.out == kOpen || (m.known && !mark_known(m));
  if (!m.approximate && !m.known) {
    if (m.constrained) ask_variables(m.in, m.out);
    // Where no constraint speaks of a variable, whoever asks about it hangs on it.
    for (Level v : asked()) {
      if (!partial.constrained(v)) continue;
      wanted_[v] = 1;
      asks_[v] = 0;
    }
    if (m.constrained) g_.flips(m.in, m.out, wanted_, asks_);
    for (Level v : asked()) {
      wanted_[v] = 0;
      if (asks_[v] != 0) m.facts[partial.fact_of(v)] = 1;
    }
  }
  m.approximate = m.approximate || g_.refusals() != refusals;
  if (m.approximate) {  // whatever it asks about
    ask_variables(m.set);
    for (Level v : asked()) m.facts[partial.fact_of(v)] = 1;
  }
  if (!m.approximate && list_pending(m, m.facts, true) && !mark_informing(m, m.facts)) {
    m.might = arena_.array<uint8_t>(p_.facts.count + size_t{1});
    if (m.might == nullptr) return nullptr;
    for (uint32_t i = 0; i < pending_.count; ++i) m.might[partial.fact_of(pending_[i])] = 1;
  }
  if (!marked_.add(arena_, m)) return nullptr;
  return &marked_[marked_at_.put(arena_, m.set, marked_.count - 1)];
}

/// Constraints leave the variable one value: whoever learns it learns nothing, unless `known`: the set asks whether
/// something is known.
bool Questions::forced(Level v, bool known) {
  Partial& partial = findings_.partial();
  Level asked = partial.variables(partial.fact_of(v)).known;
  if (asked != kNone && known) return false;
  if (v == asked) return true;
  if (forced_[v] == 0) {
    uint32_t values = 0;
    uint32_t last = 0;
    const uint64_t* some = values_met(partial.possible_in_group(v));
    if (some == nullptr) return false;
    for (uint32_t i = 0; i < g_.values(v) && values < 2; ++i) {
      if (!mask_test(some, g_.values_above(v) + i)) continue;
      ++values;
      last = i;
    }
    forced_[v] = values == 1 ? kForced + last : kFree;
  }
  return forced_[v] >= kForced;
}

/// Lists in pending_ the variables of the set's touched groups whose facts are not found to matter yet, and may: all, or
/// those only that the set asks about. False if there is none.
bool Questions::list_pending(const Marked& m, const uint8_t* facts, bool asked) {
  pending_.count = 0;
  if (!m.constrained) return false;
  if (asked) ask_variables(m.simple);
  for (Level v = 0; v < g_.variables(); ++v) {
    bool mine = m.touched[findings_.partial().group_of(v)] != 0 && (!asked || asks_[v] != 0);
    if (!mine || facts[findings_.partial().fact_of(v)] != 0 || forced(v, m.known)) continue;
    if (!pending_.add(arena_, v)) return false;
  }
  return pending_.count > 0;
}

/// With what group_ marks open, learning the variable settles something: with `one` open too (kNone: nothing apart), or
/// two of its values left.
bool Questions::settles_where_open(Level level, Level one, const Marked& m) {
  projected_.clear();
  group_[level] = 0;  // these two stay in the sets
  if (one != kNone) group_[one] = 0;
  opened_ = 0;
  for (Level v = 0; v < g_.variables(); ++v) {
    if (group_[v] != 0) opened_ |= Diagram::bit(v);
  }
  Ref in = project(m.in);
  Ref out = project(m.out);
  group_[level] = 1;
  if (one != kNone) group_[one] = 1;
  auto settled = [&](Ref a, Ref b) {
    return g_.below(a, b, level, [&](Ref x, Ref y) { return settles(level, x, y); });
  };
  if (one == kNone || one == level) return settled(in, out);
  auto with = [&](Ref set, uint32_t a, uint32_t b) {
    return g_.either(g_.cofactor(set, one, a), g_.cofactor(set, one, b));
  };
  uint32_t values = g_.values(one);
  Ref any_in = kNo;
  Ref any_out = kNo;
  for (uint32_t a = 0; a < values; ++a) {
    any_in = g_.either(any_in, g_.cofactor(in, one, a));
    any_out = g_.either(any_out, g_.cofactor(out, one, a));
  }
  if (settled(any_in, any_out)) return true;
  if (values == 2 || values > 8) return false;
  for (uint32_t a = 0; a < values; ++a) {
    for (uint32_t b = a + 1; b < values; ++b) {
      if (settled(with(in, a, b), with(out, a, b))) return true;
    }
  }
  return false;
}

/// With the whole group open, learning which of the variables in pending_ settles something? For all of them at once, where
/// no variable of another group stands below one of this: once those above have values, `in` and `out` come to sets over the
/// group alone. Where both are possible the answer is open, and a value that only one of the two has settles it.
bool Questions::group_settles(Level group, const Marked& m, uint8_t* facts) {
  Partial& partial = findings_.partial();
  uint64_t asked = g_.asked(m.in) | g_.asked(m.out);
  uint64_t mine = 0;
  for (Level v = group; v < g_.variables(); ++v) {
    if (partial.group_of(v) == group) mine |= Diagram::bit(v) & asked;
  }
  uint64_t others = asked & ~mine;
  if (mine == 0 || !Diagram::exact(asked) || others >= (mine & (~mine + 1))) return false;
  g_.ends(m.in, m.out, static_cast<Level>(__builtin_ctzll(mine)), ends_);
  uint64_t refusals = g_.refusals();
  for (uint32_t k = 0; k < ends_.count; k += 2) {
    bool left = false;
    const uint64_t* some_in = values_met(ends_[k]);
    const uint64_t* some_out = values_met(ends_[k + 1]);
    if (arena_.failed() || g_.refusals() != refusals) break;
    for (uint32_t i = 0; i < pending_.count; ++i) {
      Level v = pending_[i];
      uint8_t& found = facts[partial.fact_of(v)];
      if (found != 0 || partial.group_of(v) != group) continue;
      for (uint32_t at = g_.values_above(v); at < g_.values_above(v + 1); ++at) {
        if (mask_test(some_in, at) != mask_test(some_out, at)) found = 1;
      }
      left = left || found == 0;
    }
    if (!left) break;
  }
  return true;
}

/// What constraints tell of the set once another fact is learnt: adds to `facts` those of pending_ that matter so. By the
/// cases where the whole group is open; those where, of what the set asks about in it, one variable only is; and those
/// where of this one two values are left. They may leave some out, which then stay in pending_: false.
bool Questions::mark_informing(const Marked& m, uint8_t* facts) {
  // Where it is asked whether something is known, only every case tells.
  if (m.known) return false;
  Partial& partial = findings_.partial();
  ask_variables(m.simple);
  for (Level group = 0; group < g_.variables(); ++group) {
    if (m.touched[group] == 0) continue;
    for (Level one = kNone; pending_.count > 0; ++one) {  // kNone goes first
      if (one == g_.variables()) break;
      bool walked = one == kNone && group_settles(group, m, facts);
      if (one != kNone && (partial.group_of(one) != group || asks_[one] == 0)) continue;
      for (Level v = 0; v < g_.variables(); ++v) {
        bool asked = asks_[v] != 0 && one != kNone && v != one;
        group_[v] = partial.group_of(v) == group && !asked ? 1 : 0;
      }
      uint32_t left = 0;
      for (uint32_t i = 0; i < pending_.count; ++i) {
        Level v = pending_[i];
        uint8_t& found = facts[partial.fact_of(v)];
        bool open = found == 0 && !walked && group_[v] != 0;
        if (open && settles_where_open(v, one, m)) found = 1;
        if (found == 0) pending_[left++] = v;
      }
      pending_.count = left;
    }
  }
  return pending_.count == 0;
}

namespace {

/// Lists what is marked. Most is not, and is looked at eight at a time: the arena's pieces are whole words. Empty if memory
/// ran out.
View<uint32_t> list_marked(const uint8_t* marks, uint32_t count, List<uint32_t>& out,
                           Arena& arena) {
  out.count = 0;
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t some = 0;
    if (i % 8 == 0) memcpy(&some, marks + i, 8);
    if (i % 8 == 0 && some == 0) {
      i += 7;
    } else if (marks[i] != 0 && !out.add(arena, i)) {
      return {};
    }
  }
  return {out.data, out.count};
}

/// Adds marks to marks.
void join(uint8_t* to, const uint8_t* from, uint32_t count) {
  for (uint32_t i = 0; i < count; i += 8) {
    uint64_t a = 0;
    uint64_t b = 0;
    memcpy(&a, to + i, 8);
    memcpy(&b, from + i, 8);
    a |= b;
    memcpy(to + i, &a, 8);
  }
}

}  // namespace

/// Lists in sets_ the sets of the decision's offers, each once: many offers have the same, or its complement.
bool Questions::sets_of(uint32_t decision) {
  sets_.count = 0;
  ++round_;
  for (const Offer& o : findings_.offers().of(decision)) {
    Marked* m = g_.constant(o.when) ? nullptr : direct(o.when);
    if (m == nullptr || m->round == round_) continue;
    m->round = round_;
    if (!sets_.add(arena_, static_cast<uint32_t>(m - marked_.data))) return false;
  }
  return !arena_.failed();
}

/// The facts that matter to one of a decision's offers.
void Questions::mark(uint32_t decision, uint8_t* facts) {
  Partial& partial = findings_.partial();
  auto* play = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  auto* touched = arena_.array<uint8_t>(g_.variables() + size_t{1});
  if (!sets_of(decision)) return;
  View<uint32_t> sets{sets_.data, sets_.count};
  bool unknown = partial.unknown_constraint();
  for (const Offer& o : findings_.offers().of(decision)) unknown = unknown || o.when == kOpen;
  bool tied = false;
  for (uint32_t at : sets) {
    const Marked& m = marked_[at];
    join(facts, m.facts, p_.facts.count);
    if (m.constrained) join(touched, m.touched, g_.variables());
    tied = tied || m.constrained;
    approximate_ = approximate_ || m.approximate;
  }
  join(play, facts, p_.facts.count);
  for (Level v = 0; v < g_.variables() && tied; ++v) {
    if (touched[partial.group_of(v)] != 0) play[partial.fact_of(v)] = 1;
  }
  bool complete = true;
  for (uint32_t at : sets) {
    const Marked& m = marked_[at];
    if (m.approximate || !list_pending(m, facts, false)) continue;
    complete = mark_informing(m, facts) && complete;
  }
  uint64_t open = 0;
  for (uint32_t f = 0; f < p_.facts.count; ++f) open += play[f];
  if (!complete && open <= static_cast<uint64_t>(limits::ask_facts)) {
    complete = true;
    for (uint32_t at : sets) {
      const Marked& m = marked_[at];
      if (!m.approximate) complete = mark_every_case(m, facts) && complete;
    }
  }
  approximate_ = approximate_ || unknown || !complete;
  if (!approximate_) return;
  // Whatever an offer asks about, or a constraint together with it: more may be named than matters, never less.
  for (uint32_t f = 0; f < p_.facts.count; ++f) facts[f] = facts[f] | play[f];
  const uint8_t* might = unknown ? might_matter(decision) : nullptr;
  for (uint32_t f = 0; might != nullptr && f < p_.facts.count; ++f) facts[f] = facts[f] | might[f];
}

/// See below. Nothing if memory ran out.
const uint8_t* Questions::might_matter(uint32_t decision) {
  Might& m = might_[decision == kNone ? 1 : 0];
  if (m.known && m.decision == decision) return m.facts;
  if (m.facts == nullptr) m.facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (nodes_ == nullptr) nodes_ = arena_.array<uint8_t>(p_.nodes.count + size_t{1});
  if (rules_ == nullptr) rules_ = arena_.array<uint8_t>(p_.rules.count + size_t{1});
  if (arena_.failed()) return nullptr;
  memset(m.facts, 0, p_.facts.count);
  might_matter(decision, m.facts);
  m.decision = decision;
  m.known = true;
  return m.facts;
}

/// Marks the open facts that the program's rows tie to a decision (kNone: to any safety rule) or to the constraints,
/// whatever their values.
void Questions::might_matter(uint32_t decision, uint8_t* facts) {
  uint8_t* nodes = nodes_;
  List<uint32_t>& queue = reached_;
  memset(nodes, 0, p_.nodes.count);
  memset(rules_, 0, p_.rules.count);
  queue.count = 0;
  auto reach = [&](uint32_t r) {
    if (rules_[r] != 0) return;
    rules_[r] = 1;
    (void)queue.add(arena_, r);
  };
  if (decision == kNone) {
    for (uint32_t r = 0; r < p_.rules.count; ++r) {
      if (p_.rules[r].decision == kNone) reach(r);
    }
  } else {
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
  return list_marked(facts, p_.facts.count, listed_, arena_);
}

View<uint32_t> Questions::hangs_on(Ref set, uint32_t decision) {
  if (set == kOpen || findings_.partial().unknown_constraint()) {
    approximate_ = true;
    const uint8_t* might = might_matter(decision);
    if (might == nullptr) return {};
    return listed(might);
  }
  if (g_.constant(set)) return {};
  Marked* m = direct(set);
  if (m == nullptr) return {};
  approximate_ = approximate_ || m->approximate || m->might != nullptr;
  if (m->hung == nullptr) {
    const uint8_t* marks = m->facts;
    if (m->might != nullptr) {
      join(m->might, marks, p_.facts.count);
      marks = m->might;
    }
    List<uint32_t> hung;
    View<uint32_t> all = list_marked(marks, p_.facts.count, hung, arena_);
    m->hung = all.data;
    m->hung_count = all.count;
  }
  return {m->hung, m->hung_count};
}

bool Questions::approximate() {
  bool out = approximate_;
  approximate_ = false;
  return out;
}

}  // namespace gdlrt
