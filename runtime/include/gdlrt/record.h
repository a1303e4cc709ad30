/* gdlrt/record.h: one patient after another, from the caller's own records. Part of libgdlrt-batch, which stands beside
 * libgdlrt of the same version; version 0.x.
 *
 * Where gdlrt_evaluate_json takes a case as text and explains its answer, this takes raw values out of a record and
 * gives bits: which rules stand, what is offered, where there is a gap or a conflict. It is exact like the other, and
 * takes nanoseconds to microseconds.
 *
 *   struct patient { uint8_t stage, egfr, absent; int32_t age; double pdl1; } one;
 *   gdlrt_field fields[] = {
 *       {sizeof(gdlrt_field), "stage", GDLRT_RAW_U8, 0, offsetof(struct patient, stage), 0, 0},
 *       {sizeof(gdlrt_field), "pdl1", GDLRT_RAW_F64, 0, offsetof(struct patient, pdl1),
 *        offsetof(struct patient, absent), 1}, ...};
 *   gdlrt_plan_make(program, fields, 4, sizeof one, &plan, on_text, errors);   once
 *   gdlrt_state_make(plan, memory, gdlrt_state_size(plan), &state);           once for each thread
 *   gdlrt_record_result result = {sizeof result, NULL, NULL, 0};
 *   gdlrt_record_evaluate(plan, state, &one, &result);                        for each patient: allocates nothing
 *
 * Memory: a plan is made in memory from malloc and must not outlive its program. A state lies in the caller's
 * memory. Threads: a plan is never written to again; a state belongs to one thread at a time. What is asked of NULL is 0,
 * or NULL.
 */
#ifndef GDLRT_RECORD_H
#define GDLRT_RECORD_H

#include "gdlrt/gdlrt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a field holds a value. A value that the fact does not have (an enumerator beyond the last, a number outside the
 * fact's range, an element that the set does not have, not-a-number) is an input error, as in a case. A number that a case could not say exactly, since it has
 * more digits or lies too near to 0 (5e-324), is none: it is compared as it is. */
typedef enum gdlrt_raw {
  GDLRT_RAW_U8 = 1,  /* yes/no: 0 or 1; enumeration: 0, 1, ... as declared; number, see scale */
  GDLRT_RAW_I32 = 2, /* the same, with a sign */
  GDLRT_RAW_I64 = 3, /* the same */
  GDLRT_RAW_F64 =
      4, /* decimal: what the double reads as when written in the fewest digits that give it back */
  GDLRT_RAW_SET64 = 5 /* set: 64 bits, the lowest is the first element declared */
} gdlrt_raw;

/* Where a record holds a fact. Set `size` to sizeof(gdlrt_field), the same for all of a list. Fields are read where they
 * lie; they need no alignment. */
typedef struct gdlrt_field {
  size_t size;
  const char* fact; /* its name */
  uint32_t raw;     /* gdlrt_raw */
  int32_t
      scale; /* of integers for a decimal fact: the value is the field times 10^-scale, 0 to 18; else 0 */
  size_t offset; /* in the record, in bytes */
  /* The value is unknown if the byte at null_offset has a bit of null_mask; null_mask 0: it is always known. A fact
   * that is unknown so has no default either. */
  size_t null_offset;
  uint32_t null_mask;
} gdlrt_field;

typedef struct gdlrt_plan gdlrt_plan; /* a program prepared for records of one layout; immutable */
typedef struct gdlrt_state gdlrt_state; /* the working memory of one thread */

/* Bits, 64 to a word, the first is the lowest; of rules and decisions in the order of the program (that of their
 * names in the source), of offers as gdlrt_plan_offer lists them. The library's own: it grows at the end. */
typedef struct gdlrt_masks {
  const uint64_t* rules;    /* the rule stands */
  const uint64_t* offers;   /* the offer is made */
  const uint64_t* domain;   /* the decision is about this patient */
  const uint64_t* gap;      /* and no rule of it has an answer */
  const uint64_t* stranded; /* and all its rules advise is ruled out */
  const uint64_t*
      conflict; /* some advice of it is ruled out in full and not withdrawn, or its settings clash */
} gdlrt_masks;

/* What a call gave. Where every value is known both masks are the same. Else: what holds for every patient who agrees
 * with the record and whom no constraint excludes, and what holds for some. Masks and words are the state's, and stay
 * until its next call. */
typedef struct gdlrt_record_result {
  size_t size; /* sizeof(gdlrt_record_result) */
  const gdlrt_masks *certain, *possible;
  uint32_t
      bad_field; /* with GDLRT_BAD_CASE: the index of the field with the bad value; GDLRT_NO_FIELD: an
                         impossible patient */
} gdlrt_record_result;
#define GDLRT_NO_FIELD 0xffffffffu

/* An offer: a way of an action, with a verb, in a decision; parameters apart. */
typedef struct gdlrt_offer {
  size_t size;       /* sizeof(gdlrt_offer) */
  uint32_t decision; /* index */
  uint32_t leaves;   /* how many actions the way has: gdlrt_plan_offer_leaf names them */
  const char* decision_name;
  const char* verb; /* "recommend" or "consider" */
} gdlrt_offer;

/* Prepares a program for records of `record_size` bytes. Every fact that some condition reads needs a field. On failure
 * *out is NULL and `write_error` (may be NULL) gets one line of JSON that says why: GDLRT_BAD_ARGUMENT for fields that
 * do not fit the program. */
GDLRT_API gdlrt_status gdlrt_plan_make(const gdlrt_program* program, const gdlrt_field* fields,
                                       size_t count, size_t record_size, gdlrt_plan** out,
                                       gdlrt_write write_error, void* errors);
GDLRT_API void gdlrt_plan_free(gdlrt_plan* plan);

GDLRT_API uint32_t gdlrt_plan_rules(const gdlrt_plan* plan);
GDLRT_API uint32_t gdlrt_plan_decisions(const gdlrt_plan* plan);
GDLRT_API uint32_t gdlrt_plan_offers(const gdlrt_plan* plan);
/* False (0) if there is no such offer, or `out` has no size. The texts live as long as the program. */
GDLRT_API int gdlrt_plan_offer(const gdlrt_plan* plan, uint32_t offer, gdlrt_offer* out);
GDLRT_API const char* gdlrt_plan_offer_leaf(const gdlrt_plan* plan, uint32_t offer, uint32_t leaf);

/* The bytes that a state of this plan needs, and a state in that memory, which must lie at a multiple of 16. */
GDLRT_API size_t gdlrt_state_size(const gdlrt_plan* plan);
GDLRT_API gdlrt_status gdlrt_state_make(const gdlrt_plan* plan, void* memory, size_t size,
                                        gdlrt_state** out);

/* Evaluates a record. GDLRT_OK, GDLRT_BAD_CASE (see bad_field), or GDLRT_UNDECIDED if so much is unknown that telling
 * what the patients who agree have in common would take too much work: gdlrt_evaluate_json tells what it can. */
GDLRT_API gdlrt_status gdlrt_record_evaluate(const gdlrt_plan* plan, gdlrt_state* state,
                                             const void* record, gdlrt_record_result* result);
/* Only which rules stand, in `rules` of the result's masks; the others are not to be read. The same for unknown values
 * and errors. */
GDLRT_API gdlrt_status gdlrt_record_rules(const gdlrt_plan* plan, gdlrt_state* state,
                                          const void* record, gdlrt_record_result* result);

/* Writes how a program would be evaluated, for people: its form is no contract. */
GDLRT_API gdlrt_status gdlrt_plan_show(const gdlrt_program* program, gdlrt_write write,
                                       void* context);

#ifdef __cplusplus
}
#endif
#endif
