// The regions and witnesses of findings read back, as programs and people read them: the `facts` of the JSON, and the
// condition in GDL, which is compiled as the condition of a rule in a copy of the guideline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/driver.h"
#include "oracle/oracle.h"

namespace gdl::judges {

/// What a region says of one fact, from its JSON.
struct SaidOfFact {
  sema::FactId fact;
  std::optional<bool> known;  ///< it says so: `null`, `"known"`
  /// One is enough; none: any value. Numbers: both ends, and whether they belong to it.
  struct Range {
    sema::Rational lo, hi;
    bool lo_closed = true, hi_closed = true;
  };
  std::vector<Range> ranges;
  std::optional<Bits> values;                          ///< boolean and enumeration
  std::vector<std::pair<std::size_t, bool>> elements;  ///< of a set: holds it or not
};

struct ReadRegion {
  std::vector<SaidOfFact> facts;
  sema::CondId when;  ///< in the copy's model; or none: it has no condition in GDL
  std::string share;

  /// By the JSON: whether a fact is known matters only if it says so.
  [[nodiscard]] bool says(const oracle::Patient& p) const;
  /// By the condition if there is one, else by the JSON.
  [[nodiscard]] bool holds(const sema::Model& copy, const oracle::Patient& p) const;
};

struct ReadFinding {
  const diag::Diagnostic* diagnostic = nullptr;
  std::vector<ReadRegion> regions;
  std::optional<ReadRegion> witness;
  /// The regions are all there is: none left out, each can be compared.
  bool complete = false;
};

/// The findings of a compilation, and a copy of its model, with further rules, in which the conditions of the
/// regions are. Facts, definitions, decisions and rules of the guideline have the same ids in both.
struct ReadReport {
  driver::Compilation copy;
  std::vector<ReadFinding> findings;
};

/// `text` is the guideline that `c` is of; `c` must outlive what is given. Fails the test if a region cannot be read.
[[nodiscard]] ReadReport read_report(const std::string& text, const driver::Compilation& c);

}  // namespace gdl::judges
