// From a set of patients to a small box that people can read. (replay.h asks the oracle about it.)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "space/scope.h"

namespace gdl::analysis {

/// A box in words and as case values, in order of declaration. `patient`: of the box, who has the one value of each fact that
/// stands for all in a case; without, the first do, which together may be of nobody.
std::vector<diag::FactValue> describe(const space::Tables& tables, const space::Scope& scope,
                                      const space::Box& box,
                                      const std::optional<space::Box>& patient = {});
/// The same as a condition in GDL, each number in its fact's own unit; empty if a number in it has no
/// decimal form, if a fact in it has a value and is unknown, or if the box is of all patients.
std::string condition(const space::Tables& tables, const space::Scope& scope,
                      const space::Box& box);

/// A small box whose possible patients are inside `set`: as few facts as greedy dropping leaves, then
/// as many values as some possible patient of the box has. `set` is valid, not empty, and of possible patients only. The box may hold patients of
/// `free` as well, of whom nothing is said.
space::Box small_box(space::Scope& scope, space::Node set, space::Node free = space::kFalse);

/// A patient of the set, in which there are possible patients only. None if no constraint is in the scope, and any will do, or
/// if the effort is spent.
std::optional<space::Box> somebody_of(space::Scope& scope, space::Node set);

/// True if constraints of the scope exclude some patients of the box: what it does not name may not be anything.
bool tied(space::Scope& scope, const space::Box& box);

}  // namespace gdl::analysis
