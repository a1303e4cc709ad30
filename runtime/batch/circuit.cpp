// Building the circuit: see circuit.h; the numbers in comments are the steps of docs/language.md.
#include "circuit.h"

namespace gdlrt::batch {

// -- gates -------------------------------------------------------------------------------------------

namespace {

uint32_t hash(const Gate& g) {
  uint64_t h = (uint64_t{g.a} << 32 | g.b) * 0x9e3779b97f4a7c15u + static_cast<uint64_t>(g.kind);
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9u;
  return static_cast<uint32_t>(h >> 32);
}
bool same(const Gate& x, const Gate& y) { return x.kind == y.kind && x.a == y.a && x.b == y.b; }

}  // namespace

Wire Circuit::gate(GateKind kind, uint32_t a, uint32_t b) {
  if (failed_) return kNo;
  Gate g{kind, a, b};
  if (gates_.count * 2 >= table_size_) {
    uint32_t size = table_size_ * 2;
    auto* table = arena_->array<uint32_t>(size);
    if (table == nullptr) {
      failed_ = true;
      return kNo;
    }
    for (uint32_t i = 0; i < gates_.count; ++i) {
      uint32_t at = hash(gates_[i]) & (size - 1);
      while (table[at] != 0) at = (at + 1) & (size - 1);
      table[at] = i + 1;
    }
    table_ = table;
    table_size_ = size;
  }
  uint32_t at = hash(g) & (table_size_ - 1);
  for (; table_[at] != 0; at = (at + 1) & (table_size_ - 1)) {
    if (same(gates_[table_[at] - 1], g)) return (table_[at] - 1) * 2;
  }
  too_large_ = too_large_ || gates_.count >= most_;
  if (too_large_ || !gates_.add(*arena_, g)) {
    failed_ = true;
    return kNo;
  }
  table_[at] = gates_.count;
  return (gates_.count - 1) * 2;
}

Wire Circuit::both(Wire a, Wire b) {
  if (a > b) {
    Wire swap = a;
    a = b;
    b = swap;
  }
  if (a == kNo || a == negate(b)) return kNo;
  if (a == kYes || a == b) return b;
  return gate(GateKind::both, a, b);
}

Wire Circuit::different(Wire a, Wire b) {
  bool negative = negated(a) != negated(b);
  a &= ~1u;
  b &= ~1u;
  if (a == b) return negative ? kYes : kNo;
  if (a > b) {
    Wire swap = a;
    a = b;
    b = swap;
  }
  Wire out = a == kNo ? b : gate(GateKind::different, a, b);
  return negative ? negate(out) : out;
}

// -- conditions --------------------------------------------------------------------------------------

/// A mask of classes: its runs, or those of the rest where these are fewer.
Wire Circuit::value_in(const NodeRow& n) {
  const FactRow& f = p_->facts[n.a];
  auto kind = static_cast<FactKind>(f.kind);
  bool named = kind == FactKind::boolean || kind == FactKind::enumeration;
  auto in = [&](uint32_t i) { return mask_test(p_->masks.data + n.b, i); };
  auto at_least = [&](uint32_t i) {
    if (i == 0) return kYes;
    if (i >= f.classes) return kNo;
    // Of yes/no there is one comparison.
    if (named && i + 1 == f.classes) return gate(GateKind::equal, n.a, i);
    return gate(GateKind::at_least, n.a, i);
  };
  Wire out = kNo;
  for (uint32_t i = 0; i < f.classes;) {
    if (!in(i)) {
      ++i;
      continue;
    }
    uint32_t end = i + 1;
    while (end < f.classes && in(end)) ++end;
    bool one = named && end == i + 1;
    Wire run = kNo;
    if (one && f.classes == 2) {
      run = gate(GateKind::equal, n.a, 1);
      if (i == 0) run = negate(run);
    } else if (one) {
      run = gate(GateKind::equal, n.a, i);
    } else if (named && end == f.classes && i == 1) {
      run = negate(gate(GateKind::equal, n.a, 0));
    } else if (named && end == f.classes - 1 && i == 0) {
      run = negate(gate(GateKind::equal, n.a, end));
    } else {
      run = both(at_least(i), negate(at_least(end)));
    }
    out = either(out, run);
    i = end;
  }
  return out;
}

/// Adds points to the sum where the wire holds.
void Circuit::add_points(Wire w, uint64_t points) {
  Wire carry = kNo;
  for (uint32_t i = 0; i < kDigits && (points >> i != 0 || carry != kNo); ++i) {
    Wire x = digits_[i];
    Wire y = (points >> i & 1u) != 0 ? w : kNo;
    Wire sum = different(x, y);
    digits_[i] = different(sum, carry);
    carry = either(both(x, y), both(sum, carry));
  }
}

/// The sum of the digits, which are below 2^63, lies in lo..hi.
Wire Circuit::sum_in(int64_t lo, int64_t hi) {
  auto above = [&](int64_t bound) {  // sum > bound
    if (bound < 0) return kYes;
    Wire more = kNo;
    Wire equal = kYes;
    for (uint32_t i = kDigits; i-- > 0;) {
      bool one = (static_cast<uint64_t>(bound) >> i & 1u) != 0;
      if (!one) more = either(more, both(equal, digits_[i]));
      equal = both(equal, one ? digits_[i] : negate(digits_[i]));
    }
    return more;
  };
  if (lo > hi) return kNo;
  Wire from = lo <= 0 ? kYes : above(lo - 1);
  return both(from, negate(above(hi)));
}

Wire Circuit::node(const NodeRow& n) {
  switch (static_cast<Op>(n.op)) {
    case Op::constant: return n.a != 0 ? kYes : kNo;
    case Op::value_in: return value_in(n);
    case Op::set_has: return gate(GateKind::element, n.a, n.b);
    case Op::known: return gate(GateKind::known, n.a, 0);
    case Op::negation: return negate(nodes_[n.a]);
    case Op::set_is: {
      Wire out = kYes;
      for (uint32_t e = 0; e < p_->facts[n.a].enum_count; ++e) {
        Wire has = gate(GateKind::element, n.a, e);
        out = both(out, (p_->masks[n.b] >> e & 1u) != 0 ? has : negate(has));
      }
      bool beyond = (p_->masks[n.b] & ~all_elements(p_->facts[n.a])) != 0;
      return beyond ? kNo : out;
    }
    case Op::all: {
      Wire out = kYes;
      for (uint32_t k = 0; k < n.b; ++k) out = both(out, nodes_[p_->operands[n.a + k]]);
      return out;
    }
    case Op::any: {
      Wire out = kNo;
      for (uint32_t k = 0; k < n.b; ++k) out = either(out, nodes_[p_->operands[n.a + k]]);
      return out;
    }
    case Op::set_count:
    case Op::at_least:
    case Op::score: break;
  }
  for (Wire& d : digits_) d = kNo;
  if (static_cast<Op>(n.op) == Op::set_count) {
    for (uint32_t e = 0; e < p_->facts[n.a].enum_count; ++e) {
      add_points(gate(GateKind::element, n.a, e), 1);
    }
    return sum_in(n.b, n.c);
  }
  if (static_cast<Op>(n.op) == Op::at_least) {
    for (uint32_t k = 0; k < n.b; ++k) add_points(nodes_[p_->operands[n.a + k]], 1);
    return sum_in(n.c, INT64_MAX);
  }
  // Points below 0 count where the operand does not hold, from a start that is lower by them.
  int64_t start = 0;
  for (uint32_t k = 0; k < n.b; ++k) {
    Wire w = nodes_[p_->operands[n.a + 2 * k]];
    int64_t points = static_cast<int32_t>(p_->operands[n.a + 2 * k + 1]);
    if (points < 0) {
      start += points;
      w = negate(w);
      points = -points;
    }
    add_points(w, static_cast<uint64_t>(points));
  }
  return sum_in(int64_t{static_cast<int32_t>(p_->operands[n.c])} - start,
                int64_t{static_cast<int32_t>(p_->operands[n.c + 1])} - start);
}

// -- steps -------------------------------------------------------------------------------------------

bool Circuit::heard(uint32_t ban, Bans bans) const {
  return bans == Bans::all || (bans == Bans::yielded && yielded_[ban] != 0);
}

/// No class of the parameter is left on the way.
Wire Circuit::emptied_parameter(uint32_t param, uint32_t way, Bans bans) {
  const ParamRow& q = p_->params[param];
  const WayRow& row = p_->ways[way];
  Wire out = kYes;
  for (uint32_t c = 0; c < q.classes && out != kNo; ++c) {
    Wire gone = kNo;
    for (uint32_t k = 0; k < q.setting_count; ++k) {
      const ParamUseRow& u = p_->param_uses[q.setting_first + k];
      if (!mask_test(p_->masks.data + u.mask, c)) gone = either(gone, stands_[u.rule]);
    }
    for (uint32_t k = 0; k < row.param_ban_count; ++k) {
      const ParamUseRow& u = p_->param_uses[row.param_ban_first + k];
      if (u.param != param || !heard(u.rule, bans)) continue;
      if (mask_test(p_->masks.data + u.mask, c)) gone = either(gone, stands_[u.rule]);
    }
    out = both(out, gone);
  }
  return out;
}

Wire Circuit::settings_empty(uint32_t way, Bans bans) {
  Wire out = kNo;
  for (uint32_t q : p_->range(p_->ways[way].param_first, p_->ways[way].param_count)) {
    out = either(out, emptied_parameter(q, way, bans));
  }
  return out;
}

Wire Circuit::removed(uint32_t way, Bans bans) {
  if (bans == Bans::all && removed_[way] != 0) return removed_[way] - 1;
  Wire out = settings_empty(way, bans);
  for (uint32_t b : p_->range(p_->ways[way].ban_first, p_->ways[way].ban_count)) {
    if (heard(b, bans)) out = either(out, stands_[b]);
  }
  if (bans == Bans::all) removed_[way] = out + 1;
  return out;
}

Wire Circuit::emptied(const DirectiveRow& d, Bans bans) {
  Wire out = kYes;
  for (uint32_t w : p_->range(d.way_first, d.way_count)) out = both(out, removed(w, bans));
  return out;
}

bool Circuit::decide(uint32_t id) {
  const DecisionRow& d = p_->decisions[id];
  bool first = static_cast<Choose>(d.choose) == Choose::first;
  Wire domain = nodes_[d.domain];
  Wire found = kNo;
  Wire for_applied = kNo;
  Wire for_left = kNo;
  Wire none = kNo;
  Wire conflict = kNo;
  uint32_t before = offers_.count;
  for (uint32_t r : p_->range(d.rule_first, d.rule_count)) {
    const RuleRow& row = p_->rules[r];
    if ((row.flags & kHasFor) != 0) for_applied = either(for_applied, applies_[r]);
    Wire kept = first ? both(stands_[r], negate(found)) : stands_[r];
    bool has_none = (row.flags & kHasNone) != 0;
    if (has_none) none = either(none, kept);
    Wire answers = has_none ? kYes : kNo;
    for (uint32_t y : p_->range(row.yields_first, row.yields_count)) yielded_[y] = 1;
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& dir = p_->directives[k];
      if (!is_for(dir.verb)) continue;
      // 3. What the bans of all standing rules leave.
      for (uint32_t w : p_->range(dir.way_first, dir.way_count)) {
        uint32_t& at = index_[dir.verb][w];
        if (at <= before) {
          if (!offers_.add(*arena_, {id, dir.verb, w}) || !offered_.add(*arena_, kNo)) return false;
          at = offers_.count;
        }
        offered_[at - 1] = either(offered_[at - 1], both(kept, negate(removed(w, Bans::all))));
      }
      // 4. Nothing left: withdrawn if the bans of rules that override it suffice, and its settings do not.
      Wire gone = emptied(dir, Bans::all);
      Wire withdrawn =
          both(both(gone, negate(emptied(dir, Bans::none))), emptied(dir, Bans::yielded));
      for_left = either(for_left, both(kept, negate(gone)));
      conflict = either(conflict, both(kept, both(gone, negate(withdrawn))));
      answers = either(answers, negate(withdrawn));
    }
    for (uint32_t y : p_->range(row.yields_first, row.yields_count)) yielded_[y] = 0;
    // 5.
    if (first) found = either(found, both(stands_[r], answers));
  }
  Wire empty = both(domain, both(negate(for_left), negate(none)));
  return mark(Mark::domain, domain) && mark(Mark::gap, both(empty, negate(for_applied))) &&
         mark(Mark::stranded, both(empty, for_applied)) && mark(Mark::conflict, conflict);
}

bool Circuit::build(const Program& program, const Wanted& wanted, Arena& arena, uint32_t most) {
  most_ = most;
  p_ = &program;
  arena_ = &arena;
  const Program& p = program;
  table_size_ = 1024;
  table_ = arena.array<uint32_t>(table_size_);
  nodes_ = arena.array<Wire>(p.nodes.count + size_t{1});
  applies_ = arena.array<Wire>(p.rules.count + size_t{1});
  stands_ = arena.array<Wire>(p.rules.count + size_t{1});
  yielded_ = arena.array<uint8_t>(p.rules.count + size_t{1});
  removed_ = arena.array<Wire>(p.ways.count + size_t{1});
  for (uint32_t*& index : index_) index = arena.array<uint32_t>(p.ways.count + size_t{1});
  if (arena.failed()) return false;
  (void)gate(GateKind::constant, 0, 0);
  for (uint32_t i = 0; i < p.nodes.count; ++i) nodes_[i] = node(p.nodes[i]);
  for (const ImpossibleRow& i : p.impossibles) impossible_ = either(impossible_, nodes_[i.node]);
  // 1.
  for (uint32_t r = 0; r < p.rules.count; ++r) {
    const RuleRow& row = p.rules[r];
    Wire domain = row.decision == kNone ? kYes : nodes_[p.decisions[row.decision].domain];
    applies_[r] = both(domain, nodes_[row.applies]);
  }
  // 2.
  for (uint32_t r : p.rule_order) {
    stands_[r] = applies_[r];
    for (uint32_t o : p.range(p.rules[r].overridden_first, p.rules[r].overridden_count)) {
      stands_[r] = both(stands_[r], negate(stands_[o]));
    }
  }
  for (uint32_t d = 0; d < p.decisions.count && !failed_; ++d) {
    if (!decide(d)) return false;
  }
  for (uint32_t r = 0; r < p.rules.count && wanted.rules; ++r) {
    if (!rules_.add(arena, stands_[r])) return false;
  }
  if (!wanted.offers) offered_.count = 0;
  for (List<Wire>& m : marks_) m.count = wanted.marks ? m.count : 0;
  if (failed_ || arena.failed()) return false;
  return keep_wanted();
}

/// Takes out what no output asks for, and numbers the rest anew.
bool Circuit::keep_wanted() {
  auto* number = arena_->array<uint32_t>(gates_.count);
  if (number == nullptr) return false;
  auto each_output = [&](auto&& visit) {
    visit(impossible_);
    for (uint32_t i = 0; i < rules_.count; ++i) visit(rules_[i]);
    for (uint32_t i = 0; i < offered_.count; ++i) visit(offered_[i]);
    for (List<Wire>& m : marks_) {
      for (uint32_t i = 0; i < m.count; ++i) visit(m[i]);
    }
  };
  each_output([&](Wire& w) { number[gate_of(w)] = 1; });
  auto has_wires = [](const Gate& g) {
    return g.kind == GateKind::both || g.kind == GateKind::different;
  };
  for (uint32_t i = gates_.count; i-- > 0;) {
    if (number[i] == 0 || !has_wires(gates_[i])) continue;
    number[gate_of(gates_[i].a)] = number[gate_of(gates_[i].b)] = 1;
  }
  uint32_t kept = 0;
  number[0] = 1;
  for (uint32_t i = 0; i < gates_.count; ++i) {
    if (number[i] == 0) continue;
    Gate g = gates_[i];
    if (has_wires(g)) {
      g.a = number[gate_of(g.a)] * 2 + (g.a & 1u);
      g.b = number[gate_of(g.b)] * 2 + (g.b & 1u);
    }
    gates_[kept] = g;
    number[i] = kept++;
  }
  gates_.count = kept;
  each_output([&](Wire& w) { w = number[gate_of(w)] * 2 + (w & 1u); });
  return true;
}

}  // namespace gdlrt::batch
