// See patience.h.
#include "patience.h"

#include <algorithm>

#include "support/limits.h"

namespace gdl::analysis {

bool Patience::spent() {
  if (spent_.load(std::memory_order_relaxed)) return true;
  if (!options_.cancelled) return false;
  // Whoever asks is not asked twice at once, and nobody waits for the answer.
  std::unique_lock<std::mutex> lock(asking_, std::try_to_lock);
  if (lock.owns_lock() && options_.cancelled()) spent_ = true;
  return spent_.load(std::memory_order_relaxed);
}

std::uint64_t Patience::scaled(std::int64_t at_default) const {
  constexpr double kMost = 1e15;
  return static_cast<std::uint64_t>(
      std::min(kMost, static_cast<double>(at_default) * static_cast<double>(options_.effort) /
                          static_cast<double>(limits::effort)));
}

space::Allowance Patience::allowance() {
  return {options_.effort, scaled(limits::conflicts), scaled(limits::proof_bytes),
          options_.checking.value_or(scaled(limits::checking)), asked()};
}

}  // namespace gdl::analysis
