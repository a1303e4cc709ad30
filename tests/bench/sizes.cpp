// All engines over guidelines of growing size, each with all its outputs, beside the same guideline by hand: rounds in turns,
// after all of them have given the same bits.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "benches.h"
#include "plot.h"
#include "process.h"
#include "sized.h"

namespace gdl::bench {

namespace {

struct Size {
  std::string name;
  std::unique_ptr<Guideline> guideline;
  std::size_t patients = 1;
  std::optional<double> goal_us;            // one record
  std::optional<double> load_goal_ms = {};  // where that is measured
};

/// What the plot and the tables show of all sizes.
struct Overview {
  std::string times =
      "| guideline | interpreter | ifs | without branches | one record | columns by hand | batch | "
      "1 in 20 unknown | memory alone |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  std::string ratios =
      "| guideline | record to ifs | to no branches | to interpreter | batch to columns by hand | "
      "to "
      "record | to memory alone |\n| --- | --- | --- | --- | --- | --- | --- |\n";
  Series interpreter{"interpreter", {}}, record{"one record", {}}, ifs{"by hand, ifs", {}},
      flat{"by hand, flat", {}}, batch{"batch, a row", {}}, columns{"by hand, columns", {}};
  [[nodiscard]] std::vector<Series> all() const {
    return {interpreter, record, ifs, flat, batch, columns};
  }
};

/// Runs works in turn, and gives each its figure.
class Turns {
 public:
  /// Gives the number of the work.
  std::size_t add(Work work, std::size_t things) {
    works_.push_back(std::move(work));
    things_.push_back(things);
    return works_.size() - 1;
  }
  void run(std::size_t rounds) { times_ = measure(works_, rounds); }
  /// Of one thing, by the fastest round.
  [[nodiscard]] Figure figure(std::size_t work) const { return each(times_[work], things_[work]); }
  [[nodiscard]] Figure median(std::size_t work) const { return times_[work].at(0.5); }

 private:
  std::vector<Work> works_;
  std::vector<std::size_t> things_;
  std::vector<Times> times_;
};

/// A time for a table.
std::string time_of(const Figure& f) {
  return f.value < 1e3   ? fmt::format("{:.3g} ns", f.value)
         : f.value < 1e6 ? fmt::format("{:.3g} us", f.value / 1e3)
                         : fmt::format("{:.3g} ms", f.value / 1e6);
}

const Figure& best(const std::vector<Figure>& figures) {
  return *std::min_element(figures.begin(), figures.end(),
                           [](const Figure& a, const Figure& b) { return a.value < b.value; });
}

/// The level that what is written by hand is built with. The largest would take a quarter of an hour with -O3.
std::string level_of(std::size_t rules, const Effort& effort) {
  if (effort.divide > 1) return "-O0";  // what is tried then is the benchmark itself
  return rules > 50000 ? "-O1" : "-O3";
}

Failure measure_size(const Size& s, const Effort& effort, Report& report, Overview& overview) {
  // Cases for the interpreter: fewer of large guidelines, of which each takes long.
  constexpr std::size_t kRules = 200;  // in all, for each case of --cases
  constexpr std::size_t kLeast = 5;
  // Twice what the caches of these machines hold.
  const std::size_t bytes = (std::size_t{64} << 20) / effort.divide;
  Sized sized(s.name, *s.guideline);
  const std::size_t cases_at_most = std::max(kLeast, kRules * effort.cases / sized.rules());
  if (Failure f = sized.prepare(s.patients, cases_at_most, bytes)) return f;
  const std::string level = level_of(sized.rules(), effort);
  const auto begin = std::chrono::steady_clock::now();
  if (Failure f = sized.build_by_hand(level)) return f;
  const double built =
      std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
  if (Failure f = sized.agree()) return f;

  Turns turns;
  const std::size_t rows = sized.rows();
  const std::size_t patients = sized.patients();
  auto once = [](auto work) { return Work{1, [work](std::size_t) { work(); }}; };
  auto cases = [&](auto work) {
    return once([&sized, work] {
      for (std::size_t i = 0; i < sized.cases(); ++i) work(i);
    });
  };
  const std::size_t json =
      turns.add(cases([&](std::size_t i) { sized.by_interpreter(i); }), sized.cases());
  const std::size_t said =
      turns.add(cases([&](std::size_t i) { sized.by_interpreter_said(i); }), sized.cases());
  const std::size_t record = turns.add(once([&] { sized.by_records(); }), patients);
  struct ByHand {
    std::size_t ifs, flat, columns;
  };
  std::vector<ByHand> by_hand;
  for (const Handwritten& h : sized.hand()) {
    by_hand.push_back({turns.add(once([&] { sized.by_rows(h.all_if); }), patients),
                       turns.add(once([&] { sized.by_rows(h.all_flat); }), patients),
                       turns.add(once([&] { sized.by_columns(h.columns); }), rows)});
  }
  std::optional<std::size_t> batch;
  std::optional<std::size_t> open;
  if (sized.has_batch()) {
    batch = turns.add(once([&] { (void)sized.by_batch(); }), rows);
    open = turns.add(once([&] { (void)sized.by_batch_open(); }), sized.open_rows());
  }
  const std::size_t memory =
      turns.add(once([&] { sized.by_columns(sized.hand().front().memory); }), rows);
  std::optional<std::size_t> loaded;
  if (s.load_goal_ms) loaded = turns.add(once([&] { load(*s.guideline); }), 1);
  turns.run(effort.rounds);

  auto add = [&](const std::string& work, const Figure& f, const Unit& unit,
                 const std::string& baseline, std::optional<double> goal = std::nullopt) {
    Row r = row("runtime", s.name + ": " + work, f, unit, goal);
    r.baseline = baseline;
    report.add(r);
  };
  auto x = static_cast<double>(sized.rules());
  auto point = [x](Series& series, const Figure& f) { series.points.push_back({x, f.value}); };
  if (loaded) {
    report.add(row("runtime", s.name + ", load and verify the program", turns.median(*loaded),
                   kMilliseconds, s.load_goal_ms));
  }
  report.add(row("runtime",
                 fmt::format("{}: all by hand, built with {} by {} compilers", s.name, level,
                             sized.hand().size()),
                 {built, built, built}, kMilliseconds));
  std::vector<Figure> ifs;
  std::vector<Figure> flat;
  std::vector<Figure> columns;
  for (std::size_t h = 0; h < by_hand.size(); ++h) {
    const std::string by =
        fmt::format(" ({}{})", sized.hand()[h].compiler, level == "-O3" ? "" : " " + level);
    ifs.push_back(turns.figure(by_hand[h].ifs));
    flat.push_back(turns.figure(by_hand[h].flat));
    columns.push_back(turns.figure(by_hand[h].columns));
    add("everything of a possible patient, by hand with ifs" + by, ifs.back(), kMicroseconds, "");
    add("everything of a possible patient, by hand without branches" + by, flat.back(),
        kMicroseconds, "");
    add("everything, columns by hand with SIMD, a row" + by, columns.back(), kNanoseconds, "");
  }
  const Figure one = turns.figure(record);
  const Figure from_json = turns.figure(json);
  add("everything, one record of a possible patient", one, kMicroseconds,
      ratio(best(ifs), one, "the ifs") + ", " + ratio(best(flat), one, "without branches") + ", " +
          ratio(from_json, one, "the interpreter"),
      s.goal_us);
  add("everything, interpreter, JSON to JSON", from_json, kMicroseconds, "");
  add("everything, interpreter, a case said before", turns.figure(said), kMicroseconds, "");
  const Figure moving = turns.figure(memory);
  if (batch) {
    const Figure mine = turns.figure(*batch);
    add("everything, batch, a row", mine, kNanoseconds,
        ratio(best(columns), mine, "the columns by hand") + ", " + ratio(one, mine, "one record") +
            ", " + ratio(moving, mine, "the memory alone"));
    point(overview.batch, mine);
    const Figure unknown = turns.figure(*open);
    add("everything, batch, one value in twenty unknown, a row", unknown, kNanoseconds,
        ratio(best(ifs), unknown, "the ifs") +
            fmt::format(", {} of {} rows undecided", sized.undecided(), sized.open_rows()));
  }
  add("columns, as much read and written, nothing computed, a row", moving, kNanoseconds,
      fmt::format("{:.1f} GB/s", sized.moved() / moving.value));
  overview.times +=
      fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", s.name, time_of(from_json),
                  time_of(best(ifs)), time_of(best(flat)), time_of(one), time_of(best(columns)),
                  batch ? time_of(turns.figure(*batch)) : "",
                  open ? time_of(turns.figure(*open)) : "", time_of(moving));
  overview.ratios += fmt::format("| {} | {} | {} | {} |", s.name, ratio(best(ifs), one),
                                 ratio(best(flat), one), ratio(from_json, one));
  for (const Figure& f : {best(columns), one, moving})
    overview.ratios += fmt::format(" {} |", batch ? ratio(f, turns.figure(*batch)) : "");
  overview.ratios += "\n";
  point(overview.interpreter, from_json);
  point(overview.record, one);
  point(overview.ifs, best(ifs));
  point(overview.flat, best(flat));
  point(overview.columns, best(columns));
  return std::nullopt;
}

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
  Overview overview;
  for (Size& s : all) {
    if (s.guideline->program() == nullptr) return s.name + ": no program";
    if (Failure f = measure_size(s, effort, report, overview)) return f;
    s.guideline.reset();
  }
  if (!effort.plot.empty()) {
    test::write(effort.plot, plot("Time for one patient: rules, offers, gaps, conflicts",
                                  "rules of the guideline", "nanoseconds", overview.all()));
  }
  if (!effort.table.empty()) test::write(effort.table, overview.times + "\n" + overview.ratios);
  return std::nullopt;
}

}  // namespace gdl::bench
