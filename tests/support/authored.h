// Writes a guideline of any size as people write them, as text: for measurements, and for tests that need many
// rules. (generate.h writes small ones with every construct.)
//
// The patient is told by a few *spine* facts (the stage, the line of therapy: every decision asks for them) and by
// many *modifiers* (a laboratory value, a comorbidity), of which each decision asks for a few. Spine facts are
// enumerations; modifiers are yes/no, enumerations, scales, numbers with and without a unit, and sets.
//
// A decision is a complete partition of its domain: its domain fixes two spine facts, and its rules are the leaves
// of a tree that is grown by splitting a leaf again and again by one of the decision's facts. So exactly one rule
// applies to each patient of the domain, and depth grows with the logarithm of the number of rules. In every ten
// rules of the guideline, one is a safety rule, which bans one way of an action of which another way stays.
//
// Of each hundred rules one is damaged, as an editor would damage it: a condition too many (a gap), one too few
// (rules overlap, where the decision chooses one), or the way that a safety rule leaves is lost (a conflict).
// Where decisions have a hundred rules each, half of them so keep an answer for every patient.
//
// Constraints tie pairs of modifiers, of which no rule asks for both, so that they make no rule dead.
//
// Same seed and shape, same bytes. Time and memory grow with the number of rules times the depth of a tree.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "random.h"

namespace gdl::test {

struct AuthoredShape {
  std::size_t rules = 500;     ///< in all, safety rules among them; at least 4 a decision
  std::size_t decisions = 50;  ///< at least 1
  std::size_t facts = 60;      ///< at least 12
  bool damage = true;          ///< false: nothing is wrong with the guideline
};

class Authored {
 public:
  Authored(std::uint64_t seed, const AuthoredShape& shape) : r_(seed), shape_(shape) {}

  std::string run() {
    out_ = "guideline authored \"As people write\"\n  language 1\n  version 1.0.0\n";
    out_ += "  audience clinician\nreference 1 \"One\"\n\n";
    for (std::size_t i = 0; i < shape_.facts; ++i) fact(i);
    constraints();
    std::size_t safety = shape_.rules / 10;
    std::size_t partition = shape_.rules - safety;
    for (std::size_t d = 0; d < shape_.decisions; ++d) {
      std::size_t n = shape_.decisions;
      decision(d, partition * (d + 1) / n - partition * d / n);
      for (std::size_t s = safety * d / n; s < safety * (d + 1) / n; ++s) safety_rule(d, s);
    }
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kSpine = 6;    // the first facts
  static constexpr std::size_t kActions = 4;  // of a decision, each in two ways

  enum class Kind { boolean, enumeration, ordered, integer, decimal, set };
  /// A fact's values in classes: those of an enumeration, the parts between a number's thresholds, or a set's
  /// elements, of which each is yes or no by itself.
  struct Fact {
    std::string name;
    Kind kind = Kind::boolean;
    std::size_t classes = 2;
  };
  /// What a leaf still lets a fact be: classes from..<to, or of a set an element that it holds or not.
  struct Part {
    std::size_t fact = 0, from = 0, to = 0;
    bool in = false;  // of a set
  };
  using Leaf = std::vector<Part>;

  static std::string num(std::size_t n) { return std::to_string(n); }

  void fact(std::size_t i) {
    Fact f;
    f.name = (i < kSpine ? "spine" : "modifier") + num(i);
    static constexpr Kind kKinds[] = {
        Kind::boolean, Kind::enumeration, Kind::boolean, Kind::decimal, Kind::boolean,
        Kind::integer, Kind::ordered,     Kind::boolean, Kind::decimal, Kind::set};
    f.kind = i < kSpine ? Kind::enumeration : kKinds[(i - kSpine) % 10];
    if (f.kind != Kind::boolean) f.classes = 3 + r_.below(3);
    out_ += "fact " + f.name + " \"Fact " + num(i) + "\" : ";
    switch (f.kind) {
      case Kind::boolean: out_ += "yes | no"; break;
      case Kind::integer: out_ += "0..100 years"; break;
      case Kind::decimal: out_ += "0.0..50.0 '10*9/L'"; break;
      case Kind::set: out_ += "set of "; [[fallthrough]];
      case Kind::enumeration:
      case Kind::ordered:
        for (std::size_t k = 0; k < f.classes; ++k) {
          out_ += (k == 0 ? "" : f.kind == Kind::ordered ? " < " : " | ") + value(i, k);
        }
    }
    out_ += "\n";
    facts_.push_back(f);
  }
  static std::string value(std::size_t fact, std::size_t k) {
    return "v" + num(fact) + "_" + num(k);
  }
  /// Where class k of a number begins.
  std::string threshold(const Fact& f, std::size_t k) {
    if (f.kind == Kind::integer) return num(15 + 15 * k) + " years";
    return num(4 * k) + ".5 '10*9/L'";
  }

  std::string condition(const Part& p) {
    const Fact& f = facts_[p.fact];
    switch (f.kind) {
      case Kind::boolean: return (p.from == 0 ? "not " : "") + f.name;
      case Kind::set:
        return std::string(p.in ? "" : "not ") + (p.in ? "" : "(") + f.name + " includes " +
               value(p.fact, p.from) + (p.in ? "" : ")");
      case Kind::integer:
      case Kind::decimal: {
        std::string low = f.name + " >= " + threshold(f, p.from);
        std::string high = f.name + " < " + threshold(f, p.to);
        return p.from == 0 ? high : p.to == f.classes ? low : low + " and " + high;
      }
      case Kind::enumeration:
      case Kind::ordered: break;
    }
    if (p.to - p.from == 1) return f.name + " = " + value(p.fact, p.from);
    std::string list;
    for (std::size_t k = p.from; k < p.to; ++k)
      list += (list.empty() ? "" : ", ") + value(p.fact, k);
    return f.name + " in {" + list + "}";
  }
  std::string conditions(const Leaf& leaf) {
    std::string out;
    for (const Part& p : leaf) out += (out.empty() ? "" : " and ") + condition(p);
    return out;
  }
  /// Some part of a fact, neither nothing nor all of it.
  Part some(std::size_t fact) {
    const Fact& f = facts_[fact];
    std::size_t at = r_.below(f.classes);
    return {fact, at, at + 1, r_.one_in(2)};
  }

  /// The modifier that a constraint ties it to, or itself: one pair of each sixteen is tied.
  static std::size_t partner(std::size_t modifier) {
    std::size_t i = modifier - kSpine;
    return i % 16 < 2 ? kSpine + (i ^ 1u) : modifier;
  }
  void constraints() {
    for (std::size_t f = kSpine; f + 1 < shape_.facts; f += 16) {
      out_ += "impossible when " + condition(some(f)) + " and " + condition(some(f + 1)) +
              " because \"they exclude each other\"\n";
    }
    out_ += "\n";
  }

  /// The facts that a decision may split by: the spine beyond its domain, and its own modifiers.
  std::vector<std::size_t> facts_of(std::size_t rules, const Leaf& domain) {
    std::vector<std::size_t> out;
    std::vector<char> taken(shape_.facts);
    for (const Part& p : domain) taken[p.fact] = 1;
    for (std::size_t f = 0; f < kSpine; ++f) {
      if (taken[f] == 0) out.push_back(f);
    }
    std::size_t modifiers = 3;
    for (std::size_t n = rules; n > 1; n /= 2) ++modifiers;
    for (std::size_t tried = 0; tried < 4 * shape_.facts && modifiers > 0; ++tried) {
      std::size_t f = kSpine + r_.below(shape_.facts - kSpine);
      if (taken[f] != 0 || (partner(f) < shape_.facts && taken[partner(f)] != 0)) continue;
      taken[f] = 1;
      out.push_back(f);
      --modifiers;
    }
    return out;
  }

  /// Splits a leaf in two by one of the facts. False if it is one class of each.
  bool split(const std::vector<std::size_t>& facts, Leaf& leaf, Leaf& other) {
    std::size_t start = r_.below(facts.size());
    for (std::size_t i = 0; i < facts.size(); ++i) {
      std::size_t fact = facts[(start + i) % facts.size()];
      const Fact& f = facts_[fact];
      std::size_t at = leaf.size();
      std::vector<char> asked(f.kind == Kind::set ? f.classes : 0);
      for (std::size_t k = 0; k < leaf.size(); ++k) {
        if (leaf[k].fact != fact) continue;
        if (f.kind == Kind::set)
          asked[leaf[k].from] = 1;
        else
          at = k;
      }
      if (f.kind == Kind::set) {
        std::size_t element = r_.below(f.classes);
        if (asked[element] != 0) continue;
        other = leaf;
        leaf.push_back({fact, element, element + 1, true});
        other.push_back({fact, element, element + 1, false});
        return true;
      }
      Part p = at < leaf.size() ? leaf[at] : Part{fact, 0, f.classes, false};
      if (p.to - p.from < 2) continue;
      std::size_t cut = p.from + 1 + r_.below(p.to - p.from - 1);
      if (at == leaf.size()) leaf.push_back(p);
      other = leaf;
      leaf[at].to = cut;
      other[at].from = cut;
      return true;
    }
    return false;
  }

  static bool chooses_one(std::size_t decision) { return decision % 4 != 2; }
  static std::string action(std::size_t decision, std::size_t k) {
    return "a" + num(decision) + "_" + num(k);
  }

  void decision(std::size_t d, std::size_t rules) {
    for (std::size_t k = 0; k < kActions; ++k) {
      for (const char* way : {"x", "y"}) {
        out_ += "action " + action(d, k) + way + " \"Action " + num(k) + way + " of decision " +
                num(d) + "\"\n";
      }
      out_ += "action " + action(d, k) + " = " + action(d, k) + "x | " + action(d, k) + "y\n";
    }
    std::size_t first = r_.below(kSpine);
    std::size_t second = (first + 1 + r_.below(kSpine - 1)) % kSpine;
    Leaf domain = {some(first), some(second)};
    out_ += "decision d" + num(d) + " \"Decision " + num(d) + "\"\n  for " + conditions(domain) +
            "\n  choose " + (chooses_one(d) ? "one" : "any") + "\n\n";
    std::vector<std::size_t> facts = facts_of(rules, domain);
    std::vector<Leaf> leaves(1);
    for (std::size_t failed = 0; leaves.size() < rules && failed < 100;) {
      Leaf other;
      if (split(facts, leaves[r_.below(leaves.size())], other)) {
        leaves.push_back(std::move(other));
        failed = 0;
      } else {
        ++failed;
      }
    }
    for (std::size_t i = 0; i < leaves.size(); ++i) rule(d, i % kActions, leaves[i], facts);
    out_ += "\n";
  }

  void rule(std::size_t d, std::size_t advised, Leaf& leaf, const std::vector<std::size_t>& facts) {
    std::size_t number = written_++;
    std::string what = action(d, advised);
    // One in 90 of these, since every tenth rule is a safety rule.
    if (shape_.damage && number % 90 == 45) {
      // In turn so that of decisions of a hundred rules each has its damage, and every second one an answer for everybody.
      std::size_t kind = number / 90 % 4;
      if (kind == 0) {  // the lost way is the one that the decision's safety rules ban
        what = action(d, 0) + "x";
      } else if (kind % 2 == 1 && chooses_one(d) && !leaf.empty()) {
        leaf.erase(leaf.begin() + static_cast<std::ptrdiff_t>(r_.below(leaf.size())));
      } else {
        Leaf other;
        (void)split(facts, leaf, other);
      }
    }
    out_ += "rule r" + num(number) + " \"Rule " + num(number) + "\"\n";
    if (!leaf.empty()) out_ += "  when " + conditions(leaf) + "\n";
    out_ += number % 20 == 7
                ? "  no recommendation because \"nothing is known to help\"\n"
                : std::string(number % 5 == 4 ? "  consider " : "  recommend ") + what + "\n";
    out_ += "  cite 1 at \"S" + num(number) + "\"\n";
    out_ += "  say clinician \"What rule " + num(number) + " says to a clinician.\"\n";
  }

  void safety_rule(std::size_t d, std::size_t s) {
    std::size_t modifiers = shape_.facts - kSpine;
    std::size_t a = r_.below(modifiers);
    std::size_t b = (a + 2 + r_.below(modifiers - 3)) % modifiers;  // neither it nor its partner
    out_ += "safety rule s" + num(s) + " \"Safety " + num(s) + "\"\n  when " +
            condition(some(kSpine + a)) + " and " + condition(some(kSpine + b)) +
            "\n  contraindicate " + action(d, 0) + "x\n  cite 1 at \"F" + num(s) + "\"\n";
  }

  Random r_;
  AuthoredShape shape_;
  std::string out_;
  std::vector<Fact> facts_;
  std::size_t written_ = 0;
};

/// The text with the first condition of some of its rules turned round: those of these numbers, ascending, that are
/// there and have one.
inline std::string edited(const std::string& text, const std::vector<std::size_t>& rules) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t number : rules) {
    std::size_t rule = text.find("\nrule r" + std::to_string(number) + " ", at);
    if (rule == std::string::npos) continue;
    const std::size_t next = text.find('\n', rule + 1) + 1;
    if (text.compare(next, 7, "  when ") != 0) continue;
    const std::size_t begin = next + 7;
    const std::size_t end = std::min(text.find(" and ", begin), text.find('\n', begin));
    out += text.substr(at, begin - at) + "not (" + text.substr(begin, end - begin) + ")";
    at = end;
  }
  return out + text.substr(at);
}

}  // namespace gdl::test
