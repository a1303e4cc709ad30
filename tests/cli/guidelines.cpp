// The smaller guidelines of guidelines/, each of another shape than lung cancer's: FOLDER/FOLDER.gdl is complete
// in what a reader needs, checks clean without a waiver too wide, and its scenarios come out.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "driver/driver.h"
#include "process.h"

using namespace gdl;

namespace {

const std::string kFolder = GDL_SOURCE_DIR "/guidelines";

/// What the guideline on lung cancer must be stands in nsclc.cpp.
std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    std::string name = entry.path().filename().string();
    if (entry.is_directory() && name != "nsclc") out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<std::string> provide(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return std::nullopt;
  return test::read(path);
}

bool worded(const std::vector<sema::Say>& says) {
  auto for_audience = [&](const char* audience) {
    return std::any_of(says.begin(), says.end(), [&](const sema::Say& s) {
      return s.audience == audience && s.locale.empty() && !s.text.empty();
    });
  };
  return for_audience("clinician") && for_audience("patient");
}

bool partial(const sema::Scenario& s) {
  return std::any_of(s.expects.begin(), s.expects.end(),
                     [](const sema::Expect& e) { return e.holds == sema::Holds::for_some; });
}

}  // namespace

TEST_CASE("each guideline checks clean, and every scenario comes out") {
  CHECK(names() == std::vector<std::string>{"cha2ds2_vasc", "lung_screening", "news2"});
  for (const std::string& name : names()) {
    CAPTURE(name);
    test::Output checked =
        test::run("gdlc check --format json " + name + ".gdl", kFolder + "/" + name);
    CHECK(checked.status == 0);
    // The summary is all there is to say.
    nlohmann::json summary = nlohmann::json::parse(checked.out, nullptr, false);
    REQUIRE(summary.is_object());
    CHECK(summary["summary"]["errors"] == 0);
    CHECK(summary["summary"]["warnings"] == 0);
    for (const nlohmann::json& d : summary["summary"]["decisions"]) CHECK(d["verdict"] == "proved");
    test::Output tested = test::run("gdlc test " + name + ".gdl", kFolder + "/" + name);
    CHECK(tested.status == 0);
    CHECK(tested.out.find(" passed, 0 failed") != std::string::npos);
    // The example case is whole, and its answer is one.
    test::Output answered =
        test::run("gdlc eval " + name + ".gdl --case case.json --exit-code", kFolder + "/" + name);
    CHECK(answered.status == 0);
    CHECK(answered.out.find("recommend ") != std::string::npos);
  }
}

TEST_CASE("each guideline says where it is from, for whom, and what it is not") {
  for (const std::string& name : names()) {
    CAPTURE(name);
    driver::Compilation c = driver::load(kFolder + "/" + name + "/" + name + ".gdl", provide, {});
    REQUIRE(!c.type_errors);
    const sema::Model& m = *c.model;
    CHECK(m.name == name);
    CHECK(m.status == "draft");
    CHECK(!m.disclaimer.empty());
    CHECK(m.audiences == std::vector<std::string>{"clinician", "patient"});
    CHECK(m.references.size() >= 1);
    for (std::size_t i = 0; i < m.references.size(); ++i) {
      const sema::Reference& r = m.references[sema::ReferenceId(i)];
      CHECK(!r.title.empty());
      CHECK(!r.publisher.empty());
      CHECK(r.url.rfind("https://", 0) == 0);
      CHECK(r.year >= 2010);
    }
    for (std::size_t i = 0; i < m.actions.size(); ++i) {
      CAPTURE(m.actions[sema::ActionId(i)].name);
      CHECK(worded(m.actions[sema::ActionId(i)].says));
    }
    for (std::size_t i = 0; i < m.decisions.size(); ++i) {
      CAPTURE(m.decisions[sema::DecisionId(i)].name);
      CHECK(worded(m.decisions[sema::DecisionId(i)].says));
    }
    for (std::size_t i = 0; i < m.rules.size(); ++i) {
      CAPTURE(m.rules[sema::RuleId(i)].name);
      CHECK(!m.rules[sema::RuleId(i)].cites.empty());
    }
  }
}

TEST_CASE(
    "each guideline has a dozen scenarios, some of them partial, and each rule is expected in "
    "one") {
  for (const std::string& name : names()) {
    CAPTURE(name);
    driver::Compilation c = driver::load(kFolder + "/" + name + "/" + name + ".gdl", provide, {});
    REQUIRE(!c.type_errors);
    const sema::Model& m = *c.model;
    CHECK(m.scenarios.size() >= 12);
    CHECK(std::count_if(m.scenarios.begin(), m.scenarios.end(), partial) >= 3);
    std::vector<analysis::ScenarioResult> results = driver::run_scenarios(c, {});
    for (std::size_t i = 0; i < m.rules.size(); ++i) {
      sema::RuleId rule(i);
      CAPTURE(m.rules[rule].name);
      bool stands = false;
      for (const analysis::ScenarioResult& s : results) {
        stands = stands || std::count(s.stands.begin(), s.stands.end(), rule) > 0;
      }
      CHECK(stands);
    }
  }
}
