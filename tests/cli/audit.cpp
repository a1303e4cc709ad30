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
