// See hash.h. The numbers are bits of the fractions of the cube roots and square roots of the first primes.
#include "hash.h"

#include <string.h>

namespace gdlrt {

namespace {

constexpr uint32_t kRounds[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
constexpr uint32_t kBegin[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr size_t kBlock = 64;

uint32_t turned(uint32_t x, unsigned n) { return x >> n | x << (32 - n); }

void add_block(uint32_t* state, const uint8_t* block) {
  uint32_t w[64];
  for (size_t i = 0; i < 16; ++i) {
    const uint8_t* b = block + 4 * i;
    w[i] = static_cast<uint32_t>(b[0]) << 24 | static_cast<uint32_t>(b[1]) << 16 |
           static_cast<uint32_t>(b[2]) << 8 | b[3];
  }
  for (size_t i = 16; i < 64; ++i) {
    uint32_t x = w[i - 15];
    uint32_t y = w[i - 2];
    w[i] = w[i - 16] + (turned(x, 7) ^ turned(x, 18) ^ x >> 3) + w[i - 7] +
           (turned(y, 17) ^ turned(y, 19) ^ y >> 10);
  }
  uint32_t s[8];
  memcpy(s, state, sizeof s);
  for (size_t i = 0; i < 64; ++i) {
    uint32_t a = s[0];
    uint32_t e = s[4];
    uint32_t first = s[7] + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) +
                     ((e & s[5]) ^ (~e & s[6])) + kRounds[i] + w[i];
    uint32_t second =
        (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += first;
    s[0] = first + second;
  }
  for (size_t i = 0; i < 8; ++i) state[i] += s[i];
}

}  // namespace

void sha256(const uint8_t* bytes, size_t size, uint8_t* hash) {
  uint32_t state[8];
  memcpy(state, kBegin, sizeof state);
  size_t whole = size / kBlock * kBlock;
  for (size_t i = 0; i < whole; i += kBlock) add_block(state, bytes + i);
  // The rest, a bit, zeros, and the number of bits: in one block, or two.
  uint8_t last[2 * kBlock] = {};
  size_t rest = size - whole;
  if (rest > 0) memcpy(last, bytes + whole, rest);
  last[rest] = 0x80;
  size_t end = rest + 9 <= kBlock ? kBlock : 2 * kBlock;
  uint64_t bits = static_cast<uint64_t>(size) * 8;
  for (size_t i = 1; i <= 8; ++i, bits >>= 8) last[end - i] = static_cast<uint8_t>(bits);
  for (size_t i = 0; i < end; i += kBlock) add_block(state, last + i);
  for (size_t i = 0; i < kHashSize; ++i) {
    hash[i] = static_cast<uint8_t>(state[i / 4] >> (24 - i % 4 * 8));
  }
}

}  // namespace gdlrt
