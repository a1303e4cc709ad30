// Rows against rows: see rows.h. Everything is compared in the place where it stands, since programs go by index.
#include "rows.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

namespace gdl::driver {

using namespace sema;

namespace {

std::string words(const Rational& r) {
  char buffer[gdlrt::num::kMaxFormat];
  return std::string(buffer, gdlrt::num::format(r, buffer, sizeof buffer));
}

/// A condition as the author wrote it: in one line, words one blank apart, without comments.
std::string wording(std::string_view source) {
  std::string out;
  bool blank = false;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (c == '#') i = std::min(source.find('\n', i), source.size());
    if (c == '#' || c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      blank = true;
      continue;
    }
    if (blank && !out.empty()) out += ' ';
    blank = false;
    // What stands in quotes stays as it is.
    const std::size_t end =
        c == '"' || c == '\'' ? std::min(source.find(c, i + 1), source.size() - 1) : i;
    out += source.substr(i, end + 1 - i);
    i = end;
  }
  return out;
}

class Rows {
 public:
  Rows(const Compilation& c, const emit::Lifted& program, const Effects& effects, Verification& out)
      : c_(c), s_(*c.model), l_(program), p_(program.model), e_(effects), out_(out) {}

  Comparable run() {
    if (l_.stripped) {
      out_.left_out.emplace_back("names of rules, texts and citations, which were stripped");
    }
    header();
    facts();
    for (auto* m : {&s_, &p_}) {
      for (std::size_t i = 0; i < m->rules.size(); ++i) advising(*m, RuleId(i));
    }
    const bool actions = these_actions();
    const bool ways = actions && these_ways();
    const bool params = actions && parameters();
    if (!count("decisions", s_.decisions, p_.decisions, can_.decisions)) concerns(everybody());
    if (!count("rules", s_.rules, p_.rules, can_.rules)) concerns(everybody());
    count("constraints", s_.impossibles, p_.impossibles, can_.impossibles);
    count("accepts", s_.accepts, p_.accepts, can_.accepts);
    if (can_.decisions && can_.rules) decisions();
    if (can_.rules) {
      for (std::size_t i = 0; i < s_.rules.size(); ++i) rule(RuleId(i), ways);
    }
    if (ways && params && can_.rules) {
      reach();
      settings();
    }
    if (ways) exclusives();
    if (can_.impossibles) constraints();
    if (can_.accepts) accepts();
    if (!l_.stripped) references();
    left_out(ways && params && can_.rules, "what bans and settings do to the ways of actions");
    left_out(ways, "exclusions");
    left_out(can_.conditions, "conditions, since the facts differ");
    return can_;
  }

 private:
  diag::Diagnostic& differs(Span at, std::string message) {
    diag::Diagnostic& d = out_.sink.report(diag::Code::program_differs, at, std::move(message));
    d.help = advice_on_difference(out_);
    return d;
  }
  void differs(Span at, std::string message, const std::string& source,
               const std::string& program) {
    diag::Diagnostic& d = differs(at, std::move(message));
    d.notes = {"source: " + source, "program: " + program};
  }
  /// The row of the difference that was reported last may matter to these.
  void concerns(Concerned who) {
    can_.rows.push_back({out_.sink.items().size() - 1, std::move(who)});
  }
  static Concerned everybody() {
    Concerned out;
    out.everybody = true;
    return out;
  }
  static Concerned patients_of(DecisionId d) {
    Concerned out;
    out.decisions = {d};
    return out;
  }
  [[nodiscard]] Concerned where(std::vector<RuleId> any, std::vector<RuleId> also) const {
    // What rules are meant cannot be said by their places.
    if (s_.rules.size() != p_.rules.size()) return everybody();
    Concerned out;
    out.where.push_back({std::move(any), std::move(also)});
    return out;
  }
  [[nodiscard]] Concerned where(const std::vector<RuleId>& any) const { return where(any, any); }

  /// Notes the ways that a rule advises, on either side.
  void advising(const Model& m, RuleId id) {
    for (const Directive& d : m.rules[id].directives) {
      if (!is_for(d.verb)) continue;
      for (WayId w : d.what.ways) advising_[w].push_back(id);
    }
  }
  /// Rules that advise one of the ways for which something holds on either side.
  template <class Does>
  std::vector<RuleId> advising_ways(const Does& does) const {
    std::vector<RuleId> out;
    for (const auto& [way, rules] : advising_) {
      if (does(way)) out.insert(out.end(), rules.begin(), rules.end());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  [[nodiscard]] std::vector<RuleId> advising_way(WayId way) const {
    return advising_ways([way](WayId w) { return w == way; });
  }
  [[nodiscard]] std::vector<RuleId> advising_with(ParamId p) const {
    auto has = [p](const IdVector<WayTag, emit::Reach>& ways, WayId w) {
      return w.value < ways.size() &&
             std::find(ways[w].params.begin(), ways[w].params.end(), p) != ways[w].params.end();
    };
    return advising_ways([&](WayId w) { return has(e_.ways, w) || has(l_.ways, w); });
  }
  [[nodiscard]] std::vector<RuleId> advising_action(ActionId a) const {
    auto has = [a](const Model& m, WayId w) {
      if (w.value >= m.ways.size()) return false;
      const std::vector<ActionId>& leaves = m.ways[w].leaves;
      return std::find(leaves.begin(), leaves.end(), a) != leaves.end();
    };
    return advising_ways([&](WayId w) { return has(s_, w) || has(p_, w); });
  }

  /// The rules of what is in one of the lists only.
  template <class T, class RuleOf>
  static std::vector<RuleId> in_one(const std::vector<T>& a, const std::vector<T>& b,
                                    const RuleOf& rule_of) {
    std::vector<RuleId> out;
    auto add = [&](const std::vector<T>& from, const std::vector<T>& other) {
      for (const T& x : from) {
        if (std::find(other.begin(), other.end(), x) == other.end()) out.push_back(rule_of(x));
      }
    };
    add(a, b);
    add(b, a);
    return out;
  }
  static std::vector<RuleId> in_one(const std::vector<RuleId>& a, const std::vector<RuleId>& b) {
    return in_one(a, b, [](RuleId r) { return r; });
  }
  static std::vector<RuleId> in_one(const std::vector<emit::ParamUse>& a,
                                    const std::vector<emit::ParamUse>& b) {
    return in_one(a, b, [](const emit::ParamUse& u) { return u.rule; });
  }

  void left_out(bool compared, const char* what) {
    if (!compared) out_.left_out.emplace_back(what);
  }
  /// Gives true if they are the same.
  bool text(Span at, const char* what, const std::string& of, const std::string& source,
            const std::string& program) {
    if (source == program) return true;
    differs(at, fmt::format("the {} of {} differs", what, of), "\"" + source + "\"",
            "\"" + program + "\"");
    return false;
  }
  bool flag(Span at, const std::string& what, bool source, bool program) {
    if (source == program) return true;
    differs(at, what, source ? "yes" : "no", program ? "yes" : "no");
    return false;
  }
  /// A text that a stripped program does not have.
  void label(Span at, const char* what, const std::string& of, const std::string& source,
             const std::string& program) {
    if (!l_.stripped) text(at, what, of, source, program);
  }
  /// Gives true if there are as many.
  template <class Table>
  bool count(const char* what, const Table& source, const Table& program, bool& same) {
    same = source.size() == program.size();
    if (same) return true;
    diag::Diagnostic& d = differs({}, fmt::format("the source has {} {}, the program {}",
                                                  source.size(), what, program.size()));
    if constexpr (requires { source.begin()->name; }) {
      only("only in the source: ", source, program, d);
      only("only in the program: ", program, source, d);
    }
    out_.left_out.push_back(fmt::format("{}, of which there are not as many", what));
    return false;
  }
  /// Adds a note of the names that the one has and the other has not.
  template <class Table>
  static void only(const char* where, const Table& one, const Table& other, diag::Diagnostic& d) {
    std::set<std::string> names;
    for (const auto& row : other) names.insert(row.name);
    std::string out;
    for (const auto& row : one) {
      if (!row.name.empty() && !names.contains(row.name)) {
        out += (out.empty() ? "`" : ", `") + row.name + "`";
      }
    }
    if (!out.empty()) d.notes.push_back(where + out);
  }
  static std::string quoted(const std::string& name) { return "`" + name + "`"; }

  void header() {
    text(s_.header_span, "name", "the guideline", s_.name, p_.name);
    text(s_.header_span, "version", "the guideline", s_.version, p_.version);
    label(s_.header_span, "title", "the guideline", s_.title, p_.title);
    label(s_.header_span, "status", "the guideline", s_.status, p_.status);
    label(s_.header_span, "date", "the guideline", s_.updated, p_.updated);
    label(s_.header_span, "disclaimer", "the guideline", s_.disclaimer, p_.disclaimer);
  }

  void says(Span at, const std::string& of, const std::vector<Say>& source,
            const std::vector<Say>& program) {
    if (l_.stripped) return;
    const bool same =
        std::equal(source.begin(), source.end(), program.begin(), program.end(),
                   [](const Say& a, const Say& b) {
                     return a.audience == b.audience && a.locale == b.locale && a.text == b.text;
                   });
    if (!same) differs(at, "what " + of + " says to its readers differs");
  }

  // -- facts -----------------------------------------------------------------------------------------

  static std::string names(const std::vector<Enumerator>& list) {
    std::string out;
    for (const Enumerator& e : list) out += (out.empty() ? "" : ", ") + e.name;
    return out;
  }
  /// Names in their order; labels apart.
  bool enumerators(Span at, const std::string& of, const std::vector<Enumerator>& source,
                   const std::vector<Enumerator>& program) {
    const std::string a = names(source);
    const std::string b = names(program);
    if (a != b || source.size() != program.size()) {
      differs(at, "the values of " + of + " differ", a, b);
      return false;
    }
    for (std::size_t i = 0; i < source.size(); ++i) {
      label(at, "label", quoted(source[i].name), source[i].label, program[i].label);
    }
    return true;
  }

  void facts() {
    if (!count("facts", s_.facts, p_.facts, can_.conditions)) concerns(everybody());
    if (!can_.conditions) return;
    for (std::size_t i = 0; i < s_.facts.size(); ++i) {
      can_.conditions = fact(FactId(i)) && can_.conditions;
    }
    for (FactId id : l_.wrongly_marked) {
      differs(s_.facts[id].name_span,
              fmt::format("the program's mark of whether conditions read `{}` is wrong",
                          s_.facts[id].name));
    }
  }

  /// True if it has the same values.
  bool fact(FactId id) {
    const Fact& a = s_.facts[id];
    const Fact& b = p_.facts[id];
    const std::string of = quoted(a.name);
    bool same = true;
    auto other = [&] {
      concerns(everybody());
      same = false;
    };
    if (!text(a.name_span, "name", of, a.name, b.name)) other();
    label(a.name_span, "label", of, a.label, b.label);
    if (a.kind != b.kind) {
      differs(a.name_span, of + " is of another type in the program");
      other();
      return false;
    }
    flag(a.name_span, "whether the values of " + of + " are ordered differs", a.ordered, b.ordered);
    flag(a.name_span, "whether " + of + " is asked about being known differs", a.knownness_tested,
         b.knownness_tested);
    if (!enumerators(a.name_span, of, a.enumerators, b.enumerators)) other();
    if (a.lo != b.lo || a.hi != b.hi) {
      differs(a.name_span, "the range of " + of + " differs", words(a.lo) + ".." + words(a.hi),
              words(b.lo) + ".." + words(b.hi));
      other();
    }
    if (!text(a.name_span, "unit", of, a.unit.text, b.unit.text)) other();
    if (!flag(a.name_span, "whether the unit of " + of + " stands in quotes differs", a.unit.quoted,
              b.unit.quoted)) {
      other();
    }
    const bool defaults =
        a.default_value.has_value() == b.default_value.has_value() &&
        (!a.default_value.has_value() || (a.default_value->index == b.default_value->index &&
                                          a.default_value->set == b.default_value->set &&
                                          a.default_value->number == b.default_value->number));
    if (!defaults) {
      differs(a.name_span, "the default of " + of + " differs").notes = {
          "only cases that leave it open are answered with a default"};
    }
    return same;
  }

  // -- actions ---------------------------------------------------------------------------------------

  bool these_actions() {
    bool same = true;
    if (!count("actions", s_.actions, p_.actions, same)) {
      concerns(everybody());
      return false;
    }
    for (std::size_t i = 0; i < s_.actions.size(); ++i) {
      const Action& a = s_.actions[ActionId(i)];
      const Action& b = p_.actions[ActionId(i)];
      if (!text(a.name_span, "name", quoted(a.name), a.name, b.name)) {
        concerns(where(advising_action(ActionId(i))));
      }
      label(a.name_span, "label", quoted(a.name), a.label, b.label);
      says(a.name_span, quoted(a.name), a.says, b.says);
    }
    return true;
  }

  [[nodiscard]] std::string way_names(const Model& m, const std::vector<WayId>& ways) const {
    std::string out;
    for (WayId w : ways) out += (out.empty() ? "" : " | ") + way_words(m, w);
    return out.empty() ? "none" : out;
  }

  bool these_ways() {
    bool same = true;
    if (!count("ways of actions", s_.ways, p_.ways, same)) {
      concerns(everybody());
      return false;
    }
    for (std::size_t i = 0; i < s_.ways.size(); ++i) {
      const WayId w(i);
      if (s_.ways[w].leaves == p_.ways[w].leaves) continue;
      differs({}, "a way of an action differs", way_words(s_, w), way_words(p_, w));
      concerns(where(advising_way(w)));
      same = false;
    }
    return same;
  }

  bool parameters() {
    bool same = true;
    if (!count("parameters", s_.params, p_.params, same)) {
      concerns(everybody());
      return false;
    }
    for (std::size_t i = 0; i < s_.params.size(); ++i) {
      const ParamId id(i);
      const Parameter& a = s_.params[id];
      const Parameter& b = p_.params[id];
      const std::string of = quoted(a.name);
      if (!text(a.span, "name", of, a.name, b.name)) concerns(where(advising_with(id)));
      text(a.span, "unit", of, a.unit.text, b.unit.text);
      if (a.kind != b.kind || a.action != b.action) {
        differs(a.span, of + " is of another type or action in the program");
        concerns(where(advising_with(id)));
        same = false;
        continue;
      }
      if (!enumerators(a.span, of, a.enumerators, b.enumerators)) {
        concerns(where(advising_with(id)));
        same = false;
      }
      if (!(e_.ranges[id] == l_.ranges[id])) {
        differs(a.span, "the range of " + of + " differs");
        concerns(where(advising_with(id)));
        same = false;
      }
    }
    for (ParamId id : l_.broken) {
      differs(s_.params[id].span,
              fmt::format("the classes of `{}` do not follow each other", s_.params[id].name));
      concerns(where(advising_with(id)));
      same = false;
    }
    return same;
  }

  [[nodiscard]] std::string rule_names(const std::vector<RuleId>& rules) const {
    std::string out;
    for (RuleId r : rules) out += (out.empty() ? "" : ", ") + s_.rules[r].name;
    return out.empty() ? "none" : out;
  }

  void reach() {
    for (std::size_t i = 0; i < s_.ways.size(); ++i) {
      const WayId w(i);
      const emit::Reach& a = e_.ways[w];
      const emit::Reach& b = l_.ways[w];
      const std::string of = quoted(way_words(s_, w));
      if (a.bans != b.bans) {
        differs({}, "the rules whose bans take away " + of + " differ", rule_names(a.bans),
                rule_names(b.bans));
        concerns(where(in_one(a.bans, b.bans), advising_way(w)));
      }
      if (a.params != b.params) {
        differs({}, "the parameters of " + of + " differ");
        concerns(where(advising_way(w)));
      }
      if (a.param_bans != b.param_bans) {
        differs({}, "what bans take of the parameters of " + of + " differs");
        concerns(where(in_one(a.param_bans, b.param_bans), advising_way(w)));
      }
    }
  }

  void settings() {
    for (std::size_t i = 0; i < s_.params.size(); ++i) {
      const ParamId id(i);
      if (e_.settings[id] == l_.settings[id]) continue;
      differs(s_.params[id].span,
              fmt::format("what the rules set `{}` to differs", s_.params[id].name));
      concerns(where(in_one(e_.settings[id], l_.settings[id]), advising_with(id)));
    }
  }

  void exclusives() {
    bool same = true;
    count("exclusions", e_.exclusives, l_.exclusives, same);
    for (std::size_t i = 0; same && i < s_.exclusives.size(); ++i) {
      if (e_.exclusives[i] == l_.exclusives[i]) continue;
      differs(
          s_.exclusives[i].span, "the ways that this exclusion speaks of differ",
          way_names(s_, e_.exclusives[i].first) + " and " + way_names(s_, e_.exclusives[i].second),
          way_names(s_, l_.exclusives[i].first) + " and " + way_names(s_, l_.exclusives[i].second));
      out_.sink.at(out_.sink.items().size() - 1)
          .notes.emplace_back("no patient is advised otherwise: an exclusion takes nothing away");
    }
  }

  // -- decisions and rules ---------------------------------------------------------------------------

  static const char* choose_words(Choose c) {
    switch (c) {
      case Choose::any: return "choose any";
      case Choose::one: return "choose one";
      case Choose::first: return "choose first";
      case Choose::do_all: return "do all";
    }
    return "";
  }

  void decisions() {
    for (std::size_t i = 0; i < s_.decisions.size(); ++i) {
      const Decision& a = s_.decisions[DecisionId(i)];
      const Decision& b = p_.decisions[DecisionId(i)];
      const std::string of = quoted(a.name);
      text(a.name_span, "name", of, a.name, b.name);
      label(a.name_span, "title", of, a.title, b.title);
      says(a.name_span, of, a.says, b.says);
      if (a.choose != b.choose) {
        differs(a.name_span, "how " + of + " chooses differs", choose_words(a.choose),
                choose_words(b.choose));
        concerns(patients_of(DecisionId(i)));
      }
      if (!flag(a.name_span, "whether " + of + " is partial differs", a.partial, b.partial)) {
        concerns(patients_of(DecisionId(i)));
      }
      if (a.rules != b.rules) {
        differs(a.name_span, "the rules of " + of + " differ", rule_names(a.rules),
                rule_names(b.rules));
        concerns(patients_of(DecisionId(i)));
      }
    }
  }

  void rule(RuleId id, bool ways) {
    const Rule& a = s_.rules[id];
    const Rule& b = p_.rules[id];
    const std::string of = quoted(a.name);
    const Span at = a.head_span;
    if (a.decision != b.decision) {
      differs(at, of + " is of another decision in the program");
      concerns(where({id}));
    }
    if (a.overridden_by != b.overridden_by) {
      differs(at, "the rules that keep " + of + " from standing differ",
              rule_names(a.overridden_by), rule_names(b.overridden_by));
      concerns(where({id}, in_one(a.overridden_by, b.overridden_by)));
    }
    if (a.yields_to != b.yields_to) {
      differs(at, "the rules whose bans withdraw " + of + " differ", rule_names(a.yields_to),
              rule_names(b.yields_to));
      concerns(where({id}, in_one(a.yields_to, b.yields_to)));
    }
    if (!text(at, "strength", of, a.strength, b.strength)) concerns(where({id}));
    if (!text(at, "evidence", of, a.evidence, b.evidence)) concerns(where({id}));
    if (a.directives.size() != b.directives.size() || a.has_for != b.has_for ||
        a.has_against != b.has_against || a.has_none != b.has_none) {
      differs(at, "the directives of " + of + " differ");
      concerns(where({id}));
    } else {
      for (std::size_t k = 0; k < a.directives.size(); ++k) {
        directive(id, a.directives[k], b.directives[k], ways);
      }
    }
    if (l_.stripped) return;
    text(at, "name", of, a.name, b.name);
    text(at, "title", of, a.title, b.title);
    text(at, "reason", of, a.because, b.because);
    says(at, of, a.says, b.says);
    const bool cites = std::equal(
        a.cites.begin(), a.cites.end(), b.cites.begin(), b.cites.end(),
        [](const Cite& x, const Cite& y) { return x.reference == y.reference && x.at == y.at; });
    if (!cites) differs(at, "the citations of " + of + " differ");
    if (out_.same_source) place(of, a.span, l_.places[id]);
  }

  /// Answers name places: of the same text they must be the same.
  void place(const std::string& of, Span span, const emit::Place& place) {
    const std::string& path = c_.sources.file(span.file).path;
    const Position begin = c_.sources.begin(span);
    const Position end = c_.sources.end(span);
    const bool same = begin.line == place.line && begin.column == place.column &&
                      end.line == place.end_line && end.column == place.end_column;
    // A program names files relative to its folder.
    const bool file = path.size() >= place.file.size() &&
                      path.compare(path.size() - place.file.size(), path.size(), place.file) == 0;
    if (!same || !file || place.file.empty()) {
      differs(span, "the place that the program names for " + of + " differs");
    }
  }

  void directive(RuleId id, const Directive& a, const Directive& b, bool ways) {
    const std::string of = quoted(s_.rules[id].name);
    if (a.verb != b.verb) {
      differs(a.span, "a verb of " + of + " differs", sema::verb_words(a.verb),
              sema::verb_words(b.verb));
      concerns(where({id}));
    }
    if (!text(a.span, "action in a directive", of, a.what.text, b.what.text)) {
      concerns(where({id}));
    }
    if (!text(a.span, "second action in a directive", of, a.over.text, b.over.text)) {
      concerns(where({id}));
    }
    text(a.span, "reason in a directive", of, a.because, b.because);
    if (!ways) return;
    const std::vector<WayId> mine = a.verb == Verb::caution ? matched(s_, e_, a.what) : a.what.ways;
    if (mine != b.what.ways) {
      differs(a.span, "the ways in a directive of " + of + " differ", way_names(s_, mine),
              way_names(s_, b.what.ways));
      concerns(where({id}));
    }
  }

  // -- the rest --------------------------------------------------------------------------------------

  void constraints() {
    for (std::size_t i = 0; i < s_.impossibles.size(); ++i) {
      const Impossible& a = s_.impossibles[i];
      label(a.span, "reason", "this constraint", a.because, p_.impossibles[i].because);
      if (l_.stripped) continue;
      const Span words = s_.conds[a.when].span;
      text(a.span, "wording", "this constraint",
           words.valid() ? wording(c_.sources.text(words)) : "", l_.wordings[i]);
      if (out_.same_source) place("this constraint", a.span, l_.constraint_places[i]);
    }
  }

  void accepts() {
    for (std::size_t i = 0; i < s_.accepts.size(); ++i) {
      const Accept& a = s_.accepts[i];
      const Accept& b = p_.accepts[i];
      if (a.kind != b.kind || a.decision != b.decision || a.first != b.first ||
          a.second != b.second) {
        differs(a.span, "what this accept waives differs");
      }
      label(a.span, "reason", "this accept", a.because, b.because);
    }
  }

  void references() {
    bool same = true;
    count("references", s_.references, p_.references, same);
    for (std::size_t i = 0; same && i < s_.references.size(); ++i) {
      const Reference& a = s_.references[ReferenceId(i)];
      const Reference& b = p_.references[ReferenceId(i)];
      if (a.id != b.id || a.title != b.title || a.publisher != b.publisher || a.url != b.url ||
          static_cast<std::uint32_t>(a.year) != b.year) {
        differs(a.span, "this reference differs");
      }
    }
  }

  const Compilation& c_;
  const Model& s_;
  const emit::Lifted& l_;
  const Model& p_;
  const Effects& e_;
  Verification& out_;
  std::map<WayId, std::vector<RuleId>> advising_;  // the rules that advise a way
  Comparable can_;
};

}  // namespace

Comparable compare_rows(const Compilation& c, const emit::Lifted& program, const Effects& effects,
                        Verification& out) {
  return Rows(c, program, effects, out).run();
}

void compare_classes(const Compilation& c, const emit::Lifted& program, Verification& out) {
  const space::Classes classes(*c.model, false);
  for (std::size_t i = 0; i < c.model->facts.size(); ++i) {
    const FactId id(i);
    if (emit::same(classes.intervals(id), program.classes[id])) continue;
    const Fact& f = c.model->facts[id];
    diag::Diagnostic& d =
        out.sink.report(diag::Code::program_differs, f.name_span,
                        fmt::format("the value classes of `{}` are cut elsewhere", f.name));
    d.notes.emplace_back(
        "nobody is advised otherwise, but an answer may list the facts to ask for in another "
        "order");
    d.help = advice_on_difference(out);
  }
}

const char* advice_on_difference(const Verification& v) {
  return v.same_source ? "please report it as a defect of the compiler"
                       : "build the program again from this source";
}

}  // namespace gdl::driver
