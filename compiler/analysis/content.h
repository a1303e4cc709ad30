// What rules say, as numbers that are equal exactly where two say the same: what one rule gives a patient is given
// all the same without it where another gives it too. Private to analysis/.
//
// Content is what G holds (docs/semantics.md): verb, ways, parameters, strength and evidence. Names, texts and
// citations are none.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "context.h"

namespace gdl::analysis {

class Content {
 public:
  using Key = std::uint64_t;

  explicit Content(const Context& c) : c_(c) {}

  /// Of a directive as a whole, its parameters apart if it is a *for*.
  [[nodiscard]] Key directive(const sema::Rule& r, const sema::Directive& d);
  /// Of all that a rule says and overrides; who overrides it is none of it.
  [[nodiscard]] std::vector<Key> rule(sema::RuleId r);

 private:
  [[nodiscard]] Key number(const std::string& text);
  [[nodiscard]] Key grade(const sema::Rule& r);

  const Context& c_;
  std::unordered_map<std::string, Key> numbers_;
  std::map<std::pair<std::string, std::string>, Key> grades_;
};

}  // namespace gdl::analysis
