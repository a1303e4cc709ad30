// See narrowed.h.
#include "narrowed.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

/// A choice from which a rule may take something: a way, or values of a parameter on a way.
struct Taken {
  RuleId rule;
  std::size_t directive = 0;
  WayId way;          ///< on which it takes the values
  ParamId param;      ///< or none: it takes ways
  bool last = false;  ///< with what other rules take there is no value left, and so not the way
};

class Narrowed {
 public:
  Narrowed(Context& c, Scope& s, DecisionId id)
      : c_(c), m_(c.model), s_(s), g_(s.diagram()), id_(id) {}

  void run() {
    for (RuleId r : m_.decisions[id_].rules) {
      for (std::size_t k = 0; k < m_.rules[r].directives.size(); ++k) {
        if (is_for(m_.rules[r].directives[k].verb)) collect(r, k);
      }
    }
    for (const auto& [taker, from] : takers_) {
      if (c_.stop(s_)) return;
      report(taker, from);
    }
  }

 private:
  void collect(RuleId r, std::size_t k) {
    const std::vector<WayId>& ways = m_.rules[r].directives[k].what.ways;
    for (WayId w : ways) {
      // What is taken from a single way leaves nothing of it.
      if (ways.size() > 1) {
        for (const Tables::Use& u : c_.tables.bans(w)) add(u, {r, k, {}, {}});
      }
      for (const auto& [p, u] : c_.tables.param_bans(w)) {
        if ((own_values(r, k, p) & u.values).any()) add(u.use, {r, k, w, p});
      }
      for (ParamId p : c_.tables.params(w)) {
        const Bits own = own_values(r, k, p);
        for (const Tables::ParamUse& u : c_.tables.settings(p)) {
          if (u.use.rule != r && takes(own, u.values)) add(u.use, {r, k, w, p});
        }
      }
    }
  }
  void add(const Tables::Use& use, const Taken& t) {
    std::vector<Taken>& from = takers_[use];
    const bool same = !from.empty() && from.back().rule == t.rule &&
                      from.back().directive == t.directive && from.back().way == t.way &&
                      from.back().param == t.param;
    if (!same) from.push_back(t);
  }
  /// Values of a choice that are not among those that a setting leaves.
  static bool takes(const Bits& own, const Bits& left) {
    for (std::size_t cls = 0; cls < own.size(); ++cls) {
      if (own.test(cls) && !left.test(cls)) return true;
    }
    return false;
  }
  [[nodiscard]] Bits own_values(RuleId r, std::size_t k, ParamId p) const {
    Bits out(c_.tables.param_classes.count(p), true);
    for (const ParamSetting& s : m_.rules[r].directives[k].what.params) {
      if (s.param == p) out &= c_.tables.param_classes.of(s);
    }
    return out;
  }

  /// The possible patients to whom something of the choice is left, but not what the rule takes. Of a parameter first those
  /// to whom some value on the way is left; if there is none, `last` is set, and they are those to whom no value is left
  /// though nothing rules out the way itself: one rule takes some, and others the rest.
  Node narrowed(const Tables::Use& taker, Taken& t) {
    const Node kept = s_.kept(t.rule);
    const Node stands = s_.stands(taker.rule);
    if (!g_.meet(kept, stands)) return kFalse;
    Node both = g_.both({kept, stands, s_.possible()});
    if (both == kFalse) return both;
    if (t.param.valid()) {
      const Node some = g_.minus(both, s_.removed(t.way, Scope::Bans::all, t.rule));
      if (some != kFalse || m_.rules[t.rule].directives[t.directive].what.ways.size() == 1)
        return some;
      t.last = true;
      for (const Tables::Use& u : c_.tables.bans(t.way)) both = g_.minus(both, s_.stands(u.rule));
    }
    return g_.minus(both, s_.emptied(t.rule, t.directive, Scope::Bans::all));
  }

  void report(const Tables::Use& taker, const std::vector<Taken>& from) {
    const Directive& by = m_.rules[taker.rule].directives[taker.directive];
    diag::Diagnostic d;
    d.code = Code::narrowed;
    d.decision = m_.decisions[id_].name;
    d.primary = by.span;
    d.rules = {c_.name(taker.rule)};
    Taken first;
    std::vector<RuleId> told;
    Node set = kFalse;
    for (Taken t : from) {
      // What a choice loses is told once, and of so many choices: the note is about the rule that takes.
      if (d.related.size() == kListed) break;
      if (!told.empty() && told.back() == t.rule) continue;
      const Node here = narrowed(taker, t);
      if (c_.stop(s_)) return;
      if (here == kFalse) continue;
      if (set == kFalse) {
        first = t;
        set = here;
      }
      told.push_back(t.rule);
      if (t.rule != taker.rule) d.rules.push_back(c_.name(t.rule));
      d.related.push_back({m_.rules[t.rule].directives[t.directive].span, lost(by, t)});
    }
    if (set == kFalse) return;
    const std::string& text = m_.rules[first.rule].directives[first.directive].what.text;
    std::string what = "several choices";
    if (d.related.size() == 1) what = "`" + text + "`";
    d.message =
        fmt::format("`{}` leaves less of {} in `{}`", c_.name(taker.rule), what, d.decision);
    const Judge judge(c_, {taker.rule, first.rule});
    c_.found(std::move(d), s_, set, judge.claim([&](const oracle::Advice& a) {
      return shows(judge, a, taker.rule, first);
    }),
             false);
  }

  /// What the choice loses.
  [[nodiscard]] std::string lost(const Directive& by, const Taken& t) const {
    if (t.last) {
      return fmt::format("`{}` is not left: rules together leave no `{}`", way_words(m_, t.way),
                         m_.params[t.param].name);
    }
    if (t.param.valid()) return fmt::format("not every `{}` is left", m_.params[t.param].name);
    std::vector<std::string> gone;
    for (WayId w : m_.rules[t.rule].directives[t.directive].what.ways) {
      if (!matches(m_, w, by.what)) continue;
      gone.push_back("`" + way_words(m_, w) + "`");
      if (gone.size() > kListed) break;
    }
    if (gone.size() > kListed) return fmt::format("{} and others are not left", gone.front());
    return diag::listed(gone, "and") + (gone.size() == 1 ? " is not left" : " are not left");
  }

  [[nodiscard]] bool shows(const Judge& judge, const oracle::Advice& a, RuleId taker,
                           const Taken& t) const {
    const oracle::ForResult* f = a.find(judge.part().model, judge.rule(t.rule), t.directive);
    if (f == nullptr || !f->kept || f->left.empty() || a.stands[judge.rule(taker)] == 0)
      return false;
    if (!t.param.valid())
      return f->left.size() < m_.rules[t.rule].directives[t.directive].what.ways.size();
    const WayId way = judge.part().way(t.way);
    if (t.last) return std::find(f->left.begin(), f->left.end(), way) == f->left.end();
    const ParamId param = judge.part().param(t.param);
    const std::vector<oracle::ParamLeft> left = oracle::parameters_left(judge.oracle(), a, way);
    return std::find(f->left.begin(), f->left.end(), way) != f->left.end() &&
           std::any_of(left.begin(), left.end(), [&](const oracle::ParamLeft& l) {
             return l.param == param && l.points.size() < judge.oracle().points(param).size();
           });
  }

  Context& c_;
  const Model& m_;
  Scope& s_;
  space::Diagram& g_;
  DecisionId id_;
  std::map<Tables::Use, std::vector<Taken>> takers_;  // by the directive that takes
};

}  // namespace

void check_narrowed(Context& c, Scope& s, DecisionId id) { Narrowed(c, s, id).run(); }

}  // namespace gdl::analysis
