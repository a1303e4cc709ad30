// Every ```console block of the documentation is run: a line `$ COMMAND` (with `> ` before the further lines
// of a text that it is given), then what it says, then `-- exit N` unless N is 0. The blocks of a page are one
// session, in a fresh folder that holds a copy of guidelines/ and the page's own files.
// GDL_UPDATE_GOLDENS=1 writes what is said into the page; its difference is to be reviewed.
#include <doctest/doctest.h>

#include <filesystem>
#include <sstream>

#include "pages.h"
#include "process.h"

using namespace gdl;
namespace fs = std::filesystem;

namespace {

/// The commands of a session, each with its further lines, as they stand in the block.
std::vector<std::vector<std::string>> commands(const std::string& text) {
  std::vector<std::vector<std::string>> out;
  bool open = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("$ ", 0) == 0) {
      out.push_back({line});
      open = true;
    } else if (open && (line.rfind("> ", 0) == 0 || line == ">")) {
      out.back().push_back(line);
    } else {
      open = false;
    }
  }
  return out;
}

/// The block as it should read: each command and what it says.
std::string played(const std::string& text, const std::string& folder) {
  std::string out;
  for (const std::vector<std::string>& lines : commands(text)) {
    std::string command;
    for (const std::string& line : lines) {
      out += line + "\n";
      command += (line.size() > 2 ? line.substr(2) : "") + "\n";
    }
    test::Output o = test::run("{ " + command + "} 2>&1", folder);
    out += o.out;
    if (!o.out.empty() && o.out.back() != '\n') out += "\n";
    if (o.status != 0) out += "-- exit " + std::to_string(o.status) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("sessions") {
  std::size_t sessions = 0;
  for (test::Page& page : test::pages()) {
    test::Folder folder;
    fs::copy(GDL_SOURCE_DIR "/guidelines", folder.path() + "/guidelines",
             fs::copy_options::recursive);
    for (const test::Block& b : page.blocks) {
      if (!b.file.empty()) test::write(folder.path() + "/" + b.file, b.text);
    }
    std::string text = page.text;
    std::size_t shift = 0;  // modulo 2^n: what replaced blocks have grown or shrunk by
    for (const test::Block& b : page.blocks) {
      if (b.language != "console") continue;
      ++sessions;
      CAPTURE(page.name);
      CAPTURE(b.line);
      CHECK_MESSAGE(b.text.rfind("$ ", 0) == 0, "a session begins with a command");
      std::string now = played(b.text, folder.path());
      if (test::updating()) {
        text.replace(b.begin + shift, b.text.size(), now);
        shift += now.size() - b.text.size();
      } else {
        CHECK(now == b.text);
      }
    }
    if (test::updating() && text != page.text) test::write(page.path, text);
  }
  CHECK(sessions > 5);
}
