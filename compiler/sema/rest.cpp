// What hangs on facts, actions and rules: constraints, exclusions, accepts, remarks, scenarios; and
// what nothing uses. See builder.h.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"

namespace gdl::sema {

using diag::Code;

void Builder::accept(const syntax::Accept& a, const SourceUnit& u) {
  Accept out;
  out.kind = a.kind;
  out.span = a.span;
  auto d = decisions_.find(a.decision.text);
  if (d == decisions_.end()) {
    unknown_decision(a.decision.span, a.decision.text);
    return;
  }
  out.decision = d->second;
  if (a.between_first.has_value()) {
    if (a.kind == AcceptKind::gap || a.kind == AcceptKind::stranded) {
      report(Code::misplaced, a.between_first->span.to(a.between_second->span),
             fmt::format("a {} is not between two rules",
                         a.kind == AcceptKind::gap ? "gap" : "stranded patient"))
          .help = "say which patients are meant: `when ...`";
      return;
    }
    out.first = find_rule(*a.between_first, out.decision, true);
    out.second = find_rule(*a.between_second, out.decision, true);
    if (!out.first.valid() || !out.second.valid()) return;
    if (m_.rules[out.first].decision != out.decision &&
        m_.rules[out.second].decision != out.decision) {
      report(Code::misplaced, a.span, fmt::format("neither rule belongs to `{}`", a.decision.text));
    }
  }
  out.when = a.when.has_value() ? condition(*a.when, u) : true_;
  if (!a.because.has_value() || a.because->value.empty()) {
    report(Code::missing_reason, a.span, "an accept says why").help = "add `because \"...\"`";
  } else {
    out.because = a.because->value;
  }
  m_.accepts.push_back(std::move(out));
}

bool Builder::given(const syntax::Expr& e, const SourceUnit& u, Given& out) {
  out.span = e.span;
  out.when = condition(e, u);
  bool defined = false;
  bool asks = false;
  std::vector<FactId> facts;
  walk(m_, out.when, Definitions::named, [&](const Cond& c) {
    defined = defined || c.def.valid();
    asks = asks || c.kind == CondKind::known;
    if (c.fact.valid()) facts.push_back(c.fact);
  });
  if (!defined && facts.empty()) return false;  // what it speaks of has failed, and was reported
  bool one = std::all_of(facts.begin(), facts.end(), [&](FactId f) { return f == facts[0]; });
  if (defined || !one) {
    report(Code::bad_given, e.span,
           defined ? "a definition cannot be given: it follows from facts"
                   : "a given speaks of one fact")
        .help =
        defined ? "give the facts that it is made of" : "separate what is known with commas";
    return false;
  }
  out.fact = facts[0];
  out.explicit_unknown = e.kind == syntax::ExprKind::is_unknown;
  if (asks && !out.explicit_unknown) {
    report(Code::bad_given, e.span, "a given says what a fact is, not that it is known").help =
        "write its value, as in `ps = 1`, or `ps is unknown` alone";
    return false;
  }
  return true;
}

bool Builder::expectation(const syntax::Expect& e, const SourceUnit& u, Expect& out) {
  out.kind = e.kind;
  out.holds = e.holds;
  out.verb = e.verb;
  out.span = e.span;
  auto find = [&](const auto& table, auto it, const char* what, auto& into) {
    if (it == table.end()) {
      unknown(e.name.span, fmt::format("there is no {} `{}`", what, e.name.text()),
              suggestion(table, e.name.text()));
      return false;
    }
    into = it->second;
    return true;
  };
  switch (e.kind) {
    case ExpectKind::rule: out.rule = find_rule(e.name, {}, true); return out.rule.valid();
    case ExpectKind::advice:
      out.action = use(e.action, u);
      if (out.action.alone) {
        report(Code::bad_directive, e.span, "`alone` does not go with an expectation").help =
            "an expectation names exactly what is given; leave `alone` out";
        return false;
      }
      return !out.action.ways.empty();
    case ExpectKind::ask: return find(facts_, lookup(facts_, e.name.text(), u), "fact", out.fact);
    case ExpectKind::gap:
    case ExpectKind::stranded:
      return find(decisions_, decisions_.find(e.name.text()), "decision", out.decision);
    case ExpectKind::input_error: return true;
  }
  return false;
}

void Builder::scenario(const syntax::Scenario& s, const SourceUnit& u) {
  Scenario out;
  out.title = s.title.value;
  out.span = s.span;
  for (const syntax::Expr& e : s.given) {
    Given g;
    if (given(e, u, g)) out.given.push_back(g);
  }
  for (const syntax::Expect& e : s.expects) {
    Expect x;
    if (expectation(e, u, x)) out.expects.push_back(std::move(x));
  }
  m_.scenarios.push_back(std::move(out));
}

void Builder::forbid_knownness(CondId root) {
  walk(m_, root, Definitions::followed, [&](const Cond& c) {
    if (c.kind != CondKind::known) return;
    const Span here = m_.conds[root].span;
    const bool written_here =
        c.span.file == here.file && here.begin <= c.span.begin && c.span.end <= here.end;
    diag::Diagnostic& d = report(Code::type_error, written_here ? c.span : here,
                                 "whether a fact is known cannot make a patient impossible");
    if (!written_here) d.related.push_back({c.span, "this asks whether it is known"});
  });
}

void Builder::rest() {
  std::vector<const Item*> scenarios;
  for (const Item& item : items_) {
    const SourceUnit& u = *units_[item.unit];
    const syntax::Declaration& d = *item.declaration;
    if (const auto* i = std::get_if<syntax::Impossible>(&d)) {
      m_.impossibles.push_back(
          {condition(i->when, u), i->because.has_value() ? i->because->value : "", i->span});
      forbid_knownness(m_.impossibles.back().when);
    } else if (const auto* e = std::get_if<syntax::Exclusive>(&d)) {
      Exclusive x{use(e->first, u), use(e->second, u), e->span};
      if (!x.first.params.empty() || !x.second.params.empty()) {
        report(Code::bad_directive, e->span, "`exclusive` names actions, not their parameters");
      }
      m_.exclusives.push_back(std::move(x));
    } else if (const auto* a = std::get_if<syntax::Accept>(&d)) {
      if (!u.library) accept(*a, u);
    } else if (const auto* r = std::get_if<syntax::Remark>(&d); r != nullptr && !u.library) {
      Remark out{r->text.value, {}, r->span};
      cites(r->cites, u, out.cites);
      m_.remarks.push_back(std::move(out));
    } else if (std::holds_alternative<syntax::Scenario>(d) && !u.library) {
      scenarios.push_back(&item);
    }
  }
  in_scenario_ = true;  // a scenario tests the guideline: what it names is not used by it
  for (const Item* item : scenarios) {
    scenario(std::get<syntax::Scenario>(*item->declaration), *units_[item->unit]);
  }
}

/// `contraindicate a + b` where rules give a, or b, but never both: most likely either was meant.
void Builder::idle_bans() {
  auto given = [&](const auto& fits) {
    for (const Rule& r : m_.rules) {
      for (const Directive& d : r.directives) {
        if (is_for(d.verb) && std::any_of(d.what.ways.begin(), d.what.ways.end(), fits))
          return true;
      }
    }
    return false;
  };
  for (const Rule& r : m_.rules) {
    for (const Directive& d : r.directives) {
      const ActionUse& x = d.what;
      if (!is_against(d.verb) && d.verb != Verb::caution) continue;
      // Of an action with a name of its own (`doublet`) the author knows what it is.
      bool together = x.named.size() > 1 && std::all_of(x.ways.begin(), x.ways.end(), [&](WayId w) {
                        return m_.ways[w].leaves.size() > 1;
                      });
      if (!together || given([&](WayId w) { return matches(m_, w, x); })) continue;
      std::string given_alone;
      for (ActionId a : x.named) {
        ActionUse one;
        one.ways = m_.actions[a].ways;
        if (!given([&](WayId w) { return matches(m_, w, one); })) continue;
        given_alone += (given_alone.empty() ? "`" : ", `") + m_.actions[a].name + "`";
      }
      if (given_alone.empty()) continue;  // advice of its own, about what nobody recommends
      report(Code::idle_ban, x.span,
             fmt::format("no rule gives `{}` together: this {} nothing", x.text,
                         d.verb == Verb::caution ? "marks" : "rules out"))
          .help = fmt::format("rules give {}; for either of several actions write `|` between them",
                              given_alone);
    }
  }
}

void Builder::unused() {
  auto warn = [&](const char* what, const std::string& name, Span span, bool scenarios,
                  const std::string& use) {
    report(Code::unused, span,
           scenarios ? fmt::format("only scenarios use the {} `{}`", what, name)
                     : fmt::format("nothing uses the {} `{}`", what, name))
        .help = "remove it, or " + use;
  };
  const std::string rule = "write the rule that needs it";
  // A library's declarations are there for others too.
  auto check = [&](const char* what, const auto& table, std::vector<bool>& used,
                   std::vector<bool>& in_scenarios) {
    used.resize(table.size());
    in_scenarios.resize(table.size());
    std::size_t i = 0;
    for (const auto& item : table) {
      if (!item.imported && !used[i]) warn(what, item.name, item.name_span, in_scenarios[i], rule);
      ++i;
    }
  };
  check("fact", m_.facts, used_.facts, used_in_scenarios_.facts);
  check("definition", m_.definitions, used_.defs, used_in_scenarios_.defs);
  check("action", m_.actions, used_.actions, used_in_scenarios_.actions);
  std::vector<bool> cited(m_.references.size(), false);
  for (const Rule& r : m_.rules) {
    for (const Cite& c : r.cites) cited[c.reference.value] = true;
  }
  for (const Remark& r : m_.remarks) {
    for (const Cite& c : r.cites) cited[c.reference.value] = true;
  }
  for (const auto& entry : references_.front()) {
    const Reference& r = m_.references[entry.second];
    if (!cited[entry.second.value]) warn("reference", r.id, r.span, false, "cite it");
  }
  for (const auto& [name, span] : grading_names_) {
    if (m_.grading.has_value() && m_.grading->name == name) continue;
    warn("grading", name, span, false, fmt::format("add `grading {}` to the header", name));
  }
}

}  // namespace gdl::sema
