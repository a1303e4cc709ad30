// What is written by hand gives the bits that all engines give: of the guidelines of this repository, and of random ones with
// every construct; small and as if they were large; impossible patients too.
#include "by_hand.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "generate.h"
#include "load.h"
#include "process.h"
#include "sized.h"

using namespace gdl;

namespace {

/// What was tried.
struct Tried {
  std::size_t guidelines = 0, impossible = 0, params = 0, first = 0, overridden = 0, whole = 0;
  std::size_t ops[11] = {};
};

void try_it(const std::string& name, const bench::Guideline& g, Tried& tried) {
  CAPTURE(name);
  REQUIRE(g.program() != nullptr);
  bench::Sized sized(name, g);
  bench::Failure failure = sized.prepare(300, 20, 1);
  // Some guidelines have hardly a patient who is possible.
  if (failure && failure->find("too few") != std::string::npos) return;
  REQUIRE_MESSAGE(!failure, *failure);
  for (auto [style, split] :
       {std::pair{bench::ColumnStyle::fused, false}, std::pair{bench::ColumnStyle::lines, true}}) {
    failure = sized.build_by_hand("-O0", style, split, 1);
    REQUIRE_MESSAGE(!failure, *failure);
    tried.whole += sized.hand().front().rules_if != nullptr ? 1 : 0;
    failure = sized.agree();
    CHECK_MESSAGE(!failure, *failure);
  }
  const gdlrt::Program& p = sized.program();
  ++tried.guidelines;
  tried.impossible += sized.impossible();
  for (const gdlrt::NodeRow& n : p.nodes) ++tried.ops[n.op];
  for (const gdlrt::ParamRow& q : p.params) tried.params += q.setting_count > 0 ? 1 : 0;
  for (const gdlrt::WayRow& w : p.ways) tried.params += w.param_ban_count > 0 ? 1 : 0;
  for (const gdlrt::RuleRow& r : p.rules) tried.overridden += r.overridden_count > 0 ? 1 : 0;
  for (const gdlrt::DecisionRow& d : p.decisions)
    tried.first += static_cast<gdlrt::Choose>(d.choose) == gdlrt::Choose::first ? 1 : 0;
}

}  // namespace

TEST_CASE("guidelines of this repository by hand") {
  Tried tried;
  for (const char* name : {"cha2ds2_vasc", "lung_screening", "news2"}) {
    const std::string path =
        std::string(GDL_SOURCE_DIR "/guidelines/") + name + "/" + name + ".gdl";
    auto provider = [](const std::string& file) -> std::optional<std::string> {
      if (!std::filesystem::is_regular_file(file)) return std::nullopt;
      return test::read(file);
    };
    try_it(name, bench::Guideline(path, provider, true), tried);
  }
  CHECK(tried.guidelines == 3);
  CHECK(tried.ops[static_cast<int>(gdlrt::Op::score)] > 0);
}

TEST_CASE("random guidelines by hand") {
  Tried tried;
  for (std::size_t n = 0; n < test::fuzz_count(10); ++n) {
    test::Shape shape{5, 4, 3, 6};
    shape.odd = n % 2 == 1;
    const std::string text = test::Generator(test::fuzz_seed() + 55'000'000 + n, shape).run();
    CAPTURE(text);
    try_it("random", bench::Guideline("random.gdl", test::files({{"random.gdl", text}}), true),
           tried);
  }
  // Where there are as many as usual, each construct is among them.
  if (tried.guidelines < 8) return;
  for (std::size_t n : tried.ops) CHECK(n > 0);
  CHECK(tried.params > 0);
  CHECK(tried.first > 0);
  CHECK(tried.overridden > 0);
  CHECK(tried.impossible > 0);
  CHECK(tried.whole > 0);
}
