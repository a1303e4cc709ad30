// Sets of completions as decision diagrams: what is open of a case are the variables, and a diagram says
// for which of their values something holds.
//
// The idea: reduced ordered diagrams with several values a variable (Bryant 1986; Srinivasan, Kam, Malik and
// Brayton 1990), with complemented edges (Brace, Rudell and Bryant 1990). They are canonical: two functions are
// equal exactly if their Refs are. So "for every completion" is one comparison.
//
// Work is counted. Once the steps are spent, an operation whose result is not already there gives kOpen,
// which stands for a set that is not known; from then on it goes through the operations as in Kleene's
// logic. So nothing that is said after that is wrong, only less.
#pragma once

#include "program.h"

namespace gdlrt {

/// A set of completions: twice a node's index, plus one for its complement.
using Ref = uint32_t;
inline constexpr Ref kNo = 0;    ///< no completion
inline constexpr Ref kYes = 1;   ///< every completion
inline constexpr Ref kOpen = 2;  ///< not known: the steps were spent

/// A variable: its place in the order, which is that of their making.
using Level = uint32_t;

class Diagram {
 public:
  explicit Diagram(Arena& arena) : arena_(arena) {}
  /// Takes its tables, which need not grow soon for about so many conditions; until then there is no variable and no operation.
  void begin(uint32_t conditions = 0);
  /// Memory has run out: every result since is kOpen.
  [[nodiscard]] bool failed() const { return arena_.failed(); }

  /// A variable with values 0 .. values - 1, below all others in the order. At least two values.
  Level variable(uint32_t values);
  [[nodiscard]] uint32_t variables() const { return values_.count; }
  [[nodiscard]] uint32_t values(Level v) const { return values_[v]; }
  /// How many values the variables above this one have, each counted by itself; of variables(): how many all have.
  [[nodiscard]] uint32_t values_above(Level v) const { return above_[v]; }

  static Ref negate(Ref a) { return a == kOpen ? kOpen : a ^ 1u; }
  Ref both(Ref a, Ref b);
  Ref either(Ref a, Ref b) { return negate(both(negate(a), negate(b))); }
  Ref minus(Ref a, Ref b) { return both(a, negate(b)); }
  Ref differ(Ref a, Ref b) { return either(minus(a, b), minus(b, a)); }
  /// Whether two sets have a completion in common: kYes, kNo, or kOpen if it is not known. Builds nothing.
  Ref common(Ref a, Ref b);
  /// The variable has one of the values that are true in `in`.
  template <class In>
  Ref literal(Level level, In&& in) {
    if (!work(values_[level])) return kOpen;
    uint32_t base = mark();
    for (uint32_t i = 0; i < values_[level]; ++i) push(in(i) ? kYes : kNo);
    return finish(level, base);
  }
  /// `a` where the variable has the value.
  Ref cofactor(Ref a, Level level, uint32_t value);

  /// The variable at the top; only of what is none of kNo, kYes and kOpen.
  [[nodiscard]] Level level(Ref a) const { return nodes_[a >> 1].level; }
  [[nodiscard]] bool constant(Ref a) const { return a <= kOpen; }
  [[nodiscard]] Ref kid(Ref a, uint32_t value) const {
    return pool_[nodes_[a >> 1].kids + value] ^ (a & 1u);
  }
  /// Of two sets that have nothing in common: marks, by Level, those of the variables wanted[] by which alone some
  /// completion of the one differs from some of the other. Less if the steps were spent.
  void flips(Ref a, Ref b, const uint8_t* wanted, uint8_t* marks);
  /// Calls visit(a', b') for what two diagrams come to once the variables above `v` have values, as far as one of the two
  /// still asks about v; true as soon as that is. Neither visits all if the steps were spent.
  template <class Visit>
  bool below(Ref a, Ref b, Level v, Visit&& visit) {
    return begin_pairs() && below_pairs(a, b, v, visit);
  }
  /// Calls visit(v, a', b') for what two diagrams come to at a variable v of the mask wanted, which one of the two asks about,
  /// once those above have values; for each pair once, or some more often. Looks no further for a variable that `visit` takes
  /// out of `wanted`. Not all if the steps were spent.
  template <class Visit>
  void each_pair(Ref a, Ref b, const uint64_t& wanted, Visit&& visit) {
    if (begin_pairs()) each_pair_below(a, b, wanted, visit);
  }
  /// Lists what two diagrams come to once the variables above `v` have values, where neither of them is kNo: `a` and `b` of
  /// each pair one after the other, a pair perhaps more than once. Not all if the steps were spent.
  void ends(Ref a, Ref b, Level v, List<Ref>& pairs) {
    pairs.count = 0;
    if (begin_pairs()) ends_below(a, b, v, pairs);
  }
  /// Marks each value of each variable (bit values_above) that some completion of the set has; all if it is kOpen, or the
  /// steps were spent. The marks, mask_words(values_above(variables())) words, are clear before.
  void meets_each(Ref a, uint64_t* marks);
  /// Marks, by Level, the variables that the diagram asks about. Adds nothing for kOpen. If the steps were spent, marks
  /// all.
  void support(Ref a, uint8_t* marks);
  /// The diagram may ask about one of the variables that the mask has (see bit).
  [[nodiscard]] bool may_ask(Ref a, uint64_t mask) const {
    return (nodes_[a >> 1].below & mask) != 0;
  }
  /// The mask of the variables that the diagram asks about.
  [[nodiscard]] uint64_t asked(Ref a) const { return nodes_[a >> 1].below; }
  /// A variable in a mask: the last bit stands for all from there on.
  static uint64_t bit(Level v) { return uint64_t{1} << (v < kLastBit ? v : kLastBit); }
  /// Each bit of the mask stands for one variable.
  static bool exact(uint64_t mask) { return (mask >> kLastBit) == 0; }

  /// More steps from here on: `limit` in all.
  void allow(uint64_t limit) { limit_ = limit; }
  [[nodiscard]] uint64_t spent() const { return spent_; }
  /// How often a step was refused so far: what was done while it rises may be less than exact.
  [[nodiscard]] uint64_t refusals() const { return refusals_; }
  /// One step of whoever works on diagrams; false if none is left.
  bool step() {
    if (spent_ >= limit_) return refuse();
    ++spent_;
    return true;
  }
  /// Work that is lighter than a step: kUnits of it are one. False if none is left.
  bool work(uint64_t units) {
    units_ += units;
    if (units_ < kUnits) return spent_ < limit_ || refuse();
    uint64_t steps = units_ / kUnits;
    units_ %= kUnits;
    bool enough = spent_ < limit_ && limit_ - spent_ >= steps;
    spent_ = enough ? spent_ + steps : spent_ > limit_ ? spent_ : limit_;
    return enough || refuse();
  }

  /// A node is put together by mark(), push() of each kid, and finish() with what mark() gave.
  [[nodiscard]] uint32_t mark() const { return kids_.count; }
  void push(Ref r) { (void)kids_.add(arena_, r); }
  Ref finish(Level level, uint32_t mark) {
    Ref out = failed() ? kOpen : make(level, kids_.data + mark);
    kids_.count = mark;
    return out;
  }

 private:
  static constexpr Level kLastBit = 63;
  struct Node {
    Level level;
    uint32_t kids;                   // in pool_
    uint32_t seen, seen_complement;  // by the walk of this number
    uint64_t below;                  // mask of the variables asked about
  };
  /// An operation and what it gave: both() of two sets, or a cofactor of `a`, where `b` is kCofactor plus the value.
  struct Entry {
    Ref a, b, result;  // a == 0: empty
  };
  static constexpr uint32_t kCofactor = 1u << 31;  // more than any Ref
  /// Of two sets that are not the same and no constants, and of which nothing is known: apart, since most calls are not.
  GDLRT_NOINLINE Ref both_anew(Ref a, Ref b);
  GDLRT_NOINLINE Ref common_anew(Ref a, Ref b);
  /// The diagram whose variable `level` leads to kids[0 ..]. The kids' own variables come later in the order.
  Ref make(Level level, const Ref* kids);
  /// Of flips() and below(): seen without success by the walk of this number. What has been overwritten is tried again.
  struct Pair {
    Ref a, b;
    uint32_t walk;
  };
  void flips_below(Ref a, Ref b);
  void ends_below(Ref a, Ref b, Level v, List<Ref>& pairs);
  bool begin_pairs();
  /// False if the pair has been tried since begin_pairs(), or the steps were spent.
  bool try_pair(Ref a, Ref b);
  template <class Visit>
  bool below_pairs(Ref a, Ref b, Level v, Visit& visit) {
    if (!may_ask(a, bit(v)) && !may_ask(b, bit(v))) return false;
    Level la = top(a);
    Level lb = top(b);
    Level at = la < lb ? la : lb;
    if (at > v || !try_pair(a, b)) return false;
    if (at == v) return visit(a, b);
    for (uint32_t i = 0; i < values_[at]; ++i) {
      if (below_pairs(la == at ? kid(a, i) : a, lb == at ? kid(b, i) : b, v, visit)) return true;
    }
    return false;
  }
  template <class Visit>
  void each_pair_below(Ref a, Ref b, const uint64_t& wanted, Visit& visit) {
    if ((!may_ask(a, wanted) && !may_ask(b, wanted)) || !try_pair(a, b)) return;
    Level la = top(a);
    Level lb = top(b);
    Level at = la < lb ? la : lb;
    if ((bit(at) & wanted) != 0) visit(at, a, b);
    for (uint32_t i = 0; i < values_[at]; ++i) {
      each_pair_below(la == at ? kid(a, i) : a, lb == at ? kid(b, i) : b, wanted, visit);
    }
  }
  /// The level, or, of a constant, the one after all.
  [[nodiscard]] Level top(Ref a) const { return constant(a) ? variables() : level(a); }
  /// Where it stands in the cache.
  [[nodiscard]] uint32_t slot(Ref a, Ref b) const;
  bool grow();
  bool refuse() {
    ++refusals_;
    return false;
  }
  static constexpr uint64_t kUnits = 64;

  Arena& arena_;
  List<uint32_t> values_;  // of a variable
  List<uint32_t> above_;   // by Level, and one more: see values_above
  List<Node> nodes_;
  List<Ref> pool_;
  List<Ref> kids_;
  List<uint32_t> walks_;
  uint32_t* table_ = nullptr;  // node indices by hash; 0: free
  uint32_t table_mask_ = 0;
  Entry* cache_ = nullptr;
  uint32_t cache_mask_ = 0;
  Pair* pairs_ = nullptr;            // once needed
  const uint8_t* wanted_ = nullptr;  // of flips()
  uint8_t* flipped_ = nullptr;
  uint64_t still_wanted_ = 0;  // mask: what it looks for
  uint32_t walk_ = 0;
  uint64_t spent_ = 0;
  uint64_t limit_ = 0;
  uint64_t units_ = 0;  // of work not counted as a step yet
  uint64_t refusals_ = 0;
};

/// What a walk found for each set so far.
template <class Out>
class Memo {
 public:
  /// Nothing is found yet.
  void clear() {
    ++walk_;
    count_ = 0;
  }
  /// Whether something was; if memory ran out, as if it were kOpen, so that the walk ends. `out` changes only if so.
  bool find(const Arena& arena, Ref set, Out& out) const {
    if (arena.failed()) {
      out = Out(kOpen);
      return true;
    }
    const Found* f = size_ == 0 ? nullptr : place(found_, size_, set);
    if (f == nullptr || f->walk != walk_) return false;
    out = f->out;
    return true;
  }
  /// Only for what has not been found.
  Out put(Arena& arena, Ref set, Out out) {
    if (2 * (count_ + 1) > size_) {
      uint32_t size = size_ == 0 ? 32 : 2 * size_;
      auto* found = arena.array<Found>(size);
      if (found == nullptr) return out;
      for (uint32_t i = 0; i < size_; ++i) {
        if (found_[i].walk == walk_) *place(found, size, found_[i].set) = found_[i];
      }
      found_ = found;
      size_ = size;
    }
    ++count_;
    *place(found_, size_, set) = {out, set, walk_};
    return out;
  }

 private:
  struct Found {
    Out out;
    Ref set;
    uint32_t walk;  // what another walk found is as free as what none did
  };
  Found* place(Found* found, uint32_t size, Ref set) const {
    uint32_t at = (set * 0x9e3779b1u) >> 7 & (size - 1);
    while (found[at].walk == walk_ && found[at].set != set) at = (at + 1) & (size - 1);
    return found + at;
  }
  Found* found_ = nullptr;  // by hash
  uint32_t size_ = 0, count_ = 0;
  uint32_t walk_ = 1;
};

}  // namespace gdlrt
