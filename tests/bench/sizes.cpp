// Records and batches over guidelines of growing size, each with all its outputs, on random possible patients. Both must
// give the same bits before anything is timed.
#include <fmt/core.h>

#include <array>

#include "benches.h"
#include "gdlrt/batch.h"
#include "patients.h"
#include "plot.h"
#include "process.h"

namespace gdl::bench {

namespace {

struct Size {
  std::string name;
  std::unique_ptr<Guideline> guideline;
  std::size_t patients = 1;
  std::optional<double> goal_us;            // one record
  std::optional<double> load_goal_ms = {};  // where that is measured
};

/// A guideline prepared both ways.
class Sized {
 public:
  explicit Sized(const Size& s) : name_(s.name), g_(*s.guideline), p_(g_.program()->program) {}
  Sized(const Sized&) = delete;
  Sized& operator=(const Sized&) = delete;
  ~Sized() {
    gdlrt_plan_free(plan_);
    gdlrt_batch_plan_free(batch_plan_);
  }

  Failure prepare(std::size_t count) {
    RecordLayout layout(p_, false);
    std::vector<gdlrt_field> fields;
    std::vector<gdlrt_column> columns;
    for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
      const RecordLayout::Field& at = layout.fields[f];
      const char* fact = p_.name(p_.facts[f].name);
      fields.push_back({sizeof(gdlrt_field), fact, at.raw, 0, at.offset, 0, 0});
      columns.push_back({sizeof(gdlrt_column), fact, at.raw, 0});
    }
    if (gdlrt_plan_make(g_.program(), fields.data(), fields.size(), layout.size, &plan_, nullptr,
                        nullptr) != GDLRT_OK) {
      return name_ + ": cannot be prepared";
    }
    memory_ = Aligned(gdlrt_state_size(plan_));
    if (gdlrt_state_make(plan_, memory_.data(), gdlrt_state_size(plan_), &state_) != GDLRT_OK) {
      return name_ + ": no memory";
    }
    patients_ = std::make_unique<Patients>(p_, false, count, 4, [this](const std::uint8_t* record) {
      gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
      return gdlrt_record_evaluate(plan_, state_, record, &r) == GDLRT_OK;
    });
    if (patients_->rows < count) return name_ + ": too few possible patients";
    gdlrt_status status =
        gdlrt_batch_plan_make(g_.program(), columns.data(), columns.size(), GDLRT_WANT_ALL,
                              GDLRT_ENGINE_BEST, &batch_plan_, nullptr, nullptr);
    if (status == GDLRT_UNDECIDED) return std::nullopt;  // too large for a circuit
    if (status != GDLRT_OK) return name_ + ": no batch";
    batch_memory_ = Aligned(gdlrt_batch_size(batch_plan_));
    if (gdlrt_batch_make(batch_plan_, batch_memory_.data(), gdlrt_batch_size(batch_plan_),
                         &batch_) != GDLRT_OK) {
      return name_ + ": no memory";
    }
    words_ = (count + 63) / 64;
    for (std::size_t n : counts()) outputs_ += n;
    masks_.resize(outputs_ * words_);
    for (std::size_t i = 0; i < outputs_; ++i) at_.push_back(masks_.data() + i * words_);
    for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
      data_.push_back(
          {sizeof(gdlrt_column_data), patients_->columns[f].data(), nullptr, 0, nullptr, 0});
    }
    return std::nullopt;
  }
  [[nodiscard]] bool has_batch() const { return batch_ != nullptr; }
  [[nodiscard]] std::size_t rules() const { return p_.rules.count; }
  [[nodiscard]] std::size_t rows() const { return patients_->rows; }

  gdlrt_status by_batch() {
    gdlrt_batch_masks m{};
    m.size = sizeof m;
    gdlrt_batch_result result{sizeof result, &m, nullptr, nullptr, nullptr, 0, 0};
    std::array<std::size_t, 6> n = counts();
    m.rules = at_.data();
    m.offers = m.rules + n[0];
    m.domain = m.offers + n[1];
    m.gap = m.domain + n[2];
    m.stranded = m.gap + n[2];
    m.conflict = m.stranded + n[2];
    gdlrt_status status = gdlrt_batch_run(batch_plan_, batch_, data_.data(), rows(), &result);
    return status == GDLRT_OK && result.bad_rows > 0 ? GDLRT_BAD_CASE : status;
  }
  void by_records() {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < rows(); ++i) {
      gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
      (void)gdlrt_record_evaluate(plan_, state_, patients_->record(i), &r);
      sum += *r.certain->offers;
    }
    sink_ = sum;
  }

  /// Every bit of every patient.
  Failure agree() {
    if (!has_batch()) return std::nullopt;
    if (by_batch() != GDLRT_OK) return name_ + ": the batch fails";
    std::array<std::size_t, 6> n = counts();
    for (std::size_t i = 0; i < rows(); ++i) {
      gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
      if (gdlrt_record_evaluate(plan_, state_, patients_->record(i), &r) != GDLRT_OK) {
        return name_ + ": a patient is not possible any more";
      }
      const gdlrt_masks& m = *r.certain;
      const std::array<const std::uint64_t*, 6> lists = {m.rules, m.offers,   m.domain,
                                                         m.gap,   m.stranded, m.conflict};
      std::size_t at = 0;
      for (std::size_t k = 0; k < lists.size(); ++k) {
        for (std::size_t o = 0; o < n[k]; ++o, ++at) {
          if ((at_[at][i / 64] >> i % 64 & 1u) != (lists[k][o / 64] >> o % 64 & 1u)) {
            return fmt::format("{}: record and batch differ for patient {}", name_, i);
          }
        }
      }
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::array<std::size_t, 6> counts() const {
    std::size_t d = p_.decisions.count;
    return {p_.rules.count, gdlrt_plan_offers(plan_), d, d, d, d};
  }

  std::string name_;
  const Guideline& g_;
  const gdlrt::Program& p_;
  gdlrt_plan* plan_ = nullptr;
  gdlrt_state* state_ = nullptr;
  gdlrt_batch_plan* batch_plan_ = nullptr;
  gdlrt_batch* batch_ = nullptr;
  Aligned memory_, batch_memory_;
  std::unique_ptr<Patients> patients_;
  std::vector<gdlrt_column_data> data_;
  std::vector<std::uint64_t> masks_;
  std::vector<std::uint64_t*> at_;
  std::size_t words_ = 0, outputs_ = 0;
  volatile std::uint64_t sink_ = 0;
};

}  // namespace

Failure sizes(const Effort& effort, Report& report) {
  constexpr std::size_t kPatients = 4;  // for each case of --cases
  std::vector<Size> all;
  std::size_t many = kPatients * effort.cases;
  all.push_back(
      {"16 rules",
       std::make_unique<Guideline>(
           GDL_SOURCE_DIR "/tests/bench/sixteen.gdl",
           [](const std::string& path) -> std::optional<std::string> { return test::read(path); },
           true),
       many, std::nullopt});
  all.push_back({kNsclcName, nsclc(), many, std::nullopt});
  all.push_back({kAuthoredName, authored(), many, 0.4});
  if (effort.sizes) {
    // The larger ones have few patients: a bit for each and for each rule takes room.
    std::size_t few = std::max<std::size_t>(64, many / 4);
    for (std::size_t rules : {std::size_t{10000}, std::size_t{100000}}) {
      std::size_t n = std::max<std::size_t>(400, rules / effort.divide);
      std::size_t decisions = std::max<std::size_t>(10, 1000 / effort.divide);
      bool largest = rules == 100000;
      all.push_back({fmt::format("{} rules, {} decisions", n, decisions),
                     authored(n, decisions, largest ? 400 : 200), few,
                     largest ? std::optional(100.0) : std::nullopt,
                     largest ? std::optional(200.0) : std::nullopt});
    }
  }
  Series records{"one record", {}};
  Series batches{"batch, a row", {}};
  for (Size& s : all) {
    if (s.guideline->program() == nullptr) return s.name + ": no program";
    Sized sized(s);
    if (Failure f = sized.prepare(s.patients)) return f;
    if (Failure f = sized.agree()) return f;
    std::vector<Work> works = {{1, [&](std::size_t) { sized.by_records(); }}};
    if (sized.has_batch()) works.push_back({1, [&](std::size_t) { (void)sized.by_batch(); }});
    bool loaded = s.load_goal_ms.has_value();
    if (loaded) works.push_back({1, [&](std::size_t) { load(*s.guideline); }});
    std::vector<Times> times = measure(works, effort.rounds);
    if (loaded) {
      report.add(row("runtime", s.name + ", load and verify the program", times.back().at(0.5),
                     kMilliseconds, s.load_goal_ms));
    }
    auto x = static_cast<double>(sized.rules());
    Figure one = each(times[0], sized.rows());
    report.add(row("runtime", s.name + ": everything, one record of a possible patient", one,
                   kMicroseconds, s.goal_us));
    records.points.push_back({x, one.value});
    if (sized.has_batch()) {
      Figure batch = each(times[1], sized.rows());
      Row r = row("runtime", s.name + ": everything, batch, a row", batch, kNanoseconds);
      r.baseline = ratio(one, batch, "one record");
      report.add(r);
      batches.points.push_back({x, batch.value});
    }
    s.guideline.reset();
  }
  if (!effort.plot.empty()) {
    test::write(effort.plot, plot("Time for one patient: rules, offers, gaps, conflicts",
                                  "rules of the guideline", "nanoseconds", {records, batches}));
  }
  return std::nullopt;
}

}  // namespace gdl::bench
