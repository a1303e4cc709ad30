// Which rules may concern the same patient: a quick look before diagrams are asked.
//
// An *outline* of a condition says for each variable which values its patients have at most. It is a box around
// them: whoever is outside is certainly not meant, whoever is inside may be. Two rules whose outlines have no
// patient in common never meet, and of many rules almost all pairs are told apart so. For each value of each
// variable one row of bits holds the rules whose outlines allow it; the rules that one may meet are the AND,
// over the variables of its outline, of the OR of the rows of its values. (The idea is that of bitmap indices:
// O'Neil and Quass, "Improved query performance with variant indexes", SIGMOD 1997.)
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sema/model.h"
#include "space/classes.h"

namespace gdl::space {

/// A variable of the space, apart from any scope: a fact's value, an element of a set, whether a fact is known.
struct Aspect {
  sema::FactId fact;
  std::uint32_t what = 0;  ///< 0: value; 1: known; 2 + e: element e
  friend bool operator==(const Aspect&, const Aspect&) = default;
  friend bool operator<(const Aspect& a, const Aspect& b) {
    return a.fact == b.fact ? a.what < b.what : a.fact < b.fact;
  }
};

/// Invariants: sorted by aspect; no mask is full; with an empty mask nobody is meant, and it is the only one.
struct Outline {
  std::vector<std::pair<Aspect, Bits>> masks;
  [[nodiscard]] bool nobody() const { return masks.size() == 1 && masks[0].second.none(); }
};

class Outlines {
 public:
  Outlines(const sema::Model& model, const Classes& classes) : model_(model), classes_(classes) {}

  /// Of the patients for whom the condition is `value`.
  [[nodiscard]] Outline of(sema::CondId cond, bool value = true);
  /// Of the patients to whom a rule applies.
  [[nodiscard]] Outline of(sema::RuleId rule);

 private:
  [[nodiscard]] Outline make(const sema::Cond& c, bool value);
  [[nodiscard]] Outline alternative(sema::DefId def, std::size_t index);

  const sema::Model& model_;
  const Classes& classes_;
  std::map<std::pair<sema::CondId, bool>, Outline>
      memo_;  // of definitions and domains: what is asked again
};

/// Those whom both mean at most, and at least one of the two.
[[nodiscard]] Outline both(const Outline& a, const Outline& b);
[[nodiscard]] Outline either(const Outline& a, const Outline& b);

/// The members of a list of outlines that have a patient in common with one.
class Meetings {
 public:
  explicit Meetings(const std::vector<Outline>& outlines);
  [[nodiscard]] Bits with(const Outline& o) const;

 private:
  std::size_t size_;
  Bits somebody_;  // outlines that mean anybody
  // Of each aspect, for each value the outlines that allow it.
  std::map<Aspect, std::vector<Bits>> rows_;
};

}  // namespace gdl::space
