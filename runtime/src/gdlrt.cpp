// The C ABI: see gdlrt/gdlrt.h, which is its manual.
#include "gdlrt/gdlrt.h"

#include "answer.h"
#include "disassemble.h"

/// One block: this, then the bytes of the file, 8-aligned.
struct gdlrt_program {
  gdlrt::Program program;
};

namespace {

constexpr size_t kProgramOffset = (sizeof(gdlrt_program) + 15) & ~size_t{15};

}  // namespace

extern "C" {

uint32_t gdlrt_version(void) { return 100; }

gdlrt_status gdlrt_program_load(const void* bytes, size_t size, gdlrt_program** out,
                                gdlrt_write write_error, void* errors) {
  if (out == nullptr || (bytes == nullptr && size > 0)) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  if (size > 0xffffffffu) size = 0xffffffffu;  // the header's size cannot fit: refused below
  auto* block = static_cast<uint8_t*>(malloc(kProgramOffset + size + 1));
  if (block == nullptr) return GDLRT_NO_MEMORY;
  auto* program = reinterpret_cast<gdlrt_program*>(block);
  if (size > 0) memcpy(block + kProgramOffset, bytes, size);
  const char* why = "";
  if (!gdlrt::open_program(block + kProgramOffset, size, program->program, why)) {
    gdlrt::Problems problems(write_error, errors, nullptr);
    problems.begin(0, "GDL7003", "bad-program") << why;
    problems.end(nullptr, "build it again with `gdlc build`");
    free(block);
    return GDLRT_BAD_PROGRAM;
  }
  *out = program;
  return GDLRT_OK;
}

void gdlrt_program_free(gdlrt_program* program) { free(program); }

gdlrt_status gdlrt_evaluate_json(const gdlrt_program* program, const char* json, size_t size,
                                 const gdlrt_eval_options* options, gdlrt_write write_answer,
                                 void* answer, gdlrt_write write_error, void* errors) {
  if (program == nullptr || (json == nullptr && size > 0) || write_answer == nullptr) {
    return GDLRT_BAD_ARGUMENT;
  }
  gdlrt::AnswerOptions settings;
  if (options != nullptr) {
    if (options->size < sizeof(gdlrt_eval_options)) return GDLRT_BAD_ARGUMENT;
    settings.audience = options->audience;
    settings.locale = options->locale;
  }
  gdlrt::Arena arena;
  gdlrt::Problems problems(write_error, errors, json);
  gdlrt::Case facts;
  if (!gdlrt::read_case(program->program, arena, json, size, facts, problems)) {
    return arena.failed() ? GDLRT_NO_MEMORY : GDLRT_BAD_CASE;
  }
  gdlrt::apply_defaults(program->program, facts);
  gdlrt_status status = gdlrt::check_case(program->program, facts, arena, problems);
  if (status != GDLRT_OK) return status;
  gdlrt::Out out(write_answer, answer);
  return gdlrt::answer(program->program, facts, arena, settings, out);
}

gdlrt_status gdlrt_disassemble(const gdlrt_program* program, gdlrt_write write, void* context) {
  if (program == nullptr || write == nullptr) return GDLRT_BAD_ARGUMENT;
  gdlrt::Out out(write, context);
  gdlrt::disassemble(program->program, out);
  return out.flush() ? GDLRT_OK : GDLRT_STOPPED;
}

}  // extern "C"
