// Problems of a case or a program on their way to the caller: one JSON line each (gdlrt.h).
#pragma once

#include "json.h"
#include "out.h"

namespace gdlrt {

/// Counts them, finds their line and column, and writes each as it comes.
class Problems {
 public:
  Problems(gdlrt_write write, void* context, const char* source)
      : out_(write, context), source_(source) {}

  /// Begins a line with code, name and place; the caller writes the message's text to what it gives, or later
  /// to `message()`, and ends it with `end`, or with `end_message`, fields, and a help.
  Out& begin(uint32_t at, const char* code = "GDL7001", const char* name = "invalid-case");
  void end(const char* fact = nullptr, const char* help = nullptr);
  void simple(uint32_t at, const char* message, const char* help = nullptr) {
    begin(at) << message;
    end(nullptr, help);
  }
  void end_message() { out_ << '"'; }
  void field(const char* name, const char* text);
  Out& begin_help() { return out_ << ",\"help\":\""; }
  void end_help() { out_ << "\"}\n"; }
  /// The message begun last, to go on with.
  Out& message() { return out_; }
  [[nodiscard]] uint32_t count() const { return count_; }
  [[nodiscard]] bool full() const;
  /// Hands on what is written, and says so if only the first problems are shown; false if the caller has asked
  /// to stop.
  bool finish();

 private:
  Out out_;
  const char* source_;
  json::Place place_;
  uint32_t count_ = 0;
};

}  // namespace gdlrt
