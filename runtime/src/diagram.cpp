// Decision diagrams: see diagram.h.
#include "diagram.h"

namespace gdlrt {

namespace {

constexpr uint32_t kFirstTable = 1024, kLargestFirstTable = 8192;
constexpr uint32_t kFirstNodes = 256;
constexpr uint32_t kPairs = 512;
constexpr uint32_t kFewValues = 4;
constexpr uint32_t kMostNodes =
    1u << 28;  // more are as if the steps were spent: a Ref holds twice their number

uint32_t mix(uint64_t h) {
  h *= 0x9e3779b97f4a7c15u;
  return static_cast<uint32_t>(h >> 32);
}

/// The hash of a node: kids, each flipped or not, two by two, the last perhaps with itself.
uint32_t hash_of(Level level, const Ref* kids, uint32_t count, uint32_t flip) {
  uint64_t h = level + 1;
  for (uint32_t i = 0; i < count; i += 2) {
    Ref second = kids[i + 1 < count ? i + 1 : i];
    uint64_t two = uint64_t{kids[i] ^ flip} << 32 | (second ^ flip);
    h = (h ^ two) * 0x9e3779b97f4a7c15u + (h >> 29);
  }
  return mix(h);
}

}  // namespace

void Diagram::begin(uint32_t conditions) {
  uint32_t size = kFirstTable;
  while (size / 4 < conditions && size < kLargestFirstTable) size *= 2;
  table_ = arena_.array<uint32_t>(size);
  cache_ = arena_.array<Entry>(size);
  table_mask_ = cache_mask_ = size - 1;
  nodes_.data = static_cast<Node*>(arena_.take_raw(kFirstNodes * sizeof(Node)));
  nodes_.capacity = nodes_.data == nullptr ? 0 : kFirstNodes;
  pool_.data = static_cast<Ref*>(arena_.take_raw(size_t{4} * kFirstNodes * sizeof(Ref)));
  pool_.capacity = pool_.data == nullptr ? 0 : 4 * kFirstNodes;
  // Node 0 is the constant, node 1 what is not known: they are never asked for a level.
  (void)nodes_.add(arena_, {0, 0, 0, 0, 0});
  (void)nodes_.add(arena_, {0, 0, 0, 0, 0});
  (void)above_.add(arena_, 0);
}

Level Diagram::variable(uint32_t values) {
  (void)values_.add(arena_, values);
  if (!failed()) (void)above_.add(arena_, above_[above_.count - 1] + values);
  return values_.count - 1;
}

uint32_t Diagram::slot(Ref a, Ref b) const {
  return mix(static_cast<uint64_t>(a) << 32 | b) & cache_mask_;
}

/// Doubles the table of nodes, and the caches with it.
bool Diagram::grow() {
  uint32_t size = (table_mask_ + 1) * 2;
  auto* table = arena_.array<uint32_t>(size);
  auto* cache = arena_.array<Entry>(size);
  if (arena_.failed()) return false;
  for (uint32_t n = 2; n < nodes_.count; ++n) {
    Level level = nodes_[n].level;
    uint32_t at = hash_of(level, pool_.data + nodes_[n].kids, values_[level], 0) & (size - 1);
    while (table[at] != 0) at = (at + 1) & (size - 1);
    table[at] = n;
  }
  const Entry* old = cache_;
  table_ = table;
  table_mask_ = size - 1;
  cache_ = cache;
  cache_mask_ = size - 1;
  for (const Entry* e = old; e < old + size / 2; ++e) cache_[slot(e->a, e->b)] = *e;
  return true;
}

Ref Diagram::make(Level level, const Ref* kids) {
  uint32_t count = values_[level];
  // Canonical: the first kid is not complemented.
  uint32_t flip = kids[0] & 1u;
  uint32_t differ = 0;
  bool open = false;
  for (uint32_t i = 0; i < count; ++i) {
    open = open || kids[i] == kOpen;
    differ |= kids[i] ^ kids[0];
  }
  if (open) return kOpen;
  if (differ == 0) return kids[0];
  if (!step() || !work(count) || nodes_.count == kMostNodes) return kOpen;
  uint32_t at = hash_of(level, kids, count, flip) & table_mask_;
  for (; table_[at] != 0; at = (at + 1) & table_mask_) {
    const Node& n = nodes_[table_[at]];
    if (n.level != level) continue;
    const Ref* mine = pool_.data + n.kids;
    uint32_t i = 0;
    while (i < count && mine[i] == (kids[i] ^ flip)) ++i;
    if (i == count) return 2 * table_[at] + flip;
  }
  Node n{level, pool_.count, 0, 0, bit(level)};
  while (pool_.capacity - pool_.count < count) {
    void* bigger = grown_list(arena_, pool_.data, sizeof(Ref), pool_.count, pool_.capacity);
    if (bigger == nullptr) return kOpen;
    pool_.data = static_cast<Ref*>(bigger);
  }
  for (uint32_t i = 0; i < count; ++i) {
    n.below |= nodes_[kids[i] >> 1].below;
    pool_.data[pool_.count++] = kids[i] ^ flip;
  }
  if (!nodes_.add(arena_, n)) return kOpen;
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
  const Entry& known = cache_[slot(a, b)];
  if (known.a == a && known.b == b) return known.result;
  return both_anew(a, b);
}

Ref Diagram::both_anew(Ref a, Ref b) {
  Level la = level(a);
  Level lb = level(b);
  Level top_level = la < lb ? la : lb;
  uint32_t count = values_[top_level];
  if (!step() || !work(count)) return kOpen;
  Ref few[kFewValues];  // most have few: these need no list
  uint32_t base = mark();
  for (uint32_t i = 0; i < count; ++i) {
    Ref x = la == top_level ? kid(a, i) : a;
    Ref y = lb == top_level ? kid(b, i) : b;
    Ref r = x == kNo || y == kNo ? kNo : x == kYes || x == y ? y : y == kYes ? x : both(x, y);
    if (count <= kFewValues) {
      few[i] = r;
    } else {
      push(r);
    }
  }
  Ref out = failed() ? kOpen : count <= kFewValues ? make(top_level, few) : finish(top_level, base);
  if (out != kOpen) cache_[slot(a, b)] = {a, b, out};
  return out;
}

Ref Diagram::common(Ref a, Ref b) {
  if (a == kNo || b == kNo) return kNo;
  if (a == kOpen || b == kOpen) return kOpen;
  if (a == kYes || b == kYes || a == b) return kYes;
  if ((a ^ b) == 1) return kNo;
  if (a > b) {
    Ref t = a;
    a = b;
    b = t;
  }
  // The first completion found ends the search, so that only what has none is met again.
  const Entry& known = cache_[slot(a, b)];
  if (known.a == a && known.b == b) return known.result == kNo ? kNo : kYes;
  return common_anew(a, b);
}

Ref Diagram::common_anew(Ref a, Ref b) {
  Level la = level(a);
  Level lb = level(b);
  Level top = la < lb ? la : lb;
  if (!step() || !work(values_[top])) return kOpen;
  for (uint32_t i = 0; i < values_[top]; ++i) {
    Ref found = common(la == top ? kid(a, i) : a, lb == top ? kid(b, i) : b);
    if (found != kNo) return found;
  }
  cache_[slot(a, b)] = {a, b, kNo};
  return kNo;
}

Ref Diagram::cofactor(Ref a, Level var, uint32_t value) {
  if (constant(a) || level(a) > var || !may_ask(a, bit(var))) return a;
  if (level(a) == var) return kid(a, value);
  Ref plain = a & ~1u;
  uint32_t b = kCofactor + above_[var] + value;
  const Entry& known = cache_[slot(plain, b)];
  if (known.a == plain && known.b == b) return known.result ^ (a & 1u);
  Level mine = level(plain);
  uint32_t count = values_[mine];
  if (!step() || !work(count)) return kOpen;
  uint32_t base = mark();
  for (uint32_t i = 0; i < count; ++i) push(cofactor(kid(plain, i), var, value));
  Ref out = finish(mine, base);
  if (out == kOpen) return kOpen;
  cache_[slot(plain, b)] = {plain, b, out};
  return out ^ (a & 1u);
}

void Diagram::flips(Ref a, Ref b, const uint8_t* wanted, uint8_t* marks) {
  wanted_ = wanted;
  flipped_ = marks;
  still_wanted_ = 0;
  for (Level v = 0; v < variables(); ++v) {
    if (wanted[v] != 0) still_wanted_ |= bit(v);
  }
  if (begin_pairs()) flips_below(a, b);
}

bool Diagram::begin_pairs() {
  if (pairs_ == nullptr) pairs_ = arena_.array<Pair>(kPairs);
  ++walk_;
  return !failed();
}

bool Diagram::try_pair(Ref a, Ref b) {
  Pair& tried = pairs_[mix(static_cast<uint64_t>(a) << 32 | b) & (kPairs - 1)];
  if (tried.a == a && tried.b == b && tried.walk == walk_) return false;
  tried = {a, b, walk_};
  Level la = top(a);
  Level lb = top(b);
  return step() && work(values_[la < lb ? la : lb]);
}

void Diagram::flips_below(Ref a, Ref b) {
  if (a == kNo || b == kNo) return;
  // Where neither asks about a variable that is wanted, it makes no difference: they have nothing in common.
  if (!may_ask(a, still_wanted_) && !may_ask(b, still_wanted_)) return;
  if (!try_pair(a, b)) return;
  Level la = top(a);
  Level lb = top(b);
  Level at = la < lb ? la : lb;
  uint32_t count = values_[at];
  bool look = wanted_[at] != 0 && flipped_[at] == 0;
  for (uint32_t i = 0; i < count; ++i) {
    Ref mine = la == at ? kid(a, i) : a;
    if (mine == kNo) continue;
    flips_below(mine, lb == at ? kid(b, i) : b);
    if (look && !work(count)) return;
    for (uint32_t k = 0; k < count && look; ++k) {
      if (k == i || common(mine, lb == at ? kid(b, k) : b) != kYes) continue;
      flipped_[at] = 1;
      look = false;
      if (at < kLastBit) still_wanted_ &= ~bit(at);
    }
  }
}

void Diagram::ends_below(Ref a, Ref b, Level v, List<Ref>& pairs) {
  if (a == kNo || b == kNo) return;
  Level la = top(a);
  Level lb = top(b);
  Level at = la < lb ? la : lb;
  if (at < variables() && !try_pair(a, b)) return;
  if (at >= v) {
    (void)(pairs.add(arena_, a) && pairs.add(arena_, b));
    return;
  }
  for (uint32_t i = 0; i < values_[at]; ++i) {
    ends_below(la == at ? kid(a, i) : a, lb == at ? kid(b, i) : b, v, pairs);
  }
}

void Diagram::meets_each(Ref a, uint64_t* marks) {
  auto mark_values = [&](uint32_t first, uint32_t last) {
    for (; first < last; first = (first | 63) + 1) {
      uint64_t mask = ~uint64_t{0} << (first & 63);
      if ((first | 63) >= last) mask &= (uint64_t{1} << (last & 63)) - 1;
      marks[first / 64] |= mask;
    }
  };
  ++walk_;
  walks_.count = 0;
  if (a != kNo) mark_values(0, above_[top(a)]);  // of variables that nobody asks about
  (void)walks_.add(arena_, a);
  while (walks_.count > 0) {
    Ref at = walks_[--walks_.count];
    if (at == kOpen || (!constant(at) && !work(values_[level(at)]))) {
      mark_values(0, above_[variables()]);
      return;
    }
    if (constant(at)) continue;
    // A node is met plain and complemented: two walks.
    Node& n = nodes_[at >> 1];
    uint32_t& seen = (at & 1u) != 0 ? n.seen_complement : n.seen;
    if (seen == walk_) continue;
    seen = walk_;
    uint32_t mine = above_[n.level];
    uint32_t behind = above_[n.level + 1];
    for (uint32_t i = 0; i < values_[n.level]; ++i) {
      Ref next = kid(at, i);
      if (next == kNo) continue;
      mark_values(mine + i, mine + i + 1);
      uint32_t asked = above_[top(next)];
      if (behind < asked) mark_values(behind, asked);
      if (next != kYes) (void)walks_.add(arena_, next);
    }
  }
}

void Diagram::support(Ref a, uint8_t* marks) {
  uint64_t below = nodes_[a >> 1].below;
  if (exact(below)) {
    for (; below != 0; below &= below - 1) marks[__builtin_ctzll(below)] = 1;
    return;
  }
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
