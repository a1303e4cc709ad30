/* Goes through the corpus (tests/bindings/corpus.py) with the runtime of the machine that this is built for: each answer is
 * to be gdlc's, byte for byte. On a big-endian machine each program is to be refused, with the reason.
 * Usage: run CORPUS */
#include <gdlrt/gdlrt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct text {
  char* data;
  size_t size, capacity;
} text;

static int append(void* context, const char* piece, size_t size) {
  text* t = context;
  if (size >= t->capacity - t->size) {
    t->capacity = 2 * (t->capacity + size) + 64;
    t->data = realloc(t->data, t->capacity);
    if (t->data == NULL) abort();
  }
  memcpy(t->data + t->size, piece, size);
  t->size += size;
  t->data[t->size] = 0;
  return 0;
}

static text read_file(const char* folder, const char* name) {
  text t = {NULL, 0, 0};
  char path[4096], buffer[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE* file = fopen(path, "rb");
  if (file == NULL) {
    fprintf(stderr, "cannot read %s\n", path);
    exit(2);
  }
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, file)) > 0;) append(&t, buffer, n);
  append(&t, "", 0);
  fclose(file);
  return t;
}

static int big_endian(void) {
  const unsigned short one = 1;
  return *(const unsigned char*)&one == 0;
}

/* 1 if the case is answered, or refused, as it should be. */
static int right(const char* folder, const char* line) {
  char program_name[256], case_name[256], audience[64], locale[64], answer_name[256];
  int explain = 0;
  if (sscanf(line, "%255s %255s %63s %63s %d %255s", program_name, case_name, audience, locale, &explain, answer_name) != 6) {
    return 0;
  }
  text bytes = read_file(folder, program_name), facts = read_file(folder, case_name);
  text wanted = read_file(folder, answer_name), got = {NULL, 0, 0}, errors = {NULL, 0, 0};
  gdlrt_program* program = NULL;
  gdlrt_status status = gdlrt_program_load(bytes.data, bytes.size, &program, append, &errors);
  int ok;
  if (big_endian()) {
    ok = status == GDLRT_BAD_PROGRAM && program == NULL && strstr(errors.data, "little-endian machines only") != NULL;
  } else {
    gdlrt_eval_options options;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.audience = strcmp(audience, "-") == 0 ? NULL : audience;
    options.locale = strcmp(locale, "-") == 0 ? NULL : locale;
    options.explain = explain;
    if (status == GDLRT_OK) {
      status = gdlrt_evaluate_json(program, facts.data, facts.size, &options, append, &got, append, &errors);
    }
    ok = status == GDLRT_OK && got.size == wanted.size && memcmp(got.data, wanted.data, got.size) == 0;
  }
  if (!ok) printf("%s: status %d %s\n", case_name, (int)status, errors.data == NULL ? "" : errors.data);
  gdlrt_program_free(program);
  free(bytes.data), free(facts.data), free(wanted.data), free(got.data), free(errors.data);
  return ok;
}

int main(int argc, char** argv) {
  int passed = 0, failed = 0;
  if (argc != 2) return 2;
  text lines = read_file(argv[1], "cases.txt");
  for (char* line = strtok(lines.data, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    /* strtok keeps its place in the text, which `right` does not touch. */
    if (right(argv[1], line)) ++passed;
    else ++failed;
  }
  free(lines.data);
  printf("%s: %d passed, %d failed\n", big_endian() ? "refused" : "answered", passed, failed);
  return passed > 100 && failed == 0 ? 0 : 1;
}
