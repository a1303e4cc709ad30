// See overlaps.h.
#include "overlaps.h"

#include <fmt/core.h>

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

namespace {

/// `overrides all` of two rules: each would override the other, so both must never stand.
void overrides_all(Context& c, Scope& s, RuleId a, RuleId b) {
  const Rule& first = c.model.rules[a];
  const Rule& second = c.model.rules[b];
  if (a == b || !first.overrides_all || !second.overrides_all) return;
  if (first.against_only || second.against_only) return;
  Node both = s.diagram().both(s.possible(), s.diagram().both(s.stands(a), s.stands(b)));
  if (c.stop(s) || both == kFalse) return;
  diag::Diagnostic d;
  d.code = Code::overlapping_overrides;
  d.decision = c.model.decisions[first.decision].name;
  d.primary = second.head_span;
  d.rules = {first.name, second.name};
  d.message = fmt::format("`{}` and `{}` both override all others and stand together", first.name,
                          second.name);
  d.related.push_back({first.head_span, "the other rule"});
  d.help = "make their conditions disjoint, or let one name the rules it overrides";
  c.found(
      std::move(d), s, both,
      [&, a, b](const oracle::Patient& p) {
        oracle::Advice adv = oracle::evaluate(c.model, p);
        return adv.stands[a] != 0 && adv.stands[b] != 0;
      },
      false);
}

void settle(Context& c, Scope& s, DecisionId id, RuleId a, RuleId b, Node set,
            diag::Diagnostic& d) {
  c.settle_pair(d, s, "overlap", a, b, set);
  d.help = d.choices.empty() ? "let one rule override the other, or make them disjoint"
                             : "the two may also be made disjoint";
  if (c.model.decisions[id].choose == Choose::one && !c.model.rules[a].has_none &&
      !c.model.rules[b].has_none) {
    d.help += "; if both may be offered, say `choose any`";
  }
}

void overlap(Context& c, Scope& s, Accepts& accepts, DecisionId id, RuleId a, RuleId b) {
  Node set = s.diagram().both(s.overlap(a, b), s.possible());
  set = accepts.waive(set, AcceptKind::overlap, id, a, b);
  if (c.stop(s) || set == kFalse) return;
  diag::Diagnostic d;
  d.code = Code::overlap;
  d.decision = c.model.decisions[id].name;
  d.primary = c.model.rules[b].head_span;
  d.rules = {c.name(a)};
  if (a == b) {
    d.message = fmt::format("`{}` gives advice and `no recommendation` at once", c.name(a));
    d.help = "a rule either advises or says that nothing is recommended: make two rules of it";
  } else {
    d.rules.push_back(c.name(b));
    d.message =
        fmt::format("`{}` and `{}` answer differently for the same patient", c.name(a), c.name(b));
    d.related.push_back({c.model.rules[a].head_span, "the other answer"});
  }
  c.found(
      std::move(d), s, set,
      [&, a, b](const oracle::Patient& p) {
        return oracle::evaluate(c.model, p).decisions[id].overlap(a, b);
      },
      false,
      [&, a, b](diag::Diagnostic& out) {
        if (a != b) settle(c, s, id, a, b, set, out);
      });
}

}  // namespace

void check_overlaps(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  const std::vector<RuleId>& rules = c.model.decisions[id].rules;
  // Which pairs can be at odds at all: with `choose one` any two, else one with `no recommendation`
  // and another, or two that override all others.
  bool one = c.model.decisions[id].choose == Choose::one;
  std::vector<std::size_t> few;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& r = c.model.rules[rules[i]];
    if (r.has_none || r.overrides_all) few.push_back(i);
  }
  auto pair = [&](std::size_t i, std::size_t k) {
    overrides_all(c, s, rules[i], rules[k]);
    overlap(c, s, accepts, id, rules[i], rules[k]);
  };
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& r = c.model.rules[rules[i]];
    if (one || r.has_none || r.overrides_all) {
      for (std::size_t k = i; k < rules.size() && !c.stop(s); ++k) pair(i, k);
    } else {
      for (std::size_t k : few) {
        if (k > i && !c.stop(s)) pair(i, k);
      }
    }
    if (c.stop(s)) return;
  }
}

}  // namespace gdl::analysis
