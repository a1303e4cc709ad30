// The number kernel on random numbers of all widths against slow_integer.h, and at its edges.
#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "num/rational.h"
#include "slow_integer.h"

using namespace gdlrt::num;
using gdl::test::Slow;

namespace {

Slow slow(const U256& v) {
  Slow out;
  for (std::size_t i = 8; i-- > 0;) out = out * Slow(1ull << 32) + Slow(v.limb[i]);
  return out;
}

const Slow kLimit = Slow::power(2, 256);

/// A number of 0..8 limbs, many of them all zeros or all ones: where carries are born.
U256 random_wide(std::mt19937_64& random) {
  U256 out;
  const std::size_t limbs = random() % 9;
  for (std::size_t i = 0; i < limbs; ++i) {
    const std::uint64_t kind = random() % 4;
    out.limb[i] = kind == 0   ? 0u
                  : kind == 1 ? 0xffffffffu
                  : kind == 2 ? static_cast<std::uint32_t>(random() % 100)
                              : static_cast<std::uint32_t>(random());
  }
  return out;
}

/// A random fraction as it is and as it was made.
struct Fraction {
  Rational value;
  bool negative = false;
  Slow num, den;  // not reduced
};

Fraction random_fraction(std::mt19937_64& random) {
  Fraction out;
  U256 n = random_wide(random);
  U256 d = random_wide(random);
  if (d.is_zero()) d = U256::from_u64(1);
  if (random() % 4 == 0) d = U256::from_u64(1 + random() % 1000);
  out.negative = random() % 2 == 0;
  out.num = slow(n);
  out.den = slow(d);
  out.value = Rational::normalised(out.negative, n, d);
  if (out.num.is_zero()) out.negative = false;
  return out;
}

std::string show(const Rational& r) {
  char buffer[kMaxFormat];
  return std::string(buffer, format(r, buffer, sizeof buffer));
}

/// value == (negative ? -1 : 1) * num / den
bool is(const Rational& value, bool negative, const Slow& num, const Slow& den) {
  if (num.is_zero()) return value.sign() == 0;
  return value.negative() == negative &&
         slow(value.numerator()) * den == num * slow(value.denominator());
}

/// True if the fraction in lowest terms fits the kernel.
bool fits(const Slow& num, const Slow& den) {
  const Slow g = Slow::gcd(num, den);
  if (num.is_zero()) return true;
  Slow n, d, rest;
  Slow::divide(num, g, n, rest);
  Slow::divide(den, g, d, rest);
  return n < kLimit && d < kLimit;
}

}  // namespace

TEST_CASE("wide integers: sum, difference, product, quotient and remainder") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1500; ++i) {
    const U256 a = random_wide(random), b = random_wide(random);
    const Slow sa = slow(a), sb = slow(b);
    U256 out, rest;
    const Slow sum = sa + sb;
    REQUIRE(add(a, b, out) == (sum < kLimit));
    if (sum < kLimit) CHECK(slow(out) == sum);
    REQUIRE(sub(a, b, out) == !(sa < sb));
    if (!(sa < sb)) CHECK(slow(out) == sa - sb);
    const Slow product = sa * sb;
    REQUIRE(mul(a, b, out) == (product < kLimit));
    if (product < kLimit) CHECK(slow(out) == product);
    CHECK(compare(a, b) == compare(sa, sb));
    if (b.is_zero()) continue;
    Slow quotient, remainder;
    Slow::divide(sa, sb, quotient, remainder);
    divide(a, b, out, rest);
    CHECK(slow(out) == quotient);
    CHECK(slow(rest) == remainder);
    const std::uint32_t small = b.limb[0] == 0 ? 7u : b.limb[0];
    Slow::divide(sa, Slow(small), quotient, remainder);
    U256 in_place = a;
    CHECK(Slow(divide_small(in_place, small)) == remainder);
    CHECK(slow(in_place) == quotient);
    if (i % 10 == 0) CHECK(slow(gcd(a, b)) == Slow::gcd(sa, sb));
  }
}

TEST_CASE("a fraction is kept in lowest terms") {
  std::mt19937_64 random(2);
  for (int i = 0; i < 200; ++i) {
    const Fraction f = random_fraction(random);
    CHECK(is(f.value, f.negative, f.num, f.den));
    const Slow n = slow(f.value.numerator()), d = slow(f.value.denominator());
    CHECK_FALSE(d.is_zero());
    CHECK(Slow::gcd(n, d) == Slow(1ull));
    std::uint32_t words[kRationalWords];
    f.value.to_words(words);
    Rational back;
    REQUIRE(Rational::from_words(words, back));
    CHECK(back == f.value);
    CHECK(back.hash() == f.value.hash());
  }
}

TEST_CASE("comparison is exact and never overflows") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 1500; ++i) {
    const Fraction a = random_fraction(random);
    Fraction b = random_fraction(random);
    if (i % 3 == 0) b = a;  // equal, or nearly
    if (i % 6 == 0) {
      b.num = b.num + Slow(1ull);
      if (!(b.num < kLimit)) continue;
      U256 n, one = U256::from_u64(1);
      U256 d = a.value.denominator();
      if (!add(a.value.numerator(), one, n)) continue;
      b.value = Rational::normalised(a.negative, n, d);
      b.num = slow(n);
      b.den = slow(d);
      b.negative = a.negative;
    }
    int want = compare(a.num * b.den, b.num * a.den);
    const int sa = a.num.is_zero() ? 0 : (a.negative ? -1 : 1);
    const int sb = b.num.is_zero() ? 0 : (b.negative ? -1 : 1);
    want = sa != sb ? (sa < sb ? -1 : 1) : (sa < 0 ? -want : want);
    CHECK(compare(a.value, b.value) == want);
    CHECK(compare(b.value, a.value) == -want);
    CHECK((a.value < b.value) == (want < 0));
    CHECK((a.value == b.value) == (want == 0));
    CHECK((a.value >= b.value) == (want >= 0));
  }
}

TEST_CASE("products and quotients are exact, and overflow only if the result does not fit") {
  std::mt19937_64 random(4);
  int fit = 0, over = 0;
  for (int i = 0; i < 300; ++i) {
    const Fraction a = random_fraction(random), b = random_fraction(random);
    Rational out;
    const bool negative = a.negative != b.negative;
    NumStatus st = mul(a.value, b.value, out);
    REQUIRE((st == NumStatus::ok) == fits(a.num * b.num, a.den * b.den));
    if (st == NumStatus::ok) CHECK(is(out, negative, a.num * b.num, a.den * b.den));
    (st == NumStatus::ok ? fit : over) += 1;
    st = div(a.value, b.value, out);
    if (b.num.is_zero()) {
      CHECK(st == NumStatus::division_by_zero);
      continue;
    }
    REQUIRE((st == NumStatus::ok) == fits(a.num * b.den, a.den * b.num));
    if (st == NumStatus::ok) CHECK(is(out, negative, a.num * b.den, a.den * b.num));
  }
  CHECK(fit > 50);
  CHECK(over > 50);
}

TEST_CASE(
    "sums and differences are exact, and overflow only if the sum over the common denominator "
    "does") {
  std::mt19937_64 random(5);
  int fit = 0, over = 0;
  for (int i = 0; i < 300; ++i) {
    const Fraction a = random_fraction(random), b = random_fraction(random);
    for (bool minus : {false, true}) {
      Rational out;
      const NumStatus st = minus ? sub(a.value, b.value, out) : add(a.value, b.value, out);
      const bool nb = b.negative != minus;
      // Over the product of the denominators: far wider than the kernel, so always right.
      const Slow x = a.num * b.den, y = b.num * a.den;
      const Slow sum = a.negative == nb ? x + y : (x < y ? y - x : x - y);
      const bool negative = a.negative == nb ? a.negative : (x < y ? nb : a.negative);
      if (st == NumStatus::ok) {
        CHECK(is(out, negative, sum, a.den * b.den));
        ++fit;
        continue;
      }
      // Refused: then some part of the sum over the least common denominator is too wide indeed.
      ++over;
      const Slow da = slow(a.value.denominator()), db = slow(b.value.denominator());
      Slow ka, kb, rest;
      Slow::divide(da, Slow::gcd(da, db), ka, rest);
      Slow::divide(db, Slow::gcd(da, db), kb, rest);
      const Slow na = slow(a.value.numerator()) * kb, nb_ = slow(b.value.numerator()) * ka;
      CHECK_FALSE((na < kLimit && nb_ < kLimit && da * kb < kLimit && na + nb_ < kLimit));
    }
  }
  CHECK(fit > 50);
  CHECK(over > 50);
}

TEST_CASE("floor and ceil are the neighbouring integers") {
  std::mt19937_64 random(6);
  for (int i = 0; i < 500; ++i) {
    const Fraction f = random_fraction(random);
    const Rational low = f.value.floor(), high = f.value.ceil();
    REQUIRE(low.is_integer());
    REQUIRE(high.is_integer());
    CHECK(low <= f.value);
    CHECK(f.value <= high);
    Slow quotient, rest;
    Slow::divide(f.num, f.den, quotient, rest);
    const Slow up = rest.is_zero() ? quotient : quotient + Slow(1ull);
    CHECK(is(f.negative ? high : low, f.negative, quotient, Slow(1ull)));
    CHECK(is(f.negative ? low : high, f.negative, up, Slow(1ull)));
  }
}

TEST_CASE("decimal text is read and written exactly") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 3000; ++i) {
    // digits with a point somewhere, and an exponent
    const int significant = 1 + static_cast<int>(random() % kMaxDigits);
    std::string digits(1, static_cast<char>('1' + random() % 9));
    for (int k = 1; k < significant; ++k) digits += static_cast<char>('0' + random() % 10);
    const int point = static_cast<int>(random() % static_cast<unsigned>(significant + 1));
    const int exponent = static_cast<int>(random() % 7) - 3;
    std::string text = point == 0 ? "0." + digits
                       : point == significant
                           ? digits
                           : digits.substr(0, static_cast<std::size_t>(point)) + "." +
                                 digits.substr(static_cast<std::size_t>(point));
    if (exponent != 0 || i % 2 == 0) text += (i % 3 == 0 ? "E" : "e") + std::to_string(exponent);
    const bool negative = i % 2 == 0;
    if (negative) text = "-" + text;
    CAPTURE(text);
    Rational value;
    const int power = exponent - (significant - point);
    const NumStatus st = parse_decimal(text.data(), text.size(), value);
    if (st == NumStatus::too_many_digits) {
      CHECK(power < -kMaxExponent);  // trailing zeros apart, the only bound it can meet
      continue;
    }
    REQUIRE(st == NumStatus::ok);
    CHECK(is(value, negative, Slow(digits) * Slow::power(10, power > 0 ? power : 0),
             Slow::power(10, power < 0 ? -power : 0)));
    CHECK(value.is_terminating());
    const std::string written = show(value);
    CAPTURE(written);
    CHECK(written.find_first_of("eE/") == std::string::npos);
    // No zeros but those that belong there.
    if (written.find('.') != std::string::npos) CHECK(written.back() != '0');
    Rational back;
    if (parse_decimal(written.data(), written.size(), back) == NumStatus::ok) CHECK(back == value);
  }
}

TEST_CASE("what is written can be checked by hand: n/d, or digits that divide out") {
  std::mt19937_64 random(8);
  for (int i = 0; i < 300; ++i) {
    const Fraction f = random_fraction(random);
    std::string text = show(f.value);
    CHECK(text.size() < kMaxFormat);
    if (f.value.negative()) {
      REQUIRE(text[0] == '-');
      text.erase(0, 1);
    }
    const std::size_t slash = text.find('/'), dot = text.find('.');
    if (slash != std::string::npos) {
      CHECK(Slow(text.substr(0, slash)) == slow(f.value.numerator()));
      CHECK(Slow(text.substr(slash + 1)) == slow(f.value.denominator()));
    } else {
      std::string digits = text;
      int places = 0;
      if (dot != std::string::npos) {
        digits.erase(dot, 1);
        places = static_cast<int>(text.size() - dot - 1);
      }
      CHECK(is(f.value, f.value.negative(), Slow(digits), Slow::power(10, places)));
    }
    char small[8];
    const std::string whole = show(f.value);
    CHECK(format(f.value, small, sizeof small) == whole.size());
    CHECK(std::string(small) == whole.substr(0, sizeof small - 1));
  }
}

TEST_CASE("the edges of decimal text") {
  auto status = [](const std::string& text) {
    Rational out;
    return parse_decimal(text.data(), text.size(), out);
  };
  const std::string most(static_cast<std::size_t>(kMaxDigits), '9');
  CHECK(status(most) == NumStatus::ok);
  CHECK(status(most + "9") == NumStatus::too_many_digits);
  CHECK(status(most + "0") == NumStatus::ok);                   // zeros at the end are no digits
  CHECK(status("0.000" + most) == NumStatus::too_many_digits);  // 37 places
  CHECK(status("0." + most) == NumStatus::ok);
  CHECK(status("1e34") == NumStatus::ok);
  CHECK(status("1e35") == NumStatus::too_many_digits);
  CHECK(status("0.1e35") == NumStatus::ok);  // the same as 1e34
  CHECK(status("1e-34") == NumStatus::ok);
  CHECK(status("1e-35") == NumStatus::too_many_digits);
  CHECK(status(most + "e34") == NumStatus::ok);
  CHECK(status("0e999999999999") == NumStatus::ok);
  CHECK(status("0.000000000000000000000000000000000000000000000") == NumStatus::ok);
}

TEST_CASE("the edges of 64 bits") {
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const std::int64_t greatest = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t v : {least, least + 1, std::int64_t{-1}, std::int64_t{0}, greatest}) {
    std::int64_t back = 7;
    REQUIRE(Rational::from_int(v).to_int64(back));
    CHECK(back == v);
    CHECK(show(Rational::from_int(v)) == std::to_string(v));
  }
  std::int64_t out = 0;
  Rational beyond, half;
  REQUIRE(add(Rational::from_int(greatest), Rational::from_int(1), beyond) == NumStatus::ok);
  CHECK_FALSE(beyond.to_int64(out));
  REQUIRE(sub(Rational::from_int(least), Rational::from_int(1), beyond) == NumStatus::ok);
  CHECK_FALSE(beyond.to_int64(out));
  REQUIRE(Rational::make(1, 2, half));
  CHECK_FALSE(half.to_int64(out));
  CHECK_FALSE(Rational::make(1, 0, half));
  REQUIRE(Rational::make(least, -1, half));
  CHECK(show(half) == "9223372036854775808");
  REQUIRE(Rational::make(least, least, half));
  CHECK(half == Rational::from_int(1));
}
