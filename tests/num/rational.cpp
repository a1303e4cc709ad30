// The exact number kernel: reading, writing, arithmetic and comparison.
#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <string>

#include "num/rational.h"

using namespace gdlrt::num;

namespace {

NumStatus parse(const std::string& s, Rational& out) {
  return parse_decimal(s.data(), s.size(), out);
}

Rational num(const std::string& s) {
  Rational out;
  REQUIRE(parse(s, out) == NumStatus::ok);
  return out;
}

std::string show(const Rational& r) {
  char buffer[kMaxFormat];
  return std::string(buffer, format(r, buffer, sizeof buffer));
}

Rational fraction(std::int64_t n, std::int64_t d) {
  Rational out;
  REQUIRE(Rational::make(n, d, out));
  return out;
}

}  // namespace

TEST_CASE("decimal text is read exactly") {
  CHECK(show(num("1.1")) == "1.1");
  CHECK(show(num("-0.0")) == "0");
  CHECK(show(num("1.50e3")) == "1500");
  CHECK(show(num("10000000000000000000000000000000000")) == "10000000000000000000000000000000000");
  CHECK(num("0.1") == fraction(1, 10));
  CHECK(num("0.30") == num("3e-1"));
}

TEST_CASE("only the JSON grammar is a number") {
  Rational r;
  for (const char* bad :
       {"", "-", "+1", ".5", "1.", "01", "1e", "1e+", "0x1", "1 ", "NaN", "1.2.3", "1e5.5"}) {
    CAPTURE(bad);
    CHECK(parse(bad, r) == NumStatus::malformed);
  }
}

TEST_CASE("what does not fit is refused, never rounded") {
  Rational r;
  CHECK(parse("1.2345678901234567890123456789012345", r) == NumStatus::too_many_digits);
  CHECK(parse("1e400", r) == NumStatus::too_many_digits);
  CHECK(parse("1e99999999999999999999", r) == NumStatus::too_many_digits);
  CHECK(parse("0e99999999999999999999", r) == NumStatus::ok);
  CHECK(parse(std::string(100000, '9'), r) == NumStatus::too_many_digits);
}

TEST_CASE("a fraction that does not end is written as one") {
  CHECK(show(fraction(1, 3)) == "1/3");
  CHECK(show(fraction(-7, 8)) == "-0.875");
  CHECK_FALSE(fraction(1, 3).is_terminating());
}

TEST_CASE("floor and ceil") {
  CHECK(fraction(7, 2).floor() == Rational::from_int(3));
  CHECK(fraction(-7, 2).floor() == Rational::from_int(-4));
  CHECK(fraction(-7, 2).ceil() == Rational::from_int(-3));
  CHECK(fraction(1, 2).ceil() == Rational::from_int(1));
  CHECK(fraction(-1, 2).ceil() == Rational());
}

TEST_CASE("arithmetic agrees with crosswise integers on random fractions") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    auto next = [&] { return static_cast<std::int64_t>(random() % 2000003) - 1000001; };
    std::int64_t a = next(), b = next(), c = next(), d = next();
    if (b == 0) b = 1;
    if (d == 0) d = 1;
    Rational x = fraction(a, b), y = fraction(c, d), sum, product, difference, quotient;
    REQUIRE(add(x, y, sum) == NumStatus::ok);
    REQUIRE(sub(x, y, difference) == NumStatus::ok);
    REQUIRE(mul(x, y, product) == NumStatus::ok);
    CHECK(sum == fraction(a * d + c * b, b * d));
    CHECK(difference == fraction(a * d - c * b, b * d));
    CHECK(product == fraction(a * c, b * d));
    if (c != 0) {
      REQUIRE(div(x, y, quotient) == NumStatus::ok);
      CHECK(quotient == fraction(a * d, b * c));
    }
    std::int64_t left = a * d, right = c * b;
    if ((b < 0) != (d < 0)) std::swap(left, right);
    CHECK(compare(x, y) == (left < right ? -1 : (left > right ? 1 : 0)));
  }
}

TEST_CASE("overflow is reported") {
  Rational big = num("9e34"), r = big;
  NumStatus status = NumStatus::ok;
  for (int i = 0; i < 10 && status == NumStatus::ok; ++i) status = mul(r, big, r);
  CHECK(status == NumStatus::overflow);
}

TEST_CASE("the serialised form is checked") {
  std::uint32_t words[kRationalWords];
  fraction(-3, 4).to_words(words);
  Rational back;
  REQUIRE(Rational::from_words(words, back));
  CHECK(back == fraction(-3, 4));
  words[1] = 2;  // 2/4 is not reduced
  CHECK_FALSE(Rational::from_words(words, back));
  words[1] = 3;
  words[9] = 0;  // no denominator
  CHECK_FALSE(Rational::from_words(words, back));
}
