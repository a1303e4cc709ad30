// The programs of tests/embedded, which know the runtime alone, run on programs of our own.
#include <doctest/doctest.h>

#include "everything.h"
#include "generate.h"
#include "process.h"

using namespace gdl;

namespace {

/// Programs as files, named one behind the other.
std::string programs(const test::Folder& folder) {
  std::string names;
  auto add = [&](const std::string& text, bool strip) {
    driver::Compilation c = test::load(text);
    REQUIRE(!c.type_errors);
    std::vector<std::uint8_t> bytes = driver::build(c, {strip, true});
    std::string path = folder.path() + "/" + std::to_string(names.size()) + ".gdlb";
    test::write(path, {bytes.begin(), bytes.end()});
    names += " " + path;
  };
  add(test::kEverything, false);
  add(test::kEverything, true);
  for (std::uint64_t seed : {21, 22, 23}) {
    add(test::Generator(seed, {6, 4, 2, 6}).run(), false);
  }
  return names;
}

void runs(const std::string& command) {
  CAPTURE(command);
  CHECK(std::system((test::bin_dir() + "/" + command + " >/dev/null").c_str()) == 0);
}

}  // namespace

TEST_CASE("threads share a program") {
  test::Folder folder;
  runs("threads" + programs(folder));
}

TEST_CASE("thousands of damaged programs through every call") {
  test::Folder folder;
  runs("mutants 5000 1" + programs(folder));
}
