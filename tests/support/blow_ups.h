// Inputs built so that diagrams of them blow up, as text: whatever the analyses do with them, they must end within
// their effort, in bounded memory, and say what they did not decide.
#pragma once

#include <string>
#include <vector>

#include "random.h"

namespace gdl::test {

struct BlowUp {
  std::string name;  ///< for people
  std::string text;
};

namespace blow_up {

inline std::string header() {
  return "guideline blow_up \"Built to blow up\"\n  language 1\n  version 1.0.0\n"
         "reference 1 \"One\"\naction a\naction b\n";
}
inline std::string rule(std::size_t i, const std::string& when, const std::string& rest = "") {
  return "rule r" + std::to_string(i) + " when " + when + " recommend " + (i % 2 == 0 ? "a" : "b") +
         rest + " cite 1\n";
}
inline std::string fact(std::size_t i) { return "f" + std::to_string(i); }
inline std::string yes_no(std::size_t facts) {
  std::string out;
  for (std::size_t i = 0; i < facts; ++i) out += "fact " + fact(i) + " : yes | no\n";
  return out;
}
/// `width` different facts of `facts`, each yes or no.
inline std::string conjunction(Random& r, std::size_t facts, std::size_t width) {
  std::vector<char> taken(facts);
  std::string out;
  for (std::size_t n = 0; n < width;) {
    std::size_t f = r.below(facts);
    if (taken[f] != 0) continue;
    taken[f] = 1;
    ++n;
    out += (out.empty() ? "" : " and ") + std::string(r.one_in(2) ? "not " : "") + fact(f);
  }
  return out;
}

/// 60 rules in one decision over 60 facts, each of eight facts drawn at random: no order of the facts is good.
inline std::string wide_rules() {
  Random r(1);
  std::string out = header() + yes_no(60) + "decision d choose one\n";
  for (std::size_t i = 0; i < 60; ++i) out += rule(i, conjunction(r, 60, 8));
  return out;
}

/// Sets of 60 elements, counted, compared whole, and asked for elements drawn at random.
inline std::string large_sets() {
  constexpr std::size_t kElements = 60;
  Random r(2);
  std::string out = header();
  for (const char* set : {"s", "t", "u"}) {
    out += "fact " + std::string(set) + " : set of ";
    for (std::size_t e = 0; e < kElements; ++e) {
      out += (e == 0 ? "" : " | ") + std::string(set) + std::to_string(e);
    }
    out += "\n";
  }
  auto some = [&](const char* set) { return set + std::to_string(r.below(kElements)); };
  out += "decision d choose one\n";
  for (std::size_t i = 0; i < 60; ++i) {
    std::string count = std::to_string(5 + r.below(50));
    out += rule(i, "count(s) " + std::string(r.one_in(2) ? "<= " : ">= ") + count +
                       " and t includes " + some("t") + " and not (u includes " + some("u") +
                       ") and (s includes " + some("s") + " or t = {" + some("t") +
                       "} or count(u) = " + std::to_string(r.below(kElements)) + ")");
  }
  return out;
}

/// Three scores over 30 conditions each, whose points have no common measure: as many sums as choices.
inline std::string scores() {
  constexpr std::size_t kConditions = 30;
  Random r(3);
  std::string out = header() + yes_no(kConditions);
  for (const char* score : {"s", "t", "u"}) {
    out += "score " + std::string(score);
    for (std::size_t i = 0; i < kConditions; ++i) {
      out += " " + std::to_string(1000 + r.below(30'000)) + " points when " + fact(i);
    }
    out += "\n";
  }
  out += "decision d choose one\n";
  auto bound = [&] { return std::to_string(200'000 + r.below(150'000)); };
  for (std::size_t i = 0; i < 20; ++i) {
    out += rule(i, "s >= " + bound() + " and t < " + bound() + " and u >= " + bound());
  }
  return out;
}

/// 1,000 thresholds on one fact, two for each of 500 rules that hold between them.
inline std::string thresholds() {
  Random r(4);
  std::string out = header() + yes_no(20) + "fact x : 0.0..1000.0\ndecision d choose one\n";
  for (std::size_t i = 0; i < 500; ++i) {
    out += rule(i, "x >= " + std::to_string(2 * i) + ".25 and x < " +
                       std::to_string(2 * (i + r.below(500 - i)) + 1) + ".75 and " +
                       conjunction(r, 20, 3));
  }
  return out;
}

/// 1,000 rules of which each overrides the one before.
inline std::string overrides() {
  Random r(5);
  std::string out = header() + yes_no(40) + "decision d choose one\n";
  for (std::size_t i = 0; i < 1000; ++i) {
    out += rule(i, conjunction(r, 40, 3), i == 0 ? "" : " overrides r" + std::to_string(i - 1));
  }
  return out;
}

/// 60 constraints of three facts each over 40 facts, and two rules: what is possible is no small diagram.
inline std::string constraints() {
  Random r(6);
  std::string out = header() + yes_no(40) + "decision d\n";
  for (std::size_t i = 0; i < 60; ++i) out += "impossible when " + conjunction(r, 40, 3) + "\n";
  return out + rule(0, "f0") + rule(1, conjunction(r, 40, 2));
}

}  // namespace blow_up

inline std::vector<BlowUp> blow_ups() {
  return {{"60 wide rules over 60 facts", blow_up::wide_rules()},
          {"sets of 60 elements", blow_up::large_sets()},
          {"scores over 30 conditions", blow_up::scores()},
          {"1,000 thresholds on one fact", blow_up::thresholds()},
          {"overrides 1,000 long", blow_up::overrides()},
          {"60 constraints over 40 facts", blow_up::constraints()}};
}

}  // namespace gdl::test
