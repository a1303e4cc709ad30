// See unknown.h.
#include "oracle/unknown.h"

#include <algorithm>

namespace gdl::oracle {

using namespace sema;

void each_patient(const Model& model, const Case& c,
                  const std::function<void(const Patient&)>& visit) {
  Patient p;
  p.values.resize(model.facts.size());
  p.known.assign(model.facts.size(), 0);
  for (std::size_t i = 0; i < model.facts.size(); ++i) {
    FactId f(i);
    p.known[f] = c.given[f] != 0 && c.values[f].size() == 1 ? 1 : 0;
  }
  auto next = [&](auto&& self, std::size_t i) -> void {
    if (i == model.facts.size()) {
      visit(p);
      return;
    }
    for (const Value& v : c.values[FactId(i)]) {
      p.values[FactId(i)] = v;
      self(self, i + 1);
    }
  };
  next(next, 0);
}

namespace {

Rational between(const Rational& a, const Rational& b, std::int64_t part, std::int64_t parts) {
  Rational span;
  Rational step;
  Rational out;
  (void)gdlrt::num::sub(b, a, span);
  (void)gdlrt::num::mul(span, Rational::from_int(part), step);
  (void)gdlrt::num::div(step, Rational::from_int(parts), span);
  (void)gdlrt::num::add(a, span, out);
  return out;
}

std::vector<Rational> number_points(const Model& model, FactId id) {
  const Fact& f = model.facts[id];
  std::vector<Rational> ends = {f.lo, f.hi};
  for (const Cond& c : model.conds) {
    if (c.kind == CondKind::fact_compare && c.fact == id) ends.push_back(c.number);
  }
  if (f.default_value.has_value()) ends.push_back(f.default_value->number);
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  std::vector<Rational> out;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (i > 0 && f.kind == FactKind::decimal) {
      out.push_back(between(ends[i - 1], ends[i], 1, 3));
      out.push_back(between(ends[i - 1], ends[i], 2, 3));
    }
    if (i > 0 && f.kind == FactKind::integer) {
      Rational after;
      Rational before;
      (void)gdlrt::num::add(ends[i - 1], Rational::from_int(1), after);
      (void)gdlrt::num::sub(ends[i], Rational::from_int(1), before);
      if (after < ends[i]) out.push_back(after);
      if (after < before) out.push_back(before);
    }
    out.push_back(ends[i]);
  }
  return out;
}

bool same(FactKind kind, const Value& a, const Value& b) {
  switch (kind) {
    case FactKind::boolean:
    case FactKind::enumeration: return a.index == b.index;
    case FactKind::set: return a.set == b.set;
    case FactKind::integer:
    case FactKind::decimal: return a.number == b.number;
  }
  return false;
}

bool some_possible(const Model& model, const Case& c) {
  bool out = false;
  each_patient(model, c, [&](const Patient& p) { out = out || possible(model, p); });
  return out;
}

/// How often something held.
struct Count {
  std::size_t held = 0, asked = 0;
  void add(bool holds) {
    held += holds ? 1 : 0;
    ++asked;
  }
  [[nodiscard]] bool all() const { return held == asked; }
};

/// What is counted over the patients of a case.
struct Counts {
  std::vector<std::pair<Offer, std::size_t>> offers;
  IdVector<RuleTag, Count> rules;
  IdVector<DecisionTag, Count> applies, gap, stranded;
  std::size_t patients = 0;

  explicit Counts(const Model& m) {
    rules.resize(m.rules.size());
    applies.resize(m.decisions.size());
    gap.resize(m.decisions.size());
    stranded.resize(m.decisions.size());
  }
  [[nodiscard]] std::size_t held(const Offer& o) const {
    for (const auto& [offer, n] : offers) {
      if (offer == o) return n;
    }
    return 0;
  }
};

void add(const Model& m, const Patient& p, Counts& counts) {
  Advice a = evaluate(m, p);
  ++counts.patients;
  for (std::size_t i = 0; i < m.rules.size(); ++i) {
    counts.rules[RuleId(i)].add(in_force(m, a, RuleId(i)));
  }
  std::vector<Offer> seen;
  for (std::size_t i = 0; i < m.decisions.size(); ++i) {
    DecisionId d(i);
    counts.applies[d].add(a.decisions[d].applies);
    counts.gap[d].add(a.decisions[d].gap);
    counts.stranded[d].add(a.decisions[d].stranded);
    for (const ForResult& f : a.decisions[d].fors) {
      if (!f.kept) continue;
      for (WayId w : f.left) {
        Offer o{d, m.rules[f.rule].directives[f.directive].verb, w, parameters_left(m, a, w)};
        if (std::find(seen.begin(), seen.end(), o) == seen.end()) seen.push_back(std::move(o));
      }
    }
  }
  for (Offer& o : seen) {
    auto it = std::find_if(counts.offers.begin(), counts.offers.end(),
                           [&](const auto& entry) { return entry.first == o; });
    if (it == counts.offers.end()) {
      counts.offers.emplace_back(std::move(o), 1);
    } else {
      ++it->second;
    }
  }
}

Status status(const Count& possible_ones, const Count& all) {
  if (possible_ones.held == 0) return Status::never;
  if (!possible_ones.all()) return Status::possible;
  return all.all() ? Status::certain : Status::assumed;
}

}  // namespace

std::vector<Value> fact_points(const Model& model, FactId id) {
  const Fact& f = model.facts[id];
  std::vector<Value> out;
  Value v;
  switch (f.kind) {
    case FactKind::boolean:
    case FactKind::enumeration:
      for (std::size_t i = 0; i < f.enumerators.size(); ++i) {
        v.index = static_cast<std::uint32_t>(i);
        out.push_back(v);
      }
      break;
    case FactKind::set:
      for (std::uint64_t s = 0; s < std::uint64_t{1} << f.enumerators.size(); ++s) {
        v.set = s;
        out.push_back(v);
      }
      break;
    case FactKind::integer:
    case FactKind::decimal:
      for (const Rational& r : number_points(model, id)) {
        v.number = r;
        out.push_back(v);
      }
      break;
  }
  return out;
}

Case open_case(const Model& model) {
  Case c;
  c.given.assign(model.facts.size(), 0);
  for (std::size_t i = 0; i < model.facts.size(); ++i) {
    c.values.push(fact_points(model, FactId(i)));
  }
  return c;
}

std::optional<Case> case_of(const Model& model, const Scenario& scenario) {
  Case c = open_case(model);
  Patient p;  // of the fact a given speaks of; nothing else is read
  p.values.resize(model.facts.size());
  p.known.assign(model.facts.size(), 0);
  for (const Given& g : scenario.given) {
    c.given[g.fact] = 1;
    if (g.explicit_unknown) continue;
    std::vector<Value> left;
    for (const Value& v : c.values[g.fact]) {
      p.values[g.fact] = v;
      if (holds(model, g.when, p)) left.push_back(v);
    }
    if (left.empty()) return std::nullopt;
    c.values[g.fact] = std::move(left);
  }
  return c;
}

Case with_defaults(const Model& model, const Case& given) {
  Case c = given;
  for (std::size_t i = 0; i < model.facts.size(); ++i) {
    FactId f(i);
    const Fact& fact = model.facts[f];
    if (c.given[f] != 0 || !fact.default_value.has_value()) continue;
    Case with = c;
    std::erase_if(with.values[f],
                  [&](const Value& v) { return !same(fact.kind, v, *fact.default_value); });
    if (some_possible(model, with)) c = std::move(with);
  }
  return c;
}

bool Answer::settled(DecisionId decision) const {
  return std::none_of(offers.begin(), offers.end(), [&](const auto& entry) {
    return entry.first.decision == decision && entry.second == Status::possible;
  });
}

Answer answer(const Model& model, const Case& c) {
  Answer out;
  Counts assumed(model);  // the possible patients, defaults applied
  Counts all(model);      // everybody who agrees with what is given
  each_patient(model, with_defaults(model, c), [&](const Patient& p) {
    if (possible(model, p)) add(model, p, assumed);
  });
  each_patient(model, c, [&](const Patient& p) { add(model, p, all); });
  out.impossible = assumed.patients == 0;
  for (const auto& [offer, held] : assumed.offers) {
    Count possible_ones{held, assumed.patients};
    out.offers.emplace_back(offer, status(possible_ones, {all.held(offer), all.patients}));
  }
  for (std::size_t i = 0; i < model.rules.size(); ++i) {
    out.rules.push(status(assumed.rules[RuleId(i)], all.rules[RuleId(i)]));
  }
  for (std::size_t i = 0; i < model.decisions.size(); ++i) {
    DecisionId d(i);
    out.applies.push(status(assumed.applies[d], all.applies[d]));
    out.gap.push(status(assumed.gap[d], all.gap[d]));
    out.stranded.push(status(assumed.stranded[d], all.stranded[d]));
  }
  return out;
}

namespace {

/// The offers of a decision, and whether each is only possible: what `ask` compares.
std::vector<std::pair<Offer, bool>> offers_of(const Answer& a, DecisionId d) {
  std::vector<std::pair<Offer, bool>> out;
  for (const auto& [offer, status] : a.offers) {
    if (offer.decision == d) out.emplace_back(offer, status == Status::possible);
  }
  return out;
}

bool same_offers(const std::vector<std::pair<Offer, bool>>& a,
                 const std::vector<std::pair<Offer, bool>>& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& entry) {
           return std::find(b.begin(), b.end(), entry) != b.end();
         });
}

/// What a case that extends this one may say of the fact: any of its values; of a set, of each element that it is
/// in, is not in, or is open.
std::vector<std::vector<Value>> narrowings(const Model& model, const Case& c, FactId f) {
  const std::vector<Value>& values = c.values[f];
  std::vector<std::vector<Value>> out;
  for (std::uint64_t subset = 1; subset < std::uint64_t{1} << values.size(); ++subset) {
    std::vector<Value> some;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (((subset >> k) & 1u) != 0) some.push_back(values[k]);
    }
    if (model.facts[f].kind == FactKind::set) {
      std::uint64_t in = ~std::uint64_t{0};
      std::uint64_t may = 0;
      for (const Value& v : some) {
        in &= v.set;
        may |= v.set;
      }
      std::uint64_t open = may & ~in;
      std::size_t all = 1;
      for (; open != 0; open &= open - 1) all *= 2;
      if (some.size() != all) continue;
    }
    out.push_back(std::move(some));
  }
  return out;
}

/// The fact is open in the case, and learning some value of it changes the offers.
bool changes(const Model& model, const Case& c, DecisionId d, FactId f) {
  if (c.given[f] != 0 && c.values[f].size() == 1) return false;  // known already
  Answer before = answer(model, c);
  if (before.impossible) return false;
  for (const Value& v : c.values[f]) {
    Case learnt = c;
    learnt.values[f] = {v};
    learnt.given[f] = 1;
    Answer after = answer(model, learnt);
    if (!after.impossible && !same_offers(offers_of(before, d), offers_of(after, d))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::vector<FactId>> ask(const Model& model, const Case& given, DecisionId decision,
                                       std::size_t limit) {
  // What is assumed is not asked for: the default counts as given, but not as known.
  Case c = with_defaults(model, given);
  std::size_t total = 1;
  IdVector<FactTag, std::vector<std::vector<Value>>> narrowed;
  for (std::size_t i = 0; i < model.facts.size(); ++i) {
    if (c.values[FactId(i)].size() > 16) return std::nullopt;
    narrowed.push(narrowings(model, c, FactId(i)));
    total *= narrowed[FactId(i)].size();
    if (total > limit) return std::nullopt;
  }
  std::vector<bool> matters(model.facts.size(), false);
  Case extended = c;
  auto next = [&](auto&& self, std::size_t i) -> void {
    if (i == model.facts.size()) {
      for (std::size_t k = 0; k < model.facts.size(); ++k) {
        matters[k] = matters[k] || changes(model, extended, decision, FactId(k));
      }
      return;
    }
    FactId f(i);
    for (const std::vector<Value>& values : narrowed[f]) {
      extended.values[f] = values;
      extended.given[f] = values.size() < c.values[f].size() ? 1 : c.given[f];
      self(self, i + 1);
    }
    // The one value that a default, or the fact itself, leaves may be given as well: then it is known.
    if (c.values[f].size() == 1 && c.given[f] == 0) {
      extended.given[f] = 1;
      self(self, i + 1);
    }
  };
  next(next, 0);
  std::vector<FactId> out;
  for (std::size_t i = 0; i < matters.size(); ++i) {
    if (matters[i]) out.push_back(FactId(i));
  }
  return out;
}

}  // namespace gdl::oracle
