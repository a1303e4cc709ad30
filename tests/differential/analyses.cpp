// What `check` reports, against brute force: on guidelines small enough to try every patient, a kind of
// finding is reported for a decision or rule exactly if some possible patient shows it.
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

#include "generate.h"
#include "load.h"
#include "patients.h"

using namespace gdl;
using namespace gdl::sema;

namespace {

using Found =
    std::set<std::pair<diag::Code, std::string>>;  // code and decision, rule or definition

/// What accepts waive, patient by patient.
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

Found brute_force(const space::Tables& t, test::Random& random, bool& every) {
  const Model& m = t.model;
  Found out;
  Waivers accepts(m);
  std::set<std::uint32_t> stood;
  bool possible = false;
  every = test::Patients(t).each(3000, random, [&](const oracle::Patient& p) {
    if (!oracle::possible(m, p)) return;
    possible = true;
    for (std::size_t i = 0; i < m.definitions.size(); ++i) {
      const Definition& d = m.definitions[DefId(i)];
      if (d.kind != DefKind::enumeration) continue;
      Bits alternatives = oracle::alternatives(m, DefId(i), p);
      if (alternatives.count() > 1) out.insert({diag::Code::overlapping_definition, d.name});
      if (alternatives.none()) out.insert({diag::Code::incomplete_definition, d.name});
    }
    oracle::Advice a = oracle::evaluate(m, p);
    for (std::size_t i = 0; i < m.rules.size(); ++i) {
      if (a.stands[RuleId(i)] != 0) stood.insert(static_cast<std::uint32_t>(i));
    }
    for (std::size_t i = 0; i < m.decisions.size(); ++i) {
      DecisionId id(i);
      const oracle::DecisionAdvice& d = a.decisions[id];
      const std::string& name = m.decisions[id].name;
      if (d.gap && !m.decisions[id].partial && !accepts.waived(AcceptKind::gap, id, p)) {
        out.insert({diag::Code::gap, name});
      }
      if (d.stranded && !m.decisions[id].partial && !accepts.waived(AcceptKind::stranded, id, p)) {
        out.insert({diag::Code::stranded, name});
      }
      if (oracle::preference_cycle(d)) out.insert({diag::Code::preference_cycle, name});
      for (const auto& [x, y] : d.overlaps) {
        if (!accepts.waived_pair(AcceptKind::overlap, id, p, x, y)) {
          out.insert({diag::Code::overlap, name});
        }
      }
      for (const oracle::ForResult& f : d.fors) {
        if (f.kept && f.conflict && !f.parameter && !accepts.waived_conflict(p, a, f)) {
          out.insert({diag::Code::conflict, name});
        }
      }
      for (const oracle::ParameterClash& c : a.parameters) {
        if (m.rules[c.rule].decision == id && !accepts.waived_parameter(p, a, c)) {
          out.insert({diag::Code::parameter_conflict, name});
        }
      }
    }
    for (const oracle::ExclusiveClash& c : a.exclusives) {
      DecisionId x = m.rules[c.first].decision;
      DecisionId y = m.rules[c.second].decision;
      bool accepted = accepts.waived_pair(AcceptKind::exclusive, x, p, c.first, c.second);
      if (y != x && accepts.waived_pair(AcceptKind::exclusive, y, p, c.first, c.second)) {
        accepted = true;
      }
      if (!accepted) out.insert({diag::Code::exclusive_conflict, m.decisions[std::min(x, y)].name});
    }
  });
  if (!possible) return {{diag::Code::unsatisfiable_constraints, ""}};
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (stood.count(static_cast<std::uint32_t>(i)) == 0)
      out.insert({diag::Code::dead_rule, m.rules[RuleId(i)].name});
  }
  for (std::size_t i = 0; i < m.accepts.size(); ++i) {
    if (accepts.used.count(i) == 0)
      out.insert({diag::Code::useless_accept, std::to_string(m.accepts[i].span.begin)});
  }
  return out;
}

Found reported(const driver::Compilation& c) {
  Found out;
  for (const diag::Diagnostic& d : c.sink.items()) {
    std::string about = d.decision;
    switch (d.code) {
      case diag::Code::dead_rule: about = d.rules.at(0); break;
      case diag::Code::useless_accept: about = std::to_string(d.primary.begin); break;
      case diag::Code::unsatisfiable_constraints: about = ""; break;
      case diag::Code::overlapping_definition:
      case diag::Code::incomplete_definition: {
        // The definition whose text holds the place.
        for (const Definition& def : c.model->definitions) {
          if (def.span.begin <= d.primary.begin && d.primary.begin < def.span.end) about = def.name;
        }
        break;
      }
      case diag::Code::gap:
      case diag::Code::stranded:
      case diag::Code::overlap:
      case diag::Code::conflict:
      case diag::Code::parameter_conflict:
      case diag::Code::exclusive_conflict:
      case diag::Code::preference_cycle:
      case diag::Code::unknown:
      case diag::Code::internal_error: break;
      default: continue;
    }
    out.insert({d.code, about});
  }
  return out;
}

std::string show(const Found& f) {
  std::string out;
  for (const auto& [code, about] : f) out += std::string(diag::info(code).name) + ":" + about + " ";
  return out;
}

}  // namespace

TEST_CASE("check reports exactly what some patient shows") {
  std::size_t tried = 0;
  std::size_t findings = 0;
  std::size_t count = test::fuzz_count(400);
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{3, 2, 2, 4};
    std::string text = test::Generator(test::fuzz_seed() + 2'000'000 + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::check(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    space::Tables t(*c.model);
    test::Random random(n);
    bool every = false;
    Found expected = brute_force(t, random, every);
    if (!every) continue;
    ++tried;
    Found got = reported(c);
    findings += got.size();
    CHECK(show(got) == show(expected));
  }
  // The generator must keep making guidelines that this can try, with findings.
  CHECK(tried * 2 > count);
  CHECK(findings > tried);
}

TEST_CASE("with little effort: nothing false, and what is missing is said to be unknown") {
  std::size_t cut = 0;
  std::size_t complete = 0;
  for (std::size_t n = 0; n < test::fuzz_count(60); ++n) {
    std::string text =
        test::Generator(test::fuzz_seed() + 5'000'000 + n, test::Shape{4, 3, 2, 5}).run();
    CAPTURE(text);
    driver::Compilation whole = test::check(text);
    REQUIRE_MESSAGE(!whole.type_errors, test::messages(whole));
    Found all = reported(whole);
    for (std::uint64_t effort : {1, 7, 40, 150, 400, 1000, 3000, 10'000}) {
      CAPTURE(effort);
      analysis::Options options;
      options.effort = effort;
      driver::Compilation c = test::check(text, options);
      Found got = reported(c);
      bool unknown = false;
      for (const auto& entry : got) {
        unknown = unknown || entry.first == diag::Code::unknown;
        if (entry.first != diag::Code::unknown) CHECK_MESSAGE(all.count(entry) == 1, show({entry}));
      }
      if (!unknown) CHECK(show(got) == show(all));
      for (std::size_t i = 0; i < c.report.decisions.size() && i < whole.report.decisions.size();
           ++i) {
        if (c.report.decisions[i].verdict != diag::Verdict::proved) continue;
        CHECK(whole.report.decisions[i].verdict == diag::Verdict::proved);
      }
      (unknown ? cut : complete) += 1;
    }
  }
  CHECK(cut > 50);
  CHECK(complete > 50);
}
