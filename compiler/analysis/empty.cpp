// See empty.h.
#include "empty.h"

#include <fmt/core.h>

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

namespace {

void check(Context& c, Scope& s, Accepts& accepts, DecisionId id, AcceptKind kind) {
  if (c.model.decisions[id].partial) return;
  bool gap = kind == AcceptKind::gap;
  Node set = s.diagram().both(gap ? s.gap(id) : s.stranded(id), s.possible());
  set = accepts.waive(set, kind, id);
  if (c.stop(s) || set == kFalse) return;
  diag::Diagnostic d;
  d.code = gap ? Code::gap : Code::stranded;
  d.decision = c.model.decisions[id].name;
  d.primary = c.model.decisions[id].name_span;
  d.message =
      gap ? fmt::format("a patient of `{}` gets no answer: no rule speaks of them", d.decision)
          : fmt::format("a patient of `{}` is left with nothing: all that applies is ruled out",
                        d.decision);
  d.help = fmt::format(
      "write a rule for these patients (`no recommendation because \"...\"` is an answer), narrow "
      "the decision's `for`, or `accept {} in {} when ... because \"...\"`",
      gap ? "gap" : "stranded", d.decision);
  c.found(
      std::move(d), s, set,
      [&](const oracle::Patient& p) {
        oracle::Advice a = oracle::evaluate(c.model, p);
        return gap ? a.decisions[id].gap : a.decisions[id].stranded;
      },
      true);
}

}  // namespace

void check_gaps(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  check(c, s, accepts, id, AcceptKind::gap);
}

void check_stranded(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  check(c, s, accepts, id, AcceptKind::stranded);
}

}  // namespace gdl::analysis
