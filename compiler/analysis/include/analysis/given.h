// What the givens of a scenario say of each fact: as sets of patients, and as a case in JSON (docs/cli.md, "A
// case") for whoever evaluates programs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "space/scope.h"

namespace gdl::analysis {

struct GivenFact {
  bool given = false;               ///< the scenario speaks of it, be it to say that it is unknown
  bool known = false;               ///< one value is left; of a set, each element is settled
  space::Node left = space::kTrue;  ///< the patients whose value is one that is left
};

/// Of every fact. The conditions of the givens must be in `scope`, a scope of `tables`, which must have been cut
/// by the scenarios too. To be used only while the scope's effort is not spent.
[[nodiscard]] IdVector<sema::FactTag, GivenFact> givens(const space::Tables& tables,
                                                        space::Scope& scope,
                                                        const sema::Scenario& scenario);

struct CaseText {
  std::string json;  ///< an object with a member for each fact that is given
  /// Sets of which the givens say what cannot be said element by element, as in `count(sites) <= 1`. The case says
  /// less of them, and so holds more patients than the scenario.
  std::vector<sema::FactId> loose;
  bool exhausted = false;  ///< the effort did not suffice: there is no case
};

/// The scenario as a case. `tables` as above.
[[nodiscard]] CaseText case_text(const space::Tables& tables, const sema::Scenario& scenario,
                                 std::uint64_t effort, const std::function<bool()>& cancelled = {});

}  // namespace gdl::analysis
