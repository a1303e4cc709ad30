// Which outputs the rows of a chunk may have and which they may lack, where values are unknown: boxes.h for the rows in
// hand. They come `kBlock` words at a time, in which the registers stay in the nearest cache.
#pragma once

#include <string.h>

#include "boxes.h"
#include "columns.h"

namespace gdlrt::batch {

class BoxRows {
 public:
  static constexpr uint32_t kBlock = Kernels::kBoxWords;

  /// Memory for chunks of up to so many words, from the arena; ask it whether it failed.
  void make(const Boxes& boxes, const Kernels& kernels, uint32_t words, Arena& arena);
  /// Compares the chunk's columns; `leaves` are those of the cuts, `column` that of each fact.
  void take(const Boxes& boxes, const Chunk& chunk, const Leaf* leaves, const uint32_t* column);
  /// Computes words first..first+kBlock, of which the chunk may have fewer, and calls visit(output, may, may_not) with the
  /// words of each output.
  template <class Visit>
  void block(const Boxes& boxes, uint32_t first, Visit&& visit) {
    for (uint32_t c = 0; c < boxes.choices().count; ++c) {
      memcpy(registers_ + size_t{c + 2} * kBlock, may_ + size_t{c} * stride_ + first,
             kBlock * sizeof *registers_);
    }
    uint32_t at = 0;
    for (const BoxOutput& o : boxes.outputs()) {
      if (o.steps > at) k_->boxes(boxes.steps().data + at, o.steps - at, registers_);
      at = o.steps;
      visit(o, registers_ + size_t{o.may} * kBlock, registers_ + size_t{o.may_not} * kBlock);
    }
  }

 private:
  const Kernels* k_ = nullptr;
  uint32_t stride_ = 0;            // words of a chunk, whole blocks
  uint64_t* cuts_ = nullptr;       // [cut][word]
  uint64_t* may_ = nullptr;        // [choice][word]: the row may have one of its values
  uint64_t* registers_ = nullptr;  // [register][word of the block]
};

}  // namespace gdlrt::batch
