// A case to its answer: the JSON of docs/cli.md.
#pragma once

#include "case.h"

namespace gdlrt {

struct AnswerOptions {
  const char* audience = nullptr;  ///< whose texts; null: titles and labels only
  const char* locale = nullptr;    ///< in which locale, else in none
  uint64_t steps = 0;              ///< of work; 0: limits::answer_steps
  bool explain = false;            ///< why, and what would change it
};

/// Evaluates and writes the answer. GDLRT_BAD_CASE, and nothing written, if no possible patient agrees with the case.
gdlrt_status answer(const Program& program, const Case& facts, Arena& arena,
                    const AnswerOptions& options, Out& out);

}  // namespace gdlrt
