// See given.h.
#include "analysis/given.h"

#include "values.h"

namespace gdl::analysis {

using namespace sema;
using space::kFalse;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

Node literal(Scope& s, space::Var v, std::size_t value) {
  Bits b(s.diagram().values(v));
  b.set(value);
  return s.diagram().literal(v, b);
}

/// The classes of a fact that is not a set in which `left` has patients.
Bits classes_left(const Tables& tables, Scope& s, FactId f, Node left) {
  Bits out(tables.classes.count(f));
  for (std::size_t c = 0; c < out.size(); ++c) {
    out.set(c, s.diagram().both(left, literal(s, s.value_var(f), c)) != kFalse);
  }
  return out;
}

/// In which of the elements `left` has patients with the element, and without it.
struct Elements {
  Bits with, without;
};
Elements elements_left(const Fact& fact, Scope& s, FactId f, Node left) {
  const std::size_t n = fact.enumerators.size();
  Elements out{Bits(n), Bits(n)};
  for (std::size_t e = 0; e < n; ++e) {
    out.with.set(e, s.diagram().both(left, literal(s, s.element_var(f, e), 1)) != kFalse);
    out.without.set(e, s.diagram().both(left, literal(s, s.element_var(f, e), 0)) != kFalse);
  }
  return out;
}

bool numeric(const Fact& f) { return f.kind == FactKind::integer || f.kind == FactKind::decimal; }

/// One value is left of a fact that is not a set. A class of many numbers is not one value.
bool one_value(const Tables& tables, FactId f, const Bits& classes) {
  if (classes.count() != 1) return false;
  if (!numeric(tables.model.facts[f])) return true;
  const space::Interval& i = tables.classes.intervals(f)[classes.first()];
  return i.lo == i.hi;
}

std::string interval_json(const space::Interval& i) {
  if (i.lo == i.hi) return json_number(i.lo);
  return (i.lo_closed ? "{\"at_least\":" : "{\"above\":") + json_number(i.lo) +
         (i.hi_closed ? ",\"at_most\":" : ",\"below\":") + json_number(i.hi) + "}";
}

std::string values_json(const Tables& tables, FactId f, const Bits& classes) {
  // What is known must stand as the value itself.
  if (one_value(tables, f, classes)) return value_json(tables, f, classes.first());
  std::string out;
  auto add = [&](const std::string& item) { out += (out.empty() ? "" : ",") + item; };
  if (numeric(tables.model.facts[f])) {
    for (const space::Interval& i : runs(tables, f, classes)) add(interval_json(i));
  } else {
    for (std::size_t c = 0; c < classes.size(); ++c) {
      if (classes.test(c)) add(value_json(tables, f, c));
    }
  }
  return "{\"in\":[" + out + "]}";
}

std::string elements_json(const Fact& fact, const Elements& left) {
  std::string out;
  for (std::size_t e = 0; e < fact.enumerators.size(); ++e) {
    const bool open = left.with.test(e) && left.without.test(e);
    out += (out.empty() ? "" : ",") + json_string(fact.enumerators[e].name) + ":" +
           (open                ? "null"
            : left.with.test(e) ? "true"
                                : "false");
  }
  return "{" + out + "}";
}

/// Whether `left` says no more than what it leaves of each element.
bool by_element(Scope& s, FactId f, Node left, const Elements& elements) {
  Node whole = space::kTrue;
  for (std::size_t e = 0; e < elements.with.size(); ++e) {
    if (elements.with.test(e) && elements.without.test(e)) continue;
    whole = s.diagram().both(whole, literal(s, s.element_var(f, e), elements.with.test(e) ? 1 : 0));
  }
  return whole == left;
}

}  // namespace

IdVector<FactTag, GivenFact> givens(const Tables& tables, Scope& s, const Scenario& scenario) {
  const Model& m = tables.model;
  IdVector<FactTag, GivenFact> out;
  out.resize(m.facts.size());
  std::vector<FactId> narrowed;
  for (const Given& g : scenario.given) {
    out[g.fact].given = true;
    if (g.explicit_unknown) continue;
    out[g.fact].left = s.diagram().both(out[g.fact].left, s.cond(g.when));
    narrowed.push_back(g.fact);
  }
  for (FactId f : narrowed) {
    if (m.facts[f].kind == FactKind::set) {
      const Elements e = elements_left(m.facts[f], s, f, out[f].left);
      out[f].known = e.with.any() || e.without.any();
      for (std::size_t i = 0; i < e.with.size(); ++i) {
        out[f].known = out[f].known && e.with.test(i) != e.without.test(i);
      }
    } else {
      out[f].known = one_value(tables, f, classes_left(tables, s, f, out[f].left));
    }
  }
  return out;
}

CaseText case_text(const Tables& tables, const Scenario& scenario, std::uint64_t effort,
                   const std::function<bool()>& cancelled) {
  const Model& m = tables.model;
  std::vector<CondId> conds;
  std::vector<bool> narrowed(m.facts.size(), false);
  for (const Given& g : scenario.given) {
    conds.push_back(g.when);
    narrowed[g.fact.value] = narrowed[g.fact.value] || !g.explicit_unknown;
  }
  Scope s(tables, {}, {}, conds, effort, cancelled);
  const IdVector<FactTag, GivenFact> given = givens(tables, s, scenario);
  CaseText out;
  for (std::size_t i = 0; i < m.facts.size(); ++i) {
    FactId f(i);
    if (!given[f].given) continue;
    std::string value = "null";
    if (narrowed[i] && m.facts[f].kind == FactKind::set) {
      const Elements left = elements_left(m.facts[f], s, f, given[f].left);
      value = elements_json(m.facts[f], left);
      if (!by_element(s, f, given[f].left, left)) out.loose.push_back(f);
    } else if (narrowed[i]) {
      value = values_json(tables, f, classes_left(tables, s, f, given[f].left));
    }
    out.json += (out.json.empty() ? "" : ",") + json_string(m.facts[f].name) + ":" + value;
  }
  out.json = "{" + out.json + "}";
  out.exhausted = s.exhausted();
  return out;
}

}  // namespace gdl::analysis
