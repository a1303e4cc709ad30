// `gdlc run` gives every row what the exact evaluator gives its case: on random guidelines, with cases known in whole and in
// part, as CSV in all the ways in which a field can be written, and as lines of JSON.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cases.h"
#include "generate.h"
#include "process.h"
#include "program.h"

using namespace gdl;
using nlohmann::json;

namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

std::string object(const Members& members) {
  std::string out;
  for (const auto& [fact, value] : members) {
    out += (out.empty() ? "{\"" : ",\"") + fact + "\":" + value;
  }
  return out.empty() ? "{}" : out + "}";
}

/// What `run` is to say of a case: its line of NDJSON without the row; null if the case is none.
json expected(const test::Program& program, const std::string& text) {
  test::Result r = program.eval(text);
  if (r.status == GDLRT_BAD_CASE) return nullptr;
  REQUIRE(r.status == GDLRT_OK);
  json out = json::array();
  for (const json& d : r.answer["decisions"]) {
    if (d["id"] == "safety") continue;  // the rules of no decision
    json offers = json::array();
    for (const json& o : d["offers"]) {
      std::string status = o.value("way_status", o["status"].get<std::string>());
      offers.push_back({{"verb", o["verb"]},
                        {"way", o["way"]},
                        {"status", status == "assumed" ? "certain" : status}});
    }
    std::sort(offers.begin(), offers.end());
    offers.erase(std::unique(offers.begin(), offers.end()), offers.end());
    out.push_back({{"id", d["id"]},
                   {"applies", d["applies"]},
                   {"gap", d["gap"]},
                   {"stranded", d["stranded"]},
                   {"conflict", d.value("conflict", "no")},
                   {"offers", offers}});
  }
  return out;
}

/// A field with or without quotes, as chance has it.
std::string field(const std::string& text, test::Random& r) {
  bool must = text.find_first_of(",\"\n\r") != std::string::npos;
  if (!must && !r.one_in(5)) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

/// A value of a case in a field, in one of the ways that there are.
std::string in_csv(const std::string& value, test::Random& r) {
  if (value == "null") return "";
  if (value == "true") return test::Random(r.next()).one_in(2) ? "yes" : "TRUE";
  if (value == "false") return r.one_in(2) ? "0" : "False";
  json v = json::parse(value);
  if (v.is_string()) return v.get<std::string>();
  if (v.is_array() && !v.empty() && r.one_in(2)) {
    std::string out;
    for (const json& e : v) out += (out.empty() ? "" : ";") + e.get<std::string>();
    return out;
  }
  static const std::map<std::string, std::string> kSigns = {
      {"below", "<"}, {"at_most", "<="}, {"above", "> "}, {"at_least", ">="}};
  if (v.is_object() && v.size() == 1 && kSigns.count(v.begin().key()) == 1 && r.one_in(2)) {
    const json& bound = v.begin().value();
    std::string text = value.substr(value.find(':') + 1);
    text.pop_back();
    return kSigns.at(v.begin().key()) + (bound.is_string() ? bound.get<std::string>() : text);
  }
  return value;
}

class Compared {
 public:
  Compared(const driver::Compilation& c, std::uint64_t seed)
      : model_(*c.model), bytes_(driver::build(c, {})), program_(bytes_), random_(seed) {
    REQUIRE(program_.status() == GDLRT_OK);
    test::write(folder_.path() + "/p.gdlb", std::string(bytes_.begin(), bytes_.end()));
  }

  void lines(std::size_t rows) {
    std::string text;
    for (std::size_t i = 0; i < rows; ++i) {
      std::string id = std::to_string(i);
      std::string one = object(members());
      cases_.push_back(one);
      bool first = random_.one_in(2);
      std::string with = one == "{}" ? "{\"who\":" + id + "}"
                         : first     ? "{\"who\":" + id + ", " + one.substr(1)
                                     : one.substr(0, one.size() - 1) + " ,\"who\" : " + id + "}";
      text += with + (random_.one_in(3) ? "\r\n" : "\n");
      if (random_.one_in(9)) text += " \n";
    }
    test::write(folder_.path() + "/in.ndjson", text);
    run("--input in.ndjson --id who");
  }

  void csv(std::size_t rows) {
    std::vector<std::string> header;
    for (const sema::Fact& f : model_.facts) {
      if (!random_.one_in(6)) header.push_back(f.name);
    }
    std::string text = random_.one_in(2) ? "\xef\xbb\xbf" : "";
    text += "who,\"a, note\"";
    for (const std::string& name : header) text += "," + field(name, random_);
    std::string end = random_.one_in(2) ? "\r\n" : "\n";
    text += end;
    for (std::size_t i = 0; i < rows; ++i) {
      Members all = members();
      Members said;
      text += std::to_string(i) + "," + field(random_.one_in(4) ? "x\r\n\"y\", z" : "", random_);
      for (const std::string& name : header) {
        std::string value = "null";
        for (const auto& [fact, v] : all) value = fact == name ? v : value;
        said.emplace_back(name, value);
        text += "," + field(in_csv(value, random_), random_);
      }
      if (i + 1 < rows || random_.one_in(2)) text += end;
      cases_.push_back(object(said));
    }
    test::write(folder_.path() + "/in.csv", text);
    run("--input in.csv --id who --ignore-extra");
  }

 private:
  /// Of one row: half of them with values only, most known, half with all that a case may say.
  Members members() {
    if (random_.one_in(2)) return test::Cases(model_, random_).one().members;
    Members out;
    for (std::size_t i = 0; i < model_.facts.size(); ++i) {
      std::vector<std::string> values = test::values_of(model_, sema::FactId(i));
      if (random_.one_in(12)) continue;
      std::string value = random_.one_in(12) ? "null" : values[random_.below(values.size())];
      out.emplace_back(model_.facts[sema::FactId(i)].name, value);
    }
    return out;
  }

  void run(const std::string& options) {
    test::Output o = test::run("gdlc run p.gdlb --output out.ndjson " + options + " --format json",
                               folder_.path());
    CAPTURE(o.err);
    REQUIRE((o.status == 0 || o.status == 1));
    std::map<std::size_t, json> got;
    std::size_t last = 0;
    for (const json& line : test::lines(test::read(folder_.path() + "/out.ndjson"))) {
      std::size_t row = line["row"];
      CHECK(row > last);
      last = row;
      CHECK(std::to_string(row - 1) ==
            (line["id"].is_string() ? line["id"].get<std::string>() : line["id"].dump()));
      json decisions = line["decisions"];
      for (json& d : decisions) std::sort(d["offers"].begin(), d["offers"].end());
      got[row] = decisions;
    }
    std::size_t bad = 0;
    for (const json& line : test::lines(test::read(folder_.path() + "/out.ndjson.rejected"))) {
      std::size_t row = line["row"];
      CHECK(got.count(row) == 0);
      got[row] = nullptr;
      ++bad;
    }
    CHECK(o.status == (bad > 0 ? 1 : 0));
    REQUIRE(got.size() == cases_.size());
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      CAPTURE(cases_[i]);
      CHECK(got[i + 1] == expected(program_, cases_[i]));
    }
    json summary = json::parse(o.out)["summary"];
    CHECK(summary["rows"] == cases_.size());
    CHECK(summary["rejected"] == bad);
    one_by_one_ += summary["one_by_one"].get<std::size_t>();
    rows_ += cases_.size();
    cases_.clear();
  }

  const sema::Model& model_;
  std::vector<std::uint8_t> bytes_;
  test::Program program_;
  test::Random random_;
  test::Folder folder_;
  std::vector<std::string> cases_;

 public:
  std::size_t one_by_one_ = 0, rows_ = 0;
};

}  // namespace

TEST_CASE("every row is answered as its case") {
  std::size_t one_by_one = 0;
  std::size_t rows = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    test::Shape shape;
    shape.facts = 3 + seed % 5;
    std::string text = test::Generator(seed * 977, shape).run();
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    CAPTURE(text);
    Compared compared(c, seed);
    compared.lines(80 + seed);
    compared.csv(80 + seed);
    one_by_one += compared.one_by_one_;
    rows += compared.rows_;
  }
  // Both ways are taken.
  CHECK(one_by_one > rows / 10);
  CHECK(one_by_one < rows - rows / 10);
}

TEST_CASE("whatever stands for a number is read as its case says it") {
  std::string guideline =
      "guideline g \"G\" language 1 version 1.0.0\naudience clinician\n"
      "reference 1 \"One\"\n"
      "fact x \"X\" : -20.0..2000.0\nfact n \"N\" : 0..100000\n"
      "action a \"A\"\ndecision d \"D\" partial choose any\n";
  std::size_t rules = 0;
  auto rule = [&](const std::string& condition) {
    const std::string n = std::to_string(rules++);
    guideline += "action a" + n + " \"A\"\nrule r" + n + " when " + condition + " recommend a" + n +
                 " cite 1\n";
  };
  for (const char* least : {"-1.5", "0.07", "0.1", "1", "7.1", "10", "19.7", "100", "1971.1"}) {
    rule(std::string("x >= ") + least);
  }
  for (const char* least : {"1", "7", "10", "71", "100", "1971", "70000"}) {
    rule(std::string("n >= ") + least);
  }
  driver::Compilation c = test::load(guideline);
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  std::vector<std::uint8_t> bytes = driver::build(c, {false, true});
  test::Program program(bytes);
  REQUIRE(program.status() == GDLRT_OK);
  // All texts of few letters, and longer ones by chance.
  const std::string letters = "0179.-";
  std::vector<std::string> texts = {""};
  for (std::size_t i = 0; texts.size() < 1500; ++i) {
    for (char letter : letters) texts.push_back(texts[i] + letter);
  }
  texts.erase(texts.begin());
  test::Random random(5);
  for (std::size_t i = 0; i < 1500; ++i) {
    std::string text;
    for (std::size_t n = 5 + random.below(20); n > 0; --n) {
      text += random.one_in(7) ? letters[random.below(letters.size())] : letters[random.below(4)];
      if (random.one_in(40)) text += "e5+ "[random.below(4)];
    }
    texts.push_back(text);
  }
  test::Folder folder;
  test::write(folder.path() + "/p.gdlb", std::string(bytes.begin(), bytes.end()));
  for (const char* fact : {"x", "n"}) {
    std::string file = fact + std::string("\n");
    for (const std::string& text : texts) file += text + "\n";
    test::write(folder.path() + "/in.csv", file);
    test::Output o = test::run("gdlc run p.gdlb --input in.csv --output out.ndjson --format json",
                               folder.path());
    REQUIRE(o.status == 1);
    std::map<std::size_t, json> got;
    for (const json& line : test::lines(test::read(folder.path() + "/out.ndjson"))) {
      json decisions = line["decisions"];
      for (json& d : decisions) std::sort(d["offers"].begin(), d["offers"].end());
      got[line["row"]] = decisions;
    }
    CHECK(got.size() > 100);
    CHECK(got.size() < texts.size() - 100);
    CHECK(json::parse(o.out)["summary"]["one_by_one"] < texts.size() - 100);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      CAPTURE(texts[i]);
      const json want = expected(program, std::string("{\"") + fact + "\":\"" + texts[i] + "\"}");
      CHECK((got.count(i + 1) == 0 ? json(nullptr) : got[i + 1]) == want);
    }
  }
}
