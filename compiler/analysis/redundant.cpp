// See redundant.h.
//
// A rule is taken away in thought. What others do stays exactly as it is if, wherever the rule stands,
//   1. each rule that it overrides is overridden by another as well,
//   2. each of its bans is given by another rule that at least the same rules yield to,
//   3. each value of a parameter that its settings take is taken by another setting.
// Then nothing has changed but what the rule gives itself, and, in `choose first`, what it hides. So it is redundant
// exactly if moreover
//   4. each choice that it offers where no ban removes all of it is offered by another kept rule, the same ways with the
//      same verb, strength and evidence; conflict, withdrawal, `no recommendation`, caution and preference likewise;
//   5. rules that `choose first` keeps only now give nothing that it has not given.
// 1 to 3 can fail and G be the same all the same, because two changes make up for each other: then nothing is said.
// Each question is whether sets cover a set. A patient of whom no set is left says no, and that is most often the
// first one asked about: so the cost is about linear in the rules.
#include "redundant.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "content.h"
#include "smallest.h"
#include "space/point.h"
#include "support/word_key.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Point;
using space::Scope;

namespace {

/// A directive of a rule; by the key of what it says others are found that may take its place.
struct Other {
  RuleId rule;
  std::size_t directive = 0;
};

class Redundant {
 public:
  Redundant(Context& c, Scope& s, const std::vector<RuleId>& rules)
      : c_(c), m_(c.model), s_(s), g_(s.diagram()), rules_(rules), content_(c) {
    const DecisionId home = rules.empty() ? DecisionId() : m_.rules[rules[0]].decision;
    first_ = home.valid() && m_.decisions[home].choose == Choose::first;
    if (home.valid()) decision_ = m_.decisions[home].name;
    given_.resize(m_.rules.size());
    place_.assign(m_.rules.size(), 0);
    answered_.resize(m_.rules.size());
    left_out_.assign(m_.rules.size(), 0);
    for (std::size_t i = 0; i < rules.size(); ++i) {
      place_[rules[i]] = i;
      collect(rules[i]);
    }
    overridden_.resize(m_.rules.size());
    for (std::size_t i = 0; i < m_.rules.size(); ++i) {
      for (RuleId by : m_.rules[RuleId(i)].overridden_by) overridden_[by].push_back(RuleId(i));
    }
  }

  void run() {
    duplicates();
    for (RuleId r : rules_) {
      if (c_.stop(s_)) return;
      if (left_out_[r] == 0) rule(r);
    }
  }

 private:
  void collect(RuleId id) {
    const Rule& r = m_.rules[id];
    for (std::size_t k = 0; k < r.directives.size(); ++k) {
      given_[id].push_back(content_.directive(r, r.directives[k]));
      by_key_[given_[id].back()].push_back({id, k});
    }
  }

  // -- duplicates ----------------------------------------------------------------------------------

  void duplicates() {
    std::map<WordKey<Content::Key>, std::vector<RuleId>> alike;
    for (RuleId r : rules_) alike[content_.rule(r)].push_back(r);
    std::vector<std::pair<RuleId, RuleId>> found;  // the later, the earlier
    for (const auto& entry : alike) {
      if (entry.second.size() < 2) continue;
      // Those who are overridden alike as well: of whom one stands, the other stands.
      std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<RuleId>> same;
      for (RuleId r : entry.second) {
        const Node stands = possible(s_.stands(r));
        const Node applies = possible(s_.applies(r));
        if (c_.stop(s_)) return;
        if (stands == kFalse) continue;
        std::vector<RuleId>& those = same[{stands.value, applies.value}];
        auto it = std::find_if(those.begin(), those.end(), [&](RuleId e) {
          return m_.rules[e].yields_to == m_.rules[r].yields_to;
        });
        if (it != those.end()) {
          found.emplace_back(r, *it);
        } else {
          those.push_back(r);
        }
      }
    }
    std::sort(found.begin(), found.end());
    for (const auto& [later, earlier] : found) {
      left_out_[later] = 1;
      diag::Diagnostic d = finding(Code::duplicate_rule, later);
      d.message = fmt::format("`{}` says the same as `{}`, for the same patients", c_.name(later),
                              c_.name(earlier));
      d.related.push_back({m_.rules[earlier].head_span, "the same advice"});
      d.rules.push_back(c_.name(earlier));
      d.help = "keep one of them, with the citations and texts of both";
      c_.sink.add(std::move(d));
    }
  }

  [[nodiscard]] diag::Diagnostic finding(Code code, RuleId r) const {
    diag::Diagnostic d;
    d.code = code;
    d.severity = diag::info(code).severity;
    d.primary = m_.rules[r].head_span;
    d.verdict = diag::Verdict::proved;
    d.decision = decision_;
    d.rules = {c_.name(r)};
    return d;
  }

  // -- redundant rules -----------------------------------------------------------------------------

  void rule(RuleId r) {
    if (!changes_nothing(r, nullptr) || c_.stop(s_)) return;
    considered_.emplace();
    const bool still = changes_nothing(r, nullptr);
    const std::set<RuleId> considered = std::move(*considered_);
    considered_.reset();
    if (!still || c_.stop(s_)) return;
    const std::vector<RuleId> candidates(considered.begin(), considered.end());
    auto those = [&](const std::vector<bool>& marked) {
      std::set<RuleId> out;
      for (std::size_t i = 0; i < marked.size(); ++i) {
        if (marked[i]) out.insert(candidates[i]);
      }
      return out;
    };
    std::vector<bool> found;
    for (RuleId q : candidates) found.push_back(used_.count(q) != 0);
    const std::vector<bool> all(candidates.size(), true);
    const std::vector<bool> needed = smallest(all, found, [&](const std::vector<bool>& marked) {
      const std::set<RuleId> only = those(marked);
      return !c_.stop(s_) && changes_nothing(r, &only);
    });
    if (!c_.stop(s_)) report(r, those(needed));
  }

  void report(RuleId r, const std::set<RuleId>& why) {
    diag::Diagnostic d = finding(Code::redundant_rule, r);
    std::vector<std::string> names;
    for (RuleId other : why) {
      names.push_back("`" + c_.name(other) + "`");
      d.rules.push_back(c_.name(other));
      d.related.push_back({m_.rules[other].head_span, "this is why"});
    }
    d.message = fmt::format("without `{}` every patient gets the same answer", c_.name(r));
    if (!names.empty()) d.message += ", because of " + diag::listed(names, "and");
    d.help = "remove the rule, or mend its condition if it was meant for others";
    c_.sink.add(std::move(d));
  }

  Node possible(Node n) { return g_.both(n, s_.possible()); }

  /// True if every patient of `set` is in a set of some candidate; those needed are noted in `used_`. `node` gives a
  /// candidate's set and `of` its rule.
  template <class Candidates, class RuleOf, class SetOf>
  Node uncovered(Node set, const Candidates& candidates, const RuleOf& of, const SetOf& node) {
    for (const auto& x : candidates) consider(of(x));
    while (set != kFalse && !c_.stop(s_)) {
      const Point p = space::point_of(g_, set);
      bool found = false;
      for (const auto& x : candidates) {
        const RuleId q = of(x);
        if (q == r_ || left_out_[q] != 0 || !allowed(q)) continue;
        const Node n = node(x);
        if (!n.valid()) return set;
        if (!space::holds(g_, n, p)) continue;
        set = g_.minus(set, n);
        used_.insert(q);
        found = true;
        break;
      }
      if (!found) return set;
    }
    return set;
  }
  template <class Candidates, class RuleOf, class SetOf>
  bool covered(Node set, const Candidates& candidates, const RuleOf& of, const SetOf& node) {
    return uncovered(set, candidates, of, node) == kFalse;
  }
  /// Notes who may be a reason.
  void consider(RuleId q) {
    if (considered_.has_value() && q != r_ && left_out_[q] == 0) considered_->insert(q);
  }
  [[nodiscard]] bool allowed(RuleId q) const { return only_ == nullptr || only_->count(q) != 0; }

  /// Without the rule G is the same for every patient; with `only`, already by what these others do.
  bool changes_nothing(RuleId r, const std::set<RuleId>* only) {
    r_ = r;
    only_ = only;
    used_.clear();
    stands_ = possible(s_.stands(r));
    if (c_.stop(s_) || stands_ == kFalse) return false;  // a dead rule is told of as such
    return overrides_stay() && settings_stay() && gives_nothing_new() && hides_nothing_new() &&
           !c_.stop(s_);
  }

  bool overrides_stay() {
    for (RuleId o : overridden_[r_]) {
      // One of another decision to which a ban yields: it is in this part, but nothing here hangs on it.
      if (!s_.has(o)) continue;
      const Node kept_down = g_.both(stands_, s_.applies(o));
      bool stay = covered(
          kept_down, m_.rules[o].overridden_by, [](RuleId q) { return q; },
          [&](RuleId q) { return s_.stands(q); });
      if (!stay) return false;
    }
    // Not every rule of another decision is in this scope. Whoever else overrides it from this decision is.
    const Rule& whole = c_.whole.model.rules[c_.part.rules[r_]];
    if (whole.against_only) return true;
    for (RuleId o : whole.overrides) {
      if (c_.whole.model.rules[o].decision == whole.decision) continue;
      std::vector<RuleId> as_well;
      for (RuleId q : rules_) {
        const Rule& other = c_.whole.model.rules[c_.part.rules[q]];
        const std::vector<RuleId>& down = other.overrides;
        const bool does = std::find(down.begin(), down.end(), o) != down.end();
        if (does && !other.against_only) as_well.push_back(q);
      }
      bool stay = covered(
          stands_, as_well, [](RuleId q) { return q; }, [&](RuleId q) { return s_.stands(q); });
      if (!stay) return false;
    }
    return true;
  }

  bool settings_stay() {
    for (const Directive& d : m_.rules[r_].directives) {
      if (!is_for(d.verb)) continue;
      for (const ParamSetting& p : d.what.params) {
        const Bits values = c_.tables.param_classes.of(p);
        for (std::size_t cls = 0; cls < values.size(); ++cls) {
          if (values.test(cls)) continue;
          // Another rule's settings that take this value too.
          std::vector<RuleId> takers;
          for (const space::Tables::ParamUse& u : c_.tables.settings(p.param)) {
            if (!u.values.test(cls)) takers.push_back(u.use.rule);
          }
          bool stay = covered(
              stands_, takers, [](RuleId q) { return q; }, [&](RuleId q) { return s_.stands(q); });
          if (!stay) return false;
        }
      }
    }
    return true;
  }

  /// What the rule gives is given without it.
  bool gives_nothing_new() {
    first_for_ = first_ ? answered_first() : kFalse;
    for (std::size_t k = 0; k < given_[r_].size(); ++k) {
      const Verb verb = m_.rules[r_].directives[k].verb;
      const bool stay = is_for(verb) ? marks_stay(k) && choice_stays(k) : said_stays(k, verb);
      if (!stay || c_.stop(s_)) return false;
    }
    return true;
  }

  /// The patients of `set` whose way no ban removes.
  Node not_removed(Node set, WayId w) {
    for (const space::Tables::Use& u : c_.tables.bans(w)) {
      if (set == kFalse || c_.stop(s_)) return set;
      // Not the rule's own ban, which goes with the rule: if another gives it as well, that one is here too.
      if (u.rule == r_ || left_out_[u.rule] != 0 || !allowed(u.rule)) continue;
      consider(u.rule);
      const Node ban = s_.stands(u.rule);
      if (!g_.meet(set, ban)) continue;
      set = g_.minus(set, ban);
      used_.insert(u.rule);
    }
    for (ParamId p : c_.tables.params(w)) {
      if (set == kFalse || c_.stop(s_)) return set;
      set = g_.minus(set, s_.parameter_empty(p, w, Scope::Bans::all, r_));
    }
    return set;
  }
  /// No ban removes the patient's way, as far as a look at the bans alone tells.
  [[nodiscard]] bool offered(const Point& p, WayId w) {
    if (!c_.tables.params(w).empty()) return false;
    const std::vector<space::Tables::Use>& bans = c_.tables.bans(w);
    return std::none_of(bans.begin(), bans.end(), [&](const space::Tables::Use& u) {
      const Node n = s_.stands(u.rule);
      return !n.valid() || space::holds(g_, n, p);
    });
  }

  /// To whom bans leave something of the choice, it is given by others.
  bool choice_stays(std::size_t directive) {
    const std::vector<WayId>& ways = m_.rules[r_].directives[directive].what.ways;
    const std::vector<Other>& others = by_key_[given_[r_][directive]];
    auto stands = [&](const Other& o) { return s_.stands(o.rule); };
    // Hidden by rules before it, or left by one of those that are kept only without it.
    const Node set = first_ ? shown() : uncovered(stands_, others, rule_of, stands);
    for (WayId w : ways) {
      if (set == kFalse) return true;
      if (c_.stop(s_)) return false;
      if (!first_ && offered(space::point_of(g_, set), w)) return false;
      const Node left = not_removed(set, w);
      if (first_ ? uncovered_by_later(left, others, stands) != kFalse : left != kFalse)
        return false;
    }
    return true;
  }

  /// What bans empty is in conflict or withdrawn in another rule too.
  bool marks_stay(std::size_t directive) {
    const Node emptied = possible(s_.emptied(r_, directive, Scope::Bans::all));
    if (c_.stop(s_)) return false;
    if (emptied == kFalse) return true;
    const std::vector<Other>& others = by_key_[given_[r_][directive]];
    const Node withdrawn = g_.both(emptied, s_.withdrawn(r_, directive));
    bool stay = covered(withdrawn, others, rule_of,
                        [&](const Other& o) { return s_.withdrawn(o.rule, o.directive); });
    if (!stay) return false;
    Node conflict = g_.minus(emptied, withdrawn);
    auto in_conflict = [&](const Other& o) {
      return g_.minus(
          {s_.emptied(o.rule, o.directive, Scope::Bans::all), s_.withdrawn(o.rule, o.directive)});
    };
    if (!first_) return covered(conflict, others, rule_of, in_conflict);
    return uncovered_by_later(g_.both(conflict, shown()), others, in_conflict) == kFalse;
  }

  /// Bans, cautions, preferences, `no recommendation`.
  bool said_stays(std::size_t directive, Verb verb) {
    const std::vector<Other>& others = by_key_[given_[r_][directive]];
    auto stands = [&](const Other& o) { return s_.stands(o.rule); };
    if (verb == Verb::no_recommendation && first_) {
      return uncovered_by_later(shown(), others, stands) == kFalse;
    }
    if (is_against(verb)) {
      std::vector<Other> enough;
      for (const Other& o : others) {
        if (o.rule != r_ && yielded_to_as_much(o.rule)) enough.push_back(o);
      }
      return covered(stands_, enough, rule_of, stands);
    }
    bool stay = covered(stands_, others, rule_of, stands);
    // Whether a caution behind the first answer is heard is nothing to rely on.
    if (stay && first_ && verb == Verb::caution) {
      stay = uncovered_by_later(shown(), others, stands) == kFalse;
    }
    return stay;
  }

  /// Every rule that yields to the bans of the one taken away yields to those of the other.
  [[nodiscard]] bool yielded_to_as_much(RuleId other) const {
    const Rule& x = c_.whole.model.rules[c_.part.rules[r_]];
    const Rule& y = c_.whole.model.rules[c_.part.rules[other]];
    if (!x.against_only || (x.overrides.empty() && !x.overrides_all)) return true;
    if (!y.against_only) return false;
    if (y.overrides_all) return true;
    return !x.overrides_all && std::all_of(x.overrides.begin(), x.overrides.end(), [&](RuleId o) {
      return std::find(y.overrides.begin(), y.overrides.end(), o) != y.overrides.end();
    });
  }

  // -- choose first --------------------------------------------------------------------------------

  Node answered(RuleId r) {
    Node& memo = answered_[r];
    if (memo.valid()) return memo;
    const Rule& rule = m_.rules[r];
    Node out = rule.has_none ? s_.stands(r) : kFalse;
    for (std::size_t k = 0; k < rule.directives.size() && !rule.has_none; ++k) {
      if (!is_for(rule.directives[k].verb)) continue;
      out = g_.either(out, g_.minus({s_.stands(r), s_.withdrawn(r, k)}));
    }
    memo = out;
    return out;
  }

  /// The patients for whom no rule before it answers.
  Node shown() {
    std::vector<RuleId> before(rules_.begin(),
                               rules_.begin() + static_cast<std::ptrdiff_t>(place_[r_]));
    return uncovered(
        stands_, before, [](RuleId q) { return q; }, [&](RuleId q) { return answered(q); });
  }
  /// Those for whom its answer is the first.
  Node answered_first() { return g_.both({g_.both(stands_, s_.kept(r_)), answered(r_)}); }

  /// The patients of `set` to whom none of the others gives it that are kept without the rule. `node`: for whom such
  /// a one has it to give.
  template <class SetOf>
  Node uncovered_by_later(Node set, const std::vector<Other>& others, const SetOf& node) {
    if (set == kFalse || c_.stop(s_)) return set;
    if (nobody_later(space::point_of(g_, set), others)) return set;
    // Whoever is behind the rule is kept up to the first that answers.
    Node left = g_.both(set, first_for_);
    std::vector<Other> later;
    std::map<RuleId, Node> kept;
    std::size_t at = place_[r_] + 1;
    for (const Other& o : others) {
      if (place_[o.rule] <= place_[r_]) continue;
      for (; at < place_[o.rule] && left != kFalse && !c_.stop(s_); ++at) {
        if (left_out_[rules_[at]] == 0) left = g_.minus(left, answered(rules_[at]));
      }
      if (left == kFalse || c_.stop(s_)) break;
      later.push_back(o);
      kept[o.rule] = g_.both(left, node(o));
    }
    return uncovered(set, later, rule_of, [&](const Other& o) { return kept[o.rule]; });
  }

  /// The patient gets it from none of the others that are kept without the rule, as a look at this one shows.
  [[nodiscard]] bool nobody_later(const Point& p, const std::vector<Other>& others) {
    if (!space::holds(g_, first_for_, p)) return true;
    for (std::size_t at = place_[r_] + 1; at < rules_.size() && !c_.stop(s_); ++at) {
      if (left_out_[rules_[at]] != 0 || !space::holds(g_, s_.stands(rules_[at]), p)) continue;
      for (const Other& o : others) {
        if (o.rule == rules_[at]) return false;
      }
      if (space::holds(g_, answered(rules_[at]), p)) return true;
    }
    return true;
  }

  /// `choose first`: what is kept only without the rule gives nothing that it has not given.
  bool hides_nothing_new() {
    if (!first_) return true;
    Node left = first_for_;
    for (std::size_t at = place_[r_] + 1; at < rules_.size() && left != kFalse; ++at) {
      if (c_.stop(s_)) return false;
      const RuleId other = rules_[at];
      if (left_out_[other] != 0) continue;
      if (!g_.meet(left, s_.stands(other))) continue;
      const Node kept = g_.both(left, s_.stands(other));
      for (std::size_t k = 0; k < given_[other].size(); ++k) {
        const Directive& d = m_.rules[other].directives[k];
        const Content::Key key = given_[other][k];
        const bool ours = std::count(given_[r_].begin(), given_[r_].end(), key) > 0;
        if (is_for(d.verb)) {
          for (WayId w : d.what.ways) {
            if (!ours && not_removed(kept, w) != kFalse) return false;
          }
          const Node conflict = g_.both(
              kept, g_.minus({s_.emptied(other, k, Scope::Bans::all), s_.withdrawn(other, k)}));
          if (conflict == kFalse) continue;
          if (!ours || !in_conflict_too(conflict, key)) return false;
        } else if (d.verb == Verb::no_recommendation || d.verb == Verb::caution) {
          if (!ours) return false;
        }
      }
      left = g_.minus(left, answered(other));
    }
    return true;
  }
  bool in_conflict_too(Node set, Content::Key key) {
    for (std::size_t k = 0; k < given_[r_].size(); ++k) {
      if (given_[r_][k] != key) continue;
      set = g_.minus(set, g_.minus({s_.emptied(r_, k, Scope::Bans::all), s_.withdrawn(r_, k)}));
    }
    return set == kFalse;
  }

  static RuleId rule_of(const Other& o) { return o.rule; }

  Context& c_;
  const Model& m_;
  Scope& s_;
  space::Diagram& g_;
  const std::vector<RuleId>& rules_;
  Content content_;
  bool first_ = false;
  std::string decision_;
  IdVector<RuleTag, std::vector<Content::Key>> given_;  // by directive
  std::unordered_map<Content::Key, std::vector<Other>> by_key_;
  IdVector<RuleTag, std::vector<RuleId>> overridden_;  // by each rule: what it keeps from standing
  IdVector<RuleTag, std::size_t> place_;               // in the decision
  IdVector<RuleTag, Node> answered_;
  IdVector<RuleTag, std::uint8_t> left_out_;  // duplicates: told of, and no reason for another

  // Of the rule that is asked about:
  RuleId r_;
  const std::set<RuleId>* only_ = nullptr;
  Node stands_;                                 // the possible patients for whom it stands
  Node first_for_;                              // those for whom its answer is the first
  std::set<RuleId> used_;                       // reasons that were enough
  std::optional<std::set<RuleId>> considered_;  // all that may be one, if it is asked
};

}  // namespace

void check_redundant(Context& c, Scope& s, DecisionId d) {
  check_redundant(c, s, c.model.decisions[d].rules);
}

void check_redundant(Context& c, Scope& s, const std::vector<RuleId>& rules) {
  if (rules.size() > 1) Redundant(c, s, rules).run();
}

}  // namespace gdl::analysis
