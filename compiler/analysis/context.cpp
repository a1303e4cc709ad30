// See context.h.
#include "context.h"

#include <fmt/core.h>

namespace gdl::analysis {

using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

Context::Context(const sema::Model& m, const Options& o, diag::Sink& s)
    : model(m), options(o), sink(s), tables(m), completions(tables, o.effort) {
  waived.assign(m.accepts.size(), false);
}

bool Context::stop(const Scope& s) const {
  return s.exhausted() || (options.cancelled && options.cancelled());
}

void Context::unknown(Span span, const std::string& what, const std::string& decision) {
  diag::Diagnostic& d =
      sink.report(Code::unknown, span, fmt::format("not decided within the effort: {}", what));
  d.verdict = diag::Verdict::unknown;
  d.decision = decision;
  d.help = "raise `--effort`, or split the decision";
}

void Context::found(diag::Diagnostic d, Scope& s, Node set, const Claim& claim, bool regions) {
  d.severity = diag::info(d.code).severity;
  if (witness(d, s, set, claim, regions)) sink.add(std::move(d));
}

bool Context::witness(diag::Diagnostic& d, Scope& s, Node set, const Claim& claim, bool regions) {
  set = s.diagram().both(set, s.possible());
  if (stop(s)) return false;
  space::Box box = small_box(s, set);
  d.witness = describe(tables, s, box);
  Replay r = completions.replay(s, box, claim);
  d.witness_grounds = r.grounds;
  d.verdict = diag::Verdict::found;
  if (!r.confirmed) {
    d.code = Code::internal_error;
    d.severity = diag::Severity::error;
    d.message = "the witness of a finding did not replay; please report this: " + d.message;
    return true;
  }
  if (!regions) return true;
  Node rest = set;
  for (std::size_t n = 0; n < kListed && rest != kFalse && !stop(s); ++n) {
    d.regions.push_back({describe(tables, s, box), ""});
    rest = s.diagram().minus(rest, s.diagram().box(box));
    if (rest != kFalse && rest.valid()) box = small_box(s, rest);
  }
  if (rest != kFalse) d.verdict = diag::Verdict::at_least;
  return true;
}

}  // namespace gdl::analysis
