// Diagnostics for people (source lines with marks) and for programs (JSON lines).
#pragma once

#include <string>
#include <vector>

#include "diag/diagnostic.h"

namespace gdl::diag {

struct TextOptions {
  bool color = false;
  std::size_t width = 100;  ///< columns; longer messages wrap
};

/// One diagnostic as a frame: message, source lines with marks, the patient in words, what to do
/// next.
std::string render_text(const SourceMap& sources, const Diagnostic& d, const TextOptions& options);

/// One diagnostic as one line of JSON, in the shape of docs/cli.md.
std::string render_json(const SourceMap& sources, const Diagnostic& d);

/// `s` as a JSON string with its quotes.
std::string json_quote(std::string_view s);

}  // namespace gdl::diag
