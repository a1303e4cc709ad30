// See cells.h.
#include "diag/cells.h"

#include <algorithm>
#include <array>

namespace gdl::diag {

namespace {

struct Range {
  std::uint32_t first, last;
};

// Marks that combine with the character before them, and characters without a width of their own.
constexpr std::array kNarrow = {
    Range{0x300, 0x36f},     Range{0x483, 0x489},   Range{0x591, 0x5bd},   Range{0x5bf, 0x5bf},
    Range{0x5c1, 0x5c2},     Range{0x5c4, 0x5c5},   Range{0x610, 0x61a},   Range{0x64b, 0x65f},
    Range{0x670, 0x670},     Range{0x6d6, 0x6dc},   Range{0x6df, 0x6e4},   Range{0x6e7, 0x6e8},
    Range{0x6ea, 0x6ed},     Range{0x93c, 0x93c},   Range{0x941, 0x948},   Range{0x94d, 0x94d},
    Range{0xe31, 0xe31},     Range{0xe34, 0xe3a},   Range{0xe47, 0xe4e},   Range{0x1ab0, 0x1aff},
    Range{0x1dc0, 0x1dff},   Range{0x200b, 0x200f}, Range{0x2060, 0x2064}, Range{0x20d0, 0x20f0},
    Range{0x3099, 0x309a},   Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f}, Range{0xfeff, 0xfeff},
    Range{0xe0100, 0xe01ef},
};
// Characters of East Asian scripts and pictures, which take two cells.
constexpr std::array kWide = {
    Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},
    Range{0xa960, 0xa97f},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
    Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},
    Range{0x1f300, 0x1f64f}, Range{0x1f680, 0x1f6ff}, Range{0x1f900, 0x1f9ff},
    Range{0x20000, 0x3fffd},
};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, std::uint32_t c) {
  auto it = std::lower_bound(ranges.begin(), ranges.end(), c,
                             [](const Range& r, std::uint32_t x) { return r.last < x; });
  return it != ranges.end() && it->first <= c;
}

/// The code point at `i` of valid UTF-8, and its length in bytes.
std::uint32_t decode(std::string_view s, std::size_t i, std::size_t& length) {
  auto b = static_cast<unsigned char>(s[i]);
  length = b < 0x80 ? 1 : (b >= 0xf0 ? 4 : (b >= 0xe0 ? 3 : 2));
  length = std::min(length, s.size() - i);
  std::uint32_t c = b < 0x80 ? b : b & (0xffu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    c = (c << 6) | (static_cast<unsigned char>(s[i + k]) & 0x3fu);
  }
  return c;
}

/// Control and direction marks must never reach a terminal.
bool dangerous(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

constexpr std::size_t kTab = 2;

}  // namespace

int cell_width(std::uint32_t c) { return within(kNarrow, c) ? 0 : within(kWide, c) ? 2 : 1; }

std::size_t cells(std::string_view s) {
  std::size_t out = 0;
  std::size_t n = 0;
  for (std::size_t i = 0; i < s.size(); i += n) {
    out += static_cast<std::size_t>(cell_width(decode(s, i, n)));
  }
  return out;
}

std::string wrap(std::string_view text, std::size_t column, std::size_t indent, std::size_t width) {
  std::string out;
  bool first = true;  // nothing stands on the line yet
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = std::min(text.find(' ', i), text.size());
    std::string_view word = text.substr(i, end - i);
    std::size_t n = cells(word);
    if (!first && column + 1 + n > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += n;
    first = false;
    i = end + 1;
  }
  return out;
}

Line::Line(std::string_view raw) {
  std::size_t cell = 0;
  std::size_t n = 0;
  for (std::size_t i = 0; i < raw.size(); i += n) {
    std::uint32_t c = decode(raw, i, n);
    starts_.push_back(cell);
    if (c == '\t') {
      glyphs_.emplace_back(kTab, ' ');
      cell += kTab;
    } else if (dangerous(c)) {
      glyphs_.emplace_back(" ");
      cell += 1;
    } else {
      glyphs_.emplace_back(raw.substr(i, n));
      cell += static_cast<std::size_t>(cell_width(c));
    }
  }
  starts_.push_back(cell);
}

std::size_t Line::cell(std::size_t code_point) const {
  return starts_[std::min(code_point, starts_.size() - 1)];
}

std::string Line::slice(std::size_t from, std::size_t to) const {
  std::string out;
  for (std::size_t i = 0; i < glyphs_.size(); ++i) {
    std::size_t begin = starts_[i];
    std::size_t end = starts_[i + 1];
    if (begin >= from && end <= to && (begin < to || end > begin)) {
      // A mark right at the beginning would combine with what is printed before it.
      if (end > begin || begin > from || i == 0) out += glyphs_[i];
    } else if (end > from && begin < to) {
      out.append(std::min(end, to) - std::max(begin, from), ' ');
    }
  }
  return out;
}

}  // namespace gdl::diag
