// Building tables of conditions: see plan.h.
#include "plan.h"

namespace gdlrt {

namespace {

// Past these a part of a condition is a helper: what is nested deeper than anybody writes, and what a program that
// shares its nodes without measure would make us visit again and again.
constexpr uint32_t kDepth = 24;
constexpr uint32_t kVisits = 2000;
// And past these clauses of an alternative, since every condition of a block has planes for as many; and past this work
// for all conditions together, counted in literals looked at.
constexpr uint32_t kClauses = 8;
constexpr uint64_t kWork = uint64_t{1} << 26;

bool is_conjunction(Op op, bool negated) {
  return (op == Op::all && !negated) || (op == Op::any && negated);
}
bool is_disjunction(Op op, bool negated) {
  return (op == Op::any && !negated) || (op == Op::all && negated);
}
bool empty(const Literal& l) {
  uint64_t any = 0;
  for (uint64_t word : l.mask) any |= word;
  return any == 0;
}
bool allows(const Literal& l, uint32_t value) { return mask_test(l.mask, value); }

/// The literal of the same variable, or null.
Literal* find(List<Literal>& in, uint32_t variable) {
  for (uint32_t i = 0; i < in.count; ++i) {
    if (in[i].variable == variable) return &in[i];
  }
  return nullptr;
}

}  // namespace

bool Plan::variable(uint32_t& at, const Variable& v, uint32_t& out) {
  if (at == 0) {
    if (!variables_.add(*arena_, v)) return false;
    at = variables_.count;
  }
  out = at - 1;
  return true;
}

bool Plan::full(const Literal& l) const {
  for (uint32_t i = 0; i < variables_[l.variable].values; ++i) {
    if (!allows(l, i)) return false;
  }
  return true;
}

bool Plan::helper(uint32_t node, bool negated, Literal& out) {
  out = Literal();
  out.mask[0] = negated ? 1 : 2;
  return variable(of_node_[node], {Variable::Kind::helper, node, 0, 2}, out.variable);
}

/// `is`: the node is a literal by itself.
bool Plan::literal(uint32_t node, bool negated, Literal& out, bool& is) {
  const NodeRow& n = p_->nodes[node];
  out = Literal();
  is = true;
  switch (static_cast<Op>(n.op)) {
    case Op::value_in: {
      uint32_t classes = p_->facts[n.a].classes;
      if (classes > Literal::kWords * 64) break;
      for (uint32_t i = 0; i < classes; ++i) {
        if (mask_test(p_->masks.data + n.b, i) != negated)
          out.mask[i / 64] |= uint64_t{1} << i % 64;
      }
      return variable(of_fact_[n.a], {Variable::Kind::value, n.a, 0, classes}, out.variable);
    }
    case Op::set_has:
      out.mask[0] = negated ? 1 : 2;
      return variable(of_element_[p_->facts[n.a].enum_first + n.b],
                      {Variable::Kind::element, n.a, n.b, 2}, out.variable);
    case Op::known:
      out.mask[0] = negated ? 1 : 2;
      return variable(of_known_[n.a], {Variable::Kind::known, n.a, 0, 2}, out.variable);
    default: break;
  }
  is = false;
  return true;
}

/// Every alternative moreover has the literal.
bool Plan::restrict(List<Alternative>& to, const Literal& l) {
  if (full(l)) return true;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < to.count; ++i) {
    Alternative a = to[i];
    work_ += a.cube.count;
    Literal* own = find(a.cube, l.variable);
    if (own != nullptr) {
      for (uint32_t w = 0; w < Literal::kWords; ++w) own->mask[w] &= l.mask[w];
    } else {
      if (!a.cube.add(*arena_, l)) return false;
      own = &a.cube[a.cube.count - 1];
    }
    if (!empty(*own)) to[kept++] = a;
  }
  to.count = kept;
  return true;
}

/// Adds the disjuncts of the node to a clause.
bool Plan::collect(List<Literal>& clause, uint32_t node, bool negated, uint32_t depth,
                   bool& always) {
  const NodeRow* n = &p_->nodes[node];
  while (static_cast<Op>(n->op) == Op::negation && ++visits_ < kVisits) {
    node = n->a;
    n = &p_->nodes[node];
    negated = !negated;
  }
  if (static_cast<Op>(n->op) == Op::constant) {
    always = always || (n->a != 0) != negated;
    return true;
  }
  if (is_disjunction(static_cast<Op>(n->op), negated) && depth < kDepth && ++visits_ < kVisits) {
    for (uint32_t k = 0; k < n->b; ++k) {
      if (!collect(clause, p_->operands[n->a + k], negated, depth + 1, always)) return false;
    }
    return true;
  }
  Literal l;
  bool is = false;
  if (!literal(node, negated, l, is) || (!is && !helper(node, negated, l))) return false;
  work_ += clause.count;
  Literal* own = find(clause, l.variable);
  if (own == nullptr) {
    if (empty(l)) return true;
    if (!clause.add(*arena_, l)) return false;
    own = &clause[clause.count - 1];
  } else {
    for (uint32_t w = 0; w < Literal::kWords; ++w) own->mask[w] |= l.mask[w];
  }
  always = always || full(*own);
  return true;
}

/// Every alternative moreover has some disjunct of the node.
bool Plan::add_clause(List<Alternative>& to, const NodeRow& n, bool negated, uint32_t depth) {
  List<Literal> clause;
  bool always = false;
  for (uint32_t k = 0; k < n.b; ++k) {
    if (!collect(clause, p_->operands[n.a + k], negated, depth + 1, always)) return false;
  }
  if (always) return true;
  if (clause.count == 0) to.count = 0;
  if (clause.count == 1) return restrict(to, clause[0]);
  for (uint32_t i = 0; i < to.count; ++i) {
    if (!to[i].clauses.add(*arena_, clause)) return false;
  }
  return true;
}

bool Plan::copy(const Alternative& from, Alternative& to) {
  to = Alternative();
  for (uint32_t i = 0; i < from.cube.count; ++i) {
    if (!to.cube.add(*arena_, from.cube[i])) return false;
  }
  for (uint32_t i = 0; i < from.clauses.count; ++i) {
    if (!to.clauses.add(*arena_, from.clauses[i])) return false;
  }
  return true;
}

/// A disjunction: a clause if its parts are literals, further alternatives if they are cubes and few, else a clause with
/// helpers.
bool Plan::disjoin(List<Alternative>& to, uint32_t node, bool negated, uint32_t depth) {
  const NodeRow& n = p_->nodes[node];
  bool literals = true;
  for (uint32_t k = 0; k < n.b && literals; ++k) {
    const NodeRow& part = p_->nodes[p_->operands[n.a + k]];
    auto op = static_cast<Op>(part.op);
    literals = op == Op::value_in || op == Op::set_has || op == Op::known || op == Op::constant;
  }
  if (literals || uint64_t{to.count} * n.b > kAlternatives)
    return add_clause(to, n, negated, depth);
  List<Alternative> all;
  for (uint32_t k = 0; k < n.b && all.count <= kAlternatives; ++k) {
    List<Alternative> some;
    for (uint32_t i = 0; i < to.count; ++i) {
      Alternative a;
      if (!copy(to[i], a) || !some.add(*arena_, a)) return false;
    }
    if (!conjoin(some, p_->operands[n.a + k], negated, depth + 1)) return false;
    for (uint32_t i = 0; i < some.count; ++i) {
      if (!all.add(*arena_, some[i])) return false;
    }
  }
  if (all.count > kAlternatives) return add_clause(to, n, negated, depth);
  to = all;
  return true;
}

/// Every alternative moreover has what the node says.
bool Plan::conjoin(List<Alternative>& to, uint32_t node, bool negated, uint32_t depth) {
  const NodeRow& n = p_->nodes[node];
  auto op = static_cast<Op>(n.op);
  bool more = depth < kDepth && ++visits_ < kVisits && work_ < kWork;
  for (uint32_t i = 0; i < to.count && is_disjunction(op, negated); ++i) {
    more = more && to[i].clauses.count < kClauses;
  }
  if (op == Op::constant) {
    if ((n.a != 0) == negated) to.count = 0;
    return true;
  }
  if (op == Op::negation && more) return conjoin(to, n.a, !negated, depth + 1);
  if (is_conjunction(op, negated) && more) {
    for (uint32_t k = 0; k < n.b; ++k) {
      if (!conjoin(to, p_->operands[n.a + k], negated, depth + 1)) return false;
    }
    return true;
  }
  if (is_disjunction(op, negated) && more) return disjoin(to, node, negated, depth);
  Literal l;
  bool is = false;
  if (!literal(node, negated, l, is) || (!is && !helper(node, negated, l))) return false;
  return restrict(to, l);
}

bool Plan::condition(const uint32_t* nodes, uint32_t count, Condition& out) {
  visits_ = 0;
  out = Condition();
  if (!out.alternatives.add(*arena_, Alternative())) return false;
  for (uint32_t i = 0; i < count; ++i) {
    if (!conjoin(out.alternatives, nodes[i], false, 0)) return false;
  }
  return true;
}

bool Plan::blocks(const List<Condition>& conditions, uint32_t most) {
  for (uint32_t from = 0; from < conditions.count; from += most) {
    uint32_t left = conditions.count - from;
    Block b;
    b.conditions = left < most ? left : most;
    if (!fill({conditions.data + from, b.conditions}, b) || !blocks_.add(*arena_, b)) return false;
  }
  first_block_[++lists_] = blocks_.count;
  return true;
}

/// Of the blocks of the list that ended last: which rules they are of. Rules of a decision ascend.
void Plan::number_rules(View<WordRow> rules) {
  uint32_t at = 0;
  for (uint32_t i = first_block_[lists_ - 1]; i < blocks_.count; at += blocks_[i++].conditions) {
    Block& b = blocks_[i];
    if (rules[at + b.conditions - 1] - rules[at] == b.conditions - 1) b.rule = rules[at];
  }
}

/// Rules outside decisions are many, and each asks for little: sorted by what they ask for first, those of a small block
/// ask for few variables together.
bool Plan::sort_free(List<Condition>& conditions) {
  auto* begin = arena_->array<uint32_t>(variables_.count + size_t{2});
  auto* sorted = arena_->array<Condition>(conditions.count + size_t{1});
  auto* rules = arena_->array<uint32_t>(conditions.count + size_t{1});
  if (arena_->failed()) return false;
  auto key = [](const Condition& c) {
    uint32_t least = 0;
    if (c.alternatives.count == 0) return least;
    const List<Literal>& cube = c.alternatives.data[0].cube;
    for (uint32_t i = 0; i < cube.count; ++i) {
      if (i == 0 || cube[i].variable < least) least = cube[i].variable;
    }
    return least;
  };
  for (uint32_t i = 0; i < conditions.count; ++i) ++begin[key(conditions[i]) + 1];
  for (uint32_t v = 0; v <= variables_.count; ++v) begin[v + 1] += begin[v];
  for (uint32_t i = 0; i < conditions.count; ++i) {
    uint32_t at = begin[key(conditions[i])]++;
    sorted[at] = conditions[i];
    rules[at] = free_[i];
  }
  conditions.data = sorted;
  free_.data = rules;
  conditions.capacity = free_.capacity = conditions.count;
  return true;
}

bool Plan::fill(View<Condition> conditions, Block& out) {
  out.clauses = arena_->array<uint32_t>(kAlternatives);
  if (out.clauses == nullptr) return false;
  for (const Condition& c : conditions) {
    const List<Alternative>& all = c.alternatives;
    if (all.count > out.alternatives) out.alternatives = all.count;
    for (uint32_t a = 0; a < all.count; ++a) {
      if (all[a].clauses.count > out.clauses[a]) out.clauses[a] = all[a].clauses.count;
    }
  }
  out.plane = mask_words(out.conditions);
  for (uint32_t a = 0; a < out.alternatives; ++a) out.words += (1 + out.clauses[a]) * out.plane;
  if (out.words > words_) words_ = out.words;
  List<uint32_t> mine;
  auto use = [&](const List<Literal>& literals) {
    for (uint32_t i = 0; i < literals.count; ++i) {
      uint32_t v = literals[i].variable;
      if (place_[v] == 0 && !mine.add(*arena_, v)) return false;
      place_[v] = 1;
      variables_[v].used = true;
    }
    return true;
  };
  for (const Condition& c : conditions) {
    for (uint32_t a = 0; a < c.alternatives.count; ++a) {
      const Alternative& one = c.alternatives[a];
      if (!use(one.cube)) return false;
      for (uint32_t k = 0; k < one.clauses.count; ++k) {
        if (!use(one.clauses[k])) return false;
      }
    }
  }
  auto* tables = arena_->array<Block::Table>(mine.count + size_t{1});
  size_t size = out.words;
  for (uint32_t i = 0; i < mine.count; ++i) {
    size += size_t{variables_[mine[i]].values} * out.words;
  }
  // In one piece, so that a block that is rarely asked for comes into the caches at once.
  auto* begin = arena_->array<uint64_t>(size + 1);
  if (tables == nullptr || begin == nullptr) return false;
  bytes_ += size * sizeof *begin + mine.count * sizeof *tables;
  uint64_t* rows_of_all = begin + out.words;
  memset(rows_of_all, 0xff, (size - out.words) * sizeof *begin);
  for (uint32_t i = 0; i < mine.count; ++i) {
    tables[i] = {rows_of_all, mine[i]};
    rows_of_all += size_t{variables_[mine[i]].values} * out.words;
    place_[mine[i]] = i + 1;
  }
  // Where the variable has a value that takes the bit away.
  auto take = [&](const Literal& l, uint32_t word, uint64_t bit, bool clause) {
    uint64_t* rows = begin + (tables[place_[l.variable] - 1].rows - begin);
    for (uint32_t value = 0; value < variables_[l.variable].values; ++value) {
      if (allows(l, value) == clause) rows[size_t{value} * out.words + word] &= ~bit;
    }
  };
  for (uint32_t i = 0; i < out.conditions; ++i) {
    const List<Alternative>& all = conditions[i].alternatives;
    uint64_t bit = uint64_t{1} << i % 64;
    uint32_t plane = 0;
    for (uint32_t a = 0; a < out.alternatives; ++a) {
      uint32_t word = plane * out.plane + i / 64;
      plane += 1 + out.clauses[a];
      if (a >= all.count) continue;
      begin[word] |= bit;
      for (uint32_t k = 0; k < all[a].cube.count; ++k) take(all[a].cube[k], word, bit, false);
      for (uint32_t k = 0; k < all[a].clauses.count; ++k) {
        uint32_t at = word + (1 + k) * out.plane;
        begin[at] |= bit;
        for (uint32_t j = 0; j < all[a].clauses[k].count; ++j) {
          take(all[a].clauses[k][j], at, bit, true);
        }
      }
    }
  }
  for (uint32_t i = 0; i < mine.count; ++i) place_[mine[i]] = 0;
  out.begin = begin;
  out.variables = mine.count;
  out.tables = tables;
  return true;
}

/// The nodes below helpers, what they read, and the sets of which all elements count.
bool Plan::list_helpers() {
  auto* below = arena_->array<uint8_t>(p_->nodes.count + size_t{1});
  if (below == nullptr) return false;
  for (uint32_t i = 0; i < variables_.count; ++i) {
    const Variable& v = variables_[i];
    if (!v.used) continue;
    if (v.kind == Variable::Kind::helper) {
      below[v.of] = 1;
      continue;
    }
    reads_[v.of] |= v.kind == Variable::Kind::known ? 2 : 1;
    if (v.kind == Variable::Kind::element) elements_[v.of] |= uint64_t{1} << v.element;
  }
  mark_below(*p_, below);
  for (uint32_t i = 0; i < p_->nodes.count; ++i) {
    if (below[i] == 0) continue;
    if (!nodes_.add(*arena_, i)) return false;
    const NodeRow& n = p_->nodes[i];
    auto op = static_cast<Op>(n.op);
    if (op == Op::known) reads_[n.a] |= 2;
    if (!gdlrt::reads_value(n)) continue;
    reads_[n.a] |= 1;
    if (op == Op::set_has) elements_[n.a] |= uint64_t{1} << n.b;
    if (op == Op::set_is || op == Op::set_count) elements_[n.a] = all_elements(p_->facts[n.a]);
  }
  return true;
}

bool Plan::whole(Block& out) {
  List<Condition> conditions;
  auto add = [&](uint32_t node, uint32_t domain) {
    Condition c;
    uint32_t nodes[2] = {node, domain};
    return condition(nodes, domain == kNone ? 1 : 2, c) && conditions.add(*arena_, c);
  };
  for (const RuleRow& r : p_->rules) {
    if (!add(r.applies, r.decision == kNone ? kNone : p_->decisions[r.decision].domain)) {
      return false;
    }
  }
  for (const DecisionRow& d : p_->decisions) {
    if (!add(d.domain, kNone)) return false;
  }
  for (const ImpossibleRow& i : p_->impossibles) {
    if (!add(i.node, kNone)) return false;
  }
  out = Block();
  out.conditions = conditions.count;
  return fill({conditions.data, conditions.count}, out);
}

bool Plan::build(const Program& program, Arena& arena) {
  p_ = &program;
  arena_ = &arena;
  const Program& p = program;
  of_fact_ = arena.array<uint32_t>(p.facts.count + size_t{1});
  of_known_ = arena.array<uint32_t>(p.facts.count + size_t{1});
  of_element_ = arena.array<uint32_t>(p.enumerators.count + size_t{1});
  of_node_ = arena.array<uint32_t>(p.nodes.count + size_t{1});
  elements_ = arena.array<uint64_t>(p.facts.count + size_t{1});
  reads_ = arena.array<uint8_t>(p.facts.count + size_t{1});
  first_block_ = arena.array<uint32_t>(p.decisions.count + size_t{4});
  lists_ = 0;
  // Of each fact its value and whether it is known, of each enumerator, of each node there may be a variable.
  place_ =
      arena.array<uint32_t>(size_t{2} * p.facts.count + p.enumerators.count + p.nodes.count + 1);
  if (arena.failed()) return false;
  List<Condition> conditions;
  auto add = [&](uint32_t node) {
    Condition c;
    return condition(&node, 1, c) && conditions.add(arena, c);
  };
  for (uint32_t d = 0; d < p.decisions.count; ++d) {
    conditions.count = 0;
    for (uint32_t r : p.range(p.decisions[d].rule_first, p.decisions[d].rule_count)) {
      if (!add(p.rules[r].applies)) return false;
    }
    if (!blocks(conditions)) return false;
    number_rules(p.range(p.decisions[d].rule_first, p.decisions[d].rule_count));
  }
  conditions.count = 0;
  for (const DecisionRow& d : p.decisions) {
    if (!add(d.domain)) return false;
  }
  if (!blocks(conditions)) return false;
  conditions.count = 0;
  for (const ImpossibleRow& i : p.impossibles) {
    if (!add(i.node)) return false;
  }
  if (!blocks(conditions)) return false;
  conditions.count = 0;
  for (uint32_t r = 0; r < p.rules.count; ++r) {
    if (p.rules[r].decision != kNone) continue;
    if (!add(p.rules[r].applies) || !free_.add(arena, r)) return false;
  }
  if (!sort_free(conditions) || !blocks(conditions, Block::kFree)) return false;
  for (uint32_t r : p.rule_order) {
    if (p.rules[r].overridden_count > 0 && !overridable_.add(arena, r)) return false;
  }
  in_blocks_ = variables_.count;
  return list_helpers();
}

}  // namespace gdlrt
