// Text going out through the caller's callback, collected into larger pieces on the way.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "gdlrt/gdlrt.h"

namespace gdlrt {

class Out {
 public:
  Out(gdlrt_write write, void* context) : write_(write), context_(context) {}
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;
  ~Out() { flush(); }

  Out& put(const char* text, size_t size);
  /// The length of a text that stands in the source is known where it is put out.
  Out& operator<<(const char* text) { return put(text, strlen(text)); }
  Out& operator<<(char c) {
    if (used_ == sizeof buffer_) flush();
    buffer_[used_++] = c;
    return *this;
  }
  Out& operator<<(uint64_t v);
  Out& operator<<(uint32_t v) { return *this << static_cast<uint64_t>(v); }
  Out& operator<<(int64_t v);
  Out& hex(const uint8_t* bytes, size_t size);
  /// A comma, unless what comes is the first of a list.
  Out& next(bool& first) {
    if (!first) *this << ',';
    first = false;
    return *this;
  }
  /// The inside of a JSON string.
  Out& escaped(const char* text, size_t size);
  /// A JSON string with its quotes.
  Out& quoted(const char* text, size_t size);
  Out& quoted(const char* text);

  /// Hands on what is collected; false once the caller has asked to stop, or the limit is met.
  bool flush();
  /// No more than so many bytes from here on.
  void limit(uint64_t bytes) { left_ = bytes; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// The limit was met: what has been handed on is not all.
  [[nodiscard]] bool too_long() const { return too_long_; }

 private:
  Out& put_in_pieces(const char* text, size_t size);
  gdlrt_write write_;
  void* context_;
  char buffer_[1024];
  size_t used_ = 0;
  bool stopped_ = false, too_long_ = false;
  uint64_t left_ = UINT64_MAX;
};

}  // namespace gdlrt
