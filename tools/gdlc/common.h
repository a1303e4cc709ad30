// What several commands share: reading a guideline, printing its diagnostics.
#pragma once

#include <optional>
#include <string>

#include "commands.h"
#include "diag/render.h"
#include "driver/driver.h"

namespace gdlc {

/// Loads or checks a file; nothing (with a message on stderr) if it cannot be read at all.
std::optional<gdl::driver::Compilation> open_guideline(const Settings& s, const std::string& path,
                                                       bool analyses);

/// What the analyses may spend, from now on: effort, and time if it is limited. Talks of long waits on a terminal.
/// `s` must outlive it.
gdl::analysis::Options analysis_options(const Settings& s);

/// All diagnostics, sorted, those that are notes of the analyses last,
/// in one of cli.md's formats; JSON ends with the summary line.
std::string print_diagnostics(const Settings& s, const gdl::driver::Compilation& c,
                              const std::string& format, bool summary);

/// False, with a message on stderr, if what a command makes of the guideline `file` would take the place of a guideline:
/// of this one, or of a part, which are known by their names.
bool fit_for_output(const std::string& out, const std::string& file);

/// "1 rule", "2 rules"
std::string counted(std::size_t n, const char* what);

/// The text with nothing in it that could move a terminal's cursor.
std::string printable(std::string text);

/// How findings look on the standard output.
gdl::diag::TextOptions text_options(const Settings& s);

/// Errors of a compilation for a command that needs a sound guideline: printed to stderr.
void complain(const Settings& s, const gdl::driver::Compilation& c);

}  // namespace gdlc
