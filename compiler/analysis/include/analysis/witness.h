// From a set of patients to a witness that people can read and the oracle has replayed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "oracle/oracle.h"
#include "space/circuit.h"
#include "space/scope.h"

namespace gdl::analysis {

/// A box in words and as case values, in order of declaration.
std::vector<diag::FactValue> describe(const space::Tables& tables, const space::Scope& scope,
                                      const space::Box& box);
/// The same as a condition in GDL, each number in its fact's own unit; empty if a number in it has no
/// decimal form, if a fact in it has a value and is unknown, or if the box is of all patients.
std::string condition(const space::Tables& tables, const space::Scope& scope,
                      const space::Box& box);

/// What the oracle said of the completions of a box.
struct Replay {
  bool confirmed =
      false;            ///< every possible completion tried satisfies the claim, and there is one
  std::string grounds;  ///< "replayed: all 96 completions"
};

/// What is claimed of a patient, asked of the oracle. `facts`: the claim hangs on no others, by what the guideline
/// that it is asked of names; of completions that are alike in these one is asked for all. Empty: it may hang on any.
struct Claim {
  std::function<bool(const oracle::Patient&)> holds;
  std::optional<std::vector<sema::FactId>> facts{};
};

/// A claim about the advice of a guideline. Patients to whom the same rules apply are advised alike, and so the
/// advice is put together and judged once for them. The oracle must outlive the claim.
[[nodiscard]] std::function<bool(const oracle::Patient&)> of_advice(
    const oracle::Oracle& oracle, std::function<bool(const oracle::Advice&)> claim);

/// Asks the oracle about the completions of boxes. Keeps a possible patient, so that a possible
/// completion is always among those asked, however much the constraints exclude.
class Completions {
 public:
  /// `effort`: for finding the possible patient; the constraints must leave one. `further`: where that does not
  /// suffice, what a circuit may take. `beyond`: how many combinations
  /// there are of what the model of `tables` leaves out of the guideline: they count, although no claim depends
  /// on them.
  Completions(const space::Tables& tables, std::uint64_t effort, std::uint64_t beyond,
              const std::optional<space::Allowance>& further = std::nullopt);

  /// All completions of the box up to 100,000, else the corners and 1,000 fixed random ones. Those
  /// that are impossible do not count. `box` is a box of `scope` that holds a possible patient.
  [[nodiscard]] Replay replay(space::Scope& scope, const space::Box& box, const Claim& claim) const;

 private:
  const space::Tables& tables_;
  std::uint64_t beyond_;
  std::optional<space::Scope> constraints_;  ///< the scope of all of them, if there are any
  space::Box base_;                          ///< in that scope: a possible patient
  std::vector<bool> constrained_;            ///< of each fact: a constraint names it
};

/// A small box whose possible patients are inside `set`: as few facts as greedy dropping leaves, then
/// as many values as some possible patient of the box has. `set` is valid, not empty, and of possible patients only. The box may hold patients of
/// `free` as well, of whom nothing is said.
space::Box small_box(space::Scope& scope, space::Node set, space::Node free = space::kFalse);

/// Takes those values out of the box that none of its patients in `within` has: it is to name nobody who is not
/// there. Those patients stay; there must be one.
void narrow(space::Scope& scope, space::Box& box, space::Node within);

/// True if constraints of the scope exclude some patients of the box: what it does not name may not be anything.
bool tied(space::Scope& scope, const space::Box& box);

}  // namespace gdl::analysis
