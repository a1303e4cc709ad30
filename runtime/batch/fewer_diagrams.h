// For tests: a plan as if diagrams were too large, so that what stands in for them is tried with any program.
#pragma once

#include <stdint.h>

struct gdlrt_batch_plan;

namespace gdlrt::batch {

/// From now on no more than the first so many outputs are answered by diagrams, in batches made from now on. False if memory
/// ran out.
bool keep_diagrams(gdlrt_batch_plan& plan, uint32_t outputs);

}  // namespace gdlrt::batch
