// The scanner gives the tokens that the grammar's own lexer gives.
#include "tokens.h"

#include <doctest/doctest.h>

#include "constructs.h"
#include "random.h"
#include "read.h"

using namespace gdl;

namespace {

std::string shown(const antlr4::Token& t) {
  std::string all;
  for (std::size_t n : {t.getType(), t.getChannel(), t.getStartIndex(), t.getStopIndex(),
                        t.getLine(), t.getCharPositionInLine()}) {
    all += std::to_string(n) + " ";
  }
  return all;
}

std::vector<std::string> tokens_of(grammar::GdlLexer& lexer) {
  lexer.removeErrorListeners();
  std::vector<std::string> out;
  for (;;) {
    std::unique_ptr<antlr4::Token> t = lexer.nextToken();
    out.push_back(shown(*t));
    if (t->getType() == antlr4::Token::EOF) return out;
  }
}

/// `scanner` has read other texts before.
void check_same(syntax::Scanner& scanner, const std::string& text) {
  antlr4::ANTLRInputStream input(text);
  grammar::GdlLexer plain(&input);
  syntax::CodePoints points(text);
  syntax::Tokens tokens(scanner, points);
  std::vector<std::string> expected = tokens_of(plain), seen;
  for (const antlr4::CommonToken& t : tokens.all()) seen.push_back(shown(t));
  // Not one assertion a token: there are a million.
  if (expected != seen) {
    INFO(text);
    CHECK(expected == seen);
  }
}

}  // namespace

TEST_CASE("tokens of the files of the project") {
  std::size_t files = 0;
  syntax::Scanner scanner;
  for (const test::Sample& s : test::samples()) {
    SourceMap sources;
    diag::Sink sink;
    SourceId id;
    if (!syntax::add_source(sources, s.path, s.bytes, sink, id)) continue;  // no UTF-8
    check_same(scanner, sources.file(id).text);
    ++files;
  }
  CHECK(files > 100);
}

TEST_CASE("tokens of texts of any characters") {
  // What begins, ends and spoils each kind of token; letters of one to four bytes, and blanks that cannot be seen.
  static const char* const kPieces[] = {
      "when",       "whe",    "when_",  "a",      "Z9",     "_",      "1",          "-",
      ".",          "..",     "..<",    "1.5",    "1e5",    "e",      "E+",         "1.2.3",
      "=",          "!",      "!=",     "<",      "<=",     "\"",     "\\",         "\\\"",
      "'",          "#",      "\n",     "\r",     "\t",     " ",      "2020-",      "01",
      "2020-01-01", "month",  "s",      "(",      "}",      "%",      "|",          "\u00e4",
      "\u2264",     "\u2260", "\u00a0", "\u200b", "\ufeff", "\u4e2d", "\U0001F600", "\u20ac",
      "@",          "\x7f",   "\x01",   "$"};
  test::Random random(1);
  syntax::Scanner scanner;
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    std::size_t pieces = 1 + random.below(12);
    for (std::size_t p = 0; p < pieces; ++p) text += kPieces[random.below(std::size(kPieces))];
    if (text.rfind("\ufeff", 0) == 0) continue;  // a byte order mark, which is cut off before
    check_same(scanner, text);
  }
  check_same(scanner, "");
  syntax::Scanner fresh;
  check_same(fresh, "");
  check_same(fresh, "when");
}
