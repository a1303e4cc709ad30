// Who is advised otherwise where a row or a condition of a program differs from that of its source.
//
// What is answered hangs on which rules apply to the patient and which decisions are for them, and on nothing else of
// the patient. So the patients to whom a row may matter fall into groups of one answer on either side; somebody of
// each group is asked about, until two answers differ, nobody is left, or the effort is spent. If nobody is left, it is
// proved that the row matters to no patient.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "driver/verify.h"
#include "effects.h"
#include "emit/lift.h"
#include "joint.h"
#include "rows.h"

namespace gdl::driver {

class Otherwise {
 public:
  /// `differ`: the pairs of conditions that may not be the same. All must outlive it.
  Otherwise(const sema::Model& source, const emit::Lifted& program,
            const std::vector<std::uint8_t>& bytes, const Effects& effects, const Comparable& can,
            const std::vector<Pair>& differ, const VerifyOptions& options, Verification& out);
  ~Otherwise();
  Otherwise(const Otherwise&) = delete;
  Otherwise& operator=(const Otherwise&) = delete;

  /// Says of each of the rows in `can` on whom it shows: completes their findings in `out.sink`.
  void rows();
  /// The same of a rule or a decision whose condition holds for the patient on one side only; all tables must have as
  /// many rows on either side.
  void condition(std::size_t finding, Pair pair, const oracle::Patient& patient);

 private:
  class Search;
  std::unique_ptr<Search> search_;
};

}  // namespace gdl::driver
