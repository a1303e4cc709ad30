// Formulas in conjunctive normal form: see cnf.h.
#include "proof/cnf.h"

#include <algorithm>

namespace gdl::proof {

Variable Cnf::add_variable() { return Variable(variables_++); }

ClauseIndex Cnf::add_clause(std::span<const Lit> literals) {
  literals_.insert(literals_.end(), literals.begin(), literals.end());
  begins_.push_back(literals_.size());
  return ClauseIndex(clauses() - 1);
}

std::optional<ClauseIndex> first_violated(const Cnf& cnf, const Bits& model) {
  for (ClauseIndex c(0u); c.value < cnf.clauses(); ++c.value) {
    std::span<const Lit> clause = cnf.clause(c);
    if (std::none_of(clause.begin(), clause.end(), [&](Lit l) { return holds(model, l); })) {
      return c;
    }
  }
  return std::nullopt;
}

}  // namespace gdl::proof
