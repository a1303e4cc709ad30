// See runtime.h.
#include "runtime.h"

#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "compile.h"
#include "targets.h"

namespace gdl::fuzz {

namespace {

int append(void* context, const char* text, size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

/// Problems are objects, one a line, each with a message.
bool problems(const std::string& text) {
  if (text.empty() || text.back() != '\n') return false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    auto line =
        nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                              text.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (!line.is_object() || !line.contains("message")) return false;
    at = end + 1;
  }
  return true;
}

}  // namespace

Loaded::Loaded(const std::uint8_t* bytes, std::size_t size)
    : memory_(static_cast<std::uint8_t*>(std::malloc(size == 0 ? 1 : size))) {
  if (size > 0) std::memcpy(memory_, bytes, size);
  gdlrt_status status = gdlrt_program_load_in_place(memory_, size, &program, append, &problem);
  if ((status == GDLRT_OK) != (program != nullptr)) broken("a load without program or reason");
  if (status != GDLRT_OK && (status != GDLRT_BAD_PROGRAM || !problems(problem))) {
    broken("a refusal without reason: " + problem);
  }
}

Loaded::~Loaded() {
  gdlrt_program_free(program);
  std::free(memory_);
}

std::vector<std::unique_ptr<Loaded>> programs_of_subjects() {
  std::vector<std::unique_ptr<Loaded>> out;
  for (const std::string& text : subjects()) {
    driver::Compilation c = load(text);
    if (c.type_errors) broken("a guideline of the fuzzer's own has errors:\n" + text);
    std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
    out.push_back(std::make_unique<Loaded>(bytes.data(), bytes.size()));
  }
  return out;
}

void evaluate(const gdlrt_program* program, const std::string& json) {
  std::string answer;
  std::string errors;
  gdlrt_eval_options options{sizeof options, "patient", "de-CH", 20000, 1, nullptr, 0, nullptr};
  gdlrt_status status = gdlrt_evaluate_json(program, json.data(), json.size(), &options, append,
                                            &answer, append, &errors);
  if (status == GDLRT_OK) {
    if (!nlohmann::json::accept(answer)) broken("an answer that is no JSON: " + answer);
    if (!errors.empty()) broken("an answer with problems: " + errors);
    return;
  }
  // With a loaded program and enough memory, only the case can be at fault.
  if (status == GDLRT_BAD_PROGRAM || status == GDLRT_NO_MEMORY || status == GDLRT_STOPPED ||
      status == GDLRT_BAD_ARGUMENT) {
    broken("an evaluation ends with status " + std::to_string(status));
  }
  if (!answer.empty()) broken("a case that is refused and answered: " + answer);
  if (!problems(errors)) broken("a case refused without a reason: " + errors);
}

void disassemble(const gdlrt_program* program) {
  std::string text;
  if (gdlrt_disassemble(program, append, &text) != GDLRT_OK) broken("a program without listing");
}

}  // namespace gdl::fuzz
