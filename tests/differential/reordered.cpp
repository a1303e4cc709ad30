// The order in which facts are declared changes nothing of what an answer says.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cases.h"
#include "generate.h"
#include "patients.h"
#include "program.h"
#include "random.h"

using namespace gdl;
using nlohmann::json;

namespace {

/// The text with its facts declared the other way round.
std::string reordered(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> facts;
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("fact ", 0) == 0) facts.push_back(line);
    lines.push_back(line);
  }
  std::string out;
  for (std::string& line : lines) {
    if (line.rfind("fact ", 0) == 0) {
      line = facts.back();
      facts.pop_back();
    }
    out += line + "\n";
  }
  return out;
}

/// Status and facts of each piece of advice, in the order written; and what is asked for.
std::vector<std::string> said(const json& answer) {
  std::vector<std::string> out;
  for (const json& d : answer["decisions"]) {
    for (const json& a : d["advice"]) {
      json hangs = a.value("hangs_on", json::array());
      std::set<std::string> facts(hangs.begin(), hangs.end());
      out.push_back(a["status"].dump() + json(facts).dump());
    }
    std::set<std::string> asked;
    for (const json& q : d["ask"]) asked.insert(q.dump());
    out.push_back(json(asked).dump());
  }
  return out;
}

std::set<std::string> assumed(const json& answer) {
  std::set<std::string> out;
  for (const json& a : answer["assumed"]) out.insert(a.dump());
  return out;
}

}  // namespace

TEST_CASE("the order of the facts changes nothing") {
  std::size_t count = test::fuzz_count(150);
  std::size_t compared = 0;
  for (std::size_t n = 0; n < count; ++n) {
    std::string text = test::Generator(test::fuzz_seed() + 77'000'000 + n, {5, 2, 2, 5}).run();
    CAPTURE(text);
    driver::Compilation one = test::load(text);
    driver::Compilation two = test::load(reordered(text));
    if (one.type_errors || two.type_errors) continue;
    test::Program p(driver::build(one, {false, true}));
    test::Program q(driver::build(two, {false, true}));
    test::Random random(n);
    for (int i = 0; i < 5; ++i) {
      std::string input = test::Cases(*one.model, random).one().text;
      CAPTURE(input);
      test::Result a = p.eval(input);
      test::Result b = q.eval(input);
      REQUIRE(a.status == b.status);
      // Of defaults that exclude each other the first declared stays.
      if (a.status != GDLRT_OK || assumed(a.answer) != assumed(b.answer)) continue;
      ++compared;
      CHECK(said(a.answer) == said(b.answer));
    }
  }
  CHECK(compared > count);
}
