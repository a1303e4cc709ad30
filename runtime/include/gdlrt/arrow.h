/* gdlrt/arrow.h: batches from Arrow data, by the Arrow C data interface: two structs, and no library of Arrow's. Part of
 * libgdlrt-batch; 0.x.
 *
 * A record batch or a table's chunk comes as a struct array, whose children are the columns. A child with the name of a
 * fact holds this fact; others are passed over. Nothing is copied but indices into dictionaries that are in another
 * order than the enumerators; nothing is released.
 *
 *   gdlrt_arrow_plan_make(program, &schema, GDLRT_WANT_ALL, GDLRT_ENGINE_BEST, &plan, on_text, errors);
 *   gdlrt_batch_make(plan, memory, gdlrt_batch_size(plan), &batch);
 *   gdlrt_arrow_run(plan, batch, &schema, &array, &result, on_text, errors);    rows: array.length
 *
 * | fact         | Arrow types                                                                               |
 * | yes/no       | bool; integers of 0 and 1                                                                 |
 * | enumeration  | of at most 255 enumerators: utf8 or large_utf8, of their names; dictionaries of these; of |
 * |              | any number: the integers 0, 1, ... in the order of declaration                            |
 * | whole number | integers                                                                                  |
 * | decimal      | float64, float32; integers, for whole values                                              |
 * | set          | uint64, the lowest bit is the first element declared                                      |
 *
 * Integers are int8 to int64 and uint8 to uint64. uint8, int32, int64, float64, bool and uint64 of a set are read where they
 * lie, the others are converted by chunks of rows. A text that is no enumerator is a value that is none: its row is bad.
 *
 * Other types are refused: cast them. Validity bitmaps and offsets are honoured: a null is an unknown value.
 */
#ifndef GDLRT_ARROW_H
#define GDLRT_ARROW_H

#include "gdlrt/batch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* As Arrow's specification of the C data interface gives them; who includes Arrow's own header has them already. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif

/* Prepares a program for arrays of this schema, as gdlrt_batch_plan_make does. */
GDLRT_API gdlrt_status gdlrt_arrow_plan_make(const gdlrt_program* program,
                                             const struct ArrowSchema* schema, uint32_t wanted,
                                             gdlrt_engine engine, gdlrt_batch_plan** out,
                                             gdlrt_write write_error, void* errors);

/* Evaluates the rows of an array of the schema that the plan was made for. A dictionary may have at most
 * GDLRT_DICTIONARY values and no nulls; one that is no enumerator makes the rows that use it bad. */
GDLRT_API gdlrt_status gdlrt_arrow_run(const gdlrt_batch_plan* plan, gdlrt_batch* batch,
                                       const struct ArrowSchema* schema,
                                       const struct ArrowArray* array, gdlrt_batch_result* result,
                                       gdlrt_write write_error, void* errors);
#define GDLRT_DICTIONARY 4096

#ifdef __cplusplus
}
#endif
#endif
