// See large.h.
#include "large.h"

#include <fmt/core.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "adversarial.h"
#include "authored.h"
#include "blow_ups.h"
#include "load.h"
#include "process.h"
#include "table.h"

namespace gdl::bench {

namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kSeed = 1;
constexpr const char* kCheck = "check from the resolved model";
constexpr const char* kRegions = "the same with regions and shares";

/// "10,000"
std::string thousands(std::size_t n) {
  std::string out = std::to_string(n);
  for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
  return out;
}

/// The part of a size that `--divide` leaves, and no less than `least`.
std::size_t part(std::size_t n, const Effort& effort, std::size_t least) {
  return std::max(n / effort.divide, least);
}

Large authored(std::size_t rules, std::size_t decisions, std::size_t facts, const Effort& effort) {
  decisions = part(decisions, effort, 1);
  rules = part(rules, effort, 10 * decisions);
  Large out;
  out.name = fmt::format("{} rules, {} decision{}, {} facts", thousands(rules),
                         thousands(decisions), decisions == 1 ? "" : "s", facts);
  out.text = [=] { return test::Authored(kSeed, {rules, decisions, facts, true}).run(); };
  return out;
}

/// The most memory that this process has had at once since it was last forgotten, in bytes; 0 if the system does not
/// tell.
double peak() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return 1024.0 * std::stod(line.substr(6));
  }
  return 0;
}
/// Where the system does not let it be forgotten, a later peak is that of all before it as well.
void forget_peak() {
  (void)malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

/// Runs a work again and again: not more than the rounds asked for, nor more than the time for all of them. The first
/// round counts if there is no time for another. Gives nanoseconds.
template <class Run>
std::vector<double> rounds(const Effort& effort, const Run& run) {
  std::vector<double> out;
  const auto begin = Clock::now();
  auto spent = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  do {
    auto start = Clock::now();
    run();
    out.push_back(std::chrono::duration<double, std::nano>(Clock::now() - start).count());
  } while (out.size() <= effort.rounds && spent() + out.back() / 1e9 < effort.seconds);
  if (out.size() > 1) out.erase(out.begin());
  return out;
}

Figure figure(const json& values) {
  std::vector<std::vector<double>> by_round;
  for (const json& v : values) by_round.push_back({v.get<double>()});
  return Times(std::move(by_round)).mean();
}
Figure single(const json& value) {
  auto v = value.get<double>();
  return {v, v, v};
}

}  // namespace

std::vector<Large> large_guidelines(const Effort& effort) {
  std::vector<Large> out;
  auto add = [&](Large l, std::optional<double> goal_ms, std::optional<double> goal_mib) {
    l.goal_ms = goal_ms;
    l.goal_mib = goal_mib;
    out.push_back(std::move(l));
  };
  const std::size_t rows = part(1500, effort, 10);
  add({fmt::format("one table, {} rules x 5 columns", thousands(rows)),
       [=] { return test::Table(kSeed, {rows, 5, true}).run(); },
       true,
       {},
       {},
       0},
      50, std::nullopt);
  // How the cost grows: a hundred rules to a decision.
  add(authored(500, 5, 100, effort), std::nullopt, std::nullopt);
  add(authored(2'000, 20, 100, effort), std::nullopt, std::nullopt);
  add(authored(10'000, 100, 100, effort), 1500, 1024);
  add(authored(100'000, 1'000, 200, effort), 15'000, 6 * 1024);
  out.back().edits = 100;
  out.back().alone = {{analysis::Check::conflicts, "conflicts alone", 1000},
                      {analysis::Check::dead_rules, "dead rules alone", 5000},
                      {analysis::Check::gaps, "gaps alone, with what they rest on", 6000}};
  const std::size_t one = part(10'000, effort, 20);
  add({fmt::format("one complete decision of {} rules", thousands(one)),
       [=] { return test::Authored(kSeed, {one, 1, 100, false}).run(); },
       false,
       {},
       {},
       0},
      2000, std::nullopt);
  const std::size_t hard = part(10'000, effort, 20);
  const std::size_t decisions = part(100, effort, 2);
  add({fmt::format("adversarial, {} rules, {} decisions", thousands(hard), decisions),
       [=] { return test::Adversarial(kSeed, {hard, decisions, 100}).run(); },
       false,
       {},
       {},
       0,
       true},
      2000, std::nullopt);
  for (test::BlowUp& b : test::blow_ups()) {
    add({"built to blow up, " + b.name,
         [text = std::move(b.text)] { return text; },
         false,
         {},
         {},
         0},
        std::nullopt, std::nullopt);
  }
  return out;
}

Failure measure_large(const Large& large, const Effort& effort, std::FILE* out) {
  const std::string text = large.text();
  driver::Compilation c;
  forget_peak();
  json line;
  line["text"] = rounds(effort, [&] {
    c = driver::Compilation();  // so that there are never two of them
    c = test::load(text);
  });
  line["text_peak"] = peak();
  if (c.type_errors) return large.name + ": the guideline has errors: " + test::messages(c);
  forget_peak();
  auto check = [&](const std::string& name, std::optional<analysis::Check> only,
                   bool regions = true) {
    std::size_t undecided = 0;
    bool cut = false;
    line[name] = rounds(effort, [&] {
      const auto end = Clock::now() + std::chrono::duration<double>(effort.seconds);
      analysis::Options options;
      options.effort = effort.effort;
      options.only = only;
      options.regions = regions;
      options.cancelled = [&] { return cut = cut || Clock::now() >= end; };
      diag::Sink sink;
      analysis::Report report = analysis::analyze(*c.model, options, sink);
      undecided = static_cast<std::size_t>(
          std::count_if(report.decisions.begin(), report.decisions.end(),
                        [](const auto& d) { return d.verdict == diag::Verdict::unknown; }));
    });
    if (undecided == 0) return;
    line[name + ": given up"] =
        fmt::format("{} of {} decisions undecided{}", undecided, c.model->decisions.size(),
                    cut ? fmt::format(", cut off at {} s", effort.seconds) : "");
  };
  check(kCheck, std::nullopt, !large.verdicts);
  line["check_peak"] = peak();
  if (large.verdicts) check(kRegions, std::nullopt);
  for (const Alone& a : large.alone) check(a.name, a.check);
  if (large.edits > 0) {
    std::vector<std::size_t> rules;
    const std::size_t each = std::max<std::size_t>(c.model->rules.size() / large.edits, 1);
    for (std::size_t i = 0; i < large.edits; ++i) rules.push_back(i * each);
    driver::Compilation newer = test::load(test::edited(text, rules));
    if (newer.type_errors) return large.name + ": the edited guideline has errors";
    line["diff"] = rounds(effort, [&] { (void)driver::diff(c, newer, {}); });
  }
  fmt::print(out, "{}\n", line.dump());
  return std::nullopt;
}

Failure large(const Effort& effort, Report& report) {
  std::vector<Large> all = large_guidelines(effort);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Large& l = all[i];
    if (!l.always && !effort.sizes) continue;
    test::Output run = test::run(
        fmt::format("gdlbench analysis --part {} --rounds {} --seconds {} --effort {} --divide {}",
                    i, effort.rounds, effort.seconds, effort.effort, effort.divide),
        ".");
    if (run.status != 0) return l.name + ": " + run.err;
    json line = json::parse(run.out);
    auto add = [&](const char* what, const Figure& f, const Unit& unit,
                   std::optional<double> goal) -> Row {
      return row("analysis", l.name + ", " + what, f, unit, goal);
    };
    report.add(add("text to model", figure(line["text"]), kMilliseconds, std::nullopt));
    report.add(
        add("text to model: peak of memory", single(line["text_peak"]), kMebibytes, std::nullopt));
    auto checked = [&](const char* name, Row r) {
      const std::string given_up = std::string(name) + ": given up";
      r.whole = !line.contains(given_up);
      if (!r.whole) r.baseline = line[given_up];
      report.add(r);
    };
    checked(kCheck, add(kCheck, figure(line[kCheck]), kMilliseconds, l.goal_ms));
    if (l.verdicts) checked(kRegions, add(kRegions, figure(line[kRegions]), kMilliseconds, {}));
    checked(kCheck,
            add("check: peak of memory", single(line["check_peak"]), kMebibytes, l.goal_mib));
    for (const Alone& a : l.alone) {
      checked(a.name, add(a.name, figure(line[a.name]), kMilliseconds, a.goal_ms));
    }
    if (line.contains("diff")) {
      std::string what = fmt::format("the difference of {} edited rules", l.edits);
      report.add(add(what.c_str(), figure(line["diff"]), kMilliseconds, 1000));
    }
  }
  return std::nullopt;
}

}  // namespace gdl::bench
