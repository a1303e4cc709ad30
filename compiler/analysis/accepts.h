// What `accept` waives of the findings of one scope, and what may be said against an accept: that it
// waives nothing (useless-accept), or speaks of patients without a finding (wide-accept).
//
// An accept is asked about the whole finding, so that two that overlap both count as used. An accept
// `between` two rules waives
//   - an overlap or an exclusion of just these two;
//   - a parameter conflict where both stand and their settings alone leave no value;
//   - a conflict where the bans so accepted, together with those that the advice yields to anyway,
//     are enough to empty it: accepting one of two bans that are both needed waives nothing.
#pragma once

#include "context.h"

namespace gdl::analysis {

class Accepts {
 public:
  Accepts(Context& context, space::Scope& scope);

  /// `set` without what accepts of the kind waive. `a` and `b`: the two rules of the finding, if it
  /// has two.
  space::Node waive(space::Node set, sema::AcceptKind kind, sema::DecisionId d, sema::RuleId a = {},
                    sema::RuleId b = {});
  /// The same for a *for* directive that bans have emptied.
  space::Node waive_conflict(space::Node set, sema::RuleId r, std::size_t directive);
  /// The same for a parameter that the settings leave no value.
  space::Node waive_parameter(space::Node set, sema::ParamId p, sema::DecisionId d);

  /// Reports the accepts of the decision that are wider than what they waived here. An
  /// exclusion may also hold against another decision, which this scope does not see: not asked.
  void report_wide(sema::DecisionId d);

 private:
  [[nodiscard]] bool concerns(std::size_t accept, sema::AcceptKind kind, sema::DecisionId d) const;
  space::Node take(space::Node set, std::size_t accept, space::Node waived);

  Context& c_;
  space::Scope& s_;
  std::vector<space::Node> waived_;  // by each accept, in this scope
};

}  // namespace gdl::analysis
