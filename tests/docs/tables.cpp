// Pages that list what a table of the code lists: docs/limits.md and the limits, docs/cli.md and the options
// that gdlc knows. Each is held to the other in both directions.
#include <doctest/doctest.h>

#include <cctype>
#include <set>
#include <sstream>
#include <string>

#include "pages.h"
#include "process.h"

using namespace gdl;

namespace {

/// The lines of a page's section: from its heading to the next heading that is not below it.
std::string section(const std::string& text, const std::string& heading) {
  std::string out;
  bool inside = false;
  std::size_t level = heading.find_first_not_of('#');
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t here = line.find_first_not_of('#');
    bool head = here != 0 && here != std::string::npos && line[here] == ' ';
    if (head && here <= level) inside = line == heading;
    if (inside) out += line + "\n";
  }
  return out;
}

/// The rows of a section's tables that begin with a word in backticks, one a line.
std::string rows(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("| `", 0) == 0) out += line + "\n";
  }
  return out;
}

/// The options in a text but --help: words that begin with `-` and a letter; in order, each once, one a line.
std::string options(const std::string& text) {
  std::set<std::string> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '-' || (i > 0 && (std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0 ||
                                     text[i - 1] == '-'))) {
      continue;
    }
    std::size_t end = i;
    while (end < text.size() &&
           (std::isalpha(static_cast<unsigned char>(text[end])) != 0 || text[end] == '-')) {
      ++end;
    }
    std::string word = text.substr(i, end - i);
    if (word.find_first_not_of('-') != std::string::npos && word != "-h" && word != "--help") {
      out.insert(word);
    }
  }
  std::string lines;
  for (const std::string& word : out) lines += word + "\n";
  return lines;
}

std::string row(const std::string& name, const std::string& value, const std::string& text) {
  return "| `" + name + "` | " + value + " | " + text + " |\n";
}

}  // namespace

TEST_CASE("limits") {
  std::string compiler;
  std::string runtime;
#define GDL_LIMIT(name, value, text) compiler += row(#name, #value, text);
#include "support/limits.def"
#define GDLRT_LIMIT(name, value, text) runtime += row(#name, #value, text);
#include "run_limits.def"
  std::string page = test::page("docs/limits.md").prose;
  CHECK(rows(section(page, "## The compiler")) == compiler);
  CHECK(rows(section(page, "## The runtime")) == runtime);
  CHECK(rows(page) == compiler + runtime);
}

TEST_CASE("options") {
  std::string page = test::page("docs/cli.md").prose;
  for (const std::string command :
       {"check", "test", "build", "eval", "diff", "dump", "explain", "new"}) {
    CAPTURE(command);
    test::Output help = test::run("gdlc " + command + " --help", "/");
    REQUIRE(help.status == 0);
    // Only the first cell of a row names options; the second explains them.
    std::string named;
    std::istringstream lines(rows(section(page, "### " + command)));
    for (std::string line; std::getline(lines, line);)
      named += line.substr(0, line.find('|', 2)) + "\n";
    CHECK(options(named) == options(help.out.substr(help.out.find("Options:"))));
  }
}
