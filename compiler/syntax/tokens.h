// The tokens of one text: all of them for comments and blanks, and those that the parser sees, by their place among these.
// ANTLR's own streams look for the next visible token each time, and allocate each by itself. Private to syntax/.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "scanner.h"

namespace gdl::syntax {

/// Invariant: `seen_` points into `all_`, in order of place, and ends with the end of the text; place_ < seen_.size().
class Tokens : public antlr4::TokenStream {
 public:
  /// Scans `text`, which outlives the tokens.
  Tokens(Scanner& scanner, CodePoints& text);

  [[nodiscard]] const std::deque<antlr4::CommonToken>& all() const { return all_; }
  [[nodiscard]] const std::vector<antlr4::Token*>& seen() const { return seen_; }

  antlr4::Token* LT(ssize_t k) override;
  std::size_t LA(ssize_t k) override { return LT(k)->getType(); }
  /// Stays where it is at the end of the text.
  void consume() override { place_ += place_ + 1 < seen_.size() ? 1 : 0; }
  std::size_t index() override { return place_; }
  void seek(std::size_t place) override { place_ = std::min(place, seen_.size() - 1); }
  std::size_t size() override { return seen_.size(); }
  ssize_t mark() override { return 0; }  // nothing is ever forgotten
  void release(ssize_t) override {}
  [[nodiscard]] antlr4::Token* get(std::size_t place) const override { return seen_[place]; }
  [[nodiscard]] antlr4::TokenSource* getTokenSource() const override { return scanner_; }
  [[nodiscard]] std::string getSourceName() const override { return scanner_->getSourceName(); }
  // The parser's words for a part of the text: what stands between blanks and comments is lost.
  std::string getText(const antlr4::misc::Interval& places) override;
  std::string getText() override;
  std::string getText(antlr4::RuleContext* context) override;
  std::string getText(antlr4::Token* first, antlr4::Token* last) override;

 private:
  Scanner* scanner_;
  std::deque<antlr4::CommonToken> all_;
  std::vector<antlr4::Token*> seen_;
  std::size_t place_ = 0;
};

}  // namespace gdl::syntax
