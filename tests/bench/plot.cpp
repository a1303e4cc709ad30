// See plot.h.
#include "plot.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace gdl::bench {

namespace {

constexpr double kWidth = 720, kHeight = 440;
constexpr double kLeft = 80, kRight = 150, kTop = 40, kBottom = 60;

/// One axis: powers of ten from `first` to `last`, at places from `from` to `to`.
struct Axis {
  int first = 0, last = 1;
  double from = 0, to = 0;
  [[nodiscard]] double place(double v) const {
    return from + (std::log10(v) - first) / (last - first) * (to - from);
  }
};

Axis axis(const std::vector<Series>& series, double Point::* which, double from, double to) {
  double low = 1e300;
  double high = 1e-300;
  for (const Series& s : series) {
    for (const Point& p : s.points) {
      low = std::min(low, p.*which);
      high = std::max(high, p.*which);
    }
  }
  Axis out{0, 1, from, to};
  if (low > high) return out;
  out.first = static_cast<int>(std::floor(std::log10(low)));
  out.last = std::max(out.first + 1, static_cast<int>(std::ceil(std::log10(high))));
  return out;
}

std::string power(int exponent) {
  return exponent >= 0 && exponent < 7 ? fmt::format("{}", std::lround(std::pow(10, exponent)))
                                       : fmt::format("1e{}", exponent);
}

std::string text(double x, double y, const char* anchor, const std::string& words) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     words);
}

}  // namespace

std::string plot(const std::string& title, const std::string& x, const std::string& y,
                 const std::vector<Series>& series) {
  static constexpr const char* kColors[] = {"#1b6ca8", "#c8553d", "#4f772d",
                                            "#7a4f9c", "#8a6d1f", "#555555"};
  const Axis across = axis(series, &Point::x, kLeft, kWidth - kRight);
  const Axis up = axis(series, &Point::y, kHeight - kBottom, kTop);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
      kWidth, kHeight);
  out += text((kLeft + kWidth - kRight) / 2, kTop - 16, "middle", title);
  for (int e = across.first; e <= across.last; ++e) {
    double at = across.place(std::pow(10, e));
    out +=
        fmt::format("<line x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2}\" stroke=\"#ddd\"/>\n",
                    at, kTop, kHeight - kBottom);
    out += text(at, kHeight - kBottom + 18, "middle", power(e));
  }
  for (int e = up.first; e <= up.last; ++e) {
    double at = up.place(std::pow(10, e));
    out +=
        fmt::format("<line x1=\"{1}\" y1=\"{0:.1f}\" x2=\"{2}\" y2=\"{0:.1f}\" stroke=\"#ddd\"/>\n",
                    at, kLeft, kWidth - kRight);
    out += text(kLeft - 8, at + 4, "end", power(e));
  }
  out += text((kLeft + kWidth - kRight) / 2, kHeight - 16, "middle", x);
  out += fmt::format(
      "<text transform=\"translate(20 {:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
      (kTop + kHeight - kBottom) / 2, y);
  for (std::size_t i = 0; i < series.size(); ++i) {
    const char* color = kColors[i % std::size(kColors)];
    std::string line;
    for (const Point& p : series[i].points) {
      line +=
          fmt::format("{}{:.1f},{:.1f}", line.empty() ? "" : " ", across.place(p.x), up.place(p.y));
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\"/>\n",
                         across.place(p.x), up.place(p.y), color);
    }
    out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n",
                       line, color);
    double at = kTop + 10 + 20 * static_cast<double>(i);
    out += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"12\" height=\"12\" fill=\"{}\"/>\n",
                       kWidth - kRight + 14, at - 10, color);
    out += text(kWidth - kRight + 32, at, "start", series[i].name);
  }
  return out + "</svg>\n";
}

}  // namespace gdl::bench
