// The state shared by the parts of sema: AST -> model. Private to sema/.
//
// The order: all files are read (loader.cpp), then names are declared, then definitions, actions,
// decisions, rules, and what hangs on them. What fails to resolve is reported once and stands as a
// harmless placeholder (a condition that is false, an action use without ways), so that one mistake
// is one error: what stands on a fact or definition that failed is not judged.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "diag/diagnostic.h"
#include "graph.h"
#include "nearest.h"
#include "sema/check.h"
#include "sema/model.h"
#include "support/limits.h"
#include "support/word_key.h"
#include "syntax/parse.h"

namespace gdl::sema {

/// A path that a guideline may mean, and what stands there. The provider is asked once, so that a file that changes meanwhile
/// is one file all the same.
struct Found {
  std::optional<std::string>
      bytes;  ///< nothing: there is no file; moved to the sources when it is read
  bool there = false;
  bool refused = false;  ///< one file too many, which has been said
  SourceId id;
  bool good = false;  ///< it may be parsed
  syntax::File tree;
  diag::Sink sink;  ///< what is wrong with it
};

/// One file as read: its tree, and how its names are seen from the main file.
struct SourceUnit {
  syntax::File tree;
  std::string folder;          ///< with a final '/', or empty
  std::string qualifier;       ///< "lib." or empty
  bool library = false;        ///< imported (not included)
  std::size_t references = 0;  ///< which table of references its citations mean
};

/// A physical unit: everything but pure numbers, `%` and the calendar words.
bool physical(const UnitUse& u);

/// What a number is compared with: a fact or parameter, its unit and range, and what to call it.
struct Measured {
  const UnitUse& unit;
  const Rational &lo, &hi;
  std::string words;
};

/// How many of many places a diagnostic shows, beside the first.
inline constexpr std::size_t kPlacesShown = 8;

/// A declaration together with the file it stands in.
struct Item {
  const syntax::Declaration* declaration;
  std::size_t unit;
};

class Builder {
 public:
  Builder(const SourceProvider& provider, const Options& options, SourceMap& sources,
          diag::Sink& sink, Model& model)
      : provider_(provider), options_(options), sources_(sources), sink_(sink), m_(model) {}

  void run(const std::string& path);

 private:
  // loader.cpp
  enum class Place : std::uint8_t { found, outside, missing };
  Found& ask(const std::string& path);
  /// Where the text `path` of a file in `folder` is; `found` is where it was looked for first if it is missing.
  Place locate(const std::string& folder, const std::string& path, std::string& found);
  void read_ahead(const std::string& path);
  bool read(const std::string& path, Span from, const std::string& qualifier, bool library,
            std::size_t references);
  bool located(const SourceUnit& unit, const syntax::Text& path, std::string& found);

  // declare.cpp
  void declare_names();
  void header(const syntax::Header& h, const SourceUnit& u);
  void decision(const syntax::Decision& d, const Item& item);
  void define(const syntax::Define& d, const Item& item);
  void action(const syntax::Action& a, const Item& item);
  void rule_name(const syntax::Rule& r, const Item& item);
  void check_header();
  void fact(const syntax::Fact& f, const SourceUnit& u);
  void default_value(const syntax::Fact& f, FactId id);
  void reference(const syntax::Reference& r, const SourceUnit& u);
  void grading(const syntax::Grading& g);
  bool declare(std::unordered_map<std::string, Span>& table, const std::string& name, Span span,
               const char* what);
  bool declare_value(const std::string& name, Span span);
  std::vector<Say> says(const std::vector<syntax::Say>& in);
  std::vector<Enumerator> enumerators(const std::vector<syntax::EnumeratorDecl>& in,
                                      const char* what);

  // numbers.cpp
  bool number(const syntax::Quantity& q, Rational& out);
  bool integer(const syntax::Quantity& q, std::int64_t& out, const char* what);
  bool unit(const std::optional<syntax::Unit>& u, UnitUse& out);
  /// The quantity in the unit of `target`; `shared` is the unit that stands on a later number of the same range.
  bool in_unit(const syntax::Quantity& q, const std::optional<syntax::Unit>& shared,
               const Measured& target, Rational& out);
  void wrong_unit(Span span, const std::string& of, const UnitUse& target, const UnitUse& given);
  /// The same for a threshold on a numeric fact, which must also lie in its range and, for whole
  /// numbers, be whole.
  bool threshold(const syntax::Quantity& q, const std::optional<syntax::Unit>& shared, FactId fact,
                 Rational& out);

  // conditions.cpp
  struct Subject;
  /// A whole condition as it stands in a declaration, with its depth checked.
  CondId condition(const syntax::Expr& e, const SourceUnit& u);
  /// Depths of the conditions made since `begin`, whose definitions have theirs already.
  std::uint32_t deepen(std::size_t begin, std::size_t end);
  CondId add(Cond c);
  CondId constant(bool value, Span span);
  CondId combine(CondKind kind, std::vector<CondId> children, Span span);
  CondId expr(const syntax::Expr& e, const SourceUnit& u);
  CondId compare(const syntax::Expr& e, const SourceUnit& u);
  CondId compare_one(const Subject& s, CmpOp op, const syntax::Operand& literal,
                     const std::optional<syntax::Unit>& shared, Span span);
  CondId count_of(const syntax::Expr& e, const SourceUnit& u);
  bool subject(const syntax::Operand& o, const SourceUnit& u, Subject& out);
  /// True if the fact has a physical unit and neither the literal nor what follows it carries one.
  bool lacks_unit(const Subject& s, const syntax::Operand& literal,
                  const std::optional<syntax::Unit>& shared) const;
  bool member(const std::vector<Enumerator>& values, const syntax::Operand& o,
              const std::string& of, std::size_t& out);
  /// Reports that `of` is compared with a fact or a definition, if the operand names one.
  bool compared_with_fact(const std::string& of, const syntax::Operand& o);
  CondId failed(Span span) { return constant(false, span); }

  // definitions.cpp
  void definitions();
  void definition(const syntax::Define& d, const SourceUnit& u, DefId id);
  void bands(const syntax::Define& d, const SourceUnit& u, Definition& out);
  bool fits(const syntax::Define& d, FactId fact);
  std::vector<std::uint32_t> break_cycles();
  void depths(const std::vector<std::uint32_t>& order);
  void score_bounds(const std::vector<std::uint32_t>& order);
  void score_thresholds();
  void clear(DefId id);

  // actions.cpp
  void actions();
  void parameter(const syntax::ParamClause& c, ActionId id);
  bool ways(const syntax::ActionExpr& e, const SourceUnit& u, std::vector<WayId>& out,
            std::vector<ActionId>* named);
  void unique(std::vector<WayId>& list);
  WayId intern(std::vector<ActionId> leaves);
  ActionUse use(const syntax::ActionUse& a, const SourceUnit& u);
  bool param_set(const syntax::ParamValue& v, const Parameter& p, ParamSet& out);
  ActionId find_action(const syntax::QName& q, const SourceUnit& u);

  // rules.cpp
  void decisions_and_rules();
  void rule(const syntax::Rule& r, const SourceUnit& u, RuleId id);
  void overrides();
  void override_cycles();
  bool overrides_everything(const Rule& r, Span span);
  void needs_reason(const Rule& r, const std::vector<RuleId>& targets);
  void directives(const syntax::Rule& r, const SourceUnit& u, Rule& out);
  /// The nearest rule of a decision by its own name (or of all if there is none), or the rules that it has.
  Suggestion rule_like(DecisionId d, const std::string& name);
  RuleId find_rule(const syntax::QName& q, DecisionId home, bool report);
  void cites(const std::vector<syntax::Cite>& in, const SourceUnit& u, std::vector<Cite>& out);

  // rest.cpp
  void rest();
  void accept(const syntax::Accept& a, const SourceUnit& u);
  void scenario(const syntax::Scenario& s, const SourceUnit& u);
  bool given(const syntax::Expr& e, const SourceUnit& u, Given& out);
  bool expectation(const syntax::Expect& e, const SourceUnit& u, Expect& out);
  void forbid_knownness(CondId root);
  void idle_bans();
  void unused();

  /// The nearest of the names in a table, as help; empty if none is near, or after
  /// limits::suggestions of them.
  template <class Table>
  Suggestion suggestion(const Table& table, const std::string& name);
  /// The first enumeration that has the value, or null.
  [[nodiscard]] const Fact* fact_with_value(const std::string& name) const;
  /// Reports a name that is not declared: once, with the further places where it stands. The message
  /// names it, and what it should be.
  void unknown(Span span, const std::string& message, const Suggestion& suggestion);
  /// A name that comes near may be another thing all the same, a drug of another name: it may be declared, as `how` says.
  static void declare_instead(Suggestion& near, const std::string& name, const char* how);
  /// The same of a decision, with the decisions that there are.
  void unknown_decision(Span span, const std::string& name);
  diag::Diagnostic& report(diag::Code code, Span span, std::string message) {
    // A name may be declared in the part that could not be read: that error would only follow another.
    if (unread_ && code == diag::Code::unknown_name) return held_back_;
    return sink_.report(code, span, std::move(message));
  }
  /// Looks `name` up as the unit sees it: in its own library first.
  template <class Map>
  auto lookup(const Map& map, const std::string& name, const SourceUnit& u) const {
    if (!u.qualifier.empty()) {
      if (auto it = map.find(u.qualifier + name); it != map.end()) return it;
    }
    return map.find(name);
  }

  const SourceProvider& provider_;
  const Options& options_;
  SourceMap& sources_;
  diag::Sink& sink_;
  Model& m_;
  std::string root_;
  std::map<std::string, Found> found_;  // by path
  std::vector<std::unique_ptr<SourceUnit>> units_;
  std::vector<Item> items_;
  std::vector<std::string> open_;            // files being read: cycles
  std::map<std::string, std::string> read_;  // file -> qualifier it was read with
  std::size_t headers_ = 0;
  diag::Diagnostic held_back_;
  bool unread_ = false;  ///< there are syntax errors: what is missing may be in the part not read

  std::unordered_map<std::string, Span> value_names_, action_names_, decision_names_, rule_names_;
  std::unordered_map<std::string, FactId> facts_;
  std::unordered_map<std::string, DefId> defs_;
  std::unordered_map<std::string, ActionId> actions_;
  std::unordered_map<std::string, DecisionId> decisions_;
  std::unordered_map<std::string, RuleId> rules_;
  std::vector<std::unordered_map<std::string, ReferenceId>> references_;
  std::map<std::string, Grading> gradings_;
  std::map<std::string, Span> grading_names_;
  std::string grading_used_;
  struct PendingDef {
    const syntax::Define* define;
    std::size_t unit;
  };
  IdVector<DefTag, PendingDef> pending_defs_;
  struct PendingAction {
    const syntax::Action* action;
    std::size_t unit;
    std::vector<std::string> failed_params;
  };
  IdVector<ActionTag, PendingAction> pending_actions_;
  struct PendingRule {
    const syntax::Rule* rule;
    std::size_t unit;
  };
  IdVector<RuleTag, PendingRule> pending_rules_;
  std::map<WordKey<std::uint32_t>, WayId> way_ids_;
  /// What rules, domains, constraints, accepts and other declarations name; what scenarios name.
  struct Used {
    std::vector<bool> facts, defs, actions;
  };
  Used used_, used_in_scenarios_;
  bool in_scenario_ = false;
  void use_fact(FactId id) { mark((in_scenario_ ? used_in_scenarios_ : used_).facts, id.value); }
  void use_def(DefId id) { mark((in_scenario_ ? used_in_scenarios_ : used_).defs, id.value); }
  void use_action(ActionId id) {
    mark((in_scenario_ ? used_in_scenarios_ : used_).actions, id.value);
  }
  static void mark(std::vector<bool>& set, std::size_t i) {
    if (set.size() <= i) set.resize(i + 1);
    set[i] = true;
  }

  /// Facts and definitions that could not be understood: what stands on them is not judged.
  std::vector<bool> failed_facts_, failed_defs_;
  std::unordered_map<std::size_t, DecisionId> above_;  // per file: whose a bare rule is
  std::set<std::size_t> homeless_;    // files of which it was said that a rule has none
  std::set<std::string> undeclared_;  // audiences of which it was said
  std::vector<std::size_t> unnamed_;  // per decision: rules without a name
  std::vector<std::uint32_t> cond_depth_, def_depth_;
  struct Made {
    std::size_t begin = 0, end = 0;
  };
  std::vector<Made> made_;  // per definition: the conditions made for it
  struct ScoreThreshold {
    DefId score;
    std::int64_t at;
    Span span;
  };
  std::vector<ScoreThreshold> score_thresholds_;
  std::vector<std::uint32_t> way_mark_;  // per way: the last list that `unique` saw it in
  std::uint32_t way_list_ = 0;
  std::int64_t suggestions_ = 0;
  struct Said {
    std::size_t at;          // in the sink
    std::size_t places = 1;  // where the name stands
  };
  std::map<std::string, Said> unknown_;  // by message
  CondId true_, false_;
};

template <class Table>
Suggestion Builder::suggestion(const Table& table, const std::string& name) {
  if (suggestions_ == limits::suggestions) return {};
  ++suggestions_;
  Nearest search(name);
  for (const auto& entry : table) search.offer(entry.first);
  return search.suggestion();
}

}  // namespace gdl::sema
