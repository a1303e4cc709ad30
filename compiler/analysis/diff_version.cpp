// The version that a difference asks for: see diff_parts.h.
#include <fmt/core.h>

#include <array>
#include <charconv>
#include <optional>

#include "diff_parts.h"

namespace gdl::analysis {

namespace {

using Version = std::array<std::uint32_t, 3>;

/// "1.2.3"; nothing if a part is too large to count with.
std::optional<Version> parse(const std::string& text) {
  Version out{};
  const char* at = text.data();
  const char* end = at + text.size();
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto [next, error] = std::from_chars(at, end, out[i]);
    if (error != std::errc() || out[i] == 0xffffffffu) return std::nullopt;
    at = next;
    if (i + 1 == out.size()) break;
    if (at == end || *at != '.') return std::nullopt;
    ++at;
  }
  if (at != end) return std::nullopt;
  return out;
}

/// The least version after `v` that says so much. Before 1.0.0 nothing is promised yet: there the second number
/// counts what is otherwise the first, and the third the rest.
Version after(Version v, Bump bump) {
  std::size_t place = bump == Bump::major ? 0 : bump == Bump::minor ? 1 : 2;
  if (bump == Bump::none) return v;
  if (v[0] == 0 && place < 2) ++place;
  ++v[place];
  for (std::size_t i = place + 1; i < v.size(); ++i) v[i] = 0;
  return v;
}

std::string text(const Version& v) { return fmt::format("{}.{}.{}", v[0], v[1], v[2]); }

const char* reason(Bump bump) {
  switch (bump) {
    case Bump::none: return "nothing has changed";
    case Bump::patch: return "texts have changed";
    case Bump::minor: return "there are answers where there was none";
    case Bump::major: return "answers have changed, or what a case may say";
  }
  return "";
}

}  // namespace

const char* bump_text(Bump bump) {
  switch (bump) {
    case Bump::none: return "none";
    case Bump::patch: return "patch";
    case Bump::minor: return "minor";
    case Bump::major: return "major";
  }
  return "";
}

void judge_version(const sema::Model& older, const sema::Model& newer, Diff& out,
                   diag::Sink& sink) {
  const std::optional<Version> from = parse(older.version);
  const std::optional<Version> to = parse(newer.version);
  if (older.name != newer.name || !from.has_value() || !to.has_value()) return;
  const Version least = after(*from, out.bump);
  out.required = text(least);
  if (*to >= least) return;
  diag::Diagnostic& d =
      sink.report(diag::Code::small_version,
                  newer.version_span.valid() ? newer.version_span : newer.header_span,
                  fmt::format("version {} is too low after {}: {}", newer.version, older.version,
                              reason(out.bump)));
  d.help = fmt::format("write `version {}`, or higher", out.required);
}

}  // namespace gdl::analysis
