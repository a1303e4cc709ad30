// What scenarios come to: random guidelines with random partial cases. Each expectation is judged by trying every
// patient that agrees with the case, and what the sets of patients say of rules and advice is held against what the
// runtime answers to the same case in JSON.
#include <doctest/doctest.h>

#include <array>
#include <map>

#include "analysis/given.h"
#include "generate.h"
#include "load.h"
#include "offered.h"
#include "oracle/unknown.h"
#include "patients.h"
#include "program.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

/// Of how many possible patients that agree with the case an expectation's claim holds.
struct Count {
  std::size_t held = 0, asked = 0;
};

bool inside(const Model& m, const ParamSetting& s, const sema::Value& v) {
  if (m.params[s.param].kind == FactKind::enumeration) return s.values.mask.test(v.index);
  return s.values.lo <= v.number && v.number <= s.values.hi;
}

/// Just what is expected is left of the parameters that reach the way.
bool left(const Model& m, const oracle::Advice& a, const ActionUse& x, sema::WayId w) {
  for (const oracle::ParamLeft& got : oracle::parameters_left(m, a, w)) {
    for (const ParamSetting& s : x.params) {
      if (s.param != got.param) continue;
      std::vector<std::size_t> wanted;
      std::vector<sema::Value> points = oracle::parameter_points(m, s.param);
      for (std::size_t i = 0; i < points.size(); ++i) {
        if (inside(m, s, points[i])) wanted.push_back(i);
      }
      if (wanted != got.points) return false;
    }
  }
  return true;
}

/// The directive sets its parameters as is expected, and no others.
bool same_parameters(const Model& m, const ActionUse& x, const ActionUse& y) {
  if (x.params.size() != y.params.size()) return false;
  for (const ParamSetting& s : x.params) {
    bool found = false;
    for (const ParamSetting& t : y.params) {
      if (s.param != t.param) continue;
      found = true;
      for (const sema::Value& v : oracle::parameter_points(m, s.param)) {
        if (inside(m, s, v) != inside(m, t, v)) return false;
      }
    }
    if (!found) return false;
  }
  return true;
}

bool advised(const Model& m, const oracle::Advice& a, const Expect& e, sema::WayId w) {
  if (is_for(e.verb)) {
    for (std::size_t d = 0; d < m.decisions.size(); ++d) {
      if (oracle::offered(m, a, DecisionId(d), e.verb, w) && left(m, a, e.action, w)) return true;
    }
    return false;
  }
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (a.stands[RuleId(i)] == 0) continue;
    for (const Directive& d : m.rules[RuleId(i)].directives) {
      if (d.verb == e.verb && same_parameters(m, e.action, d.what) &&
          std::find(d.what.ways.begin(), d.what.ways.end(), w) != d.what.ways.end()) {
        return true;
      }
    }
  }
  return false;
}

bool claim(const Model& m, const Expect& e, const oracle::Advice& a) {
  auto way = [&](sema::WayId w) { return advised(m, a, e, w); };
  switch (e.kind) {
    case ExpectKind::rule: return oracle::in_force(m, a, e.rule);
    case ExpectKind::advice:
      return e.holds == Holds::for_none
                 ? std::any_of(e.action.ways.begin(), e.action.ways.end(), way)
                 : std::all_of(e.action.ways.begin(), e.action.ways.end(), way);
    case ExpectKind::gap: return a.decisions[e.decision].gap;
    case ExpectKind::stranded: return a.decisions[e.decision].stranded;
    default: return false;
  }
}

/// Some decision asks for the fact; nothing if there are too many cases to try.
std::optional<bool> asked(const Model& m, const oracle::Case& given, FactId f) {
  bool out = false;
  for (std::size_t d = 0; d < m.decisions.size(); ++d) {
    std::optional<std::vector<FactId>> facts = oracle::ask(m, given, DecisionId(d), 1000);
    if (!facts.has_value()) return std::nullopt;
    out = out || std::find(facts->begin(), facts->end(), f) != facts->end();
  }
  return out;
}

bool expected(const Expect& e, const Count& c) {
  if (e.kind == ExpectKind::input_error) return c.asked == 0;
  switch (e.holds) {
    case Holds::for_all: return c.asked > 0 && c.held == c.asked;
    case Holds::for_some: return c.held > 0 && c.held < c.asked;
    case Holds::for_none: return c.asked > 0 && c.held == 0;
  }
  return false;
}

}  // namespace

TEST_CASE("scenarios come out as the oracle says") {
  std::size_t count = test::fuzz_count(120);
  std::size_t judged = 0;
  std::size_t passed = 0;
  std::array<std::size_t, 2> asks{};  // judged: not asked for, asked for
  std::size_t loose = 0;
  std::array<std::size_t, 2>
      with_parameters{};  // failed, passed; among those for all or some patients
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{3, 2, 2, 4};
    shape.accepts = false;
    shape.scenarios = 4;
    std::string text = test::Generator(test::fuzz_seed() + 4'000'000 + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const Model& m = *c.model;
    const space::Tables tables(m, true);
    std::vector<analysis::ScenarioResult> got = driver::run_scenarios(c, {});
    REQUIRE(got.size() == m.scenarios.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      const Scenario& sc = m.scenarios[i];
      std::vector<Count> counts(sc.expects.size());
      std::optional<oracle::Case> given = oracle::case_of(m, sc);
      if (given.has_value()) {
        std::size_t size = 1;
        for (const std::vector<sema::Value>& v : given->values) size *= v.size();
        if (size > 4000) continue;
        oracle::each_patient(m, oracle::with_defaults(m, *given), [&](const oracle::Patient& p) {
          if (!oracle::possible(m, p)) return;
          oracle::Advice a = oracle::evaluate(m, p);
          for (std::size_t k = 0; k < counts.size(); ++k) {
            ++counts[k].asked;
            counts[k].held += claim(m, sc.expects[k], a) ? 1 : 0;
          }
        });
      }
      for (std::size_t k = 0; k < counts.size(); ++k) {
        CAPTURE(sc.title);
        CAPTURE(k);
        CHECK(got[i].expects[k].message.empty() == got[i].expects[k].passed);
        if (sc.expects[k].kind == ExpectKind::ask && counts[k].asked > 0) {
          const bool undecided = got[i].expects[k].undecided;
          REQUIRE(undecided == !analysis::case_text(tables, sc, 1'000'000).loose.empty());
          loose += undecided ? 1 : 0;
          if (undecided) continue;
          std::optional<bool> wanted = asked(m, *given, sc.expects[k].fact);
          if (!wanted.has_value()) continue;
          ++asks[*wanted ? 1 : 0];
          CHECK(got[i].expects[k].passed == *wanted);
          continue;
        }
        ++judged;
        if (!sc.expects[k].action.params.empty() && sc.expects[k].holds != Holds::for_none) {
          ++with_parameters[got[i].expects[k].passed ? 1 : 0];
        }
        CHECK(got[i].expects[k].passed == expected(sc.expects[k], counts[k]));
        passed += got[i].expects[k].passed ? 1 : 0;
      }
    }
  }
  CHECK(judged > count * 4);
  CHECK(passed * 10 > judged);
  CHECK(asks[0] * 2 > count);
  CHECK(asks[1] * 5 > count);
  CHECK(loose > 0);
  CHECK(with_parameters[0] > 0);
  if (count >= 120) CHECK(with_parameters[1] > 0);  // the rarest: one or two of the usual number
}

namespace {

/// Of something that a scenario can expect: for all patients of the case, for some, or for none.
enum class Share : std::uint8_t { none, some, all };

/// The three expectations of it. Exactly one of them passes.
void add_three(std::vector<Expect>& out, Expect e) {
  for (Holds holds : {Holds::for_none, Holds::for_some, Holds::for_all}) {
    e.holds = holds;
    out.push_back(e);
  }
}
Share share(const std::vector<analysis::ExpectResult>& r, std::size_t at) {
  CHECK(int(r[at].passed) + int(r[at + 1].passed) + int(r[at + 2].passed) == 1);
  return r[at].passed ? Share::none : r[at + 1].passed ? Share::some : Share::all;
}
Share status(const nlohmann::json& entry) {
  return entry["status"] == "possible" ? Share::some : Share::all;
}

/// Everything that is expected of each scenario, in this order; then gap and stranded of each decision.
struct Questions {
  std::vector<RuleId> rules;                         // of one directive
  std::vector<std::pair<Verb, sema::WayId>> offers;  // that a rule may give
};

void compare(const Model& m, const Questions& q, const std::vector<analysis::ExpectResult>& got,
             const nlohmann::json& answer) {
  std::map<std::string, Share> rules;
  std::map<std::string, std::vector<Share>>
      offers;  // by verb and way: of each choice of parameters
  for (const nlohmann::json& d : answer["decisions"]) {
    for (const nlohmann::json& a : d["advice"]) rules[a["rule"]] = status(a);
    for (const nlohmann::json& o : d["offers"]) {
      std::string way;
      for (const nlohmann::json& leaf : o["way"]) {
        way += (way.empty() ? "" : "+") + leaf.get<std::string>();
      }
      offers[o["verb"].get<std::string>() + " " + way].push_back(status(o));
    }
  }
  std::size_t at = 0;
  for (RuleId r : q.rules) {
    CAPTURE(m.rules[r].name);
    auto it = rules.find(m.rules[r].name);
    CHECK(share(got, at) == (it == rules.end() ? Share::none : it->second));
    at += 3;
  }
  for (const auto& [verb, way] : q.offers) {
    std::string key =
        (verb == Verb::recommend ? "recommend " : "consider ") + test::way_name(m, way);
    CAPTURE(key);
    Share space = share(got, at);
    const std::vector<Share>& runtime = offers[key];
    CHECK((space == Share::none) == runtime.empty());
    if (std::count(runtime.begin(), runtime.end(), Share::all) > 0) CHECK(space == Share::all);
    // Of several, each possible, one may hold for every patient.
    if (runtime.size() == 1) CHECK(space == runtime[0]);
    at += 3;
  }
  for (std::size_t d = 0; d < m.decisions.size(); ++d) {
    CAPTURE(d);
    for (const char* kind : {"gap", "stranded"}) {
      const nlohmann::json& said = answer["decisions"][d][kind];
      CHECK(said == (share(got, at) == Share::none   ? "no"
                     : share(got, at) == Share::some ? "unknown"
                                                     : "yes"));
      at += 3;
    }
  }
}

}  // namespace

TEST_CASE("the sets of patients and the runtime say the same of a scenario's case") {
  std::size_t count = test::fuzz_count(150);
  std::size_t compared = 0;
  std::size_t refused = 0;
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{5, 2, 2, 5};
    shape.scenarios = 4;
    std::string text = test::Generator(test::fuzz_seed() + 8'000'000 + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    Model& m = *c.model;
    Questions q;
    std::vector<Expect> expects;
    for (std::size_t i = 0; i < m.rules.size(); ++i) {
      if (m.rules[RuleId(i)].directives.size() != 1) continue;
      q.rules.push_back(RuleId(i));
      Expect e;
      e.rule = RuleId(i);
      add_three(expects, e);
    }
    const space::Tables tables(m, true);
    for (sema::WayId w : tables.advised) {
      for (Verb verb : {Verb::recommend, Verb::consider}) {
        q.offers.emplace_back(verb, w);
        Expect e;
        e.kind = ExpectKind::advice;
        e.verb = verb;
        e.action.ways = {w};
        add_three(expects, e);
      }
    }
    for (std::size_t d = 0; d < m.decisions.size(); ++d) {
      for (ExpectKind kind : {ExpectKind::gap, ExpectKind::stranded}) {
        Expect e;
        e.kind = kind;
        e.decision = DecisionId(d);
        add_three(expects, e);
      }
    }
    expects.emplace_back().kind = ExpectKind::input_error;
    for (Scenario& sc : m.scenarios) sc.expects = expects;
    const test::Program program(driver::build(c, {false, true}));
    REQUIRE(program.status() == GDLRT_OK);
    std::vector<analysis::ScenarioResult> got = driver::run_scenarios(c, {});
    for (std::size_t i = 0; i < got.size(); ++i) {
      const analysis::CaseText given = analysis::case_text(tables, m.scenarios[i], 1'000'000);
      REQUIRE(!given.exhausted);
      if (!given.loose.empty()) continue;
      CAPTURE(m.scenarios[i].title);
      CAPTURE(given.json);
      const test::Result r = program.eval(given.json);
      CHECK((r.status == GDLRT_BAD_CASE) == got[i].expects.back().passed);
      if (r.status != GDLRT_OK) {
        ++refused;
        continue;
      }
      ++compared;
      compare(m, q, got[i].expects, r.answer);
    }
  }
  CHECK(compared > count * 2);
  CHECK(refused > 0);
}
