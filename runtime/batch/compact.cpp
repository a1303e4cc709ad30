// Small programs in words: see compact.h.
#include "compact.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "record.h"

namespace gdlrt {

namespace {

constexpr uint32_t kBits = 64;
constexpr uint32_t kSmallRange = 256;
constexpr uint32_t kLinear = 8;
constexpr uint32_t kSubset = 8;  // elements of a set looked up together

uint64_t low_bits(uint32_t n) { return n >= 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1; }
uint64_t bit_at(uint32_t i) { return uint64_t{1} << i; }
uint64_t mask_if(uint64_t bit) { return uint64_t{0} - bit; }

}  // namespace

// -- building ----------------------------------------------------------------------------------------

bool Compact::build(Plan& plan, const View<Field>& fields, const View<OfferRow>& offers,
                    const uint32_t* offer_of, size_t record_size, Arena& arena) {
  const Program& p = plan.program();
  usable_ = false;
  if (!fits(p, offer_of, offers)) return true;
  if (!plan.whole(block_)) return false;
  // Planes lie side by side in a word as far as there is room.
  width_ = block_.conditions == 0 ? 1 : block_.conditions;
  in_word_ = kBits / width_;
  words_ = (block_.words + in_word_ - 1) / in_word_;
  if (words_ > kMaxWords) return true;
  if (words_ == 3) words_ = 4;
  for (uint32_t i = 0; i < block_.variables; ++i) {
    if (plan.variable(block_.variable[i]).kind == Variable::Kind::helper) return true;
  }
  usable_ = true;
  return tables(plan, fields, record_size, arena) && steps(plan, offer_of, offers, arena);
}

/// Whether everything has a bit.
bool Compact::fits(const Program& p, const uint32_t* offer_of, const View<OfferRow>& offers) {
  rules_ = p.rules.count;
  decisions_ = p.decisions.count;
  offers_ = offers.count;
  if (uint64_t{rules_} + decisions_ + p.impossibles.count > kBits) return false;
  uint32_t slots = 0;
  for (const DirectiveRow& d : p.directives) {
    if (!is_for(d.verb)) continue;
    slots += d.way_count;
    for (uint32_t w : p.range(d.way_first, d.way_count)) {
      const WayRow& way = p.ways[w];
      if (way.param_ban_count > 0) return false;
      for (uint32_t q : p.range(way.param_first, way.param_count)) {
        if (p.params[q].setting_count > 0) return false;
      }
    }
  }
  for (const DecisionRow& d : p.decisions) {
    for (uint32_t i = 1; i < d.rule_count; ++i) {
      if (p.operands[d.rule_first + i - 1] >= p.operands[d.rule_first + i]) return false;
    }
  }
  (void)offer_of;
  return slots <= kBits && offers_ <= kBits;
}

/// Takes from `to` what the planes do not have.
void Compact::pack(const uint64_t* planes, uint64_t* to) const {
  for (uint32_t k = 0; k < block_.words; ++k) {
    to[k / in_word_] &= ~((~planes[k] & low_bits(width_)) << (k % in_word_ * width_));
  }
}

bool Compact::tables(Plan& plan, const View<Field>& fields, size_t record_size, Arena& arena) {
  uint32_t plane = 0;
  for (uint32_t a = 0; a < block_.alternatives; ++a) {
    for (uint32_t k = 0; k <= block_.clauses[a]; ++k, ++plane) {
      Plane p{static_cast<uint8_t>(plane / in_word_),
              static_cast<uint8_t>(plane % in_word_ * width_), k > 0};
      if (!planes_.add(arena, p)) return false;
    }
  }
  for (uint64_t& word : begin_) word = ~uint64_t{0};
  pack(block_.begin, begin_);
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.variable[i]);
    if (v.kind != Variable::Kind::known) continue;
    pack(block_.table[i] + block_.words, begin_);
  }
  for (const Field& f : fields) {
    if (f.null_mask != 0) {
      uint32_t k = 0;
      while (k < nulls_.count && nulls_[k].offset != f.null_offset) ++k;
      if (k == nulls_.count && !nulls_.add(arena, {static_cast<uint32_t>(f.null_offset), 0})) {
        return false;
      }
      nulls_[k].mask = static_cast<uint8_t>(nulls_[k].mask | f.null_mask);
    }
    if (f.offset > UINT32_MAX || f.null_offset > UINT32_MAX) {
      usable_ = false;
      return true;
    }
    if (!table_of(plan, f, arena)) return false;
  }
  return group(record_size, arena);
}

/// Bytes that lie near each other go into groups, as far as their values together have eight bits.
bool Compact::group(size_t record_size, Arena& arena) {
  for (uint32_t i = 1; i < bytes_.count; ++i) {
    for (uint32_t k = i; k > 0 && bytes_[k].offset < bytes_[k - 1].offset; --k) {
      Small swap = bytes_[k];
      bytes_[k] = bytes_[k - 1];
      bytes_[k - 1] = swap;
    }
  }
  auto width = [](const Small& s) {
    return s.last == 0 ? 0 : 32 - static_cast<uint32_t>(__builtin_clz(s.last));
  };
  uint32_t alone = 0;
  for (uint32_t i = 0; i < bytes_.count;) {
    uint32_t begin = bytes_[i].offset;
    if (record_size >= 8 && begin > record_size - 8) begin = static_cast<uint32_t>(record_size - 8);
    uint32_t end = i;
    uint32_t bits = 0;
    while (end < bytes_.count && record_size >= 8 && bytes_[end].offset < begin + 8 &&
           bytes_[end].lo == 0 && bytes_[end].last < 128 && bits + width(bytes_[end]) <= 8) {
      bits += width(bytes_[end++]);
    }
    if (end == i) {
      bytes_[alone++] = bytes_[i++];
      continue;
    }
    auto* table = arena.array<uint64_t>(size_t{256} * words_);
    if (table == nullptr) return false;
    memset(table, 0xff, size_t{256} * words_ * sizeof *table);
    Group g{table, 0, 0, 0, begin};
    uint32_t place = bits;
    for (uint32_t k = i; k < end; ++k) {
      const Small& s = bytes_[k];
      uint32_t byte = s.offset - begin;
      place -= width(s);
      g.bytes |= uint64_t{0xff} << 8 * byte;
      g.above |= uint64_t{127 - s.last} << 8 * byte;
      if (s.last > 0) g.magic += uint64_t{1} << (56 - 8 * byte + place);
      for (uint32_t row = 0; row < 256; ++row) {
        uint32_t value = row >> place & ((1u << width(s)) - 1);
        if (value > s.last) continue;  // of no value: never used
        for (uint32_t w = 0; w < words_; ++w) {
          table[row * words_ + w] &= s.table[size_t{value} * words_ + w];
        }
      }
    }
    if (!groups_.add(arena, g)) return false;
    i = end;
  }
  bytes_.count = alone;
  return true;
}

/// How the field is looked up.
bool Compact::table_of(const Plan& plan, const Field& f, Arena& arena) {
  const Reading& r = f.reading;
  auto offset = static_cast<uint32_t>(f.offset);
  auto rows = [&](uint64_t count) {
    auto* out = arena.array<uint64_t>(count * words_);
    if (out != nullptr) memset(out, 0xff, count * words_ * sizeof *out);
    return out;
  };
  auto meet = [&](uint64_t* row, uint32_t variable, uint32_t value) {
    pack(block_.table[variable] + size_t{value} * block_.words, row);
  };
  uint32_t value = kNone;  // the fact's variable in the block
  uint64_t elements = 0;
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.variable[i]);
    if (v.of != r.fact) continue;
    if (v.kind == Variable::Kind::value) value = i;
    if (v.kind == Variable::Kind::element) elements |= bit_at(v.element);
  }
  if (r.raw == GDLRT_RAW_SET64) {
    do {
      uint32_t shift = elements == 0 ? 0 : static_cast<uint32_t>(__builtin_ctzll(elements));
      uint64_t some = elements >> shift & low_bits(kSubset);
      elements &= ~(some << shift);
      uint32_t width = some == 0 ? 0 : kBits - static_cast<uint32_t>(__builtin_clzll(some));
      uint64_t* table = rows(bit_at(width));
      if (table == nullptr) return false;
      for (uint32_t i = 0; i < block_.variables; ++i) {
        const Variable& v = plan.variable(block_.variable[i]);
        if (v.kind != Variable::Kind::element || v.of != r.fact || v.element < shift ||
            v.element >= shift + width) {
          continue;
        }
        for (uint32_t s = 0; s < bit_at(width); ++s) {
          meet(table + size_t{s} * words_, i, s >> (v.element - shift) & 1u);
        }
      }
      if (!sets_.add(arena, {table, offset, shift, low_bits(width), r.elements})) return false;
    } while (elements != 0);
    return true;
  }
  bool real = r.raw == GDLRT_RAW_F64;
  bool small = !real && r.lo <= r.hi &&
               static_cast<uint64_t>(r.hi) - static_cast<uint64_t>(r.lo) < kSmallRange;
  uint64_t last =
      small ? static_cast<uint64_t>(r.hi - r.lo) : plan.program().facts[r.fact].classes - 1;
  uint64_t* table = rows(last + 1);
  if (table == nullptr) return false;
  for (uint64_t i = 0; i <= last && value != kNone; ++i) {
    uint32_t code = small ? r.class_of(r.lo + static_cast<int64_t>(i)) : static_cast<uint32_t>(i);
    meet(table + i * words_, value, code);
  }
  if (real && r.count <= 2) {
    // Reached are: the least value, the thresholds, the first value beyond. Where there are fewer, two are the same.
    auto* by_bits = arena.array<uint64_t>(size_t{16} * words_);
    if (by_bits == nullptr) return false;
    Short s{by_bits, {r.real_lo, r.real_beyond, r.real_beyond, r.real_beyond}, offset};
    for (uint32_t i = 0; i < r.count; ++i) s.reached[1 + i] = r.real_begins[i];
    for (uint32_t i = 0; i <= r.count; ++i) {
      memcpy(by_bits + ((size_t{2} << i) - 1) * words_, table + size_t{i} * words_,
             words_ * sizeof *table);
    }
    return shorts_.add(arena, s);
  }
  if (real) {
    return reals_.add(arena, {table, r.real_begins, r.real_lo, r.real_hi, offset, r.count});
  }
  // Of bytes and words of 32 bits the difference from the least value, taken without sign, tells those below too.
  if (small && r.raw != GDLRT_RAW_I64) {
    List<Small>& to = r.raw == GDLRT_RAW_U8 ? bytes_ : ints_;
    return to.add(arena, {table, offset, static_cast<uint32_t>(r.lo), static_cast<uint32_t>(last)});
  }
  if (r.lo > r.hi) {  // no value fits: the general way says so
    usable_ = false;
    return true;
  }
  return wide_.add(arena, {table, small ? nullptr : &f.reading, offset, r.lo,
                           static_cast<uint64_t>(r.hi) - static_cast<uint64_t>(r.lo)});
}

bool Compact::steps(const Plan& plan, const uint32_t* offer_of, const View<OfferRow>& offers,
                    Arena& arena) {
  const Program& p = plan.program();
  impossible_ = low_bits(p.impossibles.count) << (rules_ + decisions_) % 64;
  if (p.impossibles.count == 0) impossible_ = 0;
  // 2. Who overrides whom, each after those that override it.
  for (uint32_t r : p.rule_order) {
    uint64_t mine = 0;
    for (uint32_t other = 0; other < rules_; ++other) {
      const RuleRow& row = p.rules[other];
      for (uint32_t o : p.range(row.overridden_first, row.overridden_count)) {
        if (o == r) mine |= bit_at(other);
      }
    }
    if (mine != 0 && !overriders_.add(arena, {r, mine})) return false;
  }
  // 3. Slots: the first of an offer has the offer's number, further ones follow.
  quads_ = (rules_ + 3) / 4;
  auto* slots = arena.array<Slots>(size_t{quads_} * 16 + 1);
  auto* banned = arena.array<uint64_t>(rules_ + size_t{1});
  auto* yielded = arena.array<uint64_t>(rules_ + size_t{1});
  slots_of_ = arena.array<uint64_t>(rules_ + size_t{1});
  of_ = arena.array<Decision>(decisions_ + size_t{1});
  if (arena.failed()) return false;
  uint64_t numbered = 0;
  uint32_t next = offers.count;
  uint32_t at = 0;  // in offer_of
  for (uint32_t k = 0; k < p.directives.count; ++k) {
    const DirectiveRow& dir = p.directives[k];
    if (!is_for(dir.verb)) continue;
    uint32_t rule = 0;
    while (k < p.rules[rule].directive_first ||
           k >= p.rules[rule].directive_first + p.rules[rule].directive_count) {
      ++rule;
    }
    uint64_t all = 0;
    for (uint32_t w = 0; w < dir.way_count; ++w, ++at) {
      uint32_t slot = offer_of[at];
      if ((numbered & bit_at(slot)) != 0) {
        slot = next++;
        if (!extras_.add(arena, {slot, offer_of[at]})) return false;
      } else {
        numbered |= bit_at(slot);
      }
      all |= bit_at(slot);
      const WayRow& way = p.ways[p.operands[dir.way_first + w]];
      for (uint32_t b : p.range(way.ban_first, way.ban_count)) {
        bans_ = true;
        banned[b] |= bit_at(slot);
        const RuleRow& row = p.rules[rule];
        for (uint32_t y : p.range(row.yields_first, row.yields_count)) {
          if (y == b) yielded[b] |= bit_at(slot);
        }
      }
    }
    slots_of_[rule] |= all;
    if (dir.way_count == 1) {
      singles_ |= all;
    } else if (!directives_.add(arena, all)) {
      return false;
    }
  }
  for (uint32_t q = 0; q < quads_; ++q) {
    for (uint32_t which = 0; which < 16; ++which) {
      Slots& s = slots[q * 16 + which];
      for (uint32_t i = 0; i < 4 && q * 4 + i < rules_; ++i) {
        if ((which >> i & 1u) == 0) continue;
        s.advised |= slots_of_[q * 4 + i];
        s.banned |= banned[q * 4 + i];
        s.yielded |= yielded[q * 4 + i];
      }
    }
  }
  slots_ = slots;
  for (uint32_t r = 0; r < rules_; ++r) {
    if ((p.rules[r].flags & kHasNone) != 0) nones_ |= bit_at(r);
    if ((p.rules[r].flags & kHasFor) != 0) fors_ |= bit_at(r);
  }
  for (uint32_t d = 0; d < decisions_; ++d) {
    Decision& to = of_[d];
    for (uint32_t r : p.range(p.decisions[d].rule_first, p.decisions[d].rule_count)) {
      to.rules |= bit_at(r);
      to.slots |= slots_of_[r];
    }
    to.fors = to.rules & fors_;
    to.nones = to.rules & nones_;
    to.first = static_cast<Choose>(p.decisions[d].choose) == Choose::first;
    first_ = first_ || to.first;
  }
  return true;
}

// -- evaluating --------------------------------------------------------------------------------------

/// The bits of the four thresholds, which ascend, that the value has reached.
static inline uint32_t reached_of(double v, const double reached[4]) {
#if defined(__SSE2__)
  __m128d x = _mm_set1_pd(v);
  auto low = _mm_movemask_pd(_mm_cmpge_pd(x, _mm_loadu_pd(reached)));
  auto high = _mm_movemask_pd(_mm_cmpge_pd(x, _mm_loadu_pd(reached + 2)));
  return static_cast<uint32_t>(low | high << 2);
#else
  uint32_t out = 0;
  for (uint32_t i = 0; i < 4; ++i) out |= (v >= reached[i] ? 1u : 0u) << i;
  return out;
#endif
}

/// Looks all values up; false if one is none of its fact.
template <uint32_t kWords>
bool Compact::look_up(const uint8_t* record, uint64_t* acc) const {
  uint64_t a[kWords];
  for (uint32_t w = 0; w < kWords; ++w) a[w] = begin_[w];
  auto meet = [&a](const uint64_t* row) {
    for (uint32_t w = 0; w < kWords; ++w) a[w] &= row[w];
  };
  // A value beyond the last is looked up as the last: what comes of it is thrown away.
  uint64_t beyond = 0;  // something, if the high bit of a byte is set
  constexpr uint64_t kHigh = 0x8080808080808080;
  for (const Group *g = groups_.data, *end = g + groups_.count; g != end; ++g) {
    uint64_t v = 0;
    memcpy(&v, record + g->offset, sizeof v);
    v &= g->bytes;
    beyond |= v | (v + g->above);
    meet(g->table + (v * g->magic >> 56) * kWords);
  }
  beyond &= kHigh;
  for (const Small *s = bytes_.data, *end = s + bytes_.count; s != end; ++s) {
    uint32_t i = record[s->offset] - s->lo;
    beyond |= (uint64_t{s->last} - i) >> 63;
    meet(s->table + size_t{i > s->last ? s->last : i} * kWords);
  }
  for (const Small *s = ints_.data, *end = s + ints_.count; s != end; ++s) {
    uint32_t i = 0;
    memcpy(&i, record + s->offset, sizeof i);
    i -= s->lo;
    beyond |= (uint64_t{s->last} - i) >> 63;
    meet(s->table + size_t{i > s->last ? s->last : i} * kWords);
  }
  for (const Short *s = shorts_.data, *end = s + shorts_.count; s != end; ++s) {
    double v = 0;
    memcpy(&v, record + s->offset, sizeof v);
    uint32_t reached = reached_of(v, s->reached);
    // The least, and not the first beyond.
    beyond |= ((reached & 1u) ^ 1u) | (reached >> 3);
    meet(s->table + size_t{reached} * kWords);
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
  for (uint32_t w = 0; w < kWords; ++w) acc[w] = a[w];
  return beyond == 0;
}

uint64_t Compact::fold(const uint64_t* words) const {
  uint64_t holds = 0;
  uint64_t one = words[0];  // the first is a cube
  for (const Plane *p = planes_.data + 1, *end = planes_.data + planes_.count; p < end; ++p) {
    uint64_t plane = words[p->word] >> p->shift;
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
Compact::Outcome Compact::hold(const uint8_t* record, uint64_t& applies, uint64_t& domain) const {
  uint32_t unknown = 0;
  for (uint32_t i = 0; i < nulls_.count; ++i) unknown |= record[nulls_[i].offset] & nulls_[i].mask;
  if (unknown != 0) return Outcome::other;
  uint64_t words[kMaxWords];
  bool fine = words_ == 1   ? look_up<1>(record, words)
              : words_ == 2 ? look_up<2>(record, words)
                            : look_up<4>(record, words);
  if (!fine) return Outcome::other;
  uint64_t holds = fold(words);
  if ((holds & impossible_) != 0) return Outcome::impossible;
  applies = holds & low_bits(rules_);
  domain = decisions_ == 0 ? 0 : holds >> rules_ & low_bits(decisions_);
  return Outcome::done;
}

/// Step 2.
uint64_t Compact::override(uint64_t stands) const {
  for (const Overrider *o = overriders_.data, *end = o + overriders_.count; o != end; ++o) {
    stands &= ~(mask_if(stands >> o->rule & 1u) & o->overridden);
  }
  return stands;
}

/// Step 5: the rules that stand behind the first that answers.
uint64_t Compact::shadow(const Decision& d, uint64_t stands, uint64_t withdrawn) const {
  uint64_t answer = stands & d.rules & (fors_ | nones_);
  for (uint64_t left = withdrawn == 0 ? 0 : answer; left != 0; left &= left - 1) {
    auto r = static_cast<uint32_t>(__builtin_ctzll(left));
    if ((slots_of_[r] & ~withdrawn) == 0 && (nones_ & bit_at(r)) == 0) answer &= ~bit_at(r);
  }
  return answer == 0 ? 0 : stands & d.rules & ~(answer ^ (answer - 1));
}

Compact::Outcome Compact::rules(const uint8_t* record, uint64_t& out) const {
  uint64_t applies = 0;
  uint64_t domain = 0;
  Outcome outcome = hold(record, applies, domain);
  if (outcome == Outcome::done) out = override(applies);
  return outcome;
}

Compact::Outcome Compact::evaluate(const uint8_t* record, Answer& out) const {
  uint64_t applies = 0;
  uint64_t domain = 0;
  Outcome outcome = hold(record, applies, domain);
  if (outcome != Outcome::done) return outcome;
  uint64_t stands = override(applies);
  // 3.
  uint64_t advised = 0;
  uint64_t banned = 0;
  uint64_t yielded = 0;
  const Slots* slots = slots_;
  uint64_t standing = stands;
  for (uint32_t q = 0; q < quads_; ++q, slots += 16, standing >>= 4) {
    const Slots& s = slots[standing & 15];
    advised |= s.advised;
    banned |= s.banned;
    yielded |= s.yielded;
  }
  uint64_t gone = advised & banned;
  uint64_t left = advised & ~banned;
  // 4. `withdrawn` has all slots of such directives, `conflict` too.
  uint64_t withdrawn = gone & yielded & singles_;
  uint64_t conflict = gone & ~yielded & singles_;
  for (uint32_t i = 0; i < directives_.count && gone != 0; ++i) {
    uint64_t all = directives_[i];
    uint64_t emptied = mask_if((advised & all) != 0 && (left & all) == 0 ? 1 : 0);
    uint64_t yields = mask_if((all & ~yielded) == 0 ? 1 : 0);
    withdrawn |= all & emptied & yields;
    conflict |= all & emptied & ~yields;
  }
  // 5.
  uint64_t kept = stands;
  for (uint32_t d = 0; d < decisions_ && first_; ++d) {
    if (!of_[d].first) continue;
    uint64_t behind = shadow(of_[d], stands, withdrawn);
    kept &= ~behind;
    for (; behind != 0; behind &= behind - 1) {
      uint64_t mine = slots_of_[__builtin_ctzll(behind)];
      left &= ~mine;
      conflict &= ~mine;
    }
  }
  uint64_t gap = 0;
  uint64_t stranded = 0;
  uint64_t conflicts = 0;
  for (uint32_t d = 0; d < decisions_; ++d) {
    const Decision& of = of_[d];
    uint64_t empty =
        (domain >> d & 1u) != 0 && (left & of.slots) == 0 && (kept & of.nones) == 0 ? 1 : 0;
    uint64_t some = (applies & of.fors) != 0 ? 1 : 0;
    gap |= (empty & ~some) << d;
    stranded |= (empty & some) << d;
    conflicts |= uint64_t{(conflict & of.slots) != 0} << d;
  }
  uint64_t offers = left & low_bits(offers_);
  for (uint32_t i = 0; i < extras_.count; ++i) {
    offers |= (left >> extras_[i].slot & 1u) << extras_[i].offer;
  }
  out = {stands, offers, domain, gap, stranded, conflicts};
  return Outcome::done;
}

}  // namespace gdlrt
