// See run_columns.h.
#include "run_columns.h"

#include <algorithm>
#include <bit>

#include "program.h"

namespace gdlc {

using gdlrt::num::NumStatus;
using gdlrt::num::Rational;

void Names::add(const std::string& name) {
  constexpr std::size_t kFew = 64;
  constexpr int kTries = 64;
  names_.push_back(name);
  std::size_t size = 4;
  unsigned bits = 2;
  while (size < 3 * names_.size()) {
    size *= 2;
    ++bits;
  }
  if (size == table_.size() && names_.size() > kFew) {
    (void)insert(names_.size() - 1);
    return;
  }
  shift_ = 64 - bits;
  multiplier_ = 0x9e3779b97f4a7c15u;
  // Few names are spread so that none is in another's way; of many some are.
  for (int i = 0; i < kTries; ++i) {
    // Only before a table is made: the last one that is made stays, and is looked up by its own multiplier.
    if (i > 0) multiplier_ = (multiplier_ * 6364136223846793005u + 1442695040888963407u) | 1;
    table_.assign(size, {});
    bool alone = true;
    for (std::size_t n = 0; n < names_.size(); ++n) alone = insert(n) && alone;
    if (alone || names_.size() > kFew) return;
  }
}

/// Whether its place is where it is looked for first. A name that is there twice is found by its first index.
bool Names::insert(std::size_t n) {
  std::string padded = names_[n] + std::string(8, '\0');
  Entry e{key(padded.data(), names_[n].size()), static_cast<std::uint32_t>(n)};
  std::size_t i = slot(e.key);
  bool alone = true;
  for (; table_[i].index != kNone; i = (i + 1) & (table_.size() - 1)) alone = false;
  table_[i] = e;
  return alone;
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

namespace {

/// Digits with at most one point among them, 1 to 8 bytes, as one number without the point; false for whatever is not at a
/// glance that. All bytes are looked at together: how many there are, nobody can foretell.
bool read_short(const char* at, std::size_t size, std::uint64_t& digits, std::int32_t& places) {
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  // The last byte comes to the top, before the first are zeros.
  const auto unused = static_cast<unsigned>(8 * (8 - size));
  word <<= unused;
  word |= ('0' * kOnes) & ~(~std::uint64_t{0} << unused);
  // The point: the lowest byte that is one is told rightly. One more fails as no digit.
  const std::uint64_t x = word ^ ('.' * kOnes);
  const std::uint64_t point = (x - kOnes) & ~x & (0x80 * kOnes);
  places = 0;
  std::size_t whole = size;
  if (point != 0) {
    const auto below = static_cast<unsigned>(__builtin_ctzll(point)) & ~7u;  // bits before it
    const std::uint64_t before = word & ~(~std::uint64_t{0} << below);
    word = before << 8 | '0' | word >> below >> 8 << below << 8;
    places = static_cast<std::int32_t>(7 - below / 8);
    whole = size - 1 - static_cast<std::size_t>(places);
    if (places == 0 || whole == 0) return false;
  }
  if (whole > 1 && *at == '0') return false;
  constexpr std::uint64_t kHigh = 0xf0 * kOnes;
  if (((word & kHigh) | ((word + 0x06 * kOnes) & kHigh) >> 4) != 0x33 * kOnes) return false;
  // Neighbours to numbers of two digits, these to four, these to eight.
  word = (word & 0x0f * kOnes) * (10 << 8 | 1) >> 8;
  word = (word & 0x00ff00ff00ff00ffu) * (100 << 16 | 1) >> 16;
  word = (word & 0x0000ffff0000ffffu) * (std::uint64_t{10000} << 32 | 1) >> 32;
  digits = word;
  return true;
}

}  // namespace

bool Column::put_number(std::size_t row, const char* at, std::size_t size) {
  static constexpr std::int64_t kTens[] = {1,      10,      100,      1000,      10000,
                                           100000, 1000000, 10000000, 100000000, 1000000000};
  static_assert(kShortScale < sizeof kTens / sizeof *kTens);
  std::uint64_t number = 0;
  std::int32_t after = 0;
  constexpr bool kLittle = std::endian::native == std::endian::little;
  if (kLittle && size >= 1 && size <= 8 && scale <= kShortScale &&
      read_short(at, size, number, after)) {
    // Nine digits at most, moved by nine places at most: that fits.
    if (after > scale || (after > 0 && kind == Kind::integer)) return false;
    const std::int64_t value = static_cast<std::int64_t>(number) * kTens[scale - after];
    if (value < lo || value > hi) return false;
    put(row, value);
    return true;
  }
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
