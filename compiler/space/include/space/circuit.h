// Sets of patients as a circuit, of which a SAT solver is asked whether anybody is in one: what diagrams blow up on
// may still be small as a formula.
//
// The idea: operations only write gates down (gates.h). `nobody` looks for a patient among some that are known, and
// then asks the solver (questions.h). So the work lies in the questions, and there are few of them beside the sets that
// lead there.
//
// Invariants: that somebody is in a set rests on a patient of whom the gates have been asked. A `nobody` that took a
// search rests on a claim of a refutation (proof/proof.h), and holds only if `checked` says so in the end; what takes
// no search are literals of one variable that exclude each other, and a set beside its complement.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proof/cnf.h"
#include "proof/proof.h"
#include "space/sets.h"

namespace gdl::space {

/// What may be spent on one circuit, all questions together.
struct Allowance {
  std::uint64_t steps = 0;          ///< gates and their parts
  std::uint64_t conflicts = 0;      ///< of the solver
  std::uint64_t proof_bytes = 0;    ///< that it logs
  std::uint64_t checking = 0;       ///< steps of the proof checker, for each formula
  std::function<bool()> cancelled;  ///< asked now and then; may be empty
};

/// A formula, and claims that follow from it.
struct Refutation {
  proof::Cnf formula;
  proof::Proof proof;
  std::vector<std::string> about;  ///< of each claim: what was being looked for when it was made
};
/// The proof checker accepts all of its claims. `cancelled`: see proof::check.
[[nodiscard]] bool accepted(const Refutation& r, std::uint64_t effort,
                            const std::function<bool()>& cancelled = {});

class Gates;
class Questions;

class Circuit final : public Sets {
 public:
  explicit Circuit(const Allowance& allowance);
  ~Circuit() override;

  Node literal(Var v, const Bits& mask) override;
  using Sets::both;
  using Sets::either;
  Node either(std::vector<Node> nodes) override;
  Node both(std::vector<Node> nodes) override;
  /// By the sums that there may be where they are few, else by adding in binary.
  Node sum_within(const Points& items, std::int64_t lo, std::int64_t hi) override;

  [[nodiscard]] bool nobody(Node a) override;
  /// A single patient, as to the variables that `a` is made of.
  [[nodiscard]] Box some(Node a) override;
  [[nodiscard]] Box widen(Node a, Box b, const std::vector<Var>& order) override;

  [[nodiscard]] bool exhausted() const override { return exhausted_; }
  [[nodiscard]] std::uint64_t steps() const override;

  /// What the questions from now on look for, in words.
  void about(std::string what);
  /// Some answer so far rests on a refutation.
  [[nodiscard]] bool refuted() const;
  /// The proof checker accepts every claim so far.
  [[nodiscard]] bool checked() const;
  /// They, to be kept.
  [[nodiscard]] std::vector<Refutation> refutations() const;

 private:
  Node intersect(Node a, Node b) override;
  Node unite(Node a, Node b) override;
  Node subtract(Node a, Node b) override;
  Node intersection(std::vector<std::uint32_t> codes);
  using Weights = std::vector<std::pair<Node, std::uint64_t>>;  ///< none is 0
  /// For each bound, which is not 0, those whose weights add up to it at least.
  std::vector<Node> at_least(const Weights& weights, const std::vector<std::uint64_t>& bounds);
  /// None if there are too many sums.
  std::optional<std::vector<Node>> at_least_by_sums(const Weights& weights,
                                                    const std::vector<std::uint64_t>& bounds);
  /// The digits of their sum, the lowest first.
  std::vector<Node> add_up(const Weights& weights);

  Allowance allowance_;
  std::unique_ptr<Gates> gates_;
  std::unique_ptr<Questions> questions_;
  bool exhausted_ = false;
};

}  // namespace gdl::space
