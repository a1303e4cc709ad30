// One joint model out of parts of two versions of a guideline, so that a question about both is one question
// about one model.
//
// Facts are matched by name: a fact of both versions that has the same kind and unit is one fact of the joint
// model, with the values of both; what only one version's range or list of values has is ruled out by a constraint
// that belongs to the other version. A fact whose kind or unit differs is two facts, `old.NAME` and `new.NAME`.
// Conditions and definitions that are equal become one. Actions, ways, parameters, decisions and rules are kept
// apart, version by version, though they bear the same names: no ban of one version reaches a way of the other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sema/touching.h"

namespace gdl::sema {

enum class Side : std::uint8_t { older, newer };
inline constexpr std::array<Side, 2> kSides = {Side::older, Side::newer};

/// How a fact of one version stands to that of the other with the same name.
enum class Match : std::uint8_t {
  same,     ///< one fact, with the same values
  values,   ///< one fact; a value or a part of the range is in one version only
  retyped,  ///< another kind or unit: two facts
  single,   ///< there is no such fact in the other version
};
/// How the fact stands to the one of that name in `other`; both directions give the same.
[[nodiscard]] Match match(const Fact& fact, const Fact& other);

/// What is asked about of one version. All that it depends on is followed.
struct VersionPart {
  const Model& model;
  const Touching& touching;
  std::vector<DecisionId> decisions;
  std::vector<RuleId> rules;  ///< whether they stand
  std::vector<CondId> conds;
  std::vector<FactId> facts;
};

/// Whose constraints the joint model has: of which patients it speaks.
enum class Existing : std::uint8_t {
  in_both,   ///< patients that exist in both versions
  in_older,  ///< in the older, whether or not in the newer
  in_newer,
};

struct Merged {
  Model model;
  /// In the joint model, what was asked about, in the same order; older, newer.
  struct Asked {
    std::vector<DecisionId> decisions;
    std::vector<RuleId> rules;
    std::vector<CondId> conds;
    /// One for each constraint of the version that the parts touch: nobody for whom it holds exists there.
    std::vector<CondId> excluded;
  };
  std::array<Asked, 2> sides;
  RuleId
      newer_rules;  ///< where the rules of the newer version begin; those of the older come before
};

/// Needs models without errors, with `older` and `newer` in this order. Time and size grow with what the parts
/// depend on and with the number of facts, not with the guidelines.
[[nodiscard]] Merged merge(const VersionPart& older, const VersionPart& newer, Existing existing);

}  // namespace gdl::sema
