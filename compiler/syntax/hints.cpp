// Hints for the mistakes that people make in .gdl files: what they wrote, and how it is written
// here. Each group looks at the failing token, its neighbours and what was expected; the first hint
// that fits is given. See explain.h.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "explain.h"

namespace gdl::syntax {

namespace {

using Text = std::string_view;

bool any_of(Text t, std::initializer_list<Text> list) {
  return std::find(list.begin(), list.end(), t) != list.end();
}

/// A condition stands here, or could go on here.
bool in_condition(const Failure& f) {
  return f.wants("and") || f.wants_rule("primary") || f.wants_rule("operand");
}

/// The action of a rule, of an `exclusive`, ... could go on here.
bool in_action(const Failure& f) { return f.wants("|") && f.wants("+"); }

bool in_rule(const Failure& f) { return f.declaration == "ruleDecl"; }

/// The tokens from `n` on that touch each other: `mg/dL`.
std::string run_from(const Failure& f, std::ptrdiff_t n) {
  std::string out(f.text(n));
  for (++n; !f.near(n).after_blank && !f.near(n).end_of_file() && f.near(n).kind != ")" &&
            f.near(n).kind != "," && f.near(n).kind != "'";
       ++n) {
    out += f.text(n);
  }
  return out;
}

/// The words from `n` on in this line.
std::string words_from(const Failure& f, std::ptrdiff_t n) {
  std::string out(f.text(n));
  for (++n; !f.near(n).first_on_line && (f.near(n).kind == "NAME" || f.near(n).keyword()); ++n) {
    out += " " + std::string(f.text(n));
  }
  return out;
}

// -- characters that look like others, or like nothing ---------------------------------------------

struct Character {
  Text utf8;
  Text words;  ///< how to name it, if showing it does not help
  Text hint;
};
constexpr Text kQuotes = "use straight double quotes \"...\" around texts";
constexpr Text kDots = "write a range with two dots: `0..9`";
constexpr Text kCalendar[] = {"years", "months", "weeks", "days", "hours"};
constexpr Text kUnitQuotes = "a unit stands in straight single quotes, as in '10*9/L'";
constexpr Character kCharacters[] = {
    {"\u201c", "", kQuotes},
    {"\u201d", "", kQuotes},
    {"\u201e", "", kQuotes},
    {"\u00ab", "", kQuotes},
    {"\u00bb", "", kQuotes},
    {"\u2018", "", kUnitQuotes},
    {"\u2019", "", kUnitQuotes},
    {"\u201a", "", kUnitQuotes},
    {"\u00b4", "", kUnitQuotes},
    {"`", "", kUnitQuotes},
    {"\u2013", "an en dash `\u2013`", ""},
    {"\u2014", "an em dash `\u2014`", ""},
    {"\u2010", "a hyphen `\u2010` (U+2010)", ""},
    {"\u2011", "a no-break hyphen `\u2011` (U+2011)", ""},
    {"\u2212", "a minus sign `\u2212` (U+2212)", ""},
    {"\u2026", "an ellipsis `\u2026` (one character)", kDots},
    {"\u00d7", "", "quantities are not computed: write the number"},
    {"\u00b7", "", "quantities are not computed: write the number"},
    {"*", "", "quantities are not computed; `*` stands only in units, as in '10*9/L'"},
    {"\u00b1", "", "write a range with two dots: `0..9`"},
    {"\u2208", "", "write `in`"},
    {"\u2227", "", "write `and`"},
    {"\u2228", "", "write `or`"},
    {"\u00ac", "", "write `not`"},
    {"\u2192", "", "leave the arrow out: write `when ... recommend ...`"},
    {"\u00bd", "", "write a decimal number: `0.5`"},
    {"\u00b5", "", "a unit stands in single quotes, `u` for micro, as in 'ug/L'"},
    {"\u03bc", "", "a unit stands in single quotes, `u` for micro, as in 'ug/L'"},
    {"\u00b0", "", "degrees Celsius are written 'Cel'"},
    {";", "", "leave the `;` out: keywords end clauses"},
    {"[", "", "write `(` around conditions and actions, `{` around the elements of a set"},
    {"]", "", "write `)` after conditions and actions, `}` after the elements of a set"},
    {"?", "", "a value that is not known is asked for with `is unknown`"},
    {"$", "", "names are written without a sign before them"},
    {"@", "", "names are written without a sign before them"},
    {"\\", "", "a backslash stands only in texts"},
    {"~", "", "write a number or a range: `4.5..5.5`"},
};

std::string character_hint(const Failure& f) {
  if (f.text(0) == "/" && f.text(1) == "/" && !f.near(1).after_blank) {
    return "a comment begins with `#`";
  }
  for (const Character& c : kCharacters) {
    if (c.utf8 == f.text(0) && !c.hint.empty()) return std::string(c.hint);
  }
  return {};
}

/// `...` as in the texts that the compiler offers to paste.
std::string blank_hint(const Failure& f) {
  bool dots = f.text(0) == ".." && f.text(1) == "." && !f.near(1).after_blank;
  return dots ? "put in what `...` stands for" : std::string();
}

// -- numbers, ranges and units ---------------------------------------------------------------------

bool dash(Text t) { return any_of(t, {"-", "\u2013", "\u2014", "\u2010", "\u2011", "\u2212"}); }

/// A calendar unit spelt wrong: a keyword, so without quotes.
bool near_calendar(Text t) {
  return t.size() >= 4 && std::any_of(std::begin(kCalendar), std::end(kCalendar),
                                      [&](Text unit) { return distance(lower(t), unit) <= 2; });
}

std::string number_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  bool after_number = f.near(-1).kind == "NUMBER";
  bool number = t.kind == "NUMBER";
  if (t.kind == "," && after_number && f.near(1).kind == "NUMBER" && !f.near(1).after_blank) {
    return fmt::format("a decimal number is written with a point: `{}.{}`", f.text(-1), f.text(1));
  }
  if (t.kind == "." && f.near(1).kind == "NUMBER" && !f.near(1).after_blank && !after_number) {
    if (f.text(-1) == "..") return std::string(kDots);
    return fmt::format("write `0.{}`", f.text(1));
  }
  if (t.kind == "." && f.text(-1) == "..") return std::string(kDots);
  if (t.kind == "." && after_number && f.near(1).first_on_line) {
    return "leave the `.` out: keywords end clauses";
  }
  if (t.kind == "." && after_number) {
    return fmt::format("write `{}` or `{}.0`", f.text(-1), f.text(-1));
  }
  if (number && t.text[0] == '-' && after_number) {
    return fmt::format("write a range with two dots: `{}..{}`", f.text(-1), t.text.substr(1));
  }
  if (dash(t.text) && !after_number && f.near(1).kind == "NUMBER") return "write a plain `-`";
  if ((dash(t.text) || t.text == "to") && after_number) {
    return fmt::format("write a range with two dots: `{}..{}`", f.text(-1),
                       f.near(1).kind == "NUMBER" ? f.text(1) : Text("9"));
  }
  if (t.text == "and" && after_number && f.wants("..")) {
    return fmt::format("write a range with two dots: `{}..{}`", f.text(-1), f.text(1));
  }
  if (t.kind == "VERSION_NUMBER" && f.wants("DATE")) {
    return "a date is written year-month-day: 2025-10-18";
  }
  if (f.wants("DATE")) return "a date is written year-month-day: 2025-10-18";
  if (number && f.wants("VERSION_NUMBER")) {
    return fmt::format("a version has three numbers: `{}{}`", t.text,
                       t.text.find('.') == Text::npos ? ".0.0" : ".0");
  }
  if (t.kind == "STRING" && f.wants("VERSION_NUMBER")) return "a version stands without quotes";
  if (after_number && f.wants_rule("unit")) {
    if (t.kind == "STRING") {
      return fmt::format("a unit stands in single quotes: '{}'",
                         t.text.substr(1, t.text.size() - 2));
    }
    if (t.text == "'") return fmt::format("close the unit's quote: '{}'", f.text(1));
    if (t.text == "/" && f.near(1).kind == "NUMBER") {
      return "numbers are not computed: write a decimal number such as `0.5`";
    }
    if (t.text == "/") return fmt::format("a unit stands in single quotes: '{}'", run_from(f, 0));
    if (any_of(t.text, {"+", "-", "*"})) {
      return "numbers are not computed: write the number itself";
    }
    if ((t.kind == "NAME" || t.kind == "BAD_NAME") && !t.first_on_line) {
      if (!t.after_blank) {
        bool name = f.near(-2).kind == "fact";
        if (name) return "a name begins with a letter or `_`";
      }
      bool other_word = any_of(t.text, {"AND", "OR", "NOT", "then", "else"}) ||
                        (f.declaration == "bands" && f.wants("<") &&
                         !any_of(f.text(1), {"<", "<=", "\u2264", "/", "*"}));
      if (!other_word && t.text.size() <= 8 && !near_calendar(t.text)) {
        return fmt::format("a unit stands in single quotes: '{}'", run_from(f, 0));
      }
    }
    if (number && f.near(1).text == "*") {
      return fmt::format("a unit stands in single quotes: '{}'", run_from(f, 0));
    }
  }
  if (t.text == "'") return std::string(kUnitQuotes);
  return {};
}

// -- conditions ------------------------------------------------------------------------------------

/// `n between 1 and 3`, from the word `between` on.
std::string range_hint(const Failure& f, Text subject) {
  bool numbers = f.near(1).kind == "NUMBER" && f.near(3).kind == "NUMBER";
  return fmt::format("write `{} in {}..{}`", subject, numbers ? f.text(1) : Text("0"),
                     numbers ? f.text(3) : Text("9"));
}

std::string condition_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  Text p = f.text(-1);
  if (t.kind == "=" && any_of(p, {"=", "!="})) return "write one `=` for \"is\"";
  if (p == "=" && t.kind == ">") return "write `>=` for \"at least\"";
  if (p == "=" && t.kind == "<") return "write `<=` for \"at most\"";
  if (t.kind == "=" && any_of(p, {"<", ">"})) {
    return fmt::format("write `{}=` without a blank", p);
  }
  if (p == "<" && t.kind == ">") return "write `!=` for \"is not\"";
  if (p == ":" && t.kind == "=") return "write `=` alone";
  if (t.text == "!" && f.text(1) == "=") return "write `!=` without a blank";
  if (any_of(t.text, {"&"})) return in_action(f) ? "write `+` between actions" : "write `and`";
  if (t.kind == "|" && in_condition(f) && f.text(-2) == "=") {
    return fmt::format("write `{} in {{{}, {}}}` for one of several values", f.text(-3), p,
                       f.text(1));
  }
  if (t.kind == "|" && in_condition(f)) {
    return "write `or` between conditions; `|` stands between actions and between values";
  }
  if (t.text == "!") return "write `not` before the condition, or `!=` for \"is not\"";
  if (p == "is") {
    Text subject = f.text(-2);
    if (t.kind == "between") return range_hint(f, subject);
    if (t.kind == "not") {
      return f.text(1) == "known" ? fmt::format("write `{} is unknown`", subject)
                                  : fmt::format("write `{} != {}`", subject, f.text(1));
    }
    return fmt::format("write `{} = {}`", subject, t.text);
  }
  if (t.kind == "not" && f.wants("=") && f.text(1) == "in") {
    return fmt::format("write `not {} in ...`", p);
  }
  if (t.kind == "not" && f.wants("=")) return fmt::format("write `{} != {}`", p, f.text(1));
  if (t.kind == "between" && f.wants("in")) return range_hint(f, p);
  if (f.wants_rule("number") && any_of(t.text, {"one", "two", "three", "four", "five", "six"})) {
    return "write the number in digits";
  }
  if (any_of(t.text, {"<", ">", "<=", ">=", "\u2264", "\u2265", "="}) && f.wants_rule("primary")) {
    return fmt::format("write what is compared before the `{}` as well", t.text);
  }
  if (t.text == "contains" && f.wants("includes")) return "write `includes`";
  if (t.kind == "," && f.text(-2) == "in" && f.wants("..")) {
    return fmt::format("write `in {{{}, {}}}` for one of several values", p, f.text(1));
  }
  if (t.kind == "," && f.declaration == "score") return "leave the `,` out";
  if (t.kind == "," && f.wants("and") && !f.wants(",")) {
    return "write `and` or `or` between conditions";
  }
  if (f.wants("(") && p == "of" && !f.wants_rule("name")) {
    return "the conditions stand in brackets: `at least 2 of (a, b, c)`";
  }
  if (t.kind == ")" && in_condition(f) && f.wants("and")) {
    return "no bracket is open here: leave the `)` out";
  }
  if (f.wants("{") && p == "in") return "write `in {a, b}` for values, `in 0..9` for numbers";
  if (t.kind == ":" && in_condition(f)) return "write `=` for \"is\"";
  return {};
}

/// A condition or value that is not there.
std::string missing_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  if ((t.keyword() || t.end_of_file()) && !f.wants("and") && f.at > f.begin + 1) {
    if (f.wants_rule("primary"))
      return fmt::format("a condition is missing after `{}`", f.text(-1));
    if (f.wants_rule("operand")) return fmt::format("a value is missing after `{}`", f.text(-1));
  }
  return {};
}

// -- actions and advice ----------------------------------------------------------------------------

/// The verb of the advice that the failure stands in.
const Lexeme* last_verb(const Failure& f) {
  for (std::size_t i = f.at; i > f.begin; --i) {
    const Lexeme& t = f.tokens[i - 1];
    if (any_of(t.kind, {"recommend", "consider", "avoid", "contraindicate", "caution"})) return &t;
  }
  return nullptr;
}

std::string advice_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  Text p = f.text(-1);
  if (t.kind == "to" || t.text == "to" || t.text == "than") {
    if (f.wants("over")) return "write `prefer a over b`";
  }
  if (f.declaration == "exclusive" && f.wants(",") && any_of(t.text, {"and", "or", "with"})) {
    return "write a comma between the two: `exclusive x, y`";
  }
  if (in_action(f)) {
    if (any_of(t.text, {",", "and", "or", "/", "plus", "&", "followed", "then"})) {
      if (f.earlier("prefer") != nullptr && f.wants("over")) return "write `prefer a over b`";
      const Lexeme* verb = last_verb(f);
      if (verb != nullptr && any_of(verb->kind, {"avoid", "contraindicate", "caution"})) {
        return "write `a | b` for either of them, `a + b` for both given together";
      }
      return "write `+` between actions given together, `|` between actions of which one is chosen";
    }
    if (t.kind == "not") return "write `avoid` or `contraindicate` before an action";
  }
  if (f.wants_rule("actionUse") && t.kind == "not") {
    return "write `avoid ...` or `contraindicate ...` for advice against something";
  }
  if (f.wants_rule("directive")) {
    bool refused = t.kind == "not" && any_of(f.text(1), {"recommend", "consider", "give", "use"});
    if (refused || any_of(t.text, {"do", "never", "don"})) {
      return "write `avoid ...` or `contraindicate ...` for advice against something";
    }
    if (any_of(t.text,
               {"suggest", "offer", "give", "use", "treat", "start", "administer", "prescribe"})) {
      return "write `recommend ...`, or `consider ...` for a weaker advice";
    }
    if (any_of(t.text, {"stop", "withhold", "exclude", "forbid", "prohibit"})) {
      return "write `avoid ...` or `contraindicate ...` for advice against something";
    }
  }
  if (f.declaration == "ruleDecl" && p == "recommendation" && f.wants("because")) {
    return "say why there is none: `no recommendation because \"...\"`";
  }
  if (f.wants(":") && any_of(f.declaration, {"action", "ruleDecl", "exclusive"})) {
    return "write `:` between a parameter and its value";
  }
  bool over = t.end_of_file() || (t.keyword() && t.first_on_line && !f.elsewhere);
  if (in_rule(f) && over && !f.complete && f.open_bracket() == nullptr &&
      f.wants_rule("directive")) {
    return "the rule gives no advice yet: add `recommend ...`, `avoid ...`, or "
           "`no recommendation because \"...\"`";
  }
  return {};
}

// -- facts, definitions, headers -------------------------------------------------------------------

std::string value_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  Text p = f.text(-1);
  if (p == "set" && f.declaration == "fact") return "write `set of a | b | c`";
  if (f.wants("|") && f.wants("<") && !f.wants("and")) {
    if (f.tokens[f.at].first_on_line || t.end_of_file() || t.keyword()) {
      if (!any_of(t.text, {"no", "yes", "none"})) {
        return fmt::format("a fact has two values or more, such as `{}`",
                           f.near(-1).kind == "NAME" ? fmt::format("{} | other", p) : "a | b");
      }
    }
    return "write `|` between values: `a | b`, or `<` between values in order";
  }
  if (t.kind == "|" && f.earlier("<") != nullptr && f.declaration == "fact") {
    return "values are in order (`a < b < c`) or not (`a | b | c`): use one sign throughout";
  }
  if (t.kind == "<" && f.earlier("|") != nullptr && f.declaration == "fact") {
    return "values are in order (`a < b < c`) or not (`a | b | c`): use one sign throughout";
  }
  if (t.kind == "," && f.declaration == "fact" && f.wants("|")) {
    return "write `|` between values";
  }
  if (f.declaration == "fact" && f.wants(":")) {
    if (t.kind == "=" || (f.near(-1).kind == "STRING" && (t.kind == "NAME" || t.keyword())))
      return "write `:` before the fact's values";
    if (t.kind == "UNIT") return "a title stands in double quotes";
  }
  return {};
}

// -- names and titles ------------------------------------------------------------------------------

std::string article(Text noun) {
  return (any_of(noun.substr(0, 1), {"a", "e", "i", "o"}) ? "an " : "a ") + std::string(noun);
}

std::string name_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  const Lexeme& before = f.near(-1);
  constexpr Text kLetters = "names are made of letters from a to z, digits and `_`";
  if (t.kind == "BAD_NAME") return std::string(kLetters);
  if (dash(t.text) && before.kind == "NAME" && !t.after_blank) {
    return fmt::format("{}: write `{}_{}`", kLetters, before.text, f.text(1));
  }
  if (!f.wants("NAME") && !f.wants_rule("word")) {
    bool only_text = !f.complete && !f.expected.empty() &&
                     std::all_of(f.expected.begin(), f.expected.end(),
                                 [](const Expected& e) { return e.token == "STRING"; });
    if (only_text) {
      if (t.kind == "NAME")
        return fmt::format("texts stand in double quotes: \"{}\"", run_from(f, 0));
      if (f.at > f.begin + 1) return fmt::format("a text is missing after `{}`", before.text);
      if (f.at == f.begin + 1)
        return fmt::format("{} has a text in double quotes", article(before.text));
    }
    return {};
  }
  bool named = f.at == f.begin + 1 || (f.at == f.begin + 2 && before.kind == "rule");
  if (named && t.kind == "STRING") {
    return fmt::format("{} has a name before its title: `{} my_name {}`", article(before.text),
                       before.text, t.text);
  }
  if (named && t.kind == "NUMBER") return "a name begins with a letter or `_`";
  if (t.keyword() && !t.first_on_line &&
      (named || any_of(before.kind, {"|", ":", "=", "<", "+", ","}))) {
    if (!in_condition(f)) {
      return fmt::format("`{}` is a word of the language: choose another name", t.text);
    }
  }
  if (t.kind == "STRING" && before.kind == "code") {
    return fmt::format("a code names its system first: `code loinc {}`", t.text);
  }
  if (t.kind == "STRING" && before.kind == "cite") {
    return "cite a reference by its number or name, as in `cite 1`";
  }
  if (t.kind == "STRING" && !f.wants("STRING")) return "a name stands without quotes";
  return {};
}

// -- words for other words, and clauses in another order -------------------------------------------

struct Synonym {
  Text word;     ///< what people write
  Text keyword;  ///< what it stands for, if that is expected
};
constexpr Synonym kSynonyms[] = {
    {"if", "when"},
    {"where", "when"},
    {"for", "when"},
    {"when", "for"},
    {"if", "for"},
    {"except", "unless"},
    {"unless", "when"},
    {"reason", "because"},
    {"since", "because"},
    {"see", "cite"},
    {"source", "cite"},
    {"ref", "cite"},
    {"default", "otherwise"},
    {"else", "otherwise"},
    {"to", "over"},
    {"than", "over"},
    {"in", "of"},
    {"grade", "strength"},
    {"level", "evidence"},
    {"comment", "note"},
    {"using", "with"},
    {"assuming", "given"},
    {"then", "expect"},
    {"date", "updated"},
    {"override", "overrides"},
};

std::string order_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  constexpr Text kOrder =
      "a rule is written in this order: `when`, `unless`, advice, then clauses such as `cite`";
  if (const Lexeme* open = f.open_bracket(); open != nullptr && (t.keyword() || t.end_of_file())) {
    return fmt::format("close the bracket with `{}`", open->kind == "(" ? ")" : "}");
  }
  if (in_rule(f)) {
    if (f.elsewhere && f.earlier(t.kind) != nullptr && any_of(t.kind, {"when", "unless"})) {
      return f.earlier("recommend") == nullptr && f.wants("and")
                 ? fmt::format("join the conditions with `and` under one `{}`", t.kind)
                 : std::string(kOrder);
    }
    bool between_clauses = f.complete || f.wants_rule("directive");
    if (between_clauses && (f.elsewhere || any_of(t.kind, {"when", "unless"}))) {
      return std::string(kOrder);
    }
    if (t.kind == "for") return "a rule says `when`; only a decision says `for`";
  }
  if (f.declaration == "decision") {
    if (any_of(t.text, {"when", "if"})) return "a decision says `for` whom it is, not `when`";
    if (t.kind == "all" && f.wants("any")) return "write `do all`";
    if (f.text(-1) == "do") return "write `do all`, or `choose any`, `choose one`, `choose first`";
  }
  if (f.declaration == "accept") {
    if (t.kind == "." && f.text(-2) == "in") {
      return "an accept names a decision; name rules with `between ... and ...`";
    }
    if (f.wants("and") && f.earlier("between") != nullptr) {
      return "name both rules: `between a and b`";
    }
  }
  if (f.declaration == "scenario") {
    if (t.kind == "and" && f.complete) return "write `expect` before each expectation";
    if (t.kind == "of" && any_of(f.text(-1), {"gap", "stranded"})) {
      return fmt::format("write `{} in {}`", f.text(-1), f.text(1));
    }
    if (t.text == "then" && f.wants("expect")) return "write `expect`";
  }
  if (f.declaration == "action" && f.complete && any_of(t.kind, {"with", "="}) &&
      (f.earlier("code") != nullptr || f.earlier("say") != nullptr ||
       f.earlier("with") != nullptr)) {
    if (t.kind == "with" && f.earlier("with") != nullptr) {
      return "parameters stand behind one `with`, with `,` between them";
    }
    return "an action is written in this order: what it stands for (`= ...`), parameters (`with "
           "...`), then `code` and `say`";
  }
  if (f.declaration == "action" && t.kind == ":" && f.earlier("=") == nullptr) {
    return "write `=` before what the action stands for";
  }
  if (f.wants(">") && f.declaration == "grading") return "a scale has two grades or more: `a > b`";
  if (t.text == "else" && f.wants("otherwise")) return "write `otherwise`";
  if (t.text == "else" && f.declaration != "define") {
    return "there is no `else`: write a rule of its own, or `otherwise` in a definition";
  }
  if (t.text == "then") {
    return f.wants_rule("directive") ? "leave `then` out: write `when ... recommend ...`"
                                     : "leave `then` out";
  }
  return {};
}

/// Two names side by side: what is left out between them, or before the second.
std::string joint_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  if (t.kind != "NAME" && !any_of(t.kind, {"not", "("})) return {};
  if (f.at == f.begin + 2 && t.kind == "NAME" && f.wants("STRING") && !t.first_on_line) {
    return f.near(1).kind == "STRING"
               ? fmt::format("a name is one word: write `{}_{}`", f.text(-1), t.text)
               : fmt::format("a title stands in double quotes: \"{}\"", words_from(f, 0));
  }
  if (f.declaration == "scenario" && f.wants("given")) {
    return "write `given` before what is known of the patient";
  }
  Text after = f.text(1);
  bool compared = any_of(after, {"=", "!=", "<", "<=", ">", ">=", "\u2264", "\u2265", "\u2260",
                                 "in", "is", "includes"});
  if (in_rule(f) && f.wants("when") && compared) return "write `when` before the condition";
  if (!in_condition(f) || !f.wants("and")) return {};
  if (in_rule(f) && t.first_on_line && !compared && f.wants_rule("directive")) {
    return "advice begins with a verb: `recommend ...`, `consider ...`, `avoid ...`";
  }
  if (f.declaration == "scenario" && f.wants(",")) return "write `,` between what is given";
  return "write `and` or `or` between conditions";
}

std::string word_hint(const Failure& f) {
  const Lexeme& t = f.near(0);
  for (const Synonym& s : kSynonyms) {
    if (s.word == lower(t.text) && f.wants(s.keyword)) {
      return fmt::format("write `{}`", s.keyword);
    }
  }
  if (f.wants("STRING") && t.kind == "NAME" && f.wants(":")) {
    return fmt::format("a title stands in double quotes: \"{}\"", t.text);
  }
  if (f.near(-1).kind == "STRING" && !t.after_blank && !t.end_of_file()) {
    return "a quote inside a text is written `\\\"`";
  }
  if (t.kind == "NAME" && t.first_on_line && !f.next.empty()) {
    return "a declaration begins with `fact`, `define`, `action`, `decision`, `rule` or another "
           "such word";
  }
  return {};
}

}  // namespace

std::string character_words(std::string_view utf8) {
  for (const Character& c : kCharacters) {
    if (c.utf8 == utf8) return std::string(c.words);
  }
  return {};
}

Hint hint_for(const Failure& f) {
  for (auto* group : {blank_hint, number_hint, character_hint, advice_hint, condition_hint,
                      missing_hint, value_hint, name_hint, order_hint}) {
    std::string hint = group(f);
    if (hint.empty()) continue;
    bool before = group == missing_hint && f.near(0).line != f.near(-1).line;
    return {hint, "", false, before};
  }
  if (Hint hint = near_keyword(f); !hint.text.empty()) return hint;
  for (auto* group : {word_hint, joint_hint}) {
    std::string hint = group(f);
    if (!hint.empty()) return {hint};
  }
  return {};
}

}  // namespace gdl::syntax
