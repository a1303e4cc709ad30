// See parameters.h.
#include "parameters.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "fixes.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

/// One parameter on one way of a *for* directive.
struct Spot {
  RuleId rule;
  std::size_t directive;
  WayId way;
  ParamId param;
};

/// The second of two rules by name; none if there are not just two.
std::optional<RuleId> only_other(const Model& m, const std::vector<std::string>& names,
                                 RuleId one) {
  if (names.size() != 2) return std::nullopt;
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (RuleId(i) != one && m.rules[RuleId(i)].name == names[1]) return RuleId(i);
  }
  return std::nullopt;
}

void report(Context& c, Scope& s, const Spot& at, Node set,
            std::set<std::pair<std::uint32_t, std::vector<std::string>>>& frames) {
  const Directive& dir = c.model.rules[at.rule].directives[at.directive];
  const Parameter& param = c.model.params[at.param];
  diag::Diagnostic d;
  d.code = Code::parameter_conflict;
  d.decision = c.model.decisions[c.model.rules[at.rule].decision].name;
  d.primary = dir.span;
  d.rules = {c.name(at.rule)};
  d.message = fmt::format("the rules that stand leave no value for `{}` of `{}`", param.name,
                          c.model.actions[param.action].name);
  // The settings at work for one patient: those without which a value would be left go first.
  Node few = set;
  for (const Tables::ParamUse& u : c.tables.settings(at.param)) {
    Node without = s.sets().minus(few, s.stands(u.use.rule));
    if (!s.sets().nobody(without)) {
      few = without;
      continue;
    }
    if (u.use == Tables::Use{at.rule, at.directive}) continue;
    if (std::find(d.rules.begin(), d.rules.end(), c.name(u.use.rule)) == d.rules.end()) {
      d.rules.push_back(c.name(u.use.rule));
    }
    d.related.push_back({c.model.rules[u.use.rule].directives[u.use.directive].span,
                         fmt::format("`{}` sets it too", c.name(u.use.rule))});
  }
  std::optional<RuleId> other = only_other(c.model, d.rules, at.rule);
  std::vector<std::string> rules = d.rules;
  std::sort(rules.begin(), rules.end());
  if (!frames.emplace(at.param.value, rules).second) return;
  if (other.has_value()) override_either(c.model, at.rule, *other, d.choices);
  d.help = d.choices.empty() ? "let one of the rules override the other, or widen what they allow"
                             : "what the rules allow may also be widened";
  c.found(std::move(d), s, few, c.claim([&](const oracle::Advice& a) {
    return std::any_of(
        a.parameters.begin(), a.parameters.end(), [&](const oracle::ParameterClash& clash) {
          return clash.param == at.param && clash.rule == at.rule && clash.way == at.way;
        });
  }),
          false);
}

}  // namespace

void check_parameters(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  std::set<std::pair<std::uint32_t, std::vector<std::string>>> frames;  // one for each set of rules
  for (RuleId r : c.model.decisions[id].rules) {
    for (std::size_t k = 0; k < c.model.rules[r].directives.size(); ++k) {
      const Directive& dir = c.model.rules[r].directives[k];
      if (!is_for(dir.verb)) continue;
      std::set<ParamId> seen;  // settings reach every way alike: one way of the directive will do
      for (WayId w : dir.what.ways) {
        for (ParamId p : c.tables.params(w)) {
          if (!seen.insert(p).second) continue;
          Node set = s.sets().both(s.kept(r), s.parameter_empty(p, w, Scope::Bans::none, r));
          set = accepts.waive_parameter(s.sets().both(set, s.possible()), p, id);
          const bool nobody = s.sets().nobody(set);
          if (c.stop(s)) return;
          if (!nobody) report(c, s, {r, k, w, p}, set, frames);
        }
      }
    }
  }
}

}  // namespace gdl::analysis
