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

uint64_t mask_if(uint64_t bit) { return uint64_t{0} - bit; }
/// All bits or none. The steps do not branch on what is the patient's: nobody could foretell it.
uint64_t if_some(uint64_t word) { return mask_if(word != 0 ? 1 : 0); }

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
    if (s->reading != nullptr) {
      i = s->reading->class_of(v);
    } else if (past) {
      i = 0;
    }
    meet(s->table + i * kWords);
  }
  for (const Elements *s = sets_.data, *end = s + sets_.count; s != end; ++s) {
    uint64_t v = 0;
    memcpy(&v, record + s->offset, sizeof v);
    beyond |= (v & ~s->elements) != 0 ? 1 : 0;
    meet(s->table + (v >> s->shift & s->mask) * kWords);
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
  if (rare_) beyond |= look_up_rare<kWords>(record, acc);
  return beyond == 0;
}

template <uint32_t kWords>
GDLRT_INLINE uint64_t Compact::fold(const uint64_t* words) const {
  uint64_t holds = 0;
  uint64_t one = words[0];  // the first is a cube
  for (const Plane *p = planes_.from + 1, *end = planes_.to; p < end; ++p) {
    uint64_t plane = words[kWords == 1 ? 0 : p->word] >> p->shift;
    if (p->clause) {
      one &= ~plane;
    } else {
      holds |= one;
      one = plane;
    }
  }
  return holds | one;
}

/// Step 1.
template <uint32_t kWords>
GDLRT_INLINE Compact::Outcome Compact::hold(const uint8_t* record, uint64_t& holds) const {
  uint32_t unknown = 0;
  for (const NullByte& n : nulls_) unknown |= record[n.offset] & n.mask;
  if (unknown != 0) return Outcome::other;
  uint64_t words[kWords];
  if (!look_up<kWords>(record, words)) return Outcome::other;
  holds = fold<kWords>(words);
  return (holds & impossible_) != 0 ? Outcome::impossible : Outcome::done;
}

/// Step 2.
GDLRT_INLINE uint64_t Compact::override(uint64_t stands) const {
  for (const Overrider& o : overriders_) stands &= ~(if_some(stands & o.by) & o.overridden);
  return stands;
}

/// The rules of a decision that stand behind the first that answers.
uint64_t Compact::shadow(uint64_t rules, uint64_t stands, uint64_t withdrawn) const {
  uint64_t answer = stands & rules & (fors_ | nones_);
  for (uint64_t left = withdrawn == 0 ? 0 : answer; left != 0; left &= left - 1) {
    auto r = static_cast<uint32_t>(__builtin_ctzll(left));
    const uint64_t directives = slots_of_[r] & (singles_ | guards_);
    if ((directives & ~withdrawn) == 0 && (nones_ & bit_at(r)) == 0) answer &= ~bit_at(r);
  }
  return answer == 0 ? 0 : stands & rules & ~(answer ^ (answer - 1));
}

/// Step 5.
Compact::Chosen Compact::choose_first(uint64_t stands, uint64_t left, uint64_t conflict,
                                      uint64_t withdrawn) const {
  uint64_t behind = 0;
  for (uint32_t d = 0; d < first_count_; ++d) behind |= shadow(firsts_[d], stands, withdrawn);
  Chosen out{stands & ~behind, left, conflict, 0};
  for (; behind != 0; behind &= behind - 1) {
    uint64_t mine = slots_of_[__builtin_ctzll(behind)];
    out.left &= ~mine;
    out.conflict &= ~mine;
  }
  uint64_t kept = out.kept;
  for (const Slots* part = slots_.from; part != slots_.to; part += 1u << kAtOnce) {
    out.offered |= part[kept & ((1u << kAtOnce) - 1)].offered;
    kept >>= kAtOnce;
  }
  return out;
}

/// Steps 2 to 5.
GDLRT_INLINE void Compact::answer(uint64_t holds, Answer& out) const {
  uint64_t applies = holds & all_rules_;
  uint64_t domain = holds >> rules_ & all_decisions_;
  uint64_t stands = override(applies);
  // 3.
  uint64_t advised = 0;
  uint64_t banned = 0;
  uint64_t yielded = 0;
  uint64_t offered = 0;
  uint64_t barred = 0;
  uint64_t standing = stands;
  for (const Slots* part = slots_.from; part != slots_.to; part += 1u << kAtOnce) {
    const Slots& s = part[standing & ((1u << kAtOnce) - 1)];
    standing >>= kAtOnce;
    advised |= s.advised;
    banned |= s.banned;
    yielded |= s.yielded;
    offered |= s.offered;
    barred |= s.barred;
  }
  uint64_t gone = advised & banned;
  uint64_t left = advised & ~banned;
  // 4. A directive is its slot, or its guard. All slots of a directive are advised, or none is.
  uint64_t emptied = (gone & singles_) | (guards_of(gone) & ~guards_of(left));
  uint64_t holding = (~yielded & singles_) | guards_of(~yielded);  // does not yield
  uint64_t conflict = emptied & holding;
  // 5.
  uint64_t kept = stands;
  if (first_) {
    Chosen chosen = choose_first(stands, left, conflict, emptied & ~holding);
    kept = chosen.kept;
    left = chosen.left;
    conflict = chosen.conflict;
    offered = chosen.offered;
  }
  uint64_t empty = 0;  // the decision has no answer
  uint64_t some = 0;   // a rule of it applies that advises
  uint64_t conflicts = 0;
  for (const Decision& d : of_) {
    empty += empty + (((left & d.slots) | (kept & d.nones)) == 0 ? 1 : 0);
    some += some + ((applies & d.fors) != 0 ? 1 : 0);
    conflicts += conflicts + ((conflict & d.slots) != 0 ? 1 : 0);
  }
  empty &= domain;
  out = {stands, offered & ~barred, domain, empty & ~some, empty & some, conflicts};
}

template <uint32_t kWords>
GDLRT_INLINE Compact::Outcome Compact::rules_of(const uint8_t* record, uint64_t& out) const {
  uint64_t holds = 0;
  Outcome outcome = hold<kWords>(record, holds);
  if (outcome == Outcome::done) out = override(holds & all_rules_);
  return outcome;
}

template <uint32_t kWords>
GDLRT_INLINE Compact::Outcome Compact::answer_of(const uint8_t* record, Answer& out) const {
  uint64_t holds = 0;
  Outcome outcome = hold<kWords>(record, holds);
  if (outcome == Outcome::done) answer(holds, out);
  return outcome;
}

Compact::Outcome Compact::rules(const uint8_t* record, uint64_t& out) const {
  if (words_ == 1) return rules_of<1>(record, out);
  return rules_wide(record, out);
}
Compact::Outcome Compact::rules_wide(const uint8_t* record, uint64_t& out) const {
  return words_ == 2 ? rules_of<2>(record, out) : rules_of<4>(record, out);
}

Compact::Outcome Compact::evaluate(const uint8_t* record, Answer& out) const {
  if (words_ == 1) return answer_of<1>(record, out);
  return evaluate_wide(record, out);
}
Compact::Outcome Compact::evaluate_wide(const uint8_t* record, Answer& out) const {
  return words_ == 2 ? answer_of<2>(record, out) : answer_of<4>(record, out);
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

template <uint32_t kWords>
Compact::Outcome Compact::open_of(const uint8_t* record, Answer& certain, Answer& possible) const {
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
      for (uint32_t i = 0; i < sets_.count && !unknown; ++i) {
        const Elements& e = sets_[i];
        if (e.offset != s->field->offset) continue;
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
    uint64_t holds = fold<kWords>(rows[count]);
    if ((holds & impossible_) == 0) {
      Answer one;
      answer(holds, one);
      if (any) {
        certain.meet(one);
        possible.join(one);
      } else {
        certain = possible = one;
      }
      any = true;
    }
    while (level > 0 && ++at[level - 1] == distinct[level - 1]) at[--level] = 0;
    if (level == 0) break;
    --level;
  }
  return any ? Outcome::done : Outcome::impossible;
}

Compact::Outcome Compact::evaluate_open(const uint8_t* record, Answer& certain,
                                        Answer& possible) const {
  return words_ == 1   ? open_of<1>(record, certain, possible)
         : words_ == 2 ? open_of<2>(record, certain, possible)
                       : open_of<4>(record, certain, possible);
}

}  // namespace gdlrt
