// See accepts.h.
#include "accepts.h"

#include <algorithm>

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::kTrue;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

/// The accept speaks of the patient, who has no finding of its kind. Of a conflict or a parameter between
/// two rules only that both stand: what the pair alone empties is the set's own matter.
bool without(const Context& c, const Accept& acc, const oracle::Patient& p) {
  const Model& m = c.model;
  oracle::Advice a = c.oracle.evaluate(p);
  const oracle::DecisionAdvice& d = a.decisions[acc.decision];
  if (!d.applies || !oracle::holds(m, acc.when, p)) return false;
  if (acc.kind == AcceptKind::overlap && acc.first.valid()) {
    return !d.overlap(acc.first, acc.second);
  }
  if (acc.first.valid()) return a.stands[acc.first] != 0 && a.stands[acc.second] != 0;
  switch (acc.kind) {
    case AcceptKind::gap: return !d.gap;
    case AcceptKind::stranded: return !d.stranded;
    case AcceptKind::overlap: return d.overlaps.empty();
    case AcceptKind::conflict:
      return std::none_of(d.fors.begin(), d.fors.end(), [](const oracle::ForResult& f) {
        return f.kept && f.conflict && !f.parameter;
      });
    case AcceptKind::parameter:
      return std::none_of(a.parameters.begin(), a.parameters.end(),
                          [&](const oracle::ParameterClash& clash) {
                            return m.rules[clash.rule].decision == acc.decision;
                          });
    case AcceptKind::exclusive: return false;  // not asked
  }
  return false;
}

}  // namespace

Accepts::Accepts(Context& context, Scope& scope)
    : c_(context), s_(scope), waived_(context.model.accepts.size(), kFalse) {}

bool Accepts::concerns(std::size_t accept, AcceptKind kind, DecisionId d) const {
  const Accept& a = c_.model.accepts[accept];
  return a.kind == kind && a.decision == d;
}

Node Accepts::take(Node set, std::size_t accept, Node waived) {
  if (waived.valid() && c_.somebody(s_, waived)) {
    c_.waived[accept] = true;
    waived_[accept] = s_.sets().either(waived_[accept], waived);
  }
  return s_.sets().minus(set, waived);
}

Node Accepts::waive(Node set, AcceptKind kind, DecisionId d, RuleId a, RuleId b) {
  const Node whole = set;
  for (std::size_t i = 0; i < waived_.size(); ++i) {
    if (!concerns(i, kind, d)) continue;
    const Accept& acc = c_.model.accepts[i];
    if (acc.first.valid()) {
      bool same = (acc.first == a && acc.second == b) || (acc.first == b && acc.second == a);
      if (!same) continue;
    }
    set = take(set, i, s_.sets().both(whole, s_.cond(acc.when)));
  }
  return set;
}

Node Accepts::waive_conflict(Node set, RuleId r, std::size_t directive) {
  const Rule& rule = c_.model.rules[r];
  const Node whole = set;
  space::Sets& g = s_.sets();
  set = waive(set, AcceptKind::conflict, rule.decision);  // those that name no rules
  // The bans that an accept names beside this rule, each where its condition holds.
  struct Named {
    std::size_t accept;
    RuleId ban;
  };
  std::vector<Named> named;
  for (std::size_t i = 0; i < waived_.size(); ++i) {
    if (!concerns(i, AcceptKind::conflict, rule.decision)) continue;
    const Accept& acc = c_.model.accepts[i];
    if (acc.first == r) named.push_back({i, acc.second});
    if (acc.second == r && acc.first != r) named.push_back({i, acc.first});
  }
  if (named.empty()) return set;
  Node emptied = s_.emptied(r, directive, [&](RuleId ban) {
    const std::vector<RuleId>& yields = rule.yields_to;
    if (std::find(yields.begin(), yields.end(), ban) != yields.end()) return kTrue;
    Node heard = kFalse;
    for (const Named& n : named) {
      if (n.ban == ban) heard = g.either(heard, s_.cond(c_.model.accepts[n.accept].when));
    }
    return heard;
  });
  for (const Named& n : named) {
    Node there = g.both({s_.stands(n.ban), s_.cond(c_.model.accepts[n.accept].when)});
    set = take(set, n.accept, g.both(whole, g.both(emptied, there)));
  }
  return set;
}

Node Accepts::waive_parameter(Node set, ParamId p, DecisionId d) {
  const Node whole = set;
  space::Sets& g = s_.sets();
  set = waive(set, AcceptKind::parameter, d);
  for (std::size_t i = 0; i < waived_.size(); ++i) {
    const Accept& acc = c_.model.accepts[i];
    if (!concerns(i, AcceptKind::parameter, d) || !acc.first.valid()) continue;
    bool apart = false;  // settings of the two that have no value in common
    for (const Tables::ParamUse& x : c_.tables.settings(p)) {
      for (const Tables::ParamUse& y : c_.tables.settings(p)) {
        apart = apart || (x.use.rule == acc.first && y.use.rule == acc.second &&
                          (x.values & y.values).none());
      }
    }
    if (!apart) continue;
    Node there = g.both({s_.stands(acc.first), s_.stands(acc.second), s_.cond(acc.when)});
    set = take(set, i, g.both(whole, there));
  }
  return set;
}

void Accepts::report_wide(DecisionId d) {
  space::Sets& g = s_.sets();
  for (std::size_t i = 0; i < waived_.size(); ++i) {
    const Accept& acc = c_.model.accepts[i];
    // Without a condition an accept speaks of whatever is found. One that waives nothing is useless.
    bool bounded = c_.model.conds[acc.when].kind != CondKind::constant;
    if (acc.decision != d || !bounded || !c_.waived[i] || waived_[i] == kFalse) continue;
    if (acc.kind == AcceptKind::exclusive) continue;
    Node spoken = g.both({s_.cond(acc.when), s_.domain(d), s_.possible()});
    if (acc.first.valid()) {
      spoken = g.both(spoken, g.both({s_.stands(acc.first), s_.stands(acc.second)}));
    }
    Node wider = g.minus(spoken, waived_[i]);
    const bool nobody = g.nobody(wider);
    if (c_.stop(s_)) return;
    if (nobody) continue;
    diag::Diagnostic out;
    out.code = Code::wide_accept;
    out.primary = acc.span;
    out.message = "this accept also speaks of patients who have no such finding";
    out.decision = c_.model.decisions[d].name;
    out.help =
        "narrow its `when` to the patients of the finding, so that a new finding beside them is "
        "not "
        "waived unseen";
    c_.found(std::move(out), s_, wider,
             {[&](const oracle::Patient& p) { return without(c_, acc, p); }}, false);
  }
}

}  // namespace gdl::analysis
