// The loops for AVX2: see kernels_of.h. Built with -mavx2 where the target is x86-64, else there are none.
#if defined(__AVX2__)
#define GDLRT_KERNELS avx2_kernels
#define GDLRT_KERNELS_NAME "avx2"
#include "kernels_of.h"
#else
#include "kernels.h"
namespace gdlrt::batch {
const Kernels* avx2_kernels() { return nullptr; }
}  // namespace gdlrt::batch
#endif
