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

using Frames = std::set<std::pair<std::uint32_t, std::vector<RuleId>>>;

/// The settings at work for one patient of the set, in which there is somebody: those without which a value would be left
/// go first.
std::vector<Tables::Use> at_work(Context& c, Scope& s, const Spot& at, Node set) {
  std::vector<Tables::Use> out;
  for (const Tables::ParamUse& u : c.tables.settings(at.param)) {
    Node without = s.sets().minus(set, s.stands(u.use.rule));
    if (s.sets().nobody(without)) {
      out.push_back(u.use);
    } else {
      set = without;
    }
  }
  return out;
}

/// `more`: there are other combinations of rules, which are not listed.
void report(Context& c, Scope& s, const Spot& at, const std::vector<Tables::Use>& uses, Node set,
            bool more) {
  const Directive& dir = c.model.rules[at.rule].directives[at.directive];
  const Parameter& param = c.model.params[at.param];
  diag::Diagnostic d;
  d.code = Code::parameter_conflict;
  d.decision = c.model.decisions[c.model.rules[at.rule].decision].name;
  d.primary = dir.span;
  d.rules = {c.name(at.rule)};
  d.message = fmt::format("the rules that stand leave no value for `{}` of `{}`", param.name,
                          c.model.actions[param.action].name);
  for (const Tables::Use& u : uses) {
    if (u == Tables::Use{at.rule, at.directive}) continue;
    if (std::find(d.rules.begin(), d.rules.end(), c.name(u.rule)) == d.rules.end()) {
      d.rules.push_back(c.name(u.rule));
    }
    d.related.push_back({c.model.rules[u.rule].directives[u.directive].span,
                         fmt::format("`{}` sets it too", c.name(u.rule))});
  }
  std::optional<RuleId> other = only_other(c.model, d.rules, at.rule);
  if (other.has_value()) override_either(c.model, at.rule, *other, d.choices);
  d.help = d.choices.empty() ? "let one of the rules override the other, or widen what they allow"
                             : "what the rules allow may also be widened";
  c.found(std::move(d), s, set, c.claim([&](const oracle::Advice& a) {
    return std::any_of(
        a.parameters.begin(), a.parameters.end(), [&](const oracle::ParameterClash& clash) {
          return clash.param == at.param && clash.rule == at.rule && clash.way == at.way;
        });
  }),
          true, [&](diag::Diagnostic& out) {
            if (more) say_more(out, out.decision);
          });
}

/// Each combination of settings is told apart, and once, until nobody is left in the set.
void report_all(Context& c, Scope& s, const Spot& at, Node set, Frames& frames) {
  for (std::size_t n = 0; c.somebody(s, set); ++n) {
    const std::vector<Tables::Use> uses = at_work(c, s, at, set);
    if (c.stop(s)) return;
    std::vector<RuleId> rules = {at.rule};
    Node same = set;
    for (const Tables::Use& u : uses) {
      rules.push_back(u.rule);
      same = s.sets().both(same, s.stands(u.rule));
    }
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    set = s.sets().minus(set, same);
    const bool more = n + 1 == kListed && c.somebody(s, set);
    if (c.stop(s)) return;
    if (more || frames.emplace(at.param.value, rules).second) report(c, s, at, uses, same, more);
    if (more) return;
  }
}

}  // namespace

void check_parameters(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  Frames frames;  // one for each set of rules
  for (RuleId r : c.model.decisions[id].rules) {
    for (std::size_t k = 0; k < c.model.rules[r].directives.size(); ++k) {
      const Directive& dir = c.model.rules[r].directives[k];
      if (!is_for(dir.verb)) continue;
      std::set<ParamId> seen;  // settings reach every way alike: one way of the directive will do
      for (WayId w : dir.what.ways) {
        for (ParamId p : c.tables.params(w)) {
          if (!seen.insert(p).second) continue;
          Node set = s.sets().both({s.kept(r), s.parameter_empty(p, w, Scope::Bans::none, r)});
          set = accepts.waive_parameter(s.sets().both(set, s.possible()), p, id);
          report_all(c, s, {r, k, w, p}, set, frames);
          if (c.stop(s)) return;
        }
      }
    }
  }
}

}  // namespace gdl::analysis
