// Every analysis of a resolved guideline, exactly: conflicts, gaps and the rest of cli.md's table.
// Each finding goes to the sink with its verdict; a `found` has a witness that the oracle has
// replayed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/memory.h"
#include "diag/diagnostic.h"
#include "sema/model.h"
#include "space/circuit.h"
#include "support/limits.h"

namespace gdl::analysis {

/// A check of decisions that may be asked for alone.
enum class Check : std::uint8_t { dead_rules, conflicts, gaps };

struct Options {
  /// Work allowed to each decision, in diagram steps (counted, so that the outcome is the same on
  /// every machine). A solver's allowance grows with it. What is not decided is reported as `unknown`.
  std::uint64_t effort = static_cast<std::uint64_t>(limits::effort);
  /// Of these, the steps before a solver is asked; none: what suits the size of the decision.
  std::optional<std::uint64_t> diagrams;
  /// Steps of the proof checker for each formula; none: what the effort gives.
  std::optional<std::uint64_t> checking;
  /// Keep what refutations there are, for the report.
  bool proofs = false;
  /// Asked now and then, by one thread at a time; true stops the work, and what is left becomes `unknown`. May be
  /// empty.
  std::function<bool()> cancelled;
  /// Decisions analysed at once; 0: as many as the machine can. What comes out does not depend on it.
  unsigned threads = 0;
  /// Findings list the groups of patients that they are about. Without, each has one witness.
  bool regions = true;
  /// Regions also say how many combinations of value classes they hold.
  bool counts = false;
  /// Nothing but this check of each decision: verdicts are about it alone. None: all there is.
  std::optional<Check> only;
};

/// What a decision's "there is none" rests on.
enum class Grounds : std::uint8_t {
  diagram,    ///< canonical diagrams, in which a set of nobody is one node
  refutation  ///< for some of it proofs of a SAT solver, which a checker of our own has accepted
};
[[nodiscard]] const char* grounds_text(Grounds grounds);

/// The proofs of one part of a guideline.
struct Proof {
  std::string of;  ///< a decision, two decisions, a definition, a safety rule or `constraints`
  Grounds grounds = Grounds::diagram;
  std::vector<std::string> undecided;          ///< the checks that it leaves open, in words
  std::vector<space::Refutation> refutations;  ///< none of diagrams, which need none
};

/// A row of the summary that `check` prints for each decision.
struct DecisionSummary {
  std::string id;
  std::size_t rules = 0;
  std::size_t conflicts = 0;  ///< conflict, exclusive-conflict, parameter-conflict and overlap
  std::size_t gaps = 0;       ///< gap and stranded
  diag::Verdict verdict = diag::Verdict::proved;  ///< proved (nothing found), found or unknown
  bool partial = false;                           ///< gaps are allowed, and not looked for
  bool accepted = false;                          ///< an `accept` waives something here
  std::vector<std::string> undecided;  ///< the checks that the effort did not suffice for, in words
  Grounds grounds = Grounds::diagram;  ///< of whatever was decided
};

struct Report {
  std::vector<DecisionSummary> decisions;
  std::vector<Proof> proofs;  ///< if they are kept
};

/// Needs a model without errors. With a memory, what earlier analyses found is used again where it still holds, and
/// what this one finds is kept instead.
Report analyze(const sema::Model& model, const Options& options, diag::Sink& sink,
               Memory* memory = nullptr);

/// What one `expect` of a scenario came to.
struct ExpectResult {
  Span span;
  bool passed = false;
  bool undecided = false;  ///< the effort was spent: neither passed nor failed
  std::string message;     ///< why it failed, with the patient that shows it
};
struct ScenarioResult {
  std::string title;
  Span span;
  bool passed = false;
  std::vector<ExpectResult> expects;
  std::vector<sema::RuleId> stands;  ///< rules that certainly stand: for --coverage
};

/// The facts that an answer asks for, by name: those that matter to some decision.
struct Questions {
  std::vector<std::string> facts;    ///< that certainly matter
  std::vector<std::string> perhaps;  ///< named by a decision that may name more than matters
  std::string problem;               ///< not empty: there is no answer, for this reason
};
/// Answers a case (JSON: given.h). The analysis leaves this to whoever can run the guideline's program, so that
/// what is asked for is worked out in one place only.
using Asker = std::function<Questions(const std::string& case_json)>;

/// Runs the guideline's scenarios, whole or partial, exactly (language.md, "Unknown facts"). `asker` judges
/// `expect ask` and is not empty if a scenario has one.
std::vector<ScenarioResult> run_scenarios(const sema::Model& model, const Options& options,
                                          const Asker& asker);

}  // namespace gdl::analysis
