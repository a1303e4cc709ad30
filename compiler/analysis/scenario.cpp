// Scenarios, whole or partial, exactly: a case is a set of patients, and what is expected is asked
// of that set. See analyze.h; docs/language.md, "Unknown facts".
#include <fmt/core.h>

#include <algorithm>

#include "analysis/analyze.h"
#include "analysis/given.h"
#include "analysis/witness.h"
#include "values.h"

namespace gdl::analysis {

using namespace sema;
using space::kFalse;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

/// Facts named in a message: with more nobody would read on.
constexpr std::size_t kNamed = 5;

class Runner {
 public:
  Runner(const Tables& tables, const Scenario& scenario, const Options& options, const Asker& asker)
      : t_(tables),
        m_(tables.model),
        sc_(scenario),
        options_(options),
        asker_(asker),
        s_(make_scope()),
        g_(s_.diagram()) {
    make_case();
  }

  ExpectResult expect(const Expect& e) {
    ExpectResult out;
    out.span = e.span;
    if (e.kind == ExpectKind::input_error) {
      out.passed = case_ == kFalse;
      if (!out.passed) out.message = "the case is a possible patient";
    } else if (case_ == kFalse) {
      out.message = "no possible patient agrees with this case";
    } else {
      judge(e, out);
    }
    if (s_.exhausted()) {
      out.passed = false;
      out.undecided = true;
      out.message = "not decided within the effort";
    }
    return out;
  }

  [[nodiscard]] std::vector<RuleId> certain_rules() {
    std::vector<RuleId> out;
    for (std::size_t i = 0; i < m_.rules.size() && case_ != kFalse; ++i) {
      if (certain(s_.in_force(RuleId(i)))) out.push_back(RuleId(i));
    }
    return out;
  }

 private:
  Scope make_scope() {
    std::vector<DecisionId> decisions;
    for (std::size_t i = 0; i < m_.decisions.size(); ++i) decisions.push_back(DecisionId(i));
    std::vector<RuleId> rules;
    for (std::size_t i = 0; i < m_.rules.size(); ++i) rules.push_back(RuleId(i));
    std::vector<CondId> conds;
    for (const Given& g : sc_.given) conds.push_back(g.when);
    return Scope(t_, decisions, rules, conds, options_.effort, options_.cancelled);
  }

  /// The patients that agree with the case: what is given, then the defaults that it leaves
  /// possible.
  void make_case() {
    case_ = s_.possible();
    const IdVector<FactTag, GivenFact> given = givens(t_, s_, sc_);
    for (const GivenFact& f : given) case_ = g_.both(case_, f.left);
    for (std::size_t i = 0; i < m_.facts.size(); ++i) {
      FactId f(i);
      if (s_.known_var(f).valid()) {
        Bits b(2);
        b.set(given[f].known ? 1 : 0);
        case_ = g_.both(case_, g_.literal(s_.known_var(f), b));
      }
      const std::optional<Value>& value = m_.facts[f].default_value;
      if (!given[f].given && value.has_value()) {
        Node with = g_.both(case_, default_set(f, *value));
        if (with != kFalse) case_ = with;  // a default that makes the case impossible is dropped
      }
    }
  }

  Node default_set(FactId f, const Value& v) {
    if (m_.facts[f].kind == FactKind::set) {
      Node out = space::kTrue;
      for (std::size_t e = 0; e < m_.facts[f].enumerators.size(); ++e) {
        if (!s_.element_var(f, e).valid()) return space::kTrue;
        Bits b(2);
        b.set((v.set >> e) & 1u);
        out = g_.both(out, g_.literal(s_.element_var(f, e), b));
      }
      return out;
    }
    if (!s_.value_var(f).valid()) return space::kTrue;
    Bits b(t_.classes.count(f));
    b.set(t_.classes.class_of(f, v));
    return g_.literal(s_.value_var(f), b);
  }

  bool certain(Node set) { return g_.minus(case_, set) == kFalse && !s_.exhausted(); }
  bool possible(Node set) { return g_.both(case_, set) != kFalse; }

  /// Which patients of the case are in `set`, as a group that names what this hangs on and nothing that goes without
  /// saying: what is given, or follows from it.
  std::string patient(Node set) {
    set = g_.both(case_, set);
    if (s_.exhausted() || set == kFalse) return "";
    space::Box box = small_box(s_, set, g_.negate(case_));
    s_.sets().narrow(case_, box);
    if (s_.exhausted() || box.masks.empty()) return "";
    return ", for instance with " + diag::fact_words(describe(t_, s_, box));
  }

  /// Whether `set` holds all, some or none of the patients of the case, as is expected.
  void judge(ExpectResult& out, Holds holds, Node set, const std::string& what) {
    const bool all = certain(set);
    const bool some = possible(set);
    switch (holds) {
      case Holds::for_all:
        out.passed = all;
        if (!all) {
          out.message = some ? what + " is only possible: not so" + patient(g_.negate(set))
                             : what + " does not hold";
        }
        break;
      case Holds::for_some:
        out.passed = some && !all;
        if (!out.passed) {
          out.message = what + (some ? " is certain, not just possible" : " is not possible");
        }
        break;
      case Holds::for_none:
        out.passed = !some;
        if (some) out.message = what + " holds" + patient(set);
        break;
    }
  }

  /// The parameters that the expectation names and that reach the way have exactly these values left.
  Node parameters(const ActionUse& x, WayId w) {
    Node out = space::kTrue;
    for (const ParamSetting& p : x.params) {
      if (!reaches(m_, m_.params[p.param].action, w)) continue;
      out = g_.both(out, s_.left_exactly(p.param, w, t_.param_classes.of(p)));
    }
    return out;
  }

  /// A directive of a rule bans just this: the way, and of each parameter just these values.
  [[nodiscard]] bool bans(const Directive& d, const ActionUse& x, WayId w) const {
    if (std::find(d.what.ways.begin(), d.what.ways.end(), w) == d.what.ways.end()) return false;
    if (d.what.params.size() != x.params.size()) return false;
    return std::all_of(x.params.begin(), x.params.end(), [&](const ParamSetting& p) {
      return std::any_of(d.what.params.begin(), d.what.params.end(), [&](const ParamSetting& q) {
        return p.param == q.param && t_.param_classes.of(p) == t_.param_classes.of(q);
      });
    });
  }

  /// The way is advised with the verb; `exactly`: with the parameters that are expected.
  Node advised(const Expect& e, WayId w, bool exactly) {
    Node out = kFalse;
    if (is_for(e.verb)) {
      for (std::size_t d = 0; d < m_.decisions.size(); ++d) {
        out = g_.either(out, s_.offered(DecisionId(d), e.verb, w));
      }
      return exactly && out != kFalse ? g_.both(out, parameters(e.action, w)) : out;
    }
    for (std::size_t i = 0; i < m_.rules.size(); ++i) {
      for (const Directive& d : m_.rules[RuleId(i)].directives) {
        if (d.verb == e.verb && bans(d, e.action, w)) out = g_.either(out, s_.stands(RuleId(i)));
      }
    }
    return out;
  }

  /// Every way of the action is advised: `all`, or some of them.
  Node advised(const Expect& e, bool all) {
    Node out = all ? space::kTrue : kFalse;
    for (WayId w : e.action.ways) {
      Node one = advised(e, w, true);
      out = all ? g_.both(out, one) : g_.either(out, one);
    }
    return out;
  }

  /// What is left of the parameters where the advice is offered, but not as expected; empty if there is no such patient.
  std::string left_instead(const Expect& e) {
    for (WayId w : e.action.ways) {
      Node set = g_.both(case_, g_.minus({advised(e, w, false), parameters(e.action, w)}));
      if (set == kFalse || s_.exhausted()) continue;
      std::vector<std::string> words;
      for (const ParamSetting& p : e.action.params) {
        if (!reaches(m_, m_.params[p.param].action, w)) continue;
        Bits left(t_.param_classes.count(p.param));
        for (std::size_t c = 0; c < left.size(); ++c) {
          // Of one patient, whichever of those in question.
          Node with = g_.minus(set, s_.value_gone(p.param, w, c));
          left.set(c, with != kFalse);
          if (with != kFalse) set = with;
        }
        words.push_back("`" + parameter_text(t_, p.param, left) + "`");
      }
      return " is offered with " + diag::listed(words, "and") + patient(set);
    }
    return "";
  }

  /// Some decision asks for the fact.
  void asked(ExpectResult& out, FactId f) {
    const std::string name = "`" + m_.facts[f].name + "`";
    auto undecided = [&](const std::string& why) {
      out.undecided = true;
      out.message = "whether " + name + " is asked for is not decided: " + why;
    };
    const CaseText text = case_text(t_, sc_, options_.effort, options_.cancelled);
    if (text.exhausted) {
      undecided("the effort does not suffice");
      return;
    }
    if (!text.loose.empty()) {
      undecided(fmt::format("what is given of `{}` cannot be said element by element",
                            m_.facts[text.loose.front()].name));
      return;
    }
    const Questions q = asker_(text.json);
    auto in = [&](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), m_.facts[f].name) != names.end();
    };
    if (!q.problem.empty()) {
      undecided(q.problem);
    } else if (in(q.facts)) {
      out.passed = true;
    } else if (in(q.perhaps)) {
      undecided("with so much unknown, more may be asked for than matters");
    } else {
      out.message = name + " is not asked for: ";
      if (!q.facts.empty()) {
        std::vector<std::string> names;
        for (const std::string& n : q.facts) {
          if (names.size() < kNamed) names.push_back("`" + n + "`");
        }
        const std::size_t more = q.facts.size() - names.size();
        if (more > 0) names.push_back(fmt::format("{} more", more));
        out.message += diag::listed(names, "and") + (q.facts.size() == 1 ? " is" : " are");
      } else {
        out.message +=
            q.perhaps.empty() ? "nothing is, as no answer is open" : "no answer hangs on it";
      }
    }
  }

  void judge(const Expect& e, ExpectResult& out) {
    switch (e.kind) {
      case ExpectKind::rule:
        judge(out, e.holds, s_.in_force(e.rule), "`" + m_.rules[e.rule].name + "`");
        break;
      case ExpectKind::advice:
        // That X is not advised says so of each of its ways.
        judge(out, e.holds, advised(e, e.holds != Holds::for_none),
              "the advice on `" + e.action.text + "`");
        if (!out.passed && e.holds == Holds::for_all && is_for(e.verb) &&
            !e.action.params.empty()) {
          const std::string instead = left_instead(e);
          if (!instead.empty()) out.message = "`" + e.action.text + "`" + instead;
        }
        break;
      case ExpectKind::gap:
        judge(out, e.holds, s_.gap(e.decision), "a gap in `" + m_.decisions[e.decision].name + "`");
        break;
      case ExpectKind::stranded:
        judge(out, e.holds, s_.stranded(e.decision),
              "being stranded in `" + m_.decisions[e.decision].name + "`");
        break;
      case ExpectKind::ask: asked(out, e.fact); break;
      case ExpectKind::input_error: break;
    }
  }

  const Tables& t_;
  const Model& m_;
  const Scenario& sc_;
  const Options& options_;
  const Asker& asker_;
  Scope s_;
  space::Diagram& g_;
  Node case_;
};

}  // namespace

std::vector<ScenarioResult> run_scenarios(const Model& model, const Options& options,
                                          const Asker& asker) {
  Tables tables(model, true);
  std::vector<ScenarioResult> out;
  for (const Scenario& sc : model.scenarios) {
    Runner runner(tables, sc, options, asker);
    ScenarioResult r;
    r.title = sc.title;
    r.span = sc.span;
    r.passed = true;
    for (const Expect& e : sc.expects) {
      r.expects.push_back(runner.expect(e));
      r.passed = r.passed && r.expects.back().passed;
    }
    r.stands = runner.certain_rules();
    out.push_back(std::move(r));
  }
  return out;
}

}  // namespace gdl::analysis
