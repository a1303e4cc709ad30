// What `gdlc build` asks before it writes: does the program say what its source says?
#pragma once

#include <cstdint>
#include <vector>

#include "common.h"

namespace gdlc {

/// False if it does not, or the runtime refuses it: a defect of the compiler, which is told on the standard error with
/// the patient who shows it. What is not decided within the effort is told there as well, and is no failure; nor is it one
/// that the runtime reads no program at all, on a big-endian machine.
bool holds_to_source(const Settings& s, const gdl::driver::Compilation& c,
                     const std::vector<std::uint8_t>& bytes, const gdl::emit::Options& built);

}  // namespace gdlc
