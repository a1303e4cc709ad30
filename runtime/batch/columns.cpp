// Reading columns: see columns.h.
#include "columns.h"

#include <string.h>

namespace gdlrt::batch {

size_t raw_size(uint32_t raw) {
  switch (raw) {
    case GDLRT_RAW_U8: return 1;
    case GDLRT_RAW_I32: return 4;
    case GDLRT_RAW_BITS: return 0;
    default: return 8;
  }
}

Leaf leaf_of(const Gate& gate, const Reading& r, uint32_t raw, uint32_t column) {
  Leaf out;
  out.column = column;
  out.bound = gate.b;
  if (gate.kind == GateKind::known) {
    out.kind = Leaf::Kind::known;
    return out;
  }
  if (gate.kind == GateKind::element) {
    out.kind = Leaf::Kind::element;
    return out;
  }
  if (raw == GDLRT_RAW_BITS) {  // yes/no: class 1, or from class 1 on, is yes
    out.kind = gate.b == 1 ? Leaf::Kind::bits : Leaf::Kind::not_bits;
    return out;
  }
  if (gate.kind == GateKind::equal) {
    // A class that the type cannot hold no row has; of fewer bits it would be another one.
    out.kind = out.bound < r.lo || out.bound > r.hi ? Leaf::Kind::no : Leaf::Kind::equal;
    return out;
  }
  out.kind = Leaf::Kind::at_least;
  if (raw == GDLRT_RAW_F64) {
    out.real = r.real_begins[gate.b - 1];
    return out;
  }
  if (!r.identity) {
    if (gate.b > r.count) {  // no value of the type is of that class
      out.kind = Leaf::Kind::no;
      return out;
    }
    out.bound = r.begins[gate.b - 1];
  }
  if (out.bound > r.hi) out.kind = Leaf::Kind::no;
  if (out.bound <= r.lo) out.kind = Leaf::Kind::yes;
  return out;
}

namespace {

/// Bits from `first` on, as words; behind the last of `count` are ones.
void load_bits(const uint8_t* from, size_t first, size_t count, uint64_t* out) {
  size_t whole = first % 8 == 0 ? count / 64 : 0;  // words that lie there as they are
  memcpy(out, from + first / 8, whole * sizeof *out);
  for (size_t done = whole * 64; done < count; done += 64) {
    size_t bit = first + done;
    size_t here = count - done < 64 ? count - done : 64;
    size_t bytes = (bit % 8 + here + 7) / 8;
    uint64_t word = 0;
    memcpy(&word, from + bit / 8, bytes < 8 ? bytes : 8);
    word >>= bit % 8;
    if (bytes > 8) word |= uint64_t{from[bit / 8 + 8]} << (64 - bit % 8);
    if (here < 64) word |= ~uint64_t{0} << here;
    out[done / 64] = word;
  }
}

void fill(uint64_t* out, uint32_t words, uint64_t with) {
  for (uint32_t w = 0; w < words; ++w) out[w] = with;
}

}  // namespace

void Chunk::make(const Program& program, View<Column> columns, const Kernels& kernels,
                 uint32_t words, Arena& arena) {
  p_ = &program;
  columns_ = columns;
  k_ = &kernels;
  most_ = words;
  in_ = arena.array<In>(columns.count + size_t{1});
  valid_ = arena.array<uint64_t>(size_t{columns.count} * words + 1);
  bits_ = arena.array<uint64_t>(size_t{columns.count} * words + 1);
  padded_ = arena.array<uint8_t>(size_t{columns.count} * kPad * 8 + 1);
  invalid_ = arena.array<uint64_t>(words);
  scratch_ = arena.array<uint64_t>(words);
  coded_ = arena.array<uint32_t>(columns.count + size_t{1});
  converted_of_ = arena.array<uint32_t>(columns.count + size_t{1});
  uint32_t coded = 0;
  uint32_t converted = 0;
  for (uint32_t c = 0; c < columns.count && !arena.failed(); ++c) {
    coded_[c] = coded;
    converted_of_[c] = converted;
    if (columns[c].reading.identity) ++coded;
    if (columns[c].form != Form::as_raw) ++converted;
  }
  converted_ = arena.array<uint8_t>(size_t{converted} * words * 64 * 8 + 1);
  decoded_ = arena.array<uint8_t>(size_t{coded} * words * 64 + 1);
}

namespace {

Form form_of(uint32_t raw) {
  return raw == GDLRT_RAW_U8 ? Form::u8 : raw == GDLRT_RAW_I32 ? Form::i32 : Form::i64;
}

template <class T, class Visit>
void each_of(const void* values, size_t first, size_t rows, Visit&& visit) {
  const auto* at = static_cast<const uint8_t*>(values) + first * sizeof(T);
  for (size_t i = 0; i < rows; ++i) {
    T v;
    memcpy(&v, at + i * sizeof v, sizeof v);
    visit(i, v);
  }
}
/// Calls visit(i, value) for the integers of rows first..first+rows, each in its own type.
template <class Visit>
void each_integer(Form form, const void* values, size_t first, size_t rows, Visit&& visit) {
  switch (form) {
    case Form::i8: return each_of<int8_t>(values, first, rows, visit);
    case Form::u8: return each_of<uint8_t>(values, first, rows, visit);
    case Form::i16: return each_of<int16_t>(values, first, rows, visit);
    case Form::u16: return each_of<uint16_t>(values, first, rows, visit);
    case Form::i32: return each_of<int32_t>(values, first, rows, visit);
    case Form::u32: return each_of<uint32_t>(values, first, rows, visit);
    case Form::u64: return each_of<uint64_t>(values, first, rows, visit);
    default: return each_of<int64_t>(values, first, rows, visit);
  }
}

void put_bytes(uint8_t* to, size_t size, size_t row, int64_t v) {
  auto narrow = static_cast<int32_t>(v);
  if (size == 4) {
    memcpy(to + row * 4, &narrow, 4);
  } else {
    memcpy(to + row * 8, &v, 8);
  }
}

}  // namespace

/// Values through their codes, to bytes.
void Chunk::decode(const gdlrt_column_data& d, uint32_t c, size_t first, size_t rows) {
  uint8_t* to = decoded_ + size_t{coded_[c]} * most_ * 64;
  Form form = columns_[c].form == Form::as_raw ? form_of(columns_[c].raw) : columns_[c].form;
  each_integer(form, d.values, first, rows, [&](size_t i, auto v) {
    // What is below 0 is as a number without sign beyond any.
    auto at = static_cast<uint64_t>(v);
    to[i] = at < d.code_count ? d.codes[at] : UINT8_MAX;
  });
  for (size_t i = rows; i % 64 != 0; ++i) to[i] = to[0];
  in_[c].at = to;
  in_[c].raw = GDLRT_RAW_U8;
}

/// Numbers to those of the column's raw type, which has room for each that the fact may have.
void Chunk::convert(const gdlrt_column_data& d, uint32_t c, size_t first, size_t rows) {
  uint8_t* to = converted_ + size_t{converted_of_[c]} * most_ * 64 * 8;
  size_t size = raw_size(columns_[c].raw);
  if (columns_[c].form == Form::f32) {
    each_of<float>(d.values, first, rows, [&](size_t i, float v) {
      double wide = v;
      memcpy(to + i * 8, &wide, 8);
    });
  } else {
    // What is beyond 63 bits is beyond the fact's range: arrow.cpp sees to that.
    bool is_u64 = columns_[c].form == Form::u64;
    each_integer(columns_[c].form, d.values, first, rows, [&](size_t i, auto v) {
      auto wide = static_cast<int64_t>(v);
      put_bytes(to, size, i, is_u64 && wide < 0 ? INT64_MAX : wide);
    });
  }
  for (size_t i = rows; i % 64 != 0; ++i) memcpy(to + i * size, to, size);
  in_[c].at = to;
}

/// Enumerators' names to their places; what is none becomes 255, which is none either.
void Chunk::read_text(const gdlrt_column_data& d, const void* offsets, uint32_t c, size_t first,
                      size_t rows) {
  uint8_t* to = decoded_ + size_t{coded_[c]} * most_ * 64;
  const FactRow& f = p_->facts[columns_[c].reading.fact];
  bool wide = columns_[c].form == Form::text64;
  auto offset = [&](size_t i) {
    int64_t out = 0;
    int32_t narrow = 0;
    const auto* at = static_cast<const uint8_t*>(offsets);
    if (wide) {
      memcpy(&out, at + i * 8, 8);
      return out;
    }
    memcpy(&narrow, at + i * 4, 4);
    return int64_t{narrow};
  };
  for (size_t i = 0; i < rows; ++i) {
    size_t bit = first + i;
    bool known = d.valid == nullptr || (d.valid[bit / 8] >> bit % 8 & 1u) != 0;
    to[i] = known ? UINT8_MAX : 0;
    if (!known) continue;
    int64_t from = offset(first + i);
    int64_t size = offset(first + i + 1) - from;
    if (from < 0 || size <= 0) continue;
    const char* text = static_cast<const char*>(d.values) + from;
    for (uint32_t e = 0; e < f.enum_count; ++e) {
      const char* name = p_->name(p_->enumerators[f.enum_first + e].name);
      if (name[0] != text[0] || strlen(name) != static_cast<size_t>(size) ||
          memcmp(name, text, static_cast<size_t>(size)) != 0) {
        continue;
      }
      to[i] = static_cast<uint8_t>(e);
      break;
    }
  }
  for (size_t i = rows; i % 64 != 0; ++i) to[i] = to[0];
  in_[c].at = to;
  in_[c].raw = GDLRT_RAW_U8;
}

void Chunk::take(const gdlrt_column_data* data, const void* const* offsets, size_t first,
                 size_t rows) {
  words_ = static_cast<uint32_t>((rows + 63) / 64);
  open_ = false;
  for (uint32_t c = 0; c < columns_.count; ++c) {
    const gdlrt_column_data& d = data[c];
    size_t at = d.offset + first;
    size_t size = raw_size(columns_[c].raw);
    const auto* values = static_cast<const uint8_t*>(d.values);
    in_[c].raw = columns_[c].raw;
    if (is_text(columns_[c].form)) {
      read_text(d, offsets[c], c, at, rows);
    } else if (d.codes != nullptr) {
      decode(d, c, at, rows);
    } else if (columns_[c].form != Form::as_raw) {
      convert(d, c, at, rows);
    } else if (size == 0) {
      uint64_t* bits = bits_ + size_t{c} * most_;
      load_bits(values, at, rows, bits);
      in_[c].at = reinterpret_cast<const uint8_t*>(bits);
    } else if (rows % 64 == 0) {
      in_[c].at = values + at * size;
    } else {
      uint8_t* to = padded_ + size_t{c} * kPad * 8;
      memcpy(to, values + at * size, rows * size);
      for (size_t i = rows; i < kPad; ++i) memcpy(to + i * size, to, size);
      in_[c].at = to;
    }
    in_[c].valid = false;
    if (d.valid == nullptr) continue;
    uint64_t* valid = valid_ + size_t{c} * most_;
    load_bits(d.valid, at, rows, valid);
    uint64_t all = ~uint64_t{0};
    for (uint32_t w = 0; w < words_; ++w) all &= valid[w];
    in_[c].valid = all != ~uint64_t{0};
    open_ = open_ || (in_[c].valid && columns_[c].read);
  }
}

/// Whatever of the column is beyond its values.
void Chunk::add_invalid(uint32_t c) {
  const Reading& r = columns_[c].reading;
  const uint8_t* at = in_[c].at;
  auto add = [&](bool negated) {
    const uint64_t* known = valid(c);
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t out = negated ? ~scratch_[w] : scratch_[w];
      invalid_[w] |= known == nullptr ? out : out & known[w];
    }
  };
  switch (in_[c].raw) {
    case GDLRT_RAW_U8:
      k_->u8_at_least(at, words_, static_cast<uint8_t>(r.lo), scratch_);
      add(true);
      if (r.hi >= UINT8_MAX) return;
      k_->u8_at_least(at, words_, static_cast<uint8_t>(r.hi + 1), scratch_);
      break;
    case GDLRT_RAW_I32:
      k_->i32_at_least(at, words_, static_cast<int32_t>(r.lo), scratch_);
      add(true);
      if (r.hi >= INT32_MAX) return;
      k_->i32_at_least(at, words_, static_cast<int32_t>(r.hi + 1), scratch_);
      break;
    case GDLRT_RAW_I64:
      k_->i64_at_least(at, words_, r.lo, scratch_);
      add(true);
      if (r.hi == INT64_MAX) return;
      k_->i64_at_least(at, words_, r.hi + 1, scratch_);
      break;
    case GDLRT_RAW_F64:
      k_->f64_at_least(at, words_, r.real_lo, scratch_);
      add(true);
      k_->f64_at_least(at, words_, r.real_beyond, scratch_);
      break;
    default:
      for (uint32_t e = 0; e < 64; ++e) {
        if ((r.elements >> e & 1u) != 0) continue;
        k_->set_has(at, words_, e, scratch_);
        add(false);
      }
      return;
  }
  add(false);
}

const uint64_t* Chunk::invalid() {
  bool any = false;
  for (uint32_t c = 0; c < columns_.count; ++c) {
    const Reading& r = columns_[c].reading;
    const uint8_t* at = in_[c].at;
    bool fine = true;
    switch (in_[c].raw) {
      case GDLRT_RAW_U8:
        fine = r.lo <= r.hi &&
               k_->u8_within(at, words_, static_cast<uint8_t>(r.lo), static_cast<uint8_t>(r.hi));
        break;
      case GDLRT_RAW_I32:
        fine = r.lo <= r.hi &&
               k_->i32_within(at, words_, static_cast<int32_t>(r.lo), static_cast<int32_t>(r.hi));
        break;
      case GDLRT_RAW_I64: fine = k_->i64_within(at, words_, r.lo, r.hi); break;
      case GDLRT_RAW_F64: fine = k_->f64_within(at, words_, r.real_lo, r.real_hi); break;
      case GDLRT_RAW_BITS: break;
      default: fine = k_->set_within(at, words_, r.elements); break;
    }
    if (fine) continue;
    if (!any) fill(invalid_, words_, 0);
    any = true;
    if (r.lo > r.hi) {  // the type holds no value of the fact
      const uint64_t* known = valid(c);
      for (uint32_t w = 0; w < words_; ++w)
        invalid_[w] |= known == nullptr ? ~uint64_t{0} : known[w];
    } else {
      add_invalid(c);
    }
  }
  return any ? invalid_ : nullptr;
}

void Chunk::compare(const Leaf& leaf, uint64_t* out) const {
  const uint8_t* at = in_[leaf.column].at;
  uint32_t raw = in_[leaf.column].raw;
  auto at_least = [&](int64_t bound, uint64_t* to) {
    if (raw == GDLRT_RAW_U8) {
      k_->u8_at_least(at, words_, static_cast<uint8_t>(bound), to);
    } else if (raw == GDLRT_RAW_I32) {
      k_->i32_at_least(at, words_, static_cast<int32_t>(bound), to);
    } else {
      k_->i64_at_least(at, words_, bound, to);
    }
  };
  switch (leaf.kind) {
    case Leaf::Kind::no: fill(out, words_, 0); return;
    case Leaf::Kind::yes: fill(out, words_, ~uint64_t{0}); return;
    case Leaf::Kind::at_least:
      if (raw == GDLRT_RAW_F64) {
        k_->f64_at_least(at, words_, leaf.real, out);
      } else {
        at_least(leaf.bound, out);
      }
      return;
    case Leaf::Kind::equal:
      if (raw == GDLRT_RAW_U8) {
        k_->u8_equal(at, words_, static_cast<uint8_t>(leaf.bound), out);
        return;
      }
      at_least(leaf.bound, out);
      at_least(leaf.bound + 1, scratch_);
      for (uint32_t w = 0; w < words_; ++w) out[w] &= ~scratch_[w];
      return;
    case Leaf::Kind::bits:
    case Leaf::Kind::not_bits:
      k_->copy(bits_ + size_t{leaf.column} * most_, leaf.kind == Leaf::Kind::not_bits, nullptr,
               words_, out);
      return;
    case Leaf::Kind::element:
      k_->set_has(at, words_, static_cast<uint32_t>(leaf.bound), out);
      return;
    case Leaf::Kind::known:
      if (const uint64_t* known = valid(leaf.column)) {
        memcpy(out, known, words_ * sizeof *out);
      } else {
        fill(out, words_, ~uint64_t{0});
      }
      return;
  }
}

void Chunk::value(uint32_t column, size_t row, uint8_t* out) const {
  const uint8_t* at = in_[column].at;
  size_t size = raw_size(columns_[column].raw);
  if (in_[column].raw != columns_[column].raw) {
    uint64_t code = at[row];
    memcpy(out, &code, size);
    return;
  }
  switch (size) {
    case 0:
      *out = static_cast<uint8_t>(bits_[size_t{column} * most_ + row / 64] >> row % 64 & 1u);
      return;
    case 1: *out = at[row]; return;
    case 4: memcpy(out, at + row * 4, 4); return;
    default: memcpy(out, at + row * 8, 8); return;
  }
}

void Ahead::make(View<Column> columns, Arena& arena) {
  columns_ = columns;
  pieces_ = arena.array<Piece>(size_t{2} * columns.count + 1);
}

void Ahead::add(const void* at, size_t offset, size_t size) {
  if (size > 0) pieces_[count_++] = {static_cast<const uint8_t*>(at) + offset, size};
}

void Ahead::begin(const gdlrt_column_data* data, size_t first, size_t rows, uint32_t calls) {
  count_ = at_ = 0;
  line_ = 0;
  size_t lines = 0;
  for (uint32_t c = 0; c < columns_.count; ++c) {
    const Column& column = columns_[c];
    size_t at = data[c].offset + first;
    size_t size =
        column.form == Form::as_raw && data[c].codes == nullptr ? raw_size(column.raw) : 0;
    add(data[c].values, at * size, rows * size);
    if (data[c].valid != nullptr) add(data[c].valid, at / 8, rows / 8);
  }
  for (uint32_t i = 0; i < count_; ++i) lines += (pieces_[i].size + kLine - 1) / kLine;
  each_ = lines / (calls + 1) + 1;
}

}  // namespace gdlrt::batch
