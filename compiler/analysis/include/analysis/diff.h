// The difference of two versions of a guideline: for which patients G differs, decision by decision, with what it
// held before and holds after; what only one version can describe; what was said otherwise; and which step of the
// version number that asks for. docs/diff.md says what each part claims.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "diag/diagnostic.h"
#include "sema/model.h"

namespace gdl::analysis {

/// A step of the version number, smallest first.
enum class Bump : std::uint8_t { none, patch, minor, major };
[[nodiscard]] const char* bump_text(Bump bump);

/// A group of patients, each described whole: what is not named may be anything that both versions' constraints
/// allow.
struct PatientGroup {
  std::vector<diag::FactValue> facts;
  std::string when;  ///< the same as a condition in GDL; empty if it cannot be written
  std::string
      share;  ///< of the decision's patients in either version, as "0.31"; empty if not computed
  bool tied = false;    ///< constraints limit what is not named
  std::string grounds;  ///< how its patients were replayed
};

/// Patients who all had the same advice before, and all have the same after.
struct Change {
  std::vector<std::string> before, after;  ///< what G holds, in the words of GDL; empty: no advice
  std::vector<PatientGroup> groups;        ///< the largest first; groups may overlap
  bool more = false;                       ///< there are further patients of this kind, not listed
  std::string share;                       ///< of all of them, listed or not
  Bump bump = Bump::major;
};

struct DecisionDiff {
  std::string id;               ///< the decision's name; `safety` for what a safety rule says
  std::vector<Change> changes;  ///< the largest first; at least one, unless unknown
  std::size_t further = 0;      ///< changes that are not listed
  bool at_least = false;        ///< there may be more than `further` says
  bool unknown = false;         ///< the effort was spent before anything could be said
  std::string share;            ///< of all patients whose advice changes
  Bump bump = Bump::none;
};

enum class Fate : std::uint8_t { added, removed, retyped, changed };
[[nodiscard]] const char* fate_text(Fate fate);

/// A fact or decision that is not what it was.
struct DeclarationDiff {
  std::string name;
  Fate fate = Fate::changed;
  std::string what;           ///< changed: `values`, `default`, `choose`
  std::string before, after;  ///< as an author writes them; empty: none
  Bump bump = Bump::none;
};

/// Patients who exist in one version only.
struct OneSided {
  bool older = true;  ///< only OLD can describe them
  std::vector<PatientGroup> groups;
  bool more = false;
  bool unknown = false;  ///< the effort was spent: there may be such patients
};

/// A text, or whatever else G does not hold.
struct TextDiff {
  std::string of;  ///< `rule first_line.egfr_tki`
  /// `title`; empty: the whole declaration is new or gone; `written otherwise`: its rules, with the same advice
  std::string what;
  std::string before, after;  ///< empty: none
};

struct Diff {
  std::vector<DecisionDiff> decisions;
  std::vector<DeclarationDiff> facts, declared;  ///< declared: of decisions
  std::vector<OneSided> patients;
  std::vector<TextDiff> texts;
  Bump bump = Bump::none;
  bool undecided = false;  ///< something was not decided: the step may be larger
  std::string
      required;  ///< the least version that the step asks for; empty if the versions cannot be compared
  [[nodiscard]] bool differ() const { return bump != Bump::none || undecided; }
};

/// Needs models without errors. To `sink` goes what is wrong with the new version's number, what was not decided,
/// and any witness that the oracle does not confirm; its places are of the new version.
Diff diff(const sema::Model& older, const sema::Model& newer, const Options& options,
          diag::Sink& sink);

}  // namespace gdl::analysis
