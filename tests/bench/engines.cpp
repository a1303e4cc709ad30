// One patient, and many: the interpreter, records and batches beside the same guideline written by hand (by_hand.h). All of
// them see the same random patients, and must give the same bits before anything is timed.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <thread>

#include "benches.h"
#include "by_hand.h"
#include "evaluate.h"
#include "gdlrt/batch.h"
#include "guideline.h"
#include "patients.h"
#include "process.h"
#include "random.h"

namespace gdl::bench {

namespace {

constexpr std::size_t kPatients = 128;  // for each case of --cases
// The batch has so many times more: what is measured comes from memory, and 500 cases make columns of 115 MB and more, where
// the caches of these machines hold 32.
constexpr std::size_t kOnce = 128;
// How often a work goes over all of them while it is timed, so that beginning a second thread does not count: a core that
// sleeps may take a millisecond to wake.
constexpr std::size_t kPasses = 16;

/// Bits of rows, in whole lines of memory.
struct alignas(64) Line {
  std::uint64_t words[8] = {};
  friend bool operator==(const Line&, const Line&) = default;
};
using Mask = std::vector<Line>;

/// The words of AnswerLayout where each kind has one: rules, offers, domain, gap, stranded, conflict.
using Answer = std::array<std::uint64_t, 6>;

/// A guideline in all its engines.
class Contest {
 public:
  /// How columns hold values; numbers are bytes in records too unless it is `wide`.
  enum class Layout : std::uint8_t { wide, bytes, bits };
  Contest(std::string name, const Guideline& g, Layout layout)
      : name_(std::move(name)),
        g_(g),
        p_(g.program()->program),
        layout_(layout),
        record_(p_, layout != Layout::wide, layout == Layout::bits) {}
  ~Contest() {
    gdlrt_plan_free(plan_);
    gdlrt_batch_plan_free(batch_plan_);
  }
  Contest(const Contest&) = delete;
  Contest& operator=(const Contest&) = delete;

  Failure run(const Effort& effort, Report& report) {
    one_ = std::make_unique<Patients>(p_, layout_ != Layout::wide, kPatients * effort.cases, 1);
    many_ = std::make_unique<Patients>(p_, layout_ != Layout::wide, one_->rows * kOnce, 2);
    if (Failure f = prepare()) return f;
    if (Failure f = agree()) return f;
    if (layout_ != Layout::bits) measure_one(effort, report);  // records have no bits
    measure_many(effort, report);
    return std::nullopt;
  }

 private:
  Failure prepare() {
    std::vector<gdlrt_field> fields;
    std::vector<gdlrt_column> columns;
    for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
      const RecordLayout::Field& at = record_.fields[f];
      const char* fact = p_.name(p_.facts[f].name);
      fields.push_back({sizeof(gdlrt_field), fact, at.raw, 0, at.offset, 0, 0});
      columns.push_back({sizeof(gdlrt_column), fact, at.column, 0});
    }
    if (gdlrt_plan_make(g_.program(), fields.data(), fields.size(), record_.size, &plan_, nullptr,
                        nullptr) != GDLRT_OK ||
        gdlrt_batch_plan_make(g_.program(), columns.data(), columns.size(), GDLRT_WANT_ALL,
                              GDLRT_ENGINE_BEST, &batch_plan_, nullptr, nullptr) != GDLRT_OK) {
      return name_ + ": cannot be prepared";
    }
    memory_ = Aligned(gdlrt_state_size(plan_));
    batch_memory_ = Aligned(gdlrt_batch_size(batch_plan_));
    second_memory_ = Aligned(gdlrt_batch_size(batch_plan_));
    if (gdlrt_batch_make(batch_plan_, second_memory_.data(), gdlrt_batch_size(batch_plan_),
                         &second_) != GDLRT_OK ||
        gdlrt_state_make(plan_, memory_.data(), gdlrt_state_size(plan_), &state_) != GDLRT_OK ||
        gdlrt_batch_make(batch_plan_, batch_memory_.data(), gdlrt_batch_size(batch_plan_),
                         &batch_) != GDLRT_OK) {
      return name_ + ": no memory";
    }
    Built built = build_by_hand(by_hand(p_, record_, ColumnStyle::fused), "-O3");
    if (built.failure) return name_ + ": " + *built.failure;
    hand_ = std::move(built.hand);
    if (hand_.front().rules_if == nullptr) return name_ + ": too large for one function";
    for (std::size_t i = 0; i < outputs(); ++i) {
      ours_.emplace_back((many_->rows + 511) / 512);
      theirs_.emplace_back((many_->rows + 511) / 512);
    }
    for (std::size_t i = 0; i < outputs(); ++i) {
      ours_at_.push_back(ours_[i].front().words);
      theirs_at_.push_back(theirs_[i].front().words);
    }
    test::Random random(3);
    for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
      const void* values = many_->columns[f].data();
      bytes_ += record_.fields[f].size * many_->rows;
      if (record_.fields[f].column == GDLRT_RAW_BITS) {
        bytes_ -= many_->rows - many_->rows / 8;
        packed_.push_back(packed(many_->columns[f].data(), many_->rows));
        values = packed_.back().data();
      }
      data_.push_back({sizeof(gdlrt_column_data), values, nullptr, 0, nullptr, 0});
      valid_.emplace_back((many_->rows + 7) / 8, 0);
      for (std::size_t i = 0; i < many_->rows; ++i) {
        if (!random.one_in(20)) valid_[f][i / 8] |= static_cast<std::uint8_t>(1u << i % 8);
      }
      open_.push_back({sizeof(gdlrt_column_data), values, valid_[f].data(), 0, nullptr, 0});
      pointers_.push_back(values);
    }
    return std::nullopt;
  }

  /// Bytes of 0 and 1 as bits, in whole words.
  static std::vector<std::uint64_t> packed(const std::uint8_t* bytes, std::size_t rows) {
    std::vector<std::uint64_t> out((rows + 63) / 64, 0);
    for (std::size_t i = 0; i < rows; ++i) out[i / 64] |= std::uint64_t{bytes[i]} << i % 64;
    return out;
  }

  [[nodiscard]] std::size_t outputs() const {
    return p_.rules.count + gdlrt_plan_offers(plan_) + 4 * std::size_t{p_.decisions.count};
  }

  Answer by_record(const std::uint8_t* record) {
    gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
    if (gdlrt_record_evaluate(plan_, state_, record, &r) != GDLRT_OK)
      return {~std::uint64_t{0}, 0, 0, 0, 0, 0};
    const gdlrt_masks& m = *r.certain;
    return {*m.rules, *m.offers, *m.domain, *m.gap, *m.stranded, *m.conflict};
  }

  /// With values unknown what is possible goes where the others' answers are.
  gdlrt_status by_batch(bool open = false) {
    gdlrt_batch_masks certain = masks_at(ours_at_.data());
    gdlrt_batch_masks possible = masks_at(theirs_at_.data());
    gdlrt_batch_result result{
        sizeof result, &certain, open ? &possible : nullptr, nullptr, nullptr, 0, 0};
    gdlrt_status status = gdlrt_batch_run(batch_plan_, batch_, open ? open_.data() : data_.data(),
                                          many_->rows, &result);
    undecided_ = result.undecided_rows;
    return status == GDLRT_OK && result.bad_rows > 0 ? GDLRT_BAD_CASE : status;
  }
  gdlrt_batch_masks masks_at(std::uint64_t* const* at) {
    gdlrt_batch_masks m{};
    m.size = sizeof m;
    std::size_t offers = gdlrt_plan_offers(plan_);
    std::size_t n = p_.decisions.count;
    m.rules = at;
    m.offers = at + p_.rules.count;
    m.domain = m.offers + offers;
    m.gap = m.domain + n;
    m.stranded = m.gap + n;
    m.conflict = m.stranded + n;
    return m;
  }

  /// Each half of the rows by a thread: `part` is given its batch, its first row and how many there are.
  template <class Part>
  void halves(Part part) {
    std::size_t half = many_->rows / 1024 * 512;  // whole lines of each mask
    std::thread other(part, second_, half, many_->rows - half);
    part(batch_, std::size_t{0}, half);
    other.join();
  }
  void by_two_threads(std::size_t passes = 1) {
    halves([this, passes](gdlrt_batch* batch, std::size_t first, std::size_t rows) {
      std::vector<gdlrt_column_data> data = data_;
      for (gdlrt_column_data& d : data) d.offset = first;
      std::vector<std::uint64_t*> at = from(ours_at_, first);
      gdlrt_batch_masks certain = masks_at(at.data());
      gdlrt_batch_result result{sizeof result, &certain, nullptr, nullptr, nullptr, 0, 0};
      for (std::size_t k = 0; k < passes; ++k)
        (void)gdlrt_batch_run(batch_plan_, batch, data.data(), rows, &result);
    });
  }
  static std::vector<std::uint64_t*> from(std::vector<std::uint64_t*> masks, std::size_t row) {
    for (std::uint64_t*& p : masks) p += row / 64;
    return masks;
  }
  using Columns = decltype(Handwritten::columns);
  void columns_by(Columns f, std::size_t first, std::size_t rows) {
    std::vector<const void*> at;
    for (std::size_t c = 0; c < pointers_.size(); ++c) {
      const RecordLayout::Field& field = record_.fields[c];
      at.push_back(static_cast<const std::uint8_t*>(pointers_[c]) +
                   (field.column == GDLRT_RAW_BITS ? first / 8 : first * field.size));
    }
    f(at.data(), rows / 64, from(theirs_at_, first).data());
  }

  /// Everything is the same, whoever computes it.
  Failure agree() {
    for (std::size_t i = 0; i < one_->rows; ++i) {
      const std::uint8_t* record = one_->record(i);
      Answer want = by_record(record);
      for (const Handwritten& h : hand_) {
        Answer a{};
        Answer b{};
        h.all_if(record, a.data());
        h.all_flat(record, b.data());
        if (a != want || b != want || h.rules_if(record) != want[0] ||
            h.rules_flat(record) != want[0]) {
          return fmt::format("{}: patient {} is answered differently by hand ({})", name_, i,
                             h.compiler);
        }
      }
    }
    by_two_threads();
    std::vector<Mask> halves = ours_;
    if (by_batch() != GDLRT_OK) return name_ + ": the batch fails";
    if (ours_ != halves) return name_ + ": two threads differ from one";
    for (const Handwritten& h : hand_) {
      columns_by(h.columns, 0, many_->rows);
      if (ours_ != theirs_) return name_ + ": the batch differs from " + h.compiler;
    }
    for (std::size_t i = 0; i < many_->rows; i += 97) {
      Answer want = by_record(many_->record(i));
      for (std::size_t r = 0; r < p_.rules.count; ++r) {
        if ((ours_at_[r][i / 64] >> i % 64 & 1u) != (want[0] >> r & 1u))
          return name_ + ": the batch differs from single records";
      }
    }
    return std::nullopt;
  }

  void add(Report& report, const std::string& work, const Figure& f, std::optional<double> goal,
           const std::string& baseline) const {
    Row r = row("runtime", name_ + ": " + work, f, kNanoseconds, goal);
    r.baseline = baseline;
    report.add(r);
  }

  template <class Each>
  Work pass(Each&& each) {
    return {1, [this, each](std::size_t) {
              std::uint64_t sum = 0;
              for (std::size_t i = 0; i < one_->rows; ++i) sum += each(one_->record(i));
              sink_ = sum;
            }};
  }

  void measure_one(const Effort& effort, Report& report) {
    std::vector<Work> works;
    for (const Handwritten& h : hand_) {
      works.push_back(pass([&h](const std::uint8_t* r) { return h.rules_if(r); }));
      works.push_back(pass([&h](const std::uint8_t* r) { return h.rules_flat(r); }));
      auto all = [](void (*f)(const void*, std::uint64_t*)) {
        return [f](const std::uint8_t* r) {
          Answer a;
          f(r, a.data());
          return a[1];
        };
      };
      works.push_back(pass(all(h.all_if)));
      works.push_back(pass(all(h.all_flat)));
    }
    works.push_back(pass([this](const std::uint8_t* r) {
      gdlrt_record_result out{sizeof out, nullptr, nullptr, 0};
      (void)gdlrt_record_rules(plan_, state_, r, &out);
      return *out.certain->rules;
    }));
    works.push_back(pass([this](const std::uint8_t* r) {
      gdlrt_record_result out{sizeof out, nullptr, nullptr, 0};
      (void)gdlrt_record_evaluate(plan_, state_, r, &out);
      return *out.certain->offers;
    }));
    std::vector<Times> times = measure(works, effort.rounds);
    Figure best_if = each(times[0], one_->rows);
    Figure best_flat_all = each(times[2], one_->rows);
    for (std::size_t h = 0; h < hand_.size(); ++h) {
      static constexpr const char* kWhat[] = {
          "rules, by hand with ifs", "rules, by hand without branches",
          "everything, by hand with ifs", "everything, by hand without branches"};
      for (std::size_t k = 0; k < 4; ++k) {
        Figure f = each(times[h * 4 + k], one_->rows);
        add(report, fmt::format("{} ({})", kWhat[k], hand_[h].compiler), f, std::nullopt, "");
        if (k == 0 && f.value < best_if.value) best_if = f;
        if (k >= 2 && f.value < best_flat_all.value) best_flat_all = f;
      }
    }
    Figure rules = each(times[hand_.size() * 4], one_->rows);
    Figure all = each(times[hand_.size() * 4 + 1], one_->rows);
    add(report, "rules, one record", rules, best_if.value / 1.5, ratio(best_if, rules, "the ifs"));
    add(report, "everything, one record", all, best_flat_all.value / 1.2,
        ratio(best_flat_all, all, "the best by hand"));
  }

  void measure_many(const Effort& effort, Report& report) {
    std::vector<Work> works;
    auto one = [this](Columns f) {
      return Work{1, [this, f](std::size_t) {
                    for (std::size_t k = 0; k < kPasses; ++k) columns_by(f, 0, many_->rows);
                  }};
    };
    auto two = [this](Columns f) {
      return Work{1, [this, f](std::size_t) {
                    halves([this, f](gdlrt_batch*, std::size_t first, std::size_t rows) {
                      for (std::size_t k = 0; k < kPasses; ++k) columns_by(f, first, rows);
                    });
                  }};
    };
    auto batch_of = [this](bool open) {
      return Work{1, [this, open](std::size_t) {
                    for (std::size_t k = 0; k < kPasses; ++k) (void)by_batch(open);
                  }};
    };
    for (const Handwritten& h : hand_) works.push_back(one(h.columns));
    for (const Handwritten& h : hand_) works.push_back(two(h.columns));
    const std::size_t batch = works.size();
    works.push_back(batch_of(false));
    works.push_back(batch_of(true));
    works.push_back({1, [this](std::size_t) { by_two_threads(kPasses); }});
    // The machine: as much memory read and written, by one and by two.
    works.push_back(one(hand_[0].memory));
    works.push_back(two(hand_[0].memory));
    // The `if`s once more, in turn with what is seen against them.
    for (const Handwritten& h : hand_)
      works.push_back(pass([&h](const std::uint8_t* r) { return h.rules_if(r); }));
    std::vector<Times> times = measure(works, effort.rounds);
    Figure ifs = each(times[works.size() - hand_.size()], one_->rows);
    for (std::size_t i = works.size() - hand_.size(); i < works.size(); ++i) {
      if (Figure f = each(times[i], one_->rows); f.value < ifs.value) ifs = f;
    }
    const std::size_t rows = many_->rows * kPasses;
    Figure best = each(times[0], rows);
    for (std::size_t h = 0; h < hand_.size(); ++h) {
      Figure alone = each(times[h], rows);
      Figure both = each(times[hand_.size() + h], rows);
      add(report, fmt::format("columns, by hand with AVX2 ({})", hand_[h].compiler), alone,
          std::nullopt, "");
      add(report, fmt::format("columns, by hand, two threads ({})", hand_[h].compiler), both,
          std::nullopt, ratio(alone, both, "one"));
      if (alone.value < best.value) best = alone;
    }
    Figure mine = each(times[batch], rows);
    Figure open = each(times[batch + 1], rows);
    Figure threads = each(times[batch + 2], rows);
    Figure memory = each(times[batch + 3], rows);
    Figure memories = each(times[batch + 4], rows);
    add(report, fmt::format("columns, batch ({})", gdlrt_batch_engine_name(batch_plan_)), mine,
        best.value / 0.6,
        ratio(best, mine, "the columns by hand") + ", " + ratio(ifs, mine, "the ifs"));
    add(report, "columns, batch, two threads", threads, mine.value / 1.8,
        ratio(mine, threads, "one"));
    add(report, "columns, one value in twenty unknown, batch", open, ifs.value / 8,
        ratio(ifs, open, "the ifs") +
            fmt::format(", {} of {} rows undecided", undecided_, many_->rows));
    double moved = static_cast<double>(bytes_) / static_cast<double>(many_->rows) +
                   static_cast<double>(outputs()) / 8;
    add(report, "as much read and written, nothing computed", memory, std::nullopt,
        fmt::format("{:.1f} GB/s", moved / memory.value));
    add(report, "as much read and written, two threads", memories, std::nullopt,
        ratio(memory, memories, "one thread"));
  }

  std::string name_;
  const Guideline& g_;
  const gdlrt::Program& p_;
  Layout layout_;
  const RecordLayout record_;
  std::unique_ptr<Patients> one_, many_;
  gdlrt_plan* plan_ = nullptr;
  gdlrt_state* state_ = nullptr;
  gdlrt_batch_plan* batch_plan_ = nullptr;
  gdlrt_batch *batch_ = nullptr, *second_ = nullptr;
  Aligned memory_, batch_memory_, second_memory_;
  std::vector<Handwritten> hand_;
  std::vector<Mask> ours_, theirs_;
  std::vector<std::uint64_t*> ours_at_, theirs_at_;
  std::vector<gdlrt_column_data> data_, open_;
  std::vector<std::vector<std::uint8_t>> valid_;   // one in twenty is not known
  std::deque<std::vector<std::uint64_t>> packed_;  // columns of bits
  std::vector<const void*> pointers_;              // of columns
  std::size_t bytes_ = 0;                          // that all columns have
  std::uint64_t undecided_ = 0;
  volatile std::uint64_t sink_ = 0;
};

}  // namespace

Failure engines(const Effort& effort, Report& report) {
  auto provider = [](const std::string& path) -> std::optional<std::string> {
    return test::read(path);
  };
  Guideline sixteen(GDL_SOURCE_DIR "/tests/bench/sixteen.gdl", provider, true);
  if (sixteen.program() == nullptr) return "tests/bench/sixteen.gdl: no program";
  if (Failure f = Contest("16 rules", sixteen, Contest::Layout::wide).run(effort, report)) return f;
  for (auto [name, layout] : {std::pair{"16 rules, all in bytes", Contest::Layout::bytes},
                              std::pair{"16 rules, bytes and bitmaps", Contest::Layout::bits}}) {
    if (Failure f = Contest(name, sixteen, layout).run(effort, report)) return f;
  }
  if (Failure f = files(sixteen, effort, report)) return f;
  return sizes(effort, report);
}

}  // namespace gdl::bench
