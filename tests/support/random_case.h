// Random cases for any program, through gdlrt.h alone.
#pragma once

#include <string>

#include "gdlrt/gdlrt.h"
#include "random.h"

namespace gdl::test {

/// Says something random of a fact: a value, a description, or nothing. What a program says of its facts may be anything
/// that the verifier lets through; a value may be refused.
inline void random_fact(const gdlrt_program* p, gdlrt_case* c, std::uint32_t f, Random& random) {
  gdlrt_fact fact{};
  fact.size = sizeof fact;
  if (gdlrt_program_fact(p, f, &fact) != GDLRT_OK) return;
  auto value = [&] {
    return static_cast<std::uint32_t>(random.below(fact.values == 0 ? 2 : fact.values));
  };
  switch (random.below(4)) {
    case 0: return;
    case 1: (void)gdlrt_case_set_unknown(c, f); return;
    default: break;
  }
  if (fact.kind == GDLRT_SET) {
    (void)gdlrt_case_set_elements(c, f, 0, random.one_in(2) ? ~std::uint64_t{0} : random.next());
    if (fact.values > 0) (void)gdlrt_case_set_element(c, f, value(), GDLRT_YES);
    return;
  }
  gdlrt_narrowing n{};
  n.size = sizeof n;
  std::string number;
  if (fact.kind == GDLRT_INTEGER || fact.kind == GDLRT_DECIMAL) {
    auto which = random.one_in(2) ? GDLRT_LOWEST : GDLRT_HIGHEST;
    number.resize(gdlrt_program_bound(p, f, which, nullptr, 0));
    (void)gdlrt_program_bound(p, f, which, number.data(), number.size() + 1);
    if (random.one_in(2)) number = std::to_string(random.below(100));
    if (!number.empty() && number[0] == '"') number = number.substr(1, number.size() - 2);
    n.text = number.c_str();
  } else {
    n.mantissa = value();
  }
  bool ordered = n.text != nullptr || (fact.flags & GDLRT_ORDERED) != 0;
  n.how = static_cast<std::uint32_t>(random.below(ordered ? 6 : 2));
  if (random.one_in(2)) n.how = GDLRT_IN;
  (void)gdlrt_case_narrow(c, f, &n, 1);
}

}  // namespace gdl::test
