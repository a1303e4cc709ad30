// Questions about the gates of a circuit, asked of a SAT solver: is anybody in a set, is a box inside a set. Inside
// this library only.
//
// The gates that a set is made of become clauses (proof/encode.h), and the set's own gate is assumed: so one formula,
// which grows, serves all questions, and what is learned for one helps with the next. A set that is the intersection of
// very many, such as those whom none of thousands of rules concerns, becomes a formula of its own, in which each part
// is a clause where it can be: the solver may then eliminate variables. (docs/proofs.md has figures.)
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "gates.h"
#include "proof/solve.h"
#include "space/circuit.h"

namespace gdl::space {

/// Gates as clauses.
class Formula {
 public:
  Formula(const Gates& gates, const IdVector<VarTag, std::size_t>& sizes)
      : gates_(gates), sizes_(sizes) {}

  /// Holds exactly for those in the node.
  proof::Lit of(Gates::Code node);
  /// Holds exactly for those whose variable has the value.
  proof::Lit value(Var v, std::size_t k);
  /// All are in the node.
  void require(Gates::Code node);
  /// The patient of a model; what the formula does not speak of is value 0.
  [[nodiscard]] Point point(const Bits& model) const;
  [[nodiscard]] const proof::Cnf& cnf() const { return cnf_; }

 private:
  void encode(std::size_t gate);
  /// Adds literals of which one holds exactly if the node does not.
  void add_complement(Gates::Code node, std::vector<proof::Lit>& clause);
  void add_values(Var v, const Bits& mask, std::vector<proof::Lit>& clause);

  const Gates& gates_;
  const IdVector<VarTag, std::size_t>& sizes_;
  proof::Cnf cnf_;
  std::vector<std::vector<proof::Lit>> values_;  // of each variable; empty: not spoken of yet
  std::vector<proof::Lit> lits_;                 // of each gate; none: not encoded yet
};

class Questions {
 public:
  Questions(Gates& gates, const IdVector<VarTag, std::size_t>& sizes, const Allowance& allowance)
      : gates_(gates), sizes_(sizes), allowance_(allowance), formula_(gates, sizes) {}

  enum class Answer : std::uint8_t { nobody, somebody, unknown };
  [[nodiscard]] Answer ask(Gates::Code node);
  /// See Sets::widen.
  [[nodiscard]] Box widen(Gates::Code node, const Box& box, const std::vector<Var>& order);
  /// The solver's effort is spent, or it was wrong.
  [[nodiscard]] bool spent() const { return spent_; }

  [[nodiscard]] bool refuted() const { return !about_.empty() || !once_.empty(); }
  [[nodiscard]] bool checked() const;
  [[nodiscard]] std::vector<Refutation> refutations() const;
  std::string about;  ///< what is being looked for

 private:
  /// The value that a patient must not have.
  struct Exclusion {
    Var var;
    std::size_t value = 0;
  };
  using Exclusions = std::vector<Exclusion>;

  Answer ask_once(Gates::Code node);
  Answer take(Gates::Code node, const Formula& formula, const proof::Outcome& outcome);
  proof::Outcome solve(const std::vector<proof::Lit>& assumptions);
  /// Those of the exclusions that suffice for a box inside the node; none if all of them do not, or the effort is
  /// spent.
  std::optional<Exclusions> inside(Gates::Code node, const Exclusions& exclusions);
  [[nodiscard]] Box box_of(const Exclusions& exclusions) const;

  Gates& gates_;
  const IdVector<VarTag, std::size_t>& sizes_;
  const Allowance& allowance_;
  Formula formula_;
  std::optional<proof::Solver> solver_;  // of `formula_`
  std::vector<std::string> about_;       // of each of its claims
  std::vector<Refutation> once_;
  std::uint64_t once_bytes_ = 0;
  std::size_t asked_once_ = 0;
  std::unordered_set<Gates::Code> nobody_;
  bool spent_ = false;
};

}  // namespace gdl::space
