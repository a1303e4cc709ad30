// A whole case to its answer: statuses, and the JSON of docs/cli.md.
#pragma once

#include "case.h"
#include "evaluate.h"

namespace gdlrt {

struct AnswerOptions {
  const char* audience = nullptr;  ///< null: a rule's title, or its first text
  const char* locale = nullptr;
};

/// Evaluates and writes the answer. `facts` must leave each fact that the program reads one class only,
/// defaults put in.
gdlrt_status answer(const Program& program, const Case& facts, Arena& arena,
                    const AnswerOptions& options, Out& out);

/// Reports the facts that are open and must not be: false if there is one. Also false if the patient is
/// impossible, which is a problem of the case.
gdlrt_status check_case(const Program& program, const Case& facts, Arena& arena,
                        Problems& problems);

}  // namespace gdlrt
