// The rows of a program against those of its source: the first half of driver/verify.h.
#pragma once

#include "driver/verify.h"
#include "effects.h"
#include "emit/lift.h"

namespace gdl::driver {

/// Whose answers may hang on a row: a patient of nothing that is named here is answered without it, on either side. Rows
/// are meant in their places, of source and program alike.
struct Concerned {
  /// One of `any` applies to the patient, and one of `also`.
  struct Where {
    std::vector<sema::RuleId> any, also;
  };
  bool everybody = false;
  std::vector<Where> where;
  std::vector<sema::DecisionId> decisions;  ///< those of their domains
};
/// A row that differs, and on which answers may hang.
struct DifferentRow {
  std::size_t finding;  ///< in the sink
  Concerned who;
};

/// What rows that differ leave to be compared: conditions can be told only over the same facts, and a row only from
/// the one in its place.
struct Comparable {
  bool conditions = true;  ///< the facts are the same, with the same values
  bool decisions = true, rules = true, impossibles = true, accepts = true;  ///< there are as many
  std::vector<DifferentRow> rows;
};

/// Reports each difference to `out.sink`, and what cannot be compared to `out.left_out`.
[[nodiscard]] Comparable compare_rows(const Compilation& c, const emit::Lifted& program,
                                      const Effects& effects, Verification& out);

/// Where numbers are cut into value classes: reports differences. No condition need tell the classes apart; that is why
/// this is asked only where all conditions are the same.
void compare_classes(const Compilation& c, const emit::Lifted& program, Verification& out);

/// What to do about a difference.
[[nodiscard]] const char* advice_on_difference(const Verification& v);

}  // namespace gdl::driver
