// Every analysis of a guideline: see analyze.h. Each decision is analysed in the part of the guideline that it
// depends on, by whichever thread is free, and what came of the parts is put together in order. The table below
// lists the passes over a decision.
#include "analysis/analyze.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "accepts.h"
#include "conflicts.h"
#include "constants.h"
#include "context.h"
#include "dead_rules.h"
#include "definitions.h"
#include "empty.h"
#include "exclusives.h"
#include "narrowed.h"
#include "needless.h"
#include "overlaps.h"
#include "parameters.h"
#include "preferences.h"
#include "redundant.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::Scope;

namespace {

struct DecisionPass {
  const char* looks_for;  ///< in words
  void (*run)(Context&, Scope&, Accepts&, DecisionId);
};
struct AdvisoryPass {
  const char* looks_for;
  void (*run)(Context&, Scope&, DecisionId);
};

/// The passes over one decision.
constexpr DecisionPass kDecisionPasses[] = {
    {"conflicts", check_conflicts},        {"parameters", check_parameters},
    {"overlaps", check_overlaps},          {"exclusions", check_exclusives},
    {"preferences", check_preferences},    {"gaps", check_gaps},
    {"stranded patients", check_stranded},
};

/// Those that tell of no mistake. They come last, so that they take no effort from the others.
constexpr AdvisoryPass kAdvisoryPasses[] = {
    {"redundant rules", check_redundant},
    {"constant conditions", check_constants},
    {"needless conditions", check_needless},
    {"choices with less left", check_narrowed},
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

/// The advisory passes. Of what they do not decide the guideline is no worse.
void advise(Context& c, Scope& s, DecisionId id, DecisionSummary& row) {
  std::vector<std::string> open;
  for (const AdvisoryPass& pass : kAdvisoryPasses) {
    if (!c.stop(s)) pass.run(c, s, id);
    if (c.stop(s)) open.emplace_back(pass.looks_for);
  }
  if (open.empty()) return;
  if (row.undecided.empty()) {
    c.unknown(c.model.decisions[id].name_span,
              fmt::format("{} of `{}`", diag::listed(open, "and"), row.id), row.id);
    c.sink.at(c.sink.items().size() - 1).severity = diag::Severity::warning;
  }
  row.undecided.insert(row.undecided.end(), open.begin(), open.end());
}

DecisionSummary check_decision(Context& c, DecisionId id) {
  const Decision& d = c.model.decisions[id];
  std::vector<CondId> conds;
  for (const Accept& a : c.model.accepts) {
    if (a.decision == id) conds.push_back(a.when);
  }
  Scope s(c.tables, {id}, {}, conds, c.options.effort);
  Accepts accepts(c, s);
  DecisionSummary out = summary(d);
  check_dead_rules(c, s, d.rules);
  if (c.stop(s)) out.undecided.emplace_back("dead rules");
  for (const DecisionPass& pass : kDecisionPasses) {
    if (!c.stop(s)) pass.run(c, s, accepts, id);
    // Once the effort is spent, nothing after it is decided either.
    if (c.stop(s)) out.undecided.emplace_back(pass.looks_for);
  }
  for (const diag::Diagnostic& found : c.sink.items()) {
    if (found.severity != diag::Severity::error) continue;
    out.gaps += found.code == Code::gap || found.code == Code::stranded ? 1 : 0;
    out.conflicts += is_conflict(found.code) ? 1 : 0;
    out.verdict = diag::Verdict::found;
  }
  accepts.report_wide(id);
  if (c.stop(s)) {
    if (out.undecided.empty()) out.undecided.emplace_back("accepts that are too wide");
    c.unknown(d.name_span, fmt::format("{} of `{}`", diag::listed(out.undecided, "and"), d.name),
              d.name);
    out.verdict = diag::Verdict::unknown;
  }
  advise(c, s, id, out);
  return out;
}

void check_safety_rule(Context& c, RuleId r) {
  Scope s(c.tables, {}, {r}, {}, c.options.effort);
  check_dead_rules(c, s, {r});
  check_constants(c, s, r);
  check_needless(c, s, r);
  if (c.stop(s)) {
    c.unknown(c.model.rules[r].head_span,
              fmt::format("whether `{}` ever stands", c.model.rules[r].name));
  }
}

/// Safety rules together: of whom one is said by others.
void check_safety(Context& c, const std::vector<RuleId>& whole) {
  std::vector<RuleId> rules;
  for (RuleId r : whole) rules.push_back(c.part.rule(r));
  Scope s(c.tables, {}, rules, {}, c.options.effort);
  check_redundant(c, s, rules);
  if (!c.stop(s)) return;
  c.unknown(c.model.rules[rules[0]].head_span, "redundant safety rules");
  c.sink.at(c.sink.items().size() - 1).severity = diag::Severity::warning;
}

/// What came of one part.
struct Outcome {
  std::vector<diag::Diagnostic> findings;
  std::vector<std::size_t> waived;  ///< accepts of the whole guideline
  DecisionSummary row;              ///< of a decision
  Between between;                  ///< of two decisions
};

/// One part to cut and look at.
struct Task {
  Wanted wanted;
  std::function<void(Context&, Outcome&)> run;
};

Outcome work(Whole& whole, const Task& task, Cutter::Scratch& scratch) {
  Context c(whole, whole.cutter.cut(task.wanted, scratch));
  Outcome out;
  task.run(c, out);
  out.findings = c.sink.items();
  for (std::size_t i = 0; i < c.waived.size(); ++i) {
    if (c.waived[i]) out.waived.push_back(c.part.accepts[i]);
  }
  return out;
}

/// Each task's outcome, in their order.
std::vector<Outcome> work(Whole& whole, const std::vector<Task>& tasks) {
  std::vector<Outcome> out(tasks.size());
  std::atomic<std::size_t> next = 0;
  auto worker = [&] {
    Cutter::Scratch scratch(whole.cutter);
    for (std::size_t i = next++; i < tasks.size(); i = next++) {
      out[i] = work(whole, tasks[i], scratch);
    }
  };
  std::size_t threads = whole.options.threads != 0
                            ? whole.options.threads
                            : std::max(1u, std::thread::hardware_concurrency());
  threads = std::min(threads, tasks.size());
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(worker);
  worker();
  for (std::thread& t : others) t.join();
  return out;
}

bool constraints_leave_somebody(Whole& whole, diag::Sink& sink) {
  Task task;
  for (const Impossible& i : whole.model.impossibles) task.wanted.conds.push_back(i.when);
  bool somebody = true;
  task.run = [&](Context& c, Outcome&) { somebody = check_constraints(c); };
  Cutter::Scratch scratch(whole.cutter);
  for (diag::Diagnostic& d : work(whole, task, scratch).findings) sink.add(std::move(d));
  return somebody;
}

/// The accepts that have waived nothing.
void report_useless(const Model& model, const std::vector<bool>& waived, diag::Sink& sink) {
  bool undecided = std::any_of(sink.items().begin(), sink.items().end(),
                               [](const diag::Diagnostic& d) { return d.code == Code::unknown; });
  // While something is undecided nobody can say that an accept waives nothing.
  if (undecided) return;
  for (std::size_t i = 0; i < waived.size(); ++i) {
    if (waived[i]) continue;
    diag::Diagnostic& d = sink.report(Code::useless_accept, model.accepts[i].span,
                                      "this accept waives nothing: there is no such finding");
    d.verdict = diag::Verdict::proved;
    d.decision = model.decisions[model.accepts[i].decision].name;
    d.fix = diag::Fix{model.accepts[i].span, "", "remove the accept", true, false};
    d.help = "if the guideline has changed, see whether its reason still holds";
  }
}

}  // namespace

Report analyze(const Model& model, const Options& options, diag::Sink& sink) {
  Whole whole(model, options);
  Report report;
  if (!constraints_leave_somebody(whole, sink)) {
    // Of no patient every claim is true: nothing is proved of anybody.
    for (const Decision& d : model.decisions) {
      report.decisions.push_back(summary(d));
      report.decisions.back().verdict = diag::Verdict::unknown;
    }
    return report;
  }
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    const DecisionId id(i);
    tasks.push_back({{{id}, {}, {}, {}, {}}, [id](Context& c, Outcome& out) {
                       out.row = check_decision(c, c.part.decision(id));
                     }});
  }
  const std::vector<Apart> apart = decisions_apart(model);
  for (const Apart& a : apart) {
    std::vector<std::size_t> accepts;
    for (std::size_t i = 0; i < model.accepts.size(); ++i) {
      const Accept& acc = model.accepts[i];
      bool home = acc.decision == a.first || acc.decision == a.second;
      if (home && acc.kind == AcceptKind::exclusive) accepts.push_back(i);
    }
    tasks.push_back({{{}, a.rules, {}, {}, accepts}, [&a](Context& c, Outcome& out) {
                       out.between = check_exclusives_between(c, c.part.decision(a.first),
                                                              c.part.decision(a.second));
                     }});
  }
  for (std::size_t i = 0; i < model.definitions.size(); ++i) {
    const DefId id(i);
    const Definition& def = model.definitions[id];
    if (def.kind != DefKind::enumeration || def.bands) continue;
    tasks.push_back({{{}, {}, {}, {id}, {}},
                     [id](Context& c, Outcome&) { check_definition(c, c.part.definition(id)); }});
  }
  Wanted safety;
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    const RuleId id(i);
    if (model.rules[id].decision.valid()) continue;
    safety.rules.push_back(id);
    tasks.push_back({{{}, {id}, {}, {}, {}},
                     [id](Context& c, Outcome&) { check_safety_rule(c, c.part.rule(id)); }});
  }

  if (safety.rules.size() > 1) {
    tasks.push_back({safety, [&safety](Context& c, Outcome&) { check_safety(c, safety.rules); }});
  }
  for (std::size_t i = 0; i < model.definitions.size(); ++i) {
    const DefId id(i);
    if (model.definitions[id].imported || model.definitions[id].bands) continue;
    tasks.push_back({{{}, {}, {}, {id}, {}},
                     [id](Context& c, Outcome&) { check_constants(c, c.part.definition(id)); }});
  }
  for (std::size_t i = 0; i < model.impossibles.size(); ++i) {
    tasks.push_back({{{}, {}, {model.impossibles[i].when}, {}, {}},
                     [i](Context& c, Outcome&) { check_impossible(c, i); }});
  }

  std::vector<Outcome> outcomes = work(whole, tasks);
  std::vector<bool> waived(model.accepts.size(), false);
  for (Outcome& o : outcomes) {
    for (diag::Diagnostic& d : o.findings) sink.add(std::move(d));
    for (std::size_t a : o.waived) waived[a] = true;
  }
  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    report.decisions.push_back(std::move(outcomes[i].row));
  }
  for (std::size_t i = 0; i < apart.size(); ++i) {
    const Between& b = outcomes[model.decisions.size() + i].between;
    DecisionSummary& row = report.decisions[apart[i].first.value];
    row.conflicts += b.found;
    if (b.found > 0 && row.verdict == diag::Verdict::proved) row.verdict = diag::Verdict::found;
    if (!b.undecided) continue;
    row.verdict = diag::Verdict::unknown;
    row.undecided.push_back(
        fmt::format("exclusions with `{}`", model.decisions[apart[i].second].name));
  }
  report_useless(model, waived, sink);
  for (std::size_t i = 0; i < model.accepts.size(); ++i) {
    if (waived[i]) report.decisions[model.accepts[i].decision.value].accepted = true;
  }
  return report;
}

}  // namespace gdl::analysis
