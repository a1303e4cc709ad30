// A program prepared for records of one layout: see record.h.
#include "record.h"
#include "run_limits.h"

namespace gdlrt {

namespace {

size_t raw_size(uint32_t raw) {
  switch (raw) {
    case GDLRT_RAW_U8: return 1;
    case GDLRT_RAW_I32: return 4;
    case GDLRT_RAW_I64:
    case GDLRT_RAW_F64:
    case kRawSingle:
    case GDLRT_RAW_SET64: return 8;
    default: return 0;
  }
}

}  // namespace

const char* Layout::check(const gdlrt_field& f, size_t record_size) {
  size_t size = raw_size(f.raw);
  if (size == 0) return "its type is none of gdlrt_raw";
  if (size > record_size || f.offset > record_size - size) return "it lies beyond the record";
  if (f.null_mask > UINT8_MAX) return "a mask of unknown values is of one byte";
  if (f.null_mask != 0 && f.null_offset >= record_size) {
    return "the byte that says whether it is known lies beyond the record";
  }
  return nullptr;
}

gdlrt_status Layout::make(const Program& program, const gdlrt_field* of, size_t count,
                          size_t record_size, Arena& arena, uint32_t& bad, uint32_t& fact,
                          const char*& why) {
  if (!plan.build(program, arena)) return GDLRT_NO_MEMORY;
  auto* rows = arena.array<Field>(count + 1);
  auto* seen = arena.array<uint8_t>(program.facts.count + size_t{1});
  if (arena.failed()) return GDLRT_NO_MEMORY;
  for (uint32_t i = 0; i < count; ++i) {
    const gdlrt_field& f = of[i];
    bad = i;
    uint32_t at = 0;
    while (at < program.facts.count && strcmp(program.name(program.facts[at].name), f.fact) != 0)
      ++at;
    fact = at == program.facts.count ? kNone : at;
    why = fact == kNone   ? "the program has no such fact"
          : seen[at] != 0 ? "the fact has two fields"
                          : check(f, record_size);
    if (why != nullptr) return GDLRT_BAD_ARGUMENT;
    seen[at] = 1;
    why = make_reading(program, at, f.raw, f.scale, arena, rows[i].reading);
    if (why != nullptr) return GDLRT_BAD_ARGUMENT;
    rows[i].code = plan.value_of(at);
    rows[i].offset = f.offset;
    rows[i].null_offset = f.null_mask == 0 ? 0 : f.null_offset;  // it is read all the same
    rows[i].null_mask = static_cast<uint8_t>(f.null_mask);
  }
  bad = kNone;
  for (fact = 0; fact < program.facts.count; ++fact) {
    if (!plan.reads(fact) || seen[fact] != 0) continue;
    why = "a condition asks for this fact, and it has no field";
    return GDLRT_BAD_ARGUMENT;
  }
  fields = {rows, static_cast<uint32_t>(count)};
  ParamBans params;
  if (!params.build(program, arena) || !list_offers(arena) ||
      !compact.build(plan, params, fields, offers, offer_of, record_size, arena) ||
      !reader.build(plan, fields, arena) || !steps.build(plan, params, offer_of, arena)) {
    return GDLRT_NO_MEMORY;
  }
  if (!make_circuit(arena)) return GDLRT_NO_MEMORY;
  mask_words = gdlrt::mask_words(program.rules.count) + gdlrt::mask_words(offers.count) +
               Masks::kOfDecisions * gdlrt::mask_words(program.decisions.count);
  Arena measure;
  Records records(*this, measure);
  state_size = measure.taken();
  return records.failed() || arena.failed() ? GDLRT_NO_MEMORY : GDLRT_OK;
}

/// The circuit, unless patients can always be looked at, or it is too large.
bool Layout::make_circuit(Arena& arena) {
  const Program& p = plan.program();
  constexpr auto kMost = static_cast<uint64_t>(limits::record_patients);
  uint64_t patients = 1;
  for (const Field& f : fields) {
    if (f.null_mask == 0 || !plan.reads_value(f.reading.fact)) continue;
    const FactRow& row = p.facts[f.reading.fact];
    bool set = static_cast<FactKind>(row.kind) == FactKind::set;
    uint32_t elements = set ? popcount(plan.elements_read(f.reading.fact)) : 0;
    patients *= !set ? row.classes : elements < 32 ? uint64_t{1} << elements : kMost + 1;
    if (patients > kMost) break;
  }
  // What has more operands has more gates: then none of them is made.
  auto gates = static_cast<uint32_t>(limits::record_gates);
  if (patients <= kMost || p.operands.count > gates) return true;
  if (!circuit.build(p, {}, arena, gates)) return circuit.too_large();
  open_size = OpenRecord::size_for(p, circuit);
  return true;
}

/// Numbers the offers: those of each decision by rule and directive as written.
bool Layout::list_offers(Arena& arena) {
  const Program& p = plan.program();
  Arena scratch;
  Evaluator evaluator(p, scratch);
  uint32_t* index[2] = {scratch.array<uint32_t>(p.ways.count + size_t{1}),
                        scratch.array<uint32_t>(p.ways.count + size_t{1})};
  if (scratch.failed()) return false;
  offer_of = arena.array<uint32_t>(evaluator.way_offset(p.directives.count) + size_t{1});
  if (offer_of == nullptr) return false;
  List<OfferRow> rows;
  for (uint32_t d = 0; d < p.decisions.count; ++d) {
    uint32_t before = rows.count;
    for (uint32_t r : p.range(p.decisions[d].rule_first, p.decisions[d].rule_count)) {
      const RuleRow& rule = p.rules[r];
      for (uint32_t k = rule.directive_first; k < rule.directive_first + rule.directive_count;
           ++k) {
        const DirectiveRow& dir = p.directives[k];
        if (!is_for(dir.verb)) continue;
        for (uint32_t w = 0; w < dir.way_count; ++w) {
          uint32_t way = p.operands[dir.way_first + w];
          uint32_t& at = index[dir.verb][way];
          if (at <= before) {
            if (!rows.add(arena, {d, dir.verb, way})) return false;
            at = rows.count;
          }
          offer_of[evaluator.way_offset(k) + w] = at - 1;
        }
      }
    }
  }
  offers = {rows.data, rows.count};
  return true;
}

}  // namespace gdlrt
