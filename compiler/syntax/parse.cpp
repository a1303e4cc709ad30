// Text to tokens to declarations. This file, scanner.cpp, tokens.cpp and tree_walk.cpp are the only ones
// that include ANTLR.
//
// Each declaration is parsed by itself: first with SLL prediction (fast, and enough for nearly
// every text), and with full LL only if that fails. The first error of a declaration is reported,
// the rest of it skipped up to the next line that begins one: one mistake gives one error.
#include "syntax/parse.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "explain.h"
#include "follow.h"
#include "support/limits.h"
#include "tokens.h"
#include "tree_walk.h"

namespace gdl::syntax {

namespace {

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

/// The grammar's parser, which keeps its tree without asking by dynamic casts what it has built itself, and has no listeners.
class TreeParser : public GdlParser {
 public:
  using GdlParser::GdlParser;

  void enterRule(antlr4::ParserRuleContext* context, std::size_t state, std::size_t) override {
    setState(state);
    _ctx = context;
    _ctx->start = _input->LT(1);
    if (_ctx->parent == nullptr) return;
    static_cast<antlr4::ParserRuleContext*>(_ctx->parent)->children.push_back(_ctx);  // a rule
  }
  antlr4::Token* consume() override {
    antlr4::Token* token = _input->LT(1);
    _input->consume();
    antlr4::tree::TerminalNode* leaf = createTerminalNode(token);
    leaf->parent = _ctx;
    _ctx->children.push_back(leaf);
    return token;
  }
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

/// Counts nested brackets and `not`s on the tokens, before the parser runs: its recursion is
/// bounded by this.
bool nesting_ok(const Tokens& tokens, const Offsets& offsets, SourceId source, diag::Sink& sink) {
  std::vector<std::int64_t> open;  // the depth before each open bracket and the `not`s it follows
  std::int64_t depth = 0;
  std::int64_t outside = 0;  // the depth before the run of `not`s that is being read
  for (const antlr4::Token* t : tokens.seen()) {
    switch (t->getType()) {
      case GdlParser::NOT: ++depth; break;
      case GdlParser::LPAREN:
      case GdlParser::LBRACE:
        open.push_back(outside);
        outside = ++depth;
        break;
      case GdlParser::RPAREN:
      case GdlParser::RBRACE:
        depth = open.empty() ? 0 : open.back();
        if (!open.empty()) open.pop_back();
        outside = depth;
        break;
      default:
        // A new declaration cannot begin inside brackets: an unclosed one counts for its own only.
        if (begins_declaration(t->getType()) && t->getType() != GdlParser::WHEN) {
          open.clear();
          outside = 0;
        }
        depth = outside;
        break;
    }
    if (depth > limits::nesting) {
      sink.report(diag::Code::nesting_too_deep, offsets.span(source, *t),
                  fmt::format("brackets and `not`s nested more than {} deep", limits::nesting))
          .help = "give parts of the condition a name with `define`";
      return false;
    }
  }
  return true;
}

/// The parser's own tables as those of follow.h.
Automaton automaton_of(const GdlParser& parser) {
  const antlr4::atn::ATN& atn = parser.getATN();
  const antlr4::dfa::Vocabulary& vocabulary = parser.getVocabulary();
  Automaton out;
  out.rules = parser.getRuleNames();
  out.start =
      static_cast<std::uint32_t>(atn.ruleToStartState[GdlParser::RuleDeclaration]->stateNumber);
  out.word_rule = GdlParser::RuleWord;
  for (std::size_t type = 0; type <= atn.maxTokenType; ++type) {
    std::string literal = vocabulary.getLiteralName(type);  // in single quotes
    out.tokens.push_back(literal.size() > 2 ? literal.substr(1, literal.size() - 2)
                                            : vocabulary.getSymbolicName(type));
  }
  using antlr4::atn::Transition;
  for (const antlr4::atn::ATNState* from : atn.states) {
    Automaton::State& state = out.states.emplace_back();
    if (from == nullptr) continue;
    state.rule = static_cast<std::uint32_t>(from->ruleIndex);
    state.stop = const_cast<antlr4::atn::ATNState*>(from)->getStateType() ==
                 antlr4::atn::ATNState::RULE_STOP;
    for (const Transition* t : from->transitions) {
      Automaton::Step step;
      step.target = static_cast<std::uint32_t>(t->target->stateNumber);
      if (t->getSerializationType() == Transition::RULE) {
        step.kind = Automaton::Step::Kind::call;
        step.follow = static_cast<std::uint32_t>(
            static_cast<const antlr4::atn::RuleTransition*>(t)->followState->stateNumber);
      } else if (!t->isEpsilon()) {
        step.kind = Automaton::Step::Kind::token;
        for (std::size_t type = 0; type <= atn.maxTokenType; ++type) {
          step.accepts.push_back(type > 0 && t->matches(type, 1, atn.maxTokenType));
        }
      }
      state.steps.push_back(std::move(step));
    }
  }
  return out;
}

/// The tokens without comments and blanks, as messages need them; the last is the file's end.
std::vector<Lexeme> lexemes_of(const SourceMap& sources, const Tokens& tokens,
                               const Automaton& automaton, const Offsets& offsets,
                               SourceId source) {
  std::vector<Lexeme> out;
  const std::string& text = sources.file(source).text;
  for (const antlr4::Token* t : tokens.seen()) {
    Lexeme l;
    l.span = offsets.span(source, *t);
    l.line = static_cast<std::uint32_t>(t->getLine());
    l.column = static_cast<std::uint32_t>(t->getCharPositionInLine());
    l.first_on_line = out.empty() || out.back().line != l.line;
    if (t->getType() == antlr4::Token::EOF) {
      l.kind = "EOF";
    } else {
      l.type = t->getType();
      // `month` and `!=` have several spellings, and so no literal of their own.
      l.text = std::string_view(text).substr(l.span.begin, l.span.end - l.span.begin);
      l.kind = automaton.tokens[l.type];
      l.after_blank = out.empty() || out.back().span.end != l.span.begin;
    }
    out.push_back(l);
  }
  return out;
}

/// Finds the mistakes of a file, declaration by declaration, and where to go on after each. A place is the same among
/// lexemes and among tokens.
class Mender {
 public:
  Mender(const SourceMap& sources, SourceId source, const Tokens& tokens, const GdlParser& parser,
         const Offsets& offsets, diag::Sink& sink)
      : automaton_(automaton_of(parser)),
        lexemes_(lexemes_of(sources, tokens, automaton_, offsets, source)),
        follower_(automaton_),
        sink_(sink) {}

  struct Result {
    std::size_t next;    ///< the place to go on with
    bool spoilt_before;  ///< the mistake belongs to the declaration before
  };

  /// The declaration at `begin` cannot be read; the one before it, if any, began at `before`. Reports
  /// each mistake once and says where to go on.
  Result mend(std::size_t begin, std::optional<std::size_t> before) {
    std::size_t at = begin;
    Result result{0, false};
    follower_.begin();
    bool fits = run(at);
    if (before.has_value() && belongs_to_previous(begin, at, *before)) {
      // What cannot begin a declaration was meant to go on the one before.
      result.spoilt_before = true;
      at = begin;
      if (begin_ == *before && mended_to_ == begin) {
        follower_.back_to(mended_);
      } else {
        follower_.begin();
        std::size_t k = *before;
        run(k, begin);
      }
      begin = *before;
    } else if (fits) {
      at = begin;  // cannot be: the parser and its automaton disagree; said at the first token
    }
    if (begin != begin_) misplaced_ = false;
    begin_ = begin;
    for (;;) {
      keyword_taken_as_name(begin, at);
      report(begin, at);
      if (!go_on(begin, at)) break;
      // A `when` of the wrong place is no rule of its own.
      if (run(at) && !(misplaced_ && beneath(begin, at))) break;
    }
    mended_ = follower_.mark();
    mended_to_ = at;
    result.next = at;
    return result;
  }

  [[nodiscard]] std::int64_t errors() const { return errors_; }

 private:
  [[nodiscard]] bool end(std::size_t i) const { return lexemes_[i].end_of_file(); }

  /// Follows the tokens from `at` to the first that does not fit. True if the declaration is
  /// complete there and the token begins another.
  bool run(std::size_t& at, std::size_t until = static_cast<std::size_t>(-1)) {
    before_ = follower_.mark();
    while (at < until && !end(at)) {
      Follower::Mark here = follower_.mark();
      if (!follower_.step(lexemes_[at].type)) break;
      before_ = here;
      ++at;
    }
    return follower_.complete() && (end(at) || begins_declaration(lexemes_[at].type));
  }

  /// The token begins a line, further to the right than the declaration at `begin`.
  [[nodiscard]] bool beneath(std::size_t begin, std::size_t at) const {
    return lexemes_[at].first_on_line && lexemes_[at].column > lexemes_[begin].column;
  }

  /// Nothing of a declaration was read at `begin`; or it is a `when` on the line of the declaration
  /// before, or beneath and to the right of it, and gives no advice: no rule of its own.
  [[nodiscard]] bool belongs_to_previous(std::size_t begin, std::size_t at,
                                         std::size_t previous) const {
    if (at == begin && !end(begin)) return true;
    const Lexeme& t = lexemes_[begin];
    if (t.kind != "when") return false;
    for (std::size_t i = begin; i < at; ++i) {
      if (lexemes_[i].kind == "recommend" && !lexemes_[i].first_on_line) return false;
    }
    if (t.first_on_line && !beneath(previous, begin)) return false;
    std::vector<Expected> expected = follower_.expected();
    return std::any_of(expected.begin(), expected.end(), [](const Expected& e) {
      return !e.opens.empty() && e.opens.front() == "directive";
    });
  }

  /// A keyword can be a name. If the token after one does not fit, but would if the keyword were
  /// one, then a name is missing before it, and that is the mistake.
  void keyword_taken_as_name(std::size_t begin, std::size_t& at) {
    if (at == begin || at == 0 || end(at)) return;
    const Lexeme& t = lexemes_[at - 1];
    if (!t.keyword() || at - 1 == begin) return;
    Follower::Mark lenient = follower_.mark();
    follower_.back_to(before_);
    if (follower_.step(t.type, true)) {  // it was read as a keyword
      follower_.back_to(lenient);
      return;
    }
    bool plausible = false;
    if (follower_.resume(t.type)) plausible = follower_.step(lexemes_[at].type);
    if (!plausible && begins_declaration(t.type)) {
      follower_.begin();
      plausible = follower_.step(t.type) && follower_.step(lexemes_[at].type);
    }
    if (plausible) {
      --at;
      follower_.back_to(before_);
    } else {
      follower_.back_to(lenient);
    }
  }

  /// Reports the token at `at`. Clauses in another order are one mistake, said once a declaration.
  void report(std::size_t begin, std::size_t at) {
    Failure f{lexemes_, begin, at, follower_.expected(), {}, follower_.complete(), false, {}};
    f.declaration = follower_.declaration();
    const Lexeme& t = lexemes_[at];
    if (t.keyword() && (t.kind == "when" || !begins_declaration(t.type))) {
      Follower::Mark here = follower_.mark();
      f.elsewhere = follower_.resume(t.type);
      follower_.back_to(here);
    }
    if (f.elsewhere && misplaced_) return;
    misplaced_ = misplaced_ || f.elsewhere;
    if (f.complete) {
      Follower fresh(automaton_);
      f.next = fresh.expected();
    }
    ++errors_;
    if (errors_ <= limits::syntax_errors) explain(f, sink_);
  }

  /// Moves `at` to where reading can go on: a keyword at the beginning of a line that continues the
  /// declaration (true), or the beginning of another (false).
  bool go_on(std::size_t begin, std::size_t& at) {
    std::size_t failed = at;
    std::vector<bool> nowhere(automaton_.tokens.size(), false);  // keywords without a place here
    const Lexeme& head = lexemes_[begin];
    if (lexemes_[at].kind == "BAD_STRING") at = end_of_text(at, head.column);
    for (;; ++at) {
      const Lexeme& t = lexemes_[at];
      if (t.end_of_file()) return false;
      if (at == begin) continue;
      if (t.kind == "BAD_STRING" && t.line != lexemes_[failed].line && at != failed) {
        Failure f{lexemes_, begin, at, {}, {}, false, false, {}};
        if (++errors_ <= limits::syntax_errors) explain(f, sink_);
      }
      if (!t.first_on_line) continue;
      bool deeper = t.column > head.column;
      if (t.keyword() && (deeper || !begins_declaration(t.type)) && !nowhere[t.type]) {
        if (follower_.resume(t.type)) {
          ++at;
          return true;
        }
        nowhere[t.type] = true;
      }
      if (begins_declaration(t.type)) return false;
      // A misspelt keyword begins a declaration, too: it stands where they stand.
      if (at > failed && t.kind == "NAME" && !deeper && !lexemes_[at + 1].first_on_line)
        return false;
    }
  }

  /// The text at `at` is not closed. If it was meant to go over several lines, the token that ends
  /// it, else `at`.
  [[nodiscard]] std::size_t end_of_text(std::size_t at, std::uint32_t column) const {
    constexpr std::uint32_t kLines = 20;
    for (std::size_t i = at + 1;
         i < lexemes_.size() && lexemes_[i].line <= lexemes_[at].line + kLines; ++i) {
      const Lexeme& t = lexemes_[i];
      if (t.end_of_file()) break;
      if (t.first_on_line && t.column <= column && begins_declaration(t.type)) break;
      if (t.kind == "STRING") break;
      if (t.kind == "BAD_STRING") return i + 1;
    }
    return at;
  }

  Automaton automaton_;
  std::vector<Lexeme> lexemes_;
  Follower follower_;
  diag::Sink& sink_;
  Follower::Mark before_ = 0;  // the readings before the last token taken
  // Where the last mended declaration was left: what follows may still belong to it.
  std::size_t begin_ = 0, mended_to_ = 0;
  bool misplaced_ = false;  // a clause of it stands in the wrong place, which has been said
  Follower::Mark mended_ = 0;
  std::int64_t errors_ = 0;
};

/// Comments and blank lines in order of place; odd blanks are reported.
std::vector<Trivia> trivia_of(const Tokens& tokens, const std::string& text, const Offsets& offsets,
                              SourceId source, diag::Sink& sink) {
  std::vector<Trivia> out;
  std::uint32_t previous_end = 0;
  std::int64_t odd = 0;
  for (const antlr4::CommonToken& t : tokens.all()) {
    Span span = offsets.span(source, t);
    std::string_view between =
        std::string_view(text).substr(previous_end, span.begin - previous_end);
    if (std::count(between.begin(), between.end(), '\n') > 1) {
      out.push_back({Trivia::Kind::blank_lines, {source, previous_end, span.begin}});
    }
    if (t.getType() == GdlParser::COMMENT) out.push_back({Trivia::Kind::comment, span});
    if (t.getType() == GdlParser::ODD_BLANK && ++odd <= limits::syntax_errors) {
      explain_blank(std::string_view(text).substr(span.begin, span.end - span.begin), span, sink);
    }
    previous_end = span.end;
  }
  return out;
}

}  // namespace

Offsets::Offsets(const std::string& text, bool ascii) {
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

struct Reader::State {
  Scanner scanner;
};

Reader::Reader() : state_(std::make_unique<State>()) { state_->scanner.removeErrorListeners(); }
Reader::~Reader() = default;

File Reader::parse(const SourceMap& sources, SourceId source, diag::Sink& sink,
                   ParseCounts* counts) {
  const SourceFile& file = sources.file(source);
  File out;
  out.source = source;
  CodePoints input(file.text);
  Offsets offsets(file.text, input.ascii());
  Tokens tokens(state_->scanner, input);
  out.trivia = trivia_of(tokens, file.text, offsets, source, sink);
  if (!nesting_ok(tokens, offsets, source, sink)) return out;

  TreeParser parser(&tokens);
  parser.removeErrorListeners();
  parser.setErrorHandler(std::make_shared<Bail>());
  auto* simulator = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
  Walker walker(source, file.text, offsets, sink);
  std::optional<Mender> mender;
  std::optional<std::size_t> before;  // where the declaration before begins
  bool last_read = false;             // and whether it could be read
  ParseCounts counted;

  while (tokens.LA(1) != antlr4::Token::EOF) {
    std::size_t start = tokens.index();
    bool read = false;
    for (auto mode : {antlr4::atn::PredictionMode::SLL, antlr4::atn::PredictionMode::LL}) {
      parser.reset();
      tokens.seek(start);
      simulator->setPredictionMode(mode);
      try {
        walker.declaration(parser.declaration(), out.declarations);
        read = true;
        if (mode == antlr4::atn::PredictionMode::LL) ++counted.ll;
        break;
      } catch (const antlr4::RecognitionException&) {
        continue;  // after LL too: the mender finds out what is wrong, and where
      }
    }
    ++counted.declarations;
    if (!read) {
      if (!mender.has_value()) mender.emplace(sources, source, tokens, parser, offsets, sink);
      Mender::Result mended = mender->mend(start, before);
      // A declaration that is only half understood would say something that nobody wrote. Headers
      // and decisions stay: what follows hangs on their names.
      if (mended.spoilt_before && last_read && !out.declarations.empty() &&
          !std::holds_alternative<Header>(out.declarations.back()) &&
          !std::holds_alternative<Decision>(out.declarations.back())) {
        out.declarations.pop_back();
      }
      tokens.seek(mended.next);
      if (mender->errors() > limits::syntax_errors) {
        sink.report(diag::Code::too_many_errors, offsets.span(source, *tokens.LT(1)),
                    "further syntax errors of this file are not shown");
        break;
      }
      if (!mended.spoilt_before) before = start;
    } else {
      before = start;
    }
    last_read = read;
  }
  if (counts != nullptr) *counts = counted;
  return out;
}

}  // namespace gdl::syntax
