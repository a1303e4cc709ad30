// UTF-8 text: whether it is valid, and where it may be cut.
#pragma once

#include <stddef.h>

namespace gdlrt {

/// The first byte that is not part of UTF-8 text (RFC 3629: no overlong forms, no surrogates), or `size`.
inline size_t invalid_utf8(const char* text, size_t size) {
  size_t i = 0;
  auto byte = [&](size_t k) { return k < size ? static_cast<unsigned char>(text[k]) : 0u; };
  while (i < size) {
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
  return size;
}

/// The longest beginning of at most `limit` bytes that does not end inside a character.
inline size_t utf8_prefix(const char* text, size_t size, size_t limit) {
  if (size <= limit) return size;
  size_t n = limit;
  while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xc0) == 0x80) --n;
  return n;
}

}  // namespace gdlrt
