// See overlaps.h.
#include "overlaps.h"

#include <fmt/core.h>

#include <algorithm>

#include "fixes.h"
#include "space/outline.h"
#include "stars.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;

namespace {

/// `overrides all` of two rules: each would override the other, so both must never stand.
void overrides_all(Context& c, Scope& s, RuleId a, RuleId b) {
  const Rule& first = c.model.rules[a];
  const Rule& second = c.model.rules[b];
  if (a == b || !first.overrides_all || !second.overrides_all) return;
  if (first.against_only || second.against_only) return;
  Node both = s.sets().both({s.stands(a), s.stands(b), s.possible()});
  if (!c.somebody(s, both)) return;
  diag::Diagnostic d;
  d.code = Code::overlapping_overrides;
  d.decision = c.model.decisions[first.decision].name;
  d.primary = second.head_span;
  d.rules = {first.name, second.name};
  d.message = fmt::format("`{}` and `{}` both override all others and stand together", first.name,
                          second.name);
  d.related.push_back({first.head_span, "the other rule"});
  d.help = "make their conditions disjoint, or let one name the rules it overrides";
  const Judge judge(c, {a, b});
  c.found(std::move(d), s, both, judge.claim([&](const oracle::Advice& adv) {
    return adv.stands[judge.rule(a)] != 0 && adv.stands[judge.rule(b)] != 0;
  }),
          true);
}

/// Two rules, or a rule and itself, and the patients whom they answer differently.
struct Clash {
  RuleId a, b;
  Node set;
};

/// The rules of a frame that the one in its middle is at odds with.
std::vector<RuleId> others(const Star<RuleId, Clash>& frame) {
  std::vector<RuleId> out;
  for (const Clash& x : frame.edges) out.push_back(x.a == frame.center ? x.b : x.a);
  return out;
}

/// What a rule recommends and considers.
std::vector<std::pair<Verb, WayId>> advice_of(const Rule& r) {
  std::vector<std::pair<Verb, WayId>> out;
  for (const Directive& d : r.directives) {
    if (!is_for(d.verb)) continue;
    for (WayId w : d.what.ways) out.emplace_back(d.verb, w);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

/// Of two rules that answer differently: it is by strength or evidence alone.
bool differ_in_grade(const Rule& a, const Rule& b) {
  return !a.has_none && !b.has_none && advice_of(a) == advice_of(b);
}

/// "strength `strong` and `weak`"
std::string grades(const Rule& a, const Rule& b) {
  auto pair = [](const char* what, const std::string& x, const std::string& y) {
    auto word = [](const std::string& g) { return g.empty() ? "none" : "`" + g + "`"; };
    return fmt::format("{} ({} and {})", what, word(x), word(y));
  };
  std::vector<std::string> out;
  if (a.strength != b.strength) out.push_back(pair("strength", a.strength, b.strength));
  if (a.evidence != b.evidence) out.push_back(pair("evidence", a.evidence, b.evidence));
  return diag::listed(out, "and");
}

void settle(Context& c, Scope& s, const Decision& d, const Star<RuleId, Clash>& frame, Node set,
            diag::Diagnostic& out) {
  const Clash& first = frame.edges.front();
  if (first.a == first.b) {
    out.help = "a rule either advises or says that nothing is recommended: make two rules of it";
    return;
  }
  bool none = false;
  for (const Clash& x : frame.edges) {
    none = none || c.model.rules[x.a].has_none || c.model.rules[x.b].has_none;
  }
  if (frame.edges.size() == 1) {
    c.settle_pair(out, s, "overlap", first.a, first.b, set);
  } else if (std::optional<diag::Fix> fix = override_by(c.model, frame.center, others(frame))) {
    out.choices = {*fix};
  }
  out.help = out.choices.empty() ? "let one rule override the other, or make them disjoint"
                                 : "their conditions may also be made disjoint";
  if (frame.edges.size() == 1 && differ_in_grade(c.model.rules[first.a], c.model.rules[first.b])) {
    out.help =
        "`choose one` wants one answer with one grade: say the same in both, or make them "
        "disjoint";
  }
  if (d.choose == Choose::one && !none) out.help += "; if all may be offered, say `choose any`";
}

/// `more`: others are not listed.
void finding(Context& c, Scope& s, DecisionId id, const Star<RuleId, Clash>& frame, bool more) {
  const Clash& first = frame.edges.front();
  const std::size_t n = frame.edges.size();
  diag::Diagnostic d;
  d.code = Code::overlap;
  d.decision = c.model.decisions[id].name;
  if (n > 1) {
    d.primary = c.model.rules[frame.center].head_span;
    d.rules = {c.name(frame.center)};
    d.message = fmt::format("`{}` and {} other rules answer differently for the same patient",
                            c.name(frame.center), n);
    for (RuleId r : others(frame)) {
      d.rules.push_back(c.name(r));
      bool grade = differ_in_grade(c.model.rules[frame.center], c.model.rules[r]);
      d.related.push_back({c.model.rules[r].head_span,
                           grade ? "the same advice, but for the " +
                                       grades(c.model.rules[frame.center], c.model.rules[r])
                                 : "another answer"});
    }
  } else {
    d.primary = c.model.rules[first.b].head_span;
    d.rules = {c.name(first.a)};
    if (first.a == first.b) {
      d.message = fmt::format("`{}` gives advice and `no recommendation` at once", c.name(first.a));
    } else {
      d.rules.push_back(c.name(first.b));
      const Rule& a = c.model.rules[first.a];
      const Rule& b = c.model.rules[first.b];
      if (differ_in_grade(a, b)) {
        d.message = fmt::format("`{}` and `{}` give a patient the same advice, but differ in {}",
                                a.name, b.name, grades(a, b));
      } else {
        d.message =
            fmt::format("`{}` and `{}` answer differently for the same patient", a.name, b.name);
      }
      d.related.push_back({c.model.rules[first.a].head_span, "the other answer"});
    }
  }
  Node set = kFalse;
  for (const Clash& x : frame.edges) set = s.sets().either(set, x.set);
  std::vector<RuleId> concerned = others(frame);
  concerned.push_back(frame.center);
  const Judge judge(c, concerned);
  c.found(std::move(d), s, set, judge.claim([&](const oracle::Advice& advice) {
    const oracle::DecisionAdvice& decision = advice.decisions[judge.decision(id)];
    return std::any_of(frame.edges.begin(), frame.edges.end(), [&](const Clash& x) {
      return decision.overlap(judge.rule(x.a), judge.rule(x.b));
    });
  }),
          true, [&](diag::Diagnostic& out) {
            settle(c, s, c.model.decisions[id], frame, set, out);
            if (more) say_more(out, c.model.decisions[id].name);
          });
}

}  // namespace

namespace {

/// Pairs that are put together to frames; with more of them, only that there are more is said.
constexpr auto kPairs = static_cast<std::size_t>(limits::pairs);

}  // namespace

void check_overlaps(Context& c, Scope& s, Accepts& accepts, DecisionId id) {
  const std::vector<RuleId>& rules = c.model.decisions[id].rules;
  // Which pairs can be at odds at all: with `choose one` any two, else one with `no recommendation`
  // and another, or two that override all others; and only those that may concern the same patient.
  const bool one = c.model.decisions[id].choose == Choose::one;
  space::Outlines outlines(c.model, c.tables.classes);
  std::vector<space::Outline> drawn;
  Bits special(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& r = c.model.rules[rules[i]];
    special.set(i, one || r.has_none || r.overrides_all);
    drawn.push_back(outlines.of(rules[i]));
  }
  if (special.none()) return;
  const space::Meetings meetings(drawn);
  std::vector<Clash> clashes;
  const bool accepted = c.has_accept(AcceptKind::overlap, id);
  auto pair = [&](std::size_t i, std::size_t k) {
    overrides_all(c, s, rules[i], rules[k]);
    Node set = s.sets().both({s.overlap(rules[i], rules[k]), s.possible()});
    set = accepts.waive(set, AcceptKind::overlap, id, rules[i], rules[k]);
    if (c.somebody(s, set)) clashes.push_back({rules[i], rules[k], set});
  };
  for (std::size_t i = 0; i < rules.size() && !c.stop(s); ++i) {
    Bits met = meetings.with(drawn[i]);
    if (!special.test(i)) met &= special;
    for (std::size_t k = met.next(i); k < rules.size() && !c.stop(s); k = met.next(k + 1)) {
      pair(i, k);
      if (clashes.size() == kPairs && !accepted) break;
    }
    if (clashes.size() == kPairs && !accepted) break;
  }
  bool more = clashes.size() >= kPairs;
  // A rule at odds with itself is a matter of its own.
  auto own = std::stable_partition(clashes.begin(), clashes.end(),
                                   [](const Clash& x) { return x.a != x.b; });
  std::vector<Star<RuleId, Clash>> frames;
  for (auto it = own; it != clashes.end(); ++it) frames.push_back({it->a, {*it}});
  clashes.erase(own, clashes.end());
  for (auto& frame :
       stars(std::move(clashes), [](const Clash& x) { return std::pair(x.b, x.a); })) {
    frames.push_back(std::move(frame));
  }
  more = more || frames.size() > kListed;
  if (frames.size() > kListed) frames.resize(kListed);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    finding(c, s, id, frames[i], more && i + 1 == frames.size());
  }
}

}  // namespace gdl::analysis
