// Conditions: names looked up, types checked, numbers in the fact's unit. See builder.h.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"

namespace gdl::sema {

using diag::Code;
using syntax::ExprKind;
using syntax::Operand;

/// What stands on the left of a comparison.
struct Builder::Subject {
  enum class Kind : std::uint8_t { fact, definition, count };
  Kind kind = Kind::fact;
  FactId fact;
  DefId def;
  std::string name;
};

CondId Builder::condition(const syntax::Expr& e, const SourceUnit& u) {
  const std::size_t begin = m_.conds.size();
  CondId id = expr(e, u);
  if (deepen(begin, m_.conds.size()) <= limits::condition_depth) return id;
  report(Code::too_many, e.span,
         fmt::format("this stands on more than {} conditions and definitions, one upon the other",
                     limits::condition_depth))
      .help = "use facts, or definitions nearer to them";
  id = failed(e.span);
  deepen(id.value, m_.conds.size());
  return id;
}

CondId Builder::add(Cond c) { return m_.conds.push(std::move(c)); }

CondId Builder::constant(bool value, Span span) {
  if (!span.valid() && value && true_.valid()) return true_;
  if (!span.valid() && !value && false_.valid()) return false_;
  Cond c;
  c.kind = CondKind::constant;
  c.flag = value;
  c.span = span;
  return add(std::move(c));
}

CondId Builder::combine(CondKind kind, std::vector<CondId> children, Span span) {
  if (children.size() == 1 && (kind == CondKind::all || kind == CondKind::any)) return children[0];
  Cond c;
  c.kind = kind;
  c.children = std::move(children);
  c.span = span;
  return add(std::move(c));
}

bool Builder::subject(const Operand& o, const SourceUnit& u, Subject& out) {
  std::string name = o.name.text();
  out.name = name;
  if (auto f = lookup(facts_, name, u); f != facts_.end()) {
    out.kind = o.kind == Operand::Kind::count ? Subject::Kind::count : Subject::Kind::fact;
    out.fact = f->second;
    use_fact(out.fact);
    if (failed_facts_[out.fact.value]) return false;
    if (out.kind == Subject::Kind::count && m_.facts[out.fact].kind != FactKind::set) {
      report(Code::type_error, o.span,
             fmt::format("`{}` is no set: there is nothing to count", name));
      return false;
    }
    return true;
  }
  if (auto d = lookup(defs_, name, u); d != defs_.end() && o.kind == Operand::Kind::name) {
    out.kind = Subject::Kind::definition;
    out.def = d->second;
    use_def(out.def);
    return !failed_defs_[out.def.value];
  }
  Suggestion near = suggestion(value_names_, name);
  if (const Fact* f = fact_with_value(name)) {
    near = {fmt::format(
                "it is a value of `{0}`: write `{0} = {1}`, or `{0} in {{..., {1}}}` for one of "
                "several",
                f->name, name),
            "", false};
  } else if (near.help.empty() && (actions_.count(name) > 0 || decisions_.count(name) > 0)) {
    near.help = "conditions never refer to advice: what was chosen is a fact of its own";
  } else {
    declare_instead(near, name, "declare it, as in `fact {} \"its title\" : yes | no`");
  }
  unknown(o.name.span, fmt::format("there is no fact or definition `{}`", name), near);
  return false;
}

const Fact* Builder::fact_with_value(const std::string& name) const {
  for (const Fact& f : m_.facts) {
    if (f.kind != FactKind::enumeration) continue;
    for (const Enumerator& e : f.enumerators) {
      if (e.name == name) return &f;
    }
  }
  return nullptr;
}

bool Builder::compared_with_fact(const std::string& of, const Operand& o) {
  if (o.kind != Operand::Kind::name && o.kind != Operand::Kind::count) return false;
  const std::string name = o.name.text();
  const bool fact = facts_.count(name) > 0;
  if (!fact && defs_.count(name) == 0) return false;
  report(Code::type_error, o.span,
         fmt::format("{} is compared with `{}`, which is {}", of, sources_.text(o.span),
                     o.kind == Operand::Kind::count ? "another count"
                     : fact                         ? "a fact"
                                                    : "a definition"))
      .help = "to the right of a comparison stands a value or a number, never a fact";
  return true;
}

bool Builder::member(const std::vector<Enumerator>& values, const Operand& o, const std::string& of,
                     std::size_t& out) {
  std::string list;
  std::vector<std::string> names;
  for (const Enumerator& e : values) {
    list += (list.empty() ? "" : ", ") + e.name;
    names.push_back(e.name);
  }
  if (o.kind != Operand::Kind::name) {
    if (compared_with_fact("`" + of + "`", o)) return false;
    report(Code::type_error, o.span, fmt::format("`{}` is compared with one of its values", of))
        .help = fmt::format("its values are {}", list);
    return false;
  }
  std::string name = o.name.text();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].name == name) {
      out = i;
      return true;
    }
  }
  if (compared_with_fact("`" + of + "`", o)) return false;
  const bool yes_no = names == std::vector<std::string>{"no", "yes"};
  Suggestion near = nearest(names, name);
  if (near.help.empty() && yes_no) {
    near.help =
        fmt::format("its values are yes and no; in a condition `{0}` or `not {0}` says it", of);
  } else if (!near.certain) {
    near.help += fmt::format("{}its values are {}", near.help.empty() ? "" : " ", list);
  }
  unknown(o.span, fmt::format("`{}` has no value `{}`", of, name), near);
  return false;
}

namespace {

bool ordering(CmpOp op) { return op != CmpOp::eq && op != CmpOp::ne; }

CmpOp flip(CmpOp op) {
  switch (op) {
    case CmpOp::lt: return CmpOp::gt;
    case CmpOp::le: return CmpOp::ge;
    case CmpOp::gt: return CmpOp::lt;
    case CmpOp::ge: return CmpOp::le;
    default: return op;
  }
}

Bits mask_of(std::size_t size, CmpOp op, std::size_t at) {
  Bits out(size);
  for (std::size_t i = 0; i < size; ++i) {
    bool in = false;
    switch (op) {
      case CmpOp::eq: in = i == at; break;
      case CmpOp::ne: in = i != at; break;
      case CmpOp::lt: in = i < at; break;
      case CmpOp::le: in = i <= at; break;
      case CmpOp::gt: in = i > at; break;
      case CmpOp::ge: in = i >= at; break;
    }
    out.set(i, in);
  }
  return out;
}

/// A unit on the last number serves for all of them, as in `18.5 <= bmi < 25 'kg/m2'`.
std::optional<syntax::Unit> last_unit(const std::vector<Operand>& operands) {
  for (std::size_t i = operands.size(); i-- > 0;) {
    if (operands[i].kind == Operand::Kind::quantity) return operands[i].quantity.unit;
  }
  return std::nullopt;
}

/// True if no number is both in `lo` (at least ...) and in `hi` (at most, or below ...).
bool no_number_between(const Cond& lo, const Cond& hi) {
  if (lo.kind != hi.kind) return false;  // one of them has been reported
  int order = 0;
  if (lo.kind == CondKind::fact_compare) {
    order = gdlrt::num::compare(lo.number, hi.number);
  } else if (lo.kind == CondKind::set_count || lo.kind == CondKind::score_compare) {
    order = lo.count < hi.count ? -1 : (lo.count > hi.count ? 1 : 0);
  } else {
    return false;
  }
  return order > 0 || (order == 0 && hi.op == CmpOp::lt);
}

}  // namespace

CondId Builder::compare_one(const Subject& s, CmpOp op, const Operand& literal,
                            const std::optional<syntax::Unit>& shared, Span span) {
  Cond c;
  c.span = span;
  c.op = op;
  auto unordered = [&](const std::string& what) {
    report(Code::type_error, span, fmt::format("the values of `{}` have no order", what)).help =
        "declare them with `<` between them, or name the values: `x in {a, b}`";
    return failed(span);
  };
  auto whole = [&](const std::string& what, std::int64_t& out) {
    if (literal.kind == Operand::Kind::quantity) return integer(literal.quantity, out, "this");
    if (compared_with_fact(what, literal)) return false;
    report(Code::type_error, literal.span, fmt::format("{} is compared with a whole number", what));
    return false;
  };
  if (s.kind == Subject::Kind::count) {
    c.kind = CondKind::set_count;
    c.fact = s.fact;
    if (!whole("a count", c.count)) return failed(span);
    const auto most = static_cast<std::int64_t>(m_.facts[s.fact].enumerators.size());
    if (c.count < 0 || c.count > most) {
      report(Code::out_of_range, literal.span,
             fmt::format("`{}` has 0 to {} elements, never {}", s.name, most, c.count))
          .help = "no patient, or every patient, would match; mend the number";
      return failed(span);
    }
    return add(std::move(c));
  }
  if (s.kind == Subject::Kind::definition) {
    const Definition& d = m_.definitions[s.def];
    c.def = s.def;
    if (d.kind == DefKind::score) {
      c.kind = CondKind::score_compare;
      if (!whole("a score", c.count)) return failed(span);
      score_thresholds_.push_back({s.def, c.count, literal.span});
      return add(std::move(c));
    }
    if (d.kind == DefKind::boolean) {
      std::string word = literal.kind == Operand::Kind::name ? literal.name.text() : "";
      if (ordering(op) || (word != "yes" && word != "no")) {
        report(Code::type_error, span, fmt::format("`{}` is yes or no", s.name)).help =
            fmt::format("write `{0}` or `not {0}`", s.name);
        return failed(span);
      }
      c.kind = CondKind::def_true;
      CondId yes = add(std::move(c));
      return (word == "yes") == (op == CmpOp::eq) ? yes : combine(CondKind::negation, {yes}, span);
    }
    std::vector<Enumerator> names;
    for (const Alternative& a : d.alternatives) names.push_back(a.name);
    if (ordering(op) && !d.ordered) return unordered(s.name);
    std::size_t at = 0;
    if (!member(names, literal, s.name, at)) return failed(span);
    c.kind = CondKind::def_in;
    c.mask = mask_of(names.size(), op, at);
    return add(std::move(c));
  }
  const Fact& f = m_.facts[s.fact];
  c.fact = s.fact;
  switch (f.kind) {
    case FactKind::boolean:
    case FactKind::enumeration: {
      if (ordering(op) && f.kind == FactKind::boolean) {
        report(Code::type_error, span, fmt::format("`{}` is yes or no", s.name)).help =
            fmt::format("write `{0}` or `not {0}`", s.name);
        return failed(span);
      }
      if (ordering(op) && !f.ordered) return unordered(s.name);
      std::size_t at = 0;
      if (!member(f.enumerators, literal, s.name, at)) return failed(span);
      c.kind = CondKind::fact_in;
      c.mask = mask_of(f.enumerators.size(), op, at);
      return add(std::move(c));
    }
    case FactKind::integer:
    case FactKind::decimal: {
      if (literal.kind != Operand::Kind::quantity) {
        if (!compared_with_fact("`" + s.name + "`", literal)) {
          report(Code::type_error, literal.span,
                 fmt::format("`{}` is compared with a number", s.name));
        }
        return failed(span);
      }
      c.kind = CondKind::fact_compare;
      if (!threshold(literal.quantity, shared, s.fact, c.number)) return failed(span);
      return add(std::move(c));
    }
    case FactKind::set: {
      if (literal.kind != Operand::Kind::set || ordering(op)) {
        if (compared_with_fact("`" + s.name + "`", literal)) return failed(span);
        report(Code::type_error, span, fmt::format("`{}` is a set", s.name)).help = fmt::format(
            "write `{0} includes x`, `{0} = {{x, y}}` (exactly these) or `count({0}) <= 1`",
            s.name);
        return failed(span);
      }
      c.kind = CondKind::set_equals;
      c.mask = Bits(f.enumerators.size());
      for (const Operand& e : literal.elements) {
        std::size_t at = 0;
        if (!member(f.enumerators, e, s.name, at)) return failed(span);
        c.mask.set(at);
      }
      CondId equals = add(std::move(c));
      return op == CmpOp::eq ? equals : combine(CondKind::negation, {equals}, span);
    }
  }
  return failed(span);
}

bool Builder::lacks_unit(const Subject& s, const Operand& literal,
                         const std::optional<syntax::Unit>& shared) const {
  if (s.kind != Subject::Kind::fact || literal.kind != Operand::Kind::quantity) return false;
  const Fact& f = m_.facts[s.fact];
  return physical(f.unit) && !literal.quantity.unit.has_value() && !shared.has_value();
}

CondId Builder::compare(const syntax::Expr& e, const SourceUnit& u) {
  const std::optional<syntax::Unit> shared = last_unit(e.operands);
  std::vector<CondId> parts;
  for (std::size_t i = 0; i < e.ops.size(); ++i) {
    const Operand* left = &e.operands[i];
    const Operand* right = &e.operands[i + 1];
    CmpOp op = e.ops[i];
    auto names_value = [&](const Operand& o) {
      if (o.kind == Operand::Kind::count) return true;
      if (o.kind != Operand::Kind::name) return false;
      std::string n = o.name.text();
      return lookup(facts_, n, u) != facts_.end() || lookup(defs_, n, u) != defs_.end();
    };
    if (!names_value(*left) && (left->kind != Operand::Kind::name || names_value(*right))) {
      std::swap(left, right);
      op = flip(op);
    }
    if (left->kind != Operand::Kind::name && left->kind != Operand::Kind::count) {
      report(Code::type_error, e.span, "a comparison needs a fact or a definition");
      return failed(e.span);
    }
    Subject s;
    if (!subject(*left, u, s)) return failed(e.span);
    // The unit belongs to the last number: that it lacks is said once, there.
    const bool later = i + 1 < e.ops.size() && lacks_unit(s, *right, shared) &&
                       lacks_unit(s, e.operands.back(), shared);
    parts.push_back(later ? failed(e.span) : compare_one(s, op, *right, shared, e.span));
  }
  return combine(CondKind::all, std::move(parts), e.span);
}

CondId Builder::count_of(const syntax::Expr& e, const SourceUnit& u) {
  std::vector<CondId> children;
  for (const syntax::Expr& c : e.children) children.push_back(expr(c, u));
  std::int64_t n = 0;
  if (!integer(e.number, n, "a number of conditions")) return failed(e.span);
  std::int64_t size = static_cast<std::int64_t>(children.size());
  bool vacuous = e.kind == ExprKind::at_least  ? n < 1 || n > size
                 : e.kind == ExprKind::at_most ? n < 0 || n >= size
                                               : n < 0 || n > size;
  if (vacuous) {
    report(Code::type_error, e.number.span,
           fmt::format("of {} conditions this asks for {}: always or never true", size, n));
    return failed(e.span);
  }
  auto at_least = [&](std::int64_t k) {
    if (k <= 0) return constant(true, e.span);
    Cond c;
    c.kind = CondKind::at_least;
    c.count = k;
    c.children = children;
    c.span = e.span;
    return add(std::move(c));
  };
  if (e.kind == ExprKind::at_least) return at_least(n);
  CondId not_more =
      n == size ? constant(true, e.span) : combine(CondKind::negation, {at_least(n + 1)}, e.span);
  if (e.kind == ExprKind::at_most) return not_more;
  return combine(CondKind::all, {at_least(n), not_more}, e.span);
}

CondId Builder::expr(const syntax::Expr& e, const SourceUnit& u) {
  switch (e.kind) {
    case ExprKind::disjunction:
    case ExprKind::conjunction: {
      std::vector<CondId> children;
      for (const syntax::Expr& c : e.children) children.push_back(expr(c, u));
      return combine(e.kind == ExprKind::disjunction ? CondKind::any : CondKind::all,
                     std::move(children), e.span);
    }
    case ExprKind::negation: return combine(CondKind::negation, {expr(e.children[0], u)}, e.span);
    case ExprKind::name: {
      const Operand& o = e.operands[0];
      if (o.kind != Operand::Kind::name) {
        report(Code::type_error, e.span, "a condition compares something, or names a yes/no");
        return failed(e.span);
      }
      Subject s;
      if (!subject(o, u, s)) return failed(e.span);
      Cond c;
      c.span = e.span;
      if (s.kind == Subject::Kind::definition && m_.definitions[s.def].kind == DefKind::boolean) {
        c.kind = CondKind::def_true;
        c.def = s.def;
        return add(std::move(c));
      }
      if (s.kind == Subject::Kind::fact && m_.facts[s.fact].kind == FactKind::boolean) {
        c.kind = CondKind::fact_in;
        c.fact = s.fact;
        c.mask = mask_of(2, CmpOp::eq, 1);
        return add(std::move(c));
      }
      report(Code::type_error, e.span, fmt::format("`{}` is not yes or no", s.name)).help =
          "say which value is meant: `x = value`";
      return failed(e.span);
    }
    case ExprKind::compare: return compare(e, u);
    case ExprKind::in_range: {
      Subject s;
      if (!subject(e.operands[0], u, s)) return failed(e.span);
      const std::optional<syntax::Unit> shared = last_unit(e.operands);
      bool numeric =
          s.kind == Subject::Kind::count ||
          (s.kind == Subject::Kind::definition && m_.definitions[s.def].kind == DefKind::score) ||
          (s.kind == Subject::Kind::fact && (m_.facts[s.fact].kind == FactKind::integer ||
                                             m_.facts[s.fact].kind == FactKind::decimal));
      if (!numeric) {
        report(Code::type_error, e.span, fmt::format("`{}` is no number", s.name)).help =
            "a range holds numbers; name the values: `x in {a, b}`";
        return failed(e.span);
      }
      if (lacks_unit(s, e.operands[1], shared) && lacks_unit(s, e.operands[2], shared)) {
        return compare_one(s, CmpOp::le, e.operands[2], shared, e.span);  // said once
      }
      CondId lo = compare_one(s, CmpOp::ge, e.operands[1], shared, e.span);
      CondId hi = compare_one(s, e.open_end ? CmpOp::lt : CmpOp::le, e.operands[2], shared, e.span);
      if (no_number_between(m_.conds[lo], m_.conds[hi])) {
        report(Code::out_of_range, e.span, "the range holds no value").help =
            "write the smaller number first";
      }
      return combine(CondKind::all, {lo, hi}, e.span);
    }
    case ExprKind::in_set: {
      Subject s;
      if (!subject(e.operands[0], u, s)) return failed(e.span);
      std::vector<CondId> parts;
      if (s.kind == Subject::Kind::fact && m_.facts[s.fact].kind == FactKind::set) {
        report(Code::type_error, e.span, fmt::format("`{}` is a set", s.name)).help =
            fmt::format("write `{0} includes x` or `{0} = {{x}}`", s.name);
        return failed(e.span);
      }
      if (e.operands[1].elements.empty()) {
        report(Code::type_error, e.span, "an empty list of values: never true");
        return failed(e.span);
      }
      const std::optional<syntax::Unit> shared = last_unit(e.operands[1].elements);
      for (const Operand& o : e.operands[1].elements) {
        parts.push_back(compare_one(s, CmpOp::eq, o, shared, e.span));
      }
      return combine(CondKind::any, std::move(parts), e.span);
    }
    case ExprKind::includes: {
      Subject s;
      if (!subject(e.operands[0], u, s)) return failed(e.span);
      if (s.kind != Subject::Kind::fact || m_.facts[s.fact].kind != FactKind::set) {
        report(Code::type_error, e.span, fmt::format("`{}` is no set", s.name)).help =
            "write `=` for a fact with one value";
        return failed(e.span);
      }
      std::size_t at = 0;
      if (!member(m_.facts[s.fact].enumerators, e.operands[1], s.name, at)) return failed(e.span);
      Cond c;
      c.kind = CondKind::set_includes;
      c.fact = s.fact;
      c.index = static_cast<std::uint32_t>(at);
      c.span = e.span;
      return add(std::move(c));
    }
    case ExprKind::at_least:
    case ExprKind::at_most:
    case ExprKind::exactly: return count_of(e, u);
    case ExprKind::is_known:
    case ExprKind::is_unknown: {
      Subject s;
      if (!subject(e.operands[0], u, s)) return failed(e.span);
      if (s.kind != Subject::Kind::fact) {
        report(Code::type_error, e.span, "only a fact can be known or unknown").help =
            "ask about the facts that the definition is made of";
        return failed(e.span);
      }
      // A given says what is known; it is not a rule that asks whether something is.
      if (!in_scenario_) m_.facts[s.fact].knownness_tested = true;
      Cond c;
      c.kind = CondKind::known;
      c.fact = s.fact;
      c.span = e.span;
      CondId known = add(std::move(c));
      return e.kind == ExprKind::is_known ? known : combine(CondKind::negation, {known}, e.span);
    }
    case ExprKind::error: break;
  }
  return failed(e.span);
}

}  // namespace gdl::sema
