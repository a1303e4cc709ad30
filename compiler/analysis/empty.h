// The passes that find patients whom a decision leaves with nothing: no rule speaks of them (gap), or all
// that applies is ruled out (stranded).
#pragma once

#include "accepts.h"
#include "context.h"

namespace gdl::analysis {

void check_gaps(Context& context, space::Scope& scope, Accepts& accepts, sema::DecisionId id);
void check_stranded(Context& context, space::Scope& scope, Accepts& accepts, sema::DecisionId id);

}  // namespace gdl::analysis
