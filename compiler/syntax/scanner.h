// The grammar's lexer with a table of its own in front of ANTLR's, which takes a lock and a hash at each character and keeps
// nothing of what is not ASCII. What a state leads to is ANTLR's word, asked once a scanner and kept. Private to syntax/.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "GdlLexer.h"

namespace gdl::syntax {

/// A text as ANTLR takes it: code points. `text` is UTF-8 without a byte order mark.
class CodePoints : public antlr4::ANTLRInputStream {
 public:
  explicit CodePoints(const std::string& text);
  [[nodiscard]] const std::u32string& points() const { return _data; }
  [[nodiscard]] bool ascii() const { return ascii_; }
  /// At once, where ANTLR goes forward one by one.
  void seek(std::size_t index) override { p = std::min(index, _data.size()); }

 private:
  bool ascii_;
};

class Scanner : public grammar::GdlLexer {
 public:
  Scanner();
  /// Goes on with another text, which outlives its tokens.
  void begin(CodePoints& text);
  /// Appends the next token, the same as the lexer's own `nextToken` would give; its type.
  std::size_t scan(std::deque<antlr4::CommonToken>& out);
  // Asked for each token; the lexer's own look for the interpreter by its type each time.
  [[nodiscard]] std::size_t getLine() const override;
  std::size_t getCharPositionInLine() override;

 private:
  class Simulator;
  CodePoints nothing_{""};
  CodePoints* text_ = &nothing_;
  Simulator* simulator_;  // owned by the recogniser, as its interpreter
};

}  // namespace gdl::syntax
