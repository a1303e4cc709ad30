// What G holds, in words that two versions have in common: items of the space (space/items.h) by the names of
// actions and parameters, and the same items of the oracle's advice. Private to analysis/.
#pragma once

#include <set>
#include <string>

#include "oracle/oracle.h"
#include "space/items.h"

namespace gdl::analysis {

struct Said {
  /// Equal exactly if the items are equal, whatever version they are of. Every parameter is in it.
  std::string key;
  std::string text;   ///< as an author writes it; parameters of which all is left are left out
  std::string whole;  ///< the same with them
};
[[nodiscard]] Said said(const space::Tables& tables, const space::Item& item);

/// The keys of what the advice holds for a decision.
[[nodiscard]] std::set<std::string> advised(const space::Tables& tables,
                                            const oracle::Advice& advice,
                                            sema::DecisionId decision);

}  // namespace gdl::analysis
