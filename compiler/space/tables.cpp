// What all scopes of a model share: see scope.h, `Tables`.
#include "sema/touching.h"
#include "space/scope.h"

namespace gdl::space {

using namespace sema;

Tables::Tables(const Model& m, bool scenarios)
    : model(m), classes(m, scenarios), param_classes(m, scenarios) {
  bans_.resize(m.ways.size());
  param_bans_.resize(m.ways.size());
  params_.resize(m.ways.size());
  settings_.resize(m.params.size());
  std::vector<bool> is_advised(m.ways.size(), false);
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    RuleId r(i);
    for (std::size_t k = 0; k < m.rules[r].directives.size(); ++k) {
      const Directive& d = m.rules[r].directives[k];
      if (is_for(d.verb)) {
        for (WayId w : d.what.ways) {
          if (!is_advised[w.value]) advised.push_back(w);
          is_advised[w.value] = true;
        }
        for (const ParamSetting& s : d.what.params) {
          settings_[s.param].push_back({{r, k}, param_classes.of(s)});
        }
      }
    }
  }
  const Touching touching(m);
  for (WayId w : advised) {
    for (RuleId r : touching.bans(w)) {
      for (std::size_t k = 0; k < m.rules[r].directives.size(); ++k) {
        const Directive& d = m.rules[r].directives[k];
        if (!is_against(d.verb) || !matches(m, w, d.what)) continue;
        if (d.what.params.empty()) bans_[w].push_back({r, k});
        for (const ParamSetting& s : d.what.params) {
          param_bans_[w].emplace_back(s.param, ParamUse{{r, k}, param_classes.of(s)});
        }
      }
    }
    params_[w] = touching.params(w);
  }
}

}  // namespace gdl::space
