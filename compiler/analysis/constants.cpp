// See constants.h.
//
// Of a condition the outermost part that is constant is told, once: what it is made of is not looked at any more. A
// chain, a range and a list are one comparison each: `0 <= n < 5` is not told of although nobody has less than 0. What
// is constant because a definition is, is told at the definition.
#include "constants.h"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "grounds.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::kTrue;
using space::Node;
using space::Scope;

namespace {

class Constants {
 public:
  /// `everybody`: all patients, not only the possible ones, are asked about.
  Constants(Context& c, Scope& s, bool everybody)
      : c_(c), m_(c.model), s_(s), possible_(everybody ? kTrue : s.possible()) {}

  /// Looks at the condition of something: `never` false leaves it out that this holds for nobody, of which something
  /// else tells.
  void look(CondId id, const std::string& decision, const std::string& rule, bool never = true) {
    decision_ = decision;
    rule_ = rule;
    if (id.valid() && m_.conds[id].span.valid()) visit(id, never, true);
  }

 private:
  enum class Is : std::uint8_t { no, always, never, unknown };

  Is constant(CondId id) {
    const Node n = s_.cond(id);
    if (c_.stop(s_)) return Is::unknown;
    if (n == kTrue) return Is::always;
    if (n == kFalse) return Is::never;
    if (possible_ == kTrue) return Is::no;
    // Many conditions are the same set.
    auto [it, fresh] = memo_.emplace(n.value, Is::unknown);
    if (!fresh) return it->second;
    space::Diagram& g = s_.diagram();
    Is out = Is::no;
    if (!g.meet(n, possible_)) {
      out = Is::never;
    } else if (g.minus(possible_, n) == kFalse) {
      out = Is::always;
    }
    if (c_.stop(s_)) out = Is::unknown;
    memo_[n.value] = out;
    return out;
  }

  /// `own`: not a part of the comparison that stands there.
  void visit(CondId id, bool never, bool own) {
    const Cond& c = m_.conds[id];
    if (c.kind == CondKind::constant || c_.stop(s_)) return;
    if (own) {
      const Is is = constant(id);
      if (is == Is::unknown || (is == Is::never && !never)) return;
      if (is != Is::no) {
        if (!by_definition(c)) report(c, is == Is::always);
        return;
      }
    }
    for (CondId child : c.children) {
      const Span& at = m_.conds[child].span;
      if (at.valid()) visit(child, true, !(at == c.span));
    }
  }

  /// It names a definition, or one alternative of it, that is constant itself.
  [[nodiscard]] bool by_definition(const Cond& c) const {
    if (c.kind == CondKind::negation) return by_definition(m_.conds[c.children[0]]);
    if (c.kind == CondKind::def_true) return true;
    if (c.kind != CondKind::def_in) return false;
    if (m_.definitions[c.def].bands) return false;  // of whose alternatives nothing is told
    const std::vector<Alternative>& all = m_.definitions[c.def].alternatives;
    std::size_t named = c.mask.size();
    if (c.mask.count() == 1) named = c.mask.first();
    if (c.mask.count() + 1 == c.mask.size()) named = (~c.mask).first();
    // That nobody is left for an `otherwise` is not told at the definition.
    return named < c.mask.size() && all[named].when.valid();
  }

  void report(const Cond& c, bool always) {
    // Some conditions are written once and kept twice.
    for (const Span& told : told_) {
      if (told == c.span) return;
    }
    told_.push_back(c.span);
    diag::Diagnostic d;
    d.code = Code::constant_condition;
    d.severity = diag::info(d.code).severity;
    d.primary = c.span;
    d.verdict = diag::Verdict::proved;
    d.decision = decision_;
    if (!rule_.empty()) d.rules = {rule_};
    d.message =
        always ? "this condition holds for every patient" : "this condition holds for no patient";
    if (kTrue < s_.cond(id_of(c))) d.notes.push_back("because of the guideline's constraints");
    d.help = always ? "remove it, or mend it if it was meant to exclude somebody"
                    : "mend it, or remove what hangs on it";
    c_.sink.add(std::move(d));
  }
  [[nodiscard]] CondId id_of(const Cond& c) const {
    return CondId(static_cast<std::size_t>(&c - m_.conds.raw().data()));
  }

  Context& c_;
  const Model& m_;
  Scope& s_;
  Node possible_;
  std::unordered_map<std::uint32_t, Is> memo_;  // by node
  std::vector<Span> told_;
  std::string decision_, rule_;
};

void look_at_rule(Context& c, Scope& s, Constants& constants, RuleId r) {
  const Rule& rule = c.model.rules[r];
  const std::string home = rule.decision.valid() ? c.model.decisions[rule.decision].name : "";
  // A dead rule is told of with its reason; what its parts hold for is nobody's concern before it is mended.
  if (s.diagram().both({s.stands(r), s.possible()}) == kFalse) return;
  constants.look(rule.when, home, rule.name);
  if (rule.unless.valid()) constants.look(rule.unless, home, rule.name);
}

void undecided(Context& c, Scope& s, Span span, const std::string& what) {
  if (c.stop(s)) c.unknown(span, what, {}, diag::Severity::warning);
}

}  // namespace

void check_constants(Context& c, Scope& s, DecisionId id) {
  const Decision& d = c.model.decisions[id];
  Constants constants(c, s, false);
  constants.look(d.domain, d.name, "");
  for (RuleId r : d.rules) {
    if (c.stop(s)) return;
    look_at_rule(c, s, constants, r);
  }
  for (const Accept& a : c.model.accepts) {
    // One that waives nothing is told of as such.
    if (a.decision == id) constants.look(a.when, d.name, "", false);
  }
}

void check_constants(Context& c, Scope& s, RuleId r) {
  Constants constants(c, s, false);
  look_at_rule(c, s, constants, r);
}

void check_constants(Context& c, DefId id) {
  const Definition& d = c.model.definitions[id];
  std::vector<CondId> conds;
  if (d.when.valid()) conds.push_back(d.when);
  for (const Alternative& a : d.alternatives) {
    if (a.when.valid()) conds.push_back(a.when);
  }
  for (const ScoreItem& i : d.items) {
    if (i.when.valid()) conds.push_back(i.when);
  }
  Scope s(c.tables, {}, {}, conds, advisory(c));
  Constants constants(c, s, false);
  for (CondId cond : conds) constants.look(cond, "", "");
  undecided(c, s, d.name_span, fmt::format("whether conditions of `{}` are constant", d.name));
}

void check_impossible(Context& c, std::size_t whole) {
  const Impossible& impossible = c.model.impossibles[c.part.impossible(whole)];
  const CondId when = impossible.when;
  Scope s(c.tables, {}, {}, {when}, advisory(c));
  Constants(c, s, true).look(when, "", "");
  undecided(c, s, impossible.span, "whether a part of this constraint is constant");
}

}  // namespace gdl::analysis
