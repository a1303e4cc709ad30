/* Three patients in columns: to how many is each offer made? Prints a line for each offer. */
#include <gdlrt/batch.h>
#include <stdio.h>
#include <stdlib.h>

static int print(void* stream, const char* text, size_t size) {
  return fwrite(text, 1, size, (FILE*)stream) != size;
}

static int fail(const char* what) {
  fprintf(stderr, "%s\n", what);
  return 1;
}

int main(int argc, char** argv) {
  static _Alignas(8) char bytes[1 << 16];
  FILE* file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return fail("usage: columns PROGRAM.gdlb");
  size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  gdlrt_program* program = NULL;
  if (gdlrt_version() != GDLRT_VERSION) return fail("header and library differ");
  if (gdlrt_program_load_in_place(bytes, size, &program, print, stderr) != GDLRT_OK) return fail("load");

  static const unsigned char fever[] = {1, 1, 0};
  static const int age[] = {70, 30, 90};
  gdlrt_column columns[] = {{sizeof(gdlrt_column), "fever", GDLRT_RAW_U8, 0},
                            {sizeof(gdlrt_column), "age", GDLRT_RAW_I32, 0}};
  gdlrt_column_data data[] = {{sizeof(gdlrt_column_data), fever, NULL, 0, NULL, 0},
                              {sizeof(gdlrt_column_data), age, NULL, 0, NULL, 0}};
  gdlrt_batch_plan* plan = NULL;
  gdlrt_batch* batch = NULL;
  if (gdlrt_batch_plan_make(program, columns, 2, GDLRT_WANT_ALL, GDLRT_ENGINE_BEST, &plan, print, stderr) != GDLRT_OK)
    return fail("plan");
  size_t need = (gdlrt_batch_size(plan) + 63) / 64 * 64;
  void* memory = aligned_alloc(64, need);
  if (gdlrt_batch_make(plan, memory, need, &batch) != GDLRT_OK) return fail("batch");
  const gdlrt_plan* records = gdlrt_batch_records(plan);
  uint64_t counts[8] = {0};
  gdlrt_batch_masks certain = {sizeof certain, NULL, NULL, NULL, NULL, NULL, NULL, counts};
  gdlrt_batch_result result = {sizeof result, &certain, NULL, NULL, NULL, 0, 0};
  if (gdlrt_plan_offers(records) > 8 || gdlrt_batch_run(plan, batch, data, 3, &result) != GDLRT_OK) return fail("run");
  for (uint32_t i = 0; i < gdlrt_plan_offers(records); ++i) {
    printf("%s: %d\n", gdlrt_plan_offer_leaf(records, i, 0), (int)counts[i]);
  }
  gdlrt_batch_plan_free(plan);
  gdlrt_program_free(program);
  free(memory);
  return 0;
}
