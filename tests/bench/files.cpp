// `gdlc run` as a process over files of random patients. What it writes must be what records give before it is timed.
#include <fmt/core.h>
#include <sys/resource.h>

#include <fstream>
#include <sstream>

#include "benches.h"
#include "gdlrt/record.h"
#include "patients.h"
#include "process.h"

namespace gdl::bench {

namespace {

/// Patients as a file.
struct File {
  std::string name;  // of the file
  std::string work;
  std::size_t bytes = 0, rows = 0;
};

/// Writes `rows` rows; they are those of `patients`, again and again.
File write_file(const std::string& folder, const gdlrt::Program& p, const Patients& patients,
                std::size_t rows, bool json) {
  File out{json ? "rows.ndjson" : "rows.csv", json ? "NDJSON" : "CSV", 0, rows};
  std::ofstream file(folder + "/" + out.name, std::ios::binary);
  std::string head;
  for (const gdlrt::FactRow& f : p.facts)
    head += (head.empty() ? "" : ",") + std::string(p.name(f.name));
  if (!json) file << head << '\n';
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < patients.rows; ++i) {
    std::string line;
    for (std::uint32_t f = 0; f < p.facts.count && !json; ++f)
      line += (f > 0 ? "," : "") + value_text(p, f, patients, i, false);
    lines.push_back((json ? case_text(p, patients, i) : line) + "\n");
  }
  for (std::size_t i = 0; i < rows; ++i) file << lines[i % lines.size()];
  out.bytes = static_cast<std::size_t>(file.tellp());
  return out;
}

/// What a record gives, as `run` writes it to CSV.
class Expected {
 public:
  explicit Expected(const Guideline& g) : p_(g.program()->program) {
    RecordLayout layout(p_, false);
    std::vector<gdlrt_field> fields;
    for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
      const RecordLayout::Field& at = layout.fields[f];
      fields.push_back(
          {sizeof(gdlrt_field), p_.name(p_.facts[f].name), at.raw, 0, at.offset, 0, 0});
    }
    (void)gdlrt_plan_make(g.program(), fields.data(), fields.size(), layout.size, &plan_, nullptr,
                          nullptr);
    memory_ = Aligned(gdlrt_state_size(plan_));
    (void)gdlrt_state_make(plan_, memory_.data(), gdlrt_state_size(plan_), &state_);
  }
  ~Expected() { gdlrt_plan_free(plan_); }
  Expected(const Expected&) = delete;
  Expected& operator=(const Expected&) = delete;

  [[nodiscard]] bool possible(const std::uint8_t* record) const {
    gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
    return gdlrt_record_evaluate(plan_, state_, record, &r) == GDLRT_OK;
  }
  [[nodiscard]] std::string line(const std::uint8_t* record, std::size_t row) const {
    gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
    if (gdlrt_record_evaluate(plan_, state_, record, &r) != GDLRT_OK) return "";
    auto has = [](const std::uint64_t* mask, std::uint32_t i) {
      return (mask[i / 64] >> i % 64 & 1u) != 0;
    };
    auto word = [&](const std::uint64_t* mask, std::uint32_t i) {
      return has(mask, i) ? "yes" : "no";
    };
    const gdlrt_masks& m = *r.certain;
    std::string out = std::to_string(row + 1);
    for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
      std::string offers;
      for (std::uint32_t o = 0; o < gdlrt_plan_offers(plan_); ++o) {
        gdlrt_offer offer{sizeof offer, 0, 0, nullptr, nullptr};
        (void)gdlrt_plan_offer(plan_, o, &offer);
        if (offer.decision != d || !has(m.offers, o)) continue;
        offers += (offers.empty() ? "" : "; ") + std::string(offer.verb);
        for (std::uint32_t k = 0; k < offer.leaves; ++k) {
          offers += (k == 0 ? " " : " + ") + std::string(gdlrt_plan_offer_leaf(plan_, o, k));
        }
      }
      out += fmt::format(",{},{},,,{},{},{}", word(m.domain, d), offers, word(m.gap, d),
                         word(m.stranded, d), word(m.conflict, d));
    }
    return out;
  }

 private:
  const gdlrt::Program& p_;
  gdlrt_plan* plan_ = nullptr;
  gdlrt_state* state_ = nullptr;
  Aligned memory_;
};

/// Processor time of the processes that have ended, in nanoseconds.
double spent() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  auto of = [](const timeval& t) {
    return 1e9 * static_cast<double>(t.tv_sec) + 1e3 * static_cast<double>(t.tv_usec);
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

Failure file_of(const std::string& name, const Guideline& g, const Effort& effort, Report& report) {
  constexpr std::size_t kRows = 1000;  // for each case of --cases
  constexpr double kGoal = 5;          // ns a byte: 200 MB/s
  const gdlrt::Program& p = g.program()->program;
  test::Folder folder;
  test::write(folder.path() + "/p.gdlb", std::string(g.bytes().begin(), g.bytes().end()));
  // Patients whom no constraint excludes: what is rejected is not what is measured.
  Expected expected(g);
  Patients patients(p, false, 20 * effort.cases, 5,
                    [&](const std::uint8_t* record) { return expected.possible(record); });
  if (patients.rows == 0) return name + ": no possible patient";
  for (bool json : {false, true}) {
    File file = write_file(folder.path(), p, patients, kRows * effort.cases, json);
    std::string command = "gdlc run p.gdlb --input " + file.name + " --output out.csv";
    test::Output first = test::run(command, folder.path());
    if (first.status != 0) return name + ": gdlc run fails: " + first.err;
    std::istringstream lines(test::read(folder.path() + "/out.csv"));
    std::string line;
    std::getline(lines, line);
    std::size_t answered = 0;
    while (std::getline(lines, line)) {
      std::size_t row = std::stoul(line) - 1;
      if (++answered % 97 == 0 &&
          line != expected.line(patients.record(row % patients.rows), row)) {
        return fmt::format("{}: `gdlc run` answers row {} otherwise than a record", name, row + 1);
      }
    }
    if (answered != file.rows) return name + ": `gdlc run` leaves rows out";
    std::vector<std::vector<double>> rounds;
    for (std::size_t round = 0; round <= effort.rounds; ++round) {
      double before = spent();
      (void)test::run(command, folder.path());
      if (round > 0) rounds.push_back({spent() - before});
    }
    Figure f = each(Times(std::move(rounds)), file.bytes);
    Row r = row("runtime", name + ": gdlc run over " + file.work + ", a byte", f, kNanoseconds,
                json ? std::nullopt : std::optional(kGoal));
    r.baseline = fmt::format("{:.0f} MB/s of processor time", 1e3 / f.value);
    report.add(r);
  }
  return std::nullopt;
}

}  // namespace

Failure files(const Guideline& sixteen, const Effort& effort, Report& report) {
  if (Failure f = file_of("16 rules", sixteen, effort, report)) return f;
  std::unique_ptr<Guideline> lungs = nsclc();
  if (lungs->program() == nullptr) return std::string("NSCLC: no program");
  return file_of(kNsclcName, *lungs, effort, report);
}

}  // namespace gdl::bench
