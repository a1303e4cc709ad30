// Conditions of a program against those of its source as sets of patients: the second half of driver/verify.h.
//
// Source and program are put into one joint guideline over the same facts, so that value classes are cut by the
// thresholds of both; each pair of conditions is then looked at in the part that the two depend on. Two sets are the
// same exactly if they have the same node of a canonical diagram (space/diagram.h). A patient who is in one only is
// replayed by the oracle, on the conditions and on the advice of either side.
#pragma once

#include <memory>

#include "driver/verify.h"
#include "effects.h"
#include "emit/lift.h"

namespace gdl::driver {

/// Two conditions that belong to the same row.
struct Pair {
  enum class Of : std::uint8_t { rule, decision, impossible, accept };
  Of of = Of::rule;
  std::uint32_t row = 0;
};

class Sets {
 public:
  /// All tables of conditions must have as many rows on either side. The three must outlive it, as `out`.
  Sets(const sema::Model& source, const emit::Lifted& program, const Effects& effects,
       const VerifyOptions& options, Verification& out);
  ~Sets();
  Sets(const Sets&) = delete;
  Sets& operator=(const Sets&) = delete;

  /// Reports the pairs that are not the same to the sink.
  void compare(const std::vector<Pair>& pairs);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace gdl::driver
