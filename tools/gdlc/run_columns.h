// The facts of a program as columns of raw values, a block of rows at a time, in the shape that libgdlrt-batch takes: and
// how a text becomes such a value, exactly.
//
// Only what is clear at a glance becomes a value here. Whatever else a case can say of a fact (a narrowing, a number with
// very many digits), and whatever it cannot say (a name that is none), makes the row one for the exact evaluator, which
// reads all of it again: so there is one judge of what is valid, and one set of words for what is not.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "gdlrt/batch.h"
#include "run_input.h"

namespace gdlc {

/// Names to their indices. `find` reads 8 bytes from `at` on, whatever the size: see kPad. How long a name is, nobody can
/// foretell: so what is done does not depend on it up to 16 bytes.
class Names {
 public:
  static constexpr std::uint32_t kNone = 0xffffffffu;
  void add(const std::string& name);  ///< its index is how many there were
  [[nodiscard]] const std::vector<std::string>& all() const { return names_; }
  [[nodiscard]] std::uint32_t find(const char* at, std::size_t size) const {
    if (table_.empty()) return kNone;
    const Key k = key(at, size);
    for (std::size_t i = slot(k);; i = (i + 1) & (table_.size() - 1)) {
      const Entry& e = table_[i];
      if (e.key.first == k.first && e.key.last == k.last && e.key.size == size) {
        if (size <= kShort || std::memcmp(names_[e.index].data(), at, size) == 0) return e.index;
      } else if (e.index == kNone) {
        return kNone;
      }
    }
  }
  [[nodiscard]] std::uint32_t find(const std::string& name) const;

 private:
  static constexpr std::size_t kShort = 16;  // what first and last tell in full
  /// The first and the last 8 bytes, which may be the same; of a shorter name what there is.
  struct Key {
    std::uint64_t first = 0, last = 0, size = 0;
  };
  struct Entry {
    Key key;
    std::uint32_t index = kNone;
  };
  static Key key(const char* at, std::size_t size) {
    static constexpr std::uint64_t kMasks[] = {0,
                                               0xff,
                                               0xffff,
                                               0xffffff,
                                               0xffffffff,
                                               0xffffffffff,
                                               0xffffffffffff,
                                               0xffffffffffffff,
                                               ~std::uint64_t{0}};
    Key out{0, 0, size};
    std::memcpy(&out.first, at, sizeof out.first);
    std::memcpy(&out.last, at + (size > 8 ? size - 8 : 0), sizeof out.last);
    const std::uint64_t mask = kMasks[size > 8 ? 8 : size];
    out.first &= mask;
    out.last &= mask;
    return out;
  }
  [[nodiscard]] std::size_t slot(const Key& k) const {
    std::uint64_t word = k.first ^ (k.last << 7 | k.last >> 57) ^ k.size;
    return static_cast<std::size_t>(word * multiplier_ >> shift_);
  }
  bool insert(std::size_t n);
  std::vector<std::string> names_;
  std::vector<Entry> table_;  // of a power of two, at most a third full
  std::uint64_t multiplier_ = 0;
  unsigned shift_ = 63;
};

enum class Kind : std::uint8_t { boolean, enumeration, integer, decimal, set };

/// One fact, and its values in the rows of a block. Invariant: every cell of `values` holds a value that the fact can have,
/// also where `valid` has a 0.
struct Column {
  std::string fact;
  Kind kind = Kind::boolean;
  Names names;  ///< of values or elements
  std::uint32_t raw = 0;
  std::int32_t scale = 0;          ///< of a decimal: a value is the integer times 10^-scale
  std::int64_t lo = 1, hi = 0;     ///< numbers: the valid values; none can be held if lo > hi
  bool read = false;               ///< some condition reads its value
  bool has_default = false;        ///< to be put in where the row does not name the fact
  bool default_is_value = false;   ///< and that can be done here
  std::int64_t default_value = 0;  ///< raw
  std::vector<std::uint8_t> values;
  std::vector<std::uint64_t> valid;
  bool open = false;  ///< some bit of `valid` is 0

  void make(std::size_t rows);
  [[nodiscard]] std::size_t size() const {
    return raw == GDLRT_RAW_U8 ? 1 : raw == GDLRT_RAW_I32 ? 4 : 8;
  }
  void put(std::size_t row, std::int64_t value) {
    if (raw == GDLRT_RAW_U8) {
      values[row] = static_cast<std::uint8_t>(value);
    } else if (raw == GDLRT_RAW_I32) {
      auto word = static_cast<std::int32_t>(value);
      std::memcpy(values.data() + row * 4, &word, 4);
    } else {
      std::memcpy(values.data() + row * 8, &value, 8);
    }
  }
  void clear(std::size_t row) {
    valid[row / 64] &= ~(std::uint64_t{1} << row % 64);
    open = true;
  }
  /// A number as JSON writes it, put into the row; false if it is not one that the column holds. Reads 8 bytes from `at` on,
  /// whatever the size: see kPad.
  static constexpr std::int32_t kShortScale = 9;
  bool put_number(std::size_t row, const char* at, std::size_t size);
  bool put_name(std::size_t row, const char* at, std::size_t size) {
    std::uint32_t i = names.find(at, size);
    if (i == Names::kNone) return false;
    put(row, i);
    return true;
  }
};

/// The facts of a program, in its order, without values. The program must have passed the runtime's verifier.
std::vector<Column> columns_of(const gdlrt_program* program);
/// The ids of its decisions.
std::vector<std::string> decisions_of(const gdlrt_program* program);

}  // namespace gdlc
