// See circuit.h.
#include "space/circuit.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gates.h"
#include "questions.h"

namespace gdl::space {

namespace {

/// Sums that are told apart one by one; more are added up in binary.
constexpr std::size_t kSums = 16384;

}  // namespace

Circuit::Circuit(const Allowance& allowance)
    : allowance_(allowance),
      gates_(std::make_unique<Gates>(sizes_)),
      questions_(std::make_unique<Questions>(*gates_, sizes_, allowance_)) {}
Circuit::~Circuit() = default;

std::uint64_t Circuit::steps() const { return gates_->steps(); }
void Circuit::about(std::string what) { questions_->about = std::move(what); }
bool Circuit::refuted() const { return questions_->refuted(); }
bool Circuit::checked() const { return questions_->checked(); }
std::vector<Refutation> Circuit::refutations() const { return questions_->refutations(); }

Node Circuit::literal(Var v, const Bits& mask) {
  // As for diagrams: nothing is decided about a variable that there is not.
  if (v.value >= sizes_.size()) exhausted_ = true;
  return exhausted_ ? Node() : Node(gates_->literal(v, mask));
}

Node Circuit::intersection(std::vector<std::uint32_t> codes) {
  if (exhausted_) return {};
  const Node out(gates_->all(std::move(codes)));
  if (gates_->steps() > allowance_.steps) exhausted_ = true;
  return exhausted_ ? Node() : out;
}

Node Circuit::intersect(Node a, Node b) {
  if (!a.valid() || !b.valid()) return {};
  return intersection({a.value, b.value});
}
Node Circuit::unite(Node a, Node b) {
  if (!a.valid() || !b.valid()) return {};
  const Node neither = intersection({a.value ^ 1, b.value ^ 1});
  return neither.valid() ? Node(neither.value ^ 1) : Node();
}
Node Circuit::subtract(Node a, Node b) {
  if (!a.valid() || !b.valid()) return {};
  return intersection({a.value, b.value ^ 1});
}
Node Circuit::both(std::vector<Node> nodes) {
  std::vector<std::uint32_t> codes;
  for (Node n : nodes) {
    if (!n.valid()) return {};
    codes.push_back(n.value);
  }
  return intersection(std::move(codes));
}
Node Circuit::either(std::vector<Node> nodes) {
  for (Node& n : nodes) n = n.valid() ? Node(n.value ^ 1) : n;
  const Node neither = both(std::move(nodes));
  return neither.valid() ? Node(neither.value ^ 1) : Node();
}

Node Circuit::sum_within(const Points& items, std::int64_t lo, std::int64_t hi) {
  // Points that are negative become those of who does not have them: then none is.
  std::int64_t least = 0;
  std::int64_t most = 0;
  Weights weights;
  for (const auto& [node, points] : items) {
    if (!node.valid()) return {};
    (points < 0 ? least : most) += points;
    if (points == 0) continue;
    weights.emplace_back(points < 0 ? negate(node) : node,
                         static_cast<std::uint64_t>(points < 0 ? -points : points));
  }
  if (hi < least || lo > most || lo > hi) return kFalse;
  std::vector<std::uint64_t> bounds;
  if (lo > least) bounds.push_back(static_cast<std::uint64_t>(lo - least));
  if (hi < most) bounds.push_back(static_cast<std::uint64_t>(hi - least) + 1);
  const std::vector<Node> reached = at_least(weights, bounds);
  if (exhausted_) return {};
  Node out = lo > least ? reached.front() : kTrue;
  if (hi < most) out = minus(out, reached.back());
  return out;
}

std::vector<Node> Circuit::at_least(const Weights& weights,
                                    const std::vector<std::uint64_t>& bounds) {
  if (std::optional<std::vector<Node>> few = at_least_by_sums(weights, bounds)) return *few;
  const std::vector<Node> digits = add_up(weights);
  std::vector<Node> out;
  // From the lowest digit up: those whose digits so far are at least those of the bound.
  for (std::uint64_t bound : bounds) {
    Node n = kTrue;
    for (std::size_t i = 0; i < digits.size(); ++i) {
      n = (bound >> i & 1) != 0 ? both(digits[i], n) : either(digits[i], n);
    }
    out.push_back(n);
  }
  return out;
}

// Item by item, for each sum that there may be those who reach it: without the item, or with it from as much less. Who
// reaches a sum has reached the one before, and is said to: so two bounds on one number are seen to be apart without a
// search. (Bailleux and Boufkhad, "Efficient CNF Encoding of Boolean Cardinality Constraints", CP 2003.)
std::optional<std::vector<Node>> Circuit::at_least_by_sums(
    const Weights& weights, const std::vector<std::uint64_t>& bounds) {
  std::map<std::uint64_t, Node> reached;  // by each sum but 0, which everybody reaches
  auto at = [&](std::uint64_t sum) {
    if (sum == 0) return kTrue;
    const auto it = reached.lower_bound(sum);
    return it == reached.end() ? kFalse : it->second;
  };
  std::size_t sums = 0;
  for (const auto& [node, weight] : weights) {
    std::set<std::uint64_t> possible = {weight};
    for (const auto& entry : reached) {
      possible.insert(entry.first);
      possible.insert(entry.first + weight);
    }
    sums += possible.size();
    if (sums > kSums) return std::nullopt;
    std::map<std::uint64_t, Node> next;
    Node before = kTrue;
    for (std::uint64_t sum : possible) {
      const Node with = both(node, at(sum > weight ? sum - weight : 0));
      before = both(before, either(at(sum), with));
      next.emplace(sum, before);
    }
    if (exhausted_) return std::vector<Node>(bounds.size());
    reached = std::move(next);
  }
  std::vector<Node> out;
  for (std::uint64_t bound : bounds) out.push_back(at(bound));
  return out;
}

// Column by column, from the lowest: three digits of a column make one of it and one of the next (a full adder), until
// one is left. (Een and Sorensson, "Translating Pseudo-Boolean Constraints into SAT", JSAT 2, 2006.)
std::vector<Node> Circuit::add_up(const Weights& weights) {
  std::vector<std::vector<Node>> columns;
  for (const auto& [node, weight] : weights) {
    for (std::size_t bit = 0; weight >> bit != 0; ++bit) {
      if ((weight >> bit & 1) == 0) continue;
      if (columns.size() <= bit) columns.resize(bit + 1);
      columns[bit].push_back(node);
    }
  }
  auto differ = [this](Node a, Node b) { return either({minus(a, b), minus(b, a)}); };
  std::vector<Node> digits;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::size_t next = 0;
    while (next + 1 < columns[c].size() && !exhausted_) {
      const bool three = next + 2 < columns[c].size();
      const Node x = columns[c][next];
      const Node y = columns[c][next + 1];
      const Node z = three ? columns[c][next + 2] : kFalse;
      next += three ? 3 : 2;
      const Node odd = differ(x, y);
      columns[c].push_back(differ(odd, z));
      if (columns.size() == c + 1) columns.emplace_back();
      columns[c + 1].push_back(either({both(x, y), both(odd, z)}));
    }
    digits.push_back(columns[c].empty() ? kFalse : columns[c].back());
  }
  return digits;
}

bool Circuit::nobody(Node a) {
  if (exhausted_ || !a.valid()) return false;
  const Questions::Answer answer = questions_->ask(a.value);
  if (answer == Questions::Answer::unknown) exhausted_ = true;
  return answer == Questions::Answer::nobody;
}

Box Circuit::some(Node a) {
  std::optional<Point> p = gates_->one_in(a.value);
  Box out;
  if (!p.has_value() && !nobody(a)) p = gates_->one_in(a.value);  // it was long forgotten
  if (!p.has_value()) {
    exhausted_ = true;
    return out;
  }
  for (Var v : gates_->variables_of(a.value)) {
    if (sizes_[v] < 2) continue;
    Bits mask(sizes_[v]);
    mask.set((*p)[v.value]);
    out.masks.emplace_back(v, std::move(mask));
  }
  return out;
}

Box Circuit::widen(Node a, Box b, const std::vector<Var>& order) {
  if (exhausted_ || !a.valid()) return b;
  Box out = questions_->widen(a.value, b, order);
  exhausted_ = exhausted_ || questions_->spent();
  return out;
}

}  // namespace gdl::space
