// The pass that finds recommendations that an `exclusive` forbids together (exclusive-conflict), within a
// decision and between two. Rules that clash with the same rule stand in one frame, with all patients of
// the frame: a rule that clashes with five others is one problem to settle, not five.
#pragma once

#include "accepts.h"
#include "context.h"

namespace gdl::analysis {

void check_exclusives(Context& context, space::Scope& scope, Accepts& accepts, sema::DecisionId id);
/// Between decisions, each pair in a scope of its own; counts the findings in the report.
void check_exclusives_between(Context& context, Report& report);

}  // namespace gdl::analysis
