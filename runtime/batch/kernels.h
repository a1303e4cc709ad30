// The loops of the batch engine, once for each set of instructions: comparisons of columns to bits, and gates on bits.
// All work on whole words of 64 rows; a word's lowest bit is the first row.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace gdlrt::batch {

/// A conjunction of rows of bits: first those that are wanted, then those that are not.
struct And {
  static constexpr uint32_t kMost = 8;
  uint32_t to = 0;
  uint8_t plain = 0, count = 0;  ///< of the operands, the first so many are wanted
  uint32_t of[kMost] = {};
};

/// Of what is open for some rows: for which it may hold, and for which it does.
struct Rails {
  const uint64_t* possible;
  const uint64_t* certain;
};

/// A step of diagrams (boxes.h) on registers: where these begin, in words.
struct BoxStep {
  enum class Kind : uint32_t {
    all2,  ///< in all of the first two, three, four
    all3,
    all4,
    any2,  ///< in any of them
    any3,
    any4,
    either,  ///< in the first two, or in the last two
    add,     ///< in the first two, or in the third
  };
  static constexpr uint32_t kMost = 4;
  Kind kind = Kind::all2;
  uint32_t to = 0;
  uint32_t in[kMost] = {};
};

struct Kernels {
  static constexpr size_t kBoxWords = 16;
  static constexpr size_t kLine = 64, kLineWords = kLine / sizeof(uint64_t);

  const char* name;
  // v[i] >= bound, for 64 * words values.
  void (*u8_at_least)(const uint8_t* v, size_t words, uint8_t bound, uint64_t* out);
  void (*i32_at_least)(const uint8_t* v, size_t words, int32_t bound, uint64_t* out);
  void (*i64_at_least)(const uint8_t* v, size_t words, int64_t bound, uint64_t* out);
  void (*f64_at_least)(const uint8_t* v, size_t words, double bound, uint64_t* out);
  // v[i] == value
  void (*u8_equal)(const uint8_t* v, size_t words, uint8_t value, uint64_t* out);
  // Bit `element` of v[i].
  void (*set_has)(const uint8_t* v, size_t words, uint32_t element, uint64_t* out);
  // Whether all of them lie in lo..hi; not-a-number does not. A set: has none but these elements.
  bool (*u8_within)(const uint8_t* v, size_t words, uint8_t lo, uint8_t hi);
  bool (*i32_within)(const uint8_t* v, size_t words, int32_t lo, int32_t hi);
  bool (*i64_within)(const uint8_t* v, size_t words, int64_t lo, int64_t hi);
  bool (*f64_within)(const uint8_t* v, size_t words, double lo, double hi);
  bool (*set_within)(const uint8_t* v, size_t words, uint64_t elements);
  // Gates on registers of `stride` words each.
  void (*both)(const And& gate, uint64_t* registers, size_t stride, size_t words);
  void (*different)(const uint64_t* a, const uint64_t* b, size_t words, uint64_t* out);
  // What is possibly, and what is certainly different.
  void (*may_differ)(const Rails& a, const Rails& b, size_t words, uint64_t* possible,
                     uint64_t* certain);
  // to = from, or not from, but for `except` unless that is null.
  void (*copy)(const uint64_t* from, bool negated, const uint64_t* except, size_t words,
               uint64_t* to);
  // The same past the caches: `to` lies at a multiple of kLine, words are a multiple of kLineWords. What has been written so is
  // there for other threads after `written`.
  void (*stream)(const uint64_t* from, bool negated, const uint64_t* except, size_t words,
                 uint64_t* to);
  void (*written)();
  // out = from and not to; or that moreover.
  void (*between)(const uint64_t* from, const uint64_t* to, size_t words, bool more, uint64_t* out);
  // out = out, or not bits.
  void (*or_not)(const uint64_t* bits, size_t words, uint64_t* out);
  // The steps in turn, on registers of kBoxWords words.
  void (*boxes)(const BoxStep* steps, size_t count, uint64_t* registers);
  uint64_t (*count)(const uint64_t* bits, size_t words);
};

/// Null if the library was not built with them; the machine is not asked.
const Kernels* scalar_kernels();
const Kernels* avx2_kernels();
const Kernels* avx512_kernels();

}  // namespace gdlrt::batch
