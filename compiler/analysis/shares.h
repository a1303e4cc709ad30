// How large the regions of a finding are. Private to analysis/.
#pragma once

#include <string>
#include <vector>

#include "context.h"
#include "space/count.h"

namespace gdl::analysis {

/// A part of a whole for print, to four digits: "0.31". Only what is nothing or all is "0" or "1".
[[nodiscard]] std::string share_text(double part, double whole);

/// Measures boxes of a scope against the possible patients of a decision's domain; of a finding without a decision,
/// against all possible patients.
class Shares {
 public:
  Shares(const Context& c, space::Scope& s, const std::string& decision);

  /// The part that the box has of them: 0..1; 0 if they are without extent or the effort is spent.
  [[nodiscard]] double of(const space::Box& box) const;
  /// The same for print, to four digits ("0.31"); empty if there is nothing to measure by, or no decision.
  [[nodiscard]] std::string text(const space::Box& box) const;
  /// How many combinations of value classes of the scope's facts they have in the box, in digits; empty if the effort
  /// is spent.
  [[nodiscard]] std::string count(const space::Box& box) const;

 private:
  const space::Scope& s_;
  space::Extent extent_;
  space::Node base_;
  double all_ = 0;
  bool decision_ = false;
};

/// Those of one size stay in their order.
void largest_first(std::vector<space::Box>& boxes, const Shares& shares);

}  // namespace gdl::analysis
