// Small guidelines from strings, and what is to be seen in them, as text that a test can spell out:
// the diagnostics, whether a condition holds for a patient, the advice for a patient.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "load.h"
#include "oracle/oracle.h"

namespace gdl::test {

inline const std::string kHeader = "guideline g \"G\" language 1 version 0.1.0\n";

/// The errors and warnings, one a line: "type-error at `n = high`". Warnings about things that
/// nothing uses are left out: small guidelines are full of them.
inline std::string list(const driver::Compilation& c, bool with_unused = false) {
  std::string out;
  for (const diag::Diagnostic& d : c.sink.sorted()) {
    if (d.code == diag::Code::unused && !with_unused) continue;
    out += (out.empty() ? "" : "\n") + std::string(diag::info(d.code).name) + " at `" +
           std::string(c.sources.text(d.primary)) + "`";
  }
  return out;
}

/// What the types say of the text (with a header put before it); empty: nothing.
inline std::string found(const std::string& text) { return list(load(kHeader + text)); }
/// The same with what nothing uses.
inline std::string found_unused(const std::string& text) {
  return list(load(kHeader + text), true);
}
/// The same of several files; the main one is `main.gdl` and gets the header.
inline std::string found_in(std::map<std::string, std::string> all) {
  all["main.gdl"] = kHeader + all["main.gdl"];
  return list(driver::load("main.gdl", files(all), {}));
}
/// What the analyses find as well.
inline std::string analysed(const std::string& text) { return list(check(kHeader + text)); }

/// A guideline without type errors.
class Guideline {
 public:
  explicit Guideline(const std::string& text) : c_(load(kHeader + text)) {
    INFO(messages(c_));
    REQUIRE_FALSE(c_.type_errors);
  }
  explicit Guideline(std::map<std::string, std::string> all) {
    all["main.gdl"] = kHeader + all["main.gdl"];
    c_ = driver::load("main.gdl", files(all), {});
    INFO(messages(c_));
    REQUIRE_FALSE(c_.type_errors);
  }

  [[nodiscard]] const sema::Model& model() const { return *c_.model; }

  /// A patient by values: a name, a number in the fact's unit, the elements of a set with blanks
  /// between. "?" before the value: unknown, and would turn out so. Facts not named have their
  /// first value (no, the least number, the empty set).
  [[nodiscard]] oracle::Patient patient(const std::map<std::string, std::string>& values) const {
    const sema::Model& m = model();
    oracle::Patient p;
    p.values.resize(m.facts.size());
    p.known.assign(m.facts.size(), 1);
    std::size_t used = 0;
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      sema::FactId id(i);
      const sema::Fact& f = m.facts[id];
      sema::Value& v = p.values[id];
      v.number = f.lo;
      auto it = values.find(f.name);
      if (it == values.end()) continue;
      ++used;
      std::string text = it->second;
      if (!text.empty() && text[0] == '?') {
        p.known[id] = 0;
        text.erase(0, 1);
      }
      if (f.kind == sema::FactKind::integer || f.kind == sema::FactKind::decimal) {
        REQUIRE(gdlrt::num::parse_decimal(text.data(), text.size(), v.number) ==
                gdlrt::num::NumStatus::ok);
        continue;
      }
      std::size_t matched = 0;
      std::string padded = " " + text + " ";
      for (std::size_t k = 0; k < f.enumerators.size(); ++k) {
        if (padded.find(" " + f.enumerators[k].name + " ") == std::string::npos) continue;
        ++matched;
        v.index = static_cast<std::uint32_t>(k);
        v.set |= std::uint64_t{1} << k;
      }
      REQUIRE((f.kind == sema::FactKind::set || matched == 1));
    }
    REQUIRE(used == values.size());  // a fact that does not exist is a slip of the test
    return p;
  }

  [[nodiscard]] bool possible(const std::map<std::string, std::string>& values) const {
    return oracle::possible(model(), patient(values));
  }

  [[nodiscard]] sema::RuleId rule(const std::string& name) const {
    sema::RuleId found = test::rule(model(), name);
    REQUIRE_MESSAGE(found.valid(), name);
    return found;
  }
  [[nodiscard]] const sema::Action& action(const std::string& name) const {
    for (const sema::Action& a : model().actions) {
      if (a.name == name) return a;
    }
    REQUIRE_MESSAGE(false, name);
    return model().actions[sema::ActionId(0)];
  }

  /// "a+b | c": ways in the order given, leaves by declaration.
  [[nodiscard]] std::string ways(const std::vector<sema::WayId>& list) const {
    std::string out;
    for (sema::WayId w : list) {
      out += out.empty() ? "" : " | ";
      bool first = true;
      for (sema::ActionId a : model().ways[w].leaves) {
        out += (first ? "" : "+") + model().actions[a].name;
        first = false;
      }
    }
    return out;
  }
  [[nodiscard]] std::string ways_of(const std::string& action_name) const {
    return ways(action(action_name).ways);
  }

  /// What the oracle answers, one line a thing, in this order: for each decision that applies, its
  /// rules' *for*s ("d.r recommend a | b", "d.r withdrawn", "d.r conflict"; behind the first of
  /// `choose first` nothing), "d.r none", "d gap", "d stranded", "d overlap"; then
  /// "exclusive d.r, d.s" and "parameter d.r cycles".
  [[nodiscard]] std::string advice(const std::map<std::string, std::string>& values = {}) const {
    const sema::Model& m = model();
    const oracle::Advice a = oracle::evaluate(m, patient(values));
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < m.decisions.size(); ++i) {
      sema::DecisionId id(i);
      const sema::Decision& d = m.decisions[id];
      const oracle::DecisionAdvice& got = a.decisions[id];
      for (const oracle::ForResult& f : got.fors) {
        if (!f.kept) continue;
        const sema::Rule& r = m.rules[f.rule];
        const bool considers = r.directives[f.directive].verb == sema::Verb::consider;
        lines.push_back(r.name + (f.withdrawn ? " withdrawn"
                                  : f.conflict
                                      ? " conflict"
                                      : (considers ? " consider " : " recommend ") + ways(f.left)));
      }
      for (sema::RuleId r : got.none) lines.push_back(m.rules[r].name + " none");
      if (got.gap) lines.push_back(d.name + " gap");
      if (got.stranded) lines.push_back(d.name + " stranded");
      if (!got.overlaps.empty()) lines.push_back(d.name + " overlap");
    }
    for (const oracle::ExclusiveClash& x : a.exclusives) {
      lines.push_back("exclusive " + m.rules[x.first].name + ", " + m.rules[x.second].name);
    }
    for (const oracle::ParameterClash& x : a.parameters) {
      std::string line = "parameter " + m.rules[x.rule].name + " " + m.params[x.param].name;
      if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
    }
    std::string out;
    for (const std::string& l : lines) out += (out.empty() ? "" : "\n") + l;
    return out;
  }

  /// The rules that stand, by name, with blanks between.
  [[nodiscard]] std::string standing(const std::map<std::string, std::string>& values = {}) const {
    const oracle::Advice a = oracle::evaluate(model(), patient(values));
    std::string out;
    for (std::size_t i = 0; i < model().rules.size(); ++i) {
      if (a.stands[sema::RuleId(i)] == 0) continue;
      out += (out.empty() ? "" : " ") + model().rules[sema::RuleId(i)].name;
    }
    return out;
  }
  [[nodiscard]] bool stands(const std::string& name,
                            const std::map<std::string, std::string>& values) const {
    return oracle::evaluate(model(), patient(values)).stands[rule(name)] != 0;
  }

  /// The values left of each parameter on the first way of a rule's first *for*: "cycles 4 5 6",
  /// at the points that the guideline can tell apart.
  [[nodiscard]] std::string parameters(
      const std::string& rule_name, const std::map<std::string, std::string>& values = {}) const {
    const sema::Model& m = model();
    const oracle::Advice a = oracle::evaluate(m, patient(values));
    const sema::WayId way = m.rules[rule(rule_name)].directives[0].what.ways[0];
    std::string out;
    for (const oracle::ParamLeft& left : oracle::parameters_left(m, a, way)) {
      const sema::Parameter& p = m.params[left.param];
      const std::vector<sema::Value> points = oracle::parameter_points(m, left.param);
      out += (out.empty() ? "" : ", ") + p.name;
      for (std::size_t i : left.points) {
        if (p.kind == sema::FactKind::enumeration) {
          out += " " + p.enumerators[points[i].index].name;
        } else {
          char text[gdlrt::num::kMaxFormat];
          gdlrt::num::format(points[i].number, text, sizeof text);
          out += std::string(" ") + text;
        }
      }
    }
    return out;
  }

 private:
  driver::Compilation c_;
};

/// Whether the condition holds for a patient; `facts` declares what it speaks of.
inline bool holds(const std::string& facts, const std::string& condition,
                  const std::map<std::string, std::string>& values) {
  Guideline g(facts + "\naction x \"X\" decision d \"D\" rule r \"R\" when " + condition +
              " recommend x");
  return g.stands("d.r", values);
}
/// What the types say of a condition.
inline std::string found_in_condition(const std::string& facts, const std::string& condition) {
  return found(facts + "\naction x \"X\" decision d \"D\" rule r \"R\" when " + condition +
               " recommend x");
}

}  // namespace gdl::test
