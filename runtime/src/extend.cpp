// What matters by the cases that extend this one: where it is asked whether something is known, and where what constraints
// tell is not found otherwise. See questions.h.
#include "questions.h"
#include "run_limits.h"

namespace gdlrt {

/// Makes cases_, once it is needed.
bool Questions::copy_all() {
  if (copies_.count > 0 || arena_.failed()) return !arena_.failed();
  Partial& partial = findings_.partial();
  cases_.begin();
  cases_.allow(steps_);
  for (Level v = 0; v < g_.variables();) {
    uint32_t f = partial.fact_of(v);
    const FactVariables& vars = partial.variables(f);
    bool asked = vars.known != kNone;  // then all variables of the fact go together
    Level last = asked ? vars.known : v;
    uint64_t values = asked ? values_of(f) : g_.values(v);
    bool small = values <= static_cast<uint64_t>(limits::ask_values);
    if (!small) last = v;
    if (!copy(v, last, small ? values : g_.values(v), partial.linked(v) && small)) return false;
    v = last + 1;
  }
  return !arena_.failed();
}

bool Questions::copy(Level first, Level last, uint64_t values, bool linked) {
  Copy c;
  c.first = first;
  c.last = last;
  c.values = values;
  if (linked) {
    uint32_t fact = findings_.partial().fact_of(first);
    const FactVariables& v = findings_.partial().variables(fact);
    const FactState& s = facts_.facts[fact];
    bool asked = v.known != kNone;
    c.whole_set = first != last && v.element != kNone;
    uint64_t boxes = 1;  // 3 to the number of elements
    for (uint64_t n = values; n > 1; n /= 2) boxes *= 3;
    c.said = arena_.array<Said>(c.whole_set ? boxes + 1 : values * (values + 3) / 2);
    if (c.said == nullptr) return false;
    for (uint64_t a = 0; a < values; ++a) c.said[c.count++] = {a, a, asked};
    for (uint64_t a = 0; a < values && asked; ++a) {
      bool several =
          p_.facts[fact].classes > 0 && s.several != nullptr && mask_test(s.several, v.classes[a]);
      if (several || values == 1) c.said[c.count++] = {a, a, false};
    }
    for (uint64_t a = 0; a < values; ++a) {
      for (uint64_t b = a + 1; b < values; ++b) {
        if (!c.whole_set || (a & ~b) == 0) c.said[c.count++] = {a, b, false};
      }
    }
  }
  c.level = cases_.variable(linked ? c.count : g_.values(first));
  for (Level v = first; v <= last; ++v) {
    if (!copy_of_.add(arena_, copies_.count)) return false;
  }
  return copies_.add(arena_, c);
}

/// The set where the copied variables have the value, and the fact is known or not as said.
Ref Questions::given(Ref set, const Copy& c, const Said& said, uint64_t value) const {
  while (!g_.constant(set) && g_.level(set) <= c.last) {
    Level at = g_.level(set);
    const FactVariables& v = findings_.partial().variables(findings_.partial().fact_of(at));
    uint32_t kid = 0;
    if (at == v.known) {
      kid = said.known ? 1 : 0;
    } else if (at == v.value) {
      kid = static_cast<uint32_t>(value);
    } else {
      kid = static_cast<uint32_t>(value >> (at - c.first) & 1u);
    }
    set = g_.kid(set, kid);
  }
  return set;
}

/// The cases that have a patient of the set.
Ref Questions::some(Ref set) {
  if (g_.constant(set)) return set;
  Ref out = kOpen;
  if (some_.find(arena_, set, out)) return out;
  if (!cases_.step()) return kOpen;
  Level at = g_.level(set);
  const Copy copy = copies_[copy_of_[at]];
  uint32_t mark = cases_.mark();
  if (copy.said != nullptr) {
    for (uint32_t i = 0; i < copy.count; ++i) {
      const Said& said = copy.said[i];
      if (i >= copy.values && !copy.open) {
        cases_.push(kNo);
        continue;
      }
      Ref kid = some(given(set, copy, said, said.first));
      // The other values; of a whole set, its larger ones element by element.
      for (uint64_t value = said.first; value != said.second;) {
        uint64_t larger = (((value | ~said.second) + 1) & said.second) | said.first;
        value = copy.whole_set ? larger : said.second;
        kid = cases_.either(kid, some(given(set, copy, said, value)));
      }
      cases_.push(kid);
    }
  } else {
    for (uint32_t i = 0; i < g_.values(at); ++i) cases_.push(some(g_.kid(set, i)));
  }
  return some_.put(arena_, set, cases_.finish(copy.level, mark));
}

/// Some case where what the copy stands for is open is answered differently once it is learnt: `in` and `out` are the
/// cases that have a patient in the set, and one outside.
bool Questions::changes(const Copy& t, Ref in, Ref out) {
  // What is learnt may be known too, which brings what was not there; else there is nothing new.
  bool asked = t.said[0].known;
  for (uint32_t v = 0; v < t.values; ++v) {
    Ref in_then = cases_.cofactor(in, t.level, v);
    Ref out_then = cases_.cofactor(out, t.level, v);
    Ref none_in = cases_.minus(out_then, in_then);
    Ref none_out = cases_.minus(in_then, out_then);
    if (none_in == kNo && none_out == kNo && !asked) continue;
    for (uint32_t i = t.values; i < t.count; ++i) {
      if (!cases_.work(8)) return true;
      const Said& before = t.said[i];
      if (!before.allows(v, t.whole_set)) continue;
      Ref in_before = cases_.cofactor(in, t.level, i);
      Ref out_before = cases_.cofactor(out, t.level, i);
      if (cases_.common(none_in, in_before) != kNo || cases_.common(none_out, out_before) != kNo ||
          (asked && (cases_.common(in_then, Diagram::negate(in_before)) != kNo ||
                     cases_.common(out_then, Diagram::negate(out_before)) != kNo))) {
        return true;
      }
    }
  }
  return false;
}

/// The same for what the copy stands for when only it is open.
bool Questions::changes_alone(const Copy& c, Ref in, Ref out) {
  for (uint32_t v = 0; v < c.values; ++v) {
    Ref in_v = cases_.cofactor(in, c.level, v);
    Ref out_v = cases_.cofactor(out, c.level, v);
    Ref none_in = cases_.minus(out_v, in_v);
    Ref none_out = cases_.minus(in_v, out_v);
    if (none_in == kNo && none_out == kNo) continue;
    for (uint32_t u = 0; u < c.values; ++u) {
      if (u == v) continue;
      if (!cases_.work(8)) return true;
      if (cases_.common(none_in, cases_.cofactor(in, c.level, u)) == kYes ||
          cases_.common(none_out, cases_.cofactor(out, c.level, u)) == kYes) {
        return true;
      }
    }
  }
  return false;
}

void Questions::open_copies(const Marked& m, bool tied) {
  Partial& partial = findings_.partial();
  ask_variables(m.simple);
  for (uint32_t i = 0; i < copies_.count; ++i) {
    Copy& c = copies_[i];
    Level known = partial.variables(partial.fact_of(c.first)).known;
    c.open = (known != kNone && asks_[known] != 0) ||
             (tied && m.touched[partial.group_of(c.first)] != 0);
  }
  some_.clear();
}

/// `direct` for a set that asks whether something is known; false if that is too much work.
bool Questions::mark_known(Marked& m) {
  Partial& partial = findings_.partial();
  if (!copy_all()) return false;
  uint64_t refusals = cases_.refusals();
  open_copies(m, false);
  for (const Copy& c : View<Copy>{copies_.data, copies_.count}) {
    Level known = partial.variables(partial.fact_of(c.first)).known;
    if (known != kNone && asks_[known] != 0 && c.said == nullptr) return false;
  }
  Ref in = some(m.in);
  Ref out = some(m.out);
  if (in == kOpen || out == kOpen) return false;
  auto* asks = arena_.array<uint8_t>(cases_.variables() + size_t{1});
  if (asks == nullptr) return false;
  cases_.support(in, asks);
  cases_.support(out, asks);
  look_for(nullptr);
  for (const Copy& c : View<Copy>{copies_.data, copies_.count}) {
    uint32_t f = partial.fact_of(c.first);
    if (asks[c.level] == 0 || m.facts[f] != 0) continue;
    bool mine = false;  // what only a constraint asks about is none of the set's facts
    for (Level v = c.first; v <= c.last; ++v) mine = mine || asks_[v] != 0;
    if (!mine) continue;
    if (c.said == nullptr) m.facts[f] = 1;
    if (c.said != nullptr) look_for(&c);
  }
  find_changes(in, out, m.facts);
  return cases_.refusals() == refusals;
}

/// The copy is one that find_changes() is to look for; null: none is yet.
void Questions::look_for(const Copy* c) {
  if (c == nullptr) {
    for (uint32_t i = 0; i < copies_.count; ++i) copies_[i].wanted = false;
    copies_wanted_ = 0;
    return;
  }
  copies_[c->level].wanted = true;
  copies_wanted_ |= Diagram::bit(c->level);
}

/// Marks the facts of the copies looked for that change something: all in one walk.
void Questions::find_changes(Ref in, Ref out, uint8_t* facts) {
  cases_.each_pair(in, out, copies_wanted_, [&](Level at, Ref a, Ref b) {
    Copy& c = copies_[at];
    if (!c.wanted) return;
    uint8_t& found = facts[findings_.partial().fact_of(c.first)];
    if (found == 0 && !(c.open ? changes(c, a, b) : changes_alone(c, a, b))) return;
    found = 1;
    c.wanted = false;
    if (Diagram::exact(Diagram::bit(at))) copies_wanted_ &= ~Diagram::bit(at);
  });
}

/// The same by every case that there may be; false if that is too much work.
bool Questions::mark_every_case(const Marked& m, uint8_t* facts) {
  if (!list_pending(m, facts, false)) return true;
  Partial& partial = findings_.partial();
  if (!copy_all()) return false;
  uint64_t refusals = cases_.refusals();
  open_copies(m, true);
  for (const Copy& c : View<Copy>{copies_.data, copies_.count}) {
    if (m.touched[partial.group_of(c.first)] != 0 && c.said == nullptr) return false;
  }
  Ref in = some(m.in);
  Ref out = some(m.out);
  if (in == kOpen || out == kOpen) return false;
  look_for(nullptr);
  for (uint32_t i = 0; i < pending_.count; ++i) {
    const Copy& c = copies_[copy_of_[pending_[i]]];
    if (pending_[i] == c.first) look_for(&c);
  }
  find_changes(in, out, facts);
  return cases_.refusals() == refusals;
}

}  // namespace gdlrt
