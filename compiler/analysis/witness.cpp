// Witnesses: see witness.h.
#include "analysis/witness.h"

namespace gdl::analysis {

using space::Box;
using space::Node;
using space::Scope;
using space::Var;

Box small_box(Scope& scope, Node set, Node free) {
  space::Sets& d = scope.sets();
  Node possible = scope.possible();
  Box box = d.some(set);
  // Wider boxes may hold impossible patients as well: no claim speaks of them.
  Node claim = d.either({d.either(set, free), d.negate(possible)});
  if (d.exhausted()) return box;
  // What only constraints speak of goes first, then the least used: what is left are the facts that
  // the author's own conditions name.
  std::vector<Var> order;
  for (bool asked : {false, true}) {
    for (auto it = box.masks.rbegin(); it != box.masks.rend(); ++it) {
      if (scope.asked(it->first) == asked) order.push_back(it->first);
    }
  }
  box = d.widen(claim, std::move(box), order);
  if (possible != space::kTrue) d.narrow(possible, box);
  return box;
}

std::optional<Box> somebody_of(Scope& scope, Node set) {
  space::Sets& d = scope.sets();
  if (scope.possible() == space::kTrue || !set.valid() || d.nobody(set) || d.exhausted()) {
    return std::nullopt;
  }
  Box out = d.some(set);
  if (d.exhausted()) return std::nullopt;
  return out;
}

bool tied(Scope& scope, const Box& box) {
  space::Sets& d = scope.sets();
  return scope.possible() != space::kTrue && !d.nobody(d.minus({d.box(box), scope.possible()}));
}

}  // namespace gdl::analysis
