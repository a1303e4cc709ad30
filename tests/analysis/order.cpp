// Sets are made in the same order whatever compiler built it (space/sets.h).
#include <doctest/doctest.h>

#include "space/circuit.h"
#include "space/diagram.h"

using namespace gdl;
using namespace gdl::space;

namespace {

template <class S>
concept MadeInAnyOrder = requires(S& s) { s.both(s.negate(kTrue), s.negate(kTrue)); } ||
                         requires(S& s) { s.either(s.negate(kTrue), s.negate(kTrue)); } ||
                         requires(S& s) { s.minus(s.negate(kTrue), s.negate(kTrue)); } ||
                         requires(S& s) { s.meet(s.negate(kTrue), s.negate(kTrue)); };
static_assert(!MadeInAnyOrder<Sets> && !MadeInAnyOrder<Diagram> && !MadeInAnyOrder<Circuit>);

/// With one set that there is already, and one that is made, there is one order only.
template <class S>
concept MadeInOneOrder = requires(S& s, Node a) {
  s.both(a, s.negate(a));
  s.either(s.negate(a), a);
  s.minus(a, s.negate(a));
};
static_assert(MadeInOneOrder<Sets> && MadeInOneOrder<Diagram> && MadeInOneOrder<Circuit>);

}  // namespace

TEST_CASE("sets in braces are made from left to right") {
  Diagram g(Diagram::kAnyNumber);
  std::vector<Var> made;
  auto literal = [&](std::size_t v) {
    made.emplace_back(v);
    Bits second(2);
    second.set(1);
    return g.literal(Var(v), second);
  };
  for (int i = 0; i < 3; ++i) (void)g.add_variable(2);
  const Node all = g.both({literal(2), literal(0), literal(1)});
  const Node any = g.either({literal(1), literal(2), literal(0)});
  const Node first = g.minus({literal(0), literal(1), literal(2)});
  const std::vector<Var> expected = {Var(2), Var(0), Var(1), Var(1), Var(2),
                                     Var(0), Var(0), Var(1), Var(2)};
  CHECK(made == expected);
  CHECK(all == g.both(std::vector<Node>{literal(0), literal(1), literal(2)}));
  CHECK(any == g.either(std::vector<Node>{literal(0), literal(1), literal(2)}));
  const Node others = g.either({literal(1), literal(2)});
  CHECK(first == g.minus(literal(0), others));
}
