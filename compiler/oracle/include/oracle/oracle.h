// The oracle: the meaning of a guideline, step by step as docs/language.md writes it, over the
// model alone. Slow and obvious on purpose, and written apart from every other engine: it replays
// every witness and judges the tests. Nothing here may be made clever.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sema/model.h"
#include "sema/part.h"

namespace gdl::oracle {

/// A total patient: a value for every fact, and for each whether it is known (asked only by
/// `is known`; a witness may have a fact unknown beside the value that it would turn out to have).
struct Patient {
  IdVector<sema::FactTag, sema::Value> values;
  IdVector<sema::FactTag, std::uint8_t> known;  ///< 1: known
};

/// A patient of the whole guideline as one of a part of it.
[[nodiscard]] Patient within(const sema::Part& part, const Patient& patient);
/// The same into `out`, whatever it was.
void within(const sema::Part& part, const Patient& patient, Patient& out);

/// True if the condition holds for the patient.
[[nodiscard]] bool holds(const sema::Model& model, sema::CondId cond, const Patient& patient);
/// Which alternatives of an enumeration definition hold (exactly one where the definition is
/// sound).
[[nodiscard]] Bits alternatives(const sema::Model& model, sema::DefId def, const Patient& patient);
/// The points of a score definition.
[[nodiscard]] std::int64_t score(const sema::Model& model, sema::DefId def, const Patient& patient);
/// False if an `impossible` matches.
[[nodiscard]] bool possible(const sema::Model& model, const Patient& patient);

/// Step 1 of one rule, its decision's domain aside: `when` holds and `unless` does not.
[[nodiscard]] bool conditions_hold(const sema::Model& model, sema::RuleId rule,
                                   const Patient& patient);

/// What is left of a parameter on a way: the candidate values of `parameter_points` that no
/// standing rule takes away.
struct ParamLeft {
  sema::ParamId param;
  std::vector<std::size_t> points;
  friend bool operator==(const ParamLeft&, const ParamLeft&) = default;
};

/// One *for* directive of a standing rule.
struct ForResult {
  sema::RuleId rule;
  std::size_t directive = 0;
  std::vector<sema::WayId> left;  ///< ways left after steps 3
  bool withdrawn = false;         ///< nothing left, and the bans it yields to suffice
  bool conflict = false;          ///< nothing left otherwise
  bool parameter = false;         ///< conflict from settings alone: no ban is needed to empty it
  bool kept = true;               ///< false behind the first answer of `choose first`
};

/// An offered way that comes before another, by a `prefer` of the rule.
struct Preferred {
  sema::WayId first, second;
  sema::RuleId by;
};

struct DecisionAdvice {
  bool applies = false;
  std::vector<ForResult> fors;     ///< of standing rules, in the order written
  std::vector<sema::RuleId> none;  ///< standing and kept rules with `no recommendation`
  bool gap = false, stranded = false;
  /// `prefer A over B` of standing rules of the decision: offered ways that match A and not B, each
  /// before every offered way that matches B and not A.
  std::vector<Preferred> prefers;
  /// Rules that answer differently under `choose one`, and a `no recommendation` beside a *for* left
  /// (of one rule even).
  std::vector<std::pair<sema::RuleId, sema::RuleId>> overlaps;

  /// The two rules are among the overlaps, in whichever order.
  [[nodiscard]] bool overlap(sema::RuleId a, sema::RuleId b) const;
};

/// Two *for* directives of different rules that an `exclusive` forbids together.
struct ExclusiveClash {
  sema::RuleId first, second;
  std::size_t exclusive = 0;
};

/// A parameter of an advised way for which the standing settings leave no value.
struct ParameterClash {
  sema::ParamId param;
  sema::RuleId rule;  ///< the rule whose *for* has the way
  sema::WayId way;
};

struct Advice {
  IdVector<sema::RuleTag, std::uint8_t> applies, stands;
  IdVector<sema::DecisionTag, DecisionAdvice> decisions;
  std::vector<ExclusiveClash> exclusives;
  std::vector<ParameterClash> parameters;

  [[nodiscard]] const ForResult* find(const sema::Model& model, sema::RuleId rule,
                                      std::size_t directive) const;
};

/// What step 1 says of a patient: 1 for each decision whose domain has the patient, then for each rule that applies.
/// Steps 2 to 5 ask the patient nothing more: patients of whom it is the same are advised alike.
using Applying = std::vector<std::uint8_t>;

/// A guideline ready to be asked about many patients: what does not depend on the patient is written down once,
/// and nothing else is. The model must outlive it.
class Oracle {
 public:
  /// A directive of a rule.
  using Use = std::pair<sema::RuleId, std::size_t>;

  explicit Oracle(const sema::Model& model);

  /// Step 1, into `out`.
  void applying(const Patient& patient, Applying& out) const;
  /// Steps 2 to 5 for every decision.
  [[nodiscard]] Advice advise(const Applying& applying) const;
  /// Steps 1 to 5 for every decision.
  [[nodiscard]] Advice evaluate(const Patient& patient) const;

  [[nodiscard]] const sema::Model& model() const { return model_; }
  [[nodiscard]] const std::vector<Use>& againsts() const { return againsts_; }
  /// Directives that set or ban values of parameters.
  [[nodiscard]] const std::vector<Use>& with_parameters() const { return with_parameters_; }
  /// Parameters that some rule sets or bans; any other keeps its whole range on every way.
  [[nodiscard]] const std::vector<sema::ParamId>& spoken_of() const { return spoken_of_; }
  /// parameter_points of a parameter that is spoken of; of others nothing.
  [[nodiscard]] const std::vector<sema::Value>& points(sema::ParamId p) const { return points_[p]; }

 private:
  const sema::Model& model_;
  std::vector<sema::RuleId> order_;  // of step 2
  std::vector<Use> againsts_, with_parameters_;
  std::vector<sema::ParamId> spoken_of_;
  IdVector<sema::ParamTag, std::vector<sema::Value>> points_;
};

/// The same for one patient.
[[nodiscard]] Advice evaluate(const sema::Model& model, const Patient& patient);

/// Points that represent every value of a parameter that the guideline can tell apart: the ends of
/// all settings and bans, and a value between neighbours. Ascending.
[[nodiscard]] std::vector<sema::Value> parameter_points(const sema::Model& model, sema::ParamId p);
/// What the standing rules leave of each parameter that reaches `way`.
[[nodiscard]] std::vector<ParamLeft> parameters_left(const Oracle& oracle, const Advice& advice,
                                                     sema::WayId way);
[[nodiscard]] std::vector<ParamLeft> parameters_left(const sema::Model& model, const Advice& advice,
                                                     sema::WayId way);
/// True if the settings of all standing rules and the bans of those in `bans` alone leave a *for*
/// directive nothing.
[[nodiscard]] bool emptied_by(const sema::Model& model, const Advice& advice, sema::RuleId rule,
                              std::size_t directive, const std::vector<sema::RuleId>& bans);
/// True if the preferences of the decision lead from some offered way back to itself.
[[nodiscard]] bool preference_cycle(const DecisionAdvice& advice);
/// True if the rule stands and is not withdrawn: what a rule's status speaks of. A rule is
/// withdrawn if it has a *for* and every one of them is withdrawn.
[[nodiscard]] bool in_force(const sema::Model& model, const Advice& advice, sema::RuleId rule);
/// True if some kept *for* of the decision with this verb has the way left.
[[nodiscard]] bool offered(const sema::Model& model, const Advice& advice,
                           sema::DecisionId decision, sema::Verb verb, sema::WayId way);

}  // namespace gdl::oracle
