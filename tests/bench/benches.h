// The benchmarks. What each row means and how to repeat it: docs/performance.md.
#pragma once

#include <optional>
#include <string>

#include "guideline.h"
#include "rows.h"

namespace gdl::bench {

/// What keeps a benchmark from running, in words; none if it ran. Whether goals are met is no matter of it.
using Failure = std::optional<std::string>;

/// Text to model, and every check, in process.
Failure analysis(const Effort& effort, Report& report);
/// Cases to answers: in process, JSON in and out, and `gdlc eval` as a process.
Failure runtime(const Effort& effort, Report& report);
/// Patients to bits, from records and in batches, beside the same guideline written by hand in C++.
Failure engines(const Effort& effort, Report& report);

/// Guidelines of growing size: records and batches, and a plot of them if `effort` names a file for it.
Failure sizes(const Effort& effort, Report& report);
/// `gdlc run` over files of rows.
Failure files(const Guideline& sixteen, const Effort& effort, Report& report);

}  // namespace gdl::bench
