// Definitions: yes/no, enumerations, scores and bands. See builder.h.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"

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
    if (known) {
      report(Code::type_error, d.of.span,
             fmt::format("`{}` is no number: bands cut a number", name));
    } else {
      unknown(d.of.span, fmt::format("there is no fact or definition `{}`", name),
              suggestion(value_names_, name));
    }
    return;
  }
  if (numeric) {
    use_fact(f->second);
    if (!fits(d, f->second)) return;
  } else {
    use_def(s->second);
    if (d.of_unit.has_value()) {
      report(Code::bad_unit, d.of_unit->span, fmt::format("`{}` is a number without a unit", name));
      return;
    }
  }
  const bool whole = score || m_.facts[f->second].kind == FactKind::integer;
  std::vector<CondId> below;  // below[i]: the number lies below cut i
  Rational last;              // the cut before, and from where the band after it begins
  bool last_belongs = false;
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
      score_thresholds_.push_back({s->second, c.count, cut.at.span});
      value = Rational::from_int(c.count);
    }
    if (i > 0 && !(last < value)) {
      report(Code::bad_definition, cut.span, "the cuts of bands ascend");
      return;
    }
    // Between two neighbouring whole numbers there is room only with one of them.
    Rational next;
    (void)gdlrt::num::add(last, Rational::from_int(1), next);
    if (i > 0 && whole && !last_belongs && cut.left == CmpOp::lt && next == value) {
      report(Code::bad_definition, cut.span,
             fmt::format("there is no whole number in the band `{}`", d.bands[i].name.text));
      return;
    }
    last = value;
    last_belongs = cut.right == CmpOp::le;
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

bool Builder::fits(const syntax::Define& d, FactId fact) {
  const Fact& f = m_.facts[fact];
  if (failed_facts_[fact.value]) return false;
  if (!d.of_unit.has_value()) return true;
  UnitUse given;
  if (!unit(d.of_unit, given)) return false;
  if (given.unit.dim == f.unit.unit.dim) return true;
  wrong_unit(d.of_unit->span, "`" + f.name + "`", f.unit, given);
  return false;
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
            if (it != defs_.end()) {
              report(Code::type_error, i.plus->span,
                     fmt::format("`{}` is no score: only scores are added", i.plus->text()));
            } else {
              unknown(i.plus->span, fmt::format("there is no score `{}`", i.plus->text()),
                      suggestion(defs_, i.plus->text()));
            }
            failed_defs_[id.value] = true;  // its bounds are not known
            continue;
          }
          item.plus = it->second;
          use_def(it->second);
        } else {
          if (!integer(i.points, item.points, "points")) {
            failed_defs_[id.value] = true;
            continue;
          }
          if (item.points > limits::score_points || item.points < -limits::score_points) {
            report(Code::too_many, i.points.span,
                   fmt::format("more than {} points", limits::score_points));
            failed_defs_[id.value] = true;
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

void Builder::clear(DefId id) {
  Definition& d = m_.definitions[id];
  d.when = false_;
  d.items.clear();
  for (Alternative& a : d.alternatives) a.when = false_;
  failed_defs_[id.value] = true;
}

std::vector<std::uint32_t> Builder::break_cycles() {
  Graph next(m_.definitions.size());
  for (std::size_t i = 0; i < next.size(); ++i) {
    for (std::size_t c = made_[i].begin; c < made_[i].end; ++c) {
      const Cond& cond = m_.conds[CondId(c)];
      if (cond.def.valid()) next[i].push_back(cond.def.value);
    }
    for (const ScoreItem& item : m_.definitions[DefId(i)].items) {
      if (item.plus.valid()) next[i].push_back(item.plus.value);
    }
  }
  return dependencies_first(
      next, [&](std::uint32_t from, const std::vector<std::uint32_t>& circle) {
        clear(DefId(from));  // cut, so that what follows ends
        if (circle.empty()) return;
        std::vector<std::string> names;
        for (std::uint32_t id : circle) names.push_back(m_.definitions[DefId(id)].name);
        diag::Diagnostic& d = report(Code::cycle, m_.definitions[DefId(circle.front())].name_span,
                                     "this definition depends on itself: " + circle_text(names));
        d.help = circle.size() == 1 ? "build it from facts, or from other definitions"
                                    : "build one of them from facts alone";
        for (std::size_t i = 1; i < circle.size() && i < kPlacesShown; ++i) {
          d.related.push_back({m_.definitions[DefId(circle[i])].name_span, "by way of this one"});
        }
        for (std::uint32_t id : circle) failed_defs_[id] = true;
      });
}

std::uint32_t Builder::deepen(std::size_t begin, std::size_t end) {
  if (cond_depth_.size() < m_.conds.size()) cond_depth_.resize(m_.conds.size(), 1);
  std::uint32_t deepest = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const Cond& c = m_.conds[CondId(i)];
    std::uint32_t below = c.def.valid() ? def_depth_[c.def.value] : 0;
    for (CondId child : c.children) below = std::max(below, cond_depth_[child.value]);
    cond_depth_[i] = below + 1;
    deepest = std::max(deepest, below + 1);
  }
  return deepest;
}

void Builder::depths(const std::vector<std::uint32_t>& order) {
  def_depth_.assign(m_.definitions.size(), 0);
  bool reported = false;  // a long chain is one mistake, however often it passes the limit
  for (std::uint32_t id : order) {
    std::uint32_t depth = deepen(made_[id].begin, made_[id].end);
    for (const ScoreItem& item : m_.definitions[DefId(id)].items) {
      if (item.plus.valid()) depth = std::max(depth, def_depth_[item.plus.value] + 1);
    }
    if (depth <= limits::condition_depth) {
      def_depth_[id] = depth;
      continue;
    }
    if (!reported && !failed_defs_[id]) {
      report(Code::too_many, m_.definitions[DefId(id)].name_span,
             fmt::format("`{}` stands on more than {} conditions and definitions, one upon the "
                         "other",
                         m_.definitions[DefId(id)].name, limits::condition_depth))
          .help = "define it by facts, or by definitions nearer to them";
    }
    reported = true;
    clear(DefId(id));
  }
}

void Builder::score_bounds(const std::vector<std::uint32_t>& order) {
  for (std::uint32_t id : order) {
    Definition& d = m_.definitions[DefId(id)];
    d.min = d.max = 0;
    for (const ScoreItem& i : d.items) {
      if (i.plus.valid()) {
        d.min += m_.definitions[i.plus].min;
        d.max += m_.definitions[i.plus].max;
        if (failed_defs_[i.plus.value]) failed_defs_[id] = true;
      } else {
        d.min += std::min<std::int64_t>(0, i.points);
        d.max += std::max<std::int64_t>(0, i.points);
      }
    }
    if (d.min < -limits::score_points || d.max > limits::score_points) {
      report(Code::too_many, d.name_span,
             fmt::format("the score can exceed {} points", limits::score_points));
      clear(DefId(id));
      d.min = d.max = 0;
    }
  }
}

void Builder::score_thresholds() {
  for (const ScoreThreshold& t : score_thresholds_) {
    const Definition& d = m_.definitions[t.score];
    if (failed_defs_[t.score.value] || (d.min <= t.at && t.at <= d.max)) continue;
    diag::Diagnostic& report_ = report(
        Code::out_of_range, t.span,
        fmt::format("{} lies outside what `{}` can reach, {} to {}", t.at, d.name, d.min, d.max));
    report_.related.push_back({d.name_span, fmt::format("`{}` is declared here", d.name)});
    report_.help = "no patient, or every patient, would match; mend the number or the score";
  }
}

void Builder::definitions() {
  for (std::size_t i = 0; i < pending_defs_.size(); ++i) {
    const PendingDef& p = pending_defs_[DefId(i)];
    Made made;
    made.begin = m_.conds.size();
    definition(*p.define, *units_[p.unit], DefId(i));
    made.end = m_.conds.size();
    made_.push_back(made);
  }
  const std::vector<std::uint32_t> order = break_cycles();
  depths(order);
  score_bounds(order);
}

}  // namespace gdl::sema
