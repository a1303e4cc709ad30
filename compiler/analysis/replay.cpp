// Replays witnesses: see replay.h.
#include "analysis/replay.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <map>
#include <unordered_map>

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
  std::size_t index;  ///< among all digits
  FactId fact;
  VarMeaning::Kind kind;
  std::uint32_t element;
  Var var;                           ///< in the box's scope, or none
  std::vector<std::size_t> choices;  ///< those of the box
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
    Digit d{out.size(), f, kind, element, {}, {}};
    d.var = variable(scope, d);
    const Bits* mask = d.var.valid() ? box.find(d.var) : nullptr;
    d.choices.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      if (mask == nullptr || mask->test(i)) d.choices.push_back(i);
    }
    out.push_back(std::move(d));
  };
  out.reserve(tables.model.facts.size());
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

/// A patient who has what digits say, as soon as somebody asks.
struct Shown {
  oracle::Patient patient;
  std::vector<std::size_t> at;  ///< which choice of each digit the patient has; or `kNone`
  static constexpr auto kNone = static_cast<std::size_t>(-1);
};

/// The patient, in whose guideline the digit's fact is `fact`, has what the digit says.
void put(const space::Classes& classes, const Digit& d, FactId fact, Shown& to) {
  if (to.at[d.index] == d.at) return;
  to.at[d.index] = d.at;
  oracle::Patient& p = to.patient;
  const std::size_t v = d.choices[d.at];
  switch (d.kind) {
    case VarMeaning::Kind::value: p.values[fact] = classes.sample(d.fact, v); break;
    case VarMeaning::Kind::known: p.known[fact] = static_cast<std::uint8_t>(v); break;
    case VarMeaning::Kind::element: {
      std::uint64_t bit = std::uint64_t{1} << d.element;
      std::uint64_t& set = p.values[fact].set;
      set = v == 1 ? set | bit : set & ~bit;
      break;
    }
  }
}

/// The digits of each fact of the guideline that have a choice and matter.
using ByFact = IdVector<FactTag, std::vector<const Digit*>>;

/// Questions about the patient that the digits say, of which it is known on which facts the answers hang. Each is
/// asked once for all completions that are alike in these, if there are few enough choices; and only of whom it is
/// asked the patient is made.
class Remembered {
 public:
  using Ask = std::function<bool(std::size_t question)>;

  /// `patient`: what `ask` asks about; it has what does not vary. `most`: answers that are kept at most.
  Remembered(const space::Classes& classes, Shown& patient, Ask ask, std::size_t most)
      : classes_(classes), patient_(patient), ask_(std::move(ask)), left_(most) {}

  /// Adds a question that hangs on what `hangs_on` was told last.
  void add() {
    constexpr std::size_t kMost = 4096;
    std::size_t n = 1;
    for (std::size_t i = questions_.empty() ? 0 : questions_.back().last; i < steps_.size(); ++i) {
      steps_[i].step = n;
      n = std::min(n * steps_[i].digit->choices.size(), kMost + 1);
    }
    Question q{questions_.empty() ? 0 : questions_.back().last, steps_.size(), kNotKept};
    if (n <= kMost && n <= left_) {
      left_ -= n;
      q.answers = answers_.size();
      answers_.resize(answers_.size() + n, kUnknown);
    }
    questions_.push_back(q);
  }
  /// The question that is added next hangs on these digits; in the patient's guideline their fact is `fact`.
  void hangs_on(const std::vector<const Digit*>& digits, FactId fact) {
    for (const Digit* d : digits) steps_.push_back({d, fact, 0});
  }

  [[nodiscard]] std::size_t size() const { return questions_.size(); }
  /// The answer is not the same for all completions, for all that is known.
  [[nodiscard]] bool varies(std::size_t question) const {
    return questions_[question].first != questions_[question].last;
  }
  /// The one digit that the answer hangs on; null if there are several, or none.
  [[nodiscard]] const Digit* only(std::size_t question) const {
    const Question& q = questions_[question];
    return q.last - q.first == 1 ? steps_[q.first].digit : nullptr;
  }
  bool operator()(std::size_t question) {
    const Question& q = questions_[question];
    std::size_t at = q.answers;
    for (std::size_t i = q.first; i < q.last; ++i) {
      const Step& step = steps_[i];
      if (at == kNotKept) {
        put(classes_, *step.digit, step.fact, patient_);
      } else {
        at += step.digit->at * step.step;
      }
    }
    if (at == kNotKept) return ask_(question);
    if (answers_[at] == kUnknown) answers_[at] = asked(question) ? kYes : kNo;
    return answers_[at] == kYes;
  }

 private:
  struct Step {
    const Digit* digit;
    FactId fact;
    std::size_t step;  ///< what the digit's next choice adds to the place of the answer
  };
  struct Question {
    std::size_t first, last;  ///< of its steps
    std::size_t answers;      ///< where they begin
  };
  static constexpr std::uint8_t kUnknown = 0, kYes = 1, kNo = 2;
  static constexpr auto kNotKept = static_cast<std::size_t>(-1);

  bool asked(std::size_t question) {
    const Question& q = questions_[question];
    for (std::size_t i = q.first; i < q.last; ++i) {
      put(classes_, *steps_[i].digit, steps_[i].fact, patient_);
    }
    return ask_(question);
  }

  const space::Classes& classes_;
  Shown& patient_;
  Ask ask_;
  std::size_t left_;
  std::vector<Question> questions_;
  std::vector<Step> steps_;  // of the questions, in their order
  std::vector<std::uint8_t> answers_;
};

/// Answers that are kept of constraints, and of what step 1 asks; and verdicts on advice.
constexpr std::size_t kAnswers = std::size_t{1} << 20;
constexpr std::size_t kVerdicts = 1024;

/// A claim about advice, asked of completions. Step 1 of each rule hangs on the facts that the rule names, and all
/// else on step 1: patients to whom the same rules apply are advised alike, and judged once.
class Asked {
 public:
  /// `patient`: of the claim's guideline; it has what does not vary.
  Asked(const Claim& claim, const space::Classes& classes, const ByFact& digits, Shown& patient)
      : claim_(claim),
        footing_(*claim.footing),
        answers_(
            classes, patient,
            [&footing = footing_, &patient](std::size_t i) {
              return oracle::holds(footing.oracle().model(), footing.questions()[i].when,
                                   patient.patient);
            },
            kAnswers) {
    for (const Footing::Question& q : footing_.questions()) {
      for (FactId f : q.facts) {
        answers_.hangs_on(digits[claim.part == nullptr ? f : claim.part->facts[f]], f);
      }
      answers_.add();
    }
    const Model& model = footing_.oracle().model();
    const std::size_t decisions = model.decisions.size();
    applying_.resize(footing_.first().size());
    std::vector<std::size_t> bits(decisions, kNone);  // of decisions, in the key
    for (std::size_t i = 0; i < applying_.size(); ++i) {
      const DecisionId home =
          i < decisions ? DecisionId() : model.rules[RuleId(i - decisions)].decision;
      First f{i, home.valid() ? bits[home.value] : kNone, parts_.size(), 0};
      const std::size_t alone = alone_.size();
      bool never = home.valid() && f.home == kNone && applying_[home.value] == 0;
      for (const Footing::Part& part : footing_.first()[i]) {
        if (const Digit* d = answers_.only(part.question); d != nullptr) {
          alone_.push_back({d, varying_.size(), part});
        } else if (answers_.varies(part.question)) {
          parts_.push_back(part);
        } else {
          never = never || answers_(part.question) != part.answer;
        }
      }
      f.last = parts_.size();
      const bool varies =
          !never && (f.first != f.last || alone != alone_.size() || f.home != kNone);
      if (!varies) {
        parts_.resize(f.first);
        alone_.resize(alone);
        applying_[i] = never ? 0 : 1;
        continue;
      }
      if (i < decisions) bits[i] = varying_.size();
      varying_.push_back(f);
    }
    std::stable_sort(alone_.begin(), alone_.end(), [](const Alone& a, const Alone& b) {
      return a.digit->index < b.digit->index;
    });
    std::size_t rows = 0;
    for (std::size_t i = 0; i < alone_.size(); ++i) {
      if (columns_.empty() || columns_.back().digit != alone_[i].digit) {
        columns_.push_back({alone_[i].digit, i, i, rows});
        rows += alone_[i].digit->choices.size();
      }
      columns_.back().last = i + 1;
    }
    made_.resize(rows, 0);
    key_.resize((varying_.size() + 63) / 64);
    rows_.resize(rows * key_.size());
  }

  [[nodiscard]] bool holds() {
    for (std::uint64_t& word : key_) word = ~std::uint64_t{0};
    if (const std::size_t over = varying_.size() % 64; over != 0) {
      key_.back() = (std::uint64_t{1} << over) - 1;
    }
    for (const Column& c : columns_) {
      const std::uint64_t* row = row_of(c);
      for (std::size_t w = 0; w < key_.size(); ++w) key_[w] &= row[w];
    }
    for (std::size_t w = 0; w < key_.size(); ++w) {
      for (std::uint64_t left = key_[w]; left != 0; left &= left - 1) {
        const auto bit = static_cast<std::size_t>(std::countr_zero(left));
        if (!says(varying_[w * 64 + bit])) key_[w] &= ~(std::uint64_t{1} << bit);
      }
    }
    if (auto it = verdicts_.find(key_); it != verdicts_.end()) return it->second;
    for (std::size_t i = 0; i < varying_.size(); ++i) applying_[varying_[i].place] = in_key(i);
    const bool verdict = claim_.advice(footing_.oracle().advise(applying_));
    if (verdicts_.size() < kVerdicts) verdicts_.emplace(key_, verdict);
    return verdict;
  }

 private:
  static constexpr auto kNone = static_cast<std::size_t>(-1);
  using Key = std::vector<std::uint64_t>;
  struct HashKey {
    std::size_t operator()(const Key& key) const {
      std::uint64_t h = key.size();
      for (std::uint64_t word : key) {
        h = (h ^ word) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
      }
      return static_cast<std::size_t>(h);
    }
  };

  /// What step 1 says of a decision or a rule, where it hangs on who is asked; its place among these is its bit in the
  /// key.
  struct First {
    std::size_t place;        ///< in `applying_`
    std::size_t home;         ///< of a rule whose decision varies, the decision's bit; else none
    std::size_t first, last;  ///< of those of its parts that hang on several digits
  };
  /// A part that hangs on one digit alone.
  struct Alone {
    const Digit* digit;
    std::size_t bit;
    Footing::Part part;
  };
  /// A digit on which parts hang, and for each of its choices a row of the bits that these parts leave.
  struct Column {
    const Digit* digit;
    std::size_t first, last;  ///< of its parts
    std::size_t rows;         ///< where they begin
  };

  [[nodiscard]] std::uint8_t in_key(std::size_t bit) const {
    return static_cast<std::uint8_t>(key_[bit / 64] >> bit % 64 & 1u);
  }
  /// Of a bit that the rows leave; the decisions' bits are settled.
  bool says(const First& f) {
    if (f.home != kNone && in_key(f.home) == 0) return false;
    for (std::size_t i = f.first; i < f.last; ++i) {
      if (answers_(parts_[i].question) != parts_[i].answer) return false;
    }
    return true;
  }
  /// The row of the choice that the patient has.
  const std::uint64_t* row_of(const Column& c) {
    const std::size_t at = c.rows + c.digit->at;
    std::uint64_t* row = rows_.data() + at * key_.size();
    if (made_[at] != 0) return row;
    made_[at] = 1;
    std::fill(row, row + key_.size(), ~std::uint64_t{0});
    for (std::size_t i = c.first; i < c.last; ++i) {
      const Alone& a = alone_[i];
      if (answers_(a.part.question) != a.part.answer) {
        row[a.bit / 64] &= ~(std::uint64_t{1} << a.bit % 64);
      }
    }
    return row;
  }

  const Claim& claim_;
  const Footing& footing_;
  Remembered answers_;  // of the footing's questions
  oracle::Applying applying_;
  std::vector<Footing::Part> parts_;
  std::vector<First> varying_;  // decisions first
  std::vector<Alone> alone_;    // by digit
  std::vector<Column> columns_;
  std::vector<std::uint64_t> rows_;                  // of all columns
  std::vector<std::uint8_t> made_;                   // which of them are
  Key key_;                                          // of the patient: what of `varying_` applies
  std::unordered_map<Key, bool, HashKey> verdicts_;  // looked up only: their order is nobody's
};

}  // namespace

Footing::Footing(const oracle::Oracle& oracle) : oracle_(oracle) {
  const Model& model = oracle.model();
  for (const Decision& d : model.decisions) split(d.domain, true, first_.emplace_back());
  for (const Rule& r : model.rules) {
    std::vector<Part>& parts = first_.emplace_back();
    split(r.when, true, parts);
    if (r.unless.valid()) split(r.unless, false, parts);
  }
}

void Footing::split(CondId cond, bool answer, std::vector<Part>& out) {
  const Cond& c = oracle_.model().conds[cond];
  if (c.kind == CondKind::negation) {
    split(c.children[0], !answer, out);
  } else if (c.kind == (answer ? CondKind::all : CondKind::any)) {
    for (CondId child : c.children) split(child, answer, out);
  } else {
    auto [it, fresh] = place_.emplace(cond, questions_.size());
    if (fresh) questions_.push_back({cond, facts_of(oracle_.model(), cond)});
    out.push_back({it->second, answer});
  }
}

Completions::Completions(const Tables& tables, space::Allowance allowance, std::uint64_t beyond)
    : tables_(tables),
      allowance_(std::move(allowance)),
      beyond_(beyond),
      constrained_(tables.model.facts.size(), false) {
  for (const Impossible& i : tables.model.impossibles) {
    constraint_facts_.push_back(facts_of(tables.model, i.when));
    for (FactId f : constraint_facts_.back()) constrained_[f.value] = true;
  }
}

void Completions::prepare() {
  if (prepared_) return;
  prepared_ = true;
  if (tables_.model.impossibles.empty()) return;
  const std::vector<CondId> conds = constraints(tables_.model);
  auto make = [&](std::unique_ptr<space::Sets> sets) {
    constraints_.emplace(tables_, std::vector<DecisionId>{}, std::vector<RuleId>{}, conds,
                         std::move(sets));
    return constraints_->possible();
  };
  Node possible = make(std::make_unique<space::Diagram>(allowance_.steps, allowance_.cancelled));
  const bool cancelled = allowance_.cancelled && allowance_.cancelled();
  if (constraints_->exhausted() && !cancelled) {
    possible = make(std::make_unique<space::Circuit>(allowance_));
  }
  if (possible.valid() && !constraints_->sets().nobody(possible) && !constraints_->exhausted()) {
    base_ = constraints_->sets().some(possible);
  }
  undecided_ = constraints_->exhausted();
}

Replay Completions::replay(Scope& scope, const Box& box, const Claim& claim) {
  prepare();
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
  Node inside = g.both({g.box(box), scope.possible()});
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

  Shown patient;
  patient.at.assign(digits.size(), Shown::kNone);
  patient.patient.values.resize(model.facts.size());
  patient.patient.known.assign(model.facts.size(), 1);
  std::uint64_t total = beyond_;
  std::uint64_t alike = 1;   // completions that differ in nothing that matters
  std::vector<Digit*> vary;  // those that matter and have a choice
  ByFact by_fact;
  by_fact.resize(model.facts.size());
  for (Digit& d : digits) {
    total = total > kAllCompletions ? total : total * d.choices.size();
    if (total <= kAllCompletions && !d.matters) alike *= d.choices.size();
    d.at = d.anchor;
    if (!d.matters) continue;
    put(tables_.classes, d, d.fact, patient);
    if (d.choices.size() < 2) continue;
    vary.push_back(&d);
    by_fact[d.fact].push_back(&d);
  }
  Remembered excluded(
      tables_.classes, patient,
      [&](std::size_t i) {
        return oracle::holds(model, model.impossibles[i].when, patient.patient);
      },
      kAnswers);
  for (const std::vector<FactId>& facts : constraint_facts_) {
    for (FactId f : facts) excluded.hangs_on(by_fact[f], f);
    excluded.add();
  }
  Shown own;  // the patient of a part
  if (claim.part != nullptr) {
    own.at = patient.at;
    oracle::within(*claim.part, patient.patient, own.patient);
  }
  std::optional<Asked> asked;
  if (claim.advice) {
    asked.emplace(claim, tables_.classes, by_fact, claim.part != nullptr ? own : patient);
  }
  Replay out;
  std::uint64_t& tried = out.tried;
  bool ok = true;
  auto ask = [&](std::uint64_t completions) {
    for (std::size_t i = 0; i < excluded.size(); ++i) {
      if (excluded(i)) return;
    }
    tried += completions;
    if (!ok) return;
    if (asked.has_value()) {
      ok = asked->holds();
    } else {
      for (const Digit* d : vary) put(tables_.classes, *d, d->fact, patient);
      ok = claim.patient(patient.patient);
    }
  };
  if (total <= kAllCompletions) {
    total /= beyond_ * alike;
    for (std::uint64_t n = 0; n < total && ok; ++n) {
      ask(alike);
      for (Digit* d : vary) {
        d->at = d->at + 1 == d->choices.size() ? 0 : d->at + 1;
        if (d->at != d->anchor) break;  // a full turn of this digit carries to the next
      }
    }
    out.grounds = fmt::format("replayed: all {} completions", tried);
  } else {
    std::uint64_t random = 0x243f6a8885a308d3u;  // fixed: the same completions everywhere
    // Half of the digits stay at the possible patient's, so that constraints let many through.
    auto draw = [&](const Digit& d) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      // Which it is cannot be foretold: without a branch.
      const auto other = static_cast<std::size_t>((random << 1 >> 32) * d.choices.size() >> 32);
      return d.anchor ^ ((d.anchor ^ other) & (std::size_t{0} - (random >> 63)));
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
        d.at = c;
        ask(1);
      }
      d.at = d.anchor;
    }
    for (std::uint64_t i = 0; i < kRandomCompletions && ok; ++i) {
      for (Digit* d : vary) d->at = draw(*d);
      ask(1);
    }
    out.grounds = fmt::format("replayed: the corners and random others, {} completions", tried);
  }
  out.confirmed = ok && tried > 0;
  out.undecided = ok && tried == 0 && undecided_;
  return out;
}

}  // namespace gdl::analysis
