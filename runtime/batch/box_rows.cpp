// What the rows of a chunk may have: see box_rows.h.
#include "box_rows.h"

namespace gdlrt::batch {

void BoxRows::make(const Boxes& boxes, const Kernels& kernels, uint32_t words, Arena& arena) {
  k_ = &kernels;
  stride_ = (words + kBlock - 1) / kBlock * kBlock;
  cuts_ = line_aligned(arena, size_t{boxes.cuts().count} * stride_);
  may_ = line_aligned(arena, size_t{boxes.choices().count} * stride_);
  registers_ = line_aligned(arena, size_t{boxes.registers()} * kBlock);
  if (arena.failed()) return;
  if (boxes.cuts().count > Boxes::kAlways) {
    memset(cuts_ + size_t{Boxes::kAlways} * stride_, 0xff, stride_ * sizeof *cuts_);
  }
  memset(registers_ + size_t{Boxes::kAlways} * kBlock, 0xff, kBlock * sizeof *registers_);
}

void BoxRows::take(const Boxes& boxes, const Chunk& chunk, const Leaf* leaves,
                   const uint32_t* column) {
  uint32_t words = chunk.words();
  for (uint32_t i = 2; i < boxes.cuts().count; ++i) {
    chunk.compare(leaves[i], cuts_ + size_t{i} * stride_);
  }
  uint64_t* to = may_;
  for (const Choice& c : boxes.choices()) {
    for (uint32_t k = 0; k < c.count; ++k) {
      const Span& s = boxes.spans()[c.first + k];
      k_->between(cuts_ + size_t{s.from} * stride_, cuts_ + size_t{s.to} * stride_, words, k > 0,
                  to);
    }
    const uint64_t* known = c.of_known ? nullptr : chunk.valid(column[c.fact]);
    if (known != nullptr) k_->or_not(known, words, to);
    to += stride_;
  }
}

}  // namespace gdlrt::batch
