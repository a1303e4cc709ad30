// The oracle for patients who are only partly known: docs/language.md, "Unknown facts", as written. A case
// is answered by evaluating every patient that agrees with it. Slow and obvious: for guidelines of a few
// facts; it judges the engines that must be fast.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "oracle/oracle.h"

namespace gdl::oracle {

/// Points that represent every value of a fact that the guideline and its scenarios can tell apart: for
/// numbers the thresholds, the ends of the range, and two values between neighbours (so that what has
/// one point left is one value); for sets every subset.
[[nodiscard]] std::vector<sema::Value> fact_points(const sema::Model& model, sema::FactId fact);

/// What is known of a patient.
struct Case {
  /// The values that each fact may still have, of fact_points or as given. Never empty.
  IdVector<sema::FactTag, std::vector<sema::Value>> values;
  /// 1: the case says something of the fact, be it that it is unknown: then a default is not used.
  IdVector<sema::FactTag, std::uint8_t> given;
};

/// Nothing is known.
[[nodiscard]] Case open_case(const sema::Model& model);
/// What the scenario gives. Nothing if a given leaves a fact no value: no patient agrees with it.
[[nodiscard]] std::optional<Case> case_of(const sema::Model& model, const sema::Scenario& scenario);
/// The case with the defaults of facts that are not given, but for those that, taken in order of
/// declaration, would leave no possible patient.
[[nodiscard]] Case with_defaults(const sema::Model& model, const Case& c);

/// Calls `visit` with every patient that agrees with the case, impossible ones too. A fact is known to
/// such a patient if it is given and has one value left.
void each_patient(const sema::Model& model, const Case& c,
                  const std::function<void(const Patient&)>& visit);

/// In how many of the patients that agree with a case something holds.
enum class Status : std::uint8_t {
  never,     ///< in none
  possible,  ///< in some
  assumed,   ///< in all, but only thanks to defaults or constraints
  certain,   ///< in all
};

/// An offer as the answer names it: with what is left of its parameters.
struct Offer {
  sema::DecisionId decision;
  sema::Verb verb = sema::Verb::recommend;
  sema::WayId way;
  std::vector<ParamLeft> parameters;
  friend bool operator==(const Offer&, const Offer&) = default;
};

struct Answer {
  bool impossible = false;  ///< no possible patient agrees with the case: an input error
  std::vector<std::pair<Offer, Status>> offers;  ///< those that are not `never`
  IdVector<sema::RuleTag, Status> rules;         ///< the rule stands and is not withdrawn
  IdVector<sema::DecisionTag, Status> applies, gap, stranded;

  /// No offer of the decision is only possible.
  [[nodiscard]] bool settled(sema::DecisionId decision) const;
};

[[nodiscard]] Answer answer(const sema::Model& model, const Case& c);

/// The facts that matter to a decision: some case that extends this one, with the fact open, is answered
/// differently (its offers) once the fact is learnt. Defaults stand. By trying every extension: nothing
/// if there are more than `limit`.
[[nodiscard]] std::optional<std::vector<sema::FactId>> ask(const sema::Model& model, const Case& c,
                                                           sema::DecisionId decision,
                                                           std::size_t limit);

}  // namespace gdl::oracle
