// See empty.h.
#include "empty.h"

#include <fmt/core.h>

#include <algorithm>

#include "fixes.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

namespace {

/// The patients for whom some advice of the decision is in conflict.
Node in_conflict(Context& c, Scope& s, DecisionId id) {
  Node out = kFalse;
  for (RuleId r : c.model.decisions[id].rules) {
    for (std::size_t k = 0; k < c.model.rules[r].directives.size(); ++k) {
      if (!is_for(c.model.rules[r].directives[k].verb)) continue;
      out = s.sets().either(out, s.conflict(r, k));
    }
  }
  return out;
}

/// Tells which rules leave nothing to the patients of the set: those that speak of some of them, those that override one
/// of these, and the advice that rules out what one of these advises. The rule that overrides all others for some of them,
/// if there is one.
RuleId tell_why(Context& c, Scope& s, DecisionId id, Node set, diag::Diagnostic& d) {
  RuleId taker;
  auto full = [&] { return d.related.size() >= kListed || c.stop(s); };
  auto tell = [&](RuleId r, Span span, const char* what) {
    if (std::find(d.rules.begin(), d.rules.end(), c.name(r)) == d.rules.end()) {
      d.rules.push_back(c.name(r));
    }
    for (const diag::Label& l : d.related) {
      if (l.span == span) return;
    }
    if (!full()) d.related.push_back({span, fmt::format("`{}` {}", c.name(r), what)});
  };
  for (RuleId r : c.model.decisions[id].rules) {
    if (full()) break;
    const Rule& rule = c.model.rules[r];
    if (!rule.has_for) continue;
    const Node spoken_of = s.sets().both(set, s.applies(r));
    if (!c.somebody(s, spoken_of)) continue;
    tell(r, rule.head_span, "speaks of them");
    for (RuleId by : rule.overridden_by) {
      if (full() || !c.somebody(s, s.sets().both(spoken_of, s.stands(by)))) continue;
      tell(by, c.model.rules[by].head_span, "overrides it");
      if (c.model.rules[by].overrides_all) taker = by;
    }
    // A ban is why only to those for whom the rule stands.
    const Node stand = s.sets().both(spoken_of, s.stands(r));
    for (const Directive& advice : rule.directives) {
      if (!is_for(advice.verb)) continue;
      for (WayId w : advice.what.ways) {
        for (const space::Tables::Use& ban : c.tables.bans(w)) {
          if (full() || !c.somebody(s, s.sets().both(stand, s.stands(ban.rule)))) continue;
          tell(ban.rule, c.model.rules[ban.rule].directives[ban.directive].span, "rules it out");
        }
        for (const auto& [param, ban] : c.tables.param_bans(w)) {
          if (full()) break;
          // It is why only to those to whom no value is left.
          const space::Tables::Use& use = ban.use;
          const Node none = s.parameter_empty(param, w, Scope::Bans::all, r);
          const Node they = s.sets().both(s.sets().both(stand, s.stands(use.rule)), none);
          if (!c.somebody(s, they)) continue;
          tell(use.rule, c.model.rules[use.rule].directives[use.directive].span,
               "rules out values of it");
        }
      }
    }
  }
  return taker;
}

void settle(Context& c, Scope& s, DecisionId id, bool gap, Node set, diag::Diagnostic& d) {
  const RuleId taker = gap ? RuleId() : tell_why(c, s, id, set, d);
  if (!gap) {
    const Node conflict = in_conflict(c, s, id);
    if (s.sets().nobody(s.sets().minus(set, conflict))) {
      d.help = "the conflict told of beside this is why: settle that first";
      return;
    }
    // Of `choose first` the rule in conflict goes on hiding those behind it.
    bool first = c.model.decisions[id].choose == Choose::first;
    if (first && !s.sets().nobody(s.sets().both(set, conflict))) {
      d.help = "for some of them the conflict told of beside this is why: settle that first";
      return;
    }
  }
  const char* word = gap ? "gap" : "stranded";
  std::optional<std::string> when = c.condition(s, set, s.sets().negate(s.domain(id)));
  if (taker.valid()) {
    // To except them from it is no choice to paste: it would bring back what it overrides.
    d.help = fmt::format(
        "`{0}` overrides every other rule, and would override one for them too: except them from "
        "it "
        "with `unless`, see what the others then say of them, and write their own rule",
        c.name(taker));
    if (when.has_value()) d.choices = {accept_of(c.model, word, id, *when)};
  } else if (when.has_value()) {
    d.choices = {rule_for(c.model, id, *when), accept_of(c.model, word, id, *when)};
    d.help = "if the decision is not meant for these patients, narrow its `for`";
  } else {
    d.help = fmt::format(
        "write a rule for these patients (`no recommendation because \"...\"` is an answer), "
        "narrow "
        "the decision's `for`, or `accept {} in {} when ... because \"...\"`",
        word, d.decision);
  }
}

void check(Context& c, Scope& s, Accepts& accepts, DecisionId id, AcceptKind kind) {
  if (c.model.decisions[id].partial) return;
  bool gap = kind == AcceptKind::gap;
  Node set = s.sets().both({gap ? s.gap(id) : s.stranded(id), s.possible()});
  set = accepts.waive(set, kind, id);
  if (!c.somebody(s, set)) return;
  diag::Diagnostic d;
  d.code = gap ? Code::gap : Code::stranded;
  d.decision = c.model.decisions[id].name;
  d.primary = c.model.decisions[id].name_span;
  d.message =
      gap ? fmt::format("a patient of `{}` gets no answer: no rule speaks of them", d.decision)
          : fmt::format("all that applies to a patient of `{}` is ruled out", d.decision);
  c.found(std::move(d), s, set, c.claim([&](const oracle::Advice& a) {
    return gap ? a.decisions[id].gap : a.decisions[id].stranded;
  }),
          true, [&](diag::Diagnostic& out) { settle(c, s, id, gap, set, out); });
}

}  // namespace

void check_gaps(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  check(c, s, accepts, id, AcceptKind::gap);
}

void check_stranded(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  check(c, s, accepts, id, AcceptKind::stranded);
}

}  // namespace gdl::analysis
