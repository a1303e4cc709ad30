// A list of unsigned numbers as the key of an ordered container.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

namespace gdl {

/// Its order is that of the first number that differs, on every machine. Keys are not to be plain vectors of unsigned
/// numbers: in the library of GCC before 12.4 the `<` of these looks at a part of their bytes only where the machine is
/// big-endian (GCC bug 113960), and different keys are taken for one.
template <class Word>
struct WordKey {
  std::vector<Word> words;

  WordKey() = default;
  WordKey(std::vector<Word> w) : words(std::move(w)) {}  // NOLINT: it is that vector
  friend bool operator<(const WordKey& a, const WordKey& b) {
    return std::lexicographical_compare(a.words.begin(), a.words.end(), b.words.begin(),
                                        b.words.end());
  }
};

}  // namespace gdl
