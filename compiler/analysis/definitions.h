// Two passes over what decisions are made of:
//  - constraints: do the `impossible` leave any patient (unsatisfiable-constraints)?
//  - definitions: has every patient exactly one alternative (overlapping-, incomplete-definition)?
#pragma once

#include "context.h"

namespace gdl::analysis {

struct Constraints {
  /// False if they leave no patient at all: then every claim is true of all of them, and nothing else is worth saying.
  bool somebody = true;
  bool blow_up = false;  ///< see Whole::constraints_blow_up
};
Constraints check_constraints(Context& context);
void check_definition(Context& context, sema::DefId id);

}  // namespace gdl::analysis
