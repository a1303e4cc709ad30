// A program read back as a guideline: what its rows mean, as facts, conditions, ways and rules.
//
// It is what `gdlc verify` compares with the source, and is written apart from the lowering: it shares neither
// tables nor conversions with it, so that a mistake there is not made here a second time. A node of the circuit
// becomes a condition over the facts; the classes of a number become comparisons with the cuts that the program
// stores; a score becomes a definition of its own.
//
// What the rows of a program say of advice beyond a model's directives - which bans match a way, what is left of
// its parameters, which ways an exclusion speaks of - stands beside the model, in `Reach` and `Settings`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sema/model.h"
#include "space/classes.h"

namespace gdl::emit {

[[nodiscard]] bool same(const std::vector<space::Interval>& a,
                        const std::vector<space::Interval>& b);

/// Values of a parameter. Enumerations: `mask`; numbers: `intervals`, ascending, no two of which touch (of whole
/// numbers: closed, with whole ends).
struct ParamValues {
  Bits mask;
  std::vector<space::Interval> intervals;
  friend bool operator==(const ParamValues& a, const ParamValues& b) {
    return a.mask == b.mask && same(a.intervals, b.intervals);
  }
};
/// A rule sets, or takes, values of a parameter.
struct ParamUse {
  sema::RuleId rule;
  sema::ParamId param;
  ParamValues values;
  friend bool operator==(const ParamUse&, const ParamUse&) = default;
};
/// What reaches a way.
struct Reach {
  std::vector<sema::RuleId> bans;  ///< rules with a ban without parameters that matches it
  std::vector<sema::ParamId> params;
  std::vector<ParamUse> param_bans;
  friend bool operator==(const Reach&, const Reach&) = default;
};
/// The ways that match either side of an exclusion.
struct Sides {
  std::vector<sema::WayId> first, second;
  friend bool operator==(const Sides&, const Sides&) = default;
};

/// Where something stands in the source.
struct Place {
  std::string file;
  std::uint32_t line = 0, column = 0, end_line = 0, end_column = 0;
};

struct Lifted {
  /// Facts, conditions, constraints, actions, ways, parameters, decisions, rules, accepts, references. Of a rule
  /// `when` is all of what the program asks (`unless` is none); of an action use there are the text and the ways
  /// only, of a *caution* the advised ways that it marks. Without spans; without texts if `stripped`.
  sema::Model model;
  IdVector<sema::FactTag, std::vector<space::Interval>> classes;  ///< of numbers, ascending
  /// A condition reads the fact's value, although the program says that none does, or the other way round.
  std::vector<sema::FactId> wrongly_marked;
  IdVector<sema::WayTag, Reach> ways;
  IdVector<sema::ParamTag, std::vector<ParamUse>> settings;  ///< what *for* directives set
  IdVector<sema::ParamTag, ParamValues> ranges;              ///< all values that the parameter has
  /// Parameters whose classes do not follow each other: what is left of them cannot be told.
  std::vector<sema::ParamId> broken;
  std::vector<Sides> exclusives;
  std::vector<std::string> wordings;  ///< of each constraint, its condition as it is shown
  // Where rules and constraints stand; empty if `stripped`.
  IdVector<sema::RuleTag, Place> places;
  std::vector<Place> constraint_places;
  /// Of each condition how deep it is, definitions expanded; a leaf is 1.
  IdVector<sema::CondTag, std::uint32_t> depth;
  bool stripped = false, unchecked = false;
  std::array<std::uint8_t, 32> source_hash{};
};

/// `bytes` must be a program that the runtime accepts (`gdlrt_program_load`): nothing is checked again here.
[[nodiscard]] Lifted lift(const std::uint8_t* bytes, std::size_t size);

}  // namespace gdl::emit
