// The checker's clauses: see clauses.h.
#include "clauses.h"

#include <algorithm>

namespace gdl::proof {

bool Clauses::gather(std::span<const Lit> literals) {
  bool trivial = false;
  distinct_.clear();
  for (Lit l : literals) {
    if (mark_[l.code] != 0) continue;
    trivial = trivial || mark_[(~l).code] != 0;
    mark_[l.code] = 1;
    distinct_.push_back(l.code);
  }
  for (std::uint32_t code : distinct_) mark_[code] = 0;
  return trivial;
}

std::size_t Clauses::bucket(const std::uint32_t* codes, std::size_t size) const {
  std::uint64_t sum = size;
  for (std::size_t i = 0; i < size; ++i) {
    std::uint64_t h = (std::uint64_t{codes[i]} + 1) * 0x9e3779b97f4a7c15u;
    sum += h ^ (h >> 29);
  }
  sum *= 0xff51afd7ed558ccdu;
  return static_cast<std::size_t>(sum >> 32) & (buckets_.size() - 1);
}

void Clauses::link(ClauseRef c) {
  std::uint32_t& first = buckets_[bucket(codes(c), size(c))];
  words_[c.value + 2] = first;
  first = c.value;
}

ClauseRef Clauses::add(std::span<const Lit> literals) {
  if (words_.size() + literals.size() + kHeader >= kEnd) return {};
  bool trivial = gather(literals);
  ClauseRef c(words_.size());
  words_.push_back(static_cast<std::uint32_t>(distinct_.size()));
  words_.push_back(trivial ? kTrivial : 0u);
  words_.push_back(kEnd);
  words_.insert(words_.end(), distinct_.begin(), distinct_.end());
  if (++linked_ > buckets_.size()) {
    std::vector<std::uint32_t> old(buckets_.size() * 4, kEnd);
    old.swap(buckets_);
    for (std::uint32_t first : old) {
      for (ClauseRef at(first); at.valid();) {
        ClauseRef next(words_[at.value + 2]);
        link(at);
        at = next;
      }
    }
  }
  link(c);
  return c;
}

ClauseRef Clauses::remove(std::span<const Lit> literals) {
  gather(literals);
  for (std::uint32_t code : distinct_) mark_[code] = 1;
  ClauseRef found;
  std::uint32_t* link = &buckets_[bucket(distinct_.data(), distinct_.size())];
  while (*link != kEnd) {
    ClauseRef c(*link);
    // Both have each literal once: of equal size, one within the other, they are the same.
    if (size(c) == distinct_.size() &&
        std::all_of(codes(c), codes(c) + size(c), [&](auto code) { return mark_[code] != 0; })) {
      found = c;
      *link = words_[c.value + 2];
      --linked_;
      break;
    }
    link = &words_[c.value + 2];
  }
  for (std::uint32_t code : distinct_) mark_[code] = 0;
  return found;
}

}  // namespace gdl::proof
