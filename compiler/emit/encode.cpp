// Rows to bytes: the frame of a .gdlb (docs/bytecode.md). Every word is written low byte first, whatever
// the machine.
#include <fmt/core.h>

#include <type_traits>

#include "emit/image.h"

namespace gdl::emit {

namespace {

void put(std::vector<std::uint8_t>& out, std::uint64_t v, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
}

void pad(std::vector<std::uint8_t>& out) {
  while (out.size() % 8 != 0) out.push_back(0);
}

/// The words of a row; every row but bytes and masks is made of 32-bit words.
template <class Row>
void put_row(std::vector<std::uint8_t>& out, const Row& row) {
  if constexpr (std::is_integral_v<Row>) {
    put(out, row, static_cast<int>(sizeof(Row)));
  } else {
    static_assert(sizeof(Row) % 4 == 0 && alignof(Row) == 4);
    const auto* words = reinterpret_cast<const std::uint32_t*>(&row);
    for (std::size_t i = 0; i < sizeof(Row) / 4; ++i) put(out, words[i], 4);
  }
}

}  // namespace

std::vector<std::uint8_t> encode(const Image& image) {
  std::vector<std::uint8_t> out;
  out.insert(out.end(), std::begin(gdlrt::kMagic), std::end(gdlrt::kMagic));
  put(out, gdlrt::kFormatMajor, 2);
  put(out, gdlrt::kFormatMinor, 2);
  put(out, image.flags, 4);
  put(out, 0, 4);  // the file's size, below
  put(out, gdlrt::kSections, 4);
  put(out, 0, 8);  // the checksum, below
  out.insert(out.end(), std::begin(image.source_hash), std::end(image.source_hash));
  std::uint64_t offset = sizeof(gdlrt::Header) + gdlrt::kSections * sizeof(gdlrt::SectionEntry);
#define GDLRT_SECTION(number, id, Row, kind) \
  offset = (offset + 7) & ~std::uint64_t{7}; \
  put(out, number, 4);                       \
  put(out, offset, 4);                       \
  put(out, image.id.size(), 4);              \
  put(out, sizeof(gdlrt::Row), 4);           \
  offset += std::uint64_t{image.id.size()} * sizeof(gdlrt::Row);
#include "gdlrt/sections.def"
  if (offset + 8 > 0xffffffffu) return {};
#define GDLRT_SECTION(number, id, Row, kind) \
  pad(out);                                  \
  for (const gdlrt::Row& row : image.id) put_row(out, row);
#include "gdlrt/sections.def"
  pad(out);
  auto patch = [&](std::size_t at, std::uint64_t v, int bytes) {
    for (int i = 0; i < bytes; ++i)
      out[at + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(v >> (8 * i));
  };
  patch(offsetof(gdlrt::Header, file_size), out.size(), 4);
  patch(offsetof(gdlrt::Header, checksum), gdlrt::checksum(out.data(), out.size()), 8);
  return out;
}

std::string dump(const Image& image) {
  std::string out;
  auto rows = [&out](const char* name, const auto& section) {
    using Row = typename std::decay_t<decltype(section)>::value_type;
    out += fmt::format("{} ({})\n", name, section.size());
    if constexpr (sizeof(Row) == 1) {
      std::string text(section.begin(), section.end());
      for (std::size_t at = 0; at < text.size(); at = text.find('\0', at) + 1) {
        out += fmt::format("  {}: {}\n", at, text.c_str() + at);
      }
    } else {
      for (std::size_t i = 0; i < section.size(); ++i) {
        out += fmt::format("  {}:", i);
        if constexpr (std::is_integral_v<Row>) {
          out += fmt::format(" {:x}", section[i]);
        } else {
          const auto* words = reinterpret_cast<const std::uint32_t*>(&section[i]);
          for (std::size_t k = 0; k < sizeof(Row) / 4; ++k) {
            out += words[k] == gdlrt::kNone ? " -" : fmt::format(" {}", words[k]);
          }
        }
        out += '\n';
      }
    }
  };
#define GDLRT_SECTION(number, id, Row, kind) rows(#id, image.id);
#include "gdlrt/sections.def"
  return out;
}

}  // namespace gdl::emit
