// See digest.h.
#include "sema/digest.h"

#include <algorithm>

namespace gdl::sema {

Places::Places(const Model& m) {
  declarations_.push_back(m.header_span);
  for (const Fact& f : m.facts) declarations_.push_back(f.span);
  for (const Definition& d : m.definitions) declarations_.push_back(d.span);
  for (const Impossible& i : m.impossibles) declarations_.push_back(i.span);
  for (const Action& a : m.actions) declarations_.push_back(a.span);
  for (const Exclusive& x : m.exclusives) declarations_.push_back(x.span);
  for (const Decision& d : m.decisions) declarations_.push_back(d.span);
  for (const Rule& r : m.rules) declarations_.push_back(r.span);
  for (const Accept& a : m.accepts) declarations_.push_back(a.span);
  for (std::uint32_t i = 0; i < declarations_.size(); ++i) sorted_.push_back(i);
  std::stable_sort(sorted_.begin(), sorted_.end(), [this](std::uint32_t a, std::uint32_t b) {
    const Span& x = declarations_[a];
    const Span& y = declarations_[b];
    return x.file == y.file ? x.begin < y.begin : x.file < y.file;
  });
}

Places::Within Places::within(SourceId file, std::uint32_t position) const {
  auto after = std::partition_point(sorted_.begin(), sorted_.end(), [&](std::uint32_t i) {
    const Span& s = declarations_[i];
    return s.file == file ? s.begin <= position : s.file < file;
  });
  if (after == sorted_.begin() || declarations_[*(after - 1)].file != file) {
    return {static_cast<std::uint32_t>(declarations_.size()), position};
  }
  return {*(after - 1), position - declarations_[*(after - 1)].begin};
}

Span Places::moved(Span span, const Places& from) const {
  if (!span.valid()) return span;
  const Within at = from.within(span.file, span.begin);
  if (at.declaration == declarations_.size()) return span;
  const Span& to = declarations_[at.declaration];
  const std::uint32_t begin = to.begin + at.offset;
  return {to.file, begin, begin + (span.end - span.begin)};
}

namespace {

/// Everything of a part, member by member.
class Writer {
 public:
  Writer(const Part& part, const Places& places) : m_(part.model), places_(places) {}

  Digest run() {
    text(m_.name);
    number(static_cast<std::uint64_t>(m_.language));
    number(m_.grading.has_value() ? 1 : 0);
    if (m_.grading.has_value()) {
      list(m_.grading->strength, [&](const std::string& s) { text(s); });
      list(m_.grading->evidence, [&](const std::string& s) { text(s); });
    }
    list(m_.facts, [&](const Fact& f) { fact(f); });
    list(m_.definitions, [&](const Definition& d) { definition(d); });
    list(m_.conds, [&](const Cond& c) { cond(c); });
    list(m_.impossibles, [&](const Impossible& i) {
      id(i.when);
      text(i.because);
      span(i.span);
    });
    list(m_.actions, [&](const Action& a) {
      text(a.name);
      text(a.label);
      number((a.leaf ? 1 : 0) + (a.imported ? 2 : 0));
      ids(a.ways);
      ids(a.params);
      span(a.span);
      span(a.name_span);
    });
    list(m_.ways, [&](const Way& w) { ids(w.leaves); });
    list(m_.params, [&](const Parameter& p) { parameter(p); });
    list(m_.exclusives, [&](const Exclusive& x) {
      use(x.first);
      use(x.second);
      span(x.span);
    });
    list(m_.decisions, [&](const Decision& d) {
      text(d.name);
      text(d.title);
      id(d.domain);
      number(static_cast<std::uint64_t>(d.choose) * 2 + (d.partial ? 1 : 0));
      ids(d.rules);
      span(d.span);
      span(d.name_span);
    });
    list(m_.rules, [&](const Rule& r) { rule(r); });
    list(m_.accepts, [&](const Accept& a) {
      number(static_cast<std::uint64_t>(a.kind));
      id(a.decision);
      id(a.first);
      id(a.second);
      id(a.when);
      text(a.because);
      span(a.span);
    });
    return hash_.done();
  }

 private:
  void number(std::uint64_t n) { hash_.number(n); }
  void text(const std::string& s) { hash_.text(s); }
  template <class Tag>
  void id(Id<Tag> i) {
    number(i.value);
  }
  template <class Items, class Each>
  void list(const Items& items, const Each& each) {
    number(items.size());
    for (const auto& item : items) each(item);
  }
  template <class Tag>
  void ids(const std::vector<Id<Tag>>& items) {
    list(items, [&](Id<Tag> i) { id(i); });
  }
  void bits(const Bits& b) {
    number(b.size());
    for (std::uint64_t w : b.words()) number(w);
  }
  void rational(const Rational& r) {
    std::uint32_t words[gdlrt::num::kRationalWords];
    r.to_words(words);
    for (std::uint32_t w : words) number(w);
  }
  void span(Span s) {
    number(s.valid() ? 1 : 0);
    if (!s.valid()) return;
    const Places::Within at = places_.within(s.file, s.begin);
    number(at.declaration);
    number(at.offset);
    number(s.end - s.begin);
  }

  void enumerator(const Enumerator& e) {
    text(e.name);
    text(e.label);
    span(e.span);
  }
  void unit(const UnitUse& u) {
    text(u.text);
    number(u.quoted ? 1 : 0);
  }
  void fact(const Fact& f) {
    text(f.name);
    text(f.label);
    number(static_cast<std::uint64_t>(f.kind) * 16 + (f.ordered ? 1 : 0) +
           (f.knownness_tested ? 2 : 0) + (f.imported ? 4 : 0) +
           (f.default_value.has_value() ? 8 : 0));
    list(f.enumerators, [&](const Enumerator& e) { enumerator(e); });
    rational(f.lo);
    rational(f.hi);
    unit(f.unit);
    if (f.default_value.has_value()) {
      number(f.default_value->index);
      number(f.default_value->set);
      rational(f.default_value->number);
    }
    span(f.span);
    span(f.name_span);
  }
  void definition(const Definition& d) {
    text(d.name);
    text(d.label);
    number(static_cast<std::uint64_t>(d.kind) * 8 + (d.bands ? 1 : 0) + (d.ordered ? 2 : 0) +
           (d.imported ? 4 : 0));
    id(d.when);
    list(d.alternatives, [&](const Alternative& a) {
      enumerator(a.name);
      id(a.when);
    });
    list(d.items, [&](const ScoreItem& i) {
      number(static_cast<std::uint64_t>(i.points));
      id(i.when);
      id(i.plus);
    });
    number(static_cast<std::uint64_t>(d.min));
    number(static_cast<std::uint64_t>(d.max));
    span(d.span);
    span(d.name_span);
  }
  void cond(const Cond& c) {
    number(static_cast<std::uint64_t>(c.kind) * 16 + static_cast<std::uint64_t>(c.op) * 2 +
           (c.flag ? 1 : 0));
    id(c.fact);
    id(c.def);
    number(c.index);
    number(static_cast<std::uint64_t>(c.count));
    bits(c.mask);
    if (c.kind == CondKind::fact_compare) rational(c.number);
    ids(c.children);
    span(c.span);
  }
  void setting(const ParamSetting& s) {
    id(s.param);
    bits(s.values.mask);
    rational(s.values.lo);
    rational(s.values.hi);
    span(s.span);
  }
  void parameter(const Parameter& p) {
    id(p.action);
    text(p.name);
    number(static_cast<std::uint64_t>(p.kind));
    list(p.enumerators, [&](const Enumerator& e) { enumerator(e); });
    rational(p.lo);
    rational(p.hi);
    unit(p.unit);
    span(p.span);
  }
  void use(const ActionUse& u) {
    text(u.text);
    ids(u.named);
    ids(u.ways);
    number(u.alone ? 1 : 0);
    list(u.params, [&](const ParamSetting& s) { setting(s); });
    span(u.span);
  }
  void rule(const Rule& r) {
    text(r.name);
    text(r.title);
    number((r.unnamed ? 1 : 0) + (r.overrides_all ? 2 : 0) + (r.against_only ? 4 : 0) +
           (r.has_for ? 8 : 0) + (r.has_against ? 16 : 0) + (r.has_none ? 32 : 0));
    id(r.decision);
    id(r.when);
    id(r.unless);
    list(r.directives, [&](const Directive& d) {
      number(static_cast<std::uint64_t>(d.verb));
      use(d.what);
      use(d.over);
      text(d.because);
      span(d.span);
    });
    ids(r.overrides);
    ids(r.overridden_by);
    ids(r.yields_to);
    text(r.strength);
    text(r.evidence);
    text(r.because);
    span(r.span);
    span(r.head_span);
  }

  const Model& m_;
  const Places& places_;
  Hash hash_;
};

}  // namespace

Digest digest(const Part& part, const Places& places) { return Writer(part, places).run(); }

}  // namespace gdl::sema
