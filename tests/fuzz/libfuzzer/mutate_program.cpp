// Mutations of programs by words, rows and sections, beside libFuzzer's own on bytes (one in three): most of a
// program is indices, and one that is a little off is what the verifier must notice.
#include <cstring>

#include "damage.h"
#include "targets.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* bytes, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* bytes, std::size_t size,
                                               std::size_t most, unsigned int seed) {
  gdl::test::Random random(seed);
  if (size <= gdl::test::kSmallestDamaged || random.one_in(3)) {
    return LLVMFuzzerMutate(bytes, size, most);
  }
  std::vector<std::uint8_t> out(bytes, bytes + size);
  gdl::test::damage(out, random);
  if (out.empty() || out.size() > most) return LLVMFuzzerMutate(bytes, size, most);
  std::memcpy(bytes, out.data(), out.size());
  return out.size();
}
