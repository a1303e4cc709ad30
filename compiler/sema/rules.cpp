// Decisions, rules, directives and the graph of overrides. See builder.h.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"

namespace gdl::sema {

using diag::Code;

RuleId Builder::find_rule(const syntax::QName& q, DecisionId home, bool reporting) {
  std::string name = q.text();
  if (q.parts.size() == 1) {
    if (home.valid()) {
      auto it = rules_.find(m_.decisions[home].name + "." + name);
      if (it != rules_.end()) return it->second;
    }
  }
  // A safety rule has its bare name; `safety.NAME` says the same.
  bool safety = q.parts.size() == 2 && q.parts[0].text == "safety";
  if (safety) name = q.parts[1].text;
  auto it = rules_.find(name);
  if (it != rules_.end()) return it->second;
  if (reporting) {
    std::string full =
        q.parts.size() == 1 && home.valid() ? m_.decisions[home].name + "." + name : name;
    report(Code::unknown_name, q.span, fmt::format("there is no rule `{}`", name)).help =
        suggestion(rules_, full);
  }
  return {};
}

void Builder::cites(const std::vector<syntax::Cite>& in, const SourceUnit& u,
                    std::vector<Cite>& out) {
  for (const syntax::Cite& c : in) {
    const auto& table = references_[u.references];
    auto it = table.find(c.reference.text());
    if (it == table.end()) {
      report(Code::unknown_name, c.span,
             fmt::format("there is no reference {}", c.reference.text()))
          .help = fmt::format("declare it: `reference {} \"title\"`", c.reference.text());
      continue;
    }
    out.push_back({it->second, c.at.has_value() ? c.at->value : "", c.span});
  }
}

void Builder::directives(const syntax::Rule& r, const SourceUnit& u, Rule& out) {
  for (const syntax::Directive& d : r.directives) {
    Directive dir;
    dir.verb = d.verb;
    dir.span = d.span;
    if (d.because.has_value()) dir.because = d.because->value;
    if (d.verb == Verb::no_recommendation) {
      out.has_none = true;
    } else {
      dir.what = use(d.what, u);
    }
    if (is_for(d.verb)) {
      out.has_for = true;
      if (dir.what.alone) {
        report(Code::bad_directive, d.what.span, "`alone` does not go with a recommendation").help =
            "a recommendation names exactly what is given; leave `alone` out";
      }
    }
    if (is_against(d.verb)) {
      out.has_against = true;
      if (d.what.params.size() > 1) {
        report(Code::bad_directive, d.what.span,
               "advice against two parameters at once is ambiguous")
            .help = "is either bad by itself, or only both together? write a directive for each";
      }
    }
    if (d.verb == Verb::prefer) {
      dir.over = use(*d.over, u);
      if (!d.what.params.empty() || !d.over->params.empty()) {
        report(Code::bad_directive, d.span, "`prefer` compares actions, not their parameters");
      }
    }
    if (d.verb == Verb::caution && !d.what.params.empty()) {
      report(Code::bad_directive, d.span, "`caution` marks an action, not its parameters");
    }
    if (r.safety && !is_against(d.verb) && d.verb != Verb::caution) {
      report(Code::bad_directive, d.span, "a safety rule may only advise against, or caution")
          .help = "a safety rule stands outside all decisions; put this into a rule of a decision";
    }
    out.directives.push_back(std::move(dir));
  }
  out.against_only = std::all_of(out.directives.begin(), out.directives.end(),
                                 [](const Directive& d) { return is_against(d.verb); });
}

void Builder::rule(const syntax::Rule& r, const SourceUnit& u, RuleId id) {
  Rule out = m_.rules[id];
  if (r.when.has_value()) out.when = expr(*r.when, u);
  if (r.unless.has_value()) out.unless = expr(*r.unless, u);
  directives(r, u, out);
  cites(r.cites, u, out.cites);
  if (r.because.has_value()) out.because = r.because->value;
  for (const syntax::Text& n : r.notes) out.notes.push_back(n.value);
  out.says = says(r.says);
  auto grade = [&](const std::optional<syntax::Name>& name, bool strength, std::string& into) {
    if (!name.has_value()) return;
    const char* what = strength ? "strength" : "evidence";
    if (!m_.grading.has_value()) {
      report(Code::bad_grade, name->span,
             fmt::format("no grading is in force, so there is no {} `{}`", what, name->text))
          .help = "add `grading grade` (or esmo, or your own) to the header";
      return;
    }
    const std::vector<std::string>& scale = strength ? m_.grading->strength : m_.grading->evidence;
    if (std::find(scale.begin(), scale.end(), name->text) == scale.end()) {
      std::string list;
      for (const std::string& s : scale) list += (list.empty() ? "" : ", ") + s;
      report(Code::bad_grade, name->span,
             fmt::format("the grading `{}` has no {} `{}`", m_.grading->name, what, name->text))
          .help = list.empty() ? "" : fmt::format("one of {}", list);
      return;
    }
    into = name->text;
  };
  grade(r.strength, true, out.strength);
  grade(r.evidence, false, out.evidence);
  m_.rules[id] = std::move(out);
}

void Builder::overrides() {
  // Named overrides, then what `overrides all` means.
  for (std::size_t i = 0; i < pending_rules_.size(); ++i) {
    RuleId id(i);
    const syntax::Rule& r = *pending_rules_[id].rule;
    for (const syntax::Override& o : r.overrides) {
      if (o.all) {
        m_.rules[id].overrides_all = true;
        if (!m_.rules[id].decision.valid() && !m_.rules[id].against_only) {
          report(Code::bad_override, o.span,
                 "only advice against can override everything from a safety rule");
          m_.rules[id].overrides_all = false;
        }
        continue;
      }
      RuleId target = find_rule(o.rule, m_.rules[id].decision, true);
      if (!target.valid()) continue;
      if (target == id) {
        report(Code::bad_override, o.span, "a rule cannot override itself");
        continue;
      }
      m_.rules[id].overrides.push_back(target);
    }
  }
  auto add = [](std::vector<RuleId>& list, RuleId r) {
    if (std::find(list.begin(), list.end(), r) == list.end()) list.push_back(r);
  };
  for (std::size_t i = 0; i < m_.rules.size(); ++i) {
    RuleId id(i);
    const Rule& r = m_.rules[id];
    auto need_reason = [&](RuleId target) {
      if (!m_.rules[target].has_against || !r.because.empty()) return;
      diag::Diagnostic& d = report(
          Code::missing_reason, r.head_span,
          fmt::format("`{}` sets aside advice against something, and does not say why", r.name));
      d.related.push_back({m_.rules[target].head_span, "this rule holds the advice against"});
      d.help = "add `because \"...\"`";
    };
    for (RuleId t : r.overrides) {
      if (r.against_only) {
        add(m_.rules[t].yields_to, id);
      } else {
        add(m_.rules[t].overridden_by, id);
        need_reason(t);
      }
    }
    if (!r.overrides_all) continue;
    if (r.against_only) {
      for (std::size_t k = 0; k < m_.rules.size(); ++k) {
        if (m_.rules[RuleId(k)].has_for) add(m_.rules[RuleId(k)].yields_to, id);
      }
      continue;
    }
    for (RuleId t : m_.decisions[r.decision].rules) {
      const Rule& other = m_.rules[t];
      if (t == id || !other.has_for) continue;
      if (other.overrides_all && !other.against_only) continue;  // must be disjoint: analysis
      add(m_.rules[t].overridden_by, id);
      need_reason(t);
    }
  }
}

void Builder::override_cycles() {
  std::vector<int> state(m_.rules.size(), 0);
  std::vector<RuleId> path;
  bool found = false;
  auto visit = [&](auto&& self, RuleId id) -> void {
    if (found || state[id.value] == 2) return;
    if (state[id.value] == 1) {
      found = true;
      std::string circle;
      auto from = std::find(path.begin(), path.end(), id);
      for (auto it = from; it != path.end(); ++it) circle += "`" + m_.rules[*it].name + "`, ";
      diag::Diagnostic& d =
          report(Code::cycle, m_.rules[id].head_span,
                 "rules override each other in a circle: " + circle + "and so on");
      for (auto it = from; it != path.end(); ++it) {
        if (*it != id) d.related.push_back({m_.rules[*it].head_span, "in the circle"});
      }
      d.help = "decide which of them stands where both apply, and override in that direction only";
      return;
    }
    state[id.value] = 1;
    path.push_back(id);
    for (RuleId by : m_.rules[id].overridden_by) self(self, by);
    for (RuleId by : m_.rules[id].yields_to) {
      const std::vector<RuleId>& named = m_.rules[by].overrides;
      if (std::find(named.begin(), named.end(), id) != named.end()) self(self, by);
    }
    path.pop_back();
    state[id.value] = 2;
  };
  for (std::size_t i = 0; i < m_.rules.size() && !found; ++i) visit(visit, RuleId(i));
  if (!found) return;
  for (std::size_t i = 0; i < m_.rules.size(); ++i) m_.rules[RuleId(i)].overridden_by.clear();
}

void Builder::decisions_and_rules() {
  for (const Item& item : items_) {
    if (const auto* d = std::get_if<syntax::Decision>(item.declaration)) {
      auto it = decisions_.find(d->name.text);
      if (it == decisions_.end() || m_.decisions[it->second].span != d->span) continue;
      if (d->domain.has_value())
        m_.decisions[it->second].domain = expr(*d->domain, *units_[item.unit]);
    }
  }
  for (std::size_t i = 0; i < pending_rules_.size(); ++i) {
    const PendingRule& p = pending_rules_[RuleId(i)];
    rule(*p.rule, *units_[p.unit], RuleId(i));
  }
  overrides();
  override_cycles();
}

}  // namespace gdl::sema
