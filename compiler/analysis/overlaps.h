// The pass that finds two different answers where one is allowed: `choose one`, `no recommendation`
// beside advice (overlap), and two rules that both override all others (overlapping-overrides). Overlaps of
// one rule with several others stand in one frame.
#pragma once

#include "accepts.h"
#include "context.h"

namespace gdl::analysis {

void check_overlaps(Context& context, space::Scope& scope, Accepts& accepts, sema::DecisionId id);

}  // namespace gdl::analysis
