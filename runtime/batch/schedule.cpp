// Ordering gates and giving them registers: see schedule.h.
#include "schedule.h"

namespace gdlrt::batch {

namespace {

bool has_wires(const Gate& g) { return g.kind == GateKind::both || g.kind == GateKind::different; }

class Scheduler {
 public:
  Scheduler(const Circuit& circuit, Schedule& out, Arena& arena)
      : gates_(circuit.gates()), out_(out), arena_(arena) {}

  bool run(const Circuit& c) {
    uses_ = arena_.array<uint32_t>(gates_.count);
    step_ = arena_.array<uint32_t>(gates_.count);
    if (arena_.failed()) return false;
    for (const Gate& g : gates_) {
      if (!has_wires(g)) continue;
      ++uses_[gate_of(g.a)];
      ++uses_[gate_of(g.b)];
    }
    each_output(c, [this](Output, uint32_t, Wire w) {
      uses_[gate_of(w)] += 2;  // an output keeps its gate
      return true;
    });
    bool ok = each_output(c, [this](Output o, uint32_t index, Wire w) {
      Step s;
      s.kind = Step::Kind::out;
      s.output = o;
      s.index = index;
      s.negated = negated(w);
      s.to = gate_of(w);
      return compute(gate_of(w)) && out_.steps.add(arena_, s);
    });
    return ok && assign();
  }

 private:
  /// `impossible`, then those of safety rules, then those of some decisions after those of others: what a rule says is read
  /// by what its decision offers, and hardly by others, so its register is soon free again. Of these decisions all outputs of
  /// one kind come together, for which the machine foretells better what a step does.
  template <class Visit>
  static bool each_output(const Circuit& c, Visit&& visit) {
    constexpr uint32_t kRulesTogether = 256;
    const Program& p = c.program();
    if (!visit(Output::impossible, 0, c.impossible())) return false;
    auto one = [&](Output o, View<Wire> wires, uint32_t i) {
      return i >= wires.count || visit(o, i, wires[i]);
    };
    for (uint32_t r = 0; r < p.rules.count; ++r) {
      if (p.rules[r].decision == kNone && !one(Output::rule, c.rules(), r)) return false;
    }
    uint32_t offer = 0;
    for (uint32_t d = 0; d < p.decisions.count;) {
      uint32_t first = d;
      for (uint32_t rules = 0; d < p.decisions.count && rules < kRulesTogether; ++d) {
        rules += p.decisions[d].rule_count;
        for (uint32_t r : p.range(p.decisions[d].rule_first, p.decisions[d].rule_count)) {
          if (!one(Output::rule, c.rules(), r)) return false;
        }
      }
      for (; offer < c.offers().count && c.offers()[offer].decision < d; ++offer) {
        if (!one(Output::offer, c.offered(), offer)) return false;
      }
      constexpr Output kMarks[] = {Output::domain, Output::gap, Output::stranded, Output::conflict};
      for (uint32_t m = 0; m < Circuit::kMarks; ++m) {
        for (uint32_t k = first; k < d; ++k) {
          if (!one(kMarks[m], c.marks(m), k)) return false;
        }
      }
    }
    return true;
  }

  /// The operands of a conjunction, with those of conjunctions that nobody else uses; at most And::kMost.
  void flatten(uint32_t gate) {
    operands_.count = 0;
    const Gate& g = gates_[gate];
    Wire list[And::kMost] = {g.a, g.b};
    uint32_t count = 2;
    for (uint32_t i = 0; i < count;) {
      const Gate& inner = gates_[gate_of(list[i])];
      bool open = !negated(list[i]) && inner.kind == GateKind::both &&
                  uses_[gate_of(list[i])] == 1 && count < And::kMost;
      if (!open) {
        ++i;
        continue;
      }
      list[i] = inner.a;
      list[count++] = inner.b;
    }
    for (uint32_t i = 0; i < count; ++i) (void)operands_.add(arena_, list[i]);
  }

  /// Steps for a gate, those that it needs first.
  bool compute(uint32_t gate) {
    stack_.count = 0;
    if (!stack_.add(arena_, gate)) return false;
    while (stack_.count > 0) {
      uint32_t at = stack_[stack_.count - 1];
      if (at == 0 || step_[at] != 0) {
        --stack_.count;
        continue;
      }
      const Gate& g = gates_[at];
      operands_.count = 0;
      if (g.kind == GateKind::both) {
        flatten(at);
      } else if (g.kind == GateKind::different) {
        if (!operands_.add(arena_, g.a) || !operands_.add(arena_, g.b)) return false;
      }
      bool ready = true;
      for (uint32_t i = operands_.count; i-- > 0;) {
        uint32_t o = gate_of(operands_[i]);
        if (o == 0 || step_[o] != 0) continue;
        ready = false;
        if (!stack_.add(arena_, o)) return false;
      }
      if (!ready) continue;
      --stack_.count;
      if (!emit(at)) return false;
    }
    return true;
  }

  bool emit(uint32_t gate) {
    const Gate& g = gates_[gate];
    Step s;
    s.to = gate;
    if (g.kind == GateKind::both) {
      And a;
      a.to = gate;
      for (uint32_t pass = 0; pass < 2; ++pass) {
        for (uint32_t i = 0; i < operands_.count; ++i) {
          if (negated(operands_[i]) != (pass == 1)) continue;
          a.of[a.count++] = gate_of(operands_[i]);
        }
        if (pass == 0) a.plain = a.count;
      }
      s.kind = Step::Kind::both;
      s.index = out_.ands.count;
      if (!out_.ands.add(arena_, a)) return false;
    } else if (g.kind == GateKind::different) {
      s.kind = Step::Kind::different;
      s.a = gate_of(g.a);
      s.b = gate_of(g.b);
    } else {
      s.index = gate;
    }
    if (!out_.steps.add(arena_, s)) return false;
    step_[gate] = out_.steps.count;
    return true;
  }

  template <class Visit>
  void each_operand(Step& s, Visit&& visit) {
    if (s.kind == Step::Kind::out) visit(s.to);
    if (s.kind == Step::Kind::both) {
      And& a = out_.ands[s.index];
      for (uint32_t i = 0; i < a.count; ++i) visit(a.of[i]);
    }
    if (s.kind == Step::Kind::different) {
      visit(s.a);
      visit(s.b);
    }
  }

  /// Gates to registers: one is free again after the last step that reads it.
  bool assign() {
    auto* last = arena_.array<uint32_t>(gates_.count);
    auto* at = arena_.array<uint32_t>(gates_.count);
    if (arena_.failed()) return false;
    for (uint32_t i = 0; i < out_.steps.count; ++i) {
      each_operand(out_.steps[i], [&](uint32_t& gate) { last[gate] = i; });
    }
    List<uint32_t> free;
    out_.registers = 1;
    for (uint32_t i = 0; i < out_.steps.count; ++i) {
      Step& s = out_.steps[i];
      uint32_t ended[And::kMost];
      uint32_t endings = 0;
      each_operand(s, [&](uint32_t& gate) {
        uint32_t own = gate;
        gate = own == 0 ? 0 : at[own];
        if (own == 0 || last[own] != i) return;
        last[own] = UINT32_MAX;  // once, where it is an operand twice
        ended[endings++] = gate;
      });
      // What is written may not stand where something is still read.
      if (s.kind != Step::Kind::out) {
        if (free.count == 0 && !free.add(arena_, out_.registers++)) return false;
        at[s.to] = free[--free.count];
        s.to = at[s.to];
        if (s.kind == Step::Kind::both) out_.ands[s.index].to = s.to;
      }
      for (uint32_t k = 0; k < endings; ++k) {
        if (!free.add(arena_, ended[k])) return false;
      }
    }
    return true;
  }

  View<Gate> gates_;
  Schedule& out_;
  Arena& arena_;
  uint32_t* uses_ = nullptr;
  uint32_t* step_ = nullptr;  // of a gate: 1 + its step
  List<uint32_t> stack_;
  List<Wire> operands_;
};

}  // namespace

bool Schedule::build(const Circuit& circuit, Arena& arena) {
  return Scheduler(circuit, *this, arena).run(circuit) && !arena.failed();
}

}  // namespace gdlrt::batch
