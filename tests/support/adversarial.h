// Writes a guideline of any size that nobody would write, as text: for measuring what the analyses cost where
// nothing helps them. (authored.h writes as people do.)
//
// Six spine facts and many modifiers, of all kinds. A rule is a conjunction of two to seven parts, each a condition
// on any fact or a disjunction of two or three; half of the conditions are on the spine. So the rules of a decision
// are no partition: they leave gaps, overlap, shadow each other. Decisions choose one, any and first in turn. In
// every eight rules one bans what another decision advises, in every eight one overrides an earlier rule, in every
// thousand (and at least once) two actions exclude each other.
//
// Same seed and shape, same bytes. Time and memory grow with the number of rules.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "random.h"

namespace gdl::test {

struct AdversarialShape {
  std::size_t rules = 10'000;  ///< in all
  std::size_t decisions = 100;
  std::size_t facts = 100;  ///< at least 7
};

class Adversarial {
 public:
  Adversarial(std::uint64_t seed, const AdversarialShape& shape) : r_(seed), shape_(shape) {}

  std::string run() {
    out_ = "guideline adversarial \"Against all sense\"\n  language 1\n  version 1.0.0\n";
    out_ += "reference 1 \"One\"\n\n";
    for (std::size_t i = 0; i < shape_.facts; ++i) fact(i);
    for (std::size_t d = 0; d < shape_.decisions; ++d) {
      for (std::size_t k = 0; k < kActions; ++k) out_ += "action " + action(d, k) + "\n";
    }
    for (std::size_t i = 0; i <= shape_.rules / 1000 && shape_.decisions > 1; ++i) {
      std::size_t d = r_.below(shape_.decisions);
      std::size_t other = (d + 1 + r_.below(shape_.decisions - 1)) % shape_.decisions;
      out_ += "exclusive " + any_action(d) + ", " + any_action(other) + "\n";
    }
    for (std::size_t d = 0; d < shape_.decisions; ++d) {
      std::size_t n = shape_.decisions;
      decision(d, shape_.rules * (d + 1) / n - shape_.rules * d / n);
    }
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kSpine = 6;    // the first facts
  static constexpr std::size_t kActions = 6;  // of a decision

  enum class Kind { boolean, enumeration, ordered, integer, decimal, set };
  struct Fact {
    std::string name;
    Kind kind = Kind::boolean;
    std::size_t values = 2;
  };

  static std::string num(std::size_t n) { return std::to_string(n); }
  static std::string action(std::size_t d, std::size_t k) { return "a" + num(d) + "_" + num(k); }
  std::string any_action(std::size_t d) { return action(d, r_.below(kActions)); }
  static std::string value(std::size_t fact, std::size_t k) {
    return "v" + num(fact) + "_" + num(k);
  }

  void fact(std::size_t i) {
    Fact f;
    f.name = (i < kSpine ? "spine" : "modifier") + num(i);
    f.kind = i < kSpine ? Kind::enumeration : static_cast<Kind>(r_.below(6));
    if (f.kind != Kind::boolean) f.values = 3 + r_.below(4);
    out_ += "fact " + f.name + " : ";
    switch (f.kind) {
      case Kind::boolean: out_ += "yes | no"; break;
      case Kind::integer: out_ += "0..20"; break;
      case Kind::decimal: out_ += "0.0..10.0"; break;
      case Kind::set: out_ += "set of "; [[fallthrough]];
      case Kind::enumeration:
      case Kind::ordered:
        for (std::size_t k = 0; k < f.values; ++k) {
          out_ += (k == 0 ? "" : f.kind == Kind::ordered ? " < " : " | ") + value(i, k);
        }
    }
    out_ += "\n";
    facts_.push_back(f);
  }

  std::string atom() {
    std::size_t i = r_.one_in(2) ? r_.below(kSpine) : kSpine + r_.below(shape_.facts - kSpine);
    const Fact& f = facts_[i];
    static constexpr const char* kOrders[] = {" < ", " <= ", " > ", " >= "};
    std::string some = value(i, r_.below(f.values));
    std::string order = kOrders[r_.below(4)];
    switch (f.kind) {
      case Kind::boolean: return (r_.one_in(2) ? "not " : "") + f.name;
      case Kind::enumeration: return f.name + (r_.one_in(2) ? " = " : " != ") + some;
      // No order that nobody, or everybody, is of.
      case Kind::ordered:
        return f.name + (r_.one_in(2) ? " <= " : " > ") + value(i, r_.below(f.values - 1));
      case Kind::integer: return f.name + order + num(1 + r_.below(19));
      case Kind::decimal: return f.name + order + num(1 + r_.below(9)) + ".5";
      case Kind::set:
        if (r_.one_in(4)) return "count(" + f.name + ") >= " + num(1 + r_.below(f.values));
        return (r_.one_in(2) ? "not " : "") + f.name + " includes " + some;
    }
    return {};
  }
  std::string part() {
    if (r_.one_in(2)) return atom();
    std::string out = "(" + atom();
    for (std::size_t n = 1 + r_.below(2); n > 0; --n) out += " or " + atom();
    return out + ")";
  }

  void decision(std::size_t d, std::size_t rules) {
    static constexpr const char* kChooses[] = {"one", "any", "first"};
    std::size_t spine = r_.below(kSpine);
    out_ += "\ndecision d" + num(d) + " \"Decision " + num(d) + "\"\n  for " + facts_[spine].name +
            " != " + value(spine, r_.below(facts_[spine].values)) + "\n  choose " +
            kChooses[d % 3] + "\n\n";
    std::string last;  // the latest rule that advises something
    for (std::size_t i = 0; i < rules; ++i) {
      std::string name = "r" + num(written_++);
      out_ += "rule " + name + " when " + part();
      for (std::size_t n = 1 + r_.below(6); n > 0; --n) out_ += " and " + part();
      if (shape_.decisions > 1 && r_.one_in(8)) {
        std::size_t other = (d + 1 + r_.below(shape_.decisions - 1)) % shape_.decisions;
        out_ += " contraindicate " + any_action(other) + " cite 1\n";
        continue;
      }
      std::string what = any_action(d);
      if (r_.one_in(3)) {
        std::string more = any_action(d);
        if (more != what) what += " | " + more;
      }
      out_ += (r_.one_in(5) ? " consider " : " recommend ") + what;
      if (!last.empty() && r_.one_in(8)) out_ += " overrides " + last;
      out_ += " cite 1\n";
      last = name;
    }
  }

  Random r_;
  AdversarialShape shape_;
  std::string out_;
  std::vector<Fact> facts_;
  std::size_t written_ = 0;
};

}  // namespace gdl::test
