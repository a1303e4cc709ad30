// A small set of indices 0..size-1: the values of a fact, the classes of a parameter, the elements
// of a set. Invariant: bits beyond `size` are zero.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gdl {

class Bits {
 public:
  Bits() = default;
  explicit Bits(std::size_t size, bool value = false)
      : size_(size), words_((size + 63) / 64, value ? ~std::uint64_t{0} : 0) {
    trim();
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool test(std::size_t i) const { return (words_[i / 64] >> (i % 64)) & 1u; }
  void set(std::size_t i, bool value = true) {
    std::uint64_t bit = std::uint64_t{1} << (i % 64);
    if (value) {
      words_[i / 64] |= bit;
    } else {
      words_[i / 64] &= ~bit;
    }
  }
  [[nodiscard]] std::size_t count() const {
    std::size_t n = 0;
    for (std::uint64_t w : words_) n += static_cast<std::size_t>(std::popcount(w));
    return n;
  }
  [[nodiscard]] bool any() const {
    for (std::uint64_t w : words_) {
      if (w != 0) return true;
    }
    return false;
  }
  [[nodiscard]] bool none() const { return !any(); }
  [[nodiscard]] bool all() const { return count() == size_; }
  [[nodiscard]] std::size_t first() const { return next(0); }  ///< the least member, or size()
  /// The least member that is not less than `from`, or size().
  [[nodiscard]] std::size_t next(std::size_t from) const {
    if (from >= size_) return size_;
    std::uint64_t word = words_[from / 64] & (~std::uint64_t{0} << (from % 64));
    for (std::size_t w = from / 64;;) {
      if (word != 0) return w * 64 + static_cast<std::size_t>(std::countr_zero(word));
      if (++w == words_.size()) return size_;
      word = words_[w];
    }
  }
  void flip() {
    for (std::uint64_t& w : words_) w = ~w;
    trim();
  }
  Bits& operator&=(const Bits& o) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= o.words_[i];
    return *this;
  }
  Bits& operator|=(const Bits& o) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= o.words_[i];
    return *this;
  }
  friend Bits operator&(Bits a, const Bits& b) { return a &= b; }
  friend Bits operator|(Bits a, const Bits& b) { return a |= b; }
  friend Bits operator~(Bits a) {
    a.flip();
    return a;
  }
  friend bool operator==(const Bits&, const Bits&) = default;
  [[nodiscard]] const std::vector<std::uint64_t>& words() const { return words_; }

 private:
  void trim() {
    if (size_ % 64 != 0) words_.back() &= (std::uint64_t{1} << (size_ % 64)) - 1;
  }
  std::size_t size_ = 0;
  std::vector<std::uint64_t> words_;
};

}  // namespace gdl
