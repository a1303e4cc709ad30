// What an answer says beside the offers: texts, units, what a withdrawn rule still says, what is accepted; and
// what is only assumed, against all that the defaulted facts may be.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "everything.h"
#include "generate.h"
#include "patients.h"

using namespace gdl;
using nlohmann::json;

namespace {

const std::string kHead = R"(guideline g "The title"
  language 1
  version 1.2.0
  status approved
  updated 2025-10-18
  audience clinician, patient
  disclaimer "Verify."
reference 1 "A book"
)";

json answer(const std::string& body, const std::string& input, const char* audience = nullptr,
            const char* locale = nullptr) {
  driver::Compilation c = test::load(kHead + body);
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  test::Program p(c);
  test::Result r = p.eval(input, audience, locale);
  REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
  return r.answer;
}

std::vector<std::string> because(const json& list) {
  std::vector<std::string> out;
  for (const json& a : list) out.push_back(a["because"]);
  return out;
}

}  // namespace

TEST_CASE("head and texts") {
  const char* body = R"(
fact a : yes | no
action x "X" say patient "X for you." say patient "de-CH" "X."
action m "M" with dose: 0.5..2.5 'mg', times: 1..3
decision d "D" say patient "About D."
rule r "R" when a recommend x | m cite 1 say patient "R for you." say clinician "R."
rule s "S" when not a no recommendation because "none"
)";
  json j = answer(body, R"({"a":true})", "patient", "de-CH");
  CHECK(j["guideline"]["title"] == "The title");
  CHECK(j["guideline"]["status"] == "approved");
  CHECK(j["guideline"]["updated"] == "2025-10-18");
  CHECK(j["guideline"]["disclaimer"] == "Verify.");
  const json& d = j["decisions"][0];
  CHECK(d["text"] == "About D.");
  CHECK(d["offers"][0]["texts"] == json::array({"X."}));
  CHECK(d["advice"][0]["text"] == "R for you.");
  // A number of a parameter stands in its unit, which is named beside.
  CHECK(d["offers"][1]["units"] == json{{"dose", "mg"}});
  CHECK(!d["offers"][0].contains("units"));
  j = answer(body, R"({"a":true})");
  CHECK(!j["decisions"][0].contains("text"));
  CHECK(!j["decisions"][0]["offers"][0].contains("texts"));
  CHECK(j["decisions"][0]["advice"][0]["text"] == "R");
  j = answer(body, R"({"a":true})", "patient", "fr");
  CHECK(j["decisions"][0]["offers"][0]["texts"] == json::array({"X for you."}));
  j = answer(body, R"({"a":false})");
  CHECK(j["decisions"][0]["advice"][0]["reason"] == "none");
}

TEST_CASE("a rule whose recommendation is withdrawn still says what else it says") {
  json j = answer(R"(
fact a : yes | no
action x "X"
action y "Y"
action z "Z"
decision d "D"
rule r "R" when a recommend x caution y avoid z
rule other "Other" recommend y | z
safety rule ban "Ban" when a contraindicate x overrides d.r because "worse"
)",
                  R"({"a":true})");
  const json& d = j["decisions"][0];
  std::set<std::string> said;
  for (const json& a : d["advice"]) {
    said.insert(a["rule"].get<std::string>() + " " + a["verb"].get<std::string>());
  }
  CHECK(said == std::set<std::string>{"d.r caution", "d.r avoid", "d.other recommend"});
  REQUIRE(d["withdrawn"].size() == 1);
  CHECK(d["withdrawn"][0]["by"] == json::array({"ban"}));
  CHECK(d["offers"].size() == 1);
  CHECK(d["offers"][0]["cautions"] == json::array({"d.r"}));
}

TEST_CASE("what is accepted is what is there") {
  const std::string body = R"(
fact a : yes | no
fact b : yes | no
fact c : yes | no
action x "X"
action y "Y"
action z "Z"
exclusive x, y
decision d "D" choose one
rule one "One" when a recommend x strength strong
rule two "Two" when b recommend x strength strong
rule three "Three" when c recommend z
safety rule ban "Ban" when b avoid z
safety rule other "Other" when a contraindicate z
decision e "E" partial
rule four "Four" when c recommend y
rule five "Five" when b recommend y
accept overlap in d between one and two because "one and two"
accept overlap in d between one and three because "one and three"
accept conflict in d between three and ban because "three and ban"
accept conflict in d between three and other because "three and other"
accept exclusive in e between d.one and four because "one and four"
accept exclusive in e between d.one and five because "one and five"
accept exclusive in d because "all of d"
accept gap in d because "gap"
)";
  // Where Grading is undeclared the strength says nothing: give one.
  const std::string graded = "grading own strength strong > weak evidence good > bad\n";
  auto accepted = [&](const char* input, std::size_t decision) {
    const std::string& text = body;
    json j = answer(graded + text, input);
    return because(j["decisions"][decision]["accepted"]);
  };
  using List = std::vector<std::string>;
  CHECK(accepted(R"({"a":false,"b":false,"c":false})", 0) == List{"gap"});
  CHECK(accepted(R"({"a":true,"b":true,"c":false})", 0) == List{"all of d"});
  CHECK(accepted(R"({"a":true,"b":true,"c":false})", 1) == List{"one and five"});
  CHECK(accepted(R"({"a":false,"b":false,"c":true})", 0) == List{});
  CHECK(accepted(R"({"a":false,"b":true,"c":true})", 0) == List{"three and ban", "all of d"});
  CHECK(accepted(R"({"a":true,"b":false,"c":true})", 0) == List{"three and other", "all of d"});
  CHECK(accepted(R"({"a":true,"b":false,"c":true})", 1) == List{"one and four"});
  CHECK(accepted(R"({"a":true,"b":true,"c":true})", 0) ==
        List{"three and ban", "three and other", "all of d"});
}

namespace {

/// The value of the fact in class (or set) `v` as JSON.
std::string json_of(const space::Tables& t, sema::FactId id, std::size_t v) {
  const sema::Fact& f = t.model.facts[id];
  switch (f.kind) {
    case sema::FactKind::boolean: return v == 1 ? "true" : "false";
    case sema::FactKind::enumeration: return "\"" + f.enumerators[v].name + "\"";
    case sema::FactKind::set: {
      std::string out = "[";
      for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
        if (((v >> e) & 1u) != 0) {
          out += (out.size() > 1 ? ",\"" : "\"") + f.enumerators[e].name + "\"";
        }
      }
      return out + "]";
    }
    case sema::FactKind::integer:
    case sema::FactKind::decimal: {
      char buffer[gdlrt::num::kMaxFormat];
      sema::Rational number = t.classes.sample(id, v).number;
      return std::string(buffer, gdlrt::num::format(number, buffer, sizeof buffer));
    }
  }
  return "null";
}

std::size_t values_of(const space::Tables& t, sema::FactId id) {
  const sema::Fact& f = t.model.facts[id];
  return f.kind == sema::FactKind::set ? std::size_t{1} << f.enumerators.size()
                                       : t.classes.count(id);
}

/// Everything in the answer that has a status, without it.
std::set<std::string> said(const json& j, const char* status) {
  std::set<std::string> out;
  for (const json& d : j["decisions"]) {
    for (const char* part : {"offers", "advice", "withdrawn"}) {
      for (json item : d[part]) {
        if (status != nullptr && item["status"] != status) continue;
        for (const char* key :
             {"status", "rules", "cautions", "conflict", "against", "shadowed", "by", "text"}) {
          item.erase(key);
        }
        out.insert(d["id"].get<std::string>() + " " + part + " " + item.dump());
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("certain is what comes out whatever the defaulted facts are, assumed the rest") {
  std::size_t assumed = 0;
  std::size_t certain = 0;
  for (std::uint64_t seed = 6'000'000; seed < 6'000'120; ++seed) {
    std::string text = test::Generator(seed, {4, 2, 2, 4, false}).run();
    // Without constraints every completion can be asked for; `is known` would tell given from assumed.
    std::size_t at = 0;
    while ((at = text.find("impossible when", at)) != std::string::npos) {
      text.erase(at, text.find('\n', at) - at + 1);
    }
    CAPTURE(text);
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const sema::Model& m = *c.model;
    space::Tables t(m);
    test::Program p(c);
    test::Random random(seed);
    for (int k = 0; k < 4; ++k) {
      std::string given;
      std::vector<sema::FactId> open;
      std::size_t total = 1;
      for (std::size_t i = 0; i < m.facts.size(); ++i) {
        sema::FactId id(i);
        if (m.facts[id].default_value.has_value()) {
          open.push_back(id);
          total *= values_of(t, id);
          continue;
        }
        given += (given.empty() ? "\"" : ",\"") + m.facts[id].name +
                 "\":" + json_of(t, id, random.below(values_of(t, id)));
      }
      if (open.empty() || total > 200) break;
      test::Result base = p.eval("{" + given + "}");
      REQUIRE_MESSAGE(base.status == GDLRT_OK, base.messages());
      std::set<std::string> always = said(base.answer, nullptr);
      for (std::size_t n = 0; n < total; ++n) {
        std::string input = given;
        std::size_t rest = n;
        for (sema::FactId id : open) {
          input += (input.empty() ? "\"" : ",\"") + m.facts[id].name +
                   "\":" + json_of(t, id, rest % values_of(t, id));
          rest /= values_of(t, id);
        }
        test::Result whole = p.eval("{" + input + "}");
        REQUIRE_MESSAGE(whole.status == GDLRT_OK, whole.messages());
        CHECK(said(whole.answer, "assumed").empty());
        std::set<std::string> also = said(whole.answer, nullptr);
        std::set<std::string> both;
        std::set_intersection(always.begin(), always.end(), also.begin(), also.end(),
                              std::inserter(both, both.end()));
        always = both;
      }
      CAPTURE(given);
      CHECK(said(base.answer, "certain") == always);
      certain += always.size();
      assumed += said(base.answer, "assumed").size();
    }
  }
  CHECK(certain > 100);
  CHECK(assumed > 100);
}

TEST_CASE("what holds whatever the defaulted facts are is certain, however many they are") {
  auto status = [](int count) {
    std::string body;
    std::string any;
    for (int i = 0; i < count; ++i) {
      body += "fact f" + std::to_string(i) + " : yes | no default no\n";
      any += (i > 0 ? " or f" : "f") + std::to_string(i);
    }
    body += "action x \"X\"\ndecision d \"D\"\nrule r \"R\" when not (" + any + ") or (" + any +
            ") recommend x\n";
    return answer(body, "{}")["decisions"][0]["offers"][0]["status"].get<std::string>();
  };
  CHECK(status(1) == "certain");
  CHECK(status(60) == "certain");
}
