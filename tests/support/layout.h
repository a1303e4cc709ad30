// A layout of records for a guideline, drawn at random: the type of each field, where it lies, how it says that it is
// unknown; and patients written into such records.
#pragma once

#include <charconv>
#include <cstring>
#include <string>
#include <vector>

#include "gdlrt/record.h"
#include "oracle/oracle.h"
#include "random.h"

namespace gdl::test {

/// The double that the number is the shortest decimal of; false if it is of none.
inline bool as_double(const gdlrt::num::Rational& number, double& out) {
  char text[gdlrt::num::kMaxFormat];
  std::size_t size = gdlrt::num::format(number, text, sizeof text);
  if (std::from_chars(text, text + size, out).ptr != text + size) return false;
  char shortest[512];
  char* end =
      std::to_chars(shortest, shortest + sizeof shortest, out, std::chars_format::fixed).ptr;
  gdlrt::num::Rational back;
  return gdlrt::num::parse_decimal(shortest, static_cast<std::size_t>(end - shortest), back) ==
             gdlrt::num::NumStatus::ok &&
         back == number;
}

/// The number times 10^scale as an integer; false if it is none.
inline bool as_scaled(const gdlrt::num::Rational& number, int scale, std::int64_t& out) {
  gdlrt::num::Rational ten;
  std::string power = "1" + std::string(static_cast<std::size_t>(scale), '0');
  (void)gdlrt::num::parse_decimal(power.data(), power.size(), ten);
  return gdlrt::num::mul(number, ten, ten) == gdlrt::num::NumStatus::ok && ten.to_int64(out);
}

class Layout {
 public:
  static constexpr int kScale = 6;

  Layout(const sema::Model& model, Random& r) : m_(model) {
    for (std::size_t i = 0; i < model.facts.size(); ++i) {
      const sema::Fact& f = model.facts[sema::FactId(i)];
      gdlrt_field field{sizeof(gdlrt_field), f.name.c_str(), raw(f, r), 0, 0, 0, 0};
      bool decimal = f.kind == sema::FactKind::decimal;
      if (decimal && field.raw != GDLRT_RAW_F64) field.scale = kScale;
      static constexpr std::size_t kSizes[] = {0, 1, 4, 8, 8, 8};
      size_ += r.below(3);
      field.offset = size_;
      size_ += kSizes[field.raw];
      if (i % 8 == 0) nulls_ = size_++;
      field.null_offset = nulls_;
      field.null_mask = 1u << i % 8;
      fields_.push_back(field);
    }
    if (fields_.empty()) size_ = 1;
  }

  [[nodiscard]] const std::vector<gdlrt_field>& fields() const { return fields_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// False if a number does not fit its field.
  bool write(const oracle::Patient& p, std::vector<std::uint8_t>& record) const {
    record.assign(size_, 0);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      sema::FactId id(i);
      if (!write(i, p.values[id], record)) return false;
      if (p.known[id] == 0) hide(i, record);
    }
    return true;
  }
  bool write(std::size_t i, const sema::Value& value, std::vector<std::uint8_t>& record) const {
    const gdlrt_field& field = fields_[i];
    std::uint8_t* at = record.data() + field.offset;
    const sema::Fact& f = m_.facts[sema::FactId(i)];
    std::int64_t v = value.index;
    double real = 0;
    if (f.kind == sema::FactKind::set) {
      std::memcpy(at, &value.set, 8);
      return true;
    }
    if (field.raw == GDLRT_RAW_F64) {
      if (!as_double(value.number, real)) return false;
      std::memcpy(at, &real, 8);
      return true;
    }
    bool number = f.kind == sema::FactKind::integer || f.kind == sema::FactKind::decimal;
    if (number && !as_scaled(value.number, field.scale, v)) return false;
    auto narrow = static_cast<std::int32_t>(v);
    auto byte = static_cast<std::uint8_t>(v);
    if (field.raw == GDLRT_RAW_U8) {
      *at = byte;
      return v == byte;
    }
    std::memcpy(at, field.raw == GDLRT_RAW_I32 ? static_cast<void*>(&narrow) : &v,
                field.raw == GDLRT_RAW_I32 ? 4 : 8);
    return field.raw == GDLRT_RAW_I64 || v == narrow;
  }
  void hide(std::size_t i, std::vector<std::uint8_t>& record) const {
    record[fields_[i].null_offset] |= static_cast<std::uint8_t>(fields_[i].null_mask);
  }

 private:
  static std::uint32_t raw(const sema::Fact& f, Random& r) {
    if (f.kind == sema::FactKind::set) return GDLRT_RAW_SET64;
    if (f.kind == sema::FactKind::decimal) return r.one_in(2) ? GDLRT_RAW_F64 : GDLRT_RAW_I64;
    static constexpr std::uint32_t kRaws[] = {GDLRT_RAW_U8, GDLRT_RAW_U8, GDLRT_RAW_I32,
                                              GDLRT_RAW_I64};
    return kRaws[r.below(f.kind == sema::FactKind::integer ? 2 : 4) +
                 (f.kind == sema::FactKind::integer ? 2 : 0)];
  }

  const sema::Model& m_;
  std::vector<gdlrt_field> fields_;
  std::size_t size_ = 0, nulls_ = 0;
};

}  // namespace gdl::test
