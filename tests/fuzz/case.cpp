// Target `case`: any JSON against fixed programs.
#include <memory>

#include "compile.h"
#include "runtime.h"
#include "targets.h"

namespace gdl::fuzz {

namespace {

std::vector<std::unique_ptr<Loaded>> load_all() {
  std::vector<std::unique_ptr<Loaded>> out;
  for (const std::string& text : subjects()) {
    driver::Compilation c = load(text);
    if (c.type_errors) broken("a guideline of the fuzzer's own has errors:\n" + text);
    std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
    out.push_back(std::make_unique<Loaded>(bytes.data(), bytes.size()));
  }
  return out;
}

}  // namespace

void eval_case(const std::uint8_t* bytes, std::size_t size) {
  static const std::vector<std::unique_ptr<Loaded>> programs = load_all();
  if (size == 0) return;
  evaluate(programs[bytes[0] % programs.size()]->program,
           std::string(reinterpret_cast<const char*>(bytes) + 1, size - 1));
}

}  // namespace gdl::fuzz
