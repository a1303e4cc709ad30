// Sets of patients: what the analyses make of a guideline, and what they ask of it.
//
// A set is a node of whoever makes it: a canonical diagram (diagram.h), in which a set of nobody is one node, or a
// circuit (circuit.h), of which a SAT solver is asked whether anybody is in it. Scope and the passes are written
// against this interface, so that both speak of the same sets.
//
// Invariants: variables have values 0, 1, ...; a patient has one value for each. kFalse and kTrue are nobody and
// everybody, but only `nobody` says whether a set is empty: of a circuit other nodes may be so too. Work is counted in
// steps. Once the effort is spent operations may give `none`, which no caller may take for an answer: ask `exhausted()`.
//
// Nodes are made in the same order on every machine, since their numbers, and what is found first, hang on it. The
// arguments of a call are worked out in the order that the compiler likes, and compilers differ. So an operation on two
// sets that are both made in its call is written with braces, as in `both({f(), g()})`: what is in braces is worked out
// from left to right. Without them it does not compile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "support/bits.h"
#include "support/ids.h"

namespace gdl::space {

using Node = Id<struct NodeTag>;
using Var = Id<struct VarTag>;

inline constexpr Node kFalse{0u};
inline constexpr Node kTrue{1u};

/// A box: for each variable the values it may have; a variable that is not named is free.
/// Sorted by variable; no mask is empty or full.
struct Box {
  std::vector<std::pair<Var, Bits>> masks;
  [[nodiscard]] const Bits* find(Var v) const;
};

/// A set of patients, each of whom brings so many points.
using Points = std::vector<std::pair<Node, std::int64_t>>;

class Sets {
 public:
  Sets() = default;
  Sets(const Sets&) = delete;
  Sets& operator=(const Sets&) = delete;
  virtual ~Sets() = default;

  /// Adds a variable of `values` >= 1 values, after all others in the order. Before any set is made.
  Var add_variable(std::size_t values) { return sizes_.push(values); }
  [[nodiscard]] std::size_t values(Var v) const { return sizes_[v]; }
  [[nodiscard]] std::size_t variables() const { return sizes_.size(); }

  /// The set of patients whose `v` has a value of `mask`.
  virtual Node literal(Var v, const Bits& mask) = 0;
  Node both(Node a, Node b) { return intersect(a, b); }
  Node either(Node a, Node b) { return unite(a, b); }
  Node minus(Node a, Node b) { return subtract(a, b); }  ///< a and not b
  // Of sets that are made in the call, at least one: see above.
  Node both(std::initializer_list<Node> sets);
  Node either(std::initializer_list<Node> sets);
  Node minus(std::initializer_list<Node> sets);  ///< the first and none of the others
  Node both(Node&&, Node&&) = delete;            // NOLINT: nothing is moved
  Node either(Node&&, Node&&) = delete;          // NOLINT
  Node minus(Node&&, Node&&) = delete;           // NOLINT
  Node negate(Node a) { return minus(kTrue, a); }
  /// The union of all; none: nobody.
  virtual Node either(std::vector<Node> nodes) = 0;
  /// Those who are in all; none: everybody.
  virtual Node both(std::vector<Node> nodes) = 0;
  /// The set of a box.
  Node box(const Box& b);
  /// Those whose points add up to `lo`..`hi`.
  virtual Node sum_within(const Points& items, std::int64_t lo, std::int64_t hi);

  /// Nobody is in the set: true only if that is shown. False once the effort is spent.
  [[nodiscard]] virtual bool nobody(Node a) = 0;
  /// A box inside `a` with few variables. Of `a` it has been asked, of it or of a set inside, whether nobody is in it,
  /// and somebody is.
  [[nodiscard]] virtual Box some(Node a) = 0;
  /// Widens a box inside `a` greedily while it stays inside: drops variables in the order given, then adds values.
  [[nodiscard]] virtual Box widen(Node a, Box b, const std::vector<Var>& order) = 0;
  /// Takes those values out of the box that none of its patients in `a` has: it is to name nobody who is not there.
  /// Those patients stay; there must be one. Once the effort is spent the box may keep values.
  virtual void narrow(Node a, Box& b);

  /// True if the effort has been spent.
  [[nodiscard]] virtual bool exhausted() const = 0;
  [[nodiscard]] virtual std::uint64_t steps() const = 0;

 protected:
  virtual Node intersect(Node a, Node b) = 0;
  virtual Node unite(Node a, Node b) = 0;
  virtual Node subtract(Node a, Node b) = 0;

  IdVector<VarTag, std::size_t> sizes_;
};

}  // namespace gdl::space
