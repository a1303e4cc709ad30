// Small programs in words, how they are built: see compact.h.
#include "compact.h"

#include "record.h"

namespace gdlrt {

namespace {

constexpr uint32_t kBits = 64;
constexpr uint32_t kSmallRange = 256;
constexpr uint32_t kSubset = 8;  // elements of a set looked up together

}  // namespace

// -- building ----------------------------------------------------------------------------------------

bool Compact::build(Plan& plan, const View<Field>& fields, const View<OfferRow>& offers,
                    const uint32_t* offer_of, size_t record_size, Arena& arena) {
  usable_ = false;
  if (misfit(plan.program(), offers.count) != nullptr) return true;
  rules_ = plan.program().rules.count;
  decisions_ = plan.program().decisions.count;
  all_rules_ = low_bits(rules_);
  all_decisions_ = low_bits(decisions_);
  all_offers_ = low_bits(offers.count);
  if (!plan.whole(block_)) return false;
  if (misfit(plan, block_) != nullptr) return true;
  // Planes lie side by side in a word as far as there is room.
  width_ = block_.conditions;
  in_word_ = kBits / width_;
  words_ = words_of(block_);
  if (words_ == 3) words_ = 4;
  usable_ = true;
  return tables(plan, fields, record_size, arena) && steps(plan, offer_of, offers, arena);
}

uint32_t Compact::words_of(const Block& whole) {
  uint32_t in_word = kBits / whole.conditions;
  return (whole.words + in_word - 1) / in_word;
}

const char* Compact::misfit(const Program& p, uint32_t offers) {
  if (p.rules.count == 0 || p.decisions.count == 0 || offers == 0) return "nothing is offered";
  if (uint64_t{p.rules.count} + p.decisions.count + p.impossibles.count > kBits) {
    return "more than 64 rules, decisions and constraints";
  }
  uint64_t slots = 0;
  for (const DirectiveRow& d : p.directives) {
    if (!is_for(d.verb)) continue;
    slots += d.way_count;
    for (uint32_t w : p.range(d.way_first, d.way_count)) {
      const WayRow& way = p.ways[w];
      bool sets = way.param_ban_count > 0;
      for (uint32_t q : p.range(way.param_first, way.param_count)) {
        sets = sets || p.params[q].setting_count > 0;
      }
      if (sets) return "rules set or ban values of parameters";
    }
  }
  for (const DecisionRow& d : p.decisions) {
    for (uint32_t i = 1; i < d.rule_count; ++i) {
      if (p.operands[d.rule_first + i - 1] >= p.operands[d.rule_first + i]) {
        return "rules of a decision stand in another order";
      }
    }
  }
  return slots > kBits ? "more than 64 ways advised" : nullptr;
}

const char* Compact::misfit(const Plan& plan, const Block& whole) {
  if (words_of(whole) > kMaxWords) return "conditions of too many parts";
  for (uint32_t i = 0; i < whole.variables; ++i) {
    if (plan.variable(whole.tables[i].variable).kind == Variable::Kind::helper) {
      return "conditions that count, or are nested deeply";
    }
  }
  return nullptr;
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
  memcpy(begin_open_, begin_, sizeof begin_);
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.tables[i].variable);
    if (v.kind != Variable::Kind::known) continue;
    pack(block_.tables[i].rows + block_.words, begin_);
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
    if (!table_of(plan, f, arena) || !single(plan, f, arena)) return false;
  }
  if (!group(record_size, arena)) return false;
  rare_ = bytes_.count + wide_.count + reals_.count + sets_.count > 0;
  return true;
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

bool Compact::single(const Plan& plan, const Field& f, Arena& arena) {
  Single out{nullptr, nullptr, &f, 0, false};
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.tables[i].variable);
    if (v.of != f.reading.fact) continue;
    auto* rows = arena.array<uint64_t>(size_t{v.values} * words_);
    if (rows == nullptr) return false;
    memset(rows, 0xff, size_t{v.values} * words_ * sizeof *rows);
    for (uint32_t k = 0; k < v.values; ++k) {
      pack(block_.tables[i].rows + size_t{k} * block_.words, rows + size_t{k} * words_);
    }
    if (v.kind == Variable::Kind::value) {
      out.classes = rows;
      out.count = v.values;
    } else if (v.kind == Variable::Kind::known) {
      out.known = rows;
    } else {
      out.elements = true;
    }
  }
  return singles_of_.add(arena, out);
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
    pack(block_.tables[variable].rows + size_t{value} * block_.words, row);
  };
  uint32_t value = kNone;  // the fact's variable in the block
  uint64_t elements = 0;
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.tables[i].variable);
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
        const Variable& v = plan.variable(block_.tables[i].variable);
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
    if (mine != 0 && !overriders_.add(arena, {bit_at(r), mine})) return false;
  }
  // 3. Slots: the first of an offer has the offer's number, further ones follow.
  parts_ = (rules_ + kAtOnce - 1) / kAtOnce;
  auto* slots = arena.array<Slots>((size_t{parts_} << kAtOnce) + 1);
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
  for (uint32_t part = 0; part < parts_; ++part) {
    for (uint32_t which = 0; which < 1u << kAtOnce; ++which) {
      Slots& s = slots[(part << kAtOnce) + which];
      for (uint32_t i = 0; i < kAtOnce && part * kAtOnce + i < rules_; ++i) {
        if ((which >> i & 1u) == 0) continue;
        s.advised |= slots_of_[part * kAtOnce + i];
        s.banned |= banned[part * kAtOnce + i];
        s.yielded |= yielded[part * kAtOnce + i];
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

}  // namespace gdlrt
