// The gates of a circuit: sets of patients as formulas of which equal parts are shared. Inside this library only.
//
// A gate is a literal (a variable has one of some values) or the intersection of other gates; a node is a gate or its
// complement, so that "either" is the complement of an intersection of complements. (And-inverter graphs: Kuehlmann et
// al., "Robust Boolean reasoning for equivalence checking and functional property verification", IEEE TCAD 21(12),
// 2002.) What needs no search is simplified as it is made: parts that are the same or complements, literals of one
// variable, intersections whose literals exclude each other.
//
// Beside each gate stands which of some patients are in it, 64 to a word: a set in which one of them is has somebody.
//
// Invariants: gate 0 is nobody; a node is twice its gate, and one more for the complement; so kFalse and kTrue are
// those of sets.h. Children are gates made before. No two gates are equal; no literal's mask is empty or holds value 0
// (then it is the complement of another). Nothing here depends on addresses.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "space/point.h"
#include "space/sets.h"
#include "support/word_key.h"

namespace gdl::space {

class Gates {
 public:
  using Code = std::uint32_t;  ///< of a node

  struct Literal {
    Var var;
    Bits mask, others;  ///< its values, and all others
    [[nodiscard]] const Bits& where(bool complement) const { return complement ? others : mask; }
  };

  /// Variables are added to `sizes`, which must outlive this, before the first gate is made.
  explicit Gates(const IdVector<VarTag, std::size_t>& sizes);

  Code literal(Var v, const Bits& mask);
  /// The intersection.
  Code all(std::vector<Code> nodes);

  [[nodiscard]] std::size_t size() const { return gates_.size(); }
  [[nodiscard]] bool is_literal(std::size_t gate) const {
    return gate != 0 && gates_[gate].children == 0;
  }
  /// Of a gate that is a literal.
  [[nodiscard]] const Literal& literal_of(std::size_t gate) const {
    return literals_[gates_[gate].begin];
  }
  /// Of a gate that is none.
  [[nodiscard]] std::span<const Code> children(std::size_t gate) const {
    return std::span(children_).subspan(gates_[gate].begin, gates_[gate].children);
  }
  /// The variables that a node is made of, ascending.
  [[nodiscard]] std::vector<Var> variables_of(Code node) const;
  /// Gates made and children looked at.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

  /// The patients so far are joined by another; of a great many the oldest go.
  void add(const Point& p);
  /// One of the patients who is in the node; also in the box, if one is given.
  [[nodiscard]] std::optional<Point> one_in(Code node, const Box* box = nullptr);
  [[nodiscard]] bool holds(Code node, const Point& p) { return holding(node, {p}).test(0); }
  /// Which of other patients are in it.
  [[nodiscard]] Bits holding(Code node, const std::vector<Point>& patients);

 private:
  struct Gate {
    std::uint32_t begin = 0, children = 0;
  };
  /// 64 patients.
  struct Block {
    std::vector<std::uint64_t> values;  ///< of each value of each variable: who has it
    std::vector<std::uint64_t> gates;   ///< of the first gates: who is in it
    std::vector<Point> patients;
    [[nodiscard]] std::uint64_t live() const {
      return patients.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << patients.size()) - 1;
    }
  };

  /// Literals among the parts of both, and of their parts, exclude each other: nobody is in both.
  bool apart(Code a, Code b);
  Code keep(const std::vector<Code>& nodes);
  void grow_table();
  void first_patients();
  /// Who of a block is in a gate, from its parts.
  [[nodiscard]] std::uint64_t who(const Block& b, std::size_t gate) const;
  [[nodiscard]] static std::uint64_t in(const std::vector<std::uint64_t>& gates, Code node) {
    return (node & 1) != 0 ? ~gates[node / 2] : gates[node / 2];
  }
  void put(Block& b, const Point& p) const;

  const IdVector<VarTag, std::size_t>& sizes_;
  std::vector<std::size_t> offsets_;  // of each variable's values in a block
  std::vector<Gate> gates_;
  std::vector<Code> children_;
  std::vector<Literal> literals_;
  std::map<std::pair<std::uint32_t, WordKey<std::uint64_t>>, Code> literal_;
  std::vector<std::uint32_t> table_;  // gates by their children: open addressing, 0 = empty
  std::vector<Block> blocks_;         // the last is the one that is being filled
  std::size_t oldest_ = 0;
  std::uint64_t steps_ = 0;
  // Of `apart`: for each variable the literal met, if the stamp is that of this call.
  std::vector<std::pair<std::uint64_t, Code>> met_;
  std::uint64_t stamp_ = 0;
};

}  // namespace gdl::space
