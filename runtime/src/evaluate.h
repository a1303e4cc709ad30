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

  // The parts of `run`, for those who know by other means which conditions hold.
  /// A node, of the patient and of the nodes that it uses.
  [[nodiscard]] bool node(const NodeRow& n, const Patient& patient, const uint8_t* nodes) const;
  /// Step 2 for a rule: no rule that stands overrides it.
  [[nodiscard]] bool not_overridden(uint32_t rule, const Outcome& out) const;
  /// Steps 3-5 for a decision, whose rules' `applies`, and all rules' `stands`, are known.
  void decision(uint32_t id, Outcome& out);
  /// Step 3 but for bans of the whole way: what rules set and ban leaves some parameter of the way nothing.
  bool parameter_emptied(const Outcome& out, uint32_t way) {
    return parameter_emptied(out, way, Bans::all);
  }
  /// Step 4 for a *for* of a standing rule of which no way is left.
  ForState nothing_left(uint32_t rule, uint32_t directive, const Outcome& out);

  /// The classes of a parameter that the standing rules leave on a way, into `mask`.
  void parameter_left(const Outcome& out, uint32_t param, uint32_t way, uint64_t* mask) const;
  /// True if both rules answer, and not the same (`choose one`, or `no recommendation` beside a *for*).
  bool overlaps(uint32_t a, uint32_t b, const Outcome& out);
  /// True if some exclusion is violated by a rule of the decision and another rule; with `first`, by just
  /// these two.
  bool violates(uint32_t decision, uint32_t first, uint32_t second, const Outcome& out);
  /// True if the settings of standing rules leave a parameter of one of the directive's ways nothing.
  bool settings_clash(uint32_t directive, const Outcome& out);

 private:
  enum class Bans : uint8_t { none, all, yielded };
  void nodes(const Patient& patient, Outcome& out);
  [[nodiscard]] bool heard(const Outcome& out, uint32_t ban, Bans bans) const;
  void left(const Outcome& out, uint32_t param, uint32_t way, Bans bans, uint64_t* mask) const;
  bool removed(const Outcome& out, uint32_t way, Bans bans);
  bool emptied(const Outcome& out, const DirectiveRow& d, Bans bans);
  void overlap(uint32_t id, Outcome& out);
  void exclusions(Outcome& out);
  bool parameter_emptied(const Outcome& out, uint32_t way, Bans bans);

  // Sets of ways stand in mark_, and are taken out again by whoever put them in.
  /// Marks what the rule's *for*s leave, with bit verb + shift; gives how many were not marked so.
  uint32_t mark_left(uint32_t rule, const Outcome& out, uint8_t shift);
  /// Leaves only the bits `keep` on the rule's ways; true if each way with a bit 2, 3 had the bit 0, 1.
  bool unmark(uint32_t rule, uint8_t keep);
  bool same_as_marked(uint32_t a, uint32_t count, uint32_t b, const Outcome& out);
  [[nodiscard]] bool left_by(uint32_t rule, const Outcome& out) const;

  static constexpr uint8_t kNeither = 4;
  void mark_sides(const ExclusiveRow& x, bool on);
  [[nodiscard]] uint8_t sides(uint32_t directive, const Outcome& out) const;
  bool violated(uint32_t exclusion, uint32_t decision, uint32_t first, uint32_t second,
                const Outcome& out);
  /// Lists the recommendations that have a way left.
  void recommendations(const Outcome& out);

  const Program& p_;
  uint32_t* rule_of_ = nullptr;     // of a directive
  uint32_t* way_offset_ = nullptr;  // one more than directives
  uint64_t* scratch_ = nullptr;     // a mask of the widest parameter
  uint8_t* yielded_ = nullptr;      // rules that the rule in hand yields to
  uint8_t* mark_ = nullptr;         // of a way
  uint32_t* advising_ = nullptr;    // directives: recommendations that have a way left
  uint32_t advising_count_ = 0;
  bool failed_ = false;
};

}  // namespace gdlrt
