// Guidelines of the generators (support/generate.h, authored.h), which write a declaration to a line or a paragraph,
// taken apart and changed.
#pragma once

#include <string>
#include <vector>

#include "random.h"

namespace gdl::judges {

/// A guideline of support/generate.h by its lines, each of which is one declaration.
class Lines {
 public:
  explicit Lines(const std::string& text);
  [[nodiscard]] std::string text() const;

  [[nodiscard]] const std::vector<std::string>& all() const { return lines_; }
  /// Where the lines are that begin with the word.
  [[nodiscard]] std::vector<std::size_t> beginning(const std::string& word) const;
  /// The rules of each decision, named or not; `choose first`, where their order matters, is left out if asked for.
  [[nodiscard]] std::vector<std::vector<std::size_t>> rules(bool without_first) const;
  /// "d0.r1"; "s0" of a safety rule; empty: the line is no rule that has a name.
  [[nodiscard]] std::string rule_name(std::size_t line) const;
  /// Some other line names the rule.
  [[nodiscard]] bool named_elsewhere(const std::string& rule) const;

  /// Puts what stands at these places in a random order.
  void shuffle(const std::vector<std::size_t>& places, test::Random& random);
  /// The values of an enumeration without order, or the elements of a set, in a random order.
  void shuffle_values(std::size_t line, test::Random& random);
  /// The rule for those of whom the yes/no fact is true, and once more for the others.
  void split(std::size_t line, const std::string& fact);
  void remove(std::size_t line);
  void add_below(std::size_t line, const std::string& declaration);

 private:
  std::vector<std::string> lines_;
};

}  // namespace gdl::judges
