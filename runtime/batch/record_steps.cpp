// The steps for a record: see record_steps.h; the numbers in comments are the steps of docs/language.md.
#include "record_steps.h"

#include "record.h"

namespace gdlrt {

bool RecordSteps::build(const Plan& plan, const ParamBans& params, const uint32_t* offer_of,
                        Arena& arena) {
  p_ = &plan.program();
  rules_ = arena.array<Rule>(p_->rules.count + size_t{1});
  Arena scratch;
  auto* made = scratch.array<uint32_t>(p_->ways.count +
                                       size_t{1});  // of a way: 1 + a slot that has its bans
  auto* fors =
      scratch.array<uint32_t>(p_->directives.count + size_t{1});  // of a directive: 1 + its For
  if (arena.failed() || scratch.failed()) return false;
  for (uint32_t k = 0; k < p_->directives.count; ++k) {
    const DirectiveRow& d = p_->directives[k];
    if (!is_for(d.verb)) continue;
    if (!fors_.add(arena, {k, slots_.count, d.way_count})) return false;
    fors[k] = fors_.count;
    for (uint32_t w : p_->range(d.way_first, d.way_count)) {
      Slot s{*offer_of++, w, 0, 0, params.more(w)};
      if (made[w] != 0) {
        s.ban_first = slots_[made[w] - 1].ban_first;
        s.ban_count = slots_[made[w] - 1].ban_count;
      } else {
        s.ban_first = bans_.count;
        const WayRow& way = p_->ways[w];
        if (!list_bans(p_->range(way.ban_first, way.ban_count), s.ban_first, arena) ||
            !list_bans(params.of(w), s.ban_first, arena)) {
          return false;
        }
        s.ban_count = bans_.count - s.ban_first;
      }
      if (!slots_.add(arena, s)) return false;
      made[w] = slots_.count;
    }
  }
  for (uint32_t r = 0; r < p_->rules.count; ++r) {
    const RuleRow& row = p_->rules[r];
    Rule& rule = rules_[r];
    rule = {0, 0, kNone, row.flags};
    for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
      if (fors[k] == 0) continue;
      if (rule.for_count++ == 0) rule.for_first = fors[k] - 1;
    }
  }
  for (uint32_t i = 0; i < plan.overridable().count; ++i) rules_[plan.overridable()[i]].place = i;
  return true;
}

/// Rules that ban a way, by words; those of the way begin at `first`.
template <class Rules>
bool RecordSteps::list_bans(const Rules& rules, uint32_t first, Arena& arena) {
  for (uint32_t r : rules) {
    uint64_t bit = uint64_t{1} << r % 64;
    if (bans_.count > first && bans_[bans_.count - 1].word == r / 64) {
      bans_[bans_.count - 1].rules |= bit;
    } else if (!bans_.add(arena, {bit, r / 64})) {
      return false;
    }
  }
  return true;
}

// Each list says where to look in the next one: so each is asked for all rules at once, and the answers overlap.
void RecordSteps::bring(const uint32_t* rules, uint32_t count) const {
  const uint32_t* end = rules + count;
  for (const uint32_t* r = rules; r != end; ++r) __builtin_prefetch(rules_ + *r);
  for (const uint32_t* r = rules; r != end; ++r) {
    __builtin_prefetch(fors_.data + rules_[*r].for_first);
  }
  for (const uint32_t* r = rules; r != end; ++r) {
    if (rules_[*r].for_count == 0) continue;
    const For& f = fors_[rules_[*r].for_first];
    __builtin_prefetch(slots_.data + f.slot_first);
    __builtin_prefetch(slots_.data + f.slot_first + f.slot_count);
  }
  for (const uint32_t* r = rules; r != end; ++r) {
    if (rules_[*r].for_count == 0) continue;
    const For& f = fors_[rules_[*r].for_first];
    for (uint32_t k = 0; k < f.slot_count; ++k) {
      __builtin_prefetch(bans_.data + slots_[f.slot_first + k].ban_first);
    }
  }
}

void RecordSteps::decide(const Applied& applied, const uint32_t* rules, Evaluator& evaluator,
                         const Outcome& outcome, Masks& out) const {
  const uint64_t* stands = out.rules;
  const bool first = static_cast<Choose>(p_->decisions[applied.decision].choose) == Choose::first;
  bool found_first = false;
  bool for_applied = false;
  bool answered = false;  // something is left, or no recommendation is the answer
  bool conflict = false;
  for (const uint32_t *at = rules + applied.first, *end = at + applied.count; at != end; ++at) {
    const Rule& rule = rules_[*at];
    for_applied = for_applied || (rule.flags & kHasFor) != 0;
    if (!mask_test(stands, *at)) continue;
    const bool kept = !first || !found_first;
    const bool none = (rule.flags & kHasNone) != 0;
    answered = answered || (none && kept);
    bool answers = none;
    for (const For *f = fors_.data + rule.for_first, *last = f + rule.for_count; f != last; ++f) {
      // 3. What the bans of all standing rules leave.
      bool any = false;
      for (const Slot *s = slots_.data + f->slot_first, *stop = s + f->slot_count; s != stop; ++s) {
        if (banned(*s, stands) || (s->params && evaluator.parameter_emptied(outcome, s->way))) {
          continue;
        }
        any = true;
        if (kept) out.offers[s->offer / 64] |= uint64_t{1} << s->offer % 64;
      }
      // 4. Nothing left: withdrawn, or a conflict.
      const bool withdrawn =
          !any && evaluator.nothing_left(*at, f->directive, outcome) == ForState::withdrawn;
      answered = answered || (any && kept);
      conflict = conflict || (!any && !withdrawn && kept);
      answers = answers || !withdrawn;
    }
    // 5. `choose first` keeps the first rule with `no recommendation` or a *for* not withdrawn.
    found_first = found_first || answers;
  }
  const uint64_t bit = uint64_t{1} << applied.decision % 64;
  const uint32_t word = applied.decision / 64;
  if (!answered) out.decisions[for_applied ? Masks::stranded : Masks::gap][word] |= bit;
  if (conflict) out.decisions[Masks::conflict][word] |= bit;
}

}  // namespace gdlrt
