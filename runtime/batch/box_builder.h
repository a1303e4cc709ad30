// Making the diagrams of boxes.h in one order of the facts, and laying them out as steps on registers.
#pragma once

#include "boxes.h"
#include "diagram.h"
#include "run_limits.h"

namespace gdlrt::batch {

inline constexpr uint64_t kShare =
    512;  // of all steps, the most that one gate takes: others are to have some too
inline constexpr uint64_t kLayout = uint64_t{1} << 27;  // comparisons of kids, for all nodes
inline constexpr uint32_t kLookBack = 256;              // choices looked through for an equal one

/// What a level of the diagram tests.
struct Test {
  GateKind kind = GateKind::at_least;  ///< at_least: the fact's class
  uint32_t fact = 0, element = 0;
  uint32_t* cuts = nullptr;  ///< by value above the first: the cut, or 0
  List<uint32_t> choices;
};

class BoxBuilder {
 public:
  BoxBuilder(const Program& p, const Circuit& circuit, Boxes& out, Arena& arena)
      : p_(p), c_(circuit), out_(out), arena_(arena), g_(own_) {}

  [[nodiscard]] uint64_t spent() const { return g_.spent(); }
  /// `order`: the facts that are asked of, the first on top; `trial`: only outputs and edges are counted. False if memory
  /// ran out.
  bool run(View<uint32_t> order, bool trial) {
    trial_ = trial;
    g_.begin();
    g_.allow(0);
    gates_ = own_.array<Ref>(c_.gates().count);
    make_variables(order);
    if (!own_.failed()) make_gates();
    if (own_.failed() || arena_.failed()) return false;
    for (uint32_t i = 0; i < 2; ++i) (void)out_.cuts_.add(arena_, {});
    out_.all_ = true;
    bool ok = add(Output::impossible, 0, Diagram::negate(everybody_), false);
    ok = ok && list(Output::rule, c_.rules()) && list(Output::offer, c_.offered()) &&
         list(Output::domain, c_.marks(0)) && list(Output::gap, c_.marks(1)) &&
         list(Output::stranded, c_.marks(2)) && list(Output::conflict, c_.marks(3));
    ok = ok && (trial || (join() && group() && assign()));
    return ok && !own_.failed() && !arena_.failed();
  }

 private:
  // -- diagrams --------------------------------------------------------------------------------------

  Ref ref(Wire w) const {
    Ref g = gates_[gate_of(w)];
    return negated(w) ? Diagram::negate(g) : g;
  }

  void make_variables(View<uint32_t> order) {
    value_ = own_.array<Level>(p_.facts.count + size_t{1});
    known_ = own_.array<Level>(p_.facts.count + size_t{1});
    element_ = own_.array<Level>(p_.enumerators.count + size_t{1});
    for (uint32_t i = 0; i < order.count && !own_.failed(); ++i) variables_of(order[i]);
  }

  /// The levels of a fact's gates: they are kNone where there is no room.
  void variables_of(uint32_t fact) {
    const FactRow& row = p_.facts[fact];
    bool set = static_cast<FactKind>(row.kind) == FactKind::set;
    uint32_t wanted = set ? row.enum_count + 1 : 2;
    value_[fact] = known_[fact] = kNone;
    for (uint32_t e = 0; e < row.enum_count; ++e) element_[row.enum_first + e] = kNone;
    if (g_.variables() + wanted > static_cast<uint64_t>(limits::open_variables)) return;
    auto level = [&](GateKind kind, uint32_t element, uint32_t values) {
      (void)tests_.add(own_, {kind, fact, element, own_.array<uint32_t>(values), {}});
      return g_.variable(values);
    };
    if (set) {
      for (uint32_t e = 0; e < row.enum_count; ++e) {
        element_[row.enum_first + e] = level(GateKind::element, e, 2);
      }
    } else if (row.classes > 1) {
      value_[fact] = level(GateKind::at_least, 0, row.classes);
    }
    known_[fact] = level(GateKind::known, 0, 2);
  }

  /// Those of constraints first: without them nothing is covered.
  void make_gates() {
    auto* below = own_.array<uint8_t>(c_.gates().count);
    if (below == nullptr) return;
    below[gate_of(c_.impossible())] = 1;
    for (uint32_t i = c_.gates().count; i-- > 1;) {
      const Gate& g = c_.gates()[i];
      if (below[i] == 0 || (g.kind != GateKind::both && g.kind != GateKind::different)) continue;
      below[gate_of(g.a)] = below[gate_of(g.b)] = 1;
    }
    auto make = [&](bool of_constraints) {
      for (uint32_t i = 0; i < c_.gates().count && !own_.failed(); ++i) {
        if ((below[i] != 0) == of_constraints) make_gate(i);
      }
    };
    make(true);
    if (!own_.failed()) make_groups();
    make(false);
  }
  void make_gate(uint32_t i) {
    auto total = static_cast<uint64_t>(limits::box_steps);
    const Gate& g = c_.gates()[i];
    uint64_t most = g_.spent() + total / kShare;
    g_.allow(most < total ? most : total);
    switch (g.kind) {
      case GateKind::constant: gates_[i] = kNo; break;
      case GateKind::both: gates_[i] = g_.both(ref(g.a), ref(g.b)); break;
      case GateKind::different: gates_[i] = g_.differ(ref(g.a), ref(g.b)); break;
      case GateKind::known: gates_[i] = literal(known_[g.a], 1, true); break;
      case GateKind::element:
        gates_[i] = literal(element_[p_.facts[g.a].enum_first + g.b], 1, true);
        break;
      case GateKind::equal: gates_[i] = literal(value_[g.a], g.b, true); break;
      case GateKind::at_least: gates_[i] = literal(value_[g.a], g.b, false); break;
    }
  }
  Ref literal(Level level, uint32_t value, bool equal) {
    if (level == kNone) return kOpen;
    return g_.literal(level, [=](uint32_t v) { return equal ? v == value : v >= value; });
  }

  // -- constraints -----------------------------------------------------------------------------------

  /// The constraints as a conjunction, cut into groups that share no variable.
  void make_groups() {
    uint32_t levels = g_.variables();
    group_of_ = own_.array<uint32_t>(levels + size_t{1});
    marks_ = own_.array<uint8_t>(levels + size_t{1});
    if (own_.failed()) return;
    for (uint32_t v = 0; v < levels; ++v) group_of_[v] = kNone;
    g_.allow(static_cast<uint64_t>(limits::box_steps));
    List<Wire> left;
    (void)left.add(own_, negate(c_.impossible()));
    while (left.count > 0 && !own_.failed()) {
      Wire w = left[--left.count];
      const Gate& g = c_.gates()[gate_of(w)];
      if (!negated(w) && g.kind == GateKind::both) {
        (void)left.add(own_, g.a);
        (void)left.add(own_, g.b);
        continue;
      }
      add_constraint(ref(w));
    }
    everybody_ = kYes;
    for (uint32_t i = 0; i < groups_.count; ++i) everybody_ = g_.both(everybody_, groups_[i]);
  }
  void add_constraint(Ref r) {
    support(r);
    uint32_t mine = groups_.count;
    for (uint32_t v = 0; v < g_.variables(); ++v) {
      if (marks_[v] == 0) continue;
      uint32_t other = group_of_[v];
      group_of_[v] = mine;
      if (other == kNone || other == mine) continue;
      r = g_.both(r, groups_[other]);
      groups_[other] = kYes;
      for (uint32_t k = 0; k < g_.variables(); ++k) {
        if (group_of_[k] == other) group_of_[k] = mine;
      }
    }
    (void)groups_.add(own_, r);
  }
  void support(Ref r) {
    memset(marks_, 0, g_.variables());
    if (!g_.constant(r)) g_.support(r, marks_);
  }

  /// `r` and its complement, of those whom no constraint on its variables excludes.
  void meet_constraints(Ref r, Ref& may, Ref& may_not) {
    auto total = static_cast<uint64_t>(limits::box_steps);
    uint64_t most = g_.spent() + total / kShare;
    g_.allow(most < 2 * total ? most : 2 * total);
    support(r);
    Ref possible = kYes;
    seen_.count = 0;
    for (uint32_t v = 0; v < g_.variables() && possible != kOpen; ++v) {
      if (marks_[v] == 0 || group_of_[v] == kNone) continue;
      bool before = false;
      for (uint32_t i = 0; i < seen_.count; ++i) before = before || seen_[i] == group_of_[v];
      if (before) continue;
      (void)seen_.add(own_, group_of_[v]);
      possible = g_.both(possible, groups_[group_of_[v]]);
    }
    may = g_.both(possible, r);
    may_not = g_.minus(possible, r);
  }

  // -- steps -----------------------------------------------------------------------------------------

  bool list(Output o, View<Wire> wires) {
    auto* covered = arena_.array<uint8_t>(wires.count + size_t{1});
    if (covered == nullptr) return false;
    out_.covered_[static_cast<uint32_t>(o)] = covered;
    for (uint32_t i = 0; i < wires.count; ++i) {
      // Without those who are possible nothing is covered.
      uint32_t before = out_.outputs_.count;
      if (before == 0) {
        out_.all_ = false;
        return true;
      }
      if (!add(o, i, ref(wires[i]), true)) return false;
      if (out_.outputs_.count > before) covered[i] = 1;
    }
    return true;
  }

  /// Covers the output if there is room. False if memory ran out.
  bool add(Output o, uint32_t index, Ref r, bool constrained) {
    Ref may = r;
    Ref may_not = Diagram::negate(r);
    if (constrained && r != kOpen && groups_.count > 0) meet_constraints(r, may, may_not);
    uint64_t room = static_cast<uint64_t>(limits::box_edges) - out_.edges_;
    if (!trial_) counted_.clear();
    uint64_t before = room;
    if (may == kOpen || may_not == kOpen || !fits(may, room) || !fits(may_not, room)) {
      out_.all_ = false;
      return !own_.failed();
    }
    BoxOutput out;
    out.output = o;
    out.index = index;
    if (trial_) {
      out_.edges_ += static_cast<uint32_t>(before - room);
    } else {
      out.may = emit(may);
      out.may_not = emit(may_not);
      out.steps = out_.steps_.count;
    }
    return out_.outputs_.add(arena_, out) && !own_.failed();
  }

  /// Whether the nodes that are not there yet have so many edges at most; takes them from `room`.
  bool fits(Ref r, uint64_t& room) {
    uint32_t seen = 0;
    if (g_.constant(r) || emitted_.find(own_, r, seen) || counted_.find(own_, r, seen)) return true;
    (void)counted_.put(own_, r, 1);
    uint64_t values = g_.values(g_.level(r));
    layout_ += values;
    if (layout_ > kLayout) return false;
    for (uint32_t i = 0; i < values; ++i) {
      Ref kid = g_.kid(r, i);
      if (kid == kNo || met_before(r, i)) continue;
      if (room == 0) return false;
      --room;
      if (!fits(kid, room)) return false;
    }
    return !own_.failed();
  }
  bool met_before(Ref r, uint32_t value) {
    Ref kid = g_.kid(r, value);
    if (value > 0 && g_.kid(r, value - 1) == kid) return true;  // most have few runs of values
    layout_ += value;
    for (uint32_t i = 0; i < value; ++i) {
      if (g_.kid(r, i) == kid) return true;
    }
    return false;
  }

  // While steps are made, what they read has a number: 0 no, 1 yes, a choice with kChoice, else 2 + the step.
  static constexpr uint32_t kChoice = 1u << 31;

  /// The number of what is possible of the diagram; kids' steps come before.
  uint32_t emit(Ref r) {
    uint32_t at = 0;
    if (g_.constant(r)) return r == kYes ? Boxes::kAlways : Boxes::kNever;
    if (arena_.failed() || emitted_.find(own_, r, at)) return at;
    Level level = g_.level(r);
    uint32_t values = g_.values(level);
    for (uint32_t i = 0; i < values; ++i) (void)emit(g_.kid(r, i));
    // The edges: `alone` leads to yes.
    uint32_t alone = Boxes::kNever;
    bool always_some = true;  // whatever the value, there is an edge
    terms_.count = 0;
    for (uint32_t i = 0; i < values; ++i) {
      Ref kid = g_.kid(r, i);
      always_some = always_some && kid != kNo;
      if (kid == kNo || met_before(r, i)) continue;
      ++out_.edges_;
      uint32_t c = kChoice | choice(level, r, kid);
      if (kid == kYes) {
        alone = c;
      } else if (!terms_.add(own_, {c, emit(kid)})) {
        return 0;
      }
    }
    return emitted_.put(own_, r, combine(alone, always_some));
  }

  /// The union of the edges in hand.
  uint32_t combine(uint32_t alone, bool always_some) {
    using Kind = BoxStep::Kind;
    const List<Term>& t = terms_;
    if (t.count == 0) return alone;
    if (alone == Boxes::kNever) {
      if (t.count == 1) return step(Kind::all2, t[0].choice, t[0].from);
      uint32_t out = step(Kind::either, t[0].choice, t[0].from, t[1].choice, t[1].from);
      for (uint32_t i = 2; i < t.count; ++i) out = step(Kind::add, t[i].choice, t[i].from, out);
      return out;
    }
    // Who may not go straight to yes may take the other edge, if there is only one.
    if (t.count == 1 && always_some) return step(Kind::any2, alone, t[0].from);
    uint32_t out = alone;
    for (uint32_t i = 0; i < t.count; ++i) out = step(Kind::add, t[i].choice, t[i].from, out);
    return out;
  }

  uint32_t step(BoxStep::Kind kind, uint32_t a, uint32_t b, uint32_t c = 0, uint32_t d = 0) {
    BoxStep s;
    s.kind = kind;
    s.in[0] = a;
    s.in[1] = b;
    s.in[2] = c;
    s.in[3] = d;
    return out_.steps_.add(arena_, s) ? out_.steps_.count + 1 : 0;
  }

  static bool joins(BoxStep::Kind k) { return k <= BoxStep::Kind::any4; }
  static bool is_any(BoxStep::Kind k) { return k >= BoxStep::Kind::any2; }
  static uint32_t operands(const BoxStep& s) {
    using Kind = BoxStep::Kind;
    switch (s.kind) {
      case Kind::all2:
      case Kind::any2: return 2;
      case Kind::all3:
      case Kind::any3:
      case Kind::add: return 3;
      default: return 4;
    }
  }
  static bool is_step(uint32_t number) { return number >= 2 && (number & kChoice) == 0; }

  /// Chains of `all` and of `any` that nobody else reads become one step as far as that has room.
  bool join() {
    uint32_t count = out_.steps_.count;
    auto* uses = own_.array<uint32_t>(count + size_t{2});
    auto* number = own_.array<uint32_t>(count + size_t{2});  // 2 + the step that it is in the end
    if (own_.failed()) return false;
    for (uint32_t i = 0; i < count; ++i) {
      const BoxStep& s = out_.steps_[i];
      for (uint32_t k = 0; k < operands(s); ++k)
        uses[s.in[k] & ~kChoice] += is_step(s.in[k]) ? 1 : 0;
    }
    for (uint32_t i = 0; i < out_.outputs_.count; ++i) {
      const BoxOutput& o = out_.outputs_[i];
      if (is_step(o.may)) uses[o.may] += 2;
      if (is_step(o.may_not)) uses[o.may_not] += 2;
    }
    for (uint32_t i = 0; i < count; ++i) {
      BoxStep& s = out_.steps_[i];
      for (uint32_t k = 0; joins(s.kind) && k < operands(s);) {
        const BoxStep* of = is_step(s.in[k]) ? &out_.steps_[s.in[k] - 2] : nullptr;
        bool fits = of != nullptr && joins(of->kind) && is_any(of->kind) == is_any(s.kind) &&
                    uses[s.in[k]] == 1 && operands(s) + operands(*of) - 1 <= BoxStep::kMost;
        if (!fits) {
          ++k;
          continue;
        }
        uses[s.in[k]] = 0;  // nobody's any more
        uint32_t more = operands(*of) - 1;
        uint32_t at = operands(s);
        s.in[k] = of->in[0];
        for (uint32_t m = 0; m < more; ++m) s.in[at + m] = of->in[1 + m];
        s.kind = static_cast<BoxStep::Kind>(static_cast<uint32_t>(s.kind) + more);
      }
    }
    uint32_t kept = 0;
    uint32_t next = 0;  // output
    for (uint32_t i = 0; i <= count; ++i) {
      for (; next < out_.outputs_.count && out_.outputs_[next].steps == i; ++next) {
        BoxOutput& o = out_.outputs_[next];
        o.steps = kept;
        if (is_step(o.may)) o.may = number[o.may];
        if (is_step(o.may_not)) o.may_not = number[o.may_not];
      }
      if (i == count || uses[i + 2] == 0) continue;
      BoxStep s = out_.steps_[i];
      for (uint32_t k = 0; k < operands(s); ++k) {
        if (is_step(s.in[k])) s.in[k] = number[s.in[k]];
      }
      out_.steps_[kept] = s;
      number[i + 2] = 2 + kept++;
    }
    out_.steps_.count = kept;
    return true;
  }

  /// The values by which the node leads to the kid.
  uint32_t choice(Level level, Ref node, Ref kid) {
    Test& test = tests_[level];
    Choice c{test.fact, test.kind == GateKind::known, out_.spans_.count, 0};
    uint32_t values = g_.values(level);
    for (uint32_t i = 0; i < values; ++i) {
      if (g_.kid(node, i) != kid) continue;
      uint32_t end = i + 1;
      while (end < values && g_.kid(node, end) == kid) ++end;
      Span s{i == 0 ? Boxes::kAlways : cut(level, i),
             end == values ? Boxes::kNever : cut(level, end)};
      if (!out_.spans_.add(arena_, s)) return 0;
      ++c.count;
      i = end;
    }
    auto same = [&](const Choice& o) {
      if (o.count != c.count) return false;
      for (uint32_t k = 0; k < c.count; ++k) {
        const Span& x = out_.spans_[o.first + k];
        const Span& y = out_.spans_[c.first + k];
        if (x.from != y.from || x.to != y.to) return false;
      }
      return true;
    };
    uint32_t from = test.choices.count > kLookBack ? test.choices.count - kLookBack : 0;
    for (uint32_t i = from; i < test.choices.count; ++i) {
      if (!same(out_.choices_[test.choices[i]])) continue;
      out_.spans_.count = c.first;
      return test.choices[i];
    }
    if (!test.choices.add(own_, out_.choices_.count) || !out_.choices_.add(arena_, c)) return 0;
    return out_.choices_.count - 1;
  }

  /// The comparison of the level's variable with a value above its first.
  uint32_t cut(Level level, uint32_t value) {
    const Test& test = tests_[level];
    if (test.cuts[value] != 0) return test.cuts[value];
    uint32_t b = test.kind == GateKind::at_least ? value : test.element;
    if (!out_.cuts_.add(arena_, {test.kind, test.fact, b})) return 0;
    return test.cuts[value] = out_.cuts_.count - 1;
  }

  /// Steps of one kind next to each other, so that what runs them rarely has to guess which comes next: by parts that are
  /// so short that what they hold stays in the nearest cache. Outputs are read where a part ends.
  bool group() {
    constexpr uint32_t kPart = 256;
    uint32_t count = out_.steps_.count;
    auto* number =
        own_.array<uint32_t>(count + size_t{2});  // 2 + the step's new place; 0: it has none yet
    auto* from = own_.array<BoxStep>(count + size_t{1});
    if (own_.failed()) return false;
    if (count > 0) memcpy(from, out_.steps_.data, count * sizeof *from);
    auto ready = [&](const BoxStep& s) {
      for (uint32_t k = 0; k < operands(s); ++k) {
        if (is_step(s.in[k]) && number[s.in[k]] == 0) return false;
      }
      return true;
    };
    uint32_t at = 0;
    uint32_t next = 0;  // output
    for (uint32_t first = 0; first < count; first += kPart) {
      uint32_t end = count - first < kPart ? count : first + kPart;
      while (at < end) {
        uint32_t of_kind[kKinds] = {};
        for (uint32_t i = first; i < end; ++i) {
          if (number[i + 2] == 0 && ready(from[i])) ++of_kind[static_cast<uint32_t>(from[i].kind)];
        }
        uint32_t best = 0;
        for (uint32_t k = 1; k < kKinds; ++k) best = of_kind[k] > of_kind[best] ? k : best;
        for (uint32_t i = first; i < end; ++i) {
          if (number[i + 2] != 0 || static_cast<uint32_t>(from[i].kind) != best) continue;
          if (!ready(from[i])) continue;
          BoxStep s = from[i];
          for (uint32_t k = 0; k < operands(s); ++k) {
            if (is_step(s.in[k])) s.in[k] = number[s.in[k]];
          }
          out_.steps_[at] = s;
          number[i + 2] = 2 + at++;
        }
      }
      for (; next < out_.outputs_.count && out_.outputs_[next].steps <= end; ++next) {
        BoxOutput& o = out_.outputs_[next];
        if (o.steps > first) o.steps = end;
        if (is_step(o.may)) o.may = number[o.may];
        if (is_step(o.may_not)) o.may_not = number[o.may_not];
      }
    }
    return true;
  }
  static constexpr uint32_t kKinds = static_cast<uint32_t>(BoxStep::Kind::add) + 1;

  /// Numbers to registers: one is free again after what reads it last.
  bool assign() {
    uint32_t count = out_.steps_.count + 2;
    auto* last = own_.array<uint32_t>(count);
    auto* at = own_.array<uint32_t>(count);
    if (own_.failed()) return false;
    for (uint32_t i = 0; i < out_.steps_.count; ++i) {
      const BoxStep& s = out_.steps_[i];
      for (uint32_t k = 0; k < operands(s); ++k) {
        if (is_step(s.in[k])) last[s.in[k]] = i;
      }
    }
    // An output is read before the step that follows it: so that one may not write to its place.
    for (uint32_t i = 0; i < out_.outputs_.count; ++i) {
      const BoxOutput& o = out_.outputs_[i];
      if (is_step(o.may) && last[o.may] + 1 < o.steps) last[o.may] = o.steps - 1;
      if (is_step(o.may_not) && last[o.may_not] + 1 < o.steps) last[o.may_not] = o.steps - 1;
    }
    out_.registers_ = 2 + out_.choices_.count;
    List<uint32_t> free;
    bool ok = true;
    // The number's register, which is free after the step if nothing reads it later.
    auto place = [&](uint32_t number, uint32_t step) {
      if (!is_step(number)) return (number & kChoice) != 0 ? 2 + (number & ~kChoice) : number;
      if (last[number] == step) {
        last[number] = UINT32_MAX;
        ok = ok && free.add(own_, at[number]);
      }
      return at[number];
    };
    uint32_t next = 0;  // output
    for (uint32_t i = 0; i <= out_.steps_.count; ++i) {
      for (; next < out_.outputs_.count && out_.outputs_[next].steps == i; ++next) {
        BoxOutput& o = out_.outputs_[next];
        o.may = place(o.may, i - 1);
        o.may_not = place(o.may_not, i - 1);
      }
      if (i == out_.steps_.count) break;
      BoxStep& s = out_.steps_[i];
      if (free.count == 0 && !free.add(own_, out_.registers_++)) return false;
      s.to = at[2 + i] = free[--free.count];
      for (uint32_t k = 0; k < operands(s); ++k) s.in[k] = place(s.in[k], i);
    }
    constexpr uint32_t kWords = Kernels::kBoxWords;
    for (uint32_t i = 0; i < out_.steps_.count; ++i) {
      BoxStep& s = out_.steps_[i];
      s.to *= kWords;
      for (uint32_t& in : s.in) in *= kWords;
    }
    return ok;
  }

  const Program& p_;
  const Circuit& c_;
  Boxes& out_;
  Arena& arena_;
  Arena own_;
  Diagram g_;
  Ref* gates_ = nullptr;
  List<Test> tests_;  // by level
  Level *value_ = nullptr, *known_ = nullptr, *element_ = nullptr;
  uint32_t* group_of_ = nullptr;  // by level: of the constraints, or kNone
  List<Ref> groups_;
  Ref everybody_ = kYes;
  uint8_t* marks_ = nullptr;  // scratch: by level
  List<uint32_t> seen_;       // scratch: groups
  Memo<uint32_t> emitted_, counted_;
  /// An edge: the choice, and what it leads to.
  struct Term {
    uint32_t choice, from;
  };
  List<Term> terms_;
  uint64_t layout_ = 0;
  bool trial_ = false;
};

}  // namespace gdlrt::batch
