// The memory of one call: pieces are taken and never given back singly; the whole goes when the call ends.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gdlrt/gdlrt.h"

namespace gdlrt {

/// Where memory comes from: the caller's hook, or malloc. A copy, so that the caller's struct may go.
struct Memory {
  void* (*resize)(void* context, void* block, size_t old_size, size_t new_size) = nullptr;
  void* context = nullptr;

  Memory() = default;
  explicit Memory(const gdlrt_allocator* a) {
    if (a != nullptr) resize = a->resize, context = a->context;
  }
  /// A hook that is given must be one.
  static bool sound(const gdlrt_allocator* a) {
    return a == nullptr || (a->size >= sizeof *a && a->resize != nullptr);
  }
  [[nodiscard]] void* take(size_t size) const;
  /// Nothing for null.
  void give(void* block, size_t size) const;
};

/// Zeroed, 16-aligned pieces out of blocks from the memory given. When that runs out `failed()` is true from then on and
/// every piece is null: ask before use. Each block is twice the one before: few are asked for, and an allocator that adapts
/// to what it is asked (glibc's does) soon keeps them at hand, where it would give small ones back to the system each call.
class Arena {
 public:
  Arena() = default;
  explicit Arena(const Memory& from, size_t first_block = kFirstBlock)
      : from_(from), block_(first_block) {}
  /// Begins in the given memory, at a multiple of 16, and goes on in blocks.
  Arena(void* memory, size_t size, const Memory& from)
      : from_(from), at_(static_cast<uint8_t*>(memory)), left_(size) {}
  /// In the given memory, at a multiple of 16, and nowhere else: when it is used up memory has run out.
  Arena(void* memory, size_t size)
      : at_(static_cast<uint8_t*>(memory)), left_(size), within_(true) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  void* take(size_t size);
  /// The same, not zeroed.
  void* take_raw(size_t size);
  template <class T>
  T* array(size_t count) {
    if (count > SIZE_MAX / sizeof(T) / 2) {
      failed_ = true;
      return nullptr;
    }
    return static_cast<T*>(take(count * sizeof(T)));
  }
  [[nodiscard]] bool failed() const { return failed_; }
  /// All pieces together.
  [[nodiscard]] size_t taken() const { return taken_; }

 private:
  struct alignas(16) Block {
    Block* next;
    size_t size;
  };
  static constexpr size_t kFirstBlock = 65536, kLargestBlock = 1048576;
  Memory from_;
  Block* blocks_ = nullptr;
  uint8_t* at_ = nullptr;
  size_t left_ = 0;
  size_t taken_ = 0;
  bool within_ = false;
  size_t block_ = kFirstBlock;  // the size of the next block
  bool failed_ = false;
};

/// Room for a longer list, with what is in it; raises `capacity`. Null if there is none.
void* grown_list(Arena& arena, const void* data, size_t item, uint32_t count, uint32_t& capacity);

/// A list that grows inside an arena. Items are trivially copyable.
template <class T>
struct List {
  T* data = nullptr;
  uint32_t count = 0, capacity = 0;

  bool add(Arena& arena, const T& item) {
    if (count == capacity) {
      void* bigger = grown_list(arena, data, sizeof(T), count, capacity);
      if (bigger == nullptr) return false;
      data = static_cast<T*>(bigger);
    }
    data[count++] = item;
    return true;
  }
  [[gnu::always_inline]] T& operator[](uint32_t i) { return data[i]; }
  [[gnu::always_inline]] const T& operator[](uint32_t i) const { return data[i]; }
};

}  // namespace gdlrt
