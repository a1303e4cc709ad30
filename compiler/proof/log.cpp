// See log.h.
#include "log.h"

#include <new>

namespace gdl::proof {

bool Log::append(const char* bytes, std::size_t n) noexcept {
  if (full_) return false;
  if (proof.steps.size() + n > limit_) {
    full_ = Unknown::Why::proof_bytes;
    return false;
  }
  try {
    proof.steps.append(bytes, n);
  } catch (const std::bad_alloc&) {
    full_ = Unknown::Why::memory;
  }
  return !full_;
}

}  // namespace gdl::proof
