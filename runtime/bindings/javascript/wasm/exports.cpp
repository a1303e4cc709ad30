// The calls that index.js makes. They are those of gdlrt.h but for their callbacks, which JavaScript cannot hand over
// without an import: text is collected here, and the caller frees it. Sizes and addresses are 32 bits.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gdlrt/gdlrt.h"

namespace {

#define GDLRT_EXPORT(name) __attribute__((export_name(name)))

/// Text that grows.
struct Text {
  char* data;
  uint32_t size, capacity;
};

/// What a call gives, in memory of the caller's. Texts are from malloc, or null.
struct Result {
  gdlrt_program* program;
  Text text, errors;
};
static_assert(sizeof(Result) == 28);

int append(void* context, const char* piece, size_t size) {
  Text& text = *static_cast<Text*>(context);
  if (size > text.capacity - text.size) {
    uint64_t want = uint64_t{2} * text.capacity + size;
    void* bigger = want > INT32_MAX ? nullptr : realloc(text.data, static_cast<size_t>(want));
    if (bigger == nullptr) return 1;
    text.data = static_cast<char*>(bigger);
    text.capacity = static_cast<uint32_t>(want);
  }
  memcpy(text.data + text.size, piece, size);
  text.size += static_cast<uint32_t>(size);
  return 0;
}

/// Only want of memory makes `append` stop a call.
gdlrt_status told(gdlrt_status status) {
  return status == GDLRT_STOPPED ? GDLRT_NO_MEMORY : status;
}

}  // namespace

extern "C" {

GDLRT_EXPORT("version") uint32_t gdlrt_wasm_version() { return gdlrt_version(); }
GDLRT_EXPORT("alloc") void* gdlrt_wasm_alloc(uint32_t size) { return malloc(size); }
GDLRT_EXPORT("free") void gdlrt_wasm_free(void* block) { free(block); }

/// The bytes must stay until the program is freed; they lie where `alloc` has put them.
GDLRT_EXPORT("load")
uint32_t gdlrt_wasm_load(const void* bytes, uint32_t size, Result* out) {
  *out = Result{};
  return told(gdlrt_program_load_in_place(bytes, size, &out->program, append, &out->errors));
}

GDLRT_EXPORT("unload") void gdlrt_wasm_unload(gdlrt_program* program) {
  gdlrt_program_free(program);
}

/// `steps`: a whole number up to 2^53, as JavaScript has it.
GDLRT_EXPORT("evaluate")
uint32_t gdlrt_wasm_evaluate(const gdlrt_program* program, const char* json, uint32_t size,
                             const char* audience, const char* locale, double steps,
                             uint32_t explain, Result* out) {
  *out = Result{};
  gdlrt_eval_options options{};
  options.size = sizeof options;
  options.audience = audience;
  options.locale = locale;
  options.steps = static_cast<uint64_t>(steps);
  options.explain = explain != 0 ? 1 : 0;
  return told(
      gdlrt_evaluate_json(program, json, size, &options, append, &out->text, append, &out->errors));
}

}  // extern "C"
