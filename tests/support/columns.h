// Random patients in columns of random types, for gdlrt/batch.h, with values that are unknown or wrong; and the masks that a
// batch gives.
#pragma once

#include <cmath>
#include <cstring>

#include "gdlrt/batch.h"
#include "planned.h"

namespace gdl::test {

using Bytes = std::vector<std::uint8_t>;

/// Rows as records, and the same as columns.
class Rows {
 public:
  Rows(const Planned& g, Random& r) : g_(g), r_(r) {
    for (std::size_t i = 0; i < g.layout.fields().size(); ++i) {
      const gdlrt_field& f = g.layout.fields()[i];
      bool bits = g.model.facts[sema::FactId(i)].kind == sema::FactKind::boolean &&
                  f.raw == GDLRT_RAW_U8 && r.one_in(2);
      columns.push_back({sizeof(gdlrt_column), f.fact, bits ? GDLRT_RAW_BITS : f.raw, f.scale});
    }
  }
  /// A patient that fits the layout; some of him unknown, or one of his values wrong.
  void add(const oracle::Patient& p, bool unknown, bool wrong) {
    Bytes record;
    oracle::Patient known = p;
    for (std::uint8_t& k : known.known) k = 1;
    if (!g_.layout.write(known, record)) return;
    patients.push_back(known);
    plain.push_back(!unknown && !wrong);
    std::size_t n = g_.layout.fields().size();
    for (std::size_t i = 0; i < n && unknown; ++i) {
      if (!r_.one_in(4)) continue;
      g_.layout.hide(i, record);
      if (r_.one_in(2)) spoil(i, record);  // nobody looks at it
    }
    if (wrong && n > 0) spoil(r_.below(n), record);
    records.push_back(record);
  }

  /// Columns of all rows, each at an offset of its own.
  void finish(bool unknown) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const gdlrt_field& f = g_.layout.fields()[i];
      static constexpr std::size_t kSizes[] = {0, 1, 4, 8, 8, 8, 0};
      std::size_t size = kSizes[columns[i].raw];
      std::size_t offset = r_.below(70);
      std::size_t all = offset + records.size();
      values.emplace_back(size == 0 ? (all + 7) / 8 : all * size);
      valid.emplace_back((all + 7) / 8);
      for (std::size_t row = 0; row < records.size(); ++row) {
        const std::uint8_t* from = records[row].data() + f.offset;
        std::size_t at = offset + row;
        if (size == 0) {
          values[i][at / 8] |= static_cast<std::uint8_t>((*from & 1u) << at % 8);
        } else {
          std::memcpy(values[i].data() + at * size, from, size);
        }
        bool open = (records[row][f.null_offset] & f.null_mask) != 0;
        if (!open) valid[i][at / 8] |= static_cast<std::uint8_t>(1u << at % 8);
      }
      data.push_back({sizeof(gdlrt_column_data), values[i].data(),
                      unknown ? valid[i].data() : nullptr, offset, nullptr, 0});
    }
  }

  std::vector<gdlrt_column> columns;
  std::vector<oracle::Patient> patients;
  std::vector<bool> plain;
  std::vector<Bytes> records, values, valid;
  std::vector<gdlrt_column_data> data;

 private:
  /// A value that is none of the fact, where its column can hold one.
  void spoil(std::size_t i, Bytes& record) {
    const gdlrt_field& f = g_.layout.fields()[i];
    if (columns[i].raw == GDLRT_RAW_BITS) return;
    std::uint8_t* at = record.data() + f.offset;
    double nan = std::nan("");
    switch (f.raw) {
      case GDLRT_RAW_U8: *at = 200; break;
      case GDLRT_RAW_I32: std::memset(at, 0xfe, 4); break;
      case GDLRT_RAW_F64:
        if (r_.one_in(2)) {
          std::memcpy(at, &nan, 8);
          break;
        }
        [[fallthrough]];
      default: std::memset(at, 0xfe, 8); break;
    }
  }

  const Planned& g_;
  Random& r_;
};

/// A mask for each thing, of one kind.
struct Words {
  std::vector<std::vector<std::uint64_t>> words;
  std::vector<std::uint64_t*> at;
  Words(std::size_t things, std::size_t rows) {
    // What was there before must not shine through.
    for (std::size_t i = 0; i < things; ++i)
      words.emplace_back((rows + 63) / 64, 0x5555555555555555);
    for (auto& w : words) at.push_back(w.data());
  }
  [[nodiscard]] bool get(std::size_t thing, std::size_t row) const {
    return (words[thing][row / 64] >> row % 64 & 1u) != 0;
  }
};
struct All {
  Words rules, offers, domain, gap, stranded, conflict;
  std::vector<std::uint64_t> counts;
  All(const gdlrt_plan* p, std::size_t rows)
      : rules(gdlrt_plan_rules(p), rows),
        offers(gdlrt_plan_offers(p), rows),
        domain(gdlrt_plan_decisions(p), rows),
        gap(gdlrt_plan_decisions(p), rows),
        stranded(gdlrt_plan_decisions(p), rows),
        conflict(gdlrt_plan_decisions(p), rows),
        counts(gdlrt_plan_offers(p), 1000) {}
  gdlrt_batch_masks masks() {
    return {sizeof(gdlrt_batch_masks), rules.at.data(), offers.at.data(),
            domain.at.data(),          gap.at.data(),   stranded.at.data(),
            conflict.at.data(),        counts.data()};
  }
  [[nodiscard]] Bitmap row(std::size_t row) const {
    Bitmap out;
    auto take = [row](const Words& w, std::vector<bool>& to) {
      for (std::size_t i = 0; i < w.words.size(); ++i) to.push_back(w.get(i, row));
    };
    take(rules, out.rules);
    take(offers, out.offers);
    take(domain, out.domain);
    take(gap, out.gap);
    take(stranded, out.stranded);
    take(conflict, out.conflict);
    return out;
  }
};

}  // namespace gdl::test
