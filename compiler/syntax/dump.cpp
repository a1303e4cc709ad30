// The syntax tree as a listing: one line a declaration with its place, conditions and advice beneath.
#include <fmt/core.h>

#include "syntax/parse.h"

namespace gdl::syntax {

namespace {

class Dumper {
 public:
  explicit Dumper(const SourceMap& sources) : sources_(sources) {}

  std::string run(const File& file) {
    // Declarations and trivia in the order of the text.
    std::size_t next = 0;
    for (const Declaration& d : file.declarations) {
      Span span = std::visit([](const auto& x) { return x.span; }, d);
      for (; next < file.trivia.size() && file.trivia[next].span.begin < span.begin; ++next) {
        trivia(file.trivia[next]);
      }
      std::visit([this](const auto& x) { declaration(x); }, d);
    }
    for (; next < file.trivia.size(); ++next) trivia(file.trivia[next]);
    return std::move(out_);
  }

 private:
  std::string at(Span s) {
    if (!s.valid()) return "";
    Position b = sources_.begin(s);
    Position e = sources_.end(s);
    return fmt::format(" @{}:{}-{}:{}", b.line, b.column, e.line, e.column);
  }
  void line(int depth, const std::string& text, Span span) {
    out_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + at(span) + "\n";
  }
  void trivia(const Trivia& t) {
    if (t.kind == Trivia::Kind::comment) line(0, "comment", t.span);
  }

  void expr(int depth, const char* role, const Expr& e) {
    static constexpr const char* kKinds[] = {
        "or",       "and",      "not",     "name",    "compare",  "in range",   "in set",
        "includes", "at least", "at most", "exactly", "is known", "is unknown", "error"};
    std::string text =
        std::string(role) + (role[0] != 0 ? ": " : "") + kKinds[static_cast<int>(e.kind)];
    if (e.children.empty()) text += " `" + std::string(sources_.text(e.span)) + "`";
    line(depth, text, e.span);
    for (const Expr& child : e.children) expr(depth + 1, "", child);
  }
  void expr(int depth, const char* role, const std::optional<Expr>& e) {
    if (e.has_value()) expr(depth, role, *e);
  }
  /// A part whose inside is plain: its own words.
  void source(int depth, const char* role, Span span) {
    line(depth, fmt::format("{} `{}`", role, sources_.text(span)), span);
  }

  void declaration(const Header& h) { line(0, "guideline " + h.name.text, h.span); }
  void declaration(const Reference& r) { line(0, "reference " + r.id.text, r.span); }
  void declaration(const Fact& f) {
    line(0, "fact " + f.name.text, f.span);
    for (const EnumeratorDecl& e : f.enumerators) line(1, "value " + e.name.text, e.span);
    if (f.default_value.has_value()) source(1, "default", f.default_value->span);
  }
  void declaration(const Define& d) {
    line(0, "define " + d.name.text, d.span);
    expr(1, "when", d.when);
    for (const Alternative& a : d.alternatives) {
      line(1, "alternative " + a.name.name.text, a.span);
      expr(2, "when", a.when);
    }
    for (const ScoreItem& i : d.items) {
      line(1, i.plus.has_value() ? "plus " + i.plus->text() : i.points.number + " points", i.span);
      expr(2, "when", i.when);
    }
    for (const EnumeratorDecl& b : d.bands) line(1, "band " + b.name.text, b.span);
  }
  void declaration(const Impossible& i) {
    line(0, "impossible", i.span);
    expr(1, "when", i.when);
  }
  void declaration(const Action& a) {
    line(0, "action " + a.name.text, a.span);
    if (a.expr.has_value()) source(1, "denotes", a.expr->span);
    for (const ParamClause& p : a.params) source(1, "with", p.span);
  }
  void declaration(const Exclusive& e) {
    line(0, "exclusive", e.span);
    source(1, "first", e.first.span);
    source(1, "second", e.second.span);
  }
  void declaration(const Decision& d) {
    line(0, "decision " + d.name.text, d.span);
    expr(1, "for", d.domain);
  }
  void declaration(const Rule& r) {
    line(
        0,
        (r.safety ? "safety rule " : "rule ") + (r.bare ? std::string("(no name)") : r.name.text()),
        r.span);
    expr(1, "when", r.when);
    expr(1, "unless", r.unless);
    for (const Directive& d : r.directives) source(1, "directive", d.span);
    for (const Override& o : r.overrides)
      line(1, "overrides " + (o.all ? std::string("all") : o.rule.text()), o.span);
    for (const Cite& c : r.cites) source(1, "cite", c.span);
  }
  void declaration(const Accept& a) {
    line(0, "accept in " + a.decision.text, a.span);
    expr(1, "when", a.when);
  }
  void declaration(const Scenario& s) {
    line(0, "scenario", s.span);
    for (const Expr& g : s.given) expr(1, "given", g);
    for (const Expect& e : s.expects) source(1, "expectation", e.span);
  }
  void declaration(const Import& i) { line(0, "import \"" + i.path.value + "\"", i.span); }
  void declaration(const Include& i) { line(0, "include \"" + i.path.value + "\"", i.span); }
  void declaration(const Remark& r) { line(0, "remark", r.span); }
  void declaration(const Grading& g) { line(0, "grading " + g.name.text, g.span); }

  const SourceMap& sources_;
  std::string out_;
};

}  // namespace

std::string dump(const SourceMap& sources, const File& file) { return Dumper(sources).run(file); }

}  // namespace gdl::syntax
