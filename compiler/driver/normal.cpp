// Conditions in a normal form: see normal.h.
#include "normal.h"

#include <algorithm>

#include "support/limits.h"

namespace gdl::driver {

using namespace sema;

namespace {

/// Lists of this many members or fewer are merged into those that they are members of.
constexpr auto kMerged = static_cast<std::size_t>(limits::merged_members);

Rational plus(const Rational& r, std::int64_t n) {
  Rational out;
  // Numbers of a guideline have at most 34 digits: one more cannot overflow 256 bits.
  (void)gdlrt::num::add(r, Rational::from_int(n), out);
  return out;
}

bool less(const Forms::Boundary& a, const Forms::Boundary& b) {
  const int c = gdlrt::num::compare(a.at, b.at);
  return c != 0 ? c < 0 : !a.after && b.after;
}

/// The set of what `keep` says, of whether a number is in the one and in the other.
template <class Keep>
Forms::Values combine(const Forms::Values& a, const Forms::Values& b, Keep keep) {
  Forms::Values out;
  bool in = false;
  for (std::size_t i = 0, k = 0; i < a.size() || k < b.size();) {
    const bool first = k == b.size() || (i < a.size() && !less(b[k], a[i]));
    const bool second = i == a.size() || (k < b.size() && !less(a[i], b[k]));
    const Forms::Boundary& at = first ? a[i] : b[k];
    i += first ? 1 : 0;
    k += second ? 1 : 0;
    const bool now = keep(i % 2 == 1, k % 2 == 1);
    if (now != in) out.push_back(at);
    in = now;
  }
  return out;
}

Forms::Values intersection(const Forms::Values& a, const Forms::Values& b) {
  return combine(a, b, [](bool x, bool y) { return x && y; });
}
Forms::Values difference(const Forms::Values& a, const Forms::Values& b) {
  return combine(a, b, [](bool x, bool y) { return x && !y; });
}
Forms::Values sum(const Forms::Values& a, const Forms::Values& b) {
  return combine(a, b, [](bool x, bool y) { return x || y; });
}

std::uint64_t mix(std::uint64_t h, std::uint64_t v) { return (h ^ v) * 0x9e3779b97f4a7c15u; }

}  // namespace

std::size_t Forms::WordsHash::operator()(const Words& words) const {
  std::uint64_t h = words.size();
  for (std::uint32_t w : words) h = mix(h ^ (h >> 29), w);
  return static_cast<std::size_t>(h ^ (h >> 32));
}

std::size_t Forms::ValuesHash::operator()(const Values& values) const {
  std::uint64_t h = values.size();
  for (const Boundary& b : values) h = mix(h ^ (h >> 29), b.at.hash() + (b.after ? 1 : 0));
  return static_cast<std::size_t>(h ^ (h >> 32));
}

Forms::Forms() {
  intern(Kind::constant, {0});
  intern(Kind::constant, {1});
}

Form Forms::intern(Kind kind, const Words& words) {
  Words key = {static_cast<std::uint32_t>(kind)};
  key.insert(key.end(), words.begin(), words.end());
  auto [it, fresh] = form_of_.emplace(std::move(key), forms_.end_id());
  if (fresh) forms_.push(&it->first);
  return it->second;
}

Forms::Quantity Forms::quantity(Of of, const std::vector<std::uint32_t>& key, const Rational& lo,
                                const Rational& hi, bool whole) {
  Words words = {static_cast<std::uint32_t>(of)};
  words.insert(words.end(), key.begin(), key.end());
  auto [it, fresh] = quantity_of_.emplace(std::move(words), ranges_.end_id());
  if (fresh) {
    ranges_.push({{lo, false}, whole ? Boundary{plus(hi, 1), false} : Boundary{hi, true}, whole});
  }
  return it->second;
}

/// `values` lie in the quantity's range.
Form Forms::literal(Quantity q, Values values) {
  if (values.empty()) return kNobody;
  const Range& r = ranges_[q];
  if (values.size() == 2 && values[0] == r.lo && values[1] == r.hi) return kEverybody;
  auto [it, fresh] =
      values_of_.emplace(std::move(values), static_cast<std::uint32_t>(values_.size()));
  if (fresh) values_.push_back(&it->first);
  return intern(Kind::literal, {q.value, it->second});
}

Form Forms::compare(Quantity q, CmpOp op, const Rational& number) {
  const Range r = ranges_[q];
  Boundary before{number, false};
  Boundary after{number, true};
  if (r.whole) {
    before.at = number.ceil();
    after = {plus(number.floor(), 1), false};
  }
  const Values range = {r.lo, r.hi};
  auto clipped = [&](const Boundary& lo, const Boundary& hi) {
    return less(lo, hi) ? intersection(range, {lo, hi}) : Values();
  };
  switch (op) {
    case CmpOp::eq: return literal(q, clipped(before, after));
    case CmpOp::ne: return literal(q, difference(range, clipped(before, after)));
    case CmpOp::lt: return literal(q, clipped(r.lo, before));
    case CmpOp::le: return literal(q, clipped(r.lo, after));
    case CmpOp::gt: return literal(q, clipped(after, r.hi));
    case CmpOp::ge: return literal(q, clipped(before, r.hi));
  }
  return {};
}

Form Forms::values(Quantity q, const Bits& indices) {
  Values out;
  for (std::size_t i = 0; i <= indices.size(); ++i) {
    const bool in = i < indices.size() && indices.test(i);
    if (in == (out.size() % 2 == 0)) {
      out.push_back({Rational::from_int(static_cast<std::int64_t>(i)), false});
    }
  }
  return literal(q, std::move(out));
}

Form Forms::negate(Form f) {
  const Words& w = words(f);
  switch (kind(f)) {
    case Kind::constant: return f == kNobody ? kEverybody : kNobody;
    case Kind::literal: {
      const Quantity q(w[1]);
      return literal(q, difference({ranges_[q].lo, ranges_[q].hi}, *values_[w[2]]));
    }
    case Kind::negation: return Form(w[1]);
    default: return intern(Kind::negation, {f.value});
  }
}

Form Forms::group(Kind of, const std::vector<Form>& list) {
  const Form neutral = of == Kind::all ? kEverybody : kNobody;
  const Form absorbing = of == Kind::all ? kNobody : kEverybody;
  std::vector<std::uint32_t> rest;
  std::vector<std::pair<Quantity, const Values*>> literals;
  auto add = [&](Form f) {
    if (kind(f) == Kind::literal) {
      literals.emplace_back(Quantity(words(f)[1]), values_[words(f)[2]]);
    } else {
      rest.push_back(f.value);
    }
  };
  for (Form f : list) {
    if (f == neutral) continue;
    if (f == absorbing) return absorbing;
    if (kind(f) == of && words(f).size() <= kMerged) {
      for (std::size_t i = 1; i < words(f).size(); ++i) add(Form(words(f)[i]));
    } else {
      add(f);
    }
  }
  std::sort(literals.begin(), literals.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < literals.size();) {
    const Quantity q = literals[i].first;
    std::vector<Values> sets;
    for (; i < literals.size() && literals[i].first == q; ++i) sets.push_back(*literals[i].second);
    // In pairs, so that no large set is walked for each small one.
    for (std::size_t step = 1; step < sets.size(); step *= 2) {
      for (std::size_t k = 0; k + step < sets.size(); k += 2 * step) {
        sets[k] =
            of == Kind::all ? intersection(sets[k], sets[k + step]) : sum(sets[k], sets[k + step]);
      }
    }
    const Form f = literal(q, std::move(sets[0]));
    if (f == absorbing) return absorbing;
    if (f != neutral) rest.push_back(f.value);
  }
  std::sort(rest.begin(), rest.end());
  rest.erase(std::unique(rest.begin(), rest.end()), rest.end());
  if (rest.empty()) return neutral;
  return rest.size() == 1 ? Form(rest[0]) : intern(of, rest);
}

Form Forms::at_least(std::int64_t count, const std::vector<Form>& list) {
  std::vector<std::uint32_t> open;
  for (Form f : list) {
    if (f == kEverybody) --count;
    if (f != kEverybody && f != kNobody) open.push_back(f.value);
  }
  if (count <= 0) return kEverybody;
  if (count > static_cast<std::int64_t>(open.size())) return kNobody;
  std::vector<Form> forms;
  for (std::uint32_t f : open) forms.emplace_back(f);
  if (count == 1) return any(forms);
  if (count == static_cast<std::int64_t>(open.size())) return all(forms);
  std::sort(open.begin(), open.end());
  open.insert(open.begin(), static_cast<std::uint32_t>(count));
  return intern(Kind::at_least, open);
}

// -- of a guideline -----------------------------------------------------------------------------------

Form FormsOf::cond(CondId id) {
  if (!memo_[id].valid()) {
    const Form f = make(m_.conds[id]);
    memo_[id] = f;
  }
  return memo_[id];
}

Form FormsOf::applies(const Rule& rule) {
  std::vector<Form> parts = {cond(rule.when)};
  if (rule.unless.valid()) parts.push_back(f_.negate(cond(rule.unless)));
  return f_.all(parts);
}

Forms::Quantity FormsOf::value(FactId fact) {
  const Fact& f = m_.facts[fact];
  if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
    return f_.quantity(Forms::Of::value, {fact.value}, f.lo, f.hi, f.kind == FactKind::integer);
  }
  return f_.quantity(Forms::Of::value, {fact.value}, {},
                     Rational::from_int(static_cast<std::int64_t>(f.enumerators.size()) - 1), true);
}

Forms::Quantity FormsOf::element(FactId fact, std::size_t index) {
  return f_.quantity(Forms::Of::element, {fact.value, static_cast<std::uint32_t>(index)}, {},
                     Rational::from_int(1), true);
}

Form FormsOf::make(const Cond& c) {
  auto yes = [&](Forms::Quantity q, bool value) {
    return f_.compare(q, CmpOp::eq, Rational::from_int(value ? 1 : 0));
  };
  switch (c.kind) {
    case CondKind::constant: return c.flag ? kEverybody : kNobody;
    case CondKind::fact_in: return f_.values(value(c.fact), c.mask);
    case CondKind::fact_compare: return f_.compare(value(c.fact), c.op, c.number);
    case CondKind::set_includes: return yes(element(c.fact, c.index), true);
    case CondKind::set_equals: {
      std::vector<Form> parts;
      for (std::size_t e = 0; e < c.mask.size(); ++e) {
        parts.push_back(yes(element(c.fact, e), c.mask.test(e)));
      }
      return f_.all(parts);
    }
    case CondKind::set_count: {
      const auto most = static_cast<std::int64_t>(m_.facts[c.fact].enumerators.size());
      const Forms::Quantity q =
          f_.quantity(Forms::Of::count, {c.fact.value}, {}, Rational::from_int(most), true);
      return f_.compare(q, c.op, Rational::from_int(c.count));
    }
    case CondKind::known:
      return yes(f_.quantity(Forms::Of::known, {c.fact.value}, {}, Rational::from_int(1), true),
                 true);
    case CondKind::def_true: return cond(m_.definitions[c.def].when);
    case CondKind::def_in: {
      std::vector<Form> parts;
      for (std::size_t i = 0; i < c.mask.size(); ++i) {
        if (c.mask.test(i)) parts.push_back(alternative(c.def, i));
      }
      return f_.any(parts);
    }
    case CondKind::score_compare: return score(c);
    case CondKind::negation: return f_.negate(cond(c.children[0]));
    case CondKind::all:
    case CondKind::any:
    case CondKind::at_least: {
      std::vector<Form> parts;
      for (CondId child : c.children) parts.push_back(cond(child));
      if (c.kind == CondKind::at_least) return f_.at_least(c.count, parts);
      return c.kind == CondKind::all ? f_.all(parts) : f_.any(parts);
    }
  }
  return {};
}

Form FormsOf::alternative(DefId def, std::size_t index) {
  const Definition& d = m_.definitions[def];
  if (d.alternatives[index].when.valid()) return cond(d.alternatives[index].when);
  std::vector<Form> others;
  for (const Alternative& a : d.alternatives) {
    if (a.when.valid()) others.push_back(cond(a.when));
  }
  return f_.negate(f_.any(others));
}

const FormsOf::Items& FormsOf::items(DefId def) {
  if (auto it = items_.find(def); it != items_.end()) return it->second;
  Items out;
  for (const ScoreItem& i : m_.definitions[def].items) {
    if (i.plus.valid()) {
      for (const auto& [form, points] : items(i.plus)) out[form] += points;
    } else if (const Form f = cond(i.when); f != kNobody) {
      out[f] += i.points;
    }
  }
  return items_.emplace(def, std::move(out)).first->second;
}

Form FormsOf::score(const Cond& c) {
  std::vector<std::uint32_t> key;
  std::int64_t always = 0;
  std::int64_t lo = 0;
  std::int64_t hi = 0;
  for (const auto& [form, points] : items(c.def)) {
    if (form == kEverybody) always = points;
    if (form == kEverybody || points == 0) continue;
    key.push_back(form.value);
    key.push_back(static_cast<std::uint32_t>(points));
    key.push_back(static_cast<std::uint32_t>(static_cast<std::uint64_t>(points) >> 32));
    (points < 0 ? lo : hi) += points;
  }
  const Forms::Quantity q =
      f_.quantity(Forms::Of::score, key, Rational::from_int(lo), Rational::from_int(hi), true);
  return f_.compare(q, c.op, Rational::from_int(c.count - always));
}

}  // namespace gdl::driver
