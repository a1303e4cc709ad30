// Raw values and where classes begin among them: see readings.h.
#include "readings.h"

namespace gdlrt {

using num::NumStatus;
using num::Rational;

namespace {

/// Of doubles, and of floats.
struct Format {
  int fraction;        ///< bits
  int least_exponent;  ///< of the last bit
  int bias;            ///< of the exponent, if the mantissa is a fraction
  int digits;          ///< that always give a value back
};
constexpr Format kDouble = {52, -1074, 1023, 17};
constexpr Format kSingle = {23, -149, 127, 9};
constexpr int kMaxScale = 18;

uint64_t bits_of(double v) {
  uint64_t out = 0;
  memcpy(&out, &v, sizeof out);
  return out;
}
/// Doubles in order as integers in order: -0 and 0 are both 0, 1 is the least double above. Floats the same.
double nth(bool single, int64_t n) {
  uint64_t bits = n < 0 ? ~static_cast<uint64_t>(n) + 1 : static_cast<uint64_t>(n);
  double out = 0;
  if (single) {
    auto low = static_cast<uint32_t>(bits);
    float narrow = 0;
    memcpy(&narrow, &low, sizeof narrow);
    out = narrow;
  } else {
    memcpy(&out, &bits, sizeof out);
  }
  return n < 0 ? -out : out;
}
int64_t place_of(bool single, double v) {
  uint64_t bits = bits_of(v < 0 ? -v : v);
  if (single) {
    auto narrow = static_cast<float>(v < 0 ? -v : v);
    uint32_t low = 0;
    memcpy(&low, &narrow, sizeof low);
    bits = low;
  }
  return v < 0 ? -static_cast<int64_t>(bits) : static_cast<int64_t>(bits);
}

/// mantissa * 2^exponent; false if it does not fit.
bool scaled(bool negative, uint64_t mantissa, int exponent, Rational& out) {
  if (exponent > 190 || exponent < -250) return false;
  num::U256 m = num::U256::from_u64(mantissa);
  num::U256 power = num::U256::from_u64(1);
  for (int i = exponent < 0 ? -exponent : exponent; i > 0;) {
    int step = i > 30 ? 30 : i;
    num::U256 next;
    if (!num::mul(power, num::U256::from_u64(uint64_t{1} << step), next)) return false;
    power = next;
    i -= step;
  }
  num::U256 n = m;
  if (exponent > 0 && !num::mul(m, power, n)) return false;
  out = Rational::normalised(negative, n, exponent < 0 ? power : num::U256::from_u64(1));
  return true;
}

/// A finite value's parts: mantissa * 2^exponent.
void parts_of(bool single, double v, uint64_t& mantissa, int& exponent) {
  const Format& f = single ? kSingle : kDouble;
  auto bits = static_cast<uint64_t>(place_of(single, v < 0 ? -v : v));
  mantissa = bits & ((uint64_t{1} << f.fraction) - 1);
  exponent = static_cast<int>(bits >> f.fraction);
  if (exponent == 0) {
    exponent = 1;
  } else {
    mantissa |= uint64_t{1} << f.fraction;
  }
  exponent -= f.bias + f.fraction;
}

bool power_of_ten(int n, Rational& out) {
  num::U256 p;
  if (!num::power_of_ten(n < 0 ? -n : n, p)) return false;
  out = n < 0 ? Rational::normalised(false, num::U256::from_u64(1), p)
              : Rational::normalised(false, p, num::U256::from_u64(1));
  return true;
}

/// Where doubles, or floats, reach a threshold: the first, in order, that reads as a decimal not below it, or above it.
class Reals {
 public:
  explicit Reals(bool single)
      : single_(single),
        largest_(int64_t{(single ? kSingle : kDouble).bias + 120}
                 << (single ? kSingle : kDouble).fraction) {}

  /// The first that reads as `at_least`, or beyond if `above`. False if the arithmetic has no room.
  bool first(const Rational& at, bool above, double& out) const {
    if (at.sign() == 0) {
      out = nth(single_, above ? 1 : 0);
      return true;
    }
    // A value lies on the same side by its value as by its decimal, or is one of those next to the threshold.
    int64_t lo = -largest_;
    int64_t hi = largest_;
    while (lo < hi) {  // the first whose value is not below
      auto half = static_cast<int64_t>((static_cast<uint64_t>(hi) - static_cast<uint64_t>(lo)) / 2);
      int64_t mid = lo + half;
      int order = 0;
      if (!compare_value(nth(single_, mid), at, order)) return false;
      if (order < 0) {
        lo = mid + 1;
      } else {
        hi = mid;
      }
    }
    for (int64_t n = lo - 2; n <= lo + 2; ++n) {
      Rational decimal;
      if (!shortest_decimal(nth(single_, n), single_, decimal)) return false;
      int order = num::compare(decimal, at);
      if (order > 0 || (order == 0 && !above)) {
        out = nth(single_, n);
        return true;
      }
    }
    return false;
  }

 private:
  [[nodiscard]] bool compare_value(double v, const Rational& at, int& order) const {
    uint64_t mantissa = 0;
    int exponent = 0;
    parts_of(single_, v, mantissa, exponent);
    bool negative = v < 0;
    if (exponent < -250) {  // nearer to 0 than any threshold but 0 itself
      order = at.sign() != 0 ? -at.sign() : mantissa == 0 ? 0 : negative ? -1 : 1;
      return true;
    }
    Rational value;
    if (!scaled(negative, mantissa, exponent, value)) return false;
    order = num::compare(value, at);
    return true;
  }

  bool single_;
  // 2^120 and its negative: beyond every number of a guideline (34 digits, or a fraction of such).
  int64_t largest_;
};

/// The least integer v with v * 10^-scale not below the number, or above it. Beyond 64 bits: the nearest there is, and
/// `beyond` is set if no integer is reached.
bool first_integer(const Rational& at, bool above, int scale, int64_t& out, bool& beyond) {
  Rational ten;
  Rational v;
  if (!power_of_ten(scale, ten) || num::mul(at, ten, v) != NumStatus::ok) return false;
  Rational c = v.ceil();
  if (above && num::compare(c, v) == 0 && num::add(c, Rational::from_int(1), c) != NumStatus::ok) {
    return false;
  }
  beyond = false;
  if (c.to_int64(out)) return true;
  beyond = c.sign() > 0;
  out = beyond ? INT64_MAX : INT64_MIN;
  return true;
}

struct Raws {
  int64_t lo, hi;
};
bool raws_of(uint32_t raw, Raws& out) {
  switch (raw) {
    case GDLRT_RAW_U8: out = {0, UINT8_MAX}; return true;
    case GDLRT_RAW_I32: out = {INT32_MIN, INT32_MAX}; return true;
    case GDLRT_RAW_I64: out = {INT64_MIN, INT64_MAX}; return true;
    default: return false;
  }
}

constexpr const char* kRoom = "its thresholds cannot be told exactly in this type";

const char* integers(const Program& p, const FactRow& f, int scale, Arena& arena, Reading& out) {
  bool beyond = false;
  int64_t last = 0;
  if (!first_integer(p.number(f.lo), false, scale, out.lo, beyond)) return kRoom;
  if (beyond) out.lo = INT64_MAX;
  if (!first_integer(p.number(f.hi), true, scale, last, beyond)) return kRoom;
  out.hi = beyond ? INT64_MAX : last == INT64_MIN ? INT64_MIN : last - 1;
  auto* begins = arena.array<int64_t>(f.cut_count + size_t{1});
  if (begins == nullptr) return nullptr;
  for (uint32_t i = 0; i < f.cut_count; ++i) {
    const CutRow& c = p.cuts[f.cut_first + i];
    if (!first_integer(p.number(c.number), c.after != 0, scale, begins[out.count], beyond)) {
      return kRoom;
    }
    // Out of reach: no value is of the classes from here on.
    if (beyond) break;
    ++out.count;
  }
  out.begins = begins;
  return nullptr;
}

const char* reals(const Program& p, const FactRow& f, bool single, Arena& arena, Reading& out) {
  Reals reals(single);
  if (!reals.first(p.number(f.lo), false, out.real_lo) ||
      !reals.first(p.number(f.hi), true, out.real_beyond)) {
    return kRoom;
  }
  // The last valid one is the one before the first beyond; a comparison `not above` wants it.
  out.real_hi = nth(single, place_of(single, out.real_beyond) - 1);
  auto* begins = arena.array<double>(f.cut_count + size_t{1});
  if (begins == nullptr) return nullptr;
  for (uint32_t i = 0; i < f.cut_count; ++i) {
    const CutRow& c = p.cuts[f.cut_first + i];
    if (!reals.first(p.number(c.number), c.after != 0, begins[i])) return kRoom;
  }
  out.real_begins = begins;
  out.count = f.cut_count;
  return nullptr;
}

}  // namespace

bool shortest_decimal(double value, bool single, Rational& out) {
  const Format& format = single ? kSingle : kDouble;
  uint64_t mantissa = 0;
  int exponent = 0;
  parts_of(single, value, mantissa, exponent);
  bool negative = value < 0;
  if (mantissa == 0) {
    out = Rational();
    return true;
  }
  // Of two that are as near the one with the even digit is printed.
  // The decimals that read as the value: between the middles to its neighbours, ends included if it is even.
  Rational v, low, high;
  bool edge = mantissa == uint64_t{1} << format.fraction && exponent > format.least_exponent;
  if (!scaled(false, mantissa, exponent, v) ||
      !scaled(false, edge ? 4 * mantissa - 1 : 2 * mantissa - 1, edge ? exponent - 2 : exponent - 1,
              low) ||
      !scaled(false, 2 * mantissa + 1, exponent - 1, high)) {
    return false;
  }
  bool even = mantissa % 2 == 0;
  auto reads_back = [&](const Rational& d) {
    int l = num::compare(d, low);
    int h = num::compare(d, high);
    return even ? l >= 0 && h <= 0 : l > 0 && h < 0;
  };
  int magnitude = -77;  // 10^magnitude <= v < 10^(magnitude + 1)
  Rational power;
  while (magnitude < 77) {
    if (!power_of_ten(magnitude + 1, power)) return false;
    if (num::compare(v, power) < 0) break;
    ++magnitude;
  }
  for (int digits = 1; digits <= format.digits; ++digits) {
    int unit = magnitude - digits + 1;
    Rational ulp, quotient, below, above;
    if (!power_of_ten(unit, ulp) || num::div(v, ulp, quotient) != NumStatus::ok) return false;
    quotient = quotient.floor();
    int64_t last = 0;  // of 17 digits at most: it fits
    (void)quotient.to_int64(last);
    if (num::mul(quotient, ulp, below) != NumStatus::ok ||
        num::add(quotient, Rational::from_int(1), quotient) != NumStatus::ok ||
        num::mul(quotient, ulp, above) != NumStatus::ok) {
      return false;
    }
    bool b = reads_back(below);
    bool a = reads_back(above);
    if (!b && !a) continue;
    if (b && a) {
      Rational down, up;
      if (num::sub(v, below, down) != NumStatus::ok || num::sub(above, v, up) != NumStatus::ok) {
        return false;
      }
      int order = num::compare(down, up);
      b = order < 0 || (order == 0 && last % 2 == 0);
    }
    out = b ? below : above;
    if (negative) out = num::negate(out);
    return true;
  }
  return false;
}

const char* make_reading(const Program& p, uint32_t fact, uint32_t raw, int32_t scale, Arena& arena,
                         Reading& out) {
  const FactRow& f = p.facts[fact];
  auto kind = static_cast<FactKind>(f.kind);
  out = Reading();
  out.fact = fact;
  bool single = raw == kRawSingle;
  if (single) raw = GDLRT_RAW_F64;
  out.raw = raw;
  if (scale < 0 || scale > kMaxScale) return "a scale is 0 to 18";
  if (scale != 0 && (kind != FactKind::decimal || raw == GDLRT_RAW_F64)) {
    return "only integers that hold a decimal fact have a scale";
  }
  if (kind == FactKind::set) {
    out.elements = all_elements(f);
    return raw == GDLRT_RAW_SET64 ? nullptr : "a set is held as 64 bits";
  }
  if (raw == GDLRT_RAW_F64) {
    if (kind != FactKind::decimal) return "only a decimal fact is held as a double";
    return reals(p, f, single, arena, out);
  }
  Raws raws{};
  if (!raws_of(raw, raws)) return "this type does not hold such a fact";
  if (kind == FactKind::boolean || kind == FactKind::enumeration) {
    out.hi = static_cast<int64_t>(f.classes) - 1;
    out.identity = true;
  } else if (const char* why = integers(p, f, scale, arena, out)) {
    return why;
  }
  if (out.lo < raws.lo) out.lo = raws.lo;
  if (out.hi > raws.hi) out.hi = raws.hi;
  return nullptr;
}

}  // namespace gdlrt
