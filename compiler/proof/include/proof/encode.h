// From value classes and circuits to clauses.
//
// A fact with n value classes becomes n variables of which exactly one holds; a condition on it is
// `any_of` the literals of its classes. A circuit becomes clauses gate by gate, one fresh variable
// standing for each gate and defined in both directions, so that a gate's literal may be required,
// forbidden or assumed as one likes. (Tseitin, "On the complexity of derivation in propositional
// calculus", 1968; at most one of many by a ladder: Sinz, "Towards an Optimal CNF Encoding of
// Boolean Cardinality Constraints", CP 2005.)
#pragma once

#include <span>
#include <vector>

#include "proof/cnf.h"

namespace gdl::proof {

/// One literal for each of `values` >= 1 values, of which exactly one holds in every model.
std::vector<Lit> choice(Cnf& cnf, std::size_t values);

/// A literal that holds exactly if all of them do. Of none: one that always holds.
Lit all_of(Cnf& cnf, std::span<const Lit> literals);
/// A literal that holds exactly if one of them does. Of none: one that never holds.
Lit any_of(Cnf& cnf, std::span<const Lit> literals);

}  // namespace gdl::proof
