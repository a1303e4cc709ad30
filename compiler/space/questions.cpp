// See questions.h.
#include "questions.h"

#include <algorithm>
#include <map>
#include <set>

#include "proof/check.h"
#include "proof/encode.h"

namespace gdl::space {

using proof::Lit;

namespace {

/// Parts of an intersection from which on it gets a formula of its own.
constexpr std::size_t kManyParts = 300;

/// Formulas that a circuit has beside the one that grows: each is made from nothing.
constexpr std::size_t kFormulas = 16;
/// Parts up to which the complement of an intersection is written out where it is a clause.
constexpr std::size_t kWrittenOut = 64;

/// The nodes whose intersection a node is; none if it takes more than `most` to find them.
std::optional<std::vector<Gates::Code>> parts_of(const Gates& gates, Gates::Code node,
                                                 std::size_t most) {
  std::vector<Gates::Code> out;
  std::vector<Gates::Code> todo = {node};
  std::unordered_set<Gates::Code> seen;
  while (!todo.empty()) {
    const Gates::Code n = todo.back();
    todo.pop_back();
    if (!seen.insert(n).second) continue;
    if (seen.size() > most) return std::nullopt;
    if ((n & 1) != 0 || gates.is_literal(n / 2) || n == kFalse.value) {
      out.push_back(n);
      continue;
    }
    const auto children = gates.children(n / 2);
    todo.insert(todo.end(), children.rbegin(), children.rend());
  }
  return out;
}

}  // namespace

bool accepted(const Refutation& r, std::uint64_t effort, const std::function<bool()>& cancelled) {
  return std::holds_alternative<proof::Checked>(
      proof::check(r.formula, r.proof, effort, cancelled));
}

Lit Formula::value(Var v, std::size_t k) {
  values_.resize(sizes_.size());
  std::vector<Lit>& values = values_[v.value];
  if (values.empty() && sizes_[v] == 2) {
    const Lit second(cnf_.add_variable());
    values = {~second, second};
  } else if (values.empty()) {
    values = proof::choice(cnf_, sizes_[v]);
  }
  return values[k];
}

void Formula::add_values(Var v, const Bits& mask, std::vector<Lit>& clause) {
  for (std::size_t k = mask.first(); k < mask.size(); k = mask.next(k + 1)) {
    clause.push_back(value(v, k));
  }
}

void Formula::encode(std::size_t gate) {
  if (gate == 0) {
    lits_[0] = proof::any_of(cnf_, {});
  } else if (gates_.is_literal(gate)) {
    const Gates::Literal& l = gates_.literal_of(gate);
    std::vector<Lit> values;
    if (l.others.count() == 1) {
      lits_[gate] = ~value(l.var, l.others.first());
    } else {
      add_values(l.var, l.mask, values);
      lits_[gate] = proof::any_of(cnf_, values);
    }
  } else {
    std::vector<Lit> parts;
    for (Gates::Code n : gates_.children(gate)) {
      parts.push_back((n & 1) != 0 ? ~lits_[n / 2] : lits_[n / 2]);
    }
    lits_[gate] = proof::all_of(cnf_, parts);
  }
}

Lit Formula::of(Gates::Code node) {
  // Gates are made of older ones: in ascending order each finds its parts encoded. No recursion, for chains of gates
  // may be long.
  lits_.resize(gates_.size());
  std::vector<std::uint32_t> todo = {node / 2};
  std::vector<std::uint32_t> wanted;
  std::unordered_set<std::uint32_t> seen;
  while (!todo.empty()) {
    const std::uint32_t gate = todo.back();
    todo.pop_back();
    if (lits_[gate] != Lit() || !seen.insert(gate).second) continue;
    wanted.push_back(gate);
    if (gate == 0 || gates_.is_literal(gate)) continue;
    for (Gates::Code n : gates_.children(gate)) todo.push_back(n / 2);
  }
  std::sort(wanted.begin(), wanted.end());
  for (std::uint32_t gate : wanted) encode(gate);
  return (node & 1) != 0 ? ~lits_[node / 2] : lits_[node / 2];
}

void Formula::add_complement(Gates::Code node, std::vector<Lit>& clause) {
  const std::optional<std::vector<Gates::Code>> parts = parts_of(gates_, node, kWrittenOut);
  if (!parts.has_value()) {
    clause.push_back(of(node ^ 1));
    return;
  }
  for (Gates::Code part : *parts) {
    if (gates_.is_literal(part / 2)) {
      const Gates::Literal& l = gates_.literal_of(part / 2);
      add_values(l.var, l.where((part & 1) == 0), clause);
    } else {
      clause.push_back(of(part ^ 1));
    }
  }
}

void Formula::require(Gates::Code node) {
  const auto parts = parts_of(gates_, node, gates_.size() * 2);
  for (Gates::Code part : *parts) {
    std::vector<Lit> clause;
    if (part == kTrue.value) continue;
    if (part != kFalse.value && gates_.is_literal(part / 2)) {
      const Gates::Literal& l = gates_.literal_of(part / 2);
      add_values(l.var, l.where((part & 1) != 0), clause);
    } else if (part != kFalse.value) {
      // An intersection would have been taken apart.
      add_complement(part ^ 1, clause);
    }
    cnf_.add_clause(clause);
  }
}

Point Formula::point(const Bits& model) const {
  Point out(sizes_.size(), 0);
  for (std::size_t v = 0; v < values_.size(); ++v) {
    for (std::size_t k = 0; k < values_[v].size(); ++k) {
      if (proof::holds(model, values_[v][k])) out[v] = static_cast<std::uint32_t>(k);
    }
  }
  return out;
}

proof::Outcome Questions::solve(const std::vector<Lit>& assumptions) {
  if (!solver_.has_value()) {
    solver_.emplace(formula_.cnf(), proof::Limits{allowance_.conflicts, allowance_.proof_bytes,
                                                  allowance_.cancelled});
  }
  proof::Outcome out = solver_->solve(assumptions);
  if (std::holds_alternative<proof::Unsatisfiable>(out)) about_.push_back(about);
  if (std::holds_alternative<proof::Unknown>(out)) spent_ = true;
  return out;
}

Questions::Answer Questions::take(Gates::Code node, const Formula& formula,
                                  const proof::Outcome& outcome) {
  if (std::holds_alternative<proof::Unsatisfiable>(outcome)) {
    nobody_.insert(node);
    return Answer::nobody;
  }
  if (const auto* found = std::get_if<proof::Satisfiable>(&outcome)) {
    const Point p = formula.point(found->model);
    if (gates_.holds(node, p)) {
      gates_.add(p);
      return Answer::somebody;
    }
  }
  // Also where the gates know nothing of the patient found: nothing may rest on such a formula.
  spent_ = true;
  return Answer::unknown;
}

Questions::Answer Questions::ask_once(Gates::Code node) {
  Formula formula(gates_, sizes_);
  formula.require(node);
  proof::Solved solved = proof::solve(
      formula.cnf(),
      {allowance_.conflicts, allowance_.proof_bytes - once_bytes_, allowance_.cancelled});
  const Answer answer = take(node, formula, solved.outcome);
  if (answer != Answer::nobody) return answer;
  once_bytes_ += solved.proof.steps.size();
  once_.push_back({formula.cnf(), std::move(solved.proof), {about}});
  return answer;
}

Questions::Answer Questions::ask(Gates::Code node) {
  if (node == kFalse.value || nobody_.count(node) != 0) return Answer::nobody;
  if (spent_) return Answer::unknown;
  if (gates_.one_in(node).has_value()) return Answer::somebody;
  if (asked_once_ < kFormulas && !parts_of(gates_, node, kManyParts).has_value()) {
    ++asked_once_;
    return ask_once(node);
  }
  const Lit lit = formula_.of(node);
  return take(node, formula_, solve({lit}));
}

Box Questions::box_of(const Exclusions& exclusions) const {
  std::map<Var, Bits> masks;
  for (const Exclusion& e : exclusions) {
    masks.emplace(e.var, Bits(sizes_[e.var], true)).first->second.set(e.value, false);
  }
  Box out;
  for (auto& [v, mask] : masks) out.masks.emplace_back(v, std::move(mask));
  return out;
}

std::optional<Questions::Exclusions> Questions::inside(Gates::Code node,
                                                       const Exclusions& exclusions) {
  const Gates::Code outside = node ^ 1;
  if (outside == kFalse.value) return Exclusions();
  const Box box = box_of(exclusions);
  if (spent_ || gates_.one_in(outside, &box).has_value()) return std::nullopt;
  std::vector<Lit> assumptions = {formula_.of(outside)};
  for (const Exclusion& e : exclusions) assumptions.push_back(~formula_.value(e.var, e.value));
  const proof::Outcome outcome = solve(assumptions);
  if (const auto* found = std::get_if<proof::Satisfiable>(&outcome)) {
    gates_.add(formula_.point(found->model));
    return std::nullopt;
  }
  const auto* none = std::get_if<proof::Unsatisfiable>(&outcome);
  if (none == nullptr) return std::nullopt;
  Exclusions needed;
  std::unordered_set<std::uint32_t> codes;
  for (Lit l : none->needed) codes.insert(l.code);
  for (std::size_t i = 0; i < exclusions.size(); ++i) {
    if (codes.count(assumptions[i + 1].code) != 0) needed.push_back(exclusions[i]);
  }
  return needed;
}

Box Questions::widen(Gates::Code node, const Box& box, const std::vector<Var>& order) {
  Exclusions all;
  for (const auto& [v, mask] : box.masks) {
    for (std::size_t k = 0; k < mask.size(); ++k) {
      if (!mask.test(k)) all.push_back({v, k});
    }
  }
  std::optional<Exclusions> kept = inside(node, all);
  if (!kept.has_value()) return box;
  // A patient of the box, but for one value that is excluded, who is outside: that exclusion has to stay.
  Point somebody(sizes_.size(), 0);
  for (const auto& [v, mask] : box.masks)
    somebody[v.value] = static_cast<std::uint32_t>(mask.first());
  std::vector<Point> others(kept->size(), somebody);
  for (std::size_t i = 0; i < kept->size(); ++i) {
    others[i][(*kept)[i].var.value] = static_cast<std::uint32_t>((*kept)[i].value);
  }
  const Bits outside = gates_.holding(node ^ 1, others);
  std::set<std::pair<Var, std::size_t>> needed;
  std::set<Var> variables;
  for (std::size_t i = 0; i < kept->size(); ++i) {
    if (!outside.test(i)) continue;
    needed.emplace((*kept)[i].var, (*kept)[i].value);
    variables.insert((*kept)[i].var);
  }
  auto without = [&](const auto& leave_out) {
    Exclusions fewer = *kept;
    std::erase_if(fewer, leave_out);
    if (fewer.size() == kept->size()) return;
    if (std::optional<Exclusions> enough = inside(node, fewer)) kept = std::move(enough);
  };
  for (Var v : order) {
    if (variables.count(v) == 0) without([v](const Exclusion& e) { return e.var == v; });
  }
  for (const Exclusion& out : all) {
    if (needed.count({out.var, out.value}) != 0) continue;
    without([&](const Exclusion& e) { return e.var == out.var && e.value == out.value; });
  }
  return box_of(*kept);
}

bool Questions::checked() const {
  if (!about_.empty()) {
    const auto verdict =
        proof::check(formula_.cnf(), solver_->proof(), allowance_.checking, allowance_.cancelled);
    if (!std::holds_alternative<proof::Checked>(verdict)) return false;
  }
  return std::all_of(once_.begin(), once_.end(), [this](const Refutation& r) {
    return accepted(r, allowance_.checking, allowance_.cancelled);
  });
}

std::vector<Refutation> Questions::refutations() const {
  std::vector<Refutation> out;
  if (!about_.empty()) out.push_back({formula_.cnf(), solver_->proof(), about_});
  out.insert(out.end(), once_.begin(), once_.end());
  return out;
}

}  // namespace gdl::space
