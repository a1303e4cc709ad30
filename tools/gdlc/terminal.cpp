// See terminal.h.
#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

namespace gdlc {

namespace {

constexpr std::size_t kLeastWidth = 40;  // below it frames are not worth reading

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// The locale's characters are UTF-8.
bool utf8() {
  std::string_view locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (locale.empty()) locale = variable(name);
  }
  std::string plain;
  for (char c : locale) {
    if (c != '-') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain.find("utf8") != std::string::npos;
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
  const bool terminal = ::isatty(descriptor) != 0 && variable("TERM") != "dumb";
  out.color = color == "always" || (color == "auto" && terminal && variable("NO_COLOR").empty());
  out.unicode = terminal && utf8();
  winsize size{};
  if (std::size_t n = columns(); n > 0) {
    out.width = std::max(n, kLeastWidth);
  } else if (terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    out.width = std::max<std::size_t>(size.ws_col, kLeastWidth);
  }
  return out;
}

}  // namespace gdlc
