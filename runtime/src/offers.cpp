// Offers and statuses: see offers.h.
#include "offers.h"

#include "run_limits.h"

namespace gdlrt {

namespace {

// So many parts of an offer are told apart even when the steps are spent: that is little work.
constexpr uint32_t kFewParts = 8;

}  // namespace

uint32_t Offers::param_words(uint32_t way) const {
  uint32_t words = 0;
  for (uint32_t q : p_.range(p_.ways[way].param_first, p_.ways[way].param_count)) {
    words += mask_words(p_.params[q].classes);
  }
  return words;
}

bool Offers::add(uint32_t decision, uint32_t rule, uint32_t verb, uint32_t way, Ref when) {
  uint32_t& at = index_[verb][way];
  if (at == 0) {
    Offer o;
    o.decision = decision;
    o.verb = verb;
    o.way = way;
    if (!whole_.add(arena_, o)) return false;
    at = whole_.count;
  }
  Offer& o = whole_[at - 1];
  o.when = partial_.sets().either(o.when, when);
  bool again = o.rules.count > 0 && o.rules[o.rules.count - 1] == rule;
  return again || o.rules.add(arena_, rule);
}

/// Takes from every part of the offer in hand, for those for whom the use is heard, the classes of its mask, or
/// keeps these only.
bool Offers::cut(uint32_t use, uint64_t* offset, bool keep) {
  const ParamUseRow& u = p_.param_uses[use];
  Ref heard = partial_.stands(u.rule);
  if (heard == kNo) return true;
  uint32_t words = mask_words(p_.params[u.param].classes);
  Diagram& g = partial_.sets();
  cut_.count = 0;
  for (uint32_t i = 0; i < parts_.count && !whole_only_; ++i) {
    const Offer& part = parts_[i];
    uint32_t all = param_words(part.way);
    auto* left = arena_.array<uint64_t>(all + size_t{1});
    if (left == nullptr) return false;
    memcpy(left, part.params, all * sizeof *left);
    for (uint32_t w = 0; w < words; ++w) {
      uint64_t mask = p_.masks[u.mask + w];
      left[*offset + w] &= keep ? mask : ~mask;
    }
    bool changed = memcmp(left, part.params, all * sizeof *left) != 0;
    for (uint32_t side = changed ? 0 : 1; side < 2; ++side) {
      bool with = side == 0;
      Offer piece = part;
      if (with) piece.params = left;
      if (changed) piece.when = with ? g.both(part.when, heard) : g.minus(part.when, heard);
      if (piece.when == kNo) continue;
      uint32_t k = 0;
      while (k < cut_.count && memcmp(cut_[k].params, piece.params, all * sizeof *left) != 0) ++k;
      bool spent = !g.work(k + uint64_t{all} + 1);
      whole_only_ = whole_only_ || (spent && cut_.count > kFewParts);
      if (k < cut_.count) {
        cut_[k].when = g.either(cut_[k].when, piece.when);
      } else if (!cut_.add(arena_, piece)) {
        return false;
      }
    }
    whole_only_ = whole_only_ || cut_.count > static_cast<uint64_t>(limits::parameter_parts);
  }
  List<Offer> swap = parts_;
  parts_ = cut_;
  cut_ = swap;
  return true;
}

/// The offer in parts, one for each thing that may be left of its parameters. Their number may double with each rule
/// that says something of one; past limits::parameter_parts, or past the steps, they stay together, and are undecided.
bool Offers::split(const Offer& whole) {
  View<WordRow> params = p_.range(p_.ways[whole.way].param_first, p_.ways[whole.way].param_count);
  Offer all = whole;
  all.params = arena_.array<uint64_t>(param_words(whole.way) + size_t{1});
  if (all.params == nullptr) return false;
  uint64_t offset = 0;
  for (uint32_t q : params) {
    uint32_t classes = p_.params[q].classes;
    for (uint32_t c = 0; c < classes; ++c) all.params[offset + c / 64] |= uint64_t{1} << (c % 64);
    offset += mask_words(classes);
  }
  parts_.count = 0;
  whole_only_ = false;
  if (!parts_.add(arena_, all)) return false;
  offset = 0;
  const WayRow& way = p_.ways[whole.way];
  for (uint32_t q : params) {
    const ParamRow& row = p_.params[q];
    for (uint32_t k = 0; k < row.setting_count && !whole_only_; ++k) {
      if (!cut(row.setting_first + k, &offset, true)) return false;
    }
    for (uint32_t k = 0; k < way.param_ban_count; ++k) {
      if (p_.param_uses[way.param_ban_first + k].param != q) continue;
      if (!cut(way.param_ban_first + k, &offset, false)) return false;
    }
    offset += mask_words(row.classes);
    if (whole_only_) break;
  }
  if (whole_only_) {
    all.when = kOpen;
    return offers_.add(arena_, all);
  }
  for (uint32_t i = 0; i < parts_.count; ++i) {
    if (!offers_.add(arena_, parts_[i])) return false;
  }
  return true;
}

bool Offers::collect() {
  first_ = arena_.array<uint32_t>(p_.decisions.count + size_t{1});
  for (uint32_t*& index : index_) index = arena_.array<uint32_t>(p_.ways.count + size_t{1});
  if (arena_.failed()) return false;
  Diagram& g = partial_.sets();
  for (uint32_t d = 0; d < p_.decisions.count; ++d) {
    whole_.count = 0;
    const DecisionRow& decision = p_.decisions[d];
    for (uint32_t r : p_.range(decision.rule_first, decision.rule_count)) {
      const RuleRow& row = p_.rules[r];
      if (partial_.kept(r) == kNo) continue;
      for (uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
        const DirectiveRow& dir = p_.directives[k];
        if (!is_for(dir.verb)) continue;
        for (uint32_t w : p_.range(dir.way_first, dir.way_count)) {
          Ref when = g.minus(partial_.kept(r), partial_.removed(w));
          if (when != kNo && !add(d, r, dir.verb, w, when)) return false;
        }
      }
    }
    for (uint32_t i = 0; i < whole_.count; ++i) {
      index_[whole_[i].verb][whole_[i].way] = 0;
      bool plain = p_.ways[whole_[i].way].param_count == 0;
      if (plain ? !offers_.add(arena_, whole_[i]) : !split(whole_[i])) return false;
    }
    first_[d + 1] = offers_.count;
  }
  return !arena_.failed();
}

Ref Offers::same(const Offer& o) const {
  for (const Offer& mine : of(o.decision)) {
    if (mine.verb != o.verb || mine.way != o.way) continue;
    if (mine.when == kOpen) return kOpen;
    uint32_t words = param_words(o.way);
    if (words == 0 || memcmp(mine.params, o.params, words * sizeof *o.params) == 0) {
      return mine.when;
    }
  }
  return kNo;
}

Ref Offers::any(const Offer& o, uint32_t& parts) const {
  Ref out = kNo;
  parts = 0;
  for (const Offer& mine : of(o.decision)) {
    if (mine.verb != o.verb || mine.way != o.way || mine.when == kNo) continue;
    out = partial_.sets().either(out, mine.when);
    ++parts;
  }
  return out;
}

// -- statuses ----------------------------------------------------------------------------------------

bool Findings::compute(uint64_t steps) {
  if (!base_.run(steps) || !offers_.collect()) return false;
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    bool read = (p_.facts[f].flags & (kUsed | kKnownnessTested)) != 0;
    defaulted_ = defaulted_ || (facts_.facts[f].defaulted && read);
  }
  if (defaulted_ && (!raw_.run(steps) || !raw_offers_.collect())) return false;
  judge_offers();
  return !arena_.failed();
}

void Findings::judge_offers() {
  for (uint32_t d = 0; d < p_.decisions.count; ++d) {
    for (uint32_t i = 0; i < offers_.of(d).count; ++i) {
      Offer& o = offers_.at(d, i);
      o.status = status([&](Partial& p) { return &p == &base_ ? o.when : raw_offers_.same(o); });
    }
  }
}

Status Findings::way_status(const Offer& o, bool& several) {
  uint32_t parts = 0;
  several = false;
  if (p_.ways[o.way].param_count == 0) return o.status;  // it is whole
  Ref here = offers_.any(o, parts);
  several = parts > 1;
  if (!several) return o.status;
  return status([&](Partial& p) { return &p == &base_ ? here : raw_offers_.any(o, parts); });
}

bool Findings::everybody(Partial& p, Ref set) {
  if (set == kYes) return true;
  Diagram& g = p.sets();
  for (Level v = 0; v < g.variables() && !g.constant(set); ++v) {
    if (p.variables(p.fact_of(v)).known == v) set = g.cofactor(set, v, 0);
  }
  return set == kYes;
}

Status Findings::certain(Ref set) {
  return everybody(defaulted_ ? raw_ : base_, set) ? Status::certain : Status::assumed;
}

Status Findings::judge(Ref set) {
  Status s = Status::undecided;
  if (judged_.find(arena_, set, s)) return s;
  return judged_.put(arena_, set, share(set, kYes));
}

Status Findings::share(Ref part, Ref whole) {
  Diagram& g = base_.sets();
  if (part == kNo) return Status::never;
  if (part == kYes) return Status::certain;
  if (part != kOpen && part == Diagram::negate(whole)) return Status::never;
  if (part == whole) {
    Status s = judge(whole);
    if (s != Status::undecided) return s == Status::never ? s : Status::certain;
  }
  Ref all = g.both(base_.possible_for(part, whole, true), whole);
  Ref with = g.common(all, part);
  if (with == kNo) return Status::never;
  Ref without = g.common(all, Diagram::negate(part));
  if (without == kNo) return Status::certain;
  return with == kOpen || without == kOpen ? Status::undecided : Status::possible;
}

}  // namespace gdlrt
