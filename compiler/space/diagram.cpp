// Canonical multi-valued decision diagrams: see diagram.h.
#include "space/diagram.h"

#include <algorithm>
#include <utility>

namespace gdl::space {

namespace {

constexpr std::uint32_t kTerminalVar = 0xffffffffu;
/// Places for nodes and for remembered results to begin with: what most decisions come to soon.
constexpr std::size_t kFirstSlots = 1024;
/// Remembered results at most: 64 MiB.
constexpr std::size_t kMostSlots = std::size_t{1} << 22;

std::uint64_t hash_node(std::uint32_t var, const std::uint32_t* children, std::size_t n) {
  std::uint64_t h = (var + 1) * 0x9e3779b97f4a7c15u;
  for (std::size_t i = 0; i < n; ++i) {
    h = (h ^ children[i]) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  }
  return h;
}

}  // namespace

Diagram::Diagram(std::uint64_t effort, std::function<bool()> cancelled, std::uint64_t longest)
    : effort_(effort), longest_(longest), cancelled_(std::move(cancelled)) {
  vars_ = {kTerminalVar, kTerminalVar};
  first_ = {0, 0};
  table_.assign(kFirstSlots, 0);
  cache_.resize(kFirstSlots);
}

bool Diagram::spend(std::uint64_t n) {
  steps_ += n;
  if (steps_ > stop_at_) exhausted_ = true;
  if (steps_ >= ask_at_) {
    ask_at_ = steps_ + kAskEvery;
    if (cancelled_ && cancelled_()) exhausted_ = true;
  }
  return !exhausted_;
}

void Diagram::grow_table() {
  table_.assign(table_.size() * 2, 0);
  for (std::uint32_t n = 2; n < vars_.size(); ++n) {
    std::uint64_t h = hash_node(vars_[n], &children_[first_[n]], sizes_[Var(vars_[n])]);
    std::size_t at = h & (table_.size() - 1);
    while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
    table_[at] = n;
  }
}

void Diagram::grow_cache() {
  std::vector<Slot> old(cache_.size() * 2);
  old.swap(cache_);
  for (const Slot& s : old) {
    if (s.op != Op::nothing) slot(s.op, s.a, s.b) = s;
  }
}

Node Diagram::make(Var v, std::size_t base) {
  const std::size_t n = scratch_.size() - base;
  const std::uint32_t* children = scratch_.data() + base;
  bool equal = true;
  for (std::size_t i = 1; i < n; ++i) equal = equal && children[i] == children[0];
  if (equal) {
    Node only(children[0]);
    scratch_.resize(base);
    return only;
  }
  if (vars_.size() * 2 > table_.size()) grow_table();
  std::uint64_t h = hash_node(v.value, children, n);
  std::size_t at = h & (table_.size() - 1);
  while (table_[at] != 0) {
    std::uint32_t there = table_[at];
    if (vars_[there] == v.value &&
        std::equal(children, children + n, children_.begin() + first_[there])) {
      scratch_.resize(base);
      return Node(there);
    }
    at = (at + 1) & (table_.size() - 1);
  }
  std::uint32_t fresh = static_cast<std::uint32_t>(vars_.size());
  vars_.push_back(v.value);
  first_.push_back(static_cast<std::uint32_t>(children_.size()));
  children_.insert(children_.end(), children, children + n);
  scratch_.resize(base);
  table_[at] = fresh;
  if (vars_.size() > cache_.size() && cache_.size() < kMostSlots) grow_cache();
  return Node(fresh);
}

Node Diagram::literal(Var v, const Bits& mask) {
  begin();
  // Whoever asks about a variable that there is not has made a mistake: then nothing is decided, rather than something false.
  if (v.value >= sizes_.size()) exhausted_ = true;
  if (exhausted_ || !spend(sizes_[v])) return {};
  std::size_t base = scratch_.size();
  for (std::size_t i = 0; i < sizes_[v]; ++i) scratch_.push_back(mask.test(i) ? 1 : 0);
  return make(v, base);
}

Node Diagram::apply(Op op, Node a, Node b) {
  if (exhausted_ || !a.valid() || !b.valid()) return {};
  switch (op) {
    case Op::both:
      if (a == kFalse || b == kFalse) return kFalse;
      if (a == kTrue || a == b) return b;
      if (b == kTrue) return a;
      break;
    case Op::either:
      if (a == kTrue || b == kTrue) return kTrue;
      if (a == kFalse || a == b) return b;
      if (b == kFalse) return a;
      break;
    case Op::minus:
      if (a == kFalse || b == kTrue || a == b) return kFalse;
      if (b == kFalse) return a;
      break;
    case Op::meet:
    case Op::nothing: return {};
  }
  if (op != Op::minus && b < a) std::swap(a, b);
  if (const Slot& s = slot(op, a.value, b.value); s.op == op && s.a == a.value && s.b == b.value) {
    return Node(s.result);
  }
  Var v(std::min(vars_[a.value], vars_[b.value]));
  std::size_t n = sizes_[v];
  bool split_a = vars_[a.value] == v.value;
  bool split_b = vars_[b.value] == v.value;
  std::size_t base = scratch_.size();
  Node x, y, r;
  for (std::size_t i = 0; i < n; ++i) {
    const Node p = split_a ? Node(child(a, i)) : a;
    const Node q = split_b ? Node(child(b, i)) : b;
    // Neighbouring classes of a number mostly lead to the same.
    if (i == 0 || p != x || q != y) {
      if (!spend(1)) {
        scratch_.resize(base);
        return {};
      }
      r = apply(op, p, q);
      x = p;
      y = q;
    }
    if (!r.valid()) {
      scratch_.resize(base);
      return {};
    }
    scratch_.push_back(r.value);
  }
  Node result = make(v, base);
  slot(op, a.value, b.value) = {a.value, b.value, result.value, op};
  return result;
}

bool Diagram::meets(Node a, Node b) {
  if (exhausted_ || !a.valid() || !b.valid()) return true;
  if (a == kFalse || b == kFalse) return false;
  if (a == kTrue || b == kTrue || a == b) return true;
  if (b < a) std::swap(a, b);
  if (const Slot& s = slot(Op::meet, a.value, b.value);
      s.op == Op::meet && s.a == a.value && s.b == b.value) {
    return false;
  }
  Var v(std::min(vars_[a.value], vars_[b.value]));
  std::size_t n = sizes_[v];
  if (!spend(n)) return true;
  bool split_a = vars_[a.value] == v.value;
  bool split_b = vars_[b.value] == v.value;
  for (std::size_t i = 0; i < n; ++i) {
    if (meets(split_a ? Node(child(a, i)) : a, split_b ? Node(child(b, i)) : b)) return true;
  }
  // Only a "no" is remembered: a "yes" ends the walk.
  slot(Op::meet, a.value, b.value) = {a.value, b.value, 0, Op::meet};
  return false;
}

Node Diagram::either(std::vector<Node> nodes) {
  begin();
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  if (std::find(nodes.begin(), nodes.end(), Node()) != nodes.end()) return {};
  const std::size_t from = unions_.size();
  unions_.insert(unions_.end(), nodes.begin(), nodes.end());
  return union_of(from);
}

Node Diagram::both(std::vector<Node> nodes) {
  if (std::find(nodes.begin(), nodes.end(), Node()) != nodes.end()) return {};
  std::stable_sort(nodes.begin(), nodes.end(),
                   [this](Node a, Node b) { return vars_[a.value] > vars_[b.value]; });
  Node out = kTrue;
  for (Node n : nodes) out = both(n, out);
  return out;
}

Node Diagram::union_of(std::size_t from) {
  auto at = [this](std::size_t i) {
    return unions_.begin() + static_cast<std::vector<Node>::difference_type>(i);
  };
  auto done = [&](Node n) {
    unions_.resize(from);
    return n;
  };
  unions_.erase(std::remove(at(from), unions_.end(), kFalse), unions_.end());
  const std::size_t end = unions_.size();
  if (end == from) return kFalse;
  if (std::find(at(from), at(end), kTrue) != at(end)) return done(kTrue);
  if (end == from + 1) return done(unions_[from]);
  if (end == from + 2) return done(apply(Op::either, unions_[from], unions_[from + 1]));
  std::uint32_t top = kTerminalVar;
  for (std::size_t i = from; i < end; ++i) top = std::min(top, vars_[unions_[i].value]);
  const Var v(top);
  const auto split = static_cast<std::size_t>(
      std::partition(at(from), at(end), [&](Node n) { return vars_[n.value] == top; }) -
      unions_.begin());
  const std::size_t base = scratch_.size();
  std::size_t last = end;  // behind `end`: what the value before led to, up to here
  Node r;
  for (std::size_t i = 0; i < sizes_[v]; ++i) {
    for (std::size_t k = from; k < split; ++k) {
      if (Node c(child(unions_[k], i)); c != kFalse) unions_.push_back(c);
    }
    std::sort(at(last), unions_.end());
    unions_.erase(std::unique(at(last), unions_.end()), unions_.end());
    if (i == 0 || !std::equal(at(end), at(last), at(last), unions_.end())) {
      unions_.erase(at(end), at(last));
      last = unions_.size();
      if (spend(1 + last - end)) {
        for (std::size_t k = end; k < last; ++k) unions_.push_back(unions_[k]);
        r = union_of(last);
      }
    } else {
      unions_.resize(last);
    }
    if (!r.valid() || exhausted_) {
      scratch_.resize(base);
      return done({});
    }
    scratch_.push_back(r.value);
  }
  const Node with = make(v, base);
  unions_.resize(end);
  const Node rest = union_of(split);
  return done(apply(Op::either, with, rest));
}

void Diagram::begin_walk() const {
  visited_.resize(vars_.size(), walk_);
  value_.resize(vars_.size());
  ++walk_;
}

Box Diagram::shortest(Node a) const {
  // value_[n]: the fewest tests on a path from n to true.
  constexpr std::uint32_t kNever = 0x7fffffffu;
  begin_walk();
  auto walk = [&](auto&& self, std::uint32_t n) -> std::uint32_t {
    if (n == kTrue.value) return 0;
    if (n == kFalse.value) return kNever;
    if (visited_[n] == walk_) return value_[n];
    std::uint32_t best = kNever;
    for (std::size_t i = 0; i < sizes_[Var(vars_[n])]; ++i) {
      best = std::min(best, self(self, child(Node(n), i)));
    }
    if (best != kNever) ++best;
    visited_[n] = walk_;
    value_[n] = best;
    return best;
  };
  walk(walk, a.value);
  Box out;
  std::uint32_t n = a.value;
  while (n != kTrue.value && n != kFalse.value) {
    Var v(vars_[n]);
    std::uint32_t best = kNever;
    std::size_t at = 0;
    for (std::size_t i = 0; i < sizes_[v]; ++i) {
      std::uint32_t l = walk(walk, child(Node(n), i));
      if (l < best) {
        best = l;
        at = i;
      }
    }
    std::uint32_t next = child(Node(n), at);
    Bits mask(sizes_[v]);
    for (std::size_t i = 0; i < sizes_[v]; ++i) mask.set(i, child(Node(n), i) == next);
    out.masks.emplace_back(v, mask);
    n = next;
  }
  return out;
}

Box Diagram::path(Node a) const {
  Box out;
  while (a != kTrue && a != kFalse) {
    const Var v = first(a);
    std::size_t i = 0;
    while (where_first(a, i) == kFalse) ++i;
    const Node next = where_first(a, i);
    Bits mask(sizes_[v]);
    for (std::size_t k = i; k < sizes_[v]; ++k) mask.set(k, where_first(a, k) == next);
    out.masks.emplace_back(v, std::move(mask));
    a = next;
  }
  return out;
}

bool Diagram::contains(Node a, const Box& b) const {
  Masks masks(sizes_.size(), nullptr);
  for (const auto& [v, mask] : b.masks) masks[v.value] = &mask;
  begin_walk();
  // A node that was visited holds its part of the box: one that does not ends the walk.
  auto walk = [&](auto&& self, std::uint32_t n) -> bool {
    if (n <= kTrue.value) return n == kTrue.value;
    if (visited_[n] == walk_) return true;
    const Bits* mask = masks[vars_[n]];
    std::uint32_t before = kTrue.value;  // neighbouring values mostly lead to the same
    for (std::size_t i = 0; i < sizes_[Var(vars_[n])]; ++i) {
      const std::uint32_t next = child(Node(n), i);
      if (next == before || (mask != nullptr && !mask->test(i))) continue;
      if (!self(self, next)) return false;
      before = next;
    }
    visited_[n] = walk_;
    return true;
  };
  return walk(walk, a.value);
}

void Diagram::refuse(Node a, const Masks& masks, Var v, bool first, Bits& refused) const {
  const Bits& mask = *masks[v.value];
  std::size_t open = mask.size() - mask.count() - refused.count();
  if (open == 0 || (first && refused.any())) return;
  begin_walk();
  // Below the variable, as `contains`, but for a node that does not hold its part the walk goes on.
  auto inside = [&](auto&& self, std::uint32_t n) -> bool {
    if (n <= kTrue.value) return n == kTrue.value;
    if (visited_[n] == walk_) return value_[n] != 0;
    const Bits* allowed = masks[vars_[n]];
    std::uint32_t before = kTrue.value;
    bool all = true;
    for (std::size_t i = 0; all && i < sizes_[Var(vars_[n])]; ++i) {
      const std::uint32_t next = child(Node(n), i);
      if (next == before || (allowed != nullptr && !allowed->test(i))) continue;
      all = self(self, next);
      before = next;
    }
    visited_[n] = walk_;
    value_[n] = all ? 1 : 0;
    return all;
  };
  // Above it. A path that passes it by leads to where the box is inside already.
  auto walk = [&](auto&& self, std::uint32_t n) -> void {
    if (vars_[n] > v.value || visited_[n] == walk_) return;
    visited_[n] = walk_;
    const bool here = vars_[n] == v.value;
    const Bits* allowed = masks[vars_[n]];
    std::uint32_t before = kTrue.value;
    for (std::size_t i = 0; open != 0 && i < sizes_[Var(vars_[n])]; ++i) {
      const std::uint32_t next = child(Node(n), i);
      if (here) {
        if (mask.test(i) || refused.test(i) || inside(inside, next)) continue;
        refused.set(i);
        open = first ? 0 : open - 1;
      } else if (next != before && (allowed == nullptr || allowed->test(i))) {
        self(self, next);
        before = next;
      }
    }
  };
  walk(walk, a.value);
}

Box Diagram::widen(Node a, Box b, const std::vector<Var>& order) {
  Masks masks(sizes_.size(), nullptr);
  for (const auto& [v, mask] : b.masks) masks[v.value] = &mask;
  // A value that may not be added to a box may not be added to a wider one.
  std::vector<Bits> refused(sizes_.size());
  for (Var v : order) {
    if (masks[v.value] == nullptr) continue;
    Bits& mine = refused[v.value];
    mine = Bits(sizes_[v]);
    refuse(a, masks, v, true, mine);
    if (mine.none()) masks[v.value] = nullptr;
  }
  std::erase_if(b.masks, [&](const auto& entry) { return masks[entry.first.value] == nullptr; });
  for (const auto& [v, mask] : b.masks) masks[v.value] = &mask;  // they have moved
  for (auto& [v, mask] : b.masks) {
    Bits& mine = refused[v.value];
    if (mine.size() == 0) mine = Bits(sizes_[v]);
    refuse(a, masks, v, false, mine);
    mask = ~mine;
  }
  return b;
}

void Diagram::narrow(Node a, Box& b) {
  if (exhausted_ || !a.valid()) return;
  constexpr std::uint32_t kSomebody = 1;
  std::vector<std::size_t> place(sizes_.size(), b.masks.size());  // of each variable, its mask
  for (std::size_t i = 0; i < b.masks.size(); ++i) place[b.masks[i].first.value] = i;
  std::vector<Bits> found;
  for (const auto& entry : b.masks) found.emplace_back(entry.second.size());
  // How many more paths pass by a variable, from here on, than by the one before: whoever passes by may have any
  // value of it.
  std::vector<std::int64_t> passes(sizes_.size() + 1, 0);
  auto pass = [&](std::size_t from, std::uint32_t to) {
    ++passes[from];
    --passes[std::min<std::size_t>(to, sizes_.size())];
  };
  begin_walk();
  // A node of which the box leaves somebody lies on a way to everybody from the top, since all that lead to it do.
  auto walk = [&](auto&& self, std::uint32_t n) -> bool {
    if (n <= kTrue.value) return n == kTrue.value;
    if (visited_[n] == walk_) return value_[n] == kSomebody;
    const std::uint32_t v = vars_[n];
    const bool masked = place[v] < b.masks.size();
    bool somebody = false;
    for (std::size_t i = 0; i < sizes_[Var(v)]; ++i) {
      if (masked && !b.masks[place[v]].second.test(i)) continue;
      const std::uint32_t next = child(Node(n), i);
      if (!self(self, next)) continue;
      somebody = true;
      if (masked) found[place[v]].set(i);
      pass(v + 1, vars_[next]);
    }
    visited_[n] = walk_;
    value_[n] = somebody ? kSomebody : 0;
    return somebody;
  };
  if (!walk(walk, a.value)) return;
  pass(0, vars_[a.value]);
  std::int64_t passing = 0;
  for (std::size_t v = 0; v < sizes_.size(); ++v) {
    passing += passes[v];
    if (place[v] < b.masks.size() && passing == 0) b.masks[place[v]].second = found[place[v]];
  }
}

std::vector<Var> Diagram::support(Node a) const {
  begin_walk();
  std::vector<bool> used(sizes_.size(), false);
  std::vector<std::uint32_t> todo = {a.value};
  while (!todo.empty()) {
    std::uint32_t n = todo.back();
    todo.pop_back();
    if (n <= kTrue.value || visited_[n] == walk_) continue;
    visited_[n] = walk_;
    used[vars_[n]] = true;
    for (std::size_t i = 0; i < sizes_[Var(vars_[n])]; ++i) todo.push_back(child(Node(n), i));
  }
  std::vector<Var> out;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) out.push_back(Var(i));
  }
  return out;
}

}  // namespace gdl::space
