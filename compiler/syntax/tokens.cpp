// See tokens.h.
#include "tokens.h"

namespace gdl::syntax {

Tokens::Tokens(Scanner& scanner, CodePoints& text) : scanner_(&scanner) {
  scanner.begin(text);
  std::size_t type = 0;
  do {
    type = scanner.scan(all_);
    if (all_.back().getChannel() != antlr4::Token::DEFAULT_CHANNEL) continue;
    all_.back().setTokenIndex(seen_.size());
    seen_.push_back(&all_.back());
  } while (type != antlr4::Token::EOF);
}

antlr4::Token* Tokens::LT(ssize_t k) {
  if (k > 0) return seen_[std::min(place_ + static_cast<std::size_t>(k) - 1, seen_.size() - 1)];
  const auto back = static_cast<std::size_t>(-k);
  return k == 0 || back > place_ ? nullptr : seen_[place_ - back];
}

std::string Tokens::getText(const antlr4::misc::Interval& places) {
  std::string out;
  for (ssize_t i = places.a; i <= places.b && i < static_cast<ssize_t>(seen_.size()); ++i) {
    if (i >= 0 && seen_[static_cast<std::size_t>(i)]->getType() != antlr4::Token::EOF) {
      out += seen_[static_cast<std::size_t>(i)]->getText();
    }
  }
  return out;
}

std::string Tokens::getText() {
  return getText(antlr4::misc::Interval(0, static_cast<ssize_t>(seen_.size()) - 1));
}

std::string Tokens::getText(antlr4::RuleContext* context) {
  return getText(context->getSourceInterval());
}

std::string Tokens::getText(antlr4::Token* first, antlr4::Token* last) {
  if (first == nullptr || last == nullptr) return "";
  return getText(antlr4::misc::Interval(static_cast<ssize_t>(first->getTokenIndex()),
                                        static_cast<ssize_t>(last->getTokenIndex())));
}

}  // namespace gdl::syntax
