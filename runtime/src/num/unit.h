// Units: a documented subset of case-sensitive UCUM, and the language's own calendar words. Factors
// are exact rationals to base units; docs/units.md lists the subset and where it departs from UCUM.
//
// A value in base units is value * factor + offset; only Cel and [degF] have an offset, and stand
// alone.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "num/rational.h"

namespace gdlrt::num {

/// Exponents of the base dimensions. `calendar` counts months: years and months are no fixed number
/// of days, so that family does not mix with the time family. `arbitrary` units, equivalents and
/// osmoles each are a dimension of their own: its number is kept, and how often it occurs.
struct Dimension {
  int8_t metre = 0, gram = 0, second = 0, mole = 0, kelvin = 0, calendar = 0;
  int8_t arbitrary = 0;  ///< which of them; 0 none
  int8_t arbitrary_power = 0;

  friend constexpr bool operator==(const Dimension& a, const Dimension& b) {
    return a.metre == b.metre && a.gram == b.gram && a.second == b.second && a.mole == b.mole &&
           a.kelvin == b.kelvin && a.calendar == b.calendar && a.arbitrary == b.arbitrary &&
           a.arbitrary_power == b.arbitrary_power;
  }
};

struct Unit {
  Dimension dim;
  Rational factor = Rational::from_int(1);
  Rational offset;
};

enum class UnitStatus : uint8_t {
  ok,
  malformed,           ///< not of the grammar of units
  unknown_atom,        ///< a unit that is not in the subset
  not_alone,           ///< Cel or [degF] in a product, with a prefix or an exponent
  calendar_in_ucum,    ///< UCUM's year or month: the language writes `years`, `months`
  overflow,            ///< the factor does not fit the number kernel
  dimension_mismatch,  ///< convert: the units measure different things
};

namespace detail {
/// A factor's parts as UnitAtom has them: without the tens in it, and how many these are.
constexpr int8_t tens(int64_t n) {
  int8_t out = 0;
  for (; n % 10 == 0; n /= 10) ++out;
  return out;
}
constexpr uint32_t digits(int64_t n) {
  while (n % 10 == 0) n /= 10;
  return static_cast<uint32_t>(n);
}
}  // namespace detail

/// Its factor is numerator/denominator * 10^tens. Without pointers: tables of these are nowhere adjusted when a library is
/// loaded.
struct UnitAtom {
  char code[8];
  uint32_t numerator, denominator;
  int8_t tens;
  bool metric;
  int8_t m, g, s, mol, k, arbitrary;
};

inline constexpr UnitAtom kUnitAtoms[] = {
#define GDL_UNIT(code, metric, name, num, den, m, g, s, mol, k, arb) \
  {code,                                                             \
   detail::digits(num),                                              \
   detail::digits(den),                                              \
   detail::tens(num) - detail::tens(den),                            \
   metric != 0,                                                      \
   m,                                                                \
   g,                                                                \
   s,                                                                \
   mol,                                                              \
   k,                                                                \
   arb},
#include "num/units.def"
};

struct UnitPrefix {
  char code[3];
  int8_t exponent;
};
inline constexpr UnitPrefix kUnitPrefixes[] = {
    {"da", 1}, {"h", 2},  {"k", 3},  {"M", 6},  {"G", 9},   {"T", 12},  {"d", -1},
    {"c", -2}, {"m", -3}, {"u", -6}, {"n", -9}, {"p", -12}, {"f", -15},
};
/// UCUM's years and months.
inline constexpr char kCalendarAtoms[][5] = {"a",  "a_t",  "a_j",  "a_g",
                                             "mo", "mo_s", "mo_j", "mo_g"};
inline constexpr char kAloneAtoms[][7] = {"Cel", "[degF]"};

/// A bare word of the language: so many months, or seconds.
struct UnitWord {
  char word[6];
  bool calendar;
  int32_t factor;
};
inline constexpr UnitWord kUnitWords[] = {{"year", true, 12},
                                          {"month", true, 1},
                                          {"week", false, 604800},
                                          {"day", false, 86400},
                                          {"hour", false, 3600}};

namespace detail {

constexpr size_t length(const char* s) {
  size_t n = 0;
  while (s[n] != 0) ++n;
  return n;
}

constexpr bool equal(const char* text, size_t size, const char* word) {
  if (length(word) != size) return false;
  for (size_t i = 0; i < size; ++i) {
    if (text[i] != word[i]) return false;
  }
  return true;
}

constexpr bool starts(const char* text, size_t size, const char* word) {
  size_t n = length(word);
  return n <= size && equal(text, n, word);
}

/// 10^exponent as an exact number; |exponent| <= 60.
constexpr bool ten_to(int exponent, Rational& out) {
  U256 p;
  if (!power_of_ten(exponent < 0 ? -exponent : exponent, p)) return false;
  U256 one = U256::from_u64(1);
  out = exponent < 0 ? Rational::normalised(false, one, p) : Rational::normalised(false, p, one);
  return true;
}

/// A small integer; false if there is none or it is too large.
constexpr bool read_int(const char* text, size_t size, size_t& at, int& out) {
  bool negative = at < size && text[at] == '-';
  if (at < size && (text[at] == '-' || text[at] == '+')) ++at;
  if (at >= size || text[at] < '0' || text[at] > '9') return false;
  int v = 0;
  while (at < size && text[at] >= '0' && text[at] <= '9') {
    v = v * 10 + (text[at] - '0');
    if (v > 1000000) return false;
    ++at;
  }
  out = negative ? -v : v;
  return true;
}

/// Multiplies `unit` by atom^power with the given prefix.
GDLRT_NOINLINE constexpr UnitStatus multiply(Unit& unit, const Dimension& dim,
                                             const Rational& factor, int power) {
  if (power < -9 || power > 9) return UnitStatus::overflow;
  const int before[6] = {unit.dim.metre, unit.dim.gram,   unit.dim.second,
                         unit.dim.mole,  unit.dim.kelvin, unit.dim.calendar};
  const int add_[6] = {dim.metre, dim.gram, dim.second, dim.mole, dim.kelvin, dim.calendar};
  int8_t after[6] = {};
  for (int i = 0; i < 6; ++i) {
    int e = before[i] + add_[i] * power;
    if (e < -100 || e > 100) return UnitStatus::overflow;
    after[i] = static_cast<int8_t>(e);
  }
  unit.dim.metre = after[0];
  unit.dim.gram = after[1];
  unit.dim.second = after[2];
  unit.dim.mole = after[3];
  unit.dim.kelvin = after[4];
  unit.dim.calendar = after[5];
  if (dim.arbitrary != 0) {
    if (unit.dim.arbitrary != 0 && unit.dim.arbitrary != dim.arbitrary)
      return UnitStatus::malformed;
    int e = unit.dim.arbitrary_power + dim.arbitrary_power * power;
    if (e < -100 || e > 100) return UnitStatus::overflow;
    unit.dim.arbitrary_power = static_cast<int8_t>(e);
    unit.dim.arbitrary = e == 0 ? int8_t{0} : dim.arbitrary;
  }
  for (int i = 0; i < (power < 0 ? -power : power); ++i) {
    NumStatus st =
        power < 0 ? div(unit.factor, factor, unit.factor) : mul(unit.factor, factor, unit.factor);
    if (st != NumStatus::ok) return UnitStatus::overflow;
  }
  return UnitStatus::ok;
}

/// The atom (with or without a prefix) that `text` spells.
GDLRT_NOINLINE constexpr UnitStatus find_atom(const char* text, size_t size, Dimension& dim,
                                              Rational& factor) {
  for (int pass = 0; pass < 2; ++pass) {  // first without a prefix: `min` is no milli-inch
    for (const UnitAtom& a : kUnitAtoms) {
      int exponent = 0;
      bool match = pass == 0 && equal(text, size, a.code);
      if (pass == 1 && a.metric) {
        for (const UnitPrefix& p : kUnitPrefixes) {
          size_t n = length(p.code);
          if (starts(text, size, p.code) && equal(text + n, size - n, a.code)) {
            match = true;
            exponent = p.exponent;
          }
        }
      }
      if (!match) continue;
      dim = Dimension{a.m, a.g, a.s,         a.mol,
                      a.k, 0,   a.arbitrary, static_cast<int8_t>(a.arbitrary != 0 ? 1 : 0)};
      Rational scale;
      (void)ten_to(a.tens + exponent, scale);
      if (div(Rational::from_int(a.numerator), Rational::from_int(a.denominator), factor) !=
              NumStatus::ok ||
          mul(factor, scale, factor) != NumStatus::ok) {
        return UnitStatus::overflow;
      }
      return UnitStatus::ok;
    }
  }
  for (const auto& c : kCalendarAtoms) {
    if (equal(text, size, c)) return UnitStatus::calendar_in_ucum;
  }
  for (const auto& c : kAloneAtoms) {  // perhaps with a prefix
    size_t n = length(c);
    if (size >= n && equal(text + (size - n), n, c)) return UnitStatus::not_alone;
  }
  return UnitStatus::unknown_atom;
}

}  // namespace detail

/// Reads a unit of the UCUM subset: terms joined by `.` and `/`, each an atom with an optional
/// prefix and exponent, `10*n`, an integer factor, or nothing but {annotations}.
GDLRT_NOINLINE constexpr UnitStatus parse_ucum(const char* text, size_t size, Unit& out) {
  out = Unit();
  if (size == 0) return UnitStatus::malformed;
  for (size_t k = 0; k < size; ++k) {  // no blanks, not even within an annotation
    if (text[k] <= ' ' || text[k] > '~') return UnitStatus::malformed;
  }
  if (detail::equal(text, size, "Cel")) {  // K = Cel + 273.15
    out.dim.kelvin = 1;
    (void)Rational::make(27315, 100, out.offset);
    return UnitStatus::ok;
  }
  if (detail::equal(text, size, "[degF]")) {  // K = ([degF] + 459.67) * 5/9
    out.dim.kelvin = 1;
    (void)Rational::make(5, 9, out.factor);
    (void)Rational::make(int64_t{45967} * 5, 900, out.offset);
    return UnitStatus::ok;
  }
  size_t i = 0;
  int sign = 1;
  if (text[0] == '/') {
    sign = -1;
    i = 1;
  }
  while (true) {
    size_t begin = i;
    int bracket = 0;
    while (i < size && (bracket > 0 || (text[i] != '.' && text[i] != '/'))) {
      if (text[i] == '[' || text[i] == '{') ++bracket;
      if (text[i] == ']' || text[i] == '}') --bracket;
      if (bracket < 0 || bracket > 1) return UnitStatus::malformed;
      ++i;
    }
    if (bracket != 0) return UnitStatus::malformed;
    size_t end = i;
    // An annotation at the end says what is counted; it has no value.
    bool annotated = false;
    if (end > begin && text[end - 1] == '}') {
      while (end > begin && text[end - 1] != '{') --end;
      if (end == begin) return UnitStatus::malformed;
      --end;
      annotated = true;
    }
    const char* t = text + begin;
    size_t n = end - begin;
    if (n == 0 && !annotated) return UnitStatus::malformed;
    if (n >= 3 && t[0] == '1' && t[1] == '0' && (t[2] == '*' || t[2] == '^')) {
      int e = 1;
      size_t at = 3;
      if (at < n && (!detail::read_int(t, n, at, e) || at != n)) return UnitStatus::malformed;
      Rational scale;
      if (!detail::ten_to(sign * e, scale) || mul(out.factor, scale, out.factor) != NumStatus::ok) {
        return UnitStatus::overflow;
      }
    } else if (n > 0 && t[0] >= '0' && t[0] <= '9') {
      int v = 0;
      size_t at = 0;
      if (!detail::read_int(t, n, at, v) || at != n || v == 0) return UnitStatus::malformed;
      UnitStatus st = detail::multiply(out, Dimension(), Rational::from_int(v), sign);
      if (st != UnitStatus::ok) return st;
    } else if (n > 0) {
      size_t atom = n;  // the exponent: trailing digits with a sign, outside brackets
      while (atom > 0 && t[atom - 1] >= '0' && t[atom - 1] <= '9') --atom;
      int power = 1;
      if (atom < n) {
        if (atom > 0 && (t[atom - 1] == '-' || t[atom - 1] == '+')) --atom;
        size_t at = atom;
        if (!detail::read_int(t, n, at, power) || at != n || power == 0)
          return UnitStatus::malformed;
      }
      if (atom == 0) return UnitStatus::malformed;
      Dimension dim;
      Rational factor;
      UnitStatus st = detail::find_atom(t, atom, dim, factor);
      if (st == UnitStatus::ok) st = detail::multiply(out, dim, factor, sign * power);
      if (st != UnitStatus::ok) return st;
    }
    if (i >= size) return UnitStatus::ok;
    sign = text[i] == '/' ? -1 : 1;
    ++i;
  }
}

/// Reads a unit as the language writes it: quoted UCUM, or a bare calendar word or `%`. Empty bare
/// text is a pure number.
GDLRT_NOINLINE constexpr UnitStatus parse_unit(const char* text, size_t size, bool quoted,
                                               Unit& out) {
  if (quoted) return parse_ucum(text, size, out);
  out = Unit();
  if (size == 0) return UnitStatus::ok;
  if (detail::equal(text, size, "%")) return parse_ucum(text, size, out);
  for (const UnitWord& w : kUnitWords) {
    size_t n = detail::length(w.word);
    bool match = detail::equal(text, size, w.word) ||
                 (size == n + 1 && text[n] == 's' && detail::equal(text, n, w.word));
    if (!match) continue;
    out.factor = Rational::from_int(w.factor);
    (w.calendar ? out.dim.calendar : out.dim.second) = 1;
    return UnitStatus::ok;
  }
  return UnitStatus::unknown_atom;
}

/// out = the number that means in `to` what `value` means in `from`.
GDLRT_NOINLINE constexpr UnitStatus convert(const Rational& value, const Unit& from, const Unit& to,
                                            Rational& out) {
  if (!(from.dim == to.dim)) return UnitStatus::dimension_mismatch;
  if (from.factor == to.factor && from.offset == to.offset) {
    out = value;
    return UnitStatus::ok;
  }
  Rational base;
  if (mul(value, from.factor, base) != NumStatus::ok ||
      add(base, from.offset, base) != NumStatus::ok ||
      sub(base, to.offset, base) != NumStatus::ok || div(base, to.factor, out) != NumStatus::ok) {
    return UnitStatus::overflow;
  }
  return UnitStatus::ok;
}

}  // namespace gdlrt::num
