// Decisions, rules, directives and the graph of overrides. See builder.h.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "builder.h"

namespace gdl::sema {

using diag::Code;

Suggestion Builder::rule_like(DecisionId d, const std::string& name) {
  if (!d.valid()) return suggestion(rules_, name);
  const std::string prefix = m_.decisions[d].name + ".";
  std::map<std::string, int> own;
  std::vector<std::string> all;
  for (const auto& [rule, id] : rules_) {
    if (m_.rules[id].decision != d || m_.rules[id].unnamed) continue;
    own.emplace(rule.substr(prefix.size()), 0);
    all.push_back("`" + rule + "`");
  }
  Suggestion out = suggestion(own, name);
  if (!out.name.empty()) {
    out.name = prefix + out.name;
    out.help = fmt::format("did you mean `{}`?", out.name);
  } else if (!all.empty() && all.size() <= kPlacesShown) {
    std::sort(all.begin(), all.end());
    out.help = all.size() == 1
                   ? fmt::format("the decision has the rule {}", all[0])
                   : fmt::format("the decision has the rules {}", diag::listed(all, "and"));
  }
  return out;
}

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
    // Of a decision that there is not, no rule is known: that is the one mistake.
    if (q.parts.size() == 2 && decisions_.count(q.parts[0].text) == 0) {
      unknown_decision(q.parts[0].span, q.parts[0].text);
      return {};
    }
    Suggestion near;
    // A bare name that another decision has needs that decision's name.
    for (std::size_t i = 0; i < m_.decisions.size() && q.parts.size() == 1; ++i) {
      std::string full = m_.decisions[DecisionId(i)].name + "." + name;
      if (near.help.empty() && rules_.count(full) > 0)
        near = {fmt::format("did you mean `{}`?", full), full, false};
    }
    if (near.help.empty())
      near =
          rule_like(q.parts.size() == 2 ? decisions_[q.parts[0].text] : home, q.parts.back().text);
    unknown(q.span, fmt::format("there is no rule `{}`", name), near);
  }
  return {};
}

void Builder::cites(const std::vector<syntax::Cite>& in, const SourceUnit& u,
                    std::vector<Cite>& out) {
  for (const syntax::Cite& c : in) {
    std::string name = c.reference.text();
    std::size_t own = u.references;
    if (c.reference.parts.size() > 1) {
      // `lib.1` is reference 1 of the library imported under that name.
      std::string qualifier = u.qualifier + name.substr(0, name.rfind('.') + 1);
      auto library = std::find_if(
          units_.begin(), units_.end(),
          [&](const std::unique_ptr<SourceUnit>& l) { return l->qualifier == qualifier; });
      if (library == units_.end()) {
        unknown(c.span,
                fmt::format("no library is imported as `{}`",
                            qualifier.substr(0, qualifier.size() - 1)),
                {"import it: `import \"file.gdl\" as name`", "", false});
        continue;
      }
      own = (*library)->references;
      name = c.reference.parts.back().text;
    }
    const auto& table = references_[own];
    auto it = table.find(name);
    if (it == table.end()) {
      unknown(c.span, fmt::format("there is no reference {}", c.reference.text()),
              {own == u.references
                   ? fmt::format("declare it: `reference {} \"title\"`", name)
                   : fmt::format("declare `reference {} \"title\"` in the library", name),
               "", false});
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
  if (r.when.has_value()) out.when = condition(*r.when, u);
  if (r.unless.has_value()) out.unless = condition(*r.unless, u);
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

bool Builder::overrides_everything(const Rule& r, Span span) {
  if (r.against_only || (r.decision.valid() && (r.has_for || r.has_none))) return true;
  report(Code::bad_override, span,
         r.decision.valid()
             ? "a rule that advises nothing for the patient cannot override all others"
             : "only advice against can override everything from a safety rule")
      .help =
      r.has_against ? "give the caution in a rule of its own" : "name the rules that it overrides";
  return false;
}

void Builder::needs_reason(const Rule& r, const std::vector<RuleId>& targets) {
  if (!r.because.empty()) return;
  diag::Diagnostic* d = nullptr;
  for (RuleId target : targets) {
    if (!m_.rules[target].has_against) continue;
    if (d == nullptr) {
      d = &report(
          Code::missing_reason, r.head_span,
          fmt::format("`{}` sets aside advice against something, and does not say why", r.name));
      d->help = "add `because \"...\"`";
    }
    d->related.push_back({m_.rules[target].head_span, "this rule holds the advice against"});
    if (d->related.size() == kPlacesShown) return;
  }
}

void Builder::overrides() {
  // Named overrides, then what `overrides all` means.
  constexpr std::uint32_t nobody = RuleId::kNone;
  std::vector<std::uint32_t> named_by(m_.rules.size(), nobody);  // the last rule that named it
  for (std::size_t i = 0; i < pending_rules_.size(); ++i) {
    RuleId id(i);
    Rule& r = m_.rules[id];
    for (const syntax::Override& o : pending_rules_[id].rule->overrides) {
      if (o.all) {
        r.overrides_all = overrides_everything(r, o.span);
        continue;
      }
      RuleId target = find_rule(o.rule, r.decision, true);
      if (!target.valid()) continue;
      if (target == id) {
        report(Code::bad_override, o.span, "a rule cannot override itself");
        continue;
      }
      if (std::exchange(named_by[target.value], id.value) == id.value) continue;
      r.overrides.push_back(target);
      // Step 4 is about what bans leave of a *for*: without one there is nothing to settle.
      if (r.against_only && !m_.rules[target].has_for) {
        diag::Diagnostic& d = report(
            Code::bad_override, o.span,
            fmt::format("this does nothing: `{}` only advises against, and `{}` recommends nothing",
                        r.name, m_.rules[target].name));
        d.severity = diag::Severity::warning;
        d.help = "leave the override out: both rules are heard";
      }
    }
  }
  std::fill(named_by.begin(), named_by.end(), nobody);
  for (std::size_t i = 0; i < m_.rules.size(); ++i) {
    RuleId id(i);
    const Rule& r = m_.rules[id];
    std::vector<RuleId> all = r.overrides;
    for (RuleId t : all) named_by[t.value] = id.value;
    if (r.overrides_all && r.against_only) {
      for (std::size_t k = 0; k < m_.rules.size(); ++k) {
        if (m_.rules[RuleId(k)].has_for && named_by[k] != id.value) {
          m_.rules[RuleId(k)].yields_to.push_back(id);
        }
      }
    } else if (r.overrides_all) {
      for (RuleId t : m_.decisions[r.decision].rules) {
        const Rule& other = m_.rules[t];
        if (t == id || !other.has_for || named_by[t.value] == id.value) continue;
        // Two of this kind must be disjoint, which the analyses prove; neither overrides the other.
        if (!other.overrides_all || other.against_only) all.push_back(t);
      }
    }
    for (RuleId t : all) {
      (r.against_only ? m_.rules[t].yields_to : m_.rules[t].overridden_by).push_back(id);
    }
    needs_reason(r, all);
  }
}

void Builder::override_cycles() {
  Graph next(m_.rules.size());
  for (std::size_t i = 0; i < next.size(); ++i) {
    for (RuleId t : m_.rules[RuleId(i)].overrides) next[i].push_back(t.value);
  }
  for (std::size_t i = 0; i < next.size(); ++i) {  // what `overrides all` adds
    for (RuleId by : m_.rules[RuleId(i)].overridden_by) {
      if (m_.rules[by].overrides_all) next[by.value].push_back(static_cast<std::uint32_t>(i));
    }
  }
  bool found = false;
  dependencies_first(next, [&](std::uint32_t, const std::vector<std::uint32_t>& circle) {
    if (found) return;  // the others go through the same rules as a rule
    found = true;
    std::vector<std::string> names;
    for (std::uint32_t id : circle) names.push_back(m_.rules[RuleId(id)].name);
    diag::Diagnostic& d = report(Code::cycle, m_.rules[RuleId(circle.front())].head_span,
                                 "rules override each other in a circle: " + circle_text(names));
    for (std::size_t i = 1; i < circle.size() && i < kPlacesShown; ++i) {
      d.related.push_back({m_.rules[RuleId(circle[i])].head_span, "in the circle"});
    }
    d.help = "decide which of them stands where both apply, and override in that direction only";
  });
  if (!found) return;
  for (Rule& r : m_.rules) r.overridden_by.clear();
}

void Builder::decisions_and_rules() {
  for (const Item& item : items_) {
    if (const auto* d = std::get_if<syntax::Decision>(item.declaration)) {
      auto it = decisions_.find(d->name.text);
      if (it == decisions_.end() || m_.decisions[it->second].span != d->span) continue;
      if (d->domain.has_value())
        m_.decisions[it->second].domain = condition(*d->domain, *units_[item.unit]);
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
