// Definitions: yes/no, enumerations, scores and bands. See builder.h.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"
#include "support/limits.h"

namespace gdl::sema {

using diag::Code;

void Builder::bands(const syntax::Define& d, const SourceUnit& u, Definition& out) {
  std::string name = d.of.text();
  auto f = lookup(facts_, name, u);
  auto s = lookup(defs_, name, u);
  bool score = s != defs_.end() && m_.definitions[s->second].kind == DefKind::score;
  bool numeric = f != facts_.end() && (m_.facts[f->second].kind == FactKind::integer ||
                                       m_.facts[f->second].kind == FactKind::decimal);
  if (!score && !numeric) {
    bool known = f != facts_.end() || s != defs_.end();
    report(known ? Code::type_error : Code::unknown_name, d.of.span,
           known ? fmt::format("`{}` is no number: bands cut a number", name)
                 : fmt::format("there is no fact or definition `{}`", name))
        .help = known ? "" : suggestion(value_names_, name);
    return;
  }
  fact_used_.resize(m_.facts.size());
  def_used_.resize(m_.definitions.size());
  if (numeric) fact_used_[f->second.value] = true;
  if (score) def_used_[s->second.value] = true;
  std::vector<CondId> below;  // below[i]: the number lies below cut i
  Rational last;
  for (std::size_t i = 0; i < d.cuts.size(); ++i) {
    const syntax::BandCut& cut = d.cuts[i];
    if ((cut.left == CmpOp::lt) == (cut.right == CmpOp::lt)) {
      report(Code::bad_definition, cut.span, "each cut has one `<` and one `<=`").help =
          "`a < 18.5 <= b` puts 18.5 into b; `a <= 18.5 < b` puts it into a: no hole and no "
          "overlap";
      return;
    }
    Cond c;
    // `a < 18.5 <= b`: below is < 18.5; `a <= 18.5 < b`: below is <= 18.5.
    c.op = cut.left;
    c.span = cut.span;
    Rational value;
    if (numeric) {
      c.kind = CondKind::fact_compare;
      c.fact = f->second;
      if (!threshold(cut.at, d.of_unit, f->second, value)) return;
      c.number = value;
    } else {
      c.kind = CondKind::score_compare;
      c.def = s->second;
      if (!integer(cut.at, c.count, "a cut of a score")) return;
      value = Rational::from_int(c.count);
    }
    if (i > 0 && !(last < value)) {
      report(Code::bad_definition, cut.span, "the cuts of bands ascend");
      return;
    }
    last = value;
    below.push_back(add(std::move(c)));
  }
  if (out.alternatives.size() != below.size() + 1) return;  // a repeated name has been reported
  for (std::size_t i = 0; i < out.alternatives.size(); ++i) {
    std::vector<CondId> parts;
    if (i > 0) parts.push_back(combine(CondKind::negation, {below[i - 1]}, d.span));
    if (i < below.size()) parts.push_back(below[i]);
    out.alternatives[i].when = combine(CondKind::all, std::move(parts), d.bands[i].span);
  }
}

void Builder::definition(const syntax::Define& d, const SourceUnit& u, DefId id) {
  Definition out = m_.definitions[id];
  switch (d.kind) {
    case syntax::Define::Kind::condition: out.when = expr(*d.when, u); break;
    case syntax::Define::Kind::enumeration:
      for (std::size_t i = 0; i < d.alternatives.size() && i < out.alternatives.size(); ++i) {
        const syntax::Alternative& a = d.alternatives[i];
        if (a.when.has_value()) {
          out.alternatives[i].when = expr(*a.when, u);
        } else if (i + 1 == d.alternatives.size()) {
          out.alternatives[i].when = CondId();
        } else {
          report(Code::bad_definition, a.span, "`otherwise` stands last");
        }
      }
      break;
    case syntax::Define::Kind::score:
      for (const syntax::ScoreItem& i : d.items) {
        ScoreItem item;
        if (i.plus.has_value()) {
          auto it = lookup(defs_, i.plus->text(), u);
          if (it == defs_.end() || m_.definitions[it->second].kind != DefKind::score) {
            report(Code::unknown_name, i.plus->span,
                   fmt::format("there is no score `{}`", i.plus->text()))
                .help = suggestion(defs_, i.plus->text());
            continue;
          }
          item.plus = it->second;
          def_used_.resize(m_.definitions.size());
          def_used_[it->second.value] = true;
        } else {
          if (!integer(i.points, item.points, "points")) continue;
          if (item.points > limits::score_points || item.points < -limits::score_points) {
            report(Code::too_many, i.points.span,
                   fmt::format("more than {} points", limits::score_points));
            continue;
          }
          item.when = expr(*i.when, u);
        }
        out.items.push_back(item);
      }
      break;
    case syntax::Define::Kind::bands: bands(d, u, out); break;
    case syntax::Define::Kind::error: break;
  }
  m_.definitions[id] = std::move(out);
}

void Builder::break_cycles() {
  std::vector<int> state(m_.definitions.size(), 0);
  std::vector<DefId> path;
  // Definitions that a condition names directly.
  auto named = [&](CondId root, std::vector<DefId>& out) {
    std::vector<CondId> todo = {root};
    while (!todo.empty()) {
      const Cond& c = m_.conds[todo.back()];
      todo.pop_back();
      if (c.def.valid()) out.push_back(c.def);
      todo.insert(todo.end(), c.children.begin(), c.children.end());
    }
  };
  auto visit = [&](auto&& self, DefId id) -> void {
    if (state[id.value] == 2) return;
    if (state[id.value] == 1) {
      std::string circle;
      auto from = std::find(path.begin(), path.end(), id);
      for (auto it = from; it != path.end(); ++it)
        circle += "`" + m_.definitions[*it].name + "` -> ";
      circle += "`" + m_.definitions[id].name + "`";
      diag::Diagnostic& d = report(Code::cycle, m_.definitions[id].name_span,
                                   "this definition depends on itself: " + circle);
      for (auto it = from + 1; it != path.end(); ++it) {
        d.related.push_back({m_.definitions[*it].name_span, "by way of this one"});
      }
      // Cut the circle, so that what follows ends.
      Definition& def = m_.definitions[path.back()];
      def.when = false_;
      def.items.clear();
      for (Alternative& a : def.alternatives) a.when = false_;
      return;
    }
    state[id.value] = 1;
    path.push_back(id);
    std::vector<DefId> next;
    const Definition& d = m_.definitions[id];
    if (d.kind == DefKind::boolean) named(d.when, next);
    for (const Alternative& a : d.alternatives) {
      if (a.when.valid()) named(a.when, next);
    }
    for (const ScoreItem& i : d.items) {
      if (i.plus.valid()) next.push_back(i.plus);
      if (i.when.valid()) named(i.when, next);
    }
    for (DefId n : next) self(self, n);
    path.pop_back();
    state[id.value] = 2;
  };
  for (std::size_t i = 0; i < m_.definitions.size(); ++i) visit(visit, DefId(i));
}

void Builder::score_bounds() {
  auto bound = [&](auto&& self, DefId id) -> void {
    Definition& d = m_.definitions[id];
    d.min = d.max = 0;
    for (const ScoreItem& i : d.items) {
      std::int64_t lo = std::min<std::int64_t>(0, i.points);
      std::int64_t hi = std::max<std::int64_t>(0, i.points);
      if (i.plus.valid()) {
        self(self, i.plus);
        lo = m_.definitions[i.plus].min;
        hi = m_.definitions[i.plus].max;
      }
      d.min += lo;
      d.max += hi;
    }
    if (d.min < -limits::score_points || d.max > limits::score_points) {
      report(Code::too_many, d.name_span,
             fmt::format("the score can exceed {} points", limits::score_points));
      d.items.clear();
      d.min = d.max = 0;
    }
  };
  for (std::size_t i = 0; i < m_.definitions.size(); ++i) {
    if (m_.definitions[DefId(i)].kind == DefKind::score) bound(bound, DefId(i));
  }
}

void Builder::definitions() {
  for (std::size_t i = 0; i < pending_defs_.size(); ++i) {
    const PendingDef& p = pending_defs_[DefId(i)];
    definition(*p.define, *units_[p.unit], DefId(i));
  }
  break_cycles();
  score_bounds();
}

}  // namespace gdl::sema
