// Impossible patients and dropped defaults.
#include <doctest/doctest.h>

#include <set>

#include "everything.h"
#include "generate.h"
#include "patients.h"

using namespace gdl;
using nlohmann::json;

namespace {

const char* const kPain = R"(
guideline g "G"
  language 1
  version 1.0.0
  status draft
  disclaimer "An example."
fact a "a" : yes | no default no
fact b "b" : yes | no default no
fact c "c" : yes | no default yes
fact n "n" : 0..9 default 5
fact s "s" : set of x | y | z default {x}
fact o "o" : yes | no
impossible when a and n > 5 because "first"
impossible when not a and n > 7
impossible when o and b and c
impossible when count(s) > 2 and n = 0
impossible when at least 2 of (a, b, o) and sum >= 3
score sum "sum" 2 points when n = 1 1 point when c 1 point when s includes y
action x "x"
decision d "D" partial
rule r "R" when a or b or c or n > 2 or s includes x or o recommend x
)";

}  // namespace

TEST_CASE("an impossible patient is named with the constraint and its reason") {
  test::Program p(test::load(kPain));
  REQUIRE(p.status() == GDLRT_OK);
  auto message = [&](const char* input) {
    CAPTURE(input);
    test::Result r = p.eval(input);
    CHECK(r.status == GDLRT_BAD_CASE);
    std::string out;
    for (const json& problem : r.problems) {
      CHECK(problem["code"] == "GDL7001");
      out += problem["message"].get<std::string>().substr(26) + "; ";
    }
    return out;
  };
  // Whole, or with facts open that do not matter, or that have a default.
  CHECK(message(R"({"a":true,"n":6,"o":false,"b":false,"c":true,"s":[]})") ==
        "`impossible when a and n > 5`; ");
  CHECK(message(R"({"a":true,"n":6})") == "`impossible when a and n > 5`; ");
  CHECK(message(R"({"a":true,"n":{"at_least":6},"o":null})") == "`impossible when a and n > 5`; ");
  // No single constraint excludes everybody here; the two together do.
  CHECK(message(R"({"n":8})") ==
        "`impossible when a and n > 5`; `impossible when not a and n > 7`; ");
  CHECK(message(R"({"s":["x","y","z"],"n":0,"a":null})") ==
        "`impossible when count(s) > 2 and n = 0`; ");
  // Two at once, and beside other problems.
  CHECK(message(R"({"a":true,"n":6,"o":true,"b":true,"c":true})") ==
        "`impossible when a and n > 5`; `impossible when o and b and c`; ");
  test::Result r = p.eval(R"({"q":1,"a":true,"n":6,"b":7})");
  CHECK(r.problems.size() == 3);
  // The reason stands beside it, and the place is that of the value said last.
  r = p.eval("{\"n\":6,\n\"a\":true}");
  REQUIRE(r.problems.size() == 1);
  CHECK(r.problems[0]["because"] == "first");
  CHECK(r.problems[0]["help"] == "first: check `a` and `n` against each other");
  CHECK(r.problems[0]["line"] == 2);
  CHECK(r.problems[0]["column"] == 5);
  // Facts in error are open for this: nothing is claimed about them.
  r = p.eval(R"({"a":"x","n":6})");
  CHECK(r.problems.size() == 1);
}

TEST_CASE("a default that would make the patient impossible is dropped") {
  test::Program p(test::load(kPain));
  // The facts that the case does not give and that have no default in the answer.
  auto open = [&](const std::string& input) {
    CAPTURE(input);
    test::Result r = p.eval(input);
    REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
    std::set<std::string> facts;
    for (const char* f : {"a", "b", "c", "n", "s", "o"}) {
      if (input.find("\"" + std::string(f) + "\"") == std::string::npos) facts.insert(f);
    }
    for (const json& assumed : r.answer["assumed"]) facts.erase(assumed["fact"].get<std::string>());
    return facts;
  };
  using Set = std::set<std::string>;
  CHECK(open(R"({"o":false})") == Set{});
  CHECK(open("{}") == Set{"o"});
  CHECK(open(R"({"a":true,"o":false})") == Set{});
  // An explicit null takes no default.
  test::Result r = p.eval(R"({"a":true,"n":null,"o":false})");
  for (const json& assumed : r.answer["assumed"]) CHECK(assumed["fact"] != "n");
  // b and o: the default of c cannot be.
  CHECK(open(R"({"b":true,"o":true,"n":2})") == Set{"c"});
  // s whole and n open by default: the default of n stays.
  CHECK(open(R"({"s":["x","y","z"],"o":false})") == Set{});
  // What is dropped depends on the order of declaration: a's default comes first and stays.
  CHECK(open(R"({"n":1,"b":true,"o":true})") == Set{"c"});
}

TEST_CASE("cases are refused as impossible exactly if no patient of theirs is possible") {
  const std::size_t count = 60;
  std::size_t refused = 0;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(5'000'000 + n, {4, 2, 1, 3}).run();
    if (text.find("impossible") == std::string::npos) continue;
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const sema::Model& m = *c.model;
    test::Program program(c);
    space::Tables t(m);
    test::Random random(n);
    // A case: each fact given by a class, or left open.
    for (int k = 0; k < 30; ++k) {
      std::vector<int> given(m.facts.size(), -1);
      std::string input = "{";
      for (std::size_t i = 0; i < m.facts.size(); ++i) {
        sema::FactId f(i);
        const sema::Fact& fact = m.facts[f];
        bool set = fact.kind == sema::FactKind::set;
        std::size_t values = set ? std::size_t{1} << fact.enumerators.size() : t.classes.count(f);
        if (random.one_in(3)) continue;
        std::size_t v = random.below(values);
        given[i] = static_cast<int>(v);
        input += (input.size() > 1 ? ",\"" : "\"") + fact.name + "\":";
        if (fact.kind == sema::FactKind::boolean) input += v == 1 ? "true" : "false";
        if (fact.kind == sema::FactKind::enumeration)
          input += "\"" + fact.enumerators[v].name + "\"";
        if (set) {
          std::string list;
          for (std::size_t e = 0; e < fact.enumerators.size(); ++e) {
            if (((v >> e) & 1u) != 0) {
              list += (list.empty() ? "\"" : ",\"") + fact.enumerators[e].name + "\"";
            }
          }
          input += "[" + list + "]";
        }
        if (!set && fact.enumerators.empty()) {
          char buffer[gdlrt::num::kMaxFormat];
          sema::Rational number = t.classes.sample(f, v).number;
          input += std::string(buffer, gdlrt::num::format(number, buffer, sizeof buffer));
        }
      }
      input += "}";
      CAPTURE(input);
      bool some = false;
      test::Random again(1);
      bool every = test::Patients(t).each(200'000, again, [&](const oracle::Patient& p) {
        if (some) return;
        for (std::size_t i = 0; i < m.facts.size(); ++i) {
          if (given[i] < 0) continue;
          sema::FactId f(i);
          const sema::Value& v = p.values[f];
          std::size_t is =
              m.facts[f].kind == sema::FactKind::set ? v.set : t.classes.class_of(f, v);
          if (is != static_cast<std::size_t>(given[i])) return;
        }
        some = oracle::possible(m, p);
      });
      REQUIRE(every);
      bool bad = program.eval(input).status == GDLRT_BAD_CASE;
      refused += bad ? 1 : 0;
      CHECK(bad == !some);
    }
  }
  CHECK(refused > count / 2);
}

TEST_CASE("a search that is too long ends, and what it could not decide is not claimed") {
  // Nobody is possible, but to see it from the constraints takes a look at nearly every patient.
  auto text = [](const char* fallback) {
    std::string facts;
    std::string items;
    std::string any;
    for (int i = 0; i < 40; ++i) {
      std::string name = "f" + std::to_string(i);
      facts += "fact " + name + " : yes | no" + fallback + "\n";
      items += " 1 point when " + name;
      any += (i > 0 ? " or " : "") + name;
    }
    return "guideline g \"G\"\n language 1\n version 1.0.0\n status draft\n disclaimer \"D\"\n" +
           facts + "score sum \"sum\"" + items +
           "\nimpossible when sum <= 20\nimpossible when sum >= 21\naction x \"x\"\n"
           "decision d \"d\" partial\nrule r \"r\" when " +
           any + " recommend x\n";
  };
  test::Program open(test::load(text("")));
  test::Result r = open.eval("{}");
  // The search gives up; the sets of patients tell.
  CHECK(r.status == GDLRT_BAD_CASE);
  REQUIRE(r.problems.size() == 1);
  CHECK(r.messages().find("excludes everybody who agrees") != std::string::npos);
  test::Program settled(test::load(text(" default no")));
  r = settled.eval("{}");
  CHECK(r.status == GDLRT_BAD_CASE);
  CHECK(r.answer.is_null());
  // Where nothing is open one look is enough, and exact.
  std::string whole = "{";
  for (int i = 0; i < 40; ++i) whole += (i > 0 ? ",\"f" : "\"f") + std::to_string(i) + "\":false";
  r = settled.eval(whole + "}");
  CHECK(r.status == GDLRT_BAD_CASE);
  REQUIRE(r.problems.size() == 1);
  CHECK(r.problems[0]["message"] == "there is no such patient: `impossible when sum <= 20`");
}
