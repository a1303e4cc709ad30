// Intervals and sorted lists of exact numbers, for what a case says of a numeric fact.
#pragma once

#include "arena.h"
#include "num/rational.h"

namespace gdlrt {

using num::Rational;

/// An interval of numbers; `whole` ones have closed integer ends.
struct Interval {
  Rational lo, hi;
  bool lo_closed = true, hi_closed = true;

  void make_whole() {
    Rational next = lo.floor();
    if (!(lo_closed && next == lo)) (void)num::add(next, Rational::from_int(1), next);
    lo = next;
    Rational before = hi.ceil();
    if (!(hi_closed && before == hi)) (void)num::sub(before, Rational::from_int(1), before);
    hi = before;
    lo_closed = hi_closed = true;
  }
  void meet(const Interval& o) {
    int c = num::compare(o.lo, lo);
    if (c > 0 || (c == 0 && !o.lo_closed)) {
      lo = o.lo;
      lo_closed = o.lo_closed;
    }
    c = num::compare(o.hi, hi);
    if (c < 0 || (c == 0 && !o.hi_closed)) {
      hi = o.hi;
      hi_closed = o.hi_closed;
    }
  }
  [[nodiscard]] bool empty() const {
    int c = num::compare(lo, hi);
    return c > 0 || (c == 0 && !(lo_closed && hi_closed));
  }
  /// Begins before the other one.
  friend bool operator<(const Interval& a, const Interval& b) {
    int c = num::compare(a.lo, b.lo);
    return c < 0 || (c == 0 && a.lo_closed && !b.lo_closed);
  }
  /// Takes the other one in, which does not begin before this one; false if a number between them is in neither.
  bool join(const Interval& o) {
    int gap = num::compare(hi, o.lo);
    if (gap < 0 || (gap == 0 && !hi_closed && !o.lo_closed)) return false;
    int c = num::compare(hi, o.hi);
    if (c <= 0) {
      hi_closed = c == 0 ? hi_closed || o.hi_closed : o.hi_closed;
      hi = o.hi;
    }
    return true;
  }
  [[nodiscard]] bool point() const { return lo == hi && lo_closed && hi_closed; }
  [[nodiscard]] bool holds(const Rational& r) const {
    int a = num::compare(lo, r);
    int b = num::compare(r, hi);
    return (a < 0 || (a == 0 && lo_closed)) && (b < 0 || (b == 0 && hi_closed));
  }
};

/// In ascending order (heapsort: in place, and never quadratic).
template <class T>
void sort(List<T>& list) {
  auto swap = [&list](uint32_t a, uint32_t b) {
    T moved = list[a];
    list[a] = list[b];
    list[b] = moved;
  };
  uint32_t heap = list.count / 2;  // from there on no parent is below a child
  for (uint32_t end = list.count; end > 1;) {
    if (heap > 0) {
      --heap;
    } else {
      swap(0, --end);
    }
    uint32_t root = heap;
    for (uint32_t child = 2 * root + 1; child < end; child = 2 * root + 1) {
      if (child + 1 < end && list[child] < list[child + 1]) ++child;
      if (!(list[root] < list[child])) break;
      swap(root, child);
      root = child;
    }
  }
}
/// A number is one of the list.
inline bool among(const List<Rational>& sorted, const Rational& r) {
  uint32_t lo = 0;
  uint32_t hi = sorted.count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (sorted[mid] < r) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  return lo < sorted.count && sorted[lo] == r;
}

}  // namespace gdlrt
