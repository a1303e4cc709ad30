// Texts that an editor can paste to settle a finding, in GDL with the author's own names. Which of them is
// right is a clinical question: they are choices, and what only a person can say is left as `...`, which
// does not compile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "sema/model.h"

namespace gdl::analysis {

/// A rule of the decision, yet without name and advice, below its last rule. `when` empty: for everybody.
[[nodiscard]] diag::Fix rule_for(const sema::Model& model, sema::DecisionId d,
                                 const std::string& when);

/// An accept of the decision without its reason, below its last rule. `a` and `b`: between which rules, or
/// none.
[[nodiscard]] diag::Fix accept_of(const sema::Model& model, const std::string& kind,
                                  sema::DecisionId d, const std::string& when, sema::RuleId a = {},
                                  sema::RuleId b = {});

/// The clause by which `winner` overrides the others. None if a rule has no name to be called by, or if
/// the overrides would go in a circle.
[[nodiscard]] std::optional<diag::Fix> override_by(const sema::Model& model, sema::RuleId winner,
                                                   const std::vector<sema::RuleId>& losers);

/// Adds to `out` that either of the two rules overrides the other, as far as they can.
void override_either(const sema::Model& model, sema::RuleId a, sema::RuleId b,
                     std::vector<diag::Fix>& out);

/// The clause that excepts patients from a rule; none if it has an `unless` already, or
/// if they are several groups.
[[nodiscard]] std::optional<diag::Fix> unless(const sema::Model& model, sema::RuleId rule,
                                              const std::string& when);

}  // namespace gdl::analysis
