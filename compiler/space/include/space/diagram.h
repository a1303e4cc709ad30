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
#include <functional>
#include <vector>

#include "space/sets.h"

namespace gdl::space {

class Diagram final : public Sets {
 public:
  static constexpr auto kAnyNumber = static_cast<std::uint64_t>(-1);

  /// `cancelled` is asked now and then; may be empty. Once it says so the effort counts as spent.
  /// `longest`: steps that a single operation may take; once one takes more the effort counts as spent, too. A large
  /// guideline takes many operations, but one that takes long tells that diagrams blow up.
  explicit Diagram(std::uint64_t effort, std::function<bool()> cancelled = {},
                   std::uint64_t longest = kAnyNumber);

  /// From now on so many steps, those spent included, in operations of any length; the effort must not be spent.
  void allow(std::uint64_t effort) {
    effort_ = effort;
    longest_ = kAnyNumber;
  }

  Node literal(Var v, const Bits& mask) override;
  using Sets::both;
  using Sets::either;
  /// Those that ask about the first variable are put together value by value, then with the others, so that no large
  /// set is walked for each small one.
  Node either(std::vector<Node> nodes) override;
  /// Those that ask about the last variables come first, so that of many literals each is put on top of what is there.
  Node both(std::vector<Node> nodes) override;
  /// Some patient is in both. Makes no nodes. True once the effort is spent: ask `exhausted()`.
  bool meet(Node a, Node b) { return begin(), meets(a, b); }
  bool meet(Node&&, Node&&) = delete;  // NOLINT: as for `both`

  /// Sets are equal exactly if their nodes are.
  [[nodiscard]] bool nobody(Node a) override { return a == kFalse; }

  [[nodiscard]] bool exhausted() const override { return exhausted_; }
  [[nodiscard]] std::uint64_t steps() const override { return steps_; }
  [[nodiscard]] std::size_t size() const { return vars_.size(); }

  /// A box inside `a` with the fewest variables that some path of the diagram gives. `a` is not
  /// kFalse.
  [[nodiscard]] Box shortest(Node a) const;
  [[nodiscard]] Box some(Node a) override { return shortest(a); }
  /// A box inside `a` that some path gives, found without a walk over all of them. `a` is not kFalse.
  [[nodiscard]] Box path(Node a) const;
  /// True if every patient of the box is in `a`.
  [[nodiscard]] bool contains(Node a, const Box& b) const;
  [[nodiscard]] Box widen(Node a, Box b, const std::vector<Var>& order) override;
  /// By one walk over `a`, which makes no nodes.
  void narrow(Node a, Box& b) override;
  /// The variables that `a` depends on, ascending.
  [[nodiscard]] std::vector<Var> support(Node a) const;
  /// For walks over a set that is neither kFalse nor kTrue: the variable that it asks about first, and the set that
  /// is left where that variable has a value.
  [[nodiscard]] Var first(Node a) const { return Var(vars_[a.value]); }
  [[nodiscard]] Node where_first(Node a, std::size_t value) const { return Node(child(a, value)); }

 private:
  Node intersect(Node a, Node b) override { return begin(), apply(Op::both, a, b); }
  Node unite(Node a, Node b) override { return begin(), apply(Op::either, a, b); }
  Node subtract(Node a, Node b) override { return begin(), apply(Op::minus, a, b); }

  enum class Op : std::uint8_t { nothing, both, either, minus, meet };
  /// A remembered result; `op` nothing: an empty slot.
  struct Slot {
    std::uint32_t a = 0, b = 0;
    std::uint32_t result = 0;
    Op op = Op::nothing;
  };

  /// An operation begins.
  void begin() {
    stop_at_ = longest_ < effort_ && steps_ < effort_ - longest_ ? steps_ + longest_ : effort_;
  }
  Node apply(Op op, Node a, Node b);
  bool meets(Node a, Node b);
  /// `either` of the different nodes on top of `unions_`, from `from` on; takes them off.
  Node union_of(std::size_t from);
  /// The node of `v` whose children are the top of `scratch_`, from `base` on; takes them off.
  Node make(Var v, std::size_t base);
  [[nodiscard]] std::uint32_t child(Node n, std::size_t value) const {
    return children_[first_[n.value] + value];
  }
  static constexpr std::uint64_t kAskEvery = 1 << 16;  // some milliseconds
  bool spend(std::uint64_t n);
  void grow_table();
  void grow_cache();
  Slot& slot(Op op, std::uint32_t a, std::uint32_t b) {
    std::uint64_t h = ((static_cast<std::uint64_t>(a) << 32 | b) + static_cast<std::uint64_t>(op)) *
                      0x9e3779b97f4a7c15u;
    return cache_[(h ^ (h >> 32)) & (cache_.size() - 1)];
  }
  /// Of each variable the values that a box allows it; null: all.
  using Masks = std::vector<const Bits*>;
  /// Adds to `refused` those values of a variable that may not be added to what a box, which is inside `a`, allows it,
  /// since the box would no longer be inside; `first`: until there is one. By one walk: what a value adds does not hang
  /// on other values.
  void refuse(Node a, const Masks& masks, Var v, bool first, Bits& refused) const;
  /// A walk over nodes begins: none has been visited.
  void begin_walk() const;

  std::uint64_t effort_, longest_;
  std::uint64_t stop_at_ = 0;  // steps at which the operation has taken too many
  std::uint64_t steps_ = 0;
  std::function<bool()> cancelled_;
  std::uint64_t ask_at_ = kAskEvery;  // steps
  bool exhausted_ = false;
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
