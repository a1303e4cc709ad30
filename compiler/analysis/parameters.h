// The pass that finds parameter conflicts of a decision: the settings of standing rules leave a parameter
// of an advised way no value. (What bans take from a parameter is a matter of conflicts.h.)
#pragma once

#include "accepts.h"
#include "context.h"

namespace gdl::analysis {

void check_parameters(Context& context, space::Scope& scope, Accepts& accepts, sema::DecisionId id);

}  // namespace gdl::analysis
