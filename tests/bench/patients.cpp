// See patients.h.
#include "patients.h"

#include <fmt/core.h>

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
    columns[f] = Aligned(layout.fields[f].size * ((count + 511) / 512 * 512));
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

std::string value_text(const gdlrt::Program& p, std::uint32_t f, const Patients& patients,
                       std::size_t row, bool json) {
  const gdlrt::FactRow& fact = p.facts[f];
  const RecordLayout::Field& field = patients.layout.fields[f];
  const std::uint8_t* at = patients.record(row) + field.offset;
  auto name = [&](std::uint32_t i) {
    std::string n = p.name(p.enumerators[fact.enum_first + i].name);
    return json ? "\"" + n + "\"" : n;
  };
  switch (static_cast<gdlrt::FactKind>(fact.kind)) {
    case gdlrt::FactKind::boolean:
      return json ? (*at != 0 ? "true" : "false") : (*at != 0 ? "yes" : "no");
    case gdlrt::FactKind::enumeration: return name(*at);
    case gdlrt::FactKind::integer: {
      std::int32_t v = 0;
      std::memcpy(&v, at, sizeof v);
      return std::to_string(v);
    }
    case gdlrt::FactKind::decimal: {
      double v = 0;
      std::memcpy(&v, at, sizeof v);
      return fmt::format("{:.1f}", v);
    }
    case gdlrt::FactKind::set: break;
  }
  std::uint64_t set = 0;
  std::memcpy(&set, at, sizeof set);
  std::string out;
  for (std::uint32_t e = 0; e < fact.enum_count; ++e) {
    if ((set >> e & 1u) != 0) out += (out.empty() ? "" : json ? "," : ";") + name(e);
  }
  return json || out.empty() ? "[" + out + "]" : out;
}

std::string case_text(const gdlrt::Program& p, const Patients& patients, std::size_t row) {
  std::string out;
  for (std::uint32_t f = 0; f < p.facts.count; ++f) {
    out += fmt::format("{}\"{}\":{}", f > 0 ? "," : "", p.name(p.facts[f].name),
                       value_text(p, f, patients, row, true));
  }
  return "{" + out + "}";
}

}  // namespace gdl::bench
