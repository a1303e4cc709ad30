// Small programs in words, how they are built: see compact.h.
#include "compact.h"

#include "evaluate.h"
#include "record.h"

namespace gdlrt {

namespace {

constexpr uint32_t kBits = 64;
constexpr uint32_t kSmallRange = 256;

/// Slots of a directive, and a guard if they are several.
uint32_t slots_for(uint32_t ways) { return ways + (ways > 1 ? 1 : 0); }
/// Where so many begin that lie in one word, or byte, of `size`, if `next` is free.
uint32_t first_of(uint32_t next, uint32_t count, uint32_t size) {
  return next % size + count > size ? (next / size + 1) * size : next;
}

constexpr uint32_t kSubset = 8;  // elements of a set looked up together

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

/// A condition on the whole of a set that has few elements.
bool of_small_set(const Program& p, const NodeRow& n) {
  auto op = static_cast<Op>(n.op);
  return (op == Op::set_is || op == Op::set_count) && p.facts[n.a].enum_count <= kSubset;
}

/// The fact that the variable is of; kNone if it is of several.
uint32_t fact_of(const Program& p, const Variable& v) {
  if (v.kind != Variable::Kind::helper) return v.of;
  return of_small_set(p, p.nodes[v.of]) ? p.nodes[v.of].a : kNone;
}

}  // namespace

// -- building ----------------------------------------------------------------------------------------

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
    if (v.kind == Variable::Kind::helper && !of_small_set(p, p.nodes[v.of])) {
      return "conditions that count, or are nested deeply";
    }
  }
  return nullptr;
}

template <class Visit>
void Compact::each_part(const Block& whole, Visit&& visit) {
  auto is = [&](uint32_t plane, uint32_t condition) {
    return (whole.begin[plane * whole.plane + condition / kBits] >> condition % kBits & 1u) != 0;
  };
  for (uint32_t i = 0; i < whole.conditions; ++i) {
    uint32_t first = 0;
    for (uint32_t a = 0; a < whole.alternatives; first += 1 + whole.clauses[a++]) {
      uint32_t together = a > 0 ? 1 : 0;
      for (uint32_t k = 1; k <= whole.clauses[a] && a > 0; ++k)
        together += is(first + k, i) ? 1 : 0;
      for (uint32_t k = a > 0 ? 0 : 1; k <= whole.clauses[a]; ++k) {
        if (is(first + k, i)) visit(i, first + k, a > 0, k > 0, k > 0 ? 1 : together);
      }
    }
  }
}

Compact::Bits Compact::lay_out(const Program& p, const Block& whole) {
  Bits out;
  uint32_t next = 0;
  bool fits = true;
  each_part(whole, [&](uint32_t, uint32_t, bool, bool, uint32_t together) {
    fits = fits && together <= kAtOnce;
    next = first_of(next, together, kAtOnce) + 1;
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
  struct Part {
    uint32_t at, condition,
        cube;  // cube: the part that a clause belongs to, or kNone: the condition's first
    bool clause;
  };
  List<Part> all;
  uint32_t next = 0;
  uint32_t cube = kNone;
  bool memory = true;
  each_part(block_,
            [&](uint32_t condition, uint32_t plane, bool further, bool clause, uint32_t together) {
              next = first_of(next, together, kAtOnce);
              if (!further) cube = kNone;
              if (further && !clause) cube = next;
              const Bit bit{plane * block_.plane + condition / kBits, condition % kBits,
                            bits_.first_part + next};
              memory = memory && bit_of_.add(arena, bit) &&
                       all.add(arena, {next, place(condition), cube, clause});
              ++next;
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
      for (uint32_t i = 0; i < all.count; ++i) {
        const Part& part = all[i];
        if (part.at / kAtOnce != b || (which >> part.at % kAtOnce & 1u) == 0 || !part.clause)
          continue;
        if (part.cube == kNone) {
          left[part.condition / kBits] &= ~bit_at(part.condition % kBits);
        } else {
          gone |= 1u << part.cube % kAtOnce;
        }
      }
      for (uint32_t i = 0; i < all.count; ++i) {
        const Part& part = all[i];
        if (part.at / kAtOnce != b || ((which & ~gone) >> part.at % kAtOnce & 1u) == 0 ||
            part.clause)
          continue;
        more[part.condition / kBits] |= bit_at(part.condition % kBits);
      }
    }
  }
  parts_.set(bytes, bits_.bytes);
  return true;
}

/// Takes from `to` what the planes do not have.
void Compact::pack(const uint64_t* planes, uint64_t* to) const {
  for (uint32_t i = 0; i < bit_of_.count; ++i) {
    const Bit& b = bit_of_[i];
    if ((planes[b.word] >> b.shift & 1u) == 0) to[b.to / kBits] &= ~bit_at(b.to % kBits);
  }
}

bool Compact::tables(Plan& plan, const View<Field>& fields, size_t record_size, Arena& arena) {
  List<NullByte> nulls;
  List<Short> shorts;
  List<Elements> sets;
  for (uint32_t i = 0; i < bit_of_.count; ++i) {
    begin_[bit_of_[i].to / kBits] |= bit_at(bit_of_[i].to % kBits);
  }
  pack(block_.begin, begin_);
  memcpy(begin_open_, begin_, sizeof begin_);
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.tables[i].variable);
    if (v.kind != Variable::Kind::known) continue;
    pack(block_.tables[i].rows + block_.words, begin_);
  }
  for (const Field& f : fields) {
    if (f.null_mask != 0) {
      uint32_t k = 0;
      while (k < nulls.count && nulls[k].offset != f.null_offset) ++k;
      if (k == nulls.count && !nulls.add(arena, {static_cast<uint32_t>(f.null_offset), 0})) {
        return false;
      }
      nulls[k].mask = static_cast<uint8_t>(nulls[k].mask | f.null_mask);
    }
    if (f.offset > UINT32_MAX || f.null_offset > UINT32_MAX) {
      usable_ = false;
      return true;
    }
    if (!table_of(plan, f, shorts, sets, arena) || !single(plan, f, arena)) return false;
  }
  if (!group(record_size, arena)) return false;
  nulls_.set(nulls.data, nulls.count);
  shorts_.set(shorts.data, shorts.count);
  sets_.set(sets.data, sets.count);
  rare_ = small_.count + wide_.count + reals_.count > 0;
  return true;
}

/// What lies near each other goes into groups, as far as the values together have eight bits.
bool Compact::group(size_t record_size, Arena& arena) {
  List<Small>& all = small_;
  for (uint32_t i = 1; i < all.count; ++i) {
    for (uint32_t k = i; k > 0 && all[k].offset < all[k - 1].offset; --k) {
      Small swap = all[k];
      all[k] = all[k - 1];
      all[k - 1] = swap;
    }
  }
  auto width = [](const Small& s) {
    return s.last == 0 ? 0 : 32 - static_cast<uint32_t>(__builtin_clz(s.last));
  };
  List<Group> groups;
  uint32_t alone = 0;
  for (uint32_t i = 0; i < all.count;) {
    size_t begin = all[i].offset;
    if (record_size >= 8 && begin > record_size - 8) begin = record_size - 8;
    uint32_t end = i;
    uint32_t bits = 0;
    // The high bit of a value must be free; a least value below 0 would borrow from the next where nothing is wrong;
    // two that overlap cannot be told apart.
    auto fits = [&](const Small& s) {
      return record_size >= 8 && size_t{s.offset} + s.size <= begin + 8 &&
             s.last < 1u << (8 * s.size - 1) && s.lo >> 31 == 0 && bits + width(s) <= 8 &&
             (end == i || s.offset >= size_t{all[end - 1].offset} + all[end - 1].size);
    };
    while (end < all.count && fits(all[end])) bits += width(all[end++]);
    if (end == i) {
      all[alone++] = all[i++];
      continue;
    }
    auto* table = arena.array<uint64_t>(size_t{256} * words_);
    if (table == nullptr) return false;
    memset(table, 0xff, size_t{256} * words_ * sizeof *table);
    Group g{table, 0, 0, 0, 0, 0, begin};
    uint32_t place = bits;
    for (uint32_t k = i; k < end; ++k) {
      const Small& s = all[k];
      const uint32_t at = 8 * static_cast<uint32_t>(s.offset - begin);
      const uint64_t high = bit_at(8 * s.size - 1);
      place -= width(s);
      g.bytes |= low_bits(8 * s.size) << at;
      g.least |= uint64_t{s.lo} << at;
      g.above |= (high - 1 - s.last) << at;
      g.high |= high << at;
      if (s.last > 0) g.magic += bit_at(56 - at + place);
      for (uint32_t row = 0; row < 256; ++row) {
        uint32_t value = row >> place & ((1u << width(s)) - 1);
        if (value > s.last) continue;  // of no value: never used
        for (uint32_t w = 0; w < words_; ++w) {
          table[row * words_ + w] &= s.table[size_t{value} * words_ + w];
        }
      }
    }
    if (!groups.add(arena, g)) return false;
    i = end;
  }
  all.count = alone;
  groups_.set(groups.data, groups.count);
  return true;
}

bool Compact::single(const Plan& plan, const Field& f, Arena& arena) {
  Single out{nullptr, nullptr, &f, 0, false};
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.tables[i].variable);
    if (fact_of(plan.program(), v) != f.reading.fact) continue;
    auto* rows = arena.array<uint64_t>(size_t{v.values} * words_);
    if (rows == nullptr) return false;
    memset(rows, 0xff, size_t{v.values} * words_ * sizeof *rows);
    for (uint32_t k = 0; k < v.values; ++k) {
      pack(block_.tables[i].rows + size_t{k} * block_.words, rows + size_t{k} * words_);
    }
    if (v.kind == Variable::Kind::value) {
      out.classes = rows;
      out.count = v.values;
    } else if (v.kind == Variable::Kind::known) {
      out.known = rows;
    } else {
      out.elements = true;
    }
  }
  return singles_of_.add(arena, out);
}

/// How the field is looked up.
bool Compact::table_of(const Plan& plan, const Field& f, List<Short>& shorts, List<Elements>& sets,
                       Arena& arena) {
  const Program& p = plan.program();
  const Reading& r = f.reading;
  auto offset = static_cast<uint32_t>(f.offset);
  auto rows = [&](uint64_t count) {
    auto* out = arena.array<uint64_t>(count * words_);
    if (out != nullptr) memset(out, 0xff, count * words_ * sizeof *out);
    return out;
  };
  auto meet = [&](uint64_t* row, uint32_t variable, uint32_t value) {
    pack(block_.tables[variable].rows + size_t{value} * block_.words, row);
  };
  uint32_t value = kNone;  // the fact's variable in the block
  uint64_t elements = 0;
  for (uint32_t i = 0; i < block_.variables; ++i) {
    const Variable& v = plan.variable(block_.tables[i].variable);
    if (fact_of(p, v) != r.fact) continue;
    if (v.kind == Variable::Kind::value) value = i;
    if (v.kind == Variable::Kind::element) elements |= bit_at(v.element);
    if (v.kind == Variable::Kind::helper) elements = r.elements;  // few: they lie in one table
  }
  if (r.raw == GDLRT_RAW_SET64) {
    Arena scratch;
    Evaluator evaluator(p, scratch);
    Patient patient;
    if (evaluator.failed() || !evaluator.make(patient, scratch)) return false;
    do {
      uint32_t shift = elements == 0 ? 0 : static_cast<uint32_t>(__builtin_ctzll(elements));
      uint64_t some = elements >> shift & low_bits(kSubset);
      elements &= ~(some << shift);
      uint32_t width = some == 0 ? 0 : kBits - static_cast<uint32_t>(__builtin_clzll(some));
      uint64_t* table = rows(bit_at(width));
      if (table == nullptr) return false;
      for (uint32_t i = 0; i < block_.variables; ++i) {
        const Variable& v = plan.variable(block_.tables[i].variable);
        const bool helper = v.kind == Variable::Kind::helper;
        if (fact_of(p, v) != r.fact || v.kind == Variable::Kind::known ||
            (!helper && (v.element < shift || v.element >= shift + width))) {
          continue;
        }
        for (uint32_t s = 0; s < bit_at(width); ++s) {
          patient.sets[r.fact] = s;
          const bool holds = helper ? evaluator.node(p.nodes[v.of], patient, nullptr)
                                    : (s >> (v.element - shift) & 1u) != 0;
          meet(table + size_t{s} * words_, i, holds ? 1 : 0);
        }
      }
      if (!sets.add(arena, {table, offset, shift, low_bits(width), r.elements, r.fact})) {
        return false;
      }
    } while (elements != 0);
    return true;
  }
  bool real = r.raw == GDLRT_RAW_F64;
  bool small = !real && r.lo <= r.hi &&
               static_cast<uint64_t>(r.hi) - static_cast<uint64_t>(r.lo) < kSmallRange;
  uint64_t last = small ? static_cast<uint64_t>(r.hi - r.lo) : p.facts[r.fact].classes - 1;
  uint64_t* table = rows(last + 1);
  if (table == nullptr) return false;
  for (uint64_t i = 0; i <= last && value != kNone; ++i) {
    uint32_t code = small ? r.class_of(r.lo + static_cast<int64_t>(i)) : static_cast<uint32_t>(i);
    meet(table + i * words_, value, code);
  }
  if (real && r.count <= 2) {
    // Reached are: the least value, the thresholds, the first value beyond. Where there are fewer, two are the same.
    auto* by_bits = arena.array<uint64_t>(size_t{16} * words_);
    if (by_bits == nullptr) return false;
    Short s{by_bits, {r.real_lo, r.real_beyond, r.real_beyond, r.real_beyond}, offset};
    for (uint32_t i = 0; i < r.count; ++i) s.reached[1 + i] = r.real_begins[i];
    for (uint32_t i = 0; i <= r.count; ++i) {
      memcpy(by_bits + ((size_t{2} << i) - 1) * words_, table + size_t{i} * words_,
             words_ * sizeof *table);
    }
    return shorts.add(arena, s);
  }
  if (real) {
    return reals_.add(arena, {table, r.real_begins, r.real_lo, r.real_hi, offset, r.count});
  }
  // Of bytes and words of 32 bits the difference from the least value, taken without sign, tells those below too.
  if (small && r.raw != GDLRT_RAW_I64) {
    const uint32_t size = r.raw == GDLRT_RAW_U8 ? 1 : 4;
    return small_.add(
        arena, {table, offset, size, static_cast<uint32_t>(r.lo), static_cast<uint32_t>(last)});
  }
  if (r.lo > r.hi) {  // no value fits: the general way says so
    usable_ = false;
    return true;
  }
  return wide_.add(arena, {table, small ? nullptr : &f.reading, offset, r.lo,
                           static_cast<uint64_t>(r.hi) - static_cast<uint64_t>(r.lo)});
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
  first_ = first_count_ > 0;
  return true;
}

}  // namespace gdlrt
