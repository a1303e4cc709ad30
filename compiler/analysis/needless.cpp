// See needless.h.
//
// A part of a conjunction is needless if all possible patients of the domain for whom the others hold are in it.
// Parts are asked about from the last to the first, and what is needless counts no more: all that are told of one
// rule may be taken away together. Most are seen to be needed without asking: whoever shares no fact with the rest of
// the rule, its domain and the constraints cannot follow from them.
#include "needless.h"

#include <fmt/core.h>

#include <map>

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::kTrue;
using space::Node;
using space::Scope;

namespace {

class Needless {
 public:
  Needless(Context& c, Scope& s, DecisionId home)
      : c_(c), m_(c.model), s_(s), g_(s.diagram()), home_(home), around_(m_.facts.size()) {
    base_ = s.possible();
    if (home.valid()) {
      base_ = g_.both(base_, s.domain(home));
      decision_ = m_.decisions[home].name;
      add_facts(m_.decisions[home].domain, around_);
    }
    for (std::size_t i : s.constraints()) add_facts(m_.impossibles[i].when, around_);
  }

  void rule(RuleId id) {
    const Rule& r = m_.rules[id];
    if (!m_.conds[r.when].span.valid() && !r.unless.valid()) return;
    if (g_.both({s_.stands(id), s_.possible()}) == kFalse || c_.stop(s_)) return;  // dead
    parts_.clear();
    conjuncts(r.when);
    std::vector<Bits> facts;
    Bits once(m_.facts.size());
    Bits again = around_;  // facts of which more than one of all speaks
    auto note = [&](CondId cond) {
      facts.emplace_back(m_.facts.size());
      add_facts(cond, facts.back());
      again |= once & facts.back();
      once |= facts.back();
    };
    for (CondId p : parts_) note(p);
    if (r.unless.valid()) note(r.unless);
    std::vector<bool> left(parts_.size(), true);
    bool excludes = r.unless.valid();
    if (excludes && (facts.back() & again).any() && unless_needless(r, left)) {
      excludes = false;
      report(r, r.unless, true);
    }
    for (std::size_t i = parts_.size(); i-- > 0 && !c_.stop(s_);) {
      if ((facts[i] & again).any() && part_needless(r, i, left, excludes)) {
        left[i] = false;
        report(r, parts_[i], false);
      }
    }
  }

 private:
  void conjuncts(CondId id) {
    const Cond& c = m_.conds[id];
    if (!c.span.valid() || c.kind == CondKind::constant) return;
    // The parts of a chain or a range have the place of the whole, and are one.
    const bool many =
        c.kind == CondKind::all && !c.children.empty() && !(m_.conds[c.children[0]].span == c.span);
    if (!many) {
      parts_.push_back(id);
      return;
    }
    for (CondId child : c.children) conjuncts(child);
  }

  /// The patients for whom the parts that are left hold, but for one.
  Node others(std::size_t but, const std::vector<bool>& left) {
    std::vector<Node> nodes;
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      if (k != but && left[k]) nodes.push_back(s_.cond(parts_[k]));
    }
    return g_.both(base_, g_.both(std::move(nodes)));
  }

  bool part_needless(const Rule& r, std::size_t i, const std::vector<bool>& left, bool excludes) {
    const Node own = s_.cond(parts_[i]);
    if (constant(own)) return false;
    Node rest = g_.minus(others(i, left), own);
    if (rest != kFalse && excludes) rest = g_.minus(rest, s_.cond(r.unless));
    return rest == kFalse && !c_.stop(s_);
  }

  bool unless_needless(const Rule& r, const std::vector<bool>& left) {
    const Node own = s_.cond(r.unless);
    return !constant(own) && !g_.meet(others(parts_.size(), left), own) && !c_.stop(s_);
  }

  /// Told of as a constant condition.
  bool constant(Node own) {
    return own == kTrue || own == kFalse || !g_.meet(own, s_.possible()) ||
           g_.minus(s_.possible(), own) == kFalse;
  }

  void report(const Rule& r, CondId part, bool is_unless) {
    diag::Diagnostic d;
    d.code = Code::needless_condition;
    d.severity = diag::info(d.code).severity;
    d.primary = m_.conds[part].span;
    d.verdict = diag::Verdict::proved;
    d.decision = decision_;
    d.rules = {r.name};
    const std::string whom =
        home_.valid() ? fmt::format("every patient of `{}`", decision_) : "every patient";
    if (is_unless) {
      d.message = fmt::format("this `unless` excludes nobody to whom `{}` would apply", r.name);
    } else if (parts_.size() == 1) {
      d.message = fmt::format("this holds for {}: `{}` applies to the same patients without it",
                              whom, r.name);
    } else {
      d.message = fmt::format("`{}` applies to the same patients without this", r.name);
    }
    d.help = "leave it, if it makes the rule easier to read";
    c_.sink.add(std::move(d));
  }

  /// The facts that a condition speaks of, definitions followed.
  void add_facts(CondId id, Bits& out) {
    const Cond& c = m_.conds[id];
    if (c.fact.valid()) out.set(c.fact.value);
    for (CondId child : c.children) add_facts(child, out);
    if (!c.def.valid()) return;
    auto [it, fresh] = of_definition_.emplace(c.def, Bits(m_.facts.size()));
    if (fresh) {
      for (FactId f : facts_of(m_, id)) it->second.set(f.value);
    }
    out |= it->second;
  }

  Context& c_;
  const Model& m_;
  Scope& s_;
  space::Diagram& g_;
  DecisionId home_;
  std::string decision_;
  Node base_;    // the possible patients of the domain
  Bits around_;  // the facts of the domain and the constraints
  std::map<DefId, Bits> of_definition_;
  std::vector<CondId> parts_;
};

}  // namespace

void check_needless(Context& c, Scope& s, DecisionId d) {
  Needless needless(c, s, d);
  for (RuleId r : c.model.decisions[d].rules) {
    if (c.stop(s)) return;
    needless.rule(r);
  }
}

void check_needless(Context& c, Scope& s, RuleId r) { Needless(c, s, {}).rule(r); }

}  // namespace gdl::analysis
