// Steps 1-5 for one patient: see evaluate.h; the numbers in comments are the steps of docs/language.md.
#include "evaluate.h"

namespace gdlrt {

Evaluator::Evaluator(const Program& program, Arena& arena) : p_(program) {
  way_offset_ = arena.array<uint32_t>(p_.directives.count + 1);
  rule_of_ = arena.array<uint32_t>(p_.directives.count + 1);
  yielded_ = arena.array<uint8_t>(p_.rules.count + 1);
  uint32_t words = 1;
  for (const ParamRow& q : p_.params) {
    if (mask_words(q.classes) > words) words = mask_words(q.classes);
  }
  scratch_ = arena.array<uint64_t>(words);
  mark_ = arena.array<uint8_t>(p_.ways.count + 1);
  advising_ = arena.array<uint32_t>(p_.directives.count + 1);
  failed_ = arena.failed();
  if (failed_) return;
  for (uint32_t r = 0; r < p_.rules.count; ++r) {
    for (uint32_t k = 0; k < p_.rules[r].directive_count; ++k) {
      rule_of_[p_.rules[r].directive_first + k] = r;
    }
  }
  for (uint32_t i = 0; i < p_.directives.count; ++i) {
    way_offset_[i + 1] =
        way_offset_[i] + (is_for(p_.directives[i].verb) ? p_.directives[i].way_count : 0);
  }
}

bool Evaluator::make(Outcome& out, Arena& arena) const {
  out.nodes = arena.array<uint8_t>(p_.nodes.count + 1);
  out.domain = arena.array<uint8_t>(p_.decisions.count + 1);
  out.applies = arena.array<uint8_t>(p_.rules.count + 1);
  out.stands = arena.array<uint8_t>(p_.rules.count + 1);
  out.kept = arena.array<uint8_t>(p_.rules.count + 1);
  out.state = arena.array<ForState>(p_.directives.count + 1);
  out.removed = arena.array<uint8_t>(way_offset_[p_.directives.count] + size_t{1});
  out.gap = arena.array<uint8_t>(p_.decisions.count + 1);
  out.stranded = arena.array<uint8_t>(p_.decisions.count + 1);
  out.overlap = arena.array<uint8_t>(p_.decisions.count + 1);
  out.exclusive = arena.array<uint8_t>(p_.exclusives.count + 1);
  return !arena.failed();
}

bool Evaluator::make(Patient& out, Arena& arena) const {
  out.classes = arena.array<uint32_t>(p_.facts.count + 1);
  out.sets = arena.array<uint64_t>(p_.facts.count + 1);
  out.known = arena.array<uint8_t>(p_.facts.count + 1);
  return !arena.failed();
}

bool Evaluator::node(const NodeRow& n, const Patient& patient, const uint8_t* nodes) const {
  bool v = false;
  switch (static_cast<Op>(n.op)) {
    case Op::constant: v = n.a != 0; break;
    case Op::value_in: v = mask_test(p_.masks.data + n.b, patient.classes[n.a]); break;
    case Op::set_has: v = ((patient.sets[n.a] >> n.b) & 1u) != 0; break;
    case Op::set_is: v = patient.sets[n.a] == p_.masks[n.b]; break;
    case Op::set_count: {
      uint32_t count = popcount(patient.sets[n.a]);
      v = count >= n.b && count <= n.c;
      break;
    }
    case Op::known: v = patient.known[n.a] != 0; break;
    case Op::negation: v = nodes[n.a] == 0; break;
    case Op::all:
      v = true;
      for (uint32_t k = 0; k < n.b && v; ++k) v = nodes[p_.operands[n.a + k]] != 0;
      break;
    case Op::any:
      for (uint32_t k = 0; k < n.b && !v; ++k) v = nodes[p_.operands[n.a + k]] != 0;
      break;
    case Op::at_least: {
      uint32_t count = 0;
      for (uint32_t k = 0; k < n.b; ++k) count += nodes[p_.operands[n.a + k]];
      v = count >= n.c;
      break;
    }
    case Op::score: {
      int64_t sum = 0;
      for (uint32_t k = 0; k < n.b; ++k) {
        if (nodes[p_.operands[n.a + 2 * k]] != 0) {
          sum += static_cast<int32_t>(p_.operands[n.a + 2 * k + 1]);
        }
      }
      v = sum >= static_cast<int32_t>(p_.operands[n.c]) &&
          sum <= static_cast<int32_t>(p_.operands[n.c + 1]);
      break;
    }
  }
  return v;
}

void Evaluator::nodes(const Patient& patient, Outcome& out) {
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    out.nodes[i] = node(p_.nodes[i], patient, out.nodes) ? 1 : 0;
  }
}

bool Evaluator::not_overridden(uint32_t rule, const Outcome& out) const {
  const RuleRow& row = p_.rules[rule];
  for (uint32_t k = 0; k < row.overridden_count; ++k) {
    if (out.stands[p_.operands[row.overridden_first + k]] != 0) return false;
  }
  return true;
}

bool Evaluator::heard(const Outcome& out, uint32_t ban, Bans bans) const {
  if (bans == Bans::none || out.stands[ban] == 0) return false;
  return bans == Bans::all || yielded_[ban] != 0;
}

void Evaluator::left(const Outcome& out, uint32_t param, uint32_t way, Bans bans,
                     uint64_t* mask) const {
  const ParamRow& q = p_.params[param];
  uint32_t words = mask_words(q.classes);
  for (uint32_t w = 0; w < words; ++w) mask[w] = ~uint64_t{0};
  if (q.classes % 64 != 0) mask[words - 1] = (uint64_t{1} << (q.classes % 64)) - 1;
  for (uint32_t k = 0; k < q.setting_count; ++k) {
    const ParamUseRow& u = p_.param_uses[q.setting_first + k];
    if (out.stands[u.rule] == 0) continue;
    for (uint32_t w = 0; w < words; ++w) mask[w] &= p_.masks[u.mask + w];
  }
  const WayRow& row = p_.ways[way];
  for (uint32_t k = 0; k < row.param_ban_count; ++k) {
    const ParamUseRow& u = p_.param_uses[row.param_ban_first + k];
    if (u.param != param || !heard(out, u.rule, bans)) continue;
    for (uint32_t w = 0; w < words; ++w) mask[w] &= ~p_.masks[u.mask + w];
  }
}

void Evaluator::parameter_left(const Outcome& out, uint32_t param, uint32_t way,
                               uint64_t* mask) const {
  left(out, param, way, Bans::all, mask);
}

bool Evaluator::removed(const Outcome& out, uint32_t way, Bans bans) {
  const WayRow& row = p_.ways[way];
  for (uint32_t k = 0; k < row.ban_count; ++k) {
    if (heard(out, p_.operands[row.ban_first + k], bans)) return true;
  }
  return parameter_emptied(out, way, bans);
}

bool Evaluator::parameter_emptied(const Outcome& out, uint32_t way, Bans bans) {
  const WayRow& row = p_.ways[way];
  for (uint32_t param : p_.range(row.param_first, row.param_count)) {
    left(out, param, way, bans, scratch_);
    bool any = false;
    for (uint32_t w = 0; w < mask_words(p_.params[param].classes); ++w)
      any = any || scratch_[w] != 0;
    if (!any) return true;
  }
  return false;
}

bool Evaluator::emptied(const Outcome& out, const DirectiveRow& d, Bans bans) {
  for (uint32_t k = 0; k < d.way_count; ++k) {
    if (!removed(out, p_.operands[d.way_first + k], bans)) return false;
  }
  return true;
}

void Evaluator::run(const Patient& patient, Outcome& out) {
  nodes(patient, out);
  // 1. A rule applies if the patient is in its decision's domain and its condition holds.
  for (uint32_t d = 0; d < p_.decisions.count; ++d)
    out.domain[d] = out.nodes[p_.decisions[d].domain];
  for (uint32_t r = 0; r < p_.rules.count; ++r) {
    const RuleRow& row = p_.rules[r];
    bool domain = row.decision == kNone || out.domain[row.decision] != 0;
    out.applies[r] = domain && out.nodes[row.applies] != 0 ? 1 : 0;
  }
  // 2. It stands if no standing rule overrides it.
  for (uint32_t r : p_.rule_order) {
    out.stands[r] = out.applies[r] != 0 && not_overridden(r, out) ? 1 : 0;
    out.kept[r] = out.stands[r];
  }
  for (uint32_t d = 0; d < p_.decisions.count; ++d) decision(d, out);
  exclusions(out);
}

void Evaluator::decision(uint32_t id, Outcome& out) {
  const DecisionRow& d = p_.decisions[id];
  bool first = static_cast<Choose>(d.choose) == Choose::first;
  bool found_first = false;
  bool for_applied = false;
  bool for_left = false;
  bool none = false;
  for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
    const RuleRow& row = p_.rules[r];
    if ((row.flags & kHasFor) != 0 && out.applies[r] != 0) for_applied = true;
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      out.state[k] = ForState::silent;
    }
    if (out.stands[r] == 0) continue;
    out.kept[r] = first && found_first ? 0 : 1;
    bool answers = (row.flags & kHasNone) != 0;
    if (answers && out.kept[r] != 0) none = true;
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& dir = p_.directives[k];
      if (!is_for(dir.verb)) continue;
      // 3. What the bans of all standing rules leave.
      bool any = false;
      for (uint32_t w = 0; w < dir.way_count; ++w) {
        bool gone = removed(out, p_.operands[dir.way_first + w], Bans::all);
        out.removed[way_offset_[k] + w] = gone ? 1 : 0;
        any = any || !gone;
      }
      // 4. Nothing left: withdrawn if the bans of rules that override it suffice, else a conflict.
      if (any) {
        out.state[k] = ForState::left;
        if (out.kept[r] != 0) for_left = true;
      } else {
        out.state[k] = nothing_left(r, k, out);
      }
      if (out.state[k] != ForState::withdrawn) answers = true;
    }
    // 5. `choose first` keeps the first rule with `no recommendation` or a *for* not withdrawn.
    if (answers) found_first = true;
  }
  bool empty = out.domain[id] != 0 && !for_left && !none;
  out.gap[id] = empty && !for_applied ? 1 : 0;
  out.stranded[id] = empty && for_applied ? 1 : 0;
  out.overlap[id] = none && for_left ? 1 : 0;
  if (static_cast<Choose>(d.choose) == Choose::one) overlap(id, out);
}

ForState Evaluator::nothing_left(uint32_t rule, uint32_t directive, const Outcome& out) {
  const DirectiveRow& d = p_.directives[directive];
  if (emptied(out, d, Bans::none)) return ForState::parameter;
  View<WordRow> yields = p_.range(p_.rules[rule].yields_first, p_.rules[rule].yields_count);
  for (uint32_t y : yields) yielded_[y] = 1;
  bool withdrawn = emptied(out, d, Bans::yielded);
  for (uint32_t y : yields) yielded_[y] = 0;
  return withdrawn ? ForState::withdrawn : ForState::conflict;
}

uint32_t Evaluator::mark_left(uint32_t rule, const Outcome& out, uint8_t shift) {
  const RuleRow& row = p_.rules[rule];
  uint32_t fresh = 0;
  for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    const DirectiveRow& d = p_.directives[k];
    if (!is_for(d.verb) || out.state[k] != ForState::left) continue;
    for (uint32_t w = 0; w < d.way_count; ++w) {
      if (out.removed[way_offset_[k] + w] != 0) continue;
      uint8_t& mark = mark_[p_.operands[d.way_first + w]];
      auto bit = static_cast<uint8_t>(1u << (d.verb + shift));
      if ((mark & bit) == 0) ++fresh;
      mark = static_cast<uint8_t>(mark | bit);
    }
  }
  return fresh;
}

bool Evaluator::unmark(uint32_t rule, uint8_t keep) {
  const RuleRow& row = p_.rules[rule];
  bool paired = true;
  for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    const DirectiveRow& d = p_.directives[k];
    if (!is_for(d.verb)) continue;
    for (uint32_t w : p_.range(d.way_first, d.way_count)) {
      uint8_t& mark = mark_[w];
      // What the second rule left (bits 2, 3) the first must have left too (bits 0, 1).
      paired = paired && (mark >> 2 & ~mark & 3) == 0;
      mark = static_cast<uint8_t>(mark & keep);
    }
  }
  return paired;
}

bool Evaluator::left_by(uint32_t rule, const Outcome& out) const {
  const RuleRow& row = p_.rules[rule];
  if (out.kept[rule] == 0) return false;
  for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    if (is_for(p_.directives[k].verb) && out.state[k] == ForState::left) return true;
  }
  return false;
}

/// `b` against what `a` left, which is marked and counts `count`: same verbs, ways, strength and evidence.
bool Evaluator::same_as_marked(uint32_t a, uint32_t count, uint32_t b, const Outcome& out) {
  uint32_t others = mark_left(b, out, 2);
  bool paired = unmark(b, 3);
  return paired && others == count && p_.rules[a].strength == p_.rules[b].strength &&
         p_.rules[a].evidence == p_.rules[b].evidence;
}

void Evaluator::overlap(uint32_t id, Outcome& out) {
  const DecisionRow& d = p_.decisions[id];
  uint32_t first = kNone;
  uint32_t count = 0;
  for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
    if (!left_by(r, out)) continue;
    if (first == kNone) {
      first = r;
      count = mark_left(r, out, 0);
    } else if (!same_as_marked(first, count, r, out)) {
      out.overlap[id] = 1;
      break;
    }
  }
  if (first != kNone) unmark(first, 0);
}

bool Evaluator::overlaps(uint32_t a, uint32_t b, const Outcome& out) {
  uint32_t id = p_.rules[a].decision;
  if (id == kNone || id != p_.rules[b].decision || out.kept[a] == 0 || out.kept[b] == 0) {
    return false;
  }
  Choose choose = static_cast<Choose>(p_.decisions[id].choose);
  bool left_a = left_by(a, out);
  bool left_b = left_by(b, out);
  bool none_a = (p_.rules[a].flags & kHasNone) != 0;
  bool none_b = (p_.rules[b].flags & kHasNone) != 0;
  if ((none_a && left_b) || (none_b && left_a)) return true;
  if (choose != Choose::one || !left_a || !left_b) return false;
  bool same = same_as_marked(a, mark_left(a, out, 0), b, out);
  unmark(a, 0);
  return !same;
}

// Two recommendations violate an exclusion if every choice of a way of each has one on either side. Of one
// recommendation all that counts is whether it has a way left that lies on the first side only, or on the
// second only, or on neither: with one on neither it violates nothing; else two of them violate exactly if
// they do not both have a way on the first side only, nor both one on the second only.
uint8_t Evaluator::sides(uint32_t directive, const Outcome& out) const {
  const DirectiveRow& d = p_.directives[directive];
  uint8_t type = 0;
  for (uint32_t w = 0; w < d.way_count; ++w) {
    if (out.removed[way_offset_[directive] + w] != 0) continue;
    uint8_t mark = mark_[p_.operands[d.way_first + w]];
    if (mark == 0) return kNeither;
    if (mark != 3) type = static_cast<uint8_t>(type | mark);
  }
  return type;
}

void Evaluator::mark_sides(const ExclusiveRow& x, bool on) {
  for (uint32_t w : p_.range(x.first_first, x.first_count)) {
    mark_[w] = static_cast<uint8_t>(on ? mark_[w] | 1u : 0u);
  }
  for (uint32_t w : p_.range(x.second_first, x.second_count)) {
    mark_[w] = static_cast<uint8_t>(on ? mark_[w] | 2u : 0u);
  }
}

bool Evaluator::violated(uint32_t exclusion, uint32_t decision, uint32_t first, uint32_t second,
                         const Outcome& out) {
  const ExclusiveRow& x = p_.exclusives[exclusion];
  if (x.first_count == 0 || x.second_count == 0) return false;
  mark_sides(x, true);
  // Of each type two rules are enough to find a pair of different ones; `mine`: of the decision asked about.
  struct Rules {
    uint32_t rule[2];
    uint32_t count;
    void add(uint32_t r) {
      if (count < 2 && (count == 0 || rule[0] != r)) rule[count++] = r;
    }
  };
  Rules mine[4] = {};
  Rules others[4] = {};
  for (uint32_t i = 0; i < advising_count_; ++i) {
    uint32_t rule = rule_of_[advising_[i]];
    if (first != kNone && rule != first && rule != second) continue;
    uint8_t type = sides(advising_[i], out);
    if (type == kNeither) continue;
    if (decision == kNone || p_.rules[rule].decision == decision) mine[type].add(rule);
    others[type].add(rule);
  }
  mark_sides(x, false);
  for (uint32_t a = 0; a < 4; ++a) {
    for (uint32_t b = 0; b < 4; ++b) {
      if ((a & b) != 0) continue;
      for (uint32_t i = 0; i < mine[a].count; ++i) {
        for (uint32_t k = 0; k < others[b].count; ++k) {
          if (mine[a].rule[i] != others[b].rule[k]) return true;
        }
      }
    }
  }
  return false;
}

void Evaluator::exclusions(Outcome& out) {
  recommendations(out);
  for (uint32_t x = 0; x < p_.exclusives.count; ++x) {
    out.exclusive[x] = violated(x, kNone, kNone, kNone, out) ? 1 : 0;
  }
}

bool Evaluator::violates(uint32_t decision, uint32_t first, uint32_t second, const Outcome& out) {
  recommendations(out);
  for (uint32_t x = 0; x < p_.exclusives.count; ++x) {
    if (out.exclusive[x] != 0 && violated(x, decision, first, second, out)) return true;
  }
  return false;
}

void Evaluator::recommendations(const Outcome& out) {
  advising_count_ = 0;
  for (uint32_t k = 0; k < p_.directives.count && p_.exclusives.count > 0; ++k) {
    if (static_cast<Verb>(p_.directives[k].verb) == Verb::recommend && out.kept[rule_of_[k]] != 0 &&
        out.state[k] == ForState::left) {
      advising_[advising_count_++] = k;
    }
  }
}

bool Evaluator::settings_clash(uint32_t directive, const Outcome& out) {
  const DirectiveRow& d = p_.directives[directive];
  for (uint32_t w : p_.range(d.way_first, d.way_count)) {
    if (parameter_emptied(out, w, Bans::none)) return true;
  }
  return false;
}

}  // namespace gdlrt
