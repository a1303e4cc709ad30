// See grounds.h.
#include "grounds.h"

#include <algorithm>
#include <utility>

namespace gdl::analysis {

using space::Circuit;
using space::Diagram;
using space::Scope;
using space::Sets;

namespace {

/// What diagrams may take before a solver is asked: steps, and steps of one operation.
struct First {
  std::uint64_t effort, longest;
};

/// Rules as people write them take far less, those that blow up would take any number. These show it before their steps are
/// spent, by a single operation that takes long.
First first(const Context& c) {
  if (c.options.diagrams.has_value()) {
    return {std::min(*c.options.diagrams, c.options.effort), Diagram::kAnyNumber};
  }
  const auto conditions = static_cast<std::uint64_t>(c.model.conds.size());
  // A larger effort leaves them more; a smaller one first of all to them.
  auto scaled = [&](std::int64_t limit) {
    return std::max(static_cast<std::uint64_t>(limit), c.whole.patience.scaled(limit));
  };
  auto steps = [&](std::int64_t at_least, std::int64_t each) {
    return scaled(at_least) + conditions * scaled(each);
  };
  // Many thresholds on one fact make an operation long, and nothing large: a node has a child for each value.
  std::uint64_t values = 0;
  for (const sema::Cond& cond : c.model.conds) {
    if (cond.fact.valid() && c.model.facts[cond.fact].kind != sema::FactKind::set) {
      values += c.tables.classes.count(cond.fact);
    }
  }
  return {std::min(steps(limits::first_effort, limits::first_effort_each), c.options.effort),
          steps(limits::first_effort, limits::first_operation_each) + values};
}

}  // namespace

std::unique_ptr<Diagram> advisory(Context& c) {
  const First allowed =
      c.whole.constraints_blow_up ? first(c) : First{c.options.effort, Diagram::kAnyNumber};
  return std::make_unique<Diagram>(allowed.effort, c.whole.patience.asked(), allowed.longest);
}

Decided decide(Context& c, const Subject& subject, const std::string& of,
               const std::vector<Look>& looks) {
  using Findings = std::vector<diag::Diagnostic>;
  diag::Sink sink = std::move(c.sink);
  Decided out;
  std::size_t next = 0;  // the first look that is open
  Findings partly;       // of it
  std::vector<space::Refutation> refutations;
  auto attempt = [&](std::unique_ptr<Sets> sets) {
    auto scope = std::make_unique<Scope>(c.tables, subject.decisions, subject.rules, subject.conds,
                                         std::move(sets));
    auto* circuit = dynamic_cast<Circuit*>(&scope->sets());
    Findings decided, open;
    std::size_t at = next;
    for (; at < looks.size(); ++at) {
      c.sink = {};
      if (circuit != nullptr) circuit->about(looks[at].looks_for);
      if (!c.stop(*scope)) looks[at].take(*scope);
      const Findings& found = c.sink.items();
      if (c.stop(*scope)) {
        open = found;
        break;
      }
      decided.insert(decided.end(), found.begin(), found.end());
    }
    if (circuit != nullptr && circuit->refuted()) {
      if (c.whole.patience.spent() || !circuit->checked()) return;
      if (c.options.proofs && at > next) refutations = circuit->refutations();
    }
    if (circuit == nullptr && next == 0 && at == looks.size()) out.scope = std::move(scope);
    if (circuit != nullptr && at > next) out.grounds = Grounds::refutation;
    if (at > next || open.size() > partly.size()) partly = std::move(open);
    for (diag::Diagnostic& d : decided) sink.add(std::move(d));
    next = at;
  };
  auto open = [&] { return next < looks.size() && !c.whole.patience.spent(); };
  const First allowed = first(c);
  const std::function<bool()> cancelled = c.whole.patience.asked();
  attempt(std::make_unique<Diagram>(allowed.effort, cancelled, allowed.longest));
  if (open()) attempt(std::make_unique<Circuit>(c.whole.patience.allowance()));
  if (open() && (allowed.effort < c.options.effort || allowed.longest < c.options.effort))
    attempt(std::make_unique<Diagram>(c.options.effort, cancelled));
  for (diag::Diagnostic& d : partly) sink.add(std::move(d));
  c.sink = std::move(sink);
  for (; next < looks.size(); ++next) out.undecided.emplace_back(looks[next].looks_for);
  if (c.options.proofs) {
    c.proofs.push_back({of, out.grounds, out.undecided, std::move(refutations)});
  }
  return out;
}

}  // namespace gdl::analysis
