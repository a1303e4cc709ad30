// Who bans: a conflict names as few rules as are enough for one of its patients, and tells of those for whom they are.
// Held against the oracle, asked with all other bans taken out of the guideline.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "generate.h"
#include "load.h"
#include "patients.h"

using namespace gdl;
using namespace gdl::sema;
using diag::Code;

namespace {

/// The rules that each conflict names, the advising one first.
std::vector<std::vector<std::string>> conflicts(const driver::Compilation& c) {
  std::vector<std::vector<std::string>> out;
  for (const diag::Diagnostic& d : c.sink.sorted()) {
    if (d.code == Code::conflict) out.push_back(d.rules);
  }
  return out;
}

using Rules = std::vector<std::vector<std::string>>;

const char* const kHeader =
    "guideline g \"G\" language 1 version 0.1.0\n"
    "fact p \"P\" : yes | no\nfact q \"Q\" : yes | no\nfact z \"Z\" : yes | no\n"
    "action a \"A\" with dose: full | reduced\naction b \"B\"\naction c \"C\"\n";

/// The guideline without the bans of all rules but these.
Model with_bans_of(const Model& m, const std::set<RuleId>& rules) {
  Model out = m;
  for (std::size_t i = 0; i < out.rules.size(); ++i) {
    if (rules.count(RuleId(i)) != 0) continue;
    std::erase_if(out.rules[RuleId(i)].directives,
                  [](const Directive& d) { return is_against(d.verb); });
  }
  return out;
}

struct Sum {
  std::size_t conflicts = 0, patients = 0, left_out = 0;
};

/// The bans that a conflict names are enough for somebody, and each of them is needed by somebody for whom they are.
void judge(const driver::Compilation& c, Sum& sum) {
  const Model& m = *c.model;
  space::Tables tables(m);
  test::Patients all(tables);
  if (all.count(3000) > 3000) return;
  std::vector<oracle::Patient> patients;
  test::Random random(1);
  all.each(3000, random, [&](const oracle::Patient& p) {
    if (oracle::possible(m, p)) patients.push_back(p);
  });
  for (const diag::Diagnostic& d : c.sink.sorted()) {
    if (d.code != Code::conflict || d.verdict != diag::Verdict::found) continue;
    CAPTURE(d.message);
    const RuleId advising = test::rule(m, d.rules[0]);
    REQUIRE(advising.valid());
    std::set<RuleId> named;
    std::size_t others = 0;  // more that advise stand between them
    for (std::size_t i = 1; i < d.rules.size(); ++i) {
      const RuleId r = test::rule(m, d.rules[i]);
      bool bans = std::any_of(m.rules[r].directives.begin(), m.rules[r].directives.end(),
                              [](const Directive& x) { return is_against(x.verb); });
      if (bans) named.insert(r);
      others += bans ? 0 : 1;
    }
    // A rule may advise the same and ban: which it is here is not said.
    bool both =
        std::any_of(named.begin(), named.end(), [&](RuleId r) { return m.rules[r].has_for; });
    if (both || others > 0 || named.empty()) continue;
    std::size_t fors = 0;
    for (const Directive& x : m.rules[advising].directives) fors += is_for(x.verb) ? 1 : 0;
    if (fors != 1) continue;
    ++sum.conflicts;
    auto in_conflict = [&](const oracle::Advice& a) {
      const auto& all_fors = a.decisions[m.rules[advising].decision].fors;
      return std::any_of(all_fors.begin(), all_fors.end(), [&](const oracle::ForResult& f) {
        return f.rule == advising && f.kept && f.conflict && !f.parameter;
      });
    };
    const Model enough = with_bans_of(m, named);
    const oracle::Oracle whole(m);
    const oracle::Oracle only(enough);
    std::size_t shown = 0;
    std::set<RuleId> needed;
    for (const oracle::Patient& p : patients) {
      const oracle::Advice a = whole.evaluate(p);
      if (!in_conflict(a)) continue;
      if (!std::all_of(named.begin(), named.end(), [&](RuleId r) { return a.stands[r] != 0; }))
        continue;
      if (!in_conflict(only.evaluate(p))) {
        ++sum.left_out;
        continue;
      }
      ++shown;
      for (RuleId r : named) {
        std::set<RuleId> fewer = named;
        fewer.erase(r);
        if (!in_conflict(oracle::Oracle(with_bans_of(m, fewer)).evaluate(p))) needed.insert(r);
      }
    }
    sum.patients += shown;
    CHECK(shown > 0);
    CHECK(needed == named);
  }
}

}  // namespace

TEST_CASE(
    "who bans is told for everybody of the finding, also where settings make one ban enough for "
    "some") {
  driver::Compilation c =
      test::check(std::string(kHeader) +
                  "decision d\n"
                  "rule r recommend a\n"
                  "rule s when q recommend a with dose: full\n"
                  "safety rule b1 when p contraindicate a with dose: full\n"
                  "safety rule b2 when z contraindicate a with dose: reduced\n");
  // With q a ban of the full dose is enough; without it takes both.
  CHECK(conflicts(c) == Rules{{"d.r", "b1", "b2"}, {"d.r", "b1", "d.s"}});
  for (const diag::Diagnostic& d : c.sink.sorted()) {
    if (d.code != Code::conflict) continue;
    REQUIRE(d.regions.size() == 1);
    CHECK(d.regions[0].when == (d.rules[2] == "b2" ? "p and not q and z" : "p and q"));
    // That one rule withdraws it is offered only where that is so.
    for (const diag::Fix& f : d.choices) {
      if (f.replacement.find("overrides") != std::string::npos) CHECK(d.rules[2] != "b2");
    }
  }
}

TEST_CASE("of the rules that ban, as few are named as one patient needs") {
  // `b3` alone is enough for some; to others it takes `b1` and `b2`.
  driver::Compilation c = test::check(std::string(kHeader) +
                                      "decision d\n"
                                      "rule r recommend b | c\n"
                                      "safety rule b1 when p contraindicate b\n"
                                      "safety rule b2 when q contraindicate c\n"
                                      "safety rule b3 when z avoid b | c\n");
  CHECK(conflicts(c) == Rules{{"d.r", "b1", "b2"}, {"d.r", "b3"}});
  // Rules that never stand for a patient in conflict are not named, and neither is one that changes nothing.
  c = test::check(std::string(kHeader) +
                  "decision d\n"
                  "rule r when p recommend b\n"
                  "safety rule b1 when not p contraindicate b\n"
                  "safety rule b2 when q contraindicate b\n"
                  "safety rule b3 when q and z contraindicate b\n"
                  "safety rule b4 when z avoid b\n");
  CHECK(conflicts(c) == Rules{{"d.r", "b2"}, {"d.r", "b4"}});
}

TEST_CASE("each of two rules that ban the same for others is told of") {
  driver::Compilation c = test::check(std::string(kHeader) +
                                      "decision d\n"
                                      "rule r recommend b\n"
                                      "safety rule b1 when p contraindicate b\n"
                                      "safety rule b2 when q contraindicate b\n");
  CHECK(conflicts(c) == Rules{{"d.r", "b1"}, {"d.r", "b2"}});
}

TEST_CASE("a rule is not named that stands beside those whose bans are enough") {
  driver::Compilation c = test::check(std::string(kHeader) +
                                      "decision d\n"
                                      "rule r recommend b | c\n"
                                      "safety rule b1 avoid c\n"
                                      "safety rule b2 when q contraindicate b | c\n");
  CHECK(conflicts(c) == Rules{{"d.r", "b2"}});
}

TEST_CASE("what else the same bans rule out is told by its name, with the ban on it") {
  const std::string text = std::string(kHeader) +
                           "decision d partial\n"
                           "rule r when p recommend b\n"
                           "rule s when q recommend c\n"
                           "safety rule no when z contraindicate b contraindicate c\n";
  driver::Compilation c = test::check(text);
  REQUIRE(conflicts(c) == Rules{{"d.r", "no", "d.s"}});
  std::vector<std::string> told;
  for (const diag::Diagnostic& d : c.sink.items()) {
    if (d.code != diag::Code::conflict) continue;
    for (const diag::Label& l : d.related) {
      told.push_back(std::string(c.sources.text(l.span)) + ": " + l.message);
    }
  }
  CHECK(told ==
        std::vector<std::string>{"contraindicate b: `no` advises against it",
                                 "recommend c: `d.s` advises `c`, which is ruled out as well",
                                 "contraindicate c: `no` advises against it"});
}

TEST_CASE("a ban is no reason to those for whom the rule that it rules out does not stand") {
  driver::Compilation c = test::check(std::string(kHeader) +
                                      "decision want\n"
                                      "rule high when p recommend b | c\n"
                                      "rule none when not p no recommendation because \"low\"\n"
                                      "decision now partial\n"
                                      "rule warf when q recommend a overrides want.high\n"
                                      "safety rule lb when z contraindicate c\n");
  bool stranded = false;
  for (const diag::Diagnostic& d : c.sink.items()) {
    if (d.code != diag::Code::stranded) continue;
    stranded = true;
    CHECK(d.rules == std::vector<std::string>{"want.high", "now.warf"});
  }
  CHECK(stranded);
}

TEST_CASE("the bans that a conflict names are enough, and needed") {
  Sum sum;
  const std::size_t count = test::fuzz_count(250);
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{3, 1, 2, 4};
    shape.accepts = false;
    shape.odd = n % 2 == 0;
    const std::string text = test::Generator(test::fuzz_seed() + 33'000'000 + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::check(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    judge(c, sum);
  }
  MESSAGE(sum.conflicts << " conflicts of " << sum.patients << " patients; " << sum.left_out
                        << " for whom the bans named stand, and others are needed too");
  CHECK(sum.conflicts > count / 10);
}
