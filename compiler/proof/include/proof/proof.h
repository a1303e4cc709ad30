// Proofs that clauses follow from a formula, as data: what a solver logs, a checker reads and
// `gdlc check --proof` keeps.
//
// A proof is a list of steps over a set of clauses that is at first the formula: a step adds a
// clause (a lemma) that follows from those there are, or takes one away to keep the set small. A
// claim says that, after so many steps, a clause follows; the empty clause says that the formula
// cannot be satisfied, and the clause "not a or not b" that it cannot be under the assumptions a
// and b. So one proof serves any number of questions asked of one formula.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proof/cnf.h"

namespace gdl::proof {

struct Claim {
  std::uint64_t at = 0;     ///< bytes of the steps that come before; at the end of a step
  std::vector<Lit> clause;  ///< what follows then; empty: the formula is unsatisfiable
};

/// Invariant of a proof that `Solver` made: claims are in the order of their places.
struct Proof {
  /// The steps in the binary DRAT format: 'a' (a lemma) or 'd' (a clause taken away), the literals,
  /// and a zero byte. A literal is its `code` + 2, seven bits a byte, the lowest first, and the
  /// high bit set on all bytes but the last.
  std::string steps;
  std::vector<Claim> claims;
};

}  // namespace gdl::proof
