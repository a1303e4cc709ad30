// The resolved model: what a guideline means, with every name looked up, every number exact and in
// its fact's unit. docs/semantics.md says what the parts mean; oracle/ evaluates them as written.
//
// Invariants (held by check.cpp; everything after it relies on them):
//  - every Id is valid unless its comment says "or none";
//  - conditions, definitions, actions and overrides have no cycles; a Cond's children come before
//  it;
//  - a number compared with a fact lies in the fact's unit;
//  - order of the tables is the order of declaration (imports first), so ties are broken by it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "num/rational.h"
#include "num/unit.h"
#include "support/bits.h"
#include "support/ids.h"
#include "support/source.h"
#include "syntax/ast.h"

namespace gdl::sema {

using gdlrt::num::Rational;
using syntax::AcceptKind;
using syntax::Choose;
using syntax::CmpOp;
using syntax::ExpectKind;
using syntax::Holds;
using syntax::Verb;

using FactId = Id<struct FactTag>;
using DefId = Id<struct DefTag>;
using CondId = Id<struct CondTag>;
using ActionId = Id<struct ActionTag>;
using WayId = Id<struct WayTag>;
using ParamId = Id<struct ParamTag>;
using DecisionId = Id<struct DecisionTag>;
using RuleId = Id<struct RuleTag>;
using ReferenceId = Id<struct ReferenceTag>;

struct Terminology {
  std::string system, code;
};
struct Say {
  std::string audience, locale, text;  ///< locale empty: the guideline's own language
};
struct Enumerator {
  std::string name, label;  ///< label empty: none given
  std::optional<Terminology> code;
  Span span;
};

/// A unit as the source writes it, resolved.
struct UnitUse {
  std::string text;     ///< "years", "%", "10*9/L"; empty: a pure number
  bool quoted = false;  ///< UCUM in single quotes
  gdlrt::num::Unit unit;
};

// -- facts ----------------------------------------------------------------------------------------

enum class FactKind : std::uint8_t { boolean, enumeration, integer, decimal, set };

/// One value of a fact. boolean: index 0 = no, 1 = yes; enumeration: index; set: bit i = element i
/// is present; integer and decimal: number, in the fact's unit.
struct Value {
  std::uint32_t index = 0;
  std::uint64_t set = 0;
  Rational number;
};

struct Fact {
  std::string name;   ///< as a case names it: `ps`, or `library.ps` when imported `as library`
  std::string label;  ///< empty: none
  FactKind kind = FactKind::boolean;
  bool ordered = false;                 ///< enumeration declared with `<`
  std::vector<Enumerator> enumerators;  ///< enumeration and set (its elements); boolean: no, yes
  Rational lo, hi;                      ///< integer and decimal: plausible range, inclusive
  UnitUse unit;                         ///< integer and decimal
  std::optional<Value> default_value;
  bool knownness_tested = false;  ///< `is known` or `is unknown` asks about it somewhere
  std::vector<Terminology> codes;
  std::vector<Say> says;
  bool imported = false;
  Span span, name_span;
};

// -- conditions -----------------------------------------------------------------------------------

enum class CondKind : std::uint8_t {
  constant,       ///< `flag`
  fact_in,        ///< boolean or enumeration fact has a value of `mask` (over its enumerators)
  fact_compare,   ///< numeric fact `op` number
  set_includes,   ///< set fact has element `index`
  set_equals,     ///< set fact has exactly the elements of `mask`
  set_count,      ///< number of elements of the set fact `op` `count`
  known,          ///< the fact is known (in a case); `is unknown` is its negation
  def_true,       ///< boolean definition holds
  def_in,         ///< enumeration definition has an alternative of `mask`
  score_compare,  ///< score definition `op` `count`
  negation,       ///< not children[0]
  all,            ///< every child (none: true)
  any,            ///< some child (none: false)
  at_least,       ///< at least `count` of the children
};

struct Cond {
  CondKind kind = CondKind::constant;
  bool flag = false;  ///< constant
  CmpOp op = CmpOp::eq;
  FactId fact;  ///< or none
  DefId def;    ///< or none
  std::uint32_t index = 0;
  std::int64_t count = 0;
  Bits mask;
  Rational number;
  std::vector<CondId> children;
  Span span;
};

// -- definitions ----------------------------------------------------------------------------------

enum class DefKind : std::uint8_t { boolean, enumeration, score };

struct Alternative {
  Enumerator name;
  CondId when;  ///< or none: `otherwise` (holds where no other alternative does); only the last
};
struct ScoreItem {
  std::int64_t points = 0;
  CondId when;  ///< or none
  DefId plus;   ///< or none: adds another score; exactly one of the two is valid
};
struct Definition {
  std::string name, label;
  DefKind kind = DefKind::boolean;
  bool bands = false;    ///< an enumeration cut from a number: disjoint and total by construction
  bool ordered = false;  ///< bands may be compared
  CondId when;           ///< boolean
  std::vector<Alternative> alternatives;  ///< enumeration
  std::vector<ScoreItem> items;           ///< score
  std::int64_t min = 0, max = 0;          ///< score: bounds over all patients (not always reached)
  bool imported = false;
  Span span, name_span;
};

struct Impossible {
  CondId when;
  std::string because;
  Span span;
};

// -- actions --------------------------------------------------------------------------------------

/// A parameter's type, and sets of its values. enumeration: `mask` over enumerators; numeric:
/// closed interval lo..hi (in the parameter's unit).
struct ParamSet {
  Bits mask;
  Rational lo, hi;
};
struct Parameter {
  ActionId action;
  std::string name;
  FactKind kind = FactKind::enumeration;  ///< enumeration, integer or decimal
  std::vector<Enumerator> enumerators;
  Rational lo, hi;
  UnitUse unit;
  Span span;
};
struct Action {
  std::string name, label;
  bool leaf = true;
  std::vector<WayId> ways;      ///< what it denotes; a leaf: one way of itself
  std::vector<ParamId> params;  ///< declared on it
  std::vector<Terminology> codes;
  std::vector<Say> says;
  bool imported = false;
  Span span, name_span;
};
/// A way: leaf actions done together; sorted, without repetition, not empty.
struct Way {
  std::vector<ActionId> leaves;
};
struct ParamSetting {
  ParamId param;
  ParamSet values;
  Span span;
};
/// An action expression in use.
struct ActionUse {
  std::string text;  ///< as written: `erlotinib | gefitinib`, `a alone`, `a with dose: full`
  std::vector<ActionId> named;  ///< the actions it names
  std::vector<WayId> ways;      ///< what it denotes; sorted by first occurrence, no repetition
  bool alone = false;
  std::vector<ParamSetting> params;
  Span span;
};
struct Exclusive {
  ActionUse first, second;
  Span span;
};

// -- decisions and rules --------------------------------------------------------------------------

struct Decision {
  std::string name, title;
  CondId domain;  ///< a constant true if none was written
  Choose choose = Choose::any;
  bool partial = false;
  std::vector<RuleId> rules;  ///< in the order written
  std::vector<Say> says;
  Span span, name_span;
};

struct Directive {
  Verb verb = Verb::recommend;
  ActionUse what;       ///< empty for no_recommendation
  ActionUse over;       ///< prefer
  std::string because;  ///< no_recommendation
  Span span;
};
[[nodiscard]] constexpr bool is_for(Verb v) { return v == Verb::recommend || v == Verb::consider; }
[[nodiscard]] constexpr bool is_against(Verb v) {
  return v == Verb::avoid || v == Verb::contraindicate;
}

/// The verb as an author writes it.
[[nodiscard]] const char* verb_words(Verb v);

struct Cite {
  ReferenceId reference;
  std::string at;
  Span span;
};

struct Rule {
  std::string name;  ///< full: `decision.name`; a safety rule: `name`; unnamed: `decision.#1`
  bool unnamed = false;
  std::string title;
  DecisionId decision;  ///< or none: a safety rule
  CondId when;          ///< a constant true if none was written
  CondId unless;        ///< or none
  std::vector<Directive> directives;
  bool overrides_all = false;
  std::vector<RuleId> overrides;                                ///< named ones
  bool has_for = false, has_against = false, has_none = false;  ///< none: `no recommendation`
  bool against_only = false;  ///< only *against* directives: its overrides work in step 4
  std::string strength, evidence;
  std::vector<Cite> cites;
  std::string because;
  std::vector<std::string> notes;
  std::vector<Say> says;
  Span span, head_span;
  /// Rules whose standing keeps this one from standing (step 2): those that override it and are not
  /// against_only. For `overrides all` on a rule that is not against_only: every other *for* rule
  /// of its decision, but not another rule with such an `overrides all` (those must be disjoint).
  std::vector<RuleId> overridden_by;
  /// against_only rules whose bans withdraw (step 4) instead of conflicting: those that override
  /// this one by name, and those with `overrides all` (which settle everything they empty).
  std::vector<RuleId> yields_to;
};

struct Accept {
  AcceptKind kind = AcceptKind::gap;
  DecisionId decision;
  RuleId first, second;  ///< or none: between
  CondId when;           ///< a constant true if none was written
  std::string because;
  Span span;
};

// -- scenarios ------------------------------------------------------------------------------------

/// What a scenario says of one fact: a condition on that fact alone, or that it is unknown.
struct Given {
  FactId fact;
  CondId when;  ///< none if explicit_unknown
  bool explicit_unknown = false;
  Span span;
};
struct Expect {
  ExpectKind kind = ExpectKind::rule;
  Holds holds = Holds::for_all;  ///< not of ask and input_error
  RuleId rule;                   ///< rule
  FactId fact;                   ///< ask
  DecisionId decision;           ///< gap, stranded
  Verb verb = Verb::recommend;
  ActionUse action;  ///< advice
  Span span;
};
struct Scenario {
  std::string title;
  std::vector<Given> given;
  std::vector<Expect> expects;
  Span span;
};

// -- the whole ------------------------------------------------------------------------------------

struct Reference {
  std::string id, title, publisher, url;
  std::int64_t year = 0;  ///< 0: none
  Span span;
};
struct Grading {
  std::string name;
  std::vector<std::string> strength, evidence;  ///< strongest, best first
};
struct Remark {
  std::string text;
  std::vector<Cite> cites;
  Span span;
};

struct Model {
  std::string name, title, version, status, updated, disclaimer;
  std::int64_t language = 1;
  std::vector<std::string> audiences;
  std::vector<std::string> policies;
  std::optional<Grading> grading;
  Span header_span, version_span;  ///< of the name and of the version's clause

  IdVector<FactTag, Fact> facts;
  IdVector<DefTag, Definition> definitions;
  IdVector<CondTag, Cond> conds;
  std::vector<Impossible> impossibles;
  IdVector<ActionTag, Action> actions;
  IdVector<WayTag, Way> ways;  ///< interned: equal ways have equal ids
  IdVector<ParamTag, Parameter> params;
  std::vector<Exclusive> exclusives;
  IdVector<DecisionTag, Decision> decisions;
  IdVector<RuleTag, Rule> rules;
  std::vector<Accept> accepts;
  IdVector<ReferenceTag, Reference> references;
  std::vector<Remark> remarks;
  std::vector<Scenario> scenarios;

  /// All sources in the order read (the main file first), for the content hash.
  std::vector<SourceId> sources;
};

/// The conditions of all `impossible`s.
[[nodiscard]] std::vector<CondId> constraints(const Model& model);
/// "a + b", as the leaves were declared.
[[nodiscard]] std::string way_words(const Model& model, WayId w);
/// Way `w` has all leaves of `part`.
[[nodiscard]] bool contains(const Model& model, WayId w, WayId part);
/// Way `w` matches X: it contains a way of X; `X alone`: it equals one. (language.md, "ways")
[[nodiscard]] bool matches(const Model& model, WayId w, const ActionUse& x);
/// Way `w` is reached by a parameter declared on `action`: it contains a way of that action.
[[nodiscard]] bool reaches(const Model& model, ActionId action, WayId w);
/// Step-2 order: every rule after all rules that may override it.
[[nodiscard]] std::vector<RuleId> override_order(const Model& model);
/// Whether a walk of a condition goes on into the definitions that it names.
enum class Definitions : std::uint8_t { named, followed };
/// Calls `visit` with every Cond of a condition, each definition's at most once.
void walk(const Model& model, CondId cond, Definitions definitions,
          const std::function<void(const Cond&)>& visit);
/// The facts a condition depends on, definitions followed; sorted.
[[nodiscard]] std::vector<FactId> facts_of(const Model& model, CondId cond);

}  // namespace gdl::sema
