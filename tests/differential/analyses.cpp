// What `check` reports, against brute force: on guidelines small enough to try every patient, a kind of
// finding is reported for a decision or rule exactly if some possible patient shows it.
#include <doctest/doctest.h>

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

/// True if an accept of the kind waives the finding for the patient.
bool waived(const Model& m, AcceptKind kind, DecisionId d, const oracle::Patient& p,
            std::set<std::size_t>& used) {
  bool out = false;
  for (std::size_t i = 0; i < m.accepts.size(); ++i) {
    const Accept& a = m.accepts[i];
    if (a.kind != kind || a.decision != d || !oracle::holds(m, a.when, p)) continue;
    used.insert(i);
    out = true;
  }
  return out;
}

Found brute_force(const space::Tables& t, test::Random& random, bool& every) {
  const Model& m = t.model;
  Found out;
  std::set<std::size_t> used;
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
      if (d.gap && !m.decisions[id].partial && !waived(m, AcceptKind::gap, id, p, used)) {
        out.insert({diag::Code::gap, name});
      }
      if (d.stranded && !m.decisions[id].partial && !waived(m, AcceptKind::stranded, id, p, used)) {
        out.insert({diag::Code::stranded, name});
      }
      if (d.overlap && !waived(m, AcceptKind::overlap, id, p, used))
        out.insert({diag::Code::overlap, name});
      for (const oracle::ForResult& f : d.fors) {
        if (f.kept && f.conflict && !f.parameter && !waived(m, AcceptKind::conflict, id, p, used)) {
          out.insert({diag::Code::conflict, name});
        }
      }
      for (const oracle::ParameterClash& c : a.parameters) {
        if (m.rules[c.rule].decision == id && !waived(m, AcceptKind::parameter, id, p, used)) {
          out.insert({diag::Code::parameter_conflict, name});
        }
      }
    }
    for (const oracle::ExclusiveClash& c : a.exclusives) {
      DecisionId x = m.rules[c.first].decision;
      DecisionId y = m.rules[c.second].decision;
      bool accepted = waived(m, AcceptKind::exclusive, x, p, used);
      if (y != x && waived(m, AcceptKind::exclusive, y, p, used)) accepted = true;
      if (!accepted) out.insert({diag::Code::exclusive_conflict, m.decisions[std::min(x, y)].name});
    }
  });
  if (!possible) return {{diag::Code::unsatisfiable_constraints, ""}};
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    if (stood.count(static_cast<std::uint32_t>(i)) == 0)
      out.insert({diag::Code::dead_rule, m.rules[RuleId(i)].name});
  }
  for (std::size_t i = 0; i < m.accepts.size(); ++i) {
    if (used.count(i) == 0)
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
      case diag::Code::exclusive_conflict: break;
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
  std::size_t clean = 0;
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
    clean += got.empty() ? 1 : 0;
    CHECK(show(got) == show(expected));
  }
  // The generator must keep making guidelines that this can try, and both kinds of them.
  CHECK(tried * 2 > count);
  CHECK(findings > tried);
}
