// How large a part of all patients a set is: enumerators weigh equally, integers by count, decimals by length.
// Private to analysis/.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "space/scope.h"

namespace gdl::analysis {

/// Measures sets of one scope; keeps what it has measured.
class Measure {
 public:
  Measure(const space::Tables& tables, space::Scope& scope);

  /// 0 to 1. Meaningless once the scope's effort is spent. Time: nodes of the set, once; depth of recursion: variables.
  double of(space::Node set);
  /// `part` of `whole` as print: "0.31", four digits, never rounded to 0 or 1 unless it is; empty once the effort is
  /// spent, or if `whole` has no extent.
  std::string share(space::Node part, space::Node whole);

 private:
  space::Scope& scope_;
  std::vector<std::vector<double>> weights_;  // of each variable's values
  std::unordered_map<std::uint32_t, double> done_;
};

}  // namespace gdl::analysis
