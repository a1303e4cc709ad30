// Every analysis of a guideline, in order: see analyze.h. Each decision has a scope of its own, and the
// table below lists the passes over it.
#include "analysis/analyze.h"

#include <fmt/core.h>

#include "accepts.h"
#include "conflicts.h"
#include "context.h"
#include "dead_rules.h"
#include "definitions.h"
#include "empty.h"
#include "exclusives.h"
#include "overlaps.h"
#include "parameters.h"
#include "preferences.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::Scope;

namespace {

struct DecisionPass {
  const char* looks_for;  ///< in words
  void (*run)(Context&, Scope&, Accepts&, DecisionId);
};

/// The passes over one decision.
constexpr DecisionPass kDecisionPasses[] = {
    {"conflicts", check_conflicts},        {"parameters", check_parameters},
    {"overlaps", check_overlaps},          {"exclusions", check_exclusives},
    {"preferences", check_preferences},    {"gaps", check_gaps},
    {"stranded patients", check_stranded},
};

bool is_conflict(Code c) {
  return c == Code::conflict || c == Code::exclusive_conflict || c == Code::parameter_conflict ||
         c == Code::overlap || c == Code::overlapping_overrides || c == Code::preference_cycle;
}

DecisionSummary summary(const Decision& d) {
  DecisionSummary out;
  out.id = d.name;
  out.rules = d.rules.size();
  out.partial = d.partial;
  return out;
}

DecisionSummary check_decision(Context& c, DecisionId id) {
  const Decision& d = c.model.decisions[id];
  std::vector<CondId> conds;
  for (const Accept& a : c.model.accepts) {
    if (a.decision == id) conds.push_back(a.when);
  }
  Scope s(c.tables, {id}, {}, conds, c.options.effort);
  Accepts accepts(c, s);
  std::size_t before = c.sink.items().size();
  DecisionSummary out = summary(d);
  check_dead_rules(c, s, d.rules);
  if (c.stop(s)) out.undecided.emplace_back("dead rules");
  for (const DecisionPass& pass : kDecisionPasses) {
    if (!c.stop(s)) pass.run(c, s, accepts, id);
    // Once the effort is spent, nothing after it is decided either.
    if (c.stop(s)) out.undecided.emplace_back(pass.looks_for);
  }
  for (std::size_t i = before; i < c.sink.items().size(); ++i) {
    Code code = c.sink.items()[i].code;
    out.gaps += code == Code::gap || code == Code::stranded ? 1 : 0;
    out.conflicts += is_conflict(code) ? 1 : 0;
    out.verdict = diag::Verdict::found;
  }
  accepts.report_wide(id);
  if (c.stop(s)) {
    if (out.undecided.empty()) out.undecided.emplace_back("accepts that are too wide");
    c.unknown(d.name_span, fmt::format("{} of `{}`", diag::listed(out.undecided, "and"), d.name),
              d.name);
    out.verdict = diag::Verdict::unknown;
  }
  return out;
}

void check_safety_rules(Context& c) {
  for (std::size_t i = 0; i < c.model.rules.size(); ++i) {
    RuleId r(i);
    const Rule& rule = c.model.rules[r];
    if (rule.decision.valid()) continue;
    Scope s(c.tables, {}, {r}, {}, c.options.effort);
    check_dead_rules(c, s, {r});
    if (c.stop(s)) {
      c.unknown(rule.head_span, fmt::format("whether `{}` ever stands", rule.name));
    }
  }
}

}  // namespace

Report analyze(const Model& model, const Options& options, diag::Sink& sink) {
  Context c(model, options, sink);
  Report report;
  if (!check_constraints(c)) {
    // Of no patient every claim is true: nothing is proved of anybody.
    for (const Decision& d : model.decisions) {
      report.decisions.push_back(summary(d));
      report.decisions.back().verdict = diag::Verdict::unknown;
    }
    return report;
  }
  check_definitions(c);
  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    report.decisions.push_back(check_decision(c, DecisionId(i)));
  }
  check_safety_rules(c);
  check_exclusives_between(c, report);
  report_useless(c);
  for (std::size_t i = 0; i < model.accepts.size(); ++i) {
    if (c.waived[i]) report.decisions[model.accepts[i].decision.value].accepted = true;
  }
  return report;
}

}  // namespace gdl::analysis
