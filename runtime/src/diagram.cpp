// Decision diagrams: see diagram.h.
#include "diagram.h"

namespace gdlrt {

namespace {

constexpr uint32_t kFirstTable = 256;
constexpr uint32_t kMostNodes =
    1u << 28;  // more are as if the steps were spent: a Ref holds twice their number

uint32_t mix(uint64_t h) {
  h *= 0x9e3779b97f4a7c15u;
  return static_cast<uint32_t>(h >> 32);
}

}  // namespace

void Diagram::begin() {
  table_ = arena_.array<uint32_t>(kFirstTable);
  cache_ = arena_.array<Entry>(kFirstTable);
  cofactors_ = arena_.array<Cofactor>(kFirstTable);
  table_mask_ = cache_mask_ = pairs_mask_ = kFirstTable - 1;
  pairs_ = arena_.array<Pair>(kFirstTable);
  // Node 0 is the constant, node 1 what is not known: they are never asked for a level.
  (void)nodes_.add(arena_, {0, 0, 0, 0});
  (void)nodes_.add(arena_, {0, 0, 0, 0});
}

Level Diagram::variable(uint32_t values) {
  (void)values_.add(arena_, values);
  return values_.count - 1;
}

uint32_t Diagram::hash(Level level, const Ref* kids) const {
  uint64_t h = level + 1;
  for (uint32_t i = 0; i < values_[level]; ++i) h = (h ^ kids[i]) * 0x100000001b3u + (h >> 29);
  return mix(h);
}

/// Doubles the table of nodes, and the caches with it.
bool Diagram::grow() {
  uint32_t size = (table_mask_ + 1) * 2;
  auto* table = arena_.array<uint32_t>(size);
  auto* cache = arena_.array<Entry>(size);
  auto* cofactors = arena_.array<Cofactor>(size);
  if (arena_.failed()) return false;
  for (uint32_t n = 2; n < nodes_.count; ++n) {
    uint32_t at = hash(nodes_[n].level, pool_.data + nodes_[n].kids) & (size - 1);
    while (table[at] != 0) at = (at + 1) & (size - 1);
    table[at] = n;
  }
  table_ = table;
  table_mask_ = size - 1;
  cache_ = cache;
  cofactors_ = cofactors;
  cache_mask_ = size - 1;
  return true;
}

Ref Diagram::make(Level level, const Ref* kids) {
  uint32_t count = values_[level];
  bool same = true;
  for (uint32_t i = 0; i < count; ++i) {
    if (kids[i] == kOpen) return kOpen;
    same = same && kids[i] == kids[0];
  }
  if (same) return kids[0];
  if (!step() || !work(count) || nodes_.count == kMostNodes) return kOpen;
  // Canonical: the first kid is not complemented.
  uint32_t flip = kids[0] & 1u;
  uint32_t first = pool_.count;
  for (uint32_t i = 0; i < count; ++i) {
    if (!pool_.add(arena_, kids[i] ^ flip)) return kOpen;
  }
  const Ref* mine = pool_.data + first;
  uint32_t at = hash(level, mine) & table_mask_;
  for (; table_[at] != 0; at = (at + 1) & table_mask_) {
    const Node& n = nodes_[table_[at]];
    if (n.level == level && memcmp(pool_.data + n.kids, mine, count * sizeof *mine) == 0) {
      pool_.count = first;
      return 2 * table_[at] + flip;
    }
  }
  if (!nodes_.add(arena_, {level, first, 0, 0})) return kOpen;
  uint32_t node = nodes_.count - 1;
  table_[at] = node;
  if (nodes_.count > table_mask_ / 2 && !grow()) return kOpen;
  return 2 * node + flip;
}

Ref Diagram::both(Ref a, Ref b) {
  if (a == kNo || b == kNo) return kNo;
  if (a == kYes || a == b) return b;
  if (b == kYes) return a;
  if (a == kOpen || b == kOpen) return kOpen;
  if ((a ^ b) == 1) return kNo;
  if (a > b) {
    Ref t = a;
    a = b;
    b = t;
  }
  uint32_t slot = mix(static_cast<uint64_t>(a) << 32 | b) & cache_mask_;
  if (cache_[slot].a == a && cache_[slot].b == b) return cache_[slot].result;
  Level la = level(a);
  Level lb = level(b);
  Level top_level = la < lb ? la : lb;
  uint32_t count = values_[top_level];
  if (!step() || !work(count)) return kOpen;
  uint32_t base = mark();
  for (uint32_t i = 0; i < count; ++i) {
    push(both(la == top_level ? kid(a, i) : a, lb == top_level ? kid(b, i) : b));
  }
  Ref out = finish(top_level, base);
  if (out != kOpen) cache_[mix(static_cast<uint64_t>(a) << 32 | b) & cache_mask_] = {a, b, out};
  return out;
}

Ref Diagram::cofactor(Ref a, Level var, uint32_t value) {
  if (constant(a) || level(a) > var) return a;
  if (level(a) == var) return kid(a, value);
  Ref plain = a & ~1u;
  uint64_t key = static_cast<uint64_t>(plain) << 32 | (var * 0x9e3779b1u + value);
  uint32_t slot = mix(key) & cache_mask_;
  const Cofactor& c = cofactors_[slot];
  if (c.value == value + 1 && c.a == plain && c.level == var) return c.result ^ (a & 1u);
  Level mine = level(plain);
  uint32_t count = values_[mine];
  if (!step() || !work(count)) return kOpen;
  uint32_t base = mark();
  for (uint32_t i = 0; i < count; ++i) push(cofactor(kid(plain, i), var, value));
  Ref out = finish(mine, base);
  if (out == kOpen) return kOpen;
  cofactors_[mix(key) & cache_mask_] = {plain, out, var, value + 1};
  return out ^ (a & 1u);
}

bool Diagram::meets(Ref a, Level first, Level last, const uint32_t* fixed) {
  // Whatever is no constant holds for somebody: only what lies above `last` is walked.
  ++walk_;
  walks_.count = 0;
  (void)walks_.add(arena_, a);
  while (walks_.count > 0) {
    Ref at = walks_[--walks_.count];
    if (at == kNo) continue;
    if (constant(at) || level(at) > last) return true;
    if (level(at) >= first) {
      (void)walks_.add(arena_, kid(at, fixed[level(at) - first]));
      continue;
    }
    // A node is met plain and complemented: two walks.
    uint32_t& seen = (at & 1u) != 0 ? nodes_[at >> 1].seen_complement : nodes_[at >> 1].seen;
    if (seen == walk_) continue;
    seen = walk_;
    if (!work(values_[level(at)])) return true;
    for (uint32_t i = 0; i < values_[level(at)]; ++i) (void)walks_.add(arena_, kid(at, i));
  }
  return false;
}

bool Diagram::flips(Ref a, Ref b, Level v) {
  flip_ = v;
  ++walk_;
  return flips_below(a, b);
}

bool Diagram::flips_below(Ref a, Ref b) {
  if (a == kNo || b == kNo) return false;
  Level la = constant(a) ? flip_ + 1 : level(a);
  Level lb = constant(b) ? flip_ + 1 : level(b);
  Level at = la < lb ? la : lb;
  if (at > flip_)
    return false;  // the variable makes no difference here, and a and b have nothing in common
  Pair& tried = pairs_[mix(static_cast<uint64_t>(a) << 32 | b) & pairs_mask_];
  if (tried.a == a && tried.b == b && tried.walk == walk_) return false;
  tried = {a, b, walk_};
  if (!step()) return false;
  for (uint32_t i = 0; i < values_[at]; ++i) {
    Ref mine = la == at ? kid(a, i) : a;
    if (mine == kNo) continue;
    if (!work(values_[at])) return false;
    if (at < flip_) {
      if (flips_below(mine, lb == at ? kid(b, i) : b)) return true;
      continue;
    }
    for (uint32_t k = 0; k < values_[at]; ++k) {
      if (k == i) continue;
      Ref common = both(mine, lb == at ? kid(b, k) : b);
      if (common != kNo && common != kOpen) return true;
    }
  }
  return false;
}

void Diagram::meets_each(Ref a, Level v, uint8_t* some) {
  memset(some, 0, values_[v]);
  ++walk_;
  walks_.count = 0;
  (void)walks_.add(arena_, a);
  uint32_t left = values_[v];  // values not met yet
  while (walks_.count > 0 && left > 0) {
    Ref at = walks_[--walks_.count];
    if (at == kNo) continue;
    if (constant(at) || level(at) > v || !work(values_[level(at)])) {
      memset(some, 1, values_[v]);
      return;
    }
    uint32_t& seen = (at & 1u) != 0 ? nodes_[at >> 1].seen_complement : nodes_[at >> 1].seen;
    if (seen == walk_) continue;
    seen = walk_;
    bool mine = level(at) == v;
    for (uint32_t i = 0; i < values_[level(at)]; ++i) {
      Ref next = kid(at, i);
      if (!mine) {
        (void)walks_.add(arena_, next);
      } else if (next != kNo && some[i] == 0) {
        some[i] = 1;
        --left;
      }
    }
  }
}

void Diagram::support(Ref a, uint8_t* marks) {
  if (constant(a)) return;
  ++walk_;
  walks_.count = 0;
  (void)walks_.add(arena_, a >> 1);
  while (walks_.count > 0) {
    Node& n = nodes_[walks_[--walks_.count]];
    if (n.seen == walk_) continue;
    n.seen = walk_;
    if (!work(values_[n.level])) {
      memset(marks, 1, values_.count);
      return;
    }
    marks[n.level] = 1;
    for (uint32_t i = 0; i < values_[n.level]; ++i) {
      Ref kid = pool_[n.kids + i];
      if (!constant(kid) && nodes_[kid >> 1].seen != walk_) (void)walks_.add(arena_, kid >> 1);
    }
  }
}

}  // namespace gdlrt
