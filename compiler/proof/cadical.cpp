// The only file that includes CaDiCaL. Its exceptions (memory) end here.
//
// What makes its proofs fit for check.cpp, which knows unit propagation only (RUP):
// - Techniques whose results do not follow from the clauses, but only keep them satisfiable (blocked,
//   covered and globally blocked clauses), are off. Eliminating a variable is fine: resolvents
//   follow, and the rest is removal.
// - When more questions are asked, removed clauses may have to come back, and CaDiCaL puts them back
//   without a step in the proof. So a Solver keeps what takes irredundant clauses away for good
//   (elimination, equivalent literals) off as well; then nothing ever has to come back.
// - Clauses that come between two questions are to the checker there from the beginning: what followed without them
//   follows with them.
// - Under assumptions the negation of the failed ones follows by unit propagation from the clauses
//   at that moment: that is the claim, with the place in the log.
#include <algorithm>
#include <cadical.hpp>
#include <climits>
#include <new>
#include <utility>

#include "log.h"
#include "proof/solve.h"

namespace gdl::proof {

namespace {

int dimacs(Lit l) {
  int variable = static_cast<int>(l.variable().value) + 1;
  return l.positive() ? variable : -variable;
}

// CaDiCaL has no call for the number of conflicts; each of them learns a clause, and that is told.
class Count final : public CaDiCaL::Learner {
 public:
  bool learning(int) override {
    ++learned;
    return false;
  }
  void learn(int) override {}
  std::uint64_t learned = 0;
};

class Stop final : public CaDiCaL::Terminator {
 public:
  Stop(const Log& log, const std::function<bool()>& ask) : log_(log), ask_(ask) {}
  bool terminate() override {
    cancelled = cancelled || (ask_ && ask_());
    return cancelled || log_.full();
  }
  bool cancelled = false;

 private:
  const Log& log_;
  const std::function<bool()>& ask_;
};

enum class Use : std::uint8_t { once, often };

void configure(CaDiCaL::Solver& solver, Use use) {
  // CaDiCaL takes options from the environment when it is made; this forgets them.
  solver.configure("default");
  solver.set("quiet", 1);
  for (const char* technique : {"block", "cover", "condition"}) solver.set(technique, 0);
  if (use == Use::often) {
    for (const char* technique : {"elim", "decompose"}) solver.set(technique, 0);
  }
  // What was fastest for complete decisions, whose proofs resolve the rules along a tree: they take a
  // fifth of the time and of the proof that the defaults need. Stabilizing phases and random walks
  // look for models; bumping reasons and shrinking lemmas lead away from the tree.
  for (const char* technique : {"stabilize", "walk", "bumpreason", "shrink"}) {
    solver.set(technique, 0);
  }
  solver.set("reduceint", 1000);
}

}  // namespace

struct Solver::State {
  State(const Cnf& formula, Limits l, Use use)
      : cnf(&formula), limits(std::move(l)), log(limits.proof_bytes), stop(log, limits.cancelled) {
    spent = log.full();
    if (spent) return;
    try {
      solver = std::make_unique<CaDiCaL::Solver>();
      configure(*solver, use);
      solver->trace_proof(log.file(), "proof");
      solver->connect_learner(&count);
      solver->connect_terminator(&stop);
      read();
    } catch (const std::bad_alloc&) {
      spent = Unknown::Why::memory;
    }
  }

  // The clauses that the solver has not seen yet.
  void read() {
    solver->reserve(static_cast<int>(cnf->variables()));
    for (; next.value < cnf->clauses(); ++next.value) {
      for (Lit lit : cnf->clause(next)) solver->add(dimacs(lit));
      solver->add(0);
    }
  }

  Outcome solve(std::span<const Lit> assumptions) {
    if (!spent && count.learned >= limits.conflicts) spent = Unknown::Why::conflicts;
    if (spent) return Unknown{*spent};
    int answer = 0;
    try {
      read();
      for (Lit l : assumptions) solver->assume(dimacs(l));
      std::uint64_t left = limits.conflicts - count.learned;
      solver->limit("conflicts", static_cast<int>(std::min<std::uint64_t>(left, INT_MAX)));
      answer = solver->solve();
      log.flush();
      if (log.full()) {
        spent = log.full();
      } else if (answer == 10) {
        return model(assumptions);
      } else if (answer == 20) {
        return refuted(assumptions);
      } else {
        spent = stop.cancelled ? Unknown::Why::cancelled : Unknown::Why::conflicts;
      }
    } catch (const std::bad_alloc&) {
      spent = Unknown::Why::memory;
    }
    return Unknown{*spent};
  }

  Outcome model(std::span<const Lit> assumptions) {
    Bits model(cnf->variables());
    for (std::size_t v = 0; v < cnf->variables(); ++v) {
      model.set(v, solver->val(static_cast<int>(v) + 1) > 0);
    }
    bool right =
        !first_violated(*cnf, model) &&
        std::all_of(assumptions.begin(), assumptions.end(), [&](Lit l) { return holds(model, l); });
    if (right) return Satisfiable{std::move(model)};
    spent = Unknown::Why::wrong_model;
    return Unknown{*spent};
  }

  Outcome refuted(std::span<const Lit> assumptions) {
    Unsatisfiable none{log.proof.claims.size(), {}};
    Claim claim{log.proof.steps.size(), {}};
    for (Lit l : assumptions) {
      if (!solver->failed(dimacs(l))) continue;
      none.needed.push_back(l);
      claim.clause.push_back(~l);
    }
    log.proof.claims.push_back(std::move(claim));
    return none;
  }

  const Cnf* cnf;
  ClauseIndex next{0u};  // the first clause that the solver has not seen
  Limits limits;
  Log log;
  Count count;
  Stop stop;
  std::optional<Unknown::Why> spent;
  // Last, so that it goes first: it writes to the log.
  std::unique_ptr<CaDiCaL::Solver> solver;
};

Solver::Solver(const Cnf& cnf, Limits limits)
    : state_(std::make_unique<State>(cnf, std::move(limits), Use::often)) {}
Solver::~Solver() = default;
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;

Outcome Solver::solve(std::span<const Lit> assumptions) { return state_->solve(assumptions); }
const Proof& Solver::proof() const { return state_->log.proof; }
std::uint64_t Solver::conflicts() const { return state_->count.learned; }

Solved solve(const Cnf& cnf, Limits limits) {
  Solver::State state(cnf, std::move(limits), Use::once);
  Outcome outcome = state.solve({});
  return {std::move(outcome), std::move(state.log.proof)};
}

}  // namespace gdl::proof
