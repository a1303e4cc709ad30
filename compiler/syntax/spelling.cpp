// Words that are nearly others: the distance of two, and the keyword that may have been meant.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "explain.h"

namespace gdl::syntax {

using Text = std::string_view;

std::string lower(Text t) {
  std::string out(t);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::size_t distance(Text a, Text b) {
  // With neighbours swapped counted as one mistake.
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

Hint near_keyword(const Failure& f) {
  const Lexeme& t = f.near(0);
  if (t.kind != "NAME" || t.text.size() < 2) return {};
  std::string word = lower(t.text);
  std::size_t least = word.size() >= 8 ? 4 : (word.size() >= 4 ? 3 : 2);
  std::string best;
  for (const std::vector<Expected>* list : {&f.expected, &f.next}) {
    for (const Expected& e : *list) {
      const std::string& k = e.token;
      if (k.empty() || k[0] < 'a' || k[0] > 'z') continue;
      if (!e.opens.empty() && e.opens.back() == "word") continue;
      if (k == word) {
        return {fmt::format("keywords are written in lower case: `{}`", k), k, true};
      }
      std::size_t d = k.size() >= 3 && word.compare(0, k.size(), k) == 0 ? 1 : distance(word, k);
      if (d < least && d + 1 < k.size()) {
        least = d;
        best = k;
      }
    }
  }
  if (best.empty()) return {};
  return {fmt::format("did you mean `{}`?", best), best, distance(word, best) == 1};
}

}  // namespace gdl::syntax
