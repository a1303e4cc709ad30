// The nearest name: see nearest.h.
#include "nearest.h"

#include <fmt/core.h>

#include <algorithm>

namespace gdl::sema {

namespace {

std::string fold(const std::string& s) {
  std::string out = s;
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// Whether two words in small letters are one but for a slip of the pen: nothing else than capitals, two neighbours swapped,
/// or a letter doubled or not. Another letter, or one more, makes another drug of many a drug.
bool slip(const std::string& a, const std::string& b) {
  const std::string& shorter = a.size() <= b.size() ? a : b;
  const std::string& longer = a.size() <= b.size() ? b : a;
  auto [at, other] = std::mismatch(shorter.begin(), shorter.end(), longer.begin());
  const auto i = static_cast<std::size_t>(at - shorter.begin());
  if (a.size() == b.size()) {
    if (at == shorter.end()) return true;
    return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] &&
           a.compare(i + 2, std::string::npos, b, i + 2, std::string::npos) == 0;
  }
  // The first place where they differ is behind the doubled letter.
  return longer.size() == shorter.size() + 1 && i > 0 && longer[i] == longer[i - 1] &&
         shorter.compare(i, std::string::npos, longer, i + 1, std::string::npos) == 0;
}

}  // namespace

Nearest::Nearest(const std::string& name) : folded_(fold(name)), least_(folded_.size() + 1) {}

void Nearest::offer(const std::string& candidate) {
  const std::string& a = folded_;
  const std::size_t longer = std::max(a.size(), candidate.size());
  const std::size_t shorter = std::min(a.size(), candidate.size());
  const std::size_t most = longer * 2 / 5;  // all that are near are counted, not the nearest alone
  if (longer - shorter > most) return;
  const std::string b = fold(candidate);
  // Edit distance with swaps (optimal string alignment), row by row.
  auto& [before, last, row] = rows_;
  for (auto& r : rows_) r.assign(b.size() + 1, 0);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i;
    std::size_t best = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t other = last[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, other});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      best = std::min(best, row[j]);
    }
    if (best > most) return;
  }
  const std::size_t distance = row[b.size()];
  if (distance > most) return;
  ++near_;
  if (distance > least_ || (distance == least_ && !best_.empty() && best_ <= candidate)) return;
  least_ = distance;
  best_ = candidate;
}

Suggestion Nearest::suggestion() const {
  if (best_.empty()) return {};
  bool digit = false;  // doses, stages and genes differ in a digit
  for (const std::string* s : {&folded_, &best_}) {
    digit = digit || std::any_of(s->begin(), s->end(), [](char c) { return c >= '0' && c <= '9'; });
  }
  constexpr std::size_t kShort = 4;  // `alt` and `ast` are one letter apart
  bool certain = near_ == 1 && !digit && folded_.size() >= kShort && slip(folded_, fold(best_));
  return {fmt::format("did you mean `{}`?", best_), best_, certain};
}

Suggestion nearest(const std::vector<std::string>& names, const std::string& name) {
  Nearest search(name);
  for (const std::string& n : names) search.offer(n);
  return search.suggestion();
}

void Suggestion::give(diag::Diagnostic& d) const {
  d.help = help;
  if (name.empty()) return;
  diag::Fix fix;
  fix.span = d.primary;
  fix.replacement = name;
  if (certain) {
    d.fix = std::move(fix);
  } else {
    d.choices = {std::move(fix)};
  }
}

}  // namespace gdl::sema
