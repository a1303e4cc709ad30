// The C ABI: see gdlrt/gdlrt.h, which is its manual.
#include "gdlrt/gdlrt.h"

#include "answer.h"
#include "disassemble.h"

#include "possible.h"

namespace {

constexpr size_t kProgramOffset = (sizeof(gdlrt_program) + 15) & ~size_t{15};

gdlrt_status refuse(const gdlrt::Refusal& why, gdlrt_write write, void* context) {
  gdlrt::Problems problems(write, context, nullptr);
  problems.begin(0, "GDL7003", "bad-program") << why.message;
  problems.end(nullptr, why.help);
  return problems.finish() ? GDLRT_BAD_PROGRAM : GDLRT_STOPPED;
}

/// Opens `bytes` into `block`, and frees the block if they are no program.
gdlrt_status open_into(uint8_t* block, const uint8_t* bytes, size_t size, gdlrt_program** out,
                       gdlrt_write write, void* context) {
  auto* program = reinterpret_cast<gdlrt_program*>(block);
  gdlrt::Refusal why;
  gdlrt_status status = gdlrt::open_program(bytes, size, program->program, why);
  if (status == GDLRT_OK) {
    *out = program;
    return status;
  }
  free(block);
  return status == GDLRT_BAD_PROGRAM ? refuse(why, write, context) : status;
}

}  // namespace

extern "C" {

uint32_t gdlrt_version(void) { return GDLRT_VERSION; }

gdlrt_status gdlrt_program_load(const void* bytes, size_t size, gdlrt_program** out,
                                gdlrt_write write_error, void* errors) {
  if (out == nullptr || (bytes == nullptr && size > 0)) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  // A foreign file is refused before its size is asked of malloc.
  gdlrt::Refusal why;
  if (!gdlrt::check_header(static_cast<const uint8_t*>(bytes), size, why)) {
    return refuse(why, write_error, errors);
  }
  if (size > SIZE_MAX - kProgramOffset) return GDLRT_NO_MEMORY;
  auto* block = static_cast<uint8_t*>(malloc(kProgramOffset + size));
  if (block == nullptr) return GDLRT_NO_MEMORY;
  memcpy(block + kProgramOffset, bytes, size);
  return open_into(block, block + kProgramOffset, size, out, write_error, errors);
}

gdlrt_status gdlrt_program_load_in_place(const void* bytes, size_t size, gdlrt_program** out,
                                         gdlrt_write write_error, void* errors) {
  if (out == nullptr || (bytes == nullptr && size > 0)) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  auto* block = static_cast<uint8_t*>(malloc(sizeof(gdlrt_program)));
  if (block == nullptr) return GDLRT_NO_MEMORY;
  return open_into(block, static_cast<const uint8_t*>(bytes), size, out, write_error, errors);
}

void gdlrt_program_free(gdlrt_program* program) { free(program); }

gdlrt_status gdlrt_evaluate_json(const gdlrt_program* program, const char* json, size_t size,
                                 const gdlrt_eval_options* options, gdlrt_write write_answer,
                                 void* answer, gdlrt_write write_error, void* errors) {
  if (program == nullptr || (json == nullptr && size > 0) || write_answer == nullptr) {
    return GDLRT_BAD_ARGUMENT;
  }
  gdlrt_eval_options settings{};
  if (options != nullptr) {
    // A caller built against an earlier version hands a smaller struct: what it lacks stays zero.
    if (options->size < sizeof options->size) return GDLRT_BAD_ARGUMENT;
    memcpy(&settings, options, options->size < sizeof settings ? options->size : sizeof settings);
  }
  gdlrt::Arena arena;
  gdlrt::Problems problems(write_error, errors, json);
  gdlrt::Case facts;
  gdlrt_status status = gdlrt::read_case(program->program, arena, json, size, facts, problems);
  // An impossible patient is reported beside what else is wrong, as far as the good facts tell.
  if (facts.facts != nullptr && status == GDLRT_BAD_CASE) {
    gdlrt_status checked = gdlrt::report_impossible(program->program, facts, arena, problems);
    if (checked == GDLRT_NO_MEMORY) status = checked;
  }
  if (status == GDLRT_OK) {
    status = gdlrt::put_defaults(program->program, facts, arena);
  }
  if (status != GDLRT_OK) return problems.finish() ? status : GDLRT_STOPPED;
  gdlrt::Out out(write_answer, answer);
  status = gdlrt::answer(
      program->program, facts, arena,
      {settings.audience, settings.locale, settings.steps, settings.explain != 0}, out);
  if (status != GDLRT_BAD_CASE) return status;
  // No default is in: one is put in only where somebody possible has been found.
  gdlrt_status reported = gdlrt::report_impossible(program->program, facts, arena, problems);
  if (reported == GDLRT_OK) gdlrt::report_excluded(problems);
  if (reported == GDLRT_NO_MEMORY) status = reported;
  return problems.finish() ? status : GDLRT_STOPPED;
}

gdlrt_status gdlrt_disassemble(const gdlrt_program* program, gdlrt_write write, void* context) {
  if (program == nullptr || write == nullptr) return GDLRT_BAD_ARGUMENT;
  gdlrt::Out out(write, context);
  gdlrt::disassemble(program->program, out);
  return out.flush() ? GDLRT_OK : GDLRT_STOPPED;
}

}  // extern "C"
