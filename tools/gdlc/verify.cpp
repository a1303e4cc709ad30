// gdlc verify, and what gdlc build asks before it writes. See commands.h and driver/verify.h.
#include "verify.h"

#include <fmt/core.h>

#include <bit>
#include <cstdio>

#include "answer_text.h"
#include "common.h"
#include "diag/cells.h"
#include "diag/render.h"
#include "driver/verify.h"
#include "files.h"
#include "terminal.h"

namespace gdlc {

using gdl::driver::Compilation;
using gdl::driver::Verification;

namespace {

/// The findings; severities as `--allow-unknown` has them, unless undecided questions may not be mere warnings.
std::string findings(const Compilation& c, const Verification& v, const std::string& format,
                     const gdl::diag::TextOptions& look, bool lenient) {
  std::string out;
  for (gdl::diag::Diagnostic d : v.sink.sorted()) {
    if (lenient && d.code == gdl::diag::Code::unknown) {
      d.severity = gdl::diag::Severity::warning;
    }
    out += format == "json" ? gdl::diag::render_json(c.sources, d)
                            : gdl::diag::render_text(c.sources, d, look);
    out += "\n";
  }
  return out;
}

const char* verdict(const Verification& v) {
  if (v.differences() > 0) return "different";
  return v.undecided() > 0 ? "unknown" : "proved";
}

std::string summary_json(const Verification& v) {
  std::string left_out;
  for (const std::string& what : v.left_out) {
    left_out += (left_out.empty() ? "" : ",") + gdl::diag::json_quote(what);
  }
  return fmt::format(
      "{{\"summary\":{{\"verdict\":\"{}\",\"differences\":{},\"undecided\":{},\"facts\":{},"
      "\"actions\":{},\"decisions\":{},\"rules\":{},\"conditions\":{},\"by_form\":{},"
      "\"same_source\":{},\"unchecked\":{},\"stripped\":{},\"left_out\":[{}]}}}}\n",
      verdict(v), v.differences(), v.undecided(), v.facts, v.actions, v.decisions, v.rules,
      v.conditions, v.by_form, v.same_source, v.unchecked, v.stripped, left_out);
}

std::string summary_text(const Verification& v, std::size_t width) {
  std::string out;
  auto line = [&](const std::string& text) { out += gdl::diag::wrap(text, 0, 2, width) + "\n"; };
  if (!v.same_source) {
    line("the program was made from another text than this source; they are compared all the same");
  }
  if (v.unchecked) line("the program is marked as built in spite of findings of the analyses");
  if (!v.left_out.empty()) line("not compared: " + gdl::diag::listed(v.left_out, "and"));
  line(fmt::format("compared: {}, {}, {}, {}, and {} ({} by their form, {} as sets of patients)",
                   counted(v.facts, "fact"), counted(v.actions, "action"),
                   counted(v.decisions, "decision"), counted(v.rules, "rule"),
                   counted(v.conditions, "condition"), v.by_form, v.conditions - v.by_form));
  if (v.differences() > 0) {
    line(counted(v.differences(), "difference") +
         (v.undecided() > 0 ? fmt::format(", {} undecided", v.undecided()) : ""));
  } else if (v.undecided() > 0) {
    line(fmt::format("not decided: {}", counted(v.undecided(), "question")));
  } else {
    line("the program says what the source says: proved for every patient, rule and offer");
  }
  return out;
}

}  // namespace

int run_verify(const Settings& s) {
  std::optional<Compilation> c = open_guideline(s, s.files[0], false);
  if (!c.has_value()) return 2;
  if (c->type_errors) {
    complain(s, *c);
    return 1;
  }
  std::string error;
  std::optional<std::string> bytes = read_file(s.files[1], error);
  if (!bytes.has_value()) {
    fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", s.files[1], error);
    return 2;
  }
  gdl::driver::VerifyOptions options;
  options.analysis = analysis_options(s);
  const Verification v = gdl::driver::verify(*c, {bytes->begin(), bytes->end()}, options);
  if (!v.refused.empty()) {
    std::fputs(s.format == "json" ? v.refused.c_str()
                                  : problems_text(v.refused, s.files[1], s.use_color).c_str(),
               stdout);
    return 1;
  }
  std::fputs(findings(*c, v, s.format, text_options(s), s.allow_unknown).c_str(), stdout);
  std::fputs((s.format == "json" ? summary_json(v) : summary_text(v, s.width)).c_str(), stdout);
  for (const gdl::diag::Diagnostic& d : v.sink.items()) {
    if (d.code == gdl::diag::Code::internal_error) return 2;
  }
  return v.differences() > 0 || (v.undecided() > 0 && !s.allow_unknown) ? 1 : 0;
}

bool holds_to_source(const Settings& s, const Compilation& c,
                     const std::vector<std::uint8_t>& bytes, const gdl::emit::Options& built) {
  // What is compared is what the runtime reads, and it reads programs on little-endian machines only. That is no defect of
  // this program, whose bytes are those that every machine writes.
  if constexpr (std::endian::native != std::endian::little) {
    fmt::print(
        stderr,
        "gdlc: not verified: this machine is big-endian, and the runtime reads no program there; "
        "`gdlc verify` on another machine does it\n");
    return true;
  }
  const Look look = look_of(2, s.color);
  const gdl::diag::TextOptions there{look.color, look.width, look.unicode};
  gdl::driver::VerifyOptions options;
  options.analysis = analysis_options(s);
  options.built = built;
  const Verification v = gdl::driver::verify(c, bytes, options);
  if (!v.refused.empty()) std::fputs(problems_text(v.refused, s.out, there.color).c_str(), stderr);
  std::fputs(findings(c, v, "text", there, true).c_str(), stderr);
  if (v.differences() > 0 || !v.refused.empty()) {
    fmt::print(stderr, "gdlc: this is a defect of the compiler; please report it\n");
    return false;
  }
  if (v.undecided() > 0) {
    fmt::print(stderr, "gdlc: not verified: {} undecided\n",
               counted(v.undecided(), "condition") + (v.undecided() == 1 ? " is" : " are"));
  }
  return true;
}

}  // namespace gdlc
