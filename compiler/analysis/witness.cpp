// Witnesses: see witness.h.
#include "analysis/witness.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <map>
#include <string_view>

#include "support/limits.h"

namespace gdl::analysis {

using namespace sema;
using space::Box;
using space::Interval;
using space::Node;
using space::Scope;
using space::Tables;
using space::Var;
using space::VarMeaning;

namespace {

constexpr auto kAllCompletions = static_cast<std::uint64_t>(limits::completions);
constexpr auto kRandomCompletions = static_cast<std::uint64_t>(limits::random_completions);

}  // namespace

void narrow(Scope& scope, Box& box, Node within) {
  if (within == space::kTrue) return;
  space::Sets& d = scope.sets();
  const Node inside = d.both(d.box(box), within);
  for (auto& [v, mask] : box.masks) {
    Bits left(mask.size());
    for (std::size_t k = 0; k < mask.size(); ++k) {
      Bits one(mask.size());
      one.set(k);
      left.set(k, mask.test(k) && !d.nobody(d.both(inside, d.literal(v, one))));
    }
    if (d.exhausted()) return;
    mask = left;
  }
}

Box small_box(Scope& scope, Node set, Node free) {
  space::Sets& d = scope.sets();
  Node possible = scope.possible();
  Box box = d.some(set);
  // Wider boxes may hold impossible patients as well: no claim speaks of them.
  Node claim = d.either(d.either(set, free), d.negate(possible));
  if (d.exhausted()) return box;
  // What only constraints speak of goes first, then the least used: what is left are the facts that
  // the author's own conditions name.
  std::vector<Var> order;
  for (bool asked : {false, true}) {
    for (auto it = box.masks.rbegin(); it != box.masks.rend(); ++it) {
      if (scope.asked(it->first) == asked) order.push_back(it->first);
    }
  }
  box = d.widen(claim, std::move(box), order);
  narrow(scope, box, possible);
  return box;
}

bool tied(Scope& scope, const Box& box) {
  space::Sets& d = scope.sets();
  return scope.possible() != space::kTrue && !d.nobody(d.minus(d.box(box), scope.possible()));
}

namespace {

/// One thing that can vary between completions: a fact's class, a set's element, a fact's knownness.
struct Digit {
  FactId fact;
  VarMeaning::Kind kind;
  std::uint32_t element;
  Var var;                           ///< in the box's scope, or none
  std::vector<std::size_t> choices;  ///< those of the box
  std::vector<Value> values;         ///< of a fact's value, for each choice
  std::size_t anchor = 0;            ///< which choice the possible patient has
  std::size_t at = 0;                ///< which one the patient that is asked about has
  bool matters = true;               ///< to the claim, or to whether the patient is possible
};

/// The variable of a scope that means the same; none if the scope has none.
Var variable(const Scope& s, const Digit& d) {
  switch (d.kind) {
    case VarMeaning::Kind::value: return s.value_var(d.fact);
    case VarMeaning::Kind::element: return s.element_var(d.fact, d.element);
    case VarMeaning::Kind::known: return s.known_var(d.fact);
  }
  return {};
}

std::vector<Digit> digits_of(const Tables& tables, const Scope& scope, const Box& box) {
  std::vector<Digit> out;
  auto add = [&](FactId f, VarMeaning::Kind kind, std::uint32_t element, std::size_t n) {
    Digit d{f, kind, element, {}, {}, {}};
    d.var = variable(scope, d);
    const Bits* mask = d.var.valid() ? box.find(d.var) : nullptr;
    for (std::size_t i = 0; i < n; ++i) {
      if (mask != nullptr && !mask->test(i)) continue;
      d.choices.push_back(i);
      if (kind == VarMeaning::Kind::value) d.values.push_back(tables.classes.sample(f, i));
    }
    out.push_back(std::move(d));
  };
  for (std::size_t i = 0; i < tables.model.facts.size(); ++i) {
    FactId f(i);
    const Fact& fact = tables.model.facts[f];
    if (fact.kind == FactKind::set) {
      for (std::uint32_t e = 0; e < fact.enumerators.size(); ++e) {
        add(f, VarMeaning::Kind::element, e, 2);
      }
    } else {
      add(f, VarMeaning::Kind::value, 0, tables.classes.count(f));
    }
    if (fact.knownness_tested) add(f, VarMeaning::Kind::known, 0, 2);
  }
  return out;
}

void put(Digit& d, std::size_t choice, oracle::Patient& p) {
  d.at = choice;
  std::size_t v = d.choices[choice];
  switch (d.kind) {
    case VarMeaning::Kind::value: p.values[d.fact] = d.values[choice]; break;
    case VarMeaning::Kind::known: p.known[d.fact] = static_cast<std::uint8_t>(v); break;
    case VarMeaning::Kind::element: {
      std::uint64_t bit = std::uint64_t{1} << d.element;
      std::uint64_t& set = p.values[d.fact].set;
      set = v == 1 ? set | bit : set & ~bit;
      break;
    }
  }
}

/// Verdicts that a claim about advice remembers at most.
constexpr std::size_t kRemembered = 1024;

}  // namespace

std::function<bool(const oracle::Patient&)> of_advice(
    const oracle::Oracle& oracle, std::function<bool(const oracle::Advice&)> claim) {
  return [&oracle, claim = std::move(claim), now = oracle::Applying(),
          known = std::map<std::string, bool, std::less<>>()](const oracle::Patient& p) mutable {
    oracle.applying(p, now);
    const std::string_view key(reinterpret_cast<const char*>(now.data()), now.size());
    if (auto it = known.find(key); it != known.end()) return it->second;
    const bool verdict = claim(oracle.advise(now));
    if (known.size() < kRemembered) known.emplace(key, verdict);
    return verdict;
  };
}

Completions::Completions(const Tables& tables, std::uint64_t effort, std::uint64_t beyond,
                         const std::optional<space::Allowance>& further)
    : tables_(tables), beyond_(beyond), constrained_(tables.model.facts.size(), false) {
  if (tables.model.impossibles.empty()) return;
  std::vector<CondId> conds;
  for (const Impossible& i : tables.model.impossibles) {
    conds.push_back(i.when);
    for (FactId f : facts_of(tables.model, i.when)) constrained_[f.value] = true;
  }
  constraints_.emplace(tables, std::vector<DecisionId>{}, std::vector<RuleId>{}, conds, effort);
  Node possible = constraints_->possible();
  if (constraints_->exhausted() && further.has_value()) {
    constraints_.emplace(tables, std::vector<DecisionId>{}, std::vector<RuleId>{}, conds,
                         std::make_unique<space::Circuit>(*further));
    possible = constraints_->possible();
  }
  if (possible.valid() && !constraints_->sets().nobody(possible) && !constraints_->exhausted()) {
    base_ = constraints_->sets().some(possible);
  }
}

Replay Completions::replay(Scope& scope, const Box& box, const Claim& claim) const {
  const Model& model = tables_.model;
  std::vector<Digit> digits = digits_of(tables_, scope, box);
  if (claim.facts.has_value()) {
    std::vector<bool> asked = constrained_;
    for (FactId f : *claim.facts) asked[f.value] = true;
    for (Digit& d : digits) d.matters = asked[d.fact.value];
  }
  // A possible patient of the box: the scope's own facts from its constraints, the others, which no
  // constraint ties to them, from the patient kept.
  space::Sets& g = scope.sets();
  Node inside = g.both(g.box(box), scope.possible());
  Box anchor;
  if (inside.valid() && !g.nobody(inside)) anchor = g.some(inside);
  for (Digit& d : digits) {
    Var v = constraints_.has_value() ? variable(*constraints_, d) : Var();
    const Bits* mask = d.var.valid() ? anchor.find(d.var) : v.valid() ? base_.find(v) : nullptr;
    for (std::size_t c = 0; mask != nullptr && c < d.choices.size(); ++c) {
      if (!mask->test(d.choices[c])) continue;
      d.anchor = c;
      break;
    }
  }

  oracle::Patient patient;
  patient.values.resize(model.facts.size());
  patient.known.assign(model.facts.size(), 1);
  std::uint64_t total = beyond_;
  std::uint64_t alike = 1;  // completions that differ in nothing that matters
  for (Digit& d : digits) {
    total = total > kAllCompletions ? total : total * d.choices.size();
    if (total <= kAllCompletions && !d.matters) alike *= d.choices.size();
    put(d, d.anchor, patient);
  }
  Replay out;
  std::uint64_t tried = 0;
  bool ok = true;
  auto ask = [&](std::uint64_t completions) {
    if (!oracle::possible(model, patient)) return;
    tried += completions;
    ok = ok && claim.holds(patient);
  };
  if (total <= kAllCompletions) {
    total /= beyond_ * alike;
    for (std::uint64_t n = 0; n < total && ok; ++n) {
      ask(alike);
      for (Digit& d : digits) {
        if (!d.matters) continue;
        put(d, d.at + 1 == d.choices.size() ? 0 : d.at + 1, patient);
        if (d.at != d.anchor) break;  // a full turn of this digit carries to the next
      }
    }
    out.grounds = fmt::format("replayed: all {} completions", tried);
  } else {
    std::uint64_t random = 0x243f6a8885a308d3u;  // fixed: the same completions everywhere
    auto next = [&](std::size_t n) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      return static_cast<std::size_t>(static_cast<std::uint32_t>(random >> 33) %
                                      static_cast<std::uint32_t>(n));
    };
    ask(1);
    const std::uint64_t first = tried;
    for (Digit& d : digits) {
      if (!ok) break;
      if (!d.matters) {
        tried += first * (d.choices.size() - 1);
        continue;
      }
      for (std::size_t c = 0; c < d.choices.size() && ok; ++c) {
        if (c == d.anchor) continue;
        put(d, c, patient);
        ask(1);
      }
      put(d, d.anchor, patient);
    }
    for (std::uint64_t i = 0; i < kRandomCompletions && ok; ++i) {
      // Half of the digits stay at the possible patient's, so that constraints let many through. What does not
      // matter is drawn too: the others are the same completions whatever the claim.
      for (Digit& d : digits) {
        const std::size_t choice = next(2) == 0 ? d.anchor : next(d.choices.size());
        if (d.matters && choice != d.at) put(d, choice, patient);
      }
      ask(1);
    }
    out.grounds = fmt::format("replayed: the corners and random others, {} completions", tried);
  }
  out.confirmed = ok && tried > 0;
  return out;
}

}  // namespace gdl::analysis
