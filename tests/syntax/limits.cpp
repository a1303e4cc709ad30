// What is refused before or while reading: sizes, nesting, encodings, characters.
#include "support/limits.h"
#include "read.h"

using namespace gdl;
using test::read;
using test::Read;

namespace {

std::string repeat(std::string_view s, std::int64_t n) {
  std::string out;
  for (std::int64_t i = 0; i < n; ++i) out += s;
  return out;
}

bool has(const Read& r, diag::Code code) {
  return std::any_of(r.sink.items().begin(), r.sink.items().end(),
                     [&](const diag::Diagnostic& d) { return d.code == code; });
}

}  // namespace

TEST_CASE("nesting is bounded, whatever it is made of") {
  using limits::nesting;
  auto rule = [](const std::string& open, const std::string& close) {
    return "rule r when " + open + "a" + close + " recommend x";
  };
  auto brackets = [&](std::int64_t n) { return rule(repeat("(", n), repeat(")", n)); };
  CHECK(read(brackets(nesting)).messages() == "");
  CHECK(has(read(brackets(nesting + 1)), diag::Code::nesting_too_deep));

  CHECK(read(rule(repeat("not ", nesting), "")).messages() == "");
  CHECK(has(read(rule(repeat("not ", nesting + 1), "")), diag::Code::nesting_too_deep));

  // Runs of `not` add to the brackets around them, also with conditions between.
  auto mixed = [&](std::int64_t n) { return rule(repeat("not not (b and ", n), repeat(")", n)); };
  CHECK(read(mixed(nesting / 3)).messages() == "");
  CHECK(has(read(mixed(nesting / 3 + 1)), diag::Code::nesting_too_deep));

  auto actions = [&](std::int64_t n) {
    return "rule r recommend " + repeat("(", n) + "a" + repeat(")", n);
  };
  CHECK(read(actions(nesting)).messages() == "");
  CHECK(has(read(actions(nesting + 1)), diag::Code::nesting_too_deep));

  // Many brackets side by side are not nested; those of an unclosed one do not add up.
  CHECK(read(rule(repeat("(b) and ", 10 * nesting), "")).messages() == "");
  CHECK_FALSE(
      has(read(repeat("rule r when (a recommend x\n", 2 * nesting)), diag::Code::nesting_too_deep));
}

TEST_CASE("a text of more than the limit is refused unread") {
  std::string bytes(static_cast<std::size_t>(limits::source_bytes) + 1, '\n');
  Read r = read(std::move(bytes));
  CHECK_FALSE(r.accepted);
  CHECK(has(r, diag::Code::source_too_large));
  CHECK(r.text().empty());
}

TEST_CASE("long declarations with a mistake at their end are told in time") {
  Read r = read("rule r\n  when a" + repeat(" and a = 1", 20000) + " and and b\n  recommend x\n");
  CHECK(r.sink.items().size() == 1);
}

TEST_CASE("at most so many errors are shown") {
  Read r = read(repeat("fact x ; yes\n", limits::syntax_errors + 20));
  CHECK(r.sink.items().size() == static_cast<std::size_t>(limits::syntax_errors) + 1);
  CHECK(has(r, diag::Code::too_many_errors));
}

TEST_CASE("a byte-order mark is skipped, line ends may be CRLF") {
  Read r = read("\xef\xbb\xbf# one\r\n\r\n\r\nfact a : yes | no\r\n");
  CHECK(r.messages() == "");
  REQUIRE(r.file.declarations.size() == 1);
  CHECK(r.sources.begin(std::get<syntax::Fact>(r.file.declarations[0]).span).line == 4);
  REQUIRE(r.file.trivia.size() == 2);
  CHECK(r.sources.text(r.file.trivia[0].span) == "# one");
  CHECK(r.file.trivia[1].kind == syntax::Trivia::Kind::blank_lines);
}

TEST_CASE("what is not UTF-8 is refused with its place") {
  for (const char* bytes :
       {"# \xe9", "# \xc0\xaf", "# \xed\xa0\x80", "# \xf4\x90\x80\x80", "# \xe2\x82"}) {
    Read r = read(bytes);
    CHECK_FALSE(r.accepted);
    REQUIRE(r.sink.items().size() == 1);
    CHECK(r.sink.items()[0].code == diag::Code::invalid_utf8);
    CHECK(r.sink.items()[0].primary.begin == 2);
  }
}

TEST_CASE("invisible direction marks and control characters are refused") {
  for (const char* mark : {"\u202e", "\u2066", "\u200f", "\u061c"}) {
    CHECK(has(read(std::string("# ") + mark), diag::Code::bidi_control));
  }
  CHECK(has(read(std::string("# \0", 3)), diag::Code::control_character));
  CHECK(has(read("# \x1b[31m"), diag::Code::control_character));
  // Where an editor begins no line at it, the rule looks like a part of the comment.
  CHECK(has(read("# old:\rrule r recommend a\n"), diag::Code::control_character));
  CHECK(has(read("# damaged\r\r\n"), diag::Code::control_character));
  CHECK_FALSE(has(read("# Windows\r\n"), diag::Code::control_character));
}

TEST_CASE("odd blanks are told, and the text is read on without them") {
  Read r = read("fact\u00a0a\u2009: yes\u202f| no");
  CHECK(r.sink.items().size() == 3);
  CHECK(has(r, diag::Code::unexpected_character));
  CHECK(r.file.declarations.size() == 1);
  CHECK(read("# a\u00a0comment\nfact a \"a\u00a0title\" : yes | no").messages() == "");
}
