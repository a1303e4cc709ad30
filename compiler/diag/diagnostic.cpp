// The registry and the sink: see diagnostic.h.
#include "diag/diagnostic.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>

namespace gdl::diag {

namespace {

/// The enumerator's name with `-` for `_`, made at compile time so that the list stands once.
template <std::size_t N>
constexpr std::array<char, N> kebab(const char (&id)[N]) {
  std::array<char, N> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = id[i] == '_' ? '-' : id[i];
  return out;
}

#define GDL_DIAG(number, id, severity, title) constexpr auto kName_##id = kebab(#id);
#include "diag/diagnostics.def"

template <std::size_t N>
std::string_view view(const std::array<char, N>& a) {
  return {a.data(), N - 1};
}

}  // namespace

const std::vector<CodeInfo>& registry() {
  static const std::vector<CodeInfo> rows = {
#define GDL_DIAG(number, id, severity, title) \
  {Code::id, view(kName_##id), Severity::severity, title},
#include "diag/diagnostics.def"
  };
  return rows;
}

const CodeInfo& info(Code code) {
  const auto& rows = registry();
  auto it = std::find_if(rows.begin(), rows.end(),
                         [code](const CodeInfo& row) { return row.code == code; });
  return *it;  // every enumerator is a row: both are made from diagnostics.def
}

std::string code_text(Code code) { return "GDL" + std::to_string(static_cast<int>(code)); }

std::optional<Code> code_from_text(std::string_view text) {
  for (const CodeInfo& row : registry()) {
    if (code_text(row.code) == text) return row.code;
  }
  return std::nullopt;
}

std::string_view severity_text(Severity s) {
  switch (s) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "";
}

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::none: return "";
    case Verdict::found: return "found";
    case Verdict::proved: return "proved";
    case Verdict::at_least: return "at_least";
    case Verdict::unknown: return "unknown";
  }
  return "";
}

std::string listed(const std::vector<std::string>& words, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && i + 1 == words.size()) {
      out.append(" ").append(last).append(" ");
    } else if (i > 0) {
      out += ", ";
    }
    out += words[i];
  }
  return out;
}

std::string fact_words(const std::vector<FactValue>& facts) {
  if (facts.empty()) return "any patient";
  std::vector<std::string> words;
  for (const FactValue& f : facts) words.push_back(f.words);
  return listed(words, "and");
}

Diagnostic& Sink::report(Code code, Span primary, std::string message) {
  Diagnostic d;
  d.code = code;
  d.severity = info(code).severity;
  d.primary = primary;
  d.message = std::move(message);
  items_.push_back(std::move(d));
  return items_.back();
}

bool Sink::has_errors() const { return count(Severity::error) > 0; }

std::size_t Sink::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(items_.begin(), items_.end(),
                    [severity](const Diagnostic& d) { return d.severity == severity; }));
}

std::vector<Diagnostic> Sink::sorted() const {
  std::vector<Diagnostic> out = items_;
  auto key = [](const Diagnostic& d) {
    return std::tuple(d.primary.file.value, d.primary.begin, static_cast<int>(d.code),
                      d.primary.end);
  };
  std::stable_sort(out.begin(), out.end(), [&](const Diagnostic& a, const Diagnostic& b) {
    auto ka = key(a);
    auto kb = key(b);
    if (ka != kb) return ka < kb;
    return a.message < b.message;
  });
  return out;
}

}  // namespace gdl::diag
