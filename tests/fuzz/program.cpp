// Target `program`: any bytes as a .gdlb. What the frame refuses is tried once more with size and checksum
// made to fit, so that the verifier is reached and not the checksum alone.
#include <cstring>

#include "gdlrt/bytecode.h"
#include "runtime.h"
#include "targets.h"

namespace gdl::fuzz {

namespace {

/// Cases for any program; the last are for seeds, and miss the facts of most others.
const char* const kCases[] = {
    "{}",
    R"({"nobody":1,"age":{"not":[1,2]},"ps":{"at_least":1},"fever":null})",
    R"({"fever":true,"result":1})",
    R"({"fever":true,"severity":"severe","age":90,"weight":120,"drugs":["warfarin"],"result":6})",
    R"({"f0":true,"f1":{"in":[0,1]},"f2":null,"f3":{"below":2}})",
};

std::vector<std::uint8_t> fitted(const std::uint8_t* bytes, std::size_t size) {
  std::vector<std::uint8_t> out(bytes, bytes + size);
  out.resize(size / 8 * 8);
  if (out.size() < sizeof(gdlrt::Header)) return out;
  auto length = static_cast<std::uint32_t>(out.size());
  std::memcpy(out.data() + offsetof(gdlrt::Header, file_size), &length, sizeof length);
  std::uint64_t sum = gdlrt::checksum(out.data(), out.size());
  std::memcpy(out.data() + offsetof(gdlrt::Header, checksum), &sum, sizeof sum);
  return out;
}

bool answers(const std::uint8_t* bytes, std::size_t size) {
  Loaded loaded(bytes, size);
  if (loaded.program == nullptr) return false;
  disassemble(loaded.program);
  for (const char* input : kCases) evaluate(loaded.program, input);
  return true;
}

}  // namespace

void program(const std::uint8_t* bytes, std::size_t size) {
  if (answers(bytes, size)) return;
  std::vector<std::uint8_t> again = fitted(bytes, size);
  (void)answers(again.data(), again.size());
}

}  // namespace gdl::fuzz
