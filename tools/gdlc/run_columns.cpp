// See run_columns.h.
#include "run_columns.h"

#include <algorithm>

#include "program.h"

namespace gdlc {

using gdlrt::num::NumStatus;
using gdlrt::num::Rational;

void Names::add(const std::string& name) {
  names_.push_back(name);
  std::size_t size = 4;
  unsigned bits = 2;
  while (size < 2 * names_.size() + 2) {
    size *= 2;
    ++bits;
  }
  bool grown = size != table_.size();
  shift_ = 64 - bits;
  if (grown) table_.assign(size, kNone);
  for (std::size_t k = grown ? 0 : names_.size() - 1; k < names_.size(); ++k) {
    std::string padded = names_[k] + std::string(8, '\0');
    std::size_t i = slot(padded.data(), names_[k].size());
    while (table_[i] != kNone) i = (i + 1) & (size - 1);
    table_[i] = static_cast<std::uint32_t>(k);
  }
}

std::uint32_t Names::find(const std::string& name) const {
  std::string padded = name + std::string(8, '\0');
  return find(padded.data(), name.size());
}

void Column::make(std::size_t rows) {
  values.assign(rows * size(), 0);
  valid.assign((rows + 63) / 64, ~std::uint64_t{0});
  if (kind == Kind::integer || kind == Kind::decimal) {
    for (std::size_t i = 0; i < rows && lo <= hi; ++i) put(i, lo);
  }
}

bool Column::put_number(std::size_t row, const char* at, std::size_t size) {
  const char* end = at + size;
  bool negative = at < end && *at == '-';
  if (negative) ++at;
  constexpr std::ptrdiff_t kDigits = 18;  // what an int64 holds, whatever they are
  if (at == end || end - at > kDigits + 1) return false;
  const char* first = at;
  std::uint64_t digits = 0;  // 19 of them fit
  auto take = [&] {
    for (; at < end && *at >= '0' && *at <= '9'; ++at) {
      digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
    }
  };
  take();
  if (at == first || (*first == '0' && at - first > 1)) return false;
  std::int32_t places = 0;
  if (at < end && *at == '.') {
    const char* point = at++;
    take();
    places = static_cast<std::int32_t>(at - point - 1);
    if (places == 0 || kind == Kind::integer) return false;
  } else if (at - first > kDigits) {
    return false;
  }
  if (at != end || places > scale) return false;
  auto value = static_cast<std::int64_t>(digits);
  for (; places < scale; ++places) {
    if (__builtin_mul_overflow(value, std::int64_t{10}, &value)) return false;
  }
  if (negative) value = -value;
  if (value < lo || value > hi) return false;
  put(row, value);
  return true;
}

namespace {

/// The number times 10^scale, if that is a whole number of 64 bits; else, by `up`, the whole one beside it.
bool scaled(Rational number, std::int32_t scale, bool up, std::int64_t& out) {
  Rational ten = Rational::from_int(10);
  for (std::int32_t i = 0; i < scale; ++i) {
    if (gdlrt::num::mul(number, ten, number) != NumStatus::ok) return false;
  }
  return (up ? number.ceil() : number.floor()).to_int64(out);
}

/// How numbers of the fact are held: with as many places as fit, of four bytes if these have room for some.
void hold_numbers(const gdlrt::Program& p, const gdlrt::FactRow& f, Column& c) {
  Rational lo = p.number(f.lo);
  Rational hi = p.number(f.hi);
  bool whole = c.kind == Kind::integer;
  auto fits = [&](std::int32_t scale, std::int64_t least, std::int64_t most) {
    std::int64_t a = 0;
    std::int64_t b = 0;
    if (!scaled(lo, scale, true, a) || !scaled(hi, scale, false, b)) return false;
    if (a < least || b > most) return false;
    c.lo = a;
    c.hi = b;
    c.scale = scale;
    return true;
  };
  c.lo = 1;
  c.hi = 0;
  c.raw = GDLRT_RAW_I64;
  if (whole) {
    if (fits(0, 0, UINT8_MAX)) {
      c.raw = GDLRT_RAW_U8;
    } else if (fits(0, INT32_MIN, INT32_MAX)) {
      c.raw = GDLRT_RAW_I32;
    } else {
      (void)fits(0, INT64_MIN, INT64_MAX);
    }
    return;
  }
  constexpr std::int32_t kEnough = 4;   // places: more are rare in what is measured
  constexpr std::int32_t kPlaces = 18;  // of a scale
  for (std::int32_t scale = 9; scale >= kEnough; --scale) {
    if (!fits(scale, INT32_MIN + 1, INT32_MAX - 1)) continue;
    c.raw = GDLRT_RAW_I32;
    return;
  }
  for (std::int32_t scale = kPlaces; scale >= 0; --scale) {
    if (fits(scale, INT64_MIN + 1, INT64_MAX - 1)) return;
  }
}

void hold_default(const gdlrt::Program& p, const gdlrt::FactRow& f, Column& c) {
  c.has_default = (f.flags & gdlrt::kHasDefault) != 0;
  // Whether a fact is known that only has its default, columns cannot say.
  if (!c.has_default || (f.flags & gdlrt::kKnownnessTested) != 0) return;
  if (c.kind == Kind::set) {
    c.default_value = static_cast<std::int64_t>(gdlrt::default_elements(f));
    c.default_is_value = true;
  } else if (c.kind == Kind::integer || c.kind == Kind::decimal) {
    std::int64_t above = 0;
    Rational number = p.number(f.default_number);
    c.default_is_value = scaled(number, c.scale, false, c.default_value) &&
                         scaled(number, c.scale, true, above) && above == c.default_value &&
                         above >= c.lo && above <= c.hi;
  } else {
    c.default_value = f.default_class;
    c.default_is_value = true;
  }
}

}  // namespace

std::vector<Column> columns_of(const gdlrt_program* program) {
  const gdlrt::Program& p = program->program;
  std::vector<Column> out(p.facts.count);
  for (std::uint32_t i = 0; i < p.facts.count; ++i) {
    const gdlrt::FactRow& f = p.facts[i];
    Column& c = out[i];
    c.fact = p.name(f.name);
    c.read = (f.flags & (gdlrt::kUsed | gdlrt::kKnownnessTested)) != 0;
    for (std::uint32_t k = 0; k < f.enum_count; ++k) {
      c.names.add(p.name(p.enumerators[f.enum_first + k].name));
    }
    switch (static_cast<gdlrt::FactKind>(f.kind)) {
      case gdlrt::FactKind::boolean:
        c.kind = Kind::boolean;
        c.raw = GDLRT_RAW_U8;
        break;
      case gdlrt::FactKind::enumeration:
        c.kind = Kind::enumeration;
        c.raw = f.enum_count <= UINT8_MAX ? GDLRT_RAW_U8 : GDLRT_RAW_I32;
        break;
      case gdlrt::FactKind::integer:
        c.kind = Kind::integer;
        hold_numbers(p, f, c);
        break;
      case gdlrt::FactKind::decimal:
        c.kind = Kind::decimal;
        hold_numbers(p, f, c);
        break;
      case gdlrt::FactKind::set:
        c.kind = Kind::set;
        c.raw = GDLRT_RAW_SET64;
        break;
    }
    hold_default(p, f, c);
  }
  return out;
}

std::vector<std::string> decisions_of(const gdlrt_program* program) {
  const gdlrt::Program& p = program->program;
  std::vector<std::string> out;
  for (const gdlrt::DecisionRow& d : p.decisions) out.emplace_back(p.name(d.name));
  return out;
}

}  // namespace gdlc
