// What is read off a program's rows: see program.h.
#include "program.h"

namespace gdlrt {

num::Rational Program::number(uint32_t index) const {
  return num::Rational::from_own_words(numbers[index].word);
}

Operands operands_of(const Program& p, const NodeRow& n) {
  switch (static_cast<Op>(n.op)) {
    case Op::negation: return {&n.a, 1, 1};
    case Op::all:
    case Op::any:
    case Op::at_least: return {p.operands.data + n.a, n.b, 1};
    case Op::score: return {p.operands.data + n.a, n.b, 2};
    default: return {nullptr, 0, 1};
  }
}

void mark_below(const Program& p, uint8_t* nodes) {
  for (uint32_t i = p.nodes.count; i-- > 0;) {
    if (nodes[i] == 0) continue;
    Operands o = operands_of(p, p.nodes[i]);
    for (uint32_t k = 0; k < o.count; ++k) nodes[o.first[size_t{k} * o.stride]] = 1;
  }
}

}  // namespace gdlrt
