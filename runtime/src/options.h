// Structs of the ABI that begin with their size: those of earlier versions are smaller, those of later ones larger.
#pragma once

#include <stddef.h>
#include <string.h>

#include "gdlrt/gdlrt.h"

namespace gdlrt {

/// What the caller set, the rest zero; false if it has no size. None at all is all zero.
template <class T>
bool take_options(const T* given, T& out) {
  if (given == nullptr) return true;
  if (given->size < sizeof given->size) return false;
  memcpy(&out, given, given->size < sizeof out ? given->size : sizeof out);
  return true;
}

/// As much as the caller has room for; his size stays. GDLRT_BAD_ARGUMENT if it has none.
template <class T>
gdlrt_status fill(T* out, T what) {
  if (out == nullptr || out->size < sizeof out->size) return GDLRT_BAD_ARGUMENT;
  what.size = out->size;
  memcpy(out, &what, out->size < sizeof what ? out->size : sizeof what);
  return GDLRT_OK;
}

}  // namespace gdlrt
