// See patients.h.
#include "patients.h"

#include <cstring>

#include "gdlrt/record.h"
#include "random.h"

namespace gdl::bench {

namespace {

struct Range {
  std::int64_t lo = 0, hi = 0;
};
Range range_of(const gdlrt::Program& p, const gdlrt::FactRow& f) {
  Range out;
  if (f.lo == gdlrt::kNone) return out;
  (void)p.number(f.lo).ceil().to_int64(out.lo);
  (void)p.number(f.hi).floor().to_int64(out.hi);
  return out;
}
void draw(const gdlrt::FactRow& f, const Range& range, std::uint32_t raw, test::Random& r,
          std::uint8_t* at) {
  auto kind = static_cast<gdlrt::FactKind>(f.kind);
  if (kind == gdlrt::FactKind::boolean || kind == gdlrt::FactKind::enumeration) {
    *at = static_cast<std::uint8_t>(r.below(f.classes));
    return;
  }
  if (kind == gdlrt::FactKind::set) {
    std::uint64_t v = r.next() & gdlrt::all_elements(f);
    std::memcpy(at, &v, sizeof v);
    return;
  }
  const auto [lo, hi] = range;
  bool tenths = raw == GDLRT_RAW_F64;
  auto step = static_cast<std::int64_t>(
      r.below(static_cast<std::size_t>((hi - lo) * (tenths ? 10 : 1) + 1)));
  auto v = static_cast<std::int32_t>(lo + step);
  auto byte = static_cast<std::uint8_t>(v);
  double real = static_cast<double>(lo * 10 + step) / 10;
  if (raw == GDLRT_RAW_U8) std::memcpy(at, &byte, 1);
  if (raw == GDLRT_RAW_I32) std::memcpy(at, &v, 4);
  if (raw == GDLRT_RAW_F64) std::memcpy(at, &real, 8);
}

}  // namespace

Patients::Patients(const gdlrt::Program& p, bool bytes, std::size_t count, std::uint64_t seed,
                   const std::function<bool(const std::uint8_t*)>& fits)
    : layout(p, bytes), rows(0), records(layout.size * count), columns(p.facts.count) {
  constexpr std::size_t kDrawn = 4000;  // at most, for each that is kept
  test::Random r(seed);
  std::vector<Range> ranges;
  for (const gdlrt::FactRow& f : p.facts) ranges.push_back(range_of(p, f));
  for (std::size_t f = 0; f < p.facts.count; ++f)
    columns[f] = Aligned(layout.fields[f].size * count);
  for (std::size_t drawn = 0; rows < count && drawn < count * kDrawn; ++drawn) {
    std::uint8_t* at = records.data() + rows * layout.size;
    for (std::uint32_t f = 0; f < p.facts.count; ++f) {
      draw(p.facts[f], ranges[f], layout.fields[f].raw, r, at + layout.fields[f].offset);
    }
    if (fits && !fits(at)) continue;
    for (std::uint32_t f = 0; f < p.facts.count; ++f) {
      std::size_t size = layout.fields[f].size;
      std::memcpy(columns[f].data() + rows * size, at + layout.fields[f].offset, size);
    }
    ++rows;
  }
}

}  // namespace gdl::bench
