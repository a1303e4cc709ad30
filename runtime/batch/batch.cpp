// The batch engine: what gdlrt/batch.h promises.
//
// A chunk of rows goes through the circuit in bits, 64 rows to a word. Where values are unknown each gate has two rows of
// bits, for whom it may hold and for whom it does: bounds, since two open halves may make a whole that is not open. So a
// row in which some output lies between its bounds is evaluated by itself, exactly (record.h).
#include <string.h>

#include "engine.h"
#include "gdlrt/arrow.h"
#include "out.h"

namespace {

using namespace gdlrt;
using namespace gdlrt::batch;

constexpr size_t kRegisterBytes = 262144;  // so that the registers stay in a core's own cache

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
    case GDLRT_ENGINE_BEST: break;
  }
  return wide != nullptr ? wide : middle != nullptr ? middle : scalar_kernels();
}

}  // namespace

bool gdlrt_batch::make(const gdlrt_batch_plan& plan) {
  uint32_t words = plan.words;
  chunk.make(plan.columns, *plan.kernels, words, arena);
  registers = arena.array<uint64_t>(size_t{2} * plan.schedule.registers * words);
  bad = arena.array<uint64_t>(words);
  open = arena.array<uint64_t>(words);
  except = arena.array<uint64_t>(words);
  for (uint64_t*& o : offers)
    o = arena.array<uint64_t>(size_t{plan.circuit.offers().count} * words + 1);
  record = arena.array<uint8_t>(plan.record_size + 1);
  answers = arena.array<uint64_t>(size_t{128} * plan.mask_words + 1);
  outputs = arena.array<Target>(plan.schedule.steps.count + size_t{1});
  if (plan.dictionaries) {
    data = arena.array<gdlrt_column_data>(plan.columns.count + size_t{1});
    codes = arena.array<uint8_t>(size_t{plan.columns.count} * GDLRT_DICTIONARY + 1);
  }
  size_t need = gdlrt_state_size(plan.records);
  void* memory = arena.take(need);
  return !arena.failed() && gdlrt_state_make(plan.records, memory, need, &state) == GDLRT_OK;
}

namespace {

/// One call.
class Run {
 public:
  Run(const gdlrt_batch_plan& plan, gdlrt_batch& batch, const gdlrt_column_data* data,
      gdlrt_batch_result& result)
      : plan_(plan), b_(batch), data_(data), result_(result), k_(*plan.kernels) {}

  void rows(size_t first, size_t count) {
    first_ = first;
    count_ = count;
    b_.chunk.take(data_, first, count);
    words_ = b_.chunk.words();
    const uint64_t* invalid = b_.chunk.invalid();
    for (uint32_t w = 0; w < words_; ++w) b_.bad[w] = invalid == nullptr ? 0 : invalid[w];
    memset(b_.open, 0, words_ * sizeof *b_.open);
    rails_ = b_.chunk.open();
    for (const Step *s = plan_.schedule.steps.data, *end = s + plan_.schedule.steps.count; s != end;
         ++s) {
      step(*s);
    }
    if (rails_) decide_open();
    finish();
  }

 private:
  uint64_t* reg(uint32_t r) { return b_.registers + size_t{r} * plan_.words; }
  uint64_t* certain(uint32_t r) { return reg(r + plan_.schedule.registers); }

  void step(const Step& s) {
    switch (s.kind) {
      case Step::Kind::leaf: leaf(s); return;
      case Step::Kind::both: conjunction(s); return;
      case Step::Kind::different:
        if (rails_) {
          k_.may_differ({reg(s.a), certain(s.a)}, {reg(s.b), certain(s.b)}, words_, reg(s.to),
                        certain(s.to));
        } else {
          k_.different(reg(s.a), reg(s.b), words_, reg(s.to));
        }
        return;
      case Step::Kind::out:
        if (s.output == Output::impossible) {
          impossible(s);
        } else {
          output(s);
        }
        return;
    }
  }

  void leaf(const Step& s) {
    const Leaf& l = plan_.leaves[s.index];
    uint64_t* may = reg(s.to);
    b_.chunk.compare(l, may);
    if (!rails_) return;
    uint64_t* does = certain(s.to);
    const uint64_t* known = l.kind == Leaf::Kind::known ? nullptr : b_.chunk.valid(l.column);
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t v = may[w];
      uint64_t there = known == nullptr ? ~uint64_t{0} : known[w];
      may[w] = v | ~there;
      does[w] = v & there;
    }
  }

  void conjunction(const Step& s) {
    const And& gate = plan_.schedule.ands[s.index];
    if (!rails_) {
      k_.both(gate, b_.registers, plan_.words, words_);
      return;
    }
    // It may hold unless something wanted may not, or something unwanted does; and so on.
    And may = gate;
    And does = gate;
    uint32_t half = plan_.schedule.registers;
    does.to += half;
    for (uint32_t i = 0; i < gate.count; ++i) (i < gate.plain ? does : may).of[i] += half;
    k_.both(may, b_.registers, plan_.words, words_);
    k_.both(does, b_.registers, plan_.words, words_);
  }

  /// An output's two rows of bits.
  Rails rails_of(const Step& s) {
    if (!rails_) return {reg(s.to), reg(s.to)};
    return s.negated ? Rails{certain(s.to), reg(s.to)} : Rails{reg(s.to), certain(s.to)};
  }

  /// The first output: who is left out of all others.
  void impossible(const Step& s) {
    Rails r = rails_of(s);
    uint64_t flip = s.negated ? ~uint64_t{0} : 0;
    uint64_t any = 0;
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t does = r.certain[w] ^ flip;
      uint64_t rows = rows_of(w);
      b_.bad[w] = (b_.bad[w] | does) & rows;
      b_.open[w] = (r.possible[w] ^ flip) & ~does;
      b_.except[w] = b_.bad[w] | ~rows;
      any |= b_.except[w];
    }
    except_ = any == 0 ? nullptr : b_.except;
  }
  [[nodiscard]] uint64_t rows_of(uint32_t w) const {
    size_t left = count_ - size_t{w} * 64;
    return left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
  }

  static uint64_t* const* list_of(const gdlrt_batch_masks& m, Output o) {
    switch (o) {
      case Output::rule: return m.rules;
      case Output::offer: return m.offers;
      case Output::domain: return m.domain;
      case Output::gap: return m.gap;
      case Output::stranded: return m.stranded;
      case Output::conflict: return m.conflict;
      case Output::impossible: break;
    }
    return nullptr;
  }
  /// Where the chunk's bits of an output go: the caller's words, or some of ours if they are only to be counted.
  uint64_t* target(const Step& s, bool possible) {
    const gdlrt_batch_masks& m = possible ? result_.possible : result_.certain;
    uint64_t* const* list = list_of(m, s.output);
    if (list != nullptr && list[s.index] != nullptr) return list[s.index] + first_ / 64;
    bool counted = s.output == Output::offer && m.offer_counts != nullptr;
    return counted ? b_.offers[possible ? 1 : 0] + size_t{s.index} * plan_.words : nullptr;
  }

  void output(const Step& s) {
    Rails r = rails_of(s);
    if (rails_) {
      uint64_t flip = s.negated ? ~uint64_t{0} : 0;
      for (uint32_t w = 0; w < words_; ++w) {
        b_.open[w] |= (r.possible[w] ^ flip) & ~(r.certain[w] ^ flip);
      }
    }
    if (uint64_t* to = target(s, false)) k_.copy(r.certain, s.negated, except_, words_, to);
    if (uint64_t* to = target(s, true)) k_.copy(r.possible, s.negated, except_, words_, to);
  }

  /// The rows whose bounds lie apart, one by one; of what they are answered only bits are touched that lie apart.
  void decide_open() {
    uint32_t outputs = list_outputs();
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t decided = 0;
      uint64_t bad = 0;
      uint64_t left = b_.open[w] & ~b_.bad[w] & rows_of(w);
      b_.open[w] = 0;
      for (; left != 0; left &= left - 1) {
        auto bit = static_cast<uint32_t>(__builtin_ctzll(left));
        gather(w, bit);
        gdlrt_record_result one;
        gdlrt_status status = gdlrt_record_evaluate(plan_.records, b_.state, b_.record, &one);
        if (status == GDLRT_UNDECIDED) {
          b_.open[w] |= uint64_t{1} << bit;
        } else if (status == GDLRT_OK) {
          decided |= uint64_t{1} << bit;
          uint64_t* to = b_.answers + size_t{bit} * 2 * plan_.mask_words;
          memcpy(to, one.certain->rules, plan_.mask_words * sizeof *to);
          memcpy(to + plan_.mask_words, one.possible->rules, plan_.mask_words * sizeof *to);
        } else {
          bad |= uint64_t{1} << bit;
        }
      }
      b_.bad[w] |= bad;
      if ((decided | bad) == 0) continue;
      for (uint32_t i = 0; i < outputs; ++i) put(b_.outputs[i], w, decided, bad);
    }
  }

  /// Where each output's bits are, the caller's and those of a single answer.
  uint32_t list_outputs() {
    uint32_t count = 0;
    uint32_t decisions = gdlrt_plan_decisions(plan_.records);
    uint32_t rules = mask_words(gdlrt_plan_rules(plan_.records));
    uint32_t marks = rules + mask_words(gdlrt_plan_offers(plan_.records));
    for (const Step *s = plan_.schedule.steps.data, *end = s + plan_.schedule.steps.count; s != end;
         ++s) {
      if (s->kind != Step::Kind::out || s->output == Output::impossible) continue;
      gdlrt_batch::Target t{{target(*s, false), target(*s, true)}, 0, s->index % 64};
      if (t.to[0] == nullptr && t.to[1] == nullptr) continue;
      // An answer's masks lie one after the other: rules, offers, domain, gap, stranded, conflict.
      uint32_t first =
          s->output == Output::rule ? 0
          : s->output == Output::offer
              ? rules
              : marks + (static_cast<uint32_t>(s->output) - static_cast<uint32_t>(Output::domain)) *
                            mask_words(decisions);
      t.word = first + s->index / 64;
      b_.outputs[count++] = t;
    }
    return count;
  }

  void put(const gdlrt_batch::Target& t, uint32_t w, uint64_t decided, uint64_t bad) {
    uint64_t apart = decided;
    if (t.to[0] != nullptr && t.to[1] != nullptr) apart &= t.to[0][w] ^ t.to[1][w];
    for (uint32_t side = 0; side < 2; ++side) {
      if (t.to[side] == nullptr) continue;
      uint64_t word = t.to[side][w] & ~(apart | bad);
      for (uint64_t left = apart; left != 0; left &= left - 1) {
        auto bit = static_cast<uint32_t>(__builtin_ctzll(left));
        const uint64_t* from = b_.answers + (size_t{bit} * 2 + side) * plan_.mask_words;
        word |= (from[t.word] >> t.bit & 1u) << bit;
      }
      t.to[side][w] = word;
    }
  }

  /// A row as a record.
  void gather(uint32_t w, uint32_t bit) {
    size_t row = size_t{w} * 64 + bit;
    memset(b_.record, 0, (plan_.columns.count + 7) / 8);
    for (uint32_t c = 0; c < plan_.columns.count; ++c) {
      const uint64_t* known = b_.chunk.valid(c);
      if (known != nullptr && (known[w] >> bit & 1u) == 0) {
        b_.record[c / 8] = static_cast<uint8_t>(b_.record[c / 8] | 1u << c % 8);
      } else {
        b_.chunk.value(c, row, b_.record + plan_.field[c]);
      }
    }
  }

  /// What the chunk says of itself, and the counts.
  void finish() {
    size_t at = first_ / 64;
    if (result_.bad != nullptr) memcpy(result_.bad + at, b_.bad, words_ * sizeof *b_.bad);
    if (!rails_) memset(b_.open, 0, words_ * sizeof *b_.open);
    if (result_.undecided != nullptr) {
      memcpy(result_.undecided + at, b_.open, words_ * sizeof *b_.open);
    }
    result_.bad_rows += k_.count(b_.bad, words_);
    result_.undecided_rows += k_.count(b_.open, words_);
    uint64_t* const counts[2] = {result_.certain.offer_counts, result_.possible.offer_counts};
    if (counts[0] == nullptr && counts[1] == nullptr) return;
    Step s;
    s.output = Output::offer;
    for (s.index = 0; s.index < plan_.circuit.offered().count; ++s.index) {
      for (uint32_t i = 0; i < 2; ++i) {
        if (counts[i] != nullptr) counts[i][s.index] += k_.count(target(s, i == 1), words_);
      }
    }
  }

  const gdlrt_batch_plan& plan_;
  gdlrt_batch& b_;
  const gdlrt_column_data* data_;
  gdlrt_batch_result& result_;
  const Kernels& k_;
  size_t first_ = 0, count_ = 0;
  uint32_t words_ = 0;
  bool rails_ = false;
  const uint64_t* except_ = nullptr;
};

constexpr size_t kBatchOffset = (sizeof(gdlrt_batch) + 63) & ~size_t{63};

/// The columns as fields of a record: the bits that say what is unknown, then the values, 8 bytes each.
gdlrt_status make_records(const gdlrt_program* program, const gdlrt_column* columns, size_t count,
                          gdlrt_batch_plan& plan, gdlrt_write write, void* errors) {
  auto* fields = plan.arena.array<gdlrt_field>(count + 1);
  auto* offset = plan.arena.array<size_t>(count + 1);
  if (plan.arena.failed()) return GDLRT_NO_MEMORY;
  size_t at = (count + 7) / 8;
  for (size_t i = 0; i < count; ++i) {
    uint32_t raw = columns[i].raw == GDLRT_RAW_BITS ? uint32_t{GDLRT_RAW_U8} : columns[i].raw;
    fields[i] = {sizeof(gdlrt_field), columns[i].fact, raw, columns[i].scale, at, i / 8,
                 1u << i % 8};
    offset[i] = at;
    at += 8;
  }
  plan.field = offset;
  plan.record_size = at == 0 ? 1 : at;
  return gdlrt_plan_make(program, fields, count, plan.record_size, &plan.records, write, errors);
}

gdlrt_status make_plan(const gdlrt_program* handle, const gdlrt_column* columns, size_t count,
                       uint32_t wanted, gdlrt_batch_plan& plan, gdlrt_write write, void* errors) {
  const Program& p = handle->program;
  gdlrt_status status = make_records(handle, columns, count, plan, write, errors);
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
    uint32_t raw = columns[c].raw == GDLRT_RAW_BITS ? uint32_t{GDLRT_RAW_U8} : columns[c].raw;
    (void)make_reading(p, fact, raw, columns[c].scale, plan.arena, rows[c].reading);
    rows[c].raw = columns[c].raw;
  }
  if (plan.arena.failed()) return GDLRT_NO_MEMORY;
  Wanted w;
  w.rules = (wanted & GDLRT_WANT_RULES) != 0;
  w.offers = (wanted & GDLRT_WANT_OFFERS) != 0;
  w.marks = (wanted & GDLRT_WANT_MARKS) != 0;
  if (!plan.circuit.build(p, w, plan.arena)) {
    return plan.circuit.too_large() ? GDLRT_UNDECIDED : GDLRT_NO_MEMORY;
  }
  if (!plan.schedule.build(plan.circuit, plan.arena)) return GDLRT_NO_MEMORY;
  View<Gate> gates = plan.circuit.gates();
  plan.leaves = plan.arena.array<Leaf>(gates.count);
  if (plan.leaves == nullptr) return GDLRT_NO_MEMORY;
  for (uint32_t i = 1; i < gates.count; ++i) {
    const Gate& g = gates[i];
    if (g.kind == GateKind::both || g.kind == GateKind::different) continue;
    uint32_t c = column_of[g.a];
    rows[c].read = true;
    plan.leaves[i] = leaf_of(g, rows[c].reading, rows[c].raw, c);
  }
  plan.columns = {rows, static_cast<uint32_t>(count)};
  size_t fit = kRegisterBytes / (sizeof(uint64_t) * plan.schedule.registers);
  while (plan.words > 4 && plan.words > fit) plan.words /= 2;
  plan.mask_words = mask_words(p.rules.count) + mask_words(plan.circuit.offers().count) +
                    4 * mask_words(p.decisions.count);
  gdlrt_batch measure;
  if (!measure.make(plan)) return GDLRT_NO_MEMORY;
  plan.size = measure.arena.taken();
  return GDLRT_OK;
}

}  // namespace

gdlrt_status gdlrt::batch::refuse_layout(const char* name, const char* why, gdlrt_write write,
                                         void* errors) {
  Out line(write, errors);
  line << "{\"code\":\"GDL7005\",\"name\":\"bad-layout\",\"severity\":\"error\",\"line\":1,"
          "\"column\":1,"
       << "\"message\":\"";
  if (name != nullptr) (line << '`').escaped(name, strlen(name)) << "`: ";
  line << why << "\",\"help\":\"see gdlrt/batch.h for how columns hold values\"}\n";
  return line.flush() ? GDLRT_BAD_ARGUMENT : GDLRT_STOPPED;
}

gdlrt_status gdlrt::batch::make_batch_plan(const gdlrt_program* program,
                                           const gdlrt_column* columns, size_t count,
                                           uint32_t wanted, gdlrt_engine engine, bool dictionaries,
                                           gdlrt_batch_plan** out, gdlrt_write write_error,
                                           void* errors) {
  if (out != nullptr) *out = nullptr;
  if (out == nullptr || program == nullptr || (columns == nullptr && count > 0) ||
      count > UINT32_MAX / 8 || gdlrt_version() != GDLRT_VERSION) {
    return GDLRT_BAD_ARGUMENT;
  }
  for (size_t i = 0; i < count; ++i) {
    if (columns[i].size != sizeof(gdlrt_column) || columns[i].fact == nullptr) {
      return GDLRT_BAD_ARGUMENT;
    }
  }
  const Kernels* kernels = kernels_for(engine);
  if (kernels == nullptr) return GDLRT_BAD_ARGUMENT;
  void* memory = malloc(sizeof(gdlrt_batch_plan));
  if (memory == nullptr) return GDLRT_NO_MEMORY;
  auto* plan = new (memory) gdlrt_batch_plan();
  plan->kernels = kernels;
  plan->dictionaries = dictionaries;
  plan->program = &program->program;
  gdlrt_status status = make_plan(program, columns, count, wanted, *plan, write_error, errors);
  if (status != GDLRT_OK) {
    gdlrt_batch_plan_free(plan);
    return status;
  }
  *out = plan;
  return GDLRT_OK;
}

extern "C" {

gdlrt_status gdlrt_batch_plan_make(const gdlrt_program* program, const gdlrt_column* columns,
                                   size_t count, uint32_t wanted, gdlrt_engine engine,
                                   gdlrt_batch_plan** out, gdlrt_write write_error, void* errors) {
  return make_batch_plan(program, columns, count, wanted, engine, false, out, write_error, errors);
}

void gdlrt_batch_plan_free(gdlrt_batch_plan* plan) {
  if (plan == nullptr) return;
  gdlrt_plan_free(plan->records);
  plan->~gdlrt_batch_plan();
  free(plan);
}

const char* gdlrt_batch_engine_name(const gdlrt_batch_plan* plan) { return plan->kernels->name; }
const gdlrt_plan* gdlrt_batch_records(const gdlrt_batch_plan* plan) { return plan->records; }

size_t gdlrt_batch_size(const gdlrt_batch_plan* plan) { return kBatchOffset + plan->size; }

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

gdlrt_status gdlrt_batch_run(const gdlrt_batch_plan* plan, gdlrt_batch* batch,
                             const gdlrt_column_data* data, size_t rows,
                             gdlrt_batch_result* result) {
  if (plan == nullptr || batch == nullptr || result == nullptr ||
      (data == nullptr && plan->columns.count > 0)) {
    return GDLRT_BAD_ARGUMENT;
  }
  for (uint32_t c = 0; c < plan->columns.count && rows > 0; ++c) {
    if (data[c].values == nullptr) return GDLRT_BAD_ARGUMENT;
    const Column& column = plan->columns[c];
    bool coded = column.reading.identity && column.raw != GDLRT_RAW_BITS;
    if (data[c].codes != nullptr && (!coded || column.reading.hi >= UINT8_MAX)) {
      return GDLRT_BAD_ARGUMENT;
    }
  }
  result->bad_rows = 0;
  result->undecided_rows = 0;
  Run run(*plan, *batch, data, *result);
  size_t most = size_t{plan->words} * 64;
  size_t at = 0;
  while (at < rows) {
    size_t left = rows - at;
    size_t now = left >= most ? most : left >= 64 ? left / 64 * 64 : left;
    run.rows(at, now);
    at += now;
  }
  return GDLRT_OK;
}

}  // extern "C"
