/* gdlrt: the runtime of compiled clinical guidelines (.gdlb). Version 0.x: names and shapes may still
 * change; 1.0 freezes them.
 *
 * An application loads a program once and hands it cases; every answer is exact.
 *
 *   gdlrt_program* program = NULL;
 *   if (gdlrt_program_load(bytes, size, &program, on_text, errors) != GDLRT_OK) ...
 *   gdlrt_evaluate_json(program, case_json, case_size, NULL, on_text, answer, on_text, errors);
 *   gdlrt_program_free(program);
 *
 * Memory: gdlrt_program_load copies the bytes; gdlrt_program_load_in_place uses them where they are, for
 * instance in a read-only memory map. An evaluation takes what it needs from malloc and gives it back before
 * it returns.
 * Threads: a loaded program is never written to again; any number of threads may evaluate it at once.
 * Text: all text is UTF-8. It is handed out piece by piece through a callback, so that the runtime needs
 * no buffer of the caller's.
 */
#ifndef GDLRT_H
#define GDLRT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(GDLRT_BUILDING)
#define GDLRT_API __declspec(dllexport)
#elif defined(__GNUC__) && !defined(_WIN32)
#define GDLRT_API __attribute__((visibility("default")))
#else
#define GDLRT_API
#endif

typedef enum gdlrt_status {
  GDLRT_OK = 0,
  GDLRT_BAD_PROGRAM = 1, /* not a program, of another version, damaged, or not sound */
  GDLRT_BAD_CASE = 2,    /* the case is not valid: every problem has been reported */
  GDLRT_NO_MEMORY = 3,
  GDLRT_STOPPED = 4, /* the caller's callback asked to stop */
  GDLRT_BAD_ARGUMENT = 5,
  GDLRT_UNDECIDED = 6 /* more is unknown than this way of asking takes (record.h) */
} gdlrt_status;

/* A loaded and verified program; immutable. */
typedef struct gdlrt_program gdlrt_program;

/* Receives text: `size` bytes at `text`, not terminated. A result other than 0 stops the call, which then
 * gives GDLRT_STOPPED. */
typedef int (*gdlrt_write)(void* context, const char* text, size_t size);

/* What an evaluation shows. Set `size` to sizeof(gdlrt_eval_options), and what you do not use to zero: later
 * versions may add fields, and take the structs of earlier ones. */
typedef struct gdlrt_eval_options {
  size_t size;
  const char* audience; /* whose texts to show; NULL: titles and labels only */
  const char* locale;   /* in which locale, else in none; NULL: texts without a locale */
  uint64_t steps; /* of work, counted the same everywhere; what they do not decide is answered as
                           "undecided". 0: 4,000,000, which is some tenths of a second */
  int explain;    /* not 0: why each offer stands, and what would bring the rules that do not */
} gdlrt_eval_options;

/* The library's version: major * 10000 + minor * 100 + patch. The macro is that of this header. */
#define GDLRT_VERSION 100
GDLRT_API uint32_t gdlrt_version(void);

/* Loads a program from memory: checks the frame, then every index, so that nothing is out of bounds and
 * nothing loops. On failure *out is NULL and `errors` gets one line of JSON that says why (see
 * gdlrt_evaluate_json). `write_error` may be NULL. */
GDLRT_API gdlrt_status gdlrt_program_load(const void* bytes, size_t size, gdlrt_program** out,
                                          gdlrt_write write_error, void* errors);
/* The same without a copy: `bytes` must lie at a multiple of 8, are only ever read, and must stay as they
 * are until the program is freed. */
GDLRT_API gdlrt_status gdlrt_program_load_in_place(const void* bytes, size_t size,
                                                   gdlrt_program** out, gdlrt_write write_error,
                                                   void* errors);
/* Frees what a load made (nothing for NULL). */
GDLRT_API void gdlrt_program_free(gdlrt_program* program);

/* Evaluates a case (JSON, at most 16 MiB) and writes the answer (JSON, one object and a line break).
 * If the case is not valid, nothing is written to `write_answer`, and each problem goes to `write_error` as
 * one line: {"code":"GDL7001","name":"invalid-case","severity":"error","line":1,"column":5,"message":"...",
 * "fact":"...","because":"...","help":"..."}. Columns count characters from 1. `fact`, `because` (the reason
 * of a constraint that the patient violates) and `help` may be missing, and members may be added. After 100
 * problems a last line says that there may be more. `write_error` may be NULL. */
GDLRT_API gdlrt_status gdlrt_evaluate_json(const gdlrt_program* program, const char* json,
                                           size_t size, const gdlrt_eval_options* options,
                                           gdlrt_write write_answer, void* answer,
                                           gdlrt_write write_error, void* errors);

/* Writes the program as text, for people: its form is no contract. */
GDLRT_API gdlrt_status gdlrt_disassemble(const gdlrt_program* program, gdlrt_write write,
                                         void* context);

#ifdef __cplusplus
}
#endif
#endif
