// Records through gdlrt/record.h against the oracle: random guidelines and those of this repository, random layouts, every
// patient or random ones; with values unknown against every patient who agrees.
#include <doctest/doctest.h>

#include "authored.h"
#include "generate.h"
#include "patients.h"
#include "planned.h"
#include "repository.h"
#include "run_limits.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

/// What was tried, so that no test passes for want of patients.
struct Tried {
  std::size_t complete = 0, partial = 0, impossible = 0, undecided = 0, unwritten = 0;
  std::size_t many = 0;     ///< with which more patients agree than are looked at one by one
  std::size_t compact = 0;  ///< guidelines
};

/// How much is unknown: of so many facts one is known, or the other way round; and so many patients at most.
struct Unknown {
  std::size_t one_in = 4;
  bool known = false;
  std::size_t patients = 300;
};

void complete(test::Planned& g, const oracle::Oracle& oracle, const oracle::Patient& p,
              Tried& tried) {
  std::vector<std::uint8_t> record;
  oracle::Patient known = p;
  for (std::uint8_t& k : known.known) k = 1;
  if (!g.layout.write(known, record)) {
    ++tried.unwritten;
    return;
  }
  gdlrt_record_result result{sizeof result, nullptr, nullptr, 0};
  gdlrt_status status = gdlrt_record_evaluate(g.plan, g.state, record.data(), &result);
  if (!oracle::possible(g.model, known)) {
    ++tried.impossible;
    CHECK(status == GDLRT_BAD_CASE);
    CHECK(result.bad_field == GDLRT_NO_FIELD);
    return;
  }
  ++tried.complete;
  REQUIRE(status == GDLRT_OK);
  test::Bitmap want = test::bitmap_of(g.model, *g.index, oracle.evaluate(known));
  REQUIRE(test::bitmap_of(g.plan, *result.certain) == want);
  REQUIRE(test::bitmap_of(g.plan, *result.possible) == want);
  REQUIRE(gdlrt_record_rules(g.plan, g.state, record.data(), &result) == GDLRT_OK);
  for (std::size_t r = 0; r < want.rules.size(); ++r)
    REQUIRE((result.certain->rules[r / 64] >> r % 64 & 1u) == (want.rules[r] ? 1u : 0u));
}

/// The patient with some facts unknown, against all patients who agree.
void partial(test::Planned& g, const space::Tables& t, const oracle::Oracle& oracle,
             oracle::Patient p, const Unknown& unknown, test::Random& random, Tried& tried) {
  std::vector<FactId> open;
  std::size_t patients = 1;
  for (std::size_t i = 0; i < g.model.facts.size(); ++i) {
    FactId f(i);
    p.known[f] = 1;
    bool set = g.model.facts[f].kind == FactKind::set;
    std::size_t n =
        set ? std::size_t{1} << g.model.facts[f].enumerators.size() : t.classes.count(f);
    if (random.one_in(unknown.one_in) == unknown.known || patients * n > unknown.patients) continue;
    patients *= n;
    open.push_back(f);
    p.known[f] = 0;
  }
  std::vector<std::uint8_t> record;
  if (!g.layout.write(p, record)) {
    ++tried.unwritten;
    return;
  }
  test::Bitmap certain;
  test::Bitmap possible;
  bool any = false;
  for (std::size_t k = 0; k < patients; ++k) {
    std::size_t rest = k;
    for (FactId f : open) {
      bool set = g.model.facts[f].kind == FactKind::set;
      std::size_t n =
          set ? std::size_t{1} << g.model.facts[f].enumerators.size() : t.classes.count(f);
      if (set) {
        p.values[f].set = rest % n;
      } else {
        p.values[f] = t.classes.sample(f, rest % n);
      }
      rest /= n;
    }
    if (!oracle::possible(g.model, p)) continue;
    test::Bitmap one = test::bitmap_of(g.model, *g.index, oracle.evaluate(p));
    if (any) {
      certain.meet(one);
      possible.join(one);
    } else {
      certain = possible = one;
    }
    any = true;
  }
  gdlrt_record_result result{sizeof result, nullptr, nullptr, 0};
  gdlrt_status status = gdlrt_record_evaluate(g.plan, g.state, record.data(), &result);
  if (status == GDLRT_UNDECIDED) {
    ++tried.undecided;
    return;
  }
  if (!any) {
    ++tried.impossible;
    CHECK(status == GDLRT_BAD_CASE);
    return;
  }
  ++tried.partial;
  if (patients > gdlrt::limits::record_patients) ++tried.many;
  REQUIRE(status == GDLRT_OK);
  REQUIRE(test::bitmap_of(g.plan, *result.certain) == certain);
  REQUIRE(test::bitmap_of(g.plan, *result.possible) == possible);
}

void compare(const driver::Compilation& c, std::size_t limit, std::size_t open,
             const Unknown& unknown, test::Random& random, Tried& tried) {
  test::Planned g(c, random);
  if (g.compact()) ++tried.compact;
  oracle::Oracle oracle(g.model);
  space::Tables tables(g.model);
  test::Patients patients(tables);
  std::size_t n = 0;
  patients.each(limit, random, [&](const oracle::Patient& p) {
    complete(g, oracle, p, tried);
    if (n++ % (1 + limit / open) == 0) partial(g, tables, oracle, p, unknown, random, tried);
  });
}

Tried random_guidelines(const test::Shape& shape, std::size_t count, std::size_t limit,
                        std::uint64_t seed) {
  Tried tried;
  for (std::size_t i = 0; i < count; ++i) {
    test::Random random(seed + i);
    CAPTURE(seed + i);
    std::string text = test::Generator(seed + i, shape).run();
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    compare(c, limit, 20, {}, random, tried);
  }
  MESSAGE(tried.complete, " complete, ", tried.partial, " partial, ", tried.impossible,
          " impossible, ", tried.undecided, " undecided, ", tried.unwritten, " not written, ",
          tried.compact, " guidelines compact");
  CHECK(tried.complete > count * 10);
  CHECK(tried.partial > count * 2);
  CHECK(tried.impossible > 0);
  CHECK(tried.undecided == 0);
  CHECK(tried.unwritten < tried.complete);
  return tried;
}

}  // namespace

TEST_CASE("records of small guidelines: every patient") {
  random_guidelines({3, 2, 2, 4}, test::fuzz_count(150), 1500, test::fuzz_seed() + 7'000'000);
}

TEST_CASE("records of guidelines that fit a few words: every patient") {
  test::Shape shape{3, 1, 2, 6};
  shape.simple = true;
  const std::size_t count = test::fuzz_count(300);
  Tried tried = random_guidelines(shape, count, 400, test::fuzz_seed() + 14'001'000);
  CHECK(tried.compact > count / 2);
  // Of several words, as far as rules go.
  shape = {4, 1, 5, 12};
  shape.simple = true;
  shape.parameters = false;
  tried = random_guidelines(shape, count / 3, 400, test::fuzz_seed() + 14'002'000);
  CHECK(tried.compact > count / 30);
}

TEST_CASE("records of larger guidelines: random patients") {
  random_guidelines({9, 4, 3, 8}, test::fuzz_count(100), 100, test::fuzz_seed() + 8'000'000);
}

TEST_CASE("records of which little is known") {
  Tried tried;
  std::size_t count = test::fuzz_count(16);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t seed = test::fuzz_seed() + 12'000'000 + i;
    test::Random random(seed);
    CAPTURE(seed);
    driver::Compilation c = test::load(test::Generator(seed, {9, 4, 3, 8}).run());
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    compare(c, 4, 4, {6, true, 20'000}, random, tried);
  }
  MESSAGE(tried.partial, " partial, ", tried.many, " with more patients than are looked at, ",
          tried.impossible, " impossible, ", tried.undecided, " undecided");
  CHECK(tried.many > count / 2);
  CHECK(tried.undecided == 0);
}

TEST_CASE("records of guidelines against all sense") {
  Tried tried;
  test::each_adversary([&](const driver::Compilation& c, test::Random& random) {
    compare(c, 150, 20, {}, random, tried);
  });
  CHECK(tried.complete > 100);
}

TEST_CASE("records of a guideline whose tables no cache holds") {
  test::AuthoredShape shape;
  shape.rules = 5000;
  shape.decisions = 300;
  shape.facts = 80;
  driver::Compilation c = test::load(test::Authored(test::fuzz_seed() + 13'000'000, shape).run());
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  test::Random random(test::fuzz_seed());
  Tried tried;
  compare(c, 300, 1, {40, false, 30}, random, tried);
  MESSAGE(tried.complete, " complete, ", tried.partial, " partial, ", tried.impossible,
          " impossible, ", tried.undecided, " undecided");
  CHECK(tried.complete > 20);
}

TEST_CASE("records of the guidelines of this repository") {
  std::size_t guidelines = 0;
  test::each_guideline([&](const std::string& name, const driver::Compilation& c) {
    test::Random random(test::fuzz_seed() + ++guidelines);
    Tried tried;
    // Of patients that are drawn blindly few are possible where constraints tie facts together: one in 70 of `nsclc`.
    const std::size_t limit = c.model->impossibles.empty() ? 6000 : 150'000;
    compare(c, limit, limit / 15, {}, random, tried);
    MESSAGE(name, ": ", tried.complete, " complete, ", tried.partial, " partial, ",
            tried.impossible, " impossible");
    CHECK(tried.complete > 20);
    CHECK(tried.partial > 10);
  });
}
