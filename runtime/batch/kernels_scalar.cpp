// The loops for any machine: see kernels_of.h.
#define GDLRT_KERNELS scalar_kernels
#define GDLRT_KERNELS_NAME "scalar"
#include "kernels_of.h"
