// The loops of kernels.h, to be compiled for one set of instructions: the file that includes this is built with its
// flags, and names it by defining GDLRT_KERNELS. What is common is plain C++, which the compiler turns into the widest
// instructions allowed; only `64 comparisons to one word` is written out, where there are instructions for it.
//
// Everything is local to the including file, so that the linker cannot take code for one machine as code for all.
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "kernels.h"

namespace gdlrt::batch {

namespace {

template <class T>
inline T load(const uint8_t* at, size_t i) {
  T out;
  memcpy(&out, at + i * sizeof(T), sizeof out);
  return out;
}

/// One word of 64 answers, in parts of equally many, the first the lowest.
template <uint32_t parts, class Part>
inline uint64_t join(Part&& part) {
  uint64_t out = 0;
  for (uint32_t k = 0; k < parts; ++k) out |= static_cast<uint64_t>(part(k)) << (64 / parts * k);
  return out;
}

#if defined(__AVX512BW__)

inline uint64_t u8_word(const uint8_t* v, uint8_t bound) {
  return _mm512_cmpge_epu8_mask(_mm512_loadu_si512(v), _mm512_set1_epi8(static_cast<char>(bound)));
}
inline uint64_t u8_word_equal(const uint8_t* v, uint8_t value) {
  return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(v), _mm512_set1_epi8(static_cast<char>(value)));
}
inline uint64_t i32_word(const uint8_t* v, int32_t bound) {
  const __m512i b = _mm512_set1_epi32(bound);
  return join<4>(
      [=](uint32_t k) { return _mm512_cmpge_epi32_mask(_mm512_loadu_si512(v + 64 * k), b); });
}
inline uint64_t i64_word(const uint8_t* v, int64_t bound) {
  const __m512i b = _mm512_set1_epi64(bound);
  return join<8>(
      [=](uint32_t k) { return _mm512_cmpge_epi64_mask(_mm512_loadu_si512(v + 64 * k), b); });
}
inline uint64_t f64_word(const uint8_t* v, double bound) {
  const __m512d b = _mm512_set1_pd(bound);
  return join<8>(
      [=](uint32_t k) { return _mm512_cmp_pd_mask(_mm512_loadu_pd(v + 64 * k), b, _CMP_GE_OQ); });
}
inline uint64_t set_word(const uint8_t* v, uint32_t element) {
  const __m512i bit = _mm512_set1_epi64(static_cast<int64_t>(uint64_t{1} << element));
  return join<8>(
      [=](uint32_t k) { return _mm512_test_epi64_mask(_mm512_loadu_si512(v + 64 * k), bit); });
}

#elif defined(__AVX2__)

inline __m256i load256(const uint8_t* v) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(v));
}
inline uint64_t bytes_to_bits(__m256i low, __m256i high) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(low)) |
         static_cast<uint64_t>(static_cast<uint32_t>(_mm256_movemask_epi8(high))) << 32;
}
inline uint64_t u8_word(const uint8_t* v, uint8_t bound) {
  const __m256i b = _mm256_set1_epi8(static_cast<char>(bound));
  __m256i x = load256(v);
  __m256i y = load256(v + 32);
  return bytes_to_bits(_mm256_cmpeq_epi8(_mm256_max_epu8(x, b), x),
                       _mm256_cmpeq_epi8(_mm256_max_epu8(y, b), y));
}
inline uint64_t u8_word_equal(const uint8_t* v, uint8_t value) {
  const __m256i b = _mm256_set1_epi8(static_cast<char>(value));
  return bytes_to_bits(_mm256_cmpeq_epi8(load256(v), b), _mm256_cmpeq_epi8(load256(v + 32), b));
}
inline uint64_t i32_word(const uint8_t* v, int32_t bound) {
  const __m256i b = _mm256_set1_epi32(bound);
  return ~join<8>([=](uint32_t k) {
    __m256i less = _mm256_cmpgt_epi32(b, load256(v + 32 * k));
    return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(less)));
  });
}
inline uint64_t i64_word(const uint8_t* v, int64_t bound) {
  const __m256i b = _mm256_set1_epi64x(bound);
  return ~join<16>([=](uint32_t k) {
    __m256i less = _mm256_cmpgt_epi64(b, load256(v + 32 * k));
    return static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(less)));
  });
}
inline uint64_t f64_word(const uint8_t* v, double bound) {
  const __m256d b = _mm256_set1_pd(bound);
  return join<16>([=](uint32_t k) {
    __m256d x = _mm256_loadu_pd(reinterpret_cast<const double*>(v + 32 * k));
    return static_cast<uint32_t>(_mm256_movemask_pd(_mm256_cmp_pd(x, b, _CMP_GE_OQ)));
  });
}
inline uint64_t set_word(const uint8_t* v, uint32_t element) {
  const __m128i up = _mm_cvtsi32_si128(static_cast<int>(63 - element));
  return join<16>([=](uint32_t k) {
    __m256d x = _mm256_castsi256_pd(_mm256_sll_epi64(load256(v + 32 * k), up));
    return static_cast<uint32_t>(_mm256_movemask_pd(x));
  });
}

#else

inline uint64_t u8_word(const uint8_t* v, uint8_t bound) {
  return join<64>([=](uint32_t i) { return v[i] >= bound; });
}
inline uint64_t u8_word_equal(const uint8_t* v, uint8_t value) {
  return join<64>([=](uint32_t i) { return v[i] == value; });
}
inline uint64_t i32_word(const uint8_t* v, int32_t bound) {
  return join<64>([=](uint32_t i) { return load<int32_t>(v, i) >= bound; });
}
inline uint64_t i64_word(const uint8_t* v, int64_t bound) {
  return join<64>([=](uint32_t i) { return load<int64_t>(v, i) >= bound; });
}
inline uint64_t f64_word(const uint8_t* v, double bound) {
  return join<64>([=](uint32_t i) { return load<double>(v, i) >= bound; });
}
inline uint64_t set_word(const uint8_t* v, uint32_t element) {
  return join<64>([=](uint32_t i) { return (load<uint64_t>(v, i) >> element & 1u) != 0; });
}

#endif

void u8_at_least(const uint8_t* v, size_t words, uint8_t bound, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] = u8_word(v + 64 * w, bound);
}
void u8_equal(const uint8_t* v, size_t words, uint8_t value, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] = u8_word_equal(v + 64 * w, value);
}
void i32_at_least(const uint8_t* v, size_t words, int32_t bound, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] = i32_word(v + 256 * w, bound);
}
void i64_at_least(const uint8_t* v, size_t words, int64_t bound, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] = i64_word(v + 512 * w, bound);
}
void f64_at_least(const uint8_t* v, size_t words, double bound, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] = f64_word(v + 512 * w, bound);
}
void set_has(const uint8_t* v, size_t words, uint32_t element, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] = set_word(v + 512 * w, element);
}

bool u8_within(const uint8_t* v, size_t words, uint8_t lo, uint8_t hi) {
  uint8_t most = 0;
  for (size_t i = 0; i < words * 64; ++i) most = v[i] > most ? v[i] : most;
  uint8_t least = 255;
  for (size_t i = 0; i < words * 64 && lo > 0; ++i) least = v[i] < least ? v[i] : least;
  return least >= lo && most <= hi;
}
template <class T>
bool within(const uint8_t* v, size_t words, T lo, T hi) {
  uint64_t out = 0;
  for (size_t i = 0; i < words * 64; ++i) {
    T x = load<T>(v, i);
    out |= static_cast<uint64_t>(!(x >= lo)) | static_cast<uint64_t>(!(x <= hi));
  }
  return out == 0;
}
bool i32_within(const uint8_t* v, size_t words, int32_t lo, int32_t hi) {
  return within<int32_t>(v, words, lo, hi);
}
bool i64_within(const uint8_t* v, size_t words, int64_t lo, int64_t hi) {
  return within<int64_t>(v, words, lo, hi);
}
bool f64_within(const uint8_t* v, size_t words, double lo, double hi) {
  return within<double>(v, words, lo, hi);
}
bool set_within(const uint8_t* v, size_t words, uint64_t elements) {
  uint64_t all = 0;
  for (size_t i = 0; i < words * 64; ++i) all |= load<uint64_t>(v, i);
  return (all & ~elements) == 0;
}

/// The operands are so few that each number of them has a loop of its own.
template <uint32_t count, uint32_t plain>
inline void both_of(const uint64_t* const* in, size_t words, uint64_t* __restrict to) {
  for (size_t w = 0; w < words; ++w) {
    uint64_t acc = plain > 0 ? in[0][w] : ~in[0][w];
    for (uint32_t k = 1; k < count; ++k) acc &= k < plain ? in[k][w] : ~in[k][w];
    to[w] = acc;
  }
}
template <uint32_t count>
inline void both_of(uint32_t plain, const uint64_t* const* in, size_t words, uint64_t* to) {
  static_assert(count <= 4);
  switch (plain) {
    case 0: return both_of<count, 0>(in, words, to);
    case 1: return both_of<count, 1>(in, words, to);
    case 2: return both_of<count, 2>(in, words, to);
    case 3: return both_of < count, count<3 ? count : 3>(in, words, to);
    default: return both_of<count, count>(in, words, to);
  }
}
void both(const And& gate, uint64_t* registers, size_t stride, size_t words) {
  uint64_t* to = registers + gate.to * stride;
  const uint64_t* in[And::kMost];
  for (uint32_t k = 0; k < gate.count; ++k) in[k] = registers + gate.of[k] * stride;
  switch (gate.count) {
    case 2: return both_of<2>(gate.plain, in, words, to);
    case 3: return both_of<3>(gate.plain, in, words, to);
    case 4: return both_of<4>(gate.plain, in, words, to);
    default: break;
  }
  size_t w = 0;
#if defined(__GNUC__)
  // Some words stay in one register of the machine while the operands are gone through. Left to itself the compiler takes
  // eight words for eight registers.
#if defined(__AVX512BW__)
  constexpr size_t kAtOnce = 8;
#elif defined(__AVX2__)
  constexpr size_t kAtOnce = 4;
#else
  constexpr size_t kAtOnce = 2;
#endif
  typedef uint64_t Some
      __attribute__((vector_size(kAtOnce * sizeof(uint64_t)), aligned(8), may_alias));
  auto some = [&w](const uint64_t* at) -> const Some& {
    return *reinterpret_cast<const Some*>(at + w);
  };
  for (; w + kAtOnce <= words; w += kAtOnce) {
    Some acc = gate.plain > 0 ? some(in[0]) : ~some(in[0]);
    uint32_t k = 1;
    for (; k < gate.plain; ++k) acc &= some(in[k]);
    for (; k < gate.count; ++k) acc &= ~some(in[k]);
    *reinterpret_cast<Some*>(to + w) = acc;
  }
#endif
  for (; w < words; ++w) {
    uint64_t acc = ~uint64_t{0};
    for (uint32_t k = 0; k < gate.plain; ++k) acc &= in[k][w];
    for (uint32_t k = gate.plain; k < gate.count; ++k) acc &= ~in[k][w];
    to[w] = acc;
  }
}

void different(const uint64_t* a, const uint64_t* b, size_t words, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] = a[w] ^ b[w];
}

void may_differ(const Rails& a, const Rails& b, size_t words, uint64_t* possible,
                uint64_t* certain) {
  for (size_t w = 0; w < words; ++w) {
    uint64_t p = (a.possible[w] & ~b.certain[w]) | (b.possible[w] & ~a.certain[w]);
    certain[w] = (a.certain[w] & ~b.possible[w]) | (b.certain[w] & ~a.possible[w]);
    possible[w] = p;
  }
}

void copy(const uint64_t* from, bool negated, const uint64_t* except, size_t words, uint64_t* to) {
  uint64_t flip = negated ? ~uint64_t{0} : 0;
  if (except == nullptr) {
    for (size_t w = 0; w < words; ++w) to[w] = from[w] ^ flip;
  } else {
    for (size_t w = 0; w < words; ++w) to[w] = (from[w] ^ flip) & ~except[w];
  }
}

#if defined(__AVX2__)
void stream(const uint64_t* from, bool negated, const uint64_t* except, size_t words,
            uint64_t* to) {
  const __m256i flip = _mm256_set1_epi64x(negated ? -1 : 0);
  auto words_at = [](const uint64_t* at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  };
  for (size_t w = 0; w < words; w += sizeof(__m256i) / sizeof *to) {
    __m256i out = _mm256_xor_si256(words_at(from + w), flip);
    if (except != nullptr) out = _mm256_andnot_si256(words_at(except + w), out);
    _mm256_stream_si256(reinterpret_cast<__m256i*>(to + w), out);
  }
}
void written() { _mm_sfence(); }
#else
void stream(const uint64_t* from, bool negated, const uint64_t* except, size_t words,
            uint64_t* to) {
  copy(from, negated, except, words, to);
}
void written() {}
#endif

void between(const uint64_t* from, const uint64_t* to, size_t words, bool more, uint64_t* out) {
  if (more) {
    for (size_t w = 0; w < words; ++w) out[w] |= from[w] & ~to[w];
  } else {
    for (size_t w = 0; w < words; ++w) out[w] = from[w] & ~to[w];
  }
}

void or_not(const uint64_t* bits, size_t words, uint64_t* out) {
  for (size_t w = 0; w < words; ++w) out[w] |= ~bits[w];
}

/// One block of words of a register, which stay in as few machine registers as they need.
template <class Of>
inline void box_step(const BoxStep& s, uint64_t* r, Of&& of) {
  constexpr size_t kWords = Kernels::kBoxWords;
  const uint64_t* a = r + s.in[0];
  const uint64_t* b = r + s.in[1];
  const uint64_t* c = r + s.in[2];
  const uint64_t* d = r + s.in[3];
  uint64_t out[kWords];
  for (size_t w = 0; w < kWords; ++w) out[w] = of(a, b, c, d, w);
  uint64_t* to = r + s.to;
  for (size_t w = 0; w < kWords; ++w) to[w] = out[w];
}

/// The steps of one kind from `s` on; the first behind them.
template <BoxStep::Kind kind, class Of>
inline const BoxStep* box_steps(const BoxStep* s, const BoxStep* end, uint64_t* r, Of&& of) {
  do {
    box_step(*s++, r, of);
  } while (s != end && s->kind == kind);
  return s;
}

void boxes(const BoxStep* steps, size_t count, uint64_t* r) {
  using W = const uint64_t*;
  using Kind = BoxStep::Kind;
  for (const BoxStep *s = steps, *end = steps + count; s != end;) {
    switch (s->kind) {
      case Kind::all2:
        s = box_steps<Kind::all2>(s, end, r, [](W a, W b, W, W, size_t w) { return a[w] & b[w]; });
        break;
      case Kind::all3:
        s = box_steps<Kind::all3>(s, end, r,
                                  [](W a, W b, W c, W, size_t w) { return a[w] & b[w] & c[w]; });
        break;
      case Kind::all4:
        s = box_steps<Kind::all4>(
            s, end, r, [](W a, W b, W c, W d, size_t w) { return a[w] & b[w] & c[w] & d[w]; });
        break;
      case Kind::any2:
        s = box_steps<Kind::any2>(s, end, r, [](W a, W b, W, W, size_t w) { return a[w] | b[w]; });
        break;
      case Kind::any3:
        s = box_steps<Kind::any3>(s, end, r,
                                  [](W a, W b, W c, W, size_t w) { return a[w] | b[w] | c[w]; });
        break;
      case Kind::any4:
        s = box_steps<Kind::any4>(
            s, end, r, [](W a, W b, W c, W d, size_t w) { return a[w] | b[w] | c[w] | d[w]; });
        break;
      case Kind::either:
        s = box_steps<Kind::either>(
            s, end, r, [](W a, W b, W c, W d, size_t w) { return (a[w] & b[w]) | (c[w] & d[w]); });
        break;
      case Kind::add:
        s = box_steps<Kind::add>(s, end, r,
                                 [](W a, W b, W c, W, size_t w) { return (a[w] & b[w]) | c[w]; });
        break;
    }
  }
}

uint64_t count(const uint64_t* bits, size_t words) {
  uint64_t n = 0;
  for (size_t w = 0; w < words; ++w) n += static_cast<uint64_t>(__builtin_popcountll(bits[w]));
  return n;
}

}  // namespace

const Kernels* GDLRT_KERNELS() {
  static constexpr Kernels kAll = {GDLRT_KERNELS_NAME,
                                   u8_at_least,
                                   i32_at_least,
                                   i64_at_least,
                                   f64_at_least,
                                   u8_equal,
                                   set_has,
                                   u8_within,
                                   i32_within,
                                   i64_within,
                                   f64_within,
                                   set_within,
                                   both,
                                   different,
                                   may_differ,
                                   copy,
                                   stream,
                                   written,
                                   between,
                                   or_not,
                                   boxes,
                                   count};
  return &kAll;
}

}  // namespace gdlrt::batch
