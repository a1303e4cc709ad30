// Hashes of 128 bits of what two versions of something say, to tell whether they say the same. Not for secrets:
// nobody is kept from making two texts of one hash.
//
// That two different contents have one hash is not to be expected: among a million it happens once in 10^26.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace gdl {

struct Digest {
  std::uint64_t lo = 0, hi = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// Takes in numbers and texts one after another. Lists are to be preceded by their size.
class Hash {
 public:
  void number(std::uint64_t v) {
    a_ = mixed((a_ ^ v) * 0x9e3779b97f4a7c15u);
    b_ = mixed((b_ + v) * 0xc2b2ae3d27d4eb4fu);
  }
  void add(const Digest& d) {
    number(d.lo);
    number(d.hi);
  }
  void text(std::string_view s) {
    number(s.size());
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
      word = (word << 8) | static_cast<unsigned char>(s[i]);
      if (i % 8 == 7) {
        number(word);
        word = 0;
      }
    }
    number(word);
  }
  [[nodiscard]] Digest done() const { return {a_, b_}; }

 private:
  static std::uint64_t mixed(std::uint64_t x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
  }
  std::uint64_t a_ = 0x243f6a8885a308d3u, b_ = 0x13198a2e03707344u;
};

}  // namespace gdl
