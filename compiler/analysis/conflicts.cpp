// See conflicts.h.
#include "conflicts.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>

#include "fixes.h"
#include "space/point.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

class Conflicts {
 public:
  Conflicts(Context& c, Scope& s, Accepts& accepts, DecisionId id)
      : c_(c),
        m_(c.model),
        s_(s),
        g_(s.sets()),
        accepts_(accepts),
        id_(id),
        accepted_(c.has_accept(AcceptKind::conflict, id)) {}

  void run() {
    for (RuleId r : m_.decisions[id_].rules) {
      for (std::size_t k = 0; k < m_.rules[r].directives.size(); ++k) {
        if (is_for(m_.rules[r].directives[k].verb)) directive(r, k);
        if (c_.stop(s_) || (more_ && !accepted_)) break;
      }
      if (c_.stop(s_) || (more_ && !accepted_)) break;
    }
    std::vector<diag::Diagnostic> found;
    for (Group& g : groups_) tell(g, found);
    if (more_ && !found.empty()) say_more(found.back(), m_.decisions[id_].name);
    for (diag::Diagnostic& d : found) c_.sink.add(std::move(d));
  }

 private:
  /// A *for* directive that is ruled out, and for whom.
  struct Advice {
    RuleId rule;
    std::size_t directive;
    Node set;
  };
  /// What a finding is about: all that the same rules rule out together.
  struct Group {
    std::vector<RuleId> banning;
    std::vector<Advice> advice;
    bool more = false;  ///< there are other combinations of rules, which are not listed
  };

  void directive(RuleId r, std::size_t k) {
    // What settings alone empty is a parameter conflict.
    Node set = s_.conflict(r, k);
    if (set == kFalse) return;
    set = g_.minus(set, s_.emptied(r, k, Scope::Bans::none));
    if (!c_.somebody(s_, set)) return;
    set = accepts_.waive_conflict(set, r, k);
    std::vector<RuleId> banning = bans_on(m_.rules[r].directives[k]);
    // Each combination of banning rules is told apart, until nothing is left.
    std::size_t last = groups_.size();
    for (std::size_t n = 0; c_.somebody(s_, set); ++n) {
      if (n == kListed && last < groups_.size()) {
        groups_[last].more = true;
        return;
      }
      const std::vector<RuleId> involved = needed(set, r, k, as_few(set, banning));
      if (c_.stop(s_)) return;
      const Node same =
          g_.both(set, hangs_on_settings(m_.rules[r].directives[k]) ? emptied_by(r, k, involved)
                                                                    : all_stand(involved));
      if (c_.stop(s_)) return;
      set = g_.minus(set, same);
      last = group({r, k, same}, involved);
      if (more_) break;
    }
  }

  /// The patients for whom all of these rules stand, and their bans are enough.
  [[nodiscard]] Node emptied_by(RuleId r, std::size_t k, const std::vector<RuleId>& rules) {
    const Node stand = all_stand(rules);
    return g_.both(stand, s_.emptied(r, k, [&](RuleId ban) {
      return std::find(rules.begin(), rules.end(), ban) != rules.end() ? space::kTrue : kFalse;
    }));
  }
  [[nodiscard]] Node all_stand(const std::vector<RuleId>& rules) {
    Node out = space::kTrue;
    for (RuleId b : rules) out = g_.both(out, s_.stands(b));
    return out;
  }
  /// Else the bans that are enough for one patient are so for everybody for whom they stand.
  [[nodiscard]] bool hangs_on_settings(const Directive& dir) const {
    return std::any_of(dir.what.ways.begin(), dir.what.ways.end(), [&](WayId w) {
      const auto& params = c_.tables.params(w);
      return std::any_of(params.begin(), params.end(),
                         [&](ParamId p) { return !c_.tables.settings(p).empty(); });
    });
  }
  /// Of rules that are enough for some patient of the set, those without which the others are enough for nobody of it:
  /// each that comes first is left out if it can be.
  [[nodiscard]] std::vector<RuleId> needed(Node set, RuleId r, std::size_t k,
                                           std::vector<RuleId> rules) {
    for (std::size_t i = 0; i < rules.size() && rules.size() > 1;) {
      std::vector<RuleId> fewer = rules;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const Node without = g_.both(set, emptied_by(r, k, fewer));
      if (c_.stop(s_)) return rules;
      if (s_.nobody(without)) {
        ++i;
      } else {
        rules = std::move(fewer);
      }
      if (c_.stop(s_)) return rules;
    }
    return rules;
  }

  /// Some patient of the set has as few of the rules standing as can be, where each that comes first is left out if
  /// it can be: those that stand. In the set is a possible patient.
  [[nodiscard]] std::vector<RuleId> as_few(Node set, const std::vector<RuleId>& rules) {
    std::vector<RuleId> out;
    Node few =
        set;  // without those for whom a rule that is left out stands, but for the rules that wait:
    std::vector<RuleId> waiting;
    // Of diagrams one patient is kept for whom none that is left out stands: who does not stand for him is left out,
    // and need not be taken out of a large set.
    const bool keeps = s_.has_diagram();
    space::Point patient;
    auto keep = [&] {
      const Node inside = keeps ? g_.both(few, s_.possible()) : kFalse;
      if (keeps && inside.valid() && inside != kFalse) {
        patient = space::point_of(s_.diagram(), inside);
      }
    };
    keep();
    for (RuleId b : rules) {
      const Node stands = s_.stands(b);
      if (c_.stop(s_)) return out;
      if (keeps && !space::holds(s_.diagram(), stands, patient)) {
        waiting.push_back(b);
        continue;
      }
      Node without = g_.minus(few, stands);
      for (RuleId w : waiting) {
        if (s_.nobody(without)) break;
        without = g_.minus(without, s_.stands(w));
      }
      if (s_.nobody(without)) {
        out.push_back(b);
      } else {
        few = without;
        waiting.clear();
        keep();
      }
      if (c_.stop(s_)) return out;
    }
    return out;
  }

  /// The index of the group of these bans, which the advice joins; past the last if no more are listed.
  std::size_t group(Advice advice, const std::vector<RuleId>& banning) {
    if (groups_.size() == kListed && places_.find(banning) == places_.end()) {
      more_ = true;
      return groups_.size();
    }
    auto [it, fresh] = places_.emplace(banning, groups_.size());
    if (fresh) groups_.push_back({banning, {}, false});
    groups_[it->second].advice.push_back(advice);
    return it->second;
  }

  [[nodiscard]] const Directive& directive_of(const Advice& a) const {
    return m_.rules[a.rule].directives[a.directive];
  }

  /// The finding, with a witness, to the others.
  void tell(Group& group, std::vector<diag::Diagnostic>& found) {
    std::vector<RuleId> advising;
    std::vector<Node> sets;
    for (const Advice& a : group.advice) {
      if (advising.empty() || advising.back() != a.rule) advising.push_back(a.rule);
      sets.push_back(a.set);
    }
    diag::Diagnostic d;
    d.code = Code::conflict;
    d.severity = diag::info(d.code).severity;
    d.decision = m_.decisions[id_].name;
    name(d, group);
    const Judge judge(c_, advising);
    const Claim claim = judge.claim([&](const oracle::Advice& all) {
      return std::any_of(group.advice.begin(), group.advice.end(), [&](const Advice& a) {
        const oracle::ForResult* f = all.find(judge.part().model, judge.rule(a.rule), a.directive);
        return f != nullptr && f->conflict && f->kept && !f->parameter;
      });
    });
    space::Box shown;
    if (!c_.witness(d, s_, g_.either(std::move(sets)), claim, true, &shown)) return;
    if (d.code == Code::internal_error) {
      found.push_back(std::move(d));
      return;
    }
    if (const std::size_t first = said_to(group, shown); first != 0) {
      std::rotate(group.advice.begin(), group.advice.begin() + static_cast<std::ptrdiff_t>(first),
                  group.advice.begin() + static_cast<std::ptrdiff_t>(first) + 1);
      name(d, group);
    }
    if (group.more) {
      d.verdict = diag::Verdict::at_least;
      d.notes.push_back("other combinations of rules ban it too; they are not listed");
    }
    settle(d, group, advising);
    found.push_back(std::move(d));
  }

  /// Which advice the patients of the box are given: one that all of them are given, or else some.
  [[nodiscard]] std::size_t said_to(const Group& group, const space::Box& box) {
    if (group.advice.size() == 1) return 0;
    const Node patients = g_.both({g_.box(box), s_.possible()});
    std::optional<std::size_t> some;
    for (std::size_t i = 0; i < group.advice.size(); ++i) {
      const Node set = group.advice[i].set;
      const bool all = g_.nobody(g_.minus(patients, set));
      if (c_.stop(s_)) break;
      if (all) return i;
      if (!some.has_value() && c_.somebody(s_, g_.both(patients, set))) some = i;
    }
    return some.value_or(0);
  }

  /// Names the first advice, which it is about, and marks all.
  void name(diag::Diagnostic& d, const Group& group) {
    const Advice& first = group.advice.front();
    const Directive& dir = directive_of(first);
    d.primary = dir.span;
    d.message = fmt::format("`{}` advises `{}`, which {}", c_.name(first.rule), dir.what.text,
                            against_words(group.banning));
    d.rules = {c_.name(first.rule)};
    for (RuleId b : group.banning) d.rules.push_back(c_.name(b));
    d.related.clear();
    mark_bans(d, group.banning, dir);
    for (std::size_t i = 1; i < group.advice.size(); ++i) {
      const Advice& also = group.advice[i];
      const Directive& its = directive_of(also);
      if (std::find(d.rules.begin(), d.rules.end(), c_.name(also.rule)) == d.rules.end()) {
        d.rules.push_back(c_.name(also.rule));
      }
      const std::string& what = its.what.text;
      d.related.push_back(
          {its.span, what == dir.what.text
                         ? fmt::format("`{}` advises it as well", c_.name(also.rule))
                         : fmt::format("`{}` advises `{}`, which is ruled out as well",
                                       c_.name(also.rule), what)});
      mark_bans(d, group.banning, its);
    }
  }

  /// Shows what of these rules is against the advice, each once.
  void mark_bans(diag::Diagnostic& d, const std::vector<RuleId>& rules, const Directive& advice) {
    for (RuleId b : rules) {
      for (const Directive& ban : m_.rules[b].directives) {
        if (!is_against(ban.verb) || !touches(ban, advice)) continue;
        bool shown = std::any_of(d.related.begin(), d.related.end(),
                                 [&](const diag::Label& l) { return l.span == ban.span; });
        if (!shown) {
          d.related.push_back({ban.span, fmt::format("`{}` advises against it", c_.name(b))});
        }
      }
    }
  }

  void settle(diag::Diagnostic& d, const Group& group, const std::vector<RuleId>& advising) {
    const RuleId r = group.advice.front().rule;
    d.help = fmt::format(
        "decide for this patient: narrow one of the rules with `unless`, or let the rule that bans "
        "say `overrides {}` so that the advice is withdrawn",
        c_.name(r));
    if (group.banning.size() != 1 || group.banning.front() == r || c_.stop(s_)) return;
    const RuleId ban = group.banning.front();
    if (std::optional<diag::Fix> fix = override_by(m_, ban, advising)) {
      fix->message += advising.size() == 1 ? ": the advice is withdrawn" : ": they are withdrawn";
      d.choices.push_back(*fix);
    }
    if (group.advice.size() == 1) {
      const Node set = group.advice.front().set;
      std::optional<std::string> when = c_.condition(s_, set, g_.negate(s_.applies(r)));
      std::optional<diag::Fix> fix = when.has_value() ? unless(m_, r, *when) : std::nullopt;
      if (fix.has_value()) d.choices.push_back(*fix);
      when = c_.condition(s_, set, g_.negate(g_.both({s_.stands(r), s_.stands(ban)})));
      if (when.has_value() && !m_.rules[r].unnamed && !m_.rules[ban].unnamed) {
        d.choices.push_back(accept_of(m_, "conflict", id_, *when, r, ban));
      }
    }
    if (!d.choices.empty()) d.help = "if this patient was not meant, narrow one of the rules";
  }

  [[nodiscard]] bool touches(const Directive& ban, const Directive& advice) const {
    return std::any_of(advice.what.ways.begin(), advice.what.ways.end(),
                       [&](WayId w) { return matches(m_, w, ban.what); });
  }

  [[nodiscard]] std::vector<RuleId> bans_on(const Directive& dir) const {
    std::vector<RuleId> out;
    for (WayId w : dir.what.ways) {
      for (const Tables::Use& u : c_.tables.bans(w)) out.push_back(u.rule);
      for (const auto& entry : c_.tables.param_bans(w)) out.push_back(entry.second.use.rule);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  [[nodiscard]] std::string against_words(const std::vector<RuleId>& rules) const {
    std::vector<std::string> names;
    for (RuleId r : rules) names.push_back("`" + c_.name(r) + "`");
    return diag::listed(names, "and") + (rules.size() == 1 ? " rules out" : " rule out");
  }

  Context& c_;
  const Model& m_;
  Scope& s_;
  space::Sets& g_;
  Accepts& accepts_;
  DecisionId id_;
  bool accepted_;
  bool more_ = false;  // than are listed
  std::vector<Group> groups_;
  std::map<std::vector<RuleId>, std::size_t> places_;  // of groups, by who bans
};

}  // namespace

void check_conflicts(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  Conflicts(c, s, accepts, id).run();
}

}  // namespace gdl::analysis
