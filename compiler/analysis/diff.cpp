// The difference of two versions: see analysis/diff.h.
//
// What is equal by its fingerprint (sema/fingerprint.h) gives the same advice and is skipped. Each other decision is
// put into one joint model of both versions (sema/merge.h), with nothing but what it depends on, and one scope
// answers for both: the sets of an item before and after are two nodes of one canonical diagram, so they are equal
// exactly if the nodes are the same, and where they are not, their symmetric difference is who is affected.
#include "analysis/diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "analysis/replay.h"
#include "analysis/witness.h"
#include "diff_items.h"
#include "diff_parts.h"
#include "patience.h"
#include "sema/fingerprint.h"
#include "sema/merge.h"
#include "shares.h"
#include "support/parallel.h"

namespace gdl::analysis {

using namespace sema;
using space::Box;
using space::kFalse;
using space::kTrue;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

/// Changes and groups of patients listed for a decision, as for a finding.
constexpr auto kListed = static_cast<std::size_t>(limits::listed);
/// Changes told apart to find the largest.
constexpr auto kTold = static_cast<std::size_t>(limits::changes);

// Of how many patients of a group the oracle is asked. A guideline in which much changes has thousands of groups:
// the first are asked of well, the others of fewer patients.
constexpr auto kReplayedWell = static_cast<std::size_t>(limits::replayed_well);
constexpr auto kManyCompletions = static_cast<std::uint64_t>(limits::many_completions);
constexpr auto kFewCompletions = static_cast<std::uint64_t>(limits::few_completions);

/// 0 once the effort is spent.
double size_of(const space::Extent& extent, Node set) { return set.valid() ? extent.of(set) : 0; }
/// `part` of `whole` for print; empty once the effort is spent.
std::string share_of(const space::Extent& extent, Node part, Node whole) {
  return share_text(size_of(extent, part), size_of(extent, whole));
}

/// A directive of a safety rule.
struct Use {
  RuleId rule;
  std::size_t directive = 0;
};

/// What is compared: a decision of both versions, or one thing that safety rules say.
struct Unit {
  std::string name;
  DecisionId older, newer;                 ///< or none: of safety rules
  std::array<std::vector<Use>, 2> uses{};  ///< of safety rules, in their own versions
  Span span;                               ///< in the newer version; or invalid
};

/// An item in both versions.
struct Sides {
  Said words;
  std::array<Node, 2> sets = {kFalse, kFalse};
};

Bump larger(Bump a, Bump b) { return std::max(a, b); }

class Comparison {
 public:
  Comparison(const Model& older, const Model& newer, const Options& options, diag::Sink& sink)
      : older_(older),
        newer_(newer),
        options_(options),
        patience_(options),
        sink_(sink),
        touching_{Touching(older), Touching(newer)},
        prints_{Fingerprints(older, touching_[0]), Fingerprints(newer, touching_[1])} {}

  Diff run() {
    compare_facts(older_, newer_, out_);
    compare_decisions(older_, newer_, out_);
    const std::array<bool, 2> nobody = {excludes_all(Side::older), excludes_all(Side::newer)};
    if (!nobody[0] && !nobody[1]) compare_units();
    for (Side s : kSides) {
      if (!nobody[index(s)]) one_sided(s);
    }
    for (const std::string& name : rewritten_) {
      const bool safety = name == "safety";
      out_.texts.push_back(
          {safety ? "safety rules" : "decision " + name, "written otherwise", "", ""});
    }
    compare_texts(older_, newer_, out_);
    for (const DecisionDiff& d : out_.decisions) out_.bump = larger(out_.bump, d.bump);
    for (const DeclarationDiff& d : out_.facts) out_.bump = larger(out_.bump, d.bump);
    for (const DeclarationDiff& d : out_.declared) out_.bump = larger(out_.bump, d.bump);
    for (const OneSided& p : out_.patients) {
      if (!p.groups.empty()) out_.bump = larger(out_.bump, p.older ? Bump::major : Bump::minor);
    }
    if (!out_.texts.empty()) out_.bump = larger(out_.bump, Bump::patch);
    judge_version(older_, newer_, out_, sink_);
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Model& model(Side s) const { return s == Side::older ? older_ : newer_; }
  static std::size_t index(Side s) { return static_cast<std::size_t>(s); }

  /// Stops the work on one question: effort or patience is spent.
  [[nodiscard]] bool stop(const Scope& s) const { return s.exhausted() || patience_.spent(); }

  // -- what has to be compared ---------------------------------------------------------------------

  /// The decisions of both versions, and the sayings of safety rules, by what they speak of, whose fingerprints differ.
  std::vector<Unit> units() const {
    std::vector<Unit> out;
    std::map<std::string, DecisionId> names;
    for (std::size_t i = 0; i < newer_.decisions.size(); ++i) {
      names.emplace(newer_.decisions[DecisionId(i)].name, DecisionId(i));
    }
    for (std::size_t i = 0; i < older_.decisions.size(); ++i) {
      auto it = names.find(older_.decisions[DecisionId(i)].name);
      if (it == names.end()) continue;
      if (prints_[0].decision(DecisionId(i)) == prints_[1].decision(it->second)) continue;
      Unit u;
      u.name = it->first;
      u.older = DecisionId(i);
      u.newer = it->second;
      u.span = newer_.decisions[it->second].name_span;
      out.push_back(std::move(u));
    }
    // What safety rules say of one thing is compared together, whichever of them say it, and how strongly.
    struct Saying {
      std::array<std::vector<Fingerprint>, 2> stands;
      Unit unit;
    };
    std::map<Fingerprint, std::size_t> at;
    std::vector<Saying> sayings;
    for (Side s : kSides) {
      const Model& m = model(s);
      for (std::size_t i = 0; i < m.rules.size(); ++i) {
        const Rule& r = m.rules[RuleId(i)];
        if (r.decision.valid()) continue;
        for (std::size_t k = 0; k < r.directives.size(); ++k) {
          const Fingerprints& prints = prints_[index(s)];
          auto [it, fresh] = at.emplace(prints.subject(RuleId(i), k), sayings.size());
          if (fresh) sayings.emplace_back();
          Saying& saying = sayings[it->second];
          saying.stands[index(s)].push_back(prints.stands(RuleId(i)));
          saying.unit.uses[index(s)].push_back({RuleId(i), k});
          if (s == Side::newer) saying.unit.span = r.head_span;
        }
      }
    }
    for (Saying& s : sayings) {
      for (auto& side : s.stands) std::sort(side.begin(), side.end());
      if (s.stands[0] == s.stands[1]) continue;
      s.unit.name = "safety";
      out.push_back(std::move(s.unit));
    }
    return out;
  }

  // -- one decision ----------------------------------------------------------------------------------

  VersionPart part(Side s, const Unit& u) const {
    VersionPart out{model(s), touching_[index(s)], {}, {}, {}, {}};
    if (u.older.valid()) out.decisions = {s == Side::older ? u.older : u.newer};
    for (const Use& use : u.uses[index(s)]) out.rules.push_back(use.rule);
    return out;
  }

  /// What came of a unit.
  struct Compared {
    DecisionDiff diff;
    diag::Sink sink;
  };

  void compare_units() {
    const std::vector<Unit> all = units();
    // Of few decisions each difference can be replayed well.
    const std::size_t well =
        std::max<std::size_t>(1, kReplayedWell / std::max<std::size_t>(1, all.size()));
    std::vector<Compared> compared(all.size());
    in_parallel(all.size(), options_.threads,
                [&](std::size_t i) { compare(all[i], well, compared[i]); });
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const diag::Diagnostic& d : compared[i].sink.items()) sink_.add(d);
      decided(all[i], std::move(compared[i].diff));
    }
  }

  void compare(const Unit& u, std::size_t well, Compared& out) const {
    const Merged joint = merge(part(Side::older, u), part(Side::newer, u), Existing::in_both);
    const Tables tables(joint.model);
    std::vector<DecisionId> decisions;
    std::vector<RuleId> rules;
    for (const Merged::Asked& a : joint.sides) {
      decisions.insert(decisions.end(), a.decisions.begin(), a.decisions.end());
      rules.insert(rules.end(), a.rules.begin(), a.rules.end());
    }
    Scope scope(tables, decisions, rules, {}, options_.effort, patience_.asked());
    Finder(*this, u, joint, tables, scope, well, out.sink).run(out.diff);
  }

  /// The patients of one unit whose advice changes.
  class Finder {
   public:
    /// `well`: so many groups are replayed with many completions.
    Finder(const Comparison& c, const Unit& u, const Merged& joint, const Tables& tables,
           Scope& scope, std::size_t well, diag::Sink& sink)
        : c_(c),
          u_(u),
          joint_(joint),
          t_(tables),
          s_(scope),
          g_(scope.diagram()),
          oracle_(joint.model),
          footing_(oracle_),
          well_(well),
          sink_(sink) {}

    void run(DecisionDiff& out) {
      out.id = u_.name;
      const Node within = affected();
      for (Side s : kSides) collect(s, within);
      const Node possible = s_.possible();
      std::vector<Node> differ;
      for (auto& entry : items_) {
        const std::array<Node, 2>& sets = entry.second.sets;
        if (sets[0] == sets[1]) continue;
        differ.push_back(g_.minus(sets[0], sets[1]));
        differ.push_back(g_.minus(sets[1], sets[0]));
      }
      const Node changed = g_.both(g_.either(std::move(differ)), possible);
      if (c_.stop(s_)) {
        out.unknown = true;
      } else if (changed != kFalse) {
        // Nobody else is spoken of from here on.
        for (auto& entry : items_) {
          for (Node& set : entry.second.sets) set = g_.both(set, changed);
        }
        list(changed, out);
      }
    }

   private:
    /// A set of patients with the same items before and after.
    struct Class {
      Node set;
      std::array<std::set<std::string>, 2> keys;
      double size = 0;
    };

    /// Patients whose advice may change. Of all others every rule that applies to them stands in both versions
    /// alike (by its fingerprint, overriders included), says the same, yields to the same, and comes in the same
    /// order; so whatever bans and settings leave is the same too.
    Node affected() {
      const Model& m = joint_.model;
      if (!u_.older.valid()) return kTrue;
      const Decision& a = m.decisions[joint_.sides[0].decisions[0]];
      const Decision& b = m.decisions[joint_.sides[1].decisions[0]];
      if (a.domain != b.domain || a.choose != b.choose || params_differ()) return kTrue;
      const Touching touching(m);
      const Fingerprints prints(m, touching);
      auto print = [&](RuleId r) {
        std::vector<Fingerprint> yields;
        for (RuleId other : m.rules[r].yields_to) yields.push_back(prints.stands(other));
        std::sort(yields.begin(), yields.end());
        Hash h;
        h.add(prints.stands(r));
        for (const Fingerprint& f : yields) h.add(f);
        return h.done();
      };
      std::map<Fingerprint, std::vector<RuleId>> older;
      std::vector<Node> out;
      std::vector<Fingerprint> all;
      for (std::size_t i = 0; i < m.rules.size(); ++i) all.push_back(print(RuleId(i)));
      std::vector<bool> common(m.rules.size(), false);
      for (std::size_t i = 0; i < m.rules.size(); ++i) {
        std::vector<RuleId>& same = older[all[i]];
        if (RuleId(i) < joint_.newer_rules) {
          same.push_back(RuleId(i));
        } else if (!same.empty()) {
          common[i] = common[same.back().value] = true;
          same.pop_back();
        }
      }
      if (a.choose == Choose::first) {
        auto order = [&](const Decision& d) {
          std::vector<Fingerprint> rules;
          for (RuleId r : d.rules) {
            if (common[r.value]) rules.push_back(all[r.value]);
          }
          return rules;
        };
        if (order(a) != order(b)) return kTrue;
      }
      for (std::size_t i = 0; i < common.size(); ++i) {
        if (!common[i]) out.push_back(s_.applies(RuleId(i)));
      }
      return g_.either(std::move(out));
    }

    /// A parameter has other values in one version: what is left of it is told otherwise.
    [[nodiscard]] bool params_differ() const {
      const Model& m = joint_.model;
      std::map<std::pair<std::string, std::string>, std::vector<const Parameter*>> named;
      for (const Parameter& p : m.params) named[{m.actions[p.action].name, p.name}].push_back(&p);
      return std::any_of(named.begin(), named.end(), [](const auto& entry) {
        if (entry.second.size() != 2) return true;
        const Parameter& x = *entry.second[0];
        const Parameter& y = *entry.second[1];
        bool same = x.kind == y.kind && x.lo == y.lo && x.hi == y.hi &&
                    x.unit.text == y.unit.text && x.enumerators.size() == y.enumerators.size();
        for (std::size_t i = 0; same && i < x.enumerators.size(); ++i) {
          same = x.enumerators[i].name == y.enumerators[i].name;
        }
        return !same;
      });
    }

    void collect(Side side, Node within) {
      const Merged::Asked& asked = joint_.sides[index(side)];
      space::Items items;
      if (!asked.decisions.empty()) {
        items = space::items_of(t_, s_, asked.decisions[0], within);
      } else {
        const std::vector<Use>& uses = u_.uses[index(side)];
        for (std::size_t i = 0; i < uses.size(); ++i) {
          const Rule& r = joint_.model.rules[asked.rules[i]];
          const Node stands = s_.stands(asked.rules[i]);
          auto [it, fresh] =
              items.emplace(space::warning(t_, r, r.directives[uses[i].directive]), stands);
          if (!fresh) it->second = g_.either(it->second, stands);
        }
      }
      for (const auto& [item, set] : items) {
        Said words = said(t_, item);
        auto [it, fresh] = items_.emplace(words.key, Sides{words, {kFalse, kFalse}});
        Node& mine = it->second.sets[index(side)];
        mine = g_.either(mine, set);
      }
    }

    void list(Node changed, DecisionDiff& out) {
      const space::Extent extent(t_, s_);
      Node domain = kTrue;
      if (u_.older.valid()) {
        domain = g_.either(
            {s_.domain(joint_.sides[0].decisions[0]), s_.domain(joint_.sides[1].decisions[0])});
      }
      domain = g_.both(domain, s_.possible());
      out.share = share_of(extent, changed, domain);
      std::vector<Class> classes;
      Node rest = changed;
      while (rest != kFalse && classes.size() < kTold) {
        Class one = class_of(rest);
        if (c_.stop(s_)) break;
        one.size = size_of(extent, one.set);
        rest = g_.minus(rest, one.set);
        classes.push_back(std::move(one));
      }
      out.at_least = rest != kFalse;
      // Not all are told apart: what is left may ask for anything.
      if (out.at_least) out.bump = Bump::major;
      std::stable_sort(classes.begin(), classes.end(),
                       [](const Class& a, const Class& b) { return a.size > b.size; });
      for (const Class& c : classes) out.bump = larger(out.bump, bump_of(c));
      for (const Class& c : classes) {
        if (out.changes.size() == kListed || c_.stop(s_)) break;
        Change change = describe_class(c, domain, extent);
        if (change.groups.empty()) break;
        out.changes.push_back(std::move(change));
      }
      out.further = classes.size() - out.changes.size();
      if (out.changes.empty()) out.unknown = true;
    }

    /// Those of a set who are told what one of them is told.
    Class class_of(Node set) {
      Class out;
      for (const auto& [key, item] : items_) {
        for (std::size_t side = 0; side < 2; ++side) {
          const Node in = g_.both(set, item.sets[side]);
          if (!in.valid()) return out;
          if (in == kFalse) continue;
          set = in;
          out.keys[side].insert(key);
        }
      }
      // Nobody of what is left is in any of the other items: the set has only shrunk since it was asked.
      out.set = set;
      return out;
    }

    /// An answer where there was a gap takes nothing away from anybody; a warning alone is none.
    Bump bump_of(const Class& c) {
      if (!u_.older.valid()) return Bump::major;
      const bool kept =
          std::includes(c.keys[1].begin(), c.keys[1].end(), c.keys[0].begin(), c.keys[0].end());
      if (!kept) return Bump::major;
      const DecisionId now = joint_.sides[1].decisions[0];
      const Node open = g_.either({s_.gap(now), s_.stranded(now)});
      const bool answered = g_.both(c.set, open) == kFalse;
      const bool gap = g_.minus(c.set, s_.gap(joint_.sides[0].decisions[0])) == kFalse;
      return answered && gap && !s_.exhausted() ? Bump::minor : Bump::major;
    }

    [[nodiscard]] std::vector<std::string> words(const std::set<std::string>& keys,
                                                 bool whole) const {
      std::vector<std::string> out;
      for (const std::string& k : keys) {
        const Said& w = items_.at(k).words;
        out.push_back(whole ? w.whole : w.text);
      }
      return out;
    }

    Change describe_class(const Class& c, Node domain, const space::Extent& extent) {
      Change out;
      out.bump = bump_of(c);
      out.share = share_of(extent, c.set, domain);
      out.before = words(c.keys[0], false);
      out.after = words(c.keys[1], false);
      if (out.before == out.after) {  // they differ in what the range of a parameter is
        out.before = words(c.keys[0], true);
        out.after = words(c.keys[1], true);
      }
      std::vector<std::pair<double, Box>> boxes;
      Node rest = c.set;
      while (rest != kFalse && boxes.size() < kListed && !c_.stop(s_)) {
        Box box = small_box(s_, rest, c.set);
        const Node inside = g_.both(g_.box(box), c.set);
        rest = g_.minus(rest, inside);
        if (c_.stop(s_)) break;
        boxes.emplace_back(size_of(extent, inside), std::move(box));
      }
      out.more = rest != kFalse;
      std::stable_sort(boxes.begin(), boxes.end(),
                       [](const auto& a, const auto& b) { return a.first > b.first; });
      for (const auto& entry : boxes) {
        const Box& box = entry.second;
        PatientGroup group;
        group.facts = describe(t_, s_, box, somebody_of(s_, g_.both(g_.box(box), c.set)));
        group.when = condition(t_, s_, box);
        group.share = share_of(extent, g_.both(g_.box(box), c.set), domain);
        group.tied = tied(s_, box);
        group.grounds = replay(box, c);
        out.groups.push_back(std::move(group));
      }
      return out;
    }

    /// The box with as many facts fixed, those used least first, as leaves at most `most` completions.
    Box sample(const Box& box, Node inside, std::uint64_t most, bool& whole) {
      const Box patient = g_.path(inside);
      std::uint64_t left = 1;
      whole = true;
      std::vector<std::pair<space::Var, Bits>> masks;
      for (std::size_t i = 0; i < g_.variables(); ++i) {
        const space::Var v(i);
        const Bits* mask = box.find(v);
        Bits values = mask != nullptr ? *mask : Bits(g_.values(v), true);
        if (left * values.count() > most) {
          whole = false;
          const Bits* mine = patient.find(v);
          const std::size_t one = mine != nullptr ? mine->first() : values.first();
          values = Bits(values.size());
          values.set(one);
        }
        left *= values.count();
        if (!values.all()) masks.emplace_back(v, std::move(values));
      }
      return Box{std::move(masks)};
    }

    /// Asks the oracle whether the patients of the box are told what was found.
    std::string replay(const Box& box, const Class& c) {
      if (!completions_.has_value()) completions_.emplace(t_, c_.patience_.allowance(), 1);
      bool whole = true;
      const bool first = replayed_++ < well_;
      const Node inside = g_.both({g_.both(g_.box(box), c.set), s_.possible()});
      if (c_.stop(s_)) return {};
      const Box tried = sample(box, inside, first ? kManyCompletions : kFewCompletions, whole);
      const Claim as_found{{}, &footing_, nullptr, [&](const oracle::Advice& advice) {
                             return std::all_of(std::begin(kSides), std::end(kSides),
                                                [&](Side side) {
                                                  return told(side, advice) == c.keys[index(side)];
                                                });
                           }};
      Replay r = completions_->replay(s_, tried, as_found);
      if (!whole) r.grounds = fmt::format("replayed: {} of these patients", r.tried);
      if (!r.confirmed) {
        diag::Diagnostic& d = sink_.report(
            diag::Code::internal_error, u_.span,
            fmt::format("a difference of `{}` did not replay; please report this", u_.name));
        d.decision = u_.name;
        d.witness = describe(t_, s_, box);
        d.witness_grounds = r.grounds;
      }
      return r.grounds;
    }

    [[nodiscard]] std::set<std::string> told(Side side, const oracle::Advice& advice) const {
      const Merged::Asked& asked = joint_.sides[index(side)];
      if (!asked.decisions.empty()) return advised(t_, advice, asked.decisions[0]);
      std::set<std::string> out;
      const std::vector<Use>& uses = u_.uses[index(side)];
      for (std::size_t i = 0; i < uses.size(); ++i) {
        if (advice.stands[asked.rules[i]] == 0) continue;
        const Rule& r = joint_.model.rules[asked.rules[i]];
        out.insert(said(t_, space::warning(t_, r, r.directives[uses[i].directive])).key);
      }
      return out;
    }

    const Comparison& c_;
    const Unit& u_;
    const Merged& joint_;
    const Tables& t_;
    Scope& s_;
    space::Diagram& g_;
    const oracle::Oracle oracle_;
    const Footing footing_;
    std::size_t well_, replayed_ = 0;
    diag::Sink& sink_;
    std::map<std::string, Sides> items_;  // by key
    std::optional<Completions> completions_;
  };

  void decided(const Unit& u, DecisionDiff d) {
    if (!d.unknown && d.changes.empty()) {
      rewritten_.insert(u.name);
      return;
    }
    if (d.unknown) {
      out_.undecided = true;
      undecided(u.span, fmt::format("whether the advice of `{}` changes", u.name), u.name);
    }
    out_.decisions.push_back(std::move(d));
  }

  void undecided(Span span, const std::string& what, const std::string& decision) {
    diag::Diagnostic& d =
        sink_.report(diag::Code::unknown, span.valid() ? span : newer_.header_span,
                     fmt::format("not decided within the effort: {}", what));
    d.verdict = diag::Verdict::unknown;
    d.decision = decision;
    d.help = "raise `--effort`";
  }

  /// The constraints of the version leave nobody: of no patient anything can be said, and that is reported.
  bool excludes_all(Side side) {
    const Model& m = model(side);
    if (m.impossibles.empty()) return false;
    const Tables tables(m);
    // Constraints that take more leave somebody, or nobody sees that they do not.
    Scope s(tables, {}, {}, constraints(m), options_.effort / 10, patience_.asked());
    if (s.possible() != kFalse || stop(s)) return false;
    out_.undecided = true;
    const bool older = side == Side::older;
    diag::Diagnostic& d = sink_.report(
        diag::Code::unsatisfiable_constraints, older ? newer_.header_span : m.impossibles[0].span,
        fmt::format("the constraints of the {} version together exclude every patient: there is "
                    "nobody to compare",
                    older ? "older" : "newer"));
    d.verdict = diag::Verdict::proved;
    d.help = "mend the `impossible` that excludes too much";
    return true;
  }

  // -- patients of one version -------------------------------------------------------------------------

  /// The patients who exist on one side, and are excluded by constraints or ranges of the other.
  void one_sided(Side side) {
    const Side other = side == Side::older ? Side::newer : Side::older;
    VersionPart here{model(side), touching_[index(side)], {}, {}, {}, {}};
    VersionPart there{model(other), touching_[index(other)], {}, {}, {}, {}};
    std::multiset<Fingerprint> same;
    for (const Impossible& i : here.model.impossibles) {
      same.insert(prints_[index(side)].cond(i.when));
    }
    for (const Impossible& i : there.model.impossibles) {
      auto it = same.find(prints_[index(other)].cond(i.when));
      if (it != same.end()) {
        same.erase(it);
      } else {
        there.conds.push_back(i.when);
      }
    }
    std::map<std::string, FactId> names;
    for (std::size_t i = 0; i < here.model.facts.size(); ++i) {
      names.emplace(here.model.facts[FactId(i)].name, FactId(i));
    }
    for (std::size_t i = 0; i < there.model.facts.size(); ++i) {
      const Fact& f = there.model.facts[FactId(i)];
      auto it = names.find(f.name);
      if (it == names.end() || match(f, here.model.facts[it->second]) != Match::values) continue;
      there.facts.push_back(FactId(i));
    }
    if (there.conds.empty() && there.facts.empty()) return;
    const bool older = side == Side::older;
    const Merged joint = merge(older ? here : there, older ? there : here,
                               older ? Existing::in_older : Existing::in_newer);
    const std::vector<CondId>& excluded = joint.sides[index(other)].excluded;
    const Tables tables(joint.model);
    Scope s(tables, {}, {}, excluded, options_.effort, patience_.asked());
    Node set = kFalse;
    for (CondId c : excluded) set = s.diagram().either(set, s.cond(c));
    set = s.diagram().both(set, s.possible());
    OneSided out;
    out.older = older;
    if (stop(s)) {
      out.unknown = out_.undecided = true;
      undecided({}, older ? "which patients can no longer be described" : "which patients are new",
                "");
      out_.patients.push_back(std::move(out));
      return;
    }
    if (set == kFalse) return;
    list(tables, s, set, excluded, out);
    out_.patients.push_back(std::move(out));
  }

  void list(const Tables& tables, Scope& s, Node set, const std::vector<CondId>& excluded,
            OneSided& out) {
    const space::Extent extent(tables, s);
    Completions completions(tables, patience_.allowance(), 1);
    std::vector<std::pair<double, Box>> boxes;
    Node rest = set;
    while (rest != kFalse && boxes.size() < kListed && !stop(s)) {
      Box box = small_box(s, rest, set);
      const Node inside = s.diagram().both(s.diagram().box(box), set);
      rest = s.diagram().minus(rest, inside);
      if (stop(s)) break;
      boxes.emplace_back(size_of(extent, inside), std::move(box));
    }
    out.more = rest != kFalse;
    std::stable_sort(boxes.begin(), boxes.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& entry : boxes) {
      PatientGroup group;
      space::Diagram& g = s.diagram();
      const Node inside = g.both(g.box(entry.second), set);
      group.facts = describe(tables, s, entry.second, somebody_of(s, inside));
      group.when = condition(tables, s, entry.second);
      group.share = share_of(extent, inside, s.possible());
      group.tied = tied(s, entry.second);
      Replay r = completions.replay(
          s, entry.second, {[&](const oracle::Patient& p) {
            return std::any_of(excluded.begin(), excluded.end(),
                               [&](CondId c) { return oracle::holds(tables.model, c, p); });
          }});
      group.grounds = r.grounds;
      if (!r.confirmed) {
        sink_.report(diag::Code::internal_error, newer_.header_span,
                     "patients of one version only did not replay; please report this");
      }
      out.groups.push_back(std::move(group));
    }
  }

  const Model& older_;
  const Model& newer_;
  const Options& options_;
  mutable Patience patience_;
  diag::Sink& sink_;
  std::array<Touching, 2> touching_;
  std::array<Fingerprints, 2> prints_;
  std::set<std::string> rewritten_;  // decisions with other rules and the same advice
  Diff out_;
};

}  // namespace

Diff diff(const Model& older, const Model& newer, const Options& options, diag::Sink& sink) {
  return Comparison(older, newer, options, sink).run();
}

}  // namespace gdl::analysis
