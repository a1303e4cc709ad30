// The proof checker.
//
// The idea. A clause follows from others by *reverse unit propagation* (RUP) if assuming all its
// literals false, and then again and again the last literal of a clause whose others are false to be
// true, ends in a clause all of whose literals are false. (Goldberg and Novikov, "Verification of
// proofs of unsatisfiability for CNF formulas", DATE 2003.) Going over the proof forwards would check
// every lemma; most of them were never of use. So:
//   1. Forwards: lemmas come and clauses go unchecked; only what follows from the clauses without any
//      assumption (the root trail) is kept up to date, until it is a conflict or the proof ends.
//   2. Backwards, undoing step by step: each claim, and each lemma that something checked before
//      rests on, is checked against the clauses of that moment, and the clauses of its conflict are
//      marked as needed. A lemma that is not needed when its turn comes is passed over.
//   3. Propagation visits needed clauses before others, so that few more become needed.
// (Wetzler, Heule and Hunt, "DRAT-trim: Efficient checking and trimming using expressive clausal
// proofs", SAT 2014.) Clauses are found by two watched literals (Moskewicz et al., "Chaff: Engineering
// an Efficient SAT Solver", DAC 2001).
//
// Why it is right. A clause is in use at a moment only if it is of the formula or a lemma that was
// added before; a needed lemma is checked in turn, with older clauses only. So by induction over the
// age all that is needed follows from the formula. What is *taken away* is of no concern to this, so
// a removal of a clause that is not there is passed over, and so is that of a clause that gave the
// root trail a literal: the trail then only ever grows going forwards, and cutting it where a lemma
// began to add to it is undoing the lemma. A lemma that does not follow but only keeps the formula
// satisfiable (RAT) is rejected like any other that does not follow.
//
// Invariants of the watches, between operations: a clause in use with two literals or more is watched
// by its first two; if one of them is false, the other is true and became so in the same step or
// before. A clause out of use may still stand in the lists; it drops out when it is met there.
#include "proof/check.h"

#include <algorithm>
#include <array>
#include <optional>

#include "clauses.h"
#include "drat.h"

namespace gdl::proof {

namespace {

using Why = Rejected::Why;

class Checker {
 public:
  Checker(const Cnf& cnf, std::string_view steps, std::span<const Claim> claims,
          std::uint64_t effort, const std::function<bool()>& cancelled)
      : cnf_(cnf),
        bytes_(steps),
        claims_(claims),
        effort_(effort),
        cancelled_(cancelled),
        clauses_(cnf.variables()),
        value_(cnf.variables() * 2),
        reason_(cnf.variables()),
        position_(cnf.variables()),
        explained_(cnf.variables()),
        watches_{std::vector<std::vector<Watch>>(cnf.variables() * 2),
                 std::vector<std::vector<Watch>>(cnf.variables() * 2)} {}

  std::variant<Checked, Rejected> run() {
    if (load() && forwards() && backwards()) {
      result_.steps = spent_;
      return result_;
    }
    return rejected_;
  }

 private:
  struct Watch {
    ClauseRef clause;
    Lit other;  // some other literal of the clause: if it is true, there is nothing to do
  };
  // A step of the proof that changed the clauses.
  struct Change {
    ClauseRef clause;
    bool lemma = false;  // else a removal
    std::uint64_t at = 0;
  };
  // The lists of needed clauses, and of the others.
  enum List : std::uint8_t { kFirst, kSecond };

  bool reject(Why why, std::uint64_t at) {
    rejected_ = {why, at};
    return false;
  }
  // False once the effort is spent.
  bool spend(std::uint64_t steps) {
    spent_ += steps;
    if (spent_ >= ask_at_) {
      ask_at_ = spent_ + kAskEvery;
      if (cancelled_ && cancelled_()) effort_ = 0;
    }
    return spent_ <= effort_ || reject(Why::effort_spent, spent_);
  }

  // -- 1. forwards ---------------------------------------------------------------------------------
  bool load() {
    for (ClauseIndex c(0u); c.value < cnf_.clauses(); ++c.value) {
      ClauseRef clause = clauses_.add(cnf_.clause(c));
      if (!clause) return reject(Why::effort_spent, spent_);
      if (!spend(1 + clauses_.size(clause)) || !use(clause)) return false;
      formula_end_ = clause.value + 1;
    }
    return true;
  }

  bool forwards() {
    DratReader reader(bytes_, cnf_.variables());
    for (;;) {
      // Once there is a conflict, no clause is added any more: whatever is claimed later follows.
      while (placed_.size() < claims_.size() && claims_[placed_.size()].at == reader.at()) {
        placed_.push_back(changes_.size());
      }
      std::uint64_t at = reader.at();
      DratReader::Step step = reader.next();
      if (step == DratReader::Step::malformed) return reject(Why::malformed, at);
      if (step == DratReader::Step::end) break;
      if (!spend(1 + reader.clause().size())) return false;
      if (conflict_) continue;
      if (step == DratReader::Step::lemma) {
        ClauseRef lemma = clauses_.add(reader.clause());
        if (!lemma) return reject(Why::effort_spent, spent_);
        ++result_.lemmas;
        changes_.push_back({lemma, true, at});
        if (!use(lemma)) return false;
      } else {
        remove(reader.clause(), at);
      }
    }
    if (placed_.size() < claims_.size()) {
      return reject(Why::malformed, claims_[placed_.size()].at);
    }
    for (const Claim& claim : claims_) {
      for (Lit l : claim.clause) {
        if (l.variable().value >= cnf_.variables()) return reject(Why::malformed, claim.at);
      }
    }
    return true;
  }

  void remove(std::span<const Lit> literals, std::uint64_t at) {
    ClauseRef clause = clauses_.remove(literals);
    if (!clause || literal_given(clause)) return;
    clauses_.flags(clause) |= kUnused;
    changes_.push_back({clause, false, at});
  }

  // The literal of the trail that is there because of the clause, if there is one.
  std::optional<Lit> literal_given(ClauseRef clause) {
    const std::uint32_t* codes = clauses_.codes(clause);
    // Of two literals or more, it is one of those watched.
    for (std::uint32_t i = 0; i < clauses_.size(clause) && i < 2; ++i) {
      if (value_[codes[i]] > 0 && reason_[codes[i] / 2] == clause) return Lit::of_code(codes[i]);
    }
    return std::nullopt;
  }

  // Takes a clause into use, and the root trail with it. False if the effort is spent.
  bool use(ClauseRef clause) {
    std::uint32_t* codes = clauses_.codes(clause);
    std::uint32_t size = clauses_.size(clause);
    clauses_.flags(clause) &= ~std::uint32_t{kUnused};
    if ((clauses_.flags(clause) & kTrivial) != 0 || conflict_) return true;
    if (size >= 2) watch(clause);
    if (size == 0 || value_[codes[0]] < 0) {
      conflict_ = clause;
      return true;
    }
    if (value_[codes[0]] > 0 || (size >= 2 && value_[codes[1]] == 0)) return true;
    assign(Lit::of_code(codes[0]), clause);
    conflict_ = propagate();
    return spent_ <= effort_;
  }

  // Moves the two best literals to the front and watches them: true ones before unassigned before
  // false, and of false ones those that became so last.
  void watch(ClauseRef clause) {
    std::uint32_t* codes = clauses_.codes(clause);
    std::uint32_t size = clauses_.size(clause);
    for (std::uint32_t k = 0; k < 2; ++k) {
      std::uint32_t best = k;
      for (std::uint32_t i = k + 1; i < size; ++i) {
        if (better(codes[i], codes[best])) best = i;
      }
      std::swap(codes[k], codes[best]);
    }
    List list = (clauses_.flags(clause) & kNeeded) != 0 ? kFirst : kSecond;
    watches_[list][codes[0]].push_back({clause, Lit::of_code(codes[1])});
    watches_[list][codes[1]].push_back({clause, Lit::of_code(codes[0])});
  }
  bool better(std::uint32_t a, std::uint32_t b) const {
    if (value_[a] != value_[b]) return value_[a] > value_[b];
    return value_[a] < 0 && position_[a / 2] > position_[b / 2];
  }

  // -- the trail -----------------------------------------------------------------------------------
  void assign(Lit l, ClauseRef reason) {
    value_[l.code] = 1;
    value_[(~l).code] = -1;
    reason_[l.variable().value] = reason;
    position_[l.variable().value] = static_cast<std::uint32_t>(trail_.size());
    trail_.push_back(l);
  }

  // Takes back all literals from a place of the trail on.
  void cut(std::size_t from) {
    for (std::size_t i = from; i < trail_.size(); ++i) {
      Lit l = trail_[i];
      value_[l.code] = value_[(~l).code] = 0;
      explained_[l.variable().value] = 0;
    }
    trail_.resize(from);
    for (std::size_t& head : heads_) head = std::min(head, from);
  }

  // All that follows from the trail, needed clauses first, up to a clause that is false. None if
  // there is no such clause or the effort is spent.
  ClauseRef propagate() {
    for (;;) {
      List list = heads_[kFirst] < trail_.size() ? kFirst : kSecond;
      if (heads_[list] == trail_.size()) return {};
      std::uint32_t now_false = (~trail_[heads_[list]++]).code;
      if (!spend(1 + watches_[list][now_false].size())) return {};
      if (ClauseRef conflict = visit(list, now_false)) return conflict;
    }
  }

  // Visits the clauses of a list in which a watched literal has become false.
  ClauseRef visit(List list, std::uint32_t now_false) {
    std::vector<Watch>& watches = watches_[list][now_false];
    ClauseRef conflict;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < watches.size(); ++i) {
      Watch w = watches[i];
      if (conflict || value_[w.other.code] > 0) {
        watches[kept++] = w;
        continue;
      }
      std::uint32_t flags = clauses_.flags(w.clause);
      if ((flags & kUnused) != 0) continue;
      // A clause that has become needed since it was put into this list moves to the other.
      List to = (flags & kNeeded) != 0 ? kFirst : list;
      std::uint32_t* codes = clauses_.codes(w.clause);
      if (codes[0] == now_false) std::swap(codes[0], codes[1]);
      w.other = Lit::of_code(codes[0]);
      if (value_[codes[0]] <= 0 && rewatch(codes, clauses_.size(w.clause))) {
        watches_[to][codes[1]].push_back(w);
        continue;
      }
      if (to == list) {
        watches[kept++] = w;
      } else {
        watches_[to][now_false].push_back(w);
      }
      if (value_[codes[0]] == 0) assign(w.other, w.clause);
      if (value_[codes[0]] < 0) conflict = w.clause;
    }
    watches.resize(kept);
    return conflict;
  }

  // Puts a literal that is not false in the place of the second, if there is one.
  bool rewatch(std::uint32_t* codes, std::uint32_t size) const {
    for (std::uint32_t k = 2; k < size; ++k) {
      if (value_[codes[k]] < 0) continue;
      std::swap(codes[1], codes[k]);
      return true;
    }
    return false;
  }

  // -- 2. backwards --------------------------------------------------------------------------------
  bool backwards() {
    // Clauses come back into use from here on, and none may be in a list twice.
    for (std::vector<Watch>& list : watches_[kSecond]) {
      std::erase_if(list, [&](Watch w) { return (clauses_.flags(w.clause) & kUnused) != 0; });
    }
    std::size_t claim = claims_.size();
    for (std::size_t change = changes_.size();; --change) {
      for (; claim > 0 && placed_[claim - 1] == change; --claim) {
        if (conflict_) {
          need(conflict_);
          explain();
        } else if (!follows(claims_[claim - 1].clause)) {
          return spent_ <= effort_ && reject(Why::claim, claim - 1);
        }
      }
      if (change == 0) return true;
      if (!undo(changes_[change - 1])) return false;
    }
  }

  bool undo(const Change& change) {
    ClauseRef clause = change.clause;
    std::uint32_t& flags = clauses_.flags(clause);
    if (!change.lemma) {
      flags &= ~std::uint32_t{kUnused};
      if (clauses_.size(clause) >= 2 && (flags & kTrivial) == 0) watch(clause);
      return true;
    }
    conflict_ = {};
    flags |= kUnused;
    if (std::optional<Lit> given = literal_given(clause)) cut(position_[given->variable().value]);
    if ((flags & kNeeded) == 0) return true;
    ++result_.needed;
    lemma_.clear();
    for (std::uint32_t i = 0; i < clauses_.size(clause); ++i) {
      lemma_.push_back(Lit::of_code(clauses_.codes(clause)[i]));
    }
    return follows(lemma_) || (spent_ <= effort_ && reject(Why::lemma, change.at));
  }

  // Whether the clause follows by unit propagation from those in use; if so, what it rests on is
  // marked. False too if the effort is spent.
  bool follows(std::span<const Lit> clause) {
    std::size_t root = trail_.size();
    bool shown = false;
    for (Lit l : clause) {
      if (value_[l.code] > 0) {
        // The trail has it already; or the clause holds its negation too, and there is no reason.
        explain_literal(l);
        shown = true;
        break;
      }
      if (value_[l.code] == 0) assign(~l, {});
    }
    if (!shown) {
      ClauseRef conflict = propagate();
      shown = conflict.valid();
      if (shown) need(conflict);
    }
    bool within = explain();
    cut(root);
    return shown && within;
  }

  void need(ClauseRef clause) {
    std::uint32_t& flags = clauses_.flags(clause);
    if ((flags & kNeeded) == 0 && clause.value < formula_end_) ++result_.clauses;
    flags |= kNeeded;
    to_explain_.push_back(clause);
  }
  // Marks why a literal is on the trail, once while it is there.
  void explain_literal(Lit l) {
    std::uint32_t v = l.variable().value;
    if (explained_[v] != 0) return;
    explained_[v] = 1;
    if (reason_[v]) need(reason_[v]);
  }
  // Marks all that the clauses to explain rest on. False if the effort is spent.
  bool explain() {
    while (!to_explain_.empty()) {
      ClauseRef clause = to_explain_.back();
      to_explain_.pop_back();
      std::uint32_t size = clauses_.size(clause);
      if (!spend(size)) return false;
      for (std::uint32_t i = 0; i < size; ++i) {
        explain_literal(Lit::of_code(clauses_.codes(clause)[i]));
      }
    }
    return true;
  }

  const Cnf& cnf_;
  std::string_view bytes_;
  std::span<const Claim> claims_;
  static constexpr std::uint64_t kAskEvery = 1 << 20;  // some milliseconds
  std::uint64_t effort_;
  const std::function<bool()>& cancelled_;
  std::uint64_t ask_at_ = kAskEvery;  // steps
  std::uint64_t spent_ = 0;
  Checked result_;
  Rejected rejected_;

  Clauses clauses_;
  std::uint32_t formula_end_ = 0;  // clauses that begin before are of the formula
  std::vector<Change> changes_;
  std::vector<std::size_t> placed_;  // for each claim, the number of changes before it
  ClauseRef conflict_;  // a clause that the root trail makes false, after the last change

  std::vector<Lit> trail_;
  std::array<std::size_t, 2> heads_{};  // of each list: up to where the trail has been propagated
  // For each literal: 1 true, -1 false, 0 unassigned. For each variable that is assigned: why (none:
  // assumed), where on the trail, and whether why it is there is marked already.
  std::vector<std::int8_t> value_;
  std::vector<ClauseRef> reason_;
  std::vector<std::uint32_t> position_;
  std::vector<std::uint8_t> explained_;
  // For each literal, the clauses that it is watched in.
  std::array<std::vector<std::vector<Watch>>, 2> watches_;

  std::vector<ClauseRef> to_explain_;
  std::vector<Lit> lemma_;
};

}  // namespace

std::variant<Checked, Rejected> check(const Cnf& cnf, std::string_view steps,
                                      std::span<const Claim> claims, std::uint64_t effort,
                                      const std::function<bool()>& cancelled) {
  return Checker(cnf, steps, claims, effort, cancelled).run();
}

}  // namespace gdl::proof
