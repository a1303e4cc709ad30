// The runtime's JSON in words: see answer_text.h.
#include "answer_text.h"

#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace gdlc {

using nlohmann::json;

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

void offer(const json& o, std::string& out, const Style& style, std::size_t width) {
  std::string label = text(o, "label");
  std::string name = join(o["way"], " + ");
  out += "  " + style.bold(text(o, "verb") + " " + (label.empty() ? name : label));
  std::string status = text(o, "status");
  if (status != "certain") out += " (" + status + ")";
  out += "\n";
  for (const auto& [key, value] : o["parameters"].items()) {
    std::string unit = o.value("units", json::object()).value(key, std::string());
    out += fmt::format("      {}: {}{}\n", key, parameter(value), unit.empty() ? "" : " " + unit);
  }
  for (const json& t : o.value("texts", json::array())) {
    out += wrap(t.get<std::string>(), "      ", width);
  }
  out += "      by " + join(o["rules"], ", ") + "\n";
  if (o.contains("cautions")) out += "      caution: see " + join(o["cautions"], ", ") + "\n";
}

void advice(const json& a, std::string& out, const Style& style, std::size_t width) {
  std::string verb = text(a, "verb");
  std::string what = a.contains("action") ? verb + " " + text(a, "action") : verb;
  if (a.contains("over")) what += " over " + text(a, "over");
  out += "    " + text(a, "rule") + ": " + what;
  if (text(a, "status") != "certain") out += " (" + text(a, "status") + ")";
  if (text(a, "conflict") == "yes") {
    out += style.red("  CONFLICT") + " with " + join(a["against"], ", ");
  }
  if (a.value("shadowed", false)) out += "  (an earlier rule answers first)";
  out += "\n";
  if (a.contains("because")) out += wrap(text(a, "because"), "      ", width);
  std::string words = text(a, "text");
  if (!words.empty()) out += wrap(words, "      ", width);
  std::string cites;
  for (const json& c : a.value("cite", json::array())) {
    cites += (cites.empty() ? "[" : "; ") + text(c, "reference");
    if (c.contains("at")) cites += ", " + text(c, "at");
  }
  if (!cites.empty()) out += wrap(cites + "]", "      ", width);
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
  for (const json& d : j["decisions"]) {
    if (text(d, "applies") == "no") continue;
    std::string title = text(d, "title");
    out += "\n" + style.bold(title.empty() ? text(d, "id") : title + " (" + text(d, "id") + ")") +
           "\n";
    if (text(d, "gap") == "yes")
      out += style.red("  no answer: no rule speaks of this patient") + "\n";
    if (text(d, "stranded") == "yes")
      out += style.red("  no answer: all that applies is ruled out") + "\n";
    if (!text(d, "text").empty()) out += wrap(text(d, "text"), "  ", width);
    if (text(d, "overlap") == "yes") {
      out += style.red("  different answers stand side by side, where one is allowed") + "\n";
    }
    if (text(d, "exclusive") == "yes") {
      out += style.red("  some of these recommendations exclude each other") + "\n";
    }
    for (const json& o : d["offers"]) offer(o, out, style, width);
    if (!d["advice"].empty()) {
      if (text(d, "id") != "safety") out += "  grounds:\n";
      for (const json& a : d["advice"]) advice(a, out, style, width);
    }
    for (const json& w : d["withdrawn"]) {
      out += fmt::format("  withdrawn: {} ({}), by {}\n", text(w, "action"), text(w, "rule"),
                         join(w["by"], ", "));
    }
    for (const json& a : d["accepted"]) out += wrap("accepted: " + text(a, "because"), "  ", width);
  }
  std::string not_concerned;
  for (const json& d : j["decisions"]) {
    if (text(d, "applies") == "no")
      not_concerned += (not_concerned.empty() ? "" : ", ") + text(d, "id");
  }
  if (!not_concerned.empty()) out += "\nnot concerned: " + not_concerned + "\n";
  if (!text(g, "disclaimer").empty()) out += "\n" + wrap(text(g, "disclaimer"), "", width);
  if (!j["assumed"].empty()) {
    out += "\nassumed, because not given:";
    for (const json& a : j["assumed"])
      out += fmt::format(" {} = {};", text(a, "fact"), a["value"].dump());
    out.back() = '\n';
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
