// Whether the names that a case uses tell what they name.
#pragma once

#include "arena.h"
#include "program.h"

namespace gdlrt {

/// `distinct`: no two facts have one name, nor two values of one fact or parameter. The rows that this reads must be within
/// bounds. In time n log n over the names and their bytes. GDLRT_OK or GDLRT_NO_MEMORY.
gdlrt_status names_distinct(const Program& p, Arena& memory, bool& distinct);

}  // namespace gdlrt
