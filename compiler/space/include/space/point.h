// One patient of a set, to ask other sets about: what one patient shows need not be worked out for all.
#pragma once

#include <cstdint>
#include <vector>

#include "space/diagram.h"

namespace gdl::space {

/// A patient: the value of each variable.
using Point = std::vector<std::uint32_t>;

/// Some patient of `a`, which is not kFalse; the same on every machine.
[[nodiscard]] Point point_of(const Diagram& d, Node a);
[[nodiscard]] bool holds(const Diagram& d, Node a, const Point& p);

}  // namespace gdl::space
