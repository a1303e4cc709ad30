// A program in memory: views of the sections of a verified .gdlb.
#pragma once

#include "arena.h"
#include "gdlrt/bytecode.h"
#include "gdlrt/gdlrt.h"
#include "num/rational.h"

namespace gdlrt {

/// The verbs as the language and answers write them, by Verb. Without pointers: a table of these is nowhere adjusted when
/// a library is loaded.
inline constexpr char kVerbNames[][18] = {"recommend",      "consider", "caution",          "avoid",
                                          "contraindicate", "prefer",   "no recommendation"};
inline bool is_for(uint32_t verb) { return verb <= static_cast<uint32_t>(Verb::consider); }
inline bool is_against(uint32_t verb) {
  return verb == static_cast<uint32_t>(Verb::avoid) ||
         verb == static_cast<uint32_t>(Verb::contraindicate);
}

/// The rows of one section.
template <class Row>
struct View {
  const Row* data = nullptr;
  uint32_t count = 0;
  [[gnu::always_inline]] const Row& operator[](uint32_t i) const { return data[i]; }
  [[gnu::always_inline]] [[nodiscard]] const Row* begin() const { return data; }
  [[gnu::always_inline]] [[nodiscard]] const Row* end() const { return data + count; }
};

/// Invariant of one that `verify` has passed: every index and range in every row is in bounds, every text
/// ends and is UTF-8, nodes only use smaller nodes, rule_order is a topological order of the overrides, cuts
/// ascend, flags say what the rows hold. Nothing that reads a Program checks again.
struct Program {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  uint64_t steps = 0;  ///< no evaluation of one patient takes more (verify.cpp counts them)
#define GDLRT_SECTION(number, id, Row, kind) View<Row> id;
#include "gdlrt/sections.def"

  [[nodiscard]] const Header& header() const { return *reinterpret_cast<const Header*>(bytes); }
  /// The file's own table, in which section 1 is the first.
  [[nodiscard]] const SectionEntry* sections() const {
    return reinterpret_cast<const SectionEntry*>(bytes + sizeof(Header));
  }
  [[nodiscard]] const char* name(uint32_t offset) const {
    return reinterpret_cast<const char*>(names.data) + offset;
  }
  [[nodiscard]] const char* text(uint32_t offset) const {
    return texts.count == 0 ? "" : reinterpret_cast<const char*>(texts.data) + offset;
  }
  [[gnu::always_inline]] [[nodiscard]] View<WordRow> range(uint32_t first, uint32_t count) const {
    return {operands.data + first, count};
  }
  /// A row of `numbers`, which are normalised.
  [[nodiscard]] num::Rational number(uint32_t index) const;
  [[nodiscard]] bool stripped() const { return (header().flags & kStripped) != 0; }
};

/// Words of a mask over `classes` classes.
inline uint32_t mask_words(uint32_t classes) { return (classes + 63) / 64; }
inline uint32_t popcount(uint64_t v) {
  uint32_t n = 0;
  for (; v != 0; v &= v - 1) ++n;
  return n;
}
inline bool mask_test(const uint64_t* mask, uint32_t i) {
  return ((mask[i / 64] >> (i % 64)) & 1u) != 0;
}
inline void mask_set(uint64_t* mask, uint32_t i) { mask[i / 64] |= uint64_t{1} << (i % 64); }
/// How many runs of classes the mask has that follow each other.
inline uint32_t mask_runs(const uint64_t* mask, uint32_t classes) {
  uint32_t runs = 0;
  for (uint32_t i = 0; i < classes; ++i) {
    if (mask_test(mask, i) && (i == 0 || !mask_test(mask, i - 1))) ++runs;
  }
  return runs;
}

/// The elements of a set-valued fact: all, and those of its default.
inline uint64_t all_elements(const FactRow& row) {
  return row.enum_count == 64 ? ~uint64_t{0} : (uint64_t{1} << row.enum_count) - 1;
}
inline uint64_t default_elements(const FactRow& row) {
  return row.default_set[0] | static_cast<uint64_t>(row.default_set[1]) << 32;
}

/// The node reads the value of fact `a`.
inline bool reads_value(const NodeRow& n) {
  auto op = static_cast<Op>(n.op);
  return op == Op::value_in || op == Op::set_has || op == Op::set_is || op == Op::set_count;
}
/// The operands of a node that are nodes: `count` of them, `stride` words apart.
struct Operands {
  const uint32_t* first;
  uint32_t count, stride;
};
Operands operands_of(const Program& p, const NodeRow& n);
/// Whatever a marked node stands on is marked.
void mark_below(const Program& p, uint8_t* nodes);

/// Why a program is refused: texts for people.
struct Refusal {
  const char* message = "";
  const char* help = "";
};

/// Tells why a file cannot be read: GDLRT_BAD_FILE, or GDLRT_STOPPED.
gdlrt_status refuse_file(const char* message, const char* help, gdlrt_write write, void* context);
/// Magic, version and size: all that can be said without looking further. `bytes` may lie anywhere.
bool check_header(const uint8_t* bytes, size_t size, Refusal& why);
/// Reads the frame, then checks everything (verify.cpp): GDLRT_OK, GDLRT_BAD_PROGRAM with the reason, or
/// GDLRT_NO_MEMORY. `bytes` must outlive the program, `memory` need not.
gdlrt_status open_program(const uint8_t* bytes, size_t size, Arena& memory, Program& out,
                          Refusal& why);
/// The second half of it: every row of every section. Sets `steps`.
gdlrt_status verify(Program& p, Arena& memory, const char*& why);

}  // namespace gdlrt

/// The block that a load made goes on with the bytes of the file, 8-aligned, unless they stay where they are.
struct gdlrt_program {
  gdlrt::Program program;
  gdlrt::Memory memory;  ///< where the block is from
  size_t size;           ///< of the block
};
