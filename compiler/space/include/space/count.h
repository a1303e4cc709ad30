// How large sets of patients are: as a part of all, and as the number of combinations of value classes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "space/scope.h"

namespace gdl::space {

/// Parts of all patients. Enumerators weigh equally, whole numbers by count, decimals by length, a set's elements and
/// whether a fact is known as yes or no; facts are taken to be independent of each other. What comes out is rounded, but the
/// same on every machine: only + - * / of doubles, in an order that the guideline gives, each rounded as IEEE 754 has it.
class Extent {
 public:
  Extent(const Tables& tables, const Scope& scope);

  /// The part of all patients who are in `a` and in the box: 0..1; 0 of what has no extent, such as one point of a
  /// decimal. `a` is valid, of the scope.
  [[nodiscard]] double of(Node a, const Box& box = {}) const;

 private:
  /// What was found of each set: of those alone whose walk is the memo's.
  struct Memo {
    std::vector<double> values;
    std::vector<std::uint32_t> walks;
    std::uint32_t walk = 1;
  };
  double walk(Node n, const std::vector<std::vector<double>>& weights, Memo& memo) const;

  const Diagram& diagram_;
  std::vector<std::vector<double>> weights_;  // of each variable's values; they add up to 1
  mutable Memo all_, within_;                 // of all patients; of those in the box in hand
};

/// How many combinations of values of the diagram's variables are in `a` and in the box, in digits.
[[nodiscard]] std::string count(const Diagram& diagram, Node a, const Box& box);

}  // namespace gdl::space
