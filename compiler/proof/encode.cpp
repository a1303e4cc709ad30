// From value classes and circuits to clauses: see encode.h.
#include "proof/encode.h"

namespace gdl::proof {

namespace {

// Up to here, a clause for each pair of values is no more than a ladder would be.
constexpr std::size_t kPairwise = 6;

}  // namespace

std::vector<Lit> choice(Cnf& cnf, std::size_t values) {
  std::vector<Lit> value;
  for (std::size_t i = 0; i < values; ++i) value.emplace_back(cnf.add_variable());
  cnf.add_clause(value);
  if (values <= kPairwise) {
    for (std::size_t i = 0; i < values; ++i) {
      for (std::size_t j = i + 1; j < values; ++j) cnf.add_clause({~value[i], ~value[j]});
    }
    return value;
  }
  // The ladder: `up_to` holds if one of the values so far does.
  Lit up_to = value[0];
  for (std::size_t i = 1; i < values; ++i) {
    cnf.add_clause({~up_to, ~value[i]});
    if (i + 1 == values) break;
    Lit next(cnf.add_variable());
    cnf.add_clause({~up_to, next});
    cnf.add_clause({~value[i], next});
    // Defined in both directions, so that a model of the facts is one of the formula in one way.
    cnf.add_clause({up_to, value[i], ~next});
    up_to = next;
  }
  return value;
}

Lit all_of(Cnf& cnf, std::span<const Lit> literals) {
  if (literals.size() == 1) return literals[0];
  Lit all(cnf.add_variable());
  std::vector<Lit> back{all};
  for (Lit l : literals) {
    cnf.add_clause({~all, l});
    back.push_back(~l);
  }
  cnf.add_clause(back);
  return all;
}

Lit any_of(Cnf& cnf, std::span<const Lit> literals) {
  std::vector<Lit> negated;
  negated.reserve(literals.size());
  for (Lit l : literals) negated.push_back(~l);
  return ~all_of(cnf, negated);
}

}  // namespace gdl::proof
