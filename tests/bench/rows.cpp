// See rows.h.
#include "rows.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace gdl::bench {

namespace {

/// To four digits, the same in table and JSON.
double rounded(double v) { return std::stod(fmt::format("{:.4g}", v)); }
std::string number(double v) { return fmt::format("{}", rounded(v)); }

const char* const kColumns = "{:<9} {:<64} {:>9} {:<3} {:>21} {:>7} {:<6}";

std::string line(const std::string& bench, const std::string& work, const std::string& value,
                 const std::string& unit, const std::string& spread, const std::string& goal,
                 const std::string& met) {
  std::string out =
      fmt::format(fmt::runtime(kColumns), bench, work, value, unit, spread, goal, met);
  return out.substr(0, out.find_last_not_of(' ') + 1);
}

}  // namespace

Row row(std::string bench, std::string work, const Figure& figure, const Unit& unit,
        std::optional<double> goal) {
  double n = unit.size;
  return {std::move(bench),
          std::move(work),
          rounded(figure.value / n),
          unit.name,
          rounded(figure.low / n),
          rounded(figure.high / n),
          "",
          goal,
          true};
}

Figure each(const Times& pass, std::size_t items) {
  Figure f = pass.at(0.5);
  auto n = static_cast<double>(items);
  for (double& round : f.rounds) round /= n;
  return {f.low / n, f.low / n, f.high / n, std::move(f.rounds)};
}

std::string ratio(const Figure& base, const Figure& mine, const std::string& what) {
  double low = base.value / mine.value;
  double high = low;
  for (std::size_t i = 0; i < base.rounds.size() && i < mine.rounds.size(); ++i) {
    low = std::min(low, base.rounds[i] / mine.rounds[i]);
    high = std::max(high, base.rounds[i] / mine.rounds[i]);
  }
  auto digits = [](double v) {
    return fmt::format(fmt::runtime(v < 10 ? "{:.2f}" : v < 100 ? "{:.1f}" : "{:.0f}"), v);
  };
  return fmt::format("{} x {}({}..{})", digits(base.value / mine.value),
                     what.empty() ? what : what + " ", digits(low), digits(high));
}

std::string text_of(const Row& r) {
  std::string out = line(r.bench, r.work, number(r.value), r.unit,
                         number(r.low) + ".." + number(r.high), r.goal ? number(*r.goal) : "",
                         !r.goal   ? ""
                         : r.met() ? "met"
                                   : "missed");
  return r.baseline.empty() ? out : out + "  (" + r.baseline + ")";
}

std::string json_of(const Row& r) {
  nlohmann::ordered_json out;
  out["bench"] = r.bench;
  out["work"] = r.work;
  out["value"] = r.value;
  out["unit"] = r.unit;
  out["baseline"] = r.baseline;
  out["goal"] = nullptr;
  out["met"] = nullptr;
  if (r.goal) {
    out["goal"] = *r.goal;
    out["met"] = r.met();
  }
  out["low"] = r.low;
  out["high"] = r.high;
  return out.dump();
}

void Report::add(const Row& r) {
  if (!json_ && !headed_) {
    fmt::print(out_, "{}\n", line("bench", "work", "value", "", "rounds", "goal", ""));
  }
  headed_ = true;
  fmt::print(out_, "{}\n", json_ ? json_of(r) : text_of(r));
  std::fflush(out_);
}

}  // namespace gdl::bench
