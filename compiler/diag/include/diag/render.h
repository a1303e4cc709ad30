// Diagnostics for people (source lines with marks) and for programs (JSON lines).
#pragma once

#include <string>
#include <vector>

#include "diag/diagnostic.h"

namespace gdl::diag {

struct TextOptions {
  bool color = false;
  std::size_t width = 100;  ///< columns, 40 or more: what is longer wraps, source lines are cut
  bool unicode = false;     ///< the frame may use `│` and `…`; else it is plain ASCII
};

/// Groups of patients shown to people; the JSON lists all that were made.
inline constexpr std::size_t kGroups = 4;

/// One diagnostic as a frame: message, source lines with marks, the patient in words, what to do
/// next, with texts ready to paste.
std::string render_text(const SourceMap& sources, const Diagnostic& d, const TextOptions& options);

/// One diagnostic in a line: place and message. For those that are to take little room.
std::string render_brief(const SourceMap& sources, const Diagnostic& d, const TextOptions& options);

/// One diagnostic as one line of JSON, in the shape of docs/cli.md.
std::string render_json(const SourceMap& sources, const Diagnostic& d);

/// The one values of the facts of a witness, as a case.
std::string case_json(const std::vector<FactValue>& facts);
/// The members of a group of patients that say who is in it: `facts`, and which of them must be `known` or `unknown`.
std::string region_members(const std::vector<FactValue>& facts);

/// What a fix does to the text: `text` in place of `span`.
struct Edit {
  Span span;
  std::string text;
};
[[nodiscard]] Edit edit_of(const SourceMap& sources, const Fix& fix);

/// `s` as a JSON string with its quotes.
std::string json_quote(std::string_view s);

}  // namespace gdl::diag
