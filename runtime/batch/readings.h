// How the raw values of a caller's field or column are read: which are values of the fact, and where each of its value
// classes begins among them. Worked out once, exactly; after that a value is placed by comparing machine numbers.
//
// The idea for doubles: a double reads as the shortest decimal that gives it back (as every language prints it). Of two
// doubles the greater one reads as the greater decimal, so each threshold of a fact, a rational, parts the doubles
// in two; the first one beyond is found by bisection and told by its decimal, in exact arithmetic.
#pragma once

#include "arena.h"
#include "gdlrt/record.h"
#include "program.h"

namespace gdlrt {

/// A gdlrt_raw of our own: a double that holds a float, and reads as the shortest decimal that gives that float back.
inline constexpr uint32_t kRawSingle = 0x10000 | GDLRT_RAW_F64;

/// Invariant: `begins` ascends; a valid value is of the class that counts the begins not above it.
struct Reading {
  uint32_t fact = 0;
  uint32_t raw = 0;        ///< gdlrt_raw
  bool identity = false;   ///< of integers: the class is the value
  int64_t lo = 0, hi = 0;  ///< integers: the valid values; none if lo > hi
  double real_lo = 0, real_hi = 0, real_beyond = 0;  ///< the first above the valid ones
  const int64_t* begins = nullptr;                   ///< integers
  const double* real_begins = nullptr;
  uint32_t count = 0;     ///< of the begins
  uint64_t elements = 0;  ///< set: those it has

  [[nodiscard]] bool valid(int64_t v) const { return v >= lo && v <= hi; }
  [[nodiscard]] bool valid(double v) const { return v >= real_lo && v <= real_hi; }
  [[nodiscard]] uint32_t class_of(int64_t v) const {
    if (identity) return static_cast<uint32_t>(v);
    return place(begins, v);
  }
  [[nodiscard]] uint32_t class_of(double v) const { return place(real_begins, v); }

 private:
  template <class T>
  [[nodiscard]] uint32_t place(const T* at, T v) const {
    uint32_t first = 0;
    uint32_t n = count;
    while (n > 0) {
      uint32_t half = n / 2;
      bool beyond = v >= at[first + half];
      first = beyond ? first + half + 1 : first;
      n = beyond ? n - half - 1 : half;
    }
    return first;
  }
};

/// Works out how `raw` is read for the fact (kRawSingle: as doubles from then on); null, or why it cannot be. `out` is complete unless memory ran out.
const char* make_reading(const Program& program, uint32_t fact, uint32_t raw, int32_t scale,
                         Arena& arena, Reading& out);

/// The shortest decimal that reads back as the finite double, the nearest of them; or, if it is `single`, as that float.
/// False if it needs more than 256 bits.
bool shortest_decimal(double value, bool single, num::Rational& out);

}  // namespace gdlrt
