// Exact rational numbers: the one number kernel of compiler and runtime. A number of a guideline or
// a case is its decimal text, never a binary fraction; what does not fit is refused, never rounded.
//
// Invariant of Rational: denominator > 0, gcd(numerator, denominator) = 1, zero is +0/1. Numerator
// and denominator have 256 bits; a comparison multiplies crosswise in 512 bits and so never
// overflows.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "num/wide.h"

/// The kernel's larger functions stay functions: inlined everywhere they would be most of the runtime.
#if defined(__GNUC__)
#define GDLRT_NOINLINE __attribute__((noinline))
#else
#define GDLRT_NOINLINE
#endif

namespace gdlrt::num {

enum class NumStatus : uint8_t {
  ok,
  malformed,        ///< not a number of the JSON grammar
  too_many_digits,  ///< more than kMaxDigits significant digits, or an exponent beyond kMaxExponent
  overflow,         ///< the exact result does not fit 256 bits
  division_by_zero,
};

/// Limits of decimal text. Leading and trailing zeros do not count as digits.
inline constexpr int kMaxDigits = 34;
inline constexpr int kMaxExponent = 34;
/// A buffer of this size holds any formatted Rational and its final NUL.
inline constexpr size_t kMaxFormat = 176;
/// Words of the serialised form: sign, numerator, denominator (least significant word first).
inline constexpr size_t kRationalWords = 17;

class Rational {
 public:
  constexpr Rational() { den_.limb[0] = 1; }

  static constexpr Rational from_int(int64_t v) {
    Rational r;
    r.negative_ = v < 0;
    r.num_ = U256::from_u64(v < 0 ? ~static_cast<uint64_t>(v) + 1 : static_cast<uint64_t>(v));
    return r;
  }
  /// num / den, normalised; false if den is 0.
  static constexpr bool make(int64_t num, int64_t den, Rational& out) {
    if (den == 0) return false;
    Rational n = from_int(num);
    Rational d = from_int(den);
    out = normalised(n.negative_ != d.negative_, n.num_, d.num_);
    return true;
  }

  [[nodiscard]] constexpr int sign() const { return num_.is_zero() ? 0 : (negative_ ? -1 : 1); }
  [[nodiscard]] constexpr bool is_integer() const { return den_.is_one(); }
  /// The value as int64; false if it is no integer or does not fit.
  [[nodiscard]] constexpr bool to_int64(int64_t& out) const {
    if (!is_integer() || !num_.fits_u64()) return false;
    uint64_t m = num_.low64();
    if (m > (negative_ ? uint64_t{1} << 63 : (uint64_t{1} << 63) - 1)) return false;
    out = negative_ ? static_cast<int64_t>(~m + 1) : static_cast<int64_t>(m);
    return true;
  }
  /// The greatest integer not above the value.
  [[nodiscard]] GDLRT_NOINLINE constexpr Rational floor() const {
    U256 q;
    U256 r;
    divide(num_, den_, q, r);
    // The quotient of a proper fraction is at most half of the range: adding one cannot overflow.
    if (negative_ && !r.is_zero()) (void)num::add(q, U256::from_u64(1), q);
    return normalised(negative_, q, U256::from_u64(1));
  }
  /// The least integer not below the value.
  [[nodiscard]] GDLRT_NOINLINE constexpr Rational ceil() const {
    Rational r = *this;
    r.negative_ = !negative_ && r.sign() != 0;
    r = r.floor();
    r.negative_ = !r.negative_ && r.sign() != 0;
    return r;
  }
  /// True if the decimal expansion ends, i.e. the denominator has no prime factor but 2 and 5.
  [[nodiscard]] GDLRT_NOINLINE constexpr bool is_terminating() const {
    U256 d = den_;
    const uint32_t primes[2] = {2, 5};
    for (uint32_t p : primes) {
      while (true) {
        U256 q = d;
        if (divide_small(q, p) != 0) break;
        d = q;
      }
    }
    return d.is_one();
  }
  [[nodiscard]] constexpr const U256& numerator() const { return num_; }
  [[nodiscard]] constexpr const U256& denominator() const { return den_; }
  [[nodiscard]] constexpr bool negative() const { return negative_; }

  constexpr void to_words(uint32_t out[kRationalWords]) const {
    out[0] = negative_ ? 1 : 0;
    for (size_t i = 0; i < 8; ++i) {
      out[1 + i] = num_.limb[i];
      out[9 + i] = den_.limb[i];
    }
  }
  /// Reads to_words' form, of which it is known that it satisfies the invariant.
  static constexpr Rational from_own_words(const uint32_t in[kRationalWords]) {
    Rational r;
    for (size_t i = 0; i < 8; ++i) {
      r.num_.limb[i] = in[1 + i];
      r.den_.limb[i] = in[9 + i];
    }
    r.negative_ = in[0] == 1;
    return r;
  }
  /// Reads to_words' form; false unless it satisfies the invariant.
  GDLRT_NOINLINE static constexpr bool from_words(const uint32_t in[kRationalWords],
                                                  Rational& out) {
    if (in[0] > 1) return false;
    Rational r = from_own_words(in);
    if (r.den_.is_zero() || !gcd(r.num_, r.den_).is_one()) return false;
    if (r.negative_ && r.num_.is_zero()) return false;
    out = r;
    return true;
  }
  [[nodiscard]] constexpr uint64_t hash() const {
    uint64_t h = negative_ ? 0x9e3779b97f4a7c15u : 0x243f6a8885a308d3u;
    for (size_t i = 0; i < 8; ++i) {
      h = (h ^ num_.limb[i]) * 0x100000001b3u;
      h = (h ^ den_.limb[i]) * 0x100000001b3u;
    }
    return h;
  }

  /// Builds from sign and magnitudes; den is not zero.
  GDLRT_NOINLINE static constexpr Rational normalised(bool negative, const U256& num,
                                                      const U256& den) {
    Rational r;
    r.num_ = num;
    r.den_ = den;
    if (!den.is_one()) {
      U256 g = gcd(num, den);
      if (!g.is_one()) {
        U256 rest;
        U256 q;
        divide(num, g, q, rest);
        r.num_ = q;
        divide(den, g, q, rest);
        r.den_ = q;
      }
    }
    r.negative_ = negative && !r.num_.is_zero();
    return r;
  }

 private:
  U256 num_;
  U256 den_;
  bool negative_ = false;
};

/// -1, 0, 1; exact for all values.
GDLRT_NOINLINE constexpr int compare(const Rational& a, const Rational& b) {
  int sa = a.sign();
  int sb = b.sign();
  if (sa != sb) return sa < sb ? -1 : 1;
  if (sa == 0) return 0;
  int magnitude = a.denominator().is_one() && b.denominator().is_one()
                      ? compare(a.numerator(), b.numerator())
                      : compare(multiply(a.numerator(), b.denominator()),
                                multiply(b.numerator(), a.denominator()));
  int m = magnitude < 0 ? -1 : (magnitude > 0 ? 1 : 0);
  return sa > 0 ? m : -m;
}
constexpr bool operator==(const Rational& a, const Rational& b) { return compare(a, b) == 0; }
constexpr bool operator!=(const Rational& a, const Rational& b) { return compare(a, b) != 0; }
constexpr bool operator<(const Rational& a, const Rational& b) { return compare(a, b) < 0; }
constexpr bool operator<=(const Rational& a, const Rational& b) { return compare(a, b) <= 0; }
constexpr bool operator>(const Rational& a, const Rational& b) { return compare(a, b) > 0; }
constexpr bool operator>=(const Rational& a, const Rational& b) { return compare(a, b) >= 0; }

constexpr Rational negate(const Rational& a) {
  return Rational::normalised(!a.negative(), a.numerator(), a.denominator());
}

/// out = a * b. Reduces crosswise first, so that it overflows only if the reduced result does not
/// fit.
GDLRT_NOINLINE constexpr NumStatus mul(const Rational& a, const Rational& b, Rational& out) {
  U256 g1 = gcd(a.numerator(), b.denominator());
  U256 g2 = gcd(b.numerator(), a.denominator());
  U256 n1, n2, d1, d2, rest;
  divide(a.numerator(), g1, n1, rest);
  divide(b.denominator(), g1, d2, rest);
  divide(b.numerator(), g2, n2, rest);
  divide(a.denominator(), g2, d1, rest);
  U256 n, d;
  if (!num::mul(n1, n2, n) || !num::mul(d1, d2, d)) return NumStatus::overflow;
  out = Rational::normalised(a.negative() != b.negative(), n, d);
  return NumStatus::ok;
}

/// out = a / b.
GDLRT_NOINLINE constexpr NumStatus div(const Rational& a, const Rational& b, Rational& out) {
  if (b.sign() == 0) return NumStatus::division_by_zero;
  return mul(a, Rational::normalised(b.negative(), b.denominator(), b.numerator()), out);
}

/// out = a + b. Over the least common denominator; overflow is reported where an intermediate of
/// the unreduced sum does not fit.
GDLRT_NOINLINE constexpr NumStatus add(const Rational& a, const Rational& b, Rational& out) {
  U256 g = gcd(a.denominator(), b.denominator());
  U256 da, db, rest, na, nb, d;
  divide(a.denominator(), g, da, rest);
  divide(b.denominator(), g, db, rest);
  if (!num::mul(a.numerator(), db, na) || !num::mul(b.numerator(), da, nb) ||
      !num::mul(a.denominator(), db, d)) {
    return NumStatus::overflow;
  }
  U256 n;
  bool negative = a.negative();
  if (a.negative() == b.negative()) {
    if (!num::add(na, nb, n)) return NumStatus::overflow;
  } else if (compare(na, nb) >= 0) {
    (void)num::sub(na, nb, n);
  } else {
    (void)num::sub(nb, na, n);
    negative = b.negative();
  }
  out = Rational::normalised(negative, n, d);
  return NumStatus::ok;
}

/// out = a - b.
constexpr NumStatus sub(const Rational& a, const Rational& b, Rational& out) {
  return add(a, negate(b), out);
}

/// 10^n for 0 <= n <= 77; anything else gives false.
constexpr bool power_of_ten(int n, U256& out) {
  if (n < 0 || n > 77) return false;
  out = U256::from_u64(1);
  for (int i = 0; i < n; ++i) {
    U256 next;
    if (!mul(out, U256::from_u64(10), next)) return false;
    out = next;
  }
  return true;
}

/// Reads a number of exactly the JSON grammar ("-1.50e3"; no "+1", no ".5", no "1.").
GDLRT_NOINLINE constexpr NumStatus parse_decimal(const char* text, size_t size, Rational& out) {
  size_t i = 0;
  auto digit = [&](size_t k) { return k < size && text[k] >= '0' && text[k] <= '9'; };
  bool negative = i < size && text[i] == '-';
  if (negative) ++i;
  if (!digit(i)) return NumStatus::malformed;
  if (text[i] == '0' && digit(i + 1)) return NumStatus::malformed;
  U256 mantissa;
  int digits = 0;    // significant digits taken into the mantissa
  int zeros = 0;     // zeros seen after them, not yet taken
  int exponent = 0;  // of ten, for the mantissa as taken
  bool fraction = false;
  bool too_many = false;
  for (; i < size; ++i) {
    if (text[i] == '.' && !fraction) {
      if (!digit(i + 1)) return NumStatus::malformed;
      fraction = true;
      continue;
    }
    if (!digit(i)) break;
    // Counts saturate: past these bounds the answer is too_many_digits anyway.
    if (fraction && exponent > -100000) --exponent;
    if (text[i] == '0') {
      if (digits > 0 && zeros < 100000) ++zeros;
      continue;
    }
    int take = digits == 0 ? 1 : zeros + 1;
    if (digits + take > kMaxDigits) {
      too_many = true;
      continue;
    }
    for (int k = 0; k < take; ++k) {
      uint64_t carry = k + 1 == take ? static_cast<uint64_t>(text[i] - '0') : 0;
      for (uint32_t& limb : mantissa.limb) {
        carry += static_cast<uint64_t>(limb) * 10;
        limb = static_cast<uint32_t>(carry);
        carry >>= 32;
      }
    }
    digits += take;
    zeros = 0;
  }
  exponent += zeros;  // trailing zeros move into the exponent
  if (i < size && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool down = i < size && text[i] == '-';
    if (i < size && (text[i] == '-' || text[i] == '+')) ++i;
    if (!digit(i)) return NumStatus::malformed;
    int e = 0;
    for (; digit(i); ++i) {
      if (e < 1000000) e = e * 10 + (text[i] - '0');
    }
    exponent += down ? -e : e;
  }
  if (i != size) return NumStatus::malformed;
  if (too_many) return NumStatus::too_many_digits;
  if (mantissa.is_zero()) {
    out = Rational();
    return NumStatus::ok;
  }
  if (exponent > kMaxExponent || exponent < -kMaxExponent) return NumStatus::too_many_digits;
  U256 scale;
  if (!power_of_ten(exponent < 0 ? -exponent : exponent, scale)) return NumStatus::overflow;
  U256 numerator = mantissa;
  if (exponent > 0 && !mul(mantissa, scale, numerator)) return NumStatus::overflow;
  out = Rational::normalised(negative, numerator, exponent < 0 ? scale : U256::from_u64(1));
  return NumStatus::ok;
}

/// Writes the exact decimal text without exponent ("0.1", "-3") where the expansion ends within 78
/// digits, else "n/d". Always ends with NUL if cap > 0. Gives the length without the NUL, which is
/// below kMaxFormat; a smaller buffer gets a prefix.
GDLRT_NOINLINE constexpr size_t format(const Rational& value, char* buffer, size_t cap) {
  char text[kMaxFormat] = {};
  size_t n = 0;
  auto put = [&](char c) {
    if (n + 1 < kMaxFormat) text[n++] = c;
  };
  auto put_integer = [&](U256 v, int at_least) {
    char reversed[80] = {};
    int k = 0;
    while (!v.is_zero() || k < at_least) {
      reversed[k++] = static_cast<char>('0' + divide_small(v, 10));
    }
    while (k > 0) put(reversed[--k]);
  };
  if (value.negative()) put('-');
  // The number of decimals is the greater of the powers of 2 and 5 in the denominator.
  U256 d = value.denominator();
  int decimals[2] = {0, 0};
  const uint32_t primes[2] = {2, 5};
  for (int p = 0; p < 2; ++p) {
    while (true) {
      U256 q = d;
      if (divide_small(q, primes[p]) != 0) break;
      d = q;
      ++decimals[p];
    }
  }
  int places = decimals[0] > decimals[1] ? decimals[0] : decimals[1];
  U256 whole, rest;
  divide(value.numerator(), value.denominator(), whole, rest);
  U256 scale, product, tail, zero;
  bool terminates = d.is_one() && power_of_ten(places, scale) && mul(rest, scale, product);
  if (terminates) {
    put_integer(whole, 1);
    if (places > 0) {
      divide(product, value.denominator(), tail, zero);
      put('.');
      put_integer(tail, places);
    }
  } else {
    put_integer(value.numerator(), 1);
    put('/');
    put_integer(value.denominator(), 1);
  }
  if (cap > 0) {
    size_t k = n < cap - 1 ? n : cap - 1;
    for (size_t i = 0; i < k; ++i) buffer[i] = text[i];
    buffer[k] = 0;
  }
  return n;
}

}  // namespace gdlrt::num
