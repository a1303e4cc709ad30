// A small strict JSON reader (RFC 8259): text to a tree inside an arena. Numbers stay text, so that nothing
// is rounded. Duplicate keys are left to the caller, who can name them. Texts without escapes are not copied.
#pragma once

#include "arena.h"

namespace gdlrt::json {

enum class Kind : uint8_t { null, boolean, number, string, array, object };

struct Value {
  Kind kind = Kind::null;
  bool flag = false;           ///< boolean
  const char* text = nullptr;  ///< number: as written; string: unescaped
  uint32_t size = 0;           ///< of text
  uint32_t at = 0;             ///< where it begins in the source
  uint32_t end = 0;            ///< of a child: behind its last byte
  const char* key = nullptr;   ///< in an object: its key, unescaped
  uint32_t key_size = 0;
  uint32_t key_at = 0;
  const Value* first = nullptr;  ///< array, object: children in order
  const Value* next = nullptr;
  uint32_t count = 0;             ///< of children
  const Value** items = nullptr;  ///< the children by index; after parse_own only

  [[nodiscard]] bool is(const char* word) const { return equal(text, size, word); }
  [[nodiscard]] bool key_is(const char* word) const { return equal(key, key_size, word); }
  static bool equal(const char* text, uint32_t size, const char* word) {
    return strlen(word) == size && memcmp(text, word, size) == 0;
  }
};

struct Error {
  const char* message = nullptr;
  uint32_t at = 0;
};

/// Reads the whole text; null with `error` filled in if it is not JSON (or memory ran out). The tree points into the text.
const Value* parse(Arena& arena, const char* text, uint32_t size, Error& error);
/// The same of a text that may be written to: each text, name and number is unescaped where it stands and ends with a zero
/// byte, and children have an index. One byte behind the text is written too.
const Value* parse_own(Arena& arena, char* text, uint32_t size, Error& error);

/// The bytes of a byte-order mark that the text begins with: 3 or 0.
uint32_t mark_size(const char* text, uint32_t size);

/// A place in a text: bytes before it, its line and its column (code points), both from 1.
struct Place {
  uint32_t at = 0, line = 1, column = 1;
};
/// Moves the place to `at` bytes; quick if that lies further on. A byte-order mark takes no column.
void advance(const char* text, uint32_t at, Place& place);

}  // namespace gdlrt::json
