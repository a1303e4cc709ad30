// Batches: damaged programs that the verifier lets pass are prepared and run like any other; one plan serves several
// threads; what Arrow data is refused for.
#include <doctest/doctest.h>

#include <cstring>
#include <deque>
#include <thread>

#include "damage.h"
#include "evaluate.h"
#include "everything.h"
#include "fuzz_count.h"
#include "gdlrt/arrow.h"
#include "generate.h"
#include "process.h"
#include "random.h"
#include "raw_size.h"

using namespace gdl;
using Bytes = std::vector<std::uint8_t>;

namespace {

/// Random values for all facts of a program, in columns and the same in records: some wrong, some unknown.
class Data {
 public:
  Data(const gdlrt::Program& p, std::size_t rows, test::Random& random) : rows_(rows) {
    std::size_t n = p.facts.count;
    record_size = (n + 7) / 8 + 8 * n + 1;
    records.assign(rows, Bytes(record_size));
    values_.resize(n);
    valid_.resize(n);
    for (std::uint32_t f = 0; f < n; ++f) {
      const gdlrt::FactRow& row = p.facts[f];
      auto kind = static_cast<gdlrt::FactKind>(row.kind);
      std::uint32_t raw = kind == gdlrt::FactKind::decimal   ? GDLRT_RAW_F64
                          : kind == gdlrt::FactKind::integer ? GDLRT_RAW_I32
                          : kind == gdlrt::FactKind::set     ? GDLRT_RAW_SET64
                                                             : GDLRT_RAW_U8;
      std::size_t size = test::raw_size(raw);
      std::size_t offset = (n + 7) / 8 + 8 * f;
      const char* name = p.name(row.name);
      columns.push_back({sizeof(gdlrt_column), name, raw, 0});
      fields.push_back({sizeof(gdlrt_field), name, raw, 0, offset, f / 8, 1u << f % 8});
      values_[f].resize(rows * size);
      valid_[f].assign(rows / 8 + 1, 0xff);
      for (std::size_t i = 0; i < rows; ++i) {
        std::uint64_t word = random.below(row.classes > 0 ? row.classes + 1 : 2);
        auto real = static_cast<double>(random.below(1200)) / 10;
        if (raw == GDLRT_RAW_I32) word = random.below(130);
        if (raw == GDLRT_RAW_SET64) word = random.next() & gdlrt::all_elements(row);
        if (raw == GDLRT_RAW_F64) std::memcpy(&word, &real, sizeof word);
        std::memcpy(values_[f].data() + i * size, &word, size);
        std::memcpy(records[i].data() + offset, &word, size);
        if (!random.one_in(6)) continue;
        valid_[f][i / 8] = static_cast<std::uint8_t>(valid_[f][i / 8] & ~(1u << i % 8));
        records[i][f / 8] = static_cast<std::uint8_t>(records[i][f / 8] | 1u << f % 8);
      }
      data.push_back(
          {sizeof(gdlrt_column_data), values_[f].data(), valid_[f].data(), 0, nullptr, 0});
    }
  }
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;

  std::vector<gdlrt_column> columns;
  std::vector<gdlrt_field> fields;
  std::vector<gdlrt_column_data> data;
  std::vector<Bytes> records;
  std::size_t record_size = 0;
  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  std::size_t rows_;
  std::vector<Bytes> values_, valid_;
};

/// Memory at a multiple of 64.
class Memory {
 public:
  explicit Memory(std::size_t size) : bytes_(size + 64) {}
  std::uint8_t* at() {
    return bytes_.data() + (64 - reinterpret_cast<std::uintptr_t>(bytes_.data()) % 64);
  }

 private:
  Bytes bytes_;
};

/// The masks of a batch of all outputs: certain and possible, rules and offers and marks; then bad and undecided.
struct Masks {
  /// Each mask begins so many words behind a multiple of 64 bytes.
  explicit Masks(const gdlrt_plan* plan, std::size_t rows, std::size_t behind = 0) {
    std::size_t rules = gdlrt_plan_rules(plan);
    std::size_t offers = gdlrt_plan_offers(plan);
    std::size_t decisions = gdlrt_plan_decisions(plan);
    outputs = rules + offers + 4 * decisions;
    count = (rows + 63) / 64;
    for (std::size_t i = 0; i < 2 * outputs + 2; ++i) {
      memory.emplace_back((count + behind) * sizeof(std::uint64_t));
      to.push_back(reinterpret_cast<std::uint64_t*>(memory.back().at()) + behind);
    }
    for (gdlrt_batch_masks* m : {&certain, &possible}) {
      m->size = sizeof *m;
      m->rules = to.data() + (m == &certain ? 0 : outputs);
      m->offers = m->rules + rules;
      m->domain = m->offers + offers;
      m->gap = m->domain + decisions;
      m->stranded = m->gap + decisions;
      m->conflict = m->stranded + decisions;
    }
    result = {sizeof result, &certain, &possible, nullptr, nullptr, 0, 0};
    result.bad = to[2 * outputs];
    result.undecided = to[2 * outputs + 1];
  }
  Masks(const Masks&) = delete;
  Masks& operator=(const Masks&) = delete;
  [[nodiscard]] bool get(std::size_t mask, std::size_t row) const {
    return (to[mask][row / 64] >> row % 64 & 1u) != 0;
  }
  [[nodiscard]] std::vector<std::uint64_t> words(std::size_t mask) const {
    return {to[mask], to[mask] + count};
  }
  std::size_t outputs = 0, count = 0;
  std::deque<Memory> memory;
  std::vector<std::uint64_t*> to;
  gdlrt_batch_masks certain{}, possible{};
  gdlrt_batch_result result{};
};

constexpr std::size_t kMostMemory = std::size_t{64} << 20;

/// Each row of the batch is what its record is.
void same_as_records(const Masks& m, const Data& data, const gdlrt_plan* plan) {
  Memory memory(gdlrt_state_size(plan));
  gdlrt_state* state = nullptr;
  REQUIRE(gdlrt_state_make(plan, memory.at(), gdlrt_state_size(plan), &state) == GDLRT_OK);
  for (std::size_t row = 0; row < data.rows(); ++row) {
    gdlrt_record_result one{sizeof one, nullptr, nullptr, 0};
    gdlrt_status status = gdlrt_record_evaluate(plan, state, data.records[row].data(), &one);
    if (status == GDLRT_UNDECIDED) continue;
    REQUIRE((status == GDLRT_OK || status == GDLRT_BAD_CASE));
    REQUIRE(m.get(2 * m.outputs, row) == (status == GDLRT_BAD_CASE));
    if (status != GDLRT_OK) continue;
    for (std::uint32_t r = 0; r < gdlrt_plan_rules(plan); ++r) {
      REQUIRE(m.get(r, row) == ((one.certain->rules[r / 64] >> r % 64 & 1u) != 0));
      REQUIRE(m.get(m.outputs + r, row) == ((one.possible->rules[r / 64] >> r % 64 & 1u) != 0));
    }
    for (std::uint32_t o = 0; o < gdlrt_plan_offers(plan); ++o) {
      std::size_t at = gdlrt_plan_rules(plan) + o;
      REQUIRE(m.get(at, row) == ((one.certain->offers[o / 64] >> o % 64 & 1u) != 0));
      REQUIRE(m.get(m.outputs + at, row) == ((one.possible->offers[o / 64] >> o % 64 & 1u) != 0));
    }
  }
}

Bytes random_program(std::uint64_t seed) {
  driver::Compilation c = test::load(test::Generator(seed, {6, 4, 2, 6}).run());
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  return driver::build(c, {false, true});
}

}  // namespace

TEST_CASE("damaged programs that are accepted are prepared and run, or refused with a reason") {
  test::Random random(20260101);
  std::vector<Bytes> all;
  for (std::uint64_t seed : {21, 22, 23}) all.push_back(random_program(seed));
  std::size_t ran = 0;
  const std::size_t count = test::fuzz_count(600);
  for (std::size_t n = 0; n < count; ++n) {
    CAPTURE(n);
    Bytes bytes = all[n % all.size()];
    for (std::size_t k = 1 + random.below(3); k > 0; --k) {
      if (bytes.size() > test::kSmallestDamaged) test::damage(bytes, random);
    }
    test::seal(bytes);
    test::Guarded memory(bytes);
    gdlrt_program* program = nullptr;
    if (gdlrt_program_load_in_place(memory.data(), memory.size(), &program, nullptr, nullptr) !=
        GDLRT_OK) {
      continue;
    }
    Data data(program->program, 70, random);
    std::string errors;
    gdlrt_plan* plan = nullptr;
    gdlrt_status status = gdlrt_plan_make(program, data.fields.data(), data.fields.size(),
                                          data.record_size, &plan, test::append, &errors);
    gdlrt_batch_plan* many = nullptr;
    if (status == GDLRT_OK) {
      CHECK(gdlrt_state_size(plan) < kMostMemory);
      status =
          gdlrt_batch_plan_make(program, data.columns.data(), data.columns.size(), GDLRT_WANT_ALL,
                                GDLRT_ENGINE_BEST, &many, test::append, &errors);
    }
    if (status == GDLRT_OK) {
      ++ran;
      REQUIRE(gdlrt_batch_size(many) < kMostMemory);
      Memory at(gdlrt_batch_size(many));
      gdlrt_batch* batch = nullptr;
      REQUIRE(gdlrt_batch_make(many, at.at(), gdlrt_batch_size(many), &batch) == GDLRT_OK);
      Masks masks(plan, data.rows());
      REQUIRE(gdlrt_batch_run(many, batch, data.data.data(), data.rows(), &masks.result) ==
              GDLRT_OK);
      same_as_records(masks, data, plan);
    } else {
      REQUIRE(status == GDLRT_BAD_ARGUMENT);
      REQUIRE(test::lines(errors).size() == 1);
    }
    gdlrt_batch_plan_free(many);
    gdlrt_plan_free(plan);
    gdlrt_program_free(program);
  }
  CHECK(ran > count / 20);
}

TEST_CASE("enumerations of more values than a byte holds, whatever holds them") {
  // Of 8 bits the 286th value is the 30th.
  constexpr std::size_t kValues = 300;
  auto enumeration = [](const char* between, char letter) {
    std::string out;
    for (std::size_t i = 0; i < kValues; ++i)
      out += (i == 0 ? "" : between) + std::string(1, letter) + std::to_string(i);
    return out;
  };
  const std::string text =
      "guideline many \"Many\"\n  language 1\n  version 1.0.0\n  status draft\n"
      "reference 1 \"One\"\nfact f \"F\" : " +
      enumeration(" | ", 'v') + "\nfact g \"G\" : " + enumeration(" < ", 'w') +
      "\naction x \"X\"\ndecision d \"D\" partial\n"
      "rule r0 when f = v286 recommend x cite 1\n"
      "rule r1 when f = v30 recommend x cite 1\n"
      "rule r2 when f in {v255, v256, v299} recommend x cite 1\n"
      "rule r3 when g >= w280 recommend x cite 1\n"
      "rule r4 when g < w258 recommend x cite 1\n"
      "rule r5 when g = w286 or g = w3 recommend x cite 1\n";
  auto rules = [](std::size_t f, std::size_t g) {
    const bool all[] = {f == 286, f == 30, f == 255 || f == 256 || f == 299,
                        g >= 280, g < 258, g == 286 || g == 3};
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 6; ++i) out |= std::uint64_t{all[i]} << i;
    return out;
  };
  driver::Compilation c = test::load(text);
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  Bytes bytes = driver::build(c, {true, true});
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
  for (std::uint32_t raw : {GDLRT_RAW_U8, GDLRT_RAW_I32, GDLRT_RAW_I64}) {
    const std::size_t size = test::raw_size(raw);
    const std::size_t values = raw == GDLRT_RAW_U8 ? 256 : kValues;
    std::vector<gdlrt_column> columns;
    std::vector<gdlrt_column_data> data;
    Bytes held[2];
    for (std::size_t k = 0; k < 2; ++k) {
      columns.push_back({sizeof(gdlrt_column), k == 0 ? "f" : "g", raw, 0});
      held[k].resize(values * size);
      // All values of both, not the same in a row.
      for (std::uint64_t row = 0; row < values; ++row) {
        const std::uint64_t v = k == 0 ? row : (row * 7 + 1) % values;
        std::memcpy(held[k].data() + row * size, &v, size);
      }
      data.push_back({sizeof(gdlrt_column_data), held[k].data(), nullptr, 0, nullptr, 0});
    }
    for (gdlrt_engine engine : {GDLRT_ENGINE_SCALAR, GDLRT_ENGINE_AVX2, GDLRT_ENGINE_AVX512}) {
      CAPTURE(raw);
      CAPTURE(engine);
      gdlrt_batch_plan* plan = nullptr;
      const gdlrt_status status = gdlrt_batch_plan_make(
          program, columns.data(), columns.size(), GDLRT_WANT_ALL, engine, &plan, nullptr, nullptr);
      if (status == GDLRT_BAD_ARGUMENT && engine != GDLRT_ENGINE_SCALAR)
        continue;  // no such machine
      REQUIRE(status == GDLRT_OK);
      Memory memory(gdlrt_batch_size(plan));
      gdlrt_batch* batch = nullptr;
      REQUIRE(gdlrt_batch_make(plan, memory.at(), gdlrt_batch_size(plan), &batch) == GDLRT_OK);
      Masks masks(gdlrt_batch_records(plan), values);
      REQUIRE(gdlrt_batch_run(plan, batch, data.data(), values, &masks.result) == GDLRT_OK);
      CHECK(masks.result.bad_rows == 0);
      for (std::size_t row = 0; row < values; ++row) {
        const std::uint64_t want = rules(row, (row * 7 + 1) % values);
        for (std::size_t r = 0; r < 6; ++r) REQUIRE(masks.get(r, row) == ((want >> r & 1u) != 0));
      }
      gdlrt_batch_plan_free(plan);
    }
  }
  gdlrt_program_free(program);
}

TEST_CASE("threads share a plan, each with a batch and rows of its own") {
  Bytes bytes = random_program(24);
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
  test::Random random(5);
  constexpr std::size_t kRows = 64 * 300 + 17;
  constexpr std::size_t kHalf = 64 * 140;
  Data data(program->program, kRows, random);
  gdlrt_batch_plan* plan = nullptr;
  REQUIRE(gdlrt_batch_plan_make(program, data.columns.data(), data.columns.size(), GDLRT_WANT_ALL,
                                GDLRT_ENGINE_BEST, &plan, nullptr, nullptr) == GDLRT_OK);
  const gdlrt_plan* names = gdlrt_batch_records(plan);
  Masks alone(names, kRows);
  Masks first(names, kHalf);
  Masks second(names, kRows - kHalf);
  auto run = [&](std::size_t from, std::size_t rows, Masks& to) {
    Memory memory(gdlrt_batch_size(plan));
    gdlrt_batch* batch = nullptr;
    std::vector<gdlrt_column_data> mine = data.data;
    for (gdlrt_column_data& d : mine) d.offset = from;
    return gdlrt_batch_make(plan, memory.at(), gdlrt_batch_size(plan), &batch) == GDLRT_OK &&
           gdlrt_batch_run(plan, batch, mine.data(), rows, &to.result) == GDLRT_OK;
  };
  REQUIRE(run(0, kRows, alone));
  bool fine[2] = {};
  std::thread one([&] { fine[0] = run(0, kHalf, first); });
  std::thread two([&] { fine[1] = run(kHalf, kRows - kHalf, second); });
  one.join();
  two.join();
  REQUIRE(fine[0]);
  REQUIRE(fine[1]);
  std::size_t ones = 0;
  for (std::size_t i = 0; i < alone.to.size(); ++i) {
    std::vector<std::uint64_t> both = first.words(i), behind = second.words(i);
    both.insert(both.end(), behind.begin(), behind.end());
    CHECK(both == alone.words(i));
    for (std::uint64_t w : both) ones += w != 0 ? 1 : 0;
  }
  CHECK(ones > 100);
  CHECK(first.result.bad_rows + second.result.bad_rows == alone.result.bad_rows);
  gdlrt_batch_plan_free(plan);
  gdlrt_program_free(program);
}

TEST_CASE("masks larger than the caches are the same masks, wherever they lie") {
  // One whose outputs all have diagrams, so that nothing is looked at again where values are unknown.
  driver::Compilation c = test::load(test::read(GDL_SOURCE_DIR "/tests/bench/sixteen.gdl"));
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  Bytes bytes = driver::build(c, {true, true});
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
  test::Random random(6);
  constexpr std::size_t kTile = 64 * 64 * 3;
  Data tile(program->program, kTile, random);
  for (bool open : {false, true}) {
    gdlrt_batch_plan* plan = nullptr;
    REQUIRE(gdlrt_batch_plan_make(program, tile.columns.data(), tile.columns.size(), GDLRT_WANT_ALL,
                                  GDLRT_ENGINE_BEST, &plan, nullptr, nullptr) == GDLRT_OK);
    const gdlrt_plan* names = gdlrt_batch_records(plan);
    Memory memory(gdlrt_batch_size(plan));
    gdlrt_batch* batch = nullptr;
    REQUIRE(gdlrt_batch_make(plan, memory.at(), gdlrt_batch_size(plan), &batch) == GDLRT_OK);
    std::vector<gdlrt_column_data> data = tile.data;
    for (gdlrt_column_data& d : data) d.valid = open ? d.valid : nullptr;
    Masks small(names, kTile);
    REQUIRE(gdlrt_batch_run(plan, batch, data.data(), kTile, &small.result) == GDLRT_OK);
    // As many rows as make 20 MB of masks, and some that fill no line.
    const std::size_t times = (std::size_t{20} << 23) / (2 * small.outputs * kTile) + 1;
    const std::size_t rows = times * kTile + 64 * 3 + 5;
    std::vector<Bytes> values;
    std::vector<Bytes> known;
    for (std::size_t f = 0; f < data.size(); ++f) {
      static constexpr std::size_t kSizes[] = {0, 1, 4, 8, 8, 8};
      auto repeat = [&](const void* from, std::size_t size) {
        Bytes out;
        const auto* at = static_cast<const std::uint8_t*>(from);
        for (std::size_t t = 0; t <= times; ++t) out.insert(out.end(), at, at + size);
        return out;
      };
      values.push_back(repeat(data[f].values, kTile * kSizes[tile.columns[f].raw]));
      data[f].values = values.back().data();
      if (data[f].valid == nullptr) continue;
      known.push_back(repeat(data[f].valid, kTile / 8));
      data[f].valid = known.back().data();
    }
    for (std::size_t behind : {0u, 3u}) {
      Masks large(names, rows, behind);
      REQUIRE(gdlrt_batch_run(plan, batch, data.data(), rows, &large.result) == GDLRT_OK);
      std::size_t wrong = 0;
      for (std::size_t m = 0; m < large.to.size(); ++m) {
        for (std::size_t w = 0; w + 1 < large.count; ++w) {
          wrong += large.to[m][w] != small.to[m][w % small.count] ? 1 : 0;
        }
        wrong +=
            large.to[m][large.count - 1] != (small.to[m][(large.count - 1) % small.count] & 0x1f)
                ? 1
                : 0;
      }
      CHECK(wrong == 0);
    }
    gdlrt_batch_plan_free(plan);
  }
  gdlrt_program_free(program);
}

TEST_CASE("Arrow types that are not read are refused with the column and the reason") {
  driver::Compilation c = test::load(R"(guideline small "Small"
  language 1
  version 1.0.0
  status draft
reference 1 "One"
fact dose "Dose" : 0.0..100.0
fact stage "Stage" : I | II | III
fact ill "Ill" : yes | no
action a "A"
decision d "D" partial
rule r0 when dose >= 0.1 and stage = II and ill recommend a cite 1
)");
  REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
  Bytes bytes = driver::build(c, {true, true});
  gdlrt_program* program = nullptr;
  REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
  ArrowSchema dose{}, stage{}, ill{}, words{}, all{};
  ArrowSchema* children[] = {&dose, &stage, &ill};
  all.format = "+s";
  all.n_children = 3;
  all.children = children;
  dose.name = "dose";
  stage.name = "stage";
  ill.name = "ill";
  std::string errors;
  auto made = [&](const char* of_dose, const char* of_stage, const char* of_ill) {
    dose.format = of_dose;
    stage.format = of_stage;
    ill.format = of_ill;
    errors.clear();
    gdlrt_batch_plan* plan = nullptr;
    gdlrt_status status = gdlrt_arrow_plan_make(program, &all, GDLRT_WANT_ALL, GDLRT_ENGINE_BEST,
                                                &plan, test::append, &errors);
    CHECK((status == GDLRT_OK) == (plan != nullptr));
    gdlrt_batch_plan_free(plan);
    return status;
  };
  for (const char* real : {"g", "f", "c", "C", "s", "S", "i", "I", "l", "L"}) {
    CHECK(made(real, "u", "b") == GDLRT_OK);
  }
  for (const char* text : {"u", "U", "c", "S", "L"}) CHECK(made("g", text, "C") == GDLRT_OK);
  auto refused = [&](const char* a, const char* b, const char* d, const char* what) {
    REQUIRE(made(a, b, d) == GDLRT_BAD_ARGUMENT);
    std::string message = test::lines(errors).at(0)["message"];
    CHECK_MESSAGE(message.find(what) != std::string::npos, message);
  };
  for (const char* other : {"e", "d:19,10", "tdD", "z", "vu", "n", "+l"}) {
    refused(other, "u", "b", "`dose`: this Arrow type is not read");
    refused("g", other, "b", "`stage`: this Arrow type is not read");
  }
  refused("u", "u", "b", "`dose`: text holds an enumeration");
  refused("g", "u", "u", "`ill`: text holds an enumeration");
  refused("g", "g", "b", "`stage`: this Arrow type is not read");
  stage.dictionary = &words;
  words.format = "u";
  CHECK(made("g", "s", "b") == GDLRT_OK);
  words.format = "i";
  refused("g", "s", "b", "`stage`: a dictionary holds an enumeration, as text");
  words.format = "u";
  refused("g", "f", "b", "`stage`: a dictionary holds an enumeration, as text");
  stage.dictionary = nullptr;

  // Arrays that begin or end where no memory is; nothing of them is read.
  REQUIRE(made("g", "C", "C") == GDLRT_OK);
  gdlrt_batch_plan* plan = nullptr;
  REQUIRE(gdlrt_arrow_plan_make(program, &all, GDLRT_WANT_ALL, GDLRT_ENGINE_BEST, &plan, nullptr,
                                nullptr) == GDLRT_OK);
  struct alignas(64) Line {
    std::uint8_t bytes[64];
  };
  std::vector<Line> memory(gdlrt_batch_size(plan) / sizeof(Line) + 1);
  gdlrt_batch* batch = nullptr;
  REQUIRE(gdlrt_batch_make(plan, memory.data(), gdlrt_batch_size(plan), &batch) == GDLRT_OK);
  const std::uint64_t values[8] = {};
  const void* buffers[] = {nullptr, values};
  ArrowArray columns[3] = {};
  ArrowArray* arrays[3] = {&columns[0], &columns[1], &columns[2]};
  ArrowArray whole{};
  whole.length = 8;
  whole.n_children = 3;
  whole.children = arrays;
  for (ArrowArray& column : columns) {
    column.length = 8;
    column.n_buffers = 2;
    column.buffers = buffers;
  }
  gdlrt_batch_result result{sizeof result, nullptr, nullptr, nullptr, nullptr, 0, 0};
  auto run = [&] {
    errors.clear();
    return gdlrt_arrow_run(plan, batch, &all, &whole, &result, test::append, &errors);
  };
  CHECK(run() == GDLRT_OK);
  for (std::int64_t offset : {INT64_MAX - 3, INT64_MAX / 8, std::int64_t{-1}}) {
    columns[0].offset = offset;
    CHECK(run() == GDLRT_BAD_ARGUMENT);
    CHECK(errors.find("`dose`: its array has an impossible length or offset") != std::string::npos);
    columns[0].offset = 0;
    whole.offset = offset;
    CHECK(run() == GDLRT_BAD_ARGUMENT);
    whole.offset = 0;
  }
  gdlrt_batch_plan_free(plan);
  gdlrt_program_free(program);
}
