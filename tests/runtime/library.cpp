// The shared library as applications get it: libc and nothing else, small, only the ABI visible, no state.
#include <doctest/doctest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "process.h"

namespace {

const std::string kShared = gdl::test::bin_dir() + "/../runtime/libgdlrt.so";
const std::string kBatch = gdl::test::bin_dir() + "/../runtime/libgdlrt-batch.so";
const std::string kStatic = gdl::test::bin_dir() + "/../runtime/libgdlrt.a";

/// The lines that a command prints.
std::vector<std::string> lines_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, n);
  CHECK_MESSAGE(::pclose(pipe) == 0, command);
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

bool exists(const std::string& path) {
  struct stat s{};
  return ::stat(path.c_str(), &s) == 0;
}

}  // namespace

TEST_CASE("only the functions of the headers are visible, with their version") {
  struct {
    std::string path, version;
    std::vector<std::string> headers;
    std::size_t count;
  } libraries[] = {{kShared, "GDLRT_0", {"gdlrt"}, 49},
                   {kBatch, "GDLRT_BATCH_0", {"record", "batch", "arrow"}, 21}};
  for (const auto& library : libraries) {
    CAPTURE(library.path);
    REQUIRE_MESSAGE(exists(library.path), "build everything first: this looks at the libraries");
    std::set<std::string> declared;
    for (const std::string& name : library.headers) {
      std::ifstream in(GDL_SOURCE_DIR "/runtime/include/gdlrt/" + name + ".h");
      std::stringstream text;
      text << in.rdbuf();
      std::string header = text.str();
      std::regex function(R"(GDLRT_API [^;(]*?(gdlrt_\w+)\()");
      for (std::sregex_iterator i(header.begin(), header.end(), function), end; i != end; ++i) {
        declared.insert((*i)[1]);
      }
    }
    CHECK(declared.size() == library.count);
    std::set<std::string> exported;
    for (const std::string& line : lines_of("nm -D --defined-only " + library.path)) {
      std::string name = line.substr(line.rfind(' ') + 1);
      if (name == library.version) continue;
      std::size_t version = name.find("@@" + library.version);
#if !defined(GDL_SANITIZED)
      CHECK_MESSAGE(version != std::string::npos, name);
#endif
      exported.insert(name.substr(0, version));
    }
#if !defined(GDL_SANITIZED)
    CHECK(exported == declared);
#endif
  }
}

TEST_CASE("every constant of the headers is kept with its value") {
  std::map<std::string, std::string> kept;
  std::ifstream in(GDL_SOURCE_DIR "/tests/runtime/abi/constants.txt");
  for (std::string name, value; in >> name >> value;) kept[name] = value;
  std::set<std::string> seen;
  std::regex constant(R"((GDLRT_[A-Z0-9_]+)\s(?:=\s+)?(0x[0-9a-f]+|[0-9]+)u?\b)");
  for (const char* header : {"gdlrt", "record", "batch", "arrow"}) {
    std::ifstream file(std::string(GDL_SOURCE_DIR "/runtime/include/gdlrt/") + header + ".h");
    std::stringstream text;
    text << file.rdbuf();
    std::string all = text.str();
    for (std::sregex_iterator i(all.begin(), all.end(), constant), end; i != end; ++i) {
      std::string name = (*i)[1];
      CAPTURE(name);
      CHECK(kept[name] == std::to_string(std::stoull((*i)[2], nullptr, 0)));
      seen.insert(name);
    }
  }
  CHECK(seen.size() == kept.size());
}

TEST_CASE("the header is C, and C++ from the oldest dialect on") {
  const std::string include = "#include \"gdlrt/gdlrt.h\"";
  for (const char* flags : {"-x c -std=c99", "-x c -std=c17", "-x c++ -std=c++98 -Wno-long-long",
                            "-x c++ -std=c++20"}) {
    lines_of("echo '" + include + "' | cc -I" GDL_SOURCE_DIR "/runtime/include " + flags +
             " -Wall -Wextra -Wpedantic -Werror -fsyntax-only - 2>&1");
  }
}

// Sanitizers bring libraries, symbols and state of their own.
#if !defined(GDL_SANITIZED)

TEST_CASE("it needs libc only") {
  std::vector<std::string> needed;
  for (const std::string& line : lines_of("readelf -d " + kShared)) {
    if (line.find("(NEEDED)") == std::string::npos) continue;
    needed.push_back(line.substr(line.find('[')));
  }
  REQUIRE(needed.size() == 1);
  CHECK(needed[0].find("[libc.") == 0);
  std::size_t seen = 0;
  for (const std::string& line : lines_of("nm -D --undefined-only " + kShared)) {
    CAPTURE(line);
    // Weak ones are the start-up files' own: nothing need define them.
    if (line.find(" w ") != std::string::npos) continue;
    ++seen;
    CHECK(line.find("@GLIBC_") != std::string::npos);
  }
  CHECK(seen > 3);
}

TEST_CASE("no exceptions, no type information, no C++ library, no state") {
  for (const std::string& line : lines_of("nm " + kStatic)) {
    CAPTURE(line);
    for (const char* never : {"__cxa_", "__gxx_", "_Unwind", "_ZTI", "_ZTS", "_ZTV", "_Znw", "_Zna",
                              "_Zdl", "_Zda", "_ZSt", "_ZNSt", "_ZNKSt", "__tls"}) {
      CHECK(line.find(never) == std::string::npos);
    }
  }
  // Symbols in sections that are writable once the library is loaded (.data.rel.ro no longer is).
  std::regex writable(R"(\s\.(data|bss|tdata|tbss)(\.(?!rel\.ro)\S*)?\s+[0-9a-f]+\s+(\S+)$)");
  std::size_t symbols = 0;
  for (const std::string& line : lines_of("objdump -t " + kStatic)) {
    ++symbols;
    // It is linked without the files that would run constructors and destructors.
    CHECK(line.find(".init_array") == std::string::npos);
    CHECK(line.find(".fini_array") == std::string::npos);
    std::smatch m;
    if (!std::regex_search(line, m, writable)) continue;
    std::string name = m[3];
    CHECK_MESSAGE(name[0] == '.', line);  // the section itself
  }
  CHECK(symbols > 50);
}

#if defined(NDEBUG)
TEST_CASE("stripped it is under 150 KB") {
  std::string copy = std::string("/tmp/gdlrt-stripped-") + std::to_string(::getpid());
  lines_of("strip -o " + copy + " " + kShared);
  struct stat s{};
  REQUIRE(::stat(copy.c_str(), &s) == 0);
  ::unlink(copy.c_str());
  CHECK(s.st_size < 150'000);
}
#endif
#endif
