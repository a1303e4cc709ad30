// See count.h. One memoised walk over the diagram for each question.
#include "space/count.h"

#include <algorithm>
#include <cfloat>
#include <cstdint>
#include <unordered_map>

namespace gdl::space {

using namespace sema;

namespace {

// A part is to be the same on every machine (count.h). What else that takes stands in compiler/CMakeLists.txt.
static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1,
              "doubles are to be rounded at each step: -msse2 -mfpmath=sse");

double approximate(const Rational& r) {
  auto number = [](const gdlrt::num::U256& n) {
    double out = 0;
    for (std::size_t i = 8; i-- > 0;) out = out * 4294967296.0 + n.limb[i];
    return out;
  };
  return (r.negative() ? -1 : 1) * number(r.numerator()) / number(r.denominator());
}

/// The lengths of a numeric fact's classes; of whole numbers each has the length 1.
std::vector<double> lengths(const Fact& f, const std::vector<Interval>& classes) {
  std::vector<double> out;
  for (const Interval& i : classes) {
    Rational length;
    // Far numbers may be too many digits apart to be subtracted exactly.
    const bool exact = gdlrt::num::sub(i.hi, i.lo, length) == gdlrt::num::NumStatus::ok;
    const double d = exact ? approximate(length) : approximate(i.hi) - approximate(i.lo);
    out.push_back(d + (f.kind == FactKind::integer ? 1 : 0));
  }
  return out;
}

/// A whole number of any size, not negative. Digits to the base 10^9, the lowest first.
class Whole {
 public:
  explicit Whole(std::uint32_t n = 0) {
    if (n > 0) digits_.push_back(n);
  }
  void add(const Whole& o) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < o.digits_.size() || carry > 0; ++i) {
      if (i == digits_.size()) digits_.push_back(0);
      const std::uint64_t sum = carry + digits_[i] + (i < o.digits_.size() ? o.digits_[i] : 0);
      digits_[i] = static_cast<std::uint32_t>(sum % kBase);
      carry = sum / kBase;
    }
  }
  void multiply(std::uint32_t by) {
    if (by == 0) digits_.clear();
    std::uint64_t carry = 0;
    for (std::uint32_t& d : digits_) {
      const std::uint64_t product = carry + static_cast<std::uint64_t>(d) * by;
      d = static_cast<std::uint32_t>(product % kBase);
      carry = product / kBase;
    }
    if (carry > 0) digits_.push_back(static_cast<std::uint32_t>(carry));
  }
  [[nodiscard]] std::string text() const {
    if (digits_.empty()) return "0";
    std::string out = std::to_string(digits_.back());
    for (std::size_t i = digits_.size() - 1; i-- > 0;) {
      const std::string part = std::to_string(digits_[i]);
      out += std::string(9 - part.size(), '0') + part;
    }
    return out;
  }

 private:
  static constexpr std::uint64_t kBase = 1'000'000'000;
  std::vector<std::uint32_t> digits_;  // below kBase; the last is not 0
};

}  // namespace

Extent::Extent(const Tables& tables, const Scope& scope) : diagram_(scope.diagram()) {
  for (std::size_t v = 0; v < diagram_.variables(); ++v) {
    const VarMeaning& m = scope.meaning(Var(v));
    const Fact& f = tables.model.facts[m.fact];
    const bool numeric = m.kind == VarMeaning::Kind::value &&
                         (f.kind == FactKind::integer || f.kind == FactKind::decimal);
    std::vector<double> w(diagram_.values(Var(v)), 1);
    if (numeric) w = lengths(f, tables.classes.intervals(m.fact));
    double sum = 0;
    for (double x : w) sum += x;
    // A range of one decimal has no length: its only class is all there is.
    if (sum <= 0) w.assign(w.size(), 1);
    if (sum <= 0) sum = static_cast<double>(w.size());
    for (double& x : w) x /= sum;
    weights_.push_back(std::move(w));
  }
}

double Extent::walk(Node n, const std::vector<std::vector<double>>& weights, Memo& memo) const {
  if (n == kFalse) return 0;
  if (n == kTrue) return 1;
  if (memo.walks[n.value] == memo.walk) return memo.values[n.value];
  const std::vector<double>& w = weights[diagram_.first(n).value];
  double out = 0;
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (w[i] > 0) out += w[i] * walk(diagram_.where_first(n, i), weights, memo);
  }
  memo.walks[n.value] = memo.walk;
  return memo.values[n.value] = out;
}

double Extent::of(Node a, const Box& box) const {
  auto begin = [this](Memo& memo) -> Memo& {
    memo.walks.resize(diagram_.size());
    memo.values.resize(diagram_.size());
    return memo;
  };
  // A set never changes: what was found of all patients holds for good.
  if (box.masks.empty()) return walk(a, weights_, begin(all_));
  // Within the box the weights of each variable add up to 1 again; what that takes from all is put to the whole.
  std::vector<std::vector<double>> within = weights_;
  double whole = 1;
  for (const auto& [v, mask] : box.masks) {
    double sum = 0;
    std::vector<double>& w = within[v.value];
    for (std::size_t i = 0; i < w.size(); ++i) {
      if (!mask.test(i)) w[i] = 0;
      sum += w[i];
    }
    if (sum <= 0) return 0;
    for (double& x : w) x /= sum;
    whole *= sum;
  }
  ++within_.walk;
  return whole * walk(a, within, begin(within_));
}

std::string count(const Diagram& diagram, Node a, const Box& box) {
  std::vector<Bits> masks;
  for (std::size_t v = 0; v < diagram.variables(); ++v) {
    const Bits* mask = box.find(Var(v));
    masks.push_back(mask != nullptr ? *mask : Bits(diagram.values(Var(v)), true));
  }
  // Variables from `from` to before `to` that a path does not ask about are free.
  auto free = [&](Whole n, std::size_t from, std::size_t to) {
    for (; from < to; ++from) n.multiply(static_cast<std::uint32_t>(masks[from].count()));
    return n;
  };
  auto place = [&](Node n) {
    return n == kTrue || n == kFalse ? masks.size() : std::size_t{diagram.first(n).value};
  };
  std::unordered_map<std::uint32_t, Whole> memo;  // over the node's variable and those after it
  auto walk = [&](auto&& self, Node n) -> Whole {
    if (n == kFalse) return Whole(0);
    if (n == kTrue) return Whole(1);
    if (auto it = memo.find(n.value); it != memo.end()) return it->second;
    const std::size_t at = place(n);
    Whole out;
    for (std::size_t i = 0; i < masks[at].size(); ++i) {
      if (!masks[at].test(i)) continue;
      const Node next = diagram.where_first(n, i);
      if (next != kFalse) out.add(free(self(self, next), at + 1, place(next)));
    }
    return memo[n.value] = out;
  };
  return free(walk(walk, a), 0, place(a)).text();
}

}  // namespace gdl::space
