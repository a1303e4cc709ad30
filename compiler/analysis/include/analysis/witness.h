// From a set of patients to a witness that people can read and the oracle has replayed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "diag/diagnostic.h"
#include "oracle/oracle.h"
#include "space/scope.h"

namespace gdl::analysis {

/// A box in words and as case values, in order of declaration.
std::vector<diag::FactValue> describe(const space::Tables& tables, const space::Scope& scope,
                                      const space::Box& box);
/// "PS 3, EGFR wild type; everything else may be anything"
std::string patient_words(const std::vector<diag::FactValue>& facts);

/// What the oracle said of the completions of a box.
struct Replay {
  bool confirmed =
      false;            ///< every possible completion tried satisfies the claim, and there is one
  std::string grounds;  ///< "all 96 completions", "the corners and 1000 others"
};

/// Asks the oracle about the completions of the box: all of them up to 100,000, else the corners
/// and 1,000 fixed random ones. Completions that are impossible do not count.
Replay replay(const space::Tables& tables, const space::Scope& scope, const space::Box& box,
              const std::function<bool(const oracle::Patient&)>& claim);

/// A small box of possible patients inside `set`: as few facts as greedy dropping leaves, then as
/// many values. `set` holds a possible patient.
space::Box small_box(space::Scope& scope, space::Node set);

}  // namespace gdl::analysis
