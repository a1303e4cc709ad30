// Canonical multi-valued decision diagrams: see diagram.h.
#include "space/diagram.h"

#include <algorithm>

namespace gdl::space {

namespace {

constexpr std::uint32_t kTerminalVar = 0xffffffffu;

std::uint64_t hash_node(std::uint32_t var, const std::uint32_t* children, std::size_t n) {
  std::uint64_t h = (var + 1) * 0x9e3779b97f4a7c15u;
  for (std::size_t i = 0; i < n; ++i) {
    h = (h ^ children[i]) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  }
  return h;
}

}  // namespace

const Bits* Box::find(Var v) const {
  for (const auto& [var, mask] : masks) {
    if (var == v) return &mask;
  }
  return nullptr;
}

Diagram::Diagram(std::uint64_t effort) : effort_(effort) {
  vars_ = {kTerminalVar, kTerminalVar};
  first_ = {0, 0};
  table_.assign(1024, 0);
}

Var Diagram::add_variable(std::size_t values) { return sizes_.push(values); }

bool Diagram::spend(std::uint64_t n) {
  steps_ += n;
  if (steps_ > effort_) exhausted_ = true;
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

Node Diagram::make(Var v, const std::vector<std::uint32_t>& children) {
  bool equal = true;
  for (std::uint32_t c : children) equal = equal && c == children[0];
  if (equal) return Node(children[0]);
  if (vars_.size() * 2 > table_.size()) grow_table();
  std::uint64_t h = hash_node(v.value, children.data(), children.size());
  std::size_t at = h & (table_.size() - 1);
  while (table_[at] != 0) {
    std::uint32_t n = table_[at];
    if (vars_[n] == v.value &&
        std::equal(children.begin(), children.end(), children_.begin() + first_[n])) {
      return Node(n);
    }
    at = (at + 1) & (table_.size() - 1);
  }
  std::uint32_t n = static_cast<std::uint32_t>(vars_.size());
  vars_.push_back(v.value);
  first_.push_back(static_cast<std::uint32_t>(children_.size()));
  children_.insert(children_.end(), children.begin(), children.end());
  table_[at] = n;
  return Node(n);
}

Node Diagram::literal(Var v, const Bits& mask) {
  if (!spend(sizes_[v])) return {};
  std::vector<std::uint32_t> children(sizes_[v]);
  for (std::size_t i = 0; i < children.size(); ++i) children[i] = mask.test(i) ? 1 : 0;
  return make(v, children);
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
  }
  if (op != Op::minus && b < a) std::swap(a, b);
  Key key{(static_cast<std::uint64_t>(a.value) << 32) | b.value, static_cast<std::uint8_t>(op)};
  if (auto it = cache_.find(key); it != cache_.end()) return it->second;
  Var v(std::min(vars_[a.value], vars_[b.value]));
  std::size_t n = sizes_[v];
  if (!spend(n)) return {};
  std::vector<std::uint32_t> children(n);
  bool split_a = vars_[a.value] == v.value;
  bool split_b = vars_[b.value] == v.value;
  for (std::size_t i = 0; i < n; ++i) {
    Node r = apply(op, split_a ? Node(child(a, i)) : a, split_b ? Node(child(b, i)) : b);
    if (!r.valid()) return {};
    children[i] = r.value;
  }
  Node result = make(v, children);
  cache_.emplace(key, result);
  return result;
}

Node Diagram::both(const std::vector<Node>& nodes) {
  Node out = kTrue;
  for (Node n : nodes) out = both(out, n);
  return out;
}

Node Diagram::either(const std::vector<Node>& nodes) {
  Node out = kFalse;
  for (Node n : nodes) out = either(out, n);
  return out;
}

Node Diagram::restrict(Node a, Var v, std::size_t value) {
  if (exhausted_ || !a.valid()) return {};
  std::unordered_map<std::uint32_t, std::uint32_t> done;
  auto walk = [&](auto&& self, std::uint32_t n) -> Node {
    if (vars_[n] > v.value) return Node(n);  // terminals too
    if (vars_[n] == v.value) return Node(child(Node(n), value));
    if (auto it = done.find(n); it != done.end()) return Node(it->second);
    std::size_t k = sizes_[Var(vars_[n])];
    if (!spend(k)) return {};
    std::vector<std::uint32_t> children(k);
    for (std::size_t i = 0; i < k; ++i) {
      Node r = self(self, child(Node(n), i));
      if (!r.valid()) return {};
      children[i] = r.value;
    }
    Node r = make(Var(vars_[n]), children);
    done.emplace(n, r.value);
    return r;
  };
  return walk(walk, a.value);
}

Node Diagram::box(const Box& b) {
  Node out = kTrue;
  for (auto it = b.masks.rbegin(); it != b.masks.rend(); ++it) {
    out = both(literal(it->first, it->second), out);
  }
  return out;
}

Box Diagram::shortest(Node a) const {
  // length[n]: the fewest tests on a path from n to true.
  std::unordered_map<std::uint32_t, std::uint32_t> length;
  constexpr std::uint32_t kNever = 0x7fffffffu;
  auto walk = [&](auto&& self, std::uint32_t n) -> std::uint32_t {
    if (n == kTrue.value) return 0;
    if (n == kFalse.value) return kNever;
    if (auto it = length.find(n); it != length.end()) return it->second;
    std::uint32_t best = kNever;
    for (std::size_t i = 0; i < sizes_[Var(vars_[n])]; ++i) {
      best = std::min(best, self(self, child(Node(n), i)));
    }
    if (best != kNever) ++best;
    length.emplace(n, best);
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

bool Diagram::contains(Node a, const Box& b) const {
  std::unordered_map<std::uint32_t, bool> done;
  std::vector<const Bits*> masks(sizes_.size(), nullptr);
  for (const auto& [v, mask] : b.masks) masks[v.value] = &mask;
  auto walk = [&](auto&& self, std::uint32_t n) -> bool {
    if (n <= kTrue.value) return n == kTrue.value;
    if (auto it = done.find(n); it != done.end()) return it->second;
    bool ok = true;
    const Bits* mask = masks[vars_[n]];
    for (std::size_t i = 0; ok && i < sizes_[Var(vars_[n])]; ++i) {
      if (mask == nullptr || mask->test(i)) ok = self(self, child(Node(n), i));
    }
    done.emplace(n, ok);
    return ok;
  };
  return walk(walk, a.value);
}

Box Diagram::widen(Node a, Box b, const std::vector<Var>& order) const {
  for (Var v : order) {
    Box without = b;
    std::erase_if(without.masks, [v](const auto& entry) { return entry.first == v; });
    if (without.masks.size() < b.masks.size() && contains(a, without)) b = std::move(without);
  }
  for (auto& [v, mask] : b.masks) {
    for (std::size_t k = 0; k < mask.size(); ++k) {
      if (mask.test(k)) continue;
      mask.set(k);
      if (!contains(a, b)) mask.set(k, false);
    }
  }
  return b;
}

std::vector<Var> Diagram::support(Node a) const {
  std::vector<bool> seen(vars_.size(), false);
  std::vector<bool> used(sizes_.size(), false);
  std::vector<std::uint32_t> todo = {a.value};
  while (!todo.empty()) {
    std::uint32_t n = todo.back();
    todo.pop_back();
    if (n <= kTrue.value || seen[n]) continue;
    seen[n] = true;
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
