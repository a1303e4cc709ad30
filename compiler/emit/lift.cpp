// Program to model: see lift.h, and docs/bytecode.md for what the rows mean.
#include "emit/lift.h"

#include <algorithm>
#include <cstring>

#include "gdlrt/bytecode.h"

namespace gdl::emit {

using namespace sema;
using gdlrt::kNone;
using gdlrt::Op;

bool same(const std::vector<space::Interval>& a, const std::vector<space::Interval>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const space::Interval& x, const space::Interval& y) {
                      return x.lo == y.lo && x.hi == y.hi && x.lo_closed == y.lo_closed &&
                             x.hi_closed == y.hi_closed;
                    });
}

namespace {

/// The rows of a section, copied out one by one: the bytes need not be aligned.
template <class Row>
class Rows {
 public:
  Rows() = default;
  Rows(const std::uint8_t* data, std::uint32_t count) : data_(data), count_(count) {}
  [[nodiscard]] std::uint32_t count() const { return count_; }
  Row operator[](std::size_t i) const {
    Row row;
    std::memcpy(&row, data_ + i * sizeof(Row), sizeof(Row));
    return row;
  }
  [[nodiscard]] const std::uint8_t* data() const { return data_; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::uint32_t count_ = 0;
};

struct Sections {
#define GDLRT_SECTION(number, id, Row, kind) Rows<gdlrt::Row> id;
#include "gdlrt/sections.def"
};

FactKind fact_kind(std::uint32_t kind) {
  switch (static_cast<gdlrt::FactKind>(kind)) {
    case gdlrt::FactKind::boolean: return FactKind::boolean;
    case gdlrt::FactKind::enumeration: return FactKind::enumeration;
    case gdlrt::FactKind::integer: return FactKind::integer;
    case gdlrt::FactKind::decimal: return FactKind::decimal;
    case gdlrt::FactKind::set: return FactKind::set;
  }
  return FactKind::boolean;
}

Choose choose_of(std::uint32_t choose) {
  switch (static_cast<gdlrt::Choose>(choose)) {
    case gdlrt::Choose::any: return Choose::any;
    case gdlrt::Choose::one: return Choose::one;
    case gdlrt::Choose::first: return Choose::first;
    case gdlrt::Choose::all: return Choose::do_all;
  }
  return Choose::any;
}

Verb verb_of(std::uint32_t verb) {
  switch (static_cast<gdlrt::Verb>(verb)) {
    case gdlrt::Verb::recommend: return Verb::recommend;
    case gdlrt::Verb::consider: return Verb::consider;
    case gdlrt::Verb::caution: return Verb::caution;
    case gdlrt::Verb::avoid: return Verb::avoid;
    case gdlrt::Verb::contraindicate: return Verb::contraindicate;
    case gdlrt::Verb::prefer: return Verb::prefer;
    case gdlrt::Verb::none: return Verb::no_recommendation;
  }
  return Verb::recommend;
}

AcceptKind accept_kind(std::uint32_t kind) {
  switch (static_cast<gdlrt::AcceptKind>(kind)) {
    case gdlrt::AcceptKind::gap: return AcceptKind::gap;
    case gdlrt::AcceptKind::stranded: return AcceptKind::stranded;
    case gdlrt::AcceptKind::overlap: return AcceptKind::overlap;
    case gdlrt::AcceptKind::conflict: return AcceptKind::conflict;
    case gdlrt::AcceptKind::exclusive: return AcceptKind::exclusive;
    case gdlrt::AcceptKind::parameter: return AcceptKind::parameter;
  }
  return AcceptKind::gap;
}

class Lifting {
 public:
  Lifting(const std::uint8_t* bytes, std::size_t size) {
    gdlrt::Header header{};
    std::memcpy(&header, bytes, std::min(size, sizeof header));
    out_.stripped = (header.flags & gdlrt::kStripped) != 0;
    out_.unchecked = (header.flags & gdlrt::kUnchecked) != 0;
    std::copy(std::begin(header.source_hash), std::end(header.source_hash),
              out_.source_hash.begin());
    const std::uint8_t* at = bytes + sizeof header;
#define GDLRT_SECTION(number, id, Row, kind)     \
  {                                              \
    gdlrt::SectionEntry entry;                   \
    std::memcpy(&entry, at, sizeof entry);       \
    s_.id = {bytes + entry.offset, entry.count}; \
    at += sizeof entry;                          \
  }
#include "gdlrt/sections.def"
  }

  Lifted run() {
    const gdlrt::GuidelineRow g = s_.guideline[0];
    m_.name = name(g.name);
    m_.version = name(g.version);
    m_.title = text(g.title);
    m_.status = text(g.status);
    m_.updated = text(g.updated);
    m_.disclaimer = text(g.disclaimer);
    for (std::uint32_t i = 0; i < s_.facts.count(); ++i) fact(s_.facts[i]);
    for (std::uint32_t i = 0; i < s_.nodes.count(); ++i) nodes_.push_back(node(s_.nodes[i]));
    marks();
    for (std::uint32_t i = 0; i < s_.impossibles.count(); ++i) {
      const gdlrt::ImpossibleRow row = s_.impossibles[i];
      m_.impossibles.push_back({nodes_[row.node], text(row.because), {}});
      out_.wordings.push_back(text(row.condition));
      if (!out_.stripped) out_.constraint_places.push_back(place(row.span));
    }
    for (std::uint32_t i = 0; i < s_.actions.count(); ++i) {
      const gdlrt::ActionRow row = s_.actions[i];
      Action a;
      a.name = name(row.name);
      a.label = text(row.label);
      a.says = says(row.say_first, row.say_count);
      m_.actions.push(std::move(a));
    }
    for (std::uint32_t i = 0; i < s_.params.count(); ++i) parameter(s_.params[i]);
    for (std::uint32_t i = 0; i < s_.ways.count(); ++i) way(s_.ways[i]);
    for (std::uint32_t i = 0; i < s_.decisions.count(); ++i) decision(s_.decisions[i]);
    for (std::uint32_t i = 0; i < s_.rules.count(); ++i) rule(i);
    for (std::uint32_t i = 0; i < s_.exclusives.count(); ++i) {
      const gdlrt::ExclusiveRow row = s_.exclusives[i];
      out_.exclusives.push_back({ids<WayTag>(row.first_first, row.first_count),
                                 ids<WayTag>(row.second_first, row.second_count)});
    }
    for (std::uint32_t i = 0; i < s_.accepts.count(); ++i) {
      const gdlrt::AcceptRow row = s_.accepts[i];
      Accept a;
      a.kind = accept_kind(row.kind);
      a.decision = DecisionId(row.decision);
      a.first = RuleId(row.first);  // kNone is an Id's own "none"
      a.second = RuleId(row.second);
      a.when = nodes_[row.node];
      a.because = text(row.because);
      m_.accepts.push_back(std::move(a));
    }
    for (std::uint32_t i = 0; i < s_.references.count(); ++i) {
      const gdlrt::ReferenceRow row = s_.references[i];
      m_.references.push({text(row.id),
                          text(row.title),
                          text(row.publisher),
                          text(row.url),
                          static_cast<std::int64_t>(row.year),
                          {}});
    }
    return std::move(out_);
  }

 private:
  static_assert(RuleId::kNone == kNone);

  [[nodiscard]] std::string name(std::uint32_t at) const {
    return reinterpret_cast<const char*>(s_.names.data()) + at;
  }
  [[nodiscard]] std::string text(std::uint32_t at) const {
    return out_.stripped ? "" : reinterpret_cast<const char*>(s_.texts.data()) + at;
  }
  [[nodiscard]] Rational number(std::uint32_t index) const {
    Rational out;
    (void)Rational::from_words(s_.numbers[index].word, out);
    return out;
  }
  [[nodiscard]] Bits mask(std::uint32_t first, std::size_t size) const {
    Bits out(size);
    for (std::size_t i = 0; i < size; ++i) {
      out.set(i, ((s_.masks[first + i / 64] >> (i % 64)) & 1u) != 0);
    }
    return out;
  }
  template <class Tag>
  [[nodiscard]] std::vector<Id<Tag>> ids(std::uint32_t first, std::uint32_t count) const {
    std::vector<Id<Tag>> out;
    for (std::uint32_t i = 0; i < count; ++i) out.push_back(Id<Tag>(s_.operands[first + i]));
    return out;
  }
  [[nodiscard]] std::vector<Enumerator> enumerators(std::uint32_t first,
                                                    std::uint32_t count) const {
    std::vector<Enumerator> out;
    for (std::uint32_t i = 0; i < count; ++i) {
      const gdlrt::EnumeratorRow row = s_.enumerators[first + i];
      out.push_back({name(row.name), text(row.label), {}, {}});
    }
    return out;
  }
  [[nodiscard]] std::vector<Say> says(std::uint32_t first, std::uint32_t count) const {
    std::vector<Say> out;
    for (std::uint32_t i = 0; i < count; ++i) {
      const gdlrt::SayRow row = s_.says[first + i];
      out.push_back({text(row.audience), text(row.locale), text(row.text)});
    }
    return out;
  }

  [[nodiscard]] Place place(std::uint32_t index) const {
    const gdlrt::SpanRow row = s_.spans[index];
    return {text(row.file), row.line, row.column, row.end_line, row.end_column};
  }

  // -- facts -----------------------------------------------------------------------------------------

  void fact(const gdlrt::FactRow& row) {
    Fact f;
    f.name = name(row.name);
    f.label = text(row.label);
    f.kind = fact_kind(row.kind);
    f.ordered = (row.flags & gdlrt::kOrdered) != 0;
    f.knownness_tested = (row.flags & gdlrt::kKnownnessTested) != 0;
    f.enumerators = enumerators(row.enum_first, row.enum_count);
    f.unit.text = name(row.unit);
    f.unit.quoted = (row.flags & gdlrt::kUnitQuoted) != 0;
    const bool numeric = f.kind == FactKind::integer || f.kind == FactKind::decimal;
    std::vector<space::Interval> classes;
    if (numeric) {
      f.lo = number(row.lo);
      f.hi = number(row.hi);
      space::Interval current{f.lo, f.hi, true, true};
      for (std::uint32_t i = 0; i < row.cut_count; ++i) {
        const gdlrt::CutRow cut = s_.cuts[row.cut_first + i];
        const Rational at = number(cut.number);
        space::Interval below = current;
        below.hi = at;
        below.hi_closed = cut.after == 1;
        if (f.kind == FactKind::integer) {
          // The class ends with the whole number before the next one begins.
          (void)gdlrt::num::sub(at, Rational::from_int(1), below.hi);
          below.hi_closed = true;
        }
        classes.push_back(below);
        current.lo = at;
        current.lo_closed = cut.after == 0;
      }
      classes.push_back(current);
    }
    if ((row.flags & gdlrt::kHasDefault) != 0) {
      Value v;
      if (f.kind == FactKind::set) {
        v.set = row.default_set[0] | static_cast<std::uint64_t>(row.default_set[1]) << 32;
      } else if (numeric) {
        v.number = number(row.default_number);
      } else {
        v.index = row.default_class;
      }
      f.default_value = v;
    }
    m_.facts.push(std::move(f));
    out_.classes.push(std::move(classes));
  }

  /// Which facts the conditions read, against what the facts' rows say.
  void marks() {
    std::vector<bool> read(s_.facts.count(), false);
    for (std::uint32_t i = 0; i < s_.nodes.count(); ++i) {
      const gdlrt::NodeRow n = s_.nodes[i];
      switch (static_cast<Op>(n.op)) {
        case Op::value_in:
        case Op::set_has:
        case Op::set_is:
        case Op::set_count: read[n.a] = true; break;
        default: break;
      }
    }
    for (std::uint32_t i = 0; i < s_.facts.count(); ++i) {
      if (read[i] != ((s_.facts[i].flags & gdlrt::kUsed) != 0)) {
        out_.wrongly_marked.push_back(FactId(i));
      }
    }
  }

  // -- conditions ------------------------------------------------------------------------------------

  CondId add(Cond c) {
    std::uint32_t depth = 0;
    for (CondId child : c.children) depth = std::max(depth, out_.depth[child]);
    if (c.def.valid()) {
      for (const ScoreItem& i : m_.definitions[c.def].items) {
        depth = std::max(depth, out_.depth[i.when]);
      }
    }
    out_.depth.push(depth + 1);
    return m_.conds.push(std::move(c));
  }
  static Cond of(CondKind kind) {
    Cond c;
    c.kind = kind;
    return c;
  }
  static Cond of(CondKind kind, FactId fact) {
    Cond c = of(kind);
    c.fact = fact;
    return c;
  }
  CondId group(CondKind kind, std::vector<CondId> children) {
    if (children.size() == 1) return children[0];
    Cond c = of(kind);
    c.children = std::move(children);
    return add(std::move(c));
  }
  /// A comparison of the fact, count or score that `c` speaks of.
  CondId compare(Cond c, CmpOp op, std::int64_t count) {
    c.op = op;
    c.count = count;
    return add(std::move(c));
  }
  CondId between(const Cond& c, std::int64_t lo, std::int64_t hi) {
    return group(CondKind::all, {compare(c, CmpOp::ge, lo), compare(c, CmpOp::le, hi)});
  }

  CondId node(const gdlrt::NodeRow& n) {
    switch (static_cast<Op>(n.op)) {
      case Op::constant: {
        Cond c = of(CondKind::constant);
        c.flag = n.a != 0;
        return add(std::move(c));
      }
      case Op::value_in: return value_in(FactId(n.a), n.b);
      case Op::set_has: {
        Cond c = of(CondKind::set_includes, FactId(n.a));
        c.index = n.b;
        return add(std::move(c));
      }
      case Op::set_is: {
        Cond c = of(CondKind::set_equals, FactId(n.a));
        c.mask = mask(n.b, m_.facts[c.fact].enumerators.size());
        return add(std::move(c));
      }
      case Op::set_count: return between(of(CondKind::set_count, FactId(n.a)), n.b, n.c);
      case Op::known: return add(of(CondKind::known, FactId(n.a)));
      case Op::negation: {
        Cond c = of(CondKind::negation);
        c.children = {nodes_[n.a]};
        return add(std::move(c));
      }
      case Op::all:
      case Op::any:
      case Op::at_least: {
        Cond c = of(static_cast<Op>(n.op) == Op::all   ? CondKind::all
                    : static_cast<Op>(n.op) == Op::any ? CondKind::any
                                                       : CondKind::at_least);
        for (std::uint32_t i = 0; i < n.b; ++i) c.children.push_back(nodes_[s_.operands[n.a + i]]);
        if (c.kind == CondKind::at_least) c.count = n.c;
        return add(std::move(c));
      }
      case Op::score: return score(n);
    }
    return {};
  }

  CondId value_in(FactId fact, std::uint32_t first) {
    const std::vector<space::Interval>& classes = out_.classes[fact];
    if (classes.empty()) {
      Cond c = of(CondKind::fact_in, fact);
      c.mask = mask(first, m_.facts[fact].enumerators.size());
      return add(std::move(c));
    }
    const Bits in = mask(first, classes.size());
    const gdlrt::FactRow row = s_.facts[fact.value];
    auto cut = [&](std::size_t index, CmpOp before, CmpOp after) {
      const gdlrt::CutRow at = s_.cuts[row.cut_first + index];
      Cond c = of(CondKind::fact_compare, fact);
      c.op = at.after == 0 ? before : after;
      c.number = number(at.number);
      return add(std::move(c));
    };
    // Neighbouring classes are one stretch, from a cut to a cut.
    std::vector<CondId> stretches;
    for (std::size_t i = in.first(); i < in.size();) {
      std::size_t end = i;
      while (end < in.size() && in.test(end)) ++end;
      std::vector<CondId> ends;
      if (i > 0) ends.push_back(cut(i - 1, CmpOp::ge, CmpOp::gt));
      if (end < in.size()) ends.push_back(cut(end - 1, CmpOp::lt, CmpOp::le));
      stretches.push_back(group(CondKind::all, std::move(ends)));
      i = in.next(end);
    }
    return group(CondKind::any, std::move(stretches));
  }

  CondId score(const gdlrt::NodeRow& n) {
    Definition d;
    d.kind = DefKind::score;
    for (std::uint32_t i = 0; i < n.b; ++i) {
      const auto points = static_cast<std::int32_t>(s_.operands[n.a + 2 * i + 1]);
      d.items.push_back({points, nodes_[s_.operands[n.a + 2 * i]], {}});
      d.min += std::min(points, 0);
      d.max += std::max(points, 0);
    }
    Cond c = of(CondKind::score_compare);
    c.def = m_.definitions.push(std::move(d));
    return between(c, static_cast<std::int32_t>(s_.operands[n.c]),
                   static_cast<std::int32_t>(s_.operands[n.c + 1]));
  }

  // -- actions ---------------------------------------------------------------------------------------

  /// The class begins where the last one ends, and has a value.
  [[nodiscard]] static bool follows(const space::Interval* last, const space::Interval& next,
                                    bool whole) {
    if (whole &&
        !(next.lo_closed && next.hi_closed && next.lo.is_integer() && next.hi.is_integer())) {
      return false;
    }
    if (next.hi < next.lo) return false;
    if (next.lo == next.hi && !(next.lo_closed && next.hi_closed)) return false;
    return last == nullptr || touch(*last, next, whole);
  }
  [[nodiscard]] static bool touch(const space::Interval& a, const space::Interval& b, bool whole) {
    if (!whole) return a.hi == b.lo && a.hi_closed != b.lo_closed;
    Rational next;
    (void)gdlrt::num::add(a.hi, Rational::from_int(1), next);
    return next == b.lo;
  }

  [[nodiscard]] ParamValues values(ParamId id, const Bits& classes) const {
    ParamValues out;
    const Parameter& p = m_.params[id];
    if (p.kind == FactKind::enumeration) {
      out.mask = classes;
      return out;
    }
    const std::uint32_t first = s_.params[id.value].interval_first;
    for (std::size_t i = classes.first(); i < classes.size(); i = classes.next(i + 1)) {
      const space::Interval one = interval(first + static_cast<std::uint32_t>(i));
      if (!out.intervals.empty() && touch(out.intervals.back(), one, p.kind == FactKind::integer)) {
        out.intervals.back().hi = one.hi;
        out.intervals.back().hi_closed = one.hi_closed;
      } else {
        out.intervals.push_back(one);
      }
    }
    return out;
  }
  [[nodiscard]] space::Interval interval(std::uint32_t index) const {
    const gdlrt::IntervalRow row = s_.intervals[index];
    return {number(row.lo), number(row.hi), (row.flags & gdlrt::kLoClosed) != 0,
            (row.flags & gdlrt::kHiClosed) != 0};
  }

  void parameter(const gdlrt::ParamRow& row) {
    Parameter p;
    p.action = ActionId(row.action);
    p.name = name(row.name);
    p.kind = fact_kind(row.kind);
    p.enumerators = enumerators(row.enum_first, row.enum_count);
    p.unit.text = name(row.unit);
    const ParamId id = m_.params.push(p);
    m_.actions[p.action].params.push_back(id);
    const Bits all(row.classes, true);
    if (p.kind != FactKind::enumeration) {
      space::Interval last;
      for (std::uint32_t i = 0; i < row.classes; ++i) {
        const space::Interval next = interval(row.interval_first + i);
        if (!follows(i == 0 ? nullptr : &last, next, p.kind == FactKind::integer)) {
          out_.broken.push_back(id);
          break;
        }
        last = next;
      }
      const ParamValues range = values(id, all);
      m_.params[id].lo = range.intervals.front().lo;
      m_.params[id].hi = range.intervals.back().hi;
    }
    out_.ranges.push(values(id, all));
    out_.settings.push(uses(row.setting_first, row.setting_count));
  }

  [[nodiscard]] std::vector<ParamUse> uses(std::uint32_t first, std::uint32_t count) const {
    std::vector<ParamUse> out;
    for (std::uint32_t i = 0; i < count; ++i) {
      const gdlrt::ParamUseRow row = s_.param_uses[first + i];
      const ParamId param(row.param);
      out.push_back(
          {RuleId(row.rule), param, values(param, mask(row.mask, s_.params[row.param].classes))});
    }
    return out;
  }

  void way(const gdlrt::WayRow& row) {
    m_.ways.push({ids<ActionTag>(row.leaf_first, row.leaf_count)});
    out_.ways.push({ids<RuleTag>(row.ban_first, row.ban_count),
                    ids<ParamTag>(row.param_first, row.param_count),
                    uses(row.param_ban_first, row.param_ban_count)});
  }

  // -- decisions and rules ---------------------------------------------------------------------------

  void decision(const gdlrt::DecisionRow& row) {
    Decision d;
    d.name = name(row.name);
    d.title = text(row.title);
    d.domain = nodes_[row.domain];
    d.choose = choose_of(row.choose);
    d.partial = (row.flags & gdlrt::kPartial) != 0;
    d.rules = ids<RuleTag>(row.rule_first, row.rule_count);
    d.says = says(row.say_first, row.say_count);
    m_.decisions.push(std::move(d));
  }

  void rule(std::uint32_t index) {
    const gdlrt::RuleRow row = s_.rules[index];
    Rule r;
    r.decision = DecisionId(row.decision);
    r.when = nodes_[row.applies];
    r.has_for = (row.flags & gdlrt::kHasFor) != 0;
    r.has_none = (row.flags & gdlrt::kHasNone) != 0;
    r.has_against = (row.flags & gdlrt::kHasAgainst) != 0;
    r.overridden_by = ids<RuleTag>(row.overridden_first, row.overridden_count);
    r.yields_to = ids<RuleTag>(row.yields_first, row.yields_count);
    r.strength = name(row.strength);
    r.evidence = name(row.evidence);
    for (std::uint32_t i = 0; i < row.directive_count; ++i) {
      const gdlrt::DirectiveRow from = s_.directives[row.directive_first + i];
      Directive d;
      d.verb = verb_of(from.verb);
      d.what.text = name(from.action);
      d.over.text = name(from.over);
      d.what.ways = ids<WayTag>(from.way_first, from.way_count);
      d.because = name(from.because);
      r.directives.push_back(std::move(d));
    }
    if (!out_.stripped) {
      const gdlrt::RuleTextRow t = s_.rule_texts[index];
      r.name = text(t.name);
      r.title = text(t.title);
      r.because = text(t.because);
      for (std::uint32_t i = 0; i < t.cite_count; ++i) {
        const gdlrt::CiteRow cite = s_.cites[t.cite_first + i];
        r.cites.push_back({ReferenceId(cite.reference), text(cite.at), {}});
      }
      r.says = says(t.say_first, t.say_count);
      out_.places.push(place(t.span));
    }
    m_.rules.push(std::move(r));
  }

  Sections s_;
  Lifted out_;
  Model& m_ = out_.model;
  std::vector<CondId> nodes_;
};

}  // namespace

Lifted lift(const std::uint8_t* bytes, std::size_t size) { return Lifting(bytes, size).run(); }

}  // namespace gdl::emit
