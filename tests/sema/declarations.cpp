// docs/language.md, "Declarations", of what is known: facts, definitions, impossibilities, files. A test for
// each sentence, named by it.
#include "guideline.h"

using namespace gdl;
using namespace gdl::test;
using sema::DefKind;
using sema::FactKind;

namespace {

const std::string kRest = "\naction x \"X\" decision d \"D\" rule r \"R\" recommend x";
/// The same with a rule that names something.
std::string unless(const std::string& condition) {
  return "\naction x \"X\" decision d \"D\" rule r \"R\" unless " + condition + " recommend x";
}
const std::string kFlags = "fact p \"P\" : yes | no\nfact q \"Q\" : yes | no\n";

const sema::Fact& fact(const Guideline& g, std::size_t i = 0) {
  return g.model().facts[sema::FactId(i)];
}

std::string number(const gdlrt::num::Rational& r) {
  char text[gdlrt::num::kMaxFormat];
  return std::string(text, gdlrt::num::format(r, text, sizeof text));
}

}  // namespace

// -- texts ----------------------------------------------------------------------------------------

TEST_CASE("line breaks and indentation carry no meaning, a hash starts a comment") {
  Guideline a(
      "fact p \"P\" : yes | no action x \"X\" decision d \"D\" rule r \"R\" when p recommend x");
  Guideline b(
      "fact p\n\"P\" :\n      yes\n| no # a comment\naction x \"X\"\n\n\ndecision d \"D\"\n rule r "
      "\"R\" "
      "when\np # fact x : 1..2\nrecommend\n  x");
  CHECK(sema::dump(a.model()) == sema::dump(b.model()));
}

TEST_CASE("a keyword may be an enumerator") {
  Guideline g("fact line \"Line\" : first | all | none" + unless("line = all"));
  CHECK(fact(g).enumerators.size() == 3);
  CHECK(fact(g).enumerators[0].name == "first");
}

// -- facts ----------------------------------------------------------------------------------------

TEST_CASE("a | b is an enumeration with labels and codes, a < b < c an ordered one") {
  Guideline g(
      "fact h \"H\" : squamous \"Squamous cell\" code snomed \"1\" | other\n"
      "fact t \"T\" : none < mild < severe" +
      kRest);
  CHECK(fact(g).kind == FactKind::enumeration);
  CHECK_FALSE(fact(g).ordered);
  CHECK(fact(g).enumerators[0].label == "Squamous cell");
  REQUIRE(fact(g).enumerators[0].code.has_value());
  CHECK(fact(g).enumerators[0].code->system == "snomed");
  CHECK(fact(g).enumerators[0].code->code == "1");
  CHECK(fact(g).enumerators[1].label.empty());
  CHECK(fact(g, 1).ordered);
  CHECK(found("fact h \"H\" : a | b | a" + kRest) == "duplicate-name at `a`");
}

TEST_CASE("yes | no is a fact of its own kind") {
  Guideline g(kFlags + kRest);
  CHECK(fact(g).kind == FactKind::boolean);
  CHECK(fact(g).enumerators[0].name == "no");  // index 0
  CHECK(fact(g).enumerators[1].name == "yes");
}

TEST_CASE("integer bounds make integers whatever the unit, decimal bounds any decimal") {
  Guideline g(
      "fact a \"A\" : 18..120 years\nfact b \"B\" : 0..500 'mg'\nfact c \"C\" : 0.0..50 %\n"
      "fact d0 \"D\" : -5..5" +
      kRest);
  CHECK(fact(g, 0).kind == FactKind::integer);
  CHECK(number(fact(g, 0).lo) == "18");
  CHECK(number(fact(g, 0).hi) == "120");
  CHECK(fact(g, 0).unit.text == "years");
  CHECK(fact(g, 1).kind == FactKind::integer);
  CHECK(fact(g, 1).unit.quoted);
  CHECK(fact(g, 2).kind == FactKind::decimal);
  CHECK(fact(g, 2).unit.text == "%");
  CHECK(number(fact(g, 3).lo) == "-5");
}

TEST_CASE("a set of values") {
  Guideline g("fact s \"S\" : set of brain | bone \"Bone\" | lung" + kRest);
  CHECK(fact(g).kind == FactKind::set);
  CHECK(fact(g).enumerators.size() == 3);
  CHECK(fact(g).enumerators[1].label == "Bone");
}

TEST_CASE("default v makes an absent fact v; code binds terminology") {
  Guideline g(
      "fact a \"A\" : yes | no default no code loinc \"1-8\" code snomed \"2\"\n"
      "fact b \"B\" : 0..9 default 3\nfact c \"C\" : x | y default y\n"
      "fact d0 \"D\" : set of u | v | w default {u, w}\nfact e \"E\" : 0.0..9.0 'g' default 500 "
      "'mg'\n"
      "fact f \"F\" : set of u default {}\nfact h \"H\" : yes | no" +
      kRest);
  REQUIRE(fact(g, 0).default_value.has_value());
  CHECK(fact(g, 0).default_value->index == 0);
  CHECK(fact(g, 0).codes.size() == 2);
  CHECK(fact(g, 0).codes[1].system == "snomed");
  CHECK(number(fact(g, 1).default_value->number) == "3");
  CHECK(fact(g, 2).default_value->index == 1);
  CHECK(fact(g, 3).default_value->set == 5);
  CHECK(number(fact(g, 4).default_value->number) == "0.5");  // in the fact's unit
  CHECK(fact(g, 5).default_value->set == 0);
  CHECK_FALSE(fact(g, 6).default_value.has_value());
  CHECK(found("fact a \"A\" : 0..9 default 10" + kRest) == "out-of-range at `10`");
  CHECK(found("fact a \"A\" : 0..9 default yes" + kRest) == "type-error at `yes`");
  CHECK(found("fact a \"A\" : x | y default z" + kRest) == "unknown-name at `z`");
  CHECK(found("fact a \"A\" : set of x | y default x" + kRest) == "type-error at `x`");
}

TEST_CASE("one mistake in a fact is one error") {
  const std::string uses =
      "\ndefine old \"Old\" when a > 3 'mg'\nbands b \"B\" of a: low < 2 <= high\n"
      "impossible when a in 7..9 and a = 12"
      "\naction x \"X\" decision d \"D\" rule r \"R\" when a in {1, 2} or old recommend x\n"
      "scenario \"S\" given a = 5 expect d.r";
  CHECK(found("fact a \"A\" : 5..1 default 3" + uses) == "bad-number at `5..1`");
  CHECK(found("fact a \"A\" : 0..9 'nonsense' default 77" + uses) == "bad-unit at `'nonsense'`");
  CHECK(found("fact a \"A\" : 0..1e99 default 77" + uses) == "bad-number at `1e99`");
  std::string many;
  for (int i = 0; i < 65; ++i) many += (i == 0 ? "" : " | ") + ("e" + std::to_string(i));
  CHECK(found("fact a \"A\" : set of " + many + " default {e64}" +
              unless("a includes e64 or a = {e0, e64}")) == "too-many at `a`");
  many.clear();
  for (int i = 0; i < 4097; ++i) many += (i == 0 ? "" : " | ") + ("e" + std::to_string(i));
  CHECK(found("fact a \"A\" : " + many + " default none" + unless("a = e4096 or a > e1")) ==
        "too-many at `e0`");
}

TEST_CASE("what stands on a name declared twice is not judged") {
  CHECK(found("fact p \"P\" : 0..9\nfact p \"P\" : a | b" + unless("p = a or p > 20")) ==
        "duplicate-name at `p`");
  CHECK(found("fact p \"P\" : 0..9\ndefine p \"P\" when p > 3" + unless("p")) ==
        "duplicate-name at `p`");
}

// -- definitions ----------------------------------------------------------------------------------

TEST_CASE("a yes/no definition holds when its condition does") {
  Guideline g(kFlags + "define both \"Both\" when p and q" + unless("both"));
  CHECK(g.model().definitions[sema::DefId(0)].kind == DefKind::boolean);
  CHECK(g.stands("d.r", {{"p", "yes"}}));
  CHECK_FALSE(g.stands("d.r", {{"p", "yes"}, {"q", "yes"}}));
}

TEST_CASE("an enumeration definition takes the alternative whose condition holds, else otherwise") {
  const std::string text =
      kFlags + "define k \"K\" = one when p and not q | two when q and not p | rest otherwise";
  for (bool p : {false, true}) {
    for (bool q : {false, true}) {
      std::map<std::string, std::string> v = {{"p", p ? "yes" : "no"}, {"q", q ? "yes" : "no"}};
      CHECK(holds(text, "k = one", v) == (p && !q));
      CHECK(holds(text, "k = two", v) == (q && !p));
      CHECK(holds(text, "k = rest", v) == (p == q));
      CHECK(holds(text, "k != rest", v) == (p != q));
      CHECK(holds(text, "k in {one, rest}", v) == !(q && !p));
    }
  }
  CHECK(found(kFlags + "define k \"K\" = one otherwise | two when p" + kRest) ==
        "bad-definition at `one otherwise`");
  CHECK(found(kFlags + "define k \"K\" = one when p | one when q" + kRest) ==
        "duplicate-name at `one`");
}

TEST_CASE(
    "its alternatives must be disjoint, and total unless there is an otherwise, with a witness") {
  auto witness = [](const std::string& define) {
    driver::Compilation c = check(kHeader + kFlags + define + unless("k = one"));
    for (const diag::Diagnostic& d : c.sink.items()) {
      if (d.code != diag::Code::overlapping_definition &&
          d.code != diag::Code::incomplete_definition)
        continue;
      std::string out(diag::info(d.code).name);
      REQUIRE(d.witness.has_value());
      for (const diag::FactValue& f : *d.witness) out += " " + f.fact + "=" + f.json;
      return out;
    }
    return std::string();
  };
  CHECK(witness("define k \"K\" = one when p | two when q and not p | rest otherwise") == "");
  CHECK(witness("define k \"K\" = one when p | two when not p") == "");
  CHECK(witness("define k \"K\" = one when p | two when q | rest otherwise") ==
        "overlapping-definition p=true q=true");
  CHECK(witness("define k \"K\" = one when p | two when q and not p") ==
        "incomplete-definition p=false q=false");
}

TEST_CASE("a score is a bounded integer: points, and other scores") {
  const std::string text =
      kFlags +
      "score base \"Base\" 1 point when p 2 points when q\n"
      "score total \"Total\" -1 points when p plus base 3 points when p and q\n";
  for (bool p : {false, true}) {
    for (bool q : {false, true}) {
      std::map<std::string, std::string> v = {{"p", p ? "yes" : "no"}, {"q", q ? "yes" : "no"}};
      const int base = (p ? 1 : 0) + (q ? 2 : 0);
      const int total = (p ? -1 : 0) + base + (p && q ? 3 : 0);
      for (int n = 0; n <= 3; ++n) {
        CHECK(holds(text, "base >= " + std::to_string(n), v) == (base >= n));
        CHECK(holds(text, "total = " + std::to_string(n), v) == (total == n));
      }
    }
  }
  Guideline g(text + kRest);
  CHECK(g.model().definitions[sema::DefId(0)].min == 0);
  CHECK(g.model().definitions[sema::DefId(0)].max == 3);
  CHECK(g.model().definitions[sema::DefId(1)].min == -1);
  CHECK(g.model().definitions[sema::DefId(1)].max == 6);
  CHECK(found_in_condition(text, "base >= 4") == "out-of-range at `4`");
  CHECK(found_in_condition(text, "total in -2..3") == "out-of-range at `-2`");
  CHECK(found_in_condition(text, "base >= 0.5") == "bad-number at `0.5`");
  CHECK(found_in_condition(text, "base >= 1 point") != "");
  CHECK(found(kFlags + "score s \"S\" 1 point when p plus other" + unless("s > 7")) ==
        "unknown-name at `other`");
}

TEST_CASE("bands have one < and one <= at each cut, so there is no hole and no overlap") {
  const std::string text =
      "fact bmi \"BMI\" : 10.0..60.0 'kg/m2'\n"
      "bands k \"K\" of bmi 'kg/m2': under < 18.5 <= normal <= 25 < over\n";
  auto band = [&](const std::string& value) {
    std::string out;
    for (const char* name : {"under", "normal", "over"}) {
      if (holds(text, std::string("k = ") + name, {{"bmi", value}})) out += name;
    }
    return out;
  };
  CHECK(band("18.49") == "under");
  CHECK(band("18.5") == "normal");
  CHECK(band("25") == "normal");
  CHECK(band("25.01") == "over");
  CHECK(holds(text, "k <= normal", {{"bmi", "12"}}));  // bands are ordered
  const std::string fact_n = "fact n \"N\" : 0..9\n";
  CHECK(found(fact_n + "bands k \"K\" of n: a < 3 < b" + kRest) == "bad-definition at `< 3 < b`");
  CHECK(found(fact_n + "bands k \"K\" of n: a <= 3 <= b" + kRest) ==
        "bad-definition at `<= 3 <= b`");
  CHECK(found(fact_n + "bands k \"K\" of n: a < 3 <= b < 2 <= c" + kRest) ==
        "bad-definition at `< 2 <= c`");
  CHECK(found(fact_n + "bands k \"K\" of n: a <= 3 < b < 4 <= c" + kRest) ==
        "bad-definition at `< 4 <= c`");  // no whole number between
  CHECK(found(fact_n + "bands k \"K\" of n: a <= 3 < b <= 4 < c" + kRest) == "");
  CHECK(found(fact_n + "bands k \"K\" of n: a < 12 <= b" + kRest) == "out-of-range at `12`");
  CHECK(found(fact_n + "bands k \"K\" of n 'mg': a < 3 <= b" + kRest) == "bad-unit at `'mg'`");
  CHECK(found("fact h \"H\" : u | v\nbands k \"K\" of h: a < 3 <= b" + kRest) ==
        "type-error at `h`");
}

TEST_CASE("bands of a score") {
  const std::string text = kFlags +
                           "score s \"S\" 1 point when p 2 points when q\n"
                           "bands k \"K\" of s: low < 1 <= middle < 3 <= high\n";
  CHECK(holds(text, "k = low", {}));
  CHECK(holds(text, "k = middle", {{"q", "yes"}}));
  CHECK(holds(text, "k = high", {{"q", "yes"}, {"p", "yes"}}));
  CHECK(found(kFlags + "score s \"S\" 1 point when p\nbands k \"K\" of s: a < 2 <= b" + kRest) ==
        "out-of-range at `2`");
  CHECK(found(kFlags + "score s \"S\" 1 point when p\nbands k \"K\" of s %: a < 1 <= b" + kRest) ==
        "bad-unit at `%`");
}

TEST_CASE("definitions have no cycle") {
  CHECK(found(kFlags + "define a \"A\" when b or p\ndefine b \"B\" when a" + kRest) ==
        "cycle at `a`");
  CHECK(found("define a \"A\" when a" + kRest) == "cycle at `a`");
  CHECK(found(kFlags +
              "score s \"S\" 1 point when k = u plus t\nscore t \"T\" plus s\n"
              "define k \"K\" = u when p | v otherwise" +
              unless("t > 5")) == "cycle at `s`");
}

// -- impossibilities ------------------------------------------------------------------------------

TEST_CASE("impossible when C: such patients do not exist") {
  Guideline g(kFlags + "impossible when p and q because \"never\"" + kRest);
  CHECK(g.possible({{"p", "yes"}}));
  CHECK(g.possible({{"q", "yes"}}));
  CHECK_FALSE(g.possible({{"p", "yes"}, {"q", "yes"}}));
  CHECK(g.model().impossibles[0].because == "never");
}

TEST_CASE("no check speaks of impossible patients") {
  const std::string text =
      "\naction x \"X\" decision d \"D\" rule r \"R\" when p recommend x\n"
      "rule s \"S\" when q recommend x";
  CHECK(analysed(kFlags + text) == "gap at `d`");
  CHECK(analysed(kFlags + "impossible when not p and not q" + text) == "");
}

// -- files ----------------------------------------------------------------------------------------

TEST_CASE("import brings facts, definitions, actions, exclusions, impossibilities and references") {
  const std::string library =
      "fact age \"Age\" : 0..120 years\ndefine old \"Old\" when age >= 70\naction a \"A\" action b "
      "\"B\"\n"
      "exclusive a, b\nimpossible when age > 110\nreference 1 \"One\"\n";
  Guideline g(
      {{"main.gdl", "import \"lib.gdl\"\ndecision d \"D\" rule r \"R\" when old recommend a"},
       {"lib.gdl", library}});
  CHECK(g.model().exclusives.size() == 1);
  CHECK_FALSE(g.possible({{"age", "111"}}));
  CHECK(g.stands("d.r", {{"age", "70"}}));
  for (const char* other :
       {"decision d \"D\"", "safety rule s \"S\" avoid a", "remark \"R\"",
        "grading g strength u > v", "scenario \"S\" given age = 3 expect input error",
        "accept gap in d because \"b\"", "guideline lib \"L\" language 1 version 0.1.0"}) {
    CAPTURE(other);
    CHECK(found_in({{"main.gdl", "import \"lib.gdl\"\n"}, {"lib.gdl", library + other}})
              .rfind("misplaced", 0) == 0);
  }
}

TEST_CASE("as qualifies what a library brings") {
  Guideline g({{"main.gdl",
                "import \"lib.gdl\" as lib\nfact age \"Mine\" : 0..9\n"
                "action a \"A\" decision d \"D\" rule r \"R\" when lib.old and age < 5 recommend a "
                "| lib.a"},
               {"lib.gdl",
                "fact age \"Age\" : 0..120 years\ndefine old \"Old\" when age >= 70\n"
                "action a \"A\" \n"}});
  CHECK(g.stands("d.r", {{"lib.age", "70"}, {"age", "4"}}));
  CHECK_FALSE(g.stands("d.r", {{"lib.age", "60"}, {"age", "4"}}));
  CHECK(g.advice({{"lib.age", "70"}}) == "d.r recommend a | lib.a");
  CHECK(found_in({{"main.gdl", "import \"lib.gdl\" as lib\ndefine c \"C\" when old" + kRest},
                  {"lib.gdl", "fact p \"P\" : yes | no\ndefine old \"Old\" when p"}}) ==
        "unknown-name at `old`");
}

TEST_CASE("a library's reference numbers are its own") {
  driver::Compilation c = driver::load(
      "main.gdl",
      files({{"main.gdl", kHeader +
                              "import \"lib.gdl\" as lib\nreference 1 \"Mine\"\n"
                              "action a \"A\" decision d \"D\" rule r \"R\" recommend a cite 1"},
             {"lib.gdl", "reference 1 \"Theirs\"\nreference 2 \"Theirs too\""}}),
      {});
  CHECK(list(c) == "");
  const sema::Rule& r = c.model->rules[sema::RuleId(0)];
  REQUIRE(r.cites.size() == 1);
  CHECK(c.model->references[r.cites[0].reference].title == "Mine");
  CHECK(found_in({{"main.gdl",
                   "import \"lib.gdl\"\naction a \"A\" decision d \"D\" rule r \"R\" "
                   "recommend a cite 2"},
                  {"lib.gdl", "reference 2 \"Theirs\""}}) == "unknown-name at `2`");
}

TEST_CASE("include is a further part of this guideline, anything but the header") {
  Guideline g({{"main.gdl", "fact p \"P\" : yes | no\nreference 1 \"One\"\ninclude \"part.gdl\""},
               {"part.gdl",
                "action x \"X\" decision d \"D\" rule r \"R\" when p recommend x cite 1\n"
                "remark \"R\" cite 1\naccept gap in d when not p because \"b\"\n"
                "scenario \"S\" given p = yes expect d.r"}});
  CHECK(g.stands("d.r", {{"p", "yes"}}));
  CHECK(g.model().scenarios.size() == 1);
  CHECK(found_in({{"main.gdl", "include \"part.gdl\"" + kRest},
                  {"part.gdl", "guideline other \"O\" language 1 version 0.1.0"}})
            .rfind("misplaced", 0) == 0);
}

TEST_CASE("a name declared twice, a cycle, a path outside the root is an error") {
  CHECK(found("fact p \"P\" : yes | no\ndefine p \"P\" when p" + kRest) == "duplicate-name at `p`");
  CHECK(found("action x \"X\"" + kRest) == "duplicate-name at `x`");
  CHECK(found("reference 1 \"A\" reference 1 \"B\"" + kRest) == "duplicate-name at `1`");
  CHECK(found_in({{"main.gdl", "fact p \"P\" : yes | no import \"lib.gdl\"" + kRest},
                  {"lib.gdl", "fact p \"P\" : yes | no"}}) == "duplicate-name at `p`");
  CHECK(found_in({{"main.gdl", "import \"a.gdl\"" + kRest},
                  {"a.gdl", "import \"b.gdl\""},
                  {"b.gdl", "import \"a.gdl\""}}) == "import-error at `\"a.gdl\"`");
  CHECK(found_in({{"main.gdl", "include \"main.gdl\"" + kRest}}) ==
        "import-error at `\"main.gdl\"`");
  CHECK(found_in({{"main.gdl", "import \"../other.gdl\"" + kRest}, {"../other.gdl", ""}}) ==
        "import-error at `\"../other.gdl\"`");
  CHECK(found_in({{"main.gdl", "import \"/etc/lib.gdl\"" + kRest}, {"/etc/lib.gdl", ""}}) ==
        "import-error at `\"/etc/lib.gdl\"`");
  CHECK(found_in({{"main.gdl", "import \"sub/../lib.gdl\"" + kRest}, {"lib.gdl", ""}}) == "");
}

// -- what nothing uses ----------------------------------------------------------------------------

TEST_CASE("a declaration that nothing uses is a warning; a scenario is no use") {
  CHECK(found_unused(kFlags + "action x \"X\" action y \"Y\" reference 1 \"One\" decision d \"D\"\n"
                              "define e \"E\" when p\n"
                              "grading mine strength a > b\ngrading yours strength a > b\n"
                              "rule r \"R\" recommend x\n"
                              "scenario \"S\" given q = yes expect recommend y") ==
        "unused at `q`\nunused at `y`\nunused at `reference 1 \"One\"`\nunused at `e`\n"
        "unused at `mine`\nunused at `yours`");
  CHECK(found_unused("fact p \"P\" : yes | no\nfact q \"Q\" : yes | no\nfact s \"S\" : yes | no\n"
                     "fact t \"T\" : 0..9\n"
                     "action x \"X\" action y \"Y\" action z \"Z\" = x | y reference 1 \"One\"\n"
                     "define e \"E\" when p\nimpossible when q and t = 1\n"
                     "decision d \"D\" rule r \"R\" when e recommend z\n"
                     "remark \"R\" cite 1\naccept gap in d when s because \"b\"") == "");
  CHECK(list(driver::load("main.gdl",
                          files({{"main.gdl", kHeader + "import \"lib.gdl\"" + kRest},
                                 {"lib.gdl", "fact p \"P\" : yes | no action y \"Y\""}}),
                          {}),
             true) == "");  // a library serves others too
}

TEST_CASE("a hint is close in proportion to the length of the name") {
  auto hint = [](const std::string& facts, const std::string& name) {
    driver::Compilation c = load(kHeader + facts + unless(name));
    REQUIRE(c.sink.items().size() >= 1);
    std::string help = c.sink.sorted()[0].help;
    return help.rfind("did you mean", 0) == 0 ? help.substr(0, help.find('?') + 1) : std::string();
  };
  CHECK(hint("fact p \"P\" : yes | no", "x1") == "");
  CHECK(hint("fact ps \"P\" : yes | no", "p") == "");
  CHECK(hint("fact age \"P\" : yes | no", "aeg") == "did you mean `age`?");
  CHECK(hint("fact PS \"P\" : yes | no", "ps") == "did you mean `PS`?");
  CHECK(hint("fact neutrophils \"P\" : yes | no", "neutrofil") == "did you mean `neutrophils`?");
  CHECK(hint("fact egfr \"P\" : yes | no\nfact eggs \"P\" : yes | no", "egrf") ==
        "did you mean `egfr`?");
  CHECK(hint("fact histology \"P\" : yes | no", "stage") == "");
}

TEST_CASE("a name is certain only if it can be a slip of the pen and nothing else") {
  auto offered = [](const std::string& facts, const std::string& name) {
    driver::Compilation c = load(kHeader + facts + unless(name));
    REQUIRE(c.sink.items().size() >= 1);
    const diag::Diagnostic d = c.sink.sorted()[0];
    return d.fix.has_value()    ? "certain " + d.fix->replacement
           : !d.choices.empty() ? "choice " + d.choices[0].replacement
                                : "";
  };
  CHECK(offered("fact hla_class \"P\" : yes | no", "hla_clas") == "certain hla_class");
  CHECK(offered("fact pregnant \"P\" : yes | no", "pregnnant") == "certain pregnant");
  // Another letter, or one more or less, may be another thing.
  CHECK(offered("fact pregnant \"P\" : yes | no", "pregnnt") == "choice pregnant");
  CHECK(offered("fact regimen_a \"P\" : yes | no", "regimen_b") == "choice regimen_a");
  CHECK(offered("fact clomifene \"P\" : yes | no", "clomifen") == "choice clomifene");
  CHECK(offered("fact pregnant \"P\" : yes | no", "nregpant") == "choice pregnant");
  CHECK(offered("fact pregnant \"P\" : yes | no", "Pregnant") == "certain pregnant");
  CHECK(offered("fact pregnant \"P\" : yes | no", "pergnant") == "certain pregnant");
  CHECK(offered("fact pregnant \"P\" : yes | no", "pregnnts") == "choice pregnant");  // two
  CHECK(offered("fact stage1 \"P\" : yes | no", "stage2") == "choice stage1");
  CHECK(offered("fact alt \"P\" : yes | no", "ast") == "choice alt");
  CHECK(offered("fact smoker \"P\" : yes | no fact smokes \"Q\" : yes | no", "smoked") ==
        "choice smoker");  // another is as near
}
