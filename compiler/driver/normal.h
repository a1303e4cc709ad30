// Conditions in a normal form, so that most that mean the same are seen to be the same without a proof.
//
// Every form is written down once and stands for one set of patients. A condition is brought to its form by steps
// that keep the set: definitions are followed, double negations go, a comparison becomes the set of values for
// which it holds, and comparisons of one quantity under an `and` or an `or` become one. So two conditions with the
// same form hold for the same patients, whatever guideline they come from, as long as the facts are the same. The
// converse does not hold: where forms differ, sets must be asked (conditions.cpp).
//
// Value classes are not used: values are exact sets of numbers, so that a mistake in cutting classes is seen.
//
// Example: `age >= 18 and not age >= 65`, and a program's "age is of the classes 1 to 2, which begin at 18 and end
// before 65", are both the form "age in [18, 65)".
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "sema/model.h"

namespace gdl::driver {

using Form = Id<struct FormTag>;
inline constexpr Form kNobody{0u};
inline constexpr Form kEverybody{1u};

class Forms {
 public:
  Forms();

  /// A set of numbers as the places where one goes in or out of it, from below: in before the first, out before the
  /// second, and so on. Ascending; an even number of them.
  struct Boundary {
    sema::Rational at;
    bool after = false;  ///< the number itself lies below the boundary
    friend bool operator==(const Boundary&, const Boundary&) = default;
  };
  using Values = std::vector<Boundary>;
  /// What a comparison speaks of. `whole`: it has whole values only.
  using Quantity = Id<struct QuantityTag>;
  enum class Of : std::uint32_t { value, known, element, count, score };

  /// `key`: the fact, and the element; of a score the forms and points of its items.
  Quantity quantity(Of of, const std::vector<std::uint32_t>& key, const sema::Rational& lo,
                    const sema::Rational& hi, bool whole);

  Form compare(Quantity q, sema::CmpOp op, const sema::Rational& number);
  Form values(Quantity q, const Bits& indices);
  Form negate(Form f);
  Form all(const std::vector<Form>& list) { return group(Kind::all, list); }
  Form any(const std::vector<Form>& list) { return group(Kind::any, list); }
  Form at_least(std::int64_t count, const std::vector<Form>& list);

 private:
  enum class Kind : std::uint32_t { constant, literal, negation, all, any, at_least };
  using Words = std::vector<std::uint32_t>;
  struct WordsHash {
    std::size_t operator()(const Words& words) const;
  };
  struct ValuesHash {
    std::size_t operator()(const Values& values) const;
  };
  struct Range {
    Boundary lo, hi;
    bool whole = false;
  };

  Form intern(Kind kind, const Words& words);
  Form literal(Quantity q, Values values);
  Form group(Kind of, const std::vector<Form>& list);
  [[nodiscard]] Kind kind(Form f) const { return static_cast<Kind>((*forms_[f])[0]); }
  /// The words behind the kind.
  [[nodiscard]] const Words& words(Form f) const { return *forms_[f]; }

  std::unordered_map<Words, Form, WordsHash> form_of_;
  IdVector<FormTag, const Words*> forms_;  // keys of form_of_
  std::unordered_map<Words, Quantity, WordsHash> quantity_of_;
  IdVector<QuantityTag, Range> ranges_;
  std::unordered_map<Values, std::uint32_t, ValuesHash> values_of_;
  std::vector<const Values*> values_;  // keys of values_of_
};

/// The forms of one guideline's conditions. Both must outlive it.
class FormsOf {
 public:
  FormsOf(Forms& forms, const sema::Model& model) : f_(forms), m_(model) {
    memo_.resize(model.conds.size());
  }
  Form cond(sema::CondId id);
  /// Of the patients for whom the rule's `when` holds and its `unless` does not.
  Form applies(const sema::Rule& rule);

 private:
  using Items = std::map<Form, std::int64_t>;
  Form make(const sema::Cond& c);
  Form alternative(sema::DefId def, std::size_t index);
  Form score(const sema::Cond& c);
  /// Adds the points of each condition of a score; what counts for everybody has the form `kEverybody`.
  const Items& items(sema::DefId def);
  Forms::Quantity value(sema::FactId fact);
  Forms::Quantity element(sema::FactId fact, std::size_t index);

  Forms& f_;
  const sema::Model& m_;
  IdVector<sema::CondTag, Form> memo_;
  std::map<sema::DefId, Items> items_;
};

}  // namespace gdl::driver
