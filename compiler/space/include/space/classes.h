// Value classes: each fact's values cut into classes that no condition of the guideline tells
// apart.
//
// Invariant: the classes of a fact are disjoint, cover its plausible range exactly, and every
// condition on the fact holds for all values of a class or for none. boolean and enumeration: one
// class a value. integer and decimal: maximal intervals between the thresholds in use (for integers
// with integer ends). set: no classes; each element is a yes/no variable of its own.
#pragma once

#include <cstddef>
#include <vector>

#include "sema/model.h"

namespace gdl::space {

/// An interval of a numeric fact; single points have lo == hi and both ends closed. For integer
/// facts both ends are closed integers.
struct Interval {
  sema::Rational lo, hi;
  bool lo_closed = true, hi_closed = true;
};

/// Which of intervals that ascend and leave nothing out a number lies in; their count if it is above all of them.
[[nodiscard]] std::size_t class_of(const std::vector<Interval>& intervals,
                                   const sema::Rational& number);

class Classes {
 public:
  /// Cut by the thresholds of the guideline itself, and with `scenarios` by those of their givens too.
  Classes(const sema::Model& model, bool scenarios);

  /// Number of classes; 0 for a set.
  [[nodiscard]] std::size_t count(sema::FactId fact) const;
  /// Intervals of a numeric fact in ascending order.
  [[nodiscard]] const std::vector<Interval>& intervals(sema::FactId fact) const {
    return intervals_[fact];
  }
  /// The class a number of the fact's range lies in.
  [[nodiscard]] std::size_t class_of(sema::FactId fact, const sema::Rational& number) const;
  /// The class of a value of a fact that is not a set.
  [[nodiscard]] std::size_t class_of(sema::FactId fact, const sema::Value& value) const;
  /// A value of the class: the enumerator, or a number (an end of the interval where it is closed,
  /// else a short decimal inside).
  [[nodiscard]] sema::Value sample(sema::FactId fact, std::size_t cls) const;
  /// The classes for which a fact_in or fact_compare condition holds.
  [[nodiscard]] Bits of(const sema::Cond& cond) const;

 private:
  const sema::Model* model_;
  IdVector<sema::FactTag, std::vector<Interval>> intervals_;
  IdVector<sema::FactTag, std::vector<sema::Rational>> members_;  ///< one of each interval
};

/// The classes of a parameter: a partition of its values that every setting and ban of it in the
/// guideline is a union of. Enumerations: one class a value.
class ParamClasses {
 public:
  /// With `scenarios` also cut by what their expectations name.
  ParamClasses(const sema::Model& model, bool scenarios);
  [[nodiscard]] std::size_t count(sema::ParamId param) const;
  [[nodiscard]] Bits of(const sema::ParamSetting& setting) const;
  [[nodiscard]] const std::vector<Interval>& intervals(sema::ParamId param) const {
    return intervals_[param];
  }

 private:
  const sema::Model* model_;
  IdVector<sema::ParamTag, std::vector<Interval>> intervals_;
};

}  // namespace gdl::space
