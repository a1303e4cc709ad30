// A gdlrt_write for texts that are kept.
#pragma once

#include <cstddef>
#include <string>

namespace gdlc {

/// A gdlrt_write: appends to the string that the context is.
inline int append(void* context, const char* text, std::size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

}  // namespace gdlc
