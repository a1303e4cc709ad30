// tests/golden/TOPIC/NAME.gdl: `gdlc check NAME.gdl` says what stands in NAME.txt. Where a NAME.cmd stands
// beside it, its lines are run instead. Files that begin with `_` are parts of others.
// tools/update-goldens writes the expected output anew; its difference is to be reviewed.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "diag/diagnostic.h"
#include "process.h"

using namespace gdl;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> inputs() {
  std::vector<fs::path> out;
  for (const auto& e : fs::recursive_directory_iterator(GDL_TESTS_DIR "/golden")) {
    const fs::path& p = e.path();
    if (p.filename().string()[0] == '_') continue;
    bool command = p.extension() == ".cmd";
    bool check = p.extension() == ".gdl" && !fs::exists(fs::path(p).replace_extension(".cmd"));
    if (command || check) out.push_back(p);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string actual(const fs::path& p) {
  std::string folder = p.parent_path().string();
  std::vector<std::string> commands;
  if (p.extension() == ".cmd") {
    std::istringstream lines(test::read(p.string()));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && line[0] != '#') commands.push_back(line);
    }
  } else {
    commands.push_back("gdlc check " + p.filename().string());
  }
  std::string out;
  for (const std::string& c : commands) {
    test::Output o = test::run(c, folder);
    out += "$ " + c + "\n" + o.out;
    if (!o.err.empty()) out += "-- stderr\n" + o.err;
    out += "-- exit " + std::to_string(o.status) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("golden files") {
  std::vector<fs::path> all = inputs();
  CHECK(all.size() > 50);
  for (const fs::path& p : all) {
    fs::path expected = fs::path(p).replace_extension(".txt");
    std::string text = actual(p);
    if (test::updating()) {
      test::write(expected.string(), text);
      continue;
    }
    CAPTURE(p.string());
    CHECK(text == test::read(expected.string()));
  }
}

// The gate: a diagnostic is a row of the registry, a call site, a page, and a golden that shows it.
TEST_CASE("registry, pages, call sites and goldens agree") {
  std::string goldens;
  for (const auto& e : fs::recursive_directory_iterator(GDL_TESTS_DIR "/golden")) {
    if (e.path().extension() == ".txt") goldens += test::read(e.path().string());
  }
  std::string sources;
  for (const char* root :
       {GDL_SOURCE_DIR "/compiler", GDL_SOURCE_DIR "/tools", GDL_SOURCE_DIR "/runtime"}) {
    for (const auto& e : fs::recursive_directory_iterator(root)) {
      if (e.path().extension() == ".cpp" || e.path().extension() == ".h")
        sources += test::read(e.path().string());
    }
  }
  // These cannot be shown by a small file: an application's layout of records, 64 MiB, a defect of the compiler itself.
  const std::set<std::string> unshown = {"GDL7005", "GDL9001", "GDL9099"};
  std::set<std::string> codes;
  for (const diag::CodeInfo& info : diag::registry()) {
    std::string code = diag::code_text(info.code);
    codes.insert(code);
    CAPTURE(code);
    std::string page = test::read(GDL_SOURCE_DIR "/docs/diagnostics/" + code + ".md");
    CHECK(page.rfind("# " + code + " " + std::string(info.name) + "\n", 0) == 0);
    std::string id(info.name);
    std::replace(id.begin(), id.end(), '-', '_');
    bool called =
        sources.find("Code::" + id) != std::string::npos || sources.find(code) != std::string::npos;
    CHECK(called);
    if (unshown.count(code) == 0) CHECK(goldens.find(code) != std::string::npos);
  }
  for (const auto& e : fs::directory_iterator(GDL_SOURCE_DIR "/docs/diagnostics")) {
    CAPTURE(e.path().string());
    CHECK(codes.count(e.path().stem().string()) == 1);
  }
}
