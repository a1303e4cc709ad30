// Which of several together are why: a smallest set of them. Private to analysis/.
//
// First those are left out without which the others suffice. Then, since what is left need not be the fewest, sets of
// fewer are tried, the smallest first, as many as `smaller_sets`: beyond that only none can be left out of what is named.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/limits.h"

namespace gdl::analysis {

/// Marks a smallest set that suffices of the members marked in `all`, of which those marked in `out` do. `enough` says
/// whether those marked do, and must say so of every set that holds one of which it says so.
template <class Enough>
[[nodiscard]] std::vector<bool> smallest(const std::vector<bool>& all, std::vector<bool> out,
                                         const Enough& enough) {
  std::size_t size = 0;
  for (std::size_t i = out.size(); i-- > 0;) {
    if (!out[i]) continue;
    out[i] = false;
    if (enough(out)) continue;
    out[i] = true;
    ++size;
  }
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]) members.push_back(i);
  }
  auto tries = static_cast<std::uint64_t>(limits::smaller_sets);
  for (std::size_t fewer = 1; fewer < size; ++fewer) {
    // Every choice of so many members, in the order of their places.
    std::vector<std::size_t> chosen(fewer);
    for (std::size_t i = 0; i < fewer; ++i) chosen[i] = i;
    for (;;) {
      if (tries-- == 0) return out;
      std::vector<bool> some(all.size(), false);
      for (std::size_t i : chosen) some[members[i]] = true;
      if (enough(some)) return some;
      std::size_t i = fewer;
      while (i > 0 && chosen[i - 1] == members.size() - (fewer - (i - 1))) --i;
      if (i == 0) break;
      ++chosen[i - 1];
      for (; i < fewer; ++i) chosen[i] = chosen[i - 1] + 1;
    }
  }
  return out;
}

}  // namespace gdl::analysis
