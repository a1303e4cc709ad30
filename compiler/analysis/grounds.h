// What the verdicts on one part rest on. First on canonical diagrams, within an effort that suffices where rules are
// written as people write them; what they do not decide is asked of a SAT solver, whose proofs are checked; what
// neither decides is looked at with diagrams once more, with all of the effort. Private to analysis/.
//
// Each attempt makes its findings anew, in a sink of its own, so that none is told twice. Of attempts that leave
// something undecided the first that leaves least is taken. What a circuit found counts only if the checker has
// accepted the proofs of all that it was said to have refuted.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "context.h"

namespace gdl::analysis {

/// Checks, in words.
using Checks = std::vector<std::string>;

/// What a scope is about.
struct Subject {
  std::vector<sema::DecisionId> decisions;
  std::vector<sema::RuleId> rules;
  std::vector<sema::CondId> conds;
};

struct Decided {
  Checks undecided;
  Grounds grounds = Grounds::diagram;
  std::unique_ptr<space::Scope> scope;  ///< of diagrams that decided everything; else none
};

/// `look` reports findings to the context's sink and gives what it did not decide. It may be called several times, and
/// what it leaves beside is that of the call that is taken or of a later one. `of`: the subject's name, for who keeps
/// proofs.
[[nodiscard]] Decided decide(Context& c, const Subject& subject, const std::string& of,
                             const std::function<Checks(space::Scope&)>& look);

/// What the questions of a scope are about from now on.
void looking_for(space::Scope& s, const std::string& what);

}  // namespace gdl::analysis
