// The part of the patient space that some decisions speak of, and their advice as sets of patients
// in it.
//
// Lowers model -> space: conditions, then steps 1-5 of language.md as one set of patients for each
// question ("this rule stands", "this *for* is left", "gap"), never one for the whole guideline.
// Variables are the facts that the decisions can depend on (rules of other decisions whose bans or
// settings reach in included), the ones used most come first.
//
// Invariant: for every total patient, a set made here contains the patient exactly if the oracle
// says so of the same question (tests/differential holds the two together).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sema/model.h"
#include "space/classes.h"
#include "space/diagram.h"

namespace gdl::space {

/// What a variable of the space means.
struct VarMeaning {
  enum class Kind : std::uint8_t { value, element, known };
  Kind kind = Kind::value;
  sema::FactId fact;
  std::uint32_t element = 0;  ///< kind element
};

/// Everything about a model that all scopes share: classes, and which bans and settings reach what.
/// Must outlive its scopes.
class Tables {
 public:
  /// `scenarios`: also the thresholds of the scenarios' givens cut classes.
  explicit Tables(const sema::Model& model, bool scenarios = false);

  struct Use {  ///< a directive of a rule
    sema::RuleId rule;
    std::size_t directive = 0;
    friend bool operator==(const Use&, const Use&) = default;
    friend bool operator<(const Use& a, const Use& b) {
      return a.rule == b.rule ? a.directive < b.directive : a.rule < b.rule;
    }
  };
  struct ParamUse {
    Use use;
    Bits values;  ///< over the parameter's classes
  };

  const sema::Model& model;
  Classes classes;
  ParamClasses param_classes;
  /// Ways that some *for* directive advises; the tables below are filled for these only.
  std::vector<sema::WayId> advised;
  /// The *against* directives without parameters that match a way.
  [[nodiscard]] const std::vector<Use>& bans(sema::WayId w) const { return bans_[w]; }
  /// The *against* directives with a parameter that match a way, and what they take.
  [[nodiscard]] const std::vector<std::pair<sema::ParamId, ParamUse>>& param_bans(
      sema::WayId w) const {
    return param_bans_[w];
  }
  /// The *for* directives that set a parameter.
  [[nodiscard]] const std::vector<ParamUse>& settings(sema::ParamId p) const {
    return settings_[p];
  }
  /// The parameters that reach a way.
  [[nodiscard]] const std::vector<sema::ParamId>& params(sema::WayId w) const { return params_[w]; }

 private:
  IdVector<sema::WayTag, std::vector<Use>> bans_;
  IdVector<sema::WayTag, std::vector<std::pair<sema::ParamId, ParamUse>>> param_bans_;
  IdVector<sema::WayTag, std::vector<sema::ParamId>> params_;
  IdVector<sema::ParamTag, std::vector<ParamUse>> settings_;
};

class Scope {
 public:
  /// A scope for what `decisions`, `rules` and `conds` depend on.
  Scope(const Tables& tables, const std::vector<sema::DecisionId>& decisions,
        const std::vector<sema::RuleId>& rules, const std::vector<sema::CondId>& conds,
        std::unique_ptr<Sets> sets);
  /// The same with sets as diagrams, for which see Diagram.
  Scope(const Tables& tables, const std::vector<sema::DecisionId>& decisions,
        const std::vector<sema::RuleId>& rules, const std::vector<sema::CondId>& conds,
        std::uint64_t effort, std::function<bool()> cancelled = {})
      : Scope(tables, decisions, rules, conds,
              std::make_unique<Diagram>(effort, std::move(cancelled))) {}

  Sets& sets() { return *sets_; }
  /// Of a scope whose sets are diagrams; of another there is none.
  [[nodiscard]] bool has_diagram() const { return diagram_ != nullptr; }
  Diagram& diagram() { return *diagram_; }
  [[nodiscard]] const Diagram& diagram() const { return *diagram_; }
  [[nodiscard]] bool exhausted() const { return sets_->exhausted(); }
  [[nodiscard]] const VarMeaning& meaning(Var v) const { return meanings_[v]; }
  [[nodiscard]] const IdVector<VarTag, VarMeaning>& variables() const { return meanings_; }
  /// The variable of a fact's value, a set's element or a fact's knownness; none if not in the
  /// scope.
  [[nodiscard]] Var value_var(sema::FactId fact) const { return value_[fact]; }
  [[nodiscard]] Var element_var(sema::FactId fact, std::size_t element) const;
  [[nodiscard]] Var known_var(sema::FactId fact) const { return known_[fact]; }
  /// False if only constraints speak of the variable's fact, and nothing that was asked about.
  [[nodiscard]] bool asked(Var v) const { return asked_[meanings_[v].fact] != 0; }

  /// The patients for whom a condition holds. Its facts must be in the scope.
  Node cond(sema::CondId id);
  /// The patients for whom an alternative of an enumeration holds.
  Node alternative(sema::DefId def, std::size_t index);
  /// The patients that no `impossible` excludes, as far as it concerns facts of this scope.
  Node possible();
  /// No possible patient is in the set: true only if that is shown. False once the effort is spent. Sets are best
  /// asked so before they are cut down to possible patients: constraints may make small sets large.
  [[nodiscard]] bool nobody(Node set);
  /// The `impossible`s that concern facts of this scope, by index.
  [[nodiscard]] const std::vector<std::size_t>& constraints() const { return constraints_; }

  /// The scope has what the rule depends on: of no other may be asked what follows.
  [[nodiscard]] bool has(sema::RuleId r) const { return seen_rule_[r.value]; }
  Node domain(sema::DecisionId d);
  Node applies(sema::RuleId r);  ///< step 1
  Node stands(sema::RuleId r);   ///< step 2

  /// Which rules' bans are heard (step 3 all, step 4 those the rule yields to).
  enum class Bans : std::uint8_t { none, all, yielded };
  /// For each rule with bans, the patients for whom they are heard where the rule stands.
  using Heard = std::function<Node(sema::RuleId ban)>;
  Node removed(sema::WayId w, Bans bans, sema::RuleId r) { return removed(w, heard(bans, r)); }
  Node removed(sema::WayId w, const Heard& heard);
  /// No value of the parameter is left to the way.
  Node parameter_empty(sema::ParamId p, sema::WayId w, Bans bans, sema::RuleId r) {
    return parameter_empty(p, w, heard(bans, r));
  }
  Node parameter_empty(sema::ParamId p, sema::WayId w, const Heard& heard);

  /// The values of a class of the parameter are out for the way: by a setting, or by a ban that is heard.
  Node value_gone(sema::ParamId p, sema::WayId w, std::size_t cls, const Heard& heard);
  Node value_gone(sema::ParamId p, sema::WayId w, std::size_t cls) {
    return value_gone(p, w, cls, heard(Bans::all, {}));
  }
  /// Exactly these values (over the parameter's classes) are left to the way, which some *for* advises.
  Node left_exactly(sema::ParamId p, sema::WayId w, const Bits& values);

  // Of a *for* directive (rule, index):
  Node emptied(sema::RuleId r, std::size_t directive, Bans bans) {
    return emptied(r, directive, heard(bans, r));
  }
  Node emptied(sema::RuleId r, std::size_t directive, const Heard& heard);
  Node withdrawn(sema::RuleId r, std::size_t directive);
  Node conflict(sema::RuleId r, std::size_t directive);  ///< kept ones only
  Node left(sema::RuleId r, std::size_t directive);      ///< kept ones only
  /// The rule stands and `choose first` does not shadow it (step 5).
  Node kept(sema::RuleId r);
  /// The rule stands and is not withdrawn.
  Node in_force(sema::RuleId r);
  /// Some kept *for* of the decision with this verb has the way left.
  Node offered(sema::DecisionId d, sema::Verb verb, sema::WayId w);

  Node gap(sema::DecisionId d);
  Node stranded(sema::DecisionId d);
  /// Both rules answer, and differently (`choose one`, or `no recommendation` beside a *for*).
  Node overlap(sema::RuleId a, sema::RuleId b);
  /// The two *for* directives violate the exclusion.
  Node exclusive(const Tables::Use& a, const Tables::Use& b, const sema::Exclusive& x);

 private:
  [[nodiscard]] Heard heard(Bans bans, sema::RuleId r) const;
  void collect_rule(sema::RuleId root);
  void collect_cond(sema::CondId c);
  void close_constraints();
  void make_variables();
  Node compute(sema::CondId id);
  Node count_at(const Points& items, sema::CmpOp op, std::int64_t bound);
  Node score(const sema::Cond& c);
  void score_items(sema::DefId def, Points& out);
  Node answered(sema::RuleId r);
  /// Those in one of the sets. The last is remembered: where no ban takes anything, who is answered by the rules that
  /// apply and who by what is left of them are asked for as the same large union.
  Node united(std::vector<Node> answered);

  const Tables& tables_;
  const sema::Model& model_;
  std::unique_ptr<Sets> sets_;
  Diagram* diagram_;  // they are, or null
  IdVector<VarTag, VarMeaning> meanings_;
  IdVector<sema::FactTag, Var> value_, known_, elements_;  // elements_: the first of a set
  IdVector<sema::FactTag, std::uint32_t> uses_;
  IdVector<sema::FactTag, std::uint8_t> known_used_, asked_;
  std::vector<bool> seen_rule_, seen_cond_, seen_way_;
  std::vector<std::size_t> constraints_;  // impossibles that concern this scope
  IdVector<sema::CondTag, Node> cond_memo_;
  IdVector<sema::RuleTag, Node> applies_memo_, stands_memo_, kept_memo_;
  Node possible_memo_;
  std::vector<Node> answered_;  // of united(): the last, and what it came to
  Node answered_all_;
};

}  // namespace gdl::space
