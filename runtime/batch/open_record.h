// One record of which so much is unknown that the patients who agree with it are too many to look at: by diagrams.
//
// The idea: the program's circuit (circuit.h), gate by gate, on sets of these patients (diagram.h). Where a value is known a
// comparison is everybody or nobody, so only what depends on the unknown ones costs anything. What all have is certain,
// what some have is possible; exact, with constraints, unless the steps or the memory are spent.
#pragma once

#include "circuit.h"
#include "diagram.h"
#include "evaluate.h"

namespace gdlrt {

struct Masks;

class OpenRecord {
 public:
  enum class Outcome : uint8_t { done, nobody, undecided };

  /// `memory`, of `size_for` bytes at a multiple of 16, is used while this lives.
  OpenRecord(const Program& program, const batch::Circuit& circuit, void* memory, size_t size)
      : p_(program), c_(circuit), arena_(memory, size), g_(arena_) {}
  static size_t size_for(const Program& program, const batch::Circuit& circuit);

  /// The patient's values count where they are known. The masks are zero before, and complete only after `done`.
  Outcome run(const Patient& patient, Masks& certain, Masks& possible);

 private:
  [[nodiscard]] Ref ref(batch::Wire w) const {
    Ref g = gates_[batch::gate_of(w)];
    return batch::negated(w) ? Diagram::negate(g) : g;
  }
  bool make_variables(const Patient& patient);
  Ref leaf(const batch::Gate& gate, const Patient& patient);
  bool list(View<batch::Wire> wires, uint64_t* certain, uint64_t* possible);

  const Program& p_;
  const batch::Circuit& c_;
  Arena arena_;
  Diagram g_;
  Ref* gates_ = nullptr;
  Level *value_ = nullptr, *element_ = nullptr;  // by fact, by enumerator
  Ref everybody_ = kYes;
};

}  // namespace gdlrt
