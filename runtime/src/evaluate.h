// One total patient through steps 1-5 of docs/language.md, in value classes.
#pragma once

#include "arena.h"
#include "program.h"

namespace gdlrt {

/// A total patient: for each fact its class (not a set) or elements, and whether the case knows it.
struct Patient {
  uint32_t* classes = nullptr;
  uint64_t* sets = nullptr;
  uint8_t* known = nullptr;
};

enum class ForState : uint8_t { silent, left, withdrawn, conflict, parameter };

/// What the steps gave. Indexed by node, rule, directive, decision; `removed` by directive and way.
struct Outcome {
  uint8_t* nodes = nullptr;
  uint8_t* domain = nullptr;     ///< decision: the patient is in it
  uint8_t* applies = nullptr;    ///< rule, step 1
  uint8_t* stands = nullptr;     ///< rule, step 2
  uint8_t* kept = nullptr;       ///< rule, step 5: stands and is not shadowed
  ForState* state = nullptr;     ///< directive: of a standing rule's *for*
  uint8_t* removed = nullptr;    ///< [way_offset[directive] + k]: the k-th way is taken away
  uint8_t* gap = nullptr;        ///< decision
  uint8_t* stranded = nullptr;   ///< decision
  uint8_t* overlap = nullptr;    ///< decision
  uint8_t* exclusive = nullptr;  ///< exclusion: two recommendations violate it
};

class Evaluator {
 public:
  /// `failed()` afterwards if memory ran out.
  Evaluator(const Program& program, Arena& arena);
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] uint32_t rule_of(uint32_t directive) const { return rule_of_[directive]; }
  [[nodiscard]] uint32_t way_offset(uint32_t directive) const { return way_offset_[directive]; }

  bool make(Outcome& out, Arena& arena) const;  ///< false if memory ran out
  bool make(Patient& out, Arena& arena) const;

  /// Steps 1-5. Reads nothing but the patient; writes every entry of `out`.
  void run(const Patient& patient, Outcome& out);
  /// Only the conditions; true if no `impossible` holds.
  bool possible(const Patient& patient, Outcome& out);

  /// The classes of a parameter that the standing rules leave on a way, into `mask`.
  void parameter_left(const Outcome& out, uint32_t param, uint32_t way, uint64_t* mask) const;
  /// True if `rule` is among the rules whose bans withdraw advice of `of`.
  [[nodiscard]] bool yields(uint32_t of, uint32_t rule) const;
  /// True if a ban of `rule` matches the way, or takes something of its parameters.
  [[nodiscard]] bool bans(uint32_t rule, uint32_t way) const;

 private:
  enum class Bans : uint8_t { none, all, yielded };
  void nodes(const Patient& patient, Outcome& out);
  [[nodiscard]] bool heard(const Outcome& out, uint32_t ban, Bans bans) const;
  void left(const Outcome& out, uint32_t param, uint32_t way, Bans bans, uint64_t* mask) const;
  bool removed(const Outcome& out, uint32_t way, Bans bans);
  bool emptied(const Outcome& out, const DirectiveRow& d, Bans bans);
  void decision(uint32_t id, Outcome& out);
  void overlap(uint32_t id, Outcome& out);
  void exclusions(Outcome& out);
  /// Same ways left with the same verbs, strength and evidence.
  bool same_answer(uint32_t a, uint32_t b, const Outcome& out) const;
  bool offers(uint32_t rule, uint32_t verb, uint32_t way, const Outcome& out) const;

  bool recommends(uint32_t directive, const Outcome& out) const;

  const Program& p_;
  uint32_t* rule_of_ = nullptr;     // of a directive
  uint32_t* way_offset_ = nullptr;  // one more than directives
  uint64_t* scratch_ = nullptr;     // a mask of the widest parameter
  uint8_t* yielded_ = nullptr;      // rules that the rule in hand yields to
  bool failed_ = false;
};

}  // namespace gdlrt
