// What the directives of a guideline do to its ways, worked out from the source for the comparison with a program.
//
// Written apart from space::Tables and the lowering, which make the same for a program: only what `matches` and
// `reaches` mean is shared (sema/model.h).
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "emit/lift.h"

namespace gdl::driver {

struct Effects {
  std::vector<sema::WayId>
      advised;  ///< that some *for* advises, in the order of the first that does
  IdVector<sema::WayTag, emit::Reach> ways;  ///< of advised ways; of others nothing
  IdVector<sema::ParamTag, std::vector<emit::ParamUse>> settings;
  IdVector<sema::ParamTag, emit::ParamValues> ranges;
  std::vector<emit::Sides> exclusives;
};

[[nodiscard]] Effects effects(const sema::Model& model);
/// The cautions that mark a way, as rules and directives of them.
using Cautions = std::map<sema::WayId, std::vector<std::pair<sema::RuleId, std::size_t>>>;
/// Of the source.
[[nodiscard]] Cautions cautions(const sema::Model& model, const Effects& effects);
/// Of a program read back, whose cautions name the ways that they mark.
[[nodiscard]] Cautions cautions(const emit::Lifted& program);

/// The advised ways that an action expression matches.
[[nodiscard]] std::vector<sema::WayId> matched(const sema::Model& model, const Effects& effects,
                                               const sema::ActionUse& use);

}  // namespace gdl::driver
