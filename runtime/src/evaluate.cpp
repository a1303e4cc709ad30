// Steps 1-5 for one patient: see evaluate.h; the numbers in comments are the steps of docs/language.md.
#include "evaluate.h"

namespace gdlrt {

namespace {

uint32_t popcount(uint64_t v) {
  uint32_t n = 0;
  for (; v != 0; v &= v - 1) ++n;
  return n;
}

}  // namespace

Evaluator::Evaluator(const Program& program, Arena& arena) : p_(program) {
  way_offset_ = arena.array<uint32_t>(p_.directives.count + 1);
  rule_of_ = arena.array<uint32_t>(p_.directives.count + 1);
  yielded_ = arena.array<uint8_t>(p_.rules.count + 1);
  uint32_t words = 1;
  for (const ParamRow& q : p_.params) {
    if (mask_words(q.classes) > words) words = mask_words(q.classes);
  }
  scratch_ = arena.array<uint64_t>(words);
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

void Evaluator::nodes(const Patient& patient, Outcome& out) {
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    const NodeRow& n = p_.nodes[i];
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
      case Op::negation: v = out.nodes[n.a] == 0; break;
      case Op::all:
        v = true;
        for (uint32_t k = 0; k < n.b && v; ++k) v = out.nodes[p_.operands[n.a + k]] != 0;
        break;
      case Op::any:
        for (uint32_t k = 0; k < n.b && !v; ++k) v = out.nodes[p_.operands[n.a + k]] != 0;
        break;
      case Op::at_least: {
        uint32_t count = 0;
        for (uint32_t k = 0; k < n.b; ++k) count += out.nodes[p_.operands[n.a + k]];
        v = count >= n.c;
        break;
      }
      case Op::score: {
        int64_t sum = 0;
        for (uint32_t k = 0; k < n.b; ++k) {
          if (out.nodes[p_.operands[n.a + 2 * k]] != 0) {
            sum += static_cast<int32_t>(p_.operands[n.a + 2 * k + 1]);
          }
        }
        v = sum >= static_cast<int32_t>(p_.operands[n.c]) &&
            sum <= static_cast<int32_t>(p_.operands[n.c + 1]);
        break;
      }
    }
    out.nodes[i] = v ? 1 : 0;
  }
}

bool Evaluator::possible(const Patient& patient, Outcome& out) {
  nodes(patient, out);
  for (const ImpossibleRow& i : p_.impossibles) {
    if (out.nodes[i.node] != 0) return false;
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
  for (uint32_t k = 0; k < row.param_count; ++k) {
    uint32_t param = p_.operands[row.param_first + k];
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

bool Evaluator::yields(uint32_t of, uint32_t rule) const {
  const RuleRow& r = p_.rules[of];
  for (uint32_t y : p_.range(r.yields_first, r.yields_count)) {
    if (y == rule) return true;
  }
  return false;
}

bool Evaluator::bans(uint32_t rule, uint32_t way) const {
  const WayRow& row = p_.ways[way];
  for (uint32_t k = 0; k < row.ban_count; ++k) {
    if (p_.operands[row.ban_first + k] == rule) return true;
  }
  for (uint32_t k = 0; k < row.param_ban_count; ++k) {
    if (p_.param_uses[row.param_ban_first + k].rule == rule) return true;
  }
  return false;
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
    const RuleRow& row = p_.rules[r];
    bool stands = out.applies[r] != 0;
    for (uint32_t k = 0; k < row.overridden_count && stands; ++k) {
      stands = out.stands[p_.operands[row.overridden_first + k]] == 0;
    }
    out.stands[r] = stands ? 1 : 0;
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
    for (uint32_t y : p_.range(row.yields_first, row.yields_count)) yielded_[y] = 1;
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
      } else if (emptied(out, dir, Bans::none)) {
        out.state[k] = ForState::parameter;
      } else if (emptied(out, dir, Bans::yielded)) {
        out.state[k] = ForState::withdrawn;
      } else {
        out.state[k] = ForState::conflict;
      }
      if (out.state[k] != ForState::withdrawn) answers = true;
    }
    for (uint32_t y : p_.range(row.yields_first, row.yields_count)) yielded_[y] = 0;
    // 5. `choose first` keeps the first rule with `no recommendation` or a *for* not withdrawn.
    if (answers) found_first = true;
  }
  bool empty = out.domain[id] != 0 && !for_left && !none;
  out.gap[id] = empty && !for_applied ? 1 : 0;
  out.stranded[id] = empty && for_applied ? 1 : 0;
  out.overlap[id] = none && for_left && !first ? 1 : 0;
  if (static_cast<Choose>(d.choose) == Choose::one) overlap(id, out);
}

bool Evaluator::offers(uint32_t rule, uint32_t verb, uint32_t way, const Outcome& out) const {
  const RuleRow& row = p_.rules[rule];
  for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    const DirectiveRow& d = p_.directives[k];
    if (d.verb != verb || out.state[k] != ForState::left) continue;
    for (uint32_t w = 0; w < d.way_count; ++w) {
      if (p_.operands[d.way_first + w] == way && out.removed[way_offset_[k] + w] == 0) return true;
    }
  }
  return false;
}

bool Evaluator::same_answer(uint32_t a, uint32_t b, const Outcome& out) const {
  if (p_.rules[a].strength != p_.rules[b].strength ||
      p_.rules[a].evidence != p_.rules[b].evidence) {
    return false;
  }
  const uint32_t both[2] = {a, b};
  for (int i = 0; i < 2; ++i) {
    const RuleRow& row = p_.rules[both[i]];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& d = p_.directives[k];
      if (!is_for(d.verb) || out.state[k] != ForState::left) continue;
      for (uint32_t w = 0; w < d.way_count; ++w) {
        if (out.removed[way_offset_[k] + w] != 0) continue;
        if (!offers(both[1 - i], d.verb, p_.operands[d.way_first + w], out)) return false;
      }
    }
  }
  return true;
}

void Evaluator::overlap(uint32_t id, Outcome& out) {
  const DecisionRow& d = p_.decisions[id];
  uint32_t first = kNone;
  for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
    const RuleRow& row = p_.rules[r];
    bool answers = false;
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      answers = answers || (out.stands[r] != 0 && out.state[k] == ForState::left);
    }
    if (!answers) continue;
    if (first == kNone) {
      first = r;
    } else if (!same_answer(first, r, out)) {
      out.overlap[id] = 1;
      return;
    }
  }
}

void Evaluator::exclusions(Outcome& out) {
  auto in = [this](uint32_t first, uint32_t count, uint32_t way) {
    for (uint32_t w : p_.range(first, count)) {
      if (w == way) return true;
    }
    return false;
  };
  for (uint32_t x = 0; x < p_.exclusives.count; ++x) {
    const ExclusiveRow& ex = p_.exclusives[x];
    out.exclusive[x] = 0;
    // For each recommendation: do all its ways left match the one side, the other, both?
    // Two violate the exclusion if every choice of one way each has one on either side.
    for (uint32_t a = 0; a < p_.directives.count && out.exclusive[x] == 0; ++a) {
      if (!recommends(a, out)) continue;
      for (uint32_t b = a + 1; b < p_.directives.count && out.exclusive[x] == 0; ++b) {
        if (!recommends(b, out) || rule_of_[a] == rule_of_[b]) continue;
        const DirectiveRow& da = p_.directives[a];
        const DirectiveRow& db = p_.directives[b];
        bool every = true;
        for (uint32_t i = 0; i < da.way_count && every; ++i) {
          if (out.removed[way_offset_[a] + i] != 0) continue;
          uint32_t w = p_.operands[da.way_first + i];
          bool wx = in(ex.first_first, ex.first_count, w);
          bool wy = in(ex.second_first, ex.second_count, w);
          for (uint32_t k = 0; k < db.way_count && every; ++k) {
            if (out.removed[way_offset_[b] + k] != 0) continue;
            uint32_t v = p_.operands[db.way_first + k];
            every = (wx && in(ex.second_first, ex.second_count, v)) ||
                    (wy && in(ex.first_first, ex.first_count, v));
          }
        }
        if (every) out.exclusive[x] = 1;
      }
    }
  }
}

bool Evaluator::recommends(uint32_t directive, const Outcome& out) const {
  return static_cast<Verb>(p_.directives[directive].verb) == Verb::recommend &&
         out.kept[rule_of_[directive]] != 0 && out.state[directive] == ForState::left;
}

}  // namespace gdlrt
