// See outline.h.
#include "space/outline.h"

#include <algorithm>

namespace gdl::space {

using namespace sema;

namespace {

Outline nobody() { return {{{Aspect{}, Bits(1)}}}; }

Outline just(Aspect a, Bits mask) {
  if (mask.none()) return nobody();
  if (mask.all()) return {};
  return {{{a, std::move(mask)}}};
}

Bits yes_or_no(bool value) {
  Bits out(2);
  out.set(value ? 1 : 0);
  return out;
}

}  // namespace

Outline both(const Outline& a, const Outline& b) {
  if (a.nobody() || b.nobody()) return nobody();
  Outline out;
  auto x = a.masks.begin();
  auto y = b.masks.begin();
  while (x != a.masks.end() || y != b.masks.end()) {
    if (y == b.masks.end() || (x != a.masks.end() && x->first < y->first)) {
      out.masks.push_back(*x++);
    } else if (x == a.masks.end() || y->first < x->first) {
      out.masks.push_back(*y++);
    } else {
      Bits mask = x->second & y->second;
      if (mask.none()) return nobody();
      out.masks.emplace_back(x->first, std::move(mask));
      ++x;
      ++y;
    }
  }
  return out;
}

Outline either(const Outline& a, const Outline& b) {
  if (a.nobody()) return b;
  if (b.nobody()) return a;
  Outline out;
  auto y = b.masks.begin();
  for (const auto& [aspect, mask] : a.masks) {
    while (y != b.masks.end() && y->first < aspect) ++y;
    if (y == b.masks.end() || !(y->first == aspect)) continue;
    Bits wide = mask | y->second;
    if (!wide.all()) out.masks.emplace_back(aspect, std::move(wide));
  }
  return out;
}

Outline Outlines::of(CondId id, bool value) {
  const Cond& c = model_.conds[id];
  bool worth = c.kind == CondKind::def_true || c.kind == CondKind::def_in ||
               c.kind == CondKind::score_compare || !c.children.empty();
  if (!worth) return make(c, value);
  auto it = memo_.find({id, value});
  if (it == memo_.end()) it = memo_.emplace(std::pair(id, value), make(c, value)).first;
  return it->second;
}

Outline Outlines::of(RuleId r) {
  const Rule& rule = model_.rules[r];
  Outline out = of(rule.when);
  if (rule.decision.valid()) out = both(out, of(model_.decisions[rule.decision].domain));
  if (rule.unless.valid()) out = both(out, of(rule.unless, false));
  return out;
}

Outline Outlines::make(const Cond& c, bool value) {
  switch (c.kind) {
    case CondKind::constant: return c.flag == value ? Outline{} : nobody();
    case CondKind::fact_in:
    case CondKind::fact_compare: {
      Bits mask = classes_.of(c);
      if (!value) mask.flip();
      return just({c.fact, 0}, std::move(mask));
    }
    case CondKind::set_includes: return just({c.fact, 2 + c.index}, yes_or_no(value));
    case CondKind::set_equals: {
      if (!value) return {};
      Outline out;
      for (std::uint32_t e = 0; e < c.mask.size(); ++e) {
        out.masks.emplace_back(Aspect{c.fact, 2 + e}, yes_or_no(c.mask.test(e)));
      }
      return out;
    }
    case CondKind::known: return just({c.fact, 1}, yes_or_no(value));
    case CondKind::def_true: return of(model_.definitions[c.def].when, value);
    case CondKind::def_in: {
      if (!value) return {};  // a box around what is left of several boxes is seldom a smaller one
      Outline out = nobody();
      for (std::size_t i = 0; i < c.mask.size(); ++i) {
        if (c.mask.test(i)) out = either(out, alternative(c.def, i));
      }
      return out;
    }
    case CondKind::negation: return of(c.children[0], !value);
    case CondKind::all:
    case CondKind::any: {
      const bool every = (c.kind == CondKind::all) == value;
      Outline out = every ? Outline{} : nobody();
      for (CondId child : c.children) {
        out = every ? both(out, of(child, value)) : either(out, of(child, value));
      }
      return out;
    }
    case CondKind::at_least:  // may be anybody, for all that is said here
    case CondKind::set_count:
    case CondKind::score_compare: return {};
  }
  return {};
}

Outline Outlines::alternative(DefId def, std::size_t index) {
  const Definition& d = model_.definitions[def];
  if (d.alternatives[index].when.valid()) return of(d.alternatives[index].when);
  Outline out;
  for (const Alternative& a : d.alternatives) {
    if (a.when.valid()) out = both(out, of(a.when, false));
  }
  return out;
}

Meetings::Meetings(const std::vector<Outline>& outlines)
    : size_(outlines.size()), somebody_(outlines.size(), true) {
  // First which aspects there are; then every outline allows all of what it does not speak of.
  for (std::size_t i = 0; i < size_; ++i) {
    if (outlines[i].nobody()) {
      somebody_.set(i, false);
      continue;
    }
    for (const auto& [aspect, mask] : outlines[i].masks) {
      std::vector<Bits>& rows = rows_[aspect];
      if (rows.empty()) rows.assign(mask.size(), Bits(size_, true));
      for (std::size_t v = 0; v < mask.size(); ++v) {
        if (!mask.test(v)) rows[v].set(i, false);
      }
    }
  }
}

Bits Meetings::with(const Outline& o) const {
  if (o.nobody()) return Bits(size_);
  Bits out = somebody_;
  for (const auto& [aspect, mask] : o.masks) {
    auto it = rows_.find(aspect);
    if (it == rows_.end()) continue;
    Bits any(size_);
    for (std::size_t v = 0; v < mask.size(); ++v) {
      if (mask.test(v)) any |= it->second[v];
    }
    out &= any;
  }
  return out;
}

}  // namespace gdl::space
