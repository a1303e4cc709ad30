// Cases that are only partly known, as JSON through the C API, against the oracle, which evaluates every patient who
// agrees with the case: random guidelines, and random cases with every narrowing that a case may hold.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "cases.h"
#include "generate.h"
#include "offered.h"
#include "oracle/unknown.h"
#include "patients.h"
#include "program.h"
#include "random.h"

using namespace gdl;
using namespace gdl::sema;
using nlohmann::json;

namespace {

/// For how many of the patients asked something holds.
struct Count {
  std::size_t held = 0;
  void add(bool v) { held += v ? 1 : 0; }
};

/// What an answer says of one thing: its status.
using Said = std::map<std::string, std::string>;

struct Expected {
  Said offers, advice, withdrawn, accepted, marks;
};

std::string status(std::size_t held, std::size_t asked, std::size_t raw, std::size_t everybody) {
  if (held == 0) return "never";
  if (held < asked) return "possible";
  return raw == everybody ? "certain" : "assumed";
}
std::string yes(std::size_t held, std::size_t asked) {
  return held == 0 ? "no" : held == asked ? "yes" : "unknown";
}

std::string offer_key(const Model& m, DecisionId d, Verb verb, WayId w,
                      const std::vector<oracle::ParamLeft>& left) {
  std::string key = m.decisions[d].name + (verb == Verb::recommend ? " recommend " : " consider ") +
                    test::way_name(m, w);
  for (const oracle::ParamLeft& p : left) {
    key += " " + m.params[p.param].name + ":";
    for (std::size_t point : p.points) key += std::to_string(point) + ",";
  }
  return key;
}

/// Everything that holds for a patient, by name.
std::set<std::string> facts_of(const Model& m, const oracle::Advice& a) {
  std::set<std::string> out;
  for (std::size_t i = 0; i < m.decisions.size(); ++i) {
    DecisionId d(i);
    const oracle::DecisionAdvice& advice = a.decisions[d];
    std::string name = m.decisions[d].name;
    if (advice.applies) out.insert("applies " + name);
    if (advice.gap) out.insert("gap " + name);
    if (advice.stranded) out.insert("stranded " + name);
    if (!advice.overlaps.empty()) out.insert("overlap " + name);
    for (const oracle::ExclusiveClash& x : a.exclusives) {
      if (m.rules[x.first].decision == d || m.rules[x.second].decision == d) {
        out.insert("exclusive " + name);
      }
    }
    for (const oracle::ForResult& f : advice.fors) {
      if (!f.kept) continue;
      for (WayId w : f.left) {
        std::string key = offer_key(m, d, m.rules[f.rule].directives[f.directive].verb, w,
                                    oracle::parameters_left(m, a, w));
        out.insert("offer " + key);
        out.insert("by " + m.rules[f.rule].name + " " + key);
      }
    }
  }
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    RuleId r(i);
    if (a.stands[r] == 0) continue;
    for (std::size_t k = 0; k < m.rules[r].directives.size(); ++k) {
      std::string name = m.rules[r].name + " " + std::to_string(k);
      const oracle::ForResult* f = a.find(m, r, k);
      if (f != nullptr && f->withdrawn) {
        out.insert("withdrawn " + name);
      } else {
        out.insert("advice " + name);
      }
      if (f != nullptr && f->kept && f->conflict) out.insert("conflict " + name);
    }
  }
  return out;
}

/// Counts over the patients of a case; what it gives is what an answer has to say.
struct Counts {
  std::map<std::string, std::size_t> held;
  std::size_t patients = 0;
  void add(const Model& m, const oracle::Patient& p) {
    ++patients;
    for (const std::string& s : facts_of(m, oracle::evaluate(m, p))) ++held[s];
  }
  [[nodiscard]] std::size_t of(const std::string& s) const {
    auto it = held.find(s);
    return it == held.end() ? 0 : it->second;
  }
};

/// The name of each directive's place in an answer: rules and their directives in the order written, those left out
/// that never hold.
void compare_decision(const Model& m, const Counts& some, const Counts& all, DecisionId d,
                      const json& got) {
  auto st = [&](const std::string& key) {
    return status(some.of(key), some.patients, all.of(key), all.patients);
  };
  const std::string& name = m.decisions[d].name;
  CHECK(got["id"] == name);
  CHECK(got["applies"] == yes(some.of("applies " + name), some.patients));
  CHECK(got["gap"] == yes(some.of("gap " + name), some.patients));
  CHECK(got["stranded"] == yes(some.of("stranded " + name), some.patients));
  CHECK(got.value("overlap", "no") == yes(some.of("overlap " + name), some.patients));
  CHECK(got.value("exclusive", "no") == yes(some.of("exclusive " + name), some.patients));
  // Offers: each in the answer is one that the oracle counted, and none is missing.
  std::map<std::string, std::string> want;
  for (const auto& [key, held] : some.held) {
    if (key.rfind("offer " + name + " ", 0) == 0) want[key] = st(key);
  }
  bool settled = true;
  for (const json& o : got["offers"]) {
    std::string way;
    for (const json& leaf : o["way"]) way += (way.empty() ? "" : "+") + leaf.get<std::string>();
    for (std::size_t w = 0; w < m.ways.size(); ++w) {
      if (test::way_name(m, WayId(w)) != way) continue;
      std::vector<oracle::ParamLeft> left;
      for (std::size_t q = 0; q < m.params.size(); ++q) {
        if (!o["parameters"].contains(m.params[ParamId(q)].name)) continue;
        oracle::ParamLeft one{ParamId(q), {}};
        std::vector<sema::Value> points = oracle::parameter_points(m, ParamId(q));
        for (std::size_t k = 0; k < points.size(); ++k) {
          if (test::allows(o["parameters"][m.params[ParamId(q)].name], m.params[ParamId(q)],
                           points[k])) {
            one.points.push_back(k);
          }
        }
        left.push_back(one);
      }
      Verb verb = o["verb"] == "recommend" ? Verb::recommend : Verb::consider;
      std::string key = "offer " + offer_key(m, d, verb, WayId(w), left);
      CAPTURE(key);
      REQUIRE(want.count(key) == 1);
      CHECK(o["status"] == want[key]);
      for (std::size_t r = 0; r < m.rules.size(); ++r) {
        const std::string& rule = m.rules[RuleId(r)].name;
        bool by = some.of("by " + rule + key.substr(5)) > 0;
        CHECK(by == (std::count(o["rules"].begin(), o["rules"].end(), rule) == 1));
      }
      CHECK(o.contains("hangs_on") == (want[key] == "possible"));
      if (want[key] == "possible") {
        settled = false;
        CHECK(!o["hangs_on"].empty());
      }
      want.erase(key);
    }
  }
  CHECK_MESSAGE(want.empty(), (want.empty() ? "" : want.begin()->first));
  CHECK(got["settled"] == settled);
  CHECK((settled || !got["ask"].empty()));
}

void compare_rules(const Model& m, const Counts& some, const Counts& all, const json& answer) {
  for (const json& decision : answer["decisions"]) {
    std::map<std::string, std::size_t> at;  // of a rule: the next of its directives
    auto advice = decision["advice"].begin();
    auto withdrawn = decision["withdrawn"].begin();
    for (std::size_t i = 0; i < m.rules.size(); ++i) {
      const Rule& r = m.rules[RuleId(i)];
      bool here = r.decision.valid() ? m.decisions[r.decision].name == decision["id"]
                                     : decision["id"] == "safety";
      for (std::size_t k = 0; here && k < r.directives.size(); ++k) {
        std::string key = r.name + " " + std::to_string(k);
        CAPTURE(key);
        auto st = [&](const std::string& what) {
          return status(some.of(what), some.patients, all.of(what), all.patients);
        };
        if (some.of("advice " + key) > 0) {
          REQUIRE(advice != decision["advice"].end());
          CHECK((*advice)["rule"] == r.name);
          CHECK((*advice)["status"] == st("advice " + key));
          CHECK((*advice)["conflict"] == yes(some.of("conflict " + key), some.of("advice " + key)));
          ++advice;
        }
        if (some.of("withdrawn " + key) > 0) {
          REQUIRE(withdrawn != decision["withdrawn"].end());
          CHECK((*withdrawn)["rule"] == r.name);
          CHECK((*withdrawn)["status"] == st("withdrawn " + key));
          ++withdrawn;
        }
      }
    }
    CHECK(advice == decision["advice"].end());
    CHECK(withdrawn == decision["withdrawn"].end());
  }
}

std::set<std::string> names(const json& list) {
  std::set<std::string> out;
  for (const json& x : list) out.insert((x.is_string() ? x : x["fact"]).get<std::string>());
  return out;
}

struct Tally {
  std::size_t cases = 0, impossible = 0, asked = 0, nothing_to_ask = 0, approximate = 0;
};

void run(std::size_t count, std::uint64_t seed, const test::Shape& shape, std::size_t ask_limit,
         Tally& tally) {
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(seed + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const Model& m = *c.model;
    std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
    test::Program program(bytes);
    REQUIRE(program.status() == GDLRT_OK);
    test::Random random(seed * 31 + n);
    for (int i = 0; i < 8; ++i) {
      test::Given given = test::Cases(m, random).one();
      CAPTURE(given.text);
      std::size_t size = 1;
      for (const std::vector<sema::Value>& v : given.points.values) size *= v.size();
      if (size > 3000) continue;
      ++tally.cases;
      Counts some;
      Counts all;
      oracle::Case with = oracle::with_defaults(m, given.points);
      oracle::each_patient(m, with, [&](const oracle::Patient& p) {
        if (oracle::possible(m, p)) some.add(m, p);
      });
      test::Result r = program.eval(given.text);
      if (some.patients == 0) {
        ++tally.impossible;
        CHECK(r.status == GDLRT_BAD_CASE);
        continue;
      }
      oracle::each_patient(m, given.points, [&](const oracle::Patient& p) { all.add(m, p); });
      REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
      for (std::size_t d = 0; d < m.decisions.size(); ++d) {
        compare_decision(m, some, all, DecisionId(d), r.answer["decisions"][d]);
        if (ask_limit == 0) continue;
        std::optional<std::vector<FactId>> want =
            oracle::ask(m, given.points, DecisionId(d), ask_limit);
        if (!want.has_value()) continue;
        std::set<std::string> wanted;
        for (FactId f : *want) wanted.insert(m.facts[f].name);
        const json& got = r.answer["decisions"][d];
        ++tally.asked;
        tally.nothing_to_ask += wanted.empty() ? 1 : 0;
        CAPTURE(d);
        CAPTURE(got.dump());
        CHECK(!got.contains("ask_approximate"));
        CHECK(names(got["ask"]) == wanted);
        // What an offer hangs on is among what matters to its decision.
        for (const json& o : got["offers"]) {
          if (!o.contains("hangs_on") || o.contains("hangs_on_approximate")) continue;
          for (const std::string& f : names(o["hangs_on"])) CHECK(wanted.count(f) == 1);
        }
      }
      compare_rules(m, some, all, r.answer);
    }
  }
}

}  // namespace

TEST_CASE("answers to partly known cases are the oracle's") {
  Tally tally;
  std::size_t count = test::fuzz_count(150);
  run(count, test::fuzz_seed() + 5'000'000, {4, 2, 2, 5}, 0, tally);
  CHECK(tally.cases > count);
  CHECK(tally.impossible > 0);
}

TEST_CASE("what is asked for is what matters, by trying every case that extends the one in hand") {
  Tally tally;
  std::size_t count = test::fuzz_count(50);
  test::Shape shape{3, 1, 1, 3};
  run(count, test::fuzz_seed() + 6'000'000, shape, 3000, tally);
  MESSAGE("asked ", tally.asked, " nothing ", tally.nothing_to_ask);
  CHECK(tally.asked > count / 2);
  CHECK(tally.nothing_to_ask < tally.asked);
}

namespace {

std::string key_of(const json& o) {
  return o["verb"].get<std::string>() + o["way"].dump() + o["parameters"].dump();
}

/// What a call with fewer steps says, against the whole answer: nothing more, nothing left out.
void compare_spent(const json& whole, const json& spent) {
  for (std::size_t d = 0; d < whole["decisions"].size(); ++d) {
    const json& w = whole["decisions"][d];
    const json& s = spent["decisions"][d];
    CAPTURE(s.dump());
    if (w["id"] == "safety" || s["id"] == "safety") continue;
    for (const char* key : {"applies", "gap", "stranded"}) {
      CHECK((s[key] == w[key] || s[key] == "unknown"));
    }
    std::map<std::string, std::string> want;
    for (const json& o : w["offers"]) want[key_of(o)] = o["status"];
    std::set<std::string> open;  // verb and way of what is undecided
    for (const json& o : s["offers"]) {
      std::string status = o["status"];
      std::string in_whole = want.count(key_of(o)) == 1 ? want[key_of(o)] : "never";
      if (status == "undecided") {
        open.insert(o["verb"].get<std::string>() + o["way"].dump());
      } else if (status == "assumed") {
        CHECK((in_whole == "assumed" || in_whole == "certain"));
      } else {
        CHECK(in_whole == status);
      }
    }
    for (const json& o : w["offers"]) {
      bool there = open.count(o["verb"].get<std::string>() + o["way"].dump()) == 1;
      for (const json& got : s["offers"]) there = there || key_of(got) == key_of(o);
      CHECK_MESSAGE(there, o.dump());
    }
    std::set<std::string> ask = names(s["ask"]);
    for (const std::string& f : names(w["ask"])) CHECK_MESSAGE(ask.count(f) == 1, f);
    // More than matters is named only where it is said so.
    if (!s.contains("ask_approximate") && !w.contains("ask_approximate")) {
      CHECK(ask == names(w["ask"]));
    }
    if (s["settled"] == true) CHECK(w["settled"] == true);
  }
}

}  // namespace

TEST_CASE("with few steps nothing false is said, and nothing is left out") {
  std::size_t count = test::fuzz_count(60);
  std::size_t undecided = 0;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 9'000'000 + n, {5, 2, 2, 5}).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE(!c.type_errors);
    std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
    test::Program program(bytes);
    test::Random random(n);
    for (int i = 0; i < 4; ++i) {
      std::string input = test::Cases(*c.model, random).one().text;
      CAPTURE(input);
      test::Result whole = program.eval(input);
      if (whole.status != GDLRT_OK) continue;
      for (std::uint64_t steps : {1, 5, 20, 60, 150, 400, 1000, 3000}) {
        CAPTURE(steps);
        test::Result spent = program.eval(
            input, {sizeof(gdlrt_eval_options), nullptr, nullptr, steps, 1, nullptr, 0, nullptr});
        REQUIRE_MESSAGE(spent.status == GDLRT_OK, spent.messages());
        undecided += spent.answer.dump().find("undecided") != std::string::npos ? 1 : 0;
        compare_spent(whole.answer, spent.answer);
      }
    }
  }
  CHECK(undecided > count);
}
