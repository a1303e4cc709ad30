// What the runtime takes from a C library, where there is none: a few calls on bytes, and memory. Built without
// the compiler's own knowledge of these functions, else it would make a call of memset out of the loop inside memset.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// -- memory ---------------------------------------------------------------------------------------------
// One list of free blocks, in the order of their addresses, so that neighbours are joined when they become free; the
// first that is large enough is taken, and the memory grows when there is none. Programs and the blocks of evaluations
// are few and large: the list is a handful long.

namespace {

/// Stands before each block. Sizes are multiples of 16 and count this header.
struct alignas(16) Block {
  size_t size;
  Block* next;  // of a free block: the next one that is free
};
static_assert(sizeof(Block) == 16);

constexpr size_t kPage = 65536;

Block* first_free = nullptr;

Block* end_of(Block* b) {
  return reinterpret_cast<Block*>(reinterpret_cast<uint8_t*>(b) + b->size);
}

void give_back(Block* b) {
  Block* before = nullptr;
  Block* after = first_free;
  while (after != nullptr && after < b) {
    before = after;
    after = after->next;
  }
  b->next = after;
  if (after != nullptr && end_of(b) == after) {
    b->size += after->size;
    b->next = after->next;
  }
  if (before == nullptr) {
    first_free = b;
  } else if (end_of(before) == b) {
    before->size += b->size;
    before->next = b->next;
  } else {
    before->next = b;
  }
}

/// Memory from the machine, as a free block of at least this size.
bool grow(size_t size) {
  size_t pages = (size + kPage - 1) / kPage;
  size_t old = __builtin_wasm_memory_grow(0, pages);
  if (old == SIZE_MAX) return false;
  auto* b = reinterpret_cast<Block*>(old * kPage);
  b->size = pages * kPage;
  give_back(b);
  return true;
}

}  // namespace

extern "C" {

void* malloc(size_t size) {
  // The largest block: what is asked for, its header and the rounding must not wrap, nor a page's rounding after that.
  if (size > SIZE_MAX - 2 * kPage) return nullptr;
  size = ((size + 15) & ~size_t{15}) + sizeof(Block);
  for (int tries = 0; tries < 2; ++tries) {
    for (Block** at = &first_free; *at != nullptr; at = &(*at)->next) {
      Block* b = *at;
      if (b->size < size) continue;
      if (b->size - size > sizeof(Block)) {
        auto* rest = reinterpret_cast<Block*>(reinterpret_cast<uint8_t*>(b) + size);
        rest->size = b->size - size;
        rest->next = b->next;
        b->size = size;
        *at = rest;
      } else {
        *at = b->next;
      }
      return b + 1;
    }
    if (!grow(size)) break;
  }
  return nullptr;
}

void free(void* block) {
  if (block != nullptr) give_back(static_cast<Block*>(block) - 1);
}

void* calloc(size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return nullptr;
  void* out = malloc(count * size);
  return out == nullptr ? nullptr : memset(out, 0, count * size);
}

void* realloc(void* block, size_t size) {
  if (block == nullptr) return malloc(size);
  size_t room = (static_cast<Block*>(block) - 1)->size - sizeof(Block);
  if (size <= room) return block;
  void* out = malloc(size);
  if (out == nullptr) return nullptr;
  memcpy(out, block, room);
  free(block);
  return out;
}

// -- bytes ----------------------------------------------------------------------------------------------
// The machine has instructions for the first three.

void* memcpy(void* to, const void* from, size_t size) { return __builtin_memcpy(to, from, size); }
void* memmove(void* to, const void* from, size_t size) { return __builtin_memmove(to, from, size); }
void* memset(void* to, int byte, size_t size) { return __builtin_memset(to, byte, size); }

void* memchr(const void* bytes, int byte, size_t size) {
  const auto* at = static_cast<const uint8_t*>(bytes);
  for (size_t i = 0; i < size; ++i) {
    if (at[i] == static_cast<uint8_t>(byte)) return const_cast<uint8_t*>(at + i);
  }
  return nullptr;
}

int memcmp(const void* a, const void* b, size_t size) {
  const auto* x = static_cast<const uint8_t*>(a);
  const auto* y = static_cast<const uint8_t*>(b);
  for (size_t i = 0; i < size; ++i) {
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  }
  return 0;
}

size_t strlen(const char* text) {
  size_t n = 0;
  while (text[n] != 0) ++n;
  return n;
}

size_t strspn(const char* text, const char* of) {
  size_t n = 0;
  while (text[n] != 0 && memchr(of, text[n], strlen(of)) != nullptr) ++n;
  return n;
}

int strcmp(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return static_cast<uint8_t>(*a) - static_cast<uint8_t>(*b);
}

}  // extern "C"
