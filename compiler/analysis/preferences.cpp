// See preferences.h.
//
// The idea: for each pair of ways the set of patients for whom the first is preferred to the second; then
// Warshall's closure (J. ACM 9(1), 1962) with "or" and "and" of sets in place of those of truth values. Who
// is left with a way before itself has a circle.
#include "preferences.h"

#include <fmt/core.h>

#include <algorithm>

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

namespace {

struct Preference {
  RuleId rule;
  std::size_t directive;
  Node set = kFalse;  // the patients for whom it orders some pair that is offered
};

}  // namespace

void check_preferences(Context& c, Scope& s, Accepts& /*accepts*/, DecisionId id) {
  const Model& m = c.model;
  space::Sets& g = s.sets();
  std::vector<Preference> preferences;
  std::vector<WayId> ways;  // that the decision may offer
  for (RuleId r : m.decisions[id].rules) {
    for (std::size_t k = 0; k < m.rules[r].directives.size(); ++k) {
      const Directive& d = m.rules[r].directives[k];
      if (d.verb == Verb::prefer) preferences.push_back({r, k});
      if (is_for(d.verb)) ways.insert(ways.end(), d.what.ways.begin(), d.what.ways.end());
    }
  }
  if (preferences.size() < 2) return;  // one alone orders two sides that have no way in common
  std::sort(ways.begin(), ways.end());
  ways.erase(std::unique(ways.begin(), ways.end()), ways.end());

  // Only ways that something is preferred to, and that are preferred to something, can be in a circle.
  auto first = [&](const Directive& d, WayId w) {
    return matches(m, w, d.what) && !matches(m, w, d.over);
  };
  auto second = [&](const Directive& d, WayId w) {
    return matches(m, w, d.over) && !matches(m, w, d.what);
  };
  auto directive = [&](const Preference& p) -> const Directive& {
    return m.rules[p.rule].directives[p.directive];
  };
  std::erase_if(ways, [&](WayId w) {
    auto some = [&](auto side) {
      return std::any_of(preferences.begin(), preferences.end(),
                         [&](const Preference& p) { return side(directive(p), w); });
    };
    return !some(first) || !some(second);
  });
  const std::size_t n = ways.size();
  std::vector<Node> offered;
  for (WayId w : ways) {
    offered.push_back(
        g.either({s.offered(id, Verb::recommend, w), s.offered(id, Verb::consider, w)}));
  }
  std::vector<Node> before(n * n, kFalse);
  for (Preference& p : preferences) {
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t y = 0; y < n; ++y) {
        if (!first(directive(p), ways[x]) || !second(directive(p), ways[y])) continue;
        Node both = g.both({s.stands(p.rule), g.both(offered[x], offered[y])});
        before[x * n + y] = g.either(before[x * n + y], both);
        p.set = g.either(p.set, both);
      }
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t x = 0; x < n; ++x) {
      for (std::size_t y = 0; y < n; ++y) {
        Node through = g.both(before[x * n + k], before[k * n + y]);
        before[x * n + y] = g.either(before[x * n + y], through);
      }
      if (c.stop(s)) return;
    }
  }
  std::size_t at = n;
  Node circles = kFalse;  // all for whom there is one
  for (std::size_t x = n; x-- > 0;) {
    Node own = g.both(before[x * n + x], s.possible());
    if (!g.nobody(own)) at = x;
    circles = g.either(circles, own);
  }
  if (c.stop(s) || at == n) return;

  diag::Diagnostic d;
  d.code = Code::preference_cycle;
  d.decision = m.decisions[id].name;
  // The preferences at work for one patient of the circle; those without which it would still be one go.
  Node few = g.both(before[at * n + at], s.possible());
  Node same = circles;  // for whom all of them are at work
  for (const Preference& p : preferences) {
    Node without = g.minus(few, p.set);
    if (!g.nobody(without)) {
      few = without;
      continue;
    }
    same = g.both(same, p.set);
    d.rules.push_back(c.name(p.rule));
    d.related.push_back(
        {directive(p).span, fmt::format("`{}` prefers `{}` over `{}`", c.name(p.rule),
                                        directive(p).what.text, directive(p).over.text)});
  }
  if (c.stop(s) || d.related.empty()) return;
  d.primary = d.related.front().span;
  d.related.erase(d.related.begin());
  d.message = fmt::format("the preferences lead in a circle: `{}` comes before itself",
                          way_words(m, ways[at]));
  d.help = "take one of them back, or narrow the rules so that not all of them stand together";
  const bool more = c.somebody(s, g.minus(circles, same));
  if (c.stop(s)) return;
  c.found(std::move(d), s, same, c.claim([&](const oracle::Advice& a) {
    return oracle::preference_cycle(a.decisions[id]);
  }),
          true, [&](diag::Diagnostic& out) {
            if (more) say_more(out, out.decision);
          });
}

}  // namespace gdl::analysis
