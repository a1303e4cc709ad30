// Broken texts: parsing always gives a tree and says what is wrong, whatever stands in the file.
#include <variant>

#include "constructs.h"
#include "random.h"
#include "read.h"

using namespace gdl;
using test::Random;
using test::read;
using test::Read;

namespace {

/// What holds for any text: places lie in the file, messages are there, and where nothing is
/// reported, the declarations and comments cover all that is not blank.
void check_sound(const Read& r) {
  const std::string& text = r.text();
  for (const diag::Diagnostic& d : r.sink.items()) {
    CHECK(!d.message.empty());
    CHECK(d.primary.begin <= d.primary.end);
    CHECK(d.primary.end <= text.size());
    for (const diag::Label& l : d.related) CHECK(l.span.end <= text.size());
  }
  if (!r.accepted || !r.sink.items().empty()) return;
  std::vector<bool> covered(text.size(), false);
  auto cover = [&](Span s) {
    for (std::uint32_t i = s.begin; i < s.end; ++i) covered[i] = true;
  };
  for (const auto& d : r.file.declarations) {
    cover(std::visit([](const auto& x) { return x.span; }, d));
  }
  for (const auto& t : r.file.trivia) cover(t.span);
  bool lost = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    lost = lost || (!covered[i] && std::string_view(" \t\r\n").find(text[i]) == std::string::npos);
  }
  CHECK_FALSE(lost);
}

/// Rough tokens: words, numbers, texts, signs, with the blanks before them.
std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t begin = i;
    while (i < text.size() && (text[i] == ' ' || text[i] == '\n')) ++i;
    if (i < text.size() && text[i] == '#') {
      while (i < text.size() && text[i] != '\n') ++i;
    } else if (i < text.size() && text[i] == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
      ++i;
    } else {
      auto word = [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (c & 0x80) != 0;
      };
      if (i < text.size() && word(text[i])) {
        while (i < text.size() && word(text[i])) ++i;
      } else {
        ++i;
      }
    }
    i = std::min(i, text.size());
    out.emplace_back(text.substr(begin, i - begin));
  }
  return out;
}

std::string join(const std::vector<std::string>& pieces) {
  std::string out;
  for (const std::string& p : pieces) out += p;
  return out;
}

}  // namespace

TEST_CASE("a text cut short anywhere still gives a tree") {
  for (std::size_t n = 0; n <= test::kConstructs.size(); ++n) {
    check_sound(read(std::string(test::kConstructs.substr(0, n))));
  }
}

TEST_CASE("a token left out or said twice is seldom more than one mistake") {
  const std::vector<std::string> original = pieces(test::kConstructs);
  REQUIRE(join(original) == test::kConstructs);
  Random random(1);
  std::size_t errors = 0;
  constexpr std::size_t kRuns = 400;
  for (std::size_t k = 0; k < kRuns; ++k) {
    std::vector<std::string> changed = original;
    std::size_t at = random.below(changed.size());
    if (random.one_in(2)) {
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), " " + changed[at]);
    }
    Read r = read(join(changed));
    INFO("around `" << original[at] << "`: " << r.messages());
    check_sound(r);
    CHECK(r.sink.items().size() <= 3);
    errors += r.sink.items().size();
  }
  CHECK(errors < kRuns + kRuns / 10);
}

TEST_CASE("several mistakes and random bytes still give a tree") {
  const std::vector<std::string> original = pieces(test::kConstructs);
  Random random(2);
  for (int k = 0; k < 200; ++k) {
    std::vector<std::string> changed = original;
    for (std::size_t n = 1 + random.below(20); n > 0; --n) {
      std::size_t at = random.below(changed.size());
      switch (random.below(3)) {
        case 0: changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 1: std::swap(changed[at], changed[random.below(changed.size())]); break;
        default: changed[at] = original[random.below(original.size())]; break;
      }
    }
    check_sound(read(join(changed)));
  }
  for (int k = 0; k < 200; ++k) {
    std::string bytes(test::kConstructs);
    for (std::size_t n = 1 + random.below(8); n > 0; --n) {
      // Mostly signs, so that the text is still read; sometimes any byte at all.
      bytes[random.below(bytes.size())] = random.one_in(4)
                                              ? static_cast<char>(random.below(256))
                                              : "\"'#(){}|+,:.=<>\\-\n 0a"[random.below(22)];
    }
    check_sound(read(bytes));
  }
}

TEST_CASE("the mistakes of the samples are told in their files, and the files stay readable") {
  for (const test::Sample& s : test::samples()) {
    INFO(s.path);
    check_sound(read(s.bytes));
  }
}

TEST_CASE("one mistake is one error, and the others are all told") {
  CHECK(read("rule r \"R\"\n  when a and and b\n  recommend x, y\n  cite , 2\n")
            .sink.items()
            .size() == 3);
  CHECK(read("rule r\n  recommend x\n  when a\n  cite 1\n").sink.items().size() == 1);
  CHECK(read("rule r \"R when a recommend x\nrule s \"S\" recommend x\n").sink.items().size() == 1);
}
