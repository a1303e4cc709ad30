// How one patient's conditions are evaluated fast: each rule's condition, each decision's domain and each constraint
// is a bit, and each variable has a table that gives, for each of its values, the bits which that value allows. The
// tables' rows for a patient's values are ANDed; what is left are the conditions that hold. Linear in the conditions, it
// cannot blow up, and it does not branch.
//
// A condition is a *cube* (for some variables, the values allowed) and *clauses* (of some variables, at least one has an
// allowed value); a clause is tested by its negation, which is a cube: `all of them have another value`. A condition that
// is an alternative of few cubes is as many bits. What is none of these (counts, scores, what is nested deeper) is a
// *helper*: a variable of two values, computed node by node as evaluate.h does.
//
// Bits stand in *planes*: one plane of cubes and one for each clause, for the first, second... alternative. Of plane k
// the bit i belongs to condition i of the block, so a few word operations over planes give the conditions.
//
// Domains, constraints, and rules outside decisions are evaluated first; then only the rules of the decisions that are
// about the patient. Long lists of conditions are cut into blocks, each with tables of the variables that it asks for:
// so all tables together grow with what the conditions say, not with conditions times variables.
//
// It is built from a verified program when that is prepared, and never in a file: so it has no bytes to lie with, and
// what `gdlc verify` proves of the conditions is what is evaluated here.
#pragma once

#include "arena.h"
#include "evaluate.h"
#include "program.h"

namespace gdlrt {

/// What a table is indexed with.
struct Variable {
  enum class Kind : uint8_t { value, element, known, helper };
  Kind kind = Kind::value;
  uint32_t of = 0;       ///< the fact; helper: the node
  uint32_t element = 0;  ///< element: which
  uint32_t values = 2;
  bool used = false;  ///< some table asks for it
};

/// A set of a variable's values.
struct Literal {
  static constexpr uint32_t kWords = 4;
  uint32_t variable = 0;
  uint64_t mask[kWords] = {};
};

/// Alternatives, of which one must hold: a cube and clauses each.
struct Alternative {
  List<Literal> cube;           ///< of different variables, by variable
  List<List<Literal>> clauses;  ///< each of at least two literals, of different variables
  bool never = false;
};
struct Condition {
  List<Alternative> alternatives;  ///< none: it never holds
};

/// Conditions that are evaluated together.
struct Block {
  static constexpr uint32_t kConditions = 256;  ///< at most
  static constexpr uint32_t kFree = 64;         ///< of rules outside decisions
  uint32_t conditions = 0;
  uint32_t alternatives = 1;        ///< at most, of one condition
  uint32_t* clauses = nullptr;      ///< of each alternative: how many clauses at most
  uint32_t plane = 0;               ///< words of one
  uint32_t words = 0;               ///< of all planes
  const uint64_t* begin = nullptr;  ///< the planes before anything is taken away
  /// A variable that is asked for, and its rows: `words` for each of its values.
  struct Table {
    const uint64_t* rows;
    uint32_t variable;
  };
  uint32_t variables = 0;
  const Table* tables = nullptr;
  /// Of a decision: the rule of the first condition, if those of the others follow it one by one; else kNone.
  uint32_t rule = kNone;
};

class Plan {
 public:
  /// At most so many alternatives of a condition; past them what is nested is a helper.
  static constexpr uint32_t kAlternatives = 4;

  /// False if memory ran out.
  bool build(const Program& program, Arena& arena);

  [[nodiscard]] const Program& program() const { return *p_; }
  /// Those of the blocks; `whole` may have some of its own.
  [[nodiscard]] View<Variable> variables() const { return {variables_.data, in_blocks_}; }
  /// That of a fact's value; past the last if there is none.
  [[nodiscard]] uint32_t value_of(uint32_t fact) const {
    return of_fact_[fact] == 0 || of_fact_[fact] > in_blocks_ ? in_blocks_ : of_fact_[fact] - 1;
  }
  [[nodiscard]] const Variable& variable(uint32_t i) const { return variables_[i]; }
  /// The nodes that helpers stand on, and they themselves, operands first.
  [[nodiscard]] View<uint32_t> helper_nodes() const { return {nodes_.data, nodes_.count}; }
  /// What is evaluated first: the domains, the constraints, and `free_rules`, in this order.
  [[nodiscard]] View<Block> first() const {
    const uint32_t* at = first_block_ + p_->decisions.count;
    return {blocks_.data + at[0], at[3] - at[0]};
  }
  [[nodiscard]] View<Block> domains() const { return blocks_of(p_->decisions.count); }
  [[nodiscard]] View<Block> constraints() const { return blocks_of(p_->decisions.count + 1); }
  [[nodiscard]] View<Block> free() const { return blocks_of(p_->decisions.count + 2); }
  /// The rules outside decisions, those that ask for the same next to each other.
  [[nodiscard]] View<uint32_t> free_rules() const { return {free_.data, free_.count}; }
  /// The rules of a decision, in its order, without its domain.
  [[nodiscard]] View<Block> decision(uint32_t d) const { return blocks_of(d); }
  /// One block of everything: the rules, each with its domain, by index; then domains, then constraints. For programs of
  /// few.
  bool whole(Block& out);
  /// The most words that any block has.
  [[nodiscard]] uint32_t words() const { return words_; }
  /// The bytes of all tables.
  [[nodiscard]] uint64_t bytes() const { return bytes_; }
  /// Rules that some rule may keep from standing, each after those.
  [[nodiscard]] View<uint32_t> overridable() const {
    return {overridable_.data, overridable_.count};
  }

  /// A fact's elements of which a variable asks; all if a helper reads the set.
  [[nodiscard]] uint64_t elements_read(uint32_t fact) const { return elements_[fact]; }
  /// Some condition reads the fact's value; its value, or whether it is known.
  [[nodiscard]] bool reads_value(uint32_t fact) const { return (reads_[fact] & 1u) != 0; }
  [[nodiscard]] bool reads(uint32_t fact) const { return reads_[fact] != 0; }

 private:
  [[nodiscard]] View<Block> blocks_of(uint32_t d) const {
    return {blocks_.data + first_block_[d], first_block_[d + 1] - first_block_[d]};
  }
  bool condition(const uint32_t* nodes, uint32_t count, Condition& out);
  /// Ends the list of blocks in hand, of which each has at most so many conditions.
  bool blocks(const List<Condition>& conditions, uint32_t most = Block::kConditions);
  void number_rules(View<WordRow> rules);
  bool sort_free(List<Condition>& conditions);
  bool conjoin(List<Alternative>& to, uint32_t node, bool negated, uint32_t depth);
  bool disjoin(List<Alternative>& to, uint32_t node, bool negated, uint32_t depth);
  bool restrict(List<Alternative>& to, const Literal& l);
  bool add_clause(List<Alternative>& to, const NodeRow& n, bool negated, uint32_t depth);
  bool collect(List<Literal>& clause, uint32_t node, bool negated, uint32_t depth, bool& always);
  bool literal(uint32_t node, bool negated, Literal& out, bool& is);
  bool helper(uint32_t node, bool negated, Literal& out);
  bool variable(uint32_t& at, const Variable& v, uint32_t& out);
  [[nodiscard]] bool full(const Literal& l) const;
  bool copy(const Alternative& from, Alternative& to);
  bool list_helpers();
  bool fill(View<Condition> conditions, Block& out);

  const Program* p_ = nullptr;
  Arena* arena_ = nullptr;
  List<Variable> variables_;
  uint32_t in_blocks_ = 0;
  // 1 + the variable of a fact's value, of its being known, of an element (by enumerator), of a helper (by node).
  uint32_t *of_fact_ = nullptr, *of_known_ = nullptr, *of_element_ = nullptr, *of_node_ = nullptr;
  uint32_t* place_ = nullptr;        // scratch, by variable: 1 + its place in the block in hand
  uint32_t visits_ = 0;              // of nodes, for the condition in hand
  uint64_t work_ = 0;                // for all
  List<Block> blocks_;               // of each decision, then the first
  uint32_t* first_block_ = nullptr;  // of a list of blocks, one after the other
  uint32_t lists_ = 0;
  uint32_t words_ = 0;
  uint64_t bytes_ = 0;
  List<uint32_t> nodes_, free_, overridable_;
  uint64_t* elements_ = nullptr;
  uint8_t* reads_ = nullptr;
};

}  // namespace gdlrt
