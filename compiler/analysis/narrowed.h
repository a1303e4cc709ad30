// Choices of which bans, or settings of parameters, leave less to some patient, but something: narrowed.
#pragma once

#include "context.h"

namespace gdl::analysis {

/// Of a decision's choices: one note for each rule that takes something from them.
void check_narrowed(Context& c, space::Scope& s, sema::DecisionId d);

}  // namespace gdl::analysis
