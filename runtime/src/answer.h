// A settled case to its answer: the JSON of docs/cli.md.
#pragma once

#include "case.h"

namespace gdlrt {

struct AnswerOptions {
  const char* audience = nullptr;  ///< whose texts; null: titles and labels only
  const char* locale = nullptr;    ///< in which locale, else in none
};

/// Evaluates and writes the answer. `facts` leaves each fact that the program reads one class only.
gdlrt_status answer(const Program& program, const Case& facts, Arena& arena,
                    const AnswerOptions& options, Out& out);

}  // namespace gdlrt
