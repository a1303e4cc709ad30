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

/// A list of the caller's as `out` has it, each struct as take_options takes it; null, or why it is refused. All are as large
/// as the first, since that is how far apart they lie.
template <class T>
const char* take_list(const T* given, size_t count, T* out) {
  const char* at = reinterpret_cast<const char*>(given);
  for (size_t i = 0; i < count; ++i, at += given->size) {
    size_t size = 0;
    memcpy(&size, at, sizeof size);
    if (size < sizeof size) return "a struct of the list has no size";
    if (size != given->size) return "the structs of the list are of different sizes";
    memcpy(out + i, at, size < sizeof *out ? size : sizeof *out);
    out[i].size = sizeof *out;
  }
  return nullptr;
}

/// The same of structs that each name a fact; `unnamed`: what is said of one that does not.
template <class T>
const char* take_facts(const T* given, size_t count, T* out, const char* unnamed) {
  const char* why = take_list(given, count, out);
  for (size_t i = 0; i < count && why == nullptr; ++i) {
    if (out[i].fact == nullptr) why = unnamed;
  }
  return why;
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
