// Who is advised otherwise: see otherwise.h.
#include "otherwise.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/replay.h"
#include "analysis/witness.h"
#include "answers.h"

namespace gdl::driver {

using namespace sema;
using diag::Code;
using oracle::Patient;
using space::kFalse;
using space::Node;
using space::Scope;

namespace {

constexpr auto kGroups = static_cast<std::size_t>(limits::groups_asked);
constexpr auto kRows = static_cast<std::size_t>(limits::rows_asked);
constexpr auto kReplayed = static_cast<std::uint64_t>(limits::many_completions);

/// The rows of one side.
struct Rows {
  const Model& model;
  const IdVector<WayTag, emit::Reach>& ways;
  const IdVector<ParamTag, std::vector<emit::ParamUse>>& settings;
  const Cautions cautions;
};

/// What the answer on a topic hangs on, of one side: which of these rules apply.
std::set<RuleId> depends(const Rows& rows, std::vector<RuleId> open) {
  std::set<RuleId> out;
  while (!open.empty()) {
    const RuleId r = open.back();
    open.pop_back();
    if (!out.insert(r).second) continue;
    const std::vector<RuleId>& by = rows.model.rules[r].overridden_by;
    open.insert(open.end(), by.begin(), by.end());
  }
  return out;
}
std::set<RuleId> depends(const Rows& rows, DecisionId d) {
  std::vector<RuleId> open = rows.model.decisions[d].rules;
  const std::size_t own = open.size();
  std::set<WayId> ways;
  for (std::size_t i = 0; i < own; ++i) {
    for (const Directive& dir : rows.model.rules[open[i]].directives) {
      if (is_for(dir.verb)) ways.insert(dir.what.ways.begin(), dir.what.ways.end());
    }
  }
  for (WayId w : ways) {
    const emit::Reach& reach = rows.ways[w];
    open.insert(open.end(), reach.bans.begin(), reach.bans.end());
    for (const emit::ParamUse& u : reach.param_bans) open.push_back(u.rule);
    for (ParamId p : reach.params) {
      for (const emit::ParamUse& u : rows.settings[p]) open.push_back(u.rule);
    }
    const auto marks = rows.cautions.find(w);
    if (marks == rows.cautions.end()) continue;
    for (const auto& use : marks->second) open.push_back(use.first);
  }
  return depends(rows, std::move(open));
}
}  // namespace

class Otherwise::Search {
 public:
  Search(const Model& source, const emit::Lifted& program, const std::vector<std::uint8_t>& bytes,
         const Effects& effects, const Comparable& can, const std::vector<Pair>& differ,
         const VerifyOptions& options, Verification& out)
      : s_(source),
        l_(program),
        ours_{source, effects.ways, effects.settings, cautions(source, effects)},
        theirs_{program.model, program.ways, program.settings, cautions(program)},
        can_(can),
        answers_(source, program, effects, bytes),
        options_(options),
        out_(out),
        joint_(source, program) {
    topics();
    conditions(differ);
    patients_.emplace(joint_.model(), options_.analysis.effort);
  }

  void rows() {
    std::optional<Found> everybody;  // many rows may concern everybody: they are asked once
    for (const DifferentRow& row : can_.rows) {
      diag::Diagnostic& d = out_.sink.at(row.finding);
      if (!row.who.everybody) {
        tell(d, limited({row.who, {}}));
        continue;
      }
      if (!everybody.has_value()) everybody = look({row.who, {}});
      tell(d, *everybody);
    }
  }

  void condition(std::size_t finding, Pair pair, const Patient& patient) {
    Asked asked{{}, pair};
    if (pair.of == Pair::Of::rule) asked.who.where = {{{RuleId(pair.row)}, {RuleId(pair.row)}}};
    if (pair.of == Pair::Of::decision) asked.who.decisions = {DecisionId(pair.row)};
    const std::vector<const Hangs*> topics = topics_of(asked.who);
    if (topics.empty()) return;
    diag::Diagnostic& d = out_.sink.at(finding);
    bool otherwise = false;
    for (const Hangs* h : topics) {
      // What a safety rule says itself is clear from its condition.
      if (h->topic.of == Topic::Of::safety) continue;
      const std::optional<BothSay> say = answers_.of(h->topic, patient);
      if (!say.has_value() || !say->differ) continue;
      otherwise = true;
      d.notes.push_back(note(name(h->topic), "for this patient", *say));
    }
    if (!otherwise) tell(d, limited(asked));
  }

 private:
  /// Whom a search is about: of whom a row may concern those for whom its two conditions differ, if they do.
  struct Asked {
    Concerned who;
    std::optional<Pair> differ;
  };
  /// What came of a search: a patient who is advised otherwise, nobody, or neither.
  struct Found {
    /// excluded: only patients whom constraints exclude.
    enum class What : std::uint8_t { patient, excluded, nobody, unsettled } what = What::nobody;
    std::size_t tried = 0;
    const char* why = "";  ///< it is not settled
    std::vector<diag::FactValue> witness;
    bool tied = false;
    bool confirmed = true;
    std::string grounds, topic;
    BothSay say;
  };
  /// A topic, and the conditions on which the answer hangs, of both sides.
  struct Hangs {
    Topic topic;
    std::set<RuleId> ours, theirs;
  };
  /// Conditions of a rule or decision; the program's is the source's where these are the same.
  struct Both {
    DefId ours, theirs;
  };

  [[nodiscard]] bool aligned() const { return can_.decisions && can_.rules; }

  // -- what is asked -----------------------------------------------------------------------------------

  /// Decisions first: what is offered shows most.
  void topics() {
    std::map<std::string, std::uint32_t> theirs;
    for (std::size_t i = 0; i < l_.model.decisions.size(); ++i) {
      theirs.emplace(l_.model.decisions[DecisionId(i)].name, static_cast<std::uint32_t>(i));
    }
    for (std::size_t i = 0; i < s_.decisions.size(); ++i) {
      Topic t{Topic::Of::decision, static_cast<std::uint32_t>(i), Topic::kNone};
      const auto at = theirs.find(s_.decisions[DecisionId(i)].name);
      if (at != theirs.end()) t.program = at->second;
      if (aligned()) t.program = t.source;
      add(t);
      if (at != theirs.end()) theirs.erase(at);
    }
    for (const auto& entry : theirs) {
      if (!aligned()) add({Topic::Of::decision, Topic::kNone, entry.second});
    }
    // Safety rules that one side only has say what nobody hears of the other: they are met by names.
    std::map<std::string, std::uint32_t> safety;
    for (std::size_t i = 0; i < l_.model.rules.size(); ++i) {
      const Rule& r = l_.model.rules[RuleId(i)];
      if (!r.decision.valid()) safety.emplace(r.name, static_cast<std::uint32_t>(i));
    }
    for (std::size_t i = 0; i < s_.rules.size(); ++i) {
      const Rule& r = s_.rules[RuleId(i)];
      if (r.decision.valid()) continue;
      Topic t{Topic::Of::safety, static_cast<std::uint32_t>(i), Topic::kNone};
      const auto at = safety.find(r.name);
      if (can_.rules) {
        t.program = t.source;
      } else if (at != safety.end()) {
        t.program = at->second;
        safety.erase(at);
      }
      // Without names it cannot be told which are the same.
      if (can_.rules || !l_.stripped) add(t);
    }
    if (!can_.rules && !l_.stripped) {
      for (const auto& entry : safety) {
        add({Topic::Of::safety, Topic::kNone, entry.second});
      }
    }
  }
  void add(const Topic& t) {
    Hangs h{t, {}, {}};
    switch (t.of) {
      case Topic::Of::decision:
        if (t.source != Topic::kNone) h.ours = depends(ours_, DecisionId(t.source));
        if (t.program != Topic::kNone) h.theirs = depends(theirs_, DecisionId(t.program));
        break;
      case Topic::Of::safety:
        if (t.source != Topic::kNone) h.ours = depends(ours_, {RuleId(t.source)});
        if (t.program != Topic::kNone) h.theirs = depends(theirs_, {RuleId(t.program)});
        break;
    }
    topics_.push_back(std::move(h));
  }

  /// Names every condition, so that parts can be cut for it.
  void conditions(const std::vector<Pair>& differ) {
    // Many conditions differ where a program is of quite another source.
    std::set<std::pair<Pair::Of, std::uint32_t>> others;
    for (Pair p : differ) others.emplace(p.of, p.row);
    auto both = [&](Pair::Of of, std::size_t count, std::size_t there, bool can,
                    std::vector<Both>& to) {
      to.resize(std::max(count, there));
      for (std::size_t i = 0; i < count; ++i) {
        const Pair row{of, static_cast<std::uint32_t>(i)};
        to[i].ours = joint_.named(joint_.source(row));
        if (can && others.count({of, row.row}) == 0) to[i].theirs = to[i].ours;
      }
      for (std::size_t i = 0; joint_.has_program() && i < there; ++i) {
        const Pair row{of, static_cast<std::uint32_t>(i)};
        if (to[i].theirs.valid() || joint_.too_deep(row)) continue;
        to[i].theirs = joint_.named(joint_.program(row));
      }
    };
    const bool same = can_.conditions;
    both(Pair::Of::rule, s_.rules.size(), l_.model.rules.size(), same && can_.rules, rules_);
    both(Pair::Of::decision, s_.decisions.size(), l_.model.decisions.size(), same && can_.decisions,
         decisions_);
    std::vector<Both> impossibles;
    constrained_ = !s_.impossibles.empty() || !l_.model.impossibles.empty();
    both(Pair::Of::impossible, s_.impossibles.size(), l_.model.impossibles.size(),
         same && can_.impossibles, impossibles);
    for (const Both& b : impossibles) {
      if (b.theirs.valid() && b.theirs != b.ours) excluded_.push_back(b.theirs);
    }
    beyond_ = joint_.named(joint_.beyond());
  }

  /// The topics that a row may matter to: those that hang on a rule that it speaks of.
  [[nodiscard]] std::vector<const Hangs*> topics_of(const Concerned& who) const {
    std::vector<const Hangs*> out;
    for (const Hangs& h : topics_) {
      auto hangs = [&](const std::vector<RuleId>& rules) {
        return std::any_of(rules.begin(), rules.end(), [&](RuleId r) {
          return h.ours.count(r) != 0 || h.theirs.count(r) != 0;
        });
      };
      bool takes = who.everybody;
      for (const Concerned::Where& w : who.where) takes = takes || hangs(w.any) || hangs(w.also);
      for (DecisionId d : who.decisions) {
        takes = takes || (h.topic.of == Topic::Of::decision && h.topic.source == d.value);
      }
      if (takes) out.push_back(&h);
    }
    return out;
  }

  // -- the search --------------------------------------------------------------------------------------

  Found limited(const Asked& asked) {
    if (asked_++ < kRows) return look(asked);
    Found out;
    out.what = Found::What::unsettled;
    out.why = "too many rows differ";
    return out;
  }

  Found look(const Asked& asked) {
    Found out;
    std::vector<const Hangs*> topics = topics_of(asked.who);
    // A rule that the other side has not is what shows soonest.
    std::stable_partition(topics.begin(), topics.end(), [&](const Hangs* h) {
      return !only_one_side(*h, &Both::ours).empty() || !only_one_side(*h, &Both::theirs).empty();
    });
    std::size_t tried = 0;
    for (const Hangs* h : topics) {
      Found one = look(asked, *h, tried, false);
      // Whether something is certain, or assumed thanks to the constraints, hangs on whom they exclude as well.
      if (one.what == Found::What::nobody && constrained_) {
        if (look(asked, *h, tried, true).what == Found::What::patient) {
          one.what = Found::What::excluded;
        }
      }
      if (one.what == Found::What::patient) return one;
      if (one.what == Found::What::excluded && out.what == Found::What::nobody) out = one;
      if (one.what == Found::What::unsettled) out = std::move(one);
    }
    out.tried = tried;
    return out;
  }

  /// `tried`: patients that were asked about so far.
  Found look(const Asked& asked, const Hangs& hangs, std::size_t& tried, bool excluded_too) {
    const Concerned& who = asked.who;
    Found out;
    out.what = Found::What::unsettled;
    // The questions: on their answers hangs what either side says.
    std::set<DefId> questions = {beyond_};
    bool all_asked = joint_.has_program();
    auto ask = [&](DefId d) {
      if (d.valid()) questions.insert(d);
      all_asked = all_asked && d.valid();
    };
    auto ask_rule = [&](const Model& m, RuleId r, DefId Both::* side) {
      ask(rules_[r.value].*side);
      if (m.rules[r].decision.valid()) ask(decisions_[m.rules[r].decision.value].*side);
    };
    for (RuleId r : hangs.ours) ask_rule(s_, r, &Both::ours);
    for (RuleId r : hangs.theirs) ask_rule(l_.model, r, &Both::theirs);
    if (hangs.topic.of == Topic::Of::decision) {
      if (hangs.topic.source != Topic::kNone) ask(decisions_[hangs.topic.source].ours);
      if (hangs.topic.program != Topic::kNone) ask(decisions_[hangs.topic.program].theirs);
    }
    std::set<DefId> named = questions;
    name_concerned(who, named);
    named.insert(excluded_.begin(), excluded_.end());
    Wanted wanted;
    wanted.definitions.assign(named.begin(), named.end());
    Part part = patients_->cut(wanted);
    if (excluded_too) part.model.impossibles.clear();
    const space::Tables tables(part.model);
    auto when = [&](DefId d) { return part.model.definitions[part.definition(d)].when; };
    std::vector<CondId> conds;
    for (DefId d : wanted.definitions) conds.push_back(when(d));
    Scope scope(tables, {}, {}, conds, options_.analysis.effort, options_.analysis.cancelled);
    space::Diagram& g = scope.diagram();
    auto node = [&](DefId d) { return d.valid() ? scope.cond(when(d)) : space::kTrue; };
    auto any = [&](const std::vector<DefId>& list) {
      std::vector<Node> sets;
      for (DefId d : list) sets.push_back(node(d));
      return g.either(std::move(sets));
    };

    Node rest = g.minus({scope.possible(), any(excluded_too ? std::vector<DefId>() : excluded_)});
    if (!who.everybody) {
      rest = g.minus({g.both(rest, concerned(who, g, node)), node(beyond_)});
    }
    if (asked.differ.has_value()) {
      const Both& pair = asked.differ->of == Pair::Of::rule ? rules_[asked.differ->row]
                                                            : decisions_[asked.differ->row];
      const Node mine = node(pair.ours);
      const Node other = node(pair.theirs);
      rest = g.both(rest, g.either({g.minus(mine, other), g.minus(other, mine)}));
    }
    // Those come first whom only one side knows, or to whom a rule applies that only one side has.
    std::vector<Node> first = {node(beyond_), any(only_one_side(hangs, &Both::ours)),
                               any(only_one_side(hangs, &Both::theirs)), space::kTrue};
    for (Node of : first) {
      while (!scope.exhausted()) {
        const Node some = g.both(rest, of);
        if (scope.exhausted() || some == kFalse) break;
        if (tried == kGroups) {
          out.why = "too many combinations of rules may apply";
          return out;
        }
        if (options_.cancelled()) {
          out.why = options_.to_raise();
          return out;
        }
        const Patient patient = patients_->patient(part, tables, scope, g.shortest(some));
        ++tried;
        const Patient own = oracle::within(part, patient);
        Node group = some;
        for (DefId d : questions) {
          const bool yes = oracle::holds(part.model, when(d), own);
          group = yes ? g.both(group, node(d)) : g.minus(group, node(d));
        }
        if (scope.exhausted()) break;
        const std::optional<BothSay> say = answers_.of(hangs.topic, patient, excluded_too);
        if (say.has_value() && say->differ && excluded_too) {
          out.what = Found::What::patient;
          return out;
        }
        if (say.has_value() && say->differ) {
          // Who has a value that the program lacks has no answer there, whatever else is so.
          show(hangs, part, tables, scope, say->lacks ? some : group, patient, *say, out);
          return out;
        }
        rest = g.minus(rest, group);
        if (group == kFalse) {
          out.why = options_.to_raise();
          return out;  // the oracle does not know the patient of the sets
        }
      }
      if (scope.exhausted()) {
        out.why = options_.to_raise();
        return out;
      }
    }
    if (all_asked) {
      out.what = Found::What::nobody;
    } else {
      out.why = joint_.has_program() ? "a condition in the program is nested too deeply"
                                     : "the facts are not the same";
    }
    return out;
  }

  /// Adds the conditions that say whom a row may matter to.
  void name_concerned(const Concerned& who, std::set<DefId>& to) const {
    auto add = [&](DefId d) {
      if (d.valid()) to.insert(d);
    };
    auto add_both = [&](const Both& b) {
      add(b.ours);
      add(b.theirs);
    };
    for (const Concerned::Where& w : who.where) {
      for (const std::vector<RuleId>* rules : {&w.any, &w.also}) {
        for (RuleId r : *rules) {
          add_both(rules_[r.value]);
          if (s_.rules[r].decision.valid()) add(decisions_[s_.rules[r].decision.value].ours);
          const DecisionId d = l_.model.rules[r].decision;
          if (d.valid()) add(decisions_[d.value].theirs);
        }
      }
    }
    for (DecisionId d : who.decisions) add_both(decisions_[d.value]);
  }

  /// Those to whom the row may matter, on either side.
  template <class NodeOf>
  Node concerned(const Concerned& who, space::Diagram& g, const NodeOf& node) const {
    auto any = [&](const std::vector<RuleId>& rules) {
      std::vector<Node> out;
      for (RuleId r : rules) {
        auto applies = [&](const Model& m, DefId Both::* side) {
          const DecisionId d = m.rules[r].decision;
          const Node in = d.valid() ? node(decisions_[d.value].*side) : space::kTrue;
          out.push_back(g.both(in, node(rules_[r.value].*side)));
        };
        applies(s_, &Both::ours);
        applies(l_.model, &Both::theirs);
      }
      return g.either(std::move(out));
    };
    std::vector<Node> out;
    for (const Concerned::Where& w : who.where) out.push_back(g.both({any(w.any), any(w.also)}));
    for (DecisionId d : who.decisions) {
      out.push_back(node(decisions_[d.value].ours));
      out.push_back(node(decisions_[d.value].theirs));
    }
    return g.either(std::move(out));
  }

  /// The conditions of rules that the other side has not; none where rules stand side by side.
  [[nodiscard]] std::vector<DefId> only_one_side(const Hangs& hangs, DefId Both::* side) const {
    std::vector<DefId> out;
    if (can_.rules || l_.stripped) return out;
    const bool mine = side == &Both::ours;
    const Model& m = mine ? s_ : l_.model;
    const Model& other = mine ? l_.model : s_;
    std::set<std::string> names;
    for (RuleId r : mine ? hangs.theirs : hangs.ours) names.insert(other.rules[r].name);
    for (RuleId r : mine ? hangs.ours : hangs.theirs) {
      const DefId d = rules_[r.value].*side;
      if (names.count(m.rules[r].name) == 0 && d.valid()) out.push_back(d);
    }
    return out;
  }

  /// All of a group are answered alike on either side: a small box of it is the witness.
  void show(const Hangs& hangs, const Part& part, const space::Tables& tables, Scope& scope,
            Node group, const Patient& patient, const BothSay& say, Found& out) {
    out.what = Found::What::patient;
    out.topic = name(hangs.topic);
    out.say = say;
    const space::Box box = analysis::small_box(scope, group);
    space::Diagram& g = scope.diagram();
    out.witness = analysis::describe(tables, scope, box,
                                     analysis::somebody_of(scope, g.both(g.box(box), group)));
    out.tied = analysis::tied(scope, box);
    std::uint64_t replayed = 0;
    analysis::Completions completions(
        tables, {options_.analysis.effort, 0, 0, 0, options_.analysis.cancelled}, 1);
    const analysis::Replay replay =
        completions.replay(scope, box, {[&](const Patient& p) {
                             if (++replayed > kReplayed) return true;
                             Patient all = patient;
                             for (std::size_t i = 0; i < part.facts.size(); ++i) {
                               all.values[part.facts[FactId(i)]] = p.values[FactId(i)];
                               all.known[part.facts[FactId(i)]] = p.known[FactId(i)];
                             }
                             const std::optional<BothSay> now = answers_.of(hangs.topic, all);
                             return now.has_value() && now->lacks == say.lacks &&
                                    now->source == say.source && now->program == say.program;
                           }});
    out.grounds = replayed > kReplayed ? fmt::format("replayed: {} of these patients", kReplayed)
                                       : replay.grounds;
    out.confirmed = replay.confirmed;
  }

  [[nodiscard]] std::string name(const Topic& t) const {
    const bool mine = t.source != Topic::kNone;
    const Model& m = mine ? s_ : l_.model;
    const std::uint32_t row = mine ? t.source : t.program;
    const bool decision = t.of == Topic::Of::decision;
    return "`" + (decision ? m.decisions[DecisionId(row)].name : m.rules[RuleId(row)].name) + "`";
  }

  static void tell(diag::Diagnostic& d, const Found& found) {
    switch (found.what) {
      case Found::What::patient: {
        std::string who = "for this patient";
        // A condition's own patient stands there already.
        if (d.witness.has_value()) {
          who = "for a patient with " + diag::fact_words(found.witness);
        } else {
          d.verdict = diag::Verdict::found;
          d.witness = found.witness;
          d.witness_tied = found.tied;
          d.witness_grounds = found.grounds;
        }
        d.notes.push_back(found.say.lacks ? "the program has no such patient"
                                          : note(found.topic, who, found.say));
        if (!found.confirmed) {
          d.code = Code::internal_error;
          d.message =
              "the patient of a difference did not replay; please report this: " + d.message;
        }
        break;
      }
      case Found::What::excluded:
        d.notes.emplace_back(
            "only patients whom the constraints exclude are advised otherwise: proved; but what is "
            "certain to others may be said to be assumed, or the other way round");
        break;
      case Found::What::nobody:
        d.notes.emplace_back("no patient is advised otherwise: proved");
        break;
      case Found::What::unsettled:
        d.notes.push_back(fmt::format(
            "not settled whether anybody is advised otherwise ({} tried): {}",
            found.tried == 1 ? "1 patient" : fmt::format("{} patients", found.tried), found.why));
        break;
    }
  }

  const Model& s_;
  const emit::Lifted& l_;
  const Rows ours_, theirs_;
  const Comparable& can_;
  Answers answers_;
  const VerifyOptions& options_;
  Verification& out_;
  Joint joint_;
  std::vector<Hangs> topics_;
  std::vector<Both> rules_, decisions_;
  std::vector<DefId> excluded_;  // by constraints of the program that are not the source's
  bool constrained_ = false;
  DefId beyond_;  // patients with a value that the program has not
  std::optional<JointPatients> patients_;
  std::size_t asked_ = 0;  // searches about rows of their own
};

Otherwise::Otherwise(const Model& source, const emit::Lifted& program,
                     const std::vector<std::uint8_t>& bytes, const Effects& effects,
                     const Comparable& can, const std::vector<Pair>& differ,
                     const VerifyOptions& options, Verification& out)
    : search_(
          std::make_unique<Search>(source, program, bytes, effects, can, differ, options, out)) {}
Otherwise::~Otherwise() = default;

void Otherwise::rows() { search_->rows(); }
void Otherwise::condition(std::size_t finding, Pair pair, const Patient& patient) {
  search_->condition(finding, pair, patient);
}

}  // namespace gdl::driver
