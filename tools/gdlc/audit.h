// Audit records: what was asked and what was answered, one JSON line each, and whether the same answer comes out again.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "commands.h"
#include "gdlrt/gdlrt.h"

namespace gdlc {

/// Of a program's bytes.
using Hash = std::array<std::uint8_t, 32>;
Hash hash_of(const gdlrt_program* program);

/// What one evaluation gave: the answer, or the problems of the case, one JSON line each; and its audit record.
struct Evaluated {
  gdlrt_status status = GDLRT_OK;
  std::string answer, problems, record;
};
/// Without a record.
Evaluated evaluate(const gdlrt_program* program, const std::string& text,
                   const gdlrt_eval_options& options);
Evaluated audit(const gdlrt_program* program, const Hash& hash, const std::string& text,
                const gdlrt_eval_options& options);
/// There is an answer, or problems; else what went wrong is told on stderr.
bool came_out(const Evaluated& e);
/// The options of the command line.
gdlrt_eval_options eval_options(const Settings& s);

/// Evaluates each record of `s.replay` again: exit status 0 if every answer is the same and was recorded with this very
/// program file, 1 if one is not, or could not be had.
int replay(const Settings& s, const gdlrt_program* program);

}  // namespace gdlc
