// Steps 1-5 for sets of patients: see partial.h; the numbers in comments are the steps of docs/language.md.
#include "partial.h"

#include "interval.h"
#include "run_limits.h"

namespace gdlrt {

namespace {

constexpr Ref kUnset = 3;  // no diagram has this Ref

}  // namespace

/// Room for everything that is computed.
bool Partial::take() {
  g_.begin(p_.nodes.count);
  vars_ = arena_.array<FactVariables>(p_.facts.count + size_t{1});
  rule_of_ = arena_.array<uint32_t>(p_.directives.count + size_t{1});
  nodes_ = arena_.array<Ref>(p_.nodes.count + size_t{1});
  applies_ = arena_.array<Ref>(p_.rules.count + size_t{1});
  stands_ = arena_.array<Ref>(p_.rules.count + size_t{1});
  kept_ = arena_.array<Ref>(p_.rules.count + size_t{1});
  left_ = arena_.array<Ref>(p_.directives.count + size_t{1});
  withdrawn_ = arena_.array<Ref>(p_.directives.count + size_t{1});
  conflict_ = arena_.array<Ref>(p_.directives.count + size_t{1});
  parameter_ = arena_.array<Ref>(p_.directives.count + size_t{1});
  gap_ = arena_.array<Ref>(p_.decisions.count + size_t{1});
  stranded_ = arena_.array<Ref>(p_.decisions.count + size_t{1});
  overlap_ = arena_.array<Ref>(p_.decisions.count + size_t{1});
  removed_ = arena_.array<Ref>(p_.ways.count + size_t{1});
  yielded_ = arena_.array<uint8_t>(p_.rules.count + size_t{1});
  banning_ = arena_.array<uint8_t>(p_.rules.count + size_t{1});
  mark_ = arena_.array<uint8_t>(p_.ways.count + size_t{1});
  if (arena_.failed()) return false;
  for (uint32_t r = 0; r < p_.rules.count; ++r) {
    for (uint32_t k = 0; k < p_.rules[r].directive_count; ++k) {
      rule_of_[p_.rules[r].directive_first + k] = r;
    }
  }
  for (uint32_t w = 0; w < p_.ways.count; ++w) removed_[w] = kUnset;
  for (uint32_t f = 0; f < p_.facts.count; ++f) vars_[f] = FactVariables{};
  return true;
}

// -- variables ---------------------------------------------------------------------------------------

bool Partial::open(uint32_t fact) const {
  const FactState& s = facts_.facts[fact];
  return s.defaulted && !defaults_;
}

/// The order of the variables, which decides how large diagrams become. First the facts that no constraint speaks of,
/// by how often conditions ask for them: what many ask for stands on top. Then those that constraints tie together, one
/// knot of them after another, so that a knot can be left open below all else; in it, what the fewest parts of constraints
/// ask for first: what is left out of a set to see what constraints tell of the rest is left out near the leaves, where
/// little is made anew. Counting sort, ties in the order of declaration.
void Partial::order_facts(List<uint32_t>& order) {
  uint32_t facts = p_.facts.count;
  auto* rank = arena_.array<uint32_t>(facts + size_t{1});  // the highest stands on top
  auto* tied = arena_.array<uint32_t>(facts + size_t{1});
  auto* below = arena_.array<uint8_t>(p_.nodes.count + size_t{1});
  auto* knot = arena_.array<uint32_t>(facts + size_t{1});  // by fact: one that stands for all
  auto* some = arena_.array<uint32_t>(p_.nodes.count + size_t{1});  // a fact asked for, plus one
  if (arena_.failed()) return;
  for (const ImpossibleRow& i : p_.impossibles) below[i.node] = 1;
  mark_below(p_, below);
  for (uint32_t f = 0; f < facts; ++f) knot[f] = f;
  auto find = [knot](uint32_t f) {
    while (knot[f] != f) f = knot[f] = knot[knot[f]];
    return f;
  };
  uint32_t most_tied = 0;
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    const NodeRow& n = p_.nodes[i];
    if (reads_value(n) || static_cast<Op>(n.op) == Op::known) {
      ++rank[n.a];
      tied[n.a] += below[i];
      most_tied = tied[n.a] > most_tied ? tied[n.a] : most_tied;
      some[i] = n.a + 1;
    } else if (below[i] != 0) {
      Operands o = operands_of(p_, n);
      for (uint32_t k = 0; k < o.count; ++k) {
        uint32_t mine = some[o.first[size_t{k} * o.stride]];
        if (mine == 0) continue;
        if (some[i] != 0) knot[find(mine - 1)] = find(some[i] - 1);
        some[i] = mine;
      }
    }
  }
  uint32_t most = 0;
  for (uint32_t f = 0; f < facts; ++f) {
    rank[f] = tied[f] > 0 ? most_tied - tied[f] : most_tied + rank[f];
    most = rank[f] > most ? rank[f] : most;
  }
  uint32_t room = most > facts ? most : facts;
  auto* first = arena_.array<uint32_t>(size_t{room} + 2);
  auto* by_rank = arena_.array<uint32_t>(facts + size_t{1});
  auto* sorted = arena_.array<uint32_t>(facts + size_t{1});
  auto* place = arena_.array<uint32_t>(facts + size_t{1});  // of a knot, plus one
  if (arena_.failed()) return;
  for (uint32_t f = 0; f < facts; ++f) ++first[most - rank[f] + 1];
  for (uint32_t i = 1; i <= most + 1; ++i) first[i] += first[i - 1];
  for (uint32_t f = 0; f < facts; ++f) by_rank[first[most - rank[f]]++] = f;
  // From behind, what is not tied being a knot after all others: these stand as the last of their facts do.
  memset(first, 0, (size_t{room} + 2) * sizeof *first);
  uint32_t knots = 0;
  uint32_t free = 0;
  for (uint32_t i = facts; i-- > 0;) {
    uint32_t f = by_rank[i];
    uint32_t& mine = place[find(f)];
    if (tied[f] > 0 && mine == 0) mine = ++knots;
    ++(tied[f] > 0 ? first[mine] : free);
  }
  uint32_t before = free;
  for (uint32_t i = knots; i > 0; --i) {
    uint32_t mine = first[i];
    first[i] = before;
    before += mine;
  }
  for (uint32_t i = 0; i < facts; ++i) {
    uint32_t f = by_rank[i];
    sorted[tied[f] > 0 ? first[place[find(f)]]++ : first[0]++] = f;
  }
  order = {sorted, facts, facts};
}

void Partial::make_variables() {
  List<uint32_t> order;
  order_facts(order);
  for (uint32_t i = 0; i < order.count && !arena_.failed(); ++i) {
    uint32_t f = order[i];
    const FactRow& row = p_.facts[f];
    const FactState& s = facts_.facts[f];
    FactVariables& v = vars_[f];
    bool asked = (row.flags & kKnownnessTested) != 0 && !s.known;
    uint32_t wanted = asked ? 1 : 0;
    if (row.classes == 0) {
      v.present = open(f) ? 0 : s.present;
      v.elements = open(f) ? all_elements(row) : s.open;
      if ((row.flags & kUsed) == 0) v.elements = 0;
      wanted += popcount(v.elements);
    } else {
      v.classes = arena_.array<uint32_t>(row.classes);
      if (v.classes == nullptr) return;
      for (uint32_t c = 0; c < row.classes; ++c) {
        if (open(f) || mask_test(s.allowed, c)) v.classes[v.count++] = c;
      }
      if ((row.flags & kUsed) == 0) v.count = 1;
      if (v.count > 1) ++wanted;
    }
    if (wanted == 0) continue;
    if (g_.variables() + wanted > static_cast<uint64_t>(limits::open_variables)) {
      v.beyond = true;
      continue;
    }
    if (v.count > 1) v.value = variable(f, v.count);
    for (uint64_t e = v.elements; e != 0; e &= e - 1) {
      Level made = variable(f, 2);
      if (v.element == kNone) v.element = made;
    }
    if (asked) {
      v.known = variable(f, 2);
    }
  }
}

Level Partial::variable(uint32_t fact, uint32_t values) {
  (void)fact_of_.add(arena_, fact);
  return g_.variable(values);
}

Ref Partial::element(uint32_t fact, uint32_t e) {
  const FactVariables& v = vars_[fact];
  uint64_t bit = uint64_t{1} << e;
  if ((v.elements & bit) == 0) return (v.present & bit) != 0 ? kYes : kNo;
  if (v.element == kNone) return kOpen;
  return g_.literal(v.element + popcount(v.elements & (bit - 1)),
                    [](uint32_t x) { return x == 1; });
}

// -- conditions --------------------------------------------------------------------------------------

Ref Partial::value_in(const NodeRow& n) {
  const FactVariables& v = vars_[n.a];
  const uint64_t* mask = p_.masks.data + n.b;
  uint32_t in = 0;
  for (uint32_t i = 0; i < v.count; ++i) in += mask_test(mask, v.classes[i]) ? 1 : 0;
  if (in == 0) return kNo;
  if (in == v.count) return kYes;
  if (v.value == kNone) return kOpen;
  return g_.literal(v.value, [&](uint32_t x) { return mask_test(mask, v.classes[x]); });
}

Ref Partial::set_is(const NodeRow& n) {
  const FactVariables& v = vars_[n.a];
  uint64_t want = p_.masks[n.b];
  if ((want & ~(v.present | v.elements)) != 0 || (v.present & ~want) != 0) return kNo;
  if (v.elements != 0 && v.element == kNone) return kOpen;
  // From the last element on: then each node is made once.
  Ref out = kYes;
  Level level = v.element + popcount(v.elements);
  for (uint32_t e = p_.facts[n.a].enum_count; e-- > 0;) {
    if ((v.elements >> e & 1u) == 0) continue;
    uint32_t mark = g_.mark();
    bool in = (want >> e & 1u) != 0;
    g_.push(in ? kNo : out);
    g_.push(in ? out : kNo);
    out = g_.finish(--level, mark);
  }
  return out;
}

/// So many elements are in the set. Of the open elements from one on, what it comes to when so many of those before are in
/// it: from the last element on, and in place.
Ref Partial::set_count(const NodeRow& n) {
  const FactVariables& v = vars_[n.a];
  uint32_t open = popcount(v.elements);
  uint32_t least = popcount(v.present);
  if (least >= n.b && least + open <= n.c) return kYes;
  if (least > n.c || least + open < n.b) return kNo;
  if (v.element == kNone) return kOpen;
  Ref with[65];
  for (uint32_t k = 0; k <= open; ++k) with[k] = least + k >= n.b && least + k <= n.c ? kYes : kNo;
  for (uint32_t e = open; e-- > 0;) {
    for (uint32_t k = 0; k <= e; ++k) {
      uint32_t mark = g_.mark();
      g_.push(with[k]);
      g_.push(with[k + 1]);
      with[k] = g_.finish(v.element + e, mark);
    }
  }
  return with[0];
}

/// Of the terms in hand so many hold that their points sum up to lo..hi. The sums that are possible, each with
/// the patients who have it, grow term by term; a sum is done with once the terms to come can no longer take it
/// out of the range, or into it.
Ref Partial::sum_in(int64_t lo, int64_t hi) {
  int64_t less = 0;
  int64_t more = 0;
  for (uint32_t i = 0; i < terms_.count; ++i) {
    (terms_[i].points < 0 ? less : more) += terms_[i].points;
  }
  if (less >= lo && more <= hi) return kYes;
  Ref out = kNo;
  sums_.count = 0;
  (void)sums_.add(arena_, {kYes, 0});
  for (uint32_t i = 0; i < terms_.count; ++i) {
    int64_t points = terms_[i].points;
    (points < 0 ? less : more) -= points;
    next_sums_.count = 0;
    // The sums ascend, those with the term and those without: the two lists are merged.
    uint32_t with = 0;
    uint32_t without = 0;
    while (with < sums_.count || without < sums_.count) {
      bool add = without == sums_.count ||
                 (with < sums_.count && sums_[with].points + points <= sums_[without].points);
      const Term& from = add ? sums_[with++] : sums_[without++];
      int64_t sum = from.points + (add ? points : 0);
      if (sum + more < lo || sum + less > hi) continue;
      Ref when = g_.both(from.holds, add ? terms_[i].holds : Diagram::negate(terms_[i].holds));
      if (when == kNo) continue;
      if (sum + less >= lo && sum + more <= hi) {
        out = g_.either(out, when);
      } else if (next_sums_.count > 0 && next_sums_[next_sums_.count - 1].points == sum) {
        Term& last = next_sums_[next_sums_.count - 1];
        last.holds = g_.either(last.holds, when);
      } else if (!g_.step() || !next_sums_.add(arena_, {when, sum})) {
        return kOpen;
      }
    }
    List<Term> swap = sums_;
    sums_ = next_sums_;
    next_sums_ = swap;
  }
  return out;
}

/// Puts a term in hand, or, where it holds for all or for none, into `base`.
bool Partial::term(Ref holds, int64_t points, int64_t& base) {
  if (holds == kNo || points == 0) return true;
  if (holds != kYes) return terms_.add(arena_, {holds, points});
  base += points;
  return true;
}

Ref Partial::counted(const NodeRow& n) {
  terms_.count = 0;
  int64_t base = 0;
  int64_t lo = n.c;
  int64_t hi = n.b;
  if (static_cast<Op>(n.op) == Op::at_least) {
    for (uint32_t x : p_.range(n.a, n.b)) {
      if (!term(nodes_[x], 1, base)) return kOpen;
    }
  } else {  // score
    for (uint32_t k = 0; k < n.b; ++k) {
      Ref holds = nodes_[p_.operands[n.a + 2 * k]];
      if (!term(holds, static_cast<int32_t>(p_.operands[n.a + 2 * k + 1]), base)) return kOpen;
    }
    lo = static_cast<int32_t>(p_.operands[n.c]);
    hi = static_cast<int32_t>(p_.operands[n.c + 1]);
  }
  return sum_in(lo - base, hi - base);
}

void Partial::compute_nodes() {
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    const NodeRow& n = p_.nodes[i];
    Ref out = kNo;
    if (!walk(operands_of(p_, n).count)) {
      nodes_[i] = kOpen;
      continue;
    }
    switch (static_cast<Op>(n.op)) {
      case Op::constant: out = n.a != 0 ? kYes : kNo; break;
      case Op::value_in: out = value_in(n); break;
      case Op::set_has: out = element(n.a, n.b); break;
      case Op::set_is: out = set_is(n); break;
      case Op::known: {
        const FactVariables& v = vars_[n.a];
        out = facts_.facts[n.a].known ? kYes : v.beyond ? kOpen : kNo;
        if (v.known != kNone) out = g_.literal(v.known, [](uint32_t x) { return x == 1; });
        break;
      }
      case Op::negation: out = Diagram::negate(nodes_[n.a]); break;
      case Op::all:
        out = kYes;
        for (uint32_t k = 0; k < n.b && out != kNo; ++k) {
          out = g_.both(out, nodes_[p_.operands[n.a + k]]);
        }
        break;
      case Op::any:
        for (uint32_t k = 0; k < n.b && out != kYes; ++k) {
          out = g_.either(out, nodes_[p_.operands[n.a + k]]);
        }
        break;
      case Op::set_count: out = set_count(n); break;
      case Op::at_least:
      case Op::score: out = counted(n); break;
    }
    nodes_[i] = out;
  }
}

// -- constraints -------------------------------------------------------------------------------------

bool Partial::make_groups() {
  size_t count = g_.variables() + size_t{1};
  asks_ = arena_.array<uint8_t>(count);
  touched_ = arena_.array<uint8_t>(count);
  group_ = arena_.array<Level>(count);
  possible_ = arena_.array<Ref>(count);
  as_known_ = arena_.array<Ref>(count);
  if (arena_.failed()) return false;
  for (Level v = 0; v < g_.variables(); ++v) group_[v] = v;
  auto find = [this](Level v) {
    while (group_[v] != v) v = group_[v] = group_[group_[v]];
    return v;
  };
  auto join = [&](Level a, Level b) {
    a = find(a);
    b = find(b);
    (a < b ? group_[b] : group_[a]) = a < b ? a : b;
  };
  for (Level v = 1; v < g_.variables(); ++v) {
    bool together = fact_of_[v] == fact_of_[v - 1] && vars_[fact_of_[v]].known != kNone;
    if (together) join(v - 1, v);
  }
  for (const ImpossibleRow& i : p_.impossibles) {
    Ref excluded = nodes_[i.node];
    unknown_constraint_ = unknown_constraint_ || excluded == kOpen;
    nobody_ = nobody_ || excluded == kYes;
    if (g_.constant(excluded)) continue;
    memset(asks_, 0, g_.variables());
    g_.support(excluded, asks_);
    for (Level v = 0; v < g_.variables(); ++v) {
      if (asks_[v] != 0) join(g_.level(excluded), v);
    }
  }
  for (Level v = 0; v < g_.variables(); ++v) {
    group_[v] = find(v);
    possible_[v] = kYes;
  }
  for (const ImpossibleRow& i : p_.impossibles) {
    Ref excluded = nodes_[i.node];
    if (g_.constant(excluded)) continue;
    Ref& possible = possible_[group_[g_.level(excluded)]];
    possible = g_.minus(possible, excluded);
    nobody_ = nobody_ || possible == kNo;
    unknown_constraint_ = unknown_constraint_ || possible == kOpen;
  }
  for (Level v = 0; v < g_.variables(); ++v) as_known_[v] = possible_[v];
  for (Level v = 0; v < g_.variables(); ++v) {
    if (vars_[fact_of_[v]].known != v) continue;
    Ref& known = as_known_[group_[v]];
    known = g_.both(known, g_.literal(v, [](uint32_t x) { return x == 0; }));
  }
  for (Level v = 0; v < g_.variables(); ++v) {
    if (linked(v)) tied_ |= Diagram::bit(v);
  }
  return true;
}

Ref Partial::possible_for(Ref a, Ref b, bool as_known) {
  if (unknown_constraint_) return kOpen;
  uint64_t asked = (g_.asked(a) | g_.asked(b)) & tied_;
  if (asked == 0) return kYes;
  const Ref* of = as_known ? as_known_ : possible_;
  Ref out = kYes;
  if (Diagram::exact(asked)) {
    uint64_t groups = 0;
    for (; asked != 0; asked &= asked - 1) groups |= Diagram::bit(group_[__builtin_ctzll(asked)]);
    Together& last = together_[as_known ? 1 : 0];
    if (groups == last.groups) return last.possible;
    uint64_t all = groups;
    for (; groups != 0; groups &= groups - 1) out = g_.both(out, of[__builtin_ctzll(groups)]);
    if (out != kOpen) last = {all, out};
    return out;
  }
  memset(asks_, 0, g_.variables());
  g_.support(a, asks_);
  g_.support(b, asks_);
  memset(touched_, 0, g_.variables());
  for (Level v = 0; v < g_.variables(); ++v) {
    if (asks_[v] != 0 && linked(v)) touched_[group_[v]] = 1;
  }
  for (Level v = 0; v < g_.variables(); ++v) {
    if (touched_[v] != 0) out = g_.both(out, of[v]);
  }
  return out;
}

// -- the steps ---------------------------------------------------------------------------------------

bool Partial::run(uint64_t steps) {
  if (!take()) return false;
  steps_ = steps;
  // A quarter of the steps for conditions and overrides, one for what is asked afterwards, and the rest in equal
  // parts for the decisions, so that a hard one does not take what an easy one behind it needs.
  g_.allow(steps / 4);
  make_variables();
  if (arena_.failed()) return false;
  compute_nodes();
  if (!make_groups()) return false;
  // 1. A rule applies if the patient is in its decision's domain and its condition holds.
  for (uint32_t r = 0; r < p_.rules.count; ++r) {
    const RuleRow& row = p_.rules[r];
    applies_[r] = g_.both(row.decision == kNone ? kYes : domain(row.decision), nodes_[row.applies]);
  }
  // 2. It stands if no standing rule overrides it.
  for (uint32_t r : p_.rule_order) {
    const RuleRow& row = p_.rules[r];
    Ref stands = applies_[r];
    for (uint32_t o : p_.range(row.overridden_first, row.overridden_count)) {
      if (stands == kNo) break;
      stands = g_.minus(stands, stands_[o]);
    }
    stands_[r] = kept_[r] = stands;
  }
  for (uint32_t d = 0; d < p_.decisions.count; ++d) {
    g_.allow(g_.spent() + (steps - steps / 4 - g_.spent()) / (p_.decisions.count - d));
    decision(d);
  }
  g_.allow(steps);
  return !arena_.failed();
}

bool Partial::heard(uint32_t ban, Bans bans) const {
  if (bans == Bans::none || stands_[ban] == kNo) return false;
  return bans == Bans::all || yielded_[ban] != 0;
}

/// No value of the parameter is left: each class is taken by a setting without it, or by a ban of it.
Ref Partial::emptied(uint32_t param, uint32_t way, Bans bans) {
  const ParamRow& q = p_.params[param];
  const WayRow& row = p_.ways[way];
  Ref out = kYes;
  for (uint32_t c = 0; c < q.classes && out != kNo; ++c) {
    if (!g_.work(uint64_t{1} + q.setting_count + row.param_ban_count)) return kOpen;
    Ref taken = kNo;
    for (uint32_t k = 0; k < q.setting_count && taken != kYes; ++k) {
      const ParamUseRow& u = p_.param_uses[q.setting_first + k];
      if (!mask_test(p_.masks.data + u.mask, c)) taken = g_.either(taken, stands_[u.rule]);
    }
    for (uint32_t k = 0; k < row.param_ban_count && taken != kYes; ++k) {
      const ParamUseRow& u = p_.param_uses[row.param_ban_first + k];
      if (u.param != param || !heard(u.rule, bans)) continue;
      if (mask_test(p_.masks.data + u.mask, c)) taken = g_.either(taken, stands_[u.rule]);
    }
    out = g_.both(out, taken);
  }
  return out;
}

Ref Partial::removed_by(uint32_t way, Bans bans) {
  const WayRow& row = p_.ways[way];
  Ref out = kNo;
  if (!walk(row.ban_count)) return kOpen;
  for (uint32_t b : p_.range(row.ban_first, row.ban_count)) {
    if (heard(b, bans)) out = g_.either(out, stands_[b]);
    if (out == kYes) return out;
  }
  for (uint32_t q : p_.range(row.param_first, row.param_count)) {
    out = g_.either(out, emptied(q, way, bans));
    if (out == kYes) return out;
  }
  return out;
}

Ref Partial::removed(uint32_t way) {
  if (removed_[way] == kUnset) removed_[way] = removed_by(way, Bans::all);
  return removed_[way];
}

Ref Partial::all_removed(const DirectiveRow& d, Bans bans) {
  Ref out = kYes;
  for (uint32_t w : p_.range(d.way_first, d.way_count)) {
    out = g_.both(out, bans == Bans::all ? removed(w) : removed_by(w, bans));
    if (out == kNo) break;
  }
  return out;
}

/// A *for* of a standing rule: 3. what the bans of all standing rules leave; 4. where that is nothing, withdrawn
/// if the bans of rules that override it suffice, else a conflict, or settings without a common value.
void Partial::advise(uint32_t k, uint32_t rule) {
  const DirectiveRow& d = p_.directives[k];
  Ref gone = g_.both(stands_[rule], all_removed(d, Bans::all));
  left_[k] = g_.minus(stands_[rule], gone);
  parameter_[k] = gone == kNo ? kNo : g_.both(gone, all_removed(d, Bans::none));
  Ref banned = g_.minus(gone, parameter_[k]);
  withdrawn_[k] = banned == kNo ? kNo : g_.both(banned, all_removed(d, Bans::yielded));
  conflict_[k] = g_.minus(gone, withdrawn_[k]);
}

void Partial::decision(uint32_t id) {
  const DecisionRow& d = p_.decisions[id];
  bool first = static_cast<Choose>(d.choose) == Choose::first;
  Ref found_first = kNo;
  Ref for_applied = kNo;
  Ref for_left = kNo;
  Ref none = kNo;
  for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
    const RuleRow& row = p_.rules[r];
    if ((row.flags & kHasFor) != 0) for_applied = g_.either(for_applied, applies_[r]);
    if (stands_[r] == kNo) continue;
    // 5. `choose first` keeps the first rule with `no recommendation` or a *for* not withdrawn.
    if (first) kept_[r] = g_.minus(stands_[r], found_first);
    Ref answers = (row.flags & kHasNone) != 0 ? stands_[r] : kNo;
    if (answers != kNo) none = g_.either(none, kept_[r]);
    for (uint32_t y : p_.range(row.yields_first, row.yields_count)) yielded_[y] = 1;
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      if (!is_for(p_.directives[k].verb)) continue;
      advise(k, r);
      for_left = g_.either(for_left, g_.both(left_[k], kept_[r]));
      if (first) answers = g_.either(answers, g_.minus(stands_[r], withdrawn_[k]));
    }
    for (uint32_t y : p_.range(row.yields_first, row.yields_count)) yielded_[y] = 0;
    if (first) found_first = g_.either(found_first, answers);
  }
  Ref empty = g_.minus(g_.minus(domain(id), for_left), none);
  stranded_[id] = g_.both(empty, for_applied);
  gap_[id] = g_.minus(empty, for_applied);
  overlap_[id] = g_.both(none, for_left);
}

Ref Partial::in_force(uint32_t k) {
  Ref stands = stands_[rule_of_[k]];
  return is_for(p_.directives[k].verb) ? g_.minus(stands, withdrawn_[k]) : stands;
}

template <class Visit>
void Partial::each_ban(const DirectiveRow& d, Visit&& visit) const {
  for (uint32_t w : p_.range(d.way_first, d.way_count)) {
    const WayRow& row = p_.ways[w];
    for (uint32_t r : p_.range(row.ban_first, row.ban_count)) visit(r);
    for (uint32_t k = 0; k < row.param_ban_count; ++k) {
      visit(p_.param_uses[row.param_ban_first + k].rule);
    }
  }
}
const uint8_t* Partial::mark_bans(const DirectiveRow& d, bool on) {
  each_ban(d, [this, on](uint32_t r) { banning_[r] = on ? 1 : 0; });
  return banning_;
}
void Partial::list_bans(const DirectiveRow& d, List<uint32_t>& rules) {
  rules.count = 0;
  each_ban(d, [&](uint32_t r) {
    if (banning_[r] == 0) (void)rules.add(arena_, r);
    banning_[r] = 1;
  });
  mark_bans(d, false);
  sort(rules);
}

// -- overlap and exclusion ---------------------------------------------------------------------------

Ref Partial::left_by(uint32_t rule) {
  const RuleRow& row = p_.rules[rule];
  Ref out = kNo;
  for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    if (is_for(p_.directives[k].verb)) out = g_.either(out, left_[k]);
  }
  return g_.both(out, kept_[rule]);
}

/// What the two rules advise is not the same, if both stand: a way that one of them alone advises is left, or
/// strength or evidence differ.
Ref Partial::differ(uint32_t a, uint32_t b) {
  const RuleRow& ra = p_.rules[a];
  const RuleRow& rb = p_.rules[b];
  if (ra.strength != rb.strength || ra.evidence != rb.evidence) return kYes;
  auto mark = [&](const RuleRow& row, uint8_t shift) {
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      if (!is_for(d.verb)) continue;
      (void)g_.work(d.way_count);  // whoever compares many rules looks whether any are left
      for (uint32_t w : p_.range(d.way_first, d.way_count)) {
        mark_[w] = static_cast<uint8_t>(mark_[w] | 1u << (d.verb + shift));
      }
    }
  };
  mark(ra, 0);
  mark(rb, 2);
  Ref out = kNo;
  const RuleRow* rules[] = {&ra, &rb};
  for (const RuleRow* row : rules) {
    for (uint32_t k = row->directive_first; k < row->directive_first + row->directive_count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      if (!is_for(d.verb)) continue;
      for (uint32_t w : p_.range(d.way_first, d.way_count)) {
        if (((mark_[w] ^ mark_[w] >> 2) & 3u) != 0)
          out = g_.either(out, Diagram::negate(removed(w)));
      }
    }
  }
  for (const RuleRow* row : rules) {
    for (uint32_t k = row->directive_first; k < row->directive_first + row->directive_count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      for (uint32_t w : p_.range(d.way_first, d.way_count)) mark_[w] = 0;
    }
  }
  return out;
}

Ref Partial::overlap_of(uint32_t a, uint32_t b) {
  const DecisionRow& d = p_.decisions[p_.rules[a].decision];
  auto none = [&](uint32_t r) { return (p_.rules[r].flags & kHasNone) != 0 ? kept_[r] : kNo; };
  Ref left_a = left_by(a);
  Ref left_b = left_by(b);
  Ref out = g_.either(g_.both(none(a), left_b), g_.both(none(b), left_a));
  Ref both = g_.both(left_a, left_b);
  if (static_cast<Choose>(d.choose) != Choose::one || both == kNo) return out;
  return g_.either(out, g_.both(both, differ(a, b)));
}

Ref Partial::overlap(uint32_t decision, uint32_t first, uint32_t second) {
  const DecisionRow& d = p_.decisions[decision];
  if (first != kNone) {
    bool here = p_.rules[first].decision == decision && p_.rules[second].decision == decision;
    return here ? overlap_of(first, second) : kNo;
  }
  Ref out = overlap_[decision];
  if (static_cast<Choose>(d.choose) != Choose::one) return out;
  View<WordRow> rules = p_.range(d.rule_first, d.rule_count);
  for (uint32_t i = 0; i < rules.count; ++i) {
    if (left_by(rules[i]) == kNo) continue;
    for (uint32_t k = 0; k < i && out != kYes; ++k) {
      if (!g_.work(uint64_t{1} + p_.rules[rules[k]].directive_count)) return kOpen;
      if (left_by(rules[k]) != kNo) out = g_.either(out, overlap_of(rules[k], rules[i]));
    }
  }
  return out;
}

void Partial::mark_sides(const ExclusiveRow& x, bool on) {
  for (uint32_t w : p_.range(x.first_first, x.first_count)) {
    mark_[w] = static_cast<uint8_t>(on ? mark_[w] | 1u : 0u);
  }
  for (uint32_t w : p_.range(x.second_first, x.second_count)) {
    mark_[w] = static_cast<uint8_t>(on ? mark_[w] | 2u : 0u);
  }
}

/// The directive has a way left that lies on these sides of the exclusion in hand: 0 on neither, 1 on the first
/// only, 2 on the second only.
Ref Partial::on_side(uint32_t directive, uint8_t side) {
  const DirectiveRow& d = p_.directives[directive];
  Ref out = kNo;
  for (uint32_t w : p_.range(d.way_first, d.way_count)) {
    if (mark_[w] == side) out = g_.either(out, Diagram::negate(removed(w)));
  }
  return out;
}

/// The recommendations of two rules violate the exclusion in hand: every choice of a way of each has one on
/// either side. Of one recommendation all that counts is whether it has a way left on the first side only, on the
/// second only, or on neither: with one on neither it violates nothing; else two of them violate exactly if they
/// do not both have a way on the first side only, nor both one on the second only.
Ref Partial::violate(uint32_t a, uint32_t b) {
  Ref out = g_.both(g_.both(left_[a], kept_[rule_of_[a]]), g_.both(left_[b], kept_[rule_of_[b]]));
  if (out == kNo) return out;
  out = g_.minus(g_.minus(out, on_side(a, 0)), on_side(b, 0));
  for (uint8_t side = 1; side <= 2 && out != kNo; ++side) {
    out = g_.minus(out, g_.both(on_side(a, side), on_side(b, side)));
  }
  return out;
}

Ref Partial::exclusive(uint32_t decision, uint32_t first, uint32_t second) {
  if (p_.exclusives.count == 0) return kNo;
  // Of all rules the list is made once.
  List<uint32_t>& advising = first == kNone ? all_advising_ : advising_;
  bool listed = first == kNone && advising_listed_;
  if (!listed) advising.count = 0;
  auto list = [&](uint32_t from, uint32_t count) {
    for (uint32_t k = from; k < from + count && !listed; ++k) {
      if (static_cast<Verb>(p_.directives[k].verb) != Verb::recommend) continue;
      if (g_.both(left_[k], kept_[rule_of_[k]]) != kNo) (void)advising.add(arena_, k);
    }
  };
  if (first == kNone) {
    list(0, p_.directives.count);
    advising_listed_ = true;
  } else {
    uint32_t before = first < second ? first : second;
    uint32_t after = first < second ? second : first;
    list(p_.rules[before].directive_first, p_.rules[before].directive_count);
    if (before != after) list(p_.rules[after].directive_first, p_.rules[after].directive_count);
  }
  if (arena_.failed()) return kOpen;
  Ref out = kNo;
  for (const ExclusiveRow& x : p_.exclusives) {
    if (x.first_count == 0 || x.second_count == 0) continue;
    if (!g_.work(uint64_t{1} + x.first_count + x.second_count + advising.count)) return kOpen;
    mark_sides(x, true);
    for (uint32_t i = 0; i < advising.count && out != kYes; ++i) {
      uint32_t rule = rule_of_[advising[i]];
      if (p_.rules[rule].decision != decision) continue;
      for (uint32_t k = 0; k < advising.count && out != kYes; ++k) {
        uint32_t other = rule_of_[advising[k]];
        if (other == rule || (p_.rules[other].decision == decision && k < i)) continue;
        bool left = g_.work(uint64_t{1} + p_.directives[advising[i]].way_count +
                            p_.directives[advising[k]].way_count);
        out = left ? g_.either(out, violate(advising[i], advising[k])) : kOpen;
        if (!left) k = i = advising.count;
      }
    }
    mark_sides(x, false);
  }
  return out;
}

// -- what is waived ----------------------------------------------------------------------------------

/// The directive is in conflict; where the accept names two rules, between these: one advises, and the other
/// stands and bans something of it.
Ref Partial::conflict_with(uint32_t k, const AcceptRow& a) {
  Ref conflict = g_.minus(conflict_[k], parameter_[k]);
  if (a.first == kNone || conflict == kNo) return conflict;
  uint32_t rule = rule_of_[k];
  if (rule != a.first && rule != a.second) return kNo;
  uint32_t other = rule == a.first ? a.second : a.first;
  bool bans = mark_bans(p_.directives[k], true)[other] != 0;
  mark_bans(p_.directives[k], false);
  return bans ? g_.both(conflict, stands_[other]) : kNo;
}

/// The settings of standing rules leave a parameter of one of the directive's ways nothing.
Ref Partial::settings_clash(uint32_t k) {
  Ref out = kNo;
  for (uint32_t w : p_.range(p_.directives[k].way_first, p_.directives[k].way_count)) {
    const WayRow& row = p_.ways[w];
    for (uint32_t q : p_.range(row.param_first, row.param_count)) {
      out = g_.either(out, emptied(q, w, Bans::none));
    }
  }
  return out;
}

Ref Partial::waived(const AcceptRow& a) {
  Ref when = nodes_[a.node];
  if (when == kNo) return kNo;
  auto kind = static_cast<AcceptKind>(a.kind);
  switch (kind) {
    case AcceptKind::gap: return g_.both(when, gap_[a.decision]);
    case AcceptKind::stranded: return g_.both(when, stranded_[a.decision]);
    case AcceptKind::overlap: return g_.both(when, overlap(a.decision, a.first, a.second));
    case AcceptKind::exclusive: return g_.both(when, exclusive(a.decision, a.first, a.second));
    case AcceptKind::conflict: break;
    case AcceptKind::parameter:
      if (a.first != kNone) return kNo;
      break;
  }
  Ref out = kNo;
  const DecisionRow& d = p_.decisions[a.decision];
  for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
    if (kept_[r] == kNo) continue;
    const RuleRow& row = p_.rules[r];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      if (!is_for(p_.directives[k].verb)) continue;
      Ref clash = kind == AcceptKind::conflict ? conflict_with(k, a) : settings_clash(k);
      out = g_.either(out, g_.both(kept_[r], clash));
    }
  }
  return g_.both(when, out);
}

}  // namespace gdlrt
