// A circuit as a list of steps on registers of bits: in which order gates are computed, which are computed together, and
// where each stands. What is asked for early is done early, so that few registers are in use at a time.
#pragma once

#include "circuit.h"
#include "kernels.h"

namespace gdlrt::batch {

enum class Output : uint8_t { impossible, rule, offer, domain, gap, stranded, conflict };

struct Step {
  enum class Kind : uint8_t { leaf, both, different, out };
  Kind kind = Kind::leaf;
  bool negated = false;          ///< out
  Output output = Output::rule;  ///< out
  uint32_t index = 0;     ///< leaf: the gate; both: of `ands`; out: which rule, offer or decision
  uint32_t to = 0;        ///< register; out: from it
  uint32_t a = 0, b = 0;  ///< different: registers
};

/// Invariant: `impossible` is the first output; a register is read only between the step that writes it and the next
/// that does.
struct Schedule {
  List<Step> steps;
  List<And> ands;
  uint32_t registers = 1;  ///< register 0 is `no`

  bool build(const Circuit& circuit, Arena& arena);
};

}  // namespace gdlrt::batch
