// A case that is only partly known through steps 1-5 of docs/language.md: for every rule, way and decision,
// of which of the patients who agree with the case something is true.
//
// The idea: what evaluate.h does with yes and no for one patient, done with sets of patients (diagram.h). The
// variables are what the case leaves open: the value of a fact, each element of a set, and whether a fact is
// known, where the guideline asks that.
#pragma once

#include "case.h"
#include "diagram.h"

namespace gdlrt {

/// The variables of one fact.
struct FactVariables {
  Level value = kNone;  ///< not a set, if more than one class is left
  uint32_t* classes =
      nullptr;         ///< not a set: what is left, in order; the variable's value i is classes[i]
  uint32_t count = 0;  ///< of the classes
  Level element = kNone;  ///< set: the first of its open elements; the others follow
  uint64_t elements = 0;  ///< set: which are open, lowest first
  uint64_t present = 0;   ///< set: which are certainly in it
  Level known =
      kNone;  ///< value 1: known; where the guideline asks for it and the case leaves it unknown
  bool beyond = false;  ///< open, but past limits::open_variables: whatever asks for it is kOpen
};

class Partial {
 public:
  /// `defaults`: facts in which a default has been put count as it; else they are open, as if there were none.
  Partial(const Program& program, const Case& facts, Arena& arena, bool defaults)
      : p_(program), arena_(arena), g_(arena), facts_(facts), defaults_(defaults) {}
  /// Steps 1-5. `steps` bounds the work on the diagrams, all that is done with them later too. False if memory
  /// ran out.
  bool run(uint64_t steps);

  Diagram& sets() { return g_; }
  [[nodiscard]] const FactVariables& variables(uint32_t fact) const { return vars_[fact]; }
  [[nodiscard]] uint32_t facts() const { return p_.facts.count; }
  [[nodiscard]] uint32_t fact_of(Level v) const { return fact_of_[v]; }
  [[nodiscard]] uint32_t rule_of(uint32_t directive) const { return rule_of_[directive]; }

  // Variables that an open constraint speaks of are of one group, and so are all of a fact of which it is asked
  // whether it is known; another is one of its own. What the variables of one group may be together has nothing to
  // do with those of another.
  /// A constraint could not be worked out: it may tie whatever it speaks of.
  [[nodiscard]] bool unknown_constraint() const { return unknown_constraint_; }
  /// Some group's variables can have no values together: nobody is possible.
  [[nodiscard]] bool nobody() const { return nobody_; }
  /// The first variable of the group.
  [[nodiscard]] Level group_of(Level v) const { return group_[v]; }
  /// Those whom no constraint on the variable's group excludes.
  [[nodiscard]] Ref possible_in_group(Level v) const { return possible_[group_[v]]; }
  /// A constraint rules out some values of the group's variables together.
  [[nodiscard]] bool constrained(Level v) const { return possible_[group_[v]] != kYes; }
  /// Constrained, or of a fact of which it is asked whether it is known.
  [[nodiscard]] bool linked(Level v) const { return as_known_[group_[v]] != kYes; }
  /// Of the groups that the sets ask about: those whom no constraint excludes; with `as_known`, and of whom is known
  /// what the case knows. Apart from those groups, everybody.
  Ref possible_for(Ref a, Ref b = kNo, bool as_known = false);

  [[nodiscard]] Ref node(uint32_t n) const { return nodes_[n]; }
  [[nodiscard]] Ref domain(uint32_t decision) const {
    return nodes_[p_.decisions[decision].domain];
  }
  [[nodiscard]] Ref stands(uint32_t rule) const { return stands_[rule]; }
  [[nodiscard]] Ref applies(uint32_t rule) const { return applies_[rule]; }
  [[nodiscard]] Ref kept(uint32_t rule) const { return kept_[rule]; }
  [[nodiscard]] Ref gap(uint32_t decision) const { return gap_[decision]; }
  [[nodiscard]] Ref stranded(uint32_t decision) const { return stranded_[decision]; }
  [[nodiscard]] Ref withdrawn(uint32_t directive) const { return withdrawn_[directive]; }
  /// In conflict, or with settings that leave nothing; shadowed or not.
  [[nodiscard]] Ref conflict(uint32_t directive) const { return conflict_[directive]; }
  /// The rule stands, and the directive is no *for* that is withdrawn.
  Ref in_force(uint32_t directive);
  /// A way that the bans of standing rules take away.
  Ref removed(uint32_t way);
  /// A ban of the rule matches a way of the directive, or takes something of its parameters: see mark_bans.
  const uint8_t* mark_bans(const DirectiveRow& d, bool on);
  /// The rules of these bans, ascending, each once; fewer if memory ran out.
  void list_bans(const DirectiveRow& d, List<uint32_t>& rules);
  /// Different answers where one is allowed; with `first`, by just these two rules.
  Ref overlap(uint32_t decision, uint32_t first, uint32_t second);
  /// A rule of the decision and another one violate an exclusion; with `first`, just these two rules.
  Ref exclusive(uint32_t decision, uint32_t first, uint32_t second);
  /// There is what the accept waives.
  Ref waived(const AcceptRow& accept);

 private:
  enum class Bans : uint8_t { none, all, yielded };
  /// A summand: its points, and for whom it counts.
  struct Term {
    Ref holds;
    int64_t points;
  };
  /// A default stands in the fact, and is not to count.
  [[nodiscard]] bool open(uint32_t fact) const;
  bool take();
  void order_facts(List<uint32_t>& order);
  void make_variables();
  Level variable(uint32_t fact, uint32_t values);
  Ref element(uint32_t fact, uint32_t e);
  Ref value_in(const NodeRow& n);
  Ref set_is(const NodeRow& n);
  Ref set_count(const NodeRow& n);
  Ref sum_in(int64_t lo, int64_t hi);
  bool term(Ref holds, int64_t points, int64_t& base);
  Ref counted(const NodeRow& n);
  /// A list of so many rows is about to be walked: false if it is long, and such walks have had their share of the steps.
  /// Of diagrams nothing is spent: what is known without them is known however many of their steps are left.
  bool walk(uint32_t count) {
    if (count <= kShort) return true;
    walked_ += count;
    return walked_ / kShort < steps_;
  }
  void compute_nodes();
  bool make_groups();
  void decision(uint32_t id);
  void advise(uint32_t directive, uint32_t rule);
  [[nodiscard]] bool heard(uint32_t ban, Bans bans) const;
  Ref emptied(uint32_t param, uint32_t way, Bans bans);
  Ref removed_by(uint32_t way, Bans bans);
  Ref all_removed(const DirectiveRow& d, Bans bans);
  Ref left_by(uint32_t rule);
  Ref differ(uint32_t a, uint32_t b);
  Ref overlap_of(uint32_t a, uint32_t b);
  Ref on_side(uint32_t directive, uint8_t side);
  Ref violate(uint32_t a, uint32_t b);
  void mark_sides(const ExclusiveRow& x, bool on);
  /// Calls visit(rule) for each ban that matches a way of the directive, or takes something of its parameters.
  template <class Visit>
  void each_ban(const DirectiveRow& d, Visit&& visit) const;
  Ref conflict_with(uint32_t directive, const AcceptRow& a);
  Ref settings_clash(uint32_t directive);

  static constexpr uint32_t kShort = 64;  // each of a program's rows may be as long

  const Program& p_;
  Arena& arena_;
  Diagram g_;
  uint64_t steps_ = 0, walked_ = 0;
  const Case& facts_;
  bool defaults_;
  FactVariables* vars_ = nullptr;
  List<uint32_t> fact_of_;
  uint32_t* rule_of_ = nullptr;
  Ref* nodes_ = nullptr;
  uint32_t* group_ = nullptr;  // by fact: the fact that stands for its group
  Ref* possible_ = nullptr;    // by fact that stands for a group
  Ref* as_known_ =
      nullptr;  // by fact that stands for a group: possible, and known as the case has it
  uint8_t* asks_ = nullptr;     // scratch: by Level
  uint8_t* touched_ = nullptr;  // scratch: by fact
  bool unknown_constraint_ = false, nobody_ = false;
  /// What possible_for() gave last for the groups whose first variables the mask has.
  struct Together {
    uint64_t groups = 0;
    Ref possible = kYes;
  } together_[2];
  uint64_t tied_ = 0;                                             // mask of the linked variables
  Ref *applies_ = nullptr, *stands_ = nullptr, *kept_ = nullptr;  // by rule
  // By directive; that no *for* stands in is kNo.
  Ref *left_ = nullptr, *withdrawn_ = nullptr, *conflict_ = nullptr, *parameter_ = nullptr;
  Ref *gap_ = nullptr, *stranded_ = nullptr,
      *overlap_ = nullptr;  // by decision; overlap: by `none`
  Ref* removed_ = nullptr;  // by way, once asked for
  List<Term> terms_, sums_, next_sums_;
  List<uint32_t> advising_, all_advising_;  // of exclusive(): recommendations of kept rules
  bool advising_listed_ = false;            // all_advising_ is made
  uint8_t* yielded_ = nullptr;              // rules that the rule in hand yields to
  uint8_t* banning_ = nullptr;              // rules: see mark_bans
  uint8_t* mark_ = nullptr;                 // ways
};

}  // namespace gdlrt
