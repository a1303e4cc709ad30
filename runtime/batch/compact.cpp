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
  if (!plan.whole(block_)) return false;
  if (misfit(plan, block_) != nullptr) return true;
  // Planes lie side by side in a word as far as there is room.
  width_ = block_.conditions;
  in_word_ = kBits / width_;
  words_ = words_of(block_);
  if (words_ == 3) words_ = 4;
  usable_ = true;
  return tables(plan, fields, record_size, arena) && steps(plan, offer_of, arena);
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
    slots += d.way_count + (d.way_count > 1 ? 1 : 0);
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
  return slots > kBits ? "more than 64 ways advised, and choices of several" : nullptr;
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
  List<Plane> planes;
  List<NullByte> nulls;
  List<Short> shorts;
  uint32_t plane = 0;
  for (uint32_t a = 0; a < block_.alternatives; ++a) {
    for (uint32_t k = 0; k <= block_.clauses[a]; ++k, ++plane) {
      Plane p{static_cast<uint8_t>(plane / in_word_),
              static_cast<uint8_t>(plane % in_word_ * width_), k > 0};
      if (!planes.add(arena, p)) return false;
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
      while (k < nulls.count && nulls[k].offset != f.null_offset) ++k;
      if (k == nulls.count && !nulls.add(arena, {static_cast<uint32_t>(f.null_offset), 0})) {
        return false;
      }
      nulls[k].mask = static_cast<uint8_t>(nulls[k].mask | f.null_mask);
    }
    if (f.offset > UINT32_MAX || f.null_offset > UINT32_MAX) {
      usable_ = false;
      return true;
    }
    if (!table_of(plan, f, shorts, arena) || !single(plan, f, arena)) return false;
  }
  if (!group(record_size, arena)) return false;
  planes_.set(planes.data, planes.count);
  nulls_.set(nulls.data, nulls.count);
  shorts_.set(shorts.data, shorts.count);
  rare_ = small_.count + wide_.count + reals_.count + sets_.count > 0;
  return true;
}

/// What lies near each other goes into groups, as far as the values together have eight bits.
bool Compact::group(size_t record_size, Arena& arena) {
  List<Small>& all = small_;
  for (uint32_t i = 1; i < all.count; ++i) {
    for (uint32_t k = i; k > 0 && all[k].offset < all[k - 1].offset; --k) {
      Small swap = all[k];
      all[k] = all[k - 1];
      all[k - 1] = swap;
    }
  }
  auto width = [](const Small& s) {
    return s.last == 0 ? 0 : 32 - static_cast<uint32_t>(__builtin_clz(s.last));
  };
  List<Group> groups;
  uint32_t alone = 0;
  for (uint32_t i = 0; i < all.count;) {
    size_t begin = all[i].offset;
    if (record_size >= 8 && begin > record_size - 8) begin = record_size - 8;
    uint32_t end = i;
    uint32_t bits = 0;
    // The high bit of a value must be free; a least value below 0 would borrow from the next where nothing is wrong;
    // two that overlap cannot be told apart.
    auto fits = [&](const Small& s) {
      return record_size >= 8 && size_t{s.offset} + s.size <= begin + 8 &&
             s.last < 1u << (8 * s.size - 1) && s.lo >> 31 == 0 && bits + width(s) <= 8 &&
             (end == i || s.offset >= size_t{all[end - 1].offset} + all[end - 1].size);
    };
    while (end < all.count && fits(all[end])) bits += width(all[end++]);
    if (end == i) {
      all[alone++] = all[i++];
      continue;
    }
    auto* table = arena.array<uint64_t>(size_t{256} * words_);
    if (table == nullptr) return false;
    memset(table, 0xff, size_t{256} * words_ * sizeof *table);
    Group g{table, 0, 0, 0, 0, 0, begin};
    uint32_t place = bits;
    for (uint32_t k = i; k < end; ++k) {
      const Small& s = all[k];
      const uint32_t at = 8 * static_cast<uint32_t>(s.offset - begin);
      const uint64_t high = bit_at(8 * s.size - 1);
      place -= width(s);
      g.bytes |= low_bits(8 * s.size) << at;
      g.least |= uint64_t{s.lo} << at;
      g.above |= (high - 1 - s.last) << at;
      g.high |= high << at;
      if (s.last > 0) g.magic += bit_at(56 - at + place);
      for (uint32_t row = 0; row < 256; ++row) {
        uint32_t value = row >> place & ((1u << width(s)) - 1);
        if (value > s.last) continue;  // of no value: never used
        for (uint32_t w = 0; w < words_; ++w) {
          table[row * words_ + w] &= s.table[size_t{value} * words_ + w];
        }
      }
    }
    if (!groups.add(arena, g)) return false;
    i = end;
  }
  all.count = alone;
  groups_.set(groups.data, groups.count);
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
bool Compact::table_of(const Plan& plan, const Field& f, List<Short>& shorts, Arena& arena) {
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
    return shorts.add(arena, s);
  }
  if (real) {
    return reals_.add(arena, {table, r.real_begins, r.real_lo, r.real_hi, offset, r.count});
  }
  // Of bytes and words of 32 bits the difference from the least value, taken without sign, tells those below too.
  if (small && r.raw != GDLRT_RAW_I64) {
    const uint32_t size = r.raw == GDLRT_RAW_U8 ? 1 : 4;
    return small_.add(
        arena, {table, offset, size, static_cast<uint32_t>(r.lo), static_cast<uint32_t>(last)});
  }
  if (r.lo > r.hi) {  // no value fits: the general way says so
    usable_ = false;
    return true;
  }
  return wide_.add(arena, {table, small ? nullptr : &f.reading, offset, r.lo,
                           static_cast<uint64_t>(r.hi) - static_cast<uint64_t>(r.lo)});
}

bool Compact::steps(const Plan& plan, const uint32_t* offer_of, Arena& arena) {
  const Program& p = plan.program();
  impossible_ = low_bits(p.impossibles.count) << (rules_ + decisions_) % 64;
  if (p.impossibles.count == 0) impossible_ = 0;
  // 2. Who overrides whom, each after those that override it.
  List<Overrider> overriders;
  for (uint32_t r : p.rule_order) {
    uint64_t mine = 0;
    for (uint32_t other = 0; other < rules_; ++other) {
      const RuleRow& row = p.rules[other];
      for (uint32_t o : p.range(row.overridden_first, row.overridden_count)) {
        if (o == r) mine |= bit_at(other);
      }
    }
    if (mine != 0 && !overriders.add(arena, {bit_at(r), mine})) return false;
  }
  overriders_.set(overriders.data, overriders.count);
  // 3.
  const uint32_t parts = (rules_ + kAtOnce - 1) / kAtOnce;
  auto* of_rule = arena.array<Slots>(rules_ + size_t{1});
  auto* slots = arena.array<Slots>((size_t{parts} << kAtOnce) + 1);
  auto* decisions = arena.array<Decision>(decisions_ + size_t{1});
  slots_of_ = arena.array<uint64_t>(rules_ + size_t{1});
  firsts_ = arena.array<uint64_t>(decisions_ + size_t{1});
  if (arena.failed()) return false;
  uint32_t slot = 0;
  for (uint32_t k = 0; k < p.directives.count; ++k) {
    const DirectiveRow& dir = p.directives[k];
    if (!is_for(dir.verb)) continue;
    uint32_t rule = 0;
    while (k < p.rules[rule].directive_first ||
           k >= p.rules[rule].directive_first + p.rules[rule].directive_count) {
      ++rule;
    }
    const RuleRow& row = p.rules[rule];
    const uint64_t all = low_bits(dir.way_count) << slot;
    for (uint32_t w = 0; w < dir.way_count; ++w, ++slot, ++offer_of) {
      of_rule[rule].offered |= bit_at(*offer_of);
      const WayRow& way = p.ways[p.operands[dir.way_first + w]];
      for (uint32_t b : p.range(way.ban_first, way.ban_count)) {
        of_rule[b].banned |= bit_at(slot);
        of_rule[b].barred |= bit_at(*offer_of);
        for (uint32_t y : p.range(row.yields_first, row.yields_count)) {
          if (y == b) of_rule[b].yielded |= bit_at(slot);
        }
      }
    }
    of_rule[rule].advised |= all;
    slots_of_[rule] |= all;
    if (dir.way_count == 1) {
      singles_ |= all;
    } else {
      several_ |= all;
      guards_ |= bit_at(slot);
      slots_of_[rule] |= bit_at(slot++);
    }
  }
  for (uint32_t part = 0; part < parts; ++part) {
    for (uint32_t which = 0; which < 1u << kAtOnce; ++which) {
      Slots& s = slots[(part << kAtOnce) + which];
      for (uint32_t i = 0; i < kAtOnce && part * kAtOnce + i < rules_; ++i) {
        if ((which >> i & 1u) == 0) continue;
        const Slots& one = of_rule[part * kAtOnce + i];
        s = {s.advised | one.advised, s.banned | one.banned, s.yielded | one.yielded,
             s.offered | one.offered, s.barred | one.barred};
      }
    }
  }
  slots_.set(slots, parts << kAtOnce);
  for (uint32_t r = 0; r < rules_; ++r) {
    if ((p.rules[r].flags & kHasNone) != 0) nones_ |= bit_at(r);
    if ((p.rules[r].flags & kHasFor) != 0) fors_ |= bit_at(r);
  }
  for (uint32_t d = 0; d < decisions_; ++d) {
    uint64_t rules = 0;
    uint64_t mine = 0;
    for (uint32_t r : p.range(p.decisions[d].rule_first, p.decisions[d].rule_count)) {
      rules |= bit_at(r);
      mine |= slots_of_[r];
    }
    decisions[decisions_ - 1 - d] = {rules & fors_, rules & nones_, mine};
    if (static_cast<Choose>(p.decisions[d].choose) == Choose::first)
      firsts_[first_count_++] = rules;
  }
  of_.set(decisions, decisions_);
  first_ = first_count_ > 0;
  return true;
}

}  // namespace gdlrt
