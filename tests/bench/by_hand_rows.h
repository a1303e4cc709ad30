// Conditions on one record as C++, with `if`s and without branches: what by_hand_rows.cpp and by_hand_parts.cpp share.
#pragma once

#include "by_hand_source.h"

namespace gdl::bench {

enum class Style { ifs, flat };

/// The text of conditions. What many ask and what is long is a function of its own.
class Conditions {
 public:
  Conditions(const Source& s, Style style);
  /// True if the node holds of the record `p`.
  [[nodiscard]] std::string node(std::uint32_t i) const;
  /// The same from nodes that stand in variables n0, n1, ...: one step of it.
  [[nodiscard]] std::string step(std::uint32_t i) const;
  /// The record is of a patient whom a constraint excludes; empty if there is no constraint.
  [[nodiscard]] std::string impossible() const;
  /// The functions that these nodes call, by node.
  [[nodiscard]] std::map<std::uint32_t, std::string> helpers(const List& nodes) const;

 private:
  using Operand = std::function<std::string(std::uint32_t)>;
  [[nodiscard]] std::string inner(std::uint32_t i, const Operand& operand) const;
  [[nodiscard]] std::string value_in(std::uint32_t fact,
                                     const std::vector<Source::Run>& runs) const;
  [[nodiscard]] std::string begins(std::uint32_t fact, std::uint32_t c, const std::string& v) const;
  [[nodiscard]] std::string ends(std::uint32_t fact, std::uint32_t c, const std::string& v) const;

  const Source& s_;
  Style style_;
  std::vector<char> shared_;  // is a function
};

/// What every file of rows begins with: the record, and what conditions use.
std::string rows_head(const Source& s);
/// Text that is true where a bit of the list is set in the words of `words`: name[first + 0], ...
std::string any_bit(const std::string& name, std::size_t first, const List& bits);

/// all_if or all_flat of a large guideline, in many files.
void write_parts(const Source& s, Style style, Written& out);

}  // namespace gdl::bench
