// All total patients of a guideline, one for each combination of value classes (and of knownness where it
// is asked), or random ones where these are too many.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "fuzz_count.h"
#include "oracle/oracle.h"
#include "random.h"
#include "space/scope.h"

namespace gdl::test {

class Patients {
 public:
  explicit Patients(const space::Tables& tables) : t_(tables), m_(tables.model) {
    for (std::size_t i = 0; i < m_.facts.size(); ++i) {
      sema::FactId f(i);
      std::size_t n = m_.facts[f].kind == sema::FactKind::set
                          ? std::size_t{1} << m_.facts[f].enumerators.size()
                          : t_.classes.count(f);
      digits_.push_back({f, false, n});
      if (m_.facts[f].knownness_tested) digits_.push_back({f, true, 2});
    }
  }

  /// How many there are; more than `limit` counts as `limit` + 1.
  [[nodiscard]] std::size_t count(std::size_t limit) const {
    std::size_t total = 1;
    for (const Digit& d : digits_) total = total > limit ? total : total * d.n;
    return std::min(total, limit + 1);
  }

  /// Calls `visit` with every patient if there are at most `limit`, else with `limit` random ones.
  /// Gives true if it was every one. Impossible patients are among them.
  bool each(std::size_t limit, Random& random,
            const std::function<void(const oracle::Patient&)>& visit) {
    std::size_t total = count(limit);
    oracle::Patient p;
    p.values.resize(m_.facts.size());
    p.known.assign(m_.facts.size(), 1);
    bool every = total <= limit;
    for (std::size_t i = 0; i < (every ? total : limit); ++i) {
      std::size_t rest = i;
      for (const Digit& d : digits_) {
        set(p, d, every ? rest % d.n : random.below(d.n));
        rest /= d.n;
      }
      visit(p);
    }
    return every;
  }

 private:
  struct Digit {
    sema::FactId fact;
    bool known;
    std::size_t n;
  };
  void set(oracle::Patient& p, const Digit& d, std::size_t v) {
    if (d.known) {
      p.known[d.fact] = static_cast<std::uint8_t>(v);
    } else if (m_.facts[d.fact].kind == sema::FactKind::set) {
      p.values[d.fact].set = v;
    } else {
      p.values[d.fact] = t_.classes.sample(d.fact, v);
    }
  }

  const space::Tables& t_;
  const sema::Model& m_;
  std::vector<Digit> digits_;
};

}  // namespace gdl::test
