// The memory of one call: see arena.h.
#include "arena.h"

namespace gdlrt {

void* Memory::take(size_t size) const {
  return resize == nullptr ? malloc(size) : resize(context, nullptr, 0, size);
}

void Memory::give(void* block, size_t size) const {
  if (resize == nullptr) {
    free(block);
  } else if (block != nullptr) {
    (void)resize(context, block, size, 0);
  }
}

Arena::~Arena() {
  while (blocks_ != nullptr) {
    Block* next = blocks_->next;
    from_.give(blocks_, blocks_->size);
    blocks_ = next;
  }
}

void* Arena::take(size_t size) {
  void* out = take_raw(size);
  if (out != nullptr) memset(out, 0, size);
  return out;
}

void* Arena::take_raw(size_t size) {
  size = (size + 15) & ~size_t{15};
  if (size > left_) {
    size_t want = size + sizeof(Block) > block_ ? size + sizeof(Block) : block_;
    if (block_ < kLargestBlock) block_ *= 2;
    Block* b = want < size || within_ ? nullptr : static_cast<Block*>(from_.take(want));
    if (b == nullptr) {
      failed_ = true;
      return nullptr;
    }
    b->next = blocks_;
    b->size = want;
    blocks_ = b;
    at_ = reinterpret_cast<uint8_t*>(b) + sizeof(Block);
    left_ = want - sizeof(Block);
  }
  void* out = at_;
  at_ += size;
  left_ -= size;
  taken_ += size;
  return out;
}

void* grown_list(Arena& arena, const void* data, size_t item, uint32_t count, uint32_t& capacity) {
  // Past 2^31 items there is no more room to count them: as if memory had run out.
  uint32_t more = capacity == 0 ? 8 : capacity * 2;
  bool room = capacity <= UINT32_MAX / 2 && more <= SIZE_MAX / 2 / item;
  void* bigger = arena.take_raw(room ? more * item : SIZE_MAX / 2);
  if (bigger == nullptr) return nullptr;
  if (count > 0) memcpy(bigger, data, count * item);
  capacity = more;
  return bigger;
}

}  // namespace gdlrt
