// Conditions that say nothing, because they hold for every possible patient or for none: constant-condition.
#pragma once

#include "context.h"

namespace gdl::analysis {

/// Of the conditions of a decision (its domain, its rules, its accepts).
void check_constants(Context& c, space::Scope& s, sema::DecisionId d);
/// Of a safety rule.
void check_constants(Context& c, space::Scope& s, sema::RuleId r);
/// Of a definition that is not imported.
void check_constants(Context& c, sema::DefId d);
/// Of an `impossible`, by its index in the whole guideline: such a condition holds for no possible patient, so all patients are asked about.
void check_impossible(Context& c, std::size_t whole);

}  // namespace gdl::analysis
