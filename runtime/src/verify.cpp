// The verifier: proves in one pass over the rows, before first use, that nothing a program names is out of
// bounds and that nothing it does can loop. A checksum is no trust; this is.
//
// Termination: a node's operands are smaller nodes, and rule_order holds each rule once, after all that
// may keep it from standing; everything else is a walk over ranges that have been checked here. Ranges that
// belong to one row (the cuts of a fact, the directives of a rule) follow each other in the order of their
// rows and fill their section, so that no two rows share one. Lists of operands may be shared: each walk
// over one is counted, here and wherever an evaluation walks it, and a program whose steps are beyond a limit is
// refused before the walk. What is walked here is in proportion to the file: limits::list_steps_per_byte.
#include "arena.h"
#include "case.h"
#include "names.h"
#include "num/unit.h"
#include "program.h"
#include "run_limits.h"
#include "utf8.h"

namespace gdlrt {

namespace {

/// What a word of a row must be.
enum class Is : uint8_t {
  name,         ///< an offset at which a name begins
  text,         ///< the same of a text; 0 in a stripped program
  number,       ///< at most `bound`
  some,         ///< not 0
  row,          ///< an index of section `bound`
  row_or_none,  ///< such an index, or kNone
  list,         ///< with the next word: a range of operands, each an index of section `bound`
  own,          ///< with the next word: a range of section `bound` that this row alone has
};
struct Word {
  uint8_t place;  ///< in the row, in words
  Is is;
  uint8_t bound = 0;
};
constexpr uint8_t section(Section s) { return static_cast<uint8_t>(s); }

// What can be said of each word by itself; what words say together is said below, row by row.
#define GDLRT_WORD(Row, field) offsetof(Row, field) / sizeof(uint32_t)
#define GDLRT_BOUNDED(Row, field, is, of) {GDLRT_WORD(Row, field), Is::is, section(Section::of)}
constexpr Word kGuideline[] = {{GDLRT_WORD(GuidelineRow, name), Is::name},
                               {GDLRT_WORD(GuidelineRow, version), Is::name},
                               {GDLRT_WORD(GuidelineRow, title), Is::text},
                               {GDLRT_WORD(GuidelineRow, status), Is::text},
                               {GDLRT_WORD(GuidelineRow, updated), Is::text},
                               {GDLRT_WORD(GuidelineRow, disclaimer), Is::text}};
constexpr Word kFacts[] = {{GDLRT_WORD(FactRow, name), Is::name},
                           {GDLRT_WORD(FactRow, label), Is::text},
                           {GDLRT_WORD(FactRow, unit), Is::name},
                           {GDLRT_WORD(FactRow, flags), Is::number, 31},
                           GDLRT_BOUNDED(FactRow, enum_first, own, enumerators)};
constexpr Word kEnumerators[] = {{GDLRT_WORD(EnumeratorRow, name), Is::name},
                                 {GDLRT_WORD(EnumeratorRow, label), Is::text}};
constexpr Word kImpossibles[] = {GDLRT_BOUNDED(ImpossibleRow, node, row, nodes),
                                 {GDLRT_WORD(ImpossibleRow, because), Is::text},
                                 {GDLRT_WORD(ImpossibleRow, condition), Is::text}};
constexpr Word kParams[] = {{GDLRT_WORD(ParamRow, name), Is::name},
                            {GDLRT_WORD(ParamRow, unit), Is::name},
                            {GDLRT_WORD(ParamRow, classes), Is::some},
                            GDLRT_BOUNDED(ParamRow, action, row, actions),
                            GDLRT_BOUNDED(ParamRow, enum_first, own, enumerators),
                            GDLRT_BOUNDED(ParamRow, setting_first, own, param_uses)};
constexpr Word kIntervals[] = {GDLRT_BOUNDED(IntervalRow, lo, row, numbers),
                               GDLRT_BOUNDED(IntervalRow, hi, row, numbers),
                               {GDLRT_WORD(IntervalRow, flags), Is::number, 3}};
constexpr Word kParamUses[] = {GDLRT_BOUNDED(ParamUseRow, rule, row, rules),
                               GDLRT_BOUNDED(ParamUseRow, param, row, params)};
constexpr Word kActions[] = {{GDLRT_WORD(ActionRow, name), Is::name},
                             {GDLRT_WORD(ActionRow, label), Is::text}};
constexpr Word kWays[] = {{GDLRT_WORD(WayRow, leaf_count), Is::some},
                          GDLRT_BOUNDED(WayRow, leaf_first, list, actions),
                          GDLRT_BOUNDED(WayRow, ban_first, list, rules),
                          GDLRT_BOUNDED(WayRow, param_first, list, params),
                          GDLRT_BOUNDED(WayRow, param_ban_first, own, param_uses)};
constexpr Word kDecisions[] = {{GDLRT_WORD(DecisionRow, name), Is::name},
                               {GDLRT_WORD(DecisionRow, title), Is::text},
                               {GDLRT_WORD(DecisionRow, choose), Is::number, 3},
                               {GDLRT_WORD(DecisionRow, flags), Is::number, 1},
                               GDLRT_BOUNDED(DecisionRow, domain, row, nodes),
                               GDLRT_BOUNDED(DecisionRow, rule_first, list, rules)};
constexpr Word kRules[] = {GDLRT_BOUNDED(RuleRow, decision, row_or_none, decisions),
                           GDLRT_BOUNDED(RuleRow, applies, row, nodes),
                           {GDLRT_WORD(RuleRow, flags), Is::number, 7},
                           GDLRT_BOUNDED(RuleRow, overridden_first, list, rules),
                           GDLRT_BOUNDED(RuleRow, yields_first, list, rules),
                           {GDLRT_WORD(RuleRow, strength), Is::name},
                           {GDLRT_WORD(RuleRow, evidence), Is::name}};
constexpr Word kDirectives[] = {{GDLRT_WORD(DirectiveRow, verb), Is::number, 6},
                                {GDLRT_WORD(DirectiveRow, action), Is::name},
                                {GDLRT_WORD(DirectiveRow, over), Is::name},
                                {GDLRT_WORD(DirectiveRow, because), Is::name},
                                GDLRT_BOUNDED(DirectiveRow, way_first, list, ways)};
static_assert(static_cast<uint32_t>(Verb::none) == 6);
constexpr Word kExclusives[] = {GDLRT_BOUNDED(ExclusiveRow, first_first, list, ways),
                                GDLRT_BOUNDED(ExclusiveRow, second_first, list, ways)};
constexpr Word kAccepts[] = {{GDLRT_WORD(AcceptRow, kind), Is::number, 5},
                             GDLRT_BOUNDED(AcceptRow, decision, row, decisions),
                             GDLRT_BOUNDED(AcceptRow, first, row_or_none, rules),
                             GDLRT_BOUNDED(AcceptRow, second, row_or_none, rules),
                             GDLRT_BOUNDED(AcceptRow, node, row, nodes),
                             {GDLRT_WORD(AcceptRow, because), Is::text}};
constexpr Word kDirectivesOfRules[] = {GDLRT_BOUNDED(RuleRow, directive_first, own, directives)};
constexpr Word kTextsOfActions[] = {GDLRT_BOUNDED(ActionRow, say_first, own, says)};
constexpr Word kTextsOfDecisions[] = {GDLRT_BOUNDED(DecisionRow, say_first, own, says)};
constexpr Word kRuleTexts[] = {{GDLRT_WORD(RuleTextRow, name), Is::text},
                               {GDLRT_WORD(RuleTextRow, title), Is::text},
                               {GDLRT_WORD(RuleTextRow, because), Is::text},
                               GDLRT_BOUNDED(RuleTextRow, cite_first, own, cites),
                               GDLRT_BOUNDED(RuleTextRow, say_first, own, says)};
constexpr Word kReferences[] = {{GDLRT_WORD(ReferenceRow, id), Is::text},
                                {GDLRT_WORD(ReferenceRow, title), Is::text},
                                {GDLRT_WORD(ReferenceRow, publisher), Is::text},
                                {GDLRT_WORD(ReferenceRow, url), Is::text}};
constexpr Word kCites[] = {GDLRT_BOUNDED(CiteRow, reference, row, references),
                           {GDLRT_WORD(CiteRow, at), Is::text}};
constexpr Word kSays[] = {{GDLRT_WORD(SayRow, audience), Is::text},
                          {GDLRT_WORD(SayRow, locale), Is::text},
                          {GDLRT_WORD(SayRow, text), Is::text}};
constexpr Word kSpans[] = {{GDLRT_WORD(SpanRow, file), Is::text}};
#undef GDLRT_BOUNDED
#undef GDLRT_WORD

struct Verifier {
  Program& p;
  const char*& why;
  Arena& memory;
  gdlrt_status status = GDLRT_OK;
  uint64_t most = 0;  ///< steps: those of lists, then those of an evaluation
  uint64_t* units =
      nullptr;  ///< two bits for each byte of names: a unit that can be read stands there, plain or quoted
  uint32_t next[kSections + 1] =
      {};  ///< by section: where the next range begins that a row has alone

  bool fail(const char* text) {
    why = text;
    status = GDLRT_BAD_PROGRAM;
    return false;
  }
  bool no_memory() {
    status = GDLRT_NO_MEMORY;
    return false;
  }
  template <class Row>
  static bool in(const View<Row>& v, uint32_t first, uint32_t count) {
    return first <= v.count && count <= v.count - first;
  }
  template <class Row>
  static bool at(const View<Row>& v, uint32_t i) {
    return i < v.count;
  }
  /// What the file's table says of a section, which has been checked.
  [[nodiscard]] const SectionEntry& entry(uint32_t of) const { return p.sections()[of - 1]; }
  /// A range that this row alone has: it begins where the last one ended. An empty one may say anything.
  bool own(uint32_t of, uint32_t first, uint32_t count) {
    if (count == 0) return true;
    if (first != next[of] || count > entry(of).count - first) return false;
    next[of] += count;
    return true;
  }
  /// Such ranges fill the section.
  [[nodiscard]] bool filled(Section of) const {
    return next[section(of)] == entry(section(of)).count;
  }
  /// Adds to the steps of an evaluation; false beyond the limit.
  bool charge(uint64_t steps) {
    p.steps = steps > most ? most + 1 : p.steps + steps;
    return p.steps <= most;
  }

  /// An offset at which a text of the pool begins.
  static bool starts(const View<ByteRow>& pool, uint32_t offset) {
    return offset < pool.count && (offset == 0 || pool[offset - 1] == 0);
  }
  [[nodiscard]] bool name(uint32_t offset) const { return starts(p.names, offset); }
  [[nodiscard]] bool text(uint32_t offset) const {
    return p.stripped() ? offset == 0 : starts(p.texts, offset);
  }
  /// Operands [first, first + count) are all below `bound`. False also where there are too many steps: then
  /// `status` says so already.
  bool list(uint32_t first, uint32_t count, uint32_t bound) {
    if (!in(p.operands, first, count)) return false;
    if (!charge(count)) return fail("the program would take too many steps");
    for (uint32_t i = 0; i < count; ++i) {
      if (p.operands[first + i] >= bound) return false;
    }
    return true;
  }
  [[nodiscard]] bool mask(uint32_t first, uint32_t bits) const {
    if (!in(p.masks, first, mask_words(bits))) return false;
    return bits % 64 == 0 || (p.masks[first + bits / 64] >> (bits % 64)) == 0;
  }
  /// The result of a check whose message `list` may have given already.
  bool sound(bool ok, const char* text) { return ok || (status == GDLRT_OK ? fail(text) : false); }

  bool word(const uint32_t* at, const Word& w) {
    switch (w.is) {
      case Is::name: return name(*at);
      case Is::text: return text(*at);
      case Is::number: return *at <= w.bound;
      case Is::some: return *at != 0;
      case Is::row_or_none:
        if (*at == kNone) return true;
        [[fallthrough]];
      case Is::row: return *at < entry(w.bound).count;
      case Is::list: return list(at[0], at[1], entry(w.bound).count);
      case Is::own: return own(w.bound, at[0], at[1]);
    }
    return false;
  }
  bool words(Section of, const Word* first, size_t count, const char* text) {
    const SectionEntry& rows = entry(section(of));
    const uint8_t* row = p.bytes + rows.offset;
    for (uint32_t i = 0; i < rows.count; ++i, row += rows.row_size) {
      for (size_t k = 0; k < count; ++k) {
        const auto* at = reinterpret_cast<const uint32_t*>(row) + first[k].place;
        if (!word(at, first[k])) return sound(false, text);
      }
    }
    return true;
  }
  /// Every row of the section has these words.
  template <size_t N>
  bool rows(Section of, const Word (&of_row)[N], const char* text) {
    return words(of, of_row, N, text);
  }

  bool strings() {
    const View<ByteRow>* pools[2] = {&p.names, &p.texts};
    for (const View<ByteRow>* pool : pools) {
      if (pool == &p.texts && p.stripped()) continue;
      if (pool->count == 0 || (*pool)[0] != 0 || (*pool)[pool->count - 1] != 0) {
        return fail("a pool of texts does not end");
      }
      const char* bytes = reinterpret_cast<const char*>(pool->data);
      if (invalid_utf8(bytes, pool->count) != pool->count) return fail("a text is not UTF-8");
    }
    return true;
  }

  bool numbers() {
    for (const NumberRow& n : p.numbers) {
      num::Rational r;
      if (!num::Rational::from_words(n.word, r) || n.word[17] != 0) {
        return fail("a number is not in its lowest terms");
      }
    }
    return true;
  }

  // -- facts -----------------------------------------------------------------------------------------

  /// The fact's unit can be read. It is read once, however many facts have it.
  bool unit(const FactRow& f) {
    if (units == nullptr) units = memory.array<uint64_t>(p.names.count / 32 + size_t{1});
    if (units == nullptr) return no_memory();
    size_t at = size_t{2} * f.unit + ((f.flags & kUnitQuoted) != 0 ? 1 : 0);
    uint64_t& known = units[at / 64];
    uint64_t bit = uint64_t{1} << at % 64;
    if ((known & bit) == 0 && readable_unit(f)) known |= bit;
    return (known & bit) != 0;
  }
  bool readable_unit(const FactRow& f) {
    const char* words = p.name(f.unit);
    constexpr auto limit = static_cast<size_t>(limits::unit_bytes);
    size_t length = 0;
    while (length <= limit && words[length] != 0) ++length;
    num::Unit parsed;
    return length <= limit && num::parse_unit(words, length, (f.flags & kUnitQuoted) != 0,
                                              parsed) == num::UnitStatus::ok;
  }

  /// Range, cuts and default of a numeric fact: no class is empty.
  bool numeric(const FactRow& f) {
    bool whole = static_cast<FactKind>(f.kind) == FactKind::integer;
    if (f.classes == 0 || f.cut_count != f.classes - 1 ||
        !own(section(Section::cuts), f.cut_first, f.cut_count) || !at(p.numbers, f.lo) ||
        !at(p.numbers, f.hi) || f.enum_count != 0 || (f.flags & kOrdered) != 0) {
      return fail("a numeric fact is not sound");
    }
    if (!sound(unit(f), "a numeric fact is not sound")) return false;
    const num::Rational lo = p.number(f.lo);
    const num::Rational hi = p.number(f.hi);
    if (num::compare(lo, hi) > 0 || (whole && !(lo.is_integer() && hi.is_integer()))) {
      return fail("the range of a fact is not sound");
    }
    num::Rational last = lo;
    bool last_after = false;
    for (uint32_t i = 0; i < f.cut_count; ++i) {
      const CutRow& c = p.cuts[f.cut_first + i];
      if (!at(p.numbers, c.number) || c.after > 1) return fail("a cut is out of bounds");
      num::Rational n = p.number(c.number);
      if (whole && (c.after != 0 || !n.is_integer())) {
        return fail("a cut of whole numbers lies between them");
      }
      int order = num::compare(last, n);
      bool ascends = order < 0 || (order == 0 && !last_after && c.after == 1);
      if (!ascends) return fail("the cuts of a fact do not ascend");
      last = n;
      last_after = c.after == 1;
    }
    int end = num::compare(last, hi);
    if (end > 0 || (end == 0 && last_after)) return fail("a cut lies outside the range");
    if ((f.flags & kHasDefault) == 0) {
      return f.default_number == kNone || fail("a default is not sound");
    }
    if (!at(p.numbers, f.default_number)) return fail("a default is out of bounds");
    num::Rational value = p.number(f.default_number);
    bool inside = num::compare(lo, value) <= 0 && num::compare(value, hi) <= 0;
    if (!inside || (whole && !value.is_integer()) || class_of(p, f, value) != f.default_class) {
      return fail("a default is not sound");
    }
    return true;
  }

  bool facts() {
    if (!rows(Section::facts, kFacts, "a fact is out of bounds")) return false;
    for (const FactRow& f : p.facts) {
      FactKind kind = static_cast<FactKind>(f.kind);
      bool has_default = (f.flags & kHasDefault) != 0;
      bool set_default = (f.default_set[0] | f.default_set[1]) != 0;
      if (!has_default && (set_default || f.default_class != 0)) {
        return fail("a default is not sound");
      }
      if (kind == FactKind::integer || kind == FactKind::decimal) {
        if (set_default) return fail("a default is not sound");
        if (!numeric(f)) return false;
        continue;
      }
      if (f.cut_count != 0 || f.lo != kNone || f.hi != kNone || f.default_number != kNone ||
          f.unit != 0 || (f.flags & kUnitQuoted) != 0) {
        return fail("a fact that is no number has a number's fields");
      }
      switch (kind) {
        case FactKind::boolean:
        case FactKind::enumeration:
          if (f.classes != f.enum_count || f.classes < 2 || set_default ||
              (kind == FactKind::boolean && (f.classes != 2 || (f.flags & kOrdered) != 0))) {
            return fail("an enumeration is not sound");
          }
          if (f.default_class >= f.classes) return fail("a default is out of bounds");
          break;
        case FactKind::set:
          if (f.classes != 0 || f.enum_count == 0 || f.enum_count > 64 || f.default_class != 0 ||
              (f.flags & kOrdered) != 0) {
            return fail("a set is not sound");
          }
          if (f.enum_count < 64) {
            uint64_t set = default_elements(f);
            if ((set >> f.enum_count) != 0) return fail("the default of a set is not sound");
          }
          break;
        default: return fail("a fact is of an unknown kind");
      }
    }
    if (!filled(Section::cuts)) return fail("a cut is of no fact");
    // The enumerators of parameters follow those of facts.
    if (!rows(Section::enumerators, kEnumerators, "an enumerator is out of bounds") ||
        !rows(Section::params, kParams, "a parameter is out of bounds")) {
      return false;
    }
    if (!filled(Section::enumerators)) return fail("an enumerator is of no fact");
    bool distinct = false;
    if (names_distinct(p, memory, distinct) != GDLRT_OK) return no_memory();
    return distinct || fail("two facts, or two values of one, have the same name");
  }

  // -- conditions ------------------------------------------------------------------------------------

  bool nodes() {
    if (!charge(p.nodes.count)) return fail("the program would take too many steps");
    for (uint32_t i = 0; i < p.nodes.count; ++i) {
      const NodeRow& n = p.nodes[i];
      bool ok = false;
      bool fact = n.a < p.facts.count;
      bool set = fact && static_cast<FactKind>(p.facts[n.a].kind) == FactKind::set;
      bool reads = false;
      switch (static_cast<Op>(n.op)) {
        case Op::constant: ok = n.a <= 1; break;
        case Op::value_in:
          ok = fact && !set && mask(n.b, p.facts[n.a].classes);
          reads = true;
          break;
        case Op::set_has:
          ok = set && n.b < p.facts[n.a].enum_count;
          reads = true;
          break;
        case Op::set_is:
          ok = set && mask(n.b, p.facts[n.a].enum_count);
          reads = true;
          break;
        case Op::set_count:
          ok = set;
          reads = true;
          break;
        case Op::known:
          ok = fact;
          if (ok && (p.facts[n.a].flags & kKnownnessTested) == 0) {
            return fail("a condition asks whether a fact is known that is not marked so");
          }
          break;
        case Op::negation: ok = n.a < i; break;
        case Op::all:
        case Op::any:
        case Op::at_least: ok = list(n.a, n.b, i); break;
        case Op::score: {
          ok =
              n.b <= p.operands.count / 2 && in(p.operands, n.a, n.b * 2) && in(p.operands, n.c, 2);
          if (ok && !charge(n.b)) return fail("the program would take too many steps");
          for (uint32_t k = 0; ok && k < n.b; ++k) ok = p.operands[n.a + 2 * k] < i;
          break;
        }
        default: return fail("a condition has an unknown operation");
      }
      if (!sound(ok, "a condition is out of bounds")) return false;
      if (reads && (p.facts[n.a].flags & kUsed) == 0) {
        return fail("a condition reads a fact that is not marked so");
      }
    }
    if (!rows(Section::impossibles, kImpossibles, "a constraint is out of bounds")) return false;
    // A constraint is about patients, not about what is known of them.
    bool known = false;
    for (const NodeRow& n : p.nodes) known = known || static_cast<Op>(n.op) == Op::known;
    if (!known || p.impossibles.count == 0) return true;
    auto* below = memory.array<uint8_t>(p.nodes.count + size_t{1});
    if (below == nullptr) return no_memory();
    for (const ImpossibleRow& i : p.impossibles) below[i.node] = 1;
    mark_below(p, below);
    for (uint32_t i = 0; i < p.nodes.count; ++i) {
      if (below[i] != 0 && static_cast<Op>(p.nodes[i].op) == Op::known) {
        return fail("a constraint asks whether a fact is known");
      }
    }
    return true;
  }

  // -- actions ---------------------------------------------------------------------------------------

  bool parameters() {
    for (uint32_t i = 0; i < p.params.count; ++i) {
      const ParamRow& q = p.params[i];
      for (uint32_t k = 0; k < q.setting_count; ++k) {
        if (p.param_uses[q.setting_first + k].param != i) {
          return fail("a setting is of another parameter");
        }
      }
      switch (static_cast<FactKind>(q.kind)) {
        case FactKind::enumeration:
          if (q.enum_count != q.classes) return fail("a parameter is not sound");
          break;
        case FactKind::integer:
        case FactKind::decimal:
          if (q.enum_count != 0 || !own(section(Section::intervals), q.interval_first, q.classes)) {
            return fail("a parameter is not sound");
          }
          break;
        default: return fail("a parameter is of an unknown kind");
      }
    }
    if (!filled(Section::intervals)) return fail("an interval is of no parameter");
    if (!rows(Section::intervals, kIntervals, "an interval is not sound") ||
        !rows(Section::param_uses, kParamUses, "a use of a parameter is out of bounds")) {
      return false;
    }
    for (const IntervalRow& i : p.intervals) {
      if (num::compare(p.number(i.lo), p.number(i.hi)) > 0) return fail("an interval is not sound");
    }
    for (const ParamUseRow& u : p.param_uses) {
      if (!mask(u.mask, p.params[u.param].classes)) {
        return fail("a use of a parameter is out of bounds");
      }
    }
    return true;
  }

  bool actions() {
    if (!parameters() || !rows(Section::actions, kActions, "an action is out of bounds") ||
        !rows(Section::ways, kWays, "a way is out of bounds")) {
      return false;
    }
    return filled(Section::param_uses) || fail("a use of a parameter is of no way");
  }

  // -- decisions and rules ---------------------------------------------------------------------------

  bool decisions() {
    if (p.guideline.count != 1) return fail("there is no guideline");
    if (!rows(Section::guideline, kGuideline, "the guideline's header is out of bounds") ||
        !rows(Section::decisions, kDecisions, "a decision is out of bounds")) {
      return false;
    }
    for (uint32_t i = 0; i < p.decisions.count; ++i) {
      const DecisionRow& d = p.decisions[i];
      for (uint32_t k = 0; k < d.rule_count; ++k) {
        uint32_t r = p.operands[d.rule_first + k];
        if (p.rules[r].decision != i) return fail("a rule is of another decision");
        if (k > 0 && r <= p.operands[d.rule_first + k - 1]) {
          return fail("the rules of a decision are not in order");
        }
      }
    }
    return true;
  }

  bool directives() {
    if (!rows(Section::directives, kDirectives, "a directive is out of bounds")) return false;
    for (const DirectiveRow& d : p.directives) {
      if (is_for(d.verb) && d.way_count == 0) return fail("a recommendation has no way");
    }
    // Each belongs to one rule, in order; the rule's flags say what it holds.
    if (!rows(Section::rules, kDirectivesOfRules,
              "the directives are not in the order of the rules")) {
      return false;
    }
    for (const RuleRow& r : p.rules) {
      uint32_t flags = 0;
      for (uint32_t k = 0; k < r.directive_count; ++k) {
        uint32_t verb = p.directives[r.directive_first + k].verb;
        bool none = static_cast<Verb>(verb) == Verb::none;
        flags |= is_for(verb) ? kHasFor : is_against(verb) ? kHasAgainst : none ? kHasNone : 0u;
      }
      if (r.flags != flags) return fail("the flags of a rule are not those of its directives");
      if (r.decision == kNone && (flags & (kHasFor | kHasNone)) != 0) {
        return fail("a safety rule recommends");
      }
    }
    return filled(Section::directives) || fail("a directive is of no rule");
  }

  bool rules() {
    uint64_t of_decisions = 0;
    for (const DecisionRow& d : p.decisions) of_decisions += d.rule_count;
    uint64_t with_decision = 0;
    if (!rows(Section::rules, kRules, "a rule is out of bounds")) return false;
    for (const RuleRow& r : p.rules) with_decision += r.decision != kNone ? 1 : 0;
    // No rule stands in the lists twice: each ascends, and holds rules of its own decision only.
    if (of_decisions != with_decision) return fail("the decisions' rules are not all rules");
    if (!rows(Section::exclusives, kExclusives, "an exclusion is out of bounds") ||
        !rows(Section::accepts, kAccepts, "an accept is out of bounds")) {
      return false;
    }
    for (const AcceptRow& a : p.accepts) {
      if ((a.first == kNone) != (a.second == kNone)) return fail("an accept is out of bounds");
    }
    return order();
  }

  /// rule_order: a permutation, and whatever may keep a rule from standing comes before it. A byte for each
  /// rule is all the memory.
  bool order() {
    if (p.rule_order.count != p.rules.count) return fail("the order of the rules is not whole");
    auto* seen = memory.array<uint8_t>(p.rules.count + size_t{1});
    if (seen == nullptr) return no_memory();
    bool ok = true;
    for (uint32_t r : p.rule_order) {
      ok = ok && r < p.rules.count && seen[r] == 0;
      if (!ok) break;
      for (uint32_t by : p.range(p.rules[r].overridden_first, p.rules[r].overridden_count)) {
        ok = ok && seen[by] != 0;
      }
      seen[r] = 1;
    }
    return ok || fail("the order of the rules is wrong");
  }

  // -- steps -----------------------------------------------------------------------------------------

  /// What an evaluation does beyond walking each list once (evaluate.cpp, answer.cpp): a *for* asks each of its ways up to
  /// three times what takes it away, and says its actions; each exclusion and each overlap walks the ways of all *for*s; an
  /// `accept` asks the ways of its decision again; and each offer of a way names the cautions on it.
  bool steps() {
    most = static_cast<uint64_t>(limits::program_steps);
    auto* cost = memory.array<uint64_t>(p.ways.count + size_t{1});
    auto* offers = memory.array<uint32_t>(p.ways.count + size_t{1});  // at most so many
    auto* of_decision = memory.array<uint64_t>(p.decisions.count + size_t{1});
    if (memory.failed()) return no_memory();
    bool ok = charge(0);
    for (uint32_t w = 0; w < p.ways.count && ok; ++w) {
      const WayRow& row = p.ways[w];
      cost[w] = uint64_t{1} + row.ban_count;
      for (uint32_t a : p.range(row.leaf_first, row.leaf_count)) {
        cost[w] += uint64_t{1} + p.actions[a].say_count;
        ok = ok && cost[w] <= most;
      }
      for (uint32_t q : p.range(row.param_first, row.param_count)) {
        uint64_t uses = uint64_t{1} + p.params[q].setting_count + row.param_ban_count;
        cost[w] += uses * mask_words(p.params[q].classes);
        ok = ok && cost[w] <= most;
      }
    }
    uint64_t passes = uint64_t{4} + p.exclusives.count;
    for (const RuleRow& r : p.rules) {
      uint64_t before = p.steps;
      for (uint32_t k = r.directive_first; k < r.directive_first + r.directive_count && ok; ++k) {
        const DirectiveRow& d = p.directives[k];
        if (!is_for(d.verb)) continue;
        ok = charge(passes * d.way_count);
        for (uint32_t w : p.range(d.way_first, d.way_count)) {
          ok = ok && charge(3 * cost[w]);
          ++offers[w];
        }
      }
      if (r.decision != kNone) of_decision[r.decision] += p.steps - before;
    }
    for (const AcceptRow& a : p.accepts) ok = ok && charge(1 + of_decision[a.decision]);
    for (const DirectiveRow& d : p.directives) {
      if (static_cast<Verb>(d.verb) != Verb::caution) continue;
      for (uint32_t w : p.range(d.way_first, d.way_count)) ok = ok && charge(offers[w]);
    }
    return ok || fail("the program would take too many steps");
  }

  // -- what may be stripped --------------------------------------------------------------------------

  bool stripped() {
    if (p.rule_texts.count + size_t{p.references.count} + p.cites.count + p.says.count +
            p.spans.count + p.texts.count !=
        0) {
      return fail("a stripped program has texts");
    }
    for (const ImpossibleRow& i : p.impossibles) {
      if (i.span != kNone) return fail("a stripped program has places");
    }
    for (const ActionRow& a : p.actions) {
      if (a.say_count != 0) return fail("a stripped program has texts");
    }
    for (const DecisionRow& d : p.decisions) {
      if (d.say_count != 0) return fail("a stripped program has texts");
    }
    return true;
  }

  bool texts() {
    if (p.stripped()) return stripped();
    if (p.rule_texts.count != p.rules.count) return fail("the texts of the rules are not whole");
    if (!rows(Section::actions, kTextsOfActions, "the texts of an action are out of bounds") ||
        !rows(Section::decisions, kTextsOfDecisions, "the texts of a decision are out of bounds")) {
      return false;
    }
    for (const ImpossibleRow& i : p.impossibles) {
      if (!own(section(Section::spans), i.span, 1)) return fail("a place is out of bounds");
    }
    if (!rows(Section::rule_texts, kRuleTexts, "the texts of a rule are out of bounds")) {
      return false;
    }
    for (const RuleTextRow& t : p.rule_texts) {
      if (!own(section(Section::spans), t.span, 1)) {
        return fail("the texts of a rule are out of bounds");
      }
    }
    if (!filled(Section::says) || !filled(Section::cites) || !filled(Section::spans)) {
      return fail("a text, a citation or a place is of nothing");
    }
    return rows(Section::references, kReferences, "a reference is out of bounds") &&
           rows(Section::cites, kCites, "a citation is out of bounds") &&
           rows(Section::says, kSays, "a text is out of bounds") &&
           rows(Section::spans, kSpans, "a place is out of bounds");
  }
};

}  // namespace

gdlrt_status verify(Program& p, Arena& memory, const char*& why) {
  p.steps = 0;
  Verifier v{p, why, memory};
  v.most = static_cast<uint64_t>(limits::list_steps) +
           static_cast<uint64_t>(limits::list_steps_per_byte) * p.size;
  (void)(v.strings() && v.numbers() && v.facts() && v.nodes() && v.actions() && v.decisions() &&
         v.rules() && v.directives() && v.steps() && v.texts());
  return v.status;
}

}  // namespace gdlrt
