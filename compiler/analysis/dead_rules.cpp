// See dead_rules.h.
#include "dead_rules.h"

#include <fmt/core.h>

#include "smallest.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::Node;
using space::Scope;

namespace {

void overridden(Context& c, Scope& s, RuleId r, Node applies, diag::Diagnostic& d) {
  const std::vector<RuleId>& by = c.model.rules[r].overridden_by;
  const std::vector<bool> all(by.size(), true);
  const std::vector<bool> needed = smallest(all, all, [&](const std::vector<bool>& marked) {
    Node rest = applies;
    for (std::size_t k = 0; k < by.size(); ++k) {
      if (marked[k]) rest = s.sets().minus(rest, s.stands(by[k]));
    }
    return s.sets().nobody(rest);
  });
  std::size_t count = 0;
  for (std::size_t k = 0; k < by.size(); ++k) {
    if (!needed[k]) continue;
    ++count;
    d.related.push_back(
        {c.model.rules[by[k]].head_span, fmt::format("`{}` overrides it", c.name(by[k]))});
    d.rules.push_back(c.name(by[k]));
  }
  d.message += count == 1 ? "it is overridden for every patient it speaks of"
                          : "other rules together override it for every patient it speaks of";
  d.help = "remove the rule, or narrow what overrides it";
}

void impossible(Context& c, Scope& s, Node applies, diag::Diagnostic& d) {
  const std::vector<Impossible>& all = c.model.impossibles;
  std::vector<std::size_t> concerned = s.constraints();
  const std::vector<bool> any(concerned.size(), true);
  const std::vector<bool> needed = smallest(any, any, [&](const std::vector<bool>& marked) {
    Node rest = applies;
    for (std::size_t k = 0; k < concerned.size(); ++k) {
      if (marked[k]) rest = s.sets().minus(rest, s.cond(all[concerned[k]].when));
    }
    return s.sets().nobody(rest);
  });
  for (std::size_t k = 0; k < concerned.size(); ++k) {
    if (needed[k]) d.related.push_back({all[concerned[k]].span, "a constraint"});
  }
  d.message += "every patient it speaks of is declared impossible";
  d.help = "mend the rule or the constraint";
}

}  // namespace

void check_dead_rules(Context& c, Scope& s, const std::vector<RuleId>& rules) {
  space::Sets& g = s.sets();
  for (RuleId r : rules) {
    const Rule& rule = c.model.rules[r];
    if (!g.nobody(g.both({s.stands(r), s.possible()})) || c.stop(s)) continue;
    diag::Diagnostic d;
    d.code = Code::dead_rule;
    d.primary = rule.head_span;
    d.verdict = diag::Verdict::proved;
    d.rules = {rule.name};
    d.message = fmt::format("`{}` never stands: ", rule.name);
    if (rule.decision.valid()) d.decision = c.model.decisions[rule.decision].name;
    Node own = s.cond(rule.when);
    if (rule.unless.valid()) own = g.minus(own, s.cond(rule.unless));
    Node applies = g.both({s.applies(r), s.possible()});
    if (g.nobody(own)) {
      d.message += "its own condition can never hold";
      d.help = "mend the condition";
    } else if (g.nobody(s.applies(r))) {
      d.message += fmt::format("its condition never holds in the domain of `{}`", d.decision);
      d.help = "mend the condition, or the decision's `for`";
    } else if (g.nobody(applies)) {
      impossible(c, s, s.applies(r), d);
    } else {
      overridden(c, s, r, applies, d);
    }
    if (!c.stop(s)) c.sink.add(std::move(d));
  }
}

}  // namespace gdl::analysis
