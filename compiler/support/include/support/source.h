// Source files and places in them. A Span is what every node, diagnostic and program row points at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/ids.h"

namespace gdl {

struct SourceTag;
using SourceId = Id<SourceTag>;

/// Half-open range of bytes [begin, end) of one source file.
struct Span {
  SourceId file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] bool valid() const { return file.valid(); }
  /// The smallest span that covers both; both must be of one file (an invalid one is ignored).
  [[nodiscard]] Span to(Span other) const;
  friend bool operator==(const Span&, const Span&) = default;
};

/// Line and column as people count: both from 1; columns count code points.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// One source text. Invariant: `text` is valid UTF-8 without byte-order mark; line_starts[0] == 0.
struct SourceFile {
  std::string path;  ///< as shown to people: relative to what the user named
  std::string text;
  std::vector<std::uint32_t> line_starts;
};

/// All sources of one compilation. Ids stay valid for its lifetime.
class SourceMap {
 public:
  SourceId add(std::string path, std::string text);
  [[nodiscard]] const SourceFile& file(SourceId id) const { return files_[id]; }
  [[nodiscard]] std::size_t size() const { return files_.size(); }
  [[nodiscard]] std::string_view text(Span span) const;
  [[nodiscard]] Position position(SourceId file, std::uint32_t offset) const;
  [[nodiscard]] Position begin(Span span) const { return position(span.file, span.begin); }
  [[nodiscard]] Position end(Span span) const { return position(span.file, span.end); }
  /// The text of a line (from 1) without its line break.
  [[nodiscard]] std::string_view line(SourceId file, std::uint32_t line) const;

 private:
  IdVector<SourceTag, SourceFile> files_;
};

}  // namespace gdl
