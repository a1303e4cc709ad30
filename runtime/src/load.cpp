// The frame of a .gdlb: magic, version, sizes, checksum, section table. See docs/bytecode.md.
#include "program.h"

#include <string.h>

namespace gdlrt {

namespace {

constexpr uint32_t row_size(uint32_t kind) {
  switch (static_cast<Section>(kind)) {
#define GDLRT_SECTION(number, id, Row, kind_) \
  case Section::id: return sizeof(Row);
#include "gdlrt/sections.def"
  }
  return 0;
}

}  // namespace

num::Rational Program::number(uint32_t index) const {
  num::Rational out;
  (void)num::Rational::from_words(numbers[index].word, out);
  return out;
}

bool open_program(const uint8_t* bytes, size_t size, Program& out, const char*& why) {
  const uint16_t probe = 1;
  uint8_t low = 0;
  memcpy(&low, &probe, 1);
  if (low != 1) {
    why = "this version runs on little-endian machines only";
    return false;
  }
  out = Program();
  if (size < sizeof(Header) || memcmp(bytes, kMagic, 4) != 0) {
    why = "this is not a program of gdlc";
    return false;
  }
  if (memcmp(bytes, kMagic, sizeof kMagic) != 0) {
    why = "the program was damaged by a transfer as text: copy it as binary";
    return false;
  }
  Header h;
  memcpy(&h, bytes, sizeof h);
  if (h.major != kFormatMajor || h.minor != kFormatMinor) {
    why = "the program is of another format version: build it again with the gdlc of this runtime";
    return false;
  }
  if (h.file_size != size) {
    why = size < h.file_size ? "the program is cut short" : "the program has bytes after its end";
    return false;
  }
  if (h.checksum != checksum(bytes, size)) {
    why = "the program is damaged: its checksum does not fit";
    return false;
  }
  if ((h.flags & ~static_cast<uint32_t>(kUnchecked | kStripped)) != 0) {
    why = "the program has flags that this version does not know";
    return false;
  }
  if (h.section_count != kSections || size < sizeof(Header) + kSections * sizeof(SectionEntry)) {
    why = "the program's table of sections is wrong";
    return false;
  }
  out.bytes = bytes;
  out.size = size;
  uint64_t end = sizeof(Header) + kSections * sizeof(SectionEntry);
  for (uint32_t i = 0; i < kSections; ++i) {
    SectionEntry e;
    memcpy(&e, bytes + sizeof(Header) + i * sizeof e, sizeof e);
    end = (end + 7) & ~uint64_t{7};
    uint64_t length = static_cast<uint64_t>(e.count) * e.row_size;
    if (e.kind != i + 1 || e.row_size != row_size(e.kind) || e.offset != end ||
        end + length > size) {
      why = "the program's table of sections is wrong";
      return false;
    }
    const uint8_t* data = bytes + e.offset;
    switch (static_cast<Section>(e.kind)) {
#define GDLRT_SECTION(number, id, Row, kind_) \
  case Section::id: out.id = {reinterpret_cast<const Row*>(data), e.count}; break;
#include "gdlrt/sections.def"
    }
    end += length;
  }
  if (((end + 7) & ~uint64_t{7}) != size) {
    why = "the program has bytes outside its sections";
    return false;
  }
  return verify(out, why);
}

}  // namespace gdlrt
