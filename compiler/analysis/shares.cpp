// See shares.h.
#include "shares.h"

#include <fmt/core.h>

#include <algorithm>

namespace gdl::analysis {

std::string share_text(double part, double whole) {
  if (!(whole > 0)) return {};
  const double x = part / whole;
  if (part == whole) return "1";
  std::string out = fmt::format("{:.4g}", x);
  return out == "1" ? "0.9999" : out;
}

Shares::Shares(const Context& c, space::Scope& s, const std::string& decision)
    : s_(s), extent_(c.tables, s), base_(s.possible()) {
  for (std::size_t i = 0; i < c.model.decisions.size() && !decision.empty(); ++i) {
    const sema::DecisionId id(i);
    if (c.model.decisions[id].name != decision) continue;
    decision_ = true;
    base_ = s.diagram().both(base_, s.domain(id));
  }
  if (base_.valid()) all_ = extent_.of(base_);
}

double Shares::of(const space::Box& box) const {
  return all_ > 0 ? extent_.of(base_, box) / all_ : 0;
}

void largest_first(std::vector<space::Box>& boxes, const Shares& shares) {
  std::vector<std::pair<double, space::Box>> measured;
  for (space::Box& b : boxes) {
    const double share = shares.of(b);
    measured.emplace_back(share, std::move(b));
  }
  std::stable_sort(measured.begin(), measured.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  boxes.clear();
  for (auto& [share, box] : measured) boxes.push_back(std::move(box));
}

std::string Shares::text(const space::Box& box) const {
  return decision_ && all_ > 0 ? share_text(extent_.of(base_, box), all_) : std::string();
}

std::string Shares::count(const space::Box& box) const {
  return base_.valid() ? space::count(s_.diagram(), base_, box) : std::string();
}

}  // namespace gdl::analysis
