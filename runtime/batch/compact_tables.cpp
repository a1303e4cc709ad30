// Small programs in words: how raw values are looked up: see compact.h.
#include "compact.h"
#include "evaluate.h"
#include "record.h"

namespace gdlrt {

namespace {

constexpr uint32_t kSmallRange = 256;
constexpr uint32_t kSubset = 8;  // elements of a set looked up together

}  // namespace

uint32_t Compact::fact_of(const Program& p, const Variable& v) {
  if (v.kind != Variable::Kind::helper) return v.of;
  const NodeRow& n = p.nodes[v.of];
  auto op = static_cast<Op>(n.op);
  const bool whole = op == Op::set_is || op == Op::set_count;
  return whole && p.facts[n.a].enum_count <= kSubset ? n.a : kNone;
}

/// Takes from `to` what the planes do not have.
void Compact::pack(const uint64_t* planes, uint64_t* to) const {
  for (uint32_t i = 0; i < bit_of_.count; ++i) {
    const Bit& b = bit_of_[i];
    if ((planes[b.word] >> b.shift & 1u) == 0) to[b.to / kBits] &= ~bit_at(b.to % kBits);
  }
}

uint64_t* Compact::rows(uint64_t count, Arena& arena) const {
  auto* out = arena.array<uint64_t>(count * words_);
  if (out != nullptr) memset(out, 0xff, count * words_ * sizeof *out);
  return out;
}

bool Compact::tables(Plan& plan, const View<Field>& fields, size_t record_size, Arena& arena) {
  List<NullByte> nulls;
  List<Short> shorts;
  List<Elements> sets;
  for (uint32_t i = 0; i < bit_of_.count; ++i) {
    begin_[bit_of_[i].to / kBits] |= bit_at(bit_of_[i].to % kBits);
  }
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
    if (!table_of(plan, f, shorts, sets, arena) || !single(plan, f, arena)) return false;
  }
  if (!group(record_size, arena)) return false;
  nulls_.set(nulls.data, nulls.count);
  shorts_.set(shorts.data, shorts.count);
  sets_.set(sets.data, sets.count);
  rare_ = small_.count + wide_.count + reals_.count > 0;
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
    uint64_t* table = rows(256, arena);
    if (table == nullptr) return false;
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
    if (fact_of(plan.program(), v) != f.reading.fact) continue;
    uint64_t* table = rows(v.values, arena);
    if (table == nullptr) return false;
    for (uint32_t k = 0; k < v.values; ++k) {
      pack(block_.tables[i].rows + size_t{k} * block_.words, table + size_t{k} * words_);
    }
    if (v.kind == Variable::Kind::value) {
      out.classes = table;
      out.count = v.values;
    } else if (v.kind == Variable::Kind::known) {
      out.known = table;
    } else {
      out.elements = true;
    }
  }
  return singles_of_.add(arena, out);
}

/// How the field is looked up.
bool Compact::table_of(const Plan& plan, const Field& f, List<Short>& shorts, List<Elements>& sets,
                       Arena& arena) {
  const Program& p = plan.program();
  const Reading& r = f.reading;
  auto offset = static_cast<uint32_t>(f.offset);
  auto meet = [&](uint64_t* row, uint32_t variable, uint32_t value) {
    pack(block_.tables[variable].rows + size_t{value} * block_.words, row);
  };
  uint32_t value = kNone;  // the fact's variable in the block
  uint64_t elements = 0;
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.tables[i].variable);
    if (fact_of(p, v) != r.fact) continue;
    if (v.kind == Variable::Kind::value) value = i;
    if (v.kind == Variable::Kind::element) elements |= bit_at(v.element);
    if (v.kind == Variable::Kind::helper) elements = r.elements;  // few: they lie in one table
  }
  if (r.raw == GDLRT_RAW_SET64) {
    Arena scratch;
    Evaluator evaluator(p, scratch);
    Patient patient;
    if (evaluator.failed() || !evaluator.make(patient, scratch)) return false;
    do {
      uint32_t shift = elements == 0 ? 0 : static_cast<uint32_t>(__builtin_ctzll(elements));
      uint64_t some = elements >> shift & low_bits(kSubset);
      elements &= ~(some << shift);
      uint32_t width = some == 0 ? 0 : kBits - static_cast<uint32_t>(__builtin_clzll(some));
      uint64_t* table = rows(bit_at(width), arena);
      if (table == nullptr) return false;
      for (uint32_t i = 0; i < block_.variables; ++i) {
        const Variable& v = plan.variable(block_.tables[i].variable);
        const bool helper = v.kind == Variable::Kind::helper;
        if (fact_of(p, v) != r.fact || v.kind == Variable::Kind::known ||
            (!helper && (v.element < shift || v.element >= shift + width))) {
          continue;
        }
        for (uint32_t s = 0; s < bit_at(width); ++s) {
          patient.sets[r.fact] = s;
          const bool holds = helper ? evaluator.node(p.nodes[v.of], patient, nullptr)
                                    : (s >> (v.element - shift) & 1u) != 0;
          meet(table + size_t{s} * words_, i, holds ? 1 : 0);
        }
      }
      if (!sets.add(arena, {table, offset, shift, low_bits(width), r.elements, r.fact})) {
        return false;
      }
    } while (elements != 0);
    return true;
  }
  bool real = r.raw == GDLRT_RAW_F64;
  bool small = !real && r.lo <= r.hi &&
               static_cast<uint64_t>(r.hi) - static_cast<uint64_t>(r.lo) < kSmallRange;
  uint64_t last = small ? static_cast<uint64_t>(r.hi - r.lo) : p.facts[r.fact].classes - 1;
  uint64_t* table = rows(last + 1, arena);
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

}  // namespace gdlrt
