// A guideline as somebody would write it by hand in C++, three ways: `if`s, without branches, and on columns with AVX2. What
// the runtime is measured against. Written from the program, so that each guideline has its own; built by a compiler, and
// loaded. For programs of at most 64 rules, decisions and ways, that set and ban no values of parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evaluate.h"

namespace gdl::bench {

/// What all of them compute for one patient: the bits of gdlrt_masks, one word of each.
struct Answer {
  std::uint64_t rules, offers, domain, gap, stranded, conflict;
  friend bool operator==(const Answer&, const Answer&) = default;
};

/// How records hold the facts: in order, each as its type lies in a C struct.
struct RecordLayout {
  /// `bytes`: numbers too are bytes, whole ones of at most 255. `bits`: in columns yes/no is a bit, as Arrow has it; a set is
  /// what it is.
  RecordLayout(const gdlrt::Program& p, bool bytes, bool bits = false);
  struct Field {
    std::uint32_t raw = 0;  ///< gdlrt_raw
    std::size_t offset = 0, size = 0;
    std::uint32_t column = 0;  ///< raw, or GDLRT_RAW_BITS
  };
  std::vector<Field> fields;  ///< by fact
  std::size_t size = 0;
};

/// The text of the file; nothing if the program is not of those that can be written so.
std::optional<std::string> by_hand(const gdlrt::Program& p, const RecordLayout& layout,
                                   const std::vector<std::uint32_t>& offer_of);

/// The file built and loaded.
struct Handwritten {
  std::string compiler;
  std::uint64_t (*rules_if)(const void* record) = nullptr;
  std::uint64_t (*rules_flat)(const void* record) = nullptr;
  void (*all_if)(const void* record, Answer* out) = nullptr;
  void (*all_flat)(const void* record, Answer* out) = nullptr;
  /// Of whole words of rows: a mask for each rule, offer, and of each decision the four of gdlrt_masks, in this order.
  void (*columns)(const void* const* columns, std::size_t words,
                  std::uint64_t* const* out) = nullptr;
  /// Reads as many bytes, and writes as many of no meaning: what the memory alone takes. Of whole lines of 512 rows.
  void (*memory)(const void* const* columns, std::size_t words,
                 std::uint64_t* const* out) = nullptr;
};
/// Nothing if there is no such compiler, or it fails. The code stays loaded.
std::optional<Handwritten> build_by_hand(const std::string& text, const std::string& compiler);

}  // namespace gdl::bench
