// The stages in order: see driver.h.
#include "driver/driver.h"

#include <fmt/core.h>

namespace gdl::driver {

Compilation load(const std::string& path, const sema::SourceProvider& provider,
                 const sema::Options& options) {
  Compilation c;
  c.model = sema::load(path, provider, options, c.sources, c.sink);
  c.type_errors = c.sink.has_errors();
  return c;
}

Compilation check(const std::string& path, const sema::SourceProvider& provider,
                  const sema::Options& options, const analysis::Options& analysis,
                  analysis::Memory* memory) {
  Compilation c = load(path, provider, options);
  if (!c.type_errors) c.report = analysis::analyze(*c.model, analysis, c.sink, memory);
  return c;
}

emit::Image lower(const Compilation& c, const emit::Options& options) {
  space::Tables tables(*c.model);
  return emit::lower(tables, c.sources, options);
}

std::vector<std::uint8_t> build(const Compilation& c, const emit::Options& options) {
  return emit::encode(lower(c, options));
}

analysis::Diff diff(const Compilation& older, Compilation& newer,
                    const analysis::Options& options) {
  return analysis::diff(*older.model, *newer.model, options, newer.sink);
}

std::string dump_space(const Compilation& c, std::uint64_t effort) {
  const sema::Model& m = *c.model;
  space::Tables tables(m);
  std::string out;
  for (std::size_t i = 0; i < m.facts.size(); ++i) {
    sema::FactId f(i);
    out += fmt::format("fact {}:", m.facts[f].name);
    if (m.facts[f].kind == sema::FactKind::integer || m.facts[f].kind == sema::FactKind::decimal) {
      for (const space::Interval& v : tables.classes.intervals(f)) {
        char lo[gdlrt::num::kMaxFormat];
        char hi[gdlrt::num::kMaxFormat];
        gdlrt::num::format(v.lo, lo, sizeof lo);
        gdlrt::num::format(v.hi, hi, sizeof hi);
        out += fmt::format(" {}{}..{}{}", v.lo_closed ? "[" : "(", lo, hi, v.hi_closed ? "]" : ")");
      }
    } else {
      for (const sema::Enumerator& e : m.facts[f].enumerators) out += " " + e.name;
      if (m.facts[f].kind == sema::FactKind::set) out += " (each yes or no)";
    }
    out += "\n";
  }
  for (std::size_t i = 0; i < m.decisions.size(); ++i) {
    sema::DecisionId d(i);
    space::Scope s(tables, {d}, {}, {}, effort);
    out += fmt::format("decision {}: {} variables:", m.decisions[d].name, s.variables().size());
    for (const space::VarMeaning& v : s.variables()) {
      const sema::Fact& f = m.facts[v.fact];
      out += " " + f.name;
      if (v.kind == space::VarMeaning::Kind::element) out += "." + f.enumerators[v.element].name;
      if (v.kind == space::VarMeaning::Kind::known) out += " (known)";
    }
    out += "\n";
    for (sema::RuleId r : m.decisions[d].rules) {
      s.stands(r);
      out += fmt::format("  {} stands: {} nodes so far{}\n", m.rules[r].name, s.diagram().size(),
                         s.exhausted() ? ", effort spent" : "");
    }
    s.gap(d);
    s.stranded(d);
    out += fmt::format("  all: {} nodes, {} steps{}\n", s.diagram().size(), s.diagram().steps(),
                       s.exhausted() ? ", effort spent" : "");
  }
  return out;
}

}  // namespace gdl::driver
