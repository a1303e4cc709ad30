// What a program holds, by index and by name: see gdlrt.h.
#include "case.h"
#include "options.h"
#include "out.h"

namespace {

using gdlrt::kNone;
using gdlrt::Program;

/// Text into the caller's buffer, as far as there is room, and its whole length.
struct Buffer {
  char* out;
  size_t size, length = 0;
  static int append(void* context, const char* text, size_t size) {
    auto& b = *static_cast<Buffer*>(context);
    for (size_t i = 0; i < size; ++i, ++b.length) {
      if (b.length + 1 < b.size) b.out[b.length] = text[i];
    }
    return 0;
  }
};

const char* rule_name(const Program& p, uint32_t rule) {
  return p.stripped() ? "" : p.text(p.rule_texts[rule].name);
}

/// The number of "#12", or kNone.
uint32_t numbered(const char* name, uint32_t count) {
  uint64_t n = 0;
  bool first = true;
  for (const char* c = name + 1; *name == '#' && *c >= '0' && *c <= '9' && n < count; ++c) {
    if (!first && n == 0) return kNone;
    n = n * 10 + static_cast<uint64_t>(*c - '0');
    first = false;
    if (c[1] == 0) return n < count ? static_cast<uint32_t>(n) : kNone;
  }
  return kNone;
}

}  // namespace

extern "C" {

uint32_t gdlrt_program_count(const gdlrt_program* program, gdlrt_part part) {
  if (program == nullptr) return 0;
  switch (part) {
    case GDLRT_FACTS: return program->program.facts.count;
    case GDLRT_DECISIONS: return program->program.decisions.count;
    case GDLRT_RULES: return program->program.rules.count;
  }
  return 0;
}

uint32_t gdlrt_program_find(const gdlrt_program* program, gdlrt_part part, const char* name) {
  if (program == nullptr || name == nullptr) return GDLRT_NONE;
  const Program& p = program->program;
  if (part == GDLRT_RULES && p.stripped()) return numbered(name, p.rules.count);
  uint32_t count = gdlrt_program_count(program, part);
  for (uint32_t i = 0; i < count; ++i) {
    const char* other = part == GDLRT_FACTS       ? p.name(p.facts[i].name)
                        : part == GDLRT_DECISIONS ? p.name(p.decisions[i].name)
                                                  : rule_name(p, i);
    if (strcmp(other, name) == 0) return i;
  }
  return GDLRT_NONE;
}

int gdlrt_program_speaks(const gdlrt_program* program, const char* audience, const char* locale) {
  if (program == nullptr) return 0;
  const Program& p = program->program;
  for (const gdlrt::SayRow& s : p.says) {
    if ((audience == nullptr || strcmp(p.text(s.audience), audience) == 0) &&
        (locale == nullptr || strcmp(p.text(s.locale), locale) == 0)) {
      return 1;
    }
  }
  return 0;
}

gdlrt_status gdlrt_program_about(const gdlrt_program* program, gdlrt_program_info* out) {
  if (program == nullptr) return GDLRT_BAD_ARGUMENT;
  const Program& p = program->program;
  const gdlrt::GuidelineRow& g = p.guideline[0];
  uint32_t flags = ((p.header().flags & gdlrt::kUnchecked) != 0 ? GDLRT_UNCHECKED : 0u) |
                   (p.stripped() ? GDLRT_STRIPPED : 0u);
  return gdlrt::fill(out, {0, p.name(g.name), p.name(g.version), p.text(g.title), p.text(g.status),
                           p.text(g.updated), p.text(g.disclaimer), p.header().source_hash,
                           p.header().checksum, flags});
}

gdlrt_status gdlrt_program_fact(const gdlrt_program* program, uint32_t fact, gdlrt_fact* out) {
  if (fact >= gdlrt_program_count(program, GDLRT_FACTS)) return GDLRT_BAD_ARGUMENT;
  const Program& p = program->program;
  const gdlrt::FactRow& f = p.facts[fact];
  bool named = f.kind == GDLRT_ENUMERATION || f.kind == GDLRT_SET;
  uint32_t flags = ((f.flags & gdlrt::kOrdered) != 0 ? GDLRT_ORDERED : 0u) |
                   ((f.flags & gdlrt::kHasDefault) != 0 ? GDLRT_HAS_DEFAULT : 0u) |
                   ((f.flags & gdlrt::kUsed) != 0 ? GDLRT_USED : 0u);
  return gdlrt::fill(out, {0, p.name(f.name), p.text(f.label), p.name(f.unit), f.kind, flags,
                           named ? f.enum_count : 0});
}

gdlrt_status gdlrt_program_value(const gdlrt_program* program, uint32_t fact, uint32_t value,
                                 gdlrt_value* out) {
  gdlrt_fact of{};
  of.size = sizeof of;
  gdlrt_status status = gdlrt_program_fact(program, fact, &of);
  if (status != GDLRT_OK || value >= of.values) return GDLRT_BAD_ARGUMENT;
  const Program& p = program->program;
  const gdlrt::EnumeratorRow& e = p.enumerators[p.facts[fact].enum_first + value];
  return gdlrt::fill(out, {0, p.name(e.name), p.text(e.label)});
}

uint32_t gdlrt_program_find_value(const gdlrt_program* program, uint32_t fact, const char* name) {
  gdlrt_value value{};
  value.size = sizeof value;
  for (uint32_t i = 0; name != nullptr; ++i) {
    if (gdlrt_program_value(program, fact, i, &value) != GDLRT_OK) break;
    if (strcmp(value.name, name) == 0) return i;
  }
  return GDLRT_NONE;
}

size_t gdlrt_program_bound(const gdlrt_program* program, uint32_t fact, gdlrt_bound which,
                           char* out, size_t size) {
  if (out != nullptr && size > 0) out[0] = 0;
  if (fact >= gdlrt_program_count(program, GDLRT_FACTS)) return 0;
  const Program& p = program->program;
  const gdlrt::FactRow& f = p.facts[fact];
  Buffer buffer{out, out == nullptr ? 0 : size};
  gdlrt::Out text(Buffer::append, &buffer);
  if (which == GDLRT_DEFAULT) {
    if ((f.flags & gdlrt::kHasDefault) != 0) gdlrt::write_default(p, f, text);
  } else if ((f.kind == GDLRT_INTEGER || f.kind == GDLRT_DECIMAL) && which <= GDLRT_HIGHEST) {
    gdlrt::write_number(p, which == GDLRT_LOWEST ? f.lo : f.hi, text);
  }
  (void)text.flush();
  if (buffer.size > 0) {
    out[buffer.length < buffer.size ? buffer.length : buffer.size - 1] = 0;
  }
  return buffer.length;
}

gdlrt_status gdlrt_program_decision(const gdlrt_program* program, uint32_t decision,
                                    gdlrt_decision* out) {
  if (decision >= gdlrt_program_count(program, GDLRT_DECISIONS)) return GDLRT_BAD_ARGUMENT;
  const Program& p = program->program;
  const gdlrt::DecisionRow& d = p.decisions[decision];
  uint32_t flags = (d.flags & gdlrt::kPartial) != 0 ? GDLRT_PARTIAL : 0u;
  return gdlrt::fill(out, {0, p.name(d.name), p.text(d.title), flags, d.rule_count});
}

gdlrt_status gdlrt_program_rule(const gdlrt_program* program, uint32_t rule, gdlrt_rule* out) {
  if (rule >= gdlrt_program_count(program, GDLRT_RULES)) return GDLRT_BAD_ARGUMENT;
  const Program& p = program->program;
  const gdlrt::RuleRow& r = p.rules[rule];
  gdlrt_rule all{0, "", "", r.decision, "", p.name(r.strength), p.name(r.evidence), 0u, 0u, 0u, 0u};
  if (!p.stripped()) {
    const gdlrt::RuleTextRow& t = p.rule_texts[rule];
    const gdlrt::SpanRow& s = p.spans[t.span];
    all.name = rule_name(p, rule);
    all.title = p.text(t.title);
    all.file = p.text(s.file);
    all.line = s.line;
    all.column = s.column;
    all.end_line = s.end_line;
    all.end_column = s.end_column;
  }
  return gdlrt::fill(out, all);
}

}  // extern "C"
