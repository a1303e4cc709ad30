// Every ```gdl block of the documentation is a guideline that `gdlc check` finds nothing wrong with, or exactly
// what the page says it shows; its scenarios pass. What is unused in an example is not counted against it, nor are notes.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "pages.h"
#include "process.h"

using namespace gdl;

namespace {

/// The codes of what `gdlc check` finds, sorted; a word of its own if it does not finish as it should.
std::vector<std::string> findings(const std::string& file, const std::string& folder) {
  test::Output o = test::run("gdlc check --format json " + file, folder);
  std::vector<std::string> out;
  if (o.status != 0 && o.status != 1) out.push_back("exit " + std::to_string(o.status) + o.err);
  std::istringstream lines(o.out);
  for (std::string line; std::getline(lines, line);) {
    nlohmann::json j = nlohmann::json::parse(line);
    std::string code = j.value("code", "");
    const bool note = j.value("severity", "") == "note";
    if (!code.empty() && !note && code != "GDL2009") out.push_back(code);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("examples of the language") {
  std::size_t examples = 0;
  for (const test::Page& page : test::pages()) {
    CHECK_MESSAGE(page.mistake.empty(), page.mistake);
    test::Folder folder;
    for (const test::Block& b : page.blocks) {
      if (!b.file.empty()) test::write(folder.path() + "/" + b.file, b.text);
    }
    for (const test::Block& b : page.blocks) {
      if (b.language != "gdl" || b.part) continue;
      ++examples;
      CAPTURE(page.name);
      CAPTURE(b.line);
      std::string file = b.file;
      if (file.empty()) {
        file = "example.gdl";
        test::write(folder.path() + "/" + file, b.prelude + b.text);
      }
      std::vector<std::string> found = findings(file, folder.path());
      CHECK_MESSAGE(found == b.shows, test::run("gdlc check " + file, folder.path()).out);
      for (const std::string& code : b.shows) {
        bool said = page.text.find("`" + code + "`") != std::string::npos ||
                    page.text.find("[" + code) != std::string::npos;
        CHECK_MESSAGE(said, "the page does not tell its reader of " << code);
      }
      // A guideline with type errors has no scenarios to run.
      if (!b.shows.empty() && b.shows.front() < "GDL4") continue;
      test::Output o = test::run("gdlc test " + file, folder.path());
      CHECK_MESSAGE(o.status == 0, o.out << o.err);
    }
  }
  CHECK(examples > 30);
}
