// Why, and what would change it, against the answers themselves (which partial.cpp holds to the oracle): the part of the
// case named forces the advice alone, and no smaller one does; a change named brings the rule, and no smaller one
// does.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "cases.h"
#include "generate.h"
#include "patients.h"
#include "program.h"

using namespace gdl;
using namespace gdl::sema;
using nlohmann::json;

namespace {

using Members = std::map<std::string, std::string>;

std::string text(const Members& members) {
  std::string out = "{";
  for (const auto& [fact, value] : members) {
    out += (out.size() > 1 ? ",\"" : "\"") + fact + "\":" + value;
  }
  return out + "}";
}

/// The status of a rule's directive, or of an offer, in an answer; empty if it is not there.
std::string advice_status(const json& answer, const std::string& rule, std::size_t directive) {
  for (const json& d : answer["decisions"]) {
    std::size_t k = 0;
    for (const json& a : d["advice"]) {
      if (a["rule"] == rule && k++ == directive) return a["status"];
    }
  }
  return "";
}
std::string offer_status(const json& answer, const json& offer, std::size_t decision) {
  for (const json& o : answer["decisions"][decision]["offers"]) {
    if (o["verb"] == offer["verb"] && o["way"] == offer["way"] &&
        o["parameters"] == offer["parameters"]) {
      return o["status"];
    }
  }
  return "";
}
bool forced(const std::string& got, const std::string& want) {
  return got == "certain" || (want == "assumed" && got == "assumed");
}

test::Result explained(const test::Program& p, const std::string& facts) {
  return p.eval(facts, {sizeof(gdlrt_eval_options), nullptr, nullptr, 0, 1, nullptr, 0, nullptr});
}

struct Tally {
  std::size_t parts = 0, smaller = 0, changes = 0, certain = 0, single = 0;
};

bool put_in_of(const json& assumed, const std::string& fact) {
  return std::any_of(assumed.begin(), assumed.end(),
                     [&](const json& a) { return a["fact"] == fact; });
}

/// The facts of which the guideline asks whether they are known.
std::vector<FactId> asked_known(const Model& m) {
  std::vector<FactId> out;
  for (const Cond& c : m.conds) {
    if (c.kind != CondKind::known) continue;
    if (std::find(out.begin(), out.end(), c.fact) == out.end()) out.push_back(c.fact);
  }
  return out;
}

/// Whether all answers to the part, which is of the facts `said`, have it, the other facts being of any value, known or not; nothing if that cannot be told
/// by answers, or these are too many. Of those of which nobody asks whether they are known it is the same as if they are not given.
template <class Holds>
std::optional<bool> whatever_the_others(const test::Program& p, const Model& m, const json& assumed,
                                        bool certain, const json& said, Members part,
                                        Holds&& holds) {
  std::vector<Members> all = {std::move(part)};
  for (FactId f : asked_known(m)) {
    const std::string& name = m.facts[f].name;
    if (said.contains(name)) continue;
    if (put_in_of(assumed, name) && !certain) continue;
    const std::vector<Members> before = all;
    for (const std::string& value : test::values_of(m, f)) {
      for (Members one : before) {
        one[name] = value;
        all.push_back(std::move(one));
      }
    }
    if (all.size() > 200) return std::nullopt;
  }
  bool told = true;
  for (const Members& one : all) {
    test::Result r = p.eval(text(one));
    // Nobody is so: what is certain is so without the constraints, which the answers to a case never are.
    told = told && r.status == GDLRT_OK;
    if (r.status != GDLRT_OK) continue;
    // What is assumed is so with all defaults that were put in.
    bool as_assumed = true;
    for (const json& a : assumed) {
      const json& now = r.answer["assumed"];
      as_assumed = as_assumed && std::find(now.begin(), now.end(), a) != now.end();
    }
    if ((certain || as_assumed) && !holds(r.answer)) return false;
  }
  return told || !certain ? std::optional<bool>(true) : std::nullopt;
}

/// The part of the case with these facts, and the defaults that were put in: of another fact that has one it is said
/// that it is unknown.
Members part_of(const Members& given, const Model& m, const json& assumed, const json& because) {
  Members out;
  for (const auto& [fact, value] : given) {
    if (because.contains(fact)) out[fact] = value;
  }
  // That a fact is not known may be part of it.
  for (const auto& [fact, value] : because.items()) {
    if (given.count(fact) == 0) out[fact] = "null";
  }
  for (const Fact& f : m.facts) {
    bool put_in = put_in_of(assumed, f.name);
    if (f.default_value.has_value() && !put_in && out.count(f.name) == 0) out[f.name] = "null";
  }
  return out;
}

template <class Status>
void check_because(const test::Program& p, const Model& m, const Members& given, const json& said,
                   const json& assumed, Status&& status, Tally& tally) {
  std::string want = said["status"];
  if (want != "certain" && want != "assumed") return;
  REQUIRE(said.contains("because"));
  CAPTURE(said.dump());
  const json& because = said["because"];
  for (const auto& [fact, value] : because.items()) {
    CHECK((given.count(fact) == 1 || value.is_null()));
  }
  auto holds = [&](const json& answer) { return forced(status(answer), want); };
  std::optional<bool> all = whatever_the_others(p, m, assumed, want == "certain", because,
                                                part_of(given, m, assumed, because), holds);
  if (!all.has_value()) return;
  ++tally.parts;
  CHECK(*all);
  // No part with one fact less does, whichever.
  if (because.empty() || said.contains("because_approximate") || given.size() > 4) return;
  std::vector<std::string> names;
  for (const auto& [fact, value] : given) names.push_back(fact);
  for (FactId f : asked_known(m)) {
    const std::string& name = m.facts[f].name;
    bool put_in = put_in_of(assumed, name);
    if (given.count(name) == 0 && (want == "certain" || !put_in)) names.push_back(name);
  }
  for (std::uint64_t mask = 0; mask < std::uint64_t{1} << names.size(); ++mask) {
    json part = json::object();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if ((mask >> i & 1u) != 0) part[names[i]] = true;
    }
    if (part.size() + 1 != because.size()) continue;
    std::optional<bool> less = whatever_the_others(p, m, assumed, want == "certain", part,
                                                   part_of(given, m, assumed, part), holds);
    if (!less.has_value()) continue;
    ++tally.smaller;
    CHECK_MESSAGE(!*less, part.dump());
  }
}

bool one_directive(const Model& m, const std::string& rule) {
  for (const Rule& r : m.rules) {
    if (r.name == rule) return r.directives.size() == 1;
  }
  return true;
}

void check_change(const test::Program& p, const Model& m, const Members& given, const json& rule,
                  Tally& tally) {
  CAPTURE(rule.dump());
  for (const json& c : rule["would_need"]) {
    ++tally.changes;
    if (c.contains("known") || c.contains("unknown")) continue;
    Members changed = given;
    for (const auto& [fact, value] : c["facts"].items()) changed[fact] = value.dump();
    test::Result r = p.eval(text(changed));
    REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
    std::string status;
    for (const json& d : r.answer["decisions"]) {
      for (const json& a : d["advice"]) {
        if (a["rule"] != rule["rule"]) continue;
        // Of several directives one is enough.
        if (status.empty() || forced(a["status"], "assumed")) status = a["status"];
      }
    }
    CAPTURE(text(changed));
    CHECK(!status.empty());
    if (c["status"] == "possible") continue;
    ++tally.certain;
    // Of several directives the one with the most may be another than the rule as a whole.
    if (one_directive(m, rule["rule"])) {
      CHECK(status == c["status"]);
    } else {
      CHECK(status != "possible");
    }
  }
  // What needs two changes is not brought by one; but for a default, which goes if a change leaves it no room, and counts
  // as a change of its own.
  for (const Fact& f : m.facts) {
    if (f.default_value.has_value()) return;
  }
  if (rule["would_need"].empty() || rule["would_need"][0]["facts"].size() != 2) return;
  for (std::size_t i = 0; i < m.facts.size(); ++i) {
    for (const std::string& value : test::values_of(m, FactId(i))) {
      Members changed = given;
      changed[m.facts[FactId(i)].name] = value;
      test::Result r = p.eval(text(changed));
      if (r.status != GDLRT_OK) continue;
      ++tally.single;
      CAPTURE(text(changed));
      CHECK(advice_status(r.answer, rule["rule"], 0).empty());
    }
  }
}

}  // namespace

TEST_CASE(
    "that a fact is not known is a reason, and what is known is none where it does not matter") {
  driver::Compilation c = test::load(
      "guideline g \"G\" language 1 version 0.1.0\nfact hb \"Haemoglobin\" : 3..25\n"
      "fact bleed \"Bleeding\" : yes | no\naction count \"Blood count\"\ndecision d partial\n"
      "rule r when hb is unknown or bleed recommend count\n");
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  test::Program p(driver::build(c, {false, true}));
  auto because = [&](const char* facts) {
    test::Result r = explained(p, facts);
    REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
    return r.answer["decisions"][0]["advice"][0]["because"].dump();
  };
  CHECK(because(R"({"hb":12,"bleed":true})") == R"({"bleed":true})");
  CHECK(because(R"({"bleed":false})") == R"({"hb":null})");
  CHECK(because(R"({"hb":null,"bleed":false})") == R"({"hb":null})");
  CHECK(because("{}") == R"({"hb":null})");
  CHECK(because(R"({"bleed":true})") == R"({"bleed":true})");
}

TEST_CASE("a change that brings a rule by a constraint or a default alone is said to be assumed") {
  driver::Compilation c = test::load(
      "guideline g \"G\" language 1 version 0.1.0\nfact c \"C\" : lo | hi\n"
      "fact s \"S\" : yes | no\nfact t \"T\" : yes | no default no\naction v \"V\"\n"
      "impossible when s and c = lo\ndecision d partial\n"
      "rule tied when c = hi and s recommend v\n"
      "rule given when c = hi and not t and s recommend v\n"
      "rule alone when s recommend v\n");
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  test::Program p(driver::build(c, {false, true}));
  auto changes = [&](const char* facts) {
    test::Result r = explained(p, facts);
    REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
    std::string out;
    for (const json& rule : r.answer["decisions"][0]["not_standing"]) {
      out += rule["rule"].get<std::string>().substr(2) + ":";
      for (const json& n : rule["would_need"]) out += " " + n["status"].get<std::string>();
      out += "\n";
    }
    return out;
  };
  CHECK(changes(R"({"s":false})") == "tied: assumed\ngiven: assumed\nalone: certain\n");
  CHECK(changes(R"({"s":false,"c":"hi"})") == "tied: certain\ngiven: assumed\nalone: certain\n");
  CHECK(changes(R"({"s":false,"c":"hi","t":false})") ==
        "tied: certain\ngiven: certain\nalone: certain\n");
}

TEST_CASE("where other values of the same facts do as well, that is said") {
  driver::Compilation c = test::load(
      "guideline g \"G\" language 1 version 0.1.0\nfact drugs \"Drugs\" : set of aspirin | "
      "ketoconazole | rifampicin\n"
      "fact n \"N\" : 0..9\naction inr \"INR\"\ndecision d partial\n"
      "rule either when drugs includes ketoconazole or drugs includes rifampicin recommend inr\n"
      "rule one when drugs includes ketoconazole recommend inr\n"
      "rule ends when n < 2 or n > 7 recommend inr\n");
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  test::Program p(driver::build(c, {false, true}));
  test::Result r = explained(p, R"({"drugs":["aspirin"],"n":4})");
  REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
  const json& rules = r.answer["decisions"][0]["not_standing"];
  REQUIRE(rules.size() == 3);
  CHECK(rules[0].contains("would_need_more"));
  CHECK(!rules[1].contains("would_need_more"));
  CHECK(!rules[2].contains("would_need_more"));  // one variable: all its values are told
}

TEST_CASE("what an earlier rule answers is not said to readers") {
  driver::Compilation c = test::load(
      "guideline g \"G\" language 1 version 0.1.0 audience clinician, patient\n"
      "fact chosen \"Chosen\" : apixaban | other\naction apixaban \"Apixaban\"\n"
      "decision dose \"Dose\" choose first\n"
      "rule apx when chosen = apixaban recommend apixaban say patient \"Take it.\"\n"
      "rule unsuitable no recommendation because \"not possible\" say patient \"Not possible.\"\n");
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  test::Program p(driver::build(c, {false, true}));
  auto advice = [&](const char* facts) {
    gdlrt_eval_options options{
        sizeof(gdlrt_eval_options), "patient", nullptr, 0, 0, nullptr, 0, nullptr};
    test::Result r = p.eval(facts, options);
    REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
    return r.answer["decisions"][0]["advice"];
  };
  json first = advice(R"({"chosen":"apixaban"})");
  REQUIRE(first.size() == 2);
  CHECK(first[0]["text"] == "Take it.");
  CHECK(first[1]["shadowed"] == "yes");
  CHECK(!first[1].contains("text"));
  CHECK(advice(R"({"chosen":"other"})")[0]["text"] == "Not possible.");
  CHECK(advice("{}")[1]["text"] == "Not possible.");  // for some
}

TEST_CASE("parts of the case that force advice, and changes that would bring a rule") {
  Tally tally;
  std::size_t count = test::fuzz_count(120);
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{4, 2, 2, 4};
    shape.knownness = n % 3 == 0;
    std::string source = test::Generator(test::fuzz_seed() + 8'000'000 + n, shape).run();
    CAPTURE(source);
    driver::Compilation c = test::load(source);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const Model& m = *c.model;
    std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
    test::Program p(bytes);
    test::Random random(n * 77 + 5);
    for (int i = 0; i < 4; ++i) {
      test::Given given = test::Cases(m, random).one();
      CAPTURE(given.text);
      test::Result r = explained(p, given.text);
      if (r.status != GDLRT_OK) continue;
      Members members(given.members.begin(), given.members.end());
      for (std::size_t d = 0; d < r.answer["decisions"].size(); ++d) {
        const json& decision = r.answer["decisions"][d];
        for (const json& o : decision["offers"]) {
          check_because(
              p, m, members, o, r.answer["assumed"],
              [&](const json& answer) { return offer_status(answer, o, d); }, tally);
        }
        std::map<std::string, std::size_t> at;
        for (const json& a : decision["advice"]) {
          std::string rule = a["rule"];
          if (!one_directive(m, rule)) continue;  // else it is not clear which is which
          check_because(
              p, m, members, a, r.answer["assumed"],
              [&](const json& answer) { return advice_status(answer, rule, 0); }, tally);
        }
        if (!decision.contains("not_standing")) continue;
        for (const json& rule : decision["not_standing"]) {
          check_change(p, m, members, rule, tally);
        }
      }
    }
  }
  CHECK(tally.parts > count);
  CHECK(tally.smaller > count);
  CHECK(tally.changes > count);
  CHECK(tally.certain > count / 2);
  CHECK(tally.single > count);
}
