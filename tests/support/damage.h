// Damage to the bytes of a program that a checksum alone would notice.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "gdlrt/bytecode.h"
#include "random.h"

namespace gdl::test {

inline gdlrt::SectionEntry entry(const std::vector<std::uint8_t>& bytes, std::size_t i) {
  gdlrt::SectionEntry e;
  std::memcpy(&e, bytes.data() + sizeof(gdlrt::Header) + i * sizeof e, sizeof e);
  return e;
}

inline void set_word(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint32_t word) {
  if (at + 4 <= bytes.size()) std::memcpy(bytes.data() + at, &word, sizeof word);
}

inline constexpr std::size_t kSmallestDamaged = 1024;

/// One piece of damage to the bytes of a program, more than kSmallestDamaged of them, which may be damaged already. Most of it strikes the sections: the frame has few fields.
inline void damage(std::vector<std::uint8_t>& bytes, test::Random& random) {
  const std::size_t body = sizeof(gdlrt::Header) + gdlrt::kSections * sizeof(gdlrt::SectionEntry);
  auto place = [&] { return body + random.below(bytes.size() - body); };
  switch (random.below(9)) {
    case 0: bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next()); break;
    case 1: bytes[place()] ^= static_cast<std::uint8_t>(1u << random.below(8)); break;
    case 2: {
      const std::uint32_t words[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe};
      set_word(bytes, place() / 4 * 4, words[random.below(7)]);
      break;
    }
    case 3: {  // a word a little off
      std::size_t at = place() / 4 * 4;
      std::uint32_t word = 0;
      if (at + 4 > bytes.size()) break;
      std::memcpy(&word, bytes.data() + at, 4);
      set_word(bytes, at, word + static_cast<std::uint32_t>(random.below(9)) - 4);
      break;
    }
    case 4: {  // a row over another of its section
      gdlrt::SectionEntry e = entry(bytes, random.below(gdlrt::kSections));
      if (e.count < 2 || e.offset + std::uint64_t{e.count} * e.row_size > bytes.size()) break;
      std::size_t a = e.offset + random.below(e.count) * e.row_size;
      std::size_t b = e.offset + random.below(e.count) * e.row_size;
      std::memmove(bytes.data() + a, bytes.data() + b, e.row_size);
      break;
    }
    case 5: {  // two sections change their entries in the table
      std::size_t a = sizeof(gdlrt::Header) + random.below(gdlrt::kSections) * 16;
      std::size_t b = sizeof(gdlrt::Header) + random.below(gdlrt::kSections) * 16;
      for (std::size_t i = random.one_in(2) ? 0 : 4; i < 16; ++i) {
        std::swap(bytes[a + i], bytes[b + i]);
      }
      break;
    }
    case 6: {  // cut short, or longer, with a size that fits
      std::size_t size = random.one_in(4) ? bytes.size() + 8 : random.below(bytes.size());
      bytes.resize(size / 8 * 8);
      set_word(bytes, offsetof(gdlrt::Header, file_size), static_cast<std::uint32_t>(bytes.size()));
      break;
    }
    case 7: {  // one word copied to another place
      std::size_t a = place() / 4 * 4;
      std::size_t b = place() / 4 * 4;
      if (a + 4 <= bytes.size() && b + 4 <= bytes.size()) {
        std::memmove(bytes.data() + a, bytes.data() + b, 4);
      }
      break;
    }
    case 8: {  // an index one beyond its section, or the last one
      gdlrt::SectionEntry e = entry(bytes, random.below(gdlrt::kSections));
      std::size_t words = std::size_t{e.count} * e.row_size / 4;
      if (words == 0 || e.offset + 4 * words > bytes.size()) break;
      std::uint32_t count = entry(bytes, random.below(gdlrt::kSections)).count;
      set_word(bytes, e.offset + 4 * random.below(words),
               count - static_cast<std::uint32_t>(random.below(2)));
      break;
    }
  }
}

}  // namespace gdl::test
