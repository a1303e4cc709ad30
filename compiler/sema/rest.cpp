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
    report(Code::unknown_name, a.decision.span,
           fmt::format("there is no decision `{}`", a.decision.text))
        .help = suggestion(decisions_, a.decision.text);
    return;
  }
  out.decision = d->second;
  if (a.between_first.has_value()) {
    out.first = find_rule(*a.between_first, out.decision, true);
    out.second = find_rule(*a.between_second, out.decision, true);
    if (!out.first.valid() || !out.second.valid()) return;
    if (m_.rules[out.first].decision != out.decision &&
        m_.rules[out.second].decision != out.decision) {
      report(Code::misplaced, a.span, fmt::format("neither rule belongs to `{}`", a.decision.text));
    }
  }
  out.when = a.when.has_value() ? expr(*a.when, u) : true_;
  if (!a.because.has_value() || a.because->value.empty()) {
    report(Code::missing_reason, a.span, "an accept says why").help = "add `because \"...\"`";
  } else {
    out.because = a.because->value;
  }
  m_.accepts.push_back(std::move(out));
}

void Builder::scenario(const syntax::Scenario& s, const SourceUnit& u) {
  Scenario out;
  out.title = s.title.value;
  out.span = s.span;
  for (const syntax::Expr& e : s.given) {
    Given g;
    g.span = e.span;
    std::vector<bool> tested;
    for (const Fact& f : m_.facts) tested.push_back(f.knownness_tested);
    g.when = expr(e, u);
    // A given says what is known; it is not a rule that asks whether something is.
    for (std::size_t i = 0; i < tested.size(); ++i)
      m_.facts[FactId(i)].knownness_tested = tested[i];
    const Cond& c = m_.conds[g.when];
    if (c.kind == CondKind::constant) continue;  // reported
    bool defined = false;
    std::vector<CondId> todo = {g.when};
    while (!todo.empty()) {
      const Cond& k = m_.conds[todo.back()];
      todo.pop_back();
      defined = defined || k.def.valid();
      todo.insert(todo.end(), k.children.begin(), k.children.end());
    }
    std::vector<FactId> facts = facts_of(m_, g.when);
    if (defined || facts.size() != 1) {
      report(Code::bad_given, e.span,
             defined ? "a definition cannot be given: it follows from facts"
                     : "a given speaks of one fact")
          .help =
          defined ? "give the facts that it is made of" : "separate what is known with commas";
      continue;
    }
    g.fact = facts[0];
    if (e.kind == syntax::ExprKind::is_unknown) g.explicit_unknown = true;
    if (e.kind == syntax::ExprKind::is_known) {
      report(Code::bad_given, e.span, "a given says what a fact is, not that it is known").help =
          "write its value, as in `ps = 1`";
      continue;
    }
    out.given.push_back(g);
  }
  for (const syntax::Expect& e : s.expects) {
    Expect x;
    x.kind = e.kind;
    x.verb = e.verb;
    x.span = e.span;
    bool ok = true;
    switch (e.kind) {
      case ExpectKind::rule:
      case ExpectKind::possible_rule:
      case ExpectKind::not_rule:
        x.rule = find_rule(e.name, {}, true);
        ok = x.rule.valid();
        break;
      case ExpectKind::advice:
      case ExpectKind::not_advice:
      case ExpectKind::possible_advice:
        x.action = use(e.action, u);
        ok = !x.action.ways.empty();
        if (!x.action.params.empty()) {
          report(Code::bad_directive, e.span, "parameters cannot be expected yet").help =
              "expect the action without `with`";
          ok = false;
        }
        break;
      case ExpectKind::ask: {
        auto it = lookup(facts_, e.name.text(), u);
        ok = it != facts_.end();
        if (ok) {
          x.fact = it->second;
        } else {
          report(Code::unknown_name, e.name.span,
                 fmt::format("there is no fact `{}`", e.name.text()))
              .help = suggestion(facts_, e.name.text());
        }
        break;
      }
      case ExpectKind::gap:
      case ExpectKind::stranded: {
        auto it = decisions_.find(e.name.text());
        ok = it != decisions_.end();
        if (ok) {
          x.decision = it->second;
        } else {
          report(Code::unknown_name, e.name.span,
                 fmt::format("there is no decision `{}`", e.name.text()))
              .help = suggestion(decisions_, e.name.text());
        }
        break;
      }
      case ExpectKind::input_error: break;
    }
    if (ok) out.expects.push_back(std::move(x));
  }
  m_.scenarios.push_back(std::move(out));
}

void Builder::rest() {
  std::vector<const Item*> scenarios;
  for (const Item& item : items_) {
    const SourceUnit& u = *units_[item.unit];
    const syntax::Declaration& d = *item.declaration;
    if (const auto* i = std::get_if<syntax::Impossible>(&d)) {
      m_.impossibles.push_back(
          {expr(i->when, u), i->because.has_value() ? i->because->value : "", i->span});
      std::vector<CondId> todo = {m_.impossibles.back().when};
      while (!todo.empty()) {
        const Cond& c = m_.conds[todo.back()];
        todo.pop_back();
        if (c.kind == CondKind::known) {
          report(Code::type_error, c.span,
                 "whether a fact is known cannot make a patient impossible");
        }
        todo.insert(todo.end(), c.children.begin(), c.children.end());
      }
    } else if (const auto* e = std::get_if<syntax::Exclusive>(&d)) {
      Exclusive x{use(e->first, u), use(e->second, u), e->span};
      if (!x.first.params.empty() || !x.second.params.empty()) {
        report(Code::bad_directive, e->span, "`exclusive` names actions, not their parameters");
      }
      m_.exclusives.push_back(std::move(x));
    } else if (const auto* a = std::get_if<syntax::Accept>(&d)) {
      if (!u.library) accept(*a, u);
    } else if (const auto* r = std::get_if<syntax::Remark>(&d)) {
      Remark out{r->text.value, {}, r->span};
      cites(r->cites, u, out.cites);
      m_.remarks.push_back(std::move(out));
    } else if (std::holds_alternative<syntax::Scenario>(d) && !u.library) {
      scenarios.push_back(&item);
    }
  }
  for (const Item* item : scenarios) {
    scenario(std::get<syntax::Scenario>(*item->declaration), *units_[item->unit]);
  }
}

void Builder::unused() {
  fact_used_.resize(m_.facts.size());
  def_used_.resize(m_.definitions.size());
  action_used_.resize(m_.actions.size());
  auto warn = [&](const char* what, const std::string& name, Span span) {
    report(Code::unused, span, fmt::format("nothing uses the {} `{}`", what, name)).help =
        "remove it, or write the rule that needs it";
  };
  for (std::size_t i = 0; i < m_.facts.size(); ++i) {
    const Fact& f = m_.facts[FactId(i)];
    if (!f.imported && !fact_used_[i]) warn("fact", f.name, f.name_span);
  }
  for (std::size_t i = 0; i < m_.definitions.size(); ++i) {
    const Definition& d = m_.definitions[DefId(i)];
    if (!d.imported && !def_used_[i]) warn("definition", d.name, d.name_span);
  }
  for (std::size_t i = 0; i < m_.actions.size(); ++i) {
    const Action& a = m_.actions[ActionId(i)];
    if (!a.imported && !action_used_[i]) warn("action", a.name, a.name_span);
  }
  std::vector<bool> cited(m_.references.size(), false);
  for (const Rule& r : m_.rules) {
    for (const Cite& c : r.cites) cited[c.reference.value] = true;
  }
  for (const Remark& r : m_.remarks) {
    for (const Cite& c : r.cites) cited[c.reference.value] = true;
  }
  for (const auto& entry : references_.front()) {
    const Reference& r = m_.references[entry.second];
    if (!cited[entry.second.value]) warn("reference", r.id, r.span);
  }
}

}  // namespace gdl::sema
