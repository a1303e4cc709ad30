// How near a misspelt name is to another, for "did you mean".
#pragma once

#include <stddef.h>
#include <string.h>

namespace gdlrt {

/// The greatest edit distance for which a name is suggested.
inline constexpr size_t kNear = 3;
inline constexpr size_t kNameLimit = 64;

/// Edit distance of two names, or kNear + 1 if it is greater or a name is very long.
inline size_t distance(const char* a, size_t n, const char* b) {
  size_t m = strlen(b);
  if (n > kNameLimit || m > kNameLimit) return kNear + 1;
  size_t row[kNameLimit + 1];
  for (size_t k = 0; k <= m; ++k) row[k] = k;
  for (size_t i = 1; i <= n; ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t k = 1; k <= m; ++k) {
      size_t up = row[k];
      size_t best = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
      if (up + 1 < best) best = up + 1;
      if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
      diagonal = up;
      row[k] = best;
    }
  }
  return row[m];
}

}  // namespace gdlrt
