// A check that is asked for alone finds what it finds among all others.
#include <doctest/doctest.h>

#include <algorithm>

#include "fuzz_count.h"
#include "generate.h"
#include "load.h"

using namespace gdl;

namespace {

std::vector<std::string> findings(const driver::Compilation& c, diag::Code code) {
  std::vector<std::string> out;
  for (const diag::Diagnostic& d : c.sink.items()) {
    if (d.code == code) out.push_back(d.message + " " + d.witness_grounds);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("a check alone finds what it finds among all") {
  std::size_t found = 0;
  for (std::size_t n = 0; n < test::fuzz_count(60); ++n) {
    const std::string text =
        test::Generator(test::fuzz_seed() + 97'000'000 + n, {4, 4, 3, 3}).run();
    CAPTURE(text);
    const driver::Compilation all = test::check(text);
    if (all.type_errors) continue;
    const std::pair<analysis::Check, diag::Code> checks[] = {
        {analysis::Check::conflicts, diag::Code::conflict},
        {analysis::Check::gaps, diag::Code::gap},
        {analysis::Check::dead_rules, diag::Code::dead_rule}};
    for (const auto& [check, code] : checks) {
      analysis::Options options;
      options.only = check;
      const driver::Compilation alone = test::check(text, options);
      const std::vector<std::string> mine = findings(alone, code);
      // Safety rules are in no decision: whether they are dead is not asked then.
      std::vector<std::string> wanted = findings(all, code);
      if (code == diag::Code::dead_rule) {
        CHECK(std::includes(wanted.begin(), wanted.end(), mine.begin(), mine.end()));
      } else {
        CHECK(mine == wanted);
      }
      found += mine.size();
      // Nothing is said that is not said among all.
      for (const diag::Diagnostic& d : alone.sink.items()) {
        const std::vector<std::string> there = findings(all, d.code);
        CHECK(std::any_of(there.begin(), there.end(), [&](const std::string& f) {
          return f == d.message + " " + d.witness_grounds;
        }));
      }
    }
  }
  CHECK(found > 20);
}
