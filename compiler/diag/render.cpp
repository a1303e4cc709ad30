// Diagnostics as frames of text: see render.h.
#include "diag/render.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "diag/cells.h"

namespace gdl::diag {

namespace {

/// The least room for a source line, however wide the gutter.
constexpr std::size_t kLeast = 20;

struct Mark {
  std::size_t from, to;  // cells of the line
  std::string message;
  bool primary;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = std::min(text.find('\n', i), text.size());
    if (end > i) out.push_back(text.substr(i, end - i));
    i = end + 1;
  }
  return out;
}

/// One frame.
class Frame {
 public:
  Frame(const SourceMap& sources, const Diagnostic& d, const TextOptions& o)
      : sources_(sources),
        d_(d),
        o_(o),
        bar_(o.unicode ? "│" : "|"),
        cut_(o.unicode ? "…" : "...") {
    tone_ = d.severity == Severity::error     ? "1;31"
            : d.severity == Severity::warning ? "1;33"
                                              : "1;36";
  }

  std::string text() {
    std::string head = fmt::format("{}[{}] {}:", severity_text(d_.severity), code_text(d_.code),
                                   info(d_.code).name);
    out_ = paint(tone_, head) + " " + wrap(d_.message, cells(head) + 1, 2, o_.width) + "\n";
    places();
    for (const Label& l : d_.related) {
      if (!l.span.valid()) note("", "", l.message);
    }
    patients();
    for (const std::string& n : d_.notes) note("", "", n);
    if (d_.fix.has_value() && !d_.fix->message.empty()) fix(*d_.fix, "fix: ", "1;32");
    choices();
    if (!d_.help.empty()) note("1;32", "help:", d_.help);
    if (const Fix* f = under_help()) paste(*f);
    return out_;
  }

 private:
  [[nodiscard]] std::string paint(const char* code, const std::string& s) const {
    return o_.color && *code != 0 ? fmt::format("\x1b[{}m{}\x1b[0m", code, s) : s;
  }

  [[nodiscard]] std::string margin(std::string_view sign) const {
    return std::string(gutter_, ' ') + paint("34", " " + std::string(sign));
  }

  // -- places --------------------------------------------------------------------------------------

  /// All places, by file and line; the primary's file first.
  void places() {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Mark>> lines;
    auto add = [&](Span span, const std::string& message, bool primary) {
      if (!span.valid()) return;
      Position b = sources_.begin(span);
      Position e = sources_.end(span);
      Line line(sources_.line(span.file, b.line));
      std::size_t from = line.cell(b.column - 1);
      std::size_t to = e.line == b.line ? line.cell(e.column - 1) : line.width();
      std::uint32_t file = primary || span.file == d_.primary.file ? 0 : span.file.value + 1;
      lines[{file, b.line}].push_back({from, std::max(to, from + 1), message, primary});
      gutter_ = std::max(gutter_, std::to_string(b.line).size());
    };
    add(d_.primary, "", true);
    for (const Label& l : d_.related) add(l.span, l.message, false);
    std::uint32_t file = 0xffffffffu;
    std::uint32_t previous = 0;
    for (auto& [where, marks] : lines) {
      SourceId source = where.first == 0 ? d_.primary.file : SourceId(where.first - 1);
      if (where.first != file) {
        Position p = first_place(source, where.first == 0);
        out_ += std::string(gutter_, ' ') + paint("34", file == 0xffffffffu ? "--> " : "::: ") +
                fmt::format("{}:{}:{}\n", sources_.file(source).path, p.line, p.column) +
                margin(bar_) + "\n";
        file = where.first;
      } else if (previous != 0 && where.second > previous + 1) {
        out_ += margin(":") + "\n";
      }
      previous = where.second;
      source_line(Line(sources_.line(source, where.second)), where.second, marks);
    }
  }

  /// The place that a file's heading names: the primary one, or the first of those beside it.
  [[nodiscard]] Position first_place(SourceId file, bool primary) const {
    if (primary) return sources_.begin(d_.primary);
    std::uint32_t begin = 0xffffffffu;
    for (const Label& l : d_.related) {
      if (l.span.valid() && l.span.file == file) begin = std::min(begin, l.span.begin);
    }
    return sources_.position(file, begin);
  }

  /// The line with its marks; where it is too long, as many cuts of it as its marks need.
  void source_line(const Line& line, std::uint32_t number, std::vector<Mark> marks) {
    std::stable_sort(marks.begin(), marks.end(),
                     [](const Mark& a, const Mark& b) { return a.from < b.from; });
    const std::size_t room = std::max(kLeast, o_.width - std::min(o_.width, gutter_ + 3));
    while (!marks.empty()) {
      std::size_t begin = 0;
      std::size_t end = line.width();
      std::string before;
      std::string after;
      if (end > room) {
        // The primary mark in sight, and what stands before it as far as there is room.
        const Mark* main = &marks.front();
        for (const Mark& m : marks) main = m.primary ? &m : main;
        std::size_t shown = room - 2 * cells(cut_);
        std::size_t length = std::min(main->to - main->from, shown);
        begin = main->from > (shown - length) / 2 ? main->from - (shown - length) / 2 : 0;
        begin = std::min(begin, line.width() - std::min(line.width(), shown + cells(cut_)));
        if (begin <= cells(cut_)) begin = 0;
        before = begin > 0 ? cut_ : "";
        end = begin + room - cells(before);
        if (end < line.width()) {
          end -= cells(cut_);
          after = cut_;
        }
        end = std::min(end, line.width());
      }
      std::string text = before + line.slice(begin, end) + after;
      std::string label = std::to_string(number);
      out_ += paint("34", std::string(gutter_ - label.size(), ' ') + label + " " + bar_) +
              (text.empty() ? "" : " " + text) + "\n";
      std::vector<Mark> left;
      for (Mark& m : marks) {
        if (m.from < begin || (m.from >= end && !after.empty())) {
          left.push_back(std::move(m));
          continue;
        }
        std::size_t at = cells(before) + m.from - begin;
        std::size_t to = std::min(m.to, std::max(end, m.from + 1));
        mark(m, at, to - m.from, room);
      }
      if (left.size() == marks.size()) break;  // cannot be: the main mark is always in sight
      marks = std::move(left);
    }
  }

  void mark(const Mark& m, std::size_t at, std::size_t length, std::size_t room) {
    const char* tone = m.primary ? tone_ : "1;34";
    out_ += margin(bar_) + " " + std::string(at, ' ') +
            paint(tone, std::string(length, m.primary ? '^' : '-'));
    if (!m.message.empty()) {
      std::size_t n = cells(m.message);
      if (at + length + 1 + n <= room) {
        out_ += " " + m.message;
      } else {
        // Below its mark, moved to the left as far as it must.
        std::size_t indent = std::min(at, room - std::min(room, n));
        std::vector<std::string> words = lines_of(wrap(m.message, indent, 0, room));
        for (std::string& w : words)
          out_ += "\n" + margin(bar_) + " " + std::string(indent, ' ') + w;
      }
    }
    out_ += "\n";
  }

  // -- what is said below ---------------------------------------------------------------------------

  void note(const char* tone, const std::string& lead, const std::string& text) {
    std::size_t indent = gutter_ + 3 + (lead.empty() ? 0 : cells(lead) + 1);
    out_ += margin("=") + " " + (lead.empty() ? "" : paint(tone, lead) + " ") +
            wrap(text, indent, indent, o_.width) + "\n";
  }

  /// A note whose first words are set off, and not its indent.
  void sentence(const std::string& lead, const std::string& text) {
    std::size_t indent = gutter_ + 3;
    std::string all = wrap(lead + " " + text, indent, indent + 2, o_.width);
    if (all.compare(0, lead.size(), lead) == 0) all = paint("1", lead) + all.substr(lead.size());
    out_ += margin("=") + " " + all + "\n";
  }

  /// " (31 % of `d`)": how many of the decision's patients are meant.
  static std::string part(const Region& r, const std::string& of) {
    if (r.share.empty()) return {};
    const double percent = std::strtod(r.share.c_str(), nullptr) * 100;
    if (percent <= 0) return {};
    if (percent < 1) return fmt::format(" (less than 1 %{})", of);
    // Almost all are not all.
    return fmt::format(" ({} %{})", static_cast<int>(percent > 99 ? percent : percent + 0.5), of);
  }

  void patients() {
    if (!d_.witness.has_value()) return;
    if (d_.witness->empty()) {
      sentence("any patient", "");
    } else {
      sentence("a patient",
               "with " + fact_words(*d_.witness) + "; everything else may be anything" +
                   (d_.witness_tied ? " that the guideline's constraints allow" : "") +
                   (d_.regions.empty() ? "" : part(d_.regions[0], " of `" + d_.decision + "`")));
    }
    std::size_t shown = std::min(d_.regions.size(), kGroups);
    for (std::size_t i = 1; i < shown; ++i) {
      sentence("also one", "with " + fact_words(d_.regions[i].facts) + part(d_.regions[i], ""));
    }
    std::size_t more = d_.regions.size() - shown;
    if (d_.verdict == Verdict::at_least && !d_.regions.empty()) {
      note("", "",
           more == 0 ? "and more groups of patients"
                     : fmt::format("and {} more groups of patients, and others", more));
    } else if (more > 0) {
      note("", "", fmt::format("and {} more group{} of patients", more, more == 1 ? "" : "s"));
    }
  }

  /// The change that the help speaks of already.
  [[nodiscard]] const Fix* under_help() const {
    if (d_.fix.has_value()) return d_.fix->message.empty() ? &*d_.fix : nullptr;
    return d_.choices.size() == 1 && d_.choices[0].message.empty() ? &d_.choices[0] : nullptr;
  }

  void choices() {
    if (d_.choices.empty() || under_help() != nullptr) return;
    if (d_.choices.size() == 1) {
      fix(d_.choices[0], "you can ", "1;32");
    } else {
      out_ += margin("=") + " " + paint("1;32", "choose one of") + "\n";
      for (const Fix& f : d_.choices) fix(f, "- ", "");
    }
    bool fill =
        std::any_of(d_.choices.begin(), d_.choices.end(), [](const Fix& f) { return f.fill; });
    if (fill) note("", "", "`...` is for you to fill in");
  }

  /// A heading with the place, and below it the text to paste.
  void fix(const Fix& f, const std::string& lead, const char* tone) {
    Edit edit = edit_of(sources_, f);
    Position at = sources_.begin(edit.span);
    bool insert = edit.span.begin == edit.span.end;
    bool elsewhere = edit.span.file != d_.primary.file;
    std::string where = elsewhere
                            ? fmt::format("{}:{}", sources_.file(edit.span.file).path, at.line)
                            : fmt::format("line {}", at.line);
    // Where something else follows on the line, the text goes between the two.
    std::size_t line_end = sources_.line(edit.span.file, at.line).size() +
                           sources_.file(edit.span.file).line_starts[at.line - 1];
    bool below = insert && f.lines && edit.span.begin >= line_end;
    if (insert && f.lines && !below) where += fmt::format(", column {}", at.column);
    std::string heading = fmt::format("{} ({}{})", f.message, below ? "below " : "", where);
    std::size_t indent = gutter_ + 3;
    std::string first =
        *tone != 0 ? margin("=") + " " + paint(tone, lead) : std::string(indent, ' ') + lead;
    out_ += first + wrap(heading, indent + cells(lead), indent + 2, o_.width) + "\n";
    paste(f);
  }

  /// The text to paste, or the line as it will be.
  void paste(const Fix& f) {
    std::vector<std::string> lines =
        lines_of(f.lines ? f.replacement : pasted(edit_of(sources_, f)));
    const bool ours = f.lines || f.replacement.find('\n') != std::string::npos;
    std::size_t margin = std::string::npos;  // of the first line
    for (const std::string& line : lines) {
      std::size_t first = line.find_first_not_of(' ');
      if (first == std::string::npos) continue;
      margin = std::min(margin, first);
      std::size_t indent = gutter_ + 7;
      // Breaks mean nothing in GDL, but for those within an author's own texts and comments.
      std::string text = ours ? std::string(first - margin, ' ') +
                                    wrap(line.substr(first), indent + first - margin,
                                         indent + first - margin + 2, o_.width)
                              : line.substr(margin);
      out_ += std::string(indent, ' ') + text + "\n";
    }
  }

  /// What is pasted into a line: the line as it will be, where it stays one; else the text itself.
  [[nodiscard]] std::string pasted(const Edit& edit) const {
    Position b = sources_.begin(edit.span);
    Position e = sources_.end(edit.span);
    std::string_view line = sources_.line(edit.span.file, b.line);
    if (b.line != e.line || edit.text.find('\n') != std::string::npos) return edit.text;
    std::uint32_t start = sources_.file(edit.span.file).line_starts[b.line - 1];
    std::string out(line.substr(0, edit.span.begin - start));
    out += edit.text;
    out += line.substr(std::min<std::size_t>(edit.span.end - start, line.size()));
    out.erase(0, out.find_first_not_of(" \t"));
    Line safe(out);
    return safe.slice(0, safe.width());
  }

  const SourceMap& sources_;
  const Diagnostic& d_;
  const TextOptions& o_;
  std::string bar_, cut_;
  const char* tone_ = "";
  std::size_t gutter_ = 1;
  std::string out_;
};

bool blank(std::string_view s) { return s.find_first_not_of(" \t\r") == std::string_view::npos; }

}  // namespace

Edit edit_of(const SourceMap& sources, const Fix& fix) {
  Edit out{fix.span, fix.replacement};
  if (!fix.lines) return out;
  const std::string& text = sources.file(fix.span.file).text;
  std::size_t end = std::min(text.find('\n', fix.span.end), text.size());
  std::string_view rest = std::string_view(text).substr(fix.span.end, end - fix.span.end);
  if (fix.replacement.empty()) {
    std::size_t begin = fix.span.begin;
    while (begin > 0 && text[begin - 1] != '\n') --begin;
    bool alone = blank(std::string_view(text).substr(begin, fix.span.begin - begin)) && blank(rest);
    if (!alone) return out;
    out.span.begin = static_cast<std::uint32_t>(begin);
    out.span.end = static_cast<std::uint32_t>(std::min(end + 1, text.size()));
    return out;
  }
  // Below the line, and its comment; a declaration after an empty line.
  std::size_t first = rest.find_first_not_of(" \t\r");
  bool free = first == std::string_view::npos || rest[first] == '#';
  std::size_t at = fix.span.end;
  if (free) at = end > at && text[end - 1] == '\r' ? end - 1 : end;
  out.span.begin = out.span.end = static_cast<std::uint32_t>(at);
  out.text = (fix.replacement[0] == ' ' ? "\n" : "\n\n") + fix.replacement + (free ? "" : "\n");
  return out;
}

std::string render_brief(const SourceMap& sources, const Diagnostic& d,
                         const TextOptions& options) {
  std::string out = fmt::format("{}[{}]", severity_text(d.severity), code_text(d.code));
  if (d.primary.valid()) {
    const Position at = sources.begin(d.primary);
    out += fmt::format(" {}:{}:{}:", sources.file(d.primary.file).path, at.line, at.column);
  }
  return wrap(out + " " + d.message, 0, 2, options.width) + "\n";
}

std::string render_text(const SourceMap& sources, const Diagnostic& d, const TextOptions& options) {
  return Frame(sources, d, options).text();
}

}  // namespace gdl::diag
