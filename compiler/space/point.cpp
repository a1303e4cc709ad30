// See point.h.
#include "space/point.h"

namespace gdl::space {

Point point_of(const Diagram& d, Node a) {
  Point out(d.variables(), 0);
  while (a != kTrue) {
    const Var v = d.first(a);
    // Every node but kFalse leads to kTrue.
    std::uint32_t i = 0;
    while (d.where_first(a, i) == kFalse) ++i;
    out[v.value] = i;
    a = d.where_first(a, i);
  }
  return out;
}

bool holds(const Diagram& d, Node a, const Point& p) {
  while (a != kTrue && a != kFalse) a = d.where_first(a, p[d.first(a).value]);
  return a == kTrue;
}

}  // namespace gdl::space
