// What one patient shows that accepts do not waive, by the oracle alone: of each kind of finding, which decisions and
// rules are concerned.
#pragma once

#include <set>
#include <utility>

#include "findings.h"
#include "waivers.h"

namespace gdl::judges {

struct Shown {
  using Pair = std::pair<RuleId, RuleId>;  ///< as the oracle names them
  oracle::Advice advice;
  std::set<DecisionId> gaps, stranded, cycles;
  std::set<RuleId> conflicts;   ///< rules that advise what is ruled out
  std::set<RuleId> parameters;  ///< rules whose advice is left no value of a parameter
  std::set<Pair> overlaps, exclusives;
  std::set<Pair> overrides_all;  ///< both override all others of their decision, and stand
  std::set<DefId> overlapping, incomplete;
  std::set<std::size_t> waiving;  ///< accepts that waive something
  std::set<std::size_t>
      wide;  ///< accepts with a condition that speaks of the patient and waives nothing

  [[nodiscard]] static bool has(const std::set<Pair>& pairs, RuleId a, RuleId b) {
    return pairs.count({a, b}) != 0 || pairs.count({b, a}) != 0;
  }
};

/// Of a possible patient. What waives anything is marked in `waivers`.
[[nodiscard]] Shown shown(const Model& m, const oracle::Patient& p, Waivers& waivers);

/// Adds what a patient shows, as `check` would report it: each exclusion for the first decision concerned. Accepts are
/// left out: whether one is useless or too wide is a question about all patients.
void add(const Model& m, const Shown& s, Found& found);

/// Something of the *for* is left, but not all: a way is gone, or a value of a parameter on a way.
[[nodiscard]] bool less_left(const Model& m, const oracle::Advice& a, const oracle::ForResult& f);

}  // namespace gdl::judges
