// Small programs in words: what fits, the bits of a row, and the tables of the steps: see compact.h.
#include "compact.h"

#include "record.h"

namespace gdlrt {

namespace {

/// Slots of a directive, and a guard if they are several.
uint32_t slots_for(uint32_t ways) { return ways + (ways > 1 ? 1 : 0); }
/// Where so many begin that lie in one word, or byte, of `size`, if `next` is free.
uint32_t first_of(uint32_t next, uint32_t count, uint32_t size) {
  return next % size + count > size ? (next / size + 1) * size : next;
}

/// Words that slots take, with their guards: those of a directive lie in one.
uint32_t slot_words_of(const Program& p) {
  uint32_t next = 0;
  for (const DirectiveRow& d : p.directives) {
    if (!is_for(d.verb)) continue;
    if (d.way_count >= kBits) return UINT32_MAX;
    next = first_of(next, slots_for(d.way_count), kBits) + slots_for(d.way_count);
  }
  return (next + kBits - 1) / kBits;
}

}  // namespace

bool Compact::build(Plan& plan, const ParamBans& params, const View<Field>& fields,
                    const View<OfferRow>& offers, const uint32_t* offer_of, size_t record_size,
                    Arena& arena) {
  const Program& p = plan.program();
  usable_ = false;
  if (misfit(p, params, offers.count) != nullptr) return true;
  rules_ = p.rules.count;
  decisions_ = p.decisions.count;
  all_rules_ = low_bits(rules_);
  all_decisions_ = low_bits(decisions_);
  if (p.impossibles.count > 0) impossible_ = low_bits(p.impossibles.count) << decisions_;
  offer_words_ = mask_words(offers.count);
  slot_words_ = slot_words_of(p) > offer_words_ ? slot_words_of(p) : offer_words_;
  if (!plan.whole(block_)) return false;
  if (misfit(plan, block_) != nullptr) return true;
  bits_ = lay_out(p, block_);
  words_ = bits_.words;
  usable_ = true;
  return list_bits(p, arena) && tables(plan, fields, record_size, arena) && overrides(p, arena) &&
         steps(p, params, offer_of, arena);
}

const char* Compact::misfit(const Program& p, const ParamBans& params, uint32_t offers) {
  if (p.rules.count == 0 || p.decisions.count == 0 || offers == 0) return "nothing is offered";
  if (p.rules.count > kBits) return "more than 64 rules";
  if (uint64_t{p.decisions.count} + p.impossibles.count > kBits) {
    return "more than 64 decisions and constraints";
  }
  for (const DirectiveRow& d : p.directives) {
    for (uint32_t w : p.range(d.way_first, is_for(d.verb) ? d.way_count : 0)) {
      if (params.more(w)) return "several rules together may leave a parameter nothing";
    }
  }
  for (const DecisionRow& d : p.decisions) {
    for (uint32_t i = 1; i < d.rule_count; ++i) {
      if (p.operands[d.rule_first + i - 1] >= p.operands[d.rule_first + i]) {
        return "rules of a decision stand in another order";
      }
    }
  }
  return offers > kBits * kMaxSlotWords || slot_words_of(p) > kMaxSlotWords
             ? "more than 128 ways advised, and choices of several"
             : nullptr;
}

const char* Compact::misfit(const Plan& plan, const Block& whole) {
  const Program& p = plan.program();
  if (lay_out(p, whole).words == 0) return "conditions of too many parts";
  for (uint32_t i = 0; i < whole.variables; ++i) {
    const Variable& v = plan.variable(whole.tables[i].variable);
    if (v.kind == Variable::Kind::helper && fact_of(p, v) == kNone) {
      return "conditions that count, or are nested deeply";
    }
  }
  return nullptr;
}

template <class Visit>
bool Compact::each_part(const Block& whole, Visit&& visit) {
  auto is = [&](uint32_t plane, uint32_t condition) {
    return (whole.begin[plane * whole.plane + condition / kBits] >> condition % kBits & 1u) != 0;
  };
  uint32_t next = 0;
  for (uint32_t i = 0; i < whole.conditions; ++i) {
    uint32_t first = 0;
    for (uint32_t a = 0; a < whole.alternatives; first += 1 + whole.clauses[a++]) {
      uint32_t together = 0;  // parts of a further alternative
      for (uint32_t k = 0; k <= whole.clauses[a] && a > 0; ++k)
        together += is(first + k, i) ? 1 : 0;
      if (together > kAtOnce) return false;
      next = first_of(next, together, kAtOnce);
      const uint32_t cube = a > 0 ? next : kNone;
      for (uint32_t k = a > 0 ? 0 : 1; k <= whole.clauses[a]; ++k) {
        if (is(first + k, i)) visit(Part{next++, i, first + k, cube, k > 0});
      }
    }
  }
  return true;
}

Compact::Bits Compact::lay_out(const Program& p, const Block& whole) {
  Bits out;
  uint32_t next = 0;
  const bool fits = each_part(whole, [&](const Part& part) {
    next = part.at + 1;
    ++out.parts;
  });
  out.bytes = (next + kAtOnce - 1) / kAtOnce;
  const uint32_t others = p.decisions.count + p.impossibles.count;
  const bool one = p.rules.count + others + out.bytes * kAtOnce <= kBits;
  out.others = one ? p.rules.count : kBits;
  // A byte does not lie across words.
  const uint32_t end = out.others + others;
  out.first_part = one ? end : (end + kAtOnce - 1) / kAtOnce * kAtOnce;
  const uint32_t words = (out.first_part + out.bytes * kAtOnce + kBits - 1) / kBits;
  out.words = !fits || words > kMaxWords ? 0 : words <= 2 ? words : kMaxWords;
  return out;
}

uint32_t Compact::bits_of(const Program& p, const Block& whole) {
  return whole.conditions + lay_out(p, whole).parts;
}

/// Where each bit of the planes lies in a row, and what the parts do.
bool Compact::list_bits(const Program& p, Arena& arena) {
  auto place = [&](uint32_t condition) {
    return condition < p.rules.count ? condition : bits_.others + condition - p.rules.count;
  };
  for (uint32_t i = 0; i < block_.conditions; ++i) {
    if (!bit_of_.add(arena, {i / kBits, i % kBits, place(i)})) return false;
  }
  List<Part> all;
  bool memory = true;
  each_part(block_, [&](const Part& part) {
    const Bit bit{part.plane * block_.plane + part.condition / kBits, part.condition % kBits,
                  bits_.first_part + part.at};
    memory = memory && bit_of_.add(arena, bit) && all.add(arena, part);
  });
  if (!memory) return false;
  const uint32_t words = words_ == 1 ? 1 : 2;  // of conditions
  auto* bytes = arena.array<Eight>(bits_.bytes + size_t{1});
  if (bytes == nullptr) return false;
  for (uint32_t b = 0; b < bits_.bytes; ++b) {
    const uint32_t at = bits_.first_part + b * kAtOnce;
    auto* table = arena.array<uint64_t>(size_t{kChoices} * 2 * words);
    if (table == nullptr) return false;
    bytes[b] = {table, at / kBits, at % kBits};
    for (uint32_t which = 0; which < kChoices; ++which) {
      uint64_t* left = table + size_t{which} * 2 * words;
      uint64_t* more = left + words;
      memset(left, 0xff, words * sizeof *left);
      uint32_t gone = 0;  // alternatives that a clause takes away
      auto each = [&](bool clauses, uint32_t of, auto&& visit) {
        for (uint32_t i = 0; i < all.count; ++i) {
          const Part& part = all[i];
          const bool there = part.at / kAtOnce == b && (of >> part.at % kAtOnce & 1u) != 0;
          if (there && part.clause == clauses) visit(part, place(part.condition));
        }
      };
      each(true, which, [&](const Part& clause, uint32_t condition) {
        if (clause.cube == kNone) {
          left[condition / kBits] &= ~bit_at(condition % kBits);
        } else {
          gone |= 1u << clause.cube % kAtOnce;
        }
      });
      each(false, which & ~gone, [&](const Part&, uint32_t condition) {
        more[condition / kBits] |= bit_at(condition % kBits);
      });
    }
  }
  parts_.set(bytes, bits_.bytes);
  return true;
}

/// Step 2: of eight rules at a time those that override, as soon as it is decided who keeps these from standing. The tables of
/// a stage are asked at once.
bool Compact::overrides(const Program& p, Arena& arena) {
  auto* by = arena.array<uint64_t>(rules_ + size_t{1});
  auto* overridden = arena.array<uint64_t>(rules_ + size_t{1});
  if (arena.failed()) return false;
  uint64_t open = 0;  // rules that override, and are in no table yet
  for (uint32_t r = 0; r < rules_; ++r) {
    const RuleRow& row = p.rules[r];
    for (uint32_t o : p.range(row.overridden_first, row.overridden_count)) {
      by[r] |= bit_at(o);
      overridden[o] |= bit_at(r);
      open |= bit_at(o);
    }
  }
  List<Ends<Eight>> stages;
  while (open != 0) {
    List<Eight> all;
    const uint64_t undecided = open;
    for (uint32_t first = 0; first < rules_; first += kAtOnce) {
      // Those of the eight whom only others of the same override that are so themselves, or who are decided.
      uint64_t some = open & uint64_t{kChoices - 1} << first;
      for (bool fewer = true; fewer;) {
        fewer = false;
        for (uint32_t r = first; r < rules_ && r < first + kAtOnce; ++r) {
          if ((some & bit_at(r)) == 0 || (by[r] & undecided & ~some) == 0) continue;
          some &= ~bit_at(r);
          fewer = true;
        }
      }
      if (some == 0) continue;
      open &= ~some;
      auto* table = arena.array<uint64_t>(kChoices);
      if (table == nullptr || !all.add(arena, {table, 0, first})) return false;
      for (uint32_t which = 0; which < kChoices; ++which) {
        for (uint32_t r : p.rule_order) {  // each after those that override it
          const bool stands = (some & bit_at(r)) != 0 && (which >> (r - first) & 1u) != 0 &&
                              (table[which] & bit_at(r)) == 0;
          if (stands) table[which] |= overridden[r];
        }
      }
    }
    if (all.count == 0) {  // rules that override each other in a ring, which no program has
      usable_ = false;
      return true;
    }
    Ends<Eight> stage;
    stage.set(all.data, all.count);
    if (!stages.add(arena, stage)) return false;
  }
  overriders_.set(stages.data, stages.count);
  return true;
}

/// Steps 3 to 5.
bool Compact::steps(const Program& p, const ParamBans& params, const uint32_t* offer_of,
                    Arena& arena) {
  eights_ = (rules_ + kAtOnce - 1) / kAtOnce;
  const uint32_t k = slot_words_;
  const uint32_t size = kOf * k;
  auto* of_rule = arena.array<uint64_t>(size_t{rules_} * size + 1);
  auto* slots = arena.array<uint64_t>(size_t{eights_} * kChoices * size + 1);
  auto* decisions = arena.array<Decision>(decisions_ + size_t{1});
  slots_of_ = arena.array<uint64_t>(size_t{rules_} * k + 1);
  firsts_ = arena.array<uint64_t>(decisions_ + size_t{1});
  if (arena.failed()) return false;
  auto set = [&](uint32_t rule, Of of, uint32_t bit) {
    of_rule[rule * size + of * k + bit / kBits] |= bit_at(bit % kBits);
  };
  uint32_t next = 0;
  for (uint32_t at = 0; at < p.directives.count; ++at) {
    const DirectiveRow& dir = p.directives[at];
    if (!is_for(dir.verb)) continue;
    uint32_t rule = 0;
    while (at < p.rules[rule].directive_first ||
           at >= p.rules[rule].directive_first + p.rules[rule].directive_count) {
      ++rule;
    }
    const RuleRow& row = p.rules[rule];
    next = first_of(next, slots_for(dir.way_count), kBits);
    const uint32_t word = next / kBits;
    const uint64_t all = low_bits(dir.way_count) << next % kBits;
    for (uint32_t w = 0; w < dir.way_count; ++w, ++next, ++offer_of) {
      set(rule, advised, next);
      set(rule, offered, *offer_of);
      auto ban = [&](uint32_t by) {
        set(by, banned, next);
        set(by, barred, *offer_of);
        for (uint32_t y : p.range(row.yields_first, row.yields_count)) {
          if (y == by) set(by, yielded, next);
        }
      };
      const uint32_t id = p.operands[dir.way_first + w];
      const WayRow& way = p.ways[id];
      for (uint32_t b : p.range(way.ban_first, way.ban_count)) ban(b);
      for (uint32_t b : params.of(id)) ban(b);
    }
    slots_of_[rule * k + word] |= all;
    if (dir.way_count == 1) {
      singles_[word] |= all;
    } else {
      several_[word] |= all;
      guards_[word] |= bit_at(next % kBits);
      slots_of_[rule * k + word] |= bit_at(next++ % kBits);
    }
  }
  for (uint32_t part = 0; part < eights_; ++part) {
    for (uint32_t which = 0; which < kChoices; ++which) {
      uint64_t* s = slots + (size_t{part} * kChoices + which) * size;
      for (uint32_t i = 0; i < kAtOnce && part * kAtOnce + i < rules_; ++i) {
        if ((which >> i & 1u) == 0) continue;
        for (uint32_t w = 0; w < size; ++w) s[w] |= of_rule[(part * kAtOnce + i) * size + w];
      }
    }
  }
  slots_ = slots;
  for (uint32_t r = 0; r < rules_; ++r) {
    if ((p.rules[r].flags & kHasNone) != 0) nones_ |= bit_at(r);
    if ((p.rules[r].flags & kHasFor) != 0) fors_ |= bit_at(r);
  }
  for (uint32_t d = 0; d < decisions_; ++d) {
    Decision& to = decisions[decisions_ - 1 - d];
    uint64_t rules = 0;
    for (uint32_t r : p.range(p.decisions[d].rule_first, p.decisions[d].rule_count)) {
      rules |= bit_at(r);
      for (uint32_t w = 0; w < k; ++w) to.slots[w] |= slots_of_[r * k + w];
    }
    to.fors = rules & fors_;
    to.nones = rules & nones_;
    if (static_cast<Choose>(p.decisions[d].choose) == Choose::first) {
      firsts_[first_count_++] = rules;
    }
  }
  of_.set(decisions, decisions_);
  return true;
}

}  // namespace gdlrt
