// What a case says, as text again: see case.h.
#include "case.h"

namespace gdlrt {

void write_said(const Program& p, const Case& c, uint32_t fact, Out& out) {
  const FactState& s = c.facts[fact];
  out.quoted(p.name(p.facts[fact].name)) << ':';
  if (!s.given) out << "null";
  bool quoted = false;
  for (uint32_t i = s.at; i < s.end; ++i) {
    char one = c.text[i];
    if (quoted && one == '\\') {
      out << one << c.text[++i];
      continue;
    }
    if (one == '"') quoted = !quoted;
    bool space = one == ' ' || one == '\t' || one == '\n' || one == '\r';
    if (quoted || !space) out << one;
  }
}

void write_elements(const Program& p, const FactRow& row, uint64_t present, uint64_t open,
                    Out& out) {
  bool list = open == 0;
  bool first = true;
  out << (list ? '[' : '{');
  for (uint32_t e = 0; e < row.enum_count; ++e) {
    bool in = (present >> e & 1u) != 0;
    if ((open >> e & 1u) != 0 || (list && !in)) continue;
    out.next(first).quoted(p.name(p.enumerators[row.enum_first + e].name));
    if (!list) out << (in ? ":true" : ":false");
  }
  out << (list ? ']' : '}');
}

Out& write_number(const Program& p, uint32_t number, Out& out) {
  char buffer[num::kMaxFormat];
  num::Rational r = p.number(number);
  int64_t whole = 0;
  if (r.to_int64(whole)) return out << whole;
  size_t n = num::format(r, buffer, sizeof buffer);
  // One with more digits than format() writes is a fraction too.
  if (memchr(buffer, '/', n) == nullptr) return out.put(buffer, n);
  return out.quoted(buffer, n);
}

void write_default(const Program& p, const FactRow& row, Out& out) {
  switch (static_cast<FactKind>(row.kind)) {
    case FactKind::boolean: out << (row.default_class != 0 ? "true" : "false"); break;
    case FactKind::enumeration:
      out.quoted(p.name(p.enumerators[row.enum_first + row.default_class].name));
      break;
    case FactKind::integer:
    case FactKind::decimal: write_number(p, row.default_number, out); break;
    case FactKind::set: write_elements(p, row, default_elements(row), 0, out); break;
  }
}

}  // namespace gdlrt
