// Problems of a case or a program: see problems.h.
#include "problems.h"

#include "run_limits.h"

namespace gdlrt {

Out& Problems::begin(uint32_t at, const char* code, const char* name) {
  ++count_;
  if (source_ != nullptr) json::advance(source_, at, place_);
  out_ << "{\"code\":\"" << code << "\",\"name\":\"" << name
       << "\",\"severity\":\"error\",\"line\":" << place_.line << ",\"column\":" << place_.column
       << ",\"message\":\"";
  return out_;
}

void Problems::field(const char* name, const char* text) {
  (out_ << ",\"" << name << "\":").quoted(text);
}

void Problems::end(const char* fact, const char* help) {
  end_message();
  if (fact != nullptr) field("fact", fact);
  if (help != nullptr) field("help", help);
  out_ << "}\n";
}

bool Problems::full() const { return count_ >= limits::case_problems; }

bool Problems::finish() {
  if (full()) {
    begin(place_.at) << "more may be wrong: only the first "
                     << static_cast<uint64_t>(limits::case_problems) << " problems are shown";
    end(nullptr, "correct these first");
  }
  return out_.flush();
}

}  // namespace gdlrt
