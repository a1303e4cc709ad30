// docs/language.md, "From rules to advice": a test for each sentence, named by it. The expectations are worked
// out by hand from that text; guideline.h says how an answer is written down.
#include "guideline.h"

using namespace gdl::test;

namespace {

const std::string kBase =
    "fact p \"P\" : yes | no\nfact q \"Q\" : yes | no\nfact s \"S\" : yes | no\n"
    "action a \"A\" action b \"B\" action c \"C\" action e \"E\"\n";
const std::string kD = "decision d \"D\"\n";

std::string advice(const std::string& text, const std::map<std::string, std::string>& values = {}) {
  return Guideline(kBase + text).advice(values);
}

/// A patient with exactly these yes.
std::map<std::string, std::string> yes(const std::string& flags) {
  std::map<std::string, std::string> out;
  for (char c : flags) out[std::string(1, c)] = "yes";
  return out;
}

}  // namespace

// -- 1. applies -----------------------------------------------------------------------------------

TEST_CASE("a rule applies in its decision's domain, if when holds and unless does not") {
  Guideline g(kBase + "decision d \"D\" for p\nrule r \"R\" when q unless s recommend a");
  for (int bits = 0; bits < 8; ++bits) {
    const bool p = (bits & 1) != 0, q = (bits & 2) != 0, s = (bits & 4) != 0;
    std::string flags = std::string(p ? "p" : "") + (q ? "q" : "") + (s ? "s" : "");
    CHECK(g.stands("d.r", yes(flags)) == (p && q && !s));
  }
}

// -- 2. stands ------------------------------------------------------------------------------------

TEST_CASE("a rule stands if no standing rule overrides it") {
  Guideline g(kBase + kD +
              "rule one \"1\" recommend a\n"
              "rule two \"2\" when p recommend b overrides one\n"
              "rule three \"3\" when q recommend c overrides two");
  CHECK(g.standing(yes("")) == "d.one");
  CHECK(g.standing(yes("p")) == "d.two");
  CHECK(g.standing(yes("q")) == "d.one d.three");   // what it overrides does not apply
  CHECK(g.standing(yes("pq")) == "d.one d.three");  // overridden, `two` overrides nothing
}

TEST_CASE("a rule may override one of another decision") {
  Guideline g(kBase +
              "decision d \"D\" rule r \"R\" recommend a\n"
              "decision e \"E\" for p rule t \"T\" recommend b overrides d.r");
  CHECK(g.standing(yes("")) == "d.r");
  CHECK(g.standing(yes("p")) == "e.t");
}

TEST_CASE("overrides all on a for rule: every other for rule of its decision") {
  Guideline g(kBase +
              "decision d \"D\"\n"
              "rule r \"R\" recommend a\nrule u \"U\" consider b\nrule v \"V\" avoid c\n"
              "rule n \"N\" caution a\nrule w \"W\" when p recommend e overrides all\n"
              "decision other \"O\" rule r \"R\" recommend a");
  CHECK(g.standing(yes("")) == "d.r d.u d.v d.n other.r");
  CHECK(g.standing(yes("p")) ==
        "d.v d.n d.w other.r");  // no against, no caution, no other decision
}

TEST_CASE("the overrides of a rule with only against directives do not keep a rule from standing") {
  Guideline g(kBase + kD + "rule r \"R\" recommend a\nrule v \"V\" when p avoid b overrides r");
  CHECK(g.standing(yes("p")) == "d.r d.v");
  CHECK(g.advice(yes("p")) == "d.r recommend a");
}

TEST_CASE("the overrides of a rule with for and against keep a rule from standing") {
  Guideline g(kBase + kD +
              "rule r \"R\" recommend a\nrule v \"V\" when p recommend c avoid b overrides r");
  CHECK(g.standing(yes("p")) == "d.v");
}

// -- ways and 3. bans -----------------------------------------------------------------------------

TEST_CASE("a way matches X if it contains a way of X") {
  const std::string rule =
      "action m \"M\" = a | b\naction n \"N\" = a + b\n" + kD + "rule r \"R\" recommend ";
  auto left = [&](const std::string& advised, const std::string& ban) {
    return advice(rule + advised + "\nrule v \"V\" avoid " + ban);
  };
  CHECK(left("a | c", "a") == "d.r recommend c");
  CHECK(left("a + c | e", "a") == "d.r recommend e");      // a+c contains a
  CHECK(left("a | a + c", "a + c") == "d.r recommend a");  // a does not contain a+c
  CHECK(left("a + b + c | a + c", "n") == "d.r recommend a+c");
  CHECK(left("a | b | c", "m") == "d.r recommend c");  // a way of m: a, and b
  CHECK(left("m + c | e", "b") == "d.r recommend a+c | e");
  CHECK(left("a | c", "b") == "d.r recommend a | c");
}

TEST_CASE("X alone matches equal ways only") {
  const std::string rule = kD + "rule r \"R\" recommend a | a + c | c\nrule v \"V\" avoid ";
  CHECK(advice(rule + "a alone") == "d.r recommend a+c | c");
  CHECK(advice(rule + "a + c alone") == "d.r recommend a | c");
  CHECK(advice(rule + "(a | c) alone") == "d.r recommend a+c");
}

TEST_CASE("the againsts of all standing rules, in every decision, remove ways from every for") {
  const std::string text =
      "decision d \"D\" rule r \"R\" recommend a | b\n"
      "decision e0 \"E\" for p rule t \"T\" recommend b | c contraindicate a\n"
      "rule u \"U\" when q recommend e overrides t because \"u\"\n"
      "safety rule z \"Z\" when s avoid c";
  CHECK(advice(text) == "d.r recommend a | b");
  CHECK(advice(text, yes("p")) == "d.r recommend b\ne0.t recommend b | c");
  CHECK(advice(text, yes("ps")) == "d.r recommend b\ne0.t recommend b");
  CHECK(advice(text, yes("pq")) == "d.r recommend a | b\ne0.u recommend e");  // t does not stand
  CHECK(advice(text, yes("s")) == "d.r recommend a | b");
}

TEST_CASE("caution and prefer remove nothing") {
  CHECK(advice(kD + "rule r \"R\" recommend a | b\nrule t \"T\" caution a prefer b over a") ==
        "d.r recommend a | b");
}

// -- 3. parameters --------------------------------------------------------------------------------

namespace {

const std::string kParameters =
    "fact p \"P\" : yes | no\nfact q \"Q\" : yes | no\n"
    "action a \"A\" with cycles: 1..6, dose: full | half\naction b \"B\" action c \"C\"\n"
    "action k \"K\" = (a | b) + c with weeks: 1..4\n";

}  // namespace

TEST_CASE("a for that sets no parameter carries the whole range") {
  Guideline g(kParameters + kD + "rule r \"R\" recommend a");
  CHECK(g.parameters("d.r") == "cycles 1 2 6, dose full half");  // 2 stands for what is between
}

TEST_CASE(
    "two standing rules that set the same parameter of the same action leave the intersection") {
  Guideline g(kParameters + kD +
              "rule r \"R\" recommend a with cycles: 2..4\n"
              "rule t \"T\" when p recommend a with cycles: 3..6\n"
              "rule u \"U\" when q consider a with dose: half");
  CHECK(g.parameters("d.r", {}) == "cycles 2 3 4, dose full half");
  CHECK(g.parameters("d.r", {{"p", "yes"}}) == "cycles 3 4, dose full half");
  CHECK(g.parameters("d.t", {{"p", "yes"}}) == "cycles 3 4, dose full half");
  CHECK(g.parameters("d.r", {{"q", "yes"}}) == "cycles 2 3 4, dose half");
}

TEST_CASE("an empty intersection is a conflict") {
  Guideline g(kParameters + kD +
              "rule r \"R\" recommend a with cycles: 1..2\n"
              "rule t \"T\" when p recommend a with cycles: 4\nrule u \"U\" recommend a | b");
  CHECK(g.advice({}) == "d.r recommend a\nd.u recommend a | b");
  CHECK(g.advice({{"p", "yes"}}) ==
        "d.r conflict\nd.t conflict\nd.u recommend b\n"
        "parameter d.r cycles\nparameter d.t cycles\nparameter d.u cycles");
}

TEST_CASE("parameters set on X reach every advised way that matches X") {
  Guideline g(kParameters +
              "decision d \"D\" rule r \"R\" recommend a with cycles: 2..3\n"
              "decision e \"E\" rule t \"T\" recommend a + c\nrule u \"U\" recommend b\n"
              "rule v \"V\" recommend k with weeks: 2");
  CHECK(g.parameters("e.t") == "cycles 2 3, dose full half, weeks 2");  // a+c is a way of k
  CHECK(g.parameters("e.u") == "");
  CHECK(g.parameters("d.r") == "cycles 2 3, dose full half");
}

TEST_CASE("an against with parameters removes only those values") {
  Guideline g(kParameters + kD +
              "rule r \"R\" recommend a\n"
              "rule t \"T\" when p avoid a with cycles: 4..6\n"
              "rule u \"U\" when q avoid a with dose: full");
  CHECK(g.parameters("d.r", {{"p", "yes"}}) == "cycles 1 2, dose full half");
  CHECK(g.parameters("d.r", {{"p", "yes"}, {"q", "yes"}}) == "cycles 1 2, dose half");
  CHECK(g.advice({{"p", "yes"}, {"q", "yes"}}) == "d.r recommend a");
}

TEST_CASE("a way whose parameter has no value left is removed") {
  Guideline g(kParameters + kD +
              "rule r \"R\" recommend a with cycles: 5..6\nrule w \"W\" recommend a | b\n"
              "rule t \"T\" when p avoid a with cycles: 4..6");
  CHECK(g.advice({}) == "d.r recommend a\nd.w recommend a | b");
  // The values 5..6 that r leaves are those that t bans: for w too, whose way a they reach.
  CHECK(g.advice({{"p", "yes"}}) == "d.r conflict\nd.w recommend b");
  Guideline settled(kParameters + kD +
                    "rule r \"R\" recommend a with cycles: 5..6\n"
                    "rule t \"T\" when p avoid a with cycles: 4..6 overrides r");
  CHECK(settled.advice({{"p", "yes"}}) == "d.r withdrawn\nd stranded");
}

// -- 4. withdrawn or conflict ---------------------------------------------------------------------

TEST_CASE(
    "a for with nothing left is a conflict unless the bans of rules that override it suffice") {
  const std::string rule = kD + "rule r \"R\" recommend a | b\n";
  CHECK(advice(rule + "rule v \"V\" avoid a | b") == "d.r conflict\nd stranded");
  CHECK(advice(rule + "rule v \"V\" avoid a | b overrides r") == "d.r withdrawn\nd stranded");
  CHECK(advice(rule + "safety rule v \"V\" avoid a | b overrides d.r") ==
        "d.r withdrawn\nd stranded");
  // Half of it by a rule that overrides, half by one that does not.
  CHECK(advice(rule + "rule v \"V\" avoid a overrides r rule w \"W\" avoid b") ==
        "d.r conflict\nd stranded");
  CHECK(advice(rule + "rule v \"V\" avoid a overrides r rule w \"W\" avoid b overrides r") ==
        "d.r withdrawn\nd stranded");
  // The bans that override suffice: another one beside them changes nothing.
  CHECK(advice(rule + "rule v \"V\" avoid a | b overrides r rule w \"W\" avoid b") ==
        "d.r withdrawn\nd stranded");
}

TEST_CASE("overrides all on an against: everything its bans empty, in every decision") {
  const std::string text =
      "decision d \"D\" rule r \"R\" recommend a\n"
      "decision e0 \"E\" rule t \"T\" recommend a + c rule u \"U\" recommend a | b\n";
  CHECK(advice(text + "safety rule v \"V\" avoid a overrides all") ==
        "d.r withdrawn\nd stranded\ne0.t withdrawn\ne0.u recommend b");
  CHECK(advice(text + "safety rule v \"V\" avoid a overrides all rule e0.w \"W\" avoid b") ==
        "d.r withdrawn\nd stranded\ne0.t withdrawn\ne0.u conflict\ne0 stranded");
}

TEST_CASE("each for of a rule is judged by itself") {
  CHECK(advice(kD + "rule r \"R\" recommend a consider b\nrule v \"V\" avoid a overrides r") ==
        "d.r withdrawn\nd.r consider b");
}

TEST_CASE("a rule may be in conflict with itself") {
  CHECK(advice(kD + "rule r \"R\" recommend a avoid a | b") == "d.r conflict\nd stranded");
}

// -- 5. choose ------------------------------------------------------------------------------------

TEST_CASE("choose any offers what stands side by side, do all everything that stands") {
  for (const char* choose : {"choose any", "do all", ""}) {
    CHECK(advice("decision d \"D\" " + std::string(choose) +
                 "\nrule r \"R\" recommend a\nrule t \"T\" recommend b") ==
          "d.r recommend a\nd.t recommend b");
  }
}

TEST_CASE("choose first keeps the first rule with a for not withdrawn, or no recommendation") {
  const std::string d = "decision d \"D\" choose first\n";
  const std::string tail =
      "rule y \"Y\" when q no recommendation because \"n\" rule z \"Z\" recommend c\n";
  const std::string text = d + "rule r \"R\" when p recommend a\n" + tail;
  CHECK(advice(text, yes("")) == "d.z recommend c");
  CHECK(advice(text, yes("p")) == "d.r recommend a");
  CHECK(advice(text, yes("q")) == "d.y none");
  CHECK(advice(text, yes("pq")) == "d.r recommend a");
  // Withdrawn: the next one. In conflict: it is still the first.
  CHECK(advice(text + "safety rule v \"V\" when s avoid a overrides d.r", yes("ps")) ==
        "d.r withdrawn\nd.z recommend c");
  CHECK(advice(text + "safety rule v \"V\" when s avoid a", yes("ps")) ==
        "d.r conflict\nd stranded");
}

TEST_CASE("behind the first, conflicts do not count, and againsts are never shadowed") {
  const std::string d = "decision d \"D\" choose first\nrule r \"R\" recommend a | b\n";
  CHECK(advice(d + "rule t \"T\" recommend c\nsafety rule v \"V\" avoid c") ==
        "d.r recommend a | b");
  CHECK(advice(d + "rule t \"T\" recommend c avoid a") == "d.r recommend b");
  CHECK(advice(d + "rule t \"T\" avoid a") == "d.r recommend b");
}

TEST_CASE("choose one: two standing answers that differ are an overlap") {
  auto one = [](const std::string& rules) {
    return advice("decision d \"D\" choose one\n" + rules);
  };
  CHECK(one("rule r \"R\" recommend a\nrule t \"T\" recommend b") ==
        "d.r recommend a\nd.t recommend b\nd overlap");
  CHECK(one("rule r \"R\" recommend a\nrule t \"T\" recommend a") ==
        "d.r recommend a\nd.t recommend a");
  CHECK(one("rule r \"R\" recommend a | b\nrule t \"T\" recommend b | a") ==
        "d.r recommend a | b\nd.t recommend b | a");
  CHECK(one("rule r \"R\" recommend a\nrule t \"T\" consider a") ==
        "d.r recommend a\nd.t consider a\nd overlap");
  // What bans leave is what is answered.
  CHECK(one("rule r \"R\" recommend a | b\nrule t \"T\" recommend a\nrule v \"V\" avoid b") ==
        "d.r recommend a\nd.t recommend a");
  CHECK(
      one("rule r \"R\" recommend a\nrule t \"T\" recommend b\nrule v \"V\" avoid b overrides t") ==
      "d.r recommend a\nd.t withdrawn");
}

TEST_CASE("answers of different strength or evidence differ") {
  const std::string text =
      "grading mine strength firm > loose evidence good > bad\n"
      "decision d \"D\" choose one\n";
  CHECK(advice(text +
               "rule r \"R\" recommend a strength firm rule t \"T\" recommend a strength firm") ==
        "d.r recommend a\nd.t recommend a");
  CHECK(advice(text +
               "rule r \"R\" recommend a strength firm rule t \"T\" recommend a strength loose") ==
        "d.r recommend a\nd.t recommend a\nd overlap");
  CHECK(advice(text + "rule r \"R\" recommend a evidence good rule t \"T\" recommend a") ==
        "d.r recommend a\nd.t recommend a\nd overlap");
}

// -- gap, stranded, overlap -----------------------------------------------------------------------

TEST_CASE("empty is a gap if no for rule applied, else stranded") {
  const std::string d = "decision d \"D\" for p\nrule r \"R\" when q recommend a\n";
  CHECK(advice(d, yes("")) == "");
  CHECK(advice(d, yes("p")) == "d gap");
  CHECK(advice(d, yes("pq")) == "d.r recommend a");
  CHECK(advice(d + "safety rule v \"V\" when s avoid a", yes("pqs")) == "d.r conflict\nd stranded");
  CHECK(advice(d + "safety rule v \"V\" when s avoid a overrides all", yes("pqs")) ==
        "d.r withdrawn\nd stranded");
  // It applied, and does not stand.
  CHECK(advice(d + "rule t \"T\" when s caution b overrides r", yes("pqs")) == "d stranded");
}

TEST_CASE("an against never fills a decision, nor does a caution or a preference") {
  CHECK(advice(kD + "rule r \"R\" avoid a") == "d gap");
  CHECK(advice(kD + "rule r \"R\" caution a prefer a over b") == "d gap");
}

TEST_CASE("no recommendation is an answer") {
  CHECK(advice(kD + "rule r \"R\" no recommendation because \"n\"") == "d.r none");
  CHECK(advice(kD + "rule r \"R\" no recommendation because \"n\" avoid a") == "d.r none");
}

TEST_CASE("no recommendation beside a for left is an overlap") {
  const std::string none = kD + "rule r \"R\" no recommendation because \"n\"\n";
  CHECK(advice(none + "rule t \"T\" recommend a") == "d.t recommend a\nd.r none\nd overlap");
  CHECK(advice(none + "rule t \"T\" recommend a\nrule v \"V\" avoid a overrides t") ==
        "d.t withdrawn\nd.r none");
  CHECK(advice(kD + "rule r \"R\" no recommendation because \"n\" consider a") ==
        "d.r consider a\nd.r none\nd overlap");
}

// -- exclusive ------------------------------------------------------------------------------------

TEST_CASE("two recommends of different rules violate exclusive if every choice of ways does") {
  auto with = [](const std::string& first, const std::string& second,
                 const std::string& exclusive = "a, b") {
    std::string out = advice("exclusive " + exclusive + "\ndecision d \"D\" rule r \"R\" " + first +
                             "\ndecision e0 \"E\" rule t \"T\" " + second);
    std::size_t at = out.find("exclusive");
    return at == std::string::npos ? std::string() : out.substr(at);
  };
  CHECK(with("recommend a", "recommend b") == "exclusive d.r, e0.t");  // in whatever decisions
  CHECK(with("recommend b", "recommend a") == "exclusive d.r, e0.t");
  CHECK(with("recommend a + c", "recommend b + e") == "exclusive d.r, e0.t");
  CHECK(with("recommend a", "recommend c") == "");
  CHECK(with("recommend a", "recommend b | c") == "");  // there is a choice that keeps clear
  CHECK(with("recommend a | b", "recommend a | b") == "");
  CHECK(with("recommend a | a + c", "recommend b | b + c") == "exclusive d.r, e0.t");
  CHECK(with("recommend a", "consider b") == "");               // a consider is an alternative
  CHECK(with("recommend a recommend b", "recommend c") == "");  // one rule's own
  CHECK(with("recommend a + b", "recommend c") == "");
  CHECK(with("recommend a + c", "recommend b", "a alone, b") == "");
  CHECK(with("recommend a", "recommend b", "a | c, b") == "exclusive d.r, e0.t");
}

TEST_CASE("exclusive judges the ways that bans leave, and what is offered") {
  const std::string text =
      "exclusive a, b\ndecision d \"D\" choose first rule r \"R\" recommend a\n"
      "rule r2 \"R\" recommend b\ndecision e0 \"E\" rule t \"T\" recommend b | c\n";
  CHECK(advice(text) == "d.r recommend a\ne0.t recommend b | c");  // r2 is behind the first
  CHECK(advice(text + "safety rule v \"V\" when p avoid c", yes("p")) ==
        "d.r recommend a\ne0.t recommend b\nexclusive d.r, e0.t");
}
