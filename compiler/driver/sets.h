// Conditions of a program against those of its source as sets of patients: the second half of driver/verify.h.
//
// Each pair of conditions is looked at in the part of the joint guideline (joint.h) that the two depend on. Two sets are
// the same exactly if they have the same node of a canonical diagram (space/diagram.h). A patient who is in one only is
// replayed by the oracle on the conditions, and it is looked for who is advised otherwise (otherwise.h).
#pragma once

#include <memory>

#include "driver/verify.h"
#include "emit/lift.h"
#include "joint.h"
#include "otherwise.h"

namespace gdl::driver {

class Sets {
 public:
  /// All tables of conditions must have as many rows on either side. All must outlive it.
  Sets(const sema::Model& source, const emit::Lifted& program, Otherwise& otherwise,
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
