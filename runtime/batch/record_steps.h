// Steps 2 to 5 of docs/language.md for one patient of whom it is known which rules apply: what record.h does.
//
// It visits only the rules that apply, which are few of many, and what they advise; who stands is a mask, so that of the bans
// of a way all are asked at once that lie in the same 64 rules. What is rare (nothing left of an advice, parameters) is
// evaluate.h's.
#pragma once

#include "evaluate.h"
#include "param_bans.h"
#include "plan.h"

namespace gdlrt {

struct Masks;

/// Rules that apply of a decision that is about the patient, in its order.
struct Applied {
  uint32_t decision = 0, first = 0, count = 0;
};

class RecordSteps {
 public:
  /// `offer_of`: by Evaluator::way_offset. False if memory ran out.
  bool build(const Plan& plan, const ParamBans& params, const uint32_t* offer_of, Arena& arena);

  /// The rule's place in Plan::overridable; kNone if nothing overrides it.
  [[nodiscard]] uint32_t place(uint32_t rule) const { return rules_[rule].place; }
  /// Brings what decide() will read of these rules into the caches; worth while if bytes() are many.
  void bring(const uint32_t* rules, uint32_t count) const;
  [[nodiscard]] uint64_t bytes() const {
    return p_->rules.count * sizeof(Rule) + fors_.count * sizeof(For) +
           slots_.count * sizeof(Slot) + bans_.count * sizeof(Ban);
  }
  /// Steps 3 to 5 for a decision. Which rules stand tell the masks and `outcome`.
  void decide(const Applied& applied, const uint32_t* rules, Evaluator& evaluator,
              const Outcome& outcome, Masks& out) const;

 private:
  /// Some rules among 64 that ban.
  struct Ban {
    uint64_t rules;
    uint32_t word;
  };
  /// A way of a *for*.
  struct Slot {
    uint32_t offer, way;
    uint32_t ban_first, ban_count;
    bool params;  ///< rules together may leave a parameter of it nothing
  };
  struct For {
    uint32_t directive, slot_first, slot_count;
  };
  struct Rule {
    uint32_t for_first, for_count;
    uint32_t place, flags;
  };
  [[nodiscard]] bool banned(const Slot& s, const uint64_t* stands) const {
    uint64_t by = 0;
    for (const Ban *b = bans_.data + s.ban_first, *end = b + s.ban_count; b != end; ++b) {
      by |= stands[b->word] & b->rules;
    }
    return by != 0;
  }
  template <class Rules>
  bool list_bans(const Rules& rules, uint32_t first, Arena& arena);

  const Program* p_ = nullptr;
  Rule* rules_ = nullptr;
  List<For> fors_;
  List<Slot> slots_;
  List<Ban> bans_;
};

}  // namespace gdlrt
