// Conditions as sets of patients: see sets.h.
#include "sets.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/replay.h"
#include "analysis/witness.h"
#include "oracle/oracle.h"
#include "rows.h"
#include "sema/part.h"
#include "support/limits.h"

namespace gdl::driver {

using namespace sema;
using diag::Code;
using oracle::Patient;
using space::Node;
using space::Scope;

namespace {

/// The value that a box leaves a fact, the first of them where it leaves several.
void take(const space::Tables& tables, const Scope& scope, const space::Box& box, FactId fact,
          Value& value, std::uint8_t& known) {
  auto first = [&](space::Var v, std::size_t otherwise) {
    const Bits* mask = v.valid() ? box.find(v) : nullptr;
    return mask == nullptr ? otherwise : mask->first();
  };
  if (tables.model.facts[fact].kind == FactKind::set) {
    for (std::size_t e = 0; e < tables.model.facts[fact].enumerators.size(); ++e) {
      const std::uint64_t bit = std::uint64_t{1} << e;
      const std::size_t in = first(scope.element_var(fact, e), (value.set & bit) != 0 ? 1 : 0);
      value.set = in == 1 ? value.set | bit : value.set & ~bit;
    }
  } else if (scope.value_var(fact).valid()) {
    value = tables.classes.sample(fact, first(scope.value_var(fact), 0));
  }
  known = static_cast<std::uint8_t>(first(scope.known_var(fact), known));
}

/// What a decision says to a patient, in words.
std::string words(const Model& m, const oracle::DecisionAdvice& a) {
  if (!a.applies) return "does not apply";
  std::vector<std::string> parts;
  auto add = [&](std::string part) {
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) {
      parts.push_back(std::move(part));
    }
  };
  for (const oracle::ForResult& f : a.fors) {
    if (!f.kept) continue;
    const Directive& d = m.rules[f.rule].directives[f.directive];
    std::string ways;
    for (WayId w : f.left) ways += (ways.empty() ? "" : " | ") + way_words(m, w);
    if (!f.left.empty()) add(fmt::format("{} {}", verb_words(d.verb), ways));
    if (f.conflict) add(fmt::format("conflict over {}", d.what.text));
    if (f.withdrawn) add(fmt::format("{} withdrawn", d.what.text));
  }
  if (!a.none.empty()) add("no recommendation");
  if (a.gap) add("a gap");
  if (a.stranded) add("stranded");
  return parts.empty() ? "nothing" : fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

class Sets::Work {
 public:
  Work(const Model& source, const emit::Lifted& program, const Effects& effects,
       const VerifyOptions& options, Verification& out)
      : s_(source), l_(program), e_(effects), options_(options), out_(out) {}

  void compare(const std::vector<Pair>& pairs) {
    if (pairs.empty()) return;
    join(pairs);
    const Cutter cutter(joint_);
    Cutter::Scratch scratch;
    const Cutter other(program_);
    Cutter::Scratch other_scratch;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (options_.analysis.cancelled && options_.analysis.cancelled()) {
        unknown(pairs[i], "raise `--time-limit`");
        continue;
      }
      if (l_.depth[theirs(pairs[i])] > kDepth) {
        unknown(pairs[i], "its condition in the program is nested too deeply");
        continue;
      }
      Wanted wanted;
      wanted.definitions = {asked_[i].first, asked_[i].second};
      Part part = cutter.cut(wanted, scratch);
      // Of constraints the question is which patients there are.
      if (pairs[i].of == Pair::Of::impossible) part.model.impossibles.clear();
      std::optional<Patient> patient;
      switch (look(pairs[i], asked_[i], part, patient)) {
        case Found::nothing: break;
        case Found::possible:
          advice(pairs[i], asked_[i], *patient, {cutter, scratch}, {other, other_scratch});
          break;
        case Found::impossible:
          part.model.impossibles.clear();
          if (look(pairs[i], asked_[i], part, patient) != Found::possible) break;
          last().notes.emplace_back(
              "only patients whom the constraints exclude differ: nobody is offered anything else, "
              "but "
              "what is certain to others may be said to be assumed, or the other way round");
          break;
      }
    }
  }

 private:
  /// Conditions of the source are at most so deep; a program's lie a few operations deeper.
  static constexpr std::uint32_t kDepth = 4 * static_cast<std::uint32_t>(limits::condition_depth);
  /// Rules tried for a patient who is advised otherwise.
  static constexpr auto kTried = static_cast<std::size_t>(limits::advised_otherwise);
  using Asked = std::pair<DefId, DefId>;
  /// Who is in one of two sets only: nobody, or the effort was spent; a possible patient; impossible ones.
  enum class Found : std::uint8_t { nothing, possible, impossible };

  /// The program's condition, in the lifted guideline.
  [[nodiscard]] CondId theirs(Pair p) const {
    switch (p.of) {
      case Pair::Of::rule: return l_.model.rules[RuleId(p.row)].when;
      case Pair::Of::decision: return l_.model.decisions[DecisionId(p.row)].domain;
      case Pair::Of::impossible: return l_.model.impossibles[p.row].when;
      case Pair::Of::accept: return l_.model.accepts[p.row].when;
    }
    return {};
  }
  /// The source's.
  CondId ours(Pair p) {
    switch (p.of) {
      case Pair::Of::rule: {
        const Rule& r = s_.rules[RuleId(p.row)];
        if (!r.unless.valid()) return r.when;
        Cond no;
        no.kind = CondKind::negation;
        no.children = {r.unless};
        return all({r.when, joint_.conds.push(std::move(no))});
      }
      case Pair::Of::decision: return s_.decisions[DecisionId(p.row)].domain;
      case Pair::Of::impossible: return s_.impossibles[p.row].when;
      case Pair::Of::accept: return s_.accepts[p.row].when;
    }
    return {};
  }

  CondId all(std::vector<CondId> parts) {
    Cond c;
    c.kind = CondKind::all;
    c.children = std::move(parts);
    return joint_.conds.push(std::move(c));
  }
  /// A rule applies to patients of its decision only: others do not count. Domains are compared on their own.
  CondId in_domain(Pair p, CondId c) {
    if (p.of != Pair::Of::rule || !s_.rules[RuleId(p.row)].decision.valid()) return c;
    return all({s_.decisions[s_.rules[RuleId(p.row)].decision].domain, c});
  }

  /// The joint guideline: the source with the program's conditions beside its own. `program_` is the same with the
  /// program's in their places.
  void join(const std::vector<Pair>& pairs) {
    joint_ = s_;
    joint_.scenarios.clear();
    for (std::size_t i = 0; i < s_.facts.size(); ++i) {
      Fact& f = joint_.facts[FactId(i)];
      f.knownness_tested = f.knownness_tested || l_.model.facts[FactId(i)].knownness_tested;
    }
    const std::size_t conds = joint_.conds.size();
    const std::size_t defs = joint_.definitions.size();
    auto moved = [conds](CondId c) { return CondId(conds + c.value); };
    for (const Cond& from : l_.model.conds) {
      Cond c = from;
      for (CondId& child : c.children) child = moved(child);
      if (c.def.valid()) c.def = DefId(defs + c.def.value);
      joint_.conds.push(std::move(c));
    }
    for (const Definition& from : l_.model.definitions) {
      Definition d = from;
      for (ScoreItem& item : d.items) item.when = moved(item.when);
      joint_.definitions.push(std::move(d));
    }
    auto named = [&](CondId c) {
      Definition d;
      d.when = c;
      return joint_.definitions.push(std::move(d));
    };
    for (Pair p : pairs) {
      const DefId source = named(in_domain(p, ours(p)));
      asked_.emplace_back(source, named(in_domain(p, moved(theirs(p)))));
    }
    program_ = joint_;
    // What is nested too deeply to be asked about stays the source's.
    auto shallow = [&](CondId c) { return l_.depth[c] <= kDepth; };
    for (std::size_t i = 0; i < s_.rules.size(); ++i) {
      const CondId when = l_.model.rules[RuleId(i)].when;
      if (!shallow(when)) continue;
      program_.rules[RuleId(i)].when = moved(when);
      program_.rules[RuleId(i)].unless = {};
    }
    for (std::size_t i = 0; i < s_.decisions.size(); ++i) {
      const CondId domain = l_.model.decisions[DecisionId(i)].domain;
      if (shallow(domain)) program_.decisions[DecisionId(i)].domain = moved(domain);
    }
  }

  // -- the question ----------------------------------------------------------------------------------

  /// Those for whom one of two conditions holds.
  static Node difference(Scope& scope, CondId mine, CondId other) {
    space::Diagram& g = scope.diagram();
    const Node a = scope.cond(mine);
    const Node b = scope.exhausted() ? Node() : scope.cond(other);
    return scope.exhausted() ? Node() : g.either(g.minus(a, b), g.minus(b, a));
  }
  /// The patient's facts that a part has become those of a box.
  static void overlay(const Part& part, const space::Tables& tables, const Scope& scope,
                      const space::Box& box, Patient& p) {
    for (std::size_t i = 0; i < part.facts.size(); ++i) {
      const FactId whole = part.facts[FactId(i)];
      take(tables, scope, box, FactId(i), p.values[whole], p.known[whole]);
    }
  }
  diag::Diagnostic& last() { return out_.sink.at(out_.sink.items().size() - 1); }

  /// Compares the two sets. Reports what is undecided, and a difference with the possible patient who shows it.
  Found look(Pair pair, Asked asked, const Part& part, std::optional<Patient>& patient) {
    const CondId mine = part.model.definitions[part.definition(asked.first)].when;
    const CondId other = part.model.definitions[part.definition(asked.second)].when;
    const space::Tables tables(part.model);
    Scope scope(tables, {}, {}, {mine, other}, options_.analysis.effort);
    space::Diagram& g = scope.diagram();
    Node set = difference(scope, mine, other);
    const bool differ = set != space::kFalse;
    if (!scope.exhausted()) set = g.both(set, scope.possible());
    if (scope.exhausted()) {
      unknown(pair, "raise `--effort`");
      return Found::nothing;
    }
    if (set == space::kFalse) return differ ? Found::impossible : Found::nothing;

    diag::Diagnostic& d = report(pair);
    const space::Box box = analysis::small_box(scope, set);
    d.verdict = diag::Verdict::found;
    d.witness = analysis::describe(tables, scope, box);
    d.witness_tied = analysis::tied(scope, box);
    analysis::Completions completions(tables, {options_.analysis.effort, 0, 0, 0, {}}, 1);
    const analysis::Replay replay = completions.replay(
        scope, box, {[&](const Patient& p) {
          return oracle::holds(part.model, mine, p) != oracle::holds(part.model, other, p);
        }});
    d.witness_grounds = replay.grounds;
    if (!replay.confirmed) {
      d.code = Code::internal_error;
      d.message = "the patient of a difference did not replay; please report this: " + d.message;
    }

    Patient& out = patient.emplace(anybody());
    Node inside = g.both(g.both(g.box(box), set), scope.possible());
    if (!inside.valid() || inside == space::kFalse) inside = set;
    overlay(part, tables, scope, g.shortest(inside), out);
    const bool source = oracle::holds(part.model, mine, oracle::within(part, out));
    d.notes.push_back(said("source: ", pair, source));
    d.notes.push_back(said("program: ", pair, !source));
    return Found::possible;
  }

  /// A patient whom no constraint excludes, if the effort finds one.
  const Patient& anybody() {
    if (anybody_.has_value()) return *anybody_;
    Patient& p = anybody_.emplace();
    for (const Fact& f : joint_.facts) {
      Value v;
      v.number = f.lo;
      p.values.push(v);
      p.known.push(1);
    }
    Wanted wanted;
    for (const Impossible& i : joint_.impossibles) wanted.conds.push_back(i.when);
    const Cutter cutter(joint_);
    Cutter::Scratch scratch;
    const Part part = cutter.cut(wanted, scratch);
    std::vector<CondId> conds;
    for (const Impossible& i : part.model.impossibles) conds.push_back(i.when);
    const space::Tables tables(part.model);
    Scope scope(tables, {}, {}, conds, options_.analysis.effort);
    const Node possible = scope.possible();
    if (scope.exhausted() || possible == space::kFalse) return p;
    overlay(part, tables, scope, scope.diagram().shortest(possible), p);
    return p;
  }

  // -- what both say ---------------------------------------------------------------------------------

  struct Knife {
    const Cutter& cutter;
    Cutter::Scratch& scratch;
    [[nodiscard]] Part cut(const Wanted& wanted) const { return cutter.cut(wanted, scratch); }
  };

  /// What a rule or a decision's domain may change: decisions, and rules of them.
  struct Reached {
    std::vector<DecisionId> decisions;
    std::vector<RuleId> rules;
  };
  /// Of a rule: its own decision, the rules that it overrides, and those that advise a way that it bans or sets.
  [[nodiscard]] Reached reached(Pair pair) const {
    Reached out;
    if (pair.of == Pair::Of::decision) {
      out.decisions = {DecisionId(pair.row)};
      out.rules = s_.decisions[out.decisions[0]].rules;
    }
    if (pair.of != Pair::Of::rule) return out;
    const RuleId id(pair.row);
    auto add = [&](DecisionId d) {
      const bool there =
          std::find(out.decisions.begin(), out.decisions.end(), d) != out.decisions.end();
      if (d.valid() && !there) out.decisions.push_back(d);
    };
    add(s_.rules[id].decision);
    auto has = [id](const std::vector<RuleId>& rules) {
      return std::find(rules.begin(), rules.end(), id) != rules.end();
    };
    auto uses = [id](const std::vector<emit::ParamUse>& list) {
      return std::any_of(list.begin(), list.end(),
                         [id](const emit::ParamUse& u) { return u.rule == id; });
    };
    std::vector<bool> way(s_.ways.size(), false);
    for (WayId w : e_.advised) {
      const emit::Reach& reach = e_.ways[w];
      way[w.value] = has(reach.bans) || uses(reach.param_bans);
      for (ParamId p : reach.params) way[w.value] = way[w.value] || uses(e_.settings[p]);
    }
    for (std::size_t i = 0; i < s_.rules.size(); ++i) {
      const Rule& r = s_.rules[RuleId(i)];
      bool touched = has(r.overridden_by);
      for (const Directive& d : r.directives) {
        if (!is_for(d.verb)) continue;
        for (WayId w : d.what.ways) touched = touched || way[w.value];
      }
      if (!touched || RuleId(i) == id) continue;
      out.rules.emplace_back(i);
      add(r.decision);
    }
    return out;
  }

  /// Notes what either side advises: to the patient of the difference, or if that is the same, to one who differs and to
  /// whom a rule that the difference may change applies as well.
  void advice(Pair pair, Asked asked, const Patient& patient, Knife source, Knife program) {
    const Reached reach = reached(pair);
    if (reach.decisions.empty()) return;
    Wanted wanted;
    wanted.decisions = reach.decisions;
    const Part mine = source.cut(wanted);
    const Part theirs = program.cut(wanted);
    if (advised_otherwise(wanted, mine, theirs, patient, "for this patient")) return;
    for (std::size_t i = 0; i < std::min(reach.rules.size(), kTried); ++i) {
      Wanted narrower;
      narrower.rules = {reach.rules[i]};
      narrower.definitions = {asked.first, asked.second};
      const Part part = source.cut(narrower);
      const space::Tables tables(part.model);
      const CondId a = part.model.definitions[part.definition(asked.first)].when;
      const CondId b = part.model.definitions[part.definition(asked.second)].when;
      const RuleId rule = part.rule(reach.rules[i]);
      Scope scope(tables, {}, {rule}, {a, b}, options_.analysis.effort);
      space::Diagram& g = scope.diagram();
      const Node applies = scope.applies(rule);
      if (scope.exhausted()) continue;
      const Node set = difference(scope, a, b);
      if (scope.exhausted()) continue;
      const Node both = g.both(g.both(set, applies), scope.possible());
      if (scope.exhausted() || both == space::kFalse) continue;
      const space::Box one = g.shortest(both);
      Patient other = anybody();
      overlay(part, tables, scope, one, other);
      const std::string who =
          "for a patient with " + diag::fact_words(analysis::describe(tables, scope, one));
      if (advised_otherwise(wanted, mine, theirs, other, who)) return;
    }
    last().notes.emplace_back(
        "the patients tried are offered the same ways; the rules that apply to them are not the "
        "same");
  }

  bool advised_otherwise(const Wanted& wanted, const Part& mine, const Part& theirs,
                         const Patient& patient, const std::string& who) {
    const Patient p = oracle::within(mine, patient);
    if (!oracle::possible(mine.model, p)) return false;
    const oracle::Advice a = oracle::evaluate(mine.model, p);
    const oracle::Advice b = oracle::evaluate(theirs.model, oracle::within(theirs, patient));
    bool otherwise = false;
    for (DecisionId id : wanted.decisions) {
      const std::string ours = words(mine.model, a.decisions[mine.decision(id)]);
      const std::string said = words(theirs.model, b.decisions[theirs.decision(id)]);
      if (ours == said) continue;
      otherwise = true;
      last().notes.push_back(
          fmt::format("`{}` {}: {}; by the program: {}", s_.decisions[id].name, who, ours, said));
    }
    return otherwise;
  }

  [[nodiscard]] std::string name(Pair p) const {
    switch (p.of) {
      case Pair::Of::rule: return s_.rules[RuleId(p.row)].name;
      case Pair::Of::decision: return s_.decisions[DecisionId(p.row)].name;
      default: return "";
    }
  }

  /// Where the source says it.
  [[nodiscard]] Span place(Pair p) const {
    switch (p.of) {
      case Pair::Of::rule: return s_.rules[RuleId(p.row)].head_span;
      case Pair::Of::decision: return s_.decisions[DecisionId(p.row)].name_span;
      case Pair::Of::impossible: return s_.impossibles[p.row].span;
      case Pair::Of::accept: return s_.accepts[p.row].span;
    }
    return {};
  }

  diag::Diagnostic& report(Pair p) {
    std::string message;
    switch (p.of) {
      case Pair::Of::rule:
        message =
            fmt::format("the program applies `{}` to other patients than the source", name(p));
        break;
      case Pair::Of::decision:
        message =
            fmt::format("`{}` is for other patients in the program than in the source", name(p));
        break;
      case Pair::Of::impossible:
        message = "the program excludes other patients than this constraint";
        break;
      case Pair::Of::accept:
        message = "the program accepts findings for other patients than this accept";
        break;
    }
    diag::Diagnostic& d = out_.sink.report(Code::program_differs, place(p), std::move(message));
    if (p.of == Pair::Of::decision) d.decision = name(p);
    if (p.of == Pair::Of::rule) {
      d.rules = {name(p)};
      const DecisionId home = s_.rules[RuleId(p.row)].decision;
      if (home.valid()) d.decision = s_.decisions[home].name;
    }
    d.help = advice_on_difference(out_);
    return d;
  }

  [[nodiscard]] static std::string said(const char* who, Pair p, bool yes) {
    const char* text = "";
    switch (p.of) {
      case Pair::Of::rule: text = yes ? "the rule applies" : "the rule does not apply"; break;
      case Pair::Of::decision: text = yes ? "it applies" : "it does not apply"; break;
      case Pair::Of::impossible: text = yes ? "excluded" : "not excluded"; break;
      case Pair::Of::accept: text = yes ? "accepted" : "not accepted"; break;
    }
    return std::string(who) + text;
  }

  void unknown(Pair p, const char* help) {
    std::string what;
    switch (p.of) {
      case Pair::Of::rule:
        what = fmt::format("the program applies `{}` to the same patients", name(p));
        break;
      case Pair::Of::decision:
        what = fmt::format("`{}` is for the same patients in the program", name(p));
        break;
      case Pair::Of::impossible:
        what = "the program excludes the same patients as this constraint";
        break;
      case Pair::Of::accept:
        what = "the program accepts findings for the same patients as this accept";
        break;
    }
    diag::Diagnostic& d =
        out_.sink.report(Code::unknown, place(p), "not decided within the effort: whether " + what);
    d.verdict = diag::Verdict::unknown;
    if (p.of == Pair::Of::rule) d.rules = {name(p)};
    d.help = help;
  }

  const Model& s_;
  const emit::Lifted& l_;
  const Effects& e_;
  const VerifyOptions& options_;
  Verification& out_;
  Model joint_, program_;
  std::vector<Asked> asked_;
  std::optional<Patient> anybody_;
};

Sets::Sets(const Model& source, const emit::Lifted& program, const Effects& effects,
           const VerifyOptions& options, Verification& out)
    : work_(std::make_unique<Work>(source, program, effects, options, out)) {}
Sets::~Sets() = default;

void Sets::compare(const std::vector<Pair>& pairs) { work_->compare(pairs); }

}  // namespace gdl::driver
