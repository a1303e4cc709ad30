// Formulas for the tests, and the slow ways to judge them: truth tables, and a proof checker that
// goes forwards and tries every clause again and again.
#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <variant>
#include <vector>

#include "proof/check.h"
#include "proof/cnf.h"
#include "proof/proof.h"
#include "proof/solve.h"

namespace gdl::proof {

inline constexpr std::uint64_t kPlenty = 1u << 30;
inline Limits plenty() { return {kPlenty, kPlenty, {}}; }

/// A literal as DIMACS writes it: 1 is the first variable, -1 its negation.
inline Lit lit(int dimacs) { return Lit(Variable(std::abs(dimacs) - 1), dimacs > 0); }
inline std::vector<Lit> lits(std::initializer_list<int> dimacs) {
  std::vector<Lit> out;
  for (int d : dimacs) out.push_back(lit(d));
  return out;
}
inline Cnf formula(std::size_t variables,
                   std::initializer_list<std::initializer_list<int>> clauses) {
  Cnf cnf;
  for (std::size_t v = 0; v < variables; ++v) cnf.add_variable();
  for (auto c : clauses) cnf.add_clause(lits(c));
  return cnf;
}

inline Lit any_lit(std::mt19937& random, std::size_t variables) {
  Variable v(random() % variables);
  return Lit(v, random() % 2 == 0);
}

/// Clauses of 1 to 4 literals, now and then with a literal twice or beside its negation.
inline Cnf random_formula(std::mt19937& random, std::size_t variables, std::size_t clauses) {
  Cnf cnf;
  for (std::size_t v = 0; v < variables; ++v) cnf.add_variable();
  for (std::size_t c = 0; c < clauses; ++c) {
    std::vector<Lit> clause(random() % 16 == 0 ? 1 : 2 + random() % 3);
    for (Lit& l : clause) l = any_lit(random, variables);
    cnf.add_clause(clause);
  }
  return cnf;
}

/// Clauses of 3 literals, about as many as make half of such formulas satisfiable, over 140 variables
/// and 30 that equal one of them: work enough for all that a solver does now and then.
inline Cnf hard_formula(std::mt19937& random) {
  Cnf cnf;
  for (std::size_t v = 0; v < 170; ++v) cnf.add_variable();
  for (std::size_t v = 140; v < 170; ++v) {
    Lit same = any_lit(random, 140);
    cnf.add_clause({same, ~Lit(Variable(v))});
    cnf.add_clause({~same, Lit(Variable(v))});
  }
  for (std::size_t c = 0; c < 560; ++c) {
    std::vector<Lit> clause(3);
    for (Lit& l : clause) l = any_lit(random, 170);
    cnf.add_clause(clause);
  }
  return cnf;
}

/// `pigeons` in `holes`, each in one at least, no two in the same.
inline Cnf pigeonhole(std::size_t pigeons, std::size_t holes) {
  Cnf cnf;
  for (std::size_t i = 0; i < pigeons * holes; ++i) cnf.add_variable();
  auto in = [&](std::size_t p, std::size_t h) { return Lit(Variable(p * holes + h)); };
  for (std::size_t p = 0; p < pigeons; ++p) {
    std::vector<Lit> somewhere;
    for (std::size_t h = 0; h < holes; ++h) somewhere.push_back(in(p, h));
    cnf.add_clause(somewhere);
  }
  for (std::size_t h = 0; h < holes; ++h) {
    for (std::size_t p = 0; p < pigeons; ++p) {
      for (std::size_t q = p + 1; q < pigeons; ++q) cnf.add_clause({~in(p, h), ~in(q, h)});
    }
  }
  return cnf;
}

/// All models, by going through all assignments.
inline std::vector<Bits> models(const Cnf& cnf) {
  std::vector<Bits> out;
  for (std::uint64_t row = 0; row < std::uint64_t{1} << cnf.variables(); ++row) {
    Bits model(cnf.variables());
    for (std::size_t v = 0; v < cnf.variables(); ++v) model.set(v, (row >> v & 1) != 0);
    if (!first_violated(cnf, model)) out.push_back(model);
  }
  return out;
}
inline bool some_holds(const Bits& model, std::span<const Lit> clause) {
  return std::any_of(clause.begin(), clause.end(), [&](Lit l) { return holds(model, l); });
}
/// Whether every model satisfies the clause.
inline bool implied(const std::vector<Bits>& models, std::span<const Lit> clause) {
  return std::all_of(models.begin(), models.end(),
                     [&](const Bits& m) { return some_holds(m, clause); });
}

/// The formula without one of its clauses.
inline Cnf without(const Cnf& cnf, ClauseIndex left_out) {
  Cnf out;
  while (out.variables() < cnf.variables()) out.add_variable();
  for (ClauseIndex c(0u); c.value < cnf.clauses(); ++c.value) {
    if (c != left_out) out.add_clause(cnf.clause(c));
  }
  return out;
}

/// A proof as a list, to be changed at will.
struct Step {
  bool lemma = true;
  std::vector<Lit> clause;
};
inline std::vector<Step> decode(const std::string& steps) {
  std::vector<Step> out;
  for (std::size_t i = 0; i < steps.size();) {
    Step step{steps[i++] == 'a', {}};
    for (;;) {
      std::uint32_t number = 0;
      unsigned shift = 0;
      for (;; shift += 7) {
        auto byte = static_cast<unsigned char>(steps[i++]);
        number |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      if (number == 0) break;
      step.clause.push_back(Lit::of_code(number - 2));
    }
    out.push_back(std::move(step));
  }
  return out;
}
inline std::string encode(const std::vector<Step>& steps) {
  std::string out;
  for (const Step& step : steps) {
    out.push_back(step.lemma ? 'a' : 'd');
    for (Lit l : step.clause) {
      std::uint32_t number = l.code + 2;
      while (number >= 0x80) {
        out.push_back(static_cast<char>(number % 0x80 + 0x80));
        number /= 0x80;
      }
      out.push_back(static_cast<char>(number));
    }
    out.push_back('\0');
  }
  return out;
}
/// The claim that the formula is unsatisfiable, at the end of the steps.
inline std::vector<Claim> refuted(const std::string& steps) { return {{steps.size(), {}}}; }

/// Whether the clause follows from the others by unit propagation, trying all of them until nothing
/// changes.
inline bool slow_rup(const std::multiset<std::set<Lit>>& clauses, std::span<const Lit> clause) {
  std::set<Lit> no;
  for (Lit l : clause) no.insert(l);
  for (Lit l : clause) {
    if (no.count(~l) != 0) return true;
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::set<Lit>& c : clauses) {
      std::vector<Lit> open;
      bool satisfied = false;
      for (Lit l : c) {
        satisfied = satisfied || no.count(~l) != 0;
        if (no.count(l) == 0) open.push_back(l);
      }
      if (satisfied || open.size() > 1) continue;
      if (open.empty()) return true;
      no.insert(~open[0]);
      changed = true;
    }
  }
  return false;
}
/// Whether every lemma and, at the end, the claim follows from what is there at the moment.
inline bool slow_check(const Cnf& cnf, const std::vector<Step>& steps, std::span<const Lit> claim) {
  std::multiset<std::set<Lit>> clauses;
  auto as_set = [](std::span<const Lit> c) { return std::set<Lit>(c.begin(), c.end()); };
  for (ClauseIndex c(0u); c.value < cnf.clauses(); ++c.value) {
    clauses.insert(as_set(cnf.clause(c)));
  }
  for (const Step& step : steps) {
    if (step.lemma) {
      if (!slow_rup(clauses, step.clause)) return false;
      clauses.insert(as_set(step.clause));
    } else if (auto at = clauses.find(as_set(step.clause)); at != clauses.end()) {
      clauses.erase(at);
    }
  }
  return slow_rup(clauses, claim);
}

}  // namespace gdl::proof
