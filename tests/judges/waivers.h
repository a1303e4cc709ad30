// What accepts waive, patient by patient, straight from the oracle.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "oracle/oracle.h"

namespace gdl::judges {

using namespace sema;

class Waivers {
 public:
  explicit Waivers(const Model& m) : m_(m) {}

  /// True if an accept of the kind waives a finding of the decision for the patient; `same` says of an
  /// accept between two rules whether it speaks of this finding.
  template <class Same>
  bool waived(AcceptKind kind, DecisionId d, const oracle::Patient& p, const Same& same) {
    bool out = false;
    for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
      const Accept& a = m_.accepts[i];
      if (a.kind != kind || a.decision != d || !oracle::holds(m_, a.when, p)) continue;
      if (a.first.valid() && !same(a)) continue;
      used.insert(i);
      out = true;
    }
    return out;
  }
  bool waived(AcceptKind kind, DecisionId d, const oracle::Patient& p) {
    return waived(kind, d, p, [](const Accept&) { return false; });
  }
  bool waived_pair(AcceptKind kind, DecisionId d, const oracle::Patient& p, RuleId x, RuleId y) {
    return waived(kind, d, p, [&](const Accept& a) {
      return (a.first == x && a.second == y) || (a.first == y && a.second == x);
    });
  }
  bool waived_conflict(const oracle::Patient& p, const oracle::Advice& a,
                       const oracle::ForResult& f) {
    DecisionId d = m_.rules[f.rule].decision;
    bool out = waived(AcceptKind::conflict, d, p);
    // The bans accepted by name, and those that the rule yields to.
    std::vector<RuleId> bans = m_.rules[f.rule].yields_to;
    std::vector<std::size_t> named;
    for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
      const Accept& acc = m_.accepts[i];
      if (acc.kind != AcceptKind::conflict || acc.decision != d || !acc.first.valid()) continue;
      if (!oracle::holds(m_, acc.when, p)) continue;
      RuleId ban = acc.first == f.rule ? acc.second : acc.second == f.rule ? acc.first : RuleId();
      if (!ban.valid() || a.stands[ban] == 0) continue;
      bans.push_back(ban);
      named.push_back(i);
    }
    if (named.empty() || !oracle::emptied_by(m_, a, f.rule, f.directive, bans)) return out;
    used.insert(named.begin(), named.end());
    return true;
  }
  bool waived_parameter(const oracle::Patient& p, const oracle::Advice& a,
                        const oracle::ParameterClash& clash) {
    return waived(AcceptKind::parameter, m_.rules[clash.rule].decision, p, [&](const Accept& acc) {
      if (a.stands[acc.first] == 0 || a.stands[acc.second] == 0) return false;
      std::vector<sema::Value> points = oracle::parameter_points(m_, clash.param);
      return std::any_of(settings(acc.first, clash.param).begin(),
                         settings(acc.first, clash.param).end(), [&](const ParamSetting* x) {
                           for (const ParamSetting* y : settings(acc.second, clash.param)) {
                             bool common = false;
                             for (const sema::Value& v : points) {
                               common = common || (allows(*x, v) && allows(*y, v));
                             }
                             if (!common) return true;
                           }
                           return false;
                         });
    });
  }

  std::set<std::size_t> used;

 private:
  const std::vector<const ParamSetting*>& settings(RuleId r, ParamId p) {
    std::vector<const ParamSetting*>& out = settings_[{r.value, p.value}];
    if (!out.empty()) return out;
    for (const Directive& d : m_.rules[r].directives) {
      for (const ParamSetting& s : d.what.params) {
        if (is_for(d.verb) && s.param == p) out.push_back(&s);
      }
    }
    return out;
  }
  bool allows(const ParamSetting& s, const sema::Value& v) const {
    if (m_.params[s.param].kind == FactKind::enumeration) return s.values.mask.test(v.index);
    return s.values.lo <= v.number && v.number <= s.values.hi;
  }

  const Model& m_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<const ParamSetting*>> settings_;
};

}  // namespace gdl::judges
