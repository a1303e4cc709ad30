// Diagnostics as text frames and as JSON lines: see render.h.
#include "diag/render.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace gdl::diag {

namespace {

struct Mark {
  std::uint32_t column, end;  // code points from 1, end exclusive
  std::string message;
  bool primary;
};

/// Terminal columns of one code point: 0 for combining marks, 2 for wide ones.
int cell_width(std::uint32_t c) {
  if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || (c >= 0xfe00 && c <= 0xfe0f)) {
    return 0;
  }
  bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
              (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
              (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff);
  return wide ? 2 : 1;
}

/// A source line ready for print (tabs as blanks), and where each code point begins in it.
struct Line {
  std::string text;
  std::vector<std::size_t> cells;  // cells[i]: cell of code point i; one more for the end
};

Line lay_out(std::string_view raw) {
  Line out;
  std::size_t cell = 0;
  for (std::size_t i = 0; i < raw.size();) {
    unsigned char b = static_cast<unsigned char>(raw[i]);
    std::size_t n = b < 0x80 ? 1 : (b >= 0xf0 ? 4 : (b >= 0xe0 ? 3 : 2));
    n = std::min(n, raw.size() - i);
    std::uint32_t c = b < 0x80 ? b : b & (0xffu >> (n + 1));
    for (std::size_t k = 1; k < n; ++k) {
      c = (c << 6) | (static_cast<unsigned char>(raw[i + k]) & 0x3fu);
    }
    out.cells.push_back(cell);
    if (c == '\t') {
      out.text += "  ";
      cell += 2;
    } else if (c < 0x20 || c == 0x7f || c == 0x61c || (c >= 0x200e && c <= 0x200f) ||
               (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) {
      out.text += ' ';  // never let a control or direction mark reach a terminal
      cell += 1;
    } else {
      out.text.append(raw.substr(i, n));
      cell += static_cast<std::size_t>(cell_width(c));
    }
    i += n;
  }
  out.cells.push_back(cell);
  return out;
}

std::string wrap(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  std::size_t i = 0;
  while (i < text.size()) {
    std::size_t end = std::min(text.find(' ', i), text.size());
    std::size_t word = end - i;
    if (column > indent && column + 1 + word > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out.append(text, i, word);
    column += word;
    i = end + 1;
  }
  return out;
}

const char* severity_text(Severity s) {
  switch (s) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "";
}

std::string words(const std::vector<FactValue>& facts) {
  if (facts.empty()) return "any patient";
  std::string out;
  for (const FactValue& f : facts) out += (out.empty() ? "" : ", ") + f.words;
  return out;
}

}  // namespace

std::string render_text(const SourceMap& sources, const Diagnostic& d, const TextOptions& o) {
  auto paint = [&](const char* code, const std::string& s) {
    return o.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, s) : s;
  };
  const char* tone = d.severity == Severity::error     ? "1;31"
                     : d.severity == Severity::warning ? "1;33"
                                                       : "1;36";
  std::string head =
      fmt::format("{}[{}] {}", severity_text(d.severity), code_text(d.code), info(d.code).name);
  std::string out = paint(tone, head) + ": " + wrap(d.message, 2, o.width) + "\n";

  // All places, by file and line; the primary's file first.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Mark>> lines;
  auto add = [&](Span span, const std::string& message, bool primary) {
    if (!span.valid()) return;
    Position b = sources.begin(span);
    Position e = sources.end(span);
    std::uint32_t end = e.line == b.line ? e.column : 0xffffffffu;
    std::uint32_t file = primary || span.file == d.primary.file ? 0 : span.file.value + 1;
    lines[{file, b.line}].push_back({b.column, end, message, primary});
  };
  add(d.primary, "", true);
  for (const Label& l : d.related) add(l.span, l.message, false);

  std::size_t gutter = 1;
  for (const auto& entry : lines)
    gutter = std::max(gutter, std::to_string(entry.first.second).size());
  std::string blank(gutter, ' ');
  std::uint32_t file = 0xffffffffu;
  std::uint32_t previous = 0;
  for (auto& [where, marks] : lines) {
    SourceId source = where.first == 0 ? d.primary.file : SourceId(where.first - 1);
    if (where.first != file) {
      std::uint32_t line = where.second;
      std::uint32_t column = marks.front().column;
      if (where.first == 0) {
        Position p = sources.begin(d.primary);
        line = p.line;
        column = p.column;
      }
      out += blank + paint("34", file == 0xffffffffu ? "--> " : "::: ") +
             fmt::format("{}:{}:{}\n", sources.file(source).path, line, column);
      file = where.first;
      out += blank + paint("34", " |") + "\n";
    } else if (previous != 0 && where.second > previous + 1) {
      out += blank + paint("34", " :") + "\n";
    }
    previous = where.second;
    Line line = lay_out(sources.line(source, where.second));
    std::string number = std::to_string(where.second);
    out += paint("34", std::string(gutter - number.size(), ' ') + number + " |") +
           (line.text.empty() ? "" : " " + line.text) + "\n";
    std::stable_sort(marks.begin(), marks.end(),
                     [](const Mark& a, const Mark& b) { return a.column < b.column; });
    for (const Mark& m : marks) {
      std::size_t last = line.cells.size() - 1;
      std::size_t from = line.cells[std::min<std::size_t>(m.column - 1, last)];
      std::size_t to = line.cells[std::min<std::size_t>(m.end - 1, last)];
      std::size_t n = std::max<std::size_t>(1, to > from ? to - from : 1);
      std::string under = std::string(n, m.primary ? '^' : '-');
      out += blank + paint("34", " |") + " " + std::string(from, ' ') +
             paint(m.primary ? tone : "1;34", under) + (m.message.empty() ? "" : " " + m.message) +
             "\n";
    }
  }
  std::string margin = blank + paint("34", " =") + " ";
  std::size_t indent = gutter + 3;
  for (const Label& l : d.related) {
    if (!l.span.valid()) out += margin + wrap(l.message, indent, o.width) + "\n";
  }
  if (d.witness.has_value()) {
    std::string rest = d.witness->empty() ? "" : "; everything else may be anything";
    out += margin + paint("1", "patient:") + " " +
           wrap(words(*d.witness) + rest, indent + 9, o.width) + "\n";
  }
  for (std::size_t i = 1; i < d.regions.size(); ++i) {
    out += margin + paint("1", "also:") + " " +
           wrap(words(d.regions[i].facts), indent + 6, o.width) + "\n";
  }
  if (d.verdict == Verdict::at_least) out += margin + "and further patients, not listed\n";
  for (const std::string& n : d.notes) out += margin + wrap(n, indent, o.width) + "\n";
  if (!d.help.empty()) {
    out += margin + paint("1;32", "help:") + " " + wrap(d.help, indent + 6, o.width) + "\n";
  }
  if (d.fix.has_value()) {
    out += margin + paint("1;32", "fix:") + " " + d.fix->message + ":" +
           (d.fix->replacement.empty() ? " remove it" : d.fix->replacement) + "\n";
  }
  return out;
}

std::string json_quote(std::string_view s) {
  std::string out = "\"";
  for (char c : s) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

std::string render_json(const SourceMap& sources, const Diagnostic& d) {
  auto place = [&](Span span) {
    if (!span.valid()) return std::string("\"file\":null");
    Position b = sources.begin(span);
    Position e = sources.end(span);
    return fmt::format("\"file\":{},\"line\":{},\"column\":{},\"end_line\":{},\"end_column\":{}",
                       json_quote(sources.file(span.file).path), b.line, b.column, e.line,
                       e.column);
  };
  auto facts = [](const std::vector<FactValue>& values, std::string FactValue::* part) {
    std::string out = "{";
    for (const FactValue& f : values) {
      out += (out.size() > 1 ? "," : "") + json_quote(f.fact) + ":" + f.*part;
    }
    return out + "}";
  };
  std::string out = fmt::format(
      "{{\"code\":\"{}\",\"name\":\"{}\",\"severity\":\"{}\",\"message\":{},{}", code_text(d.code),
      info(d.code).name, severity_text(d.severity), json_quote(d.message), place(d.primary));
  if (!d.decision.empty()) out += ",\"decision\":" + json_quote(d.decision);
  if (!d.rules.empty()) {
    out += ",\"rules\":[";
    for (std::size_t i = 0; i < d.rules.size(); ++i)
      out += (i > 0 ? "," : "") + json_quote(d.rules[i]);
    out += "]";
  }
  if (!d.related.empty()) {
    out += ",\"related\":[";
    for (std::size_t i = 0; i < d.related.size(); ++i) {
      out += fmt::format("{}{{{},\"message\":{}}}", i > 0 ? "," : "", place(d.related[i].span),
                         json_quote(d.related[i].message));
    }
    out += "]";
  }
  if (d.verdict != Verdict::none)
    out += fmt::format(",\"verdict\":\"{}\"", verdict_text(d.verdict));
  if (d.witness.has_value()) {
    out += ",\"witness\":" + facts(*d.witness, &FactValue::json) +
           ",\"witness_words\":" + json_quote(words(*d.witness)) +
           ",\"grounds\":" + json_quote(d.witness_grounds);
  }
  if (!d.regions.empty()) {
    out += ",\"regions\":[";
    for (std::size_t i = 0; i < d.regions.size(); ++i) {
      out += fmt::format("{}{{\"facts\":{},\"words\":{}}}", i > 0 ? "," : "",
                         facts(d.regions[i].facts, &FactValue::region),
                         json_quote(words(d.regions[i].facts)));
    }
    out += "]";
  }
  if (!d.notes.empty()) {
    out += ",\"notes\":[";
    for (std::size_t i = 0; i < d.notes.size(); ++i)
      out += (i > 0 ? "," : "") + json_quote(d.notes[i]);
    out += "]";
  }
  if (!d.help.empty()) out += ",\"help\":" + json_quote(d.help);
  if (d.fix.has_value()) {
    out += fmt::format(",\"fix\":{{{},\"replacement\":{}}}", place(d.fix->span),
                       json_quote(d.fix->replacement));
  }
  return out + "}";
}

}  // namespace gdl::diag
