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
#include "support/limits.h"

namespace gdl::driver {

using namespace sema;
using diag::Code;
using oracle::Patient;
using space::Node;
using space::Scope;

class Sets::Work {
 public:
  Work(const Model& source, const emit::Lifted& program, Otherwise& otherwise,
       const VerifyOptions& options, Verification& out)
      : s_(source), otherwise_(otherwise), options_(options), out_(out), joint_(source, program) {}

  void compare(const std::vector<Pair>& pairs) {
    if (pairs.empty()) return;
    for (Pair p : pairs) {
      const DefId source = joint_.named(in_domain(p, joint_.source(p)));
      asked_.emplace_back(source, joint_.named(in_domain(p, joint_.program(p))));
    }
    patients_.emplace(joint_.model(), options_.analysis.effort);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (options_.cancelled()) {
        unknown(pairs[i], options_.to_raise());
        continue;
      }
      if (joint_.too_deep(pairs[i])) {
        unknown(pairs[i], "its condition in the program is nested too deeply");
        continue;
      }
      Wanted wanted;
      wanted.definitions = {asked_[i].first, asked_[i].second};
      Part part = patients_->cut(wanted);
      // Of constraints the question is which patients there are.
      if (pairs[i].of == Pair::Of::impossible) part.model.impossibles.clear();
      std::optional<Patient> patient;
      switch (look(pairs[i], asked_[i], part, patient)) {
        case Found::nothing: break;
        case Found::possible:
          otherwise_.condition(out_.sink.items().size() - 1, pairs[i], *patient);
          break;
        case Found::impossible:
          part.model.impossibles.clear();
          if (look(pairs[i], asked_[i], part, patient) != Found::possible) break;
          last().notes.emplace_back(
              "only patients whom the constraints exclude differ: nobody is offered anything else, "
              "but what is certain to others may be said to be assumed, or the other way round");
          break;
      }
    }
  }

 private:
  using Asked = std::pair<DefId, DefId>;
  /// Who is in one of two sets only: nobody, or the effort was spent; a possible patient; impossible ones.
  enum class Found : std::uint8_t { nothing, possible, impossible };

  /// A rule applies to patients of its decision only: others do not count. Domains are compared on their own.
  CondId in_domain(Pair p, CondId c) {
    if (p.of != Pair::Of::rule || !s_.rules[RuleId(p.row)].decision.valid()) return c;
    return joint_.all({s_.decisions[s_.rules[RuleId(p.row)].decision].domain, c});
  }

  // -- the question ----------------------------------------------------------------------------------

  /// Those for whom one of two conditions holds.
  static Node difference(Scope& scope, CondId mine, CondId other) {
    space::Diagram& g = scope.diagram();
    const Node a = scope.cond(mine);
    const Node b = scope.exhausted() ? Node() : scope.cond(other);
    return scope.exhausted() ? Node() : g.either({g.minus(a, b), g.minus(b, a)});
  }
  diag::Diagnostic& last() { return out_.sink.at(out_.sink.items().size() - 1); }

  /// Compares the two sets. Reports what is undecided, and a difference with the possible patient who shows it.
  Found look(Pair pair, Asked asked, const Part& part, std::optional<Patient>& patient) {
    const CondId mine = part.model.definitions[part.definition(asked.first)].when;
    const CondId other = part.model.definitions[part.definition(asked.second)].when;
    const space::Tables tables(part.model);
    Scope scope(tables, {}, {}, {mine, other}, options_.analysis.effort,
                options_.analysis.cancelled);
    space::Diagram& g = scope.diagram();
    Node set = difference(scope, mine, other);
    const bool differ = set != space::kFalse;
    if (!scope.exhausted()) set = g.both(set, scope.possible());
    if (scope.exhausted()) {
      unknown(pair, options_.to_raise());
      return Found::nothing;
    }
    if (set == space::kFalse) return differ ? Found::impossible : Found::nothing;

    diag::Diagnostic& d = report(pair);
    const space::Box box = analysis::small_box(scope, set);
    d.verdict = diag::Verdict::found;
    Node inside = g.both({g.both(g.box(box), set), scope.possible()});
    d.witness = analysis::describe(tables, scope, box, analysis::somebody_of(scope, inside));
    d.witness_tied = analysis::tied(scope, box);
    analysis::Completions completions(
        tables, {options_.analysis.effort, 0, 0, 0, options_.analysis.cancelled}, 1);
    const analysis::Replay replay = completions.replay(
        scope, box, {[&](const Patient& p) {
          return oracle::holds(part.model, mine, p) != oracle::holds(part.model, other, p);
        }});
    d.witness_grounds = replay.grounds;
    if (!replay.confirmed) {
      d.code = Code::internal_error;
      d.message = "the patient of a difference did not replay; please report this: " + d.message;
    }

    if (!inside.valid() || inside == space::kFalse) inside = set;
    patient = patients_->patient(part, tables, scope, g.shortest(inside));
    const bool source = oracle::holds(part.model, mine, oracle::within(part, *patient));
    d.notes.push_back(said("source: ", pair, source));
    d.notes.push_back(said("program: ", pair, !source));
    return Found::possible;
  }

  // -- words -----------------------------------------------------------------------------------------

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
  Otherwise& otherwise_;
  const VerifyOptions& options_;
  Verification& out_;
  Joint joint_;
  std::vector<Asked> asked_;
  std::optional<JointPatients> patients_;
};

Sets::Sets(const Model& source, const emit::Lifted& program, Otherwise& otherwise,
           const VerifyOptions& options, Verification& out)
    : work_(std::make_unique<Work>(source, program, otherwise, options, out)) {}
Sets::~Sets() = default;

void Sets::compare(const std::vector<Pair>& pairs) { work_->compare(pairs); }

}  // namespace gdl::driver
