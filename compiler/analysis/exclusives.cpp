// See exclusives.h.
#include "exclusives.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "fixes.h"
#include "grounds.h"
#include "space/outline.h"
#include "stars.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

struct Recommendation {
  Tables::Use use;
  DecisionId decision;
  bool x = false, y = false;  // some way matches the first, the second side of the exclusion
};

std::vector<Recommendation> recommendations(const Model& m, const Exclusive& ex, DecisionId id) {
  std::vector<Recommendation> out;
  for (RuleId r : m.decisions[id].rules) {
    for (std::size_t k = 0; k < m.rules[r].directives.size(); ++k) {
      const Directive& d = m.rules[r].directives[k];
      if (d.verb != Verb::recommend) continue;
      Recommendation rec{{r, k}, id};
      for (WayId w : d.what.ways) {
        rec.x = rec.x || matches(m, w, ex.first);
        rec.y = rec.y || matches(m, w, ex.second);
      }
      if (rec.x || rec.y) out.push_back(rec);
    }
  }
  return out;
}

/// Two recommendations and the patients for whom they clash.
struct Clash {
  Recommendation a, b;
  Node set;
};

class Exclusives {
 public:
  Exclusives(Context& c, Scope& s, Accepts& accepts, DecisionId home)
      : c_(c), m_(c.model), s_(s), accepts_(accepts), home_(home) {}

  /// Clashes of `ex` between the members of `as` and `bs`, or of `as` with each other if `bs` is
  /// empty.
  void run(const Exclusive& ex, const std::vector<Recommendation>& as,
           const std::vector<Recommendation>& bs) {
    clashes_.clear();
    for (std::size_t i = 0; i < as.size(); ++i) {
      if (bs.empty()) {
        for (std::size_t k = i + 1; k < as.size(); ++k) clash(ex, as[i], as[k]);
      } else {
        for (const Recommendation& b : bs) clash(ex, as[i], b);
      }
      if (c_.stop(s_)) break;
    }
    report(ex);
  }

 private:
  void clash(const Exclusive& ex, const Recommendation& a, const Recommendation& b) {
    if (a.use.rule == b.use.rule || !((a.x && b.y) || (a.y && b.x)) || c_.stop(s_)) return;
    Node set = s_.sets().both({s_.exclusive(a.use, b.use, ex), s_.possible()});
    set = accepts_.waive(set, AcceptKind::exclusive, a.decision, a.use.rule, b.use.rule);
    if (b.decision != a.decision) {
      set = accepts_.waive(set, AcceptKind::exclusive, b.decision, a.use.rule, b.use.rule);
    }
    if (c_.somebody(s_, set)) clashes_.push_back({a, b, set});
  }

  void report(const Exclusive& ex) {
    auto frames =
        stars(std::move(clashes_), [](const Clash& x) { return std::pair(x.b.use, x.a.use); });
    for (const auto& frame : frames) finding(ex, frame.center, frame.edges);
  }

  void finding(const Exclusive& ex, const Tables::Use& center, const std::vector<Clash>& frame) {
    const Directive& advice = directive(center);
    diag::Diagnostic d;
    d.code = Code::exclusive_conflict;
    d.decision = m_.decisions[home_].name;
    d.primary = advice.span;
    d.rules = {c_.name(center.rule)};
    Node set = kFalse;
    for (const Clash& x : frame) {
      const Tables::Use& other = x.a.use == center ? x.b.use : x.a.use;
      d.rules.push_back(c_.name(other.rule));
      d.related.push_back(
          {directive(other).span, frame.size() == 1
                                      ? fmt::format("`{}` recommends it", c_.name(other.rule))
                                      : fmt::format("recommended by `{}`", c_.name(other.rule))});
      set = s_.sets().either(set, x.set);
    }
    d.related.push_back(
        {ex.span, fmt::format("`{}` and `{}` exclude each other", ex.first.text, ex.second.text)});
    d.message =
        frame.size() == 1
            ? fmt::format("`{}` and `{}` exclude each other", d.rules[0], d.rules[1])
            : fmt::format("`{}` excludes {} other recommendations", d.rules[0], frame.size());
    std::size_t index = static_cast<std::size_t>(&ex - m_.exclusives.data());
    std::vector<RuleId> concerned;
    for (const Clash& x : frame) {
      concerned.push_back(x.a.use.rule);
      concerned.push_back(x.b.use.rule);
    }
    const Judge judge(c_, concerned);
    const auto own =
        std::find(judge.part().exclusives.begin(), judge.part().exclusives.end(), index);
    const auto at = static_cast<std::size_t>(own - judge.part().exclusives.begin());
    c_.found(std::move(d), s_, set, judge.claim([&](const oracle::Advice& adv) {
      return std::any_of(adv.exclusives.begin(), adv.exclusives.end(),
                         [&](const oracle::ExclusiveClash& found) {
                           return found.exclusive == at && among(judge, frame, found);
                         });
    }),
             true, [&](diag::Diagnostic& out) { settle(out, center.rule, frame, set); });
  }

  void settle(diag::Diagnostic& d, RuleId center, const std::vector<Clash>& frame, Node set) {
    std::vector<RuleId> others;
    for (const Clash& x : frame) {
      RuleId other = x.a.use.rule == center ? x.b.use.rule : x.a.use.rule;
      if (std::find(others.begin(), others.end(), other) == others.end()) others.push_back(other);
    }
    d.help = "one of the rules may also be narrowed with `unless`, or be a `consider`";
    if (others.size() == 1) {
      c_.settle_pair(d, s_, "exclusive", center, others[0], set);
    } else {
      if (std::optional<diag::Fix> fix = override_by(m_, center, others)) d.choices = {*fix};
      std::optional<std::string> when = c_.condition(s_, set, s_.sets().negate(s_.applies(center)));
      if (when.has_value()) {
        if (std::optional<diag::Fix> fix = unless(m_, center, *when)) d.choices.push_back(*fix);
      }
      d.help =
          fmt::format("others may also override `{}`, or it may be a `consider`", c_.name(center));
    }
    if (d.choices.empty()) {
      d.help =
          "let one rule override the other, narrow one with `unless`, or make one a `consider`";
    }
  }

  static bool among(const Judge& judge, const std::vector<Clash>& frame,
                    const oracle::ExclusiveClash& found) {
    return std::any_of(frame.begin(), frame.end(), [&](const Clash& x) {
      const RuleId a = judge.rule(x.a.use.rule);
      const RuleId b = judge.rule(x.b.use.rule);
      return (found.first == a && found.second == b) || (found.first == b && found.second == a);
    });
  }

  [[nodiscard]] const Directive& directive(const Tables::Use& u) const {
    return m_.rules[u.rule].directives[u.directive];
  }

  Context& c_;
  const Model& m_;
  Scope& s_;
  Accepts& accepts_;
  DecisionId home_;
  std::vector<Clash> clashes_;
};

}  // namespace

void check_exclusives(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  Exclusives pass(c, s, accepts, id);
  for (const Exclusive& ex : c.model.exclusives) {
    pass.run(ex, recommendations(c.model, ex, id), {});
    if (c.stop(s)) return;
  }
}

std::vector<Apart> decisions_apart(const Model& m) {
  if (m.exclusives.empty()) return {};
  const space::Classes classes(m, false);
  space::Outlines outlines(m, classes);
  std::map<std::pair<DecisionId, DecisionId>, std::vector<RuleId>> out;
  for (const Exclusive& ex : m.exclusives) {
    std::vector<Recommendation> all;
    std::vector<space::Outline> drawn;
    for (std::size_t i = 0; i < m.decisions.size(); ++i) {
      for (const Recommendation& r : recommendations(m, ex, DecisionId(i))) {
        all.push_back(r);
        drawn.push_back(outlines.of(r.use.rule));
      }
    }
    const space::Meetings meetings(drawn);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Bits met = meetings.with(drawn[i]);
      for (std::size_t k = i + 1; k < all.size(); ++k) {
        const Recommendation& a = all[i];
        const Recommendation& b = all[k];
        if (a.decision == b.decision || !met.test(k)) continue;
        if (!((a.x && b.y) || (a.y && b.x))) continue;
        std::vector<RuleId>& rules = out[{a.decision, b.decision}];
        rules.push_back(a.use.rule);
        rules.push_back(b.use.rule);
      }
    }
  }
  std::vector<Apart> list;
  for (auto& [pair, rules] : out) {
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    list.push_back({pair.first, pair.second, std::move(rules)});
  }
  return list;
}

Between check_exclusives_between(Context& c, DecisionId a, DecisionId b) {
  std::vector<CondId> conds;
  for (const Accept& acc : c.model.accepts) {
    if (acc.decision == a || acc.decision == b) conds.push_back(acc.when);
  }
  std::vector<RuleId> rules = c.model.decisions[a].rules;
  const std::vector<RuleId>& more = c.model.decisions[b].rules;
  rules.insert(rules.end(), more.begin(), more.end());
  const std::string& name = c.model.decisions[a].name;
  const std::string& other = c.model.decisions[b].name;
  const Decided decided =
      decide(c, {{}, rules, conds}, name + " and " + other,
             {{"exclusions", [&](Scope& s) {
                 Accepts accepts(c, s);
                 Exclusives pass(c, s, accepts, a);
                 for (const Exclusive& ex : c.model.exclusives) {
                   std::vector<Recommendation> first = recommendations(c.model, ex, a);
                   std::vector<Recommendation> second = recommendations(c.model, ex, b);
                   if (!first.empty() && !second.empty()) pass.run(ex, first, second);
                 }
               }}});
  Between out;
  out.grounds = decided.grounds;
  out.undecided = !decided.undecided.empty();
  for (const diag::Diagnostic& d : c.sink.items()) {
    out.found += d.code == Code::exclusive_conflict ? 1 : 0;
  }
  if (!out.undecided) return out;
  c.unknown(c.model.decisions[a].name_span,
            fmt::format("exclusions between `{}` and `{}`", name, other), name);
  return out;
}

}  // namespace gdl::analysis
