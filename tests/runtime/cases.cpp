// Cases as JSON: exact numbers, every narrowing that settles a fact, and every way to get one wrong.
#include <doctest/doctest.h>

#include "everything.h"
#include "random.h"

using namespace gdl;
using nlohmann::json;

namespace {

/// One fact of each kind; each rule advises `yes` exactly where its fact has the value in the rule.
const char* const kFacts = R"(
guideline facts "Facts"
  language 1
  version 1.0.0
  status draft
  disclaimer "An example."
fact b "b" : yes | no default no
fact e "e" : low < middle < high default low
fact n "n" : red | green | blue default red
fact i "i" : 0..120 years default 0 years
fact k "k" : 0..4 default 0
fact d "d" : 0.0..50.0 '10*9/L' default 0 '10*9/L'
fact p "p" : 0.0..100.0 % default 0 %
fact t "t" : 30.0..45.0 'Cel' default 37 'Cel'
fact s "s" : set of x | y | z default {}
action ab "ab" action ae "ae" action an "an" action ai "ai" action ak "ak" action ad "ad" action ap "ap"
action at "at" action az "as" action known "known"
decision all "All" partial
rule b "b" when b recommend ab
rule e "e" when e = middle recommend ae
rule n "n" when n = green recommend an
rule i "i" when i = 18 years recommend ai
rule k "k" when k = 3 recommend ak
rule d "d" when d = 1.1 '10*9/L' recommend ad
rule p "p" when p >= 1 % recommend ap
rule t "t" when t = 38.5 'Cel' recommend at
rule s "s" when s = {x, y} recommend az
rule known "known" when b is known and e is known and n is known and i is known and k is known and d is known
  and p is known and t is known and s is known recommend known
)";

const test::Program& facts() {
  static test::Program program(test::load(kFacts));
  REQUIRE(program.status() == GDLRT_OK);
  return program;
}

/// The case is answered, and the rule of the fact holds or not.
void settles(const std::string& fact, const std::string& value, bool holds) {
  CAPTURE(fact);
  CAPTURE(value);
  test::Result r = facts().eval("{\"" + fact + "\":" + value + "}");
  REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
  bool found = false;
  for (const json& a : r.answer["decisions"][0]["advice"]) {
    found = found || a["rule"] == "all." + fact;
  }
  CHECK(found == holds);
}

void leaves_open(const std::string& fact, const std::string& value) {
  CAPTURE(fact);
  CAPTURE(value);
  test::Result r = facts().eval("{\"" + fact + "\":" + value + "}");
  REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
  for (const json& a : r.answer["decisions"][0]["advice"]) {
    if (a["rule"] != "all." + fact) continue;
    CHECK(a["status"] == "possible");
    CHECK(a["hangs_on"] == json::array({fact}));
    return;
  }
  FAIL("the rule of the fact is not possible");
}

/// The case has one problem, whose message holds the words.
void wrong(const std::string& input, const std::string& words) {
  CAPTURE(input);
  test::Result r = facts().eval(input);
  CHECK(r.status == GDLRT_BAD_CASE);
  CHECK(r.answer.is_null());
  REQUIRE_MESSAGE(r.problems.size() == 1, r.messages());
  CHECK(r.problems[0]["code"] == "GDL7001");
  std::string message = r.problems[0]["message"];
  CHECK_MESSAGE(message.find(words) != std::string::npos, message);
}

void wrong_value(const std::string& fact, const std::string& value, const std::string& words) {
  wrong("{\"" + fact + "\":" + value + "}", words);
}

}  // namespace

TEST_CASE("numbers are exact, whatever unit they came in") {
  for (const char* same :
       {"1.1", "1.10", "11e-1", "0.11E+1", "0.0011e3", "\"1.1\"", "\"11/10\"",
        R"({"value":1.1,"unit":"10*9/L"})", R"({"value":1100,"unit":"/uL"})",
        R"({"value":1.1,"unit":"10*3/uL"})", R"({"value":1100000,"unit":"/mL"})",
        R"({"value":"1.1","unit":"10*9/L"})", R"({"value":11e8,"unit":"/L"})",
        "1.1000000000000000000000000000000000000000000000000000000000000000000000000000000000"}) {
    settles("d", same, true);
  }
  for (const char* other :
       {"1.1000000000000000000000000000001", "1.0999999999999999999999999999999",
        R"({"value":1100.0000000001,"unit":"/uL"})", R"({"value":1099,"unit":"/uL"})", "\"1/3\""}) {
    settles("d", other, false);
  }
  settles("t", "38.5", true);
  settles("t", R"({"value":101.3,"unit":"[degF]"})", true);
  settles("t", R"({"value":311.65,"unit":"K"})", true);
  settles("i", R"({"value":216,"unit":"months"})", true);
  settles("k", "3.000", true);
  settles("k", "30e-1", true);
  settles("p", R"({"value":0.01,"unit":"1"})", true);
  settles("p", "1e-3", false);
  // A zero is a zero.
  for (const char* zero : {"0", "-0", "-0.0", "0e400", "0E-999999999999", "-0e0"}) {
    settles("k", zero, false);
    settles("p", zero, false);
  }
}

TEST_CASE("numbers that are none, or too much") {
  for (const char* bad : {"01", "1.", ".5", "+1", "-", "1e", "1e+", "0x10", "1-2", "1..2", "--1"}) {
    wrong_value("k", bad, "");
  }
  for (const char* bad : {"\"\"", "\"1/0\"", "\"1/\"", "\"1,5\"", "\" 1\"", "[1]", "true",
                          R"({"value":[1]})", R"({"value":null})", "\"NaN\"", "\"1\\u0000\""}) {
    wrong_value("d", bad, "is a number");
  }
  std::string digits(400, '7');
  for (const std::string& much :
       std::vector<std::string>{digits, "0." + digits, "1e400", "1e-400", "1e99999999999999999999",
                                "-" + digits, "1" + std::string(399, '0')}) {
    wrong_value("d", much, "more digits than can be kept exactly");
  }
  wrong_value("k", "2.5", "is a whole number, not 2.5");
  wrong_value("i", R"({"value":217,"unit":"months"})", "is a whole number, not 217/12");
  wrong_value("k", "5", "outside its plausible range 0 to 4");
  wrong_value("k", "-1", "outside its plausible range");
  wrong_value("d", "-0.0000000001", "outside its plausible range");
  wrong_value("d", R"({"value":1,"unit":"mg"})", "cannot be given in `mg`");
  wrong_value("i", R"({"value":1,"unit":"days"})", "cannot be given in `days`");
  wrong_value("d", R"({"value":1,"unit":"parsnips"})", "`parsnips`, which is not known");
  wrong_value("d", R"({"value":1,"unit":7})", "has the unit not as a text");
  wrong_value("d", R"({"unit":"/uL"})", "has an empty description");
  wrong_value("d", R"({"value":1,"unit":")" + std::string(5000, '1') + "\"}", "is not known");
  wrong_value("d", R"({"value":1,"unit":"/uL","below":2})", "`below`");
}

TEST_CASE("every narrowing that leaves one class settles the fact") {
  // yes/no
  settles("b", "true", true);
  settles("b", "false", false);
  settles("b", R"({"in":[true]})", true);
  settles("b", R"({"in":[true,true]})", true);
  settles("b", R"({"not":false})", true);
  settles("b", R"({"not":[true]})", false);
  leaves_open("b", R"({"in":[true,false]})");
  leaves_open("b", "null");
  // enumerations
  settles("n", "\"green\"", true);
  settles("n", R"({"in":["green"]})", true);
  settles("n", R"({"not":["red","blue"]})", true);
  settles("n", R"({"in":["red","green"],"not":"red"})", true);
  leaves_open("n", R"({"not":"red"})");
  leaves_open("n", "null");
  settles("e", R"({"above":"low","below":"high"})", true);
  settles("e", R"({"at_least":"middle","at_most":"middle"})", true);
  settles("e", R"({"at_most":"low"})", false);
  settles("e", R"({"at_least":"high"})", false);
  settles("e", R"({"below":"middle"})", false);
  settles("e", R"({"above":"middle"})", false);
  settles("e", R"({"at_least":"low","not":["low","high"]})", true);
  leaves_open("e", R"({"at_least":"middle"})");
  // whole numbers
  settles("k", R"({"in":[3]})", true);
  settles("k", R"({"above":2,"below":4})", true);
  settles("k", R"({"above":2.5,"below":3.5})", true);
  settles("k", R"({"at_least":3,"at_most":3})", true);
  settles("k", R"({"not":[0,1,2,4]})", true);
  settles("k", R"({"at_most":2})", false);
  settles("k", R"({"at_least":4})", false);
  settles("k", R"({"above":3})", false);
  settles("k", R"({"in":[0,1,2]})", false);
  leaves_open("k", R"({"at_least":3})");
  leaves_open("k", R"({"in":[3,4]})");
  leaves_open("k", R"({"not":0})");
  // decimals; a laboratory's "<1 %"
  settles("p", R"({"below":1})", false);
  settles("p", R"({"at_least":1})", true);
  settles("p", R"({"above":1})", true);
  settles("p", R"({"below":1,"at_least":0})", false);
  settles("p", R"({"at_least":1,"unit":"%"})", true);
  settles("p", R"({"in":[2,3,{"value":4,"unit":"%"}]})", true);
  settles("p", R"({"below":200,"above":99})", true);
  settles("d", R"({"at_least":1100,"at_most":1100,"unit":"/uL"})", true);
  settles("d", R"({"above":1100,"unit":"/uL"})", false);
  leaves_open("p", R"({"at_most":1})");
  leaves_open("p", R"({"at_least":0})");
  // sets
  settles("s", R"(["x","y"])", true);
  settles("s", R"(["y","x","x"])", true);
  settles("s", "[]", false);
  settles("s", R"({"x":true,"y":true,"z":false})", true);
  leaves_open("s", R"({"x":true,"y":null,"z":false})");
  leaves_open("s", R"({"x":true})");
  leaves_open("s", "{}");
  leaves_open("s", "null");
}

TEST_CASE("known is what is settled to one value") {
  const std::string rest =
      R"("b":true,"e":"low","n":"red","i":{"not":0,"at_most":1},"k":1,"p":1,"t":37)";
  auto known = [&](const std::string& d, const std::string& s) {
    test::Result r = facts().eval("{" + rest + ",\"d\":" + d + ",\"s\":" + s + "}");
    REQUIRE_MESSAGE(r.status == GDLRT_OK, r.messages());
    for (const json& a : r.answer["decisions"][0]["advice"]) {
      if (a["rule"] == "all.known") return true;
    }
    return false;
  };
  CHECK(known("1", "[]"));
  CHECK(known(R"({"in":[1]})", R"({"x":true,"y":false,"z":false})"));
  CHECK(known(R"({"at_least":50})", "[]"));
  CHECK(!known(R"({"above":2})", "[]"));
  CHECK(known(R"({"in":[3,4],"not":4})", "[]"));
}

TEST_CASE("descriptions that are none") {
  wrong_value("n", "\"pink\"", "has no value `pink`; it is one of `red`, `green`, `blue`");
  wrong_value("n", "7", "is one of");
  wrong_value("b", "\"yes\"", "is true or false");
  wrong_value("n", R"({"below":"red"})", "has no order");
  wrong_value("b", R"({"at_most":true})", "has no order");
  wrong_value("n", R"({"in":"red"})", "an `in` that is not a list");
  wrong_value("k", R"({"in":3})", "an `in` that is not a list");
  wrong_value("n", "{}", "an empty description");
  wrong_value("k", "{}", "an empty description");
  wrong_value("n", R"({"inn":["red"]})", "the description `inn`");
  wrong_value("k", R"({"more_than":3})", "the description `more_than`");
  wrong_value("n", R"({"in":[]})", "without any value");
  wrong_value("n", R"({"in":["red"],"not":"red"})", "without any value");
  wrong_value("e", R"({"above":"high"})", "without any value");
  wrong_value("k", R"({"above":2,"below":3})", "without any value");
  wrong_value("k", R"({"above":4})",
              "without any value by this description: its plausible range is ");
  wrong_value("p", R"({"above":3,"at_most":3})", "without any value");
  wrong_value("p", R"({"at_least":3,"at_most":3,"not":3})", "without any value");
  wrong_value("s", R"(["w"])", "has no element `w`");
  wrong_value("s", "[1]", "is a list of names");
  wrong_value("s", "true", "is a set of values");
  wrong_value("s", R"({"x":1})", "neither true, false nor null");
}

TEST_CASE("nothing is said twice") {
  wrong(R"({"b":true,"b":true})", "`b` is given twice");
  wrong(R"({"b":null,"b":true})", "`b` is given twice");
  wrong_value("d", R"({"value":1,"value":2})", "`d` says `value` twice");
  wrong_value("d", R"({"value":1,"unit":"/uL","unit":"/L"})", "`d` says `unit` twice");
  wrong_value("k", R"({"below":1,"below":1})", "`k` says `below` twice");
  wrong_value("n", R"({"in":["red"],"in":["green"]})", "`n` says `in` twice");
  wrong_value("s", R"({"x":true,"x":true})", "says `x` twice");
}

TEST_CASE("text that is no JSON") {
  wrong("", "the text ends where a value is expected");
  wrong("{", "a name in double quotes is expected");
  wrong("{\"b\"", "`:` is expected");
  wrong("{\"b\":true", "`,` or `}` is expected");
  wrong("{\"b\":true,}", "a name in double quotes is expected");
  wrong("{\"b\":truth}", "this is not a JSON value");
  wrong("{\"b\":tru", "this is not a JSON value");
  wrong("{'b':true}", "a name in double quotes is expected");
  wrong("{\"b\":true} {}", "more text after the end");
  wrong("{\"b\":true}x", "more text after the end");
  wrong(std::string("{\"b\":true}\0", 11), "more text after the end");
  wrong("[]", "a case is an object");
  wrong("null", "a case is an object");
  wrong("{\"n\":\"red}", "a text without its closing quote");
  wrong("{\"n\":\"red\\", "a text without its closing quote");
  wrong("{\"n\":\"r\ned\"}", "a control character inside a text");
  wrong(std::string("{\"n\":\"r\0d\"}", 11), "a control character inside a text");
  wrong("{\"n\":\"\\x\"}", "an escape that JSON does not know");
  for (const char* bad :
       {"\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud83d\\ud83d", "\\u12", "\\u12g4"}) {
    wrong("{\"n\":\"" + std::string(bad) + "\"}", "an escape that is no character");
  }
  for (const char* bad :
       {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80"}) {
    wrong("{\"n\":\"" + std::string(bad) + "\"}", "a byte that is not UTF-8");
  }
  wrong("{\"b\":" + std::string(65, '[') + std::string(65, ']') + "}", "nested too deeply");
  wrong("{\"b\":" + std::string(1'000'000, '[') + "}", "nested too deeply");
  std::string many = "{\"b\":[0";
  for (int i = 0; i < 1'000'000; ++i) many += ",0";
  wrong(many + "]}", "more values than a case can need");
  wrong(std::string(16 * 1024 * 1024 + 1, ' '), "larger than 16 MiB");
  std::string list = "{\"d\":{\"not\":[0";
  for (int i = 0; i < 5000; ++i) list += ",0";
  wrong(list + "]}}", "a list of more than 4096 values");
  // What is JSON is read: escapes in names too, and a byte-order mark.
  settles("\\u006e", "\"gr\\u0065en\"", false);
  CHECK(facts().eval("\xef\xbb\xbf{\"n\":\"green\"}").status == GDLRT_OK);
  CHECK(facts().eval(" \t\r\n{ \"n\" : \"gr\\u0065en\" }\n").status == GDLRT_OK);
}

TEST_CASE("all problems at once, each at its place, columns in characters") {
  test::Result r = facts().eval(
      "{\"b\":\"\xf0\x9f\x98\x80\", \"zz\":1,\r\n"
      " \"n\":\"\xc3\xa9\", \"k\":9,\n"
      "\"d\":{\"value\":1,\"unit\":\"mg\"},\"e\":{\"in\":[\"lo\",\"hi\"]}}");
  CHECK(r.status == GDLRT_BAD_CASE);
  REQUIRE(r.problems.size() == 7);
  const std::vector<std::pair<int, int>> places = {{1, 6},  {1, 11}, {2, 6}, {2, 15},
                                                   {3, 23}, {3, 40}, {3, 45}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    CAPTURE(i);
    CHECK(r.problems[i]["line"] == places[i].first);
    CHECK(r.problems[i]["column"] == places[i].second);
  }
  CHECK(r.problems[2]["message"].get<std::string>().find("`\xc3\xa9`") != std::string::npos);
  // Behind a byte-order mark the first column is still the first.
  r = facts().eval("\xef\xbb\xbf{\"q\":1}");
  REQUIRE(r.problems.size() == 1);
  CHECK(r.problems[0]["column"] == 2);
  // Long words are cut between characters, and quotes do not break the message.
  std::string name;
  for (int i = 0; i < 59; ++i) name += 'a';
  name += "\xe2\x82\xac\xe2\x82\xac";
  r = facts().eval("{\"" + name + "\":1,\"q\\\"uote\":1}");
  REQUIRE(r.problems.size() == 2);
  CHECK(r.problems[0]["message"].get<std::string>().find("a...`") != std::string::npos);
  CHECK(r.problems[1]["message"].get<std::string>().find("`q\"uote`") != std::string::npos);
  // There is an end to them.
  std::string many = "{\"a0\":1";
  for (int i = 1; i < 500; ++i) many += ",\"a" + std::to_string(i) + "\":1";
  r = facts().eval(many + "}");
  REQUIRE(r.problems.size() == 101);
  CHECK(r.problems[100]["message"].get<std::string>().find("only the first 100") !=
        std::string::npos);
}

TEST_CASE("damaged cases are refused, or answered") {
  const std::vector<std::string> whole = {
      R"({"b":true,"e":{"in":["low"]},"n":"green","i":{"value":216,"unit":"months"}})",
      R"({"d":{"at_least":1100,"at_most":1.1e3,"unit":"/uL"},"k":{"not":[1,2,0,4]},"s":{"x":true,"y":true,"z":false}})",
      R"({"n":"gr\u0065en" , "s":["x","z"],"t":36.5e0,"p":"1/3"})",
  };
  const std::string pieces[] = {"\"",    "{",      "}",     "[",    "]",       ",",           ":",
                                "\\",    "\\u",    "\\ud8", "null", "1",       "-",           "e9",
                                ".",     " ",      "\n",    "\xff", "\xe2",    "\xf0",        "in",
                                "value", "\"b\":", "1/3",   "not",  "unit\":", "\xef\xbb\xbf"};
  test::Random random(3);
  std::size_t good = 0;
  driver::Compilation c = test::load(kFacts);
  std::vector<std::uint8_t> bytes = driver::build(c, {});
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
  for (std::size_t n = 0; n < 20'000; ++n) {
    std::string text = whole[n % whole.size()];
    for (std::size_t k = 1 + random.below(3); k > 0; --k) {
      std::size_t at = random.below(text.size() + 1);
      switch (random.below(4)) {
        case 0: text.resize(at); break;
        case 1: text.insert(at, pieces[random.below(std::size(pieces))]); break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(random.next());
          break;
        case 3: text.erase(at, 1 + random.below(4)); break;
      }
    }
    CAPTURE(text);
    // The text ends where its memory ends: nothing may look for a NUL.
    test::Guarded memory(std::vector<std::uint8_t>(text.begin(), text.end()));
    std::string answer;
    std::string errors;
    gdlrt_status status =
        gdlrt_evaluate_json(program, reinterpret_cast<const char*>(memory.data()), memory.size(),
                            nullptr, test::append, &answer, test::append, &errors);
    if (status == GDLRT_OK) {
      ++good;
      REQUIRE(json::accept(answer));
      REQUIRE(json::accept(text.substr(text.compare(0, 3, "\xef\xbb\xbf") == 0 ? 3 : 0)));
    } else {
      REQUIRE(!test::lines(errors).empty());
      REQUIRE(answer.empty());
    }
  }
  gdlrt_program_free(program);
  CHECK(good > 100);
}
