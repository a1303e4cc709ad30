// `gdlc eval --audit` and `--replay`: what is on record comes out again, or it is said which does not and why.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "process.h"

using namespace gdl;
using nlohmann::json;

namespace {

const char* const kGuideline =
    R"(guideline pain "Pain" language 1 version 1.0.0 audience clinician, patient
fact age "Age" : 0..120 years
fact fever "Fever" : 30.0..45.0 'Cel'
action ibuprofen "Ibuprofen" say patient "A pill"
action paracetamol "Paracetamol"
decision relief for fever >= 38 'Cel'
rule young when age < 65 years recommend ibuprofen
rule old when age >= 65 years recommend paracetamol
)";

/// A folder with the guideline, cases and records.
class Desk : public test::Folder {
 public:
  Desk() { write("pain.gdl", kGuideline); }
  [[nodiscard]] test::Output record(const std::string& text, const std::string& more = "") const {
    return sh("gdlc eval pain.gdl --case - --audit log " + more, text);
  }
  [[nodiscard]] test::Output replay(const std::string& more = "") const {
    return sh("gdlc eval pain.gdl --replay log " + more);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::istringstream in(read("log"));
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }
};

}  // namespace

TEST_CASE("a record is a line with the case as it was said, and the answer that was told") {
  Desk d;
  test::Output told = d.record(R"({ "age": 10, "fever": 39.00 })", "--format json");
  CHECK(told.status == 0);
  CHECK(d.record(R"({"age": {"below": 65}})", "--explain --audience patient").status == 0);
  CHECK(d.record("{}", "--steps 1").status == 0);
  std::vector<std::string> lines = d.lines();
  REQUIRE(lines.size() == 3);
  json first = json::parse(lines[0]);
  CHECK(first["program"]["name"] == "pain");
  CHECK(first["program"]["source_hash"].get<std::string>().size() == 7 + 64);
  CHECK(lines[0].find("39.00") != std::string::npos);
  CHECK(first["answer"] == json::parse(told.out));
  CHECK(json::parse(lines[1])["options"]["audience"] == "patient");
  test::Output again = d.replay();
  CHECK(again.status == 0);
  CHECK(again.out == "3 records: 3 same, 0 different, 0 not replayed\n");
}

TEST_CASE("a case that is none is on record too") {
  Desk d;
  CHECK(d.record(R"({"age": 200})").status == 1);
  CHECK(d.record("no JSON \"at\n all").status == 1);
  REQUIRE(d.lines().size() == 2);
  CHECK(json::parse(d.lines()[0]).contains("problems"));
  CHECK(d.replay().status == 0);
}

TEST_CASE("a case that is no UTF-8 is on record to the byte") {
  Desk d;
  CHECK(d.record("{}\xff").status == 1);
  CHECK(d.record("{\"age\": 10}", "--locale 'de\xff'").status == 0);
  REQUIRE(d.lines().size() == 2);
  CHECK(json::parse(d.lines()[0])["case"] == json{{"bytes", "7b7dff"}});
  test::Output again = d.replay();
  CHECK(again.out == "2 records: 2 same, 0 different, 0 not replayed\n");
  // Digits that are none are not whole.
  std::string log = d.read("log");
  for (const char* digits : {"7b7df", "7b7dfg", "7b 7d"}) {
    d.write("log", std::string(log).replace(log.find("7b7dff"), 6, digits));
    CHECK(d.replay().out.find("not replayed: an audit record that is not whole") !=
          std::string::npos);
  }
}

TEST_CASE("an answer that was changed is found, with the place") {
  Desk d;
  REQUIRE(d.record(R"({"age": 10, "fever": 39})").status == 0);
  REQUIRE(d.record(R"({"age": 70, "fever": 39})").status == 0);
  std::string log = d.read("log");
  std::size_t at = log.rfind("\"certain\"");
  REQUIRE(at != std::string::npos);
  d.write("log", log.replace(at, 9, "\"possible\""));
  test::Output o = d.replay();
  CHECK(o.status == 1);
  CHECK(o.out.find("log:2: different: at /answer/") == 0);
  CHECK(o.out.find("2 records: 1 same, 1 different, 0 not replayed\n") != std::string::npos);
  json line;
  std::istringstream lines(d.replay("--format json").out);
  std::string text;
  std::getline(lines, text);
  CHECK(json::parse(text) == json({{"line", 1}, {"replay", "same"}}));
  std::getline(lines, text);
  CHECK(json::parse(text)["replay"] == "different");
  std::getline(lines, text);
  CHECK(json::parse(text)["summary"]["different"] == 1);
}

TEST_CASE("records of another guideline, and lines that are none, are not replayed") {
  Desk d;
  REQUIRE(d.record("{}").status == 0);
  d.write("pain.gdl", std::string(kGuideline) + "remark \"another text\"\n");
  CHECK(d.replay().out.find("log:1: not replayed: recorded with another program: pain 1.0.0") == 0);
  CHECK(d.replay().status == 1);
  d.write("pain.gdl", kGuideline);
  CHECK(d.replay().status == 0);
  std::string whole = d.read("log");
  d.write("log",
          whole + "\n{}\nno record\n" + whole.substr(0, 200) + "\n" + R"({"audit":99})" + "\n");
  test::Output o = d.replay();
  CHECK(o.status == 1);
  CHECK(o.out.find("6 records: 1 same, 0 different, 5 not replayed\n") != std::string::npos);
  d.write("log", "");
  CHECK(d.replay().status == 1);
  CHECK(d.replay().err == "gdlc: `log` has no records\n");
  CHECK(d.sh("gdlc eval pain.gdl --replay none").status == 2);
}

TEST_CASE("a record with options that nobody can have given is not whole") {
  Desk d;
  REQUIRE(d.record("{}", "--audience patient").status == 0);
  const std::string whole = d.read("log");
  auto replayed = [&](const std::string& from, const std::string& to) {
    std::size_t at = whole.find(from);
    REQUIRE(at != std::string::npos);
    d.write("log", std::string(whole).replace(at, from.size(), to));
    return d.replay().out;
  };
  const std::string steps = "\"steps\":";
  for (const char* other : {"-1", "0.5", "1e3", "18446744073709551616", "null", "\"7\"", "[7]"}) {
    CAPTURE(other);
    CHECK(replayed(steps + "0", steps + other)
              .find("not replayed: an audit record that is not whole") != std::string::npos);
  }
  CHECK(replayed(steps + "0", steps + "18446744073709551615").find("1 same") != std::string::npos);
  for (const char* other : {"7", "[]", "\"pat\\u0000ient\"", "{\"bytes\":\"7000\"}", "{}"}) {
    CAPTURE(other);
    CHECK(replayed("\"patient\"", other).find("not whole") != std::string::npos);
  }
  CHECK(replayed("\"audience\":\"patient\",", "").find("not whole") != std::string::npos);
  CHECK(replayed("\"explain\":false", "\"explain\":0").find("not whole") != std::string::npos);
}

TEST_CASE("a record that says two things is not whole, whichever of them stands first") {
  Desk d;
  REQUIRE(d.record(R"({"age": 10, "fever": 39})").status == 0);
  const std::string whole = d.read("log");
  auto replayed = [&](const std::string& from, const std::string& to) {
    std::size_t at = whole.find(from);
    REQUIRE(at != std::string::npos);
    d.write("log", std::string(whole).replace(at, from.size(), to));
    test::Output o = d.replay();
    CHECK(o.status == 1);
    CHECK(d.replay("--format json").status == 1);
    return o.out.substr(0, o.out.find('\n'));
  };
  const std::string none = "log:1: not replayed: an audit record that is not whole: ";
  for (const std::string name : {"audit", "runtime", "program", "options", "case", "answer"}) {
    CAPTURE(name);
    const std::string member = "\"" + name + "\":";
    CHECK(replayed(member, member + "{\"forged\":true}," + member) ==
          none + "`" + name + "` stands in it twice");
  }
  CHECK(replayed("\"steps\":", "\"st\\u0065ps\":1,\"steps\":") ==
        none + "`steps` stands in it twice");
  CHECK(replayed("\"age\":10", "\"age\":70,\"age\":10") == none + "`age` stands in it twice");
  CHECK(replayed("\"title\":", "\"title\":1,\"title\":") == none + "`title` stands in it twice");
  CHECK(replayed("\"answer\":", "\"problems\":[],\"answer\":") ==
        none + "it has both `answer` and `problems`");
  CHECK(replayed("\"answer\":", "\"by\":\"me\",\"answer\":") ==
        none + "it has members that no record has");
  CHECK(replayed("\"steps\":", "\"seed\":1,\"steps\":") ==
        none + "it has members that no record has");
  const std::string runtime = "\"runtime\":" + json::parse(whole)["runtime"].dump();
  CHECK(replayed(runtime + ",", "") == none + "it has no `runtime`");
  CHECK(replayed(runtime, "\"runtime\":\"\\u001b[2J\"") == none + "its `runtime` is no version");
  CHECK(replayed("\"source_hash\":\"sha256:", "\"source_hash\":\"sha256:0") ==
        none + "it has a hash that is none");
  CHECK(replayed("\"pain\"", "[]") == none + "a member has a value of another kind");
  const std::string version =
      "log:1: not replayed: an audit record of a version that this gdlc does not know";
  CHECK(replayed("\"audit\":1", "\"audit\":1.0") == version);
  CHECK(replayed("\"audit\":1", "\"audit\":true") == version);
  d.write("log", whole.substr(0, whole.size() - 1) + std::string("\0 and more\n", 11));
  CHECK(d.replay().out.find("log:1: not replayed: this is no audit record\n") == 0);
}

TEST_CASE("a record names the guideline whose source it has") {
  Desk d;
  REQUIRE(d.record("{}").status == 0);
  const std::string whole = d.read("log");
  const std::string named = R"("name":"pain","version":"1.0.0")";
  for (const std::string other :
       {R"("name":"pane","version":"1.0.0")", R"("name":"pain","version":"1.0.1")"}) {
    CAPTURE(other);
    d.write("log", std::string(whole).replace(whole.find(named), named.size(), other));
    test::Output o = d.replay();
    CHECK(o.status == 1);
    CHECK(o.out.find("log:1: not replayed: the record says pa") == 0);
    CHECK(o.out.find(", but its source is that of pain 1.0.0\n") != std::string::npos);
  }
  d.write("log", std::string(whole).replace(whole.find("pain"), 4, "\\u001b[2J"));
  CHECK(d.replay().out.find('\x1b') == std::string::npos);
}

TEST_CASE("the same answer of another program file, or with another runtime, is said to be that") {
  Desk d;
  // No rule has anything to say here that a stripped program has not.
  REQUIRE(d.sh("gdlc build pain.gdl -o whole.gdlb && gdlc build pain.gdl --strip -o bare.gdlb")
              .status == 0);
  auto replay = [&](const std::string& more) {
    return d.sh("gdlc eval bare.gdlb --replay log " + more);
  };
  REQUIRE(d.sh("gdlc eval whole.gdlb --case - --audit log", R"({"age": 200})").status == 1);
  const std::string before = json::parse(d.lines()[0])["program"]["file_hash"];
  test::Output o = replay("");
  CHECK(o.status == 1);
  CHECK(o.out == "log:1: same: the program file is another one: " + before +
                     " is on record\n"
                     "1 record: 1 same (1 of another program file), 0 different, 0 not replayed\n");
  o = replay("--format json");
  CHECK(o.status == 1);
  json line = json::parse(o.out.substr(0, o.out.find('\n')));
  CHECK(line["replay"] == "same");
  CHECK(line["other_file"] == before);
  CHECK_FALSE(line.contains("other_runtime"));
  CHECK(json::parse(o.out.substr(o.out.find('\n')))["summary"] ==
        json({{"same", 1}, {"different", 0}, {"not_replayed", 0}, {"other_file", 1}}));

  // Where the answer is another one too, that is said first.
  REQUIRE(d.sh("gdlc eval whole.gdlb --case - --audit log", R"({"age": 10, "fever": 39})").status ==
          0);
  CHECK(replay("").out.find("; the program file is another one: ") != std::string::npos);
  CHECK(replay("").out.find("log:2: different: at /answer/") != std::string::npos);
  CHECK(replay("").out.find("1 same (1 of another program file), 1 different") !=
        std::string::npos);

  // Later runtimes are to give the same: what was recorded with another one is said, and well.
  std::string log = d.lines()[0] + "\n";
  const std::string mine = "\"runtime\":" + json::parse(log)["runtime"].dump();
  d.write("log", log.replace(log.find(mine), mine.size(), R"("runtime":"0.0.9")"));
  o = d.sh("gdlc eval whole.gdlb --replay log");
  CHECK(o.status == 0);
  CHECK(o.out ==
        "log:1: same: recorded with runtime 0.0.9\n"
        "1 record: 1 same, 0 different, 0 not replayed\n");
  o = d.sh("gdlc eval whole.gdlb --replay log --format json");
  CHECK(json::parse(o.out.substr(0, o.out.find('\n')))["other_runtime"] == "0.0.9");
}

TEST_CASE("a record that is nested deeply is not whole, wherever") {
  Desk d;
  REQUIRE(d.record(R"({"age": 10, "fever": 39})").status == 0);
  const std::string whole = d.read("log");
  auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  auto objects = [](std::size_t n) {
    std::string out;
    for (std::size_t i = 0; i < n; ++i) out += "{\"a\":";
    return out + "1" + std::string(n, '}');
  };
  auto replayed = [&](std::size_t at, std::size_t size, const std::string& value) {
    d.write("log", std::string(whole).replace(at, size, value));
    CHECK(d.replay("--format json").status == 1);
    test::Output o = d.replay();
    CHECK(o.status == 1);
    CHECK(o.err == "");
    return o.out;
  };
  const std::string deep =
      "log:1: not replayed: an audit record that is not whole: it is nested deeper than 65\n";
  const std::size_t answer = whole.find("\"answer\":") + 9;
  const std::size_t answer_size = whole.size() - 2 - answer;
  const std::size_t name = whole.find("\"pain\"");
  const std::size_t said = whole.find("\"case\":") + 7;
  const std::size_t said_size = whole.find(",\"answer\":") - said;
  for (const std::size_t n : {65, 20000, 200000}) {
    CAPTURE(n);
    CHECK(replayed(answer, answer_size, nested(n)).find(deep) == 0);
    CHECK(replayed(answer, answer_size, objects(n)).find(deep) == 0);
    CHECK(replayed(name, 6, nested(n)).find(deep) == 0);
    CHECK(replayed(said, said_size, nested(n)).find(deep) == 0);
  }
  CHECK(replayed(answer, answer_size, nested(64)).find("log:1: different: at /answer") == 0);
  CHECK(replayed(answer, answer_size, objects(64)).find("log:1: different: at /answer") == 0);
}

TEST_CASE("a long value that differs is shown to the end of a character") {
  Desk d;
  REQUIRE(d.record(R"({"age": 10, "fever": 39})").status == 0);
  const std::string whole = d.read("log");
  const std::string title = "\"title\":\"Pain\"";
  for (std::size_t plain = 196; plain <= 199; ++plain) {
    CAPTURE(plain);
    std::string to = std::string(plain, 'x');
    for (int i = 0; i < 50; ++i) to += "\u00e9";
    d.write("log", std::string(whole).replace(whole.find(title), title.size(),
                                              "\"title\":\"" + to + "\""));
    // A quote before it, and 200 bytes of all.
    const std::string shown = "was \"" + to.substr(0, plain + (199 - plain) / 2 * 2) + "...";
    CHECK(d.replay().out.find("different: at /answer/guideline/title: " + shown) !=
          std::string::npos);
    test::Output o = d.replay("--format json");
    CHECK(o.status == 1);
    CHECK(json::parse(o.out.substr(0, o.out.find('\n')))["message"].get<std::string>().find(
              shown) != std::string::npos);
  }
  // What the record lacks is shown with what it is.
  const std::string cautions = "\"advice\":[{";
  const std::size_t at = whole.find(cautions) + cautions.size() - 1;
  d.write("log", std::string(whole).erase(at, whole.find("],\"withdrawn\"") - at));
  CHECK(d.replay().out.find("was nothing, is {") != std::string::npos);
}

TEST_CASE("a line that somebody left unfinished costs no record behind it") {
  Desk d;
  REQUIRE(d.record("{}").status == 0);
  std::string whole = d.read("log");
  d.write("log", whole + whole.substr(0, 100));
  REQUIRE(d.record("{}").status == 0);
  CHECK(d.lines().size() == 3);
  CHECK(d.replay().out.find("3 records: 2 same, 0 different, 1 not replayed\n") !=
        std::string::npos);
}

TEST_CASE("what cannot be put on record is not told") {
  Desk d;
  test::Output o = d.sh("gdlc eval pain.gdl --case - --audit /dev/full", "{}");
  CHECK(o.status == 2);
  CHECK(o.out == "");
  CHECK(o.err == "gdlc: cannot write `/dev/full`: No space left on device\n");
  CHECK(d.sh("gdlc eval pain.gdl --case - --audit no/where", "{}").status == 2);
}

TEST_CASE("records written at once all stand") {
  Desk d;
  test::Output o = d.sh(
      "for i in 1 2 3 4 5 6 7 8; do gdlc eval pain.gdl --case - --audit log < /dev/null & done; "
      "wait");
  CHECK(d.lines().size() == 8);
  CHECK(d.replay().status == 0);
}
