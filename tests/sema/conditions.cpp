// docs/language.md, "Conditions": a test for each sentence, named by it.
#include "guideline.h"

using namespace gdl::test;

namespace {

const std::string kFacts =
    "fact p \"P\" : yes | no\n"
    "fact q \"Q\" : yes | no\n"
    "fact line \"Line\" : first | second | third\n"
    "fact toxicity \"Toxicity\" : none < mild < severe\n"
    "fact ps \"PS\" : 0..4\n"
    "fact age \"Age\" : 18..120 years\n"
    "fact days \"Days\" : 0..400 days\n"
    "fact pdl1 \"PD-L1\" : 0.0..100.0 %\n"
    "fact bmi \"BMI\" : 10.0..60.0 'kg/m2'\n"
    "fact anc \"Neutrophils\" : 0.0..50.0 '10*9/L'\n"
    "fact sites \"Sites\" : set of brain | bone | lung | liver | skin | gut\n";

bool is(const std::string& condition, const std::map<std::string, std::string>& values) {
  return holds(kFacts, condition, values);
}
std::string wrong(const std::string& condition) { return found_in_condition(kFacts, condition); }

}  // namespace

TEST_CASE("conditions are joined by and, or, not") {
  for (bool p : {false, true}) {
    for (bool q : {false, true}) {
      std::map<std::string, std::string> v = {{"p", p ? "yes" : "no"}, {"q", q ? "yes" : "no"}};
      CHECK(is("p and q", v) == (p && q));
      CHECK(is("p or q", v) == (p || q));
      CHECK(is("not p", v) == !p);
      CHECK(is("not p and q", v) == (!p && q));      // `not` binds tightest
      CHECK(is("p or not p and q", v) == (p || q));  // `and` before `or`
      CHECK(is("not (p or q)", v) == !(p || q));
    }
  }
}

TEST_CASE("numbers are compared by = != < <= > >=") {
  for (int n = 0; n <= 4; ++n) {
    std::map<std::string, std::string> v = {{"ps", std::to_string(n)}};
    CHECK(is("ps = 2", v) == (n == 2));
    CHECK(is("ps != 2", v) == (n != 2));
    CHECK(is("ps < 2", v) == (n < 2));
    CHECK(is("ps <= 2", v) == (n <= 2));
    CHECK(is("ps > 2", v) == (n > 2));
    CHECK(is("ps >= 2", v) == (n >= 2));
    CHECK(is("2 <= ps", v) == (2 <= n));
  }
}

TEST_CASE("pasted comparison signs mean what they say") {
  CHECK(is("ps ≤ 2", {{"ps", "2"}}));
  CHECK_FALSE(is("ps ≥ 3", {{"ps", "2"}}));
  CHECK(is("ps ≠ 3", {{"ps", "2"}}));
}

TEST_CASE("a range has both ends, a half-open one leaves out its end") {
  for (int n = 64; n <= 76; ++n) {
    std::map<std::string, std::string> v = {{"age", std::to_string(n)}};
    CHECK(is("age in 65..75 years", v) == (n >= 65 && n <= 75));
    CHECK(is("age in 65..<75 years", v) == (n >= 65 && n < 75));
  }
  CHECK(is("pdl1 in 1..<50 %", {{"pdl1", "49.999"}}));
  CHECK_FALSE(is("pdl1 in 1..<50 %", {{"pdl1", "50"}}));
  CHECK(wrong("ps in 3..2") == "out-of-range at `ps in 3..2`");
  CHECK(wrong("ps in 3..<3") == "out-of-range at `ps in 3..<3`");
  CHECK(wrong("count(sites) in 2..<2") == "out-of-range at `count(sites) in 2..<2`");
  CHECK(wrong("line in 0..2") == "type-error at `line in 0..2`");
}

TEST_CASE("x in {a, b} names values") {
  CHECK(is("line in {first, third}", {{"line", "third"}}));
  CHECK_FALSE(is("line in {first, third}", {{"line", "second"}}));
  CHECK(is("ps in {0, 2}", {{"ps", "2"}}));
  CHECK_FALSE(is("ps in {0, 2}", {{"ps", "1"}}));
  CHECK(wrong("line in {}") == "type-error at `line in {}`");
  CHECK(wrong("line in {first, fourth}") == "unknown-name at `fourth`");
}

TEST_CASE("a set includes an element, equals a set, and is counted") {
  CHECK(is("sites includes brain", {{"sites", "bone brain"}}));
  CHECK_FALSE(is("sites includes brain", {{"sites", "bone"}}));
  CHECK(is("sites = {bone}", {{"sites", "bone"}}));
  CHECK_FALSE(is("sites = {bone}", {{"sites", "bone brain"}}));
  CHECK(is("sites != {bone}", {{"sites", "bone brain"}}));
  CHECK(is("sites = {}", {{"sites", ""}}));
  for (int n = 0; n <= 3; ++n) {
    const char* some[] = {"", "skin", "skin gut", "skin gut lung"};
    CHECK(is("count(sites) <= 1", {{"sites", some[n]}}) == (n <= 1));
    CHECK(is("count(sites) in 1..2", {{"sites", some[n]}}) == (n == 1 || n == 2));
  }
  CHECK(wrong("sites = brain") == "type-error at `sites = brain`");
  CHECK(wrong("sites < {brain}") == "type-error at `sites < {brain}`");
  CHECK(wrong("sites in {brain}") == "type-error at `sites in {brain}`");
  CHECK(wrong("line includes first") == "type-error at `line includes first`");
  CHECK(wrong("sites includes heart") == "unknown-name at `heart`");
  CHECK(wrong("count(line) > 1") == "type-error at `count(line)`");
  CHECK(wrong("count(sites) >= 7") == "out-of-range at `7`");
  CHECK(wrong("count(sites) >= 6") == "");
  CHECK(wrong("count(sites) >= 0.5") == "bad-number at `0.5`");
}

TEST_CASE("at least, at most, exactly some of several conditions") {
  for (int bits = 0; bits < 8; ++bits) {
    const bool p = (bits & 1) != 0, q = (bits & 2) != 0, s = (bits & 4) != 0;
    const int n = p + q + s;
    std::map<std::string, std::string> v = {
        {"p", p ? "yes" : "no"}, {"q", q ? "yes" : "no"}, {"ps", s ? "3" : "0"}};
    CHECK(is("at least 2 of (p, q, ps >= 2)", v) == (n >= 2));
    CHECK(is("at most 2 of (p, q, ps >= 2)", v) == (n <= 2));
    CHECK(is("exactly 2 of (p, q, ps >= 2)", v) == (n == 2));
    CHECK(is("exactly 0 of (p, q, ps >= 2)", v) == (n == 0));
    CHECK(is("exactly 3 of (p, q, ps >= 2)", v) == (n == 3));
  }
  CHECK(wrong("at least 4 of (p, q)") == "type-error at `4`");
  CHECK(wrong("at least 0 of (p, q)") == "type-error at `0`");
  CHECK(wrong("at most 2 of (p, q)") == "type-error at `2`");
}

TEST_CASE("chains") {
  CHECK(is("18.5 <= bmi < 25 'kg/m2'", {{"bmi", "18.5"}}));
  CHECK(is("18.5 <= bmi < 25 'kg/m2'", {{"bmi", "24.99"}}));
  CHECK_FALSE(is("18.5 <= bmi < 25 'kg/m2'", {{"bmi", "25"}}));
  CHECK_FALSE(is("18.5 <= bmi < 25 'kg/m2'", {{"bmi", "18.4"}}));
  CHECK(is("none < toxicity < severe", {{"toxicity", "mild"}}));
  CHECK_FALSE(is("none < toxicity < severe", {{"toxicity", "none"}}));
}

TEST_CASE("a yes/no stands alone, nothing else does") {
  CHECK(is("p", {{"p", "yes"}}));
  CHECK(is("p = yes", {{"p", "yes"}}));
  CHECK(is("p != yes", {{"p", "no"}}));
  CHECK(wrong("ps") == "type-error at `ps`");
  CHECK(wrong("line") == "type-error at `line`");
  CHECK(wrong("sites") == "type-error at `sites`");
}

TEST_CASE("ordered enumerations may be compared, others not") {
  CHECK(is("toxicity >= mild", {{"toxicity", "severe"}}));
  CHECK_FALSE(is("toxicity > mild", {{"toxicity", "mild"}}));
  CHECK(wrong("line > first") == "type-error at `line > first`");
  CHECK(wrong("p < yes") == "type-error at `p < yes`");
}

TEST_CASE("to the right of a comparison stands an enumerator or a literal, never a fact") {
  CHECK(wrong("ps < age") == "type-error at `age`");
  CHECK(wrong("line = toxicity") == "type-error at `toxicity`");
  CHECK(wrong("ps = 1 and 2 < 3") == "type-error at `2 < 3`");
}

TEST_CASE("enumerators are scoped by the fact they are compared with") {
  const std::string facts =
      "fact egfr \"EGFR\" : mutated | none\nfact alk \"ALK\" : none | mutated\n"
      "define driver \"Driver\" = egfr when egfr = mutated | none otherwise\n";
  CHECK(holds(facts, "egfr = none", {{"egfr", "none"}, {"alk", "mutated"}}));
  CHECK_FALSE(holds(facts, "alk = none", {{"egfr", "none"}, {"alk", "mutated"}}));
  CHECK(holds(facts, "driver = egfr", {{"egfr", "mutated"}}));  // also the name of a fact
  CHECK(found_in_condition(facts, "driver = mutated") == "unknown-name at `mutated`");
}

TEST_CASE("conditions never refer to advice") {
  CHECK(wrong("x") == "unknown-name at `x`");
  CHECK(wrong("d = x") == "unknown-name at `d`");
}

TEST_CASE("numbers are exact whatever unit they came in") {
  CHECK(is("anc < 1500 '/uL'", {{"anc", "1.4999999999999999999"}}));
  CHECK_FALSE(is("anc < 1500 '/uL'", {{"anc", "1.5"}}));
  CHECK(is("anc = 1100 '/uL'", {{"anc", "1.1"}}));
  CHECK(is("pdl1 = 0.1", {{"pdl1", "0.1"}}));
  CHECK(is("age >= 216 months", {{"age", "18"}}));
  CHECK(is("days >= 2 weeks", {{"days", "14"}}));
  CHECK_FALSE(is("days >= 2 weeks", {{"days", "13"}}));
  CHECK(is("days <= 48 hours", {{"days", "2"}}));
}

TEST_CASE("another dimension is a type error") {
  CHECK(wrong("anc < 1500 'mg/dL'") == "bad-unit at `'mg/dL'`");
  CHECK(wrong("ps < 3 years") == "bad-unit at `years`");
  CHECK(wrong("anc < 1500 'furlong'") == "bad-unit at `'furlong'`");
}

TEST_CASE("for a fact with a physical unit the literal must carry one") {
  CHECK(wrong("anc < 1.5") == "bad-unit at `1.5`");
  CHECK(wrong("bmi in 18..25 'kg/m2'") == "");
  CHECK(wrong("bmi in {20, 21 'kg/m2'}") == "");
  CHECK(wrong("20 'kg/m2' <= bmi < 25") == "bad-unit at `25`");
}

TEST_CASE("percent, calendar units and pure numbers may go without a unit") {
  CHECK(is("pdl1 >= 50", {{"pdl1", "50"}}));
  CHECK(is("pdl1 >= 50 %", {{"pdl1", "50"}}));
  CHECK(is("age >= 65", {{"age", "65"}}));
  CHECK(is("ps >= 1", {{"ps", "1"}}));
  CHECK(found_in_condition("fact share \"Share\" : 0.0..100.0 '%'", "share > 5") == "");
  CHECK(found_in_condition("fact ratio \"Ratio\" : 0.0..9.0 '1'", "ratio > 5") == "");
}

TEST_CASE("years and months convert, weeks, days and hours convert, the families do not mix") {
  CHECK(wrong("age >= 20 years and days <= 3 weeks") == "");
  CHECK(wrong("age >= 240 months") == "");
  CHECK(wrong("age >= 1000 weeks") == "bad-unit at `weeks`");
  CHECK(wrong("days < 1 month") == "bad-unit at `month`");
}

TEST_CASE("a threshold that an integer cannot tell from its neighbour is an error") {
  CHECK(wrong("age >= 18.5 years") == "indistinct-threshold at `18.5 years`");
  CHECK(wrong("age >= 220 months") == "indistinct-threshold at `220 months`");
  CHECK(wrong("ps in 0.5..2") == "indistinct-threshold at `0.5`");
  CHECK(wrong("pdl1 >= 18.5") == "");
}

TEST_CASE("a threshold outside the plausible range is an error") {
  CHECK(wrong("ps >= 5") == "out-of-range at `5`");
  CHECK(wrong("age < 17 years") == "out-of-range at `17 years`");
  CHECK(wrong("ps <= 4") == "");
}

TEST_CASE("knownness is itself a fact") {
  CHECK(is("pdl1 is unknown", {{"pdl1", "?20"}}));
  CHECK_FALSE(is("pdl1 is unknown", {{"pdl1", "20"}}));
  CHECK(is("pdl1 is known and pdl1 > 10", {{"pdl1", "20"}}));
  CHECK(is("pdl1 is unknown and pdl1 > 10", {{"pdl1", "?20"}}));  // what it would turn out to be
  CHECK(is("sites is known", {{"sites", "brain"}}));
  Guideline g(kFacts +
              "action x \"X\" decision d \"D\" rule r \"R\" when ps is known recommend x\n"
              "scenario \"S\" given age is unknown expect d.r");
  for (const gdl::sema::Fact& f : g.model().facts) {
    CHECK(f.knownness_tested == (f.name == "ps"));  // a scenario asks for nothing
  }
}

TEST_CASE("facts only can be known") {
  CHECK(found_in_condition(kFacts + "define old \"Old\" when age > 70\n", "old is known") ==
        "type-error at `old is known`");
  CHECK(wrong("count(sites) is known") != "");
}

TEST_CASE("knownness is not in impossible, nor behind its definitions") {
  CHECK(found(kFacts + "impossible when p and ps is unknown") == "type-error at `ps is unknown`");
  const std::string chain =
      "define tested \"Tested\" when ps is known\n"
      "define again \"Again\" = a when tested | b otherwise\n"
      "score points \"Points\" 1 point when again = a\n"
      "score more \"More\" plus points 2 points when p\n";
  CHECK(found(kFacts + chain + "impossible when more >= 2") == "type-error at `more >= 2`");
  CHECK(found_in_condition(kFacts + chain, "more >= 2") == "");
}
