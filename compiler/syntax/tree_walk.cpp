// From ANTLR's parse tree to the syntax tree: see tree_walk.h.
#include "tree_walk.h"

namespace gdl::syntax {

namespace {

// The accessors of the generated contexts look through all children with dynamic casts; where the
// grammar says which child is what, taking it by its place halves the time of the walk.

template <class Context>
Context* child(antlr4::ParserRuleContext* c, std::size_t i) {
  return static_cast<Context*>(c->children[i]);
}

antlr4::tree::TerminalNode* keyword_of(antlr4::ParserRuleContext* clause) {
  return child<antlr4::tree::TerminalNode>(clause, 0);
}

/// Each child is a token or a rule: the rule, or null. Not by a dynamic cast, which goes up through all bases.
antlr4::ParserRuleContext* rule_of(antlr4::tree::ParseTree* part) {
  return typeid(*part) == typeid(antlr4::tree::TerminalNodeImpl)
             ? nullptr
             : static_cast<antlr4::ParserRuleContext*>(part);
}

std::size_t token_of(antlr4::tree::ParseTree* part) {
  return static_cast<antlr4::tree::TerminalNode*>(part)->getSymbol()->getType();
}

/// The token that a context begins with tells which alternative it is.
std::size_t first_token(antlr4::ParserRuleContext* c) { return c->getStart()->getType(); }

}  // namespace

Span Walker::span(antlr4::ParserRuleContext* c) const {
  Span first = offsets_.span(source_, *c->getStart());
  antlr4::Token* stop = c->getStop();
  return stop != nullptr ? first.to(offsets_.span(source_, *stop)) : first;
}

bool Walker::once(antlr4::tree::TerminalNode*& first, antlr4::tree::TerminalNode* keyword) const {
  if (first == nullptr) {
    first = keyword;
    return true;
  }
  std::string again = keyword->getText();
  std::string before = first->getText();
  diag::Diagnostic& d = sink_.report(
      diag::Code::syntax_error, span(keyword),
      again == before ? "a second `" + again + "`: this may be said once"
                      : "`" + again + "` beside `" + before + "`: only one of them may be said");
  d.related.push_back({span(first), "the first one"});
  d.help = "keep one of the two";
  return false;
}

QName Walker::qname(P::QnameContext* c) const {
  QName q;
  for (std::size_t i = 0; i < c->children.size(); i += 2) {
    q.parts.push_back(name(child<P::WordContext>(c, i)));
  }
  q.span = span(c);
  return q;
}

Text Walker::text(P::TextContext* c) const {
  Text out;
  out.span = span(c);
  std::string raw = written(out.span);
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
  u.text = written(u.span);
  if (first_token(c) == P::UNIT) {
    u.quoted = true;
    u.text = u.text.substr(1, u.text.size() - 2);
  }
  return u;
}

Quantity Walker::number(P::NumberContext* c) const {
  Quantity q;
  q.number_span = q.span = span(c);
  q.number = written(q.span);
  return q;
}

Quantity Walker::quantity(P::QuantityContext* c) const {
  Quantity q = number(child<P::NumberContext>(c, 0));
  if (c->children.size() > 1) q.unit = unit(child<P::UnitContext>(c, 1));
  q.span = span(c);
  return q;
}

CodeBinding Walker::code(P::CodeContext* c) const { return {name(c->word()), text(c->text())}; }

Say Walker::say(P::SayContext* c) const {
  Say s;
  s.audience = name(child<P::WordContext>(c, 1));
  if (c->children.size() == 4) s.locale = text(child<P::TextContext>(c, 2));
  s.text = text(child<P::TextContext>(c, c->children.size() - 1));
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
  if (first_token(c) == P::LBRACE) return set_literal(child<P::SetLiteralContext>(c, 0));
  if (first_token(c) == P::NUMBER) return quantity_operand(child<P::QuantityContext>(c, 0));
  Operand o;
  bool count = c->children.size() > 1;  // count ( name )
  o.kind = count ? Operand::Kind::count : Operand::Kind::name;
  o.name = qname(child<P::QnameContext>(c, count ? 2 : 0));
  o.span = span(c);
  return o;
}

Expr Walker::expr(P::ExprContext* c) const {
  if (c->children.size() == 1) return and_expr(child<P::AndExprContext>(c, 0));
  Expr e;
  e.kind = ExprKind::disjunction;
  for (std::size_t i = 0; i < c->children.size(); i += 2) {
    e.children.push_back(and_expr(child<P::AndExprContext>(c, i)));
  }
  e.span = span(c);
  return e;
}

Expr Walker::and_expr(P::AndExprContext* c) const {
  if (c->children.size() == 1) return not_expr(child<P::NotExprContext>(c, 0));
  Expr e;
  e.kind = ExprKind::conjunction;
  for (std::size_t i = 0; i < c->children.size(); i += 2) {
    e.children.push_back(not_expr(child<P::NotExprContext>(c, i)));
  }
  e.span = span(c);
  return e;
}

Expr Walker::not_expr(P::NotExprContext* c) const {
  if (c->children.size() == 1) return primary(child<P::PrimaryContext>(c, 0));
  Expr e;
  e.kind = ExprKind::negation;
  e.children.push_back(not_expr(child<P::NotExprContext>(c, 1)));
  e.span = span(c);
  return e;
}

Expr Walker::primary(P::PrimaryContext* c) const {
  if (first_token(c) == P::LPAREN) return expr(child<P::ExprContext>(c, 1));
  Expr e;
  e.span = span(c);
  std::size_t size = c->children.size();
  bool counting = first_token(c) == P::AT || first_token(c) == P::EXACTLY;  // or names of facts
  if (counting && size > 1 && c->OF() != nullptr) {
    e.kind = c->LEAST() != nullptr  ? ExprKind::at_least
             : c->MOST() != nullptr ? ExprKind::at_most
                                    : ExprKind::exactly;
    e.number = number(c->number());
    for (auto* n : c->expr()) e.children.push_back(expr(n));
    return e;
  }
  e.operands.push_back(operand(child<P::OperandContext>(c, 0)));
  if (size == 1) {
    e.kind = ExprKind::name;
    return e;
  }
  if (rule_of(c->children[1]) != nullptr) {
    e.kind = ExprKind::compare;
    for (std::size_t i = 1; i + 1 < size; i += 2) {
      switch (first_token(child<P::CmpContext>(c, i))) {
        case P::EQ: e.ops.push_back(CmpOp::eq); break;
        case P::NE: e.ops.push_back(CmpOp::ne); break;
        case P::LT: e.ops.push_back(CmpOp::lt); break;
        case P::LE: e.ops.push_back(CmpOp::le); break;
        case P::GT: e.ops.push_back(CmpOp::gt); break;
        default: e.ops.push_back(CmpOp::ge); break;
      }
      e.operands.push_back(operand(child<P::OperandContext>(c, i + 1)));
    }
    return e;
  }
  switch (token_of(c->children[1])) {
    case P::IN:
      if (size == 3) {
        e.kind = ExprKind::in_set;
        e.operands.push_back(set_literal(child<P::SetLiteralContext>(c, 2)));
      } else {
        e.kind = ExprKind::in_range;
        for (std::size_t i : {2u, 4u}) {
          e.operands.push_back(quantity_operand(child<P::QuantityContext>(c, i)));
        }
        e.open_end = token_of(c->children[3]) == P::RANGE_OPEN;
      }
      break;
    case P::INCLUDES:
      e.kind = ExprKind::includes;
      e.operands.push_back(operand(child<P::OperandContext>(c, 2)));
      break;
    default:  // is known, is unknown
      e.kind = token_of(c->children[2]) == P::KNOWN ? ExprKind::is_known : ExprKind::is_unknown;
      break;
  }
  return e;
}

// -- actions --------------------------------------------------------------------------------------

ActionExpr Walker::action_expr(P::ActionExprContext* c) const {
  if (c->children.size() == 1) return action_all(child<P::ActionAllContext>(c, 0));
  ActionExpr e;
  e.kind = ActionExpr::Kind::one_of;
  for (std::size_t i = 0; i < c->children.size(); i += 2) {
    e.children.push_back(action_all(child<P::ActionAllContext>(c, i)));
  }
  e.span = span(c);
  return e;
}

ActionExpr Walker::action_all(P::ActionAllContext* c) const {
  if (c->children.size() == 1) return action_atom(child<P::ActionAtomContext>(c, 0));
  ActionExpr e;
  e.kind = ActionExpr::Kind::all_of;
  for (std::size_t i = 0; i < c->children.size(); i += 2) {
    e.children.push_back(action_atom(child<P::ActionAtomContext>(c, i)));
  }
  e.span = span(c);
  return e;
}

ActionExpr Walker::action_atom(P::ActionAtomContext* c) const {
  if (first_token(c) == P::LPAREN) return action_expr(child<P::ActionExprContext>(c, 1));
  ActionExpr e;
  e.kind = ActionExpr::Kind::name;
  e.name = qname(child<P::QnameContext>(c, 0));
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
  u.expr = action_expr(child<P::ActionExprContext>(c, 0));
  if (c->children.size() > 1) {
    u.alone = c->ALONE() != nullptr;
    for (auto* p : c->param()) u.params.push_back(param(p));
  }
  u.span = span(c);
  return u;
}

void Walker::cites(P::CiteContext* c, std::vector<Cite>& out) const {
  for (auto* r : c->citeRef()) {
    Cite cite;
    cite.span = span(r);
    // A number, a name, or either behind the name of its library: `1`, `smith`, `lib.1`.
    for (auto* w : r->word()) cite.reference.parts.push_back(name(w));
    if (auto* n = r->NUMBER()) cite.reference.parts.push_back(name(n));
    cite.reference.span = cite.span;
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
  // A grading declared right behind the header is a declaration of its own.
  h.span = span(c->GUIDELINE()).to(h.title.has_value() ? h.title->span : h.name.span);
  if (!c->headerClause().empty()) h.span = h.span.to(span(c->headerClause().back()));
  antlr4::tree::TerminalNode *language{}, *version{}, *status{}, *updated{}, *audience{},
      *disclaimer{}, *grading{};
  for (auto* k : c->headerClause()) {
    if (auto* t = k->LANGUAGE(); t != nullptr && once(language, t)) {
      h.language = number(k->number());
    }
    if (auto* t = k->VERSION(); t != nullptr && once(version, t)) {
      h.version = Text{k->VERSION_NUMBER()->getText(), span(k)};
    }
    if (auto* t = k->STATUS(); t != nullptr && once(status, t)) h.status = name(k->word(0));
    if (auto* t = k->UPDATED(); t != nullptr && once(updated, t)) {
      h.updated = Text{k->DATE()->getText(), span(k)};
    }
    if (auto* t = k->AUDIENCE(); t != nullptr && once(audience, t)) {
      for (auto* w : k->word()) h.audiences.push_back(name(w));
    }
    if (auto* t = k->DISCLAIMER(); t != nullptr && once(disclaimer, t)) {
      h.disclaimer = text(k->text());
    }
    if (k->POLICY() != nullptr) h.links.push_back(text(k->text()));
    if (auto* t = k->GRADING(); t != nullptr && once(grading, t)) h.grading = name(k->word(0));
  }
  return h;
}

Reference Walker::reference(P::ReferenceContext* c) const {
  Reference r;
  r.id = c->NUMBER() != nullptr ? name(c->NUMBER()) : name(c->name());
  r.title = maybe(c->text());
  r.span = span(c);
  antlr4::tree::TerminalNode *publisher{}, *year{}, *url{};
  for (auto* k : c->referenceClause()) {
    if (auto* w = k->PUBLISHER(); w != nullptr && once(publisher, w)) r.publisher = text(k->text());
    if (auto* w = k->YEAR(); w != nullptr && once(year, w)) r.year = number(k->number());
    if (auto* w = k->URL(); w != nullptr && once(url, w)) r.url = text(k->text());
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
  antlr4::tree::TerminalNode* default_value = nullptr;
  for (auto* k : c->factClause()) {
    if (auto* w = k->DEFAULT(); w != nullptr && once(default_value, w)) {
      f.default_value = operand(k->operand());
    }
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
  antlr4::tree::TerminalNode *domain{}, *choose{},
      *partial{};  // `choose ...` and `do all` answer the same question
  for (auto* k : c->decisionClause()) {
    if (auto* w = k->FOR(); w != nullptr && once(domain, w)) d.domain = expr(k->expr());
    if (auto* w = k->CHOOSE(); w != nullptr && once(choose, w)) {
      d.choose = k->ANY() != nullptr   ? Choose::any
                 : k->ONE() != nullptr ? Choose::one
                                       : Choose::first;
    }
    if (auto* w = k->DO(); w != nullptr && once(choose, w)) d.choose = Choose::do_all;
    if (auto* w = k->PARTIAL(); w != nullptr && once(partial, w)) d.partial = true;
    if (k->say() != nullptr) d.says.push_back(say(k->say()));
  }
  return d;
}

Directive Walker::directive(P::DirectiveContext* c) const {
  Directive d;
  d.span = span(c);
  switch (first_token(c)) {
    case P::RECOMMEND: d.verb = Verb::recommend; break;
    case P::CONSIDER: d.verb = Verb::consider; break;
    case P::CAUTION: d.verb = Verb::caution; break;
    case P::AVOID: d.verb = Verb::avoid; break;
    case P::CONTRAINDICATE: d.verb = Verb::contraindicate; break;
    case P::PREFER: d.verb = Verb::prefer; break;
    default:  // no recommendation because "..."
      d.verb = Verb::no_recommendation;
      d.because = text(child<P::TextContext>(c, 3));
      return d;
  }
  d.what = action_use(child<P::ActionUseContext>(c, 1));
  if (d.verb == Verb::prefer) d.over = action_use(child<P::ActionUseContext>(c, 3));
  return d;
}

Rule Walker::rule(P::RuleDeclContext* c) const {
  Rule r;
  r.safety = first_token(c) == P::SAFETY;
  r.bare = first_token(c) == P::WHEN;
  r.span = span(c);
  // The parts stand in the order of the grammar; a condition follows its keyword.
  antlr4::tree::TerminalNode *strength{}, *evidence{}, *because{};
  std::size_t keyword = 0;
  for (antlr4::tree::ParseTree* part : c->children) {
    if (part == nullptr) continue;
    antlr4::ParserRuleContext* context = rule_of(part);
    if (context == nullptr) {
      keyword = token_of(part);
      if (!r.head_span.valid()) r.head_span = span(static_cast<antlr4::tree::TerminalNode*>(part));
      continue;
    }
    switch (context->getRuleIndex()) {
      case P::RuleQname:
        r.name = qname(static_cast<P::QnameContext*>(context));
        r.head_span = r.head_span.to(r.name.span);
        break;
      case P::RuleText: r.title = text(static_cast<P::TextContext*>(context)); break;
      case P::RuleExpr:
        (keyword == P::WHEN ? r.when : r.unless) = expr(static_cast<P::ExprContext*>(context));
        break;
      case P::RuleDirective:
        r.directives.push_back(directive(static_cast<P::DirectiveContext*>(context)));
        break;
      default: {
        auto* k = static_cast<P::RuleClauseContext*>(context);
        switch (first_token(k)) {
          case P::OVERRIDES:
            if (k->ALL() != nullptr) r.overrides.push_back({true, {}, span(k)});
            for (auto* q : k->qname()) r.overrides.push_back({false, qname(q), span(q)});
            break;
          case P::STRENGTH:
            if (once(strength, keyword_of(k))) {
              r.strength = name(child<P::WordContext>(k, 1));
            }
            break;
          case P::EVIDENCE:
            if (once(evidence, keyword_of(k))) {
              r.evidence = name(child<P::WordContext>(k, 1));
            }
            break;
          case P::CITE: cites(child<P::CiteContext>(k, 0), r.cites); break;
          case P::BECAUSE:
            if (once(because, keyword_of(k))) {
              r.because = text(child<P::TextContext>(k, 1));
            }
            break;
          case P::NOTE: r.notes.push_back(text(child<P::TextContext>(k, 1))); break;
          default: r.says.push_back(say(child<P::SayContext>(k, 0))); break;
        }
      }
    }
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
  std::size_t at = 1;  // behind `expect`
  antlr4::ParserRuleContext* what = rule_of(c->children[at]);
  std::size_t token = what == nullptr ? token_of(c->children[at]) : P::EOF;
  if (token == P::NOT || token == P::POSSIBLE) {
    e.holds = token == P::NOT ? Holds::for_none : Holds::for_some;
    what = rule_of(c->children[++at]);
    token = what == nullptr ? token_of(c->children[at]) : P::EOF;
  }
  if (what != nullptr && what->getRuleIndex() == P::RuleVerb) {
    e.kind = ExpectKind::advice;
    switch (first_token(what)) {
      case P::RECOMMEND: e.verb = Verb::recommend; break;
      case P::CONSIDER: e.verb = Verb::consider; break;
      case P::AVOID: e.verb = Verb::avoid; break;
      default: e.verb = Verb::contraindicate; break;
    }
    e.action = action_use(child<P::ActionUseContext>(c, at + 1));
    return e;
  }
  if (what != nullptr) {
    e.kind = ExpectKind::rule;
    e.name = qname(static_cast<P::QnameContext*>(what));
    return e;
  }
  switch (token) {
    case P::INPUT: e.kind = ExpectKind::input_error; break;
    case P::ASK:
      e.kind = ExpectKind::ask;
      e.name = qname(child<P::QnameContext>(c, at + 1));
      break;
    default: {  // gap in d, stranded in d
      e.kind = token == P::GAP ? ExpectKind::gap : ExpectKind::stranded;
      auto* decision = child<P::NameContext>(c, at + 2);
      e.name.parts.push_back(name(decision));
      e.name.span = span(decision);
      break;
    }
  }
  return e;
}

Scenario Walker::scenario(P::ScenarioContext* c) const {
  Scenario s;
  s.title = text(child<P::TextContext>(c, 1));
  for (antlr4::tree::ParseTree* part : c->children) {
    antlr4::ParserRuleContext* context = rule_of(part);
    if (context == nullptr) continue;
    if (context->getRuleIndex() == P::RuleGiven) {
      s.given.push_back(expr(child<P::ExprContext>(context, 0)));
    } else if (context->getRuleIndex() == P::RuleExpectation) {
      s.expects.push_back(expectation(static_cast<P::ExpectationContext*>(context)));
    }
  }
  s.span = span(c);
  return s;
}

Grading Walker::grading(P::GradingContext* c) const {
  Grading g;
  g.name = name(c->name());
  g.span = span(c);
  auto scales = c->scale();
  if (c->STRENGTH() != nullptr) g.strength = scale(scales.front());
  if (c->EVIDENCE() != nullptr) g.evidence = scale(scales.back());
  return g;
}

void Walker::declaration(P::DeclarationContext* c, std::vector<Declaration>& out) {
  auto* x = child<antlr4::ParserRuleContext>(c, 0);
  switch (x->getRuleIndex()) {
    case P::RuleHeader: {
      auto* h = static_cast<P::HeaderContext*>(x);
      out.emplace_back(header(h));
      if (h->grading() != nullptr) out.emplace_back(grading(h->grading()));
      break;
    }
    case P::RuleReference: out.emplace_back(reference(static_cast<P::ReferenceContext*>(x))); break;
    case P::RuleFact: out.emplace_back(fact(static_cast<P::FactContext*>(x))); break;
    case P::RuleDefine: out.emplace_back(define(static_cast<P::DefineContext*>(x))); break;
    case P::RuleScore: out.emplace_back(score(static_cast<P::ScoreContext*>(x))); break;
    case P::RuleBands: out.emplace_back(bands(static_cast<P::BandsContext*>(x))); break;
    case P::RuleImpossible: {
      auto* i = static_cast<P::ImpossibleContext*>(x);
      out.emplace_back(Impossible{expr(i->expr()), maybe(i->text()), span(i)});
      break;
    }
    case P::RuleAction: out.emplace_back(action(static_cast<P::ActionContext*>(x))); break;
    case P::RuleExclusive: {
      auto* e = static_cast<P::ExclusiveContext*>(x);
      out.emplace_back(Exclusive{action_use(e->actionUse(0)), action_use(e->actionUse(1)),
                                 maybe(e->text()), span(e)});
      break;
    }
    case P::RuleDecision: out.emplace_back(decision(static_cast<P::DecisionContext*>(x))); break;
    case P::RuleRuleDecl: out.emplace_back(rule(static_cast<P::RuleDeclContext*>(x))); break;
    case P::RuleAccept: out.emplace_back(accept(static_cast<P::AcceptContext*>(x))); break;
    case P::RuleScenario: out.emplace_back(scenario(static_cast<P::ScenarioContext*>(x))); break;
    case P::RuleImportDecl: {
      auto* i = static_cast<P::ImportDeclContext*>(x);
      std::optional<Name> as;
      if (i->name() != nullptr) as = name(i->name());
      out.emplace_back(Import{text(i->text()), std::move(as), span(i)});
      break;
    }
    case P::RuleIncludeDecl: {
      auto* i = static_cast<P::IncludeDeclContext*>(x);
      out.emplace_back(Include{text(i->text()), span(i)});
      break;
    }
    case P::RuleRemark: {
      auto* r = static_cast<P::RemarkContext*>(x);
      Remark remark{text(r->text()), {}, span(r)};
      for (auto* k : r->cite()) cites(k, remark.cites);
      out.emplace_back(std::move(remark));
      break;
    }
    default: out.emplace_back(grading(static_cast<P::GradingContext*>(x))); break;
  }
}

}  // namespace gdl::syntax
