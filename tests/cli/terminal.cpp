// How output looks where it goes: on a terminal its width, colour and box characters follow the terminal and the
// environment; in a pipe or a file it is the same on every machine.
#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "diag/cells.h"
#include "process.h"

using namespace gdl;

namespace {

const std::string kFolder = GDL_TESTS_DIR "/golden/text";
const std::string kCommand = "gdlc check long_lines.gdl";

/// What a command prints to a terminal of so many columns.
std::string on_terminal(const std::string& command, unsigned short columns) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = columns;
  int master = -1;
  pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
  REQUIRE(child >= 0);
  if (child == 0) {
    std::string line = "cd '" + kFolder + "'; PATH='" + test::bin_dir() + "':\"$PATH\"; " + command;
    ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    ::_exit(127);
  }
  std::string out;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(master, buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(master);
  ::waitpid(child, nullptr, 0);
  out.erase(std::remove(out.begin(), out.end(), '\r'), out.end());
  return out;
}

bool has(const std::string& text, const char* what) { return text.find(what) != std::string::npos; }

std::string plain(std::string text) {
  for (std::size_t at = 0; (at = text.find('\x1b')) != std::string::npos;) {
    text.erase(at, text.find('m', at) + 1 - at);
  }
  return text;
}

std::size_t widest(const std::string& text) {
  std::size_t out = 0;
  std::istringstream lines(plain(text));
  for (std::string line; std::getline(lines, line);) out = std::max(out, diag::cells(line));
  return out;
}

}  // namespace

TEST_CASE("in a pipe nothing hangs on the machine") {
  const std::string usual = test::run("env -u COLUMNS " + kCommand, kFolder).out;
  CHECK(!has(usual, "\x1b"));
  CHECK(std::all_of(usual.begin(), usual.end(), [](char c) { return c > 0; }));
  CHECK(widest(usual) <= 100);
  for (const char* environment :
       {"LC_ALL=C", "LC_ALL=C.UTF-8", "LC_ALL= LC_CTYPE= LANG=de_DE.UTF-8", "LC_ALL=C.ISO-8859-1",
        "TERM=dumb", "TERM=xterm-256color", "NO_COLOR=1", "COLUMNS=wide", "COLUMNS=-5"}) {
    CAPTURE(environment);
    CHECK(test::run("env -u COLUMNS " + std::string(environment) + " " + kCommand, kFolder).out ==
          usual);
  }
  CHECK(has(test::run(kCommand + " --color always", kFolder).out, "\x1b[1;31m"));
  CHECK(plain(test::run("env -u COLUMNS " + kCommand + " --color always", kFolder).out) == usual);
}

TEST_CASE("a file that is written looks the same from everywhere") {
  test::Folder folder;
  std::string file = folder.path() + "/out";
  std::string written = kCommand + " --output text=" + file;
  test::run(written, kFolder);
  std::string usual = test::read(file);
  CHECK(usual == test::run("env -u COLUMNS " + kCommand, kFolder).out);
  on_terminal("LC_ALL=C.UTF-8 TERM=xterm " + written, 60);
  CHECK(test::read(file) == usual);
  test::run("COLUMNS=50 " + written + " --color always", kFolder);
  CHECK(test::read(file) == usual);
}

TEST_CASE("a terminal's width, characters and colour") {
  const std::string utf8 = "unset COLUMNS NO_COLOR; LC_ALL=C.UTF-8 TERM=xterm ";
  std::string wide = on_terminal(utf8 + kCommand, 160);
  CHECK(has(wide, "\x1b[1;31m"));
  CHECK(has(wide, "│"));
  CHECK(has(wide, "…"));
  CHECK(widest(wide) <= 160);
  CHECK(widest(wide) > 120);
  CHECK(widest(on_terminal(utf8 + kCommand, 60)) <= 60);
  CHECK(widest(on_terminal(utf8 + kCommand, 8)) <= 40);  // the least
  CHECK(widest(on_terminal("COLUMNS=72 LC_ALL=C.UTF-8 TERM=xterm " + kCommand, 160)) <= 72);

  for (const char* locale :
       {"LC_ALL=C", "LC_ALL= LC_CTYPE=C LANG=C.UTF-8", "LC_ALL= LC_CTYPE= LANG="}) {
    CAPTURE(locale);
    std::string ascii = on_terminal(
        "unset COLUMNS NO_COLOR; TERM=xterm " + std::string(locale) + " " + kCommand, 80);
    CHECK(has(ascii, "\x1b[1;31m"));
    CHECK(std::all_of(ascii.begin(), ascii.end(), [](char c) { return c > 0; }));
    CHECK(widest(ascii) <= 80);
  }
  std::string dumb =
      on_terminal("unset COLUMNS NO_COLOR; LC_ALL=C.UTF-8 TERM=dumb " + kCommand, 80);
  CHECK(dumb == test::run("env -u COLUMNS " + kCommand, kFolder).out);
  CHECK(!has(on_terminal("NO_COLOR=1 LC_ALL=C.UTF-8 TERM=xterm " + kCommand, 80), "\x1b"));
  CHECK(!has(on_terminal(utf8 + kCommand + " --color never", 80), "\x1b"));
  CHECK(has(on_terminal("NO_COLOR=1 LC_ALL=C.UTF-8 TERM=xterm " + kCommand + " --color always", 80),
            "\x1b"));
}

TEST_CASE("cells of wide, combining and other characters") {
  CHECK(diag::cells("abc") == 3);
  CHECK(diag::cells("幅の広い") == 8);
  CHECK(diag::cells("한국어") == 6);
  CHECK(diag::cells("e\u0301e\u0328\u0301") == 2);
  CHECK(diag::cells("äöü — …") == 7);
  diag::Line line("a幅b\tc");
  CHECK(line.width() == 7);
  CHECK(line.cell(2) == 3);
  CHECK(line.cell(99) == 7);
  CHECK(line.slice(0, 7) == "a幅b  c");
  CHECK(line.slice(2, 4) == " b");  // cut through the wide one
  CHECK(line.slice(0, 2) == "a ");
  CHECK(diag::Line("x\x1b[31my").slice(0, 7) == "x [31my");
  CHECK(diag::wrap("one two three", 0, 2, 8) == "one two\n  three");
  CHECK(diag::wrap("a-word-that-is-long", 0, 2, 8) == "a-word-that-is-long");
}
