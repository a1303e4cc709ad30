// The pass that finds recommendations that an `exclusive` forbids together (exclusive-conflict), within a
// decision and between two. Rules that clash with the same rule stand in one frame, with all patients of
// the frame: a rule that clashes with five others is one problem to settle, not five.
#pragma once

#include "accepts.h"
#include "context.h"

namespace gdl::analysis {

void check_exclusives(Context& context, space::Scope& scope, Accepts& accepts, sema::DecisionId id);

/// Two decisions with recommendations that an exclusion may set against each other, and which.
struct Apart {
  sema::DecisionId first, second;
  std::vector<sema::RuleId> rules;
};
/// Of the whole guideline. A pair of recommendations that can never concern one patient by the look of their
/// conditions is left out.
[[nodiscard]] std::vector<Apart> decisions_apart(const sema::Model& model);

/// What came of two decisions.
struct Between {
  std::size_t found = 0;
  bool undecided = false;
  Grounds grounds = Grounds::diagram;
};
/// In the part of the rules that `decisions_apart` gives for the two; ids are the part's.
Between check_exclusives_between(Context& context, sema::DecisionId a, sema::DecisionId b);

}  // namespace gdl::analysis
