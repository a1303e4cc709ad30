// The state shared by the parts of sema: AST -> model. Private to sema/.
//
// The order: all files are read (loader.cpp), then names are declared, then definitions, actions,
// decisions, rules, and what hangs on them. What fails to resolve is reported once and stands as a
// harmless placeholder (a condition that is false, an action use without ways), so that one mistake
// is one error.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "diag/diagnostic.h"
#include "sema/check.h"
#include "sema/model.h"

namespace gdl::sema {

/// One file as read: its tree, and how its names are seen from the main file.
struct SourceUnit {
  syntax::File tree;
  std::string folder;          ///< with a final '/', or empty
  std::string qualifier;       ///< "lib." or empty
  bool library = false;        ///< imported (not included)
  std::size_t references = 0;  ///< which table of references its citations mean
};

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
  bool read(const std::string& path, Span from, const std::string& qualifier, bool library,
            std::size_t references);
  bool locate(const SourceUnit& unit, const syntax::Text& path, std::string& found);

  // declare.cpp
  void declare_names();
  void header(const syntax::Header& h, const SourceUnit& u);
  void check_header();
  void fact(const syntax::Fact& f, const SourceUnit& u);
  void reference(const syntax::Reference& r, const SourceUnit& u);
  void grading(const syntax::Grading& g);
  bool declare(std::unordered_map<std::string, Span>& table, const std::string& name, Span span,
               const char* what);
  std::vector<Say> says(const std::vector<syntax::Say>& in);
  std::vector<Enumerator> enumerators(const std::vector<syntax::EnumeratorDecl>& in,
                                      const char* what);

  // numbers.cpp
  bool number(const syntax::Quantity& q, Rational& out);
  bool integer(const syntax::Quantity& q, std::int64_t& out, const char* what);
  bool unit(const std::optional<syntax::Unit>& u, UnitUse& out);
  /// The quantity in `unit`; `shared` is the unit that stands on a later number of the same range.
  bool in_unit(const syntax::Quantity& q, const std::optional<syntax::Unit>& shared,
               const UnitUse& unit, const std::string& of, Rational& out);
  /// The same for a threshold on a numeric fact, which must also lie in its range and, for whole
  /// numbers, be whole.
  bool threshold(const syntax::Quantity& q, const std::optional<syntax::Unit>& shared, FactId fact,
                 Rational& out);

  // conditions.cpp
  struct Subject;
  CondId add(Cond c);
  CondId constant(bool value, Span span);
  CondId combine(CondKind kind, std::vector<CondId> children, Span span);
  CondId expr(const syntax::Expr& e, const SourceUnit& u);
  CondId compare(const syntax::Expr& e, const SourceUnit& u);
  CondId compare_one(const Subject& s, CmpOp op, const syntax::Operand& literal,
                     const std::optional<syntax::Unit>& shared, Span span);
  CondId count_of(const syntax::Expr& e, const SourceUnit& u);
  bool subject(const syntax::Operand& o, const SourceUnit& u, Subject& out);
  bool member(const std::vector<Enumerator>& values, const syntax::Operand& o,
              const std::string& of, std::size_t& out);
  CondId failed(Span span) { return constant(false, span); }

  // definitions.cpp
  void definitions();
  void definition(const syntax::Define& d, const SourceUnit& u, DefId id);
  void bands(const syntax::Define& d, const SourceUnit& u, Definition& out);
  void break_cycles();
  void score_bounds();

  // actions.cpp
  void actions();
  bool expand(ActionId id, std::vector<ActionId>& path);
  bool ways(const syntax::ActionExpr& e, const SourceUnit& u, std::vector<WayId>& out,
            std::vector<ActionId>* path, std::vector<ActionId>* named);
  WayId intern(std::vector<ActionId> leaves);
  ActionUse use(const syntax::ActionUse& a, const SourceUnit& u);
  bool param_set(const syntax::ParamValue& v, const Parameter& p, ParamSet& out);
  ActionId find_action(const syntax::QName& q, const SourceUnit& u);

  // rules.cpp
  void decisions_and_rules();
  void rule(const syntax::Rule& r, const SourceUnit& u, RuleId id);
  void overrides();
  void override_cycles();
  void directives(const syntax::Rule& r, const SourceUnit& u, Rule& out);
  RuleId find_rule(const syntax::QName& q, DecisionId home, bool report);
  void cites(const std::vector<syntax::Cite>& in, const SourceUnit& u, std::vector<Cite>& out);

  // rest.cpp
  void rest();
  void accept(const syntax::Accept& a, const SourceUnit& u);
  void scenario(const syntax::Scenario& s, const SourceUnit& u);
  void unused();

  template <class Table>
  std::string suggestion(const Table& table, const std::string& name) const;
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
    int state = 0;  // 0 untouched, 1 in work, 2 done
  };
  IdVector<ActionTag, PendingAction> pending_actions_;
  struct PendingRule {
    const syntax::Rule* rule;
    std::size_t unit;
  };
  IdVector<RuleTag, PendingRule> pending_rules_;
  std::map<std::vector<std::uint32_t>, WayId> way_ids_;
  std::vector<bool> fact_used_, def_used_, action_used_;
  CondId true_, false_;
};

/// Number of single-letter edits between two words.
std::size_t edit_distance(const std::string& a, const std::string& b);
/// ", did you mean `x`?" as help text for the nearest of some names; empty if none is near.
std::string nearest(const std::vector<std::string>& names, const std::string& name);

template <class Table>
std::string Builder::suggestion(const Table& table, const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& entry : table) names.push_back(entry.first);
  return nearest(names, name);
}

}  // namespace gdl::sema
