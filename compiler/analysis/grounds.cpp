// See grounds.h.
#include "grounds.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gdl::analysis {

using space::Circuit;
using space::Diagram;
using space::Scope;
using space::Sets;

namespace {

/// Steps that diagrams may take before a solver is asked. Rules as people write them take far less, those that blow
/// up would take any number.
std::uint64_t first_effort(const Context& c) {
  if (c.options.diagrams.has_value()) return std::min(*c.options.diagrams, c.options.effort);
  const auto conditions = static_cast<std::uint64_t>(c.model.conds.size());
  // A larger effort leaves them more; a smaller one first of all to them.
  auto scaled = [&](std::int64_t limit) {
    return std::max(static_cast<std::uint64_t>(limit), c.scaled(limit));
  };
  const std::uint64_t steps =
      scaled(limits::first_effort) + conditions * scaled(limits::first_effort_each);
  return std::min(steps, c.options.effort);
}

struct Attempt {
  diag::Sink sink;
  Decided decided;
  std::vector<space::Refutation> refutations;
};

}  // namespace

void looking_for(Scope& s, const std::string& what) {
  if (auto* circuit = dynamic_cast<Circuit*>(&s.sets())) circuit->about(what);
}

Decided decide(Context& c, const Subject& subject, const std::string& of,
               const std::function<Checks(Scope&)>& look) {
  const diag::Sink before = c.sink;
  std::optional<Attempt> best;
  auto attempt = [&](std::unique_ptr<Sets> sets) {
    c.sink = before;
    Attempt out;
    auto scope = std::make_unique<Scope>(c.tables, subject.decisions, subject.rules, subject.conds,
                                         std::move(sets));
    out.decided.undecided = look(*scope);
    out.sink = std::move(c.sink);
    if (auto* circuit = dynamic_cast<Circuit*>(&scope->sets())) {
      out.decided.grounds = Grounds::refutation;
      if (circuit->refuted()) {
        if (c.whole.patience.spent() || !circuit->checked()) return;
        if (c.options.proofs) out.refutations = circuit->refutations();
      }
    } else if (out.decided.undecided.empty()) {
      out.decided.scope = std::move(scope);
    }
    if (best.has_value() && best->decided.undecided.size() <= out.decided.undecided.size()) return;
    best = std::move(out);
  };
  auto open = [&] { return !best->decided.undecided.empty() && !c.whole.patience.spent(); };
  const std::uint64_t first = first_effort(c);
  const auto cancelled = [&c] { return c.whole.patience.spent(); };
  attempt(std::make_unique<Diagram>(first, cancelled));
  if (open()) attempt(std::make_unique<Circuit>(c.allowance()));
  if (open() && first < c.options.effort)
    attempt(std::make_unique<Diagram>(c.options.effort, cancelled));
  c.sink = std::move(best->sink);
  if (c.options.proofs) {
    c.proofs.push_back(
        {of, best->decided.grounds, best->decided.undecided, std::move(best->refutations)});
  }
  return std::move(best->decided);
}

}  // namespace gdl::analysis
