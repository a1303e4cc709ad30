// A guideline as somebody would write it by hand in C++, three ways: `if`s, without branches, and on columns with SIMD. What
// the runtime is measured against. Written from the program, so that each guideline has its own; built by the compilers that
// there are, and loaded. Of complete patients: whatever a record holds is known; that values are those of their fact nobody
// looks at. Who is no possible patient has no bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluate.h"

namespace gdl::bench {

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

/// Where the bits of one patient's answer lie: the words of gdlrt_masks one after another, then words of no meaning.
struct AnswerLayout {
  AnswerLayout(std::size_t rules, std::size_t offers, std::size_t decisions)
      : counts{rules, offers, decisions, decisions, decisions, decisions} {
    for (std::size_t k = 0; k < 6; ++k) {
      first[k] = size;
      size += (counts[k] + 63) / 64;
    }
    spare = size;
    size += (decisions + 63) / 64;
  }
  std::size_t counts[6];  ///< bits: rules, offers, domain, gap, stranded, conflict
  std::size_t first[6] = {};
  std::size_t spare =
      0;  ///< a word for each 64 decisions: what large guidelines keep between their functions
  std::size_t size = 0;  ///< words in all
};

/// The offer of each way of each *for* directive, in order, as gdlrt_plan_offer numbers them.
std::vector<std::uint32_t> offers_of(const gdlrt::Program& p);

/// How it goes over columns. `fused`: 64 rows at once, one loop with everything in it, AVX2. `lines`: 512 rows at once, a
/// function for each fact and each decision, and the widest instructions that the machine has.
enum class ColumnStyle : std::uint8_t { fused, lines };

/// Files of C++; those of large guidelines are many, so that they are compiled side by side.
struct Written {
  struct File {
    std::string name, text;
  };
  std::vector<File> files;
};
/// What has more than 64 of something is written with a function for each decision, which begins with the test whether it is
/// about the patient; what is smaller is one function, unless it is to be `split`.
Written by_hand(const gdlrt::Program& p, const RecordLayout& layout, ColumnStyle columns,
                bool split = false);

/// The files built and loaded.
struct Handwritten {
  std::string compiler;
  /// Only of guidelines that are one function.
  std::uint64_t (*rules_if)(const void* record) = nullptr;
  std::uint64_t (*rules_flat)(const void* record) = nullptr;
  void (*all_if)(const void* record, std::uint64_t* out) = nullptr;  ///< out: AnswerLayout
  void (*all_flat)(const void* record, std::uint64_t* out) = nullptr;
  /// Of whole words of rows, `lines` of whole 512 rows, with masks at multiples of 64: one for each rule, offer, and of each
  /// decision the four of gdlrt_masks, in this order.
  void (*columns)(const void* const* columns, std::size_t words,
                  std::uint64_t* const* out) = nullptr;
  /// Reads as many bytes, and writes as many of no meaning: what the memory alone takes. Of whole lines of 512 rows.
  void (*memory)(const void* const* columns, std::size_t words,
                 std::uint64_t* const* out) = nullptr;
};
struct Built {
  std::vector<Handwritten>
      hand;  ///< by g++ and by clang, as far as they are there; their code stays loaded
  std::optional<std::string> failure;
};
/// `level`: "-O3". At most so many compilers.
Built build_by_hand(const Written& written, const std::string& level, std::size_t most = 2);

}  // namespace gdl::bench
