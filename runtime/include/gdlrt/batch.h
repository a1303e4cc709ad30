/* gdlrt/batch.h: millions of patients at once, from columns. Part of libgdlrt-batch; 0.x.
 *
 * Columns go in as they lie in memory, one value for each patient; bit masks come out, one bit for each patient: for each
 * rule that it stands, for each offer that it is made, for each decision that it is about the patient, has a gap, is
 * stranded, or holds a conflict. The bits are the same that gdlrt_record_evaluate gives for each patient by himself.
 *
 *   gdlrt_column columns[] = {{sizeof(gdlrt_column), "stage", GDLRT_RAW_U8, 0},
 *                             {sizeof(gdlrt_column), "pdl1", GDLRT_RAW_F64, 0}, ...};
 *   gdlrt_batch_plan_make(program, columns, 14, GDLRT_WANT_ALL, GDLRT_ENGINE_BEST, &plan, on_text, errors);    once
 *   gdlrt_batch_make(plan, memory, gdlrt_batch_size(plan), &batch);                            once for each thread
 *   gdlrt_batch_run(plan, batch, data, rows, &result);                                                for each batch
 *
 * Unknown values: where a column has a validity bitmap, a row with a 0 is a patient of whom the fact is unknown. Then two
 * answers are given: what is certain (holds for every patient who agrees with the row and whom no constraint excludes)
 * and what is possible (holds for some). Both are exact. Rows that bits alone do not decide are evaluated one by one; where
 * that would take too much work, the row is marked as undecided, and its certain and possible bits are bounds: what is
 * certain is certain, what is not possible is not possible, what lies between is not known.
 *
 * Memory: a plan is made in memory from malloc; it must not outlive its program. All else lies in memory of the
 * caller's; nothing is allocated for a batch or a row. Threads: a plan is never written to again; each thread needs a
 * batch of its own, and takes rows of its own, at multiples of 64. Columns and masks may lie at any address; large masks are
 * written faster where they begin at a multiple of 64 bytes.
 */
#ifndef GDLRT_BATCH_H
#define GDLRT_BATCH_H

#include "gdlrt/record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a column holds values: one of gdlrt_raw, or yes/no as bits, 8 to a byte, the lowest first (as Arrow does). */
#define GDLRT_RAW_BITS 6u

/* A column: which fact, and of what type. Set `size` to sizeof(gdlrt_column), the same for all of a list. */
typedef struct gdlrt_column {
  size_t size;
  const char* fact;
  uint32_t raw;
  int32_t scale; /* as in gdlrt_field */
} gdlrt_column;

/* The values of a column in one batch. Row i of the batch is element offset + i, of the values and of the validity. */
typedef struct gdlrt_column_data {
  size_t size; /* sizeof(gdlrt_column_data), the same for all of a list */
  const void* values;
  const uint8_t* valid; /* bits: 1 the value is known; NULL: all are. Values that are not known are
                           not looked at */
  size_t offset;
  /* NULL, or what integers that hold yes/no or an enumeration mean: value v is enumerator codes[v]; what is beyond
   * code_count, or is 255, is none. For an enumeration of at most 255. */
  const uint8_t* codes;
  size_t code_count;
} gdlrt_column_data;

/* What masks are computed; what is not wanted costs nothing. Other bits give GDLRT_BAD_ARGUMENT. */
#define GDLRT_WANT_RULES 1u
#define GDLRT_WANT_OFFERS 2u
#define GDLRT_WANT_MARKS 4u /* domain, gap, stranded, conflict */
#define GDLRT_WANT_ALL 7u

/* Which instructions to use: the answers are the same. One that the machine does not have gives GDLRT_BAD_ARGUMENT. */
typedef enum gdlrt_engine {
  GDLRT_ENGINE_BEST = 0, /* the best that the machine has */
  GDLRT_ENGINE_SCALAR = 1,
  GDLRT_ENGINE_AVX2 = 2,
  GDLRT_ENGINE_AVX512 = 3
} gdlrt_engine;

typedef struct gdlrt_batch_plan gdlrt_batch_plan;
typedef struct gdlrt_batch gdlrt_batch;

/* Where masks go: for each rule, offer or decision a pointer to ceil(rows / 64) words; bits behind the last row are 0. A
 * list may be NULL, and pointers in it too: then that is not written. */
typedef struct gdlrt_batch_masks {
  size_t size; /* sizeof(gdlrt_batch_masks) */
  uint64_t* const* rules;
  uint64_t* const* offers;
  uint64_t* const* domain;
  uint64_t* const* gap;
  uint64_t* const* stranded;
  uint64_t* const* conflict;
  uint64_t*
      offer_counts; /* may be NULL: for each offer to how many rows it is made; added to what stands there */
} gdlrt_batch_masks;

typedef struct gdlrt_batch_result {
  size_t size; /* sizeof(gdlrt_batch_result) */
  /* Where every value is known both are the same; NULL: none of these is written. */
  const gdlrt_batch_masks *certain, *possible;
  uint64_t*
      bad; /* ceil(rows / 64) words, or NULL: rows that are no possible patient, or have a value that is none of
                                          its fact: they have no other bit */
  uint64_t* undecided;               /* the same: see above */
  uint64_t bad_rows, undecided_rows; /* how many: set by the call */
} gdlrt_batch_result;

/* Prepares a program for columns. Every fact that some condition reads needs one. Failures are told as
 * gdlrt_plan_make tells them; GDLRT_UNDECIDED: the program is too large for a circuit. */
GDLRT_API gdlrt_status gdlrt_batch_plan_make(const gdlrt_program* program,
                                             const gdlrt_column* columns, size_t count,
                                             uint32_t wanted, gdlrt_engine engine,
                                             gdlrt_batch_plan** out, gdlrt_write write_error,
                                             void* errors);
GDLRT_API void gdlrt_batch_plan_free(gdlrt_batch_plan* plan);
/* The instructions it uses: "scalar", "avx2", "avx512"; empty for NULL. */
GDLRT_API const char* gdlrt_batch_engine_name(const gdlrt_batch_plan* plan);
/* The program prepared for single records, which tells rules, decisions and offers and their names (record.h). It lives
 * as long as the batch's plan. */
GDLRT_API const gdlrt_plan* gdlrt_batch_records(const gdlrt_batch_plan* plan);

/* The bytes that a batch needs, and a batch in that memory, which must lie at a multiple of 64. */
GDLRT_API size_t gdlrt_batch_size(const gdlrt_batch_plan* plan);
GDLRT_API gdlrt_status gdlrt_batch_make(const gdlrt_batch_plan* plan, void* memory, size_t size,
                                        gdlrt_batch** out);

/* Evaluates `rows` patients: `data` has as many columns as the plan, in its order. GDLRT_OK, or GDLRT_BAD_ARGUMENT. */
GDLRT_API gdlrt_status gdlrt_batch_run(const gdlrt_batch_plan* plan, gdlrt_batch* batch,
                                       const gdlrt_column_data* data, size_t rows,
                                       gdlrt_batch_result* result);

#ifdef __cplusplus
}
#endif
#endif
