// What a benchmark prints: one row a figure, as a table for people or as lines of JSON (docs/cli.md).
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "measure.h"

namespace gdl::bench {

struct Unit {
  const char* name;
  double size;  ///< in nanoseconds, or of memory in bytes
};
inline constexpr Unit kNanoseconds{"ns", 1};
inline constexpr Unit kMicroseconds{"us", 1e3};
inline constexpr Unit kMilliseconds{"ms", 1e6};
inline constexpr Unit kMebibytes{"MiB", 1048576};

/// A figure in `unit`, the smaller the better.
struct Row {
  std::string bench, work;
  double value = 0;
  std::string unit;
  double low = 0, high = 0;    ///< of the rounds by themselves
  std::string baseline;        ///< what the figure is to be seen against; empty: nothing
  std::optional<double> goal;  ///< at most
  bool whole = true;  ///< false: the work was given up, as `baseline` says, and meets no goal
  [[nodiscard]] bool met() const { return goal && whole && value <= *goal; }
};

Row row(std::string bench, std::string work, const Figure& figure, const Unit& unit,
        std::optional<double> goal = std::nullopt);

/// A figure for each of `items` things, of what one pass over them took. The fastest round counts: a pass is short, and what
/// disturbs it can only add.
Figure each(const Times& pass, std::size_t items);
/// How many times faster `mine` is than `base`, by the fastest rounds, and from which to which the rounds lie; `what` in words
/// is the base.
std::string ratio(const Figure& base, const Figure& mine, const std::string& what = "");

/// A line each, without its line break. `goal` and `met` are null in JSON where there is no goal.
std::string text_of(const Row& row);
std::string json_of(const Row& row);

/// Prints rows as they come.
class Report {
 public:
  Report(std::FILE* out, bool json) : out_(out), json_(json) {}
  void add(const Row& row);

 private:
  std::FILE* out_;
  bool json_;
  bool headed_ = false;
};

}  // namespace gdl::bench
