// The model as a listing: every name resolved, every number in its fact's unit.
#include <fmt/core.h>

#include "sema/check.h"

namespace gdl::sema {

namespace {

std::string show(const Rational& r) {
  char buffer[gdlrt::num::kMaxFormat];
  return std::string(buffer, gdlrt::num::format(r, buffer, sizeof buffer));
}

constexpr const char* kOps[] = {"=", "!=", "<", "<=", ">", ">="};
constexpr const char* kChoose[] = {"any", "one", "first", "all"};
constexpr const char* kKinds[] = {"yes/no", "enumeration", "integer", "decimal", "set"};

class Dumper {
 public:
  explicit Dumper(const Model& m) : m_(m) {}

  std::string run() {
    out_ += fmt::format("guideline {} {}\n", m_.name, m_.version);
    for (const Fact& f : m_.facts) fact(f);
    for (const Definition& d : m_.definitions) definition(d);
    for (const Impossible& i : m_.impossibles) out_ += "impossible when " + cond(i.when) + "\n";
    for (const Action& a : m_.actions) action(a);
    for (const Exclusive& x : m_.exclusives) {
      out_ += fmt::format("exclusive {}, {}\n", x.first.text, x.second.text);
    }
    for (const Decision& d : m_.decisions) {
      out_ += fmt::format("decision {} for {} choose {}{}\n", d.name, cond(d.domain),
                          kChoose[static_cast<int>(d.choose)], d.partial ? " partial" : "");
    }
    for (const Rule& r : m_.rules) rule(r);
    for (const Accept& a : m_.accepts) {
      out_ += fmt::format("accept in {} when {}\n", m_.decisions[a.decision].name, cond(a.when));
    }
    for (const Scenario& s : m_.scenarios) out_ += fmt::format("scenario \"{}\"\n", s.title);
    return std::move(out_);
  }

 private:
  std::string list(const std::vector<Enumerator>& all, const Bits& mask) {
    std::string out = "{";
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask.test(i)) out += (out.size() > 1 ? ", " : "") + all[i].name;
    }
    return out + "}";
  }
  std::string join(const std::vector<CondId>& children, const char* word) {
    std::string out = "(";
    for (CondId c : children) out += (out.size() > 1 ? word : "") + cond(c);
    return out + ")";
  }

  std::string cond(CondId id) {
    const Cond& c = m_.conds[id];
    switch (c.kind) {
      case CondKind::constant: return c.flag ? "true" : "false";
      case CondKind::fact_in:
        return m_.facts[c.fact].name + " in " + list(m_.facts[c.fact].enumerators, c.mask);
      case CondKind::fact_compare:
        return fmt::format("{} {} {}", m_.facts[c.fact].name, kOps[static_cast<int>(c.op)],
                           show(c.number));
      case CondKind::set_includes:
        return m_.facts[c.fact].name + " includes " + m_.facts[c.fact].enumerators[c.index].name;
      case CondKind::set_equals:
        return m_.facts[c.fact].name + " = " + list(m_.facts[c.fact].enumerators, c.mask);
      case CondKind::set_count:
        return fmt::format("count({}) {} {}", m_.facts[c.fact].name, kOps[static_cast<int>(c.op)],
                           c.count);
      case CondKind::known: return m_.facts[c.fact].name + " is known";
      case CondKind::def_true: return m_.definitions[c.def].name;
      case CondKind::def_in: {
        std::string out = m_.definitions[c.def].name + " in {";
        bool first = true;
        for (std::size_t i = 0; i < c.mask.size(); ++i) {
          if (!c.mask.test(i)) continue;
          out += (first ? "" : ", ") + m_.definitions[c.def].alternatives[i].name.name;
          first = false;
        }
        return out + "}";
      }
      case CondKind::score_compare:
        return fmt::format("{} {} {}", m_.definitions[c.def].name, kOps[static_cast<int>(c.op)],
                           c.count);
      case CondKind::negation: return "not " + cond(c.children[0]);
      case CondKind::all: return join(c.children, " and ");
      case CondKind::any: return join(c.children, " or ");
      case CondKind::at_least:
        return fmt::format("at least {} of {}", c.count, join(c.children, ", "));
    }
    return "?";
  }

  void fact(const Fact& f) {
    out_ += fmt::format("fact {}: {}", f.name, kKinds[static_cast<int>(f.kind)]);
    if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
      out_ += fmt::format(" {}..{}{}{}", show(f.lo), show(f.hi), f.unit.text.empty() ? "" : " ",
                          f.unit.text);
    } else if (f.kind != FactKind::boolean) {
      for (const Enumerator& e : f.enumerators) out_ += " " + e.name;
      if (f.ordered) out_ += " (ordered)";
    }
    out_ += f.knownness_tested ? " (asked whether known)\n" : "\n";
  }

  void definition(const Definition& d) {
    out_ += fmt::format("define {}", d.name);
    if (d.kind == DefKind::boolean) {
      out_ += " when " + cond(d.when) + "\n";
      return;
    }
    if (d.kind == DefKind::score) out_ += fmt::format(" score {}..{}", d.min, d.max);
    out_ += "\n";
    for (const Alternative& a : d.alternatives) {
      out_ += "  " + a.name.name +
              (a.when.valid() ? " when " + cond(a.when) : std::string(" otherwise")) + "\n";
    }
    for (const ScoreItem& i : d.items) {
      out_ += i.plus.valid() ? "  plus " + m_.definitions[i.plus].name + "\n"
                             : fmt::format("  {} when {}\n", i.points, cond(i.when));
    }
  }

  std::string way(WayId w) {
    std::string out;
    for (ActionId a : m_.ways[w].leaves) out += (out.empty() ? "" : "+") + m_.actions[a].name;
    return out;
  }
  std::string ways(const std::vector<WayId>& list) {
    std::string out;
    for (WayId w : list) out += (out.empty() ? "" : " | ") + way(w);
    return out;
  }

  void action(const Action& a) {
    out_ += fmt::format("action {}", a.name);
    if (!a.leaf) out_ += " = " + ways(a.ways);
    for (ParamId p : a.params) out_ += fmt::format(" with {}", m_.params[p].name);
    out_ += "\n";
  }

  void rule(const Rule& r) {
    out_ += fmt::format("rule {} when {}", r.name, cond(r.when));
    if (r.unless.valid()) out_ += " unless " + cond(r.unless);
    out_ += "\n";
    for (const Directive& d : r.directives) {
      out_ += fmt::format("  {} {}", verb_words(d.verb), ways(d.what.ways));
      if (d.what.alone) out_ += " alone";
      if (d.verb == Verb::prefer) out_ += " over " + ways(d.over.ways);
      for (const ParamSetting& s : d.what.params) {
        const Parameter& p = m_.params[s.param];
        out_ += " with " + p.name + ": " +
                (p.kind == FactKind::enumeration ? list(p.enumerators, s.values.mask)
                                                 : show(s.values.lo) + ".." + show(s.values.hi));
      }
      out_ += "\n";
    }
    for (RuleId by : r.overridden_by) out_ += "  overridden by " + m_.rules[by].name + "\n";
    for (RuleId by : r.yields_to) out_ += "  withdrawn by " + m_.rules[by].name + "\n";
  }

  const Model& m_;
  std::string out_;
};

}  // namespace

std::string dump(const Model& model) { return Dumper(model).run(); }

}  // namespace gdl::sema
