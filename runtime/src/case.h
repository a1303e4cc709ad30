// A case: for each fact, which values it may still have. Read from JSON; all its problems are reported.
#pragma once

#include "arena.h"
#include "json.h"
#include "out.h"
#include "program.h"

namespace gdlrt {

/// What a case says of one fact. Invariant: at least one value is left.
struct FactState {
  uint64_t* allowed = nullptr;  ///< not a set: the classes it may lie in
  uint64_t present = 0;         ///< set: elements that are certainly in it
  uint64_t open = 0;            ///< set: elements of which nothing is known
  uint32_t at = 0;              ///< where the case says it
  bool given = false;           ///< the case names it (null included)
  bool known = false;           ///< settled to one single value by the case itself
  bool defaulted = false;       ///< absent, and its default has been put in
};

struct Case {
  FactState* facts = nullptr;  ///< one for each fact of the program
};

/// Problems of a case on their way to the caller: one JSON line each (gdlrt.h).
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
  /// Hands on what is written; false if the caller has asked to stop.
  bool flush() { return out_.flush(); }

 private:
  Out out_;
  const char* source_;
  json::Place place_;
  uint32_t count_ = 0;
};

/// Reads a case: GDLRT_OK, GDLRT_BAD_CASE with all its problems reported, or GDLRT_NO_MEMORY. A fact with a
/// problem is left open; without a readable object there are no facts at all. Defaults are not put in.
gdlrt_status read_case(const Program& program, Arena& arena, const char* text, size_t size,
                       Case& out, Problems& problems);

/// The class of the number; the number lies in the fact's range.
uint32_t class_of(const Program& program, const FactRow& fact, const num::Rational& number);

}  // namespace gdlrt
