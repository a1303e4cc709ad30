// What `check` reports, against Z3: guidelines with more patients than brute force can try. Numbers are Z3's own
// integers and rationals, so that the cutting into value classes is judged as well.
#include <doctest/doctest.h>
#include <z3++.h>

#include "generate.h"
#include "load.h"
#include "meaning.h"
#include "patients.h"

using namespace gdl;
using namespace gdl::judges;

namespace {

class Z3 {
 public:
  using Set = z3::expr;

  explicit Z3(const Model& m) : m_(m), solver_(c_) {
    for (std::size_t i = 0; i < m.facts.size(); ++i) {
      const Fact& f = m.facts[FactId(i)];
      const std::string name = "f" + std::to_string(i);
      bool real = f.kind == FactKind::decimal;
      z3::expr x = real ? c_.real_const(name.c_str()) : c_.int_const(name.c_str());
      bool numeric = real || f.kind == FactKind::integer;
      std::size_t values = f.kind == FactKind::boolean ? 2 : f.enumerators.size();
      if (numeric) {
        solver_.add(x >= number(f.lo, real) && x <= number(f.hi, real));
      } else {
        solver_.add(x >= 0 && x < static_cast<int>(values));
      }
      facts_.push_back(x);
    }
  }

  Set all() { return c_.bool_val(true); }
  Set none() { return c_.bool_val(false); }
  Set both(const Set& a, const Set& b) { return a && b; }
  Set either(const Set& a, const Set& b) { return a || b; }
  Set negate(const Set& a) { return !a; }
  Set in(FactId f, const Bits& values) {
    Set out = none();
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values.test(i)) out = out || facts_[f.value] == static_cast<int>(i);
    }
    return out;
  }
  Set compare(FactId f, CmpOp op, const Rational& r) {
    // An integer may be compared with a fraction.
    bool real = m_.facts[f].kind == FactKind::decimal;
    return compare(real ? facts_[f.value] : z3::to_real(facts_[f.value]), op, number(r, true));
  }
  Set includes(FactId f, std::size_t element) {
    return c_.bool_const(("s" + std::to_string(f.value) + "_" + std::to_string(element)).c_str());
  }
  Set known(FactId f) { return c_.bool_const(("k" + std::to_string(f.value)).c_str()); }
  Set sum(const std::vector<std::pair<Set, std::int64_t>>& items, CmpOp op, std::int64_t bound) {
    z3::expr total = c_.int_val(0);
    for (const auto& [set, points] : items) {
      total = total + z3::ite(set, c_.int_val(points), c_.int_val(0));
    }
    return compare(total, op, c_.int_val(bound));
  }

  /// Somebody is in the set.
  bool somebody(const Set& s) {
    solver_.push();
    solver_.add(s);
    z3::check_result r = solver_.check();
    solver_.pop();
    REQUIRE(r != z3::unknown);
    return r == z3::sat;
  }
  /// From now on everybody is.
  void assume(const Set& s) { solver_.add(s); }

 private:
  z3::expr number(const Rational& r, bool real) {
    char text[gdlrt::num::kMaxFormat];
    std::string s(text, gdlrt::num::format(r, text, sizeof text));
    return real ? c_.real_val(s.c_str()) : c_.int_val(s.c_str());
  }
  static Set compare(const z3::expr& a, CmpOp op, const z3::expr& b) {
    switch (op) {
      case CmpOp::eq: return a == b;
      case CmpOp::ne: return a != b;
      case CmpOp::lt: return a < b;
      case CmpOp::le: return a <= b;
      case CmpOp::gt: return a > b;
      case CmpOp::ge: return a >= b;
    }
    return a == b;
  }

  const Model& m_;
  z3::context c_;
  z3::solver solver_;
  std::vector<z3::expr> facts_;
};

}  // namespace

TEST_CASE("check reports what Z3 can satisfy, and nothing else") {
  const std::size_t count = test::fuzz_count(20);
  std::size_t decided = 0;
  std::size_t asked = 0;
  std::size_t found = 0;
  for (std::size_t n = 0; n < count; ++n) {
    test::Shape shape{12, 3, 2, 7};
    shape.accepts = false;
    std::string text = test::Generator(test::fuzz_seed() + 6'000'000 + n, shape).run();
    CAPTURE(text);
    driver::Compilation c = test::check(text);
    REQUIRE_MESSAGE(!c.type_errors, test::messages(c));
    const Model& m = *c.model;
    Z3 z3(m);
    Meaning<Z3> meaning(m, z3, m.decisions.size(), m.rules.size());
    Found expected;
    z3.assume(meaning.possible());
    if (!z3.somebody(z3.all())) {
      expected = {{diag::Code::unsatisfiable_constraints, ""}};
    } else {
      expected = verdicts(meaning.claims(), [&](const z3::expr& s) {
        ++asked;
        return z3.somebody(s);
      });
    }
    Compared both = compare(reported(c), expected);
    CHECK(both.reported == both.expected);
    decided += both.undecided ? 0 : 1;
    found += expected.size();
  }
  MESSAGE(count << " guidelines, " << asked << " questions, " << found << " findings");
  CHECK(decided * 10 > count * 9);
  CHECK(found > count);
}
