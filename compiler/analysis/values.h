// Values of facts as JSON, and value classes put together: shared by what describes patients to people and what
// writes cases. Private to analysis/.
#pragma once

#include <string>
#include <vector>

#include "space/scope.h"

namespace gdl::analysis {

/// A number as text: a decimal, or a fraction.
[[nodiscard]] std::string show(const sema::Rational& r);
[[nodiscard]] std::string json_string(const std::string& name);
/// A number as JSON: as text if it has no decimal form.
[[nodiscard]] std::string json_number(const sema::Rational& r);
/// A value of the class, of a fact that is not a set.
[[nodiscard]] std::string value_json(const space::Tables& tables, sema::FactId id, std::size_t cls);
/// Those of the intervals that a mask names, neighbours put together.
[[nodiscard]] std::vector<space::Interval> runs(const std::vector<space::Interval>& intervals,
                                                const Bits& mask);
/// The same of a numeric fact.
[[nodiscard]] std::vector<space::Interval> runs(const space::Tables& tables, sema::FactId id,
                                                const Bits& mask);
/// "0..2", "1..<1.5" (without 1.5), "1<..2" (without 1).
[[nodiscard]] std::string range_text(const space::Interval& i);
/// Values of a parameter as an author writes them: "cycles: 2..4", "dose: full | reduced".
[[nodiscard]] std::string parameter_text(const space::Tables& tables, sema::ParamId id,
                                         const Bits& classes);

}  // namespace gdl::analysis
