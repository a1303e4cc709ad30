// How much random testing is asked for (docs/contributing.md).
#pragma once

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

/// How many random guidelines a test makes: GDL_FUZZ_COUNT, or the usual number GDL_FUZZ_TIMES over.
inline std::size_t fuzz_count(std::size_t usual) {
  if (auto count = asked_for("GDL_FUZZ_COUNT")) return static_cast<std::size_t>(*count);
  return usual * static_cast<std::size_t>(asked_for("GDL_FUZZ_TIMES").value_or(1));
}

/// GDL_FUZZ_SEED, or 1.
inline std::uint64_t fuzz_seed() { return asked_for("GDL_FUZZ_SEED").value_or(1); }

}  // namespace gdl::test
