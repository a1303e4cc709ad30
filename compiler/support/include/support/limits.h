// The compiler's limits as constants: kLimit_<name>; the list itself is limits.def.
#pragma once

#include <cstdint>

namespace gdl::limits {
#define GDL_LIMIT(name, value, text) inline constexpr std::int64_t name = value;
#include "support/limits.def"
}  // namespace gdl::limits
