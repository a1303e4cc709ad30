// The checker's clauses: one array, and a table that finds a clause by its literals. Inside this
// library only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "proof/cnf.h"

namespace gdl::proof {

using ClauseRef = Id<struct ArenaTag>;  ///< where a clause begins in the array

/// What is known of a clause: a set of these.
enum Flag : std::uint32_t {
  kNeeded = 1,   ///< some claim rests on it
  kUnused = 2,   ///< taken away, or not yet added
  kTrivial = 4,  ///< holds a literal and its negation: never of use
};

/// Invariant: no literal stands twice in a clause. A clause is a header (size, flags, the next
/// clause in its bucket of the table) and the literals, whose order is the user's.
class Clauses {
 public:
  explicit Clauses(std::size_t variables) : mark_(variables * 2), buckets_(kFirstBuckets, kEnd) {}

  /// Adds a clause to array and table. None if there is no room.
  ClauseRef add(std::span<const Lit> literals);
  /// Takes some clause with just these literals out of the table, not out of the array. None if
  /// there is none.
  ClauseRef remove(std::span<const Lit> literals);

  [[nodiscard]] std::uint32_t size(ClauseRef c) const { return words_[c.value]; }
  std::uint32_t& flags(ClauseRef c) { return words_[c.value + 1]; }
  /// The codes of the literals. Valid until a clause is added.
  std::uint32_t* codes(ClauseRef c) { return words_.data() + c.value + kHeader; }

 private:
  static constexpr std::size_t kHeader = 3;
  static constexpr std::size_t kFirstBuckets = 1024;
  static constexpr std::uint32_t kEnd = ClauseRef::kNone;

  // Leaves each of the literals once in `distinct_`; whether one stands beside its negation.
  bool gather(std::span<const Lit> literals);
  // Does not depend on the order of the literals.
  [[nodiscard]] std::size_t bucket(const std::uint32_t* codes, std::size_t size) const;
  void link(ClauseRef c);

  std::vector<std::uint32_t> words_;
  std::vector<char> mark_;  // for each literal, within one call
  std::vector<std::uint32_t> distinct_;
  std::vector<std::uint32_t> buckets_;  // the first clause of each; a power of two
  std::size_t linked_ = 0;
};

}  // namespace gdl::proof
