// What source and program answer to one patient: the source by the oracle over its model, the program by the runtime
// itself, over its bytes. Neither asks the other, so that where the two differ both have been heard.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "effects.h"
#include "emit/lift.h"
#include "oracle/oracle.h"

namespace gdl::driver {

/// One piece of an answer. A row that only one side has is of that side only.
struct Topic {
  enum class Of : std::uint8_t { decision, safety };  ///< safety: what a safety rule says
  static constexpr auto kNone = static_cast<std::uint32_t>(-1);
  Of of = Of::decision;
  std::uint32_t source = kNone, program = kNone;  ///< rows, or kNone
  friend auto operator<=>(const Topic&, const Topic&) = default;
};

/// What either side says of a topic, in words.
struct BothSay {
  std::string source, program;
  bool differ = false;
  bool lacks = false;  ///< the program has no such patient, since it lacks a value of a fact
};

/// "`q` for this patient: recommend a; by the program: recommend b"
[[nodiscard]] std::string note(const std::string& topic, const std::string& who,
                               const BothSay& say);

class Answers {
 public:
  /// All must outlive it. The runtime must accept the bytes, which are those of `program`.
  Answers(const sema::Model& source, const emit::Lifted& program, const Effects& effects,
          const std::vector<std::uint8_t>& bytes);
  ~Answers();
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  /// Of a patient of the source. None: the program's constraints exclude them, and `excluded_too` is not set.
  std::optional<BothSay> of(const Topic& topic, const oracle::Patient& patient,
                            bool excluded_too = false);

 private:
  class Ours;
  class Theirs;
  std::unique_ptr<Ours> ours_;
  std::unique_ptr<Theirs> theirs_;
};

}  // namespace gdl::driver
