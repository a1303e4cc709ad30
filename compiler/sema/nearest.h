// "did you mean ...?": the declared name nearest to one that is not. Private to sema/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "diag/diagnostic.h"

namespace gdl::sema {

/// What to say of a name that is not declared.
struct Suggestion {
  std::string help;  ///< "did you mean `x`?", or something else to do; may be empty
  std::string name;  ///< the name to write instead; empty: none is near
  /// A slip of the pen: capitals, two neighbours swapped, or a letter doubled or not, in a name that
  /// no other comes near to, without a digit in it. `stage2` for `stage1` is none.
  bool certain = false;

  /// Puts it into a diagnostic whose primary place is the name.
  void give(diag::Diagnostic& d) const;
};

/// Looks for the nearest of many names. Near means at most two edits (a letter more, less or other,
/// two neighbours swapped) in five letters; case does not count. Ties: the first in the
/// alphabet, so that the answer does not hang on the order of offers.
class Nearest {
 public:
  explicit Nearest(const std::string& name);
  void offer(const std::string& candidate);
  /// Without help and name if none is near.
  [[nodiscard]] Suggestion suggestion() const;

 private:
  std::string folded_;  // in small letters
  std::size_t least_;
  std::size_t near_ = 0;  // how many candidates were near
  std::string best_;
  std::vector<std::size_t> rows_[3];
};

/// The same over a list.
Suggestion nearest(const std::vector<std::string>& names, const std::string& name);

}  // namespace gdl::sema
