// A record by diagrams: see open_record.h.
#include "open_record.h"

#include "record.h"
#include "run_limits.h"

namespace gdlrt {

using batch::Circuit;
using batch::Gate;
using batch::GateKind;
using batch::Wire;

size_t OpenRecord::size_for(const Program& program, const Circuit& circuit) {
  constexpr size_t kLeast = 131072;
  constexpr size_t kMost = 4194304;
  constexpr size_t kEachGate = 512;
  size_t lists = sizeof(Ref) *
                 (size_t{circuit.gates().count} + program.facts.count + program.enumerators.count);
  size_t diagrams = kLeast + kEachGate * circuit.gates().count;
  return (lists + (diagrams < kMost ? diagrams : kMost)) / 16 * 16;
}

/// One for each open fact's value, or for each element of it. False if they are too many.
bool OpenRecord::make_variables(const Patient& patient) {
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    if (patient.known[f] != 0) continue;
    const FactRow& row = p_.facts[f];
    bool set = static_cast<FactKind>(row.kind) == FactKind::set;
    uint32_t wanted = set ? row.enum_count : 1;
    if (g_.variables() + wanted > static_cast<uint64_t>(limits::open_variables)) return false;
    for (uint32_t e = 0; set && e < row.enum_count; ++e) {
      element_[row.enum_first + e] = g_.variable(2);
    }
    if (!set && row.classes > 1) value_[f] = g_.variable(row.classes);
  }
  return !g_.failed();
}

Ref OpenRecord::leaf(const Gate& g, const Patient& patient) {
  bool known = patient.known[g.a] != 0;
  switch (g.kind) {
    case GateKind::known: return known ? kYes : kNo;
    case GateKind::element:
      if (known) return (patient.sets[g.a] >> g.b & 1u) != 0 ? kYes : kNo;
      return g_.literal(element_[p_.facts[g.a].enum_first + g.b],
                        [](uint32_t v) { return v == 1; });
    case GateKind::equal:
      if (known) return patient.classes[g.a] == g.b ? kYes : kNo;
      return g_.literal(value_[g.a], [&](uint32_t v) { return v == g.b; });
    default:
      if (known) return patient.classes[g.a] >= g.b ? kYes : kNo;
      return g_.literal(value_[g.a], [&](uint32_t v) { return v >= g.b; });
  }
}

/// The bits of outputs; false if the steps or the memory were spent.
bool OpenRecord::list(View<Wire> wires, uint64_t* certain, uint64_t* possible) {
  for (uint32_t i = 0; i < wires.count; ++i) {
    Ref r = ref(wires[i]);
    Ref some = g_.common(everybody_, r);
    Ref not_all = g_.common(everybody_, Diagram::negate(r));
    if (some == kOpen || not_all == kOpen) return false;
    if (some == kYes) possible[i / 64] |= uint64_t{1} << i % 64;
    if (not_all == kNo) certain[i / 64] |= uint64_t{1} << i % 64;
  }
  return true;
}

OpenRecord::Outcome OpenRecord::run(const Patient& patient, Masks& certain, Masks& possible) {
  gates_ = arena_.array<Ref>(c_.gates().count);
  value_ = arena_.array<Level>(p_.facts.count + size_t{1});
  element_ = arena_.array<Level>(p_.enumerators.count + size_t{1});
  g_.begin();
  g_.allow(static_cast<uint64_t>(limits::record_steps));
  if (arena_.failed() || !make_variables(patient)) return Outcome::undecided;
  for (uint32_t i = 0; i < c_.gates().count && !g_.failed(); ++i) {
    const Gate& g = c_.gates()[i];
    switch (g.kind) {
      case GateKind::constant: gates_[i] = kNo; break;
      case GateKind::both: gates_[i] = g_.both(ref(g.a), ref(g.b)); break;
      case GateKind::different: gates_[i] = g_.differ(ref(g.a), ref(g.b)); break;
      default: gates_[i] = leaf(g, patient); break;
    }
  }
  if (g_.failed()) return Outcome::undecided;
  everybody_ = Diagram::negate(ref(c_.impossible()));
  if (everybody_ == kNo) return Outcome::nobody;
  bool ok = everybody_ != kOpen && list(c_.rules(), certain.rules, possible.rules) &&
            list(c_.offered(), certain.offers, possible.offers);
  for (uint32_t m = 0; m < Circuit::kMarks; ++m) {
    ok = ok && list(c_.marks(m), certain.decisions[m], possible.decisions[m]);
  }
  return ok && !g_.failed() ? Outcome::done : Outcome::undecided;
}

}  // namespace gdlrt
