// Formulas in conjunctive normal form: what a question becomes before a SAT solver is asked.
//
// A formula is a list of clauses, a clause a disjunction of literals, a literal a variable or its
// negation. Clauses lie one after the other in one array, so that millions of them are cheap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <vector>

#include "support/bits.h"
#include "support/ids.h"

namespace gdl::proof {

using Variable = Id<struct VariableTag>;
using ClauseIndex = Id<struct ClauseTag>;  ///< a clause's place in its formula, from 0

/// A variable or its negation. A default-made literal is none and stands in no clause.
struct Lit {
  std::uint32_t code = 0xffffffffu;  ///< twice the variable, and one more if negated

  constexpr Lit() = default;
  constexpr explicit Lit(Variable v, bool positive = true)
      : code(v.value * 2 + (positive ? 0 : 1)) {}
  static constexpr Lit of_code(std::uint32_t c) {
    Lit l;
    l.code = c;
    return l;
  }
  [[nodiscard]] constexpr Variable variable() const { return Variable(code / 2); }
  [[nodiscard]] constexpr bool positive() const { return code % 2 == 0; }
  constexpr Lit operator~() const { return of_code(code ^ 1u); }
  friend constexpr bool operator==(Lit, Lit) = default;
  friend constexpr bool operator<(Lit a, Lit b) { return a.code < b.code; }
};

/// A formula. Invariants: every literal's variable is one of the formula's. A clause may be empty
/// (nothing satisfies it), name a literal twice, or hold a literal and its negation; everything
/// here takes such clauses as they are.
class Cnf {
 public:
  static constexpr std::size_t kMaxVariables = std::size_t{1} << 30;

  /// A fresh variable. There may be kMaxVariables of them.
  Variable add_variable();
  /// All literals must be of variables that have been added.
  ClauseIndex add_clause(std::span<const Lit> literals);
  ClauseIndex add_clause(std::initializer_list<Lit> literals) {
    return add_clause(std::span(literals.begin(), literals.size()));
  }

  [[nodiscard]] std::size_t variables() const { return variables_; }
  [[nodiscard]] std::size_t clauses() const { return begins_.size() - 1; }
  [[nodiscard]] std::size_t literals() const { return literals_.size(); }
  [[nodiscard]] std::span<const Lit> clause(ClauseIndex c) const {
    return std::span(literals_).subspan(begins_[c.value], begins_[c.value + 1] - begins_[c.value]);
  }

 private:
  std::size_t variables_ = 0;
  std::vector<Lit> literals_;
  std::vector<std::size_t> begins_{0};  // begins_[c] .. begins_[c + 1] are the literals of c
};

/// Whether the literal holds in a model: one bit for each variable of the formula.
[[nodiscard]] inline bool holds(const Bits& model, Lit l) {
  return model.test(l.variable().value) == l.positive();
}
/// The first clause that the model does not satisfy; none if it satisfies the formula.
[[nodiscard]] std::optional<ClauseIndex> first_violated(const Cnf& cnf, const Bits& model);

}  // namespace gdl::proof
