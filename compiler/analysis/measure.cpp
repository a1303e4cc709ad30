// See measure.h.
#include "measure.h"

#include <fmt/core.h>

#include "analysis/witness.h"

namespace gdl::analysis {

using space::Node;
using space::Var;

Measure::Measure(const space::Tables& tables, space::Scope& scope) : scope_(scope) {
  for (std::size_t i = 0; i < scope.diagram().variables(); ++i) {
    std::vector<double>& w = weights_.emplace_back();
    const std::size_t n = scope.diagram().values(Var(i));
    for (std::size_t v = 0; v < n; ++v) {
      Bits one(n);
      one.set(v);
      w.push_back(n == 1 ? 1 : analysis::share(tables, scope, space::Box{{{Var(i), one}}}));
    }
  }
}

double Measure::of(Node set) {
  if (set == space::kFalse) return 0;
  if (set == space::kTrue) return 1;
  if (!set.valid()) return 0;
  if (auto it = done_.find(set.value); it != done_.end()) return it->second;
  const space::Diagram& g = scope_.diagram();
  const std::vector<double>& weights = weights_[g.first(set).value];
  double out = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) out += weights[k] * of(g.where_first(set, k));
  done_.emplace(set.value, out);
  return out;
}

std::string Measure::share(Node part, Node whole) {
  const double all = of(whole);
  if (scope_.exhausted() || !(all > 0)) return {};
  const double x = of(part) / all;
  if (part == whole) return "1";
  if (x < 0.00005) return of(part) > 0 ? fmt::format("{:.1e}", x) : "0";
  std::string out = fmt::format("{:.4f}", x >= 0.99995 ? 0.9999 : x);
  while (out.back() == '0') out.pop_back();
  return out;
}

}  // namespace gdl::analysis
