// What `check` reports, against what it reports of the same guideline changed in a way whose effect is known.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "authored.h"
#include "changed.h"
#include "findings.h"
#include "fuzz_count.h"
#include "generate.h"
#include "load.h"

using namespace gdl;
using namespace gdl::judges;
using diag::Code;

namespace {

driver::Compilation checked(const std::string& text) {
  driver::Compilation c = test::check(text);
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c) << text);
  return c;
}

/// Everything reported by what it is about, free of places and of numbers given to rules without a name.
std::map<std::string, std::size_t> found(const driver::Compilation& c) {
  std::map<std::string, std::size_t> out;
  for (const auto& [code, about] : reported(c)) {
    std::string what = about.substr(0, about.find('#'));
    if (code == Code::useless_accept || code == Code::wide_accept) {
      for (const sema::Accept& a : c.model->accepts) {
        if (std::to_string(a.span.begin) != about) continue;
        what = c.sources.file(a.span.file).text.substr(a.span.begin, a.span.end - a.span.begin);
      }
    }
    ++out[std::string(diag::info(code).name) + " " + what];
  }
  return out;
}

bool undecided(const driver::Compilation& c) {
  return std::any_of(c.sink.items().begin(), c.sink.items().end(),
                     [](const diag::Diagnostic& d) { return d.code == Code::unknown; });
}

std::string show(const std::map<std::string, std::size_t>& found) {
  std::string out;
  for (const auto& [what, n] : found) out += what + " (" + std::to_string(n) + ")\n";
  return out;
}

std::size_t count(const driver::Compilation& c, Code code, const std::string& decision) {
  return static_cast<std::size_t>(std::count_if(
      c.sink.items().begin(), c.sink.items().end(),
      [&](const diag::Diagnostic& d) { return d.code == code && d.decision == decision; }));
}

std::uint64_t seed(std::uint64_t base, std::size_t n) { return test::fuzz_seed() + base + n; }

}  // namespace

TEST_CASE("the order of rules, facts, values and constraints changes no finding") {
  const std::size_t guidelines = test::fuzz_count(80);
  std::size_t findings = 0;
  for (std::size_t n = 0; n < guidelines; ++n) {
    std::string text = test::Generator(seed(8'000'000, n), {4, 2, 2, 5}).run();
    Lines changed(text);
    test::Random random(n);
    for (const auto& rules : changed.rules(true)) changed.shuffle(rules, random);
    for (const char* word : {"impossible", "safety", "accept"}) {
      changed.shuffle(changed.beginning(word), random);
    }
    for (std::size_t fact : changed.beginning("fact")) changed.shuffle_values(fact, random);
    changed.shuffle(changed.beginning("fact"), random);
    CAPTURE(text);
    CAPTURE(changed.text());
    driver::Compilation before = checked(text);
    driver::Compilation after = checked(changed.text());
    if (undecided(before) || undecided(after)) continue;
    CHECK(show(found(before)) == show(found(after)));
    findings += found(before).size();
  }
  CHECK(findings > guidelines);
}

TEST_CASE("a rule in two parts, for a yes and for a no, is the same rule") {
  const std::size_t guidelines = test::fuzz_count(80);
  std::size_t tried = 0;
  for (std::size_t n = 0; n < guidelines; ++n) {
    test::Shape shape{4, 2, 2, 4};
    shape.accepts = false;
    Lines lines(test::Generator(seed(9'000'000, n), shape).run());
    lines.add_below(lines.beginning("fact").back(), "fact either \"Either\" : yes | no");
    std::vector<std::size_t> some;
    for (std::size_t line : lines.beginning("rule")) {
      if (!lines.named_elsewhere(lines.rule_name(line))) some.push_back(line);
    }
    if (some.empty()) continue;
    ++tried;
    Lines changed = lines;
    test::Random random(n);
    std::size_t line = some[random.below(some.size())];
    std::string rule = lines.rule_name(line);
    changed.split(line, "either");
    CAPTURE(lines.text());
    CAPTURE(changed.text());
    driver::Compilation before = checked(lines.text());
    driver::Compilation after = checked(changed.text());
    if (undecided(before) || undecided(after)) continue;
    auto now = found(after);
    const std::string part = "dead-rule " + rule;
    const bool both = now.count(part) == now.count(part + "_other");
    CHECK(both);
    now.erase(part + "_other");
    CHECK(show(found(before)) == show(now));
  }
  CHECK(tried * 4 > guidelines * 3);
}

TEST_CASE("rules for the regions of a gap close it") {
  const std::size_t guidelines = test::fuzz_count(80);
  std::size_t closed = 0;
  for (std::size_t n = 0; n < guidelines; ++n) {
    Lines lines(test::Generator(seed(10'000'000, n), {4, 2, 1, 5}).run());
    CAPTURE(lines.text());
    driver::Compilation before = checked(lines.text());
    for (const diag::Diagnostic& d : before.sink.items()) {
      bool written = std::all_of(d.regions.begin(), d.regions.end(),
                                 [](const diag::Region& r) { return !r.when.empty(); });
      if (d.code != Code::gap || d.verdict != diag::Verdict::found || !written) continue;
      Lines changed = lines;
      std::size_t last = changed.rules(false)[0].back();
      for (std::size_t i = 0; i < d.regions.size(); ++i) {
        changed.add_below(
            last, "rule fill" + std::to_string(i) + " when " + d.regions[i].when + " recommend a1");
      }
      CAPTURE(changed.text());
      CHECK(count(checked(changed.text()), Code::gap, d.decision) == 0);
      ++closed;
    }
  }
  CHECK(closed > guidelines / 8);
}

TEST_CASE("without its dead rules a guideline has the same findings") {
  const std::size_t guidelines = test::fuzz_count(80);
  std::size_t removed = 0;
  for (std::size_t n = 0; n < guidelines; ++n) {
    Lines lines(test::Generator(seed(11'000'000, n), {4, 2, 2, 6}).run());
    driver::Compilation before = checked(lines.text());
    if (undecided(before)) continue;
    Found dead = reported(before);
    Lines changed = lines;
    auto expected = found(before);
    for (std::size_t line = lines.all().size(); line-- > 0;) {
      std::string rule = lines.rule_name(line);
      if (rule.empty() || dead.count({Code::dead_rule, rule}) == 0) continue;
      if (lines.named_elsewhere(rule)) continue;
      changed.remove(line);
      expected.erase("dead-rule " + rule);
      ++removed;
    }
    CAPTURE(lines.text());
    CAPTURE(changed.text());
    auto now = found(checked(changed.text()));
    // A patient whom only overridden rules speak of is stranded; without them it is a gap.
    for (auto* f : {&expected, &now}) {
      std::map<std::string, std::size_t> merged;
      for (const auto& [what, times] : *f) {
        merged[what.rfind("stranded ", 0) == 0 ? "gap " + what.substr(9) : what] = 1;
        (void)times;
      }
      *f = merged;
    }
    CHECK(show(expected) == show(now));
  }
  CHECK(removed > guidelines / 8);
}

TEST_CASE(
    "without a dead or a redundant rule everybody is advised the same, as the difference says") {
  const std::size_t guidelines = test::fuzz_count(80);
  std::size_t removed = 0;
  for (std::size_t n = 0; n < guidelines; ++n) {
    Lines lines(test::Generator(seed(13'000'000, n), {3, 2, 2, 6}).run());
    driver::Compilation before = checked(lines.text());
    Found idle = reported(before);
    for (std::size_t line = lines.all().size(); line-- > 0;) {
      std::string rule = lines.rule_name(line);
      const bool dead = idle.count({Code::dead_rule, rule}) != 0;
      const bool redundant = std::any_of(
          before.sink.items().begin(), before.sink.items().end(), [&](const diag::Diagnostic& d) {
            const bool is = d.code == Code::redundant_rule || d.code == Code::duplicate_rule;
            return is && d.rules.at(0) == rule;
          });
      if (rule.empty() || !(dead || redundant) || lines.named_elsewhere(rule)) continue;
      Lines changed = lines;
      changed.remove(line);
      CAPTURE(lines.text());
      CAPTURE(rule);
      driver::Compilation after = checked(changed.text());
      CHECK(driver::diff(before, after, {}).decisions.empty());
      ++removed;
    }
  }
  CHECK(removed > guidelines / 8);
}

// -- mutants of guidelines in which nothing is wrong -------------------------------------------------

namespace {

/// Where the declarations of an authored guideline begin that begin with the words, and where each ends.
std::vector<std::pair<std::size_t, std::size_t>> paragraphs(const std::string& text,
                                                            const std::string& words) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t at = text.find("\n" + words); at != std::string::npos;
       at = text.find("\n" + words, at + 1)) {
    std::size_t end = at + 1;
    do {
      end = text.find('\n', end) + 1;
    } while (text[end] == ' ');
    out.emplace_back(at + 1, end);
  }
  return out;
}

}  // namespace

TEST_CASE("mutants are found") {
  const std::size_t guidelines = test::fuzz_count(8);
  for (std::size_t n = 0; n < guidelines; ++n) {
    const std::string text = test::Authored(seed(12'000'000, n), {60, 3, 14, false}).run();
    CAPTURE(text);
    driver::Compilation whole = checked(text);
    // Notes are told of, and nothing else.
    const std::size_t wrong =
        whole.sink.count(diag::Severity::error) + whole.sink.count(diag::Severity::warning);
    REQUIRE_MESSAGE(wrong == 0, test::messages(whole));
    test::Random random(n);
    auto rules = paragraphs(text, "rule r");
    auto [begin, end] = rules[random.below(rules.size())];
    const std::string rule = text.substr(begin + 5, text.find(' ', begin + 5) - begin - 5);
    std::string decision;
    for (const sema::Rule& r : whole.model->rules) {
      std::size_t dot = r.name.find('.');
      if (dot != std::string::npos && r.name.substr(dot + 1) == rule) {
        decision = r.name.substr(0, dot);
      }
    }
    CAPTURE(rule);
    // Nobody else answers the patients of a rule.
    driver::Compilation dropped = checked(text.substr(0, begin) + text.substr(end));
    CHECK(count(dropped, Code::gap, decision) == 1);
    // Nor those of whom its condition, negated in a part, no longer speaks.
    std::size_t when = text.find("when ", begin) + 5;
    REQUIRE(when < end);
    std::size_t part = std::min(text.find(" and ", when), text.find('\n', when));
    driver::Compilation negated = checked(text.substr(0, when) + "not (" +
                                          text.substr(when, part - when) + ")" + text.substr(part));
    CHECK(count(negated, Code::gap, decision) == 1);
    // All ways of an action of the first decision are ruled out for everybody.
    driver::Compilation banned = checked(text + "safety rule mutant contraindicate a0_1 cite 1\n");
    CHECK(count(banned, Code::conflict, "d0") > 0);
    CHECK(count(banned, Code::conflict, "d1") == 0);
    // An alternative for everybody beside what each rule recommends.
    std::size_t last = paragraphs(text, "decision d1").front().first;
    driver::Compilation beside =
        checked(text.substr(0, last) + "rule mutant recommend a0_1 cite 1\n" + text.substr(last));
    CHECK(count(beside, Code::overlap, "d0") > 0);
  }
}
