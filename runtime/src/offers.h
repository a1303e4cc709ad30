// What an answer says, before it is text: the offers of each decision, and the status of everything that may be
// said.
//
// A status is asked of two sets of patients. Those that the answer is about: all possible patients who agree with
// the case, its defaults put in. And everybody who agrees with what the case itself says, constraints and defaults
// apart: what holds for the former only is assumed, not certain.
#pragma once

#include "partial.h"

namespace gdlrt {

enum class Status : uint8_t {
  never,      ///< for no patient
  possible,   ///< for some
  undecided,  ///< the steps were spent: never, possible or certain
  assumed,    ///< for all, but only thanks to defaults or constraints
  certain,    ///< for all
};

/// One offer: a way, advised with a verb in a decision, with what is left of its parameters.
struct Offer {
  uint32_t decision = 0, verb = 0, way = 0;
  /// What is left of each parameter that reaches the way, one after another.
  uint64_t* params = nullptr;
  Ref when = kNo;
  Status status = Status::never;
  List<uint32_t> rules;  ///< that advise the way so, in the order written: for some patient or none
};

/// The offers of one Partial.
class Offers {
 public:
  Offers(const Program& program, Partial& partial, Arena& arena)
      : p_(program), partial_(partial), arena_(arena) {}

  /// False if memory ran out.
  bool collect();
  /// The offers of a decision, those too that only what is not known keeps from being made.
  [[nodiscard]] View<Offer> of(uint32_t decision) const {
    return {offers_.data + first_[decision], first_[decision + 1] - first_[decision]};
  }
  Offer& at(uint32_t decision, uint32_t i) { return offers_[first_[decision] + i]; }
  /// The patients to whom the same way is offered here, whatever its parameters; and in how many parts.
  Ref any(const Offer& o, uint32_t& parts) const;
  /// The patients to whom the same is offered here.
  [[nodiscard]] Ref same(const Offer& o) const;
  [[nodiscard]] uint32_t param_words(uint32_t way) const;

 private:
  bool add(uint32_t decision, uint32_t rule, uint32_t verb, uint32_t way, Ref when);
  bool split(const Offer& whole);
  bool cut(uint32_t use, uint64_t* at, bool keep);

  const Program& p_;
  Partial& partial_;
  Arena& arena_;
  List<Offer> offers_;
  List<Offer> whole_;          // of the decision in hand, parameters apart
  List<Offer> parts_, cut_;    // of one of these
  bool whole_only_ = false;    // its parts are too many
  uint32_t* first_ = nullptr;  // of a decision, and one more
  uint32_t* index_[2] = {};    // by verb and way: 1 + its place in whole_, or 0
};

/// An evaluated case.
class Findings {
 public:
  Findings(const Program& program, const Case& facts, Arena& arena)
      : p_(program),
        facts_(facts),
        arena_(arena),
        base_(program, facts, arena, true),
        raw_(program, facts, arena, false),
        offers_(program, base_, arena),
        raw_offers_(program, raw_, arena) {}
  /// With so many steps of work; false if memory ran out.
  bool compute(uint64_t steps);

  Partial& partial() { return base_; }
  Offers& offers() { return offers_; }
  /// Of what `set(partial)` gives.
  template <class Set>
  Status status(Set&& set) {
    Status s = judge(set(base_));
    return s == Status::certain ? certain(set(defaulted_ ? raw_ : base_)) : s;
  }
  /// Of an offer's way and verb, whatever its parameters are. With `several` if it comes in parts that differ in these.
  Status way_status(const Offer& o, bool& several);
  /// `part` of those who have `whole`: for none, some or all of them; `undecided` if it cannot be told.
  Status share(Ref part, Ref whole);

 private:
  Status judge(Ref set);
  /// Of a set that holds all who are possible, by what it is without defaults: certain, or assumed.
  Status certain(Ref set);
  /// All who agree with the case are in the set, possible or not.
  static bool everybody(Partial& p, Ref set);
  void judge_offers();

  const Program& p_;
  const Case& facts_;
  Arena& arena_;
  Partial base_;
  Partial raw_;  // without defaults: computed only if some have been put in
  Offers offers_, raw_offers_;
  bool defaulted_ = false;
  Memo<Status> judged_;
};

}  // namespace gdlrt
