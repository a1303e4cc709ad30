// Formula and proof as texts that other checkers read: DIMACS and DRAT.
#pragma once

#include <functional>
#include <string_view>

#include "proof/cnf.h"
#include "proof/proof.h"

namespace gdl::proof {

/// Takes a text in pieces.
using Sink = std::function<void(std::string_view)>;

/// The formula in DIMACS: variables from 1.
void write_dimacs(const Cnf& cnf, const Sink& sink);

/// The formula that is unsatisfiable exactly if all claims of the proof follow from `cnf`. If the
/// empty clause is claimed it is `cnf` itself. If not, it has one more variable for each claim, in
/// their order: "this claim is false" implies the negation of the claim, and one of them is true.
/// `write_drat` refutes them one by one.
Cnf claims_refuted(const Cnf& cnf, const Proof& proof);

/// The proof in DRAT that `claims_refuted` is unsatisfiable. False if the steps are malformed: then
/// the text ends before that step.
bool write_drat(const Cnf& cnf, const Proof& proof, const Sink& sink);

}  // namespace gdl::proof
