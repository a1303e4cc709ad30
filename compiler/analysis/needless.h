// Parts of a rule's condition without which it applies to the same patients: needless-condition.
#pragma once

#include "context.h"

namespace gdl::analysis {

/// Of a decision's rules.
void check_needless(Context& c, space::Scope& s, sema::DecisionId d);
/// Of a safety rule.
void check_needless(Context& c, space::Scope& s, sema::RuleId r);

}  // namespace gdl::analysis
