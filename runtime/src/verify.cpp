// The verifier: proves in one pass over the rows, before first use, that nothing a program names is out of
// bounds and that nothing it does can loop. A checksum is no trust; this is.
//
// Termination: a node's operands are smaller nodes, and rule_order holds each rule once, after all that
// may keep it from standing; everything else is a walk over ranges that have been checked here.
#include <stdlib.h>
#include <string.h>

#include "program.h"

namespace gdlrt {

namespace {

struct Verifier {
  const Program& p;
  const char*& why;

  bool fail(const char* text) {
    why = text;
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
  bool name(uint32_t offset) const { return offset < p.names.count; }
  bool text(uint32_t offset) const {
    return p.texts.count == 0 ? offset == 0 : offset < p.texts.count;
  }
  /// Operands [first, first + count) are all below `bound`.
  template <class Row>
  bool list(uint32_t first, uint32_t count, const View<Row>& bound) const {
    if (!in(p.operands, first, count)) return false;
    for (uint32_t i = 0; i < count; ++i) {
      if (p.operands[first + i] >= bound.count) return false;
    }
    return true;
  }
  bool mask(uint32_t first, uint32_t classes) const {
    if (!in(p.masks, first, mask_words(classes))) return false;
    return classes % 64 == 0 || (p.masks[first + classes / 64] >> (classes % 64)) == 0;
  }
  bool says(uint32_t first, uint32_t count) const { return in(p.says, first, count); }

  bool strings() {
    const View<ByteRow>* pools[2] = {&p.names, &p.texts};
    for (const View<ByteRow>* pool : pools) {
      bool may_be_empty = pool == &p.texts;
      if (pool->count == 0 && may_be_empty) continue;
      if (pool->count == 0 || (*pool)[0] != 0 || (*pool)[pool->count - 1] != 0) {
        return fail("a pool of texts does not end");
      }
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

  bool facts() {
    for (const FactRow& f : p.facts) {
      if (!name(f.name) || !text(f.label) || !name(f.unit) || f.flags > 31 ||
          !in(p.enumerators, f.enum_first, f.enum_count)) {
        return fail("a fact is out of bounds");
      }
      bool has_default = (f.flags & kHasDefault) != 0;
      switch (static_cast<FactKind>(f.kind)) {
        case FactKind::boolean:
        case FactKind::enumeration:
          if (f.classes != f.enum_count || f.classes < 2 || f.cut_count != 0 || f.lo != kNone ||
              f.hi != kNone || f.default_number != kNone) {
            return fail("an enumeration is not sound");
          }
          if (static_cast<FactKind>(f.kind) == FactKind::boolean && f.classes != 2) {
            return fail("a yes/no fact is not sound");
          }
          break;
        case FactKind::integer:
        case FactKind::decimal: {
          if (f.classes == 0 || f.cut_count != f.classes - 1 ||
              !in(p.cuts, f.cut_first, f.cut_count) || !at(p.numbers, f.lo) ||
              !at(p.numbers, f.hi) || f.enum_count != 0 ||
              (has_default ? !at(p.numbers, f.default_number) : f.default_number != kNone)) {
            return fail("a numeric fact is not sound");
          }
          num::Rational last = p.number(f.lo);
          bool last_after = false;
          for (uint32_t i = 0; i < f.cut_count; ++i) {
            const CutRow& c = p.cuts[f.cut_first + i];
            if (!at(p.numbers, c.number) || c.after > 1) return fail("a cut is out of bounds");
            num::Rational n = p.number(c.number);
            int order = num::compare(last, n);
            bool ascends = order < 0 || (order == 0 && !last_after && c.after == 1);
            if (!ascends) return fail("the cuts of a fact do not ascend");
            last = n;
            last_after = c.after == 1;
          }
          if (num::compare(last, p.number(f.hi)) > 0) return fail("a cut lies outside the range");
          break;
        }
        case FactKind::set:
          if (f.classes != 0 || f.enum_count == 0 || f.enum_count > 64 || f.cut_count != 0 ||
              f.lo != kNone || f.hi != kNone || f.default_number != kNone) {
            return fail("a set is not sound");
          }
          if (f.enum_count < 64) {
            uint64_t set = f.default_set[0] | static_cast<uint64_t>(f.default_set[1]) << 32;
            if ((set >> f.enum_count) != 0) return fail("the default of a set is not sound");
          }
          break;
        default: return fail("a fact is of an unknown kind");
      }
      if (f.classes > 0 && f.default_class >= f.classes) return fail("a default is out of bounds");
    }
    for (const EnumeratorRow& e : p.enumerators) {
      if (!name(e.name) || !text(e.label)) return fail("an enumerator is out of bounds");
    }
    return true;
  }

  /// Operands are nodes below `node`.
  bool below(uint32_t first, uint32_t count, uint32_t node) const {
    if (!in(p.operands, first, count)) return false;
    for (uint32_t i = 0; i < count; ++i) {
      if (p.operands[first + i] >= node) return false;
    }
    return true;
  }

  bool nodes() {
    for (uint32_t i = 0; i < p.nodes.count; ++i) {
      const NodeRow& n = p.nodes[i];
      bool ok = false;
      bool fact = n.a < p.facts.count;
      bool set = fact && static_cast<FactKind>(p.facts[n.a].kind) == FactKind::set;
      switch (static_cast<Op>(n.op)) {
        case Op::constant: ok = n.a <= 1; break;
        case Op::value_in: ok = fact && !set && mask(n.b, p.facts[n.a].classes); break;
        case Op::set_has: ok = set && n.b < p.facts[n.a].enum_count; break;
        case Op::set_is: ok = set && mask(n.b, p.facts[n.a].enum_count); break;
        case Op::set_count: ok = set; break;
        case Op::known: ok = fact; break;
        case Op::negation: ok = n.a < i; break;
        case Op::all:
        case Op::any:
        case Op::at_least: ok = below(n.a, n.b, i); break;
        case Op::score: {
          ok =
              n.b <= p.operands.count / 2 && in(p.operands, n.a, n.b * 2) && in(p.operands, n.c, 2);
          for (uint32_t k = 0; ok && k < n.b; ++k) ok = p.operands[n.a + 2 * k] < i;
          break;
        }
        default: return fail("a condition has an unknown operation");
      }
      if (!ok) return fail("a condition is out of bounds");
    }
    for (const ImpossibleRow& i : p.impossibles) {
      if (!at(p.nodes, i.node) || !text(i.because)) return fail("a constraint is out of bounds");
    }
    return true;
  }

  bool actions() {
    for (const ActionRow& a : p.actions) {
      if (!name(a.name) || !text(a.label) || !says(a.say_first, a.say_count)) {
        return fail("an action is out of bounds");
      }
    }
    for (const ParamRow& q : p.params) {
      if (!name(q.name) || !at(p.actions, q.action) || !name(q.unit) || q.classes == 0 ||
          !in(p.param_uses, q.setting_first, q.setting_count)) {
        return fail("a parameter is out of bounds");
      }
      FactKind kind = static_cast<FactKind>(q.kind);
      if (kind == FactKind::enumeration) {
        if (q.enum_count != q.classes || !in(p.enumerators, q.enum_first, q.enum_count)) {
          return fail("a parameter is not sound");
        }
      } else if (kind != FactKind::integer && kind != FactKind::decimal) {
        return fail("a parameter is of an unknown kind");
      } else if (!in(p.intervals, q.interval_first, q.classes)) {
        return fail("a parameter is not sound");
      }
    }
    for (const IntervalRow& i : p.intervals) {
      if (!at(p.numbers, i.lo) || !at(p.numbers, i.hi) || i.flags > 3) {
        return fail("an interval is out of bounds");
      }
    }
    for (const ParamUseRow& u : p.param_uses) {
      if (!at(p.rules, u.rule) || !at(p.params, u.param) ||
          !mask(u.mask, p.params[u.param].classes)) {
        return fail("a use of a parameter is out of bounds");
      }
    }
    for (uint32_t i = 0; i < p.params.count; ++i) {
      const ParamRow& q = p.params[i];
      for (uint32_t k = 0; k < q.setting_count; ++k) {
        if (p.param_uses[q.setting_first + k].param != i)
          return fail("a setting is of another parameter");
      }
    }
    for (const WayRow& w : p.ways) {
      if (w.leaf_count == 0 || !list(w.leaf_first, w.leaf_count, p.actions) ||
          !list(w.ban_first, w.ban_count, p.rules) ||
          !list(w.param_first, w.param_count, p.params) ||
          !in(p.param_uses, w.param_ban_first, w.param_ban_count)) {
        return fail("a way is out of bounds");
      }
    }
    return true;
  }

  bool decisions() {
    if (p.guideline.count != 1) return fail("there is no guideline");
    const GuidelineRow& g = p.guideline[0];
    if (!name(g.name) || !name(g.version) || !text(g.title) || !text(g.status) ||
        !text(g.updated) || !text(g.disclaimer)) {
      return fail("the guideline's header is out of bounds");
    }
    for (uint32_t i = 0; i < p.decisions.count; ++i) {
      const DecisionRow& d = p.decisions[i];
      if (!name(d.name) || !text(d.title) || !at(p.nodes, d.domain) || d.choose > 3 ||
          d.flags > 1 || !list(d.rule_first, d.rule_count, p.rules) ||
          !says(d.say_first, d.say_count)) {
        return fail("a decision is out of bounds");
      }
      for (uint32_t k = 0; k < d.rule_count; ++k) {
        if (p.rules[p.operands[d.rule_first + k]].decision != i) {
          return fail("a rule is of another decision");
        }
      }
    }
    return true;
  }

  bool rules() {
    uint32_t of_decisions = 0;
    for (const DecisionRow& d : p.decisions) of_decisions += d.rule_count;
    uint32_t with_decision = 0;
    for (const RuleRow& r : p.rules) {
      if ((r.decision != kNone && !at(p.decisions, r.decision)) || !at(p.nodes, r.applies) ||
          r.flags > 7 || !in(p.directives, r.directive_first, r.directive_count) ||
          !list(r.overridden_first, r.overridden_count, p.rules) ||
          !list(r.yields_first, r.yields_count, p.rules) || !name(r.strength) ||
          !name(r.evidence)) {
        return fail("a rule is out of bounds");
      }
      with_decision += r.decision != kNone ? 1 : 0;
    }
    // No rule may stand in the lists twice: each has decision d and the lists are as many as the rules.
    if (of_decisions != with_decision) return fail("the decisions' rules are not all rules");
    for (const DecisionRow& d : p.decisions) {
      for (uint32_t k = 1; k < d.rule_count; ++k) {
        if (p.operands[d.rule_first + k] <= p.operands[d.rule_first + k - 1]) {
          return fail("the rules of a decision are not in order");
        }
      }
    }
    for (const DirectiveRow& d : p.directives) {
      if (d.verb > 6 || !name(d.action) || !name(d.over) ||
          !list(d.way_first, d.way_count, p.ways) || !name(d.because)) {
        return fail("a directive is out of bounds");
      }
      if (is_for(d.verb) && d.way_count == 0) return fail("a recommendation has no way");
    }
    // Each directive belongs to one rule, in order.
    uint32_t next = 0;
    for (const RuleRow& r : p.rules) {
      if (r.directive_first != next)
        return fail("the directives are not in the order of the rules");
      next += r.directive_count;
    }
    if (next != p.directives.count) return fail("a directive is of no rule");
    for (const ExclusiveRow& x : p.exclusives) {
      if (!list(x.first_first, x.first_count, p.ways) ||
          !list(x.second_first, x.second_count, p.ways)) {
        return fail("an exclusion is out of bounds");
      }
    }
    for (const AcceptRow& a : p.accepts) {
      if (a.kind > 5 || !at(p.decisions, a.decision) || !at(p.nodes, a.node) || !text(a.because) ||
          (a.first != kNone && !at(p.rules, a.first)) ||
          (a.second != kNone && !at(p.rules, a.second)) ||
          ((a.first == kNone) != (a.second == kNone))) {
        return fail("an accept is out of bounds");
      }
    }
    return order();
  }

  /// rule_order: a permutation, and whatever may keep a rule from standing comes before it. Positions are
  /// looked for among the earlier ones only where they are needed, so this is linear in the overrides
  /// when the emitter's order is by rule; a bit for each rule is all the memory.
  bool order() {
    if (p.rule_order.count != p.rules.count) return fail("the order of the rules is not whole");
    uint8_t* seen = static_cast<uint8_t*>(calloc(p.rules.count + 1, 1));
    if (seen == nullptr) return fail("there is not enough memory to check the program");
    bool ok = true;
    for (uint32_t r : p.rule_order) {
      ok = ok && r < p.rules.count && seen[r] == 0;
      if (!ok) break;
      for (uint32_t by : p.range(p.rules[r].overridden_first, p.rules[r].overridden_count)) {
        ok = ok && seen[by] != 0;
      }
      seen[r] = 1;
    }
    free(seen);
    return ok || fail("the order of the rules is wrong");
  }

  bool texts() {
    if (p.rule_texts.count != 0 && p.rule_texts.count != p.rules.count) {
      return fail("the texts of the rules are not whole");
    }
    for (const RuleTextRow& t : p.rule_texts) {
      if (!text(t.name) || !text(t.title) || !text(t.because) ||
          !in(p.cites, t.cite_first, t.cite_count) || !says(t.say_first, t.say_count) ||
          !at(p.spans, t.span)) {
        return fail("the texts of a rule are out of bounds");
      }
    }
    for (const ReferenceRow& r : p.references) {
      if (!text(r.id) || !text(r.title) || !text(r.publisher) || !text(r.url)) {
        return fail("a reference is out of bounds");
      }
    }
    for (const CiteRow& c : p.cites) {
      if (!at(p.references, c.reference) || !text(c.at)) return fail("a citation is out of bounds");
    }
    for (const SayRow& s : p.says) {
      if (!text(s.audience) || !text(s.locale) || !text(s.text))
        return fail("a text is out of bounds");
    }
    for (const SpanRow& s : p.spans) {
      if (!text(s.file)) return fail("a place is out of bounds");
    }
    return true;
  }
};

}  // namespace

bool verify(const Program& p, const char*& why) {
  Verifier v{p, why};
  return v.strings() && v.numbers() && v.facts() && v.nodes() && v.actions() && v.decisions() &&
         v.rules() && v.texts();
}

}  // namespace gdlrt
