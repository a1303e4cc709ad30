// Text on a terminal: how many columns (cells) it takes, and how it is wrapped and cut. By a table of its
// own, so that the outcome hangs on no machine's locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gdl::diag {

/// Cells of one code point: 0 for marks that combine with the one before, 2 for wide ones, else 1.
[[nodiscard]] int cell_width(std::uint32_t code_point);

/// Cells of a text.
[[nodiscard]] std::size_t cells(std::string_view utf8);

/// `text` in lines of at most `width` cells, broken at blanks; it begins at column `column`, its further
/// lines at `indent`. A word longer than a line is not broken.
[[nodiscard]] std::string wrap(std::string_view text, std::size_t column, std::size_t indent,
                               std::size_t width);

/// A source line ready for print: tabs as blanks, nothing that could move a terminal's cursor.
class Line {
 public:
  explicit Line(std::string_view raw);

  [[nodiscard]] std::size_t width() const { return starts_.back(); }
  /// The cell in which a code point (from 0) begins; past the end: the line's width.
  [[nodiscard]] std::size_t cell(std::size_t code_point) const;
  /// The cells from..to of it; a wide character that is cut through becomes a blank.
  [[nodiscard]] std::string slice(std::size_t from, std::size_t to) const;

 private:
  std::vector<std::string> glyphs_;  // of each code point
  std::vector<std::size_t> starts_;  // its cell; one more for the end
};

}  // namespace gdl::diag
