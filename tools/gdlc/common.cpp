// Reading a guideline and printing its diagnostics: see common.h.
#include "common.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <string_view>

#include "diag/cells.h"
#include "diag/render.h"
#include "files.h"
#include "gdlrt/bytecode.h"
#include "system.h"
#include "terminal.h"

namespace gdlc {

using gdl::driver::Compilation;

gdl::analysis::Options analysis_options(const Settings& s) {
  gdl::analysis::Options analysis;
  analysis.effort = s.effort;
  analysis.counts = s.counts;
  analysis.proofs = !s.proof_dir.empty();
  auto start = std::chrono::steady_clock::now();
  bool talk = os::is_terminal(2);
  double next = 2;
  analysis.cancelled = [&s, start, talk, next]() mutable {
    double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (talk && spent > next) {
      fmt::print(stderr, "gdlc: still analysing, {:.0f} s\n", spent);
      next = spent + 5;
    }
    return s.time_limit > 0 && spent > s.time_limit;
  };
  return analysis;
}

std::optional<Compilation> open_guideline(const Settings& s, const std::string& path,
                                          bool analyses) {
  std::string error;
  // The main file is read once: it may be a pipe.
  std::optional<std::string> main = path == "-" && !s.standard_input.empty()
                                        ? std::optional<std::string>(s.standard_input)
                                        : read_file(path, error);
  if (!main.has_value()) {
    fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", path, error);
    return std::nullopt;
  }
  const std::string_view magic(reinterpret_cast<const char*>(gdlrt::kMagic), sizeof gdlrt::kMagic);
  if (main->starts_with(magic)) {
    fmt::print(stderr, "gdlc: `{}` is a compiled program: name the guideline that it was made of\n",
               path);
    return std::nullopt;
  }
  gdl::sema::SourceProvider provider = [&](const std::string& p) {
    std::string ignored;
    return p == path ? main : read_file(p, ignored);
  };
  gdl::sema::Options options{s.import_dirs};
  return analyses ? gdl::driver::check(path, provider, options, analysis_options(s))
                  : gdl::driver::load(path, provider, options);
}

bool fit_for_output(const std::string& out, const std::string& file) {
  const bool others = out == "-" || file == "-" || !os::same_file(out, file);
  if (others && !out.ends_with(".gdl")) return true;
  fmt::print(stderr, "gdlc: `{}` would be overwritten: a guideline has that name; give another\n",
             out);
  return false;
}

std::string counted(std::size_t n, const char* what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

namespace {

/// Notes shown, in a line each, unless all are asked for.
constexpr std::size_t kBriefNotes = 3;

std::string undecided_json(const std::vector<std::string>& checks) {
  std::string out;
  for (const std::string& c : checks) out += (out.empty() ? "" : ",") + gdl::diag::json_quote(c);
  return out.empty() ? out : ",\"undecided\":[" + out + "]";
}

/// What the checks of a decision came to.
std::string summary_words(const gdl::analysis::DecisionSummary& d) {
  const std::string open =
      d.undecided.empty() ? "" : "not decided: " + gdl::diag::listed(d.undecided, "and");
  if (d.verdict == gdl::diag::Verdict::proved) {
    std::string out = d.partial ? "no conflict" : "no conflict and no gap";
    out += d.accepted ? " but what is accepted" : "";
    out += ": proved for every patient";
    if (d.grounds == gdl::analysis::Grounds::refutation) out += ", by checked refutation";
    return out + (d.partial ? " (partial: gaps are allowed)" : "");
  }
  if (d.verdict == gdl::diag::Verdict::unknown && d.conflicts + d.gaps == 0) {
    return open.empty() ? "not decided" : open;
  }
  return counted(d.conflicts, "conflict") + ", " + counted(d.gaps, "gap") +
         (open.empty() ? "" : "; " + open);
}

}  // namespace

std::string print_diagnostics(const Settings& s, const Compilation& c, const std::string& format,
                              bool summary) {
  std::string out;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::vector<gdl::diag::Diagnostic> notes;
  auto show = [&](const gdl::diag::Diagnostic& d) {
    if (format == "json") {
      out += gdl::diag::render_json(c.sources, d) + "\n";
    } else {
      out += gdl::diag::render_text(c.sources, d, text_options(s)) + "\n";
    }
  };
  for (gdl::diag::Diagnostic d : c.sink.sorted()) {
    if (s.allow_unknown && d.code == gdl::diag::Code::unknown) {
      d.severity = gdl::diag::Severity::warning;
    }
    errors += d.severity == gdl::diag::Severity::error ? 1 : 0;
    warnings += d.severity == gdl::diag::Severity::warning ? 1 : 0;
    // Those of the analyses come last: they must not hide what is to be mended.
    if (d.severity == gdl::diag::Severity::note && d.verdict != gdl::diag::Verdict::none) {
      notes.push_back(std::move(d));
    } else {
      show(d);
    }
  }
  const bool brief = format == "text" && !s.notes;
  for (std::size_t i = 0; i < notes.size() && (!brief || i < kBriefNotes); ++i) {
    if (brief) {
      out += gdl::diag::render_brief(c.sources, notes[i], text_options(s));
    } else {
      show(notes[i]);
    }
  }
  if (brief && notes.size() > kBriefNotes) {
    out += fmt::format("and {}; `--notes` shows all, each with its lines\n",
                       counted(notes.size() - kBriefNotes, "more note"));
  }
  if (brief && !notes.empty()) out += "\n";
  if (!summary) return out;
  if (format == "json") {
    out += fmt::format("{{\"summary\":{{\"errors\":{},\"warnings\":{},\"notes\":{},\"decisions\":[",
                       errors, warnings, c.sink.count(gdl::diag::Severity::note));
    for (std::size_t i = 0; i < c.report.decisions.size(); ++i) {
      const auto& d = c.report.decisions[i];
      out += fmt::format(
          "{}{{\"id\":{},\"rules\":{},\"conflicts\":{},\"gaps\":{},\"verdict\":\"{}\",\"grounds\":"
          "\"{}\"{}}}",
          i > 0 ? "," : "", gdl::diag::json_quote(d.id), d.rules, d.conflicts, d.gaps,
          gdl::diag::verdict_text(d.verdict), gdl::analysis::grounds_text(d.grounds),
          undecided_json(d.undecided));
    }
    return out + "]}}\n";
  }
  for (const auto& d : c.report.decisions) {
    const std::string rules = fmt::format("{}: {}, ", d.id, counted(d.rules, "rule"));
    out += gdl::diag::wrap(rules + summary_words(d), 0, 2, s.width) + "\n";
  }
  out += counted(errors, "error") + ", " + counted(warnings, "warning") + "\n";
  return out;
}

gdl::diag::TextOptions text_options(const Settings& s) { return {s.use_color, s.width, s.unicode}; }

void complain(const Settings& s, const Compilation& c) {
  const Look look = look_of(2, s.color);
  Settings there = s;
  there.use_color = look.color;
  there.unicode = look.unicode;
  there.width = look.width;
  std::fputs(print_diagnostics(there, c, "text", true).c_str(), stderr);
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text;
}

}  // namespace gdlc
