// The tree keeps everything a formatter needs: every byte is in a declaration, a comment or blank.
#include <variant>

#include "constructs.h"
#include "read.h"

using namespace gdl;
using test::read;
using test::Read;

namespace {

struct Piece {
  Span span;
  enum class Kind { declaration, comment, blank_lines } kind;
};

/// Declarations and trivia that stand outside of them, in order of place.
std::vector<Piece> pieces(const syntax::File& file) {
  std::vector<Piece> out;
  for (const syntax::Declaration& d : file.declarations) {
    out.push_back({std::visit([](const auto& x) { return x.span; }, d), Piece::Kind::declaration});
  }
  std::size_t declarations = out.size();
  for (const syntax::Trivia& t : file.trivia) {
    bool inside = false;
    for (std::size_t i = 0; i < declarations; ++i) {
      inside = inside || (out[i].span.begin <= t.span.begin && t.span.end <= out[i].span.end);
    }
    if (inside) continue;
    out.push_back({t.span, t.kind == syntax::Trivia::Kind::comment ? Piece::Kind::comment
                                                                   : Piece::Kind::blank_lines});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Piece& a, const Piece& b) { return a.span.begin < b.span.begin; });
  return out;
}

/// The text, put together from the pieces and the blanks between them; fails if anything else
/// stands between.
std::string put_together(const Read& r) {
  std::string out;
  std::uint32_t at = 0;
  auto gap = [&](std::uint32_t until) {
    std::string_view between = std::string_view(r.text()).substr(at, until - at);
    CHECK_MESSAGE(between.find_first_not_of(" \t\r\n") == std::string_view::npos,
                  "lost: `" << between << "`");
    out += between;
    at = until;
  };
  for (const Piece& p : pieces(r.file)) {
    REQUIRE(p.span.begin >= at);
    gap(p.span.begin);
    out += r.sources.text(p.span);
    at = p.span.end;
  }
  gap(static_cast<std::uint32_t>(r.text().size()));
  return out;
}

bool within(Span inner, Span outer) { return outer.begin <= inner.begin && inner.end <= outer.end; }

/// Spans lie within those of their parents, and names are what their spans show.
struct SpanCheck {
  const Read& r;

  void name(const syntax::Name& n, Span parent) const {
    if (n.empty()) return;
    CHECK(within(n.span, parent));
    CHECK(r.sources.text(n.span) == n.text);
  }
  void qname(const syntax::QName& q, Span parent) const {
    if (q.parts.empty()) return;
    CHECK(within(q.span, parent));
    for (const syntax::Name& n : q.parts) name(n, q.span);
  }
  void operand(const syntax::Operand& o, Span parent) const {
    CHECK(within(o.span, parent));
    qname(o.name, o.span);
    if (o.kind == syntax::Operand::Kind::quantity) {
      CHECK(within(o.quantity.span, o.span));
      CHECK(r.sources.text(o.quantity.number_span) == o.quantity.number);
    }
    for (const syntax::Operand& e : o.elements) operand(e, o.span);
  }
  void expr(const syntax::Expr& e, Span parent) const {
    CHECK(e.kind != syntax::ExprKind::error);
    CHECK(within(e.span, parent));
    for (const syntax::Expr& c : e.children) expr(c, e.span);
    for (const syntax::Operand& o : e.operands) operand(o, e.span);
  }
  void expr(const std::optional<syntax::Expr>& e, Span parent) const {
    if (e.has_value()) expr(*e, parent);
  }
};

}  // namespace

TEST_CASE("every form of the grammar is read, and nothing of the text is lost") {
  Read r = read(std::string(test::kConstructs));
  CHECK(r.messages() == "");
  CHECK(put_together(r) == r.text());

  std::size_t comments = 0, blank_lines = 0;
  for (const syntax::Trivia& t : r.file.trivia) {
    std::string_view text = r.sources.text(t.span);
    if (t.kind == syntax::Trivia::Kind::comment) {
      ++comments;
      CHECK(text.front() == '#');
      CHECK(text.find('\n') == std::string_view::npos);
    } else {
      ++blank_lines;
      CHECK(std::count(text.begin(), text.end(), '\n') > 1);
    }
  }
  CHECK(comments == 3);
  std::size_t runs = 0;
  for (std::size_t i = 1; i < test::kConstructs.size(); ++i) {
    bool blank = test::kConstructs[i] == '\n' && test::kConstructs[i - 1] == '\n';
    bool first = i < 2 || test::kConstructs[i - 2] != '\n';
    if (blank && first) ++runs;
  }
  CHECK(blank_lines == runs);
}

TEST_CASE("valid files of the project lose nothing") {
  std::size_t valid = 0;
  for (const test::Sample& s : test::samples()) {
    Read r = read(s.bytes);
    if (!r.accepted || !r.sink.items().empty()) continue;
    ++valid;
    INFO(s.path);
    CHECK(put_together(r) == r.text());
  }
  CHECK(valid > 50);
}

TEST_CASE("spans show what they stand for, and lie within each other") {
  Read r = read(std::string(test::kConstructs));
  SpanCheck check{r};
  std::size_t rules = 0;
  for (const syntax::Declaration& d : r.file.declarations) {
    if (const auto* f = std::get_if<syntax::Fact>(&d)) {
      check.name(f->name, f->span);
      for (const auto& e : f->enumerators) check.name(e.name, f->span);
    } else if (const auto* x = std::get_if<syntax::Define>(&d)) {
      check.name(x->name, x->span);
      check.expr(x->when, x->span);
      for (const auto& a : x->alternatives) check.expr(a.when, a.span);
      for (const auto& i : x->items) check.expr(i.when, i.span);
    } else if (const auto* q = std::get_if<syntax::Rule>(&d)) {
      ++rules;
      check.qname(q->name, q->span);
      check.expr(q->when, q->span);
      check.expr(q->unless, q->span);
      for (const auto& e : q->directives) CHECK(within(e.span, q->span));
      for (const auto& c : q->cites) check.qname(c.reference, q->span);
    } else if (const auto* c = std::get_if<syntax::Scenario>(&d)) {
      for (const auto& g : c->given) check.expr(g, c->span);
    }
  }
  CHECK(rules == 5);
}

TEST_CASE("a header ends where a grading is declared behind it") {
  Read r = read(
      "guideline g \"G\" language 1 grading own\ngrading own strength a > b evidence x > y\n"
      "grading other strength c > d");
  CHECK(r.messages() == "");
  REQUIRE(r.file.declarations.size() == 3);
  const auto& header = std::get<syntax::Header>(r.file.declarations[0]);
  CHECK(header.grading.text == "own");
  CHECK(r.sources.end(header.span).line == 1);
  const auto& grading = std::get<syntax::Grading>(r.file.declarations[1]);
  CHECK(grading.name.text == "own");
  CHECK(grading.strength.size() == 2);
  CHECK(grading.evidence.size() == 2);
  // Without the clause, the declaration alone.
  Read alone = read("guideline g grading own strength a > b");
  REQUIRE(alone.file.declarations.size() == 2);
  CHECK(std::get<syntax::Header>(alone.file.declarations[0]).grading.empty());
}

TEST_CASE("keywords may be enumerators and names") {
  Read r = read(
      "fact line : first | none | default | rule\n"
      "define x = none when line = first | all otherwise\n"
      "rule r when line = rule and note != default recommend cite cite 1");
  CHECK(r.messages() == "");
  REQUIRE(r.file.declarations.size() == 3);
  CHECK(std::get<syntax::Fact>(r.file.declarations[0]).enumerators[3].name.text == "rule");
  const auto& rule = std::get<syntax::Rule>(r.file.declarations[2]);
  CHECK(rule.directives[0].what.expr.name.text() == "cite");
  CHECK(rule.cites.size() == 1);
}

TEST_CASE("operators pasted from a document are the plain ones") {
  Read r = read("define a when x \u2264 1 define b when x \u2265 1 define c when x \u2260 1");
  CHECK(r.messages() == "");
  REQUIRE(r.file.declarations.size() == 3);
  auto op = [&](std::size_t i) {
    return std::get<syntax::Define>(r.file.declarations[i]).when->ops[0];
  };
  CHECK(op(0) == syntax::CmpOp::le);
  CHECK(op(1) == syntax::CmpOp::ge);
  CHECK(op(2) == syntax::CmpOp::ne);
}

TEST_CASE("`and` binds tighter than `or`, `+` tighter than `|`, `not` tightest") {
  Read r = read("rule r when not a or b and c recommend x | y + z");
  const auto& rule = std::get<syntax::Rule>(r.file.declarations.at(0));
  REQUIRE(rule.when->kind == syntax::ExprKind::disjunction);
  CHECK(rule.when->children[0].kind == syntax::ExprKind::negation);
  CHECK(rule.when->children[1].kind == syntax::ExprKind::conjunction);
  const syntax::ActionExpr& what = rule.directives[0].what.expr;
  REQUIRE(what.kind == syntax::ActionExpr::Kind::one_of);
  CHECK(what.children[1].kind == syntax::ActionExpr::Kind::all_of);
}

TEST_CASE("a clause given twice is an error that shows the first, and the first holds") {
  Read r = read("decision d choose one for a choose any for b partial partial");
  CHECK(r.sink.items().size() == 3);
  for (const diag::Diagnostic& d : r.sink.items()) CHECK(d.related.size() == 1);
  CHECK(std::get<syntax::Decision>(r.file.declarations.at(0)).choose == syntax::Choose::one);
  CHECK(read("rule r recommend x because \"a\" because \"b\"").sink.items().size() == 1);
  CHECK(read("rule r recommend x cite 1 cite 2 note \"a\" note \"b\"").messages() == "");
}
