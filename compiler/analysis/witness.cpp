// Witnesses: see witness.h.
#include "analysis/witness.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <map>

namespace gdl::analysis {

using namespace sema;
using space::Box;
using space::Interval;
using space::Node;
using space::Scope;
using space::Tables;
using space::Var;
using space::VarMeaning;

namespace {

constexpr std::uint64_t kAllCompletions = 100'000;
constexpr std::uint64_t kRandomCompletions = 1'000;

std::string show(const Rational& r) {
  char buffer[gdlrt::num::kMaxFormat];
  return std::string(buffer, gdlrt::num::format(r, buffer, sizeof buffer));
}

std::string value_words(const Enumerator& e) {
  if (!e.label.empty()) return e.label;
  std::string out = e.name;
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

/// "3", "0-2", "below 1", "1 or more": the interval inside the fact's range lo..hi.
std::string interval_words(const Fact& f, const Interval& i) {
  if (i.lo == i.hi) return show(i.lo);
  bool from_start = i.lo == f.lo && i.lo_closed;
  bool to_end = i.hi == f.hi && i.hi_closed;
  if (f.kind == FactKind::integer) return show(i.lo) + "-" + show(i.hi);
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
      return "not " + value_words(f.enumerators[(~mask).first()]);
    }
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask.test(i)) out += (out.empty() ? "" : " or ") + value_words(f.enumerators[i]);
    }
    return out;
  }
  const std::vector<Interval>& intervals = tables.classes.intervals(id);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (!mask.test(i)) continue;
    Interval run = intervals[i];
    while (i + 1 < mask.size() && mask.test(i + 1)) {
      ++i;
      run.hi = intervals[i].hi;
      run.hi_closed = intervals[i].hi_closed;
    }
    out += (out.empty() ? "" : " or ") + interval_words(f, run);
  }
  if (!f.unit.text.empty()) out += " " + f.unit.text;
  return out;
}

std::string json_string(const std::string& s) { return "\"" + s + "\""; }  // names need no escapes

std::string value_json(const Tables& tables, FactId id, std::size_t cls) {
  const Fact& f = tables.model.facts[id];
  if (f.kind == FactKind::boolean) return cls == 1 ? "true" : "false";
  if (f.kind == FactKind::enumeration) return json_string(f.enumerators[cls].name);
  Rational v = tables.classes.sample(id, cls).number;
  return v.is_terminating() ? show(v) : json_string(show(v));
}

}  // namespace

std::vector<diag::FactValue> describe(const Tables& tables, const Scope& scope, const Box& box) {
  struct Row {
    const Bits* value = nullptr;
    const Bits* known = nullptr;
    std::vector<std::pair<std::uint32_t, bool>> elements;
  };
  std::map<std::uint32_t, Row> rows;  // by fact, in order of declaration
  for (const auto& [v, mask] : box.masks) {
    const VarMeaning& m = scope.meaning(v);
    Row& row = rows[m.fact.value];
    if (m.kind == VarMeaning::Kind::value) row.value = &mask;
    if (m.kind == VarMeaning::Kind::known) row.known = &mask;
    if (m.kind == VarMeaning::Kind::element) row.elements.emplace_back(m.element, mask.test(1));
  }
  std::vector<diag::FactValue> out;
  for (const auto& [id, row] : rows) {
    FactId fact(id);
    const Fact& f = tables.model.facts[fact];
    diag::FactValue value;
    value.fact = f.name;
    std::string label = f.label.empty() ? f.name : f.label;
    bool unknown = row.known != nullptr && !row.known->test(1);
    if (row.value != nullptr) {
      value.json = value_json(tables, fact, row.value->first());
      value.words = f.kind == FactKind::boolean
                        ? label + (row.value->test(1) ? ": yes" : ": no")
                        : label + " " + mask_words(tables, fact, *row.value);
    } else if (!row.elements.empty()) {
      std::string words;
      value.json = "{";
      for (const auto& [e, present] : row.elements) {
        value.json += (value.json.size() > 1 ? "," : "") + json_string(f.enumerators[e].name) +
                      (present ? ":true" : ":false");
        words += (words.empty() ? "" : ", ") + std::string(present ? "with " : "without ") +
                 value_words(f.enumerators[e]);
      }
      value.json += "}";
      value.words = label + " " + words;
    }
    if (unknown) {
      value.words = value.words.empty() ? label + " unknown" : value.words + " (not known yet)";
      value.json = "null";
    } else if (row.known != nullptr && value.words.empty()) {
      value.words = label + " known";
      value.json = f.kind == FactKind::set ? "[]" : value_json(tables, fact, 0);
    }
    out.push_back(std::move(value));
  }
  return out;
}

std::string patient_words(const std::vector<diag::FactValue>& facts) {
  if (facts.empty()) return "any patient";
  std::string out;
  for (const diag::FactValue& f : facts) out += (out.empty() ? "" : ", ") + f.words;
  return out + "; everything else may be anything";
}

Box small_box(Scope& scope, Node set) {
  space::Diagram& d = scope.diagram();
  Node possible = scope.possible();
  Box box = d.shortest(d.both(set, possible));
  // Wider boxes may hold impossible patients as well: no claim speaks of them.
  Node claim = d.either(set, d.negate(possible));
  if (d.exhausted()) return box;
  return d.widen(claim, std::move(box));
}

Replay replay(const Tables& tables, const Scope& scope, const Box& box,
              const std::function<bool(const oracle::Patient&)>& claim) {
  const Model& model = tables.model;
  // One digit for each thing that can vary: a fact's class, a set's element, a fact's knownness.
  struct Digit {
    FactId fact;
    VarMeaning::Kind kind;
    std::uint32_t element;
    std::vector<std::size_t> choices;
  };
  std::vector<Digit> digits;
  auto choices = [&](Var v, std::size_t n) {
    std::vector<std::size_t> out;
    const Bits* mask = v.valid() ? box.find(v) : nullptr;
    for (std::size_t i = 0; i < n; ++i) {
      if (mask == nullptr || mask->test(i)) out.push_back(i);
    }
    return out;
  };
  for (std::size_t i = 0; i < model.facts.size(); ++i) {
    FactId f(i);
    if (model.facts[f].kind == FactKind::set) {
      for (std::uint32_t e = 0; e < model.facts[f].enumerators.size(); ++e) {
        digits.push_back({f, VarMeaning::Kind::element, e, choices(scope.element_var(f, e), 2)});
      }
    } else {
      digits.push_back(
          {f, VarMeaning::Kind::value, 0, choices(scope.value_var(f), tables.classes.count(f))});
    }
    if (model.facts[f].knownness_tested) {
      digits.push_back({f, VarMeaning::Kind::known, 0, choices(scope.known_var(f), 2)});
    }
  }
  oracle::Patient patient;
  patient.values.resize(model.facts.size());
  patient.known.assign(model.facts.size(), 1);
  auto set_digit = [&](const Digit& d, std::size_t choice) {
    std::size_t v = d.choices[choice];
    switch (d.kind) {
      case VarMeaning::Kind::value:
        patient.values[d.fact] = tables.classes.sample(d.fact, v);
        break;
      case VarMeaning::Kind::known: patient.known[d.fact] = static_cast<std::uint8_t>(v); break;
      case VarMeaning::Kind::element: {
        std::uint64_t bit = std::uint64_t{1} << d.element;
        std::uint64_t& set = patient.values[d.fact].set;
        set = v == 1 ? set | bit : set & ~bit;
        break;
      }
    }
  };
  std::uint64_t total = 1;
  for (const Digit& d : digits) {
    total = total > kAllCompletions ? total : total * d.choices.size();
    set_digit(d, 0);
  }
  Replay out;
  std::uint64_t tried = 0;
  bool ok = true;
  auto ask = [&]() {
    if (!oracle::possible(model, patient)) return;
    ++tried;
    ok = ok && claim(patient);
  };
  if (total <= kAllCompletions) {
    std::vector<std::size_t> at(digits.size(), 0);
    while (ok) {
      ask();
      std::size_t i = 0;
      for (; i < digits.size(); ++i) {
        at[i] = at[i] + 1 == digits[i].choices.size() ? 0 : at[i] + 1;
        set_digit(digits[i], at[i]);
        if (at[i] != 0) break;
      }
      if (i == digits.size()) break;
    }
    out.grounds = fmt::format("replayed: all {} completions", tried);
  } else {
    std::uint64_t random = 0x243f6a8885a308d3u;  // fixed: the same completions everywhere
    auto next = [&](std::size_t n) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      return static_cast<std::size_t>((random >> 33) % n);
    };
    ask();
    for (const Digit& d : digits) {
      for (std::size_t c = 1; c < d.choices.size() && ok; ++c) {
        set_digit(d, c);
        ask();
      }
      set_digit(d, 0);
    }
    for (std::uint64_t i = 0; i < kRandomCompletions && ok; ++i) {
      for (const Digit& d : digits) set_digit(d, next(d.choices.size()));
      ask();
    }
    out.grounds = fmt::format("replayed: the corners and random others, {} completions", tried);
  }
  out.confirmed = ok && tried > 0;
  return out;
}

}  // namespace gdl::analysis
