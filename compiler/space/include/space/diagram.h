// Sets of patients as canonical multi-valued decision diagrams.
//
// The idea: a node tests one variable and has one child for each of its values; equal nodes are
// shared and a node whose children are all equal is left out, so that with a fixed order of
// variables two sets are equal exactly if their nodes are the same. Union, intersection and
// difference are one memoised walk over pairs of nodes. (Bryant, "Graph-Based Algorithms for
// Boolean Function Manipulation", IEEE Trans. Computers 35(8), 1986; multi-valued: Kam et al.,
// "Multi-valued decision diagrams", 1998.)
//
// Invariants: variables along a path ascend; no two nodes are equal; no node has all children
// equal. Work is counted in steps (children visited). Once the effort is spent every operation
// gives `none`, which no caller may take for an answer: ask `exhausted()`.
//
// Results of operations are remembered in a table that forgets what falls on the same slot. It grows with the
// nodes and its slots do not depend on addresses, so steps are the same on every machine.
#pragma once

#include <cstdint>
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

class Diagram {
 public:
  explicit Diagram(std::uint64_t effort);

  /// Adds a variable of `values` >= 1 values, after all others in the order.
  Var add_variable(std::size_t values);
  [[nodiscard]] std::size_t values(Var v) const { return sizes_[v]; }
  [[nodiscard]] std::size_t variables() const { return sizes_.size(); }

  /// The set of patients whose `v` has a value of `mask`.
  Node literal(Var v, const Bits& mask);
  Node both(Node a, Node b) { return apply(Op::both, a, b); }
  Node either(Node a, Node b) { return apply(Op::either, a, b); }
  Node minus(Node a, Node b) { return apply(Op::minus, a, b); }  ///< a and not b
  Node negate(Node a) { return apply(Op::minus, kTrue, a); }
  /// The union of all; none: nothing. Those that ask about the first variable are put together value by value,
  /// then with the others, so that no large set is walked for each small one.
  Node either(std::vector<Node> nodes);
  /// Those who are in all; none: everybody. Those that ask about the last variables come first, so that of many
  /// literals each is put on top of what is there.
  Node both(std::vector<Node> nodes);
  /// Some patient is in both. Makes no nodes. True once the effort is spent: ask `exhausted()`.
  bool meet(Node a, Node b);

  /// The set of a box.
  Node box(const Box& b);

  /// True if the effort has been spent: results since then are `none`.
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }
  [[nodiscard]] std::size_t size() const { return vars_.size(); }

  /// A box inside `a` with the fewest variables that some path of the diagram gives. `a` is not
  /// kFalse.
  [[nodiscard]] Box shortest(Node a) const;
  /// True if every patient of the box is in `a`.
  [[nodiscard]] bool contains(Node a, const Box& b) const;
  /// Widens the box greedily while it stays inside `a`: drops variables in the order given, then
  /// adds values.
  [[nodiscard]] Box widen(Node a, Box b, const std::vector<Var>& order) const;
  /// The variables that `a` depends on, ascending.
  [[nodiscard]] std::vector<Var> support(Node a) const;
  /// For walks over a set that is neither kFalse nor kTrue: the variable that it asks about first, and the set that
  /// is left where that variable has a value.
  [[nodiscard]] Var first(Node a) const { return Var(vars_[a.value]); }
  [[nodiscard]] Node where_first(Node a, std::size_t value) const { return Node(child(a, value)); }

 private:
  enum class Op : std::uint8_t { nothing, both, either, minus, meet };
  /// A remembered result; `op` nothing: an empty slot.
  struct Slot {
    std::uint32_t a = 0, b = 0;
    std::uint32_t result = 0;
    Op op = Op::nothing;
  };

  Node apply(Op op, Node a, Node b);
  /// `either` of the different nodes on top of `unions_`, from `from` on; takes them off.
  Node union_of(std::size_t from);
  /// The node of `v` whose children are the top of `scratch_`, from `base` on; takes them off.
  Node make(Var v, std::size_t base);
  [[nodiscard]] std::uint32_t child(Node n, std::size_t value) const {
    return children_[first_[n.value] + value];
  }
  bool spend(std::uint64_t n);
  void grow_table();
  void grow_cache();
  Slot& slot(Op op, std::uint32_t a, std::uint32_t b) {
    std::uint64_t h = ((static_cast<std::uint64_t>(a) << 32 | b) + static_cast<std::uint64_t>(op)) *
                      0x9e3779b97f4a7c15u;
    return cache_[(h ^ (h >> 32)) & (cache_.size() - 1)];
  }
  /// A walk over nodes begins: none has been visited.
  void begin_walk() const;

  std::uint64_t effort_;
  std::uint64_t steps_ = 0;
  bool exhausted_ = false;
  IdVector<VarTag, std::size_t> sizes_;
  std::vector<std::uint32_t> vars_;      // variable of each node; terminals: past every variable
  std::vector<std::uint32_t> first_;     // where the node's children begin
  std::vector<std::uint32_t> children_;  // all children
  std::vector<std::uint32_t> table_;     // unique table: open addressing, 0 = empty
  std::vector<Slot> cache_;
  std::vector<std::uint32_t> scratch_;  // children of the nodes being made
  std::vector<Node> unions_;            // of the unions being made
  // Of a walk: when each node was visited (the walk's number), and what it came to.
  mutable std::vector<std::uint32_t> visited_, value_;
  mutable std::uint32_t walk_ = 0;
};

}  // namespace gdl::space
