/* gdlrt: the runtime of compiled clinical guidelines (.gdlb). Version 0.x: names and shapes may still
 * change; 1.0 freezes them.
 *
 * An application loads a program once and hands it cases; every answer is exact. Cases and answers go as JSON,
 *
 *   gdlrt_program* program = NULL;
 *   if (gdlrt_program_load(bytes, size, &program, on_text, errors) != GDLRT_OK) ...
 *   gdlrt_evaluate_json(program, case_json, case_size, NULL, on_text, answer, on_text, errors);
 *   gdlrt_program_free(program);
 *
 * or by handles, fact by fact and member by member:
 *
 *   gdlrt_case* c = NULL;
 *   gdlrt_case_make(program, NULL, &c);
 *   gdlrt_case_set_number(c, gdlrt_case_fact(c, "age"), "71", NULL);
 *   gdlrt_answer* answer = NULL;
 *   if (gdlrt_evaluate(c, NULL, &answer) == GDLRT_OK)
 *     puts(gdlrt_node_text(gdlrt_node_member(gdlrt_node_at(gdlrt_node_member(
 *         gdlrt_answer_root(answer), "decisions"), 0), "applies")));
 *   gdlrt_answer_free(answer);
 *   gdlrt_case_free(c);
 *
 * The forms of a case and the members of an answer are told in docs/cli.md ("A case", "An answer"), what they mean in
 * docs/semantics.md; docs/embedding.md goes from an installed library to an answer.
 *
 * Memory: loads, cases and answers take memory from malloc, or from the caller's allocator where one is given; all is
 * given back by the calls that free. An evaluation takes what it needs and gives it back before it returns, or lies wholly
 * in an arena of the caller's.
 * Threads: a loaded program is never written to again; any number of threads may evaluate it at once. A case belongs to
 * one thread at a time. An answer is never written to again.
 * Text: all text is UTF-8. Texts that are returned end with a zero byte and are never NULL, unless said.
 * Errors: a status tells what failed. Why is told through the caller's callback, one line of JSON for each problem
 * (gdlrt_evaluate_json). Handles may be NULL where this is said; else GDLRT_BAD_ARGUMENT, or nothing.
 * Structs that begin with `size` grow in later versions: set it to sizeof, and what is not used to zero.
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
  GDLRT_NO_MEMORY =
      3, /* or an answer would be longer than any is made (docs/limits.md, answer_bytes) */
  GDLRT_STOPPED = 4, /* the caller's callback asked to stop */
  GDLRT_BAD_ARGUMENT = 5,
  GDLRT_UNDECIDED = 6, /* more is unknown than this way of asking takes (record.h) */
  GDLRT_BAD_FILE = 7   /* the file cannot be read */
} gdlrt_status;

/* No index: what a search gives that finds nothing, and what a safety rule has for a decision. */
#define GDLRT_NONE 0xffffffffu

/* The library's version: major * 10000 + minor * 100 + patch. The macro is that of this header. */
#define GDLRT_VERSION 100
GDLRT_API uint32_t gdlrt_version(void);

/* Receives text: `size` bytes at `text`, not terminated. A result other than 0 stops the call, which then
 * gives GDLRT_STOPPED. */
typedef int (*gdlrt_write)(void* context, const char* text, size_t size);

/* Where memory comes from. `resize` works as realloc does: a NULL block is a new one, a new size of 0 frees and gives
 * NULL; `old_size` is what was asked for before. Blocks lie at multiples of 16. NULL: there is no memory. The struct is
 * copied; what the context points to must live as long as what was made with it. */
typedef struct gdlrt_allocator {
  size_t size;
  void* (*resize)(void* context, void* block, size_t old_size, size_t new_size);
  void* context;
} gdlrt_allocator;

/* -- Programs ------------------------------------------------------------------------------------------------- */

/* A loaded and verified program; immutable. */
typedef struct gdlrt_program gdlrt_program;

/* Loads a program from memory: checks the frame, then every index, so that nothing is out of bounds and
 * nothing loops. The bytes are copied. On failure *out is NULL and `errors` gets one line of JSON that says why (see
 * gdlrt_evaluate_json). `write_error` may be NULL. */
GDLRT_API gdlrt_status gdlrt_program_load(const void* bytes, size_t size, gdlrt_program** out,
                                          gdlrt_write write_error, void* errors);
/* The same without a copy: `bytes` must lie at a multiple of 8, for instance in a read-only memory map, are only ever
 * read, and must stay as they are until the program is freed. */
GDLRT_API gdlrt_status gdlrt_program_load_in_place(const void* bytes, size_t size,
                                                   gdlrt_program** out, gdlrt_write write_error,
                                                   void* errors);

typedef struct gdlrt_load_options {
  size_t size;
  const gdlrt_allocator* allocator; /* NULL: malloc */
  int in_place;                     /* not 0: as gdlrt_program_load_in_place */
} gdlrt_load_options;
/* Either of the two; `options` may be NULL. */
GDLRT_API gdlrt_status gdlrt_program_load_with(const void* bytes, size_t size,
                                               const gdlrt_load_options* options,
                                               gdlrt_program** out, gdlrt_write write_error,
                                               void* errors);
/* Reads a file and loads it: the one call that does input or output. What is no program is not read to its end. `in_place`
 * is ignored. GDLRT_BAD_FILE if the file cannot be read, with a line that says so. */
GDLRT_API gdlrt_status gdlrt_program_open_file(const char* path, const gdlrt_load_options* options,
                                               gdlrt_program** out, gdlrt_write write_error,
                                               void* errors);
/* Frees what a load made (nothing for NULL). */
GDLRT_API void gdlrt_program_free(gdlrt_program* program);

/* What a program holds, by index from 0 in the order of the source. The texts live as long as the program; what is not
 * there (titles in a stripped program, a unit of a pure number) is the empty text. */
typedef enum gdlrt_part { GDLRT_FACTS = 0, GDLRT_DECISIONS = 1, GDLRT_RULES = 2 } gdlrt_part;
/* How many there are; 0 for NULL. */
GDLRT_API uint32_t gdlrt_program_count(const gdlrt_program* program, gdlrt_part part);
/* The index of that name, or GDLRT_NONE. Rules of a stripped program have no names but "#0", "#1" and so on. */
GDLRT_API uint32_t gdlrt_program_find(const gdlrt_program* program, gdlrt_part part,
                                      const char* name);

/* 1 if the program has a text for that audience (NULL: whichever) in that locale (NULL: whichever; "": in none), else 0. To
 * an audience that no text speaks to an answer shows titles, which were written for others. */
GDLRT_API int gdlrt_program_speaks(const gdlrt_program* program, const char* audience,
                                   const char* locale);

/* The calls that fill a struct write as much of it as its `size` says. They give GDLRT_BAD_ARGUMENT if there is no such
 * index. */
#define GDLRT_UNCHECKED 1u /* built in spite of findings of the analyses */
#define GDLRT_STRIPPED 2u  /* without names of rules, texts, citations, places */
typedef struct gdlrt_program_info {
  size_t size;
  const char *name, *version, *title, *status, *updated, *disclaimer;
  const uint8_t* source_hash; /* 32 bytes: SHA-256 of the source */
  uint64_t checksum; /* of the file, against accidents: two programs that differ have others */
  uint32_t flags;
} gdlrt_program_info;
GDLRT_API gdlrt_status gdlrt_program_about(const gdlrt_program* program, gdlrt_program_info* out);

typedef enum gdlrt_fact_kind {
  GDLRT_BOOLEAN = 0,
  GDLRT_ENUMERATION = 1,
  GDLRT_INTEGER = 2,
  GDLRT_DECIMAL = 3,
  GDLRT_SET = 4
} gdlrt_fact_kind;
#define GDLRT_ORDERED 1u     /* an enumeration whose values are compared */
#define GDLRT_HAS_DEFAULT 2u /* put in where the case does not name the fact */
#define GDLRT_USED 4u        /* some condition reads its value */
typedef struct gdlrt_fact {
  size_t size;
  const char *name, *label, *unit;
  uint32_t kind;   /* gdlrt_fact_kind */
  uint32_t flags;  /* GDLRT_ORDERED ... */
  uint32_t values; /* of an enumeration, or elements of a set; at most 64 of these */
} gdlrt_fact;
GDLRT_API gdlrt_status gdlrt_program_fact(const gdlrt_program* program, uint32_t fact,
                                          gdlrt_fact* out);
typedef struct gdlrt_value {
  size_t size;
  const char *name, *label;
} gdlrt_value;
/* A value of an enumeration, or an element of a set. */
GDLRT_API gdlrt_status gdlrt_program_value(const gdlrt_program* program, uint32_t fact,
                                           uint32_t value, gdlrt_value* out);
/* Its index by its name, or GDLRT_NONE. */
GDLRT_API uint32_t gdlrt_program_find_value(const gdlrt_program* program, uint32_t fact,
                                            const char* name);
/* The ends of a number's plausible range, and the default of any fact, as a case says them: 0.5, "1/3", true, "name",
 * ["element"]. Writes at most `size` bytes, the last of them 0, and gives the length of the whole; 0 if there is none. */
typedef enum gdlrt_bound { GDLRT_LOWEST = 0, GDLRT_HIGHEST = 1, GDLRT_DEFAULT = 2 } gdlrt_bound;
GDLRT_API size_t gdlrt_program_bound(const gdlrt_program* program, uint32_t fact, gdlrt_bound which,
                                     char* out, size_t size);

#define GDLRT_PARTIAL 1u /* a patient without an answer is no fault of it */
typedef struct gdlrt_decision {
  size_t size;
  const char *name, *title;
  uint32_t flags; /* GDLRT_PARTIAL */
  uint32_t rules; /* how many are of it */
} gdlrt_decision;
GDLRT_API gdlrt_status gdlrt_program_decision(const gdlrt_program* program, uint32_t decision,
                                              gdlrt_decision* out);
typedef struct gdlrt_rule {
  size_t size;
  const char *name, *title;
  uint32_t decision;                      /* or GDLRT_NONE: a safety rule */
  const char *file, *strength, *evidence; /* file: where it is written; empty if stripped */
  uint32_t line, column, end_line,
      end_column; /* from 1, in characters, the end exclusive; 0 if stripped */
} gdlrt_rule;
GDLRT_API gdlrt_status gdlrt_program_rule(const gdlrt_program* program, uint32_t rule,
                                          gdlrt_rule* out);

/* Writes the program as text, for people: its form is no contract. */
GDLRT_API gdlrt_status gdlrt_disassemble(const gdlrt_program* program, gdlrt_write write,
                                         void* context);

/* -- Evaluation ----------------------------------------------------------------------------------------------- */

/* What an evaluation shows, and where it works. */
typedef struct gdlrt_eval_options {
  size_t size;
  const char* audience; /* whose texts to show; NULL: titles and labels only */
  const char* locale;   /* in which locale, else in none; NULL: texts without a locale */
  uint64_t steps; /* of work, counted the same everywhere; what they do not decide is answered as
                           "undecided". 0: 4,000,000, which is some tenths of a second */
  int explain;    /* not 0: why each offer stands, and what would bring the rules that do not */
  /* NULL, or memory at a multiple of 16: the evaluation and its answer take all they need from it and nothing from
   * elsewhere. GDLRT_NO_MEMORY if it is too small. It may be used again once the answer is no longer needed. */
  void* arena;
  size_t arena_size;
  const gdlrt_allocator* allocator; /* without an arena; NULL: malloc, or the case's own */
} gdlrt_eval_options;

/* Evaluates a case (JSON, at most 16 MiB) and writes the answer (JSON, one object and a line break), in pieces as they come:
 * only with GDLRT_OK it is whole. After GDLRT_NO_MEMORY and GDLRT_STOPPED, what has been written is the beginning of one.
 * If the case is not valid, nothing is written to `write_answer`, and each problem goes to `write_error` as
 * one line: {"code":"GDL7001","name":"invalid-case","severity":"error","line":1,"column":5,"message":"...",
 * "fact":"...","because":"...","help":"..."}. Columns count characters from 1. `fact`, `because` (the reason
 * of a constraint that the patient violates) and `help` may be missing, and members may be added. After 100
 * problems a last line says that there may be more. `write_error` may be NULL. */
GDLRT_API gdlrt_status gdlrt_evaluate_json(const gdlrt_program* program, const char* json,
                                           size_t size, const gdlrt_eval_options* options,
                                           gdlrt_write write_answer, void* answer,
                                           gdlrt_write write_error, void* errors);

/* -- Audit records -------------------------------------------------------------------------------------------- */

/* SHA-256 of the program's bytes, which is that of its file: 32 bytes at `hash`. Takes longer than an evaluation: keep it. */
GDLRT_API gdlrt_status gdlrt_program_hash(const gdlrt_program* program, uint8_t* hash);

/* As gdlrt_evaluate_json, with the record of it: one line of JSON with the program, the runtime's version, the options,
 * the case, and the answer or the problems (docs/cli.md, "An audit record"), which `gdlc eval --replay` checks. A case
 * that was said fact by fact has its text from gdlrt_case_write.
 * `program_hash` is what gdlrt_program_hash gives; NULL: it is computed. The record comes first, and what is not on record
 * is not told: if `write_record` stops the call, no answer and no problem is written. GDLRT_OK and GDLRT_BAD_CASE have a
 * record, any other status has none. `write_answer` and `write_error` may be NULL: the record has all. */
GDLRT_API gdlrt_status gdlrt_audit_json(const gdlrt_program* program, const uint8_t* program_hash,
                                        const char* json, size_t size,
                                        const gdlrt_eval_options* options, gdlrt_write write_record,
                                        void* record, gdlrt_write write_answer, void* answer,
                                        gdlrt_write write_error, void* errors);

/* -- Cases, fact by fact -------------------------------------------------------------------------------------- */

/* What is known of one patient; nothing at first. It may be cleared and used again, and must not outlive its program. */
typedef struct gdlrt_case gdlrt_case;

typedef struct gdlrt_case_options {
  size_t size;
  const gdlrt_allocator* allocator; /* NULL: malloc */
  /* Gets each problem as a line, as in gdlrt_evaluate_json, in the same words; NULL: the status alone tells. Line and
   * column are 1 where no text was given. What it returns is not looked at. */
  gdlrt_write write_error;
  void* errors;
} gdlrt_case_options;
GDLRT_API gdlrt_status gdlrt_case_make(const gdlrt_program* program,
                                       const gdlrt_case_options* options, gdlrt_case** out);
GDLRT_API void gdlrt_case_free(gdlrt_case* c); /* nothing for NULL */
/* Nothing is known any more. */
GDLRT_API void gdlrt_case_clear(gdlrt_case* c);

/* The fact of that name. If there is none, the problem is told ("did you mean"), and GDLRT_NONE is given, which
 * each of the calls below refuses. */
GDLRT_API uint32_t gdlrt_case_fact(gdlrt_case* c, const char* name);

/* Each call replaces what was said of the fact. GDLRT_BAD_CASE if the value is none that the fact can have: then the
 * case is not evaluated until the fact has been given another, so that a status that nobody looked at cannot become an
 * answer for another patient. After GDLRT_NONE for a fact only gdlrt_case_clear or gdlrt_case_read help. */
GDLRT_API gdlrt_status gdlrt_case_unset(gdlrt_case* c, uint32_t fact);       /* as if not named */
GDLRT_API gdlrt_status gdlrt_case_set_unknown(gdlrt_case* c, uint32_t fact); /* no default either */
GDLRT_API gdlrt_status gdlrt_case_set_boolean(gdlrt_case* c, uint32_t fact, int yes);
GDLRT_API gdlrt_status gdlrt_case_set_value(gdlrt_case* c, uint32_t fact, uint32_t value);
GDLRT_API gdlrt_status gdlrt_case_set_name(gdlrt_case* c, uint32_t fact, const char* name);
/* A number as decimal text, "1.5", or "1/3": nothing is rounded. `unit` NULL: the fact's own; else it is converted. */
GDLRT_API gdlrt_status gdlrt_case_set_number(gdlrt_case* c, uint32_t fact, const char* number,
                                             const char* unit);
/* mantissa * 10^exponent. */
GDLRT_API gdlrt_status gdlrt_case_set_scaled(gdlrt_case* c, uint32_t fact, int64_t mantissa,
                                             int32_t exponent, const char* unit);
/* Of a set, as bits, the lowest is the first element: what is certainly in it, and of which elements it is known (bits
 * beyond the elements say nothing; all bits: of all). */
GDLRT_API gdlrt_status gdlrt_case_set_elements(gdlrt_case* c, uint32_t fact, uint64_t present,
                                               uint64_t known);
/* Of one element; what was said of the others stays. After a value that was refused only gdlrt_case_unset or
 * gdlrt_case_set_elements begin anew. */
typedef enum gdlrt_truth { GDLRT_NO = 0, GDLRT_YES = 1, GDLRT_UNKNOWN = 2 } gdlrt_truth;
GDLRT_API gdlrt_status gdlrt_case_set_element(gdlrt_case* c, uint32_t fact, uint32_t element,
                                              gdlrt_truth truth);

/* One part of a description: of an enumeration or a number. */
typedef enum gdlrt_how {
  GDLRT_IN = 0, /* one of these: each value listed is an entry of its own */
  GDLRT_NOT = 1,
  GDLRT_BELOW = 2,
  GDLRT_AT_MOST = 3,
  GDLRT_ABOVE = 4,
  GDLRT_AT_LEAST = 5
} gdlrt_how;
typedef struct gdlrt_narrowing {
  size_t size;
  uint32_t how; /* gdlrt_how */
  /* 0: of the whole fact. Else bounds of the same number, in a row, are together one of the values listed: {"in": [0,
   * {"above": 5, "below": 7}]} has three entries, the last two with `piece` 1. */
  uint32_t piece;
  const char* text; /* a number, or a name; NULL: see below */
  int64_t
      mantissa; /* with text NULL: mantissa * 10^exponent, or the index of a value, or 0 and 1 */
  int32_t exponent;
  const char* unit; /* NULL: the fact's own */
} gdlrt_narrowing;
/* All entries together say what is left of the fact: of below, at_most, above and at_least one each at most, but for pieces. A list
 * of entries without room for `exponent`, or of different sizes, is refused like a value that the fact cannot have. */
GDLRT_API gdlrt_status gdlrt_case_narrow(gdlrt_case* c, uint32_t fact, const gdlrt_narrowing* list,
                                         size_t count);
/* The value of one fact, in any form that a case has for it. */
GDLRT_API gdlrt_status gdlrt_case_set_json(gdlrt_case* c, uint32_t fact, const char* json,
                                           size_t size);
/* A whole case, in place of all that was said. If it is not valid nothing is known afterwards, and the case is not
 * evaluated. */
GDLRT_API gdlrt_status gdlrt_case_read(gdlrt_case* c, const char* json, size_t size);
/* Writes the case as JSON, in one line: the same case, whatever calls have said it. GDLRT_BAD_CASE, and nothing, if
 * something in it was refused. */
GDLRT_API gdlrt_status gdlrt_case_write(const gdlrt_case* c, gdlrt_write write, void* context);

/* -- Answers -------------------------------------------------------------------------------------------------- */

/* A document with the members that docs/cli.md tells: the JSON of gdlrt_evaluate_json, and the same as a tree. It stands
 * for itself: case and program may go. */
typedef struct gdlrt_answer gdlrt_answer;
/* A value in it; lives as long as the answer. Calls on NULL give what an absent value has: so a path may be walked
 * without asking at each step. */
typedef struct gdlrt_node gdlrt_node;

/* `options` may be NULL. On failure *out is NULL. The case stays as it is. GDLRT_BAD_CASE: no patient agrees with the
 * case, or a value in it was refused; why is told again. */
GDLRT_API gdlrt_status gdlrt_evaluate(gdlrt_case* c, const gdlrt_eval_options* options,
                                      gdlrt_answer** out);
/* Frees an answer (nothing for NULL). One in an arena of the caller's needs it not. */
GDLRT_API void gdlrt_answer_free(gdlrt_answer* answer);
/* The whole as JSON, one object and a line break; `size` may be NULL. */
GDLRT_API const char* gdlrt_answer_json(const gdlrt_answer* answer, size_t* size);
GDLRT_API const gdlrt_node* gdlrt_answer_root(const gdlrt_answer* answer);

typedef enum gdlrt_node_type {
  GDLRT_ABSENT = 0,
  GDLRT_NODE_NULL = 1,
  GDLRT_NODE_BOOLEAN = 2,
  GDLRT_NODE_NUMBER = 3,
  GDLRT_NODE_TEXT = 4,
  GDLRT_NODE_LIST = 5,
  GDLRT_NODE_OBJECT = 6
} gdlrt_node_type;
GDLRT_API gdlrt_node_type gdlrt_node_kind(const gdlrt_node* node);
/* A text; a number as it is written; "true", "false"; else empty. `size` of it may be asked for, since a text can have
 * a zero byte inside. */
GDLRT_API const char* gdlrt_node_text(const gdlrt_node* node);
GDLRT_API size_t gdlrt_node_size(const gdlrt_node* node);
/* 1 for true; 0 for anything else. */
GDLRT_API int gdlrt_node_true(const gdlrt_node* node);
/* How many values a list or members an object has, one of them by its index, and one by its name. NULL if there is none.
 */
GDLRT_API uint32_t gdlrt_node_count(const gdlrt_node* node);
GDLRT_API const gdlrt_node* gdlrt_node_at(const gdlrt_node* node, uint32_t i);
GDLRT_API const gdlrt_node* gdlrt_node_member(const gdlrt_node* node, const char* name);
/* The name of a member of an object; else empty. */
GDLRT_API const char* gdlrt_node_name(const gdlrt_node* node);

#ifdef __cplusplus
}
#endif
#endif
