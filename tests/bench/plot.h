// A plot of time against size, both on logarithmic scales, as SVG.
#pragma once

#include <string>
#include <vector>

namespace gdl::bench {

struct Point {
  double x = 0, y = 0;  ///< both above 0
};
struct Series {
  std::string name;
  std::vector<Point> points;  ///< by growing x
};

/// Series in order, each in a color of its own; the axes go from power of ten to power of ten.
std::string plot(const std::string& title, const std::string& x, const std::string& y,
                 const std::vector<Series>& series);

}  // namespace gdl::bench
