// Every analysis of a guideline: see analyze.h. Each decision has a scope of its own; each kind of
// finding is one function that makes a set of patients, takes away what an `accept` waives, and
// reports the rest with a witness that the oracle has replayed.
#include "analysis/analyze.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "analysis/witness.h"

namespace gdl::analysis {

using namespace sema;
using diag::Code;
using space::kFalse;
using space::Node;
using space::Scope;
using space::Tables;

namespace {

constexpr std::size_t kRegions = 8;  // boxes listed for one finding; the rest is said, not listed

using Claim = std::function<bool(const oracle::Patient&)>;

class Analysis {
 public:
  Analysis(const Model& model, const Options& options, diag::Sink& sink)
      : m_(model), options_(options), sink_(sink), tables_(model) {
    waived_.assign(m_.accepts.size(), false);
  }

  Report run() {
    Report report;
    if (!constraints()) {
      // Of no patient every claim is true: nothing else is worth saying, or proved of anybody.
      for (const Decision& d : m_.decisions) {
        DecisionSummary row;
        row.id = d.name;
        row.rules = d.rules.size();
        row.verdict = diag::Verdict::unknown;
        report.decisions.push_back(row);
      }
      return report;
    }
    definitions();
    for (std::size_t i = 0; i < m_.decisions.size(); ++i) {
      report.decisions.push_back(decision(DecisionId(i)));
    }
    safety_rules();
    cross_exclusives(report);
    accepts();
    for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
      if (waived_[i]) report.decisions[m_.accepts[i].decision.value].accepted = true;
    }
    return report;
  }

 private:
  [[nodiscard]] bool stop(const Scope& s) const {
    return s.exhausted() || (options_.cancelled && options_.cancelled());
  }
  [[nodiscard]] const std::string& name(RuleId r) const { return m_.rules[r].name; }

  void unknown(Span span, const std::string& what, const std::string& decision = {}) {
    diag::Diagnostic& d =
        sink_.report(Code::unknown, span, fmt::format("not decided within the effort: {}", what));
    d.verdict = diag::Verdict::unknown;
    d.decision = decision;
    d.help = "raise `--effort`, or split the decision";
  }

  /// Takes away what accepts of `kind` waive; remembers which waived something.
  Node waive(Scope& s, Node set, AcceptKind kind, DecisionId d, RuleId a = {}, RuleId b = {}) {
    // Each accept is asked about the whole finding: what two of them waive together, both waive.
    const Node whole = set;
    for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
      const Accept& acc = m_.accepts[i];
      if (acc.kind != kind || acc.decision != d) continue;
      if (acc.first.valid()) {
        bool same = (acc.first == a && acc.second == b) || (acc.first == b && acc.second == a);
        if (!same) continue;
      }
      Node waived = s.diagram().both(whole, s.cond(acc.when));
      if (waived != kFalse && waived.valid()) waived_[i] = true;
      set = s.diagram().minus(set, waived);
    }
    return set;
  }

  /// Fills in witness, grounds and regions of a finding over `set`. Where the oracle disagrees, the
  /// finding becomes an internal error.
  void witness(diag::Diagnostic& d, Scope& s, Node set, const Claim& claim, bool regions) {
    space::Box box = small_box(s, set);
    d.witness = describe(tables_, s, box);
    Replay r = replay(tables_, s, box, claim);
    d.witness_grounds = r.grounds;
    d.verdict = diag::Verdict::found;
    if (!r.confirmed) {
      d.code = Code::internal_error;
      d.message = "the witness of a finding did not replay; please report this: " + d.message;
      return;
    }
    if (!regions) return;
    Node rest = s.diagram().both(set, s.possible());
    for (std::size_t n = 0; n < kRegions && rest != kFalse && !stop(s); ++n) {
      d.regions.push_back({describe(tables_, s, box), ""});
      rest = s.diagram().minus(rest, s.diagram().box(box));
      if (rest != kFalse && rest.valid()) box = small_box(s, rest);
    }
    if (rest != kFalse) d.verdict = diag::Verdict::at_least;
  }

  // -- constraints and definitions ----------------------------------------------------------------

  /// False if the constraints leave no patient at all.
  bool constraints() {
    if (m_.impossibles.empty()) return true;
    std::vector<CondId> conds;
    for (const Impossible& i : m_.impossibles) conds.push_back(i.when);
    Scope s(tables_, {}, {}, conds, options_.effort);
    Node possible = s.possible();
    if (stop(s)) {
      unknown(m_.impossibles[0].span, "whether the constraints leave any patient");
      return true;
    }
    if (possible != kFalse) return true;
    diag::Diagnostic& d = sink_.report(Code::unsatisfiable_constraints, m_.impossibles[0].span,
                                       "the constraints together exclude every patient");
    d.verdict = diag::Verdict::proved;
    for (std::size_t i = 1; i < m_.impossibles.size(); ++i) {
      d.related.push_back({m_.impossibles[i].span, "together with this one"});
    }
    d.help =
        "mend the `impossible` that excludes too much: no other check says anything until then";
    return false;
  }

  void definitions() {
    for (std::size_t i = 0; i < m_.definitions.size(); ++i) {
      DefId id(i);
      const Definition& def = m_.definitions[id];
      if (def.kind != DefKind::enumeration || def.bands) continue;
      std::vector<CondId> conds;
      for (const Alternative& a : def.alternatives) {
        if (a.when.valid()) conds.push_back(a.when);
      }
      Scope s(tables_, {}, {}, conds, options_.effort);
      bool total = false;
      for (std::size_t a = 0; a < def.alternatives.size(); ++a) {
        total = total || !def.alternatives[a].when.valid();
        for (std::size_t b = a + 1; b < def.alternatives.size(); ++b) {
          if (!def.alternatives[b].when.valid()) continue;
          Node both = s.diagram().both(
              s.possible(), s.diagram().both(s.alternative(id, a), s.alternative(id, b)));
          if (stop(s)) break;
          if (both == kFalse) continue;
          diag::Diagnostic& d = sink_.report(
              Code::overlapping_definition, def.alternatives[b].name.span,
              fmt::format("a patient can be both `{}` and `{}` of `{}`",
                          def.alternatives[a].name.name, def.alternatives[b].name.name, def.name));
          d.related.push_back({def.alternatives[a].name.span, "the other alternative"});
          d.help = "add a condition to one of them, so that every patient has exactly one";
          witness(
              d, s, both,
              [&, a, b](const oracle::Patient& p) {
                Bits alts = oracle::alternatives(m_, id, p);
                return alts.test(a) && alts.test(b);
              },
              false);
        }
      }
      if (!total && !stop(s)) {
        Node none = s.possible();
        for (std::size_t a = 0; a < def.alternatives.size(); ++a) {
          none = s.diagram().minus(none, s.alternative(id, a));
        }
        if (!stop(s) && none != kFalse) {
          diag::Diagnostic& d = sink_.report(
              Code::incomplete_definition, def.name_span,
              fmt::format("a patient can fall under no alternative of `{}`", def.name));
          d.help = "add the missing alternative, or `| ... otherwise`";
          witness(
              d, s, none,
              [&](const oracle::Patient& p) { return oracle::alternatives(m_, id, p).none(); },
              true);
        }
      }
      if (stop(s)) unknown(def.name_span, fmt::format("the alternatives of `{}`", def.name));
    }
  }

  // -- one decision -------------------------------------------------------------------------------

  DecisionSummary decision(DecisionId id) {
    const Decision& d = m_.decisions[id];
    std::vector<CondId> conds;
    for (const Accept& a : m_.accepts) {
      if (a.decision == id) conds.push_back(a.when);
    }
    Scope s(tables_, {id}, {}, conds, options_.effort);
    std::size_t before = sink_.items().size();
    dead_rules(s, d.rules);
    conflicts(s, id);
    parameter_conflicts(s, id);
    overlaps(s, id);
    exclusives(s, id);
    if (!d.partial) {
      empty(s, id, AcceptKind::gap);
      empty(s, id, AcceptKind::stranded);
    }
    DecisionSummary out;
    out.id = d.name;
    out.rules = d.rules.size();
    out.partial = d.partial;
    for (std::size_t i = before; i < sink_.items().size(); ++i) {
      Code c = sink_.items()[i].code;
      bool gap = c == Code::gap || c == Code::stranded;
      bool rule = c == Code::dead_rule;
      out.gaps += gap ? 1 : 0;
      out.conflicts += gap || rule ? 0 : 1;
      out.verdict = diag::Verdict::found;
    }
    if (stop(s)) {
      unknown(d.name_span, fmt::format("what is left of decision `{}`", d.name), d.name);
      out.verdict = diag::Verdict::unknown;
    }
    return out;
  }

  void dead_rules(Scope& s, const std::vector<RuleId>& rules) {
    for (RuleId r : rules) {
      const Rule& rule = m_.rules[r];
      space::Diagram& g = s.diagram();
      Node possible = s.possible();
      if (g.both(s.stands(r), possible) != kFalse || stop(s)) continue;
      diag::Diagnostic d;
      d.code = Code::dead_rule;
      d.primary = rule.head_span;
      d.verdict = diag::Verdict::proved;
      d.rules = {rule.name};
      if (rule.decision.valid()) d.decision = m_.decisions[rule.decision].name;
      Node own = s.cond(rule.when);
      if (rule.unless.valid()) own = g.minus(own, s.cond(rule.unless));
      std::string why;
      if (own == kFalse) {
        why = "its own condition can never hold";
        d.help = "mend the condition";
      } else if (s.applies(r) == kFalse) {
        why = fmt::format("its condition never holds in the domain of `{}`", d.decision);
        d.help = "mend the condition, or the decision's `for`";
      } else if (g.both(s.applies(r), possible) == kFalse) {
        why = "every patient it speaks of is declared impossible";
        for (const Impossible& i : m_.impossibles) d.related.push_back({i.span, "a constraint"});
        d.help = "mend the rule or the constraint";
      } else {
        // A smallest set of overriding rules by leaving out whatever is not needed.
        std::vector<RuleId> why_rules = rule.overridden_by;
        Node applies = g.both(s.applies(r), possible);
        for (std::size_t i = why_rules.size(); i-- > 0;) {
          Node rest = applies;
          for (std::size_t k = 0; k < why_rules.size(); ++k) {
            if (k != i) rest = g.minus(rest, s.stands(why_rules[k]));
          }
          if (rest == kFalse) why_rules.erase(why_rules.begin() + static_cast<std::ptrdiff_t>(i));
        }
        why = why_rules.size() == 1
                  ? "it is overridden for every patient it speaks of"
                  : "other rules together override it for every patient it speaks of";
        for (RuleId w : why_rules) {
          d.related.push_back({m_.rules[w].head_span, fmt::format("`{}` overrides it", name(w))});
          d.rules.push_back(name(w));
        }
        d.help = "remove the rule, or narrow what overrides it";
      }
      d.message = fmt::format("`{}` never stands: {}", rule.name, why);
      if (!stop(s)) sink_.add(std::move(d));
    }
  }

  // A *for* all of whose ways are taken away, and nothing that settles it.
  void conflicts(Scope& s, DecisionId id) {
    // One finding for each set of banning rules; all recommending rules in its frame.
    std::map<std::vector<RuleId>, std::size_t> frames;
    std::vector<diag::Diagnostic> found;
    for (RuleId r : m_.decisions[id].rules) {
      for (std::size_t k = 0; k < m_.rules[r].directives.size(); ++k) {
        const Directive& dir = m_.rules[r].directives[k];
        if (!is_for(dir.verb)) continue;
        space::Diagram& g = s.diagram();
        Node set = g.both(s.conflict(r, k), s.possible());
        // What settings alone empty is a parameter conflict.
        set = g.minus(set, s.emptied(r, k, Scope::Bans::none));
        if (stop(s)) return;
        std::vector<RuleId> banning = bans_on(dir);
        const Node whole = set;
        for (RuleId b : banning) {
          for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
            const Accept& acc = m_.accepts[i];
            if (acc.kind != AcceptKind::conflict || acc.decision != id || !acc.first.valid())
              continue;
            bool same = (acc.first == r && acc.second == b) || (acc.first == b && acc.second == r);
            if (!same) continue;
            Node waived = g.both(whole, g.both(s.cond(acc.when), s.stands(b)));
            if (waived != kFalse) waived_[i] = true;
            set = g.minus(set, waived);
          }
        }
        set = waive(s, set, AcceptKind::conflict, id);
        // Each combination of banning rules is told apart, until nothing is left.
        for (std::size_t n = 0; n < kRegions && set != kFalse && !stop(s); ++n) {
          space::Box box = g.shortest(set);
          std::vector<RuleId> involved;
          Node same = set;
          for (RuleId b : banning) {
            Node stands = s.stands(b);
            if (g.both(g.box(box), stands) != kFalse && g.contains(stands, box)) {
              involved.push_back(b);
              same = g.both(same, stands);
            }
          }
          if (stop(s)) return;
          set = g.minus(set, same);
          if (same == kFalse) break;
          auto [it, fresh] = frames.emplace(involved, found.size());
          if (!fresh) {
            diag::Diagnostic& d = found[it->second];
            if (std::find(d.rules.begin(), d.rules.end(), name(r)) == d.rules.end()) {
              d.rules.push_back(name(r));
              d.related.push_back({dir.span, fmt::format("`{}` advises it as well", name(r))});
            }
            continue;
          }
          diag::Diagnostic d;
          d.code = Code::conflict;
          d.severity = diag::Severity::error;
          d.decision = m_.decisions[id].name;
          d.primary = dir.span;
          d.message = fmt::format("`{}` advises `{}`, which {} for the same patient", name(r),
                                  dir.what.text, against_words(involved));
          d.rules = {name(r)};
          for (RuleId b : involved) {
            d.rules.push_back(name(b));
            for (const Directive& ban : m_.rules[b].directives) {
              if (is_against(ban.verb)) {
                d.related.push_back({ban.span, fmt::format("`{}` advises against it", name(b))});
              }
            }
          }
          d.help = fmt::format(
              "decide for this patient: narrow one of the rules with `unless`, or let the rule "
              "that bans say "
              "`overrides {}` so that the advice is withdrawn",
              name(r));
          witness(
              d, s, same,
              [&, r, k](const oracle::Patient& p) {
                oracle::Advice a = oracle::evaluate(m_, p);
                const oracle::ForResult* f = a.find(m_, r, k);
                return f != nullptr && f->conflict && f->kept && !f->parameter;
              },
              false);
          found.push_back(std::move(d));
        }
      }
    }
    for (diag::Diagnostic& d : found) sink_.add(std::move(d));
  }

  [[nodiscard]] std::vector<RuleId> bans_on(const Directive& dir) const {
    std::vector<RuleId> out;
    for (WayId w : dir.what.ways) {
      for (const Tables::Use& u : tables_.bans(w)) out.push_back(u.rule);
      for (const auto& entry : tables_.param_bans(w)) out.push_back(entry.second.use.rule);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  [[nodiscard]] std::string against_words(const std::vector<RuleId>& rules) const {
    std::string out;
    for (RuleId r : rules) out += (out.empty() ? "`" : ", `") + name(r) + "`";
    return out + (rules.size() == 1 ? " rules out" : " rule out");
  }

  void parameter_conflicts(Scope& s, DecisionId id) {
    std::set<std::pair<std::uint32_t, std::vector<std::string>>>
        frames;  // one for each set of rules
    for (RuleId r : m_.decisions[id].rules) {
      for (std::size_t k = 0; k < m_.rules[r].directives.size(); ++k) {
        const Directive& dir = m_.rules[r].directives[k];
        if (!is_for(dir.verb)) continue;
        std::vector<ParamId> seen;
        for (WayId w : dir.what.ways) {
          for (ParamId p : tables_.params(w)) {
            if (std::find(seen.begin(), seen.end(), p) != seen.end()) continue;
            seen.push_back(p);
            Node set = s.diagram().both(s.kept(r), s.parameter_empty(p, w, Scope::Bans::none, r));
            set = waive(s, s.diagram().both(set, s.possible()), AcceptKind::parameter, id);
            if (stop(s)) return;
            if (set == kFalse) continue;
            const Parameter& param = m_.params[p];
            diag::Diagnostic d;
            d.code = Code::parameter_conflict;
            d.decision = m_.decisions[id].name;
            d.primary = dir.span;
            d.rules = {name(r)};
            d.message = fmt::format("the rules that stand leave no value for `{}` of `{}`",
                                    param.name, m_.actions[param.action].name);
            space::Box box = s.diagram().shortest(set);
            for (const Tables::ParamUse& u : tables_.settings(p)) {
              if (!s.diagram().contains(s.stands(u.use.rule), box)) continue;
              if (u.use == Tables::Use{r, k}) continue;
              d.rules.push_back(name(u.use.rule));
              d.related.push_back({m_.rules[u.use.rule].directives[u.use.directive].span,
                                   fmt::format("`{}` sets it too", name(u.use.rule))});
            }
            std::vector<std::string> rules = d.rules;
            std::sort(rules.begin(), rules.end());
            if (!frames.emplace(p.value, rules).second) continue;
            d.help = "let one of the rules override the other, or widen what they allow";
            witness(
                d, s, set,
                [&, r, w, p](const oracle::Patient& pt) {
                  oracle::Advice a = oracle::evaluate(m_, pt);
                  return std::any_of(a.parameters.begin(), a.parameters.end(),
                                     [&](const oracle::ParameterClash& c) {
                                       return c.param == p && c.rule == r && c.way == w;
                                     });
                },
                false);
            sink_.add(std::move(d));
          }
        }
      }
    }
  }

  void overlaps(Scope& s, DecisionId id) {
    const Decision& dec = m_.decisions[id];
    for (std::size_t i = 0; i < dec.rules.size(); ++i) {
      for (std::size_t k = i; k < dec.rules.size(); ++k) {
        RuleId a = dec.rules[i];
        RuleId b = dec.rules[k];
        // `overrides all` of two rules: each would override the other, so both must never stand.
        if (i != k && m_.rules[a].overrides_all && m_.rules[b].overrides_all &&
            !m_.rules[a].against_only && !m_.rules[b].against_only) {
          Node both = s.diagram().both(s.possible(), s.diagram().both(s.stands(a), s.stands(b)));
          if (stop(s)) return;
          if (both != kFalse) {
            diag::Diagnostic d;
            d.code = Code::overlapping_overrides;
            d.decision = dec.name;
            d.primary = m_.rules[b].head_span;
            d.rules = {name(a), name(b)};
            d.message = fmt::format("`{}` and `{}` both override all others and stand together",
                                    name(a), name(b));
            d.related.push_back({m_.rules[a].head_span, "the other rule"});
            d.help = "make their conditions disjoint, or let one name the rules it overrides";
            witness(
                d, s, both,
                [&, a, b](const oracle::Patient& p) {
                  oracle::Advice adv = oracle::evaluate(m_, p);
                  return adv.stands[a] != 0 && adv.stands[b] != 0;
                },
                false);
            sink_.add(std::move(d));
          }
        }
        Node set = s.diagram().both(s.overlap(a, b), s.possible());
        set = waive(s, set, AcceptKind::overlap, id, a, b);
        if (stop(s)) return;
        if (set == kFalse) continue;
        diag::Diagnostic d;
        d.code = Code::overlap;
        d.decision = dec.name;
        d.primary = m_.rules[b].head_span;
        d.rules =
            a == b ? std::vector<std::string>{name(a)} : std::vector<std::string>{name(a), name(b)};
        d.message = a == b
                        ? fmt::format("`{}` gives advice and `no recommendation` at once", name(a))
                        : fmt::format("`{}` and `{}` answer differently for the same patient",
                                      name(a), name(b));
        if (a != b) d.related.push_back({m_.rules[a].head_span, "the other answer"});
        d.help =
            "let one rule override the other, make them disjoint, or use `choose any` if both may "
            "be offered";
        witness(
            d, s, set,
            [&, a, b](const oracle::Patient& p) {
              oracle::Advice adv = oracle::evaluate(m_, p);
              return adv.decisions[id].overlap && adv.stands[a] != 0 && adv.stands[b] != 0;
            },
            false);
        sink_.add(std::move(d));
      }
    }
  }

  struct Recommendation {
    Tables::Use use;
    bool x = false, y = false;  // some way matches the first, the second of the exclusion
  };

  std::vector<Recommendation> recommendations(const Exclusive& ex,
                                              const std::vector<RuleId>& rules) {
    std::vector<Recommendation> out;
    for (RuleId r : rules) {
      for (std::size_t k = 0; k < m_.rules[r].directives.size(); ++k) {
        const Directive& d = m_.rules[r].directives[k];
        if (d.verb != Verb::recommend) continue;
        Recommendation rec{{r, k}};
        for (WayId w : d.what.ways) {
          rec.x = rec.x || matches(m_, w, ex.first);
          rec.y = rec.y || matches(m_, w, ex.second);
        }
        if (rec.x || rec.y) out.push_back(rec);
      }
    }
    return out;
  }

  bool exclusive_pair(Scope& s, const Exclusive& ex, const Recommendation& a,
                      const Recommendation& b, DecisionId da, DecisionId db) {
    if (a.use.rule == b.use.rule || !((a.x && b.y) || (a.y && b.x))) return false;
    Node set = s.diagram().both(s.exclusive(a.use, b.use, ex), s.possible());
    set = waive(s, set, AcceptKind::exclusive, da, a.use.rule, b.use.rule);
    if (db != da) set = waive(s, set, AcceptKind::exclusive, db, a.use.rule, b.use.rule);
    if (stop(s) || set == kFalse) return false;
    const Directive& first = m_.rules[a.use.rule].directives[a.use.directive];
    const Directive& second = m_.rules[b.use.rule].directives[b.use.directive];
    diag::Diagnostic d;
    d.code = Code::exclusive_conflict;
    d.decision = m_.decisions[da].name;
    d.primary = second.span;
    d.rules = {name(a.use.rule), name(b.use.rule)};
    d.message = fmt::format("`{}` and `{}` recommend what excludes each other", name(a.use.rule),
                            name(b.use.rule));
    d.related.push_back(
        {first.span, fmt::format("`{}` recommends `{}`", name(a.use.rule), first.what.text)});
    d.related.push_back(
        {ex.span, fmt::format("`{}` and `{}` exclude each other", ex.first.text, ex.second.text)});
    d.help = "let one rule override the other, narrow one with `unless`, or make one a `consider`";
    std::size_t index = static_cast<std::size_t>(&ex - m_.exclusives.data());
    witness(
        d, s, set,
        [&, index](const oracle::Patient& p) {
          oracle::Advice adv = oracle::evaluate(m_, p);
          return std::any_of(
              adv.exclusives.begin(), adv.exclusives.end(), [&](const oracle::ExclusiveClash& c) {
                return c.exclusive == index && ((c.first == a.use.rule && c.second == b.use.rule) ||
                                                (c.first == b.use.rule && c.second == a.use.rule));
              });
        },
        false);
    sink_.add(std::move(d));
    return true;
  }

  void exclusives(Scope& s, DecisionId id) {
    for (const Exclusive& ex : m_.exclusives) {
      std::vector<Recommendation> recs = recommendations(ex, m_.decisions[id].rules);
      for (std::size_t i = 0; i < recs.size(); ++i) {
        for (std::size_t k = i + 1; k < recs.size(); ++k) {
          exclusive_pair(s, ex, recs[i], recs[k], id, id);
          if (stop(s)) return;
        }
      }
    }
  }

  /// Exclusions between two decisions.
  void cross_exclusives(Report& report) {
    for (std::size_t i = 0; i < m_.decisions.size(); ++i) {
      for (std::size_t k = i + 1; k < m_.decisions.size(); ++k) {
        DecisionId a(i);
        DecisionId b(k);
        std::optional<Scope> s;
        for (const Exclusive& ex : m_.exclusives) {
          auto ra = recommendations(ex, m_.decisions[a].rules);
          auto rb = recommendations(ex, m_.decisions[b].rules);
          if (ra.empty() || rb.empty()) continue;
          if (!s.has_value()) {
            std::vector<CondId> conds;
            for (const Accept& acc : m_.accepts) conds.push_back(acc.when);
            s.emplace(tables_, std::vector<DecisionId>{a, b}, std::vector<RuleId>{}, conds,
                      options_.effort);
          }
          for (const Recommendation& x : ra) {
            for (const Recommendation& y : rb) {
              if (!exclusive_pair(*s, ex, x, y, a, b)) continue;
              ++report.decisions[i].conflicts;
              report.decisions[i].verdict = diag::Verdict::found;
            }
          }
        }
        if (s.has_value() && stop(*s)) {
          unknown(m_.decisions[a].name_span,
                  fmt::format("exclusions between `{}` and `{}`", m_.decisions[a].name,
                              m_.decisions[b].name));
          report.decisions[i].verdict = diag::Verdict::unknown;
        }
      }
    }
  }

  void empty(Scope& s, DecisionId id, AcceptKind kind) {
    bool gap = kind == AcceptKind::gap;
    Node set = s.diagram().both(gap ? s.gap(id) : s.stranded(id), s.possible());
    set = waive(s, set, kind, id);
    if (stop(s) || set == kFalse) return;
    diag::Diagnostic d;
    d.code = gap ? Code::gap : Code::stranded;
    d.decision = m_.decisions[id].name;
    d.primary = m_.decisions[id].name_span;
    d.message =
        gap ? fmt::format("a patient of `{}` gets no answer: no rule speaks of them", d.decision)
            : fmt::format("a patient of `{}` is left with nothing: all that applies is ruled out",
                          d.decision);
    d.help = fmt::format(
        "write a rule for these patients (`no recommendation because \"...\"` is an answer), "
        "narrow the "
        "decision's `for`, or `accept {} in {} when ... because \"...\"`",
        gap ? "gap" : "stranded", d.decision);
    witness(
        d, s, set,
        [&](const oracle::Patient& p) {
          oracle::Advice a = oracle::evaluate(m_, p);
          return gap ? a.decisions[id].gap : a.decisions[id].stranded;
        },
        true);
    sink_.add(std::move(d));
  }

  void safety_rules() {
    for (std::size_t i = 0; i < m_.rules.size(); ++i) {
      RuleId r(i);
      if (m_.rules[r].decision.valid()) continue;
      Scope s(tables_, {}, {r}, {}, options_.effort);
      dead_rules(s, {r});
      if (stop(s)) unknown(m_.rules[r].head_span, fmt::format("whether `{}` ever stands", name(r)));
    }
  }

  void accepts() {
    bool undecided = std::any_of(sink_.items().begin(), sink_.items().end(),
                                 [](const diag::Diagnostic& d) { return d.code == Code::unknown; });
    for (std::size_t i = 0; i < m_.accepts.size(); ++i) {
      // While something is undecided nobody can say that an accept waives nothing.
      if (waived_[i] || undecided) continue;
      diag::Diagnostic& d = sink_.report(Code::useless_accept, m_.accepts[i].span,
                                         "this accept waives nothing: there is no such finding");
      d.verdict = diag::Verdict::proved;
      d.decision = m_.decisions[m_.accepts[i].decision].name;
      d.help = "remove it; if the guideline has changed, see whether its reason still holds";
    }
  }

  const Model& m_;
  const Options& options_;
  diag::Sink& sink_;
  Tables tables_;
  std::vector<bool> waived_;
};

}  // namespace

Report analyze(const Model& model, const Options& options, diag::Sink& sink) {
  return Analysis(model, options, sink).run();
}

}  // namespace gdl::analysis
