// What is the same for all sets of patients: see sets.h.
#include "space/sets.h"

#include <map>

namespace gdl::space {

const Bits* Box::find(Var v) const {
  for (const auto& [var, mask] : masks) {
    if (var == v) return &mask;
  }
  return nullptr;
}

Node Sets::both(std::initializer_list<Node> sets) {
  Node out = *sets.begin();
  for (const Node* n = sets.begin() + 1; n != sets.end(); ++n) out = intersect(out, *n);
  return out;
}

Node Sets::either(std::initializer_list<Node> sets) {
  Node out = *sets.begin();
  for (const Node* n = sets.begin() + 1; n != sets.end(); ++n) out = unite(out, *n);
  return out;
}

Node Sets::minus(std::initializer_list<Node> sets) {
  Node out = *sets.begin();
  for (const Node* n = sets.begin() + 1; n != sets.end(); ++n) out = subtract(out, *n);
  return out;
}

Node Sets::box(const Box& b) {
  Node out = kTrue;
  for (auto it = b.masks.rbegin(); it != b.masks.rend(); ++it) {
    out = both(literal(it->first, it->second), out);
  }
  return out;
}

void Sets::narrow(Node a, Box& b) {
  const Node inside = both(box(b), a);
  for (auto& [v, mask] : b.masks) {
    Bits left(mask.size());
    for (std::size_t k = 0; k < mask.size(); ++k) {
      Bits one(mask.size());
      one.set(k);
      left.set(k, mask.test(k) && !nobody(both(inside, literal(v, one))));
    }
    if (exhausted()) return;
    mask = left;
  }
}

// Sums as sets: for each sum reached so far the patients who have it. The number of different sums
// is what bounds the work, not the number of subsets.
Node Sets::sum_within(const Points& items, std::int64_t lo, std::int64_t hi) {
  std::map<std::int64_t, Node> sums = {{0, kTrue}};
  for (const auto& [node, points] : items) {
    std::map<std::int64_t, Node> next;
    auto add = [&](std::int64_t sum, Node n) {
      if (n == kFalse) return;
      auto [it, fresh] = next.emplace(sum, n);
      if (!fresh) it->second = either(it->second, n);
    };
    for (const auto& [sum, set] : sums) {
      add(sum + points, both(set, node));
      add(sum, minus(set, node));
    }
    if (exhausted()) return {};
    sums = std::move(next);
  }
  Node out = kFalse;
  for (const auto& [sum, set] : sums) {
    if (lo <= sum && sum <= hi) out = either(out, set);
  }
  return out;
}

}  // namespace gdl::space
