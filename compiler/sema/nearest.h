// "did you mean ...?": the declared name nearest to one that is not. Private to sema/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace gdl::sema {

/// Looks for the nearest of many names. Near means at most two edits (a letter more, less or other,
/// two neighbours swapped) in five letters; case does not count. Ties: the first in the
/// alphabet, so that the answer does not hang on the order of offers.
class Nearest {
 public:
  explicit Nearest(const std::string& name);
  void offer(const std::string& candidate);
  /// "did you mean `x`?", or empty if none is near.
  [[nodiscard]] std::string help() const;

 private:
  std::string folded_;  // in small letters
  std::size_t least_;
  std::string best_;
  std::vector<std::size_t> rows_[3];
};

/// The same over a list.
std::string nearest(const std::vector<std::string>& names, const std::string& name);

}  // namespace gdl::sema
