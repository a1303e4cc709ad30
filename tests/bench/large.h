// The guidelines that are too large, or too hard, to be measured in turn with others: each in a process of its own, so
// that its peak of memory is its own.
#pragma once

#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "benches.h"

namespace gdl::bench {

struct Alone {
  analysis::Check check;
  const char* name;  ///< in words
  double goal_ms;
};

/// A guideline to be measured: text to model, and every check from the model.
struct Large {
  std::string name;
  std::function<std::string()> text;
  bool always = false;             ///< measured without `--sizes` too
  std::optional<double> goal_ms;   ///< of the check
  std::optional<double> goal_mib;  ///< its peak of memory, the model included
  std::size_t edits =
      0;  ///< not 0: its difference to a version with so many rules edited is measured too
  /// The goal is for verdicts, each with one witness; the check with all regions and shares is measured too.
  bool verdicts = false;
  /// Checks that are measured alone too, each with its goal.
  std::vector<Alone> alone = {};
};

/// All of them, with sizes divided by `effort.divide`.
std::vector<Large> large_guidelines(const Effort& effort);

/// Measures one in this process and prints a line that `large` reads.
Failure measure_large(const Large& large, const Effort& effort, std::FILE* out);

/// Measures those that are asked for, each in a process of its own.
Failure large(const Effort& effort, Report& report);

}  // namespace gdl::bench
