// Random patients as applications hold them: in records and in columns.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "by_hand.h"

namespace gdl::bench {

/// Memory at a multiple of 64.
class Aligned {
 public:
  explicit Aligned(std::size_t size = 0) : bytes_(size + 64) {}
  [[nodiscard]] std::uint8_t* data() {
    return bytes_.data() + (64 - reinterpret_cast<std::uintptr_t>(bytes_.data()) % 64) % 64;
  }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Random patients in records and in columns, yes/no as bytes in both. Each value is drawn evenly: of a number, from its range in tenths.
struct Patients {
  /// `fits`: whether a record is kept; without it all are. Fewer than `count` if too few of those drawn are.
  Patients(const gdlrt::Program& p, bool bytes, std::size_t count, std::uint64_t seed,
           const std::function<bool(const std::uint8_t*)>& fits = nullptr);
  [[nodiscard]] const std::uint8_t* record(std::size_t i) const {
    return records.data() + i * layout.size;
  }

  RecordLayout layout;
  std::size_t rows;
  std::vector<std::uint8_t> records;
  std::vector<Aligned> columns;  ///< with room for whole lines of 512 rows
};

/// A value as CSV or JSON writes it.
std::string value_text(const gdlrt::Program& p, std::uint32_t fact, const Patients& patients,
                       std::size_t row, bool json);
/// A patient as a case.
std::string case_text(const gdlrt::Program& p, const Patients& patients, std::size_t row);

}  // namespace gdl::bench
