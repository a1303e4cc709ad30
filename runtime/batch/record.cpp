// Records to answers: see record.h.
#include "record.h"

#include "options.h"
#include "run_limits.h"

namespace gdlrt {

namespace {

void set_bit(uint64_t* words, uint32_t i) { words[i / 64] |= uint64_t{1} << i % 64; }

/// To look at so many patients costs less than to make diagrams of them.
constexpr uint64_t kFewPatients = 128;
constexpr uint64_t kCached =
    262144;  // bytes of tables that stay in the caches from one patient to the next

}  // namespace

// -- the state ---------------------------------------------------------------------------------------

Records::Records(const Layout& layout, Arena& arena)
    : l_(layout), plan_(layout.plan), p_(layout.plan.program()), evaluator_(p_, arena) {
  failed_ = evaluator_.failed() || !evaluator_.make(patient_, arena) || !make(certain_, arena) ||
            !make(possible_, arena) || !make(now_, arena);
  outcome_.stands = arena.array<uint8_t>(p_.rules.count + size_t{1});
  codes_ = arena.array<uint8_t>(plan_.variables().count + size_t{1});
  nodes_ = arena.array<uint8_t>(p_.nodes.count + size_t{1});
  planes_ = arena.array<uint64_t>(plan_.words() + size_t{1});
  applied_ = arena.array<uint32_t>(p_.rules.count + size_t{1});
  decided_ = arena.array<Applied>(p_.decisions.count + size_t{1});
  overridable_ = arena.array<uint64_t>(mask_words(plan_.overridable().count) + size_t{1});
  open_ = arena.array<uint32_t>(p_.facts.count + size_t{1});
  open_memory_ = arena.array<uint8_t>(l_.open_size + 1);
  for (uint32_t i = 0; i < plan_.variables().count && !arena.failed(); ++i) {
    const Variable& v = plan_.variables()[i];
    if (!v.used || v.kind == Variable::Kind::value) continue;
    List<uint32_t>& to = v.kind == Variable::Kind::element ? elements_
                         : v.kind == Variable::Kind::known ? known_
                                                           : helpers_;
    (void)to.add(arena, i);
  }
  failed_ = failed_ || arena.failed();
  far_ = plan_.bytes() + l_.steps.bytes() > kCached;
  show(certain_, shown_[0]);
  show(possible_, shown_[1]);
  for (uint32_t f = 0; f < p_.facts.count && !failed_; ++f) patient_.known[f] = 1;
}

bool Records::make(Masks& out, Arena& arena) const {
  out.all = arena.array<uint64_t>(l_.mask_words + size_t{1});
  if (out.all == nullptr) return false;
  out.rules = out.all;
  out.offers = out.rules + mask_words(p_.rules.count);
  uint64_t* at = out.offers + mask_words(l_.offers.count);
  for (uint64_t*& d : out.decisions) {
    d = at;
    at += mask_words(p_.decisions.count);
  }
  return true;
}

inline bool Records::read(const Field& f, const uint8_t* record) {
  const Reading& r = f.reading;
  const uint8_t* at = record + f.offset;
  int64_t v = 0;
  switch (r.raw) {
    case GDLRT_RAW_U8: v = *at; break;
    case GDLRT_RAW_I32: {
      int32_t word = 0;
      memcpy(&word, at, sizeof word);
      v = word;
      break;
    }
    case GDLRT_RAW_I64: memcpy(&v, at, sizeof v); break;
    case GDLRT_RAW_F64: {
      double real = 0;
      memcpy(&real, at, sizeof real);
      set_class(r.fact, f.code, r.class_of(real));
      return r.valid(real);
    }
    default: {
      uint64_t set = 0;
      memcpy(&set, at, sizeof set);
      patient_.sets[r.fact] = set;
      return (set & ~r.elements) == 0;
    }
  }
  if (!r.valid(v)) return false;
  set_class(r.fact, f.code, r.class_of(v));
  return true;
}

bool Records::read(const uint8_t* record, uint32_t& bad) {
  open_count_ = 0;
  known_all_ = false;
  for (uint32_t i = 0; i < l_.fields.count; ++i) {
    const Field& f = l_.fields[i];
    bool open = (record[f.null_offset] & f.null_mask) != 0;
    patient_.known[f.reading.fact] = open ? 0 : 1;
    if (open) {
      if (plan_.reads_value(f.reading.fact)) open_[open_count_++] = f.reading.fact;
    } else if (!read(f, record)) {
      bad = i;
      return false;
    }
  }
  return true;
}

bool Records::read_known(const uint8_t* record) {
  if (!l_.reader.all_known(record)) return false;
  if (!known_all_) {
    for (uint32_t f = 0; f < p_.facts.count; ++f) patient_.known[f] = 1;
    for (uint32_t i = 0; i < known_.count; ++i) codes_[known_[i]] = 1;
    known_all_ = true;
  }
  if (!l_.reader.read(record, codes_, patient_)) return false;
  code_helpers();
  return true;
}

void Records::code_helpers() {
  for (uint32_t n : plan_.helper_nodes()) {
    nodes_[n] = evaluator_.node(p_.nodes[n], patient_, nodes_) ? 1 : 0;
  }
  for (uint32_t i = 0; i < helpers_.count; ++i) {
    codes_[helpers_[i]] = nodes_[plan_.variable(helpers_[i]).of];
  }
}

/// The variables that are no values of facts.
void Records::code_variables() {
  for (uint32_t i = 0; i < elements_.count; ++i) {
    const Variable& v = plan_.variable(elements_[i]);
    codes_[elements_[i]] = static_cast<uint8_t>(patient_.sets[v.of] >> v.element & 1u);
  }
  for (uint32_t i = 0; i < known_.count; ++i) {
    codes_[known_[i]] = patient_.known[plan_.variable(known_[i]).of];
  }
  code_helpers();
}

/// The planes that the patient's values leave. The words stay in registers where they are few.
template <uint32_t kWords>
static inline void meet(const Block& b, const uint8_t* codes, uint64_t* planes) {
  uint64_t acc[kWords];
  for (uint32_t w = 0; w < kWords; ++w) acc[w] = b.begin[w];
  for (const Block::Table *t = b.tables, *end = t + b.variables; t != end; ++t) {
    const uint64_t* row = t->rows + size_t{codes[t->variable]} * kWords;
    for (uint32_t w = 0; w < kWords; ++w) acc[w] &= row[w];
  }
  for (uint32_t w = 0; w < kWords; ++w) planes[w] = acc[w];
}
static void meet_any(const Block& b, const uint8_t* codes, uint64_t* planes) {
  memcpy(planes, b.begin, b.words * sizeof *planes);
  for (const Block::Table *t = b.tables, *end = t + b.variables; t != end; ++t) {
    const uint64_t* row = t->rows + size_t{codes[t->variable]} * b.words;
    for (uint32_t w = 0; w < b.words; ++w) planes[w] &= row[w];
  }
}

/// Which of the block's conditions hold.
inline void Records::conditions(const Block& b, uint64_t* out) {
  if (b.words == 1) return meet<1>(b, codes_, out);
  if (b.words == 2 && b.plane == 2) return meet<2>(b, codes_, out);
  switch (b.words) {
    case 2: meet<2>(b, codes_, planes_); break;
    case 3: meet<3>(b, codes_, planes_); break;
    case 4: meet<4>(b, codes_, planes_); break;
    case 6: meet<6>(b, codes_, planes_); break;
    case 8: meet<8>(b, codes_, planes_); break;
    default: meet_any(b, codes_, planes_); break;
  }
  memset(out, 0, b.plane * sizeof *out);
  const uint64_t* at = planes_;
  for (uint32_t a = 0; a < b.alternatives; ++a) {
    for (uint32_t w = 0; w < b.plane; ++w) {
      uint64_t holds = at[w];
      for (uint32_t k = 1; k <= b.clauses[a]; ++k) holds &= ~at[k * b.plane + w];
      out[w] |= holds;
    }
    at += size_t{1 + b.clauses[a]} * b.plane;
  }
}

inline void Records::apply(uint32_t rule, Masks& out) {
  applied_[applied_count_++] = rule;
  outcome_.stands[rule] = 1;
  set_bit(out.rules, rule);
}

/// Calls `visit` with the place of every bit.
template <class Visit>
static inline void each_bit(uint64_t word, uint32_t base, Visit&& visit) {
  for (; word != 0; word &= word - 1) {
    visit(base + static_cast<uint32_t>(__builtin_ctzll(word)));
  }
}

/// Brings the tables of some decisions into the caches, as RecordSteps::bring does.
void Records::bring(const Applied* decided, uint32_t count) const {
  const Applied* end = decided + count;
  for (const Applied* a = decided; a != end; ++a) {
    __builtin_prefetch(plan_.decision(a->decision).data);
    __builtin_prefetch(p_.decisions.data + a->decision);
  }
  for (const Applied* a = decided; a != end; ++a) {
    for (const Block& b : plan_.decision(a->decision)) {
      __builtin_prefetch(b.begin);
      for (uint32_t i = 0; i < b.variables; i += 4) __builtin_prefetch(b.tables + i);
    }
  }
  for (const Applied* a = decided; a != end; ++a) {
    for (const Block& b : plan_.decision(a->decision)) {
      for (const Block::Table *t = b.tables, *last = t + b.variables; t != last; ++t) {
        __builtin_prefetch(t->rows + size_t{codes_[t->variable]} * b.words);
      }
    }
  }
}

/// The rules that apply of a decision that is about the patient.
inline void Records::apply_rules(Applied& decided, Masks& out) {
  const uint32_t* rules = p_.operands.data + p_.decisions[decided.decision].rule_first;
  decided.first = applied_count_;
  for (const Block& b : plan_.decision(decided.decision)) {
    uint64_t words[Block::kConditions / 64];
    conditions(b, words);
    for (uint32_t k = 0; k < b.plane; ++k) {
      each_bit(words[k], 64 * k,
               [&](uint32_t at) { apply(b.rule != kNone ? b.rule + at : rules[at], out); });
    }
    rules += b.conditions;
  }
  decided.count = applied_count_ - decided.first;
}

/// Step 2, in the order in which rules override each other.
void Records::override_rules(Masks& out) {
  for (uint32_t i = 0; i < applied_count_; ++i) {
    uint32_t place = l_.steps.place(applied_[i]);
    if (place != kNone) set_bit(overridable_, place);
  }
  for (uint32_t w = 0; w < mask_words(plan_.overridable().count); ++w) {
    each_bit(overridable_[w], w * 64, [&](uint32_t place) {
      uint32_t r = plan_.overridable()[place];
      if (evaluator_.not_overridden(r, outcome_)) return;
      outcome_.stands[r] = 0;
      out.rules[r / 64] &= ~(uint64_t{1} << r % 64);
    });
    overridable_[w] = 0;
  }
}

/// The decisions that are about the patient, some at a time.
template <class Visit>
inline void Records::each_few(Visit&& visit) {
  for (uint32_t i = 0; i < decided_count_; i += kFew) {
    uint32_t left = decided_count_ - i;
    visit(decided_ + i, left < kFew ? left : kFew);
  }
}

/// The steps for the patient; false if no such patient is possible. `out` is zero before.
bool Records::one(bool only_rules, Masks& out) {
  for (uint32_t i = 0; i < applied_count_; ++i) outcome_.stands[applied_[i]] = 0;
  applied_count_ = decided_count_ = 0;
  uint64_t words[Block::kConditions / 64];
  for (const Block& b : plan_.constraints()) {
    conditions(b, words);
    uint64_t any = 0;
    for (uint32_t w = 0; w < b.plane; ++w) any |= words[w];
    if (any != 0) return false;
  }
  const uint32_t* rules = plan_.free_rules().data;
  for (const Block& b : plan_.free()) {
    conditions(b, words);
    for (uint32_t w = 0; w < b.plane; ++w) {
      each_bit(words[w], 64 * w, [&](uint32_t at) { apply(rules[at], out); });
    }
    rules += b.conditions;
  }
  uint64_t* domain = out.decisions[Masks::domain];
  for (const Block& b : plan_.domains()) {
    conditions(b, domain);
    domain += b.plane;
  }
  domain = out.decisions[Masks::domain];
  for (uint32_t w = 0; w < mask_words(p_.decisions.count); ++w) {
    each_bit(domain[w], w * 64, [&](uint32_t d) { decided_[decided_count_++].decision = d; });
  }
  each_few([&](Applied* from, uint32_t count) {
    if (far_) bring(from, count);
    for (uint32_t i = 0; i < count; ++i) apply_rules(from[i], out);
  });
  if (plan_.overridable().count > 0) override_rules(out);
  if (only_rules) return true;
  each_few([&](Applied* from, uint32_t count) {
    const Applied& last = from[count - 1];
    if (far_) l_.steps.bring(applied_ + from->first, last.first + last.count - from->first);
    for (uint32_t i = 0; i < count; ++i) {
      l_.steps.decide(from[i], applied_, evaluator_, outcome_, out);
    }
  });
  return true;
}

uint64_t Records::patients() const {
  constexpr auto kMost = static_cast<uint64_t>(limits::record_patients);
  uint64_t out = 1;
  for (uint32_t i = 0; i < open_count_ && out <= kMost; ++i) {
    const FactRow& row = p_.facts[open_[i]];
    bool set = static_cast<FactKind>(row.kind) == FactKind::set;
    uint32_t elements = set ? popcount(plan_.elements_read(open_[i])) : 0;
    if (elements > 32) return kMost + 1;
    out *= set ? uint64_t{1} << elements : row.classes;
  }
  return out;
}

/// All patients who agree with the record at once.
gdlrt_status Records::all_patients() {
  memset(certain_.all, 0, l_.mask_words * sizeof *certain_.all);
  memset(possible_.all, 0, l_.mask_words * sizeof *possible_.all);
  OpenRecord open(p_, l_.circuit, open_memory_, l_.open_size);
  switch (open.run(patient_, certain_, possible_)) {
    case OpenRecord::Outcome::done: return GDLRT_OK;
    case OpenRecord::Outcome::nobody: return GDLRT_BAD_CASE;
    case OpenRecord::Outcome::undecided: break;
  }
  return GDLRT_UNDECIDED;
}

/// Every patient who agrees with the record.
gdlrt_status Records::each_patient(uint64_t patients, bool only_rules) {
  bool any = false;
  for (uint64_t n = 0; n < patients; ++n) {
    uint64_t rest = n;
    for (uint32_t i = 0; i < open_count_; ++i) {
      uint32_t f = open_[i];
      const FactRow& row = p_.facts[f];
      if (static_cast<FactKind>(row.kind) != FactKind::set) {
        set_class(f, plan_.value_of(f), static_cast<uint32_t>(rest % row.classes));
        rest /= row.classes;
        continue;
      }
      patient_.sets[f] = 0;
      for (uint64_t left = plan_.elements_read(f); left != 0; left &= left - 1, rest >>= 1) {
        if ((rest & 1u) != 0) patient_.sets[f] |= left & (~left + 1);
      }
    }
    memset(now_.all, 0, l_.mask_words * sizeof *now_.all);
    code_variables();
    if (!one(only_rules, now_)) continue;
    for (uint32_t w = 0; w < l_.mask_words; ++w) {
      certain_.all[w] = any ? certain_.all[w] & now_.all[w] : now_.all[w];
      possible_.all[w] = any ? possible_.all[w] | now_.all[w] : now_.all[w];
    }
    any = true;
  }
  return any ? GDLRT_OK : GDLRT_BAD_CASE;
}

void Records::show(const Masks& m, gdlrt_masks& to) {
  to = {m.rules,
        m.offers,
        m.decisions[Masks::domain],
        m.decisions[Masks::gap],
        m.decisions[Masks::stranded],
        m.decisions[Masks::conflict]};
}

inline void Records::show_all_known(gdlrt_record_result& out) const {
  out.certain = out.possible = &shown_[0];
  out.bad_field = GDLRT_NO_FIELD;
}

gdlrt_status Records::evaluate(const uint8_t* record, bool only_rules, gdlrt_record_result& out) {
  if (l_.compact.usable()) {
    show_all_known(out);
    Compact::Outcome outcome = only_rules ? l_.compact.rules(record, *certain_.rules)
                                          : l_.compact.evaluate(record, certain_.all);
    if (outcome == Compact::Outcome::done) return GDLRT_OK;
    if (outcome == Compact::Outcome::other && !only_rules) {
      outcome = l_.compact.evaluate_open(record, certain_.all, possible_.all);
      out.possible = &shown_[1];
      if (outcome == Compact::Outcome::done) return GDLRT_OK;
    }
    if (outcome == Compact::Outcome::impossible) return GDLRT_BAD_CASE;
  }
  return evaluate_any(record, only_rules, out);
}

gdlrt_status Records::evaluate_any(const uint8_t* record, bool only_rules,
                                   gdlrt_record_result& out) {
  show_all_known(out);
  if (read_known(record)) {
    memset(certain_.all, 0, l_.mask_words * sizeof *certain_.all);
    return one(only_rules, certain_) ? GDLRT_OK : GDLRT_BAD_CASE;
  }
  if (!read(record, out.bad_field)) return GDLRT_BAD_CASE;
  if (open_count_ > 0) {
    out.possible = &shown_[1];
    uint64_t many = patients();
    gdlrt_status status = GDLRT_UNDECIDED;
    if (many > kFewPatients && l_.open_size > 0) status = all_patients();
    if (status != GDLRT_UNDECIDED) return status;
    return many > static_cast<uint64_t>(limits::record_patients) ? status
                                                                 : each_patient(many, only_rules);
  }
  code_variables();
  memset(certain_.all, 0, l_.mask_words * sizeof *certain_.all);
  return one(only_rules, certain_) ? GDLRT_OK : GDLRT_BAD_CASE;
}

gdlrt_status refuse_layout(const char* name, const char* why, const char* see, gdlrt_write write,
                           void* errors) {
  Out line(write, errors);
  line << "{\"code\":\"GDL7005\",\"name\":\"bad-layout\",\"severity\":\"error\",\"line\":1,"
          "\"column\":1,\"message\":\"";
  if (name != nullptr) (line << '`').escaped(name, strlen(name)) << "`: ";
  line << why << "\",\"help\":\"see " << see << "\"}\n";
  return line.flush() ? GDLRT_BAD_ARGUMENT : GDLRT_STOPPED;
}

}  // namespace gdlrt

// -- the C ABI ---------------------------------------------------------------------------------------

struct gdlrt_plan {
  gdlrt::Arena arena;
  gdlrt::Layout layout;
  static void* operator new(size_t, void* at) noexcept { return at; }
};

struct gdlrt_state {
  gdlrt::Arena arena;
  gdlrt::Records records;
  gdlrt_state(const gdlrt::Layout& layout, void* memory, size_t size)
      : arena(memory, size), records(layout, arena) {}
  static void* operator new(size_t, void* at) noexcept { return at; }
};

namespace {

constexpr size_t kStateOffset = (sizeof(gdlrt_state) + 15) & ~size_t{15};

gdlrt_status make_plan(const gdlrt_program* program, const gdlrt_field* given, size_t count,
                       size_t record_size, gdlrt_plan& plan, gdlrt_write write, void* errors) {
  auto* fields = plan.arena.array<gdlrt_field>(count + 1);
  if (fields == nullptr) return GDLRT_NO_MEMORY;
  constexpr const char* kSee = "gdlrt/record.h for how values are held";
  const char* why = gdlrt::take_facts(given, count, fields, "a field names no fact");
  if (why != nullptr) return gdlrt::refuse_layout(nullptr, why, kSee, write, errors);
  uint32_t bad = 0;
  uint32_t fact = 0;
  gdlrt_status status =
      plan.layout.make(program->program, fields, count, record_size, plan.arena, bad, fact, why);
  if (status != GDLRT_BAD_ARGUMENT) return status;
  const gdlrt::Program& p = program->program;
  const char* name = bad != gdlrt::kNone ? fields[bad].fact : p.name(p.facts[fact].name);
  return gdlrt::refuse_layout(name, why, kSee, write, errors);
}

/// Of a result of another version: as much as it has room for.
GDLRT_NOINLINE gdlrt_status evaluate_older(gdlrt_state& state, const void* record, bool only_rules,
                                           gdlrt_record_result* result) {
  gdlrt_record_result whole{};
  if (gdlrt::fill(result, whole) != GDLRT_OK) return GDLRT_BAD_ARGUMENT;
  gdlrt_status status =
      state.records.evaluate(static_cast<const uint8_t*>(record), only_rules, whole);
  (void)gdlrt::fill(result, whole);
  return status;
}

inline gdlrt_status evaluate(const gdlrt_plan* plan, gdlrt_state* state, const void* record,
                             bool only_rules, gdlrt_record_result* result) {
  if (plan == nullptr || state == nullptr || record == nullptr || result == nullptr) {
    return GDLRT_BAD_ARGUMENT;
  }
  if (result->size < sizeof *result) return evaluate_older(*state, record, only_rules, result);
  return state->records.evaluate(static_cast<const uint8_t*>(record), only_rules, *result);
}

}  // namespace

extern "C" {

gdlrt_status gdlrt_plan_make(const gdlrt_program* program, const gdlrt_field* fields, size_t count,
                             size_t record_size, gdlrt_plan** out, gdlrt_write write_error,
                             void* errors) {
  if (out != nullptr) *out = nullptr;
  if (out == nullptr || program == nullptr || (fields == nullptr && count > 0)) {
    return GDLRT_BAD_ARGUMENT;
  }
  void* memory = malloc(sizeof(gdlrt_plan));
  if (memory == nullptr) return GDLRT_NO_MEMORY;
  auto* plan = new (memory) gdlrt_plan();
  gdlrt_status status = make_plan(program, fields, count, record_size, *plan, write_error, errors);
  if (status == GDLRT_OK) {
    *out = plan;
  } else {
    gdlrt_plan_free(plan);
  }
  return status;
}

void gdlrt_plan_free(gdlrt_plan* plan) {
  if (plan == nullptr) return;
  plan->~gdlrt_plan();
  free(plan);
}

uint32_t gdlrt_plan_rules(const gdlrt_plan* plan) {
  return plan == nullptr ? 0 : plan->layout.plan.program().rules.count;
}
uint32_t gdlrt_plan_decisions(const gdlrt_plan* plan) {
  return plan == nullptr ? 0 : plan->layout.plan.program().decisions.count;
}
uint32_t gdlrt_plan_offers(const gdlrt_plan* plan) {
  return plan == nullptr ? 0 : plan->layout.offers.count;
}

int gdlrt_plan_offer(const gdlrt_plan* plan, uint32_t offer, gdlrt_offer* out) {
  if (offer >= gdlrt_plan_offers(plan)) return 0;
  const gdlrt::Program& p = plan->layout.plan.program();
  const gdlrt::OfferRow& row = plan->layout.offers[offer];
  gdlrt_status status =
      gdlrt::fill(out, {0, row.decision, p.ways[row.way].leaf_count,
                        p.name(p.decisions[row.decision].name), gdlrt::kVerbNames[row.verb]});
  return status == GDLRT_OK ? 1 : 0;
}

const char* gdlrt_plan_offer_leaf(const gdlrt_plan* plan, uint32_t offer, uint32_t leaf) {
  if (offer >= gdlrt_plan_offers(plan)) return nullptr;
  const gdlrt::Program& p = plan->layout.plan.program();
  const gdlrt::WayRow& way = p.ways[plan->layout.offers[offer].way];
  if (leaf >= way.leaf_count) return nullptr;
  return p.name(p.actions[p.operands[way.leaf_first + leaf]].name);
}

size_t gdlrt_state_size(const gdlrt_plan* plan) {
  return plan == nullptr ? 0 : kStateOffset + plan->layout.state_size;
}

gdlrt_status gdlrt_state_make(const gdlrt_plan* plan, void* memory, size_t size,
                              gdlrt_state** out) {
  if (out == nullptr) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  if (plan == nullptr || memory == nullptr || reinterpret_cast<uintptr_t>(memory) % 16 != 0 ||
      size < gdlrt_state_size(plan)) {
    return GDLRT_BAD_ARGUMENT;
  }
  auto* rest = static_cast<uint8_t*>(memory) + kStateOffset;
  auto* state = new (memory) gdlrt_state(plan->layout, rest, size - kStateOffset);
  if (state->records.failed()) return GDLRT_NO_MEMORY;
  *out = state;
  return GDLRT_OK;
}

gdlrt_status gdlrt_record_evaluate(const gdlrt_plan* plan, gdlrt_state* state, const void* record,
                                   gdlrt_record_result* result) {
  return evaluate(plan, state, record, false, result);
}

gdlrt_status gdlrt_record_rules(const gdlrt_plan* plan, gdlrt_state* state, const void* record,
                                gdlrt_record_result* result) {
  return evaluate(plan, state, record, true, result);
}

}  // extern "C"
