// Whether a case is one: some possible patient agrees with it. And its defaults.
#pragma once

#include "case.h"

namespace gdlrt {

enum class Agreement : uint8_t { some, none, undecided };

/// Searches the patients who agree with a case for one whom no constraint excludes. Exact, but for
/// `undecided` where limits::possible_steps were spent; all searches of one object share them. Where nothing is
/// open one look decides, whatever was spent.
///
/// The idea: conditions with three values. With some facts open a constraint holds, does not hold, or is
/// open. If one holds, none of these patients is possible; if none is open, all are; else a fact that an open
/// constraint hangs on is given each of its values in turn.
class Possible {
 public:
  Possible(const Program& program, Arena& arena);
  [[nodiscard]] bool failed() const { return failed_; }

  Agreement search(const Case& facts);
  /// After `none`: true if the constraint was seen to exclude some of the patients who agree with the case.
  /// Those that exclude all of them are seen first, and then no other is blamed.
  [[nodiscard]] bool blamed(uint32_t impossible) const { return blamed_[impossible] != 0; }
  /// The facts that a constraint speaks of, as a list of fact indices in the order of declaration.
  View<uint32_t> facts_of(uint32_t impossible);

 private:
  enum Truth : uint8_t { no, yes, open };
  struct Frame {
    uint32_t fact = 0;
    uint32_t next = 0;  // the value to try next
    FactState saved;
  };
  uint8_t truth(const NodeRow& n) const;
  uint8_t group(const NodeRow& n) const;
  uint8_t score(const NodeRow& n) const;
  void compute();
  /// The fact that a condition with the truth `open` hangs on.
  [[nodiscard]] uint32_t open_fact(uint32_t node) const;
  void push(uint32_t fact);
  /// Gives the fact of the last frame its next value; false if it has no further one.
  bool advance(Frame& frame);

  const Program& p_;
  Arena& arena_;
  bool failed_ = false;
  uint8_t* wanted_ = nullptr;  // nodes that constraints stand on
  uint8_t* truth_ = nullptr;   // of each of these
  uint64_t cost_ = 1;          // steps of one `compute`
  uint64_t spent_ = 0;
  FactState* now_ = nullptr;     // the case, narrowed
  uint64_t** single_ = nullptr;  // of a fact, once it has been in a frame: room for one class
  List<Frame> stack_;
  uint8_t* blamed_ = nullptr;
};

/// Searches, and reports a case with which no possible patient agrees: GDLRT_BAD_CASE, one problem for each constraint
/// that excludes somebody. GDLRT_OK if there is somebody, or if it cannot be told. Defaults do not count.
gdlrt_status report_impossible(const Program& program, const Case& facts, Arena& arena,
                               Problems& problems);
/// Reports a case of no possible patient without naming a constraint.
void report_excluded(Problems& problems);

/// Puts in the defaults of absent facts, in the order of declaration; one that would leave no possible
/// patient is dropped, and one of which the search cannot tell. GDLRT_OK, or GDLRT_NO_MEMORY.
gdlrt_status put_defaults(const Program& program, Case& facts, Arena& arena);

}  // namespace gdlrt
