// From ANTLR's parse tree to the syntax tree, by hand (a listener is the slowest way). Private to
// syntax/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "GdlLexer.h"
#include "GdlParser.h"
#include "diag/diagnostic.h"
#include "syntax/ast.h"

namespace gdl::syntax {

/// ANTLR counts code points, spans count bytes.
class Offsets {
 public:
  /// `ascii`: whether the text is.
  Offsets(const std::string& text, bool ascii);
  [[nodiscard]] std::uint32_t byte(std::size_t code_point) const;
  [[nodiscard]] Span span(SourceId source, const antlr4::Token& token) const;

 private:
  std::vector<std::uint32_t> at_;  // empty for ASCII text, where both are the same
  std::uint32_t size_ = 0;
};

class Walker {
 public:
  Walker(SourceId source, std::string_view text, const Offsets& offsets, diag::Sink& sink)
      : source_(source), text_(text), offsets_(offsets), sink_(sink) {}

  /// Appends the declaration to `out`. The tree has no errors but clauses that are given twice,
  /// which are reported; the first holds.
  void declaration(grammar::GdlParser::DeclarationContext* tree, std::vector<Declaration>& out);

 private:
  using P = grammar::GdlParser;
  Span span(antlr4::ParserRuleContext* c) const;
  Span span(antlr4::tree::TerminalNode* t) const { return offsets_.span(source_, *t->getSymbol()); }
  /// The text of a span, straight from the source: the parser's own getText() builds it anew.
  std::string written(Span s) const { return std::string(text_.substr(s.begin, s.end - s.begin)); }
  Name name(antlr4::ParserRuleContext* c) const {
    Span s = span(c);
    return {written(s), s};
  }
  Name name(antlr4::tree::TerminalNode* t) const {
    Span s = span(t);
    return {written(s), s};
  }
  QName qname(P::QnameContext* c) const;
  Text text(P::TextContext* c) const;
  std::optional<Text> maybe(P::TextContext* c) const {
    return c != nullptr ? std::optional<Text>(text(c)) : std::nullopt;
  }
  Unit unit(P::UnitContext* c) const;
  Quantity number(P::NumberContext* c) const;
  Quantity quantity(P::QuantityContext* c) const;
  CodeBinding code(P::CodeContext* c) const;
  Say say(P::SayContext* c) const;
  EnumeratorDecl enumerator(P::EnumeratorContext* c) const;
  Operand operand(P::OperandContext* c) const;
  Operand set_literal(P::SetLiteralContext* c) const;
  Operand quantity_operand(P::QuantityContext* c) const;
  Expr expr(P::ExprContext* c) const;
  Expr and_expr(P::AndExprContext* c) const;
  Expr not_expr(P::NotExprContext* c) const;
  Expr primary(P::PrimaryContext* c) const;
  ActionExpr action_expr(P::ActionExprContext* c) const;
  ActionExpr action_all(P::ActionAllContext* c) const;
  ActionExpr action_atom(P::ActionAtomContext* c) const;
  ParamClause param(P::ParamContext* c) const;
  ActionUse action_use(P::ActionUseContext* c) const;
  void cites(P::CiteContext* c, std::vector<Cite>& out) const;
  std::vector<EnumeratorDecl> scale(P::ScaleContext* c) const;

  Header header(P::HeaderContext* c) const;
  Reference reference(P::ReferenceContext* c) const;
  Fact fact(P::FactContext* c) const;
  Define define(P::DefineContext* c) const;
  Define score(P::ScoreContext* c) const;
  Define bands(P::BandsContext* c) const;
  Action action(P::ActionContext* c) const;
  Decision decision(P::DecisionContext* c) const;
  Rule rule(P::RuleDeclContext* c) const;
  Directive directive(P::DirectiveContext* c) const;
  Accept accept(P::AcceptContext* c) const;
  Scenario scenario(P::ScenarioContext* c) const;
  Expect expectation(P::ExpectationContext* c) const;
  Grading grading(P::GradingContext* c) const;

  /// Whether this is the first clause of its kind; a further one is reported. `first` is its keyword.
  bool once(antlr4::tree::TerminalNode*& first, antlr4::tree::TerminalNode* keyword) const;

  SourceId source_;
  std::string_view text_;
  const Offsets& offsets_;
  diag::Sink& sink_;
};

}  // namespace gdl::syntax
