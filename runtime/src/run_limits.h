// The runtime's limits as constants; the list itself is run_limits.def.
#pragma once

#include <stdint.h>

namespace gdlrt::limits {
#define GDLRT_LIMIT(name, value, text) inline constexpr int64_t name = value;
#include "run_limits.def"
}  // namespace gdlrt::limits
