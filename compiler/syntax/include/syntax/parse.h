// Text to syntax tree. ANTLR and its exceptions stay inside.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "diag/diagnostic.h"
#include "support/source.h"
#include "syntax/ast.h"

namespace gdl::syntax {

/// Makes a source text ready: skips a byte-order mark, refuses invalid UTF-8, NUL and other control
/// characters, bidirectional controls and sources over the size limit, each with its place
/// (GDL1xxx, GDL9001). The file is added to `sources` in any case; false if it must not be parsed.
bool add_source(SourceMap& sources, std::string path, std::string bytes, diag::Sink& sink,
                SourceId& out);

/// How a file was read, for tests and measurements.
struct ParseCounts {
  std::size_t declarations = 0;  ///< tried, readable or not
  std::size_t ll = 0;            ///< read only by the second, slower way of prediction
};

/// Reads files, one after another. What it keeps of one makes the next one faster, and changes nothing of what is read. Each
/// thread has its own; several may read files of the same sources.
class Reader {
 public:
  Reader();
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Parses one file of `sources`. Always returns a tree; all syntax errors of the file are reported
  /// in one run, each with its place, what was expected, and a hint where one is known.
  File parse(const SourceMap& sources, SourceId source, diag::Sink& sink,
             ParseCounts* counts = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The tree as an indented listing with spans, for `gdlc dump --stage syntax`.
std::string dump(const SourceMap& sources, const File& file);

}  // namespace gdl::syntax
