// Why, and what would change it: the smallest part of a case that forces a piece of advice, and the smallest changes of
// a case that would bring a rule.
//
// Both are questions about every patient, so they are asked of a second Partial, for which nothing is known. A part of
// the case forces a set if whoever agrees with that part is in it. The smallest parts are the smallest hitting sets
// (Reiter 1987): a patient outside the set tells that the part must hold one of the facts in which that patient differs
// from the case; the next part to try is a smallest one that hits all that was told so far. The smallest change is a
// shortest path: one step for each fact in which a patient whom the rule stands for differs from the case.
#pragma once

#include "offers.h"

namespace gdlrt {

/// One change of a case: the facts that get other values. What they may be is said by class, element and being known,
/// for all of them together: every combination does.
struct Change {
  struct Fact {
    uint32_t fact = 0;
    FactState now;
    bool known_matters = false;  ///< it must be known, or unknown: `now.known` says which
  };
  List<Fact> facts;
  Status status = Status::possible;  ///< what the rule then is; at least possible
  bool others = false;  ///< other values of these facts do as well, or that is not known
};

class Explain {
 public:
  Explain(const Program& program, const Case& facts, Arena& arena)
      : p_(program),
        facts_(facts),
        arena_(arena),
        all_(program, blank_, arena, false),
        offers_(program, all_, arena) {}
  /// With so many steps of work; false if memory ran out.
  bool begin(uint64_t steps);

  /// The sets of patients, nothing being known.
  Ref offer(const Offer& o) const { return offers_.same(o); }
  Ref in_force(uint32_t directive) { return all_.in_force(directive); }
  /// Some directive of the rule is in force.
  Ref rule_in_force(uint32_t rule);

  /// The facts of a smallest part of the case that forces the set, whatever the others are and whether they are known; a
  /// fact that the case does not give is part of it by not being known. With `assumed`, together with the constraints and
  /// the defaults that were put in. `smallest` tells whether it is known that there is no smaller one. False if the case
  /// does not force it as far as could be told.
  bool because(Ref set, bool assumed, List<uint32_t>& out, bool& smallest);
  /// The smallest changes of the case that bring the set, every one to a possible patient: all of one size, at most
  /// limits::changes of them. `more`: there may be others as small. Nothing if none is known.
  View<Change> would_need(Ref set, bool& more);

 private:
  Ref as_case(uint32_t fact);
  Ref said(uint32_t fact);
  Ref as_default(uint32_t fact);
  bool differs(Level v, uint32_t value) const;
  uint32_t distance(Ref set, bool paid);
  void paths(Ref set, bool paid, uint32_t left);
  Ref onto(Ref set, const uint8_t* facts);
  bool change(Ref everyone, Ref set, const uint8_t* facts, Change& out);
  uint64_t outsider(Ref set);
  bool forced(Ref set, Ref assumed, uint64_t part);
  bool smallest_part(Ref set, Ref given, uint64_t all, uint64_t& part);

  const Program& p_;
  const Case& facts_;
  Arena& arena_;
  Case blank_;
  Partial all_;
  Offers offers_;
  // because: the facts that the set asks about, and of which the case says something; what is told, as sets of their indices
  List<uint32_t> asked_;
  List<uint64_t> told_;
  // would_need
  Memo<uint32_t> distance_[2];  // before and after a step for the fact at its top
  List<uint32_t> path_;         // facts changed so far
  List<uint8_t*> found_;        // by fact; the first found_count_, and room for others
  uint32_t found_count_ = 0;
  uint64_t** taken_ = nullptr;                        // scratch of `change`: by Level
  uint8_t *asks_ = nullptr, *facts_asked_ = nullptr;  // scratch of `because`: by Level, by fact
  bool more_ = false;
};

}  // namespace gdlrt
