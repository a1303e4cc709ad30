// Source files and places in them: see source.h.
#include "support/source.h"

#include <algorithm>

namespace gdl {

Span Span::to(Span other) const {
  if (!valid()) return other;
  if (!other.valid() || other.file != file) return *this;
  return {file, std::min(begin, other.begin), std::max(end, other.end)};
}

SourceId SourceMap::add(std::string path, std::string text) {
  SourceFile f;
  f.path = std::move(path);
  f.text = std::move(text);
  f.line_starts.push_back(0);
  for (std::size_t i = 0; i < f.text.size(); ++i) {
    if (f.text[i] == '\n') f.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
  }
  return files_.push(std::move(f));
}

std::string_view SourceMap::text(Span span) const {
  if (!span.valid()) return {};
  const std::string& t = files_[span.file].text;
  std::size_t b = std::min<std::size_t>(span.begin, t.size());
  std::size_t e = std::min<std::size_t>(span.end, t.size());
  return std::string_view(t).substr(b, e > b ? e - b : 0);
}

Position SourceMap::position(SourceId file, std::uint32_t offset) const {
  const SourceFile& f = files_[file];
  offset = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(f.text.size()));
  auto it = std::upper_bound(f.line_starts.begin(), f.line_starts.end(), offset);
  std::uint32_t line = static_cast<std::uint32_t>(it - f.line_starts.begin());
  std::uint32_t column = 1;
  for (std::uint32_t i = f.line_starts[line - 1]; i < offset; ++i) {
    if ((static_cast<unsigned char>(f.text[i]) & 0xc0u) != 0x80u) ++column;
  }
  return {line, column};
}

std::string_view SourceMap::line(SourceId file, std::uint32_t line) const {
  const SourceFile& f = files_[file];
  if (line == 0 || line > f.line_starts.size()) return {};
  std::uint32_t b = f.line_starts[line - 1];
  std::uint32_t e = line < f.line_starts.size() ? f.line_starts[line] - 1
                                                : static_cast<std::uint32_t>(f.text.size());
  if (e > b && f.text[e - 1] == '\r') --e;
  return std::string_view(f.text).substr(b, e - b);
}

}  // namespace gdl
