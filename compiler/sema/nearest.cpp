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

}  // namespace

Nearest::Nearest(const std::string& name) : folded_(fold(name)), least_(folded_.size() + 1) {}

void Nearest::offer(const std::string& candidate) {
  const std::string& a = folded_;
  const std::size_t longer = std::max(a.size(), candidate.size());
  const std::size_t shorter = std::min(a.size(), candidate.size());
  const std::size_t most = std::min(longer * 2 / 5, least_);
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
  if (distance > most || (distance == least_ && !best_.empty() && best_ <= candidate)) return;
  least_ = distance;
  best_ = candidate;
}

std::string Nearest::help() const {
  return best_.empty() ? std::string() : fmt::format("did you mean `{}`?", best_);
}

std::string nearest(const std::vector<std::string>& names, const std::string& name) {
  Nearest search(name);
  for (const std::string& n : names) search.offer(n);
  return search.help();
}

}  // namespace gdl::sema
