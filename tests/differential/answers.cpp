// Whole cases as JSON through the C API, against the oracle: offers with their parameters, grounds, withdrawn
// advice, marks; and impossible patients refused.
#include <doctest/doctest.h>

#include <set>

#include "generate.h"
#include "offered.h"
#include "patients.h"
#include "program.h"

using namespace gdl;
using namespace gdl::sema;
using nlohmann::json;
using test::allows;
using test::show;
using test::way_name;

namespace {

/// The patient as a case. Where the oracle's patient does not know a number, the case names its class only;
/// `expressible` is false if a case cannot say that a fact is unknown and yet settled.
std::string case_of(const space::Tables& t, const oracle::Patient& p, bool& expressible) {
  const Model& m = t.model;
  std::string out = "{";
  for (std::size_t i = 0; i < m.facts.size(); ++i) {
    FactId id(i);
    const Fact& f = m.facts[id];
    const Value& v = p.values[id];
    bool known = p.known[id] != 0;
    out += (i > 0 ? ",\"" : "\"") + f.name + "\":";
    if (f.kind == FactKind::boolean) out += v.index == 1 ? "true" : "false";
    if (f.kind == FactKind::enumeration) out += "\"" + f.enumerators[v.index].name + "\"";
    if (f.kind == FactKind::set) {
      out += "[";
      for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
        if (((v.set >> e) & 1u) != 0)
          out += (out.back() == '[' ? "\"" : ",\"") + f.enumerators[e].name + "\"";
      }
      out += "]";
    }
    if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
      const space::Interval& c = t.classes.intervals(id)[t.classes.class_of(id, v)];
      if (known) {
        out += show(v.number);
      } else if (c.lo != c.hi) {
        out += std::string(c.lo_closed ? "{\"at_least\":" : "{\"above\":") + show(c.lo) +
               (c.hi_closed ? ",\"at_most\":" : ",\"below\":") + show(c.hi) + "}";
      } else {
        expressible = false;
      }
    } else if (!known) {
      expressible = false;
    }
  }
  return out + "}";
}

void compare(const Model& m, const oracle::Advice& a, const json& answer) {
  for (std::size_t i = 0; i < m.decisions.size(); ++i) {
    DecisionId id(i);
    const oracle::DecisionAdvice& want = a.decisions[id];
    const json& got = answer["decisions"][i];
    CHECK(got["id"] == m.decisions[id].name);
    CHECK((got["applies"] == "yes") == want.applies);
    CHECK((got["gap"] == "yes") == want.gap);
    CHECK((got["stranded"] == "yes") == want.stranded);
    CHECK(got["settled"] == true);
    std::set<std::string> offers;
    std::set<std::string> advice;
    std::set<std::string> withdrawn;
    for (const oracle::ForResult& f : want.fors) {
      const Rule& r = m.rules[f.rule];
      std::string verb =
          r.directives[f.directive].verb == Verb::recommend ? "recommend " : "consider ";
      if (f.withdrawn) withdrawn.insert(r.name);
      if (!f.withdrawn) {
        advice.insert(r.name + " " + verb + (f.kept && f.conflict ? "conflict" : ""));
      }
      for (WayId w : f.left) {
        if (f.kept) offers.insert(verb + way_name(m, w) + " by " + r.name);
      }
    }
    std::set<std::string> got_offers;
    for (const json& o : got["offers"]) {
      CHECK(o["status"] == "certain");
      std::string way;
      for (const json& leaf : o["way"]) way += (way.empty() ? "" : "+") + leaf.get<std::string>();
      for (const json& r : o["rules"]) {
        got_offers.insert(o["verb"].get<std::string>() + " " + way + " by " + r.get<std::string>());
      }
      for (std::size_t w = 0; w < m.ways.size(); ++w) {
        if (way_name(m, WayId(w)) != way) continue;
        for (const oracle::ParamLeft& left : oracle::parameters_left(m, a, WayId(w))) {
          std::vector<sema::Value> points = oracle::parameter_points(m, left.param);
          const json& value = o["parameters"][m.params[left.param].name];
          for (std::size_t k = 0; k < points.size(); ++k) {
            bool there = std::find(left.points.begin(), left.points.end(), k) != left.points.end();
            CHECK(allows(value, m.params[left.param], points[k]) == there);
          }
        }
      }
    }
    CHECK(got_offers == offers);
    std::set<std::string> got_advice;
    for (const json& x : got["advice"]) {
      std::string verb = x["verb"].get<std::string>();
      if (verb != "recommend" && verb != "consider") continue;
      got_advice.insert(x["rule"].get<std::string>() + " " + verb + " " +
                        (x["conflict"] == "yes" ? "conflict" : ""));
    }
    CHECK(got_advice == advice);
    std::set<std::string> got_withdrawn;
    for (const json& x : got["withdrawn"]) got_withdrawn.insert(x["rule"].get<std::string>());
    CHECK(got_withdrawn == withdrawn);
  }
}

}  // namespace

TEST_CASE("answers to whole cases are the oracle's") {
  std::size_t count = test::fuzz_count(150);
  std::size_t asked = 0;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 3'000'000 + n, {5, 3, 2, 6}).run();
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    test::Program program(c);
    REQUIRE(program.status() == GDLRT_OK);
    space::Tables t(*c.model);
    test::Random random(n);
    test::Patients(t).each(40, random, [&](const oracle::Patient& p) {
      bool expressible = true;
      std::string input = case_of(t, p, expressible);
      if (!expressible) return;
      ++asked;
      CAPTURE(input);
      test::Result result = program.eval(input);
      if (!oracle::possible(*c.model, p)) {
        CHECK(result.status == GDLRT_BAD_CASE);
        CHECK(!result.problems.empty());
        return;
      }
      REQUIRE_MESSAGE(result.status == GDLRT_OK, result.messages());
      compare(*c.model, oracle::evaluate(*c.model, p), result.answer);
    });
  }
  CHECK(asked > count * 5);
}
