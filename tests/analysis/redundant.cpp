// Rules that change nothing, where rules of several decisions override each other.
#include <doctest/doctest.h>

#include <algorithm>

#include "load.h"

using namespace gdl;

namespace {

bool redundant(const driver::Compilation& c, const std::string& rule) {
  const auto all = c.sink.sorted();
  return std::any_of(all.begin(), all.end(), [&](const diag::Diagnostic& d) {
    return d.code == diag::Code::redundant_rule && d.rules.at(0) == rule;
  });
}

/// The ban `g.r0` on what `h` recommends yields to `g.r1`, which itself is nothing to `h`; `h.r0` overrides both.
std::string guideline(const std::string& third) {
  return "guideline g \"G\" language 1 version 0.1.0\n"
         "fact p \"P\" : yes | no\nfact q \"Q\" : yes | no\n"
         "action a \"A\"\naction b \"B\"\naction c \"C\"\n"
         "decision g partial\n"
         "rule r0 when p contraindicate a\n"
         "rule r1 when q is unknown contraindicate b overrides g.r0 because \"x\"\n"
         "decision h partial\n"
         "rule r0 when p recommend a overrides g.r0, g.r1 because \"x\"\n"
         "rule r2 when p recommend a\n" +
         third;
}

}  // namespace

TEST_CASE("a rule overrides one of another decision to which nothing of its own comes") {
  // Without `h.r0` the bans of `g` would be heard.
  driver::Compilation c = test::check(guideline(""));
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  CHECK(!redundant(c, "h.r0"));
  // With another that overrides but one of them, `g.r1` would be.
  c = test::check(guideline("rule r3 when p consider c overrides g.r0 because \"x\"\n"));
  CHECK(!redundant(c, "h.r0"));
  // With another that overrides the same, none is.
  c = test::check(guideline("rule r3 when p consider c overrides g.r0, g.r1 because \"x\"\n"));
  CHECK(redundant(c, "h.r0"));
}
