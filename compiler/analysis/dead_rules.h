// The pass that finds rules that never stand (dead-rule), and says why: their own condition, their
// decision's domain, the constraints, or which other rules together override them. A pass for each rule,
// in a scope that knows it.
#pragma once

#include "context.h"

namespace gdl::analysis {

void check_dead_rules(Context& context, space::Scope& scope,
                      const std::vector<sema::RuleId>& rules);

}  // namespace gdl::analysis
