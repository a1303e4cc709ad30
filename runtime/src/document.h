// Answers as documents: the JSON that answer.cpp writes, kept, with a tree over it.
#pragma once

#include "json.h"
#include "out.h"

struct gdlrt_answer {
  const char* text = nullptr;  ///< the JSON, with a zero byte behind
  size_t size = 0;
  const gdlrt::json::Value* root = nullptr;
  bool owned = false;  ///< not in an arena of the caller's: part of an OwnedAnswer
};

namespace gdlrt {

/// Text as it comes, in an arena.
class Collected {
 public:
  explicit Collected(Arena& arena) : arena_(arena) {}
  /// A gdlrt_write, whose context is the object.
  static int append(void* context, const char* text, size_t size);
  [[nodiscard]] const char* text() const { return text_; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  Arena& arena_;
  char* text_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
  bool failed_ = false;
};

/// A document of the text, which is JSON: in `within`, or in memory of its own. GDLRT_OK or GDLRT_NO_MEMORY.
gdlrt_status make_answer(const Collected& text, const Memory& memory, Arena* within,
                         gdlrt_answer** out);

}  // namespace gdlrt
