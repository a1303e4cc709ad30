// The pass that finds conflicts of a decision: a *for* all of whose ways are taken away by advice
// against, where nothing settles it. Not of pairs: `a | b` may be emptied by two bans together. Each set
// of banning rules is one finding, and every rule whose advice just these empty stands in its frame.
#pragma once

#include "accepts.h"
#include "context.h"

namespace gdl::analysis {

void check_conflicts(Context& context, space::Scope& scope, Accepts& accepts, sema::DecisionId id);

}  // namespace gdl::analysis
