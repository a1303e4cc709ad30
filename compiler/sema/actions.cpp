// Actions and their ways, parameters, and action expressions in use. See builder.h.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "builder.h"

namespace gdl::sema {

using diag::Code;

WayId Builder::intern(std::vector<ActionId> leaves) {
  std::sort(leaves.begin(), leaves.end());
  leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
  WordKey<std::uint32_t> key;
  for (ActionId a : leaves) key.words.push_back(a.value);
  auto it = way_ids_.find(key);
  if (it != way_ids_.end()) return it->second;
  WayId id = m_.ways.push({std::move(leaves)});
  way_ids_.emplace(std::move(key), id);
  return id;
}

ActionId Builder::find_action(const syntax::QName& q, const SourceUnit& u) {
  auto it = lookup(actions_, q.text(), u);
  if (it != actions_.end()) {
    use_action(it->second);
    return it->second;
  }
  Suggestion near = suggestion(actions_, q.text());
  declare_instead(near, q.text(), "declare it: `action {} \"its title\"`");
  unknown(q.span, fmt::format("there is no action `{}`", q.text()), near);
  return {};
}

void Builder::unique(std::vector<WayId>& list) {
  ++way_list_;
  way_mark_.resize(m_.ways.size(), 0);
  auto seen = [&](WayId w) { return std::exchange(way_mark_[w.value], way_list_) == way_list_; };
  list.erase(std::remove_if(list.begin(), list.end(), seen), list.end());
}

bool Builder::ways(const syntax::ActionExpr& e, const SourceUnit& u, std::vector<WayId>& out,
                   std::vector<ActionId>* named) {
  auto too_many = [&]() {
    report(Code::too_many, e.span,
           fmt::format("the choices multiply to more than {} ways", limits::ways))
        .help = "recommend the parts in rules of their own";
    return false;
  };
  const std::size_t limit = static_cast<std::size_t>(limits::ways);
  switch (e.kind) {
    case syntax::ActionExpr::Kind::name: {
      ActionId id = find_action(e.name, u);
      if (!id.valid()) return false;
      if (named != nullptr) named->push_back(id);
      out = m_.actions[id].ways;
      return !out.empty();  // none: the action has failed, and said so
    }
    case syntax::ActionExpr::Kind::one_of: {
      for (const syntax::ActionExpr& c : e.children) {
        std::vector<WayId> part;
        if (!ways(c, u, part, named)) return false;
        out.insert(out.end(), part.begin(), part.end());
        if (out.size() > 2 * limit) unique(out);  // now and then, so that the work stays linear
        if (out.size() > 2 * limit) break;
      }
      unique(out);
      return out.size() <= limit || too_many();
    }
    case syntax::ActionExpr::Kind::all_of: {
      for (std::size_t i = 0; i < e.children.size(); ++i) {
        std::vector<WayId> part;
        if (!ways(e.children[i], u, part, named)) return false;
        if (i == 0) {
          out = std::move(part);
          continue;
        }
        if (out.size() * part.size() > limit) return too_many();  // before anything is built
        std::vector<WayId> sum;
        for (WayId a : out) {
          for (WayId b : part) {
            std::vector<ActionId> leaves = m_.ways[a].leaves;
            leaves.insert(leaves.end(), m_.ways[b].leaves.begin(), m_.ways[b].leaves.end());
            sum.push_back(intern(std::move(leaves)));
          }
        }
        unique(sum);
        out = std::move(sum);
      }
      return true;
    }
    case syntax::ActionExpr::Kind::error: return false;
  }
  return false;
}

bool Builder::param_set(const syntax::ParamValue& v, const Parameter& p, ParamSet& out) {
  if (p.kind == FactKind::enumeration) {
    if (v.kind != syntax::ParamValue::Kind::names) {
      report(Code::type_error, v.span, fmt::format("`{}` has named values", p.name));
      return false;
    }
    out.mask = Bits(p.enumerators.size());
    for (const syntax::Name& n : v.names) {
      syntax::Operand o;
      o.kind = syntax::Operand::Kind::name;
      o.name = {{n}, n.span};
      o.span = n.span;
      std::size_t at = 0;
      if (!member(p.enumerators, o, p.name, at)) return false;
      out.mask.set(at);
    }
    return true;
  }
  if (v.kind == syntax::ParamValue::Kind::names) {
    report(Code::type_error, v.span, fmt::format("`{}` is a number or a range of numbers", p.name));
    return false;
  }
  const Measured measured{p.unit, p.lo, p.hi, "`" + p.name + "`"};
  if (!in_unit(v.lo, v.hi.unit, measured, out.lo) ||
      !in_unit(v.hi, std::nullopt, measured, out.hi)) {
    return false;
  }
  if (out.hi < out.lo) {
    report(Code::bad_number, v.span, "the range ends below its beginning").help =
        "write the smaller number first";
    return false;
  }
  if (out.lo < p.lo || out.hi > p.hi) {
    report(Code::out_of_range, v.span, fmt::format("outside the range of `{}`", p.name))
        .related.push_back({p.span, "the parameter is declared here"});
    return false;
  }
  if (p.kind == FactKind::integer && (!out.lo.is_integer() || !out.hi.is_integer())) {
    report(Code::bad_number, v.span, fmt::format("`{}` has whole numbers only", p.name));
    return false;
  }
  return true;
}

ActionUse Builder::use(const syntax::ActionUse& a, const SourceUnit& u) {
  ActionUse out;
  out.span = a.span;
  out.alone = a.alone;
  if (!ways(a.expr, u, out.ways, &out.named)) {
    out.ways.clear();
    return out;
  }
  // The text as people write it, with `alone` and parameters: single blanks, no line breaks, no comments.
  bool comment = false;
  for (char c : sources_.text(a.span)) {
    comment = c == '#' || (comment && c != '\n');
    if (comment) continue;
    bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (out.text.empty() || out.text.back() == ' ')) continue;
    out.text += blank ? ' ' : c;
  }
  for (const syntax::ParamClause& c : a.params) {
    ParamSetting s;
    s.span = c.span;
    std::size_t found = 0;
    bool failed = false;
    std::vector<std::string> names;
    for (ActionId n : out.named) {
      for (ParamId p : m_.actions[n].params) {
        names.push_back(m_.params[p].name);
        if (m_.params[p].name == c.name.text && s.param != p) {
          s.param = p;
          ++found;
        }
      }
      const std::vector<std::string>& bad = pending_actions_[n].failed_params;
      failed = failed || std::find(bad.begin(), bad.end(), c.name.text) != bad.end();
    }
    if (failed) continue;
    if (found != 1) {
      diag::Diagnostic& d = report(
          Code::unknown_name, c.name.span,
          found == 0
              ? fmt::format("no action named here has a parameter `{}`", c.name.text)
              : fmt::format("several actions named here have a parameter `{}`", c.name.text));
      if (found == 0) {
        nearest(names, c.name.text).give(d);
      } else {
        d.help = "write a directive for each action";
      }
      continue;
    }
    for (const ParamSetting& other : out.params) {
      if (other.param == s.param) {
        report(Code::duplicate_name, c.name.span, fmt::format("`{}` is set twice", c.name.text));
      }
    }
    if (param_set(c.value, m_.params[s.param], s.values)) out.params.push_back(std::move(s));
  }
  return out;
}

void Builder::parameter(const syntax::ParamClause& c, ActionId id) {
  PendingAction& pending = pending_actions_[id];
  Parameter p;
  p.action = id;
  p.name = c.name.text;
  p.span = c.span;
  bool ok = true;
  if (c.value.kind == syntax::ParamValue::Kind::names) {
    p.kind = FactKind::enumeration;
    std::vector<syntax::EnumeratorDecl> names;
    for (const syntax::Name& n : c.value.names) names.push_back({n, {}, {}, n.span});
    p.enumerators = enumerators(names, "values");
    ok = p.enumerators.size() <= static_cast<std::size_t>(limits::enumerators);
  } else {
    bool decimal =
        (c.value.lo.number + c.value.hi.number).find_first_of(".eE") != std::string::npos;
    p.kind = decimal ? FactKind::decimal : FactKind::integer;
    ok = number(c.value.lo, p.lo) && number(c.value.hi, p.hi) &&
         unit(c.value.hi.unit.has_value() ? c.value.hi.unit : c.value.lo.unit, p.unit);
    if (ok && p.hi < p.lo) {
      report(Code::bad_number, c.value.span, "the range ends below its beginning").help =
          "write the smaller number first";
      ok = false;
    }
  }
  for (ParamId other : m_.actions[id].params) {
    if (m_.params[other].name != p.name) continue;
    report(Code::duplicate_name, c.name.span, fmt::format("`{}` is declared twice", p.name))
        .related.push_back({m_.params[other].span, "the first parameter of this name"});
    return;
  }
  if (ok) {
    m_.actions[id].params.push_back(m_.params.push(std::move(p)));
  } else {
    pending.failed_params.push_back(p.name);
  }
}

void Builder::actions() {
  Graph next(m_.actions.size());
  for (std::size_t i = 0; i < next.size(); ++i) {
    const PendingAction& p = pending_actions_[ActionId(i)];
    for (const syntax::ParamClause& c : p.action->params) parameter(c, ActionId(i));
    if (!p.action->expr.has_value()) continue;
    std::vector<const syntax::ActionExpr*> todo = {&*p.action->expr};
    while (!todo.empty()) {
      const syntax::ActionExpr& e = *todo.back();
      todo.pop_back();
      for (const syntax::ActionExpr& c : e.children) todo.push_back(&c);
      if (e.kind != syntax::ActionExpr::Kind::name) continue;
      auto it = lookup(actions_, e.name.text(), *units_[p.unit]);
      if (it != actions_.end()) next[i].push_back(it->second.value);
    }
  }
  std::vector<bool> circular(next.size(), false);
  auto on_circle = [&](std::uint32_t from, const std::vector<std::uint32_t>& circle) {
    circular[from] = true;
    if (circle.empty()) return;
    std::vector<std::string> names;
    for (std::uint32_t id : circle) names.push_back(m_.actions[ActionId(id)].name);
    report(Code::cycle, m_.actions[ActionId(circle.front())].name_span,
           "this action is made of itself: " + circle_text(names));
  };
  for (std::uint32_t i : dependencies_first(next, on_circle)) {
    const PendingAction& p = pending_actions_[ActionId(i)];
    std::vector<WayId> out;
    if (!p.action->expr.has_value()) {
      out.push_back(intern({ActionId(i)}));
    } else if (circular[i] || !ways(*p.action->expr, *units_[p.unit], out, nullptr)) {
      out.clear();
    }
    m_.actions[ActionId(i)].ways = std::move(out);
  }
}

}  // namespace gdl::sema
