// Replays witnesses: see replay.h.
#include "analysis/replay.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "support/limits.h"

namespace gdl::analysis {

using namespace sema;
using space::Box;
using space::Node;
using space::Scope;
using space::Tables;
using space::Var;
using space::VarMeaning;

namespace {

constexpr auto kAllCompletions = static_cast<std::uint64_t>(limits::completions);
constexpr auto kRandomCompletions = static_cast<std::uint64_t>(limits::random_completions);

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

/// The digits of each fact of the guideline.
using ByFact = IdVector<FactTag, std::vector<const Digit*>>;

/// A question about completions, of which it is known on which facts the answer hangs: it is asked once for all
/// completions that are alike in these, if there are few enough choices.
class Remembered {
 public:
  Remembered() = default;  ///< remembers nothing
  /// `budget`: answers that may still be kept.
  Remembered(const ByFact& digits, const std::vector<FactId>& facts, std::size_t& budget) {
    constexpr std::size_t kMost = 4096;
    std::size_t n = 1;
    for (FactId f : facts) {
      for (const Digit* d : digits[f]) {
        if (d->choices.size() < 2) continue;
        steps_.emplace_back(d, n);
        n *= d->choices.size();
        if (n > kMost || n > budget) return;
      }
    }
    budget -= n;
    answers_.assign(n, kUnknown);
  }

  template <class Ask>
  bool operator()(const Ask& ask) {
    if (answers_.empty()) return ask();
    std::size_t at = 0;
    for (const auto& [digit, step] : steps_) at += digit->at * step;
    std::uint8_t& answer = answers_[at];
    if (answer == kUnknown) answer = ask() ? kYes : kNo;
    return answer == kYes;
  }

 private:
  static constexpr std::uint8_t kUnknown = 0, kYes = 1, kNo = 2;
  std::vector<std::pair<const Digit*, std::size_t>>
      steps_;                          // what the next choice adds to the index
  std::vector<std::uint8_t> answers_;  // none: always ask
};

/// Answers that all of a replay keep at most, and verdicts on advice.
constexpr std::size_t kAnswers = std::size_t{1} << 20;
constexpr std::size_t kVerdicts = 1024;
/// With fewer completions it takes less to ask than to find out what answers hang on.
constexpr std::uint64_t kWorthRemembering = 64;

/// A claim, asked of completions. If it is about advice, step 1 of each rule hangs on the facts that the rule names,
/// and all else on step 1: patients to whom the same rules apply are advised alike, and judged once.
class Asked {
 public:
  Asked(const Claim& claim, const ByFact& digits, std::size_t budget) : claim_(claim) {
    if (!claim.advice) return;
    const Model& model = claim.oracle->model();
    if (budget == 0) {
      first_.resize(model.decisions.size() + model.rules.size());
      return;
    }
    auto remember = [&](std::vector<FactId> facts) {
      if (claim.part != nullptr) {
        for (FactId& f : facts) f = claim.part->facts[f];
      }
      first_.emplace_back(digits, facts, budget);
    };
    for (std::size_t i = 0; i < model.decisions.size(); ++i) {
      remember(facts_of(model, model.decisions[DecisionId(i)].domain));
    }
    for (std::size_t i = 0; i < model.rules.size(); ++i) {
      const Rule& r = model.rules[RuleId(i)];
      std::vector<FactId> facts = facts_of(model, r.when);
      if (r.unless.valid()) {
        for (FactId f : facts_of(model, r.unless)) {
          if (std::find(facts.begin(), facts.end(), f) == facts.end()) facts.push_back(f);
        }
      }
      remember(std::move(facts));
    }
  }

  [[nodiscard]] bool holds(const oracle::Patient& patient) {
    if (!claim_.advice) return claim_.patient(patient);
    const oracle::Oracle& oracle = *claim_.oracle;
    const Model& model = oracle.model();
    const oracle::Patient* mine = claim_.part == nullptr ? &patient : nullptr;
    auto own = [&]() -> const oracle::Patient& {
      if (mine == nullptr) {
        oracle::within(*claim_.part, patient, own_);
        mine = &own_;
      }
      return *mine;
    };
    const std::size_t decisions = model.decisions.size();
    now_.resize(decisions + model.rules.size());
    for (std::size_t i = 0; i < decisions; ++i) {
      const CondId domain = model.decisions[DecisionId(i)].domain;
      now_[i] = first_[i]([&] { return oracle::holds(model, domain, own()); }) ? 1 : 0;
    }
    for (std::size_t i = 0; i < model.rules.size(); ++i) {
      const RuleId id(i);
      const DecisionId home = model.rules[id].decision;
      const bool there = !home.valid() || now_[home.value] != 0;
      const bool applies =
          there && first_[decisions + i]([&] { return oracle::conditions_hold(model, id, own()); });
      now_[decisions + i] = applies ? 1 : 0;
    }
    const std::string_view key(reinterpret_cast<const char*>(now_.data()), now_.size());
    if (auto it = verdicts_.find(key); it != verdicts_.end()) return it->second;
    const bool verdict = claim_.advice(oracle.advise(now_));
    if (verdicts_.size() < kVerdicts) verdicts_.emplace(key, verdict);
    return verdict;
  }

 private:
  const Claim& claim_;
  std::vector<Remembered>
      first_;  // step 1 of each decision, then of each rule, its decision's domain aside
  oracle::Applying now_;
  oracle::Patient own_;
  std::map<std::string, bool, std::less<>> verdicts_;
};

}  // namespace

Completions::Completions(const Tables& tables, std::uint64_t effort, std::uint64_t beyond,
                         const std::optional<space::Allowance>& further)
    : tables_(tables), beyond_(beyond), constrained_(tables.model.facts.size(), false) {
  if (tables.model.impossibles.empty()) return;
  std::vector<CondId> conds;
  for (const Impossible& i : tables.model.impossibles) {
    conds.push_back(i.when);
    constraint_facts_.push_back(facts_of(tables.model, i.when));
    for (FactId f : constraint_facts_.back()) constrained_[f.value] = true;
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
  if (claim.part != nullptr) {
    std::vector<bool> asked = constrained_;
    for (FactId f : claim.part->facts) asked[f.value] = true;
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
  std::vector<Digit*> vary;  // those that matter and have a choice
  for (Digit& d : digits) {
    if (d.matters && d.choices.size() > 1) vary.push_back(&d);
  }
  ByFact by_fact;
  by_fact.resize(model.facts.size());
  for (const Digit& d : digits) by_fact[d.fact].push_back(&d);
  std::size_t budget = total >= kWorthRemembering ? kAnswers : 0;
  std::vector<Remembered> excluded;  // of each constraint
  for (const std::vector<FactId>& facts : constraint_facts_) {
    excluded.emplace_back(by_fact, facts, budget);
  }
  Asked asked(claim, by_fact, budget);
  Replay out;
  std::uint64_t& tried = out.tried;
  bool ok = true;
  auto possible = [&] {
    for (std::size_t i = 0; i < excluded.size(); ++i) {
      const CondId when = model.impossibles[i].when;
      if (excluded[i]([&] { return oracle::holds(model, when, patient); })) return false;
    }
    return true;
  };
  auto ask = [&](std::uint64_t completions) {
    if (!possible()) return;
    tried += completions;
    ok = ok && asked.holds(patient);
  };
  if (total <= kAllCompletions) {
    total /= beyond_ * alike;
    for (std::uint64_t n = 0; n < total && ok; ++n) {
      ask(alike);
      for (Digit* d : vary) {
        put(*d, d->at + 1 == d->choices.size() ? 0 : d->at + 1, patient);
        if (d->at != d->anchor) break;  // a full turn of this digit carries to the next
      }
    }
    out.grounds = fmt::format("replayed: all {} completions", tried);
  } else {
    std::uint64_t random = 0x243f6a8885a308d3u;  // fixed: the same completions everywhere
    // Half of the digits stay at the possible patient's, so that constraints let many through.
    auto draw = [&](const Digit& d) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      if (random >> 63 == 0) return d.anchor;
      return static_cast<std::size_t>((random << 1 >> 32) * d.choices.size() >> 32);
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
      for (Digit* d : vary) {
        const std::size_t choice = draw(*d);
        if (choice != d->at) put(*d, choice, patient);
      }
      ask(1);
    }
    out.grounds = fmt::format("replayed: the corners and random others, {} completions", tried);
  }
  out.confirmed = ok && tried > 0;
  return out;
}

}  // namespace gdl::analysis
