// The memory of one call: see arena.h.
#include "arena.h"

namespace gdlrt {

Arena::~Arena() {
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    free(blocks_);
    blocks_ = next;
  }
}

void* Arena::take(size_t size) {
  size = (size + 15) & ~size_t{15};
  if (size > left_) {
    size_t want = size + sizeof(Block) > block_ ? size + sizeof(Block) : block_;
    if (block_ < kLargestBlock) block_ *= 2;
    Block* b = want < size || within_ ? nullptr : static_cast<Block*>(malloc(want));
    if (b == nullptr) {
      failed_ = true;
      return nullptr;
    }
    b->next = blocks_;
    blocks_ = b;
    at_ = reinterpret_cast<uint8_t*>(b) + sizeof(Block);
    left_ = want - sizeof(Block);
  }
  void* out = at_;
  at_ += size;
  left_ -= size;
  taken_ += size;
  memset(out, 0, size);
  return out;
}

void* grown_list(Arena& arena, const void* data, size_t item, uint32_t count, uint32_t& capacity) {
  // Past 2^31 items there is no more room to count them: as if memory had run out.
  bool room = capacity <= UINT32_MAX / 2;
  uint32_t more = capacity == 0 ? 8 : capacity * 2;
  void* bigger = arena.array<uint8_t>(room ? more * item : SIZE_MAX);
  if (bigger == nullptr) return nullptr;
  if (count > 0) memcpy(bigger, data, count * item);
  capacity = more;
  return bigger;
}

}  // namespace gdlrt
