// Offers and statuses: see offers.h.
#include "offers.h"

#include "run_limits.h"

namespace gdlrt {

bool Offers::compute() {
  Patient patient;
  if (eval_.failed() || !eval_.make(patient, arena_) || !eval_.make(base_, arena_)) return false;
  in_force_assumed_ = arena_.array<uint8_t>(p_.directives.count + size_t{1});
  withdrawn_assumed_ = arena_.array<uint8_t>(p_.directives.count + size_t{1});
  waived_assumed_ = arena_.array<uint8_t>(p_.accepts.count + size_t{1});
  banning_ = arena_.array<uint8_t>(p_.rules.count + size_t{1});
  first_ = arena_.array<uint32_t>(p_.decisions.count + size_t{1});
  for (uint32_t*& index : index_) index = arena_.array<uint32_t>(p_.ways.count + size_t{1});
  if (arena_.failed()) return false;
  fill(patient);
  eval_.run(patient, base_);
  return collect() && assumptions(patient);
}

void Offers::fill(Patient& patient) const {
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    const FactState& s = facts_.facts[f];
    patient.known[f] = s.known ? 1 : 0;
    patient.sets[f] = s.present;
    for (uint32_t i = 0; i < p_.facts[f].classes; ++i) {
      if (mask_test(s.allowed, i)) {
        patient.classes[f] = i;
        break;
      }
    }
  }
}

uint32_t Offers::param_words(uint32_t way) const {
  uint32_t words = 0;
  for (uint32_t q : p_.range(p_.ways[way].param_first, p_.ways[way].param_count)) {
    words += mask_words(p_.params[q].classes);
  }
  return words;
}

void Offers::params_left(const Outcome& o, uint32_t way, uint64_t* mask) const {
  for (uint32_t q : p_.range(p_.ways[way].param_first, p_.ways[way].param_count)) {
    eval_.parameter_left(o, q, way, mask);
    mask += mask_words(p_.params[q].classes);
  }
}

/// Calls `visit(rule, verb, way)` for each way that a kept *for* of the decision leaves.
template <class Visit>
static void each_left(const Program& p, const Evaluator& e, const Outcome& o, uint32_t decision,
                      Visit&& visit) {
  for (uint32_t r : p.range(p.decisions[decision].rule_first, p.decisions[decision].rule_count)) {
    if (o.kept[r] == 0) continue;
    const RuleRow& row = p.rules[r];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      const DirectiveRow& d = p.directives[k];
      if (!is_for(d.verb) || o.state[k] != ForState::left) continue;
      for (uint32_t w = 0; w < d.way_count; ++w) {
        if (o.removed[e.way_offset(k) + w] == 0) visit(r, d.verb, p.operands[d.way_first + w]);
      }
    }
  }
}

bool Offers::add(uint32_t decision, uint32_t rule, uint32_t verb, uint32_t way) {
  uint32_t& at = index_[verb][way];
  if (at == 0) {
    Offer o;
    o.decision = decision;
    o.verb = verb;
    o.way = way;
    o.params = arena_.array<uint64_t>(param_words(way) + size_t{1});
    if (o.params == nullptr || !offers_.add(arena_, o)) return false;
    params_left(base_, way, offers_[offers_.count - 1].params);
    at = offers_.count;
  }
  List<uint32_t>& rules = offers_[at - 1].rules;
  bool again = rules.count > 0 && rules[rules.count - 1] == rule;
  return again || rules.add(arena_, rule);
}

bool Offers::collect() {
  for (uint32_t d = 0; d < p_.decisions.count; ++d) {
    bool ok = true;
    each_left(p_, eval_, base_, d, [&](uint32_t rule, uint32_t verb, uint32_t way) {
      ok = ok && add(d, rule, verb, way);
    });
    if (!ok) return false;
    first_[d + 1] = offers_.count;
    for (const Offer& o : of(d)) index_[o.verb][o.way] = 0;
  }
  still_ = arena_.array<uint8_t>(offers_.count + size_t{1});
  return still_ != nullptr;
}

bool Offers::in_force(const Outcome& o, uint32_t directive) const {
  if (o.stands[eval_.rule_of(directive)] == 0) return false;
  return !is_for(p_.directives[directive].verb) || o.state[directive] != ForState::withdrawn;
}

const uint8_t* Offers::mark_bans(const DirectiveRow& d, bool on) {
  uint8_t mark = on ? 1 : 0;
  for (uint32_t w : p_.range(d.way_first, d.way_count)) {
    const WayRow& row = p_.ways[w];
    for (uint32_t r : p_.range(row.ban_first, row.ban_count)) banning_[r] = mark;
    for (uint32_t k = 0; k < row.param_ban_count; ++k) {
      banning_[p_.param_uses[row.param_ban_first + k].rule] = mark;
    }
  }
  return banning_;
}

// -- what is waived ----------------------------------------------------------------------------------

/// The directive is in conflict; where the accept names two rules, between these: one advises, and the other
/// stands and bans something of it.
bool Offers::conflict_with(const Outcome& o, uint32_t directive, const AcceptRow& a) {
  if (o.state[directive] != ForState::conflict) return false;
  if (a.first == kNone) return true;
  uint32_t rule = eval_.rule_of(directive);
  if (rule != a.first && rule != a.second) return false;
  uint32_t other = rule == a.first ? a.second : a.first;
  bool bans = mark_bans(p_.directives[directive], true)[other] != 0;
  mark_bans(p_.directives[directive], false);
  return o.stands[other] != 0 && bans;
}

bool Offers::waives(const Outcome& o, const AcceptRow& a) {
  if (o.nodes[a.node] == 0) return false;
  switch (static_cast<AcceptKind>(a.kind)) {
    case AcceptKind::gap: return o.gap[a.decision] != 0;
    case AcceptKind::stranded: return o.stranded[a.decision] != 0;
    case AcceptKind::overlap:
      if (o.overlap[a.decision] == 0) return false;
      return a.first == kNone || eval_.overlaps(a.first, a.second, o);
    case AcceptKind::exclusive: return eval_.violates(a.decision, a.first, a.second, o);
    case AcceptKind::conflict:
    case AcceptKind::parameter: break;
  }
  bool conflict = static_cast<AcceptKind>(a.kind) == AcceptKind::conflict;
  if (!conflict && a.first != kNone) return false;
  const DecisionRow& d = p_.decisions[a.decision];
  for (uint32_t r : p_.range(d.rule_first, d.rule_count)) {
    if (o.kept[r] == 0) continue;
    const RuleRow& row = p_.rules[r];
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      if (!is_for(p_.directives[k].verb)) continue;
      if (conflict ? conflict_with(o, k, a) : eval_.settings_clash(k, o)) return true;
    }
  }
  return false;
}

// -- assumptions -------------------------------------------------------------------------------------

void Offers::all_assumed() {
  for (uint32_t i = 0; i < offers_.count; ++i) offers_[i].assumed = true;
  memset(in_force_assumed_, 1, p_.directives.count);
  memset(withdrawn_assumed_, 1, p_.directives.count);
  memset(waived_assumed_, 1, p_.accepts.count);
}

/// What another outcome does not give as well is assumed.
void Offers::compare(const Outcome& other, uint64_t* params) {
  for (uint32_t d = 0; d < p_.decisions.count; ++d) {
    View<Offer> mine = of(d);
    if (mine.count == 0) continue;
    for (uint32_t i = 0; i < mine.count; ++i) {
      index_[mine[i].verb][mine[i].way] = first_[d] + i + 1;
    }
    each_left(p_, eval_, other, d, [&](uint32_t, uint32_t verb, uint32_t way) {
      uint32_t at = index_[verb][way];
      if (at != 0) still_[at - 1] = 1;
    });
    for (uint32_t i = first_[d]; i < first_[d + 1]; ++i) {
      Offer& o = offers_[i];
      index_[o.verb][o.way] = 0;
      bool there = still_[i] != 0;
      still_[i] = 0;
      if (o.assumed) continue;
      if (there) params_left(other, o.way, params);
      o.assumed = !there || memcmp(params, o.params, param_words(o.way) * sizeof *params) != 0;
    }
  }
  for (uint32_t k = 0; k < p_.directives.count; ++k) {
    if (in_force(base_, k) && !in_force(other, k)) in_force_assumed_[k] = 1;
    if (base_.state[k] == ForState::withdrawn && other.state[k] != base_.state[k]) {
      withdrawn_assumed_[k] = 1;
    }
  }
  for (uint32_t i = 0; i < p_.accepts.count; ++i) {
    if (waived_assumed_[i] == 0 && !waives(other, p_.accepts[i])) waived_assumed_[i] = 1;
  }
}

bool Offers::assumptions(Patient& patient) {
  List<uint32_t> open;
  constexpr auto limit = static_cast<uint64_t>(limits::assumption_combinations);
  uint64_t combinations = 1;
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    const FactRow& row = p_.facts[f];
    if (!facts_.facts[f].defaulted || (row.flags & kUsed) == 0) continue;
    if (!open.add(arena_, f)) return false;
    uint64_t n = row.classes > 0 ? row.classes : uint64_t{1} << (row.enum_count & 31);
    if (row.enum_count > 31 && row.classes == 0) n = limit + 1;
    combinations = combinations > limit ? combinations : combinations * n;
  }
  if (open.count == 0) return true;
  if (combinations > limit ||
      combinations * p_.steps > static_cast<uint64_t>(limits::assumption_steps)) {
    all_assumed();
    return true;
  }
  Outcome other;
  if (!eval_.make(other, arena_)) return false;
  uint32_t words = 1;
  for (uint32_t i = 0; i < offers_.count; ++i) {
    if (param_words(offers_[i].way) > words) words = param_words(offers_[i].way);
  }
  auto* params = arena_.array<uint64_t>(words);
  if (params == nullptr) return false;
  for (uint64_t n = 0; n < combinations; ++n) {
    uint64_t rest = n;
    for (uint32_t i = 0; i < open.count; ++i) {
      const FactRow& row = p_.facts[open[i]];
      uint64_t values = row.classes > 0 ? row.classes : uint64_t{1} << row.enum_count;
      if (row.classes > 0) {
        patient.classes[open[i]] = static_cast<uint32_t>(rest % values);
      } else {
        patient.sets[open[i]] = rest % values;
      }
      rest /= values;
    }
    eval_.run(patient, other);
    compare(other, params);
  }
  return true;
}

}  // namespace gdlrt
