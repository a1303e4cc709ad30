// The loops for AVX-512: see kernels_of.h. Built with its flags where the target is x86-64, else there are none.
#if defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define GDLRT_KERNELS avx512_kernels
#define GDLRT_KERNELS_NAME "avx512"
#include "kernels_of.h"
#else
#include "kernels.h"
namespace gdlrt::batch {
const Kernels* avx512_kernels() { return nullptr; }
}  // namespace gdlrt::batch
#endif
