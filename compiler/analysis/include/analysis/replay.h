// Replays witnesses through the oracle: what is claimed of a box of patients is asked of its completions.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "oracle/oracle.h"
#include "sema/part.h"
#include "space/circuit.h"
#include "space/scope.h"

namespace gdl::analysis {

/// What the oracle said of the completions of a box.
struct Replay {
  bool confirmed =
      false;            ///< every possible completion tried satisfies the claim, and there is one
  std::string grounds;  ///< "replayed: all 96 completions"
  std::uint64_t tried = 0;  ///< possible completions that the oracle was asked about
  /// There was nobody to ask: the allowance was spent before a possible patient was found.
  bool undecided = false;
};

/// What step 1 asks of a patient, written down once for all replays of an oracle, which must outlive it. What `and`
/// joins is asked apart: the answers hang on few facts, and one answer serves all rules that ask the same.
class Footing {
 public:
  struct Question {
    sema::CondId when;
    std::vector<sema::FactId> facts;  ///< on which the answer hangs
  };
  struct Part {
    std::size_t question = 0;
    bool answer = true;  ///< that it must have
  };

  explicit Footing(const oracle::Oracle& oracle);

  [[nodiscard]] const oracle::Oracle& oracle() const { return oracle_; }
  [[nodiscard]] const std::vector<Question>& questions() const { return questions_; }
  /// Of each decision, then of each rule, as in oracle::Applying: the domain has the patient, or the rule applies to
  /// him, the domain of its decision aside, exactly if all of these are so.
  [[nodiscard]] const std::vector<std::vector<Part>>& first() const { return first_; }

 private:
  void split(sema::CondId cond, bool answer, std::vector<Part>& out);

  const oracle::Oracle& oracle_;
  std::vector<Question> questions_;
  std::vector<std::vector<Part>> first_;
  std::map<sema::CondId, std::size_t> place_;  // of each condition that is asked
};

/// What is claimed of each patient of a box.
struct Claim {
  /// Asked of the patient. Empty: the claim is about advice.
  std::function<bool(const oracle::Patient&)> patient;
  /// Of the oracle whose advice is asked about. It must outlive the claim, as must the part.
  const Footing* footing = nullptr;
  /// What the oracle speaks of, if it is less than the guideline that the patient is of; null: that guideline.
  const sema::Part* part = nullptr;
  std::function<bool(const oracle::Advice&)> advice{};
};

/// Asks the oracle about the completions of boxes. Keeps a possible patient, so that a possible
/// completion is always among those asked, however much the constraints exclude.
class Completions {
 public:
  /// `allowance`: for finding the possible patient, with diagrams, and again with a circuit; the constraints must leave one.
  /// `beyond`: how many combinations there are of what the model of `tables` leaves out of the guideline: they count,
  /// although no claim depends on them.
  Completions(const space::Tables& tables, space::Allowance allowance, std::uint64_t beyond);

  /// All completions of the box up to 100,000, else the corners and 1,000 fixed random ones. Those
  /// that are impossible do not count. `box` is a box of `scope` that holds a possible patient.
  [[nodiscard]] Replay replay(space::Scope& scope, const space::Box& box, const Claim& claim);

 private:
  /// Finds the possible patient: before the first replay, since many parts have nothing to replay.
  void prepare();

  const space::Tables& tables_;
  space::Allowance allowance_;
  std::uint64_t beyond_;
  bool prepared_ = false;
  bool undecided_ = false;                   ///< allowance was spent before there was a patient
  std::optional<space::Scope> constraints_;  ///< the scope of all of them, if there are any
  space::Box base_;                          ///< in that scope: a possible patient
  std::vector<bool> constrained_;            ///< of each fact: a constraint names it
  std::vector<std::vector<sema::FactId>>
      constraint_facts_;  ///< of each constraint, those that it names
};

}  // namespace gdl::analysis
