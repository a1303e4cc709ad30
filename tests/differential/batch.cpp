// Batches through gdlrt/batch.h, with every set of instructions that the machine has: against the oracle where all is known,
// and everywhere against single records, which records.cpp judges by the oracle. Random guidelines and those of this
// repository, random types of columns, offsets, unknown and wrong values.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "gdlrt/batch.h"
#include "generate.h"
#include "patients.h"
#include "planned.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Rows as records, and the same as columns.
class Rows {
 public:
  Rows(const test::Planned& g, test::Random& r) : g_(g), r_(r) {
    for (std::size_t i = 0; i < g.layout.fields().size(); ++i) {
      const gdlrt_field& f = g.layout.fields()[i];
      bool bits = g.model.facts[FactId(i)].kind == FactKind::boolean && f.raw == GDLRT_RAW_U8 &&
                  r.one_in(2);
      columns.push_back({sizeof(gdlrt_column), f.fact, bits ? GDLRT_RAW_BITS : f.raw, f.scale});
    }
  }
  /// A patient that fits the layout; some of him unknown, or one of his values wrong.
  void add(const oracle::Patient& p, bool unknown, bool wrong) {
    Bytes record;
    oracle::Patient known = p;
    for (std::uint8_t& k : known.known) k = 1;
    if (!g_.layout.write(known, record)) return;
    patients.push_back(known);
    plain.push_back(!unknown && !wrong);
    std::size_t n = g_.layout.fields().size();
    for (std::size_t i = 0; i < n && unknown; ++i) {
      if (!r_.one_in(4)) continue;
      g_.layout.hide(i, record);
      if (r_.one_in(2)) spoil(i, record);  // nobody looks at it
    }
    if (wrong && n > 0) spoil(r_.below(n), record);
    records.push_back(record);
  }

  /// Columns of all rows, each at an offset of its own.
  void finish(bool unknown) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const gdlrt_field& f = g_.layout.fields()[i];
      static constexpr std::size_t kSizes[] = {0, 1, 4, 8, 8, 8, 0};
      std::size_t size = kSizes[columns[i].raw];
      std::size_t offset = r_.below(70);
      std::size_t all = offset + records.size();
      values.emplace_back(size == 0 ? (all + 7) / 8 : all * size);
      valid.emplace_back((all + 7) / 8);
      for (std::size_t row = 0; row < records.size(); ++row) {
        const std::uint8_t* from = records[row].data() + f.offset;
        std::size_t at = offset + row;
        if (size == 0) {
          values[i][at / 8] |= static_cast<std::uint8_t>((*from & 1u) << at % 8);
        } else {
          std::memcpy(values[i].data() + at * size, from, size);
        }
        bool open = (records[row][f.null_offset] & f.null_mask) != 0;
        if (!open) valid[i][at / 8] |= static_cast<std::uint8_t>(1u << at % 8);
      }
      data.push_back({values[i].data(), unknown ? valid[i].data() : nullptr, offset});
    }
  }

  std::vector<gdlrt_column> columns;
  std::vector<oracle::Patient> patients;
  std::vector<bool> plain;
  std::vector<Bytes> records, values, valid;
  std::vector<gdlrt_column_data> data;

 private:
  /// A value that is none of the fact, where its column can hold one.
  void spoil(std::size_t i, Bytes& record) {
    const gdlrt_field& f = g_.layout.fields()[i];
    if (columns[i].raw == GDLRT_RAW_BITS) return;
    std::uint8_t* at = record.data() + f.offset;
    double nan = std::nan("");
    switch (f.raw) {
      case GDLRT_RAW_U8: *at = 200; break;
      case GDLRT_RAW_I32: std::memset(at, 0xfe, 4); break;
      case GDLRT_RAW_F64:
        if (r_.one_in(2)) {
          std::memcpy(at, &nan, 8);
          break;
        }
        [[fallthrough]];
      default: std::memset(at, 0xfe, 8); break;
    }
  }

  const test::Planned& g_;
  test::Random& r_;
};

/// A mask for each thing, of one kind.
struct Words {
  std::vector<std::vector<std::uint64_t>> words;
  std::vector<std::uint64_t*> at;
  Words(std::size_t things, std::size_t rows) {
    // What was there before must not shine through.
    for (std::size_t i = 0; i < things; ++i)
      words.emplace_back((rows + 63) / 64, 0x5555555555555555);
    for (auto& w : words) at.push_back(w.data());
  }
  [[nodiscard]] bool get(std::size_t thing, std::size_t row) const {
    return (words[thing][row / 64] >> row % 64 & 1u) != 0;
  }
};
struct All {
  Words rules, offers, domain, gap, stranded, conflict;
  std::vector<std::uint64_t> counts;
  All(const gdlrt_plan* p, std::size_t rows)
      : rules(gdlrt_plan_rules(p), rows),
        offers(gdlrt_plan_offers(p), rows),
        domain(gdlrt_plan_decisions(p), rows),
        gap(gdlrt_plan_decisions(p), rows),
        stranded(gdlrt_plan_decisions(p), rows),
        conflict(gdlrt_plan_decisions(p), rows),
        counts(gdlrt_plan_offers(p), 1000) {}
  gdlrt_batch_masks masks() {
    return {rules.at.data(),    offers.at.data(),   domain.at.data(), gap.at.data(),
            stranded.at.data(), conflict.at.data(), counts.data()};
  }
  [[nodiscard]] test::Bitmap row(std::size_t row) const {
    test::Bitmap out;
    auto take = [row](const Words& w, std::vector<bool>& to) {
      for (std::size_t i = 0; i < w.words.size(); ++i) to.push_back(w.get(i, row));
    };
    take(rules, out.rules);
    take(offers, out.offers);
    take(domain, out.domain);
    take(gap, out.gap);
    take(stranded, out.stranded);
    take(conflict, out.conflict);
    return out;
  }
};

struct Tried {
  std::size_t complete = 0, partial = 0, bad = 0, engines = 0;
};

void compare_engine(const test::Planned& g, const Rows& rows, gdlrt_engine engine, Tried& tried) {
  std::string errors;
  gdlrt_batch_plan* plan = nullptr;
  gdlrt_status made = gdlrt_batch_plan_make(g.program, rows.columns.data(), rows.columns.size(),
                                            GDLRT_WANT_ALL, engine, &plan, test::append, &errors);
  if (made == GDLRT_BAD_ARGUMENT && engine > GDLRT_ENGINE_SCALAR && errors.empty()) return;
  REQUIRE_MESSAGE(made == GDLRT_OK, errors);
  ++tried.engines;
  CAPTURE(gdlrt_batch_engine_name(plan));
  std::vector<std::uint8_t> memory(gdlrt_batch_size(plan) + 64);
  std::uint8_t* at = memory.data() + (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64);
  gdlrt_batch* batch = nullptr;
  REQUIRE(gdlrt_batch_make(plan, at, gdlrt_batch_size(plan), &batch) == GDLRT_OK);
  const std::size_t n = rows.records.size();
  All certain(g.plan, n);
  All possible(g.plan, n);
  Words marks(2, n);
  gdlrt_batch_result result{};
  result.certain = certain.masks();
  result.possible = possible.masks();
  result.bad = marks.at[0];
  result.undecided = marks.at[1];
  REQUIRE(gdlrt_batch_run(plan, batch, rows.data.data(), n, &result) == GDLRT_OK);
  std::size_t bad = 0;
  std::size_t undecided = 0;
  std::vector<std::uint64_t> counts(certain.counts.size(), 1000);
  for (std::size_t row = 0; row < n; ++row) {
    CAPTURE(row);
    test::Bitmap c = certain.row(row);
    test::Bitmap p = possible.row(row);
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += c.offers[i] ? 1 : 0;
    gdlrt_record_result want{};
    gdlrt_status status = gdlrt_record_evaluate(g.plan, g.state, rows.records[row].data(), &want);
    // What is too much for a record may yet be told by bits.
    if (marks.get(1, row)) REQUIRE(status == GDLRT_UNDECIDED);
    if (status == GDLRT_UNDECIDED) {
      ++undecided;
      continue;
    }
    REQUIRE(marks.get(0, row) == (status == GDLRT_BAD_CASE));
    if (status == GDLRT_BAD_CASE) {
      ++bad;
      for (bool b : c.rules) REQUIRE_FALSE(b);
      for (bool b : p.rules) REQUIRE_FALSE(b);
      for (bool b : p.offers) REQUIRE_FALSE(b);
      for (bool b : p.domain) REQUIRE_FALSE(b);
      continue;
    }
    REQUIRE(c == test::bitmap_of(g.plan, *want.certain));
    REQUIRE(p == test::bitmap_of(g.plan, *want.possible));
    ++(c == p ? tried.complete : tried.partial);
    if (rows.plain[row]) {
      REQUIRE(c ==
              test::bitmap_of(g.model, *g.index, oracle::evaluate(g.model, rows.patients[row])));
    }
  }
  tried.bad += bad;
  CHECK(result.bad_rows >= bad);
  CHECK(result.bad_rows <= bad + undecided);
  CHECK(result.undecided_rows <= undecided);
  CHECK(certain.counts == counts);
  gdlrt_batch_plan_free(plan);
}

void compare(const driver::Compilation& c, std::size_t limit, test::Random& random, Tried& tried) {
  test::Planned g(c, random);
  space::Tables tables(g.model);
  test::Patients patients(tables);
  for (bool unknown : {false, true}) {
    Rows rows(g, random);
    patients.each(limit, random, [&](const oracle::Patient& p) {
      rows.add(p, unknown && random.one_in(2), random.one_in(50));
    });
    rows.finish(unknown);
    for (gdlrt_engine e : {GDLRT_ENGINE_SCALAR, GDLRT_ENGINE_AVX2, GDLRT_ENGINE_AVX512}) {
      compare_engine(g, rows, e, tried);
    }
  }
}

void random_guidelines(const test::Shape& shape, std::size_t count, std::size_t limit,
                       std::uint64_t seed) {
  Tried tried;
  for (std::size_t i = 0; i < count; ++i) {
    test::Random random(seed + i);
    CAPTURE(seed + i);
    driver::Compilation c = test::load(test::Generator(seed + i, shape).run());
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    // Whole chunks, and a rest that is no whole word.
    compare(c, limit + random.below(130), random, tried);
  }
  MESSAGE(tried.complete, " settled, ", tried.partial, " open, ", tried.bad, " bad, ",
          tried.engines, " runs");
  CHECK(tried.complete > count * 20);
  CHECK(tried.partial > count);
  CHECK(tried.bad > count);
}

}  // namespace

TEST_CASE("batches of small guidelines") {
  random_guidelines({3, 2, 2, 4}, test::fuzz_count(60), 150, test::fuzz_seed() + 9'000'000);
}

TEST_CASE("batches of larger guidelines") {
  random_guidelines({9, 4, 3, 8}, test::fuzz_count(30), 150, test::fuzz_seed() + 10'000'000);
}

TEST_CASE("batches of many rows") {
  random_guidelines({6, 3, 2, 6}, test::fuzz_count(4), 4200, test::fuzz_seed() + 11'000'000);
}

TEST_CASE("batches of the guidelines of this repository") {
  std::size_t guidelines = 0;
  for (const auto& folder : std::filesystem::directory_iterator(GDL_SOURCE_DIR "/guidelines")) {
    if (!folder.is_directory()) continue;
    const std::string name = folder.path().filename().string();
    CAPTURE(name);
    auto read = [](const std::string& path) -> std::optional<std::string> {
      std::ifstream in(path, std::ios::binary);
      if (!in) return std::nullopt;
      return std::string(std::istreambuf_iterator<char>(in), {});
    };
    driver::Compilation c = driver::load(folder.path().string() + "/" + name + ".gdl", read, {});
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    test::Random random(test::fuzz_seed() + ++guidelines);
    Tried tried;
    compare(c, name == "nsclc" ? 4000 : 1000, random, tried);
    CHECK(tried.complete + tried.partial > 40);
  }
  CHECK(guidelines >= 4);
}
