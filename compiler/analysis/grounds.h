// What the verdicts on one part rest on. First on canonical diagrams, within an effort that suffices where rules are
// written as people write them; what they do not decide is asked of a SAT solver, whose proofs are checked; what
// neither decides is looked at with diagrams once more, with all of the effort. Private to analysis/.
//
// The looks at a part follow one another. What one way has decided is not looked at again: the next goes on with the
// first look that is open, whose findings it makes anew, so that none is told twice. Of a look that stays open the
// findings of the way that found most of them are told. What a circuit found counts only if the checker has accepted
// the proofs of all that it was said to have refuted.
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
  Checks undecided;  ///< in words, the looks that are open
  Grounds grounds = Grounds::diagram;
  std::unique_ptr<space::Scope>
      scope;  ///< of diagrams that decided everything by themselves; else none
};

/// A look at a scope: it reports findings to the context's sink. Whatever stops the context leaves it open. It may be taken
/// several times, and what it leaves beside is that of the last.
struct Look {
  const char* looks_for;  ///< in words
  std::function<void(space::Scope&)> take;
};

/// Diagrams for questions of which no verdict hangs.
[[nodiscard]] std::unique_ptr<space::Diagram> advisory(Context& c);

/// `of`: the subject's name, for who keeps proofs. Once a look is open, those behind it are, too.
[[nodiscard]] Decided decide(Context& c, const Subject& subject, const std::string& of,
                             const std::vector<Look>& looks);

}  // namespace gdl::analysis
