// From ANTLR's parse tree to the syntax tree: see tree_walk.h.
#include "tree_walk.h"

namespace gdl::syntax {

Span Walker::span(antlr4::ParserRuleContext* c) const {
  Span first = offsets_.span(source_, *c->getStart());
  antlr4::Token* stop = c->getStop();
  return stop != nullptr ? first.to(offsets_.span(source_, *stop)) : first;
}

QName Walker::qname(P::QnameContext* c) const {
  QName q;
  for (auto* w : c->word()) q.parts.push_back(name(w));
  q.span = span(c);
  return q;
}

Text Walker::text(P::TextContext* c) const {
  std::string raw = c->getText();
  Text out;
  out.span = span(c);
  for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
    if (raw[i] != '\\') {
      out.value += raw[i];
      continue;
    }
    ++i;
    if (raw[i] == 'n') {
      out.value += '\n';
    } else if (raw[i] == 't') {
      out.value += '\t';
    } else {
      out.value += raw[i];  // \" and \\, and any other character as it stands
    }
  }
  return out;
}

Unit Walker::unit(P::UnitContext* c) const {
  Unit u;
  u.span = span(c);
  u.text = c->getText();
  if (c->UNIT() != nullptr) {
    u.quoted = true;
    u.text = u.text.substr(1, u.text.size() - 2);
  }
  return u;
}

Quantity Walker::number(P::NumberContext* c) const {
  Quantity q;
  q.number = c->getText();
  q.number_span = q.span = span(c);
  return q;
}

Quantity Walker::quantity(P::QuantityContext* c) const {
  Quantity q = number(c->number());
  if (c->unit() != nullptr) q.unit = unit(c->unit());
  q.span = span(c);
  return q;
}

CodeBinding Walker::code(P::CodeContext* c) const { return {name(c->word()), text(c->text())}; }

Say Walker::say(P::SayContext* c) const {
  Say s;
  s.audience = name(c->word());
  auto texts = c->text();
  if (texts.size() == 2) s.locale = text(texts[0]);
  s.text = text(texts.back());
  s.span = span(c);
  return s;
}

EnumeratorDecl Walker::enumerator(P::EnumeratorContext* c) const {
  EnumeratorDecl e;
  e.name = name(c->word());
  e.label = maybe(c->text());
  if (c->code() != nullptr) e.code = code(c->code());
  e.span = span(c);
  return e;
}

// -- conditions -----------------------------------------------------------------------------------

Operand Walker::quantity_operand(P::QuantityContext* c) const {
  Operand o;
  o.kind = Operand::Kind::quantity;
  o.quantity = quantity(c);
  o.span = span(c);
  return o;
}

Operand Walker::set_literal(P::SetLiteralContext* c) const {
  Operand o;
  o.kind = Operand::Kind::set;
  for (auto* e : c->operand()) o.elements.push_back(operand(e));
  o.span = span(c);
  return o;
}

Operand Walker::operand(P::OperandContext* c) const {
  if (c->setLiteral() != nullptr) return set_literal(c->setLiteral());
  if (c->quantity() != nullptr) return quantity_operand(c->quantity());
  Operand o;
  o.kind = c->COUNT() != nullptr ? Operand::Kind::count : Operand::Kind::name;
  o.name = qname(c->qname());
  o.span = span(c);
  return o;
}

Expr Walker::expr(P::ExprContext* c) const {
  auto parts = c->andExpr();
  if (parts.size() == 1) return and_expr(parts[0]);
  Expr e;
  e.kind = ExprKind::disjunction;
  for (auto* p : parts) e.children.push_back(and_expr(p));
  e.span = span(c);
  return e;
}

Expr Walker::and_expr(P::AndExprContext* c) const {
  auto parts = c->notExpr();
  if (parts.size() == 1) return not_expr(parts[0]);
  Expr e;
  e.kind = ExprKind::conjunction;
  for (auto* p : parts) e.children.push_back(not_expr(p));
  e.span = span(c);
  return e;
}

Expr Walker::not_expr(P::NotExprContext* c) const {
  if (c->primary() != nullptr) return primary(c->primary());
  Expr e;
  e.kind = ExprKind::negation;
  e.children.push_back(not_expr(c->notExpr()));
  e.span = span(c);
  return e;
}

Expr Walker::primary(P::PrimaryContext* c) const {
  Expr e;
  e.span = span(c);
  auto nested = c->expr();
  if (c->OF() != nullptr) {
    e.kind = c->LEAST() != nullptr  ? ExprKind::at_least
             : c->MOST() != nullptr ? ExprKind::at_most
                                    : ExprKind::exactly;
    e.number = number(c->number());
    for (auto* n : nested) e.children.push_back(expr(n));
    return e;
  }
  if (!nested.empty()) {
    e = expr(nested[0]);
    return e;
  }
  for (auto* o : c->operand()) e.operands.push_back(operand(o));
  if (c->IN() != nullptr) {
    if (c->setLiteral() != nullptr) {
      e.kind = ExprKind::in_set;
      e.operands.push_back(set_literal(c->setLiteral()));
    } else {
      e.kind = ExprKind::in_range;
      for (auto* q : c->quantity()) e.operands.push_back(quantity_operand(q));
      e.open_end = c->RANGE_OPEN() != nullptr;
    }
  } else if (c->INCLUDES() != nullptr) {
    e.kind = ExprKind::includes;
  } else if (c->IS() != nullptr) {
    e.kind = c->KNOWN() != nullptr ? ExprKind::is_known : ExprKind::is_unknown;
  } else if (!c->cmp().empty()) {
    e.kind = ExprKind::compare;
    for (auto* op : c->cmp()) {
      if (op->EQ() != nullptr) e.ops.push_back(CmpOp::eq);
      if (op->NE() != nullptr) e.ops.push_back(CmpOp::ne);
      if (op->LT() != nullptr) e.ops.push_back(CmpOp::lt);
      if (op->LE() != nullptr) e.ops.push_back(CmpOp::le);
      if (op->GT() != nullptr) e.ops.push_back(CmpOp::gt);
      if (op->GE() != nullptr) e.ops.push_back(CmpOp::ge);
    }
  } else {
    e.kind = ExprKind::name;
  }
  return e;
}

// -- actions --------------------------------------------------------------------------------------

ActionExpr Walker::action_expr(P::ActionExprContext* c) const {
  auto parts = c->actionAll();
  if (parts.size() == 1) return action_all(parts[0]);
  ActionExpr e;
  e.kind = ActionExpr::Kind::one_of;
  for (auto* p : parts) e.children.push_back(action_all(p));
  e.span = span(c);
  return e;
}

ActionExpr Walker::action_all(P::ActionAllContext* c) const {
  auto parts = c->actionAtom();
  if (parts.size() == 1) return action_atom(parts[0]);
  ActionExpr e;
  e.kind = ActionExpr::Kind::all_of;
  for (auto* p : parts) e.children.push_back(action_atom(p));
  e.span = span(c);
  return e;
}

ActionExpr Walker::action_atom(P::ActionAtomContext* c) const {
  if (c->actionExpr() != nullptr) return action_expr(c->actionExpr());
  ActionExpr e;
  e.kind = ActionExpr::Kind::name;
  e.name = qname(c->qname());
  e.span = span(c);
  return e;
}

ParamClause Walker::param(P::ParamContext* c) const {
  ParamClause p;
  p.name = name(c->name());
  p.span = span(c);
  auto* v = c->paramValue();
  p.value.span = span(v);
  auto quantities = v->quantity();
  if (quantities.empty()) {
    p.value.kind = ParamValue::Kind::names;
    for (auto* w : v->word()) p.value.names.push_back(name(w));
  } else {
    p.value.lo = quantity(quantities[0]);
    p.value.hi = quantity(quantities.back());
    p.value.kind = quantities.size() == 2 ? ParamValue::Kind::range : ParamValue::Kind::quantity;
  }
  return p;
}

ActionUse Walker::action_use(P::ActionUseContext* c) const {
  ActionUse u;
  u.expr = action_expr(c->actionExpr());
  u.alone = c->ALONE() != nullptr;
  for (auto* p : c->param()) u.params.push_back(param(p));
  u.span = span(c);
  return u;
}

void Walker::cites(P::CiteContext* c, std::vector<Cite>& out) const {
  for (auto* r : c->citeRef()) {
    Cite cite;
    cite.span = span(r);
    if (r->qname() != nullptr) {
      cite.reference = qname(r->qname());
    } else {
      cite.reference.parts.push_back({r->getText(), cite.span});
      cite.reference.span = cite.span;
    }
    out.push_back(std::move(cite));
  }
  out.back().at = maybe(c->text());
}

std::vector<EnumeratorDecl> Walker::scale(P::ScaleContext* c) const {
  std::vector<EnumeratorDecl> out;
  for (auto* w : c->word()) {
    EnumeratorDecl e;
    e.name = name(w);
    e.span = e.name.span;
    out.push_back(std::move(e));
  }
  return out;
}

// -- declarations ---------------------------------------------------------------------------------

Header Walker::header(P::HeaderContext* c) const {
  Header h;
  h.name = name(c->name());
  h.title = maybe(c->text());
  h.span = span(c);
  for (auto* k : c->headerClause()) {
    if (k->LANGUAGE() != nullptr) h.language = number(k->number());
    if (k->VERSION() != nullptr) h.version = Text{k->VERSION_NUMBER()->getText(), span(k)};
    if (k->STATUS() != nullptr) h.status = name(k->word(0));
    if (k->UPDATED() != nullptr) h.updated = Text{k->DATE()->getText(), span(k)};
    if (k->AUDIENCE() != nullptr) {
      for (auto* w : k->word()) h.audiences.push_back(name(w));
    }
    if (k->DISCLAIMER() != nullptr) h.disclaimer = text(k->text());
    if (k->POLICY() != nullptr) h.links.push_back(text(k->text()));
    if (k->GRADING() != nullptr) h.grading = name(k->word(0));
  }
  return h;
}

Reference Walker::reference(P::ReferenceContext* c) const {
  Reference r;
  r.id = c->NUMBER() != nullptr ? Name{c->NUMBER()->getText(), span(c->NUMBER())} : name(c->name());
  r.title = maybe(c->text());
  r.span = span(c);
  for (auto* k : c->referenceClause()) {
    if (k->PUBLISHER() != nullptr) r.publisher = text(k->text());
    if (k->YEAR() != nullptr) r.year = number(k->number());
    if (k->URL() != nullptr) r.url = text(k->text());
  }
  return r;
}

Fact Walker::fact(P::FactContext* c) const {
  Fact f;
  f.name = name(c->name());
  f.label = maybe(c->text());
  f.span = span(c);
  auto* t = c->factType();
  for (auto* e : t->enumerator()) f.enumerators.push_back(enumerator(e));
  if (t->SET() != nullptr) {
    f.type = Fact::Type::set;
  } else if (t->RANGE() != nullptr) {
    f.type = Fact::Type::range;
    f.lo = number(t->number(0));
    f.hi = number(t->number(1));
    if (t->unit() != nullptr) f.unit = unit(t->unit());
  } else if (!t->LT().empty()) {
    f.type = Fact::Type::ordered;
  } else {
    bool yes_no = f.enumerators.size() == 2 && f.enumerators[0].name.text == "yes" &&
                  f.enumerators[1].name.text == "no";
    f.type = yes_no ? Fact::Type::boolean : Fact::Type::enumeration;
  }
  for (auto* k : c->factClause()) {
    if (k->DEFAULT() != nullptr) f.default_value = operand(k->operand());
    if (k->code() != nullptr) f.codes.push_back(code(k->code()));
    if (k->say() != nullptr) f.says.push_back(say(k->say()));
  }
  return f;
}

Define Walker::define(P::DefineContext* c) const {
  Define d;
  d.name = name(c->name());
  d.label = maybe(c->text());
  d.span = span(c);
  if (c->expr() != nullptr) {
    d.kind = Define::Kind::condition;
    d.when = expr(c->expr());
    return d;
  }
  d.kind = Define::Kind::enumeration;
  for (auto* a : c->alternative()) {
    Alternative alt;
    alt.name = enumerator(a->enumerator());
    if (a->expr() != nullptr) alt.when = expr(a->expr());
    alt.span = span(a);
    d.alternatives.push_back(std::move(alt));
  }
  return d;
}

Define Walker::score(P::ScoreContext* c) const {
  Define d;
  d.kind = Define::Kind::score;
  d.name = name(c->name());
  d.label = maybe(c->text());
  d.span = span(c);
  for (auto* i : c->scoreItem()) {
    ScoreItem item;
    item.span = span(i);
    if (i->qname() != nullptr) {
      item.plus = qname(i->qname());
    } else {
      item.points = number(i->number());
      item.when = expr(i->expr());
    }
    d.items.push_back(std::move(item));
  }
  return d;
}

Define Walker::bands(P::BandsContext* c) const {
  Define d;
  d.kind = Define::Kind::bands;
  d.name = name(c->name());
  d.label = maybe(c->text());
  d.span = span(c);
  d.of = qname(c->qname());
  if (c->unit() != nullptr) d.of_unit = unit(c->unit());
  d.bands.push_back(enumerator(c->enumerator()));
  for (auto* k : c->bandCut()) {
    BandCut cut;
    cut.at = quantity(k->quantity());
    // The two signs are the first and third child: `< 18.5 <=`.
    cut.left = k->children[0]->getText() == "<" ? CmpOp::lt : CmpOp::le;
    cut.right = k->children[2]->getText() == "<" ? CmpOp::lt : CmpOp::le;
    cut.span = span(k);
    d.bands.push_back(enumerator(k->enumerator()));
    d.cuts.push_back(std::move(cut));
  }
  return d;
}

Action Walker::action(P::ActionContext* c) const {
  Action a;
  a.name = name(c->name());
  a.label = maybe(c->text());
  a.span = span(c);
  if (c->actionExpr() != nullptr) a.expr = action_expr(c->actionExpr());
  for (auto* p : c->param()) a.params.push_back(param(p));
  for (auto* k : c->actionClause()) {
    if (k->code() != nullptr) a.codes.push_back(code(k->code()));
    if (k->say() != nullptr) a.says.push_back(say(k->say()));
  }
  return a;
}

Decision Walker::decision(P::DecisionContext* c) const {
  Decision d;
  d.name = name(c->name());
  d.title = maybe(c->text());
  d.span = span(c);
  for (auto* k : c->decisionClause()) {
    if (k->expr() != nullptr) d.domain = expr(k->expr());
    if (k->ANY() != nullptr) d.choose = Choose::any;
    if (k->ONE() != nullptr) d.choose = Choose::one;
    if (k->FIRST() != nullptr) d.choose = Choose::first;
    if (k->DO() != nullptr) d.choose = Choose::do_all;
    if (k->PARTIAL() != nullptr) d.partial = true;
    if (k->say() != nullptr) d.says.push_back(say(k->say()));
  }
  return d;
}

Directive Walker::directive(P::DirectiveContext* c) const {
  Directive d;
  d.span = span(c);
  if (c->RECOMMEND() != nullptr) d.verb = Verb::recommend;
  if (c->CONSIDER() != nullptr) d.verb = Verb::consider;
  if (c->CAUTION() != nullptr) d.verb = Verb::caution;
  if (c->AVOID() != nullptr) d.verb = Verb::avoid;
  if (c->CONTRAINDICATE() != nullptr) d.verb = Verb::contraindicate;
  if (c->PREFER() != nullptr) d.verb = Verb::prefer;
  if (c->NO() != nullptr) d.verb = Verb::no_recommendation;
  auto uses = c->actionUse();
  if (!uses.empty()) d.what = action_use(uses[0]);
  if (uses.size() == 2) d.over = action_use(uses[1]);
  d.because = maybe(c->text());
  return d;
}

Rule Walker::rule(P::RuleDeclContext* c) const {
  Rule r;
  r.safety = c->SAFETY() != nullptr;
  r.bare = c->RULE() == nullptr;
  r.title = maybe(c->text());
  r.span = span(c);
  if (r.bare) {
    r.head_span = span(c->WHEN());
  } else {
    r.name = qname(c->qname());
    r.head_span = span(r.safety ? c->SAFETY() : c->RULE()).to(r.name.span);
  }
  // `when` and `unless` are told apart by their place: each follows its keyword.
  for (std::size_t i = 0; i + 1 < c->children.size(); ++i) {
    auto* t = dynamic_cast<antlr4::tree::TerminalNode*>(c->children[i]);
    if (t == nullptr) continue;
    auto* e = dynamic_cast<P::ExprContext*>(c->children[i + 1]);
    if (e == nullptr) continue;
    if (t->getSymbol()->getType() == P::WHEN) r.when = expr(e);
    if (t->getSymbol()->getType() == P::UNLESS) r.unless = expr(e);
  }
  for (auto* d : c->directive()) r.directives.push_back(directive(d));
  for (auto* k : c->ruleClause()) {
    if (k->OVERRIDES() != nullptr) {
      if (k->ALL() != nullptr) r.overrides.push_back({true, {}, span(k)});
      for (auto* q : k->qname()) r.overrides.push_back({false, qname(q), span(q)});
    }
    if (k->STRENGTH() != nullptr) r.strength = name(k->word());
    if (k->EVIDENCE() != nullptr) r.evidence = name(k->word());
    if (k->cite() != nullptr) cites(k->cite(), r.cites);
    if (k->BECAUSE() != nullptr) r.because = text(k->text());
    if (k->NOTE() != nullptr) r.notes.push_back(text(k->text()));
    if (k->say() != nullptr) r.says.push_back(say(k->say()));
  }
  return r;
}

Accept Walker::accept(P::AcceptContext* c) const {
  Accept a;
  if (c->GAP() != nullptr) a.kind = AcceptKind::gap;
  if (c->STRANDED() != nullptr) a.kind = AcceptKind::stranded;
  if (c->OVERLAP() != nullptr) a.kind = AcceptKind::overlap;
  if (c->CONFLICT() != nullptr) a.kind = AcceptKind::conflict;
  if (c->EXCLUSIVE() != nullptr) a.kind = AcceptKind::exclusive;
  if (c->PARAMETER() != nullptr) a.kind = AcceptKind::parameter;
  a.decision = name(c->name());
  if (c->BETWEEN() != nullptr) {
    a.between_first = qname(c->qname(0));
    a.between_second = qname(c->qname(1));
  }
  if (c->expr() != nullptr) a.when = expr(c->expr());
  a.because = maybe(c->text());
  a.span = span(c);
  return a;
}

Expect Walker::expectation(P::ExpectationContext* c) const {
  Expect e;
  e.span = span(c);
  if (auto* v = c->verb()) {
    if (v->RECOMMEND() != nullptr) e.verb = Verb::recommend;
    if (v->CONSIDER() != nullptr) e.verb = Verb::consider;
    if (v->AVOID() != nullptr) e.verb = Verb::avoid;
    if (v->CONTRAINDICATE() != nullptr) e.verb = Verb::contraindicate;
    e.kind = c->NOT() != nullptr        ? ExpectKind::not_advice
             : c->POSSIBLE() != nullptr ? ExpectKind::possible_advice
                                        : ExpectKind::advice;
    e.action = action_use(c->actionUse());
    return e;
  }
  if (c->INPUT() != nullptr) {
    e.kind = ExpectKind::input_error;
    return e;
  }
  if (c->GAP() != nullptr || c->STRANDED() != nullptr) {
    e.kind = c->GAP() != nullptr ? ExpectKind::gap : ExpectKind::stranded;
    e.name.parts.push_back(name(c->name()));
    e.name.span = span(c->name());
    return e;
  }
  e.kind = c->ASK() != nullptr        ? ExpectKind::ask
           : c->POSSIBLE() != nullptr ? ExpectKind::possible_rule
           : c->NOT() != nullptr      ? ExpectKind::not_rule
                                      : ExpectKind::rule;
  e.name = qname(c->qname());
  return e;
}

Scenario Walker::scenario(P::ScenarioContext* c) const {
  Scenario s;
  s.title = text(c->text());
  for (auto* g : c->given()) s.given.push_back(expr(g->expr()));
  for (auto* e : c->expectation()) s.expects.push_back(expectation(e));
  s.span = span(c);
  return s;
}

void Walker::declaration(P::DeclarationContext* c, std::vector<Declaration>& out) {
  if (auto* x = c->header()) out.emplace_back(header(x));
  if (auto* x = c->reference()) out.emplace_back(reference(x));
  if (auto* x = c->fact()) out.emplace_back(fact(x));
  if (auto* x = c->define()) out.emplace_back(define(x));
  if (auto* x = c->score()) out.emplace_back(score(x));
  if (auto* x = c->bands()) out.emplace_back(bands(x));
  if (auto* x = c->impossible()) {
    out.emplace_back(Impossible{expr(x->expr()), maybe(x->text()), span(x)});
  }
  if (auto* x = c->action()) out.emplace_back(action(x));
  if (auto* x = c->exclusive()) {
    out.emplace_back(Exclusive{action_use(x->actionUse(0)), action_use(x->actionUse(1)),
                               maybe(x->text()), span(x)});
  }
  if (auto* x = c->decision()) out.emplace_back(decision(x));
  if (auto* x = c->ruleDecl()) out.emplace_back(rule(x));
  if (auto* x = c->accept()) out.emplace_back(accept(x));
  if (auto* x = c->scenario()) out.emplace_back(scenario(x));
  if (auto* x = c->importDecl()) {
    Import i{text(x->text()), std::nullopt, span(x)};
    if (x->name() != nullptr) i.as = name(x->name());
    out.emplace_back(std::move(i));
  }
  if (auto* x = c->includeDecl()) out.emplace_back(Include{text(x->text()), span(x)});
  if (auto* x = c->remark()) {
    Remark r{text(x->text()), {}, span(x)};
    for (auto* k : x->cite()) cites(k, r.cites);
    out.emplace_back(std::move(r));
  }
  if (auto* x = c->grading()) {
    Grading g;
    g.name = name(x->name());
    g.span = span(x);
    auto scales = x->scale();
    std::size_t at = 0;
    if (x->STRENGTH() != nullptr) g.strength = scale(scales[at++]);
    if (x->EVIDENCE() != nullptr) g.evidence = scale(scales[at]);
    out.emplace_back(std::move(g));
  }
}

}  // namespace gdl::syntax
