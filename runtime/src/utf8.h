// UTF-8 text: whether it is valid, and where it may be cut.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace gdlrt {

/// Eight characters that are ASCII.
inline bool ascii_eight(const char* text) {
  uint64_t x = 0;
  memcpy(&x, text, sizeof x);
  return (x & 0x8080808080808080u) == 0;
}
/// Not 0 if some of eight characters need escaping in JSON. The high bit of each byte tells: of x - 0x20 that it is under
/// 0x20, of x - 1 that it is 0, once the byte's own high bit has been seen to be clear. A borrow goes to later bytes only, so
/// the first byte that is told of is one.
inline uint64_t escapes_in_eight(const char* text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHigh = 0x80 * kOnes;
  uint64_t x = 0;
  memcpy(&x, text, sizeof x);
  uint64_t quote = x ^ '"' * kOnes;
  uint64_t slash = x ^ '\\' * kOnes;
  uint64_t low = (x - 0x20 * kOnes) | (quote - kOnes) | (slash - kOnes);
  return (low & ~x) & kHigh;
}
/// How many of eight characters, from the first on, need no escaping in JSON.
inline size_t plain_of_eight(const char* text) {
  uint64_t told = escapes_in_eight(text);
  if (told == 0) return 8;
  const uint16_t probe = 1;
  uint8_t little = 0;
  memcpy(&little, &probe, 1);
  return static_cast<size_t>(little != 0 ? __builtin_ctzll(told) : __builtin_clzll(told)) / 8;
}

/// The first byte that is not part of UTF-8 text (RFC 3629: no overlong forms, no surrogates), or `size`.
inline size_t invalid_utf8(const char* text, size_t size) {
  size_t i = 0;
  auto byte = [&](size_t k) { return k < size ? static_cast<unsigned char>(text[k]) : 0u; };
  while (true) {
    while (size - i >= 8 && ascii_eight(text + i)) i += 8;
    if (i >= size) return size;
    unsigned c = byte(i);
    size_t more = c < 0x80                  ? 0
                  : (c >= 0xc2 && c < 0xe0) ? 1
                  : (c >= 0xe0 && c < 0xf0) ? 2
                  : (c >= 0xf0 && c < 0xf5) ? 3
                                            : 9;
    if (more == 9) return i;
    for (size_t k = 1; k <= more; ++k) {
      if ((byte(i + k) & 0xc0) != 0x80) return i;
    }
    unsigned second = byte(i + 1);
    if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second >= 0xa0) ||
        (c == 0xf0 && second < 0x90) || (c == 0xf4 && second >= 0x90)) {
      return i;
    }
    i += more + 1;
  }
}

/// The longest beginning of at most `limit` bytes that does not end inside a character.
inline size_t utf8_prefix(const char* text, size_t size, size_t limit) {
  if (size <= limit) return size;
  size_t n = limit;
  while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80) --n;
  return n;
}

}  // namespace gdlrt
