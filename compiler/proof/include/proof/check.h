// Checking proofs: a small program that shares nothing with the solver but the format.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

#include "proof/cnf.h"
#include "proof/proof.h"

namespace gdl::proof {

/// Every claim follows from the formula. The numbers are for reports and benchmarks only.
struct Checked {
  std::uint64_t lemmas = 0;   ///< in the proof, up to the first place where the formula is refuted
  std::uint64_t needed = 0;   ///< of them, those that some claim rests on: only these were checked
  std::uint64_t clauses = 0;  ///< clauses of the formula that some claim rests on
  std::uint64_t steps = 0;    ///< spent: clauses and literals looked at
};

/// Some claim was not shown; this says nothing about whether it is true.
struct Rejected {
  enum class Why : std::uint8_t {
    malformed,    ///< the bytes are no proof for this formula: cut short, an unknown step or
                  ///< variable, a claim that is not at the end of a step or not in order
    lemma,        ///< a lemma that is needed does not follow by unit propagation
    claim,        ///< a claim does not follow by unit propagation
    effort_spent  ///< it did not suffice, the proof is too large (over 16 GiB), or the caller cut in
  };
  Why why = Why::malformed;
  std::uint64_t at = 0;  ///< malformed, lemma: the byte where the step begins; claim: its index;
                         ///< effort_spent: the steps
};

/// Checks all claims, spending about `effort` steps at most: clauses and literals looked at. Memory
/// is a few times that of the formula and the proof's lemmas. `cancelled` is asked now and then, and may be empty:
/// once it says so the effort counts as spent.
[[nodiscard]] std::variant<Checked, Rejected> check(const Cnf& cnf, std::string_view steps,
                                                    std::span<const Claim> claims,
                                                    std::uint64_t effort,
                                                    const std::function<bool()>& cancelled = {});
[[nodiscard]] inline std::variant<Checked, Rejected> check(
    const Cnf& cnf, const Proof& proof, std::uint64_t effort,
    const std::function<bool()>& cancelled = {}) {
  return check(cnf, proof.steps, proof.claims, effort, cancelled);
}

}  // namespace gdl::proof
