// The parts of the difference of two versions that need no patients: facts and decisions that are not what they
// were, texts, and the version number. Private to analysis/.
#pragma once

#include "analysis/diff.h"
#include "sema/merge.h"

namespace gdl::analysis {

/// Facts added, removed, retyped, with other values or another default; in the order of the older version, then of the newer.
void compare_facts(const sema::Model& older, const sema::Model& newer, Diff& out);
/// Decisions added and removed, and those whose answers are now to be done together, or no longer.
void compare_decisions(const sema::Model& older, const sema::Model& newer, Diff& out);
/// Everything that G does not hold: names, titles, texts, citations, reasons, accepts, scenarios.
void compare_texts(const sema::Model& older, const sema::Model& newer, Diff& out);

/// Whether the newer version's number is large enough: what it must be at least, and a diagnostic if it is not.
void judge_version(const sema::Model& older, const sema::Model& newer, Diff& out, diag::Sink& sink);

}  // namespace gdl::analysis
