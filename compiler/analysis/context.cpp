// See context.h.
#include "context.h"

#include <fmt/core.h>

#include <algorithm>

#include "fixes.h"
#include "shares.h"
#include "support/parallel.h"

namespace gdl::analysis {

using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

namespace {

/// Their product, or one more than are all replayed if it is more.
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t kMore = static_cast<std::uint64_t>(limits::completions) + 1;
  return a >= kMore || b >= kMore ? kMore : std::min(a * b, kMore);
}

}  // namespace

Whole::Whole(const sema::Model& m, const Options& o) : model(m), options(o), patience(o) {
  in_parallel(2, o.threads, [this](std::size_t i) {
    if (i == 0) {
      cutter.emplace(model);
    } else {
      combine();
    }
  });
}

void Whole::combine() {
  const sema::Model& m = model;
  const space::Classes classes(m, false);
  for (std::size_t i = 0; i < m.facts.size(); ++i) {
    const sema::FactId id(i);
    const sema::Fact& f = m.facts[id];
    std::uint64_t n = classes.count(id);
    if (f.kind == sema::FactKind::set) {
      n = std::uint64_t{1} << std::min<std::size_t>(f.enumerators.size(), 20);
    }
    combinations.push_back(times(n, f.knownness_tested ? 2 : 1));
  }
}

std::uint64_t Whole::beyond(const sema::Part& part) const {
  std::uint64_t out = 1;
  std::size_t next = 0;  // of the part's facts, which ascend
  for (std::size_t i = 0; i < combinations.size(); ++i) {
    if (next < part.facts.size() && part.facts[sema::FactId(next)].value == i) {
      ++next;
    } else {
      out = times(out, combinations[i]);
    }
  }
  return out;
}

Judge::Judge(Context& c, const std::vector<sema::RuleId>& rules)
    : part_([&] {
        if (c.cutter_ == nullptr) {
          c.cutter_ = std::make_unique<sema::Cutter>(c.model);
          c.scratch_ = std::make_unique<sema::Cutter::Scratch>();
        }
        return c.cutter_->cut({{}, rules, {}, {}, {}, {}}, *c.scratch_);
      }()),
      oracle_(part_.model),
      footing_(oracle_) {}

Claim Judge::claim(std::function<bool(const oracle::Advice&)> of) const {
  return {{}, &footing_, &part_, std::move(of)};
}

Context::Context(Whole& w, sema::Part p)
    : whole(w),
      part(std::move(p)),
      model(part.model),
      options(w.options),
      tables(model),
      oracle(model),
      completions(tables, w.patience.allowance(), w.beyond(part)) {
  waived.assign(model.accepts.size(), false);
}

void say_more(diag::Diagnostic& last, const std::string& decision) {
  last.verdict = diag::Verdict::at_least;
  last.notes.push_back(fmt::format(
      "`{}` has more findings of this kind; they are listed once these are settled", decision));
}

bool Context::has_accept(sema::AcceptKind kind, sema::DecisionId d) const {
  return std::any_of(model.accepts.begin(), model.accepts.end(),
                     [&](const sema::Accept& a) { return a.kind == kind && a.decision == d; });
}

void Context::unknown(Span span, const std::string& what, const std::string& decision,
                      diag::Severity severity) {
  diag::Diagnostic& d =
      sink.report(Code::unknown, span, fmt::format("not decided within the effort: {}", what));
  d.severity = severity;
  d.verdict = diag::Verdict::unknown;
  d.decision = decision;
  d.help = "raise `--effort`, or split the decision";
}

void Context::found(diag::Diagnostic d, Scope& s, Node set, const Claim& claim, bool regions,
                    const std::function<void(diag::Diagnostic&)>& settle) {
  d.severity = diag::info(d.code).severity;
  if (!witness(d, s, set, claim, regions)) return;
  if (settle && d.code != Code::internal_error) settle(d);
  sink.add(std::move(d));
}

bool Context::witness(diag::Diagnostic& d, Scope& s, Node set, const Claim& claim, bool regions,
                      space::Box* shown) {
  space::Sets& sets = s.sets();
  regions = regions && options.regions;
  set = sets.both(set, s.possible());
  if (stop(s)) return false;
  std::vector<space::Box> boxes = {small_box(s, set)};
  if (!s.has_diagram() && stop(s)) return false;
  bool all = true;
  std::optional<Shares> shares;
  if (regions) {
    Node rest = sets.minus(set, sets.box(boxes[0]));
    // One box is what a solver is asked for: many would take it long, and have no size to tell.
    while (s.has_diagram() && boxes.size() < kListed && rest != kFalse && !stop(s)) {
      space::Box box = small_box(s, rest, set);
      rest = sets.minus(rest, sets.box(box));
      if (!stop(s)) boxes.push_back(std::move(box));
    }
    all = sets.nobody(rest) && !stop(s);
    if (s.has_diagram()) {
      // The largest group first: its patient speaks for the finding.
      shares.emplace(*this, s, d.decision);
      largest_first(boxes, *shares);
    }
  }
  if (shown != nullptr) *shown = boxes[0];
  const std::optional<space::Box> patient = somebody_of(s, sets.both(sets.box(boxes[0]), set));
  if (!s.has_diagram() && stop(s)) return false;
  d.witness = describe(tables, s, boxes[0], patient);
  // The constraints that the scope leaves out speak of facts that no box of it names.
  d.witness_tied = s.constraints().size() < whole.model.impossibles.size() || tied(s, boxes[0]);
  Replay r = completions.replay(s, boxes[0], claim);
  if (r.undecided) {
    unknown(d.primary, fmt::format("for which patient it is that {}", d.message), d.decision);
    return false;
  }
  d.witness_grounds = r.grounds;
  d.verdict = all ? diag::Verdict::found : diag::Verdict::at_least;
  if (!r.confirmed) {
    d.code = Code::internal_error;
    d.severity = diag::Severity::error;
    d.message = "the witness of a finding did not replay; please report this: " + d.message;
    return true;
  }
  if (!regions) return true;
  for (const space::Box& box : boxes) {
    d.regions.push_back({describe(tables, s, box), shares.has_value() ? shares->text(box) : "",
                         shares.has_value() && options.counts ? shares->count(box) : "",
                         analysis::condition(tables, s, box)});
  }
  return true;
}

std::optional<std::string> Context::condition(Scope& s, Node set, Node free) const {
  // Texts to paste must not cost a decision its verdict.
  if (stop(s) || !s.has_diagram() || s.sets().steps() > options.effort / 2) return std::nullopt;
  set = s.diagram().both(set, s.possible());
  free = s.diagram().either(free, set);
  std::vector<std::string> parts;
  while (set != kFalse) {
    if (parts.size() == kWritten || stop(s)) return std::nullopt;
    space::Box box = small_box(s, set, free);
    if (box.masks.empty()) return "";
    parts.push_back(analysis::condition(tables, s, box));
    if (parts.back().empty()) return std::nullopt;
    set = s.diagram().minus(set, s.diagram().box(box));
  }
  if (parts.size() == 1) return parts[0];
  std::string out;
  for (const std::string& p : parts) {
    bool single = p.find(" and ") == std::string::npos;
    out += (out.empty() ? "" : "\n    or ") + (single ? p : "(" + p + ")");
  }
  return out;
}

void Context::settle_pair(diag::Diagnostic& d, Scope& s, const std::string& kind, sema::RuleId a,
                          sema::RuleId b, Node set) const {
  override_either(model, a, b, d.choices);
  space::Sets& g = s.sets();
  const sema::DecisionId home = model.rules[a].decision;
  if (model.rules[a].unnamed || model.rules[b].unnamed || !home.valid()) return;
  std::optional<std::string> when = condition(s, set, g.negate(g.both({s.stands(a), s.stands(b)})));
  if (when.has_value()) d.choices.push_back(accept_of(model, kind, home, *when, a, b));
}

}  // namespace gdl::analysis
