// Is a program what its source says? `gdlc verify`, and what `gdlc build` asks before it writes.
//
// The program is read back as a guideline (emit/lift.h) and compared with the source in two ways.
//
// Rows: facts with their values, ranges, units and defaults; actions, ways and parameters; decisions, rules with
// their directives, what keeps them from standing and whose bans they yield to; what every ban and setting does to
// every way; exclusions, accepts, preferences, texts and citations.
//
// Conditions: of every rule, decision, constraint and accept, each as the set of patients for whom it holds. Two
// conditions of the same normal form are the same set (normal.h); of others the difference is worked out as a
// canonical diagram, and is empty exactly if they are the same.
//
// Where a row differs, a patient is looked for who is advised otherwise by the program (otherwise.h).
//
// Why this is a proof for every patient, rule and offer: step 1 of the meaning (docs/language.md) asks of a patient
// only for which decisions and rules the conditions hold; steps 2 to 5 are a function of that and of the rows. If the
// rows are the same and every condition is the same set, the same rules apply to each patient, hence the same stand,
// the same ways are left with the same parameters, and the same is withdrawn, in conflict and preferred: G is the
// same function. `impossible` is compared as a condition, so it is of the same patients. A condition must be the same
// for impossible patients too: whether something is certain, or assumed thanks to the constraints, depends on them.
// Of a rule only the patients of its decision's domain count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/driver.h"

namespace gdl::driver {

struct VerifyOptions {
  /// `effort` is that of each condition whose form does not settle it, and of each decision that a row which differs
  /// may matter to; `cancelled` as there.
  analysis::Options analysis;
  /// How the program has just been built from this very source: then its marks are compared too. None: it may be of
  /// another version of the source, and marked as it likes.
  std::optional<emit::Options> built;

  [[nodiscard]] bool cancelled() const { return analysis.cancelled && analysis.cancelled(); }
  /// What to do where the effort is spent, which it is as well once the work is cancelled.
  [[nodiscard]] const char* to_raise() const {
    return cancelled() ? "raise `--time-limit`" : "raise `--effort`";
  }
};

struct Verification {
  /// Not empty: the runtime refuses the program, for this reason (a line of JSON, docs/cli.md); nothing was compared.
  std::string refused;
  /// GDL7004 for each difference, GDL4012 for what was not decided; GDL9099 if a patient did not replay.
  diag::Sink sink;
  std::size_t facts = 0, actions = 0, decisions = 0, rules = 0;  ///< of the source
  std::size_t conditions = 0;                                    ///< pairs compared
  std::size_t by_form = 0;  ///< of these the same by their form; the others by diagrams
  /// What was not compared, in words: what a stripped program does not hold, or what hangs on rows that differ.
  std::vector<std::string> left_out;
  bool stripped = false, unchecked = false;  ///< the program's marks
  bool same_source = false;                  ///< it was built from this very text

  [[nodiscard]] std::size_t differences() const;
  [[nodiscard]] std::size_t undecided() const;
  /// Nothing differs, and nothing is undecided.
  [[nodiscard]] bool proved() const { return refused.empty() && sink.items().empty(); }
};

/// Compares a program with a compilation without type errors.
[[nodiscard]] Verification verify(const Compilation& c, const std::vector<std::uint8_t>& bytes,
                                  const VerifyOptions& options);

}  // namespace gdl::driver
