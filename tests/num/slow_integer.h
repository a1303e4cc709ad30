// Integers of any size, as slow and obvious as can be (decimal digits, school arithmetic): the judge of the number
// kernel, with which it shares nothing.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace gdl::test {

/// Not negative. Digits from the lowest; no zeros at the top; zero has no digits.
class Slow {
 public:
  Slow() = default;
  explicit Slow(unsigned long long v) {
    for (; v != 0; v /= 10) digits_.push_back(static_cast<int>(v % 10));
  }
  explicit Slow(const std::string& text) {
    for (auto c = text.rbegin(); c != text.rend(); ++c) digits_.push_back(*c - '0');
    trim();
  }

  [[nodiscard]] bool is_zero() const { return digits_.empty(); }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (auto d = digits_.rbegin(); d != digits_.rend(); ++d) out += static_cast<char>('0' + *d);
    return out.empty() ? "0" : out;
  }

  friend int compare(const Slow& a, const Slow& b) {
    if (a.digits_.size() != b.digits_.size()) return a.digits_.size() < b.digits_.size() ? -1 : 1;
    for (std::size_t i = a.digits_.size(); i-- > 0;) {
      if (a.digits_[i] != b.digits_[i]) return a.digits_[i] < b.digits_[i] ? -1 : 1;
    }
    return 0;
  }
  friend bool operator==(const Slow& a, const Slow& b) { return compare(a, b) == 0; }
  friend bool operator<(const Slow& a, const Slow& b) { return compare(a, b) < 0; }

  friend Slow operator+(const Slow& a, const Slow& b) {
    Slow out;
    int carry = 0;
    for (std::size_t i = 0; i < std::max(a.digits_.size(), b.digits_.size()) || carry != 0; ++i) {
      int sum = a.at(i) + b.at(i) + carry;
      out.digits_.push_back(sum % 10);
      carry = sum / 10;
    }
    return out;
  }
  /// a - b; b is not above a.
  friend Slow operator-(const Slow& a, const Slow& b) {
    Slow out;
    int borrow = 0;
    for (std::size_t i = 0; i < a.digits_.size(); ++i) {
      int d = a.at(i) - b.at(i) - borrow;
      borrow = d < 0 ? 1 : 0;
      out.digits_.push_back(d + 10 * borrow);
    }
    out.trim();
    return out;
  }
  friend Slow operator*(const Slow& a, const Slow& b) {
    Slow out;
    out.digits_.assign(a.digits_.size() + b.digits_.size(), 0);
    for (std::size_t i = 0; i < a.digits_.size(); ++i) {
      int carry = 0;
      for (std::size_t j = 0; j < b.digits_.size() || carry != 0; ++j) {
        int d = out.digits_[i + j] + a.at(i) * b.at(j) + carry;
        out.digits_[i + j] = d % 10;
        carry = d / 10;
      }
    }
    out.trim();
    return out;
  }
  /// a / b, rounded down, and what is left; b is not zero.
  static void divide(const Slow& a, const Slow& b, Slow& quotient, Slow& rest) {
    quotient = Slow();
    rest = Slow();
    quotient.digits_.assign(a.digits_.size(), 0);
    for (std::size_t i = a.digits_.size(); i-- > 0;) {
      rest.digits_.insert(rest.digits_.begin(), a.digits_[i]);
      rest.trim();
      while (!(rest < b)) {
        rest = rest - b;
        ++quotient.digits_[i];
      }
    }
    quotient.trim();
  }
  static Slow gcd(Slow a, Slow b) {
    while (!b.is_zero()) {
      Slow q, r;
      divide(a, b, q, r);
      a = b;
      b = r;
    }
    return a;
  }
  static Slow power(unsigned base, int exponent) {
    Slow out(1ull);
    for (int i = 0; i < exponent; ++i) out = out * Slow(base);
    return out;
  }

 private:
  [[nodiscard]] int at(std::size_t i) const { return i < digits_.size() ? digits_[i] : 0; }
  void trim() {
    while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
  }
  std::vector<int> digits_;
};

}  // namespace gdl::test
