// Small programs in words, how a patient is evaluated: see compact.h.
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "record.h"
#include "run_limits.h"

// What one patient goes through is one function.
#if defined(__GNUC__)
#define GDLRT_INLINE __attribute__((always_inline)) inline
#else
#define GDLRT_INLINE inline
#endif

namespace gdlrt {

namespace {

constexpr uint32_t kLinear = 8;

}  // namespace

/// The bits of the four thresholds, which ascend, that the value has reached.
static inline uint32_t reached_of(double v, const double reached[4]) {
#if defined(__SSE2__)
  __m128d x = _mm_set1_pd(v);
  __m128 low = _mm_castpd_ps(_mm_cmpge_pd(x, _mm_loadu_pd(reached)));
  __m128 high = _mm_castpd_ps(_mm_cmpge_pd(x, _mm_loadu_pd(reached + 2)));
  // Half of each says it.
  return static_cast<uint32_t>(_mm_movemask_ps(_mm_shuffle_ps(low, high, _MM_SHUFFLE(2, 0, 2, 0))));
#else
  uint32_t out = 0;
  for (uint32_t i = 0; i < 4; ++i) out |= (v >= reached[i] ? 1u : 0u) << i;
  return out;
#endif
}

/// What few programs have, apart from what all have: not 0 if a value is none of its fact.
template <uint32_t kWords>
uint64_t Compact::look_up_rare(const uint8_t* record, uint64_t* acc) const {
  auto meet = [acc](const uint64_t* row) {
    for (uint32_t w = 0; w < kWords; ++w) acc[w] &= row[w];
  };
  uint64_t beyond = 0;
  for (const Small *s = small_.data, *end = s + small_.count; s != end; ++s) {
    uint32_t i = 0;
    memcpy(&i, record + s->offset, s->size);
    i -= s->lo;
    beyond |= (uint64_t{s->last} - i) >> 63;
    meet(s->table + size_t{i > s->last ? s->last : i} * kWords);
  }
  for (const Real *s = reals_.data, *end = s + reals_.count; s != end; ++s) {
    double v = 0;
    memcpy(&v, record + s->offset, sizeof v);
    beyond |= v >= s->lo && v <= s->hi ? 0 : 1;
    uint32_t i = 0;
    if (s->count <= kLinear) {
      for (uint32_t k = 0; k < s->count; ++k) i += v >= s->begins[k] ? 1 : 0;
    } else {
      for (uint32_t n = s->count; n > 0;) {
        uint32_t half = n / 2;
        bool past = v >= s->begins[i + half];
        i = past ? i + half + 1 : i;
        n = past ? n - half - 1 : half;
      }
    }
    meet(s->table + size_t{i} * kWords);
  }
  for (const Wide *s = wide_.data, *end = s + wide_.count; s != end; ++s) {
    int64_t v = 0;
    int32_t word = 0;
    if (s->reading != nullptr && s->reading->raw == GDLRT_RAW_I32) {
      memcpy(&word, record + s->offset, sizeof word);
      v = word;
    } else {
      memcpy(&v, record + s->offset, sizeof v);
    }
    uint64_t i = static_cast<uint64_t>(v) - static_cast<uint64_t>(s->lo);
    bool past = i > s->last;
    beyond |= past ? 1 : 0;
    if (past) {
      i = 0;
    } else if (s->reading != nullptr) {
      i = s->reading->class_of(v);
    }
    meet(s->table + i * kWords);
  }
  return beyond;
}

/// Looks all values up; false if one is none of its fact.
template <uint32_t kWords>
GDLRT_INLINE bool Compact::look_up(const uint8_t* record, uint64_t* acc) const {
  for (uint32_t w = 0; w < kWords; ++w) acc[w] = begin_[w];
  auto meet = [acc](const uint64_t* row) {
    for (uint32_t w = 0; w < kWords; ++w) acc[w] &= row[w];
  };
  // A value beyond the last is looked up as the last: what comes of it is thrown away.
  uint64_t beyond = 0;
  for (const Group& g : groups_) {
    uint64_t v = 0;
    memcpy(&v, record + g.offset, sizeof v);
    v = (v & g.bytes) - g.least;
    beyond |= (v | (v + g.above)) & g.high;
    meet(g.table + (v * g.magic >> 56) * kWords);
  }
  // Of the ends of a double's range it reaches the least, and not the first beyond.
  uint32_t all = 1;
  uint32_t any = 0;
  for (const Short& s : shorts_) {
    double v = 0;
    memcpy(&v, record + s.offset, sizeof v);
    uint32_t reached = reached_of(v, s.reached);
    all &= reached;
    any |= reached;
    meet(s.table + size_t{reached} * kWords);
  }
  beyond |= (all ^ 1u) | (any & 8u);
  for (const Elements& s : sets_) {
    uint64_t v = 0;
    memcpy(&v, record + s.offset, sizeof v);
    beyond |= v & ~s.elements;
    meet(s.table + (v >> s.shift & s.mask) * kWords);
  }
  if (rare_) {
    uint64_t more[kWords];  // so that `acc` needs no place in memory
    for (uint32_t w = 0; w < kWords; ++w) more[w] = acc[w];
    beyond |= look_up_rare<kWords>(record, more);
    for (uint32_t w = 0; w < kWords; ++w) acc[w] = more[w];
  }
  return beyond == 0;
}

template <uint32_t kWords>
GDLRT_INLINE void Compact::fold(uint64_t* acc) const {
  constexpr uint32_t kConditions = kWords == 1 ? 1 : 2;
  uint64_t left[kConditions];
  uint64_t more[kConditions];
  for (uint32_t w = 0; w < kConditions; ++w) {
    left[w] = acc[w];
    more[w] = 0;
  }
  for (const Eight& e : parts_) {
    const uint64_t which = acc[kWords == 1 ? 0 : e.word] >> e.shift & (kChoices - 1);
    const uint64_t* row = e.table + which * (uint64_t{2} * kConditions);
    for (uint32_t w = 0; w < kConditions; ++w) {
      left[w] &= row[w];
      more[w] |= row[kConditions + w];
    }
  }
  for (uint32_t w = 0; w < kConditions; ++w) acc[w] = left[w] | more[w];
}

template <uint32_t kWords>
GDLRT_INLINE Compact::Holds Compact::holds_of(const uint64_t* acc) const {
  return {acc[0] & all_rules_, kWords == 1 ? acc[0] >> rules_ : acc[1]};
}

/// Step 1.
template <uint32_t kWords>
GDLRT_INLINE Compact::Outcome Compact::hold(const uint8_t* record, Holds& holds) const {
  uint32_t unknown = 0;
  for (const NullByte& n : nulls_) unknown |= record[n.offset] & n.mask;
  if (unknown != 0) return Outcome::other;
  uint64_t acc[kWords];
  if (!look_up<kWords>(record, acc)) return Outcome::other;
  fold<kWords>(acc);
  holds = holds_of<kWords>(acc);
  return (holds.others & impossible_) != 0 ? Outcome::impossible : Outcome::done;
}

/// Step 2.
GDLRT_INLINE uint64_t Compact::override(uint64_t stands) const {
  for (const Ends<Eight>& some : overriders_) {
    uint64_t gone = 0;
    for (const Eight& e : some) gone |= e.table[stands >> e.shift & (kChoices - 1)];
    stands &= ~gone;
  }
  return stands;
}

/// The rules of a decision that stand behind the first that answers.
template <uint32_t kSlots>
uint64_t Compact::shadow(uint64_t rules, uint64_t stands, const uint64_t* withdrawn) const {
  uint64_t answer = stands & rules & (fors_ | nones_);
  for (uint64_t left = answer; left != 0; left &= left - 1) {
    auto r = static_cast<uint32_t>(__builtin_ctzll(left));
    uint64_t heard =
        nones_ & bit_at(r);  // `no recommendation`, or directives that are not withdrawn
    for (uint32_t w = 0; w < kSlots; ++w) {
      heard |= slots_of_[r * kSlots + w] & (singles_[w] | guards_[w]) & ~withdrawn[w];
    }
    if (heard == 0) answer &= ~bit_at(r);
  }
  return answer == 0 ? 0 : stands & rules & ~(answer ^ (answer - 1));
}

/// Step 5.
template <uint32_t kSlots>
Compact::Chosen<kSlots> Compact::choose_first(uint64_t stands, const uint64_t* left,
                                              const uint64_t* conflict,
                                              const uint64_t* withdrawn) const {
  uint64_t behind = 0;
  for (uint32_t d = 0; d < first_count_; ++d) {
    behind |= shadow<kSlots>(firsts_[d], stands, withdrawn);
  }
  Chosen<kSlots> out{stands & ~behind, {}, {}, {}};
  uint64_t mine[kSlots] = {};
  for (; behind != 0; behind &= behind - 1) {
    const uint64_t* of =
        slots_of_ + size_t{kSlots} * static_cast<uint32_t>(__builtin_ctzll(behind));
    for (uint32_t w = 0; w < kSlots; ++w) mine[w] |= of[w];
  }
  for (uint32_t w = 0; w < kSlots; ++w) {
    out.left[w] = left[w] & ~mine[w];
    out.conflict[w] = conflict[w] & ~mine[w];
  }
  uint64_t kept = out.kept;
  const uint64_t* part = slots_;
  for (uint32_t i = 0; i < eights_;
       ++i, kept >>= kAtOnce, part += size_t{kChoices} * kOf * kSlots) {
    const uint64_t* s =
        part + (kept & (kChoices - 1)) * (uint64_t{kOf} * kSlots) + size_t{offered} * kSlots;
    for (uint32_t w = 0; w < kSlots; ++w) out.offered[w] |= s[w];
  }
  return out;
}

/// Steps 2 to 5.
template <uint32_t kSlots>
GDLRT_INLINE void Compact::answer(const Holds& holds, uint64_t* out) const {
  const uint64_t applies = holds.rules;
  const uint64_t domain = holds.others & all_decisions_;
  const uint64_t stands = override(applies);
  // 3.
  uint64_t of[kOf * kSlots] = {};
  uint64_t standing = stands;
  constexpr size_t kPart = size_t{kChoices} * kOf * kSlots;
  for (const uint64_t *part = slots_, *end = part + eights_ * kPart; part != end; part += kPart) {
    const uint64_t* s = part + (standing & (kChoices - 1)) * (uint64_t{kOf} * kSlots);
    standing >>= kAtOnce;
    for (uint32_t k = 0; k < kOf * kSlots; ++k) of[k] |= s[k];
  }
  // 4. A directive is its slot, or its guard. All slots of a directive are advised, or none is.
  uint64_t left[kSlots];
  uint64_t conflict[kSlots];
  uint64_t withdrawn[kSlots];
  for (uint32_t w = 0; w < kSlots; ++w) {
    const uint64_t gone = of[advised * kSlots + w] & of[banned * kSlots + w];
    left[w] = of[advised * kSlots + w] & ~of[banned * kSlots + w];
    const uint64_t stays = ~of[yielded * kSlots + w];
    const uint64_t emptied = (gone & singles_[w]) | (guards_of(gone, w) & ~guards_of(left[w], w));
    const uint64_t holding = (stays & singles_[w]) | guards_of(stays, w);  // does not yield
    conflict[w] = emptied & holding;
    withdrawn[w] = emptied & ~holding;
  }
  // 5.
  uint64_t kept = stands;
  if (first_count_ > 0) {
    const Chosen<kSlots> chosen = choose_first<kSlots>(stands, left, conflict, withdrawn);
    kept = chosen.kept;
    for (uint32_t w = 0; w < kSlots; ++w) {
      left[w] = chosen.left[w];
      conflict[w] = chosen.conflict[w];
      of[offered * kSlots + w] = chosen.offered[w];
    }
  }
  uint64_t empty = 0;  // the decision has no answer
  uint64_t some = 0;   // a rule of it applies that advises
  uint64_t conflicts = 0;
  auto any = [](const uint64_t* slots, const Decision& d) {
    uint64_t mine = 0;
    for (uint32_t w = 0; w < kSlots; ++w) mine |= slots[w] & d.slots[w];
    return mine;
  };
  // What is seldom is looked for only where slots are many: of few it could not be foretold whether to look.
  constexpr bool kAlways = kSlots == 1;
  for (const Decision& d : of_) {
    empty += empty + ((any(left, d) | (kept & d.nones)) == 0 ? 1 : 0);
    if (kAlways) some += some + ((applies & d.fors) != 0 ? 1 : 0);
    if (kAlways) conflicts += conflicts + (any(conflict, d) != 0 ? 1 : 0);
  }
  empty &= domain;
  if (!kAlways && empty != 0) {
    for (const Decision& d : of_) some += some + ((applies & d.fors) != 0 ? 1 : 0);
  }
  if (!kAlways && (conflict[0] | conflict[kSlots - 1]) != 0) {
    for (const Decision& d : of_) conflicts += conflicts + (any(conflict, d) != 0 ? 1 : 0);
  }
  out[0] = stands;
  ++out;
  for (uint32_t w = 0; w < kSlots; ++w) {
    if (w > 0 && w == offer_words_) break;
    *out++ = of[offered * kSlots + w] & ~of[barred * kSlots + w];
  }
  out[0] = domain;
  out[1] = empty & ~some;
  out[2] = empty & some;
  out[3] = conflicts;
}

template <uint32_t kWords>
GDLRT_INLINE Compact::Outcome Compact::rules_of(const uint8_t* record, uint64_t& out) const {
  Holds holds;
  Outcome outcome = hold<kWords>(record, holds);
  if (outcome == Outcome::done) out = override(holds.rules);
  return outcome;
}

template <uint32_t kWords, uint32_t kSlots>
GDLRT_INLINE Compact::Outcome Compact::answer_of(const uint8_t* record, uint64_t* out) const {
  Holds holds;
  Outcome outcome = hold<kWords>(record, holds);
  if (outcome == Outcome::done) answer<kSlots>(holds, out);
  return outcome;
}

Compact::Outcome Compact::rules(const uint8_t* record, uint64_t& out) const {
  if (words_ == 1) return rules_of<1>(record, out);
  return rules_wide(record, out);
}
Compact::Outcome Compact::rules_wide(const uint8_t* record, uint64_t& out) const {
  return words_ == 2 ? rules_of<2>(record, out) : rules_of<4>(record, out);
}

Compact::Outcome Compact::evaluate(const uint8_t* record, uint64_t* out) const {
  if (words_ + slot_words_ == 2) return answer_of<1, 1>(record, out);
  return evaluate_wide(record, out);
}
Compact::Outcome Compact::evaluate_wide(const uint8_t* record, uint64_t* out) const {
  if (slot_words_ == 1) {
    return words_ == 2 ? answer_of<2, 1>(record, out) : answer_of<4, 1>(record, out);
  }
  return words_ == 1   ? answer_of<1, 2>(record, out)
         : words_ == 2 ? answer_of<2, 2>(record, out)
                       : answer_of<4, 2>(record, out);
}

// -- values unknown ----------------------------------------------------------------------------------

bool Compact::class_of(const Field& f, const uint8_t* record, uint32_t& out) {
  const Reading& r = f.reading;
  const uint8_t* at = record + f.offset;
  int64_t v = 0;
  int32_t word = 0;
  double real = 0;
  switch (r.raw) {
    case GDLRT_RAW_U8: v = *at; break;
    case GDLRT_RAW_I32:
      memcpy(&word, at, sizeof word);
      v = word;
      break;
    case GDLRT_RAW_F64:
      memcpy(&real, at, sizeof real);
      out = r.class_of(real);
      return r.valid(real);
    default: memcpy(&v, at, sizeof v); break;
  }
  if (!r.valid(v)) return false;
  out = r.class_of(v);
  return true;
}

template <uint32_t kWords, uint32_t kSlots>
Compact::Outcome Compact::open_of(const uint8_t* record, uint64_t* certain,
                                  uint64_t* possible) const {
  constexpr uint32_t kMost = 16;  // facts
  constexpr uint32_t kMostClasses = 16;
  uint64_t rows[kMost + 1]
               [kWords];  // what the known facts leave, then each open one's class in hand
  const Single* open[kMost];
  uint32_t at[kMost] = {};
  uint32_t count = 0;
  uint64_t patients = 1;
  for (uint32_t w = 0; w < kWords; ++w) rows[0][w] = begin_open_[w];
  auto meet = [](uint64_t* to, const uint64_t* from, const uint64_t* row) {
    for (uint32_t w = 0; w < kWords; ++w) to[w] = from[w] & row[w];
  };
  for (const Single *s = singles_of_.data, *end = s + singles_of_.count; s != end; ++s) {
    bool unknown = (record[s->field->null_offset] & s->field->null_mask) != 0;
    if (s->known != nullptr) meet(rows[0], rows[0], s->known + (unknown ? 0 : kWords));
    if (s->field->reading.raw == GDLRT_RAW_SET64) {
      if (unknown && s->elements) return Outcome::other;
      for (const Elements& e : sets_) {
        if (unknown || e.fact != s->field->reading.fact) continue;
        uint64_t v = 0;
        memcpy(&v, record + e.offset, sizeof v);
        if ((v & ~e.elements) != 0) return Outcome::other;
        meet(rows[0], rows[0], e.table + (v >> e.shift & e.mask) * kWords);
      }
      continue;
    }
    uint32_t value = 0;
    if (!unknown && !class_of(*s->field, record, value)) return Outcome::other;
    if (s->classes == nullptr) continue;
    if (!unknown) {
      meet(rows[0], rows[0], s->classes + size_t{value} * kWords);
      continue;
    }
    if (count == kMost || s->count > kMostClasses) return Outcome::other;
    open[count++] = s;
  }
  // Classes that take away the same of what the known facts leave are as one.
  uint64_t classes[kMost][kMostClasses][kWords];
  uint32_t distinct[kMost];
  for (uint32_t i = 0; i < count; ++i) {
    distinct[i] = 0;
    for (uint32_t c = 0; c < open[i]->count; ++c) {
      uint64_t* row = classes[i][distinct[i]];
      meet(row, rows[0], open[i]->classes + size_t{c} * kWords);
      uint32_t k = 0;
      while (memcmp(classes[i][k], row, sizeof classes[i][k]) != 0) ++k;
      if (k == distinct[i]) ++distinct[i];
    }
    patients *= distinct[i];
    if (patients > static_cast<uint64_t>(limits::record_patients)) return Outcome::other;
  }
  bool any = false;
  for (uint32_t level = 0;;) {
    // Down to a patient, from the level whose class is new.
    for (; level < count; ++level) {
      meet(rows[level + 1], rows[level], classes[level][at[level]]);
    }
    uint64_t acc[kWords];
    memcpy(acc, rows[count], sizeof acc);
    fold<kWords>(acc);
    const Holds holds = holds_of<kWords>(acc);
    if ((holds.others & impossible_) == 0) {
      uint64_t one[kAnswerWords] = {};
      answer<kSlots>(holds, one);
      for (uint32_t w = 0; w < 5 + offer_words_; ++w) {
        certain[w] = any ? certain[w] & one[w] : one[w];
        possible[w] = any ? possible[w] | one[w] : one[w];
      }
      any = true;
    }
    while (level > 0 && ++at[level - 1] == distinct[level - 1]) at[--level] = 0;
    if (level == 0) break;
    --level;
  }
  return any ? Outcome::done : Outcome::impossible;
}

Compact::Outcome Compact::evaluate_open(const uint8_t* record, uint64_t* certain,
                                        uint64_t* possible) const {
  if (slot_words_ == 1) {
    return words_ == 1   ? open_of<1, 1>(record, certain, possible)
           : words_ == 2 ? open_of<2, 1>(record, certain, possible)
                         : open_of<4, 1>(record, certain, possible);
  }
  return words_ == 1   ? open_of<1, 2>(record, certain, possible)
         : words_ == 2 ? open_of<2, 2>(record, certain, possible)
                       : open_of<4, 2>(record, certain, possible);
}

}  // namespace gdlrt
