// A diagnostic as data: code, severity, places, notes, fix, witness. Nothing is a string for a
// terminal until a renderer asks (render.h). The registry of codes is diagnostics.def.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/source.h"

namespace gdl::diag {

enum class Severity : std::uint8_t { error, warning, note };
[[nodiscard]] std::string_view severity_text(Severity severity);

/// One enumerator for each row of diagnostics.def; its value is the number in GDLnnnn.
enum class Code : std::uint16_t {
#define GDL_DIAG(number, id, severity, title) id = number,
#include "diag/diagnostics.def"
};

/// A row of the registry.
struct CodeInfo {
  Code code;
  std::string_view name;   ///< kebab-case: `exclusive-conflict`
  Severity severity;       ///< the usual one; a Diagnostic may lower it
  std::string_view title;  ///< one line, for lists and for SARIF
};
[[nodiscard]] const CodeInfo& info(Code code);
[[nodiscard]] const std::vector<CodeInfo>& registry();
[[nodiscard]] std::string code_text(Code code);  ///< "GDL4001"
[[nodiscard]] std::optional<Code> code_from_text(std::string_view text);

/// What is known about the claim a finding makes; see docs/semantics.md.
enum class Verdict : std::uint8_t { none, found, proved, at_least, unknown };
[[nodiscard]] std::string_view verdict_text(Verdict verdict);

/// A further place, with what is to be seen there. An invalid span gives a note without a place.
struct Label {
  Span span;
  std::string message;
};

/// A change of the text: `replacement` for what stands at `span` (an empty one inserts).
struct Fix {
  Span span;
  std::string replacement;  ///< in GDL; empty: take the span away
  std::string message;      ///< what it does, as a heading; empty if the diagnostic's help says it
  /// Whole lines: an insertion goes below the line that `span` ends on, unless something else follows on
  /// it; a removal takes a line that it leaves blank as well. `place` (render.h) finds the exact place.
  bool lines = false;
  /// The text has `...` where only a person can say what belongs there. It does not compile until then.
  bool fill = false;
};

/// What a witness or a region says of a fact: `json` is one value, as in a case; `region` all of them,
/// as in a region (docs/cli.md); `words` all of them, for people.
struct FactValue {
  std::string fact;
  std::string json;
  std::string region;
  std::string words;
  std::optional<bool>
      known;  ///< of a region with values: only those of whom the fact is known, or is not
};

/// A box of patients: what is not named may be anything that the constraints allow. `share` is of the possible patients
/// of the decision's domain, rounded to four digits ("0.31"); empty if not computed. `count`: how many combinations of
/// value classes these have in it, in digits; empty unless asked for.
struct Region {
  std::vector<FactValue> facts;
  std::string share;
  std::string count;
  std::string when;  ///< the same as a condition in GDL; empty if it cannot be written
};

struct Diagnostic {
  Code code{};
  Severity severity = Severity::error;
  std::string message;  ///< lower case, no full stop, the author's words in backticks
  Span primary;
  std::vector<Label> related;
  std::vector<std::string> notes;
  std::string help;  ///< what to do next
  /// A change that certainly mends the problem: for what cannot alter the meaning, such as a slip of the
  /// pen or an accept that waives nothing.
  std::optional<Fix> fix;
  /// Changes of which one is to be chosen: which one is a clinical question.
  std::vector<Fix> choices;

  // Findings of the analyses:
  std::string decision;
  std::vector<std::string> rules;
  Verdict verdict = Verdict::none;
  std::optional<std::vector<FactValue>> witness;  ///< names only the facts that matter
  bool witness_tied = false;    ///< the guideline's constraints limit what it does not name
  std::string witness_grounds;  ///< how it was replayed ("all 96 completions", ...)
  std::vector<Region> regions;
};

/// "Performance status 3-4 and EGFR wild type"; "any patient" if no fact matters.
[[nodiscard]] std::string fact_words(const std::vector<FactValue>& facts);
/// "a, b and c"
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::string_view last);

/// Collects diagnostics. Order of reporting does not matter: `sorted` gives file, place, code.
class Sink {
 public:
  /// Adds one with the registry's severity; returns it for further filling.
  Diagnostic& report(Code code, Span primary, std::string message);
  /// One that was reported, to say more of it.
  [[nodiscard]] Diagnostic& at(std::size_t index) { return items_[index]; }
  void add(Diagnostic diagnostic) { items_.push_back(std::move(diagnostic)); }
  [[nodiscard]] bool has_errors() const;
  [[nodiscard]] std::size_t count(Severity severity) const;
  [[nodiscard]] const std::vector<Diagnostic>& items() const { return items_; }
  [[nodiscard]] std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> items_;
};

}  // namespace gdl::diag
