// What reaches what in a model, as an index made once: which rules ban or set something of a way, which
// constraints tie a fact. For stages that follow a few decisions through a large guideline and must not walk
// all of it for each.
#pragma once

#include <cstddef>
#include <vector>

#include "sema/model.h"

namespace gdl::sema {

class Touching {
 public:
  explicit Touching(const Model& model);

  /// The rules with an *against* directive, with parameters or without, that matches the way; ascending, each once.
  [[nodiscard]] std::vector<RuleId> bans(WayId way) const;
  /// The parameters that reach the way; ascending.
  [[nodiscard]] std::vector<ParamId> params(WayId way) const;
  /// The rules with a *for* directive that sets the parameter; ascending.
  [[nodiscard]] const std::vector<RuleId>& settings(ParamId param) const {
    return settings_[param];
  }
  /// The `impossible`s that speak of the fact, by index.
  [[nodiscard]] const std::vector<std::size_t>& constraints(FactId fact) const {
    return constraints_[fact];
  }

 private:
  struct Ban {
    RuleId rule;
    std::size_t directive = 0;
    WayId way;
  };
  struct Reach {
    ParamId param;
    WayId way;
  };

  const Model& model_;
  // A way that contains another has all its leaves: what speaks of a way is found by the first of them.
  IdVector<ActionTag, std::vector<Ban>> bans_;
  IdVector<ActionTag, std::vector<Reach>> params_;
  IdVector<ParamTag, std::vector<RuleId>> settings_;
  IdVector<FactTag, std::vector<std::size_t>> constraints_;
};

}  // namespace gdl::sema
