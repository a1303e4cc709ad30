// See definitions.h.
#include "definitions.h"

#include <fmt/core.h>

#include "grounds.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

Constraints check_constraints(Context& c) {
  const std::vector<Impossible>& all = c.model.impossibles;
  if (all.empty()) return {};
  bool nobody = false;
  const Decided decided =
      decide(c, {{}, {}, constraints(c.model)}, "constraints",
             {{"constraints", [&](Scope& s) { nobody = s.sets().nobody(s.possible()); }}});
  const bool blow_up = decided.scope == nullptr;
  if (!decided.undecided.empty()) {
    c.unknown(all[0].span, "whether the constraints leave any patient");
    return {true, blow_up};
  }
  if (!nobody) return {true, blow_up};
  diag::Diagnostic& d = c.sink.report(Code::unsatisfiable_constraints, all[0].span,
                                      "the constraints together exclude every patient");
  d.verdict = diag::Verdict::proved;
  for (std::size_t i = 1; i < all.size(); ++i) {
    d.related.push_back({all[i].span, "together with this one"});
  }
  d.help = "mend the `impossible` that excludes too much: no other check says anything until then";
  return {false, blow_up};
}

namespace {

void check_overlaps(Context& c, Scope& s, DefId id) {
  const Definition& def = c.model.definitions[id];
  for (std::size_t a = 0; a < def.alternatives.size(); ++a) {
    for (std::size_t b = a + 1; b < def.alternatives.size(); ++b) {
      if (!def.alternatives[b].when.valid()) continue;  // `otherwise`
      Node both = s.sets().both({s.alternative(id, a), s.alternative(id, b), s.possible()});
      const bool nobody = s.sets().nobody(both);
      if (c.stop(s)) return;
      if (nobody) continue;
      diag::Diagnostic d;
      d.code = Code::overlapping_definition;
      d.primary = def.alternatives[b].name.span;
      d.message =
          fmt::format("a patient can be both `{}` and `{}` of `{}`", def.alternatives[a].name.name,
                      def.alternatives[b].name.name, def.name);
      d.related.push_back({def.alternatives[a].name.span, "the other alternative"});
      d.help = "add a condition to one of them, so that every patient has exactly one";
      c.found(std::move(d), s, both, {[&, a, b](const oracle::Patient& p) {
                Bits alts = oracle::alternatives(c.model, id, p);
                return alts.test(a) && alts.test(b);
              }},
              false);
    }
  }
}

void settle(Context& c, Scope& s, const Definition& def, Node none, diag::Diagnostic& d) {
  std::optional<std::string> when = c.condition(s, none, kFalse);
  // A library's names are others within it.
  if (!when.has_value() || when->empty() || def.imported) return;
  diag::Fix fix;
  fix.span = {def.span.file, def.span.end, def.span.end};
  fix.lines = fix.fill = true;
  fix.message = "an alternative for them";
  fix.replacement = "  | ... when " + *when;
  d.choices.push_back(fix);
  fix.message = "an alternative for all others";
  fix.replacement = "  | ... otherwise";
  d.choices.push_back(fix);
  d.help.clear();
}

void check_total(Context& c, Scope& s, DefId id) {
  const Definition& def = c.model.definitions[id];
  Node none = s.possible();
  for (std::size_t a = 0; a < def.alternatives.size(); ++a) {
    if (!def.alternatives[a].when.valid()) return;  // `otherwise` takes everybody
    none = s.sets().minus(none, s.alternative(id, a));
  }
  if (!c.somebody(s, none)) return;
  diag::Diagnostic d;
  d.code = Code::incomplete_definition;
  d.primary = def.name_span;
  d.message = fmt::format("a patient can fall under no alternative of `{}`", def.name);
  d.help = "add the missing alternative, or `| ... otherwise`";
  c.found(std::move(d), s, none,
          {[&](const oracle::Patient& p) { return oracle::alternatives(c.model, id, p).none(); }},
          true, [&](diag::Diagnostic& out) { settle(c, s, def, none, out); });
}

}  // namespace

void check_definition(Context& c, DefId id) {
  const Definition& def = c.model.definitions[id];
  std::vector<CondId> conds;
  for (const Alternative& a : def.alternatives) {
    if (a.when.valid()) conds.push_back(a.when);
  }
  const Decided decided = decide(c, {{}, {}, conds}, def.name, {{"alternatives", [&](Scope& s) {
                                                                   check_overlaps(c, s, id);
                                                                   check_total(c, s, id);
                                                                 }}});
  if (!decided.undecided.empty())
    c.unknown(def.name_span, fmt::format("the alternatives of `{}`", def.name));
}

}  // namespace gdl::analysis
