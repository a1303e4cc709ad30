// Writes random guidelines as text, with every construct of the language: facts of all kinds with units,
// definitions, scores and bands, constraints, composed actions with parameters, exclusions, decisions of all
// kinds, rules with every directive, overrides, safety rules, accepts. What it writes has no type error.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz_count.h"
#include "random.h"

namespace gdl::test {

struct Shape {
  std::size_t facts = 4, definitions = 2, decisions = 2, rules = 5;  // rules: of each decision
  bool knownness = true, accepts = true, safety = true;
  std::size_t scenarios = 0;
  /// Also what is written seldom: knownness wherever it may stand, negative numbers, bands of scores, several overrides of
  /// one rule, nested actions, parameters with units, constraints of any form. Asked for everywhere by GDL_FUZZ_ODD.
  bool odd = false;
  /// Nothing counts, conditions are nested once at most: what records have in a few words.
  bool simple = false;
  bool parameters = true;  ///< rules set and ban values of parameters
};

class Generator {
 public:
  Generator(std::uint64_t seed, const Shape& shape) : r_(seed), shape_(shape) {
    shape_.odd = shape_.odd || asked_for("GDL_FUZZ_ODD").has_value();
  }

  std::string run() {
    out_ = "guideline random \"Random\"\n  language 1\n  version 0.1.0\n  grading grade\n";
    out_ += "reference 1 \"One\"\n";
    for (std::size_t i = 0; i < shape_.facts; ++i) fact(i);
    for (std::size_t i = 0; i < shape_.definitions; ++i) definition(i);
    constraint_ = true;
    for (std::size_t n = r_.below(3); n > 0; --n) {
      out_ += "impossible when " + conjunction(2, false);
      out_ += (odd(2) ? " and " + condition(2, false) : "") + "\n";
    }
    constraint_ = false;
    actions();
    std::vector<std::string> names;
    for (std::size_t d = 0; d < shape_.decisions; ++d) decision(d);
    if (shape_.safety) {
      for (std::size_t i = r_.below(3); i > 0; --i) safety(i);
    }
    if (shape_.accepts) {
      for (std::size_t i = r_.below(3); i > 0; --i) accept();
    }
    for (std::size_t i = 0; i < shape_.scenarios; ++i) scenario(i);
    return std::move(out_);
  }

 private:
  enum class Kind { boolean, enumeration, ordered, integer, decimal, set };
  struct Fact {
    std::string name;
    Kind kind;
    std::vector<std::string> values;
    int unit = 0;           // decimal: 0 none, 1 %, 2 10*9/L; integer: 0 none, 1 years
    bool negative = false;  ///< from -4 to 9, without a unit
  };
  struct Def {
    std::string name;
    int kind;  // 0 condition, 1 enumeration, 2 score
    std::vector<std::string> values;
    int max = 0;
    int min = 0;
    bool ordered = false;  ///< enumeration: bands
    bool asks = false;     ///< whether something is known
  };

  std::string pick(const std::vector<std::string>& v) { return v[r_.below(v.size())]; }
  static std::string num(std::size_t n) { return std::to_string(n); }
  /// Something odd is asked for, and it is its turn.
  bool odd(std::size_t n) { return shape_.odd && r_.one_in(n); }

  void fact(std::size_t i) {
    Fact f{"f" + num(i), static_cast<Kind>(r_.below(6)), {}};
    std::size_t n = 2 + r_.below(3);
    for (std::size_t k = 0; k < n; ++k) f.values.push_back("v" + num(i) + "_" + num(k));
    out_ += "fact " + f.name + " \"Fact " + num(i) + "\" : ";
    switch (f.kind) {
      case Kind::boolean: out_ += "yes | no"; break;
      case Kind::enumeration:
      case Kind::ordered:
        for (std::size_t k = 0; k < n; ++k) {
          out_ += (k == 0 ? "" : f.kind == Kind::ordered ? " < " : " | ") + f.values[k];
        }
        break;
      case Kind::integer:
        f.unit = static_cast<int>(r_.below(2));
        f.negative = f.unit == 0 && odd(2);
        out_ += f.unit == 1 ? "0..9 years" : f.negative ? "-4..9" : "0..9";
        break;
      case Kind::decimal:
        f.unit = static_cast<int>(r_.below(3));
        f.negative = f.unit == 0 && odd(2);
        out_ += std::string(f.negative ? "-4.0..10.0" : "0.0..10.0") + (f.unit == 1   ? " %"
                                                                        : f.unit == 2 ? " '10*9/L'"
                                                                                      : "");
        break;
      case Kind::set:
        out_ += "set of ";
        for (std::size_t k = 0; k < n; ++k) out_ += (k == 0 ? "" : " | ") + f.values[k];
        break;
    }
    if (r_.one_in(5)) {
      switch (f.kind) {
        case Kind::boolean: out_ += r_.one_in(2) ? " default no" : " default yes"; break;
        case Kind::enumeration:
        case Kind::ordered: out_ += " default " + pick(f.values); break;
        case Kind::integer: out_ += " default 3" + std::string(f.unit == 1 ? " years" : ""); break;
        case Kind::decimal:
          out_ += std::string(" default 2.5") + (f.unit == 1   ? " %"
                                                 : f.unit == 2 ? " '10*9/L'"
                                                               : "");
          break;
        case Kind::set: out_ += " default {" + pick(f.values) + "}"; break;
      }
    }
    out_ += "\n";
    facts_.push_back(std::move(f));
  }

  std::string literal(const Fact& f) {
    if (f.negative && r_.one_in(3)) {
      return "-" + num(1 + r_.below(3)) + (f.kind == Kind::decimal && r_.one_in(2) ? ".25" : "");
    }
    if (f.kind == Kind::integer) {
      std::size_t v = r_.below(10);
      // Months are converted: 12 to the year.
      if (f.unit == 1) return r_.one_in(3) ? num(v * 12) + " months" : num(v) + " years";
      return num(v);
    }
    std::string v = num(r_.below(10)) + (r_.one_in(2) ? "" : r_.one_in(2) ? ".5" : ".25");
    if (f.unit == 1) return v + " %";
    if (f.unit == 2) return r_.one_in(2) ? v + " '10*9/L'" : num(1 + r_.below(9)) + "000 '/uL'";
    return v;
  }
  std::string op() { return pick({"=", "!=", "<", "<=", ">", ">="}); }

  std::string atom(bool known) {
    if (!defs_.empty() && r_.one_in(3)) {
      const Def& d = defs_[r_.below(defs_.size())];
      if (constraint_ && d.asks) return about(facts_[r_.below(facts_.size())]);
      asked_ = asked_ || d.asks;
      if (d.kind == 0) return d.name;
      if (d.ordered && odd(2)) return d.name + " " + op() + " " + pick(d.values);
      if (d.kind == 1) return d.name + (r_.one_in(3) ? " != " : " = ") + pick(d.values);
      return d.name + " " + op() + " " +
             std::to_string(
                 d.min + static_cast<int>(r_.below(static_cast<std::size_t>(d.max - d.min) + 1)));
    }
    const Fact& f = facts_[r_.below(facts_.size())];
    if (known && shape_.knownness && r_.one_in(8)) {
      asked_ = true;
      return f.name + (r_.one_in(2) ? " is known" : " is unknown");
    }
    return about(f);
  }
  /// A condition on one fact.
  std::string about(const Fact& f) {
    switch (f.kind) {
      case Kind::boolean: return r_.one_in(3) ? "not " + f.name : f.name;
      case Kind::enumeration:
        if (r_.one_in(3)) return f.name + " in {" + f.values[0] + ", " + pick(f.values) + "}";
        return f.name + (r_.one_in(3) ? " != " : " = ") + pick(f.values);
      case Kind::ordered:
        if (r_.one_in(3)) return f.name + " " + pick({"<", "<=", ">", ">="}) + " " + pick(f.values);
        return f.name + " = " + pick(f.values);
      case Kind::integer:
      case Kind::decimal: {
        std::size_t form = r_.below(6);
        if (form == 0) return f.name + " in " + range(f, "..");
        if (form == 1 && f.kind == Kind::decimal) return f.name + " in " + range(f, "..<");
        if (form == 2) return chain(f);
        if (form == 3) return f.name + " in {" + literal(f) + ", " + literal(f) + "}";
        return f.name + " " + op() + " " + literal(f);
      }
      case Kind::set: {
        std::size_t form = r_.below(4);
        if (odd(4)) {
          return f.name + (r_.one_in(2) ? " = {" : " != {") + f.values[0] + ", " + f.values[1] +
                 "}";
        }
        if (form == 0 && !shape_.simple)
          return "count(" + f.name + ") " + op() + " " + num(r_.below(f.values.size() + 1));
        if (form == 1) return f.name + " = {" + pick(f.values) + "}";
        if (form == 2) return f.name + " = {}";
        return f.name + " includes " + pick(f.values);
      }
    }
    return "";
  }
  static std::string unit(const Fact& f) {
    if (f.kind == Kind::integer) return f.unit == 1 ? " years" : "";
    return f.unit == 1 ? " %" : f.unit == 2 ? " '10*9/L'" : "";
  }
  std::string range(const Fact& f, const char* dots) {
    std::size_t a = r_.below(8);
    return num(a) + dots + num(a + 1 + r_.below(2)) + unit(f);
  }
  std::string chain(const Fact& f) {
    std::size_t a = r_.below(7);
    return num(a) + unit(f) + (r_.one_in(2) ? " <= " : " < ") + f.name +
           (r_.one_in(2) ? " <= " : " < ") + num(a + 2) + unit(f);
  }

  std::string conjunction(std::size_t n, bool known) {
    std::string out = atom(known);
    for (std::size_t i = 1; i < n; ++i) out += " and " + atom(known);
    return out;
  }

  std::string condition(int depth, bool known) {
    if (shape_.simple) depth = std::min(depth, 1);
    std::size_t form = depth == 0 ? 0 : r_.below(shape_.simple ? 4 : 7);
    switch (form) {
      case 1: return condition(depth - 1, known) + " and " + condition(depth - 1, known);
      case 2: return "(" + condition(depth - 1, known) + " or " + condition(depth - 1, known) + ")";
      case 3: return "not (" + condition(depth - 1, known) + ")";
      case 4: {
        std::size_t n = 2 + r_.below(2);
        std::string out =
            pick({"at least ", "at most ", "exactly "}) + num(1 + r_.below(n - 1)) + " of (";
        for (std::size_t i = 0; i < n; ++i) {
          out += (i == 0 ? "" : ", ") + (odd(3) ? condition(depth - 1, known) : atom(known));
        }
        return out + ")";
      }
      default: return conjunction(1 + r_.below(2), known);
    }
  }

  void definition(std::size_t i) {
    Def d{"d" + num(i), static_cast<int>(r_.below(4)), {}};
    for (std::size_t k = 0; k < 3; ++k) d.values.push_back("w" + num(i) + "_" + num(k));
    const Fact* number = nullptr;
    for (const Fact& f : facts_) {
      if (f.kind == Kind::decimal || f.kind == Kind::integer) number = &f;
    }
    if ((d.kind == 3 && number == nullptr) || (d.kind == 2 && shape_.simple)) d.kind = 0;
    const bool known = shape_.odd;
    asked_ = false;
    if (d.kind == 0) {
      out_ += "define " + d.name + " when " + condition(2, known) + "\n";
    } else if (d.kind == 1) {
      std::string first = conjunction(1, known);
      std::string second = conjunction(1, known);
      out_ += "define " + d.name + " = " + d.values[0] + " when " + first + " | " + d.values[1] +
              " when not (" + first + ") and (" + second + ") | " + d.values[2] + " otherwise\n";
    } else if (d.kind == 2) {
      out_ += "score " + d.name;
      for (std::size_t k = 2 + r_.below(3); k > 0; --k) {
        std::size_t points = 1 + r_.below(2);
        const bool less = odd(3);
        (less ? d.min : d.max) += (less ? -1 : 1) * static_cast<int>(points);
        out_ += (less ? " -" : " ") + num(points) + (points == 1 ? " point" : " points") +
                " when " + atom(known);
      }
      for (const Def& other : defs_) {
        if (other.kind != 2 || !r_.one_in(2)) continue;
        out_ += " plus " + other.name;
        d.max += other.max;
        d.min += other.min;
        asked_ = asked_ || other.asks;
        break;
      }
      out_ += "\n";
    } else if (const Def* score = odd(2) ? some_score() : nullptr; score != nullptr) {
      out_ += "bands " + d.name + " of " + score->name + ": " + d.values[0] + " < " +
              std::to_string(score->min + 1) + " <= " + d.values[1] +
              " <= " + std::to_string(score->max - 1) + " < " + d.values[2] + "\n";
      asked_ = asked_ || score->asks;
      d.kind = 1;
      d.ordered = true;
    } else {
      out_ += "bands " + d.name + " of " + number->name + unit(*number) + ": " + d.values[0] +
              " < 3" + " <= " + d.values[1] + " <= 6 < " + d.values[2] + "\n";
      d.kind = 1;
      d.ordered = true;
    }
    d.asks = asked_;
    defs_.push_back(std::move(d));
  }
  /// A score that bands can cut in three.
  [[nodiscard]] const Def* some_score() const {
    for (const Def& d : defs_) {
      if (d.kind == 2 && d.max - d.min >= 3) return &d;
    }
    return nullptr;
  }

  void actions() {
    const std::size_t n = 5;
    for (std::size_t i = 0; i < n; ++i)
      out_ += "action a" + num(i) + " \"Action " + num(i) + "\"" +
              (i == 0 ? " with cycles: 1..6, dose: full | reduced" : "") + "\n";
    out_ +=
        "action b0 = a0 | a1\naction b1 = a0 + a2\naction b2 = (a1 | a2) + (a3 | a4) with weeks: "
        "1..4\n";
    if (shape_.odd) {
      out_ +=
          "action a5 with mass: 0.5..4.0 'mg', shift: -2..2\naction b3 = b0 + (a3 | a4) | a5 with "
          "route: oral | iv\n";
      if (r_.one_in(2)) out_ += "exclusive b3, a2\n";
      if (r_.one_in(2)) out_ += "exclusive a0 | a5 alone, b2\n";
    }
    if (r_.one_in(2))
      out_ += "exclusive a3, " + std::string(r_.one_in(2) ? "a1 alone" : "b0") + "\n";
  }
  std::string action() {
    std::size_t form = r_.below(8);
    if (odd(3)) {
      return pick({"b3", "a5", "a5 + b1", "(a0 | a1) + (a2 | a5)", "b2 + a0", "b0 + b3", "a1 + a1",
                   "a0 + a1 | a1"});
    }
    if (form == 0) return "a" + num(r_.below(5)) + " | a" + num(r_.below(5));
    if (form == 1) return "a" + num(r_.below(5)) + " + a" + num(r_.below(5));
    if (form <= 3) return "b" + num(r_.below(3));
    return "a" + num(r_.below(5));
  }
  std::string parameters() {
    std::size_t lo = 1 + r_.below(5);
    if (odd(2)) {
      return pick({"a5 with mass: 1.0..2.0 'mg'", "a5 with mass: 2000 'ug'",
                   "a5 with mass: 0.5..2.0 'mg'", "a5 with mass: 2.0..4.0 'mg'",
                   "a5 with shift: -2..0", "a5 with shift: 0..2", "a5 with shift: -1",
                   "b3 with route: iv", "b3 with route: oral", "b3 with route: oral | iv"});
    }
    if (r_.one_in(2)) return "a0 with dose: " + std::string(r_.one_in(2) ? "full" : "reduced");
    if (r_.one_in(2)) return "b2 with weeks: " + num(1 + r_.below(3));
    return "a0 with cycles: " + num(lo) + ".." + num(lo + r_.below(7 - lo));
  }

  std::string directive() {
    std::size_t form = r_.below(13);
    if (form == 12) form = 10;
    if (odd(8)) {
      return pick({"recommend ", "consider "}) +
             pick({"a0 with cycles: 2..4, dose: full", "a5 with mass: 1.0..3.0 'mg', shift: 0",
                   "a0 with dose: reduced", "a5 with shift: 1..2"});
    }
    if (form <= 4)
      return "recommend " + (shape_.parameters && r_.one_in(5) ? parameters() : action());
    if (form <= 6) return "consider " + action();
    if (form == 7) return "caution " + action();
    if (form <= 9) return against();
    if (form == 10) {
      std::string over = r_.one_in(3) ? "b0" : "a" + num(r_.below(5));
      return "prefer a" + num(r_.below(5)) + " over " + over;
    }
    return "no recommendation because \"nothing to do\"";
  }
  std::string against() {
    std::string verb = r_.one_in(2) ? "avoid " : "contraindicate ";
    if (shape_.parameters && r_.one_in(4)) return verb + parameters();
    return verb + action() + (r_.one_in(5) ? " alone" : "");
  }

  void decision(std::size_t d) {
    std::string name = "g" + num(d);
    out_ += "decision " + name + " \"Decision\"";
    if (r_.one_in(2)) out_ += " for " + condition(1, shape_.odd);
    out_ += " " + std::string(r_.one_in(3)   ? "choose one"
                              : r_.one_in(3) ? "choose first"
                              : r_.one_in(3) ? "do all"
                                             : "choose any");
    if (r_.one_in(5)) out_ += " partial";
    out_ += "\n";
    decisions_.push_back(name);
    std::size_t overrides_all = shape_.rules;
    if (r_.one_in(4)) overrides_all = r_.below(shape_.rules);
    for (std::size_t i = 0; i < shape_.rules; ++i) {
      bool bare = r_.one_in(12);
      std::string rule = "r" + num(i);
      out_ += bare ? "" : "rule " + rule + " \"Rule " + num(i) + "\" ";
      if (bare || !r_.one_in(8)) out_ += "when " + condition(2, true);
      if (r_.one_in(5)) out_ += " unless " + conjunction(1, true);
      std::string line = directive();
      bool alls = i == overrides_all && (line.rfind("recommend", 0) == 0 ||
                                         (shape_.odd && line[0] != 'p' && line[1] != 'a'));
      out_ += " " + line;
      // A second directive now and then; the overrides below need to know that a *for* is among them.
      const bool more = r_.one_in(6);
      if (more) out_ += " " + directive();
      const bool bans = line[0] == 'a' || line.rfind("contra", 0) == 0;
      if (alls && !(bans && more)) {
        out_ += " overrides all because \"it comes first\"";
      } else if (!bare && overrides_all == shape_.rules && !named_.empty() && r_.one_in(3)) {
        const std::string first = pick(named_);
        const std::string second = odd(2) ? pick(named_) : first;
        out_ += " overrides " + first + (second == first ? "" : ", " + second) +
                " because \"it knows more\"";
      }
      if (r_.one_in(4)) out_ += r_.one_in(2) ? " strength strong" : " evidence low";
      if (r_.one_in(3)) out_ += " cite 1 at \"page " + num(i) + "\"";
      out_ += "\n";
      if (!bare) named_.push_back(name + "." + rule);
    }
  }

  void safety(std::size_t i) {
    const bool cautions = odd(5);
    out_ += "safety rule s" + num(i) + " when " + condition(1, true) + " " +
            (cautions ? "caution b0" : against());
    if (cautions && r_.one_in(2)) out_ += " " + against();
    std::string overrides;
    if (r_.one_in(2) && !named_.empty()) overrides += " overrides " + pick(named_);
    if (r_.one_in(6) && !cautions) overrides += " overrides all";
    if (!overrides.empty()) out_ += overrides + " because \"safety\"";
    out_ += " cite 1\n";
    bans_.push_back("s" + num(i));
  }

  /// A named rule of the decision; empty if it has none.
  std::string rule_of(const std::string& decision) {
    std::vector<std::string> own;
    for (const std::string& r : named_) {
      if (r.rfind(decision + ".", 0) == 0) own.push_back(r);
    }
    return own.empty() ? "" : pick(own);
  }

  void accept() {
    std::string kind = pick({"gap", "stranded", "overlap", "conflict", "exclusive", "parameter"});
    std::string decision = pick(decisions_);
    out_ += "accept " + kind + " in " + decision;
    std::string first = rule_of(decision);
    std::string second =
        kind == "conflict" && !bans_.empty() && r_.one_in(2) ? pick(bans_) : rule_of(decision);
    if (kind != "gap" && kind != "stranded" && !first.empty() && first != second && r_.one_in(2)) {
      out_ += " between " + first + " and " + second;
    }
    out_ += (r_.one_in(2) ? " when " + (odd(2) ? condition(2, true) : conjunction(1, false)) : "") +
            " because \"known\"\n";
  }

  void scenario(std::size_t i) {
    out_ += "scenario \"Scenario " + num(i) + "\"";
    std::size_t given = 0;
    for (const Fact& f : facts_) {
      if (r_.one_in(4)) continue;
      out_ +=
          (given++ == 0 ? " given " : ", ") + (r_.one_in(8) ? f.name + " is unknown" : about(f));
    }
    out_ += "\n";
    for (std::size_t n = 2 + r_.below(4); n > 0; --n) out_ += "  expect " + expectation() + "\n";
  }
  std::string expectation() {
    std::string verb = pick({"recommend ", "recommend ", "consider ", "avoid ", "contraindicate "});
    switch (r_.below(13)) {
      case 10:
      case 11: return "ask " + facts_[r_.below(facts_.size())].name;
      case 0: return pick({"", "possible ", "not "}) + "gap in " + pick(decisions_);
      case 1: return pick({"", "possible ", "not "}) + "stranded in " + pick(decisions_);
      case 2: return "input error";
      case 3: return pick({"", "", "possible ", "not "}) + verb + parameters();
      case 12: return verb + action();
      case 4: return "not " + verb + action();
      case 5: return "possible " + verb + action();
      default: break;
    }
    if (named_.empty()) return "input error";
    return pick({"", "possible ", "not "}) + pick(named_);
  }

  Random r_;
  Shape shape_;
  std::string out_;
  std::vector<Fact> facts_;
  std::vector<Def> defs_;
  std::vector<std::string> decisions_, named_, bans_;
  bool constraint_ = false;  ///< being written
  bool asked_ = false;  ///< whether something is known, in the definition that is being written
};

}  // namespace gdl::test
