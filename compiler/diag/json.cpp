// Diagnostics as JSON lines, in the shape of docs/cli.md: see render.h.
#include <fmt/core.h>

#include "diag/render.h"

namespace gdl::diag {

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

namespace {

std::string json_place(const SourceMap& sources, Span span) {
  if (!span.valid()) return "\"file\":null";
  Position b = sources.begin(span);
  Position e = sources.end(span);
  return fmt::format("\"file\":{},\"line\":{},\"column\":{},\"end_line\":{},\"end_column\":{}",
                     json_quote(sources.file(span.file).path), b.line, b.column, e.line, e.column);
}

std::string json_fix(const SourceMap& sources, const Diagnostic& d, const Fix& fix) {
  Edit edit = edit_of(sources, fix);
  return fmt::format("{{{},\"replacement\":{},\"description\":{}{}}}",
                     json_place(sources, edit.span), json_quote(edit.text),
                     json_quote(fix.message.empty() ? d.help : fix.message),
                     fix.fill ? ",\"fill\":true" : "");
}

std::string members(const std::vector<FactValue>& values, std::string FactValue::* part) {
  std::string out = "{";
  for (const FactValue& f : values) {
    out += (out.size() > 1 ? "," : "") + json_quote(f.fact) + ":" + f.*part;
  }
  return out + "}";
}

}  // namespace

std::string case_json(const std::vector<FactValue>& facts) {
  return members(facts, &FactValue::json);
}

std::string region_members(const std::vector<FactValue>& facts) {
  std::string out = "\"facts\":" + members(facts, &FactValue::region);
  for (const bool known : {true, false}) {
    std::string names;
    for (const FactValue& f : facts) {
      if (f.known == known) names += (names.empty() ? "" : ",") + json_quote(f.fact);
    }
    if (!names.empty()) out += std::string(known ? ",\"known\":[" : ",\"unknown\":[") + names + "]";
  }
  return out;
}

std::string render_json(const SourceMap& sources, const Diagnostic& d) {
  auto place = [&](Span span) { return json_place(sources, span); };
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
    out += ",\"witness\":" + case_json(*d.witness) +
           ",\"witness_words\":" + json_quote(fact_words(*d.witness)) +
           ",\"grounds\":" + json_quote(d.witness_grounds);
  }
  if (!d.regions.empty()) {
    out += ",\"regions\":[";
    for (std::size_t i = 0; i < d.regions.size(); ++i) {
      const Region& r = d.regions[i];
      out += fmt::format("{}{{{},\"words\":{}{}{}{}}}", i > 0 ? "," : "", region_members(r.facts),
                         json_quote(fact_words(r.facts)),
                         r.share.empty() ? "" : ",\"share\":" + r.share,
                         r.count.empty() ? "" : ",\"count\":" + json_quote(r.count),
                         r.when.empty() ? "" : ",\"when\":" + json_quote(r.when));
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
  if (d.fix.has_value()) out += ",\"fix\":" + json_fix(sources, d, *d.fix);
  if (!d.choices.empty()) {
    out += ",\"choices\":[";
    for (std::size_t i = 0; i < d.choices.size(); ++i) {
      out += (i > 0 ? "," : "") + json_fix(sources, d, d.choices[i]);
    }
    out += "]";
  }
  return out + "}";
}

}  // namespace gdl::diag
