// What may stand where: the grammar as an automaton, followed token by token. Private to syntax/.
//
// The parser itself only says that a declaration cannot be read; where exactly, and what could have
// stood there, is asked here. All readings of the tokens are kept side by side (states with their
// stacks of callers), so that the first token that fits none of them is the mistake, and the union
// of what they wait for is what was expected. Nothing of this runs for a file without mistakes.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace gdl::syntax {

using TokenType = std::size_t;  ///< as in the grammar; 0 stands for a token that fits nowhere

/// The grammar as plain tables (parse.cpp makes them).
struct Automaton {
  struct Step {
    enum class Kind : std::uint8_t { free, call, token };
    Kind kind = Kind::free;
    std::uint32_t target = 0;   ///< the next state; call: the first state of the rule called
    std::uint32_t follow = 0;   ///< call: where to go on after it
    std::vector<bool> accepts;  ///< token: by TokenType
  };
  struct State {
    std::uint32_t rule = 0;
    bool stop = false;  ///< the end of its rule
    std::vector<Step> steps;
  };
  std::vector<State> states;
  std::vector<std::string> rules;   ///< names of the rules
  std::vector<std::string> tokens;  ///< by TokenType: the literal text, or a name in capitals
  std::uint32_t start = 0;          ///< the first state of a declaration
  std::uint32_t word_rule = 0;      ///< the rule that takes keywords as names
};

/// A token that may come next.
struct Expected {
  std::string token;               ///< as in Automaton::tokens
  std::string within;              ///< the rule in which it, or the first of `opens`, stands
  std::vector<std::string> opens;  ///< the rules that begin with it, outermost first
};

class Follower {
 public:
  explicit Follower(const Automaton& automaton) : a_(automaton) { begin(); }

  /// Before the first token of a declaration.
  void begin() { at_ = mark_of({{a_.start, 0}}); }
  /// Takes one token. False, and nothing changes, if it cannot stand here. With `keyword`, a
  /// keyword is not taken as a name.
  bool step(TokenType token, bool keyword = false);
  /// Goes on with a keyword that may stand somewhere in this declaration, wherever that is. False,
  /// and nothing changes, if there is no such place.
  bool resume(TokenType keyword);

  [[nodiscard]] bool complete() const;  ///< the declaration may end here
  [[nodiscard]] std::vector<Expected> expected() const;
  /// The rule of the declaration being read ("fact", "ruleDecl", ...); empty before its first token.
  [[nodiscard]] std::string declaration() const;

  /// A place to come back to.
  using Mark = std::uint32_t;
  [[nodiscard]] Mark mark() const { return at_; }
  void back_to(Mark mark) { at_ = mark; }

 private:
  /// One reading: a state, and the stack of states to return to.
  struct Reading {
    std::uint32_t state;
    std::uint32_t stack;
    friend bool operator==(const Reading&, const Reading&) = default;
    friend bool operator<(const Reading& a, const Reading& b) {
      return a.state != b.state ? a.state < b.state : a.stack < b.stack;
    }
  };
  using Readings = std::vector<Reading>;
  struct Frame {
    std::uint32_t state;
    std::uint32_t below;
  };
  struct Leaf {
    Reading reading;
    const Automaton::Step* step;
    std::vector<std::uint32_t> opens;
  };

  std::uint32_t push(std::uint32_t state, std::uint32_t below) const;
  Mark mark_of(Readings readings);
  /// All token steps that the readings reach without taking a token; `done`: one is at the end.
  std::vector<Leaf> leaves(const Readings& from, bool keyword, bool& done) const;
  [[nodiscard]] Readings take(const Readings& from, TokenType token, bool keyword) const;
  /// The readings moved up into the rule of the declaration itself.
  [[nodiscard]] Readings outermost() const;

  const Automaton& a_;
  Mark at_ = 0;
  // Stacks share their lower parts; frame 0 is the empty stack.
  mutable std::vector<Frame> frames_{{0, 0}};
  mutable std::unordered_map<std::uint64_t, std::uint32_t> frame_of_;
  // Sets of readings met so far, and where their tokens lead: long declarations repeat themselves.
  std::map<Readings, Mark> mark_of_;
  std::vector<const Readings*> readings_;
  std::unordered_map<std::uint64_t, Mark> next_;
};

}  // namespace gdl::syntax
