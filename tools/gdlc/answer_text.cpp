// The runtime's JSON in words: see answer_text.h.
#include "answer_text.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace gdlc {

using json = nlohmann::ordered_json;  // facts stay in the order of their declaration

namespace {

struct Style {
  bool color;
  [[nodiscard]] std::string bold(const std::string& s) const {
    return color ? "\033[1m" + s + "\033[0m" : s;
  }
  [[nodiscard]] std::string red(const std::string& s) const {
    return color ? "\033[1;31m" + s + "\033[0m" : s;
  }
};

std::string text(const json& o, const char* key) { return o.value(key, std::string()); }

std::string join(const json& list, const char* between) {
  std::string out;
  for (const json& item : list) out += (out.empty() ? "" : between) + item.get<std::string>();
  return out;
}

std::string parameter(const json& v) {
  if (v.is_array()) {
    std::string out;
    for (const json& item : v) out += (out.empty() ? "" : " or ") + parameter(item);
    return out;
  }
  if (v.is_object()) {
    std::string lo =
        v.contains("at_least") ? parameter(v["at_least"]) : "above " + parameter(v["above"]);
    return lo + (v.contains("at_most") ? " to " + parameter(v["at_most"])
                                       : " to below " + parameter(v["below"]));
  }
  return v.is_string() ? v.get<std::string>() : v.dump();
}

/// Words broken into lines that start with `indent`.
std::string wrap(const std::string& words, const std::string& indent, std::size_t width) {
  std::istringstream in(words);
  std::string out;
  std::string line = indent;
  std::string word;
  bool empty = true;
  while (in >> word) {
    if (!empty && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line = indent;
      empty = true;
    }
    line += (empty ? "" : " ") + word;
    empty = false;
  }
  return empty ? out : out + line + "\n";
}

/// What may be of a fact, as words: "at least 70", "II or III".
std::string value(const json& v) {
  if (v.is_null()) return "not known";
  if (v.is_boolean()) return v.get<bool>() ? "yes" : "no";
  if (v.is_array()) return v.empty() ? "none" : join(v, " and ");
  if (!v.is_object()) return v.is_string() ? v.get<std::string>() : v.dump();
  if (v.contains("value") && v.contains("unit")) {
    return value(v["value"]) + " " + v["unit"].get<std::string>();
  }
  std::string out;
  for (const auto& [key, one] : v.items()) {
    if (key == "in") {
      std::string list;
      for (const json& item : one) list += (list.empty() ? "" : " or ") + value(item);
      return list;
    }
    if (!out.empty()) out += " and ";
    if (one.is_boolean()) {
      out += (one.get<bool>() ? "" : "not ") + key;
    } else {
      out += (key == "at_least"  ? "at least "
              : key == "at_most" ? "at most "
                                 : key + " ") +
             value(one);
    }
  }
  return out;
}
std::string facts(const json& object) {
  std::string out;
  for (const auto& [name, v] : object.items()) {
    out += (out.empty() ? "" : ", ") + name + " " + value(v);
  }
  return out;
}

/// The smallest part of the case that forces it.
void because(const json& o, const std::string& indent, std::string& out, std::size_t width) {
  if (!o.contains("because")) return;
  std::string part = facts(o["because"]);
  out += wrap("because: " + (part.empty() ? "whoever the patient is" : part), indent, width);
}

/// What facts would have to be, and whether known where that counts and the values do not say it: "egfr known, pdl1 at
/// least 1 and known".
std::string changes(const json& change) {
  auto counts = [&](const char* key, const std::string& name) {
    const json names = change.value(key, json::array());
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::string out;
  for (const auto& [name, v] : change["facts"].items()) {
    out += out.empty() ? "" : ", ";
    const bool narrowed = v.is_object() && !v.contains("value");
    if (v.is_null()) {
      out += name + (counts("known", name) ? " known" : " not known");
    } else {
      out += name + " " + value(v);
      if (narrowed && counts("known", name)) out += " and known";
      if (counts("unknown", name)) out += " and not known";
    }
  }
  return out;
}

/// A rule that does not stand, and what would bring it.
void not_standing(const json& r, std::string& out, std::size_t width) {
  std::string words = text(r, "rule");
  if (r.contains("overridden_by")) words += ": overridden by " + join(r["overridden_by"], ", ");
  out += wrap(words, "    ", width);
  if (r["would_need"].empty()) {
    bool more = r.value("would_need_more", false);
    out += wrap(more ? "what would bring it was not found out" : "nothing would bring it", "      ",
                width);
  }
  for (const json& c : r["would_need"]) {
    std::string need = "would need: " + changes(c);
    if (text(c, "status") == "possible") need += " (and then may stand)";
    out += wrap(need, "      ", width);
  }
  if (!r["would_need"].empty() && r.value("would_need_more", false)) {
    out += "      and other changes\n";
  }
}

/// " (possible, hangs on a, b)", or nothing for what is certain.
std::string status(const json& o) {
  std::string status = text(o, "status");
  if (status == "certain") return "";
  std::string out = " (" + status;
  if (o.contains("hangs_on") && !o["hangs_on"].empty()) {
    out += ", hangs on " + join(o["hangs_on"], ", ");
  }
  return out + ")";
}

/// Two offers that differ in their way only: a choice.
bool alternatives(const json& a, const json& b) {
  for (const char* key :
       {"verb", "status", "hangs_on", "parameters", "units", "rules", "cautions", "because"}) {
    if (a.value(key, json()) != b.value(key, json())) return false;
  }
  return true;
}

/// The rules whose cautions mark an offer, each with how sure it is that it stands.
std::string cautions_of(const json& offer, const json& cautions) {
  std::string out;
  for (const json& rule : offer["cautions"]) {
    out += (out.empty() ? "" : ", ") + rule.get<std::string>();
    for (const json& c : cautions) {
      if (c["rule"] != rule) continue;
      if (text(c, "status") != "certain") out += " (" + text(c, "status") + ")";
      break;
    }
  }
  return out;
}

/// Offers that are a choice among each other, in one line.
void offers(const std::vector<json>& choice, const json& cautions, std::string& out,
            const Style& style, std::size_t width) {
  const json& o = choice.front();
  std::string names;
  for (const json& one : choice) {
    std::string label = text(one, "label");
    names += (names.empty() ? "" : " or ") + (label.empty() ? join(one["way"], " + ") : label);
  }
  std::string line = text(o, "verb") + " " + names;
  // An escape is neither counted nor torn: bold is what fits on one line.
  std::string block = wrap(line + status(o), "  ", width);
  bool one_line = block.find('\n') + 1 == block.size();
  out += one_line ? "  " + style.bold(line) + status(o) + "\n" : block;
  for (const auto& [key, value] : o["parameters"].items()) {
    std::string unit = o.value("units", json::object()).value(key, std::string());
    out += fmt::format("      {}: {}{}\n", key, parameter(value), unit.empty() ? "" : " " + unit);
  }
  for (const json& one : choice) {
    for (const json& t : one.value("texts", json::array())) {
      out += wrap(t.get<std::string>(), "      ", width);
    }
  }
  out += wrap("by " + join(o["rules"], ", "), "      ", width);
  because(o, "      ", out, width);
  if (o.contains("cautions")) {
    out += wrap("caution: see " + cautions_of(o, cautions), "      ", width);
  }
}

void advice(const json& a, std::string& out, const Style& style, std::size_t width) {
  std::string verb = text(a, "verb");
  std::string what = a.contains("action") ? verb + " " + text(a, "action") : verb;
  if (a.contains("over")) what += " over " + text(a, "over");
  out += wrap(text(a, "rule") + ": " + what + status(a), "    ", width);
  if (text(a, "conflict") != "no") {
    bool open = text(a, "conflict") == "unknown";
    out += "      " + style.red(open ? "possibly in CONFLICT" : "CONFLICT") + " with " +
           join(a["against"], ", ") + "\n";
  }
  if (a.contains("shadowed")) {
    bool open = text(a, "shadowed") == "unknown";
    out += std::string("      ") + (open ? "possibly, " : "") + "an earlier rule answers first\n";
  }
  if (a.contains("reason")) out += wrap(text(a, "reason"), "      ", width);
  std::string words = text(a, "text");
  if (!words.empty()) out += wrap(words, "      ", width);
  std::string cites;
  for (const json& c : a.value("cite", json::array())) {
    cites += (cites.empty() ? "[" : "; ") + text(c, "reference");
    if (c.contains("at")) cites += ", " + text(c, "at");
  }
  if (!cites.empty()) out += wrap(cites + "]", "      ", width);
  because(a, "      ", out, width);
  if (a.contains("source")) {
    const json& at = a["source"];
    out += wrap(fmt::format("at {}:{}", text(at, "file"), at["line"].get<int>()), "      ", width);
  }
}

/// What is so, in red, or may be so.
void mark(const json& d, const char* key, const std::string& yes, const std::string& open,
          std::string& out, const Style& style, std::size_t width) {
  if (text(d, key) == "yes") out += "  " + style.red(yes) + "\n";
  if (text(d, key) == "unknown") out += wrap(open, "  ", width);
}

/// "ask for: pdl1 (settles 80 %), alk"
void ask(const json& d, std::string& out, std::size_t width) {
  if (d["ask"].empty()) return;
  std::string list;
  for (const json& q : d["ask"]) {
    list += (list.empty() ? "" : ", ") + text(q, "fact");
    double settles = q["settles"].get<double>();
    if (settles > 0) list += fmt::format(" (settles {:.0f} %)", settles * 100);
  }
  out += wrap("ask for: " + list, "  ", width);
}

}  // namespace

std::string answer_text(const std::string& source, bool color, std::size_t width) {
  json j = json::parse(source);
  Style style{color};
  const json& g = j["guideline"];
  std::string out = fmt::format("{} {}\n", text(g, "name"), text(g, "version"));
  if (g.value("unchecked", false)) {
    out +=
        style.red(
            "This program was built in spite of findings: its answers may contradict themselves.") +
        "\n";
  }
  bool assumed = false;  // something is
  for (const json& d : j["decisions"]) {
    for (const char* list : {"offers", "advice", "withdrawn", "accepted"}) {
      for (const json& o : d[list]) assumed = assumed || text(o, "status") == "assumed";
    }
  }
  for (const json& d : j["decisions"]) {
    if (text(d, "applies") == "no") continue;
    std::string title = text(d, "title");
    out += "\n" + style.bold(title.empty() ? text(d, "id") : title + " (" + text(d, "id") + ")") +
           "\n";
    if (text(d, "applies") == "unknown") {
      out += wrap("whether this concerns the patient is open", "  ", width);
    }
    if (d.value("partial", false)) {
      // The guideline says that this decision has no answer for everybody.
      if (text(d, "gap") == "yes") out += "  nothing is said of this patient\n";
    } else {
      mark(d, "gap", "no answer: no rule speaks of this patient",
           "possibly no answer: no rule may speak of this patient", out, style, width);
    }
    mark(d, "stranded", "no answer: all that applies is ruled out",
         "possibly no answer: all that applies may be ruled out", out, style, width);
    if (!text(d, "text").empty()) out += wrap(text(d, "text"), "  ", width);
    mark(d, "overlap", "different answers stand side by side, where one is allowed",
         "different answers may stand side by side, where one is allowed", out, style, width);
    mark(d, "exclusive", "some of these recommendations exclude each other",
         "some of these recommendations may exclude each other", out, style, width);
    for (std::size_t i = 0; i < d["offers"].size();) {
      std::vector<json> choice = {d["offers"][i]};
      while (++i < d["offers"].size() && alternatives(choice.front(), d["offers"][i])) {
        choice.push_back(d["offers"][i]);
      }
      offers(choice, j["cautions"], out, style, width);
    }
    ask(d, out, width);
    if (!d["advice"].empty()) {
      if (text(d, "id") != "safety") out += "  grounds:\n";
      for (const json& a : d["advice"]) advice(a, out, style, width);
    }
    for (const json& w : d["withdrawn"]) {
      out += wrap(fmt::format("withdrawn: {} ({}), by {}{}", text(w, "action"), text(w, "rule"),
                              join(w["by"], ", "), status(w)),
                  "  ", width);
    }
    for (const json& a : d["accepted"]) {
      out += wrap("accepted: " + text(a, "because") + status(a), "  ", width);
    }
  }
  for (const json& d : j["decisions"]) {
    if (!d.contains("not_standing") || d["not_standing"].empty()) continue;
    out += "\n" + style.bold("Not standing in " + text(d, "id")) + "\n";
    for (const json& r : d["not_standing"]) not_standing(r, out, width);
  }
  std::string not_concerned;
  for (const json& d : j["decisions"]) {
    if (text(d, "applies") == "no")
      not_concerned += (not_concerned.empty() ? "" : ", ") + text(d, "id");
  }
  if (!not_concerned.empty()) out += "\n" + wrap("not concerned: " + not_concerned, "", width);
  if (!text(g, "disclaimer").empty()) out += "\n" + wrap(text(g, "disclaimer"), "", width);
  if (!j["assumed"].empty()) {
    out += "\nassumed, because not given:";
    for (const json& a : j["assumed"])
      out += fmt::format(" {} = {};", text(a, "fact"), a["value"].dump());
    out.back() = '\n';
  } else if (assumed) {
    out += "\nassumed: the guideline declares those impossible of whom it would not hold\n";
  }
  return out;
}

std::string problems_text(const std::string& lines, const std::string& file, bool color) {
  Style style{color};
  std::istringstream in(lines);
  std::string line;
  std::string out;
  while (std::getline(in, line)) {
    json j = json::parse(line);
    out += style.red("error") +
           fmt::format("[{}] {}: {}\n", text(j, "code"), text(j, "name"), text(j, "message"));
    bool place = text(j, "code") == "GDL7001" && j.value("line", 0) > 0;
    out += place
               ? fmt::format("  --> {}:{}:{}\n", file, j["line"].get<int>(), j["column"].get<int>())
               : fmt::format("  --> {}\n", file);
    if (j.contains("help")) out += "   = help: " + text(j, "help") + "\n";
  }
  return out;
}

int answer_status(const std::string& source) {
  json j = json::parse(source);
  bool advised = false;
  for (const json& d : j["decisions"]) {
    if (!d.value("settled", true)) return 3;
    for (const json& o : d["offers"])
      advised = advised || text(o, "status") == "certain" || text(o, "status") == "assumed";
  }
  return advised ? 0 : 4;
}

}  // namespace gdlc
