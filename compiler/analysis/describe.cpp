// Boxes of patients for people, for programs and as conditions: see witness.h.
#include <algorithm>
#include <map>

#include "analysis/witness.h"
#include "values.h"

namespace gdl::analysis {

using namespace sema;
using space::Box;
using space::Interval;
using space::Scope;
using space::Tables;
using space::VarMeaning;

namespace {

std::string value_words(const Enumerator& e) {
  if (!e.label.empty()) return e.label;
  std::string out = e.name;
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

/// "3", "0-2", "below 1", "at least 65": the interval inside the fact's range lo..hi.
std::string interval_words(const Fact& f, const Interval& i) {
  if (i.lo == i.hi) return show(i.lo);
  bool from_start = i.lo == f.lo && i.lo_closed;
  bool to_end = i.hi == f.hi && i.hi_closed;
  // Grades are read as "3-4"; of what is measured the ends are only what is plausible.
  bool grades = f.kind == FactKind::integer && f.unit.text.empty();
  if (grades || (f.kind == FactKind::integer && !from_start && !to_end)) {
    return show(i.lo) + "-" + show(i.hi);
  }
  if (from_start && to_end) return "anything";
  if (from_start) return (i.hi_closed ? "at most " : "below ") + show(i.hi);
  if (to_end) return (i.lo_closed ? "at least " : "above ") + show(i.lo);
  return (i.lo_closed ? "from " : "above ") + show(i.lo) + (i.hi_closed ? " to " : " to below ") +
         show(i.hi);
}

std::string mask_words(const Tables& tables, FactId id, const Bits& mask) {
  const Fact& f = tables.model.facts[id];
  std::string out;
  if (f.kind != FactKind::integer && f.kind != FactKind::decimal) {
    if (mask.size() > 3 && mask.count() + 1 == mask.size()) {
      return "other than " + value_words(f.enumerators[(~mask).first()]);
    }
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask.test(i)) out += (out.empty() ? "" : " or ") + value_words(f.enumerators[i]);
    }
    return out;
  }
  for (const Interval& run : runs(tables, id, mask)) {
    out += (out.empty() ? "" : " or ") + interval_words(f, run);
  }
  if (!f.unit.text.empty()) out += " " + f.unit.text;
  return out;
}

/// A mask as a region: `["a","b"]`, `"0..2"`, `"1..<1.5"` (without 1.5), `"1<..2"` (without 1).
std::string mask_region(const Tables& tables, FactId id, const Bits& mask) {
  const Fact& f = tables.model.facts[id];
  std::string out;
  std::size_t n = 0;
  auto add = [&](const std::string& s) { out += (n++ == 0 ? "" : ",") + s; };
  if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
    for (const Interval& i : runs(tables, id, mask)) {
      add(json_string(range_text(i)));
    }
    return n == 1 ? out : "[" + out + "]";
  }
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask.test(i)) add(value_json(tables, id, i));
  }
  return "[" + out + "]";
}

std::string quantity(const Fact& f, const Rational& r) {
  const UnitUse& u = f.unit;
  return show(r) + (u.text.empty() ? "" : u.quoted ? " '" + u.text + "'" : " " + u.text);
}

/// An interval as a condition on the fact; empty if its ends have no decimal form.
std::string interval_condition(const Fact& f, const Interval& i) {
  if (!i.lo.is_terminating() || !i.hi.is_terminating()) return {};
  if (i.lo == i.hi) return f.name + " = " + quantity(f, i.lo);
  std::string low = f.name + (i.lo_closed ? " >= " : " > ") + quantity(f, i.lo);
  std::string high = f.name + (i.hi_closed ? " <= " : " < ") + quantity(f, i.hi);
  if (i.lo == f.lo && i.lo_closed) return high;
  if (i.hi == f.hi && i.hi_closed) return low;
  if (!i.lo_closed) return low + " and " + high;
  return f.name + " in " + show(i.lo) + (i.hi_closed ? ".." : "..<") + quantity(f, i.hi);
}

/// A mask as a condition; empty if it cannot be written.
std::string mask_condition(const Tables& tables, FactId id, const Bits& mask) {
  const Fact& f = tables.model.facts[id];
  if (f.kind == FactKind::boolean) return (mask.test(1) ? "" : "not ") + f.name;
  std::string out;
  if (f.kind == FactKind::enumeration) {
    const std::size_t first = mask.first();
    const std::size_t n = mask.count();
    if (n == 1) return f.name + " = " + f.enumerators[first].name;
    if (n + 1 == mask.size()) return f.name + " != " + f.enumerators[(~mask).first()].name;
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask.test(i)) out += (out.empty() ? "" : ", ") + f.enumerators[i].name;
    }
    return f.name + " in {" + out + "}";
  }
  const std::vector<Interval> all = runs(tables, id, mask);
  for (const Interval& i : all) {
    std::string one = interval_condition(f, i);
    if (one.empty()) return {};
    out += (out.empty() ? "" : " or ") + one;
  }
  return all.size() == 1 ? out : "(" + out + ")";
}

/// "including brain and liver but not bone or lung", "without bone or lung"
std::string element_words(const Fact& f,
                          const std::vector<std::pair<std::uint32_t, bool>>& elements) {
  std::vector<std::string> in, out;
  for (const auto& [e, present] : elements) {
    (present ? in : out).push_back(value_words(f.enumerators[e]));
  }
  if (in.empty()) return "without " + diag::listed(out, "or");
  return "including " + diag::listed(in, "and") +
         (out.empty() ? "" : " but not " + diag::listed(out, "or"));
}

/// What a box says of one fact.
struct Row {
  const Bits* value = nullptr;
  const Bits* known = nullptr;
  std::vector<std::pair<std::uint32_t, bool>> elements;
};

/// By fact, in order of declaration.
std::map<std::uint32_t, Row> rows_of(const Scope& scope, const Box& box) {
  std::map<std::uint32_t, Row> rows;
  for (const auto& [v, mask] : box.masks) {
    const VarMeaning& m = scope.meaning(v);
    Row& row = rows[m.fact.value];
    if (m.kind == VarMeaning::Kind::value) row.value = &mask;
    if (m.kind == VarMeaning::Kind::known) row.known = &mask;
    if (m.kind == VarMeaning::Kind::element) row.elements.emplace_back(m.element, mask.test(1));
  }
  return rows;
}

/// What people call the fact; with its name if another is called the same, as the renamed one in a difference.
std::string called(const Model& m, const Fact& f) {
  if (f.label.empty()) return f.name;
  bool shared = std::any_of(m.facts.begin(), m.facts.end(), [&](const Fact& other) {
    return &other != &f && other.label == f.label;
  });
  return shared ? f.label + " (" + f.name + ")" : f.label;
}

}  // namespace

std::vector<diag::FactValue> describe(const Tables& tables, const Scope& scope, const Box& box,
                                      const std::optional<Box>& patient) {
  std::vector<diag::FactValue> out;
  // The value of the mask that the patient has.
  auto one = [&](space::Var v, const Bits* mask) {
    const Bits* mine = patient.has_value() && v.valid() ? patient->find(v) : nullptr;
    for (std::size_t i = 0; mine != nullptr && i < mine->size(); ++i) {
      if (mine->test(i) && (mask == nullptr || mask->test(i))) return i;
    }
    return mask != nullptr ? mask->first() : std::size_t{0};
  };
  for (const auto& [id, row] : rows_of(scope, box)) {
    FactId fact(id);
    const Fact& f = tables.model.facts[fact];
    diag::FactValue value;
    value.fact = f.name;
    std::string label = called(tables.model, f);
    bool unknown = row.known != nullptr && !row.known->test(1);
    if (row.value != nullptr) {
      value.json = value_json(tables, fact, one(scope.value_var(fact), row.value));
      value.region = mask_region(tables, fact, *row.value);
      value.words = f.kind == FactKind::boolean
                        ? label + (row.value->test(1) ? " yes" : " no")
                        : label + " " + mask_words(tables, fact, *row.value);
    } else if (!row.elements.empty()) {
      value.json = "{";
      for (const auto& [e, present] : row.elements) {
        if (value.json.size() > 1) value.json += ",";
        value.json += json_string(f.enumerators[e].name);
        value.json += present ? ":true" : ":false";
      }
      value.json += "}";
      value.region = value.json;
      value.words = label + " " + element_words(f, row.elements);
    }
    if (unknown) {
      value.json = "null";
      if (value.words.empty()) {
        value.words = label + " unknown";
        value.region = "null";
      } else {
        value.words += " (not known yet)";
        value.known = false;
      }
    } else if (row.known != nullptr && value.words.empty()) {
      value.words = label + " known";
      if (f.kind == FactKind::set) {
        for (std::size_t e = 0; e < f.enumerators.size(); ++e) {
          if (one(scope.element_var(fact, e), nullptr) == 0) continue;
          value.json += (value.json.empty() ? "" : ",") + json_string(f.enumerators[e].name);
        }
        value.json = "[" + value.json + "]";
      } else {
        value.json = value_json(tables, fact, one(scope.value_var(fact), nullptr));
      }
      value.region = json_string("known");
    } else if (row.known != nullptr) {
      value.words += " (known)";
      value.known = true;
    }
    out.push_back(std::move(value));
  }
  return out;
}

std::string condition(const Tables& tables, const Scope& scope, const Box& box) {
  std::string out;
  bool whole = true;
  auto add = [&](const std::string& part) {
    whole = whole && !part.empty();
    out += (out.empty() ? "" : " and ") + part;
  };
  for (const auto& [id, row] : rows_of(scope, box)) {
    const Fact& f = tables.model.facts[FactId(id)];
    if (row.value != nullptr) add(mask_condition(tables, FactId(id), *row.value));
    for (const auto& [e, present] : row.elements) {
      std::string has = f.name + " includes " + f.enumerators[e].name;
      add(present ? has : "not " + has);
    }
    // Nobody writes a rule for a value that is not known yet.
    bool unknown = row.known != nullptr && !row.known->test(1);
    whole = whole && !(unknown && (row.value != nullptr || !row.elements.empty()));
    if (row.known != nullptr) add(f.name + (row.known->test(1) ? " is known" : " is unknown"));
  }
  return whole ? out : std::string();
}

}  // namespace gdl::analysis
