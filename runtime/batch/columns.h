// Columns of one batch, a chunk of rows at a time: the comparisons that the circuit asks for, which rows hold values that
// are none, and which values are unknown.
#pragma once

#include "circuit.h"
#include "gdlrt/batch.h"
#include "kernels.h"
#include "readings.h"

namespace gdlrt::batch {

/// Words from the arena at a multiple of 64 bytes, so that no wide load lies across two lines of a cache.
inline uint64_t* line_aligned(Arena& arena, size_t words) {
  constexpr size_t kLine = 8;
  auto* at = arena.array<uint64_t>(words + kLine);
  return at == nullptr ? nullptr
                       : at + (kLine - reinterpret_cast<uintptr_t>(at) / 8 % kLine) % kLine;
}

/// A comparison of a column, worked out for its type.
struct Leaf {
  enum class Kind : uint8_t { no, yes, at_least, equal, bits, not_bits, element, known };
  Kind kind = Kind::no;
  uint32_t column = 0;
  int64_t bound = 0;  ///< at_least, equal; element: which
  double real = 0;    ///< at_least, of doubles
};

/// How the values lie in memory, where that is not as the column's raw type: rows are converted as they are taken.
enum class Form : uint8_t { as_raw, i8, u8, i16, u16, i32, u32, i64, u64, f32, text32, text64 };
inline bool is_text(Form f) { return f == Form::text32 || f == Form::text64; }

struct Column {
  Reading reading;
  uint32_t raw = 0;
  Form form = Form::as_raw;
  bool read = false;  ///< some condition reads its value
};

/// The bytes of one value; 0: bits.
size_t raw_size(uint32_t raw);

/// What the gate, a leaf, compares.
Leaf leaf_of(const Gate& gate, const Reading& reading, uint32_t raw, uint32_t column);

/// The columns of the rows in hand.
class Chunk {
 public:
  static constexpr uint32_t kPad = 64;

  /// `words`: the most of a chunk. Memory from the arena; ask it whether it failed.
  void make(const Program& program, View<Column> columns, const Kernels& kernels, uint32_t words,
            Arena& arena);

  /// Takes rows first..first+rows of the batch. The rows are whole words, or fewer than 64: these are copied and filled up.
  /// `offsets`: of columns of text, where each begins.
  void take(const gdlrt_column_data* data, const void* const* offsets, size_t first, size_t rows);
  [[nodiscard]] uint32_t words() const { return words_; }
  /// Rows with a value that is none of its fact, where it is known; null if there are none.
  const uint64_t* invalid();
  /// Some value is unknown that a condition reads, or a comparison asks whether it is known.
  [[nodiscard]] bool open() const { return open_; }
  /// The rows of which the column's value is known; null: all.
  [[nodiscard]] const uint64_t* valid(uint32_t column) const {
    return in_[column].valid ? valid_ + size_t{column} * most_ : nullptr;
  }
  void compare(const Leaf& leaf, uint64_t* out) const;
  /// The value of a row of the chunk, as the bytes of a field; bits as one byte.
  void value(uint32_t column, size_t row, uint8_t* out) const;

 private:
  struct In {
    const uint8_t* at = nullptr;
    uint32_t raw = 0;    // of what is there: bytes, where values are codes of another order
    bool valid = false;  // some are not known
  };
  void decode(const gdlrt_column_data& d, uint32_t column, size_t first, size_t rows);
  void convert(const gdlrt_column_data& d, uint32_t column, size_t first, size_t rows);
  void read_text(const gdlrt_column_data& d, const void* offsets, uint32_t column, size_t first,
                 size_t rows);
  void add_invalid(uint32_t column);

  const Program* p_ = nullptr;
  View<Column> columns_;
  const Kernels* k_ = nullptr;
  uint32_t most_ = 0, words_ = 0;
  bool open_ = false;
  In* in_ = nullptr;
  uint64_t* valid_ = nullptr;     // [column][word]
  uint64_t* bits_ = nullptr;      // [column][word], of columns of bits
  uint8_t* padded_ = nullptr;     // [column][kPad values of 8 bytes]
  uint8_t* decoded_ = nullptr;    // [column that can be coded][row]
  uint32_t* coded_ = nullptr;     // of a column: its place in these
  uint8_t* converted_ = nullptr;  // [column that is converted][row, 8 bytes]
  uint32_t* converted_of_ = nullptr;
  uint64_t* invalid_ = nullptr;  // [word]
  mutable uint64_t* scratch_ = nullptr;
};

/// Asks memory for the rows of the next chunk while the one in hand is computed, some lines at a time: columns are many
/// streams, which a processor does not foresee.
class Ahead {
 public:
  void make(View<Column> columns, Arena& arena);
  /// From now on rows first..first+rows are asked for, in so many calls of some().
  void begin(const gdlrt_column_data* data, size_t first, size_t rows, uint32_t calls);
  void some() {
    for (size_t n = each_; n > 0 && at_ < count_;) {
      const Piece& p = pieces_[at_];
      const size_t left = (p.size - line_ + kLine - 1) / kLine;
      const size_t now = left < n ? left : n;
      for (size_t k = 0; k < now; ++k) __builtin_prefetch(p.at + line_ + k * kLine, 0, 2);
      n -= now;
      line_ += now * kLine;
      if (now < left) continue;
      line_ = 0;
      ++at_;
    }
  }

 private:
  static constexpr size_t kLine = 64;
  struct Piece {
    const uint8_t* at;
    size_t size;
  };
  void add(const void* at, size_t offset, size_t size);

  View<Column> columns_;
  Piece* pieces_ = nullptr;
  uint32_t count_ = 0, at_ = 0;
  size_t line_ = 0, each_ = 0;
};

}  // namespace gdlrt::batch
