// See patience.h.
#include "patience.h"

namespace gdl::analysis {

bool Patience::spent() {
  if (spent_.load(std::memory_order_relaxed)) return true;
  if (!options_.cancelled) return false;
  // Whoever asks is not asked twice at once, and nobody waits for the answer.
  std::unique_lock<std::mutex> lock(asking_, std::try_to_lock);
  if (lock.owns_lock() && options_.cancelled()) spent_ = true;
  return spent_.load(std::memory_order_relaxed);
}

}  // namespace gdl::analysis
