// The guidelines of this repository, and others against all sense, each loaded for a visitor.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "adversarial.h"
#include "fuzz_count.h"
#include "load.h"
#include "random.h"

namespace gdl::test {

/// Calls visit(name, compilation) for each guideline of `guidelines/`; it is loaded, not checked.
template <class Visit>
void each_guideline(Visit&& visit) {
  std::size_t guidelines = 0;
  for (const auto& folder : std::filesystem::directory_iterator(GDL_SOURCE_DIR "/guidelines")) {
    if (!folder.is_directory()) continue;
    const std::string name = folder.path().filename().string();
    CAPTURE(name);
    ++guidelines;
    auto read = [](const std::string& path) -> std::optional<std::string> {
      std::ifstream in(path, std::ios::binary);
      if (!in) return std::nullopt;
      return std::string(std::istreambuf_iterator<char>(in), {});
    };
    const driver::Compilation c =
        driver::load(folder.path().string() + "/" + name + ".gdl", read, {});
    REQUIRE_MESSAGE(!c.type_errors, messages(c));
    visit(name, c);
  }
  CHECK(guidelines >= 4);
}

/// Calls visit(compilation, random) for guidelines with wide conditions, and more than a block of them in a decision.
template <class Visit>
void each_adversary(Visit&& visit) {
  for (std::size_t i = 0; i < fuzz_count(2); ++i) {
    Random random(fuzz_seed() + i);
    CAPTURE(i);
    const driver::Compilation c = load(Adversarial(fuzz_seed() + i, {700, 2, 16}).run());
    REQUIRE_MESSAGE(!c.type_errors, messages(c));
    visit(c, random);
  }
}

}  // namespace gdl::test
