// Bans of values of parameters that are as good as bans of a whole way.
//
// A way is taken away too if what standing rules set and ban leaves one of its parameters nothing (step 3 of
// docs/language.md). More rules leave less. So if a rule's bans by themselves leave a parameter nothing, that rule bans the
// way; and if all other rules together leave each parameter something, nothing else takes the way away by its parameters.
#pragma once

#include "arena.h"
#include "evaluate.h"
#include "program.h"

namespace gdlrt {

class ParamBans {
 public:
  /// False if memory ran out.
  bool build(const Program& p, Arena& arena);
  /// The rules that ban the way so.
  [[nodiscard]] View<uint32_t> of(uint32_t way) const {
    return {rules_.data + first_[way], first_[way + 1] - first_[way]};
  }
  /// Whether it may be taken away by settings, or by several rules together: then the evaluator has to be asked.
  [[nodiscard]] bool more(uint32_t way) const { return more_[way] != 0; }

 private:
  /// Past these the evaluator is asked: what is looked at grows with their square.
  static constexpr uint32_t kMostRules = 64;
  bool add(const Program& p, uint32_t way, Evaluator& evaluator, Outcome& out, Arena& arena);

  List<uint32_t> rules_;
  uint32_t* first_ = nullptr;  // one more than ways
  uint8_t* more_ = nullptr;
};

}  // namespace gdlrt
