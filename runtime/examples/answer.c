/* Loads a program, answers a case, and prints the answer as JSON.
 * cc answer.c $(pkg-config --cflags --libs gdlrt) -o answer && ./answer nsclc.gdlb case.json */
#include <gdlrt/gdlrt.h>
#include <stdio.h>
#include <stdlib.h>

/* A whole file; its size in *size. NULL if it cannot be read, which is said. */
static char* slurp(const char* path, size_t* size) {
  char* bytes = NULL;
  FILE* file = fopen(path, "rb");
  if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
    long end = ftell(file);
    rewind(file);
    if (end >= 0 && (bytes = malloc((size_t)end + 1)) != NULL) *size = fread(bytes, 1, (size_t)end, file);
  }
  if (bytes == NULL) perror(path);
  if (file != NULL) fclose(file);
  return bytes;
}

static int print(void* stream, const char* text, size_t size) {
  return fwrite(text, 1, size, (FILE*)stream) != size; /* not 0: stop */
}

int main(int argc, char** argv) {
  size_t program_size = 0, case_size = 0;
  if (argc != 3) return fprintf(stderr, "usage: answer PROGRAM.gdlb CASE.json\n"), 2;
  char* bytes = slurp(argv[1], &program_size);
  char* facts = slurp(argv[2], &case_size);
  gdlrt_program* program = NULL;
  gdlrt_status status = GDLRT_BAD_FILE;
  if (bytes != NULL && facts != NULL) status = gdlrt_program_load(bytes, program_size, &program, print, stderr);
  if (status == GDLRT_OK) status = gdlrt_evaluate_json(program, facts, case_size, NULL, print, stdout, print, stderr);
  gdlrt_program_free(program);
  free(bytes);
  free(facts);
  return status == GDLRT_OK ? 0 : 1;
}
