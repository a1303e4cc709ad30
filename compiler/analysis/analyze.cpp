// Every analysis of a guideline: see analyze.h. Each decision is analysed in the part of the guideline that it
// depends on, by whichever thread is free, and what came of the parts is put together in order. The table below
// lists the passes over a decision.
#include "analysis/analyze.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "accepts.h"
#include "conflicts.h"
#include "constants.h"
#include "context.h"
#include "dead_rules.h"
#include "definitions.h"
#include "empty.h"
#include "exclusives.h"
#include "grounds.h"
#include "narrowed.h"
#include "needless.h"
#include "overlaps.h"
#include "parameters.h"
#include "preferences.h"
#include "redundant.h"
#include "sema/digest.h"
#include "support/parallel.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::Scope;

namespace {

struct DecisionPass {
  const char* looks_for;  ///< in words
  void (*run)(Context&, Scope&, Accepts&, DecisionId);
  std::optional<Check> check = std::nullopt;  ///< by which it is asked for alone
};
struct AdvisoryPass {
  const char* looks_for;
  void (*run)(Context&, Scope&, DecisionId);
};

/// The passes over one decision. Each kind of finding that an accept can waive is looked for by one of them.
constexpr DecisionPass kDecisionPasses[] = {
    {"dead rules",
     [](Context& c, Scope& s, Accepts&, DecisionId id) {
       check_dead_rules(c, s, c.model.decisions[id].rules);
     },
     Check::dead_rules},
    {"conflicts", check_conflicts, Check::conflicts},
    {"parameters", check_parameters},
    {"overlaps", check_overlaps},
    {"exclusions", check_exclusives},
    {"preferences", check_preferences},
    {"gaps", check_gaps, Check::gaps},
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

/// The advisory passes, which only diagrams serve. Of what they do not decide the guideline is no worse.
/// `scope`: that of the diagrams that have decided all before; none if they have not.
void advise(Context& c, std::unique_ptr<Scope> scope, DecisionId id, DecisionSummary& row) {
  std::vector<std::string> open;
  if (scope != nullptr) scope->diagram().allow(c.options.effort);
  for (const AdvisoryPass& pass : kAdvisoryPasses) {
    if (scope != nullptr && !c.stop(*scope)) pass.run(c, *scope, id);
    if (scope == nullptr || c.stop(*scope)) open.emplace_back(pass.looks_for);
  }
  if (open.empty()) return;
  if (row.undecided.empty()) {
    c.unknown(c.model.decisions[id].name_span,
              fmt::format("{} of `{}`", diag::listed(open, "and"), row.id), row.id,
              diag::Severity::warning);
  }
  row.undecided.insert(row.undecided.end(), open.begin(), open.end());
}

DecisionSummary check_decision(Context& c, DecisionId id) {
  const Decision& d = c.model.decisions[id];
  Subject subject{{id}, {}, {}};
  for (const Accept& a : c.model.accepts) {
    if (a.decision != id) continue;
    subject.conds.push_back(a.when);
    // It may name rules that nothing else here depends on.
    for (RuleId r : {a.first, a.second}) {
      if (r.valid()) subject.rules.push_back(r);
    }
  }
  DecisionSummary out = summary(d);
  std::vector<Look> looks;
  for (const DecisionPass& pass : kDecisionPasses) {
    if (c.options.only.has_value() && c.options.only != pass.check) continue;
    looks.push_back({pass.looks_for, [&c, id, &pass](Scope& s) {
                       Accepts accepts(c, s);
                       pass.run(c, s, accepts, id);
                       if (!c.options.only.has_value() && !c.stop(s)) accepts.report_wide(id);
                     }});
  }
  Decided decided = decide(c, subject, d.name, looks);
  out.undecided = decided.undecided;
  out.grounds = decided.grounds;
  for (const diag::Diagnostic& found : c.sink.items()) {
    if (found.severity != diag::Severity::error) continue;
    out.gaps += found.code == Code::gap || found.code == Code::stranded ? 1 : 0;
    out.conflicts += is_conflict(found.code) ? 1 : 0;
    out.verdict = diag::Verdict::found;
  }
  if (!out.undecided.empty()) {
    c.unknown(d.name_span, fmt::format("{} of `{}`", diag::listed(out.undecided, "and"), d.name),
              d.name);
    out.verdict = diag::Verdict::unknown;
  }
  if (!c.options.only.has_value()) advise(c, std::move(decided.scope), id, out);
  if (!c.proofs.empty()) c.proofs.back().undecided = out.undecided;
  return out;
}

void check_safety_rule(Context& c, RuleId r) {
  const Rule& rule = c.model.rules[r];
  const Decided decided = decide(c, {{}, {r}, {}}, rule.name,
                                 {{"dead rules", [&](Scope& s) { check_dead_rules(c, s, {r}); }}});
  if (!decided.undecided.empty()) {
    c.unknown(rule.head_span, fmt::format("whether `{}` ever stands", rule.name));
    return;
  }
  if (decided.scope != nullptr) {
    Scope& s = *decided.scope;
    s.diagram().allow(c.options.effort);
    check_constants(c, s, r);
    check_needless(c, s, r);
    if (!c.stop(s)) return;
  }
  c.unknown(rule.head_span, fmt::format("constant and needless conditions of `{}`", rule.name), {},
            diag::Severity::warning);
}

/// Safety rules together: of whom one is said by others.
void check_safety(Context& c, const std::vector<RuleId>& whole) {
  std::vector<RuleId> rules;
  for (RuleId r : whole) rules.push_back(c.part.rule(r));
  Scope s(c.tables, {}, rules, {}, advisory(c));
  check_redundant(c, s, rules);
  if (!c.stop(s)) return;
  c.unknown(c.model.rules[rules[0]].head_span, "redundant safety rules", {},
            diag::Severity::warning);
}

/// What came of one part.
struct Outcome {
  std::vector<diag::Diagnostic> findings;
  std::vector<std::size_t> waived;  ///< accepts; those of the part until it is put together
  DecisionSummary row;              ///< of a decision
  Between between;                  ///< of two decisions
  Constraints constraints;
  std::vector<Proof> proofs;
};

/// One part to cut and look at.
struct Task {
  enum class Kind : std::uint8_t {
    constraints,
    decision,
    between,
    definition,
    safety,        ///< one safety rule
    safety_rules,  ///< all of them together
    constants,     ///< of a definition
    impossible,
  };
  Kind kind;
  Wanted wanted;
  std::size_t impossible = 0;  ///< which, by its row in the whole
};

void look(Context& c, const Task& task, Outcome& out) {
  switch (task.kind) {
    case Task::Kind::constraints: out.constraints = check_constraints(c); break;
    case Task::Kind::decision:
      out.row = check_decision(c, c.part.decision(task.wanted.decisions[0]));
      break;
    case Task::Kind::between: {
      const DecisionId a = c.part.decision(task.wanted.between.first);
      out.between = check_exclusives_between(c, a, c.part.decision(task.wanted.between.second));
      break;
    }
    case Task::Kind::definition:
      check_definition(c, c.part.definition(task.wanted.definitions[0]));
      break;
    case Task::Kind::safety: check_safety_rule(c, c.part.rule(task.wanted.rules[0])); break;
    case Task::Kind::safety_rules: check_safety(c, task.wanted.rules); break;
    case Task::Kind::constants:
      check_constants(c, c.part.definition(task.wanted.definitions[0]));
      break;
    case Task::Kind::impossible: check_impossible(c, task.impossible); break;
  }
}

}  // namespace

/// A part that was looked at, and what came of it.
struct Memory::Entries {
  struct Entry {
    Places places;
    Outcome outcome;
  };
  std::map<Digest, Entry> found;
  std::size_t looked_at = 0, remembered = 0;
};

Memory::Memory() : entries_(std::make_unique<Entries>()) {}
Memory::~Memory() = default;
Memory::Memory(Memory&&) noexcept = default;
Memory& Memory::operator=(Memory&&) noexcept = default;
std::size_t Memory::looked_at() const { return entries_->looked_at; }
std::size_t Memory::remembered() const { return entries_->remembered; }

namespace {

/// All that the findings of a part depend on.
Digest key_of(const Whole& whole, const Task& task, const Part& part, const Places& places) {
  Hash h;
  h.number(static_cast<std::uint64_t>(task.kind));
  h.number(whole.options.effort);
  auto chosen = [&h](const auto& option) {
    h.number(option.has_value() ? 1 : 0);
    if (option.has_value()) h.number(static_cast<std::uint64_t>(*option));
  };
  chosen(whole.options.diagrams);
  chosen(whole.options.checking);
  chosen(whole.options.only);
  h.number(whole.options.regions ? 1 : 0);
  h.number(whole.options.counts ? 1 : 0);
  h.number(whole.options.proofs ? 1 : 0);
  h.number(whole.constraints_blow_up ? 1 : 0);
  h.number(whole.beyond(part));
  h.number(whole.model.impossibles.size() > part.impossibles.size() ? 1 : 0);
  auto named = [&](const auto& wanted, const auto& number_in_part) {
    h.number(wanted.size());
    for (auto id : wanted) h.number(number_in_part(id).value);
  };
  named(task.wanted.decisions, [&](DecisionId d) { return part.decision(d); });
  named(task.wanted.rules, [&](RuleId r) { return part.rule(r); });
  named(task.wanted.definitions, [&](DefId d) { return part.definition(d); });
  // What is redundant also hangs on whom a rule overrides in decisions that the part leaves out.
  for (RuleId r : part.rules) {
    const std::vector<RuleId>& overrides = whole.model.rules[r].overrides;
    h.number(overrides.size());
    for (RuleId o : overrides) h.text(whole.model.rules[o].name);
  }
  if (task.kind == Task::Kind::impossible) h.number(part.impossible(task.impossible));
  if (task.kind == Task::Kind::between) {
    h.number(part.decision(task.wanted.between.first).value);
    h.number(part.decision(task.wanted.between.second).value);
  }
  h.add(digest(part, places));
  return h.done();
}

/// The findings of a part of the same digest, where they are now.
Outcome moved(Outcome out, const Places& to, const Places& from) {
  auto move = [&](Span& s) { s = to.moved(s, from); };
  for (diag::Diagnostic& d : out.findings) {
    move(d.primary);
    for (diag::Label& l : d.related) move(l.span);
    if (d.fix.has_value()) move(d.fix->span);
    for (diag::Fix& f : d.choices) move(f.span);
  }
  return out;
}

using Entry = Memory::Entries::Entry;

/// Looks at the part of a task, or remembers it. `keep`: what to remember of it, if it is to be remembered.
Outcome work(Whole& whole, const Task& task, Cutter::Scratch& scratch,
             const Memory::Entries* memory, std::optional<std::pair<Digest, Entry>>& keep) {
  Part part = whole.cutter->cut(task.wanted, scratch);
  std::vector<std::size_t> accepts = part.accepts;
  Outcome out;
  const Entry* known = nullptr;
  if (memory != nullptr) {
    Places places(part.model);
    const Digest key = key_of(whole, task, part, places);
    if (auto it = memory->found.find(key); it != memory->found.end()) known = &it->second;
    keep.emplace(key, Entry{std::move(places), {}});
  }
  if (known != nullptr) {
    out = moved(known->outcome, keep->second.places, known->places);
    keep->second.outcome = out;
  } else {
    Context c(whole, std::move(part));
    look(c, task, out);
    out.findings = c.sink.items();
    out.proofs = std::move(c.proofs);
    for (std::size_t i = 0; i < c.waived.size(); ++i) {
      if (c.waived[i]) out.waived.push_back(i);
    }
    // What was cut short is no finding.
    if (whole.patience.spent()) keep.reset();
    if (keep.has_value()) keep->second.outcome = out;
  }
  for (std::size_t& a : out.waived) a = accepts[a];
  return out;
}

/// Each task's outcome, in their order.
std::vector<Outcome> work(Whole& whole, const std::vector<Task>& tasks, Memory::Entries* memory,
                          std::map<Digest, Entry>& kept) {
  std::vector<Outcome> out(tasks.size());
  std::vector<std::optional<std::pair<Digest, Entry>>> keep(tasks.size());
  in_parallel(
      tasks.size(), whole.options.threads, [] { return std::make_unique<Cutter::Scratch>(); },
      [&](std::size_t i, Cutter::Scratch& scratch) {
        out[i] = work(whole, tasks[i], scratch, memory, keep[i]);
      });
  if (memory == nullptr) return out;
  for (auto& k : keep) {
    if (!k.has_value()) {
      ++memory->looked_at;
      continue;
    }
    ++(memory->found.count(k->first) != 0 ? memory->remembered : memory->looked_at);
    kept.insert(std::move(*k));
  }
  return out;
}

/// All that there is to look at, beside the constraints, in the order in which it is told.
std::vector<Task> tasks_of(const Model& model, const Options& options) {
  std::vector<Task> tasks;
  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    tasks.push_back({Task::Kind::decision, {{DecisionId(i)}, {}, {}, {}, {}, {}}});
  }
  if (options.only.has_value()) return tasks;
  for (Apart& a : decisions_apart(model)) {
    std::vector<std::size_t> accepts;
    for (std::size_t i = 0; i < model.accepts.size(); ++i) {
      const Accept& acc = model.accepts[i];
      bool home = acc.decision == a.first || acc.decision == a.second;
      if (home && acc.kind == AcceptKind::exclusive) accepts.push_back(i);
    }
    tasks.push_back({Task::Kind::between,
                     {{}, std::move(a.rules), {}, {}, std::move(accepts), {a.first, a.second}}});
  }
  for (std::size_t i = 0; i < model.definitions.size(); ++i) {
    const Definition& def = model.definitions[DefId(i)];
    if (def.kind != DefKind::enumeration || def.bands) continue;
    tasks.push_back({Task::Kind::definition, {{}, {}, {}, {DefId(i)}, {}, {}}});
  }
  Wanted safety;
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    if (model.rules[RuleId(i)].decision.valid()) continue;
    safety.rules.push_back(RuleId(i));
    tasks.push_back({Task::Kind::safety, {{}, {RuleId(i)}, {}, {}, {}, {}}});
  }
  if (safety.rules.size() > 1) tasks.push_back({Task::Kind::safety_rules, safety});
  for (std::size_t i = 0; i < model.definitions.size(); ++i) {
    const Definition& def = model.definitions[DefId(i)];
    if (def.imported || def.bands) continue;
    tasks.push_back({Task::Kind::constants, {{}, {}, {}, {DefId(i)}, {}, {}}});
  }
  for (std::size_t i = 0; i < model.impossibles.size(); ++i) {
    tasks.push_back({Task::Kind::impossible, {{}, {}, {model.impossibles[i].when}, {}, {}, {}}, i});
  }
  return tasks;
}

/// The accepts that have waived nothing.
void report_useless(const Model& model, const std::vector<bool>& waived, diag::Sink& sink) {
  bool undecided =
      std::any_of(sink.items().begin(), sink.items().end(), [](const diag::Diagnostic& d) {
        return d.code == Code::unknown && d.severity == diag::Severity::error;
      });
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

const char* grounds_text(Grounds grounds) {
  return grounds == Grounds::diagram ? "diagram" : "refutation";
}

Report analyze(const Model& model, const Options& options, diag::Sink& sink, Memory* memory) {
  Whole whole(model, options);
  Memory::Entries* entries = memory == nullptr ? nullptr : &memory->entries();
  if (entries != nullptr) entries->looked_at = entries->remembered = 0;
  std::map<Digest, Entry> kept;
  Report report;
  if (!model.impossibles.empty()) {
    Task task{Task::Kind::constraints, {}};
    task.wanted.conds = constraints(model);
    const Outcome out = std::move(work(whole, {task}, entries, kept).front());
    for (const diag::Diagnostic& d : out.findings) sink.add(d);
    report.proofs = out.proofs;
    whole.constraints_blow_up = out.constraints.blow_up;
    if (!out.constraints.somebody) {
      // Of no patient every claim is true: nothing is proved of anybody.
      for (const Decision& d : model.decisions) {
        report.decisions.push_back(summary(d));
        report.decisions.back().verdict = diag::Verdict::unknown;
        report.decisions.back().undecided = {"all checks"};
      }
      if (entries != nullptr) entries->found = std::move(kept);
      return report;
    }
  }
  const std::vector<Task> tasks = tasks_of(model, options);
  std::vector<Outcome> outcomes = work(whole, tasks, entries, kept);
  if (entries != nullptr) entries->found = std::move(kept);
  std::vector<bool> waived(model.accepts.size(), false);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    Outcome& o = outcomes[i];
    for (diag::Diagnostic& d : o.findings) sink.add(std::move(d));
    for (Proof& p : o.proofs) report.proofs.push_back(std::move(p));
    for (std::size_t a : o.waived) waived[a] = true;
    if (tasks[i].kind == Task::Kind::decision) report.decisions.push_back(std::move(o.row));
    if (tasks[i].kind != Task::Kind::between) continue;
    const auto [first, second] = tasks[i].wanted.between;
    DecisionSummary& row = report.decisions[first.value];
    if (o.between.grounds == Grounds::refutation) row.grounds = Grounds::refutation;
    row.conflicts += o.between.found;
    if (o.between.found > 0 && row.verdict == diag::Verdict::proved) {
      row.verdict = diag::Verdict::found;
    }
    if (!o.between.undecided) continue;
    row.verdict = diag::Verdict::unknown;
    row.undecided.push_back(fmt::format("exclusions with `{}`", model.decisions[second].name));
  }
  if (!options.only.has_value()) report_useless(model, waived, sink);
  for (std::size_t i = 0; i < model.accepts.size(); ++i) {
    if (waived[i]) report.decisions[model.accepts[i].decision.value].accepted = true;
  }
  return report;
}

}  // namespace gdl::analysis
