// Reading a record: see record_reader.h.
#include "record_reader.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "record.h"

namespace gdlrt {

namespace {

constexpr uint64_t kSmallRange = 4096;  // values of which a table tells the classes

template <class T>
T load(const uint8_t* at) {
  T out;
  memcpy(&out, at, sizeof out);
  return out;
}

/// How many of the four, which ascend, the value has reached.
uint32_t reached(double v, const double begins[4]) {
#if defined(__SSE2__)
  __m128d x = _mm_set1_pd(v);
  __m128i low = _mm_castpd_si128(_mm_cmpge_pd(x, _mm_loadu_pd(begins)));
  __m128i high = _mm_castpd_si128(_mm_cmpge_pd(x, _mm_loadu_pd(begins + 2)));
  // Each that is reached is -1 in both halves.
  __m128i sum = _mm_add_epi64(low, high);
  sum = _mm_add_epi64(sum, _mm_unpackhi_epi64(sum, sum));
  return 0u - static_cast<uint32_t>(_mm_cvtsi128_si32(sum));
#else
  uint32_t out = 0;
  for (uint32_t i = 0; i < 4; ++i) out += v >= begins[i] ? 1 : 0;
  return out;
#endif
}

}  // namespace

bool RecordReader::build(const Plan& plan, const View<Field>& fields, Arena& arena) {
  const Program& p = plan.program();
  auto* helped = arena.array<uint8_t>(p.facts.count + size_t{1});
  if (helped == nullptr) return false;
  for (uint32_t n : plan.helper_nodes()) {
    if (reads_value(p.nodes[n])) helped[p.nodes[n].a] = 1;
  }
  for (const Field& f : fields) {
    if (f.null_mask != 0) {
      uint32_t k = 0;
      while (k < nulls_.count && nulls_[k].offset != f.null_offset) ++k;
      if (k == nulls_.count && !nulls_.add(arena, {f.null_offset, 0})) return false;
      nulls_[k].mask = static_cast<uint8_t>(nulls_[k].mask | f.null_mask);
    }
    const uint32_t fact = f.reading.fact;
    const bool set = f.reading.raw == GDLRT_RAW_SET64;
    const bool has_code = f.code < plan.variables().count;
    if (helped[fact] != 0 && !set && !has_code) {
      if (!others_.add(arena, f)) return false;
      continue;
    }
    if (helped[fact] != 0 && !set && !copies_.add(arena, {fact, f.code})) return false;
    if (!add(plan, f, arena)) return false;
  }
  return true;
}

bool RecordReader::add(const Plan& plan, const Field& f, Arena& arena) {
  const Reading& r = f.reading;
  switch (r.raw) {
    case GDLRT_RAW_SET64:
      if (!sets_.add(arena, {f.offset, r.elements, r.fact})) return false;
      for (uint32_t i = 0; i < plan.variables().count; ++i) {
        const Variable& v = plan.variable(i);
        if (v.kind != Variable::Kind::element || v.of != r.fact || !v.used) continue;
        if (!elements_.add(arena, {sets_.count - 1, v.element, i})) return false;
      }
      return true;
    case GDLRT_RAW_F64: {
      if (r.count > Real::kMost) return others_.add(arena, f);
      Real real{{}, r.real_lo, r.real_hi, f.offset, f.code};
      for (uint32_t i = 0; i < Real::kMost; ++i) {
        real.begins[i] = i < r.count ? r.real_begins[i] : __builtin_inf();
      }
      return reals_.add(arena, real);
    }
    case GDLRT_RAW_U8:
      if (r.identity && r.lo == 0 && r.hi >= 0 && r.hi <= UINT8_MAX) {
        return bytes_.add(arena, {f.offset, f.code, static_cast<uint32_t>(r.hi)});
      }
      [[fallthrough]];
    case GDLRT_RAW_I32:
    case GDLRT_RAW_I64: return add_small(f, arena);
    default: return others_.add(arena, f);
  }
}

bool RecordReader::add_small(const Field& f, Arena& arena) {
  const Reading& r = f.reading;
  const uint64_t last = static_cast<uint64_t>(r.hi) - static_cast<uint64_t>(r.lo);
  if (r.lo > r.hi || last >= kSmallRange) return others_.add(arena, f);
  auto* classes = arena.array<uint8_t>(last + 1);
  if (classes == nullptr) return false;
  for (uint64_t i = 0; i <= last; ++i) {
    classes[i] = static_cast<uint8_t>(r.class_of(r.lo + static_cast<int64_t>(i)));
  }
  List<Small>& to = r.raw == GDLRT_RAW_U8 ? u8_ : r.raw == GDLRT_RAW_I32 ? i32_ : i64_;
  return to.add(arena, {f.offset, classes, r.lo, last, f.code});
}

template <class T>
inline uint64_t RecordReader::small(const List<Small>& fields, const uint8_t* record,
                                    uint8_t* codes) {
  uint64_t beyond = 0;
  for (const Small *s = fields.data, *end = s + fields.count; s != end; ++s) {
    const auto v = static_cast<uint64_t>(int64_t{load<T>(record + s->offset)});
    const uint64_t i = v - static_cast<uint64_t>(s->lo);
    const bool past = i > s->last;
    beyond |= past ? 1 : 0;
    codes[s->code] = s->classes[past ? s->last : i];
  }
  return beyond;
}

bool RecordReader::read(const uint8_t* record, uint8_t* codes, Patient& patient) const {
  uint64_t beyond = 0;
  for (const Byte *b = bytes_.data, *end = b + bytes_.count; b != end; ++b) {
    const uint32_t v = record[b->offset];
    beyond |= uint64_t{b->last} - v;  // the high bits are set if it is above
    codes[b->code] = static_cast<uint8_t>(v);
  }
  beyond >>= 32;
  beyond |= small<uint8_t>(u8_, record, codes);
  beyond |= small<int32_t>(i32_, record, codes);
  beyond |= small<int64_t>(i64_, record, codes);
  for (const Real *r = reals_.data, *end = r + reals_.count; r != end; ++r) {
    const auto v = load<double>(record + r->offset);
    beyond |= static_cast<uint64_t>(!(v >= r->lo)) | static_cast<uint64_t>(!(v <= r->hi));
    codes[r->code] = static_cast<uint8_t>(reached(v, r->begins));
  }
  for (const Set *s = sets_.data, *end = s + sets_.count; s != end; ++s) {
    const auto v = load<uint64_t>(record + s->offset);
    beyond |= v & ~s->elements;
    patient.sets[s->fact] = v;
  }
  for (const Element *e = elements_.data, *end = e + elements_.count; e != end; ++e) {
    codes[e->code] = static_cast<uint8_t>(patient.sets[sets_[e->set].fact] >> e->element & 1u);
  }
  for (const Field *f = others_.data, *end = f + others_.count; f != end; ++f) {
    const Reading& r = f->reading;
    const uint8_t* at = record + f->offset;
    uint32_t value = 0;
    if (r.raw == GDLRT_RAW_F64) {
      const auto v = load<double>(at);
      beyond |= r.valid(v) ? 0 : 1;
      value = r.class_of(v);
    } else {
      const int64_t v = r.raw == GDLRT_RAW_U8    ? *at
                        : r.raw == GDLRT_RAW_I32 ? load<int32_t>(at)
                                                 : load<int64_t>(at);
      if (!r.valid(v)) return false;  // a class that is the value is of no use if it is beyond
      value = r.class_of(v);
    }
    patient.classes[r.fact] = value;
    codes[f->code] = static_cast<uint8_t>(value);
  }
  for (const Copy *c = copies_.data, *end = c + copies_.count; c != end; ++c) {
    patient.classes[c->fact] = codes[c->code];
  }
  return beyond == 0;
}

}  // namespace gdlrt
