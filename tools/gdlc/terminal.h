// How output looks where it goes: width, colour, box characters. What goes to a file or a pipe never depends on
// the machine's locale or terminal.
#pragma once

#include <cstddef>
#include <string>

namespace gdlc {

struct Look {
  bool color = false;
  bool unicode = false;     ///< box characters and the ellipsis may be printed
  std::size_t width = 100;  ///< columns, 40 or more
};

/// For the standard output (1) or error (2); `color` is what `--color` said: auto, always or never. The
/// environment counts as docs/cli.md says: NO_COLOR, COLUMNS, TERM, LC_ALL, LC_CTYPE, LANG.
Look look_of(int descriptor, const std::string& color);

}  // namespace gdlc
