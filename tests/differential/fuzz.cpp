// How much random testing is asked for: see support/patients.h.
#include <cstdlib>

#include "patients.h"

namespace gdl::test {

std::size_t fuzz_count(std::size_t usual) {
  const char* text = std::getenv("GDL_FUZZ_COUNT");
  return text != nullptr ? static_cast<std::size_t>(std::strtoull(text, nullptr, 10)) : usual;
}

std::uint64_t fuzz_seed() {
  const char* text = std::getenv("GDL_FUZZ_SEED");
  return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

}  // namespace gdl::test
