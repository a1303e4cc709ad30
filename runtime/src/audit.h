// Audit records: what was asked and what was answered, as one line of JSON. docs/cli.md ("An audit record") has its members.
#pragma once

#include "out.h"
#include "program.h"

namespace gdlrt {

/// What an evaluation was given and gave.
struct Evaluation {
  const char* json;  ///< the case
  size_t json_size;
  bool
      answered;  ///< the case was valid, and `outcome` is the answer; else its problems, a line each
  const char* outcome;  ///< ends with a line break
  size_t outcome_size;
};

void audit_line(const Program& p, const uint8_t* program_hash, const gdlrt_eval_options& options,
                const Evaluation& e, Out& out);

}  // namespace gdlrt
