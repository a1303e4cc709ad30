// What directives do to ways: see effects.h.
#include "effects.h"

#include <algorithm>

namespace gdl::driver {

using namespace sema;

namespace {

/// Of things that are sets of ways: those that may match a way have a way whose first leaf is one of the leaves of
/// that way.
template <class T>
class ByFirstLeaf {
 public:
  explicit ByFirstLeaf(const Model& model) : m_(model) { by_leaf_.resize(model.actions.size()); }
  void add(const std::vector<WayId>& ways, const T& thing) {
    std::vector<ActionId> leaves;
    for (WayId w : ways) leaves.push_back(m_.ways[w].leaves.front());
    std::sort(leaves.begin(), leaves.end());
    leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
    for (ActionId leaf : leaves) by_leaf_[leaf].push_back(thing);
  }
  /// Ascending, each once.
  [[nodiscard]] std::vector<T> of(WayId way) const {
    std::vector<T> out;
    for (ActionId leaf : m_.ways[way].leaves) {
      out.insert(out.end(), by_leaf_[leaf].begin(), by_leaf_[leaf].end());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

 private:
  const Model& m_;
  IdVector<ActionTag, std::vector<T>> by_leaf_;
};

emit::ParamValues values(const Parameter& p, const ParamSet& set) {
  emit::ParamValues out;
  if (p.kind == FactKind::enumeration) {
    out.mask = set.mask;
  } else {
    out.intervals.push_back({set.lo, set.hi, true, true});
  }
  return out;
}

}  // namespace

Effects effects(const Model& m) {
  Effects out;
  out.ways.resize(m.ways.size());
  out.settings.resize(m.params.size());
  std::vector<bool> advised(m.ways.size(), false);
  ByFirstLeaf<std::pair<RuleId, std::size_t>> againsts(m);
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    const Rule& r = m.rules[RuleId(i)];
    for (std::size_t k = 0; k < r.directives.size(); ++k) {
      const Directive& d = r.directives[k];
      if (is_against(d.verb)) againsts.add(d.what.ways, {RuleId(i), k});
      if (!is_for(d.verb)) continue;
      for (WayId w : d.what.ways) {
        if (!advised[w.value]) out.advised.push_back(w);
        advised[w.value] = true;
      }
      for (const ParamSetting& s : d.what.params) {
        out.settings[s.param].push_back({RuleId(i), s.param, values(m.params[s.param], s.values)});
      }
    }
  }
  ByFirstLeaf<ActionId> with_params(m);
  for (std::size_t i = 0; i < m.actions.size(); ++i) {
    const Action& a = m.actions[ActionId(i)];
    if (!a.params.empty()) with_params.add(a.ways, ActionId(i));
  }
  for (WayId w : out.advised) {
    emit::Reach& reach = out.ways[w];
    for (const auto& [rule, k] : againsts.of(w)) {
      const ActionUse& what = m.rules[rule].directives[k].what;
      if (!matches(m, w, what)) continue;
      for (const ParamSetting& s : what.params) {
        reach.param_bans.push_back({rule, s.param, values(m.params[s.param], s.values)});
      }
      const bool twice = !reach.bans.empty() && reach.bans.back() == rule;
      if (what.params.empty() && !twice) reach.bans.push_back(rule);
    }
    for (ActionId a : with_params.of(w)) {
      if (!reaches(m, a, w)) continue;
      const std::vector<ParamId>& params = m.actions[a].params;
      reach.params.insert(reach.params.end(), params.begin(), params.end());
    }
    std::sort(reach.params.begin(), reach.params.end());
  }
  for (const Parameter& p : m.params) {
    out.ranges.push(values(p, {Bits(p.enumerators.size(), true), p.lo, p.hi}));
  }
  for (const Exclusive& x : m.exclusives) {
    out.exclusives.push_back({matched(m, out, x.first), matched(m, out, x.second)});
  }
  return out;
}

namespace {

template <class Marked>
Cautions cautions_of(const Model& m, const Marked& marked) {
  Cautions out;
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    const std::vector<Directive>& all = m.rules[RuleId(i)].directives;
    for (std::size_t k = 0; k < all.size(); ++k) {
      if (all[k].verb != Verb::caution) continue;
      for (WayId w : marked(all[k])) out[w].emplace_back(RuleId(i), k);
    }
  }
  return out;
}

}  // namespace

Cautions cautions(const Model& model, const Effects& effects) {
  return cautions_of(model, [&](const Directive& d) { return matched(model, effects, d.what); });
}
Cautions cautions(const emit::Lifted& program) {
  return cautions_of(program.model, [](const Directive& d) { return d.what.ways; });
}

std::vector<WayId> matched(const Model& model, const Effects& effects, const ActionUse& use) {
  std::vector<WayId> out;
  for (WayId w : effects.advised) {
    if (matches(model, w, use)) out.push_back(w);
  }
  return out;
}

}  // namespace gdl::driver
