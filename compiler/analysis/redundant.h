// Rules without which G is the same for every patient: redundant-rule, duplicate-rule.
#pragma once

#include "context.h"

namespace gdl::analysis {

/// Of a decision's rules.
void check_redundant(Context& c, space::Scope& s, sema::DecisionId d);
/// Of safety rules.
void check_redundant(Context& c, space::Scope& s, const std::vector<sema::RuleId>& rules);

}  // namespace gdl::analysis
