// The fuzz targets in the ordinary tests: their seeds, and the inputs that once broke something
// (tests/fuzz/inputs/TARGET/NAME), each must come through.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "targets.h"

using namespace gdl;

namespace {

void replay(const fuzz::Target& target, const std::string& bytes) {
  target.run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

TEST_CASE("the seeds come through their targets") {
  std::map<std::string, std::size_t> count;
  for (const fuzz::Seed& s : fuzz::seeds()) {
    for (const fuzz::Target& target : fuzz::kTargets) {
      if (s.target != target.name) continue;
      CAPTURE(s.bytes);
      replay(target, s.bytes);
      ++count[s.target];
    }
  }
  for (const fuzz::Target& target : fuzz::kTargets) {
    CAPTURE(target.name);
    CHECK(count[target.name] >= 30);
  }
}

TEST_CASE("what once broke something comes through") {
  for (const fuzz::Target& target : fuzz::kTargets) {
    std::string folder = std::string(GDL_TESTS_DIR "/fuzz/inputs/") + target.name;
    if (!std::filesystem::exists(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      CAPTURE(entry.path().string());
      std::ifstream in(entry.path(), std::ios::binary);
      replay(target, std::string(std::istreambuf_iterator<char>(in), {}));
    }
  }
}

TEST_CASE("the dictionaries hold the words of the grammar and of the cases") {
  CHECK(fuzz::syntax_words().find("\"recommend\"\n") != std::string::npos);
  CHECK(fuzz::case_words().find("\"\\\"at_least\\\":\"\n") != std::string::npos);
}
