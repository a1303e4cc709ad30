// What all scopes of a model share: see scope.h, `Tables`.
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
  std::vector<Use> againsts;
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
      } else if (is_against(d.verb)) {
        againsts.push_back({r, k});
      }
    }
  }
  for (WayId w : advised) {
    for (const Use& u : againsts) {
      const Directive& d = m.rules[u.rule].directives[u.directive];
      if (!matches(m, w, d.what)) continue;
      if (d.what.params.empty()) {
        bans_[w].push_back(u);
      } else {
        for (const ParamSetting& s : d.what.params) {
          param_bans_[w].emplace_back(s.param, ParamUse{u, param_classes.of(s)});
        }
      }
    }
    for (std::size_t k = 0; k < m.params.size(); ++k) {
      if (reaches(m, m.params[ParamId(k)].action, w)) params_[w].push_back(ParamId(k));
    }
  }
}

}  // namespace gdl::space
