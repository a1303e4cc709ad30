// Making the diagrams of boxes.h, and laying them out as nodes on registers.
#include "boxes.h"

#include "diagram.h"
#include "run_limits.h"

namespace gdlrt::batch {

namespace {

constexpr uint64_t kShare = 32;  // of all steps, the most that one gate takes: others are to have some too
constexpr uint64_t kLayout = uint64_t{1} << 27;  // comparisons of kids, for all nodes
constexpr uint32_t kLookBack = 256;              // choices looked through for an equal one

/// What a level of the diagram tests.
struct Test {
  GateKind kind = GateKind::at_least;  ///< at_least: the fact's class
  uint32_t fact = 0, element = 0;
  uint32_t* cuts = nullptr;  ///< by value above the first: the cut, or 0
  List<uint32_t> choices;
};

}  // namespace

class BoxBuilder {
 public:
  BoxBuilder(const Program& p, const Circuit& circuit, Boxes& out, Arena& arena)
      : p_(p), c_(circuit), out_(out), arena_(arena), g_(own_) {}

  bool run() {
    g_.begin();
    g_.allow(0);
    gates_ = own_.array<Ref>(c_.gates().count);
    if (!own_.failed()) make_variables();
    if (!own_.failed()) make_gates();
    if (!own_.failed()) make_groups();
    if (own_.failed() || arena_.failed()) return false;
    for (uint32_t i = 0; i < 2; ++i) (void)out_.cuts_.add(arena_, {});
    out_.all_ = true;
    bool ok = add(Output::impossible, 0, Diagram::negate(everybody_), false);
    ok = ok && list(Output::rule, c_.rules()) && list(Output::offer, c_.offered()) &&
         list(Output::domain, c_.marks(0)) && list(Output::gap, c_.marks(1)) &&
         list(Output::stranded, c_.marks(2)) && list(Output::conflict, c_.marks(3));
    return ok && assign() && !own_.failed() && !arena_.failed();
  }

 private:
  // -- diagrams --------------------------------------------------------------------------------------

  Ref ref(Wire w) const {
    Ref g = gates_[gate_of(w)];
    return negated(w) ? Diagram::negate(g) : g;
  }

  /// Facts that much is asked of stand on top, those that constraints speak of at the bottom, where the set of those whom
  /// no constraint excludes is met last: as in partial.cpp.
  void make_variables() {
    auto* uses = own_.array<uint32_t>(p_.facts.count + size_t{1});
    auto* tied = own_.array<uint8_t>(p_.facts.count + size_t{1});
    auto* below = own_.array<uint8_t>(c_.gates().count);
    value_ = own_.array<Level>(p_.facts.count + size_t{1});
    known_ = own_.array<Level>(p_.facts.count + size_t{1});
    element_ = own_.array<Level>(p_.enumerators.count + size_t{1});
    if (own_.failed()) return;
    below[gate_of(c_.impossible())] = 1;
    for (uint32_t i = c_.gates().count; i-- > 1;) {
      const Gate& g = c_.gates()[i];
      if (g.kind == GateKind::both || g.kind == GateKind::different) {
        below[gate_of(g.a)] = static_cast<uint8_t>(below[gate_of(g.a)] | below[i]);
        below[gate_of(g.b)] = static_cast<uint8_t>(below[gate_of(g.b)] | below[i]);
        count_use(g.a, uses);
        count_use(g.b, uses);
      } else {
        ++uses[g.a];
        tied[g.a] = static_cast<uint8_t>(tied[g.a] | below[i]);
      }
    }
    List<uint32_t> order;
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      if (uses[f] > 0) (void)order.add(own_, f);
    }
    if (own_.failed()) return;
    auto before = [&](uint32_t a, uint32_t b) {
      if (tied[a] != tied[b]) return tied[a] < tied[b];
      if (uses[a] != uses[b]) return uses[a] > uses[b];
      return a < b;
    };
    sort(order.data, order.count, before);
    for (uint32_t i = 0; i < order.count; ++i) variables_of(order[i]);
  }

  void count_use(Wire w, uint32_t* uses) const {
    const Gate& g = c_.gates()[gate_of(w)];
    bool leaf = g.kind != GateKind::constant && g.kind != GateKind::both &&
                g.kind != GateKind::different;
    if (leaf) ++uses[g.a];
  }

  /// Heap sort: few facts or many.
  template <class Before>
  static void sort(uint32_t* v, uint32_t count, Before&& before) {
    auto sink = [&](uint32_t at, uint32_t end) {
      for (uint32_t kid = 2 * at + 1; kid < end; at = kid, kid = 2 * at + 1) {
        if (kid + 1 < end && before(v[kid], v[kid + 1])) ++kid;
        if (!before(v[at], v[kid])) return;
        uint32_t swap = v[at];
        v[at] = v[kid];
        v[kid] = swap;
      }
    };
    for (uint32_t i = count / 2; i-- > 0;) sink(i, count);
    for (uint32_t end = count; end-- > 1;) {
      uint32_t swap = v[0];
      v[0] = v[end];
      v[end] = swap;
      sink(0, end);
    }
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

  void make_gates() {
    auto total = static_cast<uint64_t>(limits::box_steps);
    for (uint32_t i = 0; i < c_.gates().count && !own_.failed(); ++i) {
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

  // -- nodes -----------------------------------------------------------------------------------------

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
    uint64_t room = static_cast<uint64_t>(limits::box_edges) - out_.edges_.count;
    counted_.clear();
    if (may == kOpen || may_not == kOpen || !fits(may, room) || !fits(may_not, room)) {
      out_.all_ = false;
      return !own_.failed();
    }
    BoxOutput out;
    out.output = o;
    out.index = index;
    out.may = emit(may);
    out.may_not = emit(may_not);
    out.nodes = out_.nodes_.count;
    return out_.outputs_.add(arena_, out) && !own_.failed();
  }

  /// Whether the nodes that are not there yet have so many edges at most; takes them from `room`.
  bool fits(Ref r, uint64_t& room) {
    uint32_t seen = 0;
    if (g_.constant(r) || emitted_.find(own_, r, seen) || counted_.find(own_, r, seen)) return true;
    (void)counted_.put(own_, r, 1);
    uint64_t values = g_.values(g_.level(r));
    layout_ += values * values;
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
    for (uint32_t i = 0; i < value; ++i) {
      if (g_.kid(r, i) == kid) return true;
    }
    return false;
  }

  /// The number of the diagram's node, its kids' before: 0 no, 1 yes, then 2 + the node.
  uint32_t emit(Ref r) {
    uint32_t at = 0;
    if (g_.constant(r)) return r == kYes ? Boxes::kAlways : Boxes::kNever;
    if (arena_.failed() || emitted_.find(own_, r, at)) return at;
    Level level = g_.level(r);
    for (uint32_t i = 0; i < g_.values(level); ++i) (void)emit(g_.kid(r, i));
    BoxNode node;
    node.first = out_.edges_.count;
    for (uint32_t i = 0; i < g_.values(level); ++i) {
      Ref kid = g_.kid(r, i);
      if (kid == kNo || met_before(r, i)) continue;
      if (!out_.edges_.add(arena_, {choice(level, r, kid), emit(kid)})) return 0;
      ++node.count;
    }
    node.to = out_.nodes_.count + 2;
    if (!out_.nodes_.add(arena_, node)) return 0;
    return emitted_.put(own_, r, node.to);
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

  /// Numbers of nodes to registers: one is free again after what reads it last.
  bool assign() {
    uint32_t count = out_.nodes_.count + 2;
    auto* last = own_.array<uint32_t>(count);
    auto* at = own_.array<uint32_t>(count);
    if (own_.failed()) return false;
    for (uint32_t i = 0; i < out_.nodes_.count; ++i) {
      const BoxNode& n = out_.nodes_[i];
      for (uint32_t k = 0; k < n.count; ++k) last[out_.edges_[n.first + k].from] = i;
    }
    // An output is read before the node that follows it is computed: so that one may not stand in its place.
    for (uint32_t i = 0; i < out_.outputs_.count; ++i) {
      const BoxOutput& o = out_.outputs_[i];
      if (last[o.may] + 1 < o.nodes) last[o.may] = o.nodes - 1;
      if (last[o.may_not] + 1 < o.nodes) last[o.may_not] = o.nodes - 1;
    }
    at[1] = 1;
    List<uint32_t> free;
    auto release = [&](uint32_t number, uint32_t node) {
      if (number < 2 || last[number] != node) return true;
      last[number] = UINT32_MAX;
      return free.add(own_, at[number]);
    };
    uint32_t next = 0;  // output
    for (uint32_t i = 0; i < out_.nodes_.count; ++i) {
      BoxNode& n = out_.nodes_[i];
      if (free.count == 0 && !free.add(own_, out_.registers_++)) return false;
      uint32_t number = n.to;
      n.to = at[number] = free[--free.count];
      for (uint32_t k = 0; k < n.count; ++k) {
        uint32_t& from = out_.edges_[n.first + k].from;
        uint32_t was = from;
        from = at[was];
        if (!release(was, i)) return false;
      }
      for (; next < out_.outputs_.count && out_.outputs_[next].nodes <= i + 1; ++next) {
        BoxOutput& o = out_.outputs_[next];
        uint32_t may = o.may;
        uint32_t may_not = o.may_not;
        o.may = at[may];
        o.may_not = at[may_not];
        if (!release(may, i) || !release(may_not, i)) return false;
      }
    }
    return true;
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
  uint64_t layout_ = 0;
};

bool Boxes::build(const Program& program, const Circuit& circuit, Arena& arena) {
  return BoxBuilder(program, circuit, *this, arena).run();
}

}  // namespace gdlrt::batch
