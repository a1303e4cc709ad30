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

std::vector<Interval> runs(const std::vector<Interval>& intervals, const Bits& mask) {
  std::vector<Interval> out;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (!mask.test(i)) continue;
    if (i == 0 || !mask.test(i - 1)) out.push_back(intervals[i]);
    out.back().hi = intervals[i].hi;
    out.back().hi_closed = intervals[i].hi_closed;
  }
  return out;
}

std::vector<Interval> runs(const Tables& tables, FactId id, const Bits& mask) {
  return runs(tables.classes.intervals(id), mask);
}

std::string range_text(const Interval& i) {
  return show(i.lo) + (i.lo_closed ? ".." : "<..") + (i.hi_closed ? "" : "<") + show(i.hi);
}

std::string parameter_text(const Tables& tables, ParamId id, const Bits& classes) {
  const Parameter& p = tables.model.params[id];
  std::string out;
  auto add = [&](const std::string& value) { out += (out.empty() ? "" : " | ") + value; };
  if (p.kind == FactKind::enumeration) {
    for (std::size_t c = 0; c < classes.size(); ++c) {
      if (classes.test(c)) add(p.enumerators[c].name);
    }
  } else {
    for (const Interval& i : runs(tables.param_classes.intervals(id), classes)) {
      add(i.lo == i.hi ? show(i.lo) : range_text(i));
    }
    const std::string& unit = p.unit.text;
    if (!unit.empty()) out += p.unit.quoted ? " '" + unit + "'" : " " + unit;
  }
  return p.name + ": " + out;
}

}  // namespace gdl::analysis
