// Batches through gdlrt/batch.h, with every set of instructions that the machine has: against the oracle where all is known,
// and everywhere against single records, which records.cpp judges by the oracle. Random guidelines and those of this
// repository, random types of columns, offsets, unknown and wrong values.
#include <doctest/doctest.h>

#include "columns.h"
#include "fewer_diagrams.h"
#include "gdlrt/arrow.h"
#include "generate.h"
#include "patients.h"
#include "raw_size.h"
#include "repository.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

struct Tried {
  std::size_t complete = 0, partial = 0, bad = 0, engines = 0;
};

/// A batch of a plan, which it frees, and room for what it gives of so many rows.
class Batch {
 public:
  Batch(const test::Planned& g, gdlrt_batch_plan* of, std::size_t rows)
      : plan(of), certain(g.plan, rows), possible(g.plan, rows), marks(2, rows) {
    memory_.resize(gdlrt_batch_size(plan) + 64);
    std::uint8_t* at =
        memory_.data() + (64 - reinterpret_cast<std::uintptr_t>(memory_.data()) % 64);
    REQUIRE(gdlrt_batch_make(plan, at, gdlrt_batch_size(plan), &batch) == GDLRT_OK);
    result = {sizeof result, &masks[0], &masks[1], marks.at[0], marks.at[1], 0, 0};
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() { gdlrt_batch_plan_free(plan); }

  gdlrt_batch_plan* plan;
  gdlrt_batch* batch = nullptr;
  test::All certain, possible;
  test::Words marks;  ///< bad, undecided
  gdlrt_batch_masks masks[2] = {certain.masks(), possible.masks()};
  gdlrt_batch_result result{};

 private:
  std::vector<std::uint8_t> memory_;
};

/// `by_diagrams`: at most so many outputs, where values are unknown.
void compare_engine(const test::Planned& g, const test::Rows& rows, gdlrt_engine engine,
                    std::uint32_t by_diagrams, Tried& tried) {
  std::string errors;
  gdlrt_batch_plan* plan = nullptr;
  gdlrt_status made = gdlrt_batch_plan_make(g.program, rows.columns.data(), rows.columns.size(),
                                            GDLRT_WANT_ALL, engine, &plan, test::append, &errors);
  if (made == GDLRT_BAD_ARGUMENT && engine > GDLRT_ENGINE_SCALAR && errors.empty()) return;
  REQUIRE_MESSAGE(made == GDLRT_OK, errors);
  ++tried.engines;
  if (!gdlrt::batch::keep_diagrams(*plan, by_diagrams)) FAIL("no memory");
  CAPTURE(gdlrt_batch_engine_name(plan));
  const std::size_t n = rows.records.size();
  Batch b(g, plan, n);
  const test::All& certain = b.certain;
  const gdlrt_batch_result& result = b.result;
  REQUIRE(gdlrt_batch_run(plan, b.batch, rows.data.data(), n, &b.result) == GDLRT_OK);
  std::size_t bad = 0;
  std::size_t undecided = 0;
  std::vector<std::uint64_t> counts(certain.counts.size(), 1000);
  for (std::size_t row = 0; row < n; ++row) {
    CAPTURE(row);
    test::Bitmap c = certain.row(row);
    test::Bitmap p = b.possible.row(row);
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += c.offers[i] ? 1 : 0;
    gdlrt_record_result want{sizeof want, nullptr, nullptr, 0};
    gdlrt_status status = gdlrt_record_evaluate(g.plan, g.state, rows.records[row].data(), &want);
    // What is too much for a record may yet be told by bits.
    if (b.marks.get(1, row)) REQUIRE(status == GDLRT_UNDECIDED);
    if (status == GDLRT_UNDECIDED) {
      ++undecided;
      continue;
    }
    REQUIRE(b.marks.get(0, row) == (status == GDLRT_BAD_CASE));
    if (status == GDLRT_BAD_CASE) {
      ++bad;
      for (bool bit : c.rules) REQUIRE_FALSE(bit);
      for (bool bit : p.rules) REQUIRE_FALSE(bit);
      for (bool bit : p.offers) REQUIRE_FALSE(bit);
      for (bool bit : p.domain) REQUIRE_FALSE(bit);
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

  // Counts alone say what was counted beside masks.
  gdlrt_batch_masks only[2]{};
  std::vector<std::uint64_t> alone[2];
  for (std::size_t side = 0; side < 2; ++side) {
    only[side].size = sizeof only[side];
    alone[side].assign(counts.size() + 1, 1000);
    only[side].offer_counts = alone[side].data();
  }
  gdlrt_batch_result counted{sizeof counted, &only[0], &only[1], nullptr, nullptr, 0, 0};
  REQUIRE(gdlrt_batch_run(plan, b.batch, rows.data.data(), n, &counted) == GDLRT_OK);
  for (const auto& [want, got] :
       {std::pair{&certain.counts, &alone[0]}, {&b.possible.counts, &alone[1]}})
    CHECK(std::vector(got->begin(), got->end() - 1) == *want);
  CHECK(counted.bad_rows == result.bad_rows);
}

/// The same rows as Arrow data: decimals as doubles, some enumerations as dictionaries in an order of their own.
class ArrowRows {
 public:
  ArrowRows(const test::Planned& g, const test::Rows& rows, test::Random& random) {
    std::size_t n = rows.records.size();
    std::size_t common = rows.data.empty() ? 0 : rows.data[0].offset;
    for (const gdlrt_column_data& d : rows.data) common = std::min(common, d.offset);
    for (std::size_t i = 0; i < rows.columns.size(); ++i) add(g, rows, i, common, random);
    // A column that is no fact is passed over.
    columns_.push_back(std::make_unique<Child>());
    columns_.back()->describe("tdD", "no_fact", 0, 0, nullptr, nullptr);
    for (auto& c : columns_) {
      schemas_.push_back(&c->schema);
      arrays_.push_back(&c->array);
    }
    schema.format = "+s";
    schema.n_children = static_cast<std::int64_t>(schemas_.size());
    schema.children = schemas_.data();
    array.length = static_cast<std::int64_t>(n);
    array.offset = static_cast<std::int64_t>(common);
    array.n_buffers = 1;
    array.buffers = &none_;
    array.n_children = schema.n_children;
    array.children = arrays_.data();
  }
  ArrowSchema schema{};
  ArrowArray array{};

 private:
  struct Child {
    ArrowSchema schema{}, words{};
    ArrowArray array{}, dictionary{};
    const void* buffers[2] = {};
    const void* text[3] = {};
    test::Bytes values;
    std::vector<std::int32_t> offsets;
    std::string letters;
    void describe(const char* format, const char* name, std::size_t offset, std::size_t rows,
                  const void* valid, const void* data) {
      schema.format = format;
      schema.name = name;
      array.length = static_cast<std::int64_t>(rows);
      array.offset = static_cast<std::int64_t>(offset);
      array.null_count = valid != nullptr ? -1 : 0;
      array.n_buffers = 2;
      array.buffers = buffers;
      buffers[0] = valid;
      buffers[1] = data;
    }
  };

  void add(const test::Planned& g, const test::Rows& rows, std::size_t i, std::size_t common,
           test::Random& random) {
    const gdlrt_column& column = rows.columns[i];
    const gdlrt_column_data& d = rows.data[i];
    const sema::Fact& fact = g.model.facts[FactId(i)];
    columns_.push_back(std::make_unique<Child>());
    Child& c = *columns_.back();
    static constexpr const char* kFormats[] = {"", "C", "i", "l", "g", "L", "b"};
    const void* values = d.values;
    std::size_t all = d.offset + rows.records.size();
    const char* format = kFormats[column.raw];
    bool named = fact.kind == FactKind::enumeration && column.raw == GDLRT_RAW_U8;
    bool integers =
        fact.kind != FactKind::set && column.scale == 0 &&
        (column.raw == GDLRT_RAW_U8 || column.raw == GDLRT_RAW_I32 || column.raw == GDLRT_RAW_I64);
    if (column.scale != 0 && random.one_in(2) && as_floats(c, column, d, all)) {
      values = c.values.data();
      format = "f";
    } else if (column.scale != 0) {
      format = "g";
      c.values.resize(all * 8);
      for (std::size_t k = 0; k < all; ++k) {
        std::int64_t v = 0;
        std::memcpy(&v, static_cast<const std::uint8_t*>(d.values) + 8 * k, 8);
        std::string text = std::to_string(v) + "e-" + std::to_string(column.scale);
        double real = std::strtod(text.c_str(), nullptr);
        std::memcpy(c.values.data() + 8 * k, &real, 8);
      }
      values = c.values.data();
    }
    bool as_text = named && random.one_in(3);
    if (as_text) {
      format = random.one_in(2) ? "u" : "U";
      words_of(c, fact, d, all, *format == 'U');
    } else if (integers && random.one_in(2)) {
      format = other_integers(c, column, d, all, random);
      values = c.values.data();
    } else if (named && random.one_in(2)) {
      // Some word that is no enumerator, then they in turn from some on.
      std::size_t n = fact.enumerators.size();
      std::size_t turn = random.below(n);
      c.offsets.push_back(0);
      for (std::size_t k = 0; k <= n; ++k) {
        c.letters += k == 0 ? "none of them" : fact.enumerators[(k - 1 + turn) % n].name;
        c.offsets.push_back(static_cast<std::int32_t>(c.letters.size()));
      }
      c.values.resize(all);
      for (std::size_t k = 0; k < all; ++k) {
        std::size_t v = static_cast<const std::uint8_t*>(d.values)[k];
        c.values[k] = static_cast<std::uint8_t>(v < n ? (v + n - turn) % n + 1 : v % 2 * 200);
      }
      values = c.values.data();
      format = "c";
      c.words.format = "u";
      c.schema.dictionary = &c.words;
      c.dictionary.length = static_cast<std::int64_t>(n + 1);
      c.dictionary.n_buffers = 3;
      c.dictionary.buffers = c.text;
      c.text[1] = c.offsets.data();
      c.text[2] = c.letters.data();
      c.array.dictionary = &c.dictionary;
    }
    c.describe(format, column.fact, d.offset - common, rows.records.size() + common, d.valid,
               values);
    if (as_text) {
      c.array.n_buffers = 3;
      c.array.buffers = c.text;
      c.text[0] = d.valid;
    }
  }

  /// Decimals of few digits, as floats that print as they do; false if some have more.
  static bool as_floats(Child& c, const gdlrt_column& column, const gdlrt_column_data& d,
                        std::size_t all) {
    c.values.resize(all * 4);
    for (std::size_t k = 0; k < all; ++k) {
      std::int64_t v = 0;
      std::memcpy(&v, static_cast<const std::uint8_t*>(d.values) + 8 * k, 8);
      if (v < -999'999 || v > 999'999) return false;
      std::string text = std::to_string(v) + "e-" + std::to_string(column.scale);
      float real = std::strtof(text.c_str(), nullptr);
      std::memcpy(c.values.data() + 4 * k, &real, 4);
    }
    return true;
  }

  /// Enumerators' names one after another; what is none as a word that is none.
  static void words_of(Child& c, const sema::Fact& fact, const gdlrt_column_data& d,
                       std::size_t all, bool wide) {
    auto offset = [&] {
      c.offsets.push_back(static_cast<std::int32_t>(c.letters.size()));
      if (wide) c.offsets.push_back(0);  // the high half, lowest byte first
    };
    offset();
    for (std::size_t k = 0; k < all; ++k) {
      std::size_t v = static_cast<const std::uint8_t*>(d.values)[k];
      c.letters += v < fact.enumerators.size() ? fact.enumerators[v].name
                   : v % 2 == 0                ? ""
                                               : "none";
      offset();
    }
    c.text[1] = c.offsets.data();
    c.text[2] = c.letters.data();
  }

  /// The same integers in another type that has room for all of them.
  static const char* other_integers(Child& c, const gdlrt_column& column,
                                    const gdlrt_column_data& d, std::size_t all,
                                    test::Random& random) {
    std::vector<std::int64_t> v(all);
    std::size_t size = test::raw_size(column.raw);
    for (std::size_t k = 0; k < all; ++k) {
      const auto* at = static_cast<const std::uint8_t*>(d.values) + size * k;
      std::int32_t narrow = 0;
      if (size == 1) v[k] = *at;
      if (size == 4) std::memcpy(&narrow, at, 4);
      if (size == 4) v[k] = narrow;
      if (size == 8) std::memcpy(&v[k], at, 8);
    }
    struct Type {
      const char* format;
      std::size_t size;
      bool sign;
    };
    static constexpr Type kTypes[] = {{"c", 1, true},  {"C", 1, false}, {"s", 2, true},
                                      {"S", 2, false}, {"i", 4, true},  {"I", 4, false},
                                      {"L", 8, false}, {"l", 8, true}};
    auto fits = [&](const Type& t) {
      if (t.size == 8) return t.sign || *std::min_element(v.begin(), v.end()) >= 0;
      std::int64_t half = std::int64_t{1} << (t.size * 8 - 1);
      std::int64_t lo = t.sign ? -half : 0;
      std::int64_t hi = (t.sign ? half : 2 * half) - 1;
      return std::all_of(v.begin(), v.end(), [&](std::int64_t x) { return x >= lo && x <= hi; });
    };
    std::size_t type = random.below(8);
    while (!fits(kTypes[type])) type = 7;
    const Type& t = kTypes[type];
    c.values.resize(all * t.size);
    for (std::size_t k = 0; k < all; ++k) std::memcpy(c.values.data() + k * t.size, &v[k], t.size);
    return t.format;
  }

  std::vector<std::unique_ptr<Child>> columns_;
  std::vector<ArrowSchema*> schemas_;
  std::vector<ArrowArray*> arrays_;
  const void* none_ = nullptr;
};

/// Arrow data gives what columns give.
void compare_arrow(const test::Planned& g, const test::Rows& rows, test::Random& random) {
  ArrowRows arrow(g, rows, random);
  const std::size_t n = rows.records.size();
  auto run = [&](bool as_arrow) {
    gdlrt_batch_plan* plan = nullptr;
    std::string errors;
    gdlrt_status made =
        as_arrow
            ? gdlrt_arrow_plan_make(g.program, &arrow.schema, GDLRT_WANT_ALL, GDLRT_ENGINE_BEST,
                                    &plan, test::append, &errors)
            : gdlrt_batch_plan_make(g.program, rows.columns.data(), rows.columns.size(),
                                    GDLRT_WANT_ALL, GDLRT_ENGINE_BEST, &plan, nullptr, nullptr);
    REQUIRE_MESSAGE(made == GDLRT_OK, errors);
    Batch b(g, plan, n);
    gdlrt_status status = as_arrow ? gdlrt_arrow_run(plan, b.batch, &arrow.schema, &arrow.array,
                                                     &b.result, test::append, &errors)
                                   : gdlrt_batch_run(plan, b.batch, rows.data.data(), n, &b.result);
    REQUIRE_MESSAGE(status == GDLRT_OK, errors);
    std::vector<std::vector<std::uint64_t>> out;
    for (const test::All* all : {&b.certain, &b.possible}) {
      for (const test::Words* w :
           {&all->rules, &all->offers, &all->domain, &all->gap, &all->stranded, &all->conflict}) {
        out.insert(out.end(), w->words.begin(), w->words.end());
      }
      out.push_back(all->counts);
    }
    out.insert(out.end(), b.marks.words.begin(), b.marks.words.end());
    return out;
  };
  REQUIRE(run(true) == run(false));
}

void compare(const driver::Compilation& c, std::size_t limit, test::Random& random, Tried& tried) {
  test::Planned g(c, random);
  space::Tables tables(g.model);
  test::Patients patients(tables);
  for (bool unknown : {false, true}) {
    test::Rows rows(g, random);
    patients.each(limit, random, [&](const oracle::Patient& p) {
      rows.add(p, unknown && random.one_in(2), random.one_in(50));
    });
    rows.finish(unknown);
    for (gdlrt_engine e : {GDLRT_ENGINE_SCALAR, GDLRT_ENGINE_AVX2, GDLRT_ENGINE_AVX512}) {
      compare_engine(g, rows, e, UINT32_MAX, tried);
    }
    // As if diagrams of some outputs, or of all, were too large.
    if (unknown) {
      compare_engine(g, rows, GDLRT_ENGINE_BEST, 0, tried);
      auto some = static_cast<std::uint32_t>(2 + random.below(c.model->rules.size() + 4));
      compare_engine(g, rows, GDLRT_ENGINE_SCALAR, some, tried);
    }
    compare_arrow(g, rows, random);
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
  random_guidelines({6, 3, 2, 6}, test::fuzz_count(3), 8500, test::fuzz_seed() + 11'000'000);
}

TEST_CASE("batches of guidelines against all sense") {
  Tried tried;
  test::each_adversary(
      [&](const driver::Compilation& c, test::Random& random) { compare(c, 150, random, tried); });
  CHECK(tried.complete > 100);
}

TEST_CASE("batches of the guidelines of this repository") {
  std::size_t guidelines = 0;
  test::each_guideline([&](const std::string& name, const driver::Compilation& c) {
    test::Random random(test::fuzz_seed() + ++guidelines);
    Tried tried;
    compare(c, name == "nsclc" ? 4000 : 1000, random, tried);
    CHECK(tried.complete + tried.partial > 40);
  });
}
