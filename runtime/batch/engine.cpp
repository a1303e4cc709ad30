// Preparing a program for batches, and the memory of one: see engine.h; what runs is batch.cpp.
#include <string.h>

#include "engine.h"
#include "fewer_diagrams.h"
#include "gdlrt/arrow.h"
#include "options.h"
#include "record.h"
#include "run_limits.h"

namespace {

using namespace gdlrt;
using namespace gdlrt::batch;

// A chunk is as large as the caches allow, for each step costs something apart from its rows, as much as some fifty words of
// them: registers stay in a core's own cache, and beside the rows in hand there is room for those that come next (Ahead).
// Of very many steps neither would fit whatever the chunk is: there the steps count, and registers may take what they need, up
// to kMostRegisterBytes.
constexpr uint32_t kMostWords = 128, kFewWords = 32, kLeastWords = 4, kManySteps = 16384;
constexpr size_t kRegisterBytes = 262144, kRowBytes = 163840, kMostRegisterBytes = size_t{16} << 20;

uint32_t chunk_words(const Schedule& schedule, View<Column> columns) {
  size_t row = 0;
  for (const Column& c : columns) row += raw_size(c.raw);
  size_t each = sizeof(uint64_t) * schedule.registers;  // of a word of rows
  uint32_t words = kMostWords;
  auto shrink = [&](bool fits, uint32_t least) {
    bool smaller = !fits && words > least;
    if (smaller) words /= 2;
    return smaller;
  };
  if (schedule.steps.count < kManySteps) {
    while (
        shrink(each * words <= kRegisterBytes && 64 * (row + 1) * words <= kRowBytes, kFewWords)) {
    }
  }
  while (shrink(2 * each * words <= kMostRegisterBytes, kLeastWords)) {
  }
  return words;
}

const Kernels* kernels_for(gdlrt_engine engine) {
  bool avx2 = false;
  bool avx512 = false;
#if defined(__GNUC__) && defined(__x86_64__)
  __builtin_cpu_init();
  avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi2") != 0 &&
         __builtin_cpu_supports("popcnt") != 0;
  avx512 = avx2 && __builtin_cpu_supports("avx512f") != 0 &&
           __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0;
#endif
  const Kernels* wide = avx512 ? avx512_kernels() : nullptr;
  const Kernels* middle = avx2 ? avx2_kernels() : nullptr;
  switch (engine) {
    case GDLRT_ENGINE_SCALAR: return scalar_kernels();
    case GDLRT_ENGINE_AVX2: return middle;
    case GDLRT_ENGINE_AVX512: return wide;
    case GDLRT_ENGINE_BEST:
      return wide != nullptr ? wide : middle != nullptr ? middle : scalar_kernels();
  }
  return nullptr;
}

}  // namespace

bool gdlrt_batch::make(const gdlrt_batch_plan& plan) {
  uint32_t words = plan.words;
  chunk.make(*plan.program, plan.columns, *plan.kernels, words, arena);
  boxes.make(plan.boxes, *plan.kernels, words, arena);
  ahead.make(plan.columns, arena);
  registers = line_aligned(arena, size_t{2} * plan.schedule.registers * words);
  bad = arena.array<uint64_t>(words);
  open = arena.array<uint64_t>(words);
  except = arena.array<uint64_t>(words);
  for (uint64_t*& o : offers) o = arena.array<uint64_t>(size_t{plan.undrawn_offers} * words + 1);
  counted = arena.array<uint64_t>(words);
  record = arena.array<uint8_t>(plan.record_size + 1);
  answers = arena.array<uint64_t>(size_t{128} * plan.mask_words + 1);
  single = arena.array<uint64_t>(words);
  somebody = arena.array<uint64_t>(words);
  tried = arena.array<uint64_t>(size_t{plan.undrawn} * 2 * words + 1);
  outputs = arena.array<Target>(plan.undrawn + size_t{1});
  data = arena.array<gdlrt_column_data>(plan.columns.count + size_t{1});
  if (plan.arrow) {
    codes = arena.array<uint8_t>(size_t{plan.columns.count} * GDLRT_DICTIONARY + 1);
    offsets = arena.array<const void*>(plan.columns.count + size_t{1});
  }
  size_t need = gdlrt_state_size(plan.records);
  void* memory = arena.take(need);
  return !arena.failed() && gdlrt_state_make(plan.records, memory, need, &state) == GDLRT_OK;
}

namespace {

constexpr size_t kBatchOffset = (sizeof(gdlrt_batch) + 63) & ~size_t{63};

/// How a record holds the column's value.
uint32_t record_raw(const gdlrt_column& column, Form form) {
  if (column.raw == GDLRT_RAW_BITS) return GDLRT_RAW_U8;
  return form == Form::f32 ? kRawSingle : column.raw;
}

/// What a batch needs, since outputs without diagrams have memory of their own.
gdlrt_status measure(gdlrt_batch_plan& plan) {
  plan.undrawn = plan.undrawn_offers = 0;
  const List<Step>& steps = plan.schedule.steps;
  for (const Step *s = steps.data, *end = s + steps.count; s != end; ++s) {
    if (s->kind != Step::Kind::out || plan.boxes.covers(s->output, s->index)) continue;
    ++plan.undrawn;
    if (s->output == Output::offer) plan.place[s->index] = plan.undrawn_offers++;
  }
  gdlrt_batch batch;
  if (!batch.make(plan)) return GDLRT_NO_MEMORY;
  plan.size = batch.arena.taken();
  return GDLRT_OK;
}

/// The columns as fields of a record: the bits that say what is unknown, then the values, 8 bytes each.
gdlrt_status make_records(const gdlrt_program* program, const gdlrt_column* columns, size_t count,
                          const Form* forms, gdlrt_batch_plan& plan, gdlrt_write write,
                          void* errors) {
  auto* fields = plan.arena.array<gdlrt_field>(count + 1);
  auto* offset = plan.arena.array<size_t>(count + 1);
  if (plan.arena.failed()) return GDLRT_NO_MEMORY;
  size_t at = (count + 7) / 8;
  for (size_t i = 0; i < count; ++i) {
    uint32_t raw = record_raw(columns[i], forms == nullptr ? Form::as_raw : forms[i]);
    fields[i] = {sizeof(gdlrt_field), columns[i].fact, raw, columns[i].scale, at, i / 8,
                 1u << i % 8};
    offset[i] = at;
    at += 8;
  }
  plan.field = offset;
  plan.record_size = at == 0 ? 1 : at;
  return gdlrt_plan_make(program, fields, count, plan.record_size, &plan.records, write, errors);
}

gdlrt_status make_plan(const gdlrt_program* handle, const gdlrt_column* given, size_t count,
                       const Form* forms, uint32_t wanted, gdlrt_batch_plan& plan,
                       gdlrt_write write, void* errors) {
  const Program& p = handle->program;
  auto* columns = plan.arena.array<gdlrt_column>(count + 1);
  if (columns == nullptr) return GDLRT_NO_MEMORY;
  const char* why = take_facts(given, count, columns, "a column names no fact");
  if (why != nullptr) return refuse_layout(nullptr, why, write, errors);
  gdlrt_status status = make_records(handle, columns, count, forms, plan, write, errors);
  if (status != GDLRT_OK) return status;
  auto* rows = plan.arena.array<Column>(count + 1);
  auto* column_of = plan.arena.array<uint32_t>(p.facts.count + size_t{1});
  if (plan.arena.failed()) return GDLRT_NO_MEMORY;
  for (uint32_t c = 0; c < count; ++c) {
    // The layout has been accepted as records: every fact is there, and every type fits.
    uint32_t fact = 0;
    while (strcmp(p.name(p.facts[fact].name), columns[c].fact) != 0) ++fact;
    column_of[fact] = c;
    if (columns[c].raw == GDLRT_RAW_BITS &&
        static_cast<FactKind>(p.facts[fact].kind) != FactKind::boolean) {
      return refuse_layout(columns[c].fact, "only yes/no is held as bits", write, errors);
    }
    if (forms != nullptr) rows[c].form = forms[c];
    uint32_t raw = record_raw(columns[c], rows[c].form);
    (void)make_reading(p, fact, raw, columns[c].scale, plan.arena, rows[c].reading);
    rows[c].raw = columns[c].raw;
    if (rows[c].form == Form::u64 && !rows[c].reading.identity && rows[c].reading.hi == INT64_MAX) {
      return refuse_layout(columns[c].fact, "its range is beyond 63 bits: cast it to float64",
                           write, errors);
    }
  }
  if (plan.arena.failed()) return GDLRT_NO_MEMORY;
  Wanted w;
  w.rules = (wanted & GDLRT_WANT_RULES) != 0;
  w.offers = (wanted & GDLRT_WANT_OFFERS) != 0;
  w.marks = (wanted & GDLRT_WANT_MARKS) != 0;
  if (!plan.circuit.build(p, w, plan.arena, static_cast<uint32_t>(limits::circuit_gates))) {
    return plan.circuit.too_large() ? GDLRT_UNDECIDED : GDLRT_NO_MEMORY;
  }
  if (!plan.schedule.build(plan.circuit, plan.arena) ||
      !plan.boxes.build(p, plan.circuit, plan.arena)) {
    return GDLRT_NO_MEMORY;
  }
  View<Gate> gates = plan.circuit.gates();
  View<Gate> cuts = plan.boxes.cuts();
  plan.column_of = column_of;
  plan.leaves = plan.arena.array<Leaf>(gates.count);
  plan.box_cuts = plan.arena.array<Leaf>(cuts.count);
  if (plan.arena.failed()) return GDLRT_NO_MEMORY;
  auto leaf = [&](const Gate& g) {
    uint32_t c = column_of[g.a];
    return leaf_of(g, rows[c].reading, rows[c].raw, c);
  };
  for (uint32_t i = 2; i < cuts.count; ++i) plan.box_cuts[i] = leaf(cuts[i]);
  for (uint32_t i = 1; i < gates.count; ++i) {
    const Gate& g = gates[i];
    if (g.kind == GateKind::both || g.kind == GateKind::different) continue;
    rows[column_of[g.a]].read = true;
    plan.leaves[i] = leaf(g);
  }
  plan.columns = {rows, static_cast<uint32_t>(count)};
  plan.words = chunk_words(plan.schedule, plan.columns);
  plan.mask_words = mask_words(p.rules.count) + mask_words(plan.circuit.offers().count) +
                    4 * mask_words(p.decisions.count);
  plan.place = plan.arena.array<uint32_t>(plan.circuit.offers().count + size_t{1});
  return plan.arena.failed() ? GDLRT_NO_MEMORY : measure(plan);
}

}  // namespace

gdlrt_status gdlrt::batch::refuse_layout(const char* name, const char* why, gdlrt_write write,
                                         void* errors) {
  return gdlrt::refuse_layout(name, why, "gdlrt/batch.h for how columns hold values", write,
                              errors);
}

gdlrt_status gdlrt::batch::make_batch_plan(const gdlrt_program* program,
                                           const gdlrt_column* columns, size_t count,
                                           uint32_t wanted, gdlrt_engine engine, const Form* forms,
                                           gdlrt_batch_plan** out, gdlrt_write write_error,
                                           void* errors) {
  if (out != nullptr) *out = nullptr;
  if (out == nullptr || program == nullptr || (columns == nullptr && count > 0) ||
      count > UINT32_MAX / 8 || (wanted & ~GDLRT_WANT_ALL) != 0 ||
      gdlrt_version() != GDLRT_VERSION) {
    return GDLRT_BAD_ARGUMENT;
  }
  const Kernels* kernels = kernels_for(engine);
  if (kernels == nullptr) return GDLRT_BAD_ARGUMENT;
  void* memory = malloc(sizeof(gdlrt_batch_plan));
  if (memory == nullptr) return GDLRT_NO_MEMORY;
  auto* plan = new (memory) gdlrt_batch_plan();
  plan->kernels = kernels;
  plan->arrow = forms != nullptr;
  plan->program = &program->program;
  gdlrt_status status =
      make_plan(program, columns, count, forms, wanted, *plan, write_error, errors);
  if (status != GDLRT_OK) {
    gdlrt_batch_plan_free(plan);
    return status;
  }
  *out = plan;
  return GDLRT_OK;
}

bool gdlrt::batch::keep_diagrams(gdlrt_batch_plan& plan, uint32_t outputs) {
  plan.boxes.keep(outputs);
  return measure(plan) == GDLRT_OK;
}

extern "C" {

gdlrt_status gdlrt_batch_plan_make(const gdlrt_program* program, const gdlrt_column* columns,
                                   size_t count, uint32_t wanted, gdlrt_engine engine,
                                   gdlrt_batch_plan** out, gdlrt_write write_error, void* errors) {
  return make_batch_plan(program, columns, count, wanted, engine, nullptr, out, write_error,
                         errors);
}

void gdlrt_batch_plan_free(gdlrt_batch_plan* plan) {
  if (plan == nullptr) return;
  gdlrt_plan_free(plan->records);
  plan->~gdlrt_batch_plan();
  free(plan);
}

const char* gdlrt_batch_engine_name(const gdlrt_batch_plan* plan) {
  return plan == nullptr ? "" : plan->kernels->name;
}
const gdlrt_plan* gdlrt_batch_records(const gdlrt_batch_plan* plan) {
  return plan == nullptr ? nullptr : plan->records;
}

size_t gdlrt_batch_size(const gdlrt_batch_plan* plan) {
  return plan == nullptr ? 0 : kBatchOffset + plan->size;
}

gdlrt_status gdlrt_batch_make(const gdlrt_batch_plan* plan, void* memory, size_t size,
                              gdlrt_batch** out) {
  if (out == nullptr) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  if (plan == nullptr || memory == nullptr || reinterpret_cast<uintptr_t>(memory) % 64 != 0 ||
      size < gdlrt_batch_size(plan)) {
    return GDLRT_BAD_ARGUMENT;
  }
  auto* at = static_cast<uint8_t*>(memory) + kBatchOffset;
  auto* batch = new (memory) gdlrt_batch(at, size - kBatchOffset);
  if (!batch->make(*plan)) return GDLRT_NO_MEMORY;
  *out = batch;
  return GDLRT_OK;
}

}  // extern "C"
