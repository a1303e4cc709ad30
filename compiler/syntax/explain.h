// A syntax error in words: what was found, what could stand there, and what people usually meant.
// Private to syntax/; knows tokens and the names of the grammar's rules, not the parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diagnostic.h"
#include "follow.h"

namespace gdl::syntax {

/// A token as a message needs it.
struct Lexeme {
  TokenType type = 0;
  std::string_view kind;  ///< the literal text of a keyword or sign, or a name in capitals: "NAME"
  std::string_view text;  ///< as written; empty at the end of the file
  Span span;
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  bool first_on_line = false;
  bool after_blank = true;  ///< false if it touches the token before

  [[nodiscard]] bool keyword() const { return !kind.empty() && kind[0] >= 'a' && kind[0] <= 'z'; }
  [[nodiscard]] bool end_of_file() const { return kind == "EOF"; }
};

/// A token that does not fit, and all that is known about its place.
struct Failure {
  const std::vector<Lexeme>& tokens;
  std::size_t begin = 0;  ///< the first token of the declaration
  std::size_t at = 0;     ///< the token that does not fit
  std::vector<Expected> expected;
  std::vector<Expected> next;  ///< what begins the next declaration, where that could come
  bool complete = false;       ///< the declaration could end before it
  bool elsewhere = false;      ///< a keyword that may stand elsewhere in this declaration
  std::string declaration;     ///< the grammar's rule, empty before its first token

  /// The innermost bracket that is open before the failing token, or null.
  [[nodiscard]] const Lexeme* open_bracket() const;

  /// A token of the declaration `n` places before (-) or after (+) the failing one; empty outside.
  [[nodiscard]] const Lexeme& near(std::ptrdiff_t n) const;
  [[nodiscard]] std::string_view text(std::ptrdiff_t n) const { return near(n).text; }
  [[nodiscard]] bool wants(std::string_view token) const;  ///< as itself, not as a name
  /// Something of the grammar's rule could begin here.
  [[nodiscard]] bool wants_rule(std::string_view rule) const;
  /// The keyword stands in the declaration before the failing token.
  [[nodiscard]] const Lexeme* earlier(std::string_view keyword) const;
};

/// Reports the failure.
void explain(const Failure& failure, diag::Sink& sink);

/// Reports blanks that are none for the language: the text is read on without them.
void explain_blank(std::string_view utf8, Span place, diag::Sink& sink);

struct Hint {
  std::string text = {};     ///< empty: none is known
  std::string keyword = {};  ///< to write instead of the failing token; empty: none
  bool certain = false;      ///< a slip of the pen: one letter, or capitals
  bool before = false;       ///< what is wrong ends the line before the failing token
};
/// A hint for the mistakes that people make (hints.cpp).
Hint hint_for(const Failure& failure);

/// In small letters, as far as they are ASCII.
std::string lower(std::string_view text);
/// How many letters more, less or other, or swapped with their neighbour, make one text of the other.
std::size_t distance(std::string_view a, std::string_view b);
/// A keyword that is allowed here and near to what was written, as a hint; without text if there is none.
Hint near_keyword(const Failure& failure);

/// The words for a character that cannot be seen or is easily mistaken for another; else empty.
std::string character_words(std::string_view utf8);

}  // namespace gdl::syntax
