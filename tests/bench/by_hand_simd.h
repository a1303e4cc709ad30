// What columns by hand are written with: comparisons by AVX2 and AVX-512, sums of rows, where masks go. Text of C++.
#pragma once

namespace gdl::bench {

// Conditions on 64 rows.
inline constexpr const char* kLoad = R"(#include <immintrin.h>
static inline __m256i at(const void* p, size_t i) { return _mm256_loadu_si256((const __m256i*)((const char*)p + i)); }
struct Bits { uint64_t word; };
static inline uint64_t eq(const Bits* p, size_t w, int v) { return v != 0 ? p[w].word : ~p[w].word; }
)";
inline constexpr const char* kAvx2 = R"(static inline uint64_t word(__m256i a, __m256i b) {
  return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}
static inline uint64_t eq(const uint8_t* p, size_t w, int v) {
  __m256i x = _mm256_set1_epi8((char)v);
  return word(_mm256_cmpeq_epi8(at(p, 64 * w), x), _mm256_cmpeq_epi8(at(p, 64 * w + 32), x));
}
static inline uint64_t ge(const uint8_t* p, size_t w, int v) {
  __m256i x = _mm256_set1_epi8((char)v), a = at(p, 64 * w), b = at(p, 64 * w + 32);
  return word(_mm256_cmpeq_epi8(_mm256_max_epu8(a, x), a), _mm256_cmpeq_epi8(_mm256_max_epu8(b, x), b));
}
static inline uint64_t ge(const int32_t* p, size_t w, int v) {
  __m256i x = _mm256_set1_epi32(v - 1);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(at(p, 256 * w + 32 * k), x))) << 8 * k;
  return out;
}
static inline uint64_t ge(const double* p, size_t w, double v) {
  __m256d x = _mm256_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(_mm256_loadu_pd(p + 64 * w + 4 * k), x, _CMP_GE_OQ)) << 4 * k;
  return out;
}
static inline uint64_t gt(const double* p, size_t w, double v) {
  __m256d x = _mm256_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_cmp_pd(_mm256_loadu_pd(p + 64 * w + 4 * k), x, _CMP_GT_OQ)) << 4 * k;
  return out;
}
static inline uint64_t has(const uint64_t* p, size_t w, int e) {
  const __m128i up = _mm_cvtsi32_si128(63 - e);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_sll_epi64(at(p, 512 * w + 32 * k), up))) << 4 * k;
  return out;
}
static inline uint64_t is(const uint64_t* p, size_t w, uint64_t v) {
  const __m256i x = _mm256_set1_epi64x((long long)v);
  uint64_t out = 0;
  for (int k = 0; k < 16; ++k)
    out |= (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at(p, 512 * w + 32 * k), x))) << 4 * k;
  return out;
}
)";
inline constexpr const char* kAvx512 =
    R"(static inline __m512i wide(const void* p, size_t i) { return _mm512_loadu_si512((const char*)p + i); }
static inline uint64_t eq(const uint8_t* p, size_t w, int v) {
  return _mm512_cmpeq_epu8_mask(wide(p, 64 * w), _mm512_set1_epi8((char)v));
}
static inline uint64_t ge(const uint8_t* p, size_t w, int v) {
  return _mm512_cmpge_epu8_mask(wide(p, 64 * w), _mm512_set1_epi8((char)v));
}
static inline uint64_t ge(const int32_t* p, size_t w, int v) {
  const __m512i x = _mm512_set1_epi32(v);
  uint64_t out = 0;
  for (int k = 0; k < 4; ++k) out |= (uint64_t)_mm512_cmpge_epi32_mask(wide(p, 256 * w + 64 * k), x) << 16 * k;
  return out;
}
static inline uint64_t ge(const double* p, size_t w, double v) {
  const __m512d x = _mm512_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_cmp_pd_mask(_mm512_loadu_pd(p + 64 * w + 8 * k), x, _CMP_GE_OQ) << 8 * k;
  return out;
}
static inline uint64_t gt(const double* p, size_t w, double v) {
  const __m512d x = _mm512_set1_pd(v);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_cmp_pd_mask(_mm512_loadu_pd(p + 64 * w + 8 * k), x, _CMP_GT_OQ) << 8 * k;
  return out;
}
static inline uint64_t has(const uint64_t* p, size_t w, int e) {
  const __m512i x = _mm512_set1_epi64((long long)(1ull << e));
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_test_epi64_mask(wide(p, 512 * w + 64 * k), x) << 8 * k;
  return out;
}
static inline uint64_t is(const uint64_t* p, size_t w, uint64_t v) {
  const __m512i x = _mm512_set1_epi64((long long)v);
  uint64_t out = 0;
  for (int k = 0; k < 8; ++k) out |= (uint64_t)_mm512_cmpeq_epi64_mask(wide(p, 512 * w + 64 * k), x) << 8 * k;
  return out;
}
)";
inline constexpr const char* kCount =
    R"(static inline uint64_t count(const uint64_t* p, size_t w, int lo, int hi) {
  uint64_t out = 0;
  for (int k = 0; k < 64; ++k) {
    int n = __builtin_popcountll(p[64 * w + k]);
    out |= (uint64_t)((n >= lo) & (n <= hi)) << k;
  }
  return out;
}
)";
// Bits of 64 rows, and where they go.
inline constexpr const char* kWord = R"(typedef uint64_t V;
static inline void put(uint64_t* const* out, size_t i, size_t w, V x) { out[i][w] = x; }
)";
// The same of 512, past the caches, as masks of large guidelines are large. (The header with the names of these instructions
// takes half a second to compile, and the files are many.)
inline constexpr const char* kLine = R"(typedef uint64_t V __attribute__((vector_size(64)));
typedef long long Half __attribute__((vector_size(32)));
typedef long long Whole __attribute__((vector_size(64)));
static inline void put(uint64_t* const* out, size_t i, size_t w, V x) {
  V* to = (V*)(out[i] + w);
#if defined(__clang__)
  __builtin_nontemporal_store(x, to);
#elif defined(__AVX512F__)
  __builtin_ia32_movntdq512((Whole*)to, (Whole)x);
#else
  const Whole y = (Whole)x;
  __builtin_ia32_movntdq256((Half*)to, __builtin_shufflevector(y, y, 0, 1, 2, 3));
  __builtin_ia32_movntdq256((Half*)to + 1, __builtin_shufflevector(y, y, 4, 5, 6, 7));
#endif
}
)";
// Sums of rows, digit by digit.
inline constexpr const char* kSums = R"(static inline void add(V* d, int n, V x, uint64_t points) {
  V carry = V{};
  for (int i = 0; i < n; ++i) {
    const V y = points >> i & 1 ? x : V{}, sum = d[i] ^ y, over = (d[i] & y) | (sum & carry);
    d[i] = sum ^ carry;
    carry = over;
  }
}
static inline V above(const V* d, int n, long long bound) {
  if (bound < 0) return ~V{};
  V more = V{}, equal = ~V{};
  for (int i = n; i-- > 0;) {
    const bool one = bound >> i & 1;
    if (!one) more |= equal & d[i];
    equal &= one ? d[i] : ~d[i];
  }
  return bound >> n != 0 ? V{} : more;
}
static inline V within(const V* d, int n, long long lo, long long hi) {
  return lo > hi ? V{} : above(d, n, lo - 1) & ~above(d, n, hi);
}
)";

}  // namespace gdl::bench
