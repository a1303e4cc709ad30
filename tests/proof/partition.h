// A decision whose rules cover every patient, each exactly once: the leaves of a random decision tree
// over facts with several values, as a formula that says "no rule covers this patient".
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "proof/encode.h"

struct Partition {
  std::vector<std::vector<gdl::proof::Lit>> values;  ///< of each fact, the literals of its values
  gdl::proof::Cnf cnf;                               ///< the facts, then a clause for each rule
};

/// `rules` >= 1 over `facts` facts of 2 to 5 values; half of the splits are on a few facts of them.
/// The same seed gives the same partition everywhere.
inline Partition partition(std::size_t rules, std::size_t facts, std::uint32_t seed) {
  using gdl::proof::Lit;
  Partition p;
  constexpr std::size_t kSpine = 8;
  std::mt19937 random(seed);
  auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  for (std::size_t f = 0; f < facts; ++f) p.values.push_back(choice(p.cnf, 2 + below(4)));

  // What is left of each fact, as a mask of its values; and the number of rules to share it.
  struct Part {
    std::vector<std::uint32_t> masks;
    std::size_t rules;
  };
  std::vector<Part> parts(1);
  for (const auto& v : p.values) parts[0].masks.push_back((1u << v.size()) - 1);
  parts[0].rules = rules;
  while (!parts.empty()) {
    Part part = std::move(parts.back());
    parts.pop_back();
    if (part.rules == 1) {
      // Not covered by this rule: some fact has a value that the rule excludes.
      std::vector<Lit> clause;
      for (std::size_t f = 0; f < facts; ++f) {
        for (std::size_t v = 0; v < p.values[f].size(); ++v) {
          if ((part.masks[f] >> v & 1u) == 0) clause.push_back(p.values[f][v]);
        }
      }
      p.cnf.add_clause(clause);
      continue;
    }
    std::size_t fact = 0;
    do {
      fact = below(below(2) == 0 ? std::min<std::size_t>(facts, kSpine) : facts);
      // Splitting on the few only can run out of values: then any fact will do.
      if ((part.masks[fact] & (part.masks[fact] - 1)) == 0) fact = below(facts);
    } while ((part.masks[fact] & (part.masks[fact] - 1)) == 0);
    std::uint32_t some = 0;
    while (some == 0 || some == part.masks[fact]) {
      some = part.masks[fact] & static_cast<std::uint32_t>(random());
    }
    Part other = part;
    other.masks[fact] ^= some;
    part.masks[fact] = some;
    other.rules = 1 + below(part.rules - 1);
    part.rules -= other.rules;
    parts.push_back(std::move(part));
    parts.push_back(std::move(other));
  }
  return p;
}
