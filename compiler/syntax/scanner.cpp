#include "scanner.h"

namespace gdl::syntax {

using antlr4::dfa::DFAState;

CodePoints::CodePoints(const std::string& text)
    : ascii_(std::all_of(text.begin(), text.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
  if (ascii_) {
    _data.assign(text.begin(), text.end());
  } else {
    load(text);
  }
}

/// Invariant: states_[i].next[c] is kUnknown, kNone, or the index of the state that ANTLR's automaton goes to from states_[i]
/// on c; wide_ has the same for code points beyond ASCII. Nothing hangs on where in the text a character stands, since the
/// grammar has no predicates.
class Scanner::Simulator : public antlr4::atn::LexerATNSimulator {
 public:
  Simulator(Scanner& scanner, const antlr4::atn::LexerATNSimulator& like,
            antlr4::atn::PredictionContextCache& contexts)
      : LexerATNSimulator(&scanner, like.atn, like._decisionToDFA, contexts), scanner_(scanner) {}

  /// The type of the token that begins where `input` stands, and moves `input` behind it.
  std::size_t token(antlr4::CharStream* input, std::size_t mode) {
    if (first_ == nullptr) return match(input, mode);
    _startIndex = input->index();
    return execATN(input, first_);
  }

 protected:
  /// The longest token from the input's place on, of the rule that comes first: its type.
  std::size_t execATN(antlr4::CharStream* input, DFAState* start) override {
    const std::u32string& text = scanner_.text_->points();
    std::size_t at = input->index();
    std::size_t line = getLine(), column = getCharPositionInLine();
    // Where a token begins is the same state for all of them: the grammar has one mode.
    if (start != first_) first_index_ = index_of(first_ = start);
    std::uint32_t state = first_index_;
    std::uint32_t accepted = kNone;
    std::size_t accepted_at = at, accepted_line = line, accepted_column = column;
    while (at < text.size()) {
      state = next(input, state, text[at]);
      if (state == kNone) break;
      if (text[at] == U'\n') {
        ++line;
        column = 0;
      } else {
        ++column;
      }
      ++at;
      if (states_[state].accepts) {
        accepted = state;
        accepted_at = at, accepted_line = line, accepted_column = column;
      }
    }
    // The end of the text is a token, and every other text begins with one: ANTLR says what is to be said.
    if (accepted == kNone) return LexerATNSimulator::execATN(input, start);
    const State& token = states_[accepted];
    if (token.acts) {
      accept(input, token.state->lexerActionExecutor, _startIndex, accepted_at, accepted_line,
             accepted_column);
    } else {
      input->seek(accepted_at);
      setLine(accepted_line);
      setCharPositionInLine(accepted_column);
      if (token.skips) scanner_.type = SKIP;
    }
    return token.state->prediction;
  }

 private:
  static constexpr std::uint32_t kUnknown = 0, kNone = 1;
  static constexpr std::uint32_t kAscii = 0x80;
  struct State {
    DFAState* state = nullptr;
    bool accepts = false;
    bool acts = false;   // ANTLR is to do what the rule says is to be done with the token
    bool skips = false;  // and there is nothing to do but to pass over it
    std::array<std::uint32_t, kAscii> next{};
  };

  std::uint32_t index_of(DFAState* s) {
    auto [entry, added] = index_.try_emplace(s, static_cast<std::uint32_t>(states_.size()));
    if (added) {
      State& state = states_.emplace_back();
      state.state = s;
      state.accepts = s->isAcceptState;
      if (s->isAcceptState && s->lexerActionExecutor != nullptr) {
        auto actions = s->lexerActionExecutor->getLexerActions();
        state.skips = actions.size() == 1 &&
                      actions.front()->getActionType() == antlr4::atn::LexerActionType::SKIP;
        state.acts = !state.skips;
      }
    }
    return entry->second;
  }

  std::uint32_t next(antlr4::CharStream* input, std::uint32_t from, char32_t c) {
    if (c < kAscii) {
      std::uint32_t known = states_[from].next[c];
      if (known != kUnknown) return known;
      std::uint32_t found = ask(input, from, c);
      states_[from].next[c] = found;
      return found;
    }
    std::uint64_t key = (std::uint64_t{from} << 32) | c;
    auto known = wide_.find(key);
    if (known != wide_.end()) return known->second;
    std::uint32_t found = ask(input, from, c);
    wide_.emplace(key, found);
    return found;
  }

  std::uint32_t ask(antlr4::CharStream* input, std::uint32_t from, char32_t c) {
    DFAState* s = states_[from].state;
    DFAState* target = getExistingTargetState(s, c);
    if (target == nullptr) target = computeTargetState(input, s, c);
    return target == ERROR.get() ? kNone : index_of(target);
  }

  Scanner& scanner_;
  std::vector<State> states_ = std::vector<State>(2);  // the first two stand for kUnknown and kNone
  std::unordered_map<DFAState*, std::uint32_t> index_;
  DFAState* first_ = nullptr;
  std::uint32_t first_index_ = kUnknown;
  std::unordered_map<std::uint64_t, std::uint32_t> wide_;
};

Scanner::Scanner() : GdlLexer(nullptr) {
  auto* own = getInterpreter<antlr4::atn::LexerATNSimulator>();
  simulator_ = new Simulator(*this, *own, own->getSharedContextCache());
  setInterpreter(simulator_);  // which deletes the lexer's own
}

void Scanner::begin(CodePoints& text) {
  text_ = &text;
  _input = &text;  // not `setInputStream`, which in 4.9 asks the stream that it has just taken away
  reset();
}

std::size_t Scanner::getLine() const { return simulator_->getLine(); }
std::size_t Scanner::getCharPositionInLine() { return simulator_->getCharPositionInLine(); }

std::size_t Scanner::scan(std::deque<antlr4::CommonToken>& out) {
  for (;;) {
    std::size_t start = text_->index();
    std::size_t line = getLine(), column = getCharPositionInLine();
    type = antlr4::Token::INVALID_TYPE;
    channel = antlr4::Token::DEFAULT_CHANNEL;
    if (start >= text_->points().size()) {
      type = antlr4::Token::EOF;
    } else {
      std::size_t matched = simulator_->token(text_, mode);
      if (type == antlr4::Token::INVALID_TYPE) type = matched;  // else set by an action
    }
    if (type == SKIP) continue;
    antlr4::CommonToken& next =
        out.emplace_back(std::pair<antlr4::TokenSource*, antlr4::CharStream*>(this, text_), type,
                         channel, start, text_->index() - 1);
    next.setLine(line);
    next.setCharPositionInLine(column);
    return type;
  }
}

}  // namespace gdl::syntax
