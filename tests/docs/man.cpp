// The manual pages: gdlc(1) and gdlc --help have the same commands, each with the same options, and gdlrt(3) and gdlrt.h
// the same calls, in both directions.
#include <doctest/doctest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "process.h"

using namespace gdl;

namespace {

using Options = std::set<std::string>;

/// The commands that gdlc lists, in order of their names.
std::set<std::string> commands() {
  std::istringstream lines(test::run("gdlc --help", "/").out);
  std::set<std::string> out;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (inside && line.rfind("  ", 0) == 0 && line[2] != ' ') {
      out.insert(line.substr(2, line.find(' ', 2) - 2));
    }
    if (line.rfind("Subcommands:", 0) == 0) inside = true;
  }
  return out;
}

/// The options that a command's help lists, but --help: each stands at the begin of a line.
Options offered(const std::string& command) {
  std::istringstream lines(test::run("gdlc " + command + " --help", "/").out);
  Options out;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("  -", 0) != 0 || line.rfind("  -h,", 0) == 0) continue;
    out.insert(line.substr(2, line.find(' ', 2) - 2));
  }
  return out;
}

/// The options that each command's section of the page names: in mdoc, `Fl` and a word.
std::map<std::string, Options> written() {
  std::map<std::string, Options> out;
  Options* here = nullptr;
  std::istringstream lines(test::read(GDL_SOURCE_DIR "/docs/man/gdlc.1"));
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(".Sh ", 0) == 0) here = nullptr;
    if (line.rfind(".Ss ", 0) == 0) here = &out[line.substr(4)];
    if (here == nullptr || line.rfind('.', 0) != 0) continue;
    std::istringstream words(line.substr(1));
    for (std::string word; words >> word;) {
      if (word == "Fl" && words >> word) here->insert("-" + word);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("the manual page has every command and every option") {
  std::map<std::string, Options> page = written();
  std::set<std::string> named;
  for (const auto& [command, options] : page) {
    CAPTURE(command);
    named.insert(command);
    Options help = offered(command);
    for (const std::string& option : help) CHECK_MESSAGE(options.count(option) == 1, option);
    for (const std::string& option : options) CHECK_MESSAGE(help.count(option) == 1, option);
  }
  CHECK(named == commands());
  CHECK(named.size() >= 9);
}

TEST_CASE("the library's manual page has every call, once") {
  auto named = [](const std::string& path, const std::string& what) {
    std::multiset<std::string> out;
    std::string text = test::read(GDL_SOURCE_DIR + path);
    std::regex call(what);
    for (std::sregex_iterator i(text.begin(), text.end(), call), end; i != end; ++i) {
      out.insert((*i)[1]);
    }
    return out;
  };
  std::multiset<std::string> page = named("/docs/man/gdlrt.3", "\\.Fn (\\w+)");
  CHECK(page == named("/runtime/include/gdlrt/gdlrt.h", R"(GDLRT_API [^;(]*?(gdlrt_\w+)\()"));
  CHECK(page.size() >= 48);
}
