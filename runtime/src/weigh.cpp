// What to ask for, best first: how much each fact that matters settles. See questions.h.
#include "questions.h"
#include "run_limits.h"

namespace gdlrt {

/// Counts the values of the fact that settle the set: with them nobody is left in it, or nobody outside. The values of
/// a set are those of its open elements together; many are weighed element by element. `known`: the set asks whether
/// something is known.
void Questions::values_that_settle(Question& q, Sides& sides, bool known) {
  const FactVariables& v = findings_.partial().variables(q.fact);
  uint64_t values = values_of(q.fact);
  bool by_element = values > static_cast<uint64_t>(limits::ask_values) && v.element != kNone;
  if (v.element != kNone && !by_element) {
    Level last = v.known != kNone ? v.known : v.element + popcount(v.elements) - 1;
    settle_together(q, sides, v.element, last, values);
    return;
  }
  if (v.known != kNone && known) {
    settle_together(q, sides, v.value != kNone ? v.value : v.known, v.known, values);
    return;
  }
  Level first = by_element ? v.element : v.value;
  if (first == kNone) return;  // of one value, and nobody asks whether it is known
  for (uint32_t e = 0; e < (by_element ? popcount(v.elements) : 1); ++e)
    settle_alone(q, sides, first + e);
}

void Questions::count(Question& q, uint64_t there, uint64_t some_in, uint64_t some_out) {
  q.of += popcount(there & (some_in | some_out));
  q.settled += popcount(there & (some_in ^ some_out));
}

/// By variable and value: whether some of the set has it (Diagram::meets_each). Null if memory ran out. Where that takes few
/// words, of each part of the diagram by itself: sets have many parts in common. Of a variable that a part does not ask
/// about, one above it too, all values are met.
const uint64_t* Questions::values_met(Ref set) {
  if (set == kYes || set == kOpen) return all_;
  const uint64_t* out = nullptr;
  if (values_.find(arena_, set, out)) return arena_.failed() ? nullptr : out;
  uint32_t words = mask_words(g_.values_above(g_.variables()));
  auto* marks = arena_.array<uint64_t>(words + size_t{1});
  if (marks == nullptr) return nullptr;
  if (set == kNo) return marks;
  if (words > kFewWords) {
    g_.meets_each(set, marks);
    return values_.put(arena_, set, marks);
  }
  uint64_t refusals = g_.refusals();
  Level level = g_.level(set);
  if (!g_.work(g_.values(level))) return all_;
  uint32_t first = g_.values_above(level);
  for (uint32_t i = 0; i < g_.values(level); ++i) {
    Ref kid = g_.kid(set, i);
    if (kid == kNo) continue;
    const uint64_t* below = values_met(kid);
    if (below == nullptr) return nullptr;
    for (uint32_t w = 0; w < words; ++w) marks[w] |= below[w];
  }
  for (uint32_t i = 0; i < g_.values(level); ++i) {
    if (g_.kid(set, i) != kNo) continue;
    marks[(first + i) / 64] &= ~(uint64_t{1} << ((first + i) % 64));
  }
  // What may be too much is told again.
  return g_.refusals() == refusals ? values_.put(arena_, set, marks) : marks;
}

/// The values of one variable.
void Questions::settle_alone(Question& q, Sides& sides, Level v) {
  if (sides.met_in == nullptr) {
    sides.met_in = values_met(sides.in);
    sides.met_out = values_met(sides.out);
  }
  const uint64_t* there = values_met(findings_.partial().possible_in_group(v));
  if (arena_.failed()) return;
  uint32_t last = g_.values_above(v + 1);
  for (uint32_t i = g_.values_above(v); i < last; i = (i | 63) + 1) {
    uint64_t mine = ~uint64_t{0} << (i & 63);
    if ((i | 63) >= last) mine &= (uint64_t{1} << (last & 63)) - 1;
    count(q, there[i / 64] & mine, sides.met_in[i / 64], sides.met_out[i / 64]);
  }
}

/// Of 64 values of a fact's variables together, those that some of the set have; all if it is not known.
uint64_t Questions::values_together(Ref set, const Together& t) {
  if (set == kNo) return 0;
  if (!g_.may_ask(set, t.asked)) return ~uint64_t{0};
  uint64_t out = 0;
  if (together_.find(arena_, set, out)) return out;
  Level at = g_.level(set);
  if (at > t.last || !g_.work(g_.values(at))) return ~uint64_t{0};
  // The values that have the element 0 to 5 of a set: there are no more (limits::ask_values).
  static constexpr uint64_t kHave[] = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc, 0xf0f0f0f0f0f0f0f0,
                                       0xff00ff00ff00ff00, 0xffff0000ffff0000, 0xffffffff00000000};
  for (uint32_t i = 0; i < g_.values(at) && out != ~uint64_t{0}; ++i) {
    uint64_t mine = ~uint64_t{0};
    if (at < t.first) {
    } else if (at == t.v.known) {  // what is learnt is known
      mine = i == 1 ? mine : 0;
    } else if (at == t.v.value) {
      mine = i >= t.from && i - t.from < 64 ? uint64_t{1} << (i - t.from) : 0;
    } else {
      mine = i == 1 ? kHave[at - t.first] : ~kHave[at - t.first];
    }
    if (mine != 0) out |= mine & values_together(g_.kid(set, i), t);
  }
  return together_.put(arena_, set, out);
}

/// The values of the variables of a fact together.
void Questions::settle_together(Question& q, const Sides& sides, Level first, Level last,
                                uint64_t values) {
  Partial& partial = findings_.partial();
  for (uint64_t from = 0; from < values; from += 64) {
    if (values > 64) together_.clear();
    Together t{partial.variables(q.fact), first, last, from, 0};
    for (Level at = first; at <= last; ++at) t.asked |= Diagram::bit(at);
    uint64_t there = values_together(partial.possible_in_group(first), t);
    uint64_t some_in = values_together(sides.in, t);
    uint64_t some_out = values_together(sides.out, t);
    uint64_t left = values - from;
    count(q, left < 64 ? there & ((uint64_t{1} << left) - 1) : there, some_in, some_out);
  }
}

/// Lists in open_ the sets of the decision's offers that are open, each once: many offers have the same.
bool Questions::list_open(uint32_t decision) {
  open_.count = 0;
  uint32_t unknown = kNone;  // of what is not known: its place
  ++round_;
  for (const Offer& o : findings_.offers().of(decision)) {
    if (o.status != Status::possible && o.status != Status::undecided) continue;
    Marked* m = g_.constant(o.when) ? nullptr : direct(o.when);
    if (arena_.failed()) return false;
    uint32_t& place = m != nullptr ? m->place : unknown;
    if (m != nullptr ? m->round == round_ : unknown != kNone) {
      ++open_[place].offers;
      continue;
    }
    Open it;
    if (m != nullptr) it = {{m->in, m->out}, m->known, m->known, 1}, m->round = round_;
    place = open_.count;
    if (!open_.add(arena_, it)) return false;
  }
  return true;
}

/// How much of the decision the fact settles: of all its values and all offers that are open, how many pairs.
void Questions::weigh(Question& q) {
  Partial& partial = findings_.partial();
  Level own = partial.variables(q.fact).known;
  together_.clear();
  for (uint32_t k = 0; k < open_.count; ++k) {
    Open& o = open_[k];
    Sides sides;
    bool enough = g_.work(g_.variables());
    // Of the others is known what the case knows.
    if (o.asks && enough) {
      sides = {o.sides.in, o.sides.out};
      for (Level v = 0; v < g_.variables(); ++v) {
        if (v == own || partial.variables(partial.fact_of(v)).known != v) continue;
        sides.in = g_.cofactor(sides.in, v, 0);
        sides.out = g_.cofactor(sides.out, v, 0);
      }
    }
    Question one;
    one.fact = q.fact;
    values_that_settle(one, o.asks || !enough ? sides : o.sides, o.known || !enough);
    q.settled += o.offers * one.settled;
    q.of += o.offers * one.of;
  }
}

View<Question> Questions::ask(uint32_t decision) {
  auto* facts = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (facts == nullptr) return {};
  uint64_t refusals = g_.refusals();
  mark(decision, facts);
  List<Question> out;
  if (!list_open(decision)) return {};
  for (uint32_t f : listed(facts)) {
    Question q;
    q.fact = f;
    weigh(q);
    // Insertion keeps ties in the order of declaration.
    if (!out.add(arena_, q)) return {};
    for (uint32_t i = out.count - 1; i > 0; --i) {
      const Question& before = out[i - 1];
      bool better = out[i].settled * (before.of == 0 ? 1 : before.of) >
                    before.settled * (out[i].of == 0 ? 1 : out[i].of);
      if (!better) break;
      Question swap = out[i];
      out[i] = out[i - 1];
      out[i - 1] = swap;
    }
  }
  approximate_ = approximate_ || g_.refusals() != refusals;
  return {out.data, out.count};
}

}  // namespace gdlrt
