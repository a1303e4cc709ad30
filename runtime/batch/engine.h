// A batch's plan and its memory: what the handles of gdlrt/batch.h stand for.
#pragma once

#include "box_rows.h"
#include "columns.h"
#include "schedule.h"

struct gdlrt_batch_plan {
  gdlrt::Arena arena;
  const gdlrt::Program* program = nullptr;
  gdlrt_plan* records = nullptr;
  gdlrt::batch::Circuit circuit;
  gdlrt::batch::Schedule schedule;
  gdlrt::batch::Boxes boxes;
  gdlrt::View<gdlrt::batch::Column> columns;
  const uint32_t* column_of = nullptr;     // by fact
  gdlrt::batch::Leaf* leaves = nullptr;    // by gate
  gdlrt::batch::Leaf* box_cuts = nullptr;  // by cut
  const size_t* field = nullptr;           // of each column: where the record has it
  size_t record_size = 0;
  uint32_t words = 0;  // of a chunk
  uint32_t undrawn = 0,
           undrawn_offers = 0;  // outputs without a diagram, and how many of them are offers
  uint32_t* place = nullptr;    // of each offer without a diagram: which of these it is
  bool arrow = false;           // made for Arrow
  uint32_t mask_words = 0;      // of all masks of one answer
  const gdlrt::batch::Kernels* kernels = nullptr;
  size_t size = 0;
  static void* operator new(size_t, void* at) noexcept { return at; }
};

struct gdlrt_batch {
  gdlrt::Arena arena;
  gdlrt::batch::Chunk chunk;
  gdlrt::batch::Ahead ahead;
  gdlrt::batch::BoxRows boxes;
  // Twice the schedule's registers, of `words` words: what may hold, and then what does; a chunk of which all is known
  // uses the first half.
  uint64_t* registers = nullptr;
  uint64_t *bad = nullptr, *open = nullptr, *except = nullptr;
  // Masks that the caller only has counted: of offers without a diagram, certain and possible, since these are not known at
  // once; of any other, one after the other.
  uint64_t* offers[2] = {};
  uint64_t* counted = nullptr;
  uint8_t* record = nullptr;
  uint64_t* answers =
      nullptr;  // of the rows of one word: the masks of what is certain, then of what is possible
  /// An output: its words in the chunk, certain and possible, and its place in an answer.
  struct Target {
    uint64_t* to[2];
    uint32_t word, bit;
  };
  Target* outputs = nullptr;
  // Of the rows with one unknown value: which they are, who of them is possible, and what each output was for all and for
  // some classes of it.
  uint64_t *single = nullptr, *somebody = nullptr, *tried = nullptr;
  gdlrt_column_data* data = nullptr;  // the columns of a call
  uint8_t* codes = nullptr;           // Arrow: what their dictionaries mean
  const void** offsets = nullptr;     // of columns of text
  gdlrt_state* state = nullptr;
  static void* operator new(size_t, void* at) noexcept { return at; }

  gdlrt_batch() = default;
  gdlrt_batch(void* memory, size_t bytes) : arena(memory, bytes) {}
  bool make(const gdlrt_batch_plan& plan);
};

namespace gdlrt::batch {

/// gdlrt_batch_plan_make; `forms`: for Arrow, of each column.
gdlrt_status make_batch_plan(const gdlrt_program* program, const gdlrt_column* columns,
                             size_t count, uint32_t wanted, gdlrt_engine engine, const Form* forms,
                             gdlrt_batch_plan** out, gdlrt_write write_error, void* errors);
/// gdlrt_batch_run; `offsets`: of columns of text.
gdlrt_status run_batch(const gdlrt_batch_plan* plan, gdlrt_batch* batch,
                       const gdlrt_column_data* data, const void* const* offsets, size_t rows,
                       gdlrt_batch_result* result);
/// A column that does not fit, or all of them, as gdlrt::refuse_layout tells it.
gdlrt_status refuse_layout(const char* name, const char* why, gdlrt_write write, void* errors);

}  // namespace gdlrt::batch
