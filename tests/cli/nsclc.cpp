// The guideline on lung cancer, checked as its folder promises: every statement of its list is answered in
// both texts; the published one shows the disagreements that its source has, and not those that it has not.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "process.h"

using namespace gdl;
using nlohmann::json;

namespace {

const std::string kFolder = GDL_SOURCE_DIR "/guidelines/nsclc";

std::string file(const std::string& name) { return test::read(kFolder + "/" + name); }

/// The findings of `check`, without the summary.
std::vector<json> findings(const std::string& name, int status) {
  test::Output o = test::run("gdlc check --format json " + name, kFolder);
  CHECK(o.status == status);
  std::vector<json> out;
  std::istringstream lines(o.out);
  for (std::string line; std::getline(lines, line);) {
    json j = json::parse(line);
    if (!j.contains("summary")) out.push_back(j);
  }
  return out;
}

}  // namespace

TEST_CASE("every statement is answered, as published and resolved") {
  std::istringstream ids(file("statements.txt"));
  std::string published = file("as_published.gdl");
  std::string resolved = file("nsclc.gdl") + file("first_line.gdl");
  std::size_t count = 0;
  for (std::string id; std::getline(ids, id);) {
    if (id.empty() || id[0] == '#') continue;
    ++count;
    CAPTURE(id);
    // What the document itself has (M1 to M5) is in the header and its comments.
    std::string sign = id[0] == 'M' ? "# " + id : "at \"" + id + "\"";
    bool in_header = id[0] == 'M' && published.find(id + ":") != std::string::npos &&
                     resolved.find(id + ":") != std::string::npos;
    CHECK((in_header || published.find(sign) != std::string::npos));
    CHECK((in_header || resolved.find(sign) != std::string::npos));
  }
  CHECK(count >= 18);
}

TEST_CASE("as published: the source's disagreements, and no false alarm") {
  // For each recommendation, what the finding says that it excludes.
  std::set<std::pair<std::string, std::string>> clashes;
  std::set<std::string> names;
  for (const json& f : findings("as_published.gdl", 1)) {
    names.insert(f["name"]);
    if (f["name"] != "exclusive-conflict") continue;
    auto rule = [&](std::size_t i) { return f["rules"][i].get<std::string>().substr(11); };
    for (std::size_t i = 1; i < f["rules"].size(); ++i) {
      clashes.insert(std::minmax(rule(0), rule(i)));
    }
  }
  auto clash = [&](const std::string& a, const std::string& b) {
    return clashes.count(std::minmax(a, b)) == 1;
  };
  CHECK(clash("single_agent_poor_ps", "supportive_care"));  // P2, P4
  for (const char* rule :
       {"cisplatin_chemotherapy", "pembrolizumab_pemetrexed", "pembrolizumab_taxane"}) {
    CAPTURE(rule);  // N1, N4, Q1
    CHECK(clash(rule, "single_agent_poor_ps"));
    CHECK(clash(rule, "supportive_care"));
    CHECK(clash(rule, "elderly_single_agent"));
  }
  CHECK(clash("elderly_single_agent", "elderly_platinum"));  // E1, E2
  CHECK(names.count("overlapping-definition") == 1);         // D1, D3
  CHECK(names.count("incomplete-definition") == 1);          // an alteration not tested
  CHECK(names.count("gap") == 1);
  // Alternatives, and no conflict: P3 beside P2, Q2 beside N4 and Q1.
  CHECK(!clash("platinum_poor_ps", "single_agent_poor_ps"));
  CHECK(!clash("pembrolizumab_alone", "pembrolizumab_pemetrexed"));
  CHECK(!clash("pembrolizumab_alone", "pembrolizumab_taxane"));
  CHECK(names.count("internal-error") == 0);
}

TEST_CASE("resolved: clean, and every scenario comes out") {
  CHECK(findings("nsclc.gdl", 0).empty());
  test::Output o = test::run("gdlc test nsclc.gdl", kFolder);
  CHECK(o.status == 0);
  CHECK(o.out.find(" passed, 0 failed") != std::string::npos);
}
