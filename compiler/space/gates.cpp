// See gates.h.
#include "gates.h"

#include <algorithm>
#include <bit>

namespace gdl::space {

namespace {

/// Blocks of patients that are kept.
constexpr std::size_t kBlocks = 16;
/// Of them filled by chance, before anything is asked: most sets have somebody whom it does not take a search to find.
constexpr std::size_t kByChance = 4;
/// Parts looked at for literals that exclude each other.
constexpr std::size_t kLookedAt = 48;

std::uint64_t hash_of(std::span<const std::uint32_t> nodes) {
  std::uint64_t h = nodes.size() * 0x9e3779b97f4a7c15u;
  for (std::uint32_t n : nodes) {
    h = (h ^ n) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  }
  return h;
}

bool meet(const Bits& a, const Bits& b) {
  for (std::size_t i = 0; i < a.words().size(); ++i) {
    if ((a.words()[i] & b.words()[i]) != 0) return true;
  }
  return false;
}

}  // namespace

Gates::Gates(const IdVector<VarTag, std::size_t>& sizes) : sizes_(sizes) {
  gates_.push_back({});
  table_.assign(256, 0);
}

Gates::Code Gates::literal(Var v, const Bits& mask) {
  if (mask.none()) return kFalse.value;
  if (mask.all()) return kTrue.value;
  if (mask.test(0)) return literal(v, ~mask) ^ 1;
  auto [at, fresh] = literal_.emplace(std::pair(v.value, mask.words()), 0);
  if (fresh) {
    at->second = static_cast<Code>(gates_.size() * 2);
    gates_.push_back({static_cast<std::uint32_t>(literals_.size()), 0});
    literals_.push_back({v, mask, ~mask});
    ++steps_;
  }
  return at->second;
}

bool Gates::apart(Code a, Code b) {
  ++stamp_;
  met_.resize(sizes_.size());
  std::size_t looked_at = 0;
  for (Code root : {a, b}) {
    std::vector<Code> todo = {root};
    while (!todo.empty() && ++looked_at < kLookedAt) {
      const Code n = todo.back();
      todo.pop_back();
      if (is_literal(n / 2)) {
        const Literal& l = literal_of(n / 2);
        auto& [stamp, other] = met_[l.var.value];
        if (stamp == stamp_ &&
            !meet(l.where((n & 1) != 0), literal_of(other / 2).where((other & 1) != 0))) {
          return true;
        }
        stamp = stamp_;
        other = n;
      } else if ((n & 1) == 0 && n != kFalse.value) {
        const std::span<const Code> parts = children(n / 2);
        todo.insert(todo.end(), parts.begin(), parts.end());
      }
    }
  }
  steps_ += looked_at;
  return false;
}

Gates::Code Gates::all(std::vector<Code> nodes) {
  std::erase(nodes, kTrue.value);
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  // Literals of one variable are one.
  std::map<Var, Bits> masks;
  std::size_t literals = 0;
  for (Code n : nodes) {
    if (!is_literal(n / 2)) continue;
    ++literals;
    const Literal& l = literal_of(n / 2);
    const auto [at, fresh] = masks.emplace(l.var, l.where((n & 1) != 0));
    if (!fresh) at->second &= l.where((n & 1) != 0);
  }
  if (masks.size() < literals) {
    std::erase_if(nodes, [this](Code n) { return is_literal(n / 2); });
    for (const auto& [v, mask] : masks) nodes.push_back(literal(v, mask));
    std::sort(nodes.begin(), nodes.end());
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] == kFalse.value || (i > 0 && nodes[i] == (nodes[i - 1] ^ 1))) return kFalse.value;
  }
  if (nodes.empty()) return kTrue.value;
  if (nodes.size() == 1) return nodes[0];
  if (nodes.size() == 2) {
    // One is a part of the other, or of its complement.
    for (int i = 0; i < 2; ++i) {
      const Code a = nodes[i];
      const Code b = nodes[1 - i];
      if (is_literal(b / 2)) continue;
      for (Code part : children(b / 2)) {
        if (part == a && (b & 1) == 0) return b;
        if (part == (a ^ 1)) return (b & 1) == 0 ? kFalse.value : a;
      }
    }
    if (apart(nodes[0], nodes[1])) return kFalse.value;
  }
  return keep(nodes);
}

Gates::Code Gates::keep(const std::vector<Code>& nodes) {
  steps_ += 1 + nodes.size();
  if (gates_.size() * 2 > table_.size()) grow_table();
  std::size_t at = hash_of(nodes) & (table_.size() - 1);
  for (; table_[at] != 0; at = (at + 1) & (table_.size() - 1)) {
    const std::span<const Code> there = children(table_[at]);
    if (std::equal(there.begin(), there.end(), nodes.begin(), nodes.end())) return table_[at] * 2;
  }
  const auto fresh = static_cast<std::uint32_t>(gates_.size());
  gates_.push_back(
      {static_cast<std::uint32_t>(children_.size()), static_cast<std::uint32_t>(nodes.size())});
  children_.insert(children_.end(), nodes.begin(), nodes.end());
  table_[at] = fresh;
  return fresh * 2;
}

void Gates::grow_table() {
  table_.assign(table_.size() * 2, 0);
  for (std::uint32_t g = 1; g < gates_.size(); ++g) {
    if (gates_[g].children == 0) continue;
    std::size_t at = hash_of(children(g)) & (table_.size() - 1);
    while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
    table_[at] = g;
  }
}

std::vector<Var> Gates::variables_of(Code node) const {
  std::vector<bool> used(sizes_.size(), false);
  std::vector<bool> seen(gates_.size(), false);
  std::vector<std::size_t> todo = {node / 2};
  while (!todo.empty()) {
    const std::size_t gate = todo.back();
    todo.pop_back();
    if (gate == 0 || seen[gate]) continue;
    seen[gate] = true;
    if (is_literal(gate)) {
      used[literal_of(gate).var.value] = true;
      continue;
    }
    for (Code n : children(gate)) todo.push_back(n / 2);
  }
  std::vector<Var> out;
  for (std::size_t v = 0; v < used.size(); ++v) {
    if (used[v]) out.push_back(Var(v));
  }
  return out;
}

std::uint64_t Gates::who(const Block& b, std::size_t gate) const {
  if (gate == 0) return 0;
  if (is_literal(gate)) {
    const Literal& l = literal_of(gate);
    std::uint64_t out = 0;
    for (std::size_t k = l.mask.first(); k < l.mask.size(); k = l.mask.next(k + 1)) {
      out |= b.values[offsets_[l.var.value] + k];
    }
    return out;
  }
  std::uint64_t out = ~std::uint64_t{0};
  for (Code n : children(gate)) out &= in(b.gates, n);
  return out;
}

void Gates::put(Block& b, const Point& p) const {
  const std::uint64_t bit = std::uint64_t{1} << b.patients.size();
  for (std::size_t v = 0; v < p.size(); ++v) b.values[offsets_[v] + p[v]] |= bit;
  b.patients.push_back(p);
}

void Gates::first_patients() {
  std::size_t values = 0;
  for (std::size_t n : sizes_) {
    offsets_.push_back(values);
    values += n;
  }
  offsets_.push_back(values);
  std::uint64_t random = 0x243f6a8885a308d3u;  // fixed: the same patients everywhere
  Point p(sizes_.size());
  blocks_.resize(kByChance + 1);
  for (Block& b : blocks_) b.values.assign(values, 0);
  for (std::size_t i = 0; i < kByChance * 64; ++i) {
    for (std::size_t v = 0; v < p.size(); ++v) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      p[v] = static_cast<std::uint32_t>((random >> 33) % sizes_[Var(v)]);
    }
    put(blocks_[i / 64], p);
  }
}

void Gates::add(const Point& p) {
  if (blocks_.empty()) first_patients();
  if (blocks_.back().patients.size() == 64) {
    Block next;
    next.values.assign(offsets_.back(), 0);
    if (blocks_.size() < kBlocks) {
      blocks_.push_back(std::move(next));
    } else {
      // The last is the one that is being filled.
      blocks_[oldest_] = std::move(blocks_.back());
      blocks_.back() = std::move(next);
      oldest_ = (oldest_ + 1) % (kBlocks - 1);
    }
  }
  Block& b = blocks_.back();
  put(b, p);
  b.gates.clear();
}

std::optional<Point> Gates::one_in(Code node, const Box* box) {
  if (blocks_.empty()) first_patients();
  for (std::size_t i = blocks_.size(); i-- > 0;) {
    Block& b = blocks_[i];
    for (std::size_t g = b.gates.size(); g <= node / 2; ++g) b.gates.push_back(who(b, g));
    std::uint64_t found = in(b.gates, node) & b.live();
    for (std::size_t m = 0; box != nullptr && m < box->masks.size() && found != 0; ++m) {
      const auto& [v, mask] = box->masks[m];
      std::uint64_t inside = 0;
      for (std::size_t k = mask.first(); k < mask.size(); k = mask.next(k + 1)) {
        inside |= b.values[offsets_[v.value] + k];
      }
      found &= inside;
    }
    if (found != 0) return b.patients[static_cast<std::size_t>(std::countr_zero(found))];
  }
  return std::nullopt;
}

Bits Gates::holding(Code node, const std::vector<Point>& patients) {
  if (blocks_.empty()) first_patients();
  Bits out(patients.size());
  for (std::size_t first = 0; first < patients.size(); first += 64) {
    Block b;
    b.values.assign(offsets_.back(), 0);
    for (std::size_t i = first; i < std::min(first + 64, patients.size()); ++i) put(b, patients[i]);
    b.gates.reserve(node / 2 + 1);
    for (std::size_t g = 0; g <= node / 2; ++g) b.gates.push_back(who(b, g));
    for (std::size_t i = 0; i < b.patients.size(); ++i) {
      out.set(first + i, (in(b.gates, node) >> i & 1) != 0);
    }
  }
  return out;
}

}  // namespace gdl::space
