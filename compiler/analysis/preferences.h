// The pass that finds preferences of a decision that lead in a circle among what is offered to some patient
// (preference-cycle): `prefer a over b` and `prefer b over a`, by however many rules and ways between.
#pragma once

#include "accepts.h"
#include "context.h"

namespace gdl::analysis {

void check_preferences(Context& context, space::Scope& scope, Accepts& accepts,
                       sema::DecisionId id);

}  // namespace gdl::analysis
