// Fixed-width unsigned integers of 256 bits with 512-bit products, in 32-bit limbs so that the same
// source builds where there is no 128-bit integer. Nothing wraps: every operation that can overflow
// says so. Schoolbook algorithms: the numbers are a handful of limbs long.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace gdlrt::num {

/// An unsigned integer of N 32-bit limbs, least significant first.
template <size_t N>
struct Wide {
  uint32_t limb[N] = {};

  static constexpr Wide from_u64(uint64_t v) {
    Wide w;
    w.limb[0] = static_cast<uint32_t>(v);
    w.limb[1] = static_cast<uint32_t>(v >> 32);
    return w;
  }
  [[nodiscard]] constexpr bool is_zero() const {
    for (size_t i = 0; i < N; ++i) {
      if (limb[i] != 0) return false;
    }
    return true;
  }
  [[nodiscard]] constexpr bool fits_u64() const {
    for (size_t i = 2; i < N; ++i) {
      if (limb[i] != 0) return false;
    }
    return true;
  }
  [[nodiscard]] constexpr uint64_t low64() const {
    return (static_cast<uint64_t>(limb[1]) << 32) | limb[0];
  }
  /// Limbs in use: 0 for zero.
  [[nodiscard]] constexpr size_t length() const {
    size_t n = N;
    while (n > 0 && limb[n - 1] == 0) --n;
    return n;
  }
  [[nodiscard]] constexpr bool is_one() const { return limb[0] == 1 && length() == 1; }
};

using U256 = Wide<8>;
using U512 = Wide<16>;

/// <0, 0, >0 as a is less than, equal to, greater than b.
template <size_t N>
constexpr int compare(const Wide<N>& a, const Wide<N>& b) {
  for (size_t i = N; i-- > 0;) {
    if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i] ? -1 : 1;
  }
  return 0;
}

/// out = a + b; false on overflow.
template <size_t N>
constexpr bool add(const Wide<N>& a, const Wide<N>& b, Wide<N>& out) {
  uint64_t carry = 0;
  for (size_t i = 0; i < N; ++i) {
    carry += static_cast<uint64_t>(a.limb[i]) + b.limb[i];
    out.limb[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  return carry == 0;
}

/// out = a - b; false if b > a.
template <size_t N>
constexpr bool sub(const Wide<N>& a, const Wide<N>& b, Wide<N>& out) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < N; ++i) {
    uint64_t d = static_cast<uint64_t>(a.limb[i]) - b.limb[i] - borrow;
    out.limb[i] = static_cast<uint32_t>(d);
    borrow = (d >> 32) != 0 ? 1 : 0;
  }
  return borrow == 0;
}

/// The exact product: 2N limbs always suffice.
template <size_t N>
constexpr Wide<2 * N> multiply(const Wide<N>& a, const Wide<N>& b) {
  Wide<2 * N> out;
  size_t na = a.length();
  size_t nb = b.length();
  for (size_t i = 0; i < na; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < nb; ++j) {
      carry += static_cast<uint64_t>(a.limb[i]) * b.limb[j] + out.limb[i + j];
      out.limb[i + j] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    out.limb[i + nb] = static_cast<uint32_t>(carry);
  }
  return out;
}

/// out = the low N limbs of v; false if anything lies above them.
template <size_t N>
constexpr bool narrow(const Wide<2 * N>& v, Wide<N>& out) {
  for (size_t i = 0; i < N; ++i) out.limb[i] = v.limb[i];
  for (size_t i = N; i < 2 * N; ++i) {
    if (v.limb[i] != 0) return false;
  }
  return true;
}

/// out = a * b; false on overflow.
template <size_t N>
constexpr bool mul(const Wide<N>& a, const Wide<N>& b, Wide<N>& out) {
  return narrow<N>(multiply(a, b), out);
}

/// Divides by a small number in place and gives the remainder; `d` is not 0.
template <size_t N>
constexpr uint32_t divide_small(Wide<N>& a, uint32_t d) {
  uint64_t rest = 0;
  for (size_t i = N; i-- > 0;) {
    rest = (rest << 32) | a.limb[i];
    a.limb[i] = static_cast<uint32_t>(rest / d);
    rest %= d;
  }
  return static_cast<uint32_t>(rest);
}

/// quotient and remainder of a / b, b not zero (bit by bit: operands beyond 64 bits are rare).
template <size_t N>
constexpr void divide(const Wide<N>& a, const Wide<N>& b, Wide<N>& quotient, Wide<N>& remainder) {
  quotient = Wide<N>();
  remainder = Wide<N>();
  if (a.fits_u64() && b.fits_u64()) {
    quotient = Wide<N>::from_u64(a.low64() / b.low64());
    remainder = Wide<N>::from_u64(a.low64() % b.low64());
    return;
  }
  if (b.length() == 1) {
    quotient = a;
    remainder.limb[0] = divide_small(quotient, b.limb[0]);
    return;
  }
  for (size_t i = a.length() * 32; i-- > 0;) {
    uint32_t carry = (a.limb[i / 32] >> (i % 32)) & 1u;  // remainder = remainder * 2 + bit
    uint32_t out = 0;
    for (size_t k = 0; k < N; ++k) {
      uint32_t top = remainder.limb[k] >> 31;
      remainder.limb[k] = (remainder.limb[k] << 1) | carry;
      carry = top;
    }
    out = carry;  // a bit beyond N limbs: the remainder is certainly larger than b
    if (out != 0 || compare(remainder, b) >= 0) {
      Wide<N> less;
      (void)sub(remainder, b, less);  // wraps by design when `out` is set: the true value fits
      remainder = less;
      quotient.limb[i / 32] |= 1u << (i % 32);
    }
  }
}

/// Greatest common divisor; gcd(0, b) = b.
template <size_t N>
constexpr Wide<N> gcd(Wide<N> a, Wide<N> b) {
  while (!b.is_zero()) {
    if (a.fits_u64() && b.fits_u64()) {
      uint64_t x = a.low64();
      uint64_t y = b.low64();
      while (y != 0) {
        uint64_t r = x % y;
        x = y;
        y = r;
      }
      return Wide<N>::from_u64(x);
    }
    Wide<N> q;
    Wide<N> r;
    divide(a, b, q, r);
    a = b;
    b = r;
  }
  return a;
}

}  // namespace gdlrt::num
