// What `check` reports, as the judges compare it: the kind of a finding and what it is about.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "driver/driver.h"

namespace gdl::judges {

/// Codes, each with the name of the decision, rule or definition; an accept: where it stands; constraints: nothing.
using Found = std::set<std::pair<diag::Code, std::string>>;

/// Everything reported that the judges work out for themselves; `unknown` that is an error and internal errors too.
[[nodiscard]] Found reported(const driver::Compilation& c);
/// "gap:d0 overlap:d1 "
[[nodiscard]] std::string show(const Found& found);

/// What is reported against what should be, as texts that are equal if nothing is wrong. Preferences are left out of
/// what is reported. Where something is said to be undecided, what is missing is no mistake.
struct Compared {
  std::string reported, expected;
  bool undecided = false;
};
[[nodiscard]] Compared compare(const Found& reported, const Found& expected);

}  // namespace gdl::judges
