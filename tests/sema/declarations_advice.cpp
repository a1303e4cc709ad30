// docs/language.md, "Declarations", of what can be advised: actions, decisions, rules, accepts, scenarios. A test
// for each sentence, named by it.
#include "guideline.h"

using namespace gdl;
using namespace gdl::test;

namespace {

const std::string kBase =
    "fact p \"P\" : yes | no\nfact q \"Q\" : yes | no\n"
    "action a \"A\" action b \"B\" action c \"C\"\n";
const std::string kD = "decision d \"D\"\n";

}  // namespace

// -- actions --------------------------------------------------------------------------------------

TEST_CASE("an action is a leaf, or one of, or all together; + binds tighter; parentheses allowed") {
  Guideline g(
      "action a \"A\" action b \"B\" action c \"C\" action e \"E\"\n"
      "action one \"One\" = a | b\naction both \"Both\" = a + b\n"
      "action mixed \"Mixed\" = a + b | c\naction braced \"Braced\" = a + (b | c)\n"
      "action nested \"Nested\" = one + (c | e)\naction twice \"Twice\" = one + one\n"
      "action same \"Same\" = a | a + a\n" +
      kD + "rule r \"R\" recommend nested");
  CHECK(g.ways_of("a") == "a");
  CHECK(g.ways_of("one") == "a | b");
  CHECK(g.ways_of("both") == "a+b");
  CHECK(g.ways_of("mixed") == "a+b | c");
  CHECK(g.ways_of("braced") == "a+b | a+c");
  CHECK(g.ways_of("nested") == "a+c | a+e | b+c | b+e");
  CHECK(g.ways_of("twice") == "a | a+b | b");  // pairwise unions: a+a is a
  CHECK(g.ways_of("same") == "a");
  CHECK(found(kBase + kD + "rule r \"R\" recommend a | z") == "unknown-name at `z`");
}

TEST_CASE("an action may stand before what it is made of, but not on itself") {
  Guideline g("action one \"One\" = a | b\naction a \"A\" action b \"B\"\n" + kD +
              "rule r \"R\" recommend one");
  CHECK(g.ways_of("one") == "a | b");
  CHECK(found("action x \"X\" = y | z action y \"Y\" = x action z \"Z\"\n" + kD +
              "rule r \"R\" recommend x rule s \"S\" recommend y") == "cycle at `x`");
}

TEST_CASE("the ways of an action have a limit, met before the product is built") {
  std::string text = "action x \"X\" action y \"Y\"\n", wide = "action p0 \"P\" = ", product = "x";
  for (int i = 0; i < 11; ++i) {
    std::string n = std::to_string(i);
    text += "action u" + n + " \"U\" action v" + n + " \"V\"\n";
    product += " + (u" + n + " | v" + n + ")";
  }
  CHECK(found(text + "action p0 \"P\" = " + product + "\n" + kD +
              "rule r \"R\" recommend p0 + y") == "too-many at `" + product + "`");
  text.clear();
  for (int i = 0; i < 1025; ++i) {
    text += "action u" + std::to_string(i) + " \"U\"\n";
    wide += (i == 0 ? "u" : " | u") + std::to_string(i);
  }
  CHECK(found(text + wide + "\n" + kD + "rule r \"R\" recommend p0").rfind("too-many", 0) == 0);
}

TEST_CASE("with typed parameters: ranges or enumerations") {
  const std::string action =
      "action a \"A\" with cycles: 1..6, dose: full | reduced, amount: 0.0..5.0 'g'\naction b "
      "\"B\"\n" +
      kD;
  Guideline g(action + "rule r \"R\" recommend a with cycles: 2..4, dose: full, amount: 500 'mg'");
  CHECK(g.parameters("d.r") == "cycles 2 3 4, dose full, amount 0.5");
  auto with = [&](const std::string& use) {
    return found(action + "rule r \"R\" recommend " + use);
  };
  CHECK(with("a with dose: full | reduced") == "");
  CHECK(with("a with cycles: 0..4") == "out-of-range at `0..4`");
  CHECK(with("a with cycles: 4..2") == "bad-number at `4..2`");
  CHECK(with("a with cycles: 2.5") == "bad-number at `2.5`");
  CHECK(with("a with cycles: full") == "type-error at `full`");
  CHECK(with("a with dose: 3") == "type-error at `3`");
  CHECK(with("a with dose: half") == "unknown-name at `half`");
  CHECK(with("a with amount: 3") == "bad-unit at `3`");
  CHECK(with("a with amount: 3 'mL'") == "bad-unit at `'mL'`");
  CHECK(with("a with rate: 3") == "unknown-name at `rate`");
  CHECK(with("b with cycles: 3") == "unknown-name at `cycles`");
  CHECK(with("a with dose: full, dose: full") == "duplicate-name at `dose`");
  CHECK(found("action a \"A\" with n: 5..1\n" + kD + "rule r \"R\" recommend a with n: 3") ==
        "bad-number at `5..1`");  // and nothing that follows from it
  CHECK(found("action a \"A\" with n: 1..5, n: 1..3\n" + kD + "rule r \"R\" recommend a") ==
        "duplicate-name at `n`");
}

TEST_CASE("exclusive names actions, whatever the decisions") {
  Guideline g(kBase + "exclusive a | b, c alone\n" + kD + "rule r \"R\" recommend a");
  CHECK(g.ways(g.model().exclusives[0].first.ways) == "a | b");
  CHECK(g.model().exclusives[0].second.alone);
}

// -- decisions and rules --------------------------------------------------------------------------

TEST_CASE("every patient of the domain must get an answer unless the decision says partial") {
  const std::string rule = "rule r \"R\" when q recommend a";
  CHECK(analysed(kBase + "decision d \"D\" for p\n" + rule) == "gap at `d`");
  CHECK(analysed(kBase + "decision d \"D\" for p partial\n" + rule) == "");
  CHECK(analysed(kBase + "decision d \"D\" for p and q\n" + rule + " rule s \"S\" recommend b") ==
        "needless-condition at `q`");
  Guideline g(kBase + "decision d \"D\" for p\n" + rule);
  CHECK(g.advice({{"q", "yes"}}) == "");  // outside its domain a decision says nothing
  CHECK(g.advice({{"p", "yes"}}) == "d gap");
}

TEST_CASE("choose any is the default; one, first and do all are the others") {
  auto choose = [](const std::string& clause) {
    return Guideline(kBase + "decision d \"D\" " + clause + "\nrule r \"R\" recommend a")
        .model()
        .decisions[sema::DecisionId(0)]
        .choose;
  };
  CHECK(choose("") == sema::Choose::any);
  CHECK(choose("choose any") == sema::Choose::any);
  CHECK(choose("choose one") == sema::Choose::one);
  CHECK(choose("choose first") == sema::Choose::first);
  CHECK(choose("do all") == sema::Choose::do_all);
}

TEST_CASE("a bare name belongs to the decision above it, decision.name to the one named") {
  Guideline g(kBase +
              "rule late.early \"E\" recommend a\n"
              "decision d \"D\" rule r \"R\" recommend a\n"
              "decision late \"L\" rule r \"R\" recommend b rule d.s \"S\" recommend b");
  std::string names;
  for (const sema::Rule& r : g.model().rules) names += r.name + " ";
  CHECK(names == "late.early d.r late.r d.s ");
  CHECK(found(kBase + "rule r \"R\" recommend a\n" + kD) == "misplaced at `rule r`");
  CHECK(found(kBase + kD + "rule e.r \"R\" recommend a") == "unknown-name at `e`");
  CHECK(found(kBase + kD + "rule r \"R\" recommend a rule d.r \"R\" recommend b") ==
        "duplicate-name at `d.r`");
}

TEST_CASE("without when a rule holds for the whole domain; unless takes away") {
  Guideline g(kBase +
              "decision d \"D\" for p\nrule r \"R\" recommend a\n"
              "rule s \"S\" unless q recommend b\n");
  CHECK(g.standing({{"p", "yes"}, {"q", "no"}}) == "d.r d.s");
  CHECK(g.standing({{"p", "yes"}, {"q", "yes"}}) == "d.r");
  CHECK(g.standing({}) == "");
}

TEST_CASE("a bare when is a rule without a name of the decision above it, with a warning") {
  driver::Compilation c = load(kHeader + kBase + kD + "when p recommend a\nwhen q recommend b");
  CHECK(list(c) == "unnamed-rule at `when`\nunnamed-rule at `when`");
  CHECK_FALSE(c.type_errors);
  CHECK(c.model->rules[sema::RuleId(0)].name == "d.#1");
  CHECK(c.model->rules[sema::RuleId(1)].name == "d.#2");
  CHECK(c.model->rules[sema::RuleId(1)].decision == sema::DecisionId(0));
}

TEST_CASE("recommend and consider are for, avoid and contraindicate against, the others neither") {
  Guideline g(
      kBase + kD +
      "rule r \"R\" recommend a consider b caution c avoid a contraindicate b prefer a over b\n"
      "rule s \"S\" no recommendation because \"b\"\n"
      "rule t \"T\" avoid a contraindicate b\nrule u \"U\" caution a");
  const sema::Rule& r = g.model().rules[g.rule("d.r")];
  CHECK(r.directives.size() == 6);
  CHECK((r.has_for && r.has_against && !r.has_none && !r.against_only));
  const sema::Rule& s = g.model().rules[g.rule("d.s")];
  CHECK((!s.has_for && !s.has_against && s.has_none && !s.against_only));
  CHECK(s.directives[0].because == "b");
  CHECK(g.model().rules[g.rule("d.t")].against_only);
  const sema::Rule& u = g.model().rules[g.rule("d.u")];
  CHECK((!u.has_for && !u.has_against && !u.against_only));
}

TEST_CASE(
    "alone narrows what advice against matches; a recommendation names exactly what is given") {
  CHECK(found(kBase + kD + "rule r \"R\" avoid a alone") == "");
  CHECK(found(kBase + kD + "rule r \"R\" recommend a alone") == "bad-directive at `a alone`");
  CHECK(found(kBase + kD + "rule r \"R\" consider a alone") == "bad-directive at `a alone`");
  CHECK(found(kBase + kD +
              "rule r \"R\" recommend a\n"
              "scenario \"S\" given p = yes expect recommend a alone") ==
        "bad-directive at `expect recommend a alone`");
}

TEST_CASE("the clauses of a rule") {
  Guideline g(kBase + "reference 1 \"One\" reference two \"Two\"\n" + kD +
              "rule r \"R\" recommend a\n"
              "rule s \"S\" when p recommend b overrides r because \"it is better\" note \"n1\" "
              "note \"n2\" cite 1, two at \"p. 3\" cite 1 at \"p. 9\"");
  const sema::Rule& s = g.model().rules[g.rule("d.s")];
  CHECK(s.because == "it is better");
  CHECK(s.notes == std::vector<std::string>{"n1", "n2"});
  REQUIRE(s.cites.size() == 3);
  CHECK(g.model().references[s.cites[1].reference].title == "Two");
  CHECK(s.cites[0].at == "");
  CHECK(s.cites[1].at == "p. 3");
  CHECK(s.cites[2].at == "p. 9");
  CHECK(found(kBase + kD + "rule r \"R\" recommend a cite 7") == "unknown-name at `7`");
}

TEST_CASE("say is for a declared audience, once for each locale") {
  const std::string header =
      "guideline g \"G\" language 1 version 0.1.0 audience clinician, patient\n" + kBase + kD;
  auto says = [&](const std::string& clauses) {
    return list(load(header + "rule r \"R\" recommend a " + clauses));
  };
  CHECK(says("say patient \"You\" say clinician \"They\" say patient \"de-CH\" \"Sie\"") == "");
  CHECK(says("say nurse \"You\"") == "bad-text at `nurse`");
  CHECK(says("say patient \"You\" say patient \"You two\"") ==
        "bad-text at `say patient \"You two\"`");
}

TEST_CASE("a grading declares scales; grade and esmo are built in") {
  auto graded = [](const std::string& header, const std::string& declared,
                   const std::string& rule) {
    return list(load("guideline g \"G\" language 1 version 0.1.0 " + header + "\n" + kBase +
                     declared + kD + "rule r \"R\" recommend a " + rule));
  };
  CHECK(graded("grading grade", "", "strength strong evidence very_low") == "");
  CHECK(graded("grading esmo", "", "strength A evidence IV") == "");
  CHECK(graded("grading esmo", "", "strength strong") == "bad-grade at `strong`");
  CHECK(graded("", "grading mine strength firm > loose evidence good > bad\n",
               "strength loose evidence good") == "");
  CHECK(graded("", "grading mine strength firm > loose evidence good > bad\n", "strength good") ==
        "bad-grade at `good`");
  CHECK(graded("", "", "strength strong") == "bad-grade at `strong`");
  CHECK(graded("", "grading grade strength firm > loose\n", "") == "duplicate-name at `grade`");
  CHECK(graded("", "grading m strength u > v\ngrading m strength u > v\n", "") ==
        "duplicate-name at `m`");
  Guideline g(kBase + "grading mine strength firm > loose evidence good > bad\n" + kD +
              "rule r \"R\" recommend a strength firm");
  CHECK(g.model().grading->strength == std::vector<std::string>{"firm", "loose"});
  CHECK(g.model().rules[g.rule("d.r")].strength == "firm");
}

TEST_CASE("a safety rule stands outside all decisions, with against and caution only") {
  Guideline g(kBase +
              "decision d \"D\" for q\nrule r \"R\" recommend a\n"
              "safety rule s \"S\" when p avoid a caution b");
  CHECK_FALSE(g.model().rules[g.rule("s")].decision.valid());
  CHECK(g.standing({{"p", "yes"}}) == "s");  // outside every domain
  for (const char* bad :
       {"recommend a", "consider a", "prefer a over b", "no recommendation because \"b\""}) {
    CHECK(found(kBase + "safety rule s \"S\" " + bad) ==
          "bad-directive at `" + std::string(bad) + "`");
  }
  CHECK(found(kBase + kD + "safety rule d.s \"S\" avoid a") == "misplaced at `d.s`");
  CHECK(found(kBase + "decision safety \"D\" rule r \"R\" recommend a") == "misplaced at `safety`");
}

// -- overrides ------------------------------------------------------------------------------------

TEST_CASE("overrides names a rule of the same decision, of another, or a safety rule") {
  const std::string text = kBase +
                           "decision d \"D\" rule r \"R\" recommend a\n"
                           "decision e \"E\" rule r \"R\" recommend a\n"
                           "safety rule s \"S\" avoid a\n";
  Guideline g(text + "rule t \"T\" when p recommend b overrides r, d.r, s because \"better\"");
  const sema::Rule& t = g.model().rules[g.rule("e.t")];
  REQUIRE(t.overrides.size() == 3);
  CHECK(g.model().rules[t.overrides[0]].name == "e.r");
  CHECK(g.model().rules[t.overrides[1]].name == "d.r");
  CHECK(g.model().rules[t.overrides[2]].name == "s");
  CHECK(found(text + "rule t \"T\" recommend b overrides safety.s because \"b\"") == "");
  CHECK(found(text + "rule t \"T\" recommend b overrides u") == "unknown-name at `u`");
  CHECK(found(text + "rule t \"T\" recommend b overrides t") == "bad-override at `t`");
}

TEST_CASE("the overrides graph has no cycle") {
  CHECK(found(kBase + kD +
              "rule r \"R\" recommend a overrides s rule s \"S\" recommend b overrides r") ==
        "cycle at `rule r`");
  CHECK(found(kBase + kD +
              "rule r \"R\" recommend a overrides all rule s \"S\" recommend b overrides r") ==
        "cycle at `rule r`");
  CHECK(found(kBase + kD +
              "rule r \"R\" recommend a overrides s\n"
              "rule s \"S\" avoid b overrides r because \"b\"") ==
        "cycle at `rule r`\n"
        "missing-reason at `rule r`");
  CHECK(found(kBase + kD +
              "rule r \"R\" recommend a overrides all rule s \"S\" recommend b overrides all") ==
        "");
}

TEST_CASE("overriding a rule that holds an against needs a because") {
  const std::string text =
      kBase + kD + "rule r \"R\" recommend b avoid a\nrule s \"S\" recommend c\n";
  CHECK(found(text + "rule t \"T\" when p recommend a overrides r") ==
        "missing-reason at `rule t`");
  CHECK(found(text + "rule t \"T\" when p recommend a overrides r because \"\"") ==
        "missing-reason at `rule t`");
  CHECK(found(text + "rule t \"T\" when p recommend a overrides r because \"better\"") == "");
  CHECK(found(text + "rule t \"T\" when p recommend a overrides s") == "");
  CHECK(found(text + "rule t \"T\" when p recommend a overrides all") ==
        "missing-reason at `rule t`");
}

TEST_CASE("an override that can do nothing is said to") {
  CHECK(
      found(kBase + kD + "rule r \"R\" avoid a\nrule s \"S\" avoid b overrides r because \"b\"") ==
      "bad-override at `r`");
  CHECK_FALSE(load(kHeader + kBase + kD +
                   "rule r \"R\" avoid a\nrule s \"S\" avoid b overrides r because \"b\"")
                  .type_errors);
  CHECK(found(kBase + kD + "rule r \"R\" caution a overrides all") ==
        "bad-override at `overrides all`");
  CHECK(found(kBase + "safety rule s \"S\" caution a avoid b overrides all") ==
        "bad-override at `overrides all`");
}

// -- accepts, scenarios, remarks ------------------------------------------------------------------

TEST_CASE("accept waives one kind of finding of a decision, with a because") {
  const std::string text =
      kBase + kD + "rule r \"R\" when p recommend a rule s \"S\" recommend b\n";
  for (const char* kind : {"gap", "stranded", "overlap", "conflict", "exclusive", "parameter"}) {
    Guideline g(text + "accept " + kind + " in d when q because \"it is known\"");
    CHECK(g.model().accepts.size() == 1);
    CHECK(g.model().accepts[0].because == "it is known");
  }
  CHECK(found(text + "accept gap in d").rfind("missing-reason", 0) == 0);
  CHECK(found(text + "accept gap in e because \"b\"") == "unknown-name at `e`");
  CHECK(found(text + "accept conflict in d between r and s because \"b\"") == "");
  CHECK(found(text + "accept conflict in d between r and t because \"b\"") ==
        "unknown-name at `t`");
  CHECK(found(text + "accept gap in d between r and s because \"b\"") == "misplaced at `r and s`");
  CHECK(found(text + "decision e \"E\" rule u \"U\" recommend c\n"
                     "accept conflict in e between d.r and d.s because \"b\"")
            .rfind("misplaced", 0) == 0);
}

TEST_CASE("an accept that waives nothing is an error, one wider than what it waives a warning") {
  const std::string text = kBase + kD + "rule r \"R\" when p recommend a\n";
  CHECK(analysed(text) == "gap at `d`");
  CHECK(analysed(text + "accept gap in d when not p because \"b\"") == "");
  CHECK(analysed(text +
                 "rule s \"S\" when not p recommend b\naccept gap in d when not p because \"b\"")
            .rfind("useless-accept", 0) == 0);
  const driver::Compilation wide = check(kHeader + text + "accept gap in d because \"b\"");
  CHECK(wide.sink.count(diag::Severity::error) == 0);
  CHECK(wide.sink.count(diag::Severity::warning) > 0);
}

TEST_CASE("a scenario gives facts, one at a time, and expects what the language lists") {
  const std::string text = "fact n \"N\" : 0..9\nfact s \"S\" : set of u | v\n" + kBase + kD +
                           "rule r \"R\" recommend a\ndefine e \"E\" when p\nscenario \"S\" given ";
  for (const char* good : {"p = yes", "p", "not p", "n in 2..4", "n >= 2", "s includes u", "s = {}",
                           "p is unknown", "n = 2 or n = 4"}) {
    CAPTURE(good);
    CHECK(found(text + good + " expect d.r") == "");
  }
  CHECK(found(text + "p = yes and q = no expect d.r") == "bad-given at `p = yes and q = no`");
  CHECK(found(text + "e expect d.r") == "bad-given at `e`");
  CHECK(found(text + "p is known expect d.r") == "bad-given at `p is known`");
  CHECK(found(text + "not p is unknown expect d.r") == "bad-given at `not p is unknown`");
  CHECK(found(text + "n = 12 expect d.r") == "out-of-range at `12`");
  CHECK(found(text + "not (nn = 1) expect d.r") == "unknown-name at `nn`");
  for (const char* good : {"d.r", "possible d.r", "not d.r", "recommend a | b", "not consider a",
                           "avoid a", "contraindicate a", "possible recommend a", "ask p",
                           "gap in d", "stranded in d", "input error", "not gap in d",
                           "possible gap in d", "not stranded in d", "possible stranded in d"}) {
    CAPTURE(good);
    CHECK(found(text + "p = yes expect " + good) == "");
  }
  const std::string expects = "action cc \"C\" with cycles: 1..6\n" + text + "p = yes expect ";
  CHECK(found(expects + "recommend cc with cycles: 4..6 expect not avoid cc with cycles: 2") == "");
  CHECK(found(expects + "recommend cc with cycles: 0..6") == "out-of-range at `0..6`");
  CHECK(found(expects + "recommend cc with dose: full") == "unknown-name at `dose`");
  const std::string nothing = text.substr(0, text.rfind(" given "));
  CHECK(found(nothing + " expect ask p expect possible gap in d") == "");
  CHECK(found(nothing).substr(0, 12) == "syntax-error");
  CHECK(found(text + "p = yes expect d.t") == "unknown-name at `d.t`");
  CHECK(found(text + "p = yes expect ask a") == "unknown-name at `a`");
  CHECK(found(text + "p = yes expect gap in e") == "unknown-name at `e`");
}

TEST_CASE("a remark says what the source says and carries no decision") {
  Guideline g("reference 1 \"One\"\n" + kBase + kD +
              "rule r \"R\" recommend a\nremark \"So it is\" cite 1 at \"p. 1\"");
  CHECK(g.model().remarks[0].text == "So it is");
  CHECK(g.model().remarks[0].cites[0].at == "p. 1");
  CHECK(g.advice() == "d.r recommend a");
}

TEST_CASE("the header says name, language, version, status and date") {
  auto header = [](const std::string& clauses) {
    return list(
        load("guideline g \"G\" " + clauses + "\n" + kBase + kD + "rule r \"R\" recommend a"));
  };
  CHECK(header("language 1 version 1.0.0 status under_review updated 2024-02-29") == "");
  for (const char* s : {"draft", "submitted", "under_review", "approved", "retired"})
    CHECK(header("language 1 version 1.0.0 status " + std::string(s)) == "");
  CHECK(header("language 1 version 1.0.0 status final") == "bad-header at `final`");
  CHECK(header("language 2 version 1.0.0") == "bad-header at `2`");
  CHECK(header("version 1.0.0") == "bad-header at `g`");
  CHECK(header("language 1") == "bad-header at `g`");
  CHECK(header("language 1 version 1.0.0 updated 2023-02-29") ==
        "bad-header at `updated 2023-02-29`");
  CHECK(header("language 1 version 1.0.0 audience a, b, a") == "duplicate-name at `a`");
  CHECK(list(load(kBase + kD + "rule r \"R\" recommend a")) == "bad-header at ``");
}
