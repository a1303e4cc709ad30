// The entry that libFuzzer calls; GDL_FUZZ_TARGET names the target.
#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  gdl::fuzz::GDL_FUZZ_TARGET(bytes, size);
  return 0;
}
