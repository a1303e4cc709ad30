// Units: the subset of UCUM against factors computed by an implementation of its own (ucum/make_factors.cjs), and
// docs/units.md against the tables in the code.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "num/unit.h"

using namespace gdlrt::num;

namespace {

UnitStatus parse(const std::string& text, Unit& out) {
  return parse_ucum(text.data(), text.size(), out);
}
UnitStatus bare(const std::string& text, Unit& out) {
  return parse_unit(text.data(), text.size(), false, out);
}

Rational number(const std::string& text) {
  Rational out;
  REQUIRE(parse_decimal(text.data(), text.size(), out) == NumStatus::ok);
  return out;
}

std::vector<std::vector<std::string>> factors() {
  std::ifstream in(std::string(GDL_TESTS_DIR) + "/num/ucum/factors.tsv");
  REQUIRE(in.good());
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> row;
    std::istringstream fields(line);
    for (std::string f; std::getline(fields, f, '\t');) row.push_back(f);
    rows.push_back(row);
  }
  return rows;
}

/// The value of a double, exactly.
bool exact(double value, Rational& out) {
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  Rational r = Rational::from_int(static_cast<std::int64_t>(std::ldexp(mantissa, 53)));
  const Rational two = Rational::from_int(2);
  for (exponent -= 53; exponent > 0; --exponent) {
    if (mul(r, two, r) != NumStatus::ok) return false;
  }
  for (; exponent < 0; ++exponent) {
    if (div(r, two, r) != NumStatus::ok) return false;
  }
  out = r;
  return true;
}

/// |a - b| * 10^12 <= |a|
bool close(const Rational& a, const Rational& b) {
  Rational difference, scaled;
  REQUIRE(sub(a, b, difference) == NumStatus::ok);
  REQUIRE(mul(difference, number("1000000000000"), scaled) == NumStatus::ok);
  if (scaled.sign() < 0) scaled = negate(scaled);
  return scaled <= (a.sign() < 0 ? negate(a) : a);
}

}  // namespace

TEST_CASE("conversions agree with ucum-lhc") {
  std::size_t same = 0, near = 0;
  for (const auto& row : factors()) {
    if (row[0] != "convert") continue;
    REQUIRE(row.size() == 5);
    const std::string &value = row[1], &from = row[2], &to = row[3], &theirs_text = row[4];
    CAPTURE(value);
    CAPTURE(from);
    CAPTURE(to);
    CAPTURE(theirs_text);
    Unit a, b;
    REQUIRE(parse(from, a) == UnitStatus::ok);
    REQUIRE(parse(to, b) == UnitStatus::ok);
    Rational ours;
    REQUIRE(convert(number(value), a, b, ours) == UnitStatus::ok);
    // Theirs is a double. Where our number is what its shortest text says, that is the same number; elsewhere
    // ucum-lhc has rounded, and must be near: within 1e-12 of ours.
    Rational theirs;
    if (parse_decimal(theirs_text.data(), theirs_text.size(), theirs) == NumStatus::ok &&
        theirs == ours) {
      ++same;
      continue;
    }
    ++near;
    REQUIRE(exact(std::strtod(theirs_text.c_str(), nullptr), theirs));
    if (ours.sign() == 0) {
      CHECK(theirs < number("1e-9"));  // nothing is relative to zero: 0 Cel and the like
      CHECK(theirs > number("-1e-9"));
    } else {
      CHECK(close(ours, theirs));
    }
  }
  MESSAGE(same << " the same, " << near << " within 1e-12");
  CHECK(same > 500);
}

TEST_CASE("what ucum-lhc does not know or does not convert, we do not either") {
  std::size_t n = 0;
  for (const auto& row : factors()) {
    Unit a, b;
    Rational out;
    CAPTURE(row[1]);
    if (row[0] == "invalid") {
      CHECK(parse(row[1], a) != UnitStatus::ok);
      ++n;
    } else if (row[0] == "apart") {
      CAPTURE(row[2]);
      REQUIRE(parse(row[1], a) == UnitStatus::ok);
      REQUIRE(parse(row[2], b) == UnitStatus::ok);
      CHECK(convert(Rational::from_int(1), a, b, out) == UnitStatus::dimension_mismatch);
      ++n;
    } else if (row[0] == "stricter") {
      CAPTURE(row[2]);
      const bool known = parse(row[1], a) == UnitStatus::ok && parse(row[2], b) == UnitStatus::ok;
      CHECK((!known || convert(Rational::from_int(1), a, b, out) != UnitStatus::ok));
      ++n;
    }
  }
  CHECK(n > 1000);
}

TEST_CASE("the data speak of every atom of the subset, with every prefix that it takes") {
  std::set<std::string> seen;
  for (const auto& row : factors()) {
    if (row[0] == "convert") seen.insert(row[2]);
  }
  for (const UnitAtom& a : kUnitAtoms) {
    CAPTURE(a.code);
    CHECK(seen.count(a.code) == 1);
    if (!a.metric) continue;
    for (const UnitPrefix& p : kUnitPrefixes) CHECK(seen.count(std::string(p.code) + a.code) == 1);
  }
}

TEST_CASE("no unit can be read in two ways") {
  // A prefix and an atom that spell another atom, or another prefix and atom.
  std::set<std::string> seen;
  for (const UnitAtom& a : kUnitAtoms) {
    CHECK(seen.insert(a.code).second);
    if (!a.metric) continue;
    for (const UnitPrefix& p : kUnitPrefixes) {
      std::string code = std::string(p.code) + a.code;
      CAPTURE(code);
      CHECK(seen.insert(code).second);
    }
  }
}

TEST_CASE(
    "years and months are a family, weeks, days and hours another, UCUM's time with the second") {
  auto convert_bare = [](const char* from, const char* to, std::int64_t n, std::int64_t d = 1) {
    Unit a, b;
    REQUIRE(bare(from, a) == UnitStatus::ok);
    REQUIRE(bare(to, b) == UnitStatus::ok);
    Rational out, want;
    REQUIRE(Rational::make(n, d, want));
    REQUIRE(convert(Rational::from_int(1), a, b, out) == UnitStatus::ok);
    CHECK(out == want);
  };
  convert_bare("years", "months", 12);
  convert_bare("month", "year", 1, 12);
  convert_bare("weeks", "days", 7);
  convert_bare("day", "hours", 24);
  convert_bare("hours", "weeks", 1, 168);
  Unit years, days, hour, wrong;
  REQUIRE(bare("years", years) == UnitStatus::ok);
  REQUIRE(bare("days", days) == UnitStatus::ok);
  REQUIRE(parse("h", hour) == UnitStatus::ok);
  Rational out;
  CHECK(convert(Rational::from_int(1), years, days, out) == UnitStatus::dimension_mismatch);
  REQUIRE(convert(Rational::from_int(2), days, hour, out) == UnitStatus::ok);
  CHECK(out == Rational::from_int(48));
  for (const char* text : {"a", "mo", "a_j", "mo_s"}) {
    CHECK(parse(text, wrong) == UnitStatus::calendar_in_ucum);
  }
  for (const char* text : {"yearss", "y", "minutes", "Years", "mg"}) {
    CHECK(bare(text, wrong) == UnitStatus::unknown_atom);
  }
}

TEST_CASE("bad units say how they are bad") {
  Unit u;
  CHECK(parse("", u) == UnitStatus::malformed);
  CHECK(parse("mg//L", u) == UnitStatus::malformed);
  CHECK(parse("mg{a b}", u) == UnitStatus::malformed);
  CHECK(parse("m0", u) == UnitStatus::malformed);
  CHECK(parse("mgg", u) == UnitStatus::unknown_atom);
  CHECK(parse("mCel", u) == UnitStatus::not_alone);
  CHECK(parse("Cel/d", u) == UnitStatus::not_alone);
  CHECK(parse("m10", u) == UnitStatus::overflow);
  CHECK(parse("10*99", u) == UnitStatus::overflow);
  CHECK(parse("Tm9.Tm9", u) == UnitStatus::overflow);
}

TEST_CASE("docs/units.md lists the subset") {
  std::ifstream in(std::string(GDL_SOURCE_DIR) + "/docs/units.md");
  REQUIRE(in.good());
  std::vector<std::string> atoms, prefixes;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    std::vector<std::string> cells;
    std::istringstream fields(line.substr(1));
    for (std::string f; std::getline(fields, f, '|');) {
      f.erase(0, f.find_first_not_of(' '));
      f.erase(f.find_last_not_of(' ') + 1);
      cells.push_back(f);
    }
    if (cells.size() == 4) atoms.push_back(cells[0] + " " + cells[1] + " " + cells[2]);
    if (cells.size() == 2) prefixes.push_back(cells[0] + " " + cells[1]);
  }
  std::vector<std::string> want_atoms, want_prefixes;
#define GDL_UNIT(code, metric, name, num, den, m, g, s, mol, k, arb) \
  want_atoms.push_back(std::string("`" code "` " name) + ((metric) != 0 ? " yes" : " no"));
#include "num/units.def"
  for (const UnitPrefix& p : kUnitPrefixes) {
    want_prefixes.push_back(std::string("`") + p.code + "` 10^" + std::to_string(p.exponent));
  }
  CHECK(atoms == want_atoms);
  CHECK(prefixes == want_prefixes);
}
