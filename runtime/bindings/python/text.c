/* Collects what a call writes, beside the runtime: nothing of Python's runs inside a call. A callback in Python would be where
 * a signal's exception is raised, and ctypes drops it: a piece of the text would be missing, and nobody told. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN __attribute__((visibility("default")))

/* Text in _native.py. All zero is the empty text. */
typedef struct text {
  char* data;
  size_t size, capacity;
} text;

/* A gdlrt_write. Only want of memory makes it stop a call. */
SHOWN int gdlrt_text_append(void* context, const char* piece, size_t size) {
  text* to = context;
  if (size > to->capacity - to->size) {
    if (to->capacity > SIZE_MAX / 4 || size > SIZE_MAX / 4) return 1;
    size_t want = 2 * to->capacity + size;
    char* bigger = realloc(to->data, want);
    if (bigger == NULL) return 1;
    to->data = bigger;
    to->capacity = want;
  }
  if (size > 0) memcpy(to->data + to->size, piece, size);
  to->size += size;
  return 0;
}

/* Gives back what was collected: the text is empty again. */
SHOWN void gdlrt_text_clear(text* of) {
  free(of->data);
  *of = (text){NULL, 0, 0};
}
