// The oracle for partly known patients, on cases whose answers were worked out by hand from the language's
// words, and the promise that learning a fact never takes a certain away nor adds a possible.
#include "oracle/unknown.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "generate.h"
#include "load.h"

using namespace gdl;
using namespace gdl::sema;
using oracle::Status;

namespace {

/// A guideline whose first scenario is the case in hand.
struct Asked {
  driver::Compilation c;
  oracle::Case given;
  oracle::Answer answer;

  explicit Asked(const std::string& body) : c(test::load(kHead + body + " expect input error\n")) {
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    std::optional<oracle::Case> found = oracle::case_of(*c.model, c.model->scenarios.at(0));
    REQUIRE(found.has_value());
    given = *found;
    answer = oracle::answer(*c.model, given);
  }

  [[nodiscard]] Status offer(const std::string& action) const {
    for (const auto& [offer, status] : answer.offers) {
      const Way& way = c.model->ways[offer.way];
      if (way.leaves.size() == 1 && c.model->actions[way.leaves[0]].name == action) return status;
    }
    return Status::never;
  }
  [[nodiscard]] Status rule(const std::string& name) const {
    for (std::size_t i = 0; i < c.model->rules.size(); ++i) {
      if (c.model->rules[RuleId(i)].name == name) return answer.rules[RuleId(i)];
    }
    FAIL("no rule ", name);
    return Status::never;
  }
  [[nodiscard]] std::string ask() const {
    std::optional<std::vector<FactId>> facts =
        oracle::ask(*c.model, given, DecisionId(0), 1'000'000);
    REQUIRE(facts.has_value());
    std::string out;
    for (FactId f : *facts) out += (out.empty() ? "" : " ") + c.model->facts[f].name;
    return out;
  }

  static constexpr const char* kHead =
      "guideline g \"G\" language 1 version 0.1.0\n"
      "fact p \"P\" : yes | no\n"
      "fact q \"Q\" : yes | no\n"
      "action a \"A\" with dose: full | half\n"
      "action b \"B\"\n"
      "action c \"C\"\n"
      "decision d \"D\"\n";
};

}  // namespace

TEST_CASE("both values of a fact that lead to the same advice: certain with the fact unknown") {
  Asked x(
      "rule one when p recommend a\nrule two when not p recommend a | b\nscenario \"s\" given q");
  CHECK(x.offer("a") == Status::certain);
  CHECK(x.offer("b") == Status::possible);
  CHECK(x.rule("d.one") == Status::possible);
  CHECK(!x.answer.settled(DecisionId(0)));
  CHECK(x.ask() == "p");
}

TEST_CASE("a fact that changes nothing is not asked for, and the decision is settled") {
  Asked x("rule one when p recommend a\nrule two when not p recommend a\nscenario \"s\" given q");
  CHECK(x.offer("a") == Status::certain);
  CHECK(x.answer.settled(DecisionId(0)));
  CHECK(x.ask().empty());
}

TEST_CASE("an offer whose parameters depend on a fact is another offer") {
  Asked x(
      "rule one recommend a\nrule two when p recommend a with dose: half\nscenario \"s\" given q");
  CHECK(x.answer.offers.size() == 2);
  CHECK(x.answer.offers[0].second == Status::possible);
  CHECK(x.answer.offers[1].second == Status::possible);
  CHECK(x.ask() == "p");
}

TEST_CASE("assumed: certain only thanks to a default") {
  Asked x(
      "fact r \"R\" : yes | no default no\n"
      "rule one when r recommend a\nrule two when not r recommend b\nrule three recommend c\n"
      "scenario \"s\" given p, q");
  CHECK(x.offer("a") == Status::never);
  CHECK(x.offer("b") == Status::assumed);
  CHECK(x.offer("c") == Status::certain);
}

TEST_CASE("assumed: certain only thanks to a constraint") {
  Asked x(
      "impossible when p and not q\nrule one when q recommend a\nrule two recommend b\n"
      "scenario \"s\" given p");
  CHECK(x.offer("a") == Status::assumed);
  CHECK(x.offer("b") == Status::certain);
}

TEST_CASE("said to be unknown, a fact has no default; a default that is impossible is dropped") {
  const std::string rules =
      "fact r \"R\" : yes | no default no\nimpossible when p and not r\n"
      "rule one when r recommend a\nrule two when not r recommend b\n";
  Asked unknown(rules + "scenario \"s\" given r is unknown, not p");
  CHECK(unknown.offer("a") == Status::possible);
  CHECK(unknown.offer("b") == Status::possible);
  Asked dropped(rules + "scenario \"s\" given p");
  CHECK(dropped.offer("a") == Status::assumed);
  CHECK(dropped.offer("b") == Status::never);
}

TEST_CASE("no possible patient agrees: an input error") {
  Asked x("impossible when p and q\nrule one recommend a\nscenario \"s\" given p, q");
  CHECK(x.answer.impossible);
}

TEST_CASE("a fact tied by a constraint to one that decides is worth asking for") {
  // The answer hangs on q alone; but learning p = yes rules q = yes out.
  Asked x(
      "impossible when p and q\nrule one when q recommend a\nrule two when not q recommend b\n"
      "scenario \"s\" given p is unknown");
  CHECK(x.ask() == "p q");
}

TEST_CASE("asking for a test: a fact matters if only its being known does") {
  Asked x(
      "rule one when p is unknown recommend a\nrule two when p is known recommend b\n"
      "scenario \"s\" given q");
  CHECK(x.offer("a") == Status::certain);
  CHECK(x.ask() == "p");
}

TEST_CASE("gap, stranded and applies have a status of their own") {
  Asked x(
      "rule one when p recommend a\nsafety rule ban when q contraindicate a overrides d.one\n"
      "scenario \"s\" given q");
  CHECK(x.answer.applies[DecisionId(0)] == Status::certain);
  CHECK(x.answer.gap[DecisionId(0)] == Status::possible);
  CHECK(x.answer.stranded[DecisionId(0)] == Status::possible);
  CHECK(x.rule("d.one") == Status::never);  // withdrawn wherever it stands
}

TEST_CASE(
    "learning a fact never takes a certain away nor adds a possible; the unsettled is asked for") {
  std::size_t tried = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    test::Shape shape{3, 1, 1, 4};
    shape.knownness = false;
    shape.accepts = false;
    shape.scenarios = 1;
    std::string text = test::Generator(seed + 6'000'000, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const Model& m = *c.model;
    std::optional<oracle::Case> given = oracle::case_of(m, m.scenarios.at(0));
    if (!given.has_value()) continue;
    // Defaults are not monotone: say of every fact what may still be.
    std::size_t size = 1;
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      given->given[FactId(i)] = 1;
      size *= given->values[FactId(i)].size();
    }
    if (size > 400) continue;
    oracle::Answer before = oracle::answer(m, *given);
    if (before.impossible) continue;
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      for (const sema::Value& v : given->values[FactId(i)]) {
        oracle::Case learnt = *given;
        learnt.values[FactId(i)] = {v};
        oracle::Answer after = oracle::answer(m, learnt);
        if (after.impossible) continue;
        ++tried;
        auto status = [](const oracle::Answer& a, const oracle::Offer& o) {
          for (const auto& [offer, s] : a.offers) {
            if (offer == o) return s;
          }
          return Status::never;
        };
        for (const auto& [offer, s] : before.offers) {
          if (s == Status::certain) CHECK(status(after, offer) == Status::certain);
          if (s == Status::assumed) CHECK(status(after, offer) >= Status::assumed);
        }
        for (const auto& [offer, s] : after.offers) CHECK(status(before, offer) != Status::never);
      }
    }
    std::optional<std::vector<FactId>> asked = oracle::ask(m, *given, DecisionId(0), 3000);
    if (asked.has_value() && !before.settled(DecisionId(0))) CHECK(!asked->empty());
  }
  CHECK(tried > 100);
}
