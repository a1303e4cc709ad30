// How much random testing is asked for (docs/contributing.md).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

namespace gdl::test {

inline std::optional<std::uint64_t> asked_for(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

/// How many random guidelines a test makes: GDL_FUZZ_COUNT, or the usual number GDL_FUZZ_TIMES over (0.5: half of them),
/// at least one.
inline std::size_t fuzz_count(std::size_t usual) {
  if (auto count = asked_for("GDL_FUZZ_COUNT")) return static_cast<std::size_t>(*count);
  const char* times = std::getenv("GDL_FUZZ_TIMES");
  if (times == nullptr) return usual;
  return std::max(std::size_t{1}, static_cast<std::size_t>(static_cast<double>(usual) *
                                                           std::strtod(times, nullptr)));
}

/// GDL_FUZZ_SEED, or 1.
inline std::uint64_t fuzz_seed() { return asked_for("GDL_FUZZ_SEED").value_or(1); }

}  // namespace gdl::test
