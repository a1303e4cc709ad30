// Audit records: what was asked and what was answered, one JSON line each, and whether the same answer comes out again.
#pragma once

#include <string>

#include "commands.h"
#include "gdlrt/gdlrt.h"

namespace gdlc {

/// What one evaluation gave: the answer, or the problems of the case, one JSON line each.
struct Evaluated {
  gdlrt_status status = GDLRT_OK;
  std::string answer, problems;
};
Evaluated evaluate(const gdlrt_program* program, const std::string& text,
                   const gdlrt_eval_options& options);
/// The options of the command line.
gdlrt_eval_options eval_options(const Settings& s);

/// The line that records an evaluation of the program with this file hash (of its bytes).
std::string audit_line(const gdlrt_program* program, const std::string& file_hash,
                       const gdlrt_eval_options& options, const std::string& text,
                       const Evaluated& e);
/// "sha256:..." of bytes.
std::string hash_of(const void* bytes, std::size_t size);

/// Evaluates each record of `s.replay` again: exit status 0 if every answer is the same, 1 if one is not, or could not be
/// had.
int replay(const Settings& s, const gdlrt_program* program, const std::string& file_hash);

}  // namespace gdlc
