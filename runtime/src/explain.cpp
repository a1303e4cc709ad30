// Why, and what would change it: see explain.h.
#include "explain.h"

#include "run_limits.h"

namespace gdlrt {

bool Explain::begin(uint64_t steps) {
  blank_.facts = arena_.array<FactState>(p_.facts.count + size_t{1});
  if (blank_.facts == nullptr) return false;
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    const FactRow& row = p_.facts[f];
    FactState& s = blank_.facts[f];
    s = FactState{};
    if (row.classes == 0) {
      s.open = all_elements(row);
      continue;
    }
    s.allowed = arena_.array<uint64_t>(mask_words(row.classes));
    if (s.allowed == nullptr) return false;
    for (uint32_t i = 0; i < row.classes; ++i) mask_set(s.allowed, i);
  }
  if (!all_.run(steps) || !offers_.collect()) return false;
  asks_ = arena_.array<uint8_t>(all_.sets().variables() + size_t{1});
  facts_asked_ = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  taken_ = arena_.array<uint64_t*>(all_.sets().variables() + size_t{1});
  for (uint64_t i = 0; i <= static_cast<uint64_t>(limits::changes); ++i) {
    auto* facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
    if (facts == nullptr || !found_.add(arena_, facts)) return false;
  }
  return !arena_.failed();
}

Ref Explain::rule_in_force(uint32_t rule) {
  const RuleRow& row = p_.rules[rule];
  Ref out = kNo;
  for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    out = all_.sets().either(out, all_.in_force(k));
  }
  return out;
}

/// The value of a variable is not what the case, or the default put in, says of its fact.
bool Explain::differs(Level v, uint32_t value) const {
  uint32_t f = all_.fact_of(v);
  const FactVariables& vars = all_.variables(f);
  const FactState& s = facts_.facts[f];
  if (v == vars.known) return (value == 1) != s.known;
  if (v == vars.value) return !mask_test(s.allowed, vars.classes[value]);
  uint32_t element = v - vars.element;  // of a blank case, all elements have a variable
  if ((s.open >> element & 1u) != 0) return false;
  return (s.present >> element & 1u) != value;
}

/// The fact has its default.
Ref Explain::as_default(uint32_t fact) {
  Diagram& g = all_.sets();
  const FactVariables& v = all_.variables(fact);
  if (v.beyond) return kOpen;
  const FactRow& row = p_.facts[fact];
  Ref out = kYes;
  if (v.value != kNone) {
    out = g.literal(v.value, [&](uint32_t x) { return v.classes[x] == row.default_class; });
  }
  uint64_t in = default_elements(row);
  for (uint32_t e = 0; e < popcount(v.elements); ++e) {
    out = g.both(out, g.literal(v.element + e, [&](uint32_t x) { return x == (in >> e & 1u); }));
  }
  return out;
}

/// Whoever agrees with what the case says of the fact.
Ref Explain::as_case(uint32_t fact) {
  Diagram& g = all_.sets();
  const FactVariables& v = all_.variables(fact);
  if (v.beyond) return kOpen;
  Ref out = kYes;
  auto add = [&](Level at) {
    out = g.both(out, g.literal(at, [&](uint32_t x) { return !differs(at, x); }));
  };
  if (v.value != kNone) add(v.value);
  for (uint32_t e = 0; e < popcount(v.elements); ++e) add(v.element + e);
  if (v.known != kNone) add(v.known);
  return out;
}

// -- because -----------------------------------------------------------------------------------------

/// Whoever agrees with what the case says of the fact: of one that it does not give, that it is not known.
Ref Explain::said(uint32_t fact) {
  if (facts_.facts[fact].given) return as_case(fact);
  Level known = all_.variables(fact).known;
  if (known == kNone) return kYes;
  return all_.sets().literal(known, [&](uint32_t x) { return !differs(known, x); });
}

/// Whoever agrees with the part (of asked_) and with what is assumed is in the set; a fact that is not in the part may have
/// any value, and be known or not.
bool Explain::forced(Ref set, Ref assumed, uint64_t part) {
  Diagram& g = all_.sets();
  Ref out = g.minus(assumed, set);
  for (uint32_t i = 0; i < asked_.count && out != kNo; ++i) {
    if ((part >> i & 1u) != 0) out = g.both(out, said(asked_[i]));
  }
  if (out == kNo) return true;
  if (out != kOpen) (void)told_.add(arena_, outsider(out));
  return false;
}

/// In which facts of asked_ some patient of the set differs from the case.
uint64_t Explain::outsider(Ref set) {
  Diagram& g = all_.sets();
  uint64_t out = 0;
  while (!g.constant(set)) {
    Level v = g.level(set);
    // The first value that goes on; one as in the case if there is such a one.
    uint32_t pick = kNone;
    for (uint32_t i = 0; i < g.values(v); ++i) {
      if (g.kid(set, i) == kNo) continue;
      if (pick == kNone || (differs(v, pick) && !differs(v, i))) pick = i;
    }
    if (differs(v, pick)) {
      for (uint32_t i = 0; i < asked_.count; ++i) {
        if (asked_[i] == all_.fact_of(v)) out |= uint64_t{1} << i;
      }
    }
    set = g.kid(set, pick);
  }
  return out;
}

/// A smallest part that forces the set; false if the search was cut short.
bool Explain::smallest_part(Ref set, Ref given, uint64_t all, uint64_t& part) {
  Diagram& g = all_.sets();
  uint64_t tried = 0;
  for (uint32_t size = 0; size <= asked_.count; ++size) {
    // The parts of this size in ascending order (Gosper).
    part = size == 0 ? 0 : size == 64 ? ~uint64_t{0} : (uint64_t{1} << size) - 1;
    while (part <= all) {
      if (++tried > static_cast<uint64_t>(limits::explain_parts)) return false;
      uint32_t hit = 0;
      while (hit < told_.count && (part & told_[hit]) != 0) ++hit;
      if (!g.work(hit + 1)) return false;
      if (hit == told_.count && forced(set, given, part)) return true;
      uint64_t low = part & (~part + 1);
      uint64_t next = part + low;
      if (next <= part) break;  // the last one, or the empty part
      part = (((next ^ part) >> 2) / low) | next;
    }
  }
  return false;
}

bool Explain::because(Ref set, bool assumed, List<uint32_t>& out, bool& smallest) {
  Diagram& g = all_.sets();
  smallest = false;
  if (set == kOpen) return false;
  Ref given = kYes;
  if (assumed) {
    given = all_.possible_for(set);
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      if (facts_.facts[f].defaulted) given = g.both(given, as_default(f));
    }
  }
  // The facts that play a part: those that the set, or what is given, asks about.
  asked_.count = 0;
  told_.count = 0;
  memset(asks_, 0, g.variables());
  memset(facts_asked_, 0, p_.facts.count);
  g.support(set, asks_);
  g.support(given, asks_);
  for (Level v = 0; v < g.variables(); ++v) {
    if (asks_[v] != 0) facts_asked_[all_.fact_of(v)] = 1;
  }
  // That a fact is not known is said as well, where that is asked; of parts of one size those come first that do not need it.
  for (int pass = 0; pass < 2; ++pass) {
    const bool given_in_case = pass == 0;
    for (uint32_t f = 0; f < p_.facts.count; ++f) {
      if (facts_asked_[f] == 0 || facts_.facts[f].given != given_in_case) continue;
      Level known = all_.variables(f).known;
      if (!given_in_case && (known == kNone || asks_[known] == 0)) continue;
      if (!given_in_case && assumed &&
          facts_.facts[f].defaulted) {  // it is put in because the fact is not known
        given = g.both(given, said(f));
        continue;
      }
      if (!asked_.add(arena_, f)) return false;
    }
  }
  if (asked_.count > 64) return false;
  uint64_t all = asked_.count == 64 ? ~uint64_t{0} : (uint64_t{1} << asked_.count) - 1;
  if (!forced(set, given, all)) return false;
  uint64_t part = 0;
  smallest = smallest_part(set, given, all, part);
  if (!smallest) {  // leave out what can be left out, one by one
    part = all;
    for (uint32_t i = 0; i < asked_.count; ++i) {
      if (forced(set, given, part & ~(uint64_t{1} << i))) part &= ~(uint64_t{1} << i);
    }
  }
  for (uint32_t i = 0; i < asked_.count; ++i) {
    if ((part >> i & 1u) != 0 && !out.add(arena_, asked_[i])) return false;
  }
  return true;
}

// -- would need --------------------------------------------------------------------------------------

/// In how many facts a patient of the set differs from the case, at least; `paid`: the fact at its top is counted.
uint32_t Explain::distance(Ref set, bool paid) {
  constexpr uint32_t kFar = 0xffff;
  if (set == kNo) return kFar;
  if (set == kYes) return 0;
  Diagram& g = all_.sets();
  Memo<uint32_t>& known = distance_[paid ? 1 : 0];
  uint32_t best = kFar;
  if (known.find(arena_, set, best)) return best;
  Level v = g.level(set);
  if (!g.work(g.values(v))) return kFar;
  best = kFar;
  for (uint32_t i = 0; i < g.values(v); ++i) {
    Ref kid = g.kid(set, i);
    uint32_t step = differs(v, i) && !paid ? 1 : 0;
    bool same = !g.constant(kid) && all_.fact_of(g.level(kid)) == all_.fact_of(v);
    uint32_t rest = distance(kid, same && (paid || step == 1));
    if (rest + step < best) best = rest + step;
  }
  return known.put(arena_, set, best);
}

/// Collects in found_ the sets of facts of shortest paths.
void Explain::paths(Ref set, bool paid, uint32_t left) {
  Diagram& g = all_.sets();
  if (more_ || !g.step()) {
    more_ = true;
    return;
  }
  if (set == kYes) {
    if (!g.work(uint64_t{p_.facts.count} * 2)) more_ = true;
    uint8_t* facts = found_[found_count_];  // there is room for one more than are kept
    memset(facts, 0, p_.facts.count);
    for (uint32_t i = 0; i < path_.count; ++i) facts[path_[i]] = 1;
    for (uint32_t i = 0; i < found_count_; ++i) {
      if (memcmp(found_[i], facts, p_.facts.count) == 0) return;
    }
    if (found_count_ == static_cast<uint64_t>(limits::changes)) {
      more_ = true;
    } else {
      ++found_count_;
    }
    return;
  }
  Level v = g.level(set);
  if (!g.work(g.values(v))) more_ = true;
  for (uint32_t i = 0; i < g.values(v); ++i) {
    Ref kid = g.kid(set, i);
    uint32_t step = differs(v, i) && !paid ? 1 : 0;
    bool same = !g.constant(kid) && all_.fact_of(g.level(kid)) == all_.fact_of(v);
    bool after = same && (paid || step == 1);
    if (step > left || distance(kid, after) != left - step) continue;
    if (step == 1 && !path_.add(arena_, all_.fact_of(v))) return;
    paths(kid, after, left - step);
    if (step == 1) --path_.count;
  }
}

/// The set seen from the marked facts alone: the others may be anything.
Ref Explain::onto(Ref set, const uint8_t* facts) {
  Diagram& g = all_.sets();
  if (g.constant(set)) return set;
  Memo<uint32_t>& known = distance_[0];  // free by now: what it gave
  Ref out = kOpen;
  if (known.find(arena_, set, out)) return out;
  Level v = g.level(set);
  if (!g.work(g.values(v))) return kOpen;
  out = kNo;
  if (facts[all_.fact_of(v)] == 0) {
    for (uint32_t i = 0; i < g.values(v) && out != kYes; ++i) {
      out = g.either(out, onto(g.kid(set, i), facts));
    }
  } else {
    uint32_t mark = g.mark();
    for (uint32_t i = 0; i < g.values(v); ++i) g.push(onto(g.kid(set, i), facts));
    out = g.finish(v, mark);
  }
  return known.put(arena_, set, out);
}

/// What the facts may be so that the set is reached, the others as the case has them: the values of some patient,
/// widened one by one as long as all combinations do. `everyone`: the set, impossible patients included.
bool Explain::change(Ref everyone, Ref set, const uint8_t* facts, Change& out) {
  Diagram& g = all_.sets();
  Ref rest = kYes;
  for (uint32_t f = p_.facts.count; f-- > 0;) {
    if (facts[f] == 0) rest = g.both(rest, as_case(f));
  }
  Ref possible = all_.possible_for(set, rest);
  Ref reached = g.both(g.both(set, possible), rest);
  Ref missed = g.minus(g.both(possible, rest), set);
  if (reached == kOpen || missed == kOpen) return false;
  distance_[0].clear();
  Ref some = onto(reached, facts);
  distance_[0].clear();
  Ref all = g.minus(some, onto(missed, facts));
  Ref target = all != kNo && all != kOpen ? all : some;
  if (target == kOpen || target == kNo) return false;
  bool forced = target == all;
  // By variable: which of its values are taken; at first those of one patient.
  uint64_t** taken = taken_;
  memset(taken, 0, g.variables() * sizeof *taken);
  Ref at = target;
  for (Level v = 0; v < g.variables(); ++v) {
    if (facts[all_.fact_of(v)] == 0) continue;
    taken[v] = arena_.array<uint64_t>(mask_words(g.values(v)));
    if (taken[v] == nullptr) return false;
    uint32_t pick = kNone;
    bool asks = !g.constant(at) && g.level(at) == v;
    for (uint32_t i = 0; i < g.values(v); ++i) {
      if (asks && g.kid(at, i) == kNo) continue;
      if (pick == kNone || (differs(v, pick) && !differs(v, i))) pick = i;
    }
    mask_set(taken[v], pick);
    if (asks) at = g.kid(at, pick);
  }
  auto literal = [&](Level v) {
    return g.literal(v, [&](uint32_t x) { return mask_test(taken[v], x); });
  };
  for (Level v = 0; v < g.variables(); ++v) {
    if (taken[v] == nullptr) continue;
    Ref others = kYes;
    for (Level w = g.variables(); w-- > 0;) {
      if (w != v && taken[w] != nullptr) others = g.both(others, literal(w));
    }
    for (uint32_t i = 0; i < g.values(v); ++i) {
      if (mask_test(taken[v], i) || !g.work(g.values(v))) continue;
      Ref with = g.both(others, g.literal(v, [&](uint32_t x) { return x == i; }));
      if (g.minus(with, target) == kNo) mask_set(taken[v], i);
    }
  }
  // A default that the case has no room for may come back.
  Ref changed = kYes;
  for (Level v = g.variables(); v-- > 0;) {
    if (taken[v] != nullptr) changed = g.both(changed, literal(v));
  }
  out.others = g.minus(target, changed) != kNo;
  Ref patients = g.both(g.both(possible, rest), changed);
  bool again = false;
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    const FactState& s = facts_.facts[f];
    if (facts[f] != 0 || s.given || s.defaulted || (p_.facts[f].flags & kHasDefault) == 0) continue;
    Ref with = g.both(patients, as_default(f));
    if (with == kNo) continue;
    patients = with;
    again = true;
  }
  if (patients == kOpen || (again && g.both(patients, set) == kNo)) return false;
  if (again) forced = g.minus(patients, set) == kNo;
  if (forced) {
    // Without constraints and defaults, as for what the case itself makes certain (offers.h).
    Ref any = changed;
    for (uint32_t f = p_.facts.count; f-- > 0;) {
      if (facts[f] == 0) any = g.both(any, said(f));
    }
    out.status = g.minus(any, everyone) == kNo ? Status::certain : Status::assumed;
  }
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    if (facts[f] == 0) continue;
    const FactVariables& vars = all_.variables(f);
    Change::Fact c;
    c.fact = f;
    if (p_.facts[f].classes > 0) {
      c.now.allowed = arena_.array<uint64_t>(mask_words(p_.facts[f].classes));
      if (c.now.allowed == nullptr) return false;
      for (uint32_t i = 0; i < vars.count; ++i) {
        if (vars.value != kNone && !mask_test(taken[vars.value], i)) continue;
        mask_set(c.now.allowed, vars.classes[i]);
      }
    }
    for (uint32_t e = 0; e < popcount(vars.elements); ++e) {
      uint64_t values = taken[vars.element + e][0];
      if (values == 3) c.now.open |= uint64_t{1} << e;
      if (values == 2) c.now.present |= uint64_t{1} << e;
    }
    if (vars.known != kNone) {
      c.known_matters = taken[vars.known][0] != 3;
      c.now.known = taken[vars.known][0] == 2;
    }
    if (!out.facts.add(arena_, c)) return false;
  }
  return true;
}

View<Change> Explain::would_need(Ref set, bool& more) {
  Diagram& g = all_.sets();
  more = false;
  const Ref everyone = set;
  set = g.both(set, all_.possible_for(set));
  if (set == kOpen) more = true;
  if (set == kOpen || set == kNo) return {};
  distance_[0].clear();
  distance_[1].clear();
  path_.count = 0;
  found_count_ = 0;
  more_ = false;
  paths(set, false, distance(set, false));
  more = more_;
  List<Change> out;
  for (uint32_t i = 0; i < found_count_; ++i) {
    Change c;
    if (!change(everyone, set, found_[i], c)) {
      more = true;
    } else if (!out.add(arena_, c)) {
      return {};
    }
    more = more || c.others;
  }
  return {out.data, out.count};
}

}  // namespace gdlrt
