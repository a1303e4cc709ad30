// Arrow's two structs as columns: see gdlrt/arrow.h.
#include "gdlrt/arrow.h"

#include <string.h>

#include "engine.h"

namespace {

using namespace gdlrt;
using namespace gdlrt::batch;

/// The fact of that name; kNone if there is none.
uint32_t fact_of(const Program& p, const char* name) {
  uint32_t f = 0;
  while (f < p.facts.count && (name == nullptr || strcmp(p.name(p.facts[f].name), name) != 0)) ++f;
  return f == p.facts.count ? kNone : f;
}

bool is(const char* format, const char* what) {
  return format != nullptr && strcmp(format, what) == 0;
}

/// The children are there, as many as it says.
template <class Struct>
bool whole(const Struct& s) {
  if (s.n_children < 0 || (s.n_children > 0 && s.children == nullptr)) return false;
  for (int64_t i = 0; i < s.n_children; ++i) {
    if (s.children[i] == nullptr) return false;
  }
  return true;
}

/// Where the array's values begin and end is no place that bytes could have.
template <class Array>
bool out_of_reach(const Array& a) {
  constexpr int64_t kMost = INT64_MAX / 64;  // values: the largest takes eight bytes
  return a.length < 0 || a.offset < 0 || a.length > kMost || a.offset > kMost;
}

/// How a column is held: its raw type, and in what form it lies there.
struct How {
  uint32_t raw = 0;
  Form form = Form::as_raw;
};

Form integer_form(const char* format) {
  static constexpr struct {
    const char* format;
    Form form;
  } kAll[] = {{"c", Form::i8},  {"C", Form::u8},  {"s", Form::i16}, {"S", Form::u16},
              {"i", Form::i32}, {"I", Form::u32}, {"l", Form::i64}, {"L", Form::u64}};
  for (const auto& one : kAll) {
    if (is(format, one.format)) return one.form;
  }
  return Form::as_raw;
}
bool is_utf8(const char* format) { return is(format, "u") || is(format, "U"); }

/// How a child holds its fact; raw 0 with the reason if in no way that is read.
How how_of(const FactRow& f, const ArrowSchema& s, const char*& why) {
  auto kind = static_cast<FactKind>(f.kind);
  why = "this Arrow type is not read for such a fact: cast it (see gdlrt/arrow.h)";
  Form integer = integer_form(s.format);
  if (s.dictionary != nullptr || is_utf8(s.format)) {
    if (kind != FactKind::enumeration ||
        (s.dictionary != nullptr && (!is_utf8(s.dictionary->format) || integer == Form::as_raw))) {
      why = s.dictionary != nullptr ? "a dictionary holds an enumeration, as text"
                                    : "text holds an enumeration";
      return {};
    }
    if (f.enum_count > 255) {
      why = "text holds at most 255 enumerators: cast it to integers";
      return {};
    }
    if (s.dictionary != nullptr) return {GDLRT_RAW_U8, integer};
    return {GDLRT_RAW_U8, is(s.format, "u") ? Form::text32 : Form::text64};
  }
  if (kind == FactKind::boolean && is(s.format, "b")) return {GDLRT_RAW_BITS, Form::as_raw};
  if (kind == FactKind::set) return {is(s.format, "L") ? uint32_t{GDLRT_RAW_SET64} : 0};
  if (kind == FactKind::decimal && is(s.format, "g")) return {GDLRT_RAW_F64};
  if (kind == FactKind::decimal && is(s.format, "f")) return {GDLRT_RAW_F64, Form::f32};
  switch (integer) {
    case Form::u8: return {GDLRT_RAW_U8};
    case Form::i32: return {GDLRT_RAW_I32};
    case Form::i64: return {GDLRT_RAW_I64};
    case Form::i8:
    case Form::i16:
    case Form::u16: return {GDLRT_RAW_I32, integer};
    case Form::u32:
    case Form::u64: return {GDLRT_RAW_I64, integer};
    default: return {};
  }
}

/// The bytes of a text of a dictionary; false if its offsets make no sense.
bool text_at(const ArrowSchema& s, const ArrowArray& a, int64_t i, const char*& text,
             size_t& size) {
  int64_t from = 0;
  int64_t to = 0;
  if (is(s.format, "U")) {
    const auto* offsets = static_cast<const int64_t*>(a.buffers[1]);
    from = offsets[a.offset + i];
    to = offsets[a.offset + i + 1];
  } else {
    const auto* offsets = static_cast<const int32_t*>(a.buffers[1]);
    from = offsets[a.offset + i];
    to = offsets[a.offset + i + 1];
  }
  if (from < 0 || to < from) return false;
  text = static_cast<const char*>(a.buffers[2]) + from;
  size = static_cast<size_t>(to - from);
  return true;
}

/// What the values of a dictionary mean; null, or why it cannot be used.
const char* read_dictionary(const Program& p, const FactRow& f, const ArrowSchema& s,
                            const ArrowArray& a, uint8_t* codes) {
  if (out_of_reach(a) || a.length > GDLRT_DICTIONARY) return "its dictionary is too long";
  if (a.n_buffers > 0 && a.buffers == nullptr) return "its dictionary is not whole";
  if (a.null_count > 0 || (a.null_count < 0 && a.n_buffers > 0 && a.buffers[0] != nullptr)) {
    return "its dictionary has nulls";
  }
  if (a.length > 0 && (a.n_buffers != 3 || a.buffers[1] == nullptr))
    return "its dictionary is not whole";
  for (int64_t i = 0; i < a.length; ++i) {
    const char* text = nullptr;
    size_t size = 0;
    if (!text_at(s, a, i, text, size)) return "its dictionary is not whole";
    codes[i] = UINT8_MAX;
    for (uint32_t e = 0; e < f.enum_count; ++e) {
      const char* name = p.name(p.enumerators[f.enum_first + e].name);
      if (strlen(name) == size && memcmp(name, text, size) == 0) codes[i] = static_cast<uint8_t>(e);
    }
  }
  return nullptr;
}

/// Where a child's values lie; null, or why they cannot be used.
const char* read_child(const gdlrt_batch_plan& plan, uint32_t c, const ArrowSchema& s,
                       const ArrowArray& a, int64_t first, int64_t rows, gdlrt_batch& batch) {
  const Program& p = *plan.program;
  const FactRow& f = p.facts[plan.columns[c].reading.fact];
  if (out_of_reach(a)) return "its array has an impossible length or offset";
  if (first > a.length || rows > a.length - first) return "its array is shorter than the batch";
  bool text = is_text(plan.columns[c].form);
  if (a.n_buffers != (text ? 3 : 2) || a.buffers == nullptr ||
      (rows > 0 && a.buffers[1] == nullptr)) {
    return "its array is not whole";
  }
  bool nulls = a.null_count != 0 && a.buffers[0] != nullptr;
  gdlrt_column_data& d = batch.data[c];
  batch.offsets[c] = text ? a.buffers[1] : nullptr;
  const void* values = a.buffers[text ? 2 : 1];
  if (text && values == nullptr) values = "";  // no letters at all
  d = {sizeof d,
       values,
       nulls ? static_cast<const uint8_t*>(a.buffers[0]) : nullptr,
       static_cast<size_t>(a.offset + first),
       nullptr,
       0};
  if (s.dictionary == nullptr) return nullptr;
  if (a.dictionary == nullptr) return "its array has no dictionary";
  uint8_t* codes = batch.codes + size_t{c} * GDLRT_DICTIONARY;
  const char* why = read_dictionary(p, f, *s.dictionary, *a.dictionary, codes);
  d.codes = codes;
  d.code_count = why == nullptr ? static_cast<size_t>(a.dictionary->length) : 0;
  return why;
}

}  // namespace

extern "C" {

gdlrt_status gdlrt_arrow_plan_make(const gdlrt_program* program, const struct ArrowSchema* schema,
                                   uint32_t wanted, gdlrt_engine engine, gdlrt_batch_plan** out,
                                   gdlrt_write write_error, void* errors) {
  if (out != nullptr) *out = nullptr;
  if (out == nullptr || program == nullptr || schema == nullptr) return GDLRT_BAD_ARGUMENT;
  if (!is(schema->format, "+s") || !whole(*schema)) {
    return refuse_layout(nullptr, "the schema is not that of a struct", write_error, errors);
  }
  const Program& p = program->program;
  Arena arena;
  auto* columns = arena.array<gdlrt_column>(static_cast<size_t>(schema->n_children) + 1);
  auto* forms = arena.array<Form>(static_cast<size_t>(schema->n_children) + 1);
  if (arena.failed()) return GDLRT_NO_MEMORY;
  size_t count = 0;
  for (int64_t i = 0; i < schema->n_children; ++i) {
    const ArrowSchema& s = *schema->children[i];
    uint32_t fact = fact_of(p, s.name);
    if (fact == kNone) continue;
    const char* why = nullptr;
    How how = how_of(p.facts[fact], s, why);
    if (how.raw == 0) return refuse_layout(s.name, why, write_error, errors);
    forms[count] = how.form;
    columns[count++] = {sizeof(gdlrt_column), s.name, how.raw, 0};
  }
  return make_batch_plan(program, columns, count, wanted, engine, forms, out, write_error, errors);
}

gdlrt_status gdlrt_arrow_run(const gdlrt_batch_plan* plan, gdlrt_batch* batch,
                             const struct ArrowSchema* schema, const struct ArrowArray* array,
                             gdlrt_batch_result* result, gdlrt_write write_error, void* errors) {
  if (plan == nullptr || batch == nullptr || schema == nullptr || array == nullptr ||
      result == nullptr || !plan->arrow || schema->n_children != array->n_children ||
      !whole(*schema) || !whole(*array) || out_of_reach(*array)) {
    return GDLRT_BAD_ARGUMENT;
  }
  if (array->null_count != 0 && array->n_buffers > 0 && array->buffers != nullptr &&
      array->buffers[0] != nullptr) {
    return refuse_layout(nullptr, "rows of the struct itself are null", write_error, errors);
  }
  uint32_t c = 0;
  for (int64_t i = 0; i < schema->n_children; ++i) {
    const ArrowSchema& s = *schema->children[i];
    uint32_t fact = fact_of(*plan->program, s.name);
    if (fact == kNone) continue;
    const char* why = nullptr;
    How how = how_of(plan->program->facts[fact], s, why);
    if (c >= plan->columns.count || plan->columns[c].reading.fact != fact ||
        plan->columns[c].raw != how.raw || plan->columns[c].form != how.form) {
      return refuse_layout(s.name, "the schema is not the plan's", write_error, errors);
    }
    why = read_child(*plan, c++, s, *array->children[i], array->offset, array->length, *batch);
    if (why != nullptr) return refuse_layout(s.name, why, write_error, errors);
  }
  if (c != plan->columns.count) {
    return refuse_layout(nullptr, "the schema is not the plan's", write_error, errors);
  }
  return run_batch(plan, batch, batch->data, batch->offsets, static_cast<size_t>(array->length),
                   result);
}

}  // extern "C"
