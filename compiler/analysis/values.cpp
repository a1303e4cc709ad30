// See values.h.
#include "values.h"

namespace gdl::analysis {

using namespace sema;
using space::Interval;
using space::Tables;

std::string show(const Rational& r) {
  char buffer[gdlrt::num::kMaxFormat];
  return std::string(buffer, gdlrt::num::format(r, buffer, sizeof buffer));
}

std::string json_string(const std::string& name) { return "\"" + name + "\""; }  // needs no escapes

std::string json_number(const Rational& r) {
  return r.is_terminating() ? show(r) : json_string(show(r));
}

std::string value_json(const Tables& tables, FactId id, std::size_t cls) {
  const Fact& f = tables.model.facts[id];
  if (f.kind == FactKind::boolean) return cls == 1 ? "true" : "false";
  if (f.kind == FactKind::enumeration) return json_string(f.enumerators[cls].name);
  return json_number(tables.classes.sample(id, cls).number);
}

std::vector<Interval> runs(const Tables& tables, FactId id, const Bits& mask) {
  const std::vector<Interval>& intervals = tables.classes.intervals(id);
  std::vector<Interval> out;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (!mask.test(i)) continue;
    if (i == 0 || !mask.test(i - 1)) out.push_back(intervals[i]);
    out.back().hi = intervals[i].hi;
    out.back().hi_closed = intervals[i].hi_closed;
  }
  return out;
}

}  // namespace gdl::analysis
