// The installed tree: its files, and applications in C17 and C++20 built by find_package and by pkg-config, with the
// shared libraries and with the static ones. What they answer is what gdlc answers.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "gdlrt/gdlrt.h"
#include "process.h"

using namespace gdl;
namespace fs = std::filesystem;

namespace {

const std::string kExamples = GDL_SOURCE_DIR "/runtime/examples";
const std::string kHere = GDL_TESTS_DIR "/install";

std::string quoted(const std::string& path) { return "'" + path + "'"; }

/// Runs a command that must succeed; what it prints.
std::string done(const std::string& command, const std::string& folder) {
  test::Output o = test::run(command, folder);
  CHECK_MESSAGE(o.status == 0, command << "\n" << o.out << o.err);
  return o.out;
}

/// A tree installed anew, moved after that: nothing in it may know where it was put. With what the applications are
/// given, and what they are to answer.
class Tree {
 public:
  Tree() {
    done("cmake --install " + test::bin_dir() + "/.. --prefix " + quoted(folder.path() + "/first"),
         "/");
    fs::rename(folder.path() + "/first", prefix);
    for (const auto& entry : fs::recursive_directory_iterator(prefix)) {
      if (entry.path().filename() == "gdlrt.pc")
        lib = entry.path().parent_path().parent_path().string();
    }
    REQUIRE(!lib.empty());
    done("gdlc build " GDL_SOURCE_DIR "/guidelines/nsclc/nsclc.gdl -o nsclc.gdlb", folder.path());
    done("gdlc build " + quoted(kHere + "/columns.gdl") + " -o columns.gdlb", folder.path());
    answer = done("gdlc eval nsclc.gdlb --format json --case " + patient, folder.path());
  }

  /// The programs of a folder answer as they should.
  void check_answers(const std::string& dir, const std::string& before = "") const {
    CAPTURE(dir);
    CHECK(done(before + quoted(dir + "/answer") + " nsclc.gdlb " + patient, folder.path()) ==
          answer);
    // What cannot be read is named.
    for (const std::string& files : {"none.gdlb " + patient, std::string("nsclc.gdlb none.json")}) {
      test::Output o = test::run(before + quoted(dir + "/answer") + " " + files, folder.path());
      CHECK(o.status == 1);
      CHECK(o.err.find("none.") != std::string::npos);
      CHECK(o.err.find("usage") == std::string::npos);
    }
    if (!fs::exists(dir + "/columns")) return;
    CHECK(done(before + quoted(dir + "/columns") + " columns.gdlb", folder.path()) ==
          "rest: 2\ncall: 1\n");
  }

  test::Folder folder;
  const std::string prefix = folder.path() + "/a tree";
  std::string lib;
  const std::string patient = GDL_SOURCE_DIR "/guidelines/nsclc/case.json";
  std::string answer;
  const std::string version = std::to_string(GDLRT_VERSION / 10000) + "." +
                              std::to_string(GDLRT_VERSION / 100 % 100) + "." +
                              std::to_string(GDLRT_VERSION % 100);
};

const Tree& tree() {
  static const Tree once;
  return once;
}

}  // namespace

TEST_CASE("what is installed") {
  const Tree& t = tree();
  std::set<std::string> headers;
  for (const auto& entry : fs::directory_iterator(t.prefix + "/include/gdlrt")) {
    std::string name = entry.path().filename().string();
    headers.insert(name);
    CAPTURE(name);
    const std::string include = "echo '#include <gdlrt/" + name +
                                ">' | cc -fsyntax-only -Wall -Wextra -Wpedantic " + "-Werror -I" +
                                quoted(t.prefix + "/include") + " ";
    bool c = entry.path().extension() == ".h";
    if (c) done(include + "-x c -std=c99 -", "/");
    done(include + (c ? "-x c++ -std=c++98 -Wno-long-long -" : "-x c++ -std=c++20 -"), "/");
  }
  for (const char* name : {"gdlrt.h", "record.h", "batch.h", "arrow.h"})
    CHECK(headers.count(name) == 1);
  CHECK(headers.count("bytecode.h") == 0);  // no public API
  CHECK(done(quoted(t.prefix + "/bin/gdlc") + " --version", "/") == "gdlc " + t.version + "\n");
  for (const std::string page : {"gdlc.1", "gdlrt.3"}) {
    std::string section = "/share/man/man" + page.substr(page.size() - 1) + "/";
    CHECK(test::read(t.prefix + section + page) == test::read(GDL_SOURCE_DIR "/docs/man/" + page));
  }
  for (const char* name : {"libgdlrt", "libgdlrt-batch"}) {
    CAPTURE(name);
    std::string dynamic = done("readelf -d " + quoted(t.lib + "/" + name + ".so"), "/");
    CHECK(dynamic.find("Library soname: [" + std::string(name) + ".so.0]") != std::string::npos);
    CHECK(dynamic.find("PATH") == std::string::npos);
    CHECK(fs::exists(t.lib + "/" + name + ".a"));
  }
}

TEST_CASE("find_package") {
  const Tree& t = tree();
  const std::string common =
      " -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=" + quoted(t.prefix) +
      " -DEXAMPLES=" + kExamples;
  for (const std::string kind : {"shared", "static"}) {
    for (const std::string language : {"c", "cpp"}) {
      CAPTURE(kind);
      CAPTURE(language);
      std::string dir = t.folder.path() + "/" + language + "-" + kind;
      std::string choice = language == "c" ? " -DKIND=" + kind
                                           : std::string(" -DBUILD_SHARED_LIBS=") +
                                                 (kind == "shared" ? "ON" : "OFF");
      done("cmake -S " + kHere + "/" + language + " -B " + dir + common + choice, "/");
      done("cmake --build " + dir, "/");
      t.check_answers(dir);
      bool needs =
          done("readelf -d " + dir + "/answer", "/").find("libgdlrt.so.0") != std::string::npos;
      CHECK(needs == (kind == "shared"));
    }
  }
}

TEST_CASE("each example has less than 40 lines") {
  std::size_t examples = 0;
  for (const auto& entry : fs::directory_iterator(kExamples)) {
    CAPTURE(entry.path().string());
    const std::string text = test::read(entry.path().string());
    CHECK(std::count(text.begin(), text.end(), '\n') < 40);
    ++examples;
  }
  CHECK(examples == 4);
}

TEST_CASE("find_package refuses what is not there") {
  const Tree& t = tree();
  test::write(t.folder.path() + "/CMakeLists.txt",
              "cmake_minimum_required(VERSION 3.16)\nproject(none LANGUAGES NONE)\n"
              "find_package(gdlrt ${WANTED} CONFIG REQUIRED)\n");
  for (const std::string wanted : {"0.2", "1.0", "COMPONENTS;other"}) {
    CAPTURE(wanted);
    CHECK(test::run("cmake -S . -B wanted -DCMAKE_PREFIX_PATH=" + quoted(t.prefix) +
                        " '-DWANTED=" + wanted + "'",
                    t.folder.path())
              .status != 0);
  }
}

TEST_CASE("pkg-config") {
  const Tree& t = tree();
  const std::string config = "PKG_CONFIG_PATH=" + quoted(t.lib + "/pkgconfig") + " pkg-config ";
  for (const std::string kind : {"shared", "static"}) {
    std::string dir = t.folder.path() + "/pc-" + kind;
    std::string choice = kind == "static" ? "--static " : "";
    fs::create_directory(dir);
    auto build = [&](const std::string& compiler, const std::string& source,
                     const std::string& package, const std::string& out) {
      // The path has a blank, which pkg-config writes as the shell reads it: so eval.
      done("eval " + compiler + (kind == "static" ? " -static " : " ") + source + " -o " + dir +
               "/" + out + " \"$(" + config + choice + "--cflags --libs " + package + ")\"",
           "/");
    };
    const std::string before = kind == "static" ? "" : "LD_LIBRARY_PATH=" + quoted(t.lib) + " ";
    build("c++ -std=c++20", kExamples + "/answer.cpp", "gdlrt", "answer");
    t.check_answers(dir, before);
    build("cc -std=c17", kExamples + "/answer.c", "gdlrt", "answer");
    build("cc -std=c17", kHere + "/columns.c", "gdlrt-batch", "columns");
    t.check_answers(dir, before);
  }
  CHECK(done(config + "--modversion gdlrt gdlrt-batch", "/") ==
        t.version + "\n" + t.version + "\n");
}
