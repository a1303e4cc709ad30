// A part of a guideline as a guideline of its own: some decisions, rules or conditions and all that they
// depend on, and nothing else. Every question about them has the same answer in the part as in the whole
// (tests/differential/parts.cpp holds the two together), while the cost of asking depends on the part alone.
//
// What a part holds:
//  - of a decision that was asked for, every rule, every accept and every exclusion between its recommendations;
//  - of a rule that was asked for or is such a decision's: its decision's domain, what overrides it, every ban and
//    setting that may reach its ways, and, where the decision chooses the first, the rules before it;
//  - of a rule that these pull in: its decision's domain and what overrides it, which is all that its standing
//    depends on. What it advises itself is not to be asked of the part;
//  - every definition, fact and action named, and every `impossible` that shares a fact with these, directly or by
//    way of other constraints. Any other constraint cannot exclude a patient of the part unless it excludes
//    everybody, which is a finding of its own.
// It has no scenarios, citations, references and texts to be said.
//
// Invariant: ids ascend in the part as in the whole, so that ties are broken alike.
#pragma once

#include <memory>
#include <utility>

#include "sema/model.h"
#include "sema/touching.h"

namespace gdl::sema {

/// What a part is cut for.
struct Wanted {
  std::vector<DecisionId> decisions;
  std::vector<RuleId> rules;
  std::vector<CondId> conds;
  std::vector<DefId> definitions;
  std::vector<std::size_t> accepts;  ///< beside those of the decisions
  /// Decisions of whose rules those above are, if it is about these two; nothing else of them is taken.
  std::pair<DecisionId, DecisionId> between;
};

struct Part {
  Model model;
  // For each row of the part its row in the whole.
  IdVector<FactTag, FactId> facts;
  IdVector<DefTag, DefId> definitions;
  IdVector<DecisionTag, DecisionId> decisions;
  IdVector<RuleTag, RuleId> rules;
  IdVector<WayTag, WayId> ways;
  IdVector<ParamTag, ParamId> params;
  std::vector<std::size_t> impossibles, accepts, exclusives;

  /// The part's ids of what was asked for, which it must hold.
  [[nodiscard]] DefId definition(DefId whole) const;
  [[nodiscard]] DecisionId decision(DecisionId whole) const;
  [[nodiscard]] RuleId rule(RuleId whole) const;
  [[nodiscard]] WayId way(WayId whole) const;
  [[nodiscard]] ParamId param(ParamId whole) const;
  [[nodiscard]] std::size_t impossible(std::size_t whole) const;
};

/// Cuts parts out of a model, which must outlive it. Its tables are made once, in time proportional to the
/// model; a cut takes time proportional to its part. Any number of threads may cut at once, each with a
/// `Scratch` of its own.
class Cutter {
 public:
  explicit Cutter(const Model& model);
  ~Cutter();
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;

  class Scratch {
   public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

   private:
    friend class Cutter;
    friend class Cut;
    struct Marks;
    std::unique_ptr<Marks> marks_;
  };

  [[nodiscard]] Part cut(const Wanted& wanted, Scratch& scratch) const;
  [[nodiscard]] const Model& model() const { return model_; }

 private:
  friend class Cut;
  struct Tables;
  const Model& model_;
  const Touching touching_;
  std::unique_ptr<Tables> tables_;
};

}  // namespace gdl::sema
