// gdlc diff: the difference of two versions, for people and as JSON lines. See commands.h.
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

#include "common.h"
#include "diag/cells.h"
#include "diag/render.h"

namespace gdlc {

using gdl::diag::json_quote;
using gdl::driver::Compilation;
namespace analysis = gdl::analysis;

namespace {

// -- text -----------------------------------------------------------------------------------------

/// "0.3125" as "31.25 %"
std::string percent(const std::string& share) {
  if (share.empty()) return "";
  const double x = 100 * std::strtod(share.c_str(), nullptr);
  if (x < 0.005) return x > 0 ? "under 0.01 %" : "0 %";
  std::string out = fmt::format("{:.2f}", x);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out + " %";
}

class Printer {
 public:
  Printer(const Settings& s, const Compilation& older, const Compilation& newer)
      : s_(s), older_(older), newer_(newer) {}

  std::string text(const analysis::Diff& d) {
    for (const analysis::DecisionDiff& x : d.decisions) decision(x);
    declarations("decisions", d.declared);
    declarations("facts", d.facts);
    for (const analysis::OneSided& p : d.patients) one_sided(p);
    texts(d.texts);
    step(d);
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string paint(const char* code, const std::string& s) const {
    return s_.use_color ? fmt::format("\x1b[{}m{}\x1b[0m", code, s) : s;
  }
  void line(const std::string& lead, const std::string& text, const char* tone = nullptr) {
    const std::size_t indent = gdl::diag::cells(lead);
    std::string words = gdl::diag::wrap(text, indent, indent, s_.width);
    out_ += lead + (tone == nullptr ? words : paint(tone, words)) + "\n";
  }
  void heading(const std::string& name, const std::string& rest) {
    if (!out_.empty()) out_ += "\n";
    const std::string all = gdl::diag::wrap(name + rest, 0, 2, s_.width);
    out_ += paint("1", all.substr(0, name.size())) + all.substr(name.size()) + "\n";
  }

  void decision(const analysis::DecisionDiff& d) {
    if (d.unknown) {
      heading(d.id, ": not decided within the effort");
      return;
    }
    const std::string share = percent(d.share);
    const bool safety = d.id == "safety";
    std::string rest = ": the advice changes";
    if (!share.empty()) rest += " for " + share + " of " + (safety ? "all" : "its") + " patients";
    heading(d.id, rest);
    for (const analysis::Change& c : d.changes) change(c, safety ? "nothing" : "no advice");
    if (d.at_least) {
      line("\n  ",
           fmt::format("and at least {} more changes, which are not listed", d.further + 1));
    } else if (d.further > 0) {
      line("\n  ",
           fmt::format("and {} more change{}, not listed", d.further, d.further == 1 ? "" : "s"));
    }
  }

  void groups(const std::vector<analysis::PatientGroup>& all, bool more) {
    const std::size_t shown = std::min(all.size(), gdl::diag::kGroups);
    for (std::size_t i = 0; i < shown; ++i) {
      const analysis::PatientGroup& g = all[i];
      const std::string share = percent(g.share);
      std::string words = gdl::diag::fact_words(g.facts);
      if (!share.empty()) words += " (" + share + ")";
      line(i == 0 ? "  " : "  also ", words);
    }
    if (more) {
      line("  ", "and more groups of patients");
    } else if (all.size() > shown) {
      const std::size_t n = all.size() - shown;
      line("  ", fmt::format("and {} more group{} of patients", n, n == 1 ? "" : "s"));
    }
  }

  void change(const analysis::Change& c, const char* none) {
    out_ += "\n";
    groups(c.groups, c.more);
    advice("    before  ", c.before, none, "31");
    advice("    after   ", c.after, none, "32");
  }
  void advice(const std::string& lead, const std::vector<std::string>& items, const char* none,
              const char* tone) {
    if (items.empty()) line(lead, none, tone);
    for (std::size_t i = 0; i < items.size(); ++i) {
      line(i == 0 ? lead : std::string(lead.size(), ' '), items[i], tone);
    }
  }

  void declarations(const char* what, const std::vector<analysis::DeclarationDiff>& all) {
    if (all.empty()) return;
    heading(what, "");
    for (const analysis::DeclarationDiff& d : all) {
      std::string words = fmt::format("{}: {}", d.name, analysis::fate_text(d.fate));
      if (!d.what.empty()) words += " (" + d.what + ")";
      line("  ", words);
      if (!d.before.empty()) line("    before  ", d.before, "31");
      if (!d.after.empty()) line("    after   ", d.after, "32");
    }
  }

  void one_sided(const analysis::OneSided& p) {
    heading(p.older ? "patients who can no longer be described"
                    : "patients who could not be described before",
            p.unknown ? ": not decided within the effort" : "");
    groups(p.groups, p.more);
  }

  void texts(const std::vector<analysis::TextDiff>& all) {
    if (all.empty()) return;
    heading("texts", "");
    for (const analysis::TextDiff& t : all) {
      if (t.what.empty()) {
        const std::string name = " " + (t.before.empty() ? t.after : t.before);
        const bool named = t.of.size() >= name.size() &&
                           t.of.compare(t.of.size() - name.size(), name.size(), name) == 0;
        line("  ", t.of + (named ? "" : name) + (t.before.empty() ? ": added" : ": removed"));
        continue;
      }
      const bool values = !t.before.empty() || !t.after.empty();
      line("  ", t.of + ", " + t.what + (values ? "" : ", with the same advice for every patient"));
      if (!t.before.empty()) line("    before  ", t.before, "31");
      if (!t.after.empty()) line("    after   ", t.after, "32");
    }
  }

  void step(const analysis::Diff& d) {
    if (!out_.empty()) out_ += "\n";
    const std::string versions = older_.model->version + " -> " + newer_.model->version;
    if (!d.differ()) {
      line("", versions + ": no difference, for every patient");
      return;
    }
    std::string words = fmt::format("{}: {} change", versions, analysis::bump_text(d.bump));
    if (d.bump == analysis::Bump::none) words = versions + ": no change found";
    if (d.undecided) words += ", as far as was decided";
    if (d.required.empty()) {
      words += "; these versions cannot be compared";
    } else {
      words += "; asks for version " + d.required + " or higher";
    }
    line("", words);
  }

  const Settings& s_;
  const Compilation& older_;
  const Compilation& newer_;
  std::string out_;
};

// -- JSON lines -----------------------------------------------------------------------------------

std::string list(const std::vector<std::string>& all) {
  std::string out = "[";
  for (const std::string& s : all) out += (out.size() > 1 ? "," : "") + json_quote(s);
  return out + "]";
}

std::string share(const std::string& s) { return s.empty() ? "" : ",\"share\":" + s; }

/// The members of a group of patients, without braces.
std::string group(const analysis::PatientGroup& g) {
  return fmt::format("{},\"words\":{}{}{},\"witness\":{},\"grounds\":{}",
                     gdl::diag::region_members(g.facts), json_quote(gdl::diag::fact_words(g.facts)),
                     g.when.empty() ? "" : ",\"when\":" + json_quote(g.when), share(g.share),
                     gdl::diag::case_json(g.facts), json_quote(g.grounds));
}

std::string declaration(const char* kind, const analysis::DeclarationDiff& d) {
  std::string out =
      fmt::format("{{\"{}\":{},\"fate\":\"{}\"", kind, json_quote(d.name), fate_text(d.fate));
  if (!d.what.empty()) out += ",\"what\":" + json_quote(d.what);
  if (!d.before.empty()) out += ",\"before\":" + json_quote(d.before);
  if (!d.after.empty()) out += ",\"after\":" + json_quote(d.after);
  return out + fmt::format(",\"bump\":\"{}\"}}\n", bump_text(d.bump));
}

std::string json(const analysis::Diff& d, const Compilation& older, const Compilation& newer) {
  std::string out;
  for (const analysis::DecisionDiff& x : d.decisions) {
    for (const analysis::Change& c : x.changes) {
      for (const analysis::PatientGroup& g : c.groups) {
        out += fmt::format("{{\"decision\":{},{},\"before\":{},\"after\":{},\"bump\":\"{}\"}}\n",
                           json_quote(x.id), group(g), list(c.before), list(c.after),
                           bump_text(c.bump));
      }
    }
  }
  for (const analysis::DeclarationDiff& x : d.declared) out += declaration("declared", x);
  for (const analysis::DeclarationDiff& x : d.facts) out += declaration("fact", x);
  for (const analysis::OneSided& p : d.patients) {
    for (const analysis::PatientGroup& g : p.groups) {
      out += fmt::format("{{\"only\":\"{}\",{}}}\n", p.older ? "old" : "new", group(g));
    }
  }
  for (const analysis::TextDiff& t : d.texts) {
    out += "{\"text\":" + json_quote(t.of);
    if (!t.what.empty()) out += ",\"what\":" + json_quote(t.what);
    if (!t.before.empty()) out += ",\"before\":" + json_quote(t.before);
    if (!t.after.empty()) out += ",\"after\":" + json_quote(t.after);
    out += "}\n";
  }
  out += fmt::format("{{\"summary\":{{\"old\":{},\"new\":{},\"bump\":\"{}\"{}",
                     json_quote(older.model->version), json_quote(newer.model->version),
                     bump_text(d.bump), d.undecided ? ",\"undecided\":true" : "");
  if (!d.required.empty()) out += ",\"required\":" + json_quote(d.required);
  out += ",\"decisions\":[";
  bool first = true;
  for (const analysis::DecisionDiff& x : d.decisions) {
    bool all = !x.at_least && x.further == 0;
    for (const analysis::Change& c : x.changes) all = all && !c.more;
    out += fmt::format("{}{{\"id\":{},\"verdict\":\"{}\",\"changes\":{}{},\"bump\":\"{}\"}}",
                       first ? "" : ",", json_quote(x.id),
                       x.unknown ? "unknown"
                       : all     ? "found"
                                 : "at_least",
                       x.changes.size() + x.further, share(x.share), bump_text(x.bump));
    first = false;
  }
  return out + "]}}\n";
}

}  // namespace

int run_diff(const Settings& s) {
  std::optional<Compilation> older = open_guideline(s, s.files[0], false);
  std::optional<Compilation> newer = open_guideline(s, s.files[1], false);
  if (!older.has_value() || !newer.has_value()) return 2;
  if (older->type_errors || newer->type_errors) {
    for (const Compilation* c : {&*older, &*newer}) {
      if (c->type_errors) std::fputs(print_diagnostics(s, *c, s.format, true).c_str(), stdout);
    }
    return 1;
  }
  newer->sink = gdl::diag::Sink();  // warnings of the text are no difference
  const analysis::Diff d = gdl::driver::diff(*older, *newer, analysis_options(s));
  const std::string findings = print_diagnostics(s, *newer, s.format, false);
  // For people what has changed comes first, for programs the summary last.
  const std::string out = s.format == "json" ? findings + json(d, *older, *newer)
                          : findings.empty() ? Printer(s, *older, *newer).text(d)
                                             : Printer(s, *older, *newer).text(d) + "\n" + findings;
  std::fputs(out.c_str(), stdout);
  for (const gdl::diag::Diagnostic& x : newer->sink.items()) {
    if (x.code == gdl::diag::Code::internal_error) return 2;
  }
  return d.differ() || newer->sink.has_errors() ? 1 : 0;
}

}  // namespace gdlc
