// The syntax tree: what stands in one `.gdl` file, with the place of every part.
//
// Invariants: parsing always returns a tree; a part that could not be read is missing (empty Name,
// ExprKind::error) and has been reported. Spans are byte ranges of the file. Comments and blank
// lines are kept as `File::trivia`, in order of place, so that a formatter can put them back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "support/source.h"

namespace gdl::syntax {

/// A word: an identifier, or a keyword used as a name.
struct Name {
  std::string text;
  Span span;
  [[nodiscard]] bool empty() const { return text.empty(); }
};

/// `name` or `qualifier.name` (or longer: resolution decides what is allowed).
struct QName {
  std::vector<Name> parts;
  Span span;
  [[nodiscard]] std::string text() const;  ///< parts joined by '.'
};

/// A string literal with its escapes resolved (\" \\ \n \t).
struct Text {
  std::string value;
  Span span;
};

/// A unit as written: a bare word or `%`, or UCUM in single quotes (without the quotes).
struct Unit {
  std::string text;
  bool quoted = false;
  Span span;
};

/// A number as written (JSON number grammar, sign included), with an optional unit.
struct Quantity {
  std::string number;
  Span number_span;
  std::optional<Unit> unit;
  Span span;
};

struct CodeBinding {  ///< code SYSTEM "CODE"
  Name system;
  Text code;
};

// -- conditions -----------------------------------------------------------------------------------

enum class CmpOp : std::uint8_t { eq, ne, lt, le, gt, ge };

/// One side of a comparison.
struct Operand {
  enum class Kind : std::uint8_t { name, quantity, set, count, error };
  Kind kind = Kind::error;
  QName name;                     ///< kind name; kind count: the set fact in count(...)
  Quantity quantity;              ///< kind quantity
  std::vector<Operand> elements;  ///< kind set: {a, b}, possibly empty
  Span span;
};

enum class ExprKind : std::uint8_t {
  disjunction,  ///< children, two or more
  conjunction,  ///< children, two or more
  negation,     ///< children[0]
  name,         ///< a yes/no alone: operands[0]
  compare,      ///< operands[i] ops[i] operands[i+1]; chains have more than two operands
  in_range,     ///< operands[0] in operands[1] .. operands[2]; `open_end` for `..<`
  in_set,       ///< operands[0] in operands[1] (a set literal)
  includes,     ///< operands[0] includes operands[1]
  at_least,     ///< at least `number` of (children)
  at_most,      ///< at most `number` of (children)
  exactly,      ///< exactly `number` of (children)
  is_known,     ///< operands[0] is known
  is_unknown,   ///< operands[0] is unknown
  error,
};

struct Expr {
  ExprKind kind = ExprKind::error;
  std::vector<Expr> children;
  std::vector<Operand> operands;
  std::vector<CmpOp> ops;
  bool open_end = false;
  Quantity number;  ///< of at_least, at_most, exactly
  Span span;
};

// -- actions --------------------------------------------------------------------------------------

struct ActionExpr {
  enum class Kind : std::uint8_t { name, one_of, all_of, error };  // a | b, a + b
  Kind kind = Kind::error;
  QName name;
  std::vector<ActionExpr> children;
  Span span;
};

/// Values of a parameter: `4`, `4..6`, `full`, `full | reduced`.
struct ParamValue {
  enum class Kind : std::uint8_t { quantity, range, names, error };
  Kind kind = Kind::error;
  Quantity lo;  ///< quantity and range
  Quantity hi;  ///< range; the unit after the range is stored in hi.unit
  std::vector<Name> names;
  Span span;
};

/// `cycles: 4..6`, both in `action ... with` (the parameter's type) and in a directive.
struct ParamClause {
  Name name;
  ParamValue value;
  Span span;
};

/// `A`, `A alone`, `A with cycles: 4`.
struct ActionUse {
  ActionExpr expr;
  bool alone = false;
  std::vector<ParamClause> params;
  Span span;
};

/// say AUDIENCE ["locale"] "..."
struct Say {
  Name audience;
  std::optional<Text> locale;
  Text text;
  Span span;
};

// -- declarations ---------------------------------------------------------------------------------

struct Header {  ///< guideline NAME "title" clause*
  Name name;
  std::optional<Text> title;
  std::optional<Quantity> language;
  std::optional<Text> version;  ///< "1.0.0", as written (not a string literal)
  std::optional<Name> status;
  std::optional<Text> updated;  ///< "2025-10-18", as written (not a string literal)
  std::vector<Name> audiences;
  std::optional<Text> disclaimer;
  std::vector<Text> links;  ///< policy "..." : where the editorial policy stands
  Name grading;             ///< grading used, if named: `grading grade`
  Span span;
};

struct Reference {  ///< reference 3 "title" publisher "..." year 2025 url "..."
  Name id;          ///< a number or a name
  std::optional<Text> title;
  std::optional<Text> publisher;
  std::optional<Quantity> year;
  std::optional<Text> url;
  Span span;
};

struct EnumeratorDecl {
  Name name;
  std::optional<Text> label;
  std::optional<CodeBinding> code;
  Span span;
};

/// A default value, or a value in `given`: a word, a quantity, or a set.
struct Fact {
  enum class Type : std::uint8_t { enumeration, ordered, boolean, range, set, error };
  Name name;
  std::optional<Text> label;
  Type type = Type::error;
  std::vector<EnumeratorDecl> enumerators;  ///< enumeration, ordered, set; boolean: empty
  Quantity lo, hi;                          ///< range, as written; decimal if either has a point
  std::optional<Unit> unit;
  std::optional<Operand> default_value;
  std::vector<CodeBinding> codes;
  std::vector<Say> says;
  Span span;
};

struct Alternative {  ///< a "label" when C | c otherwise
  EnumeratorDecl name;
  std::optional<Expr> when;  ///< none: otherwise
  Span span;
};

struct ScoreItem {  ///< 1 point when C, or plus other_score
  Quantity points;
  std::optional<Expr> when;
  std::optional<QName> plus;
  Span span;
};

struct BandCut {  ///< `< 18.5 <=`: below_first is true for `<` then `<=`
  Quantity at;
  CmpOp left = CmpOp::lt;   ///< between the lower band and the number: lt or le
  CmpOp right = CmpOp::le;  ///< between the number and the upper band: le or lt
  Span span;
};

struct Define {
  enum class Kind : std::uint8_t { condition, enumeration, score, bands, error };
  Kind kind = Kind::error;
  Name name;
  std::optional<Text> label;
  std::optional<Expr> when;               ///< condition
  std::vector<Alternative> alternatives;  ///< enumeration
  std::vector<ScoreItem> items;           ///< score
  QName of;                               ///< bands: the fact (or score)
  std::optional<Unit> of_unit;            ///< bands
  std::vector<EnumeratorDecl> bands;      ///< bands: one more than cuts
  std::vector<BandCut> cuts;
  Span span;
};

struct Impossible {
  Expr when;
  std::optional<Text> because;
  Span span;
};

struct Action {
  Name name;
  std::optional<Text> label;
  std::optional<ActionExpr> expr;
  std::vector<ParamClause> params;
  std::vector<CodeBinding> codes;
  std::vector<Say> says;
  Span span;
};

struct Exclusive {
  ActionUse first, second;
  std::optional<Text> because;
  Span span;
};

enum class Choose : std::uint8_t { any, one, first, do_all };

struct Decision {
  Name name;
  std::optional<Text> title;
  std::optional<Expr> domain;  ///< none: every patient
  std::optional<Choose> choose;
  bool partial = false;
  std::vector<Say> says;
  Span span;
};

enum class Verb : std::uint8_t {
  recommend,
  consider,
  caution,
  avoid,
  contraindicate,
  prefer,
  no_recommendation,
};

struct Directive {
  Verb verb = Verb::recommend;
  ActionUse what;                 ///< all but no_recommendation
  std::optional<ActionUse> over;  ///< prefer
  std::optional<Text> because;    ///< no_recommendation
  Span span;
};

struct Cite {  ///< cite 1, 3 at "..." : one Cite per reference, the place goes with the last
  QName reference;
  std::optional<Text> at;
  Span span;
};

struct Override {  ///< overrides R, or overrides all
  bool all = false;
  QName rule;
  Span span;
};

struct Rule {
  bool safety = false;
  bool bare = false;  ///< a `when ...` without the word `rule`: has no name
  QName name;         ///< one part, or decision.name
  std::optional<Text> title;
  std::optional<Expr> when;
  std::optional<Expr> unless;
  std::vector<Directive> directives;
  std::vector<Override> overrides;
  std::optional<Name> strength;
  std::optional<Name> evidence;
  std::vector<Cite> cites;
  std::optional<Text> because;
  std::vector<Text> notes;
  std::vector<Say> says;
  Span span;       ///< the whole
  Span head_span;  ///< `rule NAME "title"`, or `when` of a bare rule
};

enum class AcceptKind : std::uint8_t { gap, stranded, overlap, conflict, exclusive, parameter };

struct Accept {
  AcceptKind kind = AcceptKind::gap;
  Name decision;
  std::optional<QName> between_first, between_second;
  std::optional<Expr> when;
  std::optional<Text> because;
  Span span;
};

enum class ExpectKind : std::uint8_t {
  rule,         ///< expect R
  advice,       ///< expect VERB X
  gap,          ///< expect gap in D
  stranded,     ///< expect stranded in D
  ask,          ///< expect ask F
  input_error,  ///< expect input error
};

/// Of which patients that agree with what is given something is expected.
enum class Holds : std::uint8_t {
  for_all,   ///< expect ...
  for_some,  ///< expect possible ...: of some and not of all
  for_none,  ///< expect not ...
};

struct Expect {
  ExpectKind kind = ExpectKind::rule;
  Holds holds = Holds::for_all;  ///< not of ask and input_error
  QName name;                    ///< rule, fact or decision
  Verb verb = Verb::recommend;
  ActionUse action;
  Span span;
};

struct Scenario {
  Text title;
  std::vector<Expr> given;  ///< each about one fact
  std::vector<Expect> expects;
  Span span;
};

struct Import {  ///< import "file.gdl" [as name]
  Text path;
  std::optional<Name> as;
  Span span;
};

struct Include {
  Text path;
  Span span;
};

struct Remark {
  Text text;
  std::vector<Cite> cites;
  Span span;
};

struct Grading {  ///< grading NAME strength a > b evidence x > y > z
  Name name;
  std::vector<EnumeratorDecl> strength;  ///< strongest first
  std::vector<EnumeratorDecl> evidence;  ///< best first
  Span span;
};

using Declaration =
    std::variant<Header, Reference, Fact, Define, Impossible, Action, Exclusive, Decision, Rule,
                 Accept, Scenario, Import, Include, Remark, Grading>;

/// A comment (with its `#`) or a run of blank lines.
struct Trivia {
  enum class Kind : std::uint8_t { comment, blank_lines };
  Kind kind = Kind::comment;
  Span span;
};

struct File {
  SourceId source;
  std::vector<Declaration> declarations;
  std::vector<Trivia> trivia;
};

}  // namespace gdl::syntax
