// See param_bans.h.
#include "param_bans.h"

namespace gdlrt {

bool ParamBans::build(const Program& p, Arena& arena) {
  first_ = arena.array<uint32_t>(p.ways.count + size_t{1});
  more_ = arena.array<uint8_t>(p.ways.count + size_t{1});
  Arena scratch;
  Evaluator evaluator(p, scratch);
  Outcome out;
  out.stands = scratch.array<uint8_t>(p.rules.count + size_t{1});
  if (arena.failed() || evaluator.failed() || scratch.failed()) return false;
  for (uint32_t way = 0; way < p.ways.count; ++way) {
    if (!add(p, way, evaluator, out, arena)) return false;
    first_[way + 1] = rules_.count;
  }
  return true;
}

/// `out`: no rule stands, before and after.
bool ParamBans::add(const Program& p, uint32_t way, Evaluator& evaluator, Outcome& out,
                    Arena& arena) {
  const WayRow& row = p.ways[way];
  // Settings always count, bans only as far as somebody hears them: a rule that sets values is left to the evaluator.
  uint32_t rules[kMostRules];
  bool sets[kMostRules];
  uint32_t count = 0;
  bool all = true;
  auto list = [&](uint32_t rule, bool setting) {
    uint32_t i = 0;
    while (i < count && rules[i] != rule) ++i;
    if (i == kMostRules) {
      all = false;
      return;
    }
    if (i == count) {
      rules[count] = rule;
      sets[count++] = false;
    }
    sets[i] = sets[i] || setting;
  };
  for (uint32_t q : p.range(row.param_first, row.param_count)) {
    const ParamRow& param = p.params[q];
    for (uint32_t k = 0; k < param.setting_count && all; ++k) {
      list(p.param_uses[param.setting_first + k].rule, true);
    }
  }
  for (uint32_t k = 0; k < row.param_ban_count && all; ++k) {
    list(p.param_uses[row.param_ban_first + k].rule, false);
  }
  if (!all) {
    more_[way] = 1;
    return true;
  }
  const uint32_t first = rules_.count;
  uint32_t others = 0;
  for (uint32_t i = 0; i < count; ++i) {
    out.stands[rules[i]] = 1;
    const bool alone = !sets[i] && evaluator.parameter_emptied(out, way);
    out.stands[rules[i]] = 0;
    if (!alone) {
      rules[others++] = rules[i];
    } else if (!rules_.add(arena, rules[i])) {
      return false;
    }
  }
  for (uint32_t i = 0; i < others; ++i) out.stands[rules[i]] = 1;
  more_[way] = evaluator.parameter_emptied(out, way) ? 1 : 0;
  for (uint32_t i = 0; i < others; ++i) out.stands[rules[i]] = 0;
  if (more_[way] != 0) rules_.count = first;
  return true;
}

}  // namespace gdlrt
