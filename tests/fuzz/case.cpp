// Target `case`: any JSON against fixed programs.
#include "runtime.h"
#include "targets.h"

namespace gdl::fuzz {

void eval_case(const std::uint8_t* bytes, std::size_t size) {
  static const std::vector<std::unique_ptr<Loaded>> programs = programs_of_subjects();
  if (size == 0) return;
  evaluate(programs[bytes[0] % programs.size()]->program,
           std::string(reinterpret_cast<const char*>(bytes) + 1, size - 1));
}

}  // namespace gdl::fuzz
