// docs/nsclc.md speaks of rules by their names: each is a rule of the resolved guideline.
#include <doctest/doctest.h>

#include <filesystem>
#include <regex>

#include "pages.h"
#include "process.h"

using namespace gdl;
namespace fs = std::filesystem;

TEST_CASE("the rules that docs/nsclc.md names") {
  const std::string folder = GDL_SOURCE_DIR "/guidelines/nsclc";
  // decision.rule, for every rule behind its decision in the files of the folder.
  std::string rules;
  const std::regex head("(?:^|\n)(decision|rule) ([a-z0-9_]+)");
  for (const auto& e : fs::directory_iterator(folder)) {
    if (e.path().extension() != ".gdl" || e.path().filename() == "as_published.gdl") continue;
    std::string text = test::read(e.path().string()), decision;
    for (std::sregex_iterator i(text.begin(), text.end(), head), end; i != end; ++i) {
      if ((*i)[1] == "decision") {
        decision = (*i)[2];
      } else {
        rules += " " + decision + "." + (*i)[2].str() + " ";
      }
    }
  }
  std::string prose = test::page("docs/nsclc.md").prose;
  const std::regex name("`([a-z0-9_]+\\.[a-z0-9_]+)`");
  std::size_t names = 0;
  for (std::sregex_iterator i(prose.begin(), prose.end(), name), end; i != end; ++i) {
    if (fs::exists(folder + "/" + (*i)[1].str())) continue;  // a file
    ++names;
    CHECK_MESSAGE(rules.find(" " + (*i)[1].str() + " ") != std::string::npos,
                  "no rule " << (*i)[1]);
  }
  CHECK(names > 15);
}
