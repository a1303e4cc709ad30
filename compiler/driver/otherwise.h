// Who is advised otherwise where a row of a program differs from that of its source.
//
// What is answered hangs on which rules apply to the patient and which decisions are for them, and on nothing else of
// the patient. So the patients to whom a row may matter fall into groups of one answer on either side; somebody of
// each group is asked about, until two answers differ, nobody is left, or the effort is spent. If nobody is left, it is
// proved that the row matters to no patient.
#pragma once

#include <vector>

#include "answers.h"
#include "driver/verify.h"
#include "effects.h"
#include "emit/lift.h"
#include "joint.h"
#include "rows.h"

namespace gdl::driver {

/// Says of each of the rows in `can` on whom it shows: completes their findings in `out.sink`. `differ`: the pairs of
/// conditions that may not be the same.
void advised_otherwise(const sema::Model& source, const emit::Lifted& program,
                       const Effects& effects, const Comparable& can,
                       const std::vector<Pair>& differ, Answers& answers,
                       const VerifyOptions& options, Verification& out);

}  // namespace gdl::driver
