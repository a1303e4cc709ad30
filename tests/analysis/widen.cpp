// Boxes that are widened inside a set (space::Diagram::widen), against widening by the words: a variable, then a value, is
// tried one at a time, and stays if the box is still inside.
#include <doctest/doctest.h>

#include <optional>

#include "fuzz_count.h"
#include "random.h"
#include "space/diagram.h"

using namespace gdl;
using namespace gdl::space;

namespace {

Bits some_values(std::size_t n, test::Random& random) {
  Bits out(n);
  for (std::size_t i = 0; i < n; ++i) out.set(i, random.one_in(2));
  if (out.none()) out.set(random.below(n));
  return out;
}

/// A set of some boxes and what is left without others.
Node some_set(Diagram& g, test::Random& random) {
  Node out = kFalse;
  for (std::size_t n = 2 + random.below(6); n > 0; --n) {
    Node box = kTrue;
    for (std::size_t v = 0; v < g.variables(); ++v) {
      if (random.one_in(2)) continue;
      box = g.both(box, g.literal(Var(v), some_values(g.values(Var(v)), random)));
    }
    out = random.one_in(4) ? g.minus(out, box) : g.either(out, box);
  }
  return out;
}

/// By single steps, each judged by the difference of two sets.
Box slowly(Diagram& g, Node set, Box b, const std::vector<Var>& order) {
  auto inside = [&](const Box& box) { return g.minus(g.box(box), set) == kFalse; };
  for (Var v : order) {
    Box less = b;
    std::erase_if(less.masks, [&](const auto& entry) { return entry.first == v; });
    if (inside(less)) b = std::move(less);
  }
  for (auto& entry : b.masks) {
    for (std::size_t i = 0; i < entry.second.size(); ++i) {
      if (entry.second.test(i)) continue;
      entry.second.set(i);
      if (!inside(b)) entry.second.set(i, false);
    }
  }
  return b;
}

}  // namespace

TEST_CASE("a box is widened as far as single steps take it, and stays inside") {
  test::Random random(test::fuzz_seed() + 31'000'000);
  std::size_t dropped = 0;
  std::size_t added = 0;
  for (std::size_t n = test::fuzz_count(3000); n > 0; --n) {
    Diagram g(1'000'000);
    for (std::size_t v = 2 + random.below(5); v > 0; --v) (void)g.add_variable(2 + random.below(4));
    const Node set = some_set(g, random);
    if (set == kFalse || set == kTrue) continue;
    // One patient of the set, or a box of it.
    Box box = random.one_in(2) ? g.shortest(set) : g.path(set);
    if (random.one_in(2)) {
      Box one;
      for (std::size_t v = 0; v < g.variables(); ++v) {
        Bits value(g.values(Var(v)));
        const Bits* mask = box.find(Var(v));
        value.set(mask != nullptr ? mask->first() : random.below(g.values(Var(v))));
        one.masks.emplace_back(Var(v), std::move(value));
      }
      box = std::move(one);
    }
    REQUIRE(g.contains(set, box));
    std::vector<Var> order;
    for (const auto& entry : box.masks) {
      order.insert(order.begin() + static_cast<std::ptrdiff_t>(random.below(order.size() + 1)),
                   entry.first);
    }
    const Box wide = g.widen(set, box, order);
    const Box expected = slowly(g, set, box, order);
    CHECK(g.minus(g.box(wide), set) == kFalse);
    CHECK(g.minus({g.box(box), g.box(wide)}) == kFalse);
    REQUIRE(wide.masks == expected.masks);
    dropped += box.masks.size() - wide.masks.size();
    for (const auto& [v, mask] : wide.masks) added += mask.count() - box.find(v)->count();
    REQUIRE(!g.exhausted());
  }
  CHECK(dropped > 0);
  CHECK(added > 0);
}
