// Each thing that the runtime refuses, by a program in which just that is broken: rejected/NAME.recipe says how
// (verifier_recipe.h), rejected/NAME.txt what the refusal must be, its message and its help. The list of
// refusals is read from the runtime's own sources: one without a file fails the test.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "everything.h"
#include "process.h"
#include "verifier_recipe.h"

using namespace gdl;

namespace {

const std::string kFolder = GDL_TESTS_DIR "/runtime/rejected";

std::vector<std::string> names(const std::string& extension) {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == extension) out.push_back(entry.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// Every sentence that a source of the runtime holds: its messages and what to do about them.
std::set<std::string> sentences(const std::string& source) {
  std::string text = test::read(GDL_SOURCE_DIR + source);
  text = std::regex_replace(text, std::regex("//[^\n]*"), "");
  static const std::regex literal(R"re("((?:[^"\\\n]|\\.)*)")re");
  std::set<std::string> out;
  for (std::sregex_iterator i(text.begin(), text.end(), literal), end; i != end; ++i) {
    std::string words = (*i)[1];
    if (words.find(' ') != std::string::npos) out.insert(words);
  }
  return out;
}

}  // namespace

TEST_CASE("a program with one thing broken is refused, and the reason is that thing") {
  REQUIRE(test::refusal(emit::encode(test::everything())) == "");
  REQUIRE(test::refusal(emit::encode(test::everything(true))) == "");
  CHECK(names(".recipe") == names(".txt"));
  for (const std::string& name : names(".recipe")) {
    CAPTURE(name);
    std::string recipe = test::read(kFolder + "/" + name + ".recipe");
    test::Broken broken;
    REQUIRE_NOTHROW(broken = test::follow_recipe(recipe));
    nlohmann::json problem = test::problem(broken.bytes, broken.misalign);
    CHECK(problem.is_object());
    if (!problem.is_object()) continue;
    std::string said =
        problem["message"].get<std::string>() + "\n" + problem["help"].get<std::string>() + "\n";
    if (test::updating()) test::write(kFolder + "/" + name + ".txt", said);
    CHECK(said == test::read(kFolder + "/" + name + ".txt"));
  }
}

TEST_CASE("each refusal in the sources has a file") {
  std::set<std::string> said = {
      // Only a machine of the other byte order says this.
      "this version runs on little-endian machines only", "evaluate on another machine"};
  for (const std::string& name : names(".txt")) {
    std::istringstream lines(test::read(kFolder + "/" + name + ".txt"));
    for (std::string line; std::getline(lines, line);) said.insert(line);
  }
  std::size_t count = 0;
  for (const char* source : {"/runtime/src/verify.cpp", "/runtime/src/load.cpp"}) {
    for (const std::string& sentence : sentences(source)) {
      CAPTURE(sentence);
      CHECK(said.count(sentence) == 1);
      ++count;
    }
  }
  CHECK(count > 70);
}

TEST_CASE("a recipe that does not do what it says is an error") {
  for (const std::string recipe :
       {"facts[nobody].name = 0", "facts[0].nothing = 0", "nothing[0].name = 0",
        "facts[999].name = 0", "cuts[0].after = cuts[0].after", "drop", "copy cuts[0] cuts[0]",
        "cut 8", "bytes\nbytes", "append cuts = 0", "facts[0].name = cuts[0]", "let",
        "bytes\nreplace \"never there\" \"\""}) {
    CAPTURE(recipe);
    CHECK_THROWS_AS((void)test::follow_recipe(recipe), std::runtime_error);
  }
}
