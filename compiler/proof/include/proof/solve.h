// Asking a SAT solver (CaDiCaL), so that every answer can be checked by someone else: a model
// against the clauses, a "none" by the proof that is logged (check.h).
//
// The solver is deterministic: its options are fixed, it has one thread, its effort is counted in
// conflicts and bytes of proof. The same formula, limits and questions in the same order give the
// same answers and the same proof, unless `cancelled` cuts in.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <variant>

#include "proof/cnf.h"
#include "proof/proof.h"

namespace gdl::proof {

/// How much may be spent on one formula, all questions together.
struct Limits {
  std::uint64_t conflicts = 0;      ///< about as many clauses as may be learned
  std::uint64_t proof_bytes = 0;    ///< greatest size of the proof; also what bounds its memory
  std::function<bool()> cancelled;  ///< asked now and then; may be empty
};

/// There is a model: one bit for each variable. It has been checked against every clause and every
/// assumption.
struct Satisfiable {
  Bits model;
};
/// There is none. That is only as good as the claim, which `check` is there to check.
struct Unsatisfiable {
  std::size_t claim = 0;    ///< its index in the proof's claims
  std::vector<Lit> needed;  ///< assumptions that suffice for it, in the order given
};
/// Not answered: never to be taken for either of the two.
struct Unknown {
  enum class Why : std::uint8_t {
    conflicts,    ///< the limit is reached
    proof_bytes,  ///< the limit is reached
    cancelled,    ///< by the caller
    memory,       ///< there is not enough
    wrong_model,  ///< the solver's model does not satisfy the formula: a fault in the solver
  };
  Why why = Why::conflicts;
};
using Outcome = std::variant<Satisfiable, Unsatisfiable, Unknown>;

/// The answer to one question without assumptions, with the proof.
struct Solved {
  Outcome outcome;
  Proof proof;
};
/// Faster than a Solver for the same: it may also eliminate variables.
Solved solve(const Cnf& cnf, Limits limits);

/// Many questions about one formula: each asks for a model in which the assumptions hold too. What
/// is learned for one question helps with the next.
class Solver {
 public:
  /// The formula must outlive the solver. Between questions it may grow; what is there stays.
  Solver(const Cnf& cnf, Limits limits);
  ~Solver();
  Solver(Solver&&) noexcept;
  Solver& operator=(Solver&&) noexcept;

  /// `assumptions` are literals of the formula's variables. Once a limit is reached, or the solver
  /// was cancelled or found wrong, every further answer is Unknown for the same reason.
  Outcome solve(std::span<const Lit> assumptions = {});

  /// The steps so far, and a claim for each Unsatisfiable.
  [[nodiscard]] const Proof& proof() const;
  /// What has been spent of `Limits::conflicts`.
  [[nodiscard]] std::uint64_t conflicts() const;

 private:
  friend Solved solve(const Cnf& cnf, Limits limits);
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gdl::proof
