// See shown.h.
#include "shown.h"

#include <utility>

namespace gdl::judges {

namespace {

void of_decision(const Model& m, const oracle::Patient& p, DecisionId id, Waivers& waivers,
                 Shown& out) {
  const oracle::Advice& a = out.advice;
  const oracle::DecisionAdvice& d = a.decisions[id];
  if (!m.decisions[id].partial) {
    if (d.gap && !waivers.waived(AcceptKind::gap, id, p)) out.gaps.insert(id);
    if (d.stranded && !waivers.waived(AcceptKind::stranded, id, p)) out.stranded.insert(id);
  }
  if (oracle::preference_cycle(d)) out.cycles.insert(id);
  for (const auto& [x, y] : d.overlaps) {
    if (!waivers.waived_pair(AcceptKind::overlap, id, p, x, y)) out.overlaps.insert({x, y});
  }
  for (const oracle::ForResult& f : d.fors) {
    if (f.kept && f.conflict && !f.parameter && !waivers.waived_conflict(p, a, f)) {
      out.conflicts.insert(f.rule);
    }
  }
  auto all = [&](RuleId r) {
    return m.rules[r].overrides_all && !m.rules[r].against_only && a.stands[r] != 0;
  };
  for (RuleId x : m.decisions[id].rules) {
    for (RuleId y : m.decisions[id].rules) {
      if (x < y && all(x) && all(y)) out.overrides_all.insert({x, y});
    }
  }
}

}  // namespace

bool less_left(const Model& m, const oracle::Advice& a, const oracle::ForResult& f) {
  if (!f.kept || f.left.empty()) return false;
  if (f.left.size() < m.rules[f.rule].directives[f.directive].what.ways.size()) return true;
  for (WayId w : f.left) {
    for (const oracle::ParamLeft& l : oracle::parameters_left(m, a, w)) {
      if (l.points.size() < oracle::parameter_points(m, l.param).size()) return true;
    }
  }
  return false;
}

Shown shown(const Model& m, const oracle::Patient& p, Waivers& waivers) {
  Shown out;
  std::set<std::size_t> before = std::exchange(waivers.used, {});
  for (std::size_t i = 0; i < m.definitions.size(); ++i) {
    DefId id(i);
    if (m.definitions[id].kind != DefKind::enumeration) continue;
    Bits alternatives = oracle::alternatives(m, id, p);
    if (alternatives.count() > 1) out.overlapping.insert(id);
    if (alternatives.none()) out.incomplete.insert(id);
  }
  out.advice = oracle::evaluate(m, p);
  for (std::size_t i = 0; i < m.decisions.size(); ++i) {
    of_decision(m, p, DecisionId(i), waivers, out);
  }
  for (const oracle::ParameterClash& c : out.advice.parameters) {
    if (!waivers.waived_parameter(p, out.advice, c)) out.parameters.insert(c.rule);
  }
  for (const oracle::ExclusiveClash& c : out.advice.exclusives) {
    DecisionId x = m.rules[c.first].decision;
    DecisionId y = m.rules[c.second].decision;
    bool accepted = waivers.waived_pair(AcceptKind::exclusive, x, p, c.first, c.second);
    if (y != x && waivers.waived_pair(AcceptKind::exclusive, y, p, c.first, c.second)) {
      accepted = true;
    }
    if (!accepted) out.exclusives.insert({c.first, c.second});
  }
  out.waiving = waivers.used;
  waivers.used.merge(before);
  for (std::size_t i = 0; i < m.accepts.size(); ++i) {
    const Accept& a = m.accepts[i];
    bool bounded = m.conds[a.when].kind != CondKind::constant;
    if (a.kind == AcceptKind::exclusive || !bounded || out.waiving.count(i) != 0) continue;
    if (!out.advice.decisions[a.decision].applies || !oracle::holds(m, a.when, p)) continue;
    if (a.first.valid() && (out.advice.stands[a.first] == 0 || out.advice.stands[a.second] == 0)) {
      continue;
    }
    out.wide.insert(i);
  }
  return out;
}

void add(const Model& m, const Shown& s, Found& found) {
  using diag::Code;
  auto decisions = [&](Code code, const std::set<DecisionId>& all) {
    for (DecisionId d : all) found.insert({code, m.decisions[d].name});
  };
  auto first = [&](RuleId a, RuleId b) {
    return m.decisions[std::min(m.rules[a].decision, m.rules[b].decision)].name;
  };
  auto pairs = [&](Code code, const std::set<Shown::Pair>& all) {
    for (const auto& [a, b] : all) found.insert({code, first(a, b)});
  };
  decisions(Code::gap, s.gaps);
  decisions(Code::stranded, s.stranded);
  decisions(Code::preference_cycle, s.cycles);
  for (RuleId r : s.conflicts) found.insert({Code::conflict, first(r, r)});
  for (RuleId r : s.parameters) found.insert({Code::parameter_conflict, first(r, r)});
  pairs(Code::overlap, s.overlaps);
  pairs(Code::overlapping_overrides, s.overrides_all);
  pairs(Code::exclusive_conflict, s.exclusives);
  for (DefId d : s.overlapping) {
    found.insert({Code::overlapping_definition, m.definitions[d].name});
  }
  for (DefId d : s.incomplete) found.insert({Code::incomplete_definition, m.definitions[d].name});
}

}  // namespace gdl::judges
