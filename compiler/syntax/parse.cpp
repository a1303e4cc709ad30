// Text to tokens to declarations. This file and tree_walk.cpp are the only ones that include ANTLR.
//
// Each declaration is parsed by itself: first with SLL prediction (fast, and enough for nearly
// every text), and with full LL only if that fails. The first error of a declaration is reported,
// the rest of it skipped up to the next line that begins one: one mistake gives one error.
#include "syntax/parse.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "support/limits.h"
#include "tree_walk.h"

namespace gdl::syntax {

namespace {

using grammar::GdlLexer;
using grammar::GdlParser;

/// Stops at the first error: the driver below decides what to do next.
class Bail : public antlr4::DefaultErrorStrategy {
 public:
  void recover(antlr4::Parser*, std::exception_ptr e) override { std::rethrow_exception(e); }
  antlr4::Token* recoverInline(antlr4::Parser* p) override {
    throw antlr4::InputMismatchException(p);
  }
  void sync(antlr4::Parser*) override {}
  void reportError(antlr4::Parser*, const antlr4::RecognitionException&) override {}
};

bool begins_declaration(std::size_t type) {
  switch (type) {
    case GdlParser::GUIDELINE:
    case GdlParser::REFERENCE:
    case GdlParser::FACT:
    case GdlParser::DEFINE:
    case GdlParser::SCORE:
    case GdlParser::BANDS:
    case GdlParser::IMPOSSIBLE:
    case GdlParser::ACTION:
    case GdlParser::EXCLUSIVE:
    case GdlParser::DECISION:
    case GdlParser::SAFETY:
    case GdlParser::RULE:
    case GdlParser::WHEN:
    case GdlParser::ACCEPT:
    case GdlParser::SCENARIO:
    case GdlParser::IMPORT:
    case GdlParser::INCLUDE:
    case GdlParser::REMARK:
    case GdlParser::GRADING: return true;
    default: return false;
  }
}

/// What a token is called in a message.
std::string token_words(std::size_t type) {
  switch (type) {
    case GdlParser::NAME: return "a name";
    case GdlParser::NUMBER: return "a number";
    case GdlParser::STRING: return "a text in double quotes";
    case GdlParser::UNIT: return "a unit in single quotes";
    case GdlParser::DATE: return "a date such as 2025-10-18";
    case GdlParser::VERSION_NUMBER: return "a version such as 1.0.0";
    case GdlParser::YEAR:
    case GdlParser::YEARS:
    case GdlParser::MONTHS:
    case GdlParser::WEEKS:
    case GdlParser::DAYS:
    case GdlParser::HOURS:
    case GdlParser::PERCENT: return "a unit";
    case GdlParser::NE: return "`!=`";
    case GdlParser::LE: return "`<=`";
    case GdlParser::GE: return "`>=`";
    case antlr4::Token::EOF: return "the end of the file";
    default: return {};  // the caller shows its literal text
  }
}

std::string found_words(const antlr4::Token& token) {
  if (token.getType() == antlr4::Token::EOF) return "the end of the file";
  return "`" + token.getText() + "`";
}

std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t up = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      diagonal = up;
    }
  }
  return row[b.size()];
}

/// A hint for the mistakes that people make.
std::string hint_for(const antlr4::Token& token, const antlr4::Token* before,
                     const std::vector<std::string>& keywords) {
  std::string t = token.getText();
  std::string p = before != nullptr ? before->getText() : "";
  if (t == "=" && (p == "=" || p == "!=")) return "write one `=` for \"is\"";
  if (p == "=" && t == ">") return "write `>=` for \"at least\"";
  if (p == "=" && t == "<") return "write `<=` for \"at most\"";
  if (t == "&" || t == "&&") return "write `and`";
  if (t == "|" && p == "|") return "write `or` between conditions";
  if (t == "|")
    return "write `or` between conditions; `|` stands between actions and between values";
  if (t == "!") return "write `not` before the condition, or `!=` for \"is not\"";
  if (t == "\xe2\x80\x9c" || t == "\xe2\x80\x9d" || t == "\xe2\x80\x9e" || t == "\xc2\xab") {
    return "use straight double quotes \"...\" around texts";
  }
  if (t == "\xe2\x80\x93" || t == "\xe2\x80\x94" || t == "\xe2\x88\x92") {
    return "write a range with two dots: `0..2`";
  }
  if (t == "-") return "write a range with two dots: `0..2`";
  if (t == "\xe2\x80\x98" || t == "\xe2\x80\x99" || t == "'") {
    return "a unit stands in straight single quotes, as in '10*9/L'";
  }
  if (t == "/") return "a unit with `/` stands in single quotes, as in '/uL'";
  if (t == ";") return "leave the `;` out: keywords end clauses";
  if (t == "if") return "write `when`";
  if (t == "else")
    return "there is no `else`: write a rule of its own, or `otherwise` in a definition";
  if (t == "then") return "leave `then` out: write `when ... recommend ...`";
  if (t == "AND" || t == "OR" || t == "NOT") return "keywords are written in lower case";
  if (p == "is" && t == "not") return "write `is unknown`, or `!=` for \"is not\"";
  if (t == ">" && p == "=") return "write `>=`";
  if (token.getType() == GdlParser::NAME && t.size() > 2) {
    const std::string* best = nullptr;
    std::size_t least = t.size() >= 8 ? 4 : (t.size() >= 5 ? 3 : 2);
    for (const std::string& k : keywords) {
      std::size_t d = k.size() >= 4 && t.compare(0, k.size(), k) == 0 ? 1 : distance(t, k);
      if (d < least) {
        least = d;
        best = &k;
      }
    }
    if (best != nullptr) return "did you mean `" + *best + "`?";
  }
  return {};
}

/// Counts brackets and `not`s on the tokens, before the parser runs: its recursion is bounded by
/// this.
bool nesting_ok(antlr4::CommonTokenStream& tokens, const Offsets& offsets, SourceId source,
                diag::Sink& sink) {
  std::int64_t depth = 0;
  std::int64_t nots = 0;
  for (const antlr4::Token* t : tokens.getTokens()) {
    switch (t->getType()) {
      case GdlParser::LPAREN:
      case GdlParser::LBRACE: ++depth; break;
      case GdlParser::RPAREN:
      case GdlParser::RBRACE: depth = std::max<std::int64_t>(0, depth - 1); break;
      case GdlParser::NOT: ++nots; continue;
      default:
        // A new declaration cannot begin inside brackets: an unclosed one counts for its own only.
        if (begins_declaration(t->getType()) && depth > 0 && t->getType() != GdlParser::WHEN)
          depth = 0;
        break;
    }
    // Runs of `not` nest like brackets; `not (` adds both.
    if (t->getType() != GdlParser::LPAREN) nots = 0;
    if (depth + nots > limits::nesting) {
      sink.report(diag::Code::nesting_too_deep, offsets.span(source, *t),
                  fmt::format("brackets nested more than {} deep", limits::nesting))
          .help = "give parts of the condition a name with `define`";
      return false;
    }
  }
  if (nots > limits::nesting) return false;
  return true;
}

}  // namespace

Offsets::Offsets(const std::string& text) {
  bool ascii = std::all_of(text.begin(), text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) {
    size_ = static_cast<std::uint32_t>(text.size());
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0u) != 0x80u) {
      at_.push_back(static_cast<std::uint32_t>(i));
    }
  }
  at_.push_back(static_cast<std::uint32_t>(text.size()));
  size_ = static_cast<std::uint32_t>(text.size());
}

std::uint32_t Offsets::byte(std::size_t code_point) const {
  if (at_.empty()) return std::min(static_cast<std::uint32_t>(code_point), size_);
  return at_[std::min(code_point, at_.size() - 1)];
}

Span Offsets::span(SourceId source, const antlr4::Token& t) const {
  std::uint32_t begin = byte(t.getStartIndex());
  if (t.getType() == antlr4::Token::EOF) return {source, begin, begin};
  return {source, begin, byte(t.getStopIndex() + 1)};
}

File parse(const SourceMap& sources, SourceId source, diag::Sink& sink) {
  const SourceFile& file = sources.file(source);
  File out;
  out.source = source;
  Offsets offsets(file.text);

  antlr4::ANTLRInputStream input(file.text);
  GdlLexer lexer(&input);
  lexer.removeErrorListeners();
  antlr4::CommonTokenStream tokens(&lexer);
  tokens.fill();

  std::uint32_t previous_end = 0;
  for (const antlr4::Token* t : tokens.getTokens()) {
    if (t->getType() == GdlParser::COMMENT) {
      out.trivia.push_back({Trivia::Kind::comment, offsets.span(source, *t)});
    }
    std::uint32_t begin = offsets.span(source, *t).begin;
    std::string_view between =
        std::string_view(file.text).substr(previous_end, begin - previous_end);
    if (std::count(between.begin(), between.end(), '\n') > 1) {
      out.trivia.push_back({Trivia::Kind::blank_lines, {source, previous_end, begin}});
    }
    previous_end = offsets.span(source, *t).end;
  }
  std::stable_sort(out.trivia.begin(), out.trivia.end(),
                   [](const Trivia& a, const Trivia& b) { return a.span.begin < b.span.begin; });

  if (!nesting_ok(tokens, offsets, source, sink)) return out;

  GdlParser parser(&tokens);
  parser.removeErrorListeners();
  parser.setErrorHandler(std::make_shared<Bail>());
  auto* simulator = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  const antlr4::dfa::Vocabulary& vocabulary = parser.getVocabulary();
  std::vector<std::string> keywords;
  for (std::size_t type = 1; type <= vocabulary.getMaxTokenType(); ++type) {
    std::string literal = vocabulary.getLiteralName(type);
    if (literal.size() > 3 && literal[1] >= 'a' && literal[1] <= 'z') {
      keywords.push_back(literal.substr(1, literal.size() - 2));
    }
  }
  Walker walker(source, offsets);
  std::int64_t errors = 0;
  std::size_t last_start = static_cast<std::size_t>(-1);

  auto report = [&](const antlr4::RecognitionException& e) {
    antlr4::Token* at = e.getOffendingToken();
    antlr4::Token* before = nullptr;
    for (std::size_t i = at->getTokenIndex(); i-- > 0 && before == nullptr;) {
      if (tokens.get(i)->getChannel() == 0) before = tokens.get(i);
    }
    Span place = offsets.span(source, *at);
    if (at->getType() == GdlParser::BAD_STRING) {
      sink.report(diag::Code::unterminated_string, place, "this text has no closing quote").help =
          "end it with `\"` on the same line";
      return;
    }
    std::set<std::string> expected;
    antlr4::misc::IntervalSet set = e.getExpectedTokens();
    bool name = set.contains(static_cast<std::size_t>(GdlParser::NAME));
    for (ssize_t type : set.toList()) {
      std::size_t ty = static_cast<std::size_t>(type);
      std::string words = type < 0 ? std::string() : token_words(ty);
      if (words.empty() && type > 0) {
        std::string literal = vocabulary.getLiteralName(ty);
        bool word = literal.size() > 1 && literal[1] >= 'a' && literal[1] <= 'z';
        if (name && word) continue;  // soft keywords: "a name" says it
        if (!literal.empty()) words = "`" + literal.substr(1, literal.size() - 2) + "`";
      }
      if (!words.empty()) expected.insert(words);
    }
    std::string wanted;
    std::size_t shown = 0;
    for (const std::string& w : expected) {
      if (shown == 8) {
        wanted += ", ...";
        break;
      }
      if (shown > 0) wanted += shown + 1 == expected.size() ? " or " : ", ";
      wanted += w;
      ++shown;
    }
    diag::Code code = at->getType() == GdlParser::OTHER ? diag::Code::unexpected_character
                                                        : diag::Code::syntax_error;
    std::string message = wanted.empty()
                              ? fmt::format("{} does not fit here", found_words(*at))
                              : fmt::format("found {}, expected {}", found_words(*at), wanted);
    diag::Diagnostic& d = sink.report(code, place, message);
    d.help = hint_for(*at, before, keywords);
    if (d.help.empty() && last_start != at->getTokenIndex() && before != nullptr) {
      antlr4::Token* start = tokens.get(last_start);
      d.related.push_back(
          {offsets.span(source, *start), fmt::format("in the declaration that begins here")});
    }
  };

  while (tokens.LA(1) != antlr4::Token::EOF) {
    std::size_t start = tokens.index();
    last_start = start;
    bool ok = false;
    for (auto mode : {antlr4::atn::PredictionMode::SLL, antlr4::atn::PredictionMode::LL}) {
      tokens.seek(start);
      parser.reset();
      tokens.seek(start);
      simulator->setPredictionMode(mode);
      try {
        walker.declaration(parser.declaration(), out.declarations);
        ok = true;
        break;
      } catch (const antlr4::RecognitionException& e) {
        if (mode == antlr4::atn::PredictionMode::SLL) continue;
        ++errors;
        if (errors <= limits::syntax_errors) report(e);
        tokens.seek(std::max(start, e.getOffendingToken()->getTokenIndex()));
      }
    }
    if (ok) continue;
    if (errors > limits::syntax_errors) {
      sink.report(diag::Code::too_many_errors, offsets.span(source, *tokens.LT(1)),
                  "further syntax errors of this file are not shown");
      break;
    }
    // To the next line that begins a declaration.
    while (tokens.LA(1) != antlr4::Token::EOF) {
      antlr4::Token* t = tokens.LT(1);
      bool first_on_line = true;
      for (std::size_t i = t->getTokenIndex(); i-- > 0;) {
        if (tokens.get(i)->getChannel() != 0) continue;
        first_on_line = tokens.get(i)->getLine() != t->getLine();
        break;
      }
      if (t->getTokenIndex() > start && first_on_line && begins_declaration(t->getType())) break;
      tokens.consume();
    }
  }
  return out;
}

}  // namespace gdl::syntax
