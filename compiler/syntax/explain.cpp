// A syntax error in words: see explain.h. The hints for particular mistakes stand in hints.cpp.
#include "explain.h"

#include <fmt/core.h>

#include <algorithm>

namespace gdl::syntax {

namespace {

/// What a rule of the grammar is called where it may begin. In the order in which a list of them
/// is read: what is nearest first.
struct Phrase {
  std::string_view rule;
  std::string_view words;
};
constexpr Phrase kPhrases[] = {
    {"unit", "a unit"},
    {"cmp", "a comparison"},
    {"name", "a name"},
    {"qname", "a name"},
    {"citeRef", "a reference"},
    {"word", "a name"},
    {"text", "a text in double quotes"},
    {"code", "a code"},
    {"expr", "a condition"},
    {"andExpr", "a condition"},
    {"notExpr", "a condition"},
    {"primary", "a condition"},
    {"given", "a condition"},
    {"operand", "a value"},
    {"quantity", "a number"},
    {"number", "a number"},
    {"setLiteral", "a set such as `{a, b}`"},
    {"enumerator", "a value"},
    {"alternative", "a value"},
    {"factType", "the fact's values, such as `yes | no`, `a | b | c`, `0..9` or `set of a | b`"},
    {"scoreItem", "points such as `1 point when ...`"},
    {"bandCut", "a cut such as `< 18.5 <=`"},
    {"scale", "a scale such as `high > low`"},
    {"actionUse", "an action"},
    {"actionExpr", "an action"},
    {"actionAll", "an action"},
    {"actionAtom", "an action"},
    {"param", "a parameter"},
    {"paramValue", "a value of the parameter"},
    {"expectation", "`expect`"},
    {"verb", "`recommend`, `consider`, `avoid` or `contraindicate`"},
    {"directive", "advice"},
    {"headerClause", "a clause of the header"},
    {"referenceClause", "a clause of the reference"},
    {"factClause", "a clause of the fact"},
    {"actionClause", "a clause of the action"},
    {"decisionClause", "a clause of the decision"},
    {"ruleClause", "a clause of the rule"},
};
constexpr std::size_t kNear =
    2;  // the first so many come before the tokens that stand for themselves
constexpr std::size_t kPhraseCount = sizeof(kPhrases) / sizeof(kPhrases[0]);
constexpr std::string_view kAdvice =
    "advice: `recommend`, `consider`, `caution`, `avoid`, `contraindicate`, `prefer` or "
    "`no recommendation`";

std::size_t phrase_of(const Expected& e) {
  for (const std::string& rule : e.opens) {
    for (std::size_t i = 0; i < kPhraseCount; ++i) {
      if (kPhrases[i].rule == rule) return i;
    }
  }
  return kPhraseCount;
}

/// What a comparison may begin with beside the signs.
bool comparing(const Expected& e) {
  return e.within == "primary" && (e.token == "in" || e.token == "includes" || e.token == "is");
}

/// A token that stands for itself.
std::string token_words(const Expected& e) {
  if (e.token == "NUMBER") return "a number";
  if (e.token == "DATE") return "a date such as 2025-10-18";
  if (e.token == "VERSION_NUMBER") return "a version such as 1.0.0";
  if (e.token == "LE") return "`<=`";
  return "`" + e.token + "`";
}

void add(std::vector<std::string>& list, std::string words) {
  if (std::find(list.begin(), list.end(), words) == list.end()) list.push_back(std::move(words));
}

/// What could have stood there, nearest first.
std::vector<std::string> wanted(const Failure& f) {
  std::vector<std::string> literal;
  std::vector<bool> phrase(kPhraseCount, false);
  bool dot = false;
  for (const Expected& e : f.expected) {
    std::size_t p = phrase_of(e);
    if (p < kPhraseCount) {
      phrase[p] = true;
    } else if (e.token == ".") {
      dot = true;  // every name may go on so: said only where nothing else can stand
    } else if (!comparing(e)) {
      add(literal, token_words(e));  // the signs of `cmp` stand there as well
    }
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < kPhraseCount; ++i) {
    if (i == kNear && !f.complete) {
      // Where the declaration could end, the signs that could prolong it are noise.
      for (std::string& words : literal) add(out, std::move(words));
    }
    if (phrase[i]) add(out, std::string(kPhrases[i].words));
  }
  if (out.size() == 1 && out[0] == "advice") out[0] = kAdvice;
  if (dot && out.empty() && !f.complete) out.emplace_back("`.`");
  if (f.complete) out.emplace_back("the next declaration");
  return out;
}

std::string list_words(const std::vector<std::string>& list) {
  constexpr std::size_t kShown = 7;
  std::string out;
  for (std::size_t i = 0; i < list.size() && i < kShown; ++i) {
    if (i > 0) out += i + 1 == list.size() ? " or " : ", ";
    out += list[i];
  }
  return list.size() > kShown ? out + ", ..." : out;
}

std::string found_words(const Lexeme& t) {
  if (t.end_of_file()) return "the end of the file";
  std::string words = character_words(t.text);
  if (!words.empty()) return words;
  // A long text is told by its beginning.
  constexpr std::size_t kShown = 40;
  if (t.text.size() <= kShown) return fmt::format("`{}`", t.text);
  std::size_t n = kShown;
  while (n > 0 && (static_cast<unsigned char>(t.text[n]) & 0xc0u) == 0x80u) --n;
  return fmt::format("`{}...`", t.text.substr(0, n));
}

/// A text that is not closed shows in its own token, or in quotes that do not pair up on a line.
bool explain_quotes(const Failure& f, diag::Sink& sink) {
  const Lexeme& t = f.near(0);
  if (t.kind == "BAD_STRING") {
    const Lexeme& before = f.near(-1);
    bool inside = before.kind == "STRING" && before.line == t.line && !t.after_blank;
    sink.report(diag::Code::unterminated_string, t.span, "this text has no closing quote").help =
        inside ? "a quote inside a text is written `\\\"`" : "end it with `\"` on the same line";
    return true;
  }
  const Lexeme& before = f.near(-1);
  if (before.kind != "STRING" || before.line != t.line) return false;
  for (std::size_t i = f.at; i < f.tokens.size() && f.tokens[i].line == t.line; ++i) {
    if (f.tokens[i].kind != "BAD_STRING") continue;
    sink.report(diag::Code::unterminated_string, before.span,
                "the quotes of this line do not pair up: one text has no closing quote")
        .help = "end each text with `\"`; a quote inside a text is written `\\\"`";
    return true;
  }
  return false;
}

/// A bracket that is not closed where the next clause or declaration begins: the mistake is at the bracket.
bool explain_bracket(const Failure& f, diag::Sink& sink) {
  const Lexeme& t = f.near(0);
  const Lexeme* open = f.open_bracket();
  bool over = t.end_of_file() || (t.keyword() && t.first_on_line);
  if (open == nullptr || !over || !(f.wants(")") || f.wants("}"))) return false;
  diag::Diagnostic& d =
      sink.report(diag::Code::syntax_error, open->span, "this bracket is not closed");
  d.help = fmt::format("close it with `{}`", open->kind == "(" ? ")" : "}");
  if (!t.end_of_file()) {
    d.related.push_back({t.span, fmt::format("{} begins something else", found_words(t))});
  }
  return true;
}

}  // namespace

const Lexeme& Failure::near(std::ptrdiff_t n) const {
  static const Lexeme none;
  std::ptrdiff_t i = static_cast<std::ptrdiff_t>(at) + n;
  if (i < 0 || i >= static_cast<std::ptrdiff_t>(tokens.size())) return none;
  return tokens[static_cast<std::size_t>(i)];
}

bool Failure::wants(std::string_view token) const {
  return std::any_of(expected.begin(), expected.end(), [&](const Expected& e) {
    return e.token == token && (e.opens.empty() || e.opens.back() != "word");
  });
}

bool Failure::wants_rule(std::string_view rule) const {
  return std::any_of(expected.begin(), expected.end(), [&](const Expected& e) {
    return std::find(e.opens.begin(), e.opens.end(), rule) != e.opens.end();
  });
}

const Lexeme* Failure::open_bracket() const {
  std::vector<const Lexeme*> open;
  for (std::size_t i = begin; i < at; ++i) {
    const Lexeme& t = tokens[i];
    if (t.kind == "(" || t.kind == "{") open.push_back(&t);
    if ((t.kind == ")" || t.kind == "}") && !open.empty()) open.pop_back();
  }
  return open.empty() ? nullptr : open.back();
}

const Lexeme* Failure::earlier(std::string_view keyword) const {
  for (std::size_t i = begin; i < at; ++i) {
    if (tokens[i].kind == keyword) return &tokens[i];
  }
  return nullptr;
}

void explain_blank(std::string_view utf8, Span place, diag::Sink& sink) {
  unsigned lead = static_cast<unsigned char>(utf8[0]);
  unsigned code = lead & (lead >= 0xe0 ? 0x0fu : 0x1fu);
  for (std::size_t i = 1; i < (lead >= 0xe0 ? 3u : 2u) && i < utf8.size(); ++i) {
    code = (code << 6) | (static_cast<unsigned char>(utf8[i]) & 0x3fu);
  }
  bool wide = code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
              code == 0x202f || code == 0x205f || code == 0x3000;
  std::string words = code == 0xa0 || code == 0x202f ? "a no-break space"
                      : wide                         ? "an unusual blank"
                                                     : "an invisible character";
  sink.report(diag::Code::unexpected_character, place,
              fmt::format("found {} (U+{:04X})", words, code))
      .help = wide ? "write a plain blank in its place" : "remove it";
}

void explain(const Failure& f, diag::Sink& sink) {
  if (explain_quotes(f, sink) || explain_bracket(f, sink)) return;
  const Lexeme& t = f.near(0);
  diag::Code code = t.kind == "OTHER" || t.kind == "BAD_NAME" ? diag::Code::unexpected_character
                                                              : diag::Code::syntax_error;
  Hint hint = hint_for(f);
  if (hint.before) {
    sink.report(code, f.near(-1).span, hint.text).help =
        fmt::format("write it before {}", found_words(t));
    return;
  }
  std::string list = list_words(wanted(f));
  diag::Diagnostic& d =
      sink.report(code, t.span,
                  list.empty() ? fmt::format("{} does not fit here", found_words(t))
                               : fmt::format("found {}, expected {}", found_words(t), list));
  d.help = hint.text;
  if (!hint.keyword.empty()) {
    diag::Fix fix;
    fix.span = t.span;
    fix.replacement = hint.keyword;
    if (hint.certain) {
      d.fix = std::move(fix);
    } else {
      d.choices = {std::move(fix)};
    }
  }
  const Lexeme* first = f.elsewhere ? f.earlier(t.kind) : nullptr;
  const Lexeme* open = f.open_bracket();
  if (first != nullptr) {
    d.related.push_back({first->span, "the first one"});
  } else if (open != nullptr && (f.wants(")") || f.wants("}") || t.end_of_file())) {
    d.related.push_back({open->span, "this bracket is not closed"});
  } else if (f.at > f.begin && (d.help.empty() || t.line != f.near(-1).line)) {
    d.related.push_back({f.tokens[f.begin].span, "in the declaration that begins here"});
  }
}

}  // namespace gdl::syntax
