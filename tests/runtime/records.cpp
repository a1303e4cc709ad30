// Records: how raw values are read, to the last double, and what a layout or a record is refused for.
#include <doctest/doctest.h>

#include <charconv>
#include <climits>
#include <cmath>
#include <cstring>

#include "evaluate.h"
#include "gdlrt/arrow.h"
#include "program.h"
#include "random.h"
#include "raw_size.h"
#include "readings.h"

using namespace gdl;

namespace {

/// What every language prints of a double, as a number.
template <class Real>
gdlrt::num::Rational printed(Real v) {
  char text[512];
  char* end = std::to_chars(text, text + sizeof text, v, std::chars_format::scientific).ptr;
  // As JSON would: no plus, no leading zeros of the exponent are wanted, and none are refused.
  gdlrt::num::Rational out;
  REQUIRE(gdlrt::num::parse_decimal(text, static_cast<std::size_t>(end - text), out) ==
          gdlrt::num::NumStatus::ok);
  return out;
}

const char* const kText = R"(guideline small "Small"
  language 1
  version 1.0.0
  status draft
reference 1 "One"
fact dose "Dose" : 0.0..100.0
fact age "Age" : 18..120 years
fact stage "Stage" : I | II | III
fact ill "Ill" : yes | no
fact sites "Sites" : set of brain | bone
action a "A"
action b "B"
action c "C"
decision d "D" partial
rule r0 when dose >= 0.1 recommend a cite 1
rule r1 when dose > 1.1 recommend b cite 1
rule r2 when dose >= 2.675 consider a cite 1
rule r3 when age >= 65 years and ill recommend c cite 1
rule r4 when stage = II or sites includes bone consider b cite 1
)";

struct Row {
  double dose = 1;
  std::int32_t age = 40;
  std::uint8_t stage = 0, ill = 0, unknown = 0;
  std::uint64_t sites = 0;
};

std::vector<gdlrt_field> fields() {
  auto field = [](const char* fact, std::uint32_t raw, std::size_t offset, std::uint32_t mask) {
    return gdlrt_field{sizeof(gdlrt_field), fact, raw, 0, offset, offsetof(Row, unknown), mask};
  };
  return {field("dose", GDLRT_RAW_F64, offsetof(Row, dose), 1),
          field("age", GDLRT_RAW_I32, offsetof(Row, age), 2),
          field("stage", GDLRT_RAW_U8, offsetof(Row, stage), 4),
          field("ill", GDLRT_RAW_U8, offsetof(Row, ill), 8),
          field("sites", GDLRT_RAW_SET64, offsetof(Row, sites), 16)};
}

/// A loaded program and a plan for Row.
struct Ready {
  gdlrt_program* program = nullptr;
  gdlrt_plan* plan = nullptr;
  gdlrt_state* state = nullptr;
  std::vector<long double> memory;  // at multiples of 16
  explicit Ready(const char* text = kText, const std::vector<gdlrt_field>& of = fields(),
                 std::size_t record_size = sizeof(Row)) {
    driver::Compilation c = test::load(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    std::vector<std::uint8_t> bytes = driver::build(c, {true, true});
    REQUIRE(gdlrt_program_load(bytes.data(), bytes.size(), &program, nullptr, nullptr) == GDLRT_OK);
    REQUIRE(make(of, record_size) == GDLRT_OK);
    memory.resize(gdlrt_state_size(plan) / sizeof(long double) + 1);
    REQUIRE(gdlrt_state_make(plan, memory.data(), gdlrt_state_size(plan), &state) == GDLRT_OK);
  }
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
  ~Ready() {
    gdlrt_plan_free(plan);
    gdlrt_program_free(program);
  }
  gdlrt_status make(const std::vector<gdlrt_field>& f, std::size_t record_size = sizeof(Row)) {
    gdlrt_plan_free(plan);
    errors.clear();
    return gdlrt_plan_make(program, f.data(), f.size(), record_size, &plan, test::append, &errors);
  }
  gdlrt_status evaluate(const Row& row, gdlrt_record_result& out) {
    return gdlrt_record_evaluate(plan, state, &row, &out);
  }
  std::string errors;
};

}  // namespace

TEST_CASE("a double reads as the decimal that is printed of it") {
  test::Random random(1);
  std::vector<double> some = {0.0, 0.1, 0.3,    1.0 / 3, 5e-7, 1e22, 1e23, 9007199254740993.0,
                              0.5, 2.0, 1024.0, 4.35};
  for (int i = 0; i < 3000; ++i) {
    some.push_back(static_cast<double>(random.below(1000000)) / 1000);
    std::uint64_t bits = random.next();
    double v = 0;
    // All mantissas, and exponents that a guideline's numbers may have.
    bits = (bits & 0x800fffffffffffff) | (std::uint64_t{1023 - 60 + random.below(120)} << 52);
    std::memcpy(&v, &bits, sizeof v);
    some.push_back(v);
    some.push_back(std::ldexp(1.0, static_cast<int>(random.below(100)) - 50));
  }
  for (double v : some) {
    CAPTURE(v);
    gdlrt::num::Rational r;
    REQUIRE(gdlrt::shortest_decimal(v, false, r));
    // What is printed may be one of several as short: all read back as the same double, this is the nearest.
    CHECK(r == printed(v));
  }
}

TEST_CASE("a float reads as the decimal that is printed of it") {
  test::Random random(2);
  std::vector<float> some = {0.0F, 0.1F, 0.3F, 1.0F / 3, 5e-7F, 16777216.0F, 0.5F, 2.0F, 4.35F};
  for (int i = 0; i < 3000; ++i) {
    some.push_back(static_cast<float>(random.below(1000000)) / 1000);
    auto bits = static_cast<std::uint32_t>(random.next());
    bits = (bits & 0x807fffff) | (static_cast<std::uint32_t>(127 - 60 + random.below(120)) << 23);
    float v = 0;
    std::memcpy(&v, &bits, sizeof v);
    some.push_back(v);
    some.push_back(std::ldexp(1.0F, static_cast<int>(random.below(100)) - 50));
  }
  for (float v : some) {
    CAPTURE(v);
    gdlrt::num::Rational r;
    REQUIRE(gdlrt::shortest_decimal(v, true, r));
    CHECK(r == printed(v));
  }
}

TEST_CASE("a threshold parts the doubles where their decimals pass it") {
  Ready g;
  struct {
    double at;
    int rule;
    bool above;
  } cuts[] = {{0.1, 0, false}, {1.1, 1, true}, {2.675, 2, false}};
  for (const auto& cut : cuts) {
    gdlrt::num::Rational threshold = printed(cut.at);
    double v = cut.at;
    for (int k = 0; k < 3; ++k) v = std::nextafter(v, 0);
    for (int k = 0; k < 7; ++k, v = std::nextafter(v, 1e9)) {
      CAPTURE(v);
      Row row;
      row.dose = v;
      gdlrt_record_result out{sizeof out, nullptr, nullptr, 0};
      REQUIRE(g.evaluate(row, out) == GDLRT_OK);
      int order = gdlrt::num::compare(printed(v), threshold);
      bool want = order > 0 || (order == 0 && !cut.above);
      CHECK((out.certain->rules[0] >> cut.rule & 1u) == (want ? 1u : 0u));
    }
  }
}

TEST_CASE("the ends of a range, and what is no value") {
  Ready g;
  gdlrt_record_result out{sizeof out, nullptr, nullptr, 0};
  auto bad = [&](const Row& row) {
    out.bad_field = 99;
    gdlrt_status status = g.evaluate(row, out);
    return status == GDLRT_OK ? -1 : static_cast<int>(out.bad_field);
  };
  Row row;
  CHECK(bad(row) == -1);
  for (double v : {0.0, -0.0, 100.0}) {
    row.dose = v;
    CHECK(bad(row) == -1);
  }
  for (double v : {-5e-324, std::nextafter(100.0, 200.0), std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    row.dose = v;
    CHECK(bad(row) == 0);
    // What is unknown is not looked at.
    row.unknown = 1;
    CHECK(bad(row) == -1);
    row.unknown = 0;
  }
  row = Row();
  for (int v : {17, 121, -1, INT32_MIN}) {
    row.age = v;
    CHECK(bad(row) == 1);
  }
  row = Row();
  row.stage = 3;
  CHECK(bad(row) == 2);
  row.stage = 255;
  CHECK(bad(row) == 2);
  row = Row();
  row.ill = 2;
  CHECK(bad(row) == 3);
  row = Row();
  row.sites = 4;
  CHECK(bad(row) == 4);
}

TEST_CASE("values of small ranges, wherever they lie in a record") {
  // Such values are looked up several at a time: what lies beside one, or over it, must not change it.
  constexpr int kUnasked = INT_MAX;
  struct Fact {
    const char *name, *written;  // null: an ordered enumeration of so many values
    int least, most, cut;        // a rule for those from the cut on
  };
  constexpr Fact kFacts[] = {{"a", "0..1", 0, 1, 1},
                             {"b", "0..2", 0, 2, 2},
                             {"c", "-5..6", -5, 6, 0},
                             {"d", "18..120", 18, 120, 65},
                             {"e", "0..255", 0, 255, 128},
                             {"f", "200..210", 200, 210, 205},
                             {"g", "-300..-200", -300, -200, -250},
                             {"h", "3..3", 3, 3, 3},
                             {"i", "0..127", 0, 127, 127},
                             {"j", "1000..1200", 1000, 1200, 1100},
                             {"k", nullptr, 0, 299, kUnasked},
                             {"l", "-9..9", -9, 9, kUnasked}};
  std::string text = R"(guideline ranges "Ranges"
  language 1
  version 1.0.0
  status draft
reference 1 "One"
action x "X"
decision d "D" partial
)";
  for (const Fact& f : kFacts) {
    text += std::string("fact ") + f.name + " \"F\" : ";
    for (int i = 0; i <= f.most && f.written == nullptr; ++i)
      text += (i == 0 ? "v" : " < v") + std::to_string(i);
    text += (f.written == nullptr ? "" : f.written) + std::string("\n");
    if (f.cut == kUnasked) continue;
    text += std::string("rule r") + f.name + " when " + f.name + " >= " + std::to_string(f.cut) +
            " recommend x cite 1\n";
  }
  test::Random random(20261129);
  int answered = 0;
  for (int layout = 0; layout < 300; ++layout) {
    std::vector<gdlrt_field> of;
    for (const Fact& f : kFacts) {
      const bool byte = f.least >= 0 && f.most <= 255 && random.one_in(2);
      const std::uint32_t raw = byte               ? GDLRT_RAW_U8
                                : random.one_in(4) ? GDLRT_RAW_I64
                                                   : GDLRT_RAW_I32;
      // Where nothing says that it is unknown, it is of no matter where that would stand.
      of.push_back(
          {sizeof(gdlrt_field), f.name, raw, 0, 0, random.one_in(2) ? SIZE_MAX / 2 : 0, 0});
    }
    // One after the other in any order, close to each other; in each third layout one field lies over others.
    std::vector<gdlrt_field*> order;
    for (gdlrt_field& f : of)
      order.insert(order.begin() + static_cast<std::ptrdiff_t>(random.below(order.size() + 1)), &f);
    std::size_t size = 0;
    for (gdlrt_field* f : order) {
      f->offset = size + (random.one_in(3) ? random.below(4) : 0);
      size = f->offset + test::raw_size(f->raw);
    }
    if (layout % 3 == 0) of[random.below(of.size())].offset = random.below(size - 7);
    Ready g(text.c_str(), of, size);
    for (int n = 0; n < 60; ++n) {
      // As large as it says, so that a sanitizer sees what is read beyond.
      std::vector<std::uint8_t> record(size);
      for (std::uint8_t& b : record) b = static_cast<std::uint8_t>(random.below(256));
      for (std::size_t i = 0; i < of.size(); ++i) {
        const Fact& f = kFacts[i];
        const auto range = static_cast<std::size_t>(f.most - f.least) + 1;
        std::int64_t v = f.least + static_cast<std::int64_t>(random.below(range));
        const std::size_t how = random.below(60);
        if (how == 0) v = f.most + 1;
        if (how == 1) v = f.least - 1;
        if (how == 2) v = static_cast<std::int64_t>(random.next());
        if (how == 3) v = 1'000'000;
        std::memcpy(record.data() + of[i].offset, &v, test::raw_size(of[i].raw));
      }
      bool valid = true;
      std::uint64_t rules = 0;
      for (std::size_t i = 0, rule = 0; i < of.size(); ++i) {
        std::int64_t v = record[of[i].offset];
        std::int32_t word = 0;
        if (of[i].raw == GDLRT_RAW_I32) {
          std::memcpy(&word, record.data() + of[i].offset, sizeof word);
          v = word;
        }
        if (of[i].raw == GDLRT_RAW_I64) std::memcpy(&v, record.data() + of[i].offset, sizeof v);
        valid = valid && v >= kFacts[i].least && v <= kFacts[i].most;
        if (kFacts[i].cut == kUnasked) continue;
        if (v >= kFacts[i].cut) rules |= std::uint64_t{1} << rule;
        ++rule;
      }
      gdlrt_record_result out{sizeof out, nullptr, nullptr, 0};
      const gdlrt_status status = gdlrt_record_evaluate(g.plan, g.state, record.data(), &out);
      REQUIRE(status == (valid ? GDLRT_OK : GDLRT_BAD_CASE));
      if (!valid) continue;
      ++answered;
      REQUIRE(*out.certain->rules == rules);
      REQUIRE(gdlrt_record_rules(g.plan, g.state, record.data(), &out) == GDLRT_OK);
      REQUIRE(*out.certain->rules == rules);
    }
  }
  CHECK(answered > 3000);
}

TEST_CASE("unknown values: what is certain, and what is possible") {
  Ready g;
  gdlrt_record_result out{sizeof out, nullptr, nullptr, 0};
  Row row;
  row.age = 70;
  row.unknown = 8;  // ill
  REQUIRE(g.evaluate(row, out) == GDLRT_OK);
  CHECK((*out.certain->rules >> 3 & 1u) == 0);
  CHECK((*out.possible->rules >> 3 & 1u) == 1);
  row.age = 40;  // whether he is ill is all the same
  REQUIRE(g.evaluate(row, out) == GDLRT_OK);
  CHECK((*out.possible->rules >> 3 & 1u) == 0);
  row.unknown = 4;  // stage
  row.sites = 2;    // bone: the rule holds whatever the stage is
  REQUIRE(g.evaluate(row, out) == GDLRT_OK);
  CHECK((*out.certain->rules >> 4 & 1u) == 1);
}

TEST_CASE("a layout that does not fit is refused with the fact and the reason") {
  Ready g;
  auto refused = [&](const std::vector<gdlrt_field>& f, const char* what) {
    CHECK(g.make(f) == GDLRT_BAD_ARGUMENT);
    CHECK(g.plan == nullptr);
    std::string message = test::lines(g.errors).at(0)["message"];
    CHECK_MESSAGE(message.find(what) != std::string::npos, message);
  };
  std::vector<gdlrt_field> f = fields();
  f[1].fact = "agee";
  refused(f, "`agee`: the program has no such fact");
  f = fields();
  f[2].fact = "age";
  refused(f, "the fact has two fields");
  f = fields();
  f[0].offset = sizeof(Row) - 7;
  refused(f, "beyond the record");
  f = fields();
  f[0].null_offset = sizeof(Row);
  refused(f, "beyond the record");
  f = fields();
  f[0].null_mask = 256;
  refused(f, "one byte");
  f = fields();
  f[1].raw = GDLRT_RAW_F64;
  refused(f, "only a decimal fact is held as a double");
  f = fields();
  f[4].raw = GDLRT_RAW_U8;
  refused(f, "a set is held as 64 bits");
  f = fields();
  f[0].raw = 77;
  refused(f, "none of gdlrt_raw");
  f = fields();
  f[1].scale = 1;
  refused(f, "have a scale");
  f = fields();
  f.pop_back();
  refused(f, "`sites`: a condition asks for this fact");
  f = fields();
  f[2].fact = nullptr;
  refused(f, "a field names no fact");
}

TEST_CASE(
    "structs of other versions are taken: smaller ones, larger ones, and none without a size") {
  Ready g;
  // Of a later header: members behind those that are known here.
  struct Later {
    gdlrt_field field;
    std::uint64_t more = 0x5555555555555555;
  };
  std::vector<Later> later;
  for (gdlrt_field f : fields()) {
    f.size = sizeof(Later);
    later.push_back({f});
  }
  auto make = [&](const void* list, std::size_t count) {
    gdlrt_plan_free(g.plan);
    g.errors.clear();
    return gdlrt_plan_make(g.program, static_cast<const gdlrt_field*>(list), count, sizeof(Row),
                           &g.plan, test::append, &g.errors);
  };
  CHECK(make(later.data(), later.size()) == GDLRT_OK);
  // Of an earlier one: what is missing is 0, so every value is known.
  constexpr std::size_t kEarlier = offsetof(gdlrt_field, null_offset);
  std::vector<std::uint64_t> earlier;
  for (gdlrt_field f : fields()) {
    f.size = kEarlier;
    std::size_t at = earlier.size();
    earlier.resize(at + kEarlier / 8);
    std::memcpy(earlier.data() + at, &f, kEarlier);
  }
  REQUIRE(make(earlier.data(), fields().size()) == GDLRT_OK);
  Row row;
  row.unknown = 8;
  row.age = 70;
  REQUIRE(gdlrt_state_make(g.plan, g.memory.data(), gdlrt_state_size(g.plan), &g.state) ==
          GDLRT_OK);
  gdlrt_record_result known{sizeof known, nullptr, nullptr, 0};
  REQUIRE(g.evaluate(row, known) == GDLRT_OK);
  CHECK((*known.possible->rules >> 3 & 1u) == 0);
  // What has no size, or not that of the others, is refused with the reason.
  for (auto [size, what] : {std::pair<std::size_t, const char*>(0, "no size"),
                            std::pair<std::size_t, const char*>(kEarlier, "different sizes")}) {
    std::vector<gdlrt_field> f = fields();
    f[1].size = size;
    CHECK(make(f.data(), f.size()) == GDLRT_BAD_ARGUMENT);
    CHECK(test::lines(g.errors).at(0)["message"].get<std::string>().find(what) !=
          std::string::npos);
  }
  // Results have as much written to them as there is room for.
  Ready fresh;
  gdlrt_record_result result{offsetof(gdlrt_record_result, bad_field), nullptr, nullptr, 77};
  row.unknown = 0;
  CHECK(fresh.evaluate(row, result) == GDLRT_OK);
  CHECK(result.certain != nullptr);
  CHECK(result.bad_field == 77);
  CHECK(result.size == offsetof(gdlrt_record_result, bad_field));
  result.size = 0;
  CHECK(fresh.evaluate(row, result) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_record_rules(fresh.plan, fresh.state, &row, &result) == GDLRT_BAD_ARGUMENT);
  gdlrt_offer offer{offsetof(gdlrt_offer, verb), 0, 0, nullptr, nullptr};
  CHECK(gdlrt_plan_offer(fresh.plan, 0, &offer) == 1);
  CHECK(std::string(offer.decision_name) == "d");
  CHECK(offer.verb == nullptr);
  offer.size = 0;
  CHECK(gdlrt_plan_offer(fresh.plan, 0, &offer) == 0);
}

TEST_CASE("what is asked of nothing is nothing") {
  CHECK(gdlrt_plan_rules(nullptr) == 0);
  CHECK(gdlrt_plan_decisions(nullptr) == 0);
  CHECK(gdlrt_plan_offers(nullptr) == 0);
  gdlrt_offer offer{sizeof offer, 0, 0, nullptr, nullptr};
  CHECK(gdlrt_plan_offer(nullptr, 0, &offer) == 0);
  CHECK(gdlrt_plan_offer_leaf(nullptr, 0, 0) == nullptr);
  CHECK(gdlrt_state_size(nullptr) == 0);
  CHECK(gdlrt_batch_size(nullptr) == 0);
  CHECK(std::string(gdlrt_batch_engine_name(nullptr)).empty());
  CHECK(gdlrt_batch_records(nullptr) == nullptr);
  Ready g;
  CHECK(gdlrt_plan_offer(g.plan, 0, nullptr) == 0);
  // Nor are there other engines and other masks.
  std::vector<gdlrt_column> columns;
  for (const gdlrt_field& f : fields()) columns.push_back({sizeof(gdlrt_column), f.fact, f.raw, 0});
  gdlrt_batch_plan* plan = nullptr;
  auto make = [&](std::uint32_t wanted, int engine) {
    return gdlrt_batch_plan_make(g.program, columns.data(), columns.size(), wanted,
                                 static_cast<gdlrt_engine>(engine), &plan, nullptr, nullptr);
  };
  CHECK(make(99, GDLRT_ENGINE_BEST) == GDLRT_BAD_ARGUMENT);
  CHECK(make(GDLRT_WANT_ALL, 77) == GDLRT_BAD_ARGUMENT);
  CHECK(plan == nullptr);
  // Arrow data that say they have what is not there.
  ArrowSchema schema{"+s", "", nullptr, 0, 5, nullptr, nullptr, nullptr, nullptr};
  auto refused = [&] {
    return gdlrt_arrow_plan_make(g.program, &schema, GDLRT_WANT_ALL, GDLRT_ENGINE_BEST, &plan,
                                 nullptr, nullptr) == GDLRT_BAD_ARGUMENT;
  };
  CHECK(refused());
  ArrowSchema* children[5] = {};
  schema.children = children;
  CHECK(refused());
}

TEST_CASE("so are those of batches") {
  Ready g;
  struct LaterColumn {
    gdlrt_column column;
    std::uint64_t more = 0x5555555555555555;
  };
  std::vector<LaterColumn> columns;
  for (const gdlrt_field& f : fields())
    columns.push_back({{sizeof(LaterColumn), f.fact, f.raw, f.scale}});
  gdlrt_batch_plan* plan = nullptr;
  std::string errors;
  auto make = [&] {
    gdlrt_batch_plan_free(plan);
    return gdlrt_batch_plan_make(g.program, &columns[0].column, columns.size(), GDLRT_WANT_ALL,
                                 GDLRT_ENGINE_BEST, &plan, test::append, &errors);
  };
  columns[1].column.size = 0;
  CHECK(make() == GDLRT_BAD_ARGUMENT);
  CHECK(errors.find("no size") != std::string::npos);
  columns[1].column.size = sizeof(LaterColumn);
  REQUIRE(make() == GDLRT_OK);
  std::vector<std::uint8_t> memory(gdlrt_batch_size(plan) + 64);
  std::uint8_t* at = memory.data() + (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64);
  gdlrt_batch* batch = nullptr;
  REQUIRE(gdlrt_batch_make(plan, at, gdlrt_batch_size(plan), &batch) == GDLRT_OK);
  Row row;
  row.age = 70;
  row.ill = 1;
  const void* values[] = {&row.dose, &row.age, &row.stage, &row.ill, &row.sites};
  struct LaterData {
    gdlrt_column_data data;
    std::uint64_t more = 0x5555555555555555;
  };
  std::vector<LaterData> data;
  for (const void* v : values) data.push_back({{sizeof(LaterData), v, nullptr, 0, nullptr, 0}});
  std::vector<std::uint64_t> words(5);
  std::vector<std::uint64_t*> rules;
  for (std::uint64_t& w : words) rules.push_back(&w);
  // Masks of an earlier header end before those of offers.
  std::uint64_t never = 0x5555555555555555;
  std::vector<std::uint64_t*> beyond(8, &never);
  gdlrt_batch_masks certain{};
  certain.size = offsetof(gdlrt_batch_masks, offers);
  certain.rules = rules.data();
  certain.offers = certain.gap = beyond.data();
  gdlrt_batch_result result{
      offsetof(gdlrt_batch_result, undecided_rows), &certain, nullptr, nullptr, nullptr, 9, 9};
  auto run = [&] { return gdlrt_batch_run(plan, batch, &data[0].data, 1, &result); };
  REQUIRE(run() == GDLRT_OK);
  CHECK(words == std::vector<std::uint64_t>{1, 0, 0, 1, 0});
  CHECK(never == 0x5555555555555555);
  CHECK(result.bad_rows == 0);
  CHECK(result.undecided_rows == 9);
  data[2].data.size = 0;
  CHECK(run() == GDLRT_BAD_ARGUMENT);
  data[2].data.size = sizeof(LaterData);
  certain.size = 0;
  CHECK(run() == GDLRT_BAD_ARGUMENT);
  certain.size = sizeof certain;
  result.size = 0;
  CHECK(run() == GDLRT_BAD_ARGUMENT);
  gdlrt_batch_plan_free(plan);
}

TEST_CASE("what was chosen is shown") {
  Ready g;
  std::string text;
  REQUIRE(gdlrt_plan_show(g.program, test::append, &text) == GDLRT_OK);
  CHECK(text.find("records: compact, 6 conditions in 7 bits, 5 variables") == 0);
  CHECK(text.find("  d: 5 conditions") != std::string::npos);
  CHECK(text.find("batches: ") != std::string::npos);
}

TEST_CASE("columns of bits are for yes/no only") {
  Ready g;
  std::vector<gdlrt_column> columns;
  for (const gdlrt_field& f : fields()) columns.push_back({sizeof(gdlrt_column), f.fact, f.raw, 0});
  gdlrt_batch_plan* plan = nullptr;
  std::string errors;
  auto make = [&](gdlrt_engine e) {
    gdlrt_batch_plan_free(plan);
    return gdlrt_batch_plan_make(g.program, columns.data(), columns.size(), GDLRT_WANT_ALL, e,
                                 &plan, test::append, &errors);
  };
  columns[3].raw = GDLRT_RAW_BITS;
  REQUIRE(make(GDLRT_ENGINE_SCALAR) == GDLRT_OK);
  CHECK(std::string(gdlrt_batch_engine_name(plan)) == "scalar");
  // Nothing to do is done.
  std::vector<std::uint8_t> memory(gdlrt_batch_size(plan) + 64);
  std::uint8_t* at = memory.data() + (64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64);
  gdlrt_batch* batch = nullptr;
  CHECK(gdlrt_batch_make(plan, at, gdlrt_batch_size(plan) - 1, &batch) == GDLRT_BAD_ARGUMENT);
  CHECK(gdlrt_batch_make(plan, at + 8, gdlrt_batch_size(plan), &batch) == GDLRT_BAD_ARGUMENT);
  REQUIRE(gdlrt_batch_make(plan, at, gdlrt_batch_size(plan), &batch) == GDLRT_OK);
  std::vector<gdlrt_column_data> data(columns.size(),
                                      {sizeof(gdlrt_column_data), nullptr, nullptr, 0, nullptr, 0});
  gdlrt_batch_result result{sizeof result, nullptr, nullptr, nullptr, nullptr, 0, 0};
  CHECK(gdlrt_batch_run(plan, batch, data.data(), 0, &result) == GDLRT_OK);
  CHECK(gdlrt_batch_run(plan, batch, data.data(), 1, &result) == GDLRT_BAD_ARGUMENT);
  columns[2].raw = GDLRT_RAW_BITS;
  CHECK(make(GDLRT_ENGINE_SCALAR) == GDLRT_BAD_ARGUMENT);
  CHECK(errors.find("only yes/no is held as bits") != std::string::npos);
  CHECK(plan == nullptr);
}
