// tests/golden/mistakes: a guideline with one mistake that is easily made, told in its first line; the line
// below `# mistake:` is the wrong one. Each gives one error, there, with a hint, however much hangs on what is
// wrong. Those whose first line says `Clean` look odd and are right.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "process.h"

using namespace gdl;
using nlohmann::json;
namespace fs = std::filesystem;

TEST_CASE("one mistake is one error, at its line, with a hint") {
  std::size_t mistakes = 0;
  std::size_t clean = 0;
  for (const auto& e : fs::directory_iterator(GDL_TESTS_DIR "/golden/mistakes")) {
    if (e.path().extension() != ".gdl") continue;
    CAPTURE(e.path().filename().string());
    std::string text = test::read(e.path().string());
    std::istringstream lines(test::run("gdlc check --format json " + e.path().filename().string(),
                                       GDL_TESTS_DIR "/golden/mistakes")
                                 .out);
    std::vector<json> found;
    for (std::string line; std::getline(lines, line);) {
      json j = json::parse(line);
      // Notes tell of no mistake.
      if (!j.contains("summary") && j["severity"] != "note") found.push_back(std::move(j));
    }
    std::size_t mark = text.find("# mistake:\n");
    if (mark == std::string::npos) {
      ++clean;
      CHECK(text.find("# Clean") < 4);
      CHECK(found.empty());
      continue;
    }
    ++mistakes;
    REQUIRE(found.size() == 1);
    CHECK(found[0]["severity"] == "error");
    auto wrong =
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(mark), '\n') + 2;
    CHECK(found[0]["line"] == wrong);
    CHECK(!found[0].value("help", "").empty());
  }
  CHECK(mistakes > 35);
  CHECK(clean == 3);
}

TEST_CASE("what is counted is whole, and time need not be") {
  auto status = [](const std::string& option) {
    return test::run("gdlc check nsclc.gdl " + option, GDL_TESTS_DIR "/../guidelines/nsclc").status;
  };
  CHECK(status("--time-limit 60.5") == 0);
  CHECK(status("--effort 1000000") == 0);
  CHECK(status("--effort 0") == 2);
  CHECK(status("--effort 1.5") == 2);
  CHECK(status("--time-limit -1") == 2);
}
