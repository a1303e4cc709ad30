// The memory of one call: pieces are taken and never given back singly; the whole goes when the call ends.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

namespace gdlrt {

/// Zeroed, 16-aligned pieces out of blocks from malloc. When memory runs out `failed()` is true from then on and every
/// piece is null: ask before use. Each block is twice the one before: few are asked for, and an allocator that adapts to
/// what it is asked (glibc's does) soon keeps them at hand, where it would give small ones back to the system each call.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() {
    while (blocks_ != nullptr) {
      Block* next = blocks_->next;
      free(blocks_);
      blocks_ = next;
    }
  }

  void* take(size_t size) {
    size = (size + 15) & ~size_t{15};
    if (size > left_) {
      size_t want = size + sizeof(Block) > block_ ? size + sizeof(Block) : block_;
      if (block_ < kLargestBlock) block_ *= 2;
      Block* b = want < size ? nullptr : static_cast<Block*>(malloc(want));
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
    memset(out, 0, size);
    return out;
  }
  template <class T>
  T* array(size_t count) {
    if (count > SIZE_MAX / sizeof(T) / 2) {
      failed_ = true;
      return nullptr;
    }
    return static_cast<T*>(take(count * sizeof(T)));
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  struct alignas(16) Block {
    Block* next;
  };
  static constexpr size_t kFirstBlock = 65536, kLargestBlock = 1048576;
  Block* blocks_ = nullptr;
  uint8_t* at_ = nullptr;
  size_t left_ = 0;
  size_t block_ = kFirstBlock;  // the size of the next block
  bool failed_ = false;
};

/// A list that grows inside an arena. Items are trivially copyable.
template <class T>
struct List {
  T* data = nullptr;
  uint32_t count = 0, capacity = 0;

  bool add(Arena& arena, const T& item) {
    if (count == capacity) {
      // Past 2^31 items there is no more room to count them: as if memory had run out.
      bool room = capacity <= UINT32_MAX / 2;
      uint32_t more = capacity == 0 ? 8 : capacity * 2;
      T* bigger = arena.array<T>(room ? more : SIZE_MAX);
      if (bigger == nullptr) return false;
      if (count > 0)
        memcpy(static_cast<void*>(bigger), static_cast<const void*>(data), count * sizeof(T));
      data = bigger;
      capacity = more;
    }
    data[count++] = item;
    return true;
  }
  T& operator[](uint32_t i) { return data[i]; }
  const T& operator[](uint32_t i) const { return data[i]; }
};

}  // namespace gdlrt
