// After an edit, findings from memory equal those from scratch, and only what the edit can reach is looked at again.
#include <doctest/doctest.h>

#include <sstream>

#include "authored.h"
#include "fuzz_count.h"
#include "generate.h"
#include "lines.h"
#include "load.h"

using namespace gdl;

namespace {

/// Everything that a check says, and where.
std::string said(const driver::Compilation& c) {
  std::string out = test::messages(c);
  for (const analysis::DecisionSummary& d : c.report.decisions) {
    out += d.id + " " + std::to_string(d.rules) + " " + std::to_string(d.conflicts) + " " +
           std::to_string(d.gaps) + " " + std::to_string(static_cast<int>(d.verdict)) +
           (d.accepted ? " accepted" : "");
    for (const std::string& u : d.undecided) out += " " + u;
    out += "\n";
  }
  return out;
}

driver::Compilation check(const std::string& text, analysis::Memory* memory) {
  return driver::check("test.gdl", test::files({{"test.gdl", text}}), {}, {}, memory);
}

/// As somebody might edit it: a line taken out, moved, doubled, commented, a value changed, a rule renamed.
std::string edited(const std::string& text, test::Random& r) {
  std::vector<std::string> lines = test::lines_of(text);
  const std::size_t at = r.below(lines.size());
  std::string& line = lines[at];
  switch (r.below(6)) {
    case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 1: line += "   # a remark of the editor"; break;
    case 2: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), "# one line more"); break;
    case 3: std::swap(line, lines[r.below(lines.size())]); break;
    case 4:
      for (char& c : line) {
        if (c >= '1' && c <= '8' && r.one_in(3)) {
          ++c;
          break;
        }
      }
      break;
    case 5:
      if (std::size_t rule = line.find(" \"Rule "); rule != std::string::npos) {
        line.insert(rule + 2, "The ");
      }
      break;
  }
  return test::joined(lines);
}

}  // namespace

TEST_CASE("findings from memory are those from scratch") {
  std::size_t remembered = 0;
  std::size_t compared = 0;
  for (std::size_t n = 0; n < test::fuzz_count(60); ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 93'000'000 + n, {4, 4, 3, 3}).run();
    analysis::Memory memory;
    test::Random random(n);
    for (int edit = 0; edit < 6; ++edit) {
      CAPTURE(text);
      const driver::Compilation fresh = check(text, nullptr);
      const driver::Compilation again = check(text, &memory);
      CHECK(said(again) == said(fresh));
      if (!fresh.type_errors) {
        ++compared;
        remembered += memory.remembered();
      }
      const std::string next = edited(text, random);
      if (!test::load(next).type_errors) text = next;
    }
  }
  CHECK(compared > 100);
  CHECK(remembered > compared);
}

TEST_CASE("one edited rule: only its own decision is looked at") {
  const std::string text = test::Authored(1, {200, 20, 30, true}).run();
  std::vector<std::string> lines = test::lines_of(text);
  auto rule = std::find_if(lines.begin(), lines.end(),
                           [](const std::string& l) { return l.rfind("rule r77 ", 0) == 0; });
  REQUIRE(rule != lines.end());
  *rule = "rule r77 \"Another title, and so all that follows stands elsewhere\"";
  analysis::Memory memory;
  (void)check(text, &memory);
  const std::size_t all = memory.looked_at();
  CHECK(memory.remembered() == 0);
  const std::string next = test::joined(lines);
  const driver::Compilation again = check(next, &memory);
  CHECK(memory.looked_at() == 1);
  CHECK(memory.remembered() == all - 1);
  CHECK(said(again) == said(check(next, nullptr)));
  (void)check(next, &memory);
  CHECK(memory.looked_at() == 0);
}

TEST_CASE("whom a rule overrides in another decision is remembered with it") {
  // The part of `first` leaves out the rules of `second`, of which both overrides speak at the same length.
  auto text = [](const char* overridden) {
    return std::string(R"(guideline g "G"
  language 1
  version 1.0.0
reference 1 "One"
fact f "F" : yes | no
action a "A"
decision first
rule one "One" when f recommend a overrides second.x because "why"
rule two "Two" recommend a overrides second.)") +
           overridden + R"( because "why"
decision second
rule x "X" when f recommend a
rule y "Y" recommend a
)";
  };
  analysis::Memory memory;
  const std::string before = said(check(text("x"), &memory));
  const std::string after = said(check(text("y"), &memory));
  CHECK(after == said(check(text("y"), nullptr)));
  CHECK(after != before);
}
