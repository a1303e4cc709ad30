// What an answer says, before it is text: the offers of each decision with their rules, and what of the
// answer is only assumed.
//
// Everything a total patient gets is certain, unless defaults were put in: then it is certain only if it
// comes out the same whatever the defaulted facts are, and `assumed` otherwise. That is found by trying all
// their values; where these are too many, `assumed` is said of everything, which claims less.
#pragma once

#include "case.h"
#include "evaluate.h"

namespace gdlrt {

/// One offer: a way, advised with a verb in a decision.
struct Offer {
  uint32_t decision = 0, verb = 0, way = 0;
  /// What is left of each parameter that reaches the way, one after another.
  uint64_t* params = nullptr;
  bool assumed = false;
  List<uint32_t> rules;  ///< that offer it, in the order written
};

class Offers {
 public:
  Offers(const Program& program, const Case& facts, Arena& arena)
      : p_(program), facts_(facts), arena_(arena), eval_(program, arena) {}

  /// Evaluates the case, whose used facts are all settled; false if memory ran out.
  bool compute();

  Evaluator& evaluator() { return eval_; }
  [[nodiscard]] const Outcome& outcome() const { return base_; }
  /// The offers of a decision.
  [[nodiscard]] View<Offer> of(uint32_t decision) const {
    return {offers_.data + first_[decision], first_[decision + 1] - first_[decision]};
  }
  /// The directive's rule stands, and the directive is no *for* that is withdrawn.
  [[nodiscard]] bool in_force(uint32_t directive) const { return in_force(base_, directive); }
  [[nodiscard]] bool in_force_assumed(uint32_t directive) const {
    return in_force_assumed_[directive] != 0;
  }
  [[nodiscard]] bool withdrawn_assumed(uint32_t directive) const {
    return withdrawn_assumed_[directive] != 0;
  }
  /// There is what the accept waives.
  [[nodiscard]] bool waives(const AcceptRow& accept) { return waives(base_, accept); }
  [[nodiscard]] bool waived_assumed(uint32_t accept) const { return waived_assumed_[accept] != 0; }
  /// Marks, by rule, those of which a ban matches a way of the directive or takes something of its
  /// parameters, or takes the marks back.
  const uint8_t* mark_bans(const DirectiveRow& d, bool on);

 private:
  void fill(Patient& patient) const;
  [[nodiscard]] uint32_t param_words(uint32_t way) const;
  void params_left(const Outcome& o, uint32_t way, uint64_t* mask) const;
  bool collect();
  bool add(uint32_t decision, uint32_t rule, uint32_t verb, uint32_t way);
  [[nodiscard]] bool in_force(const Outcome& o, uint32_t directive) const;
  bool waives(const Outcome& o, const AcceptRow& accept);
  bool conflict_with(const Outcome& o, uint32_t directive, const AcceptRow& accept);
  bool assumptions(Patient& patient);
  void all_assumed();
  void compare(const Outcome& other, uint64_t* params);

  const Program& p_;
  const Case& facts_;
  Arena& arena_;
  Evaluator eval_;
  Outcome base_;
  List<Offer> offers_;
  uint32_t* first_ = nullptr;  // of a decision, and one more
  uint32_t* index_[2] = {};    // by verb and way: 1 + its offer in the decision in hand, or 0
  uint8_t* in_force_assumed_ = nullptr;
  uint8_t* withdrawn_assumed_ = nullptr;
  uint8_t* waived_assumed_ = nullptr;
  uint8_t* banning_ = nullptr;  // rules: see mark_bans
  uint8_t* still_ = nullptr;    // offers that another outcome has too
};

}  // namespace gdlrt
