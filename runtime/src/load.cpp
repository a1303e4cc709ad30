// The frame of a .gdlb: magic, version, sizes, checksum, section table. See docs/bytecode.md.
#include <string.h>

#include "program.h"

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

constexpr const char* kRebuild = "build it again with `gdlc build`";
constexpr const char* kCopy = "copy it again, as binary, or build it again with `gdlc build`";
constexpr const char* kForeign =
    "a program is what `gdlc build GUIDELINE.gdl -o PROGRAM.gdlb` writes";

bool fail(Refusal& why, const char* message, const char* help) {
  why = {message, help};
  return false;
}

bool begins(const uint8_t* bytes, size_t size, const char* word, size_t length) {
  return size >= length && memcmp(bytes, word, length) == 0;
}

/// What a file is that does not begin with the magic.
bool not_magic(const uint8_t* bytes, size_t size, Refusal& why) {
  if (size == 0) return fail(why, "the program is empty", kCopy);
  size_t common = size < sizeof kMagic ? size : sizeof kMagic;
  if (memcmp(bytes, kMagic, common) == 0) return fail(why, "the program is cut short", kCopy);
  // The magic as a transfer as text leaves it: line ends changed, the high bit gone, or read as Latin-1 or
  // as broken UTF-8 and written as UTF-8.
  bool text = begins(bytes, size, "\x89GDL", 4) || begins(bytes, size, "\x09GDL", 4) ||
              begins(bytes, size, "\xc2\x89GDL", 5) || begins(bytes, size, "\xef\xbf\xbdGDL", 6);
  if (text) return fail(why, "the program was damaged by a transfer as text", kCopy);
  return fail(why, "this is not a program of gdlc", kForeign);
}

}  // namespace

bool check_header(const uint8_t* bytes, size_t size, Refusal& why) {
  const uint16_t probe = 1;
  uint8_t low = 0;
  memcpy(&low, &probe, 1);
  if (low != 1) {
    return fail(why, "this version runs on little-endian machines only",
                "evaluate on another machine");
  }
  if (size < sizeof kMagic || memcmp(bytes, kMagic, sizeof kMagic) != 0) {
    return not_magic(bytes, size, why);
  }
  if (size < sizeof(Header)) return fail(why, "the program is cut short", kCopy);
  Header h;
  memcpy(&h, bytes, sizeof h);
  if (h.major != kFormatMajor || h.minor != kFormatMinor) {
    bool newer = h.major > kFormatMajor || (h.major == kFormatMajor && h.minor > kFormatMinor);
    return fail(why,
                newer ? "the program is of a newer format than this version reads"
                      : "the program is of an older format than this version reads",
                newer ? "use a newer gdlc or runtime, or build it again with the gdlc of this one"
                      : kRebuild);
  }
  if (h.file_size != size) {
    return fail(
        why,
        size < h.file_size ? "the program is cut short" : "the program has bytes after its end",
        kCopy);
  }
  if (h.file_size % 8 != 0) return fail(why, "the program's size is wrong", kCopy);
  return true;
}

gdlrt_status open_program(const uint8_t* bytes, size_t size, Arena& memory, Program& out,
                          Refusal& why) {
  out = Program();
  if (!check_header(bytes, size, why)) return GDLRT_BAD_PROGRAM;
  auto bad = [&why](const char* message) {
    why = {message, kRebuild};
    return GDLRT_BAD_PROGRAM;
  };
  if (reinterpret_cast<uintptr_t>(bytes) % 8 != 0) {
    why = {"the program does not lie at a multiple of 8 bytes in memory",
           "align it, or load it with a copy"};
    return GDLRT_BAD_PROGRAM;
  }
  Header h;
  memcpy(&h, bytes, sizeof h);
  if (h.checksum != checksum(bytes, size)) {
    why = {"the program is damaged: its checksum does not fit", kCopy};
    return GDLRT_BAD_PROGRAM;
  }
  if ((h.flags & ~static_cast<uint32_t>(kUnchecked | kStripped)) != 0) {
    return bad("the program has flags that this version does not know");
  }
  if (h.section_count != kSections || size < sizeof(Header) + kSections * sizeof(SectionEntry)) {
    return bad("the program's table of sections is wrong");
  }
  out.bytes = bytes;
  out.size = size;
  uint64_t end = sizeof(Header) + kSections * sizeof(SectionEntry);
  for (uint32_t i = 0; i < kSections; ++i) {
    SectionEntry e;
    memcpy(&e, bytes + sizeof(Header) + i * sizeof e, sizeof e);
    uint64_t begin = (end + 7) & ~uint64_t{7};
    uint64_t length = static_cast<uint64_t>(e.count) * e.row_size;
    if (e.kind != i + 1 || e.row_size != row_size(e.kind) || e.offset != begin ||
        begin + length > size) {
      return bad("the program's table of sections is wrong");
    }
    for (; end < begin; ++end) {
      if (bytes[end] != 0) return bad("the program has bytes outside its sections");
    }
    const uint8_t* data = bytes + e.offset;
    switch (static_cast<Section>(e.kind)) {
#define GDLRT_SECTION(number, id, Row, kind_) \
  case Section::id: out.id = {reinterpret_cast<const Row*>(data), e.count}; break;
#include "gdlrt/sections.def"
    }
    end = begin + length;
  }
  if (((end + 7) & ~uint64_t{7}) != size) return bad("the program has bytes outside its sections");
  for (; end < size; ++end) {
    if (bytes[end] != 0) return bad("the program has bytes outside its sections");
  }
  const char* message = nullptr;
  gdlrt_status status = verify(out, memory, message);
  return status == GDLRT_BAD_PROGRAM ? bad(message) : status;
}

}  // namespace gdlrt
