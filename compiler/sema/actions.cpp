// Actions and their ways, parameters, and action expressions in use. See builder.h.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"
#include "support/limits.h"

namespace gdl::sema {

using diag::Code;

WayId Builder::intern(std::vector<ActionId> leaves) {
  std::sort(leaves.begin(), leaves.end());
  leaves.erase(std::unique(leaves.begin(), leaves.end()), leaves.end());
  std::vector<std::uint32_t> key;
  for (ActionId a : leaves) key.push_back(a.value);
  auto it = way_ids_.find(key);
  if (it != way_ids_.end()) return it->second;
  WayId id = m_.ways.push({std::move(leaves)});
  way_ids_.emplace(std::move(key), id);
  return id;
}

ActionId Builder::find_action(const syntax::QName& q, const SourceUnit& u) {
  auto it = lookup(actions_, q.text(), u);
  if (it != actions_.end()) {
    action_used_.resize(m_.actions.size());
    action_used_[it->second.value] = true;
    return it->second;
  }
  report(Code::unknown_name, q.span, fmt::format("there is no action `{}`", q.text())).help =
      suggestion(actions_, q.text());
  return {};
}

bool Builder::ways(const syntax::ActionExpr& e, const SourceUnit& u, std::vector<WayId>& out,
                   std::vector<ActionId>* path, std::vector<ActionId>* named) {
  auto add = [&](WayId w) {
    if (std::find(out.begin(), out.end(), w) == out.end()) out.push_back(w);
  };
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
      if (path != nullptr && !expand(id, *path)) return false;
      for (WayId w : m_.actions[id].ways) add(w);
      return !m_.actions[id].ways.empty();
    }
    case syntax::ActionExpr::Kind::one_of: {
      for (const syntax::ActionExpr& c : e.children) {
        std::vector<WayId> part;
        if (!ways(c, u, part, path, named)) return false;
        for (WayId w : part) add(w);
        if (out.size() > limit) return too_many();
      }
      return true;
    }
    case syntax::ActionExpr::Kind::all_of: {
      std::vector<WayId> sum;
      for (std::size_t i = 0; i < e.children.size(); ++i) {
        std::vector<WayId> part;
        if (!ways(e.children[i], u, part, path, named)) return false;
        if (i == 0) {
          sum = std::move(part);
          continue;
        }
        if (sum.size() * part.size() > limit) return too_many();  // before anything is built
        std::vector<WayId> next;
        for (WayId a : sum) {
          for (WayId b : part) {
            std::vector<ActionId> leaves = m_.ways[a].leaves;
            leaves.insert(leaves.end(), m_.ways[b].leaves.begin(), m_.ways[b].leaves.end());
            WayId w = intern(std::move(leaves));
            if (std::find(next.begin(), next.end(), w) == next.end()) next.push_back(w);
          }
        }
        sum = std::move(next);
      }
      for (WayId w : sum) add(w);
      return true;
    }
    case syntax::ActionExpr::Kind::error: return false;
  }
  return false;
}

bool Builder::expand(ActionId id, std::vector<ActionId>& path) {
  PendingAction& p = pending_actions_[id];
  if (p.state == 2) return !m_.actions[id].ways.empty();
  if (p.state == 1) {
    std::string circle;
    for (auto it = std::find(path.begin(), path.end(), id); it != path.end(); ++it) {
      circle += "`" + m_.actions[*it].name + "` -> ";
    }
    report(Code::cycle, m_.actions[id].name_span,
           "this action is made of itself: " + circle + "`" + m_.actions[id].name + "`");
    return false;
  }
  p.state = 1;
  path.push_back(id);
  std::vector<WayId> out;
  bool ok = true;
  if (p.action->expr.has_value()) {
    ok = ways(*p.action->expr, *units_[p.unit], out, &path, nullptr);
  } else {
    out.push_back(intern({id}));
  }
  path.pop_back();
  pending_actions_[id].state = 2;
  if (ok) m_.actions[id].ways = std::move(out);
  return ok;
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
  if (!in_unit(v.lo, v.hi.unit, p.unit, "`" + p.name + "`", out.lo) ||
      !in_unit(v.hi, std::nullopt, p.unit, "`" + p.name + "`", out.hi)) {
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
  if (!ways(a.expr, u, out.ways, nullptr, &out.named)) {
    out.ways.clear();
    return out;
  }
  // The text as people write it: single blanks, no line breaks.
  for (char c : sources_.text(a.expr.span)) {
    bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (blank && (out.text.empty() || out.text.back() == ' ')) continue;
    out.text += blank ? ' ' : c;
  }
  for (const syntax::ParamClause& c : a.params) {
    ParamSetting s;
    s.span = c.span;
    std::size_t found = 0;
    std::vector<std::string> names;
    for (ActionId n : out.named) {
      for (ParamId p : m_.actions[n].params) {
        names.push_back(m_.params[p].name);
        if (m_.params[p].name == c.name.text && s.param != p) {
          s.param = p;
          ++found;
        }
      }
    }
    if (found != 1) {
      report(Code::unknown_name, c.name.span,
             found == 0
                 ? fmt::format("no action named here has a parameter `{}`", c.name.text)
                 : fmt::format("several actions named here have a parameter `{}`", c.name.text))
          .help = found == 0 ? nearest(names, c.name.text) : "write a directive for each action";
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

void Builder::actions() {
  for (std::size_t i = 0; i < pending_actions_.size(); ++i) {
    ActionId id(i);
    const syntax::Action& a = *pending_actions_[id].action;
    for (const syntax::ParamClause& c : a.params) {
      Parameter p;
      p.action = id;
      p.name = c.name.text;
      p.span = c.span;
      if (c.value.kind == syntax::ParamValue::Kind::names) {
        p.kind = FactKind::enumeration;
        std::vector<syntax::EnumeratorDecl> names;
        for (const syntax::Name& n : c.value.names) names.push_back({n, {}, {}, n.span});
        p.enumerators = enumerators(names, "values");
      } else {
        bool decimal =
            (c.value.lo.number + c.value.hi.number).find_first_of(".eE") != std::string::npos;
        p.kind = decimal ? FactKind::decimal : FactKind::integer;
        if (!number(c.value.lo, p.lo) || !number(c.value.hi, p.hi) ||
            !unit(c.value.hi.unit.has_value() ? c.value.hi.unit : c.value.lo.unit, p.unit)) {
          continue;
        }
        if (p.hi < p.lo) {
          report(Code::bad_number, c.value.span, "the range ends below its beginning");
          continue;
        }
      }
      bool twice = false;
      for (ParamId other : m_.actions[id].params) twice = twice || m_.params[other].name == p.name;
      if (twice) {
        report(Code::duplicate_name, c.name.span, fmt::format("`{}` is declared twice", p.name));
        continue;
      }
      m_.actions[id].params.push_back(m_.params.push(std::move(p)));
    }
  }
  std::vector<ActionId> path;
  for (std::size_t i = 0; i < pending_actions_.size(); ++i) expand(ActionId(i), path);
}

}  // namespace gdl::sema
