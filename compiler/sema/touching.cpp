// See touching.h.
#include "sema/touching.h"

#include <algorithm>

namespace gdl::sema {

namespace {

template <class T>
void sort_once(std::vector<T>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

}  // namespace

Touching::Touching(const Model& model) : model_(model) {
  bans_.resize(model.actions.size());
  params_.resize(model.actions.size());
  settings_.resize(model.params.size());
  constraints_.resize(model.facts.size());
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    const Rule& rule = model.rules[RuleId(i)];
    for (std::size_t k = 0; k < rule.directives.size(); ++k) {
      const Directive& d = rule.directives[k];
      if (is_against(d.verb)) {
        for (WayId w : d.what.ways) {
          bans_[model.ways[w].leaves.front()].push_back({RuleId(i), k, w});
        }
      } else if (is_for(d.verb)) {
        for (const ParamSetting& s : d.what.params) settings_[s.param].push_back(RuleId(i));
      }
    }
  }
  for (std::size_t i = 0; i < model.params.size(); ++i) {
    sort_once(settings_[ParamId(i)]);
    for (WayId w : model.actions[model.params[ParamId(i)].action].ways) {
      params_[model.ways[w].leaves.front()].push_back({ParamId(i), w});
    }
  }
  for (std::size_t i = 0; i < model.impossibles.size(); ++i) {
    for (FactId f : facts_of(model, model.impossibles[i].when)) constraints_[f].push_back(i);
  }
}

std::vector<RuleId> Touching::bans(WayId way) const {
  std::vector<RuleId> out;
  for (ActionId leaf : model_.ways[way].leaves) {
    for (const Ban& b : bans_[leaf]) {
      const ActionUse& use = model_.rules[b.rule].directives[b.directive].what;
      if (use.alone ? b.way == way : contains(model_, way, b.way)) out.push_back(b.rule);
    }
  }
  sort_once(out);
  return out;
}

std::vector<ParamId> Touching::params(WayId way) const {
  std::vector<ParamId> out;
  for (ActionId leaf : model_.ways[way].leaves) {
    for (const Reach& r : params_[leaf]) {
      if (contains(model_, way, r.way)) out.push_back(r.param);
    }
  }
  sort_once(out);
  return out;
}

}  // namespace gdl::sema
