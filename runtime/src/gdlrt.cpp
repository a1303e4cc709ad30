// Loading and evaluating through the C ABI: see gdlrt/gdlrt.h, which is its manual.
#include "gdlrt/gdlrt.h"

#include "answer.h"
#include "audit.h"
#include "disassemble.h"
#include "document.h"
#include "handle.h"
#include "hash.h"
#include "options.h"
#include "possible.h"

namespace gdlrt {

namespace {

constexpr size_t kProgramOffset = (sizeof(gdlrt_program) + 15) & ~size_t{15};

gdlrt_status refuse(const Refusal& why, gdlrt_write write, void* context) {
  Problems problems(write, context, nullptr);
  problems.begin(0, "GDL7003", "bad-program") << why.message;
  problems.end(nullptr, why.help);
  return problems.finish() ? GDLRT_BAD_PROGRAM : GDLRT_STOPPED;
}

gdlrt_status load(const uint8_t* bytes, size_t size, const Memory& memory, bool in_place,
                  gdlrt_program** out, gdlrt_write write, void* context) {
  Refusal why;
  // A foreign file is refused before its size is asked of the memory.
  if (!check_header(bytes, size, why)) return refuse(why, write, context);
  size_t block_size = in_place ? sizeof(gdlrt_program) : kProgramOffset + size;
  if (block_size < sizeof(gdlrt_program)) return GDLRT_NO_MEMORY;
  auto* block = static_cast<uint8_t*>(memory.take(block_size));
  if (block == nullptr) return GDLRT_NO_MEMORY;
  if (!in_place) {
    memcpy(block + kProgramOffset, bytes, size);
    bytes = block + kProgramOffset;
  }
  auto* program = reinterpret_cast<gdlrt_program*>(block);
  program->memory = memory;
  program->size = block_size;
  Arena work(memory);
  gdlrt_status status = open_program(bytes, size, work, program->program, why);
  if (status == GDLRT_OK) {
    *out = program;
    return status;
  }
  memory.give(block, block_size);
  return status == GDLRT_BAD_PROGRAM ? refuse(why, write, context) : status;
}

/// The caller's options for an evaluation; false if they cannot be.
bool take(const gdlrt_eval_options* given, gdlrt_eval_options& out) {
  if (!take_options(given, out) || !Memory::sound(out.allocator)) return false;
  return reinterpret_cast<uintptr_t>(out.arena) % 16 == 0;
}

/// A case that is valid fact by fact, to its answer.
gdlrt_status evaluate(const Program& program, Case& facts, const gdlrt_eval_options& settings,
                      Arena& arena, Problems& problems, Out& out) {
  gdlrt_status status = put_defaults(program, facts, arena);
  if (status != GDLRT_OK) return status;
  status = answer(program, facts, arena,
                  {settings.audience, settings.locale, settings.steps, settings.explain != 0}, out);
  if (status != GDLRT_BAD_CASE) return status;
  // No default is in: one is put in only where somebody possible has been found.
  gdlrt_status reported = report_impossible(program, facts, arena, problems);
  if (reported == GDLRT_OK) report_excluded(problems);
  if (reported == GDLRT_NO_MEMORY) status = reported;
  return status;
}

/// Most evaluations need no second block. And one that adapts to the largest block that it was asked for, as glibc's malloc
/// does, keeps twice as much at hand: all blocks of an evaluation together, if the first is no smaller than what it has over.
constexpr size_t kFirstBlock = 262144;

/// Where an evaluation works: in the caller's arena, or in memory of its own.
Arena work_in(const gdlrt_eval_options& settings, const Memory& memory) {
  if (settings.arena != nullptr) return Arena(settings.arena, settings.arena_size);
  return Arena(memory, kFirstBlock);
}

gdlrt_status evaluate_json(const Program& program, Arena& arena, const char* json, size_t size,
                           const gdlrt_eval_options& settings, gdlrt_write write_answer,
                           void* answer, Problems& problems) {
  Case facts;
  gdlrt_status status = read_case(program, arena, json, size, facts, problems);
  // An impossible patient is reported beside what else is wrong, as far as the good facts tell.
  if (facts.facts != nullptr && status == GDLRT_BAD_CASE) {
    gdlrt_status checked = report_impossible(program, facts, arena, problems);
    if (checked == GDLRT_NO_MEMORY) status = checked;
  }
  if (status != GDLRT_OK) return status;
  Out out(write_answer, answer);
  return evaluate(program, facts, settings, arena, problems, out);
}

/// Evaluates, and hands over the record before what it records: what is not on record is not told.
gdlrt_status audit(const Program& program, const uint8_t* program_hash, const char* json,
                   size_t size, const gdlrt_eval_options& settings, gdlrt_write write_record,
                   void* record, gdlrt_write write_answer, void* answer, gdlrt_write write_error,
                   void* errors) {
  Arena arena = work_in(settings, Memory(settings.allocator));
  Collected told(arena);
  Collected wrong(arena);
  gdlrt_status status = GDLRT_OK;
  {
    Problems problems(Collected::append, &wrong, json);
    status =
        evaluate_json(program, arena, json, size, settings, Collected::append, &told, problems);
    (void)problems.finish();
  }
  // Only memory stops the collecting.
  if (status == GDLRT_STOPPED || told.failed() || wrong.failed()) return GDLRT_NO_MEMORY;
  if (status != GDLRT_OK && status != GDLRT_BAD_CASE) return status;
  bool answered = status == GDLRT_OK;
  const Collected& outcome = answered ? told : wrong;
  uint8_t computed[kHashSize];
  if (program_hash == nullptr) {
    sha256(program.bytes, program.size, computed);
    program_hash = computed;
  }
  Out line(write_record, record);
  audit_line(program, program_hash, settings,
             {json, size, answered, outcome.text(), outcome.size()}, line);
  if (!line.flush()) return GDLRT_STOPPED;
  Out rest(answered ? write_answer : write_error, answered ? answer : errors);
  rest.put(outcome.text(), outcome.size());
  return rest.flush() ? status : GDLRT_STOPPED;
}

gdlrt_status evaluate_case(gdlrt_case& c, const gdlrt_eval_options& settings, Problems& problems,
                           gdlrt_answer** out) {
  Memory memory = settings.allocator != nullptr ? Memory(settings.allocator) : c.memory;
  Arena arena = work_in(settings, memory);
  gdlrt_status status = refused_again(c, arena, problems);
  if (status != GDLRT_OK) return status;
  // Defaults are put into a copy; the masks are shared, since none is written to.
  Case facts = c.said;
  facts.facts = arena.array<FactState>(c.program.facts.count + size_t{1});
  if (facts.facts == nullptr) return GDLRT_NO_MEMORY;
  memcpy(facts.facts, c.said.facts, c.program.facts.count * sizeof(FactState));
  Collected text(arena);
  {
    Out sink(Collected::append, &text);
    status = evaluate(c.program, facts, settings, arena, problems, sink);
  }
  // Only memory stops the collecting.
  if (status == GDLRT_STOPPED || text.failed()) return GDLRT_NO_MEMORY;
  if (status != GDLRT_OK) return status;
  return make_answer(text, memory, settings.arena != nullptr ? &arena : nullptr, out);
}

}  // namespace

gdlrt_status refuse_file(const char* message, const char* help, gdlrt_write write, void* context) {
  return refuse({message, help}, write, context) == GDLRT_STOPPED ? GDLRT_STOPPED : GDLRT_BAD_FILE;
}

}  // namespace gdlrt

extern "C" {

uint32_t gdlrt_version(void) { return GDLRT_VERSION; }

gdlrt_status gdlrt_program_load_with(const void* bytes, size_t size,
                                     const gdlrt_load_options* options, gdlrt_program** out,
                                     gdlrt_write write_error, void* errors) {
  if (out == nullptr) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  gdlrt_load_options settings{};
  if ((bytes == nullptr && size > 0) || !gdlrt::take_options(options, settings) ||
      !gdlrt::Memory::sound(settings.allocator)) {
    return GDLRT_BAD_ARGUMENT;
  }
  return gdlrt::load(static_cast<const uint8_t*>(bytes), size, gdlrt::Memory(settings.allocator),
                     settings.in_place != 0, out, write_error, errors);
}

gdlrt_status gdlrt_program_load(const void* bytes, size_t size, gdlrt_program** out,
                                gdlrt_write write_error, void* errors) {
  return gdlrt_program_load_with(bytes, size, nullptr, out, write_error, errors);
}

gdlrt_status gdlrt_program_load_in_place(const void* bytes, size_t size, gdlrt_program** out,
                                         gdlrt_write write_error, void* errors) {
  gdlrt_load_options options{sizeof options, nullptr, 1};
  return gdlrt_program_load_with(bytes, size, &options, out, write_error, errors);
}

void gdlrt_program_free(gdlrt_program* program) {
  if (program == nullptr) return;
  gdlrt::Memory memory = program->memory;
  memory.give(program, program->size);
}

gdlrt_status gdlrt_evaluate_json(const gdlrt_program* program, const char* json, size_t size,
                                 const gdlrt_eval_options* options, gdlrt_write write_answer,
                                 void* answer, gdlrt_write write_error, void* errors) {
  gdlrt_eval_options settings{};
  if (program == nullptr || (json == nullptr && size > 0) || write_answer == nullptr ||
      !gdlrt::take(options, settings)) {
    return GDLRT_BAD_ARGUMENT;
  }
  gdlrt::Arena arena = gdlrt::work_in(settings, gdlrt::Memory(settings.allocator));
  gdlrt::Problems problems(write_error, errors, json);
  gdlrt_status status = gdlrt::evaluate_json(program->program, arena, json, size, settings,
                                             write_answer, answer, problems);
  return problems.finish() ? status : GDLRT_STOPPED;
}

gdlrt_status gdlrt_program_hash(const gdlrt_program* program, uint8_t* hash) {
  if (program == nullptr || hash == nullptr) return GDLRT_BAD_ARGUMENT;
  gdlrt::sha256(program->program.bytes, program->program.size, hash);
  return GDLRT_OK;
}

gdlrt_status gdlrt_audit_json(const gdlrt_program* program, const uint8_t* program_hash,
                              const char* json, size_t size, const gdlrt_eval_options* options,
                              gdlrt_write write_record, void* record, gdlrt_write write_answer,
                              void* answer, gdlrt_write write_error, void* errors) {
  gdlrt_eval_options settings{};
  if (program == nullptr || (json == nullptr && size > 0) || write_record == nullptr ||
      !gdlrt::take(options, settings)) {
    return GDLRT_BAD_ARGUMENT;
  }
  return gdlrt::audit(program->program, program_hash, json, size, settings, write_record, record,
                      write_answer, answer, write_error, errors);
}

gdlrt_status gdlrt_evaluate(gdlrt_case* c, const gdlrt_eval_options* options, gdlrt_answer** out) {
  if (out == nullptr) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  gdlrt_eval_options settings{};
  if (c == nullptr || !gdlrt::take(options, settings)) return GDLRT_BAD_ARGUMENT;
  gdlrt::Problems problems(c->write_error, c->errors, c->whole ? c->text : nullptr);
  gdlrt_status status = gdlrt::evaluate_case(*c, settings, problems, out);
  (void)problems.finish();
  return status;
}

gdlrt_status gdlrt_disassemble(const gdlrt_program* program, gdlrt_write write, void* context) {
  if (program == nullptr || write == nullptr) return GDLRT_BAD_ARGUMENT;
  gdlrt::Out out(write, context);
  gdlrt::disassemble(program->program, out);
  return out.flush() ? GDLRT_OK : GDLRT_STOPPED;
}

}  // extern "C"
