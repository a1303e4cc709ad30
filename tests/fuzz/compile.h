// Compiling inside a fuzz target: sources from the input, effort small enough for thousands of runs.
#pragma once

#include <string>

#include "diag/render.h"
#include "driver/driver.h"

namespace gdl::fuzz {

/// An input may hold several files: the guideline, then for each other file this byte, its name, a line
/// break and its text.
inline constexpr char kNextFile = '\x01';

analysis::Options options();
driver::Compilation load(const std::string& input);
driver::Compilation check(const std::string& input);

}  // namespace gdl::fuzz
