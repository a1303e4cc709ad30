// Timing: works that are compared run in turn, round after round, so that what disturbs the machine disturbs all
// of them alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "support/limits.h"

namespace gdl::bench {

/// How much is measured.
struct Effort {
  std::size_t rounds = 7;   ///< at least 1; one more before them is not counted
  std::size_t cases = 500;  ///< random cases of each kind; at least 1
  bool sizes = false;       ///< the large guidelines of the analysis too
  double seconds =
      60;  ///< a work of a large one: no more rounds are begun that would take longer, a check is cut off
  /// Work allowed to the checks of each decision of a large one (analysis/analyze.h).
  std::uint64_t effort = static_cast<std::uint64_t>(limits::effort);
  std::string plot;        ///< where the plot of time against size goes; empty: nowhere
  std::string table;       ///< where its tables in Markdown go; empty: nowhere
  std::size_t divide = 1;  ///< the large ones are so many times smaller; at least 1
};

/// A work of `items` parts (at least 1), of which each is timed by itself: `run(i)` does part i.
struct Work {
  std::size_t items = 1;
  std::function<void(std::size_t)> run;
};

/// A figure over the parts of a work, and how far the rounds by themselves lie apart in it; in nanoseconds.
struct Figure {
  double value = 0, low = 0, high = 0;
  std::vector<double> rounds = {};  ///< of each round by itself
};

/// What one work took.
class Times {
 public:
  /// [round][part], in nanoseconds; at least one of each.
  explicit Times(std::vector<std::vector<double>> rounds);
  [[nodiscard]] Figure mean() const;
  /// What the given share of the parts took at most: 0.5 is the median, 1 the worst.
  [[nodiscard]] Figure at(double share) const;

 private:
  std::vector<double> parts_;                // of each part the median of its rounds; ascending
  std::vector<std::vector<double>> rounds_;  // of each round its parts; ascending
};

/// Runs the works in turn, once unmeasured and then `rounds` times.
std::vector<Times> measure(const std::vector<Work>& works, std::size_t rounds);

}  // namespace gdl::bench
