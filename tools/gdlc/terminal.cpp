// See terminal.h.
#include "terminal.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "system.h"

namespace gdlc {

namespace {

constexpr std::size_t kLeastWidth = 40;  // below it frames are not worth reading

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// COLUMNS, if it is a number.
std::size_t columns() {
  std::string_view text = variable("COLUMNS");
  constexpr std::size_t kDigits = 4;
  if (text.empty() || text.size() > kDigits) return 0;
  std::size_t out = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return 0;
    out = out * 10 + static_cast<std::size_t>(c - '0');
  }
  return out;
}

}  // namespace

Look look_of(int descriptor, const std::string& color) {
  Look out;
  // A dumb terminal is a pipe to somebody's screen.
  std::optional<os::Terminal> terminal = os::terminal(descriptor);
  if (variable("TERM") == "dumb") terminal.reset();
  const bool colors = terminal.has_value() && terminal->colors && variable("NO_COLOR").empty();
  out.color = color == "always" || (color == "auto" && colors);
  out.unicode = terminal.has_value() && terminal->utf8;
  if (std::size_t n = columns(); n > 0) {
    out.width = std::max(n, kLeastWidth);
  } else if (terminal.has_value() && terminal->width > 0) {
    out.width = std::max(terminal->width, kLeastWidth);
  }
  return out;
}

}  // namespace gdlc
