// In which order the facts of boxes.h stand: see Orders.
#include "boxes.h"

#include "box_builder.h"

namespace gdlrt::batch {

namespace {

/// In which order the facts stand decides how large diagrams become; which is best is not told by looking at them. So some
/// are tried, and neighbours exchanged for as long as that helps, within a share of the steps.
class Orders {
 public:
  Orders(const Program& p, const Circuit& circuit, Arena& arena)
      : p_(p), c_(circuit), arena_(arena) {}

  /// False if memory ran out.
  bool search() {
    if (!count_uses()) return false;
    for (uint32_t i = 0; i < kWays && (i == 0 || more()); ++i) {
      way_ = static_cast<Way>(i);
      sort();
      if (!try_order()) return false;
    }
    if (order_.count > 0) memcpy(order_.data, best_, order_.count * sizeof *best_);
    for (bool better = true; better && more();) {
      better = false;
      for (uint32_t i = 1; i < order_.count && more(); ++i) {
        exchange(i);
        if (!try_order()) return false;
        better = better || kept_;
        if (!kept_) exchange(i);
      }
    }
    return true;
  }
  [[nodiscard]] View<uint32_t> best() const { return {best_, order_.count}; }

 private:
  /// First as declared; or those with most values on top; or those that most is asked of. What constraints speak of always
  /// stands at the bottom, where the set of those whom no constraint excludes is met last.
  enum class Way : uint8_t { declared, values, uses };
  static constexpr uint32_t kWays = 3;
  static constexpr uint32_t kTrials = 48;
  static constexpr uint64_t kSteps = 80;  // a share of all

  bool count_uses() {
    uses_ = arena_.array<uint32_t>(p_.facts.count + size_t{1});
    tied_ = arena_.array<uint8_t>(p_.facts.count + size_t{1});
    best_ = arena_.array<uint32_t>(p_.facts.count + size_t{1});
    auto* below = arena_.array<uint8_t>(c_.gates().count);
    if (arena_.failed()) return false;
    below[gate_of(c_.impossible())] = 1;
    for (uint32_t i = c_.gates().count; i-- > 1;) {
      const Gate& g = c_.gates()[i];
      if (g.kind == GateKind::both || g.kind == GateKind::different) {
        for (uint32_t k = 0; k < 2; ++k) {
          uint32_t of = gate_of(k == 0 ? g.a : g.b);
          const Gate& leaf = c_.gates()[of];
          below[of] = static_cast<uint8_t>(below[of] | below[i]);
          bool is_leaf = leaf.kind != GateKind::constant && leaf.kind != GateKind::both &&
                         leaf.kind != GateKind::different;
          if (is_leaf) ++uses_[leaf.a];
        }
      } else {
        ++uses_[g.a];
        tied_[g.a] = static_cast<uint8_t>(tied_[g.a] | below[i]);
      }
    }
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      if (uses_[f] > 0 && !order_.add(arena_, f)) return false;
    }
    return true;
  }

  [[nodiscard]] bool before(uint32_t a, uint32_t b) const {
    if (tied_[a] != tied_[b]) return tied_[a] < tied_[b];
    if (way_ == Way::values && p_.facts[a].classes != p_.facts[b].classes) {
      return p_.facts[a].classes > p_.facts[b].classes;
    }
    if (way_ == Way::uses && uses_[a] != uses_[b]) return uses_[a] > uses_[b];
    return a < b;
  }
  /// Heap sort: facts may be many.
  void sort() {
    uint32_t* v = order_.data;
    auto swap = [v](uint32_t i, uint32_t k) {
      uint32_t t = v[i];
      v[i] = v[k];
      v[k] = t;
    };
    auto sink = [&](uint32_t at, uint32_t end) {
      for (uint32_t kid = 2 * at + 1; kid < end; at = kid, kid = 2 * at + 1) {
        if (kid + 1 < end && before(v[kid], v[kid + 1])) ++kid;
        if (!before(v[at], v[kid])) return;
        swap(at, kid);
      }
    };
    for (uint32_t i = order_.count / 2; i-- > 0;) sink(i, order_.count);
    for (uint32_t end = order_.count; end-- > 1;) {
      swap(0, end);
      sink(0, end);
    }
  }
  void exchange(uint32_t i) {
    uint32_t t = order_[i];
    order_[i] = order_[i - 1];
    order_[i - 1] = t;
  }
  [[nodiscard]] bool more() const {
    return trials_ < kTrials && spent_ < static_cast<uint64_t>(limits::box_steps) / kSteps;
  }

  bool try_order() {
    Arena scratch;
    Boxes boxes;
    BoxBuilder builder(p_, c_, boxes, scratch);
    if (!builder.run({order_.data, order_.count}, true)) return false;
    uint32_t covered = boxes.outputs().count;
    // What goes once through all gates and outputs is work too.
    spent_ += builder.spent() + c_.gates().count / 16 + covered;
    kept_ = trials_++ == 0 || covered > covered_ || (covered == covered_ && boxes.edges() < edges_);
    if (!kept_) return true;
    covered_ = covered;
    edges_ = boxes.edges();
    if (order_.count > 0) memcpy(best_, order_.data, order_.count * sizeof *best_);
    return true;
  }

  const Program& p_;
  const Circuit& c_;
  Arena& arena_;
  Way way_ = Way::declared;
  uint32_t* uses_ = nullptr;
  uint8_t* tied_ = nullptr;
  List<uint32_t> order_;
  uint32_t* best_ = nullptr;
  uint32_t covered_ = 0, edges_ = 0;
  bool kept_ = false;
  uint32_t trials_ = 0;
  uint64_t spent_ = 0;
};

}  // namespace

void Boxes::keep(uint32_t outputs) {
  for (; outputs_.count > outputs; --outputs_.count) {
    const BoxOutput& o = outputs_[outputs_.count - 1];
    if (o.output != Output::impossible) covered_[static_cast<uint32_t>(o.output)][o.index] = 0;
    all_ = false;
  }
}

bool Boxes::build(const Program& program, const Circuit& circuit, Arena& arena) {
  Arena own;
  Orders orders(program, circuit, own);
  return orders.search() && BoxBuilder(program, circuit, *this, arena).run(orders.best(), false);
}

}  // namespace gdlrt::batch
