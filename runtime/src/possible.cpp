// Possible patients and defaults: see possible.h.
#include "possible.h"

#include "run_limits.h"

namespace gdlrt {

Possible::Possible(const Program& program, Arena& arena) : p_(program), arena_(arena) {
  wanted_ = arena.array<uint8_t>(p_.nodes.count + size_t{1});
  truth_ = arena.array<uint8_t>(p_.nodes.count + size_t{1});
  now_ = arena.array<FactState>(p_.facts.count + size_t{1});
  single_ = arena.array<uint64_t*>(p_.facts.count + size_t{1});
  blamed_ = arena.array<uint8_t>(p_.impossibles.count + size_t{1});
  failed_ = arena.failed();
  if (failed_) return;
  for (const ImpossibleRow& i : p_.impossibles) wanted_[i.node] = 1;
  mark_below(p_, wanted_);
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    if (wanted_[i] == 0) continue;
    const NodeRow& n = p_.nodes[i];
    bool masked = static_cast<Op>(n.op) == Op::value_in;
    cost_ +=
        uint64_t{1} + operands_of(p_, n).count + (masked ? mask_words(p_.facts[n.a].classes) : 0);
  }
}

uint8_t Possible::group(const NodeRow& n) const {
  uint32_t certain = 0;
  uint32_t maybe = 0;
  for (uint32_t k = 0; k < n.b; ++k) {
    uint8_t t = truth_[p_.operands[n.a + k]];
    certain += t == yes ? 1 : 0;
    maybe += t != no ? 1 : 0;
  }
  Op op = static_cast<Op>(n.op);
  uint32_t want = op == Op::all ? n.b : op == Op::any ? 1 : n.c;
  return certain >= want ? yes : maybe < want ? no : open;
}

uint8_t Possible::score(const NodeRow& n) const {
  int64_t least = 0;
  int64_t most = 0;
  for (uint32_t k = 0; k < n.b; ++k) {
    uint8_t t = truth_[p_.operands[n.a + 2 * k]];
    int64_t points = static_cast<int32_t>(p_.operands[n.a + 2 * k + 1]);
    if (t == yes || (t == open && points < 0)) least += points;
    if (t == yes || (t == open && points > 0)) most += points;
  }
  int64_t lo = static_cast<int32_t>(p_.operands[n.c]);
  int64_t hi = static_cast<int32_t>(p_.operands[n.c + 1]);
  if (most < lo || least > hi) return no;
  return least >= lo && most <= hi ? yes : open;
}

uint8_t Possible::truth(const NodeRow& n) const {
  switch (static_cast<Op>(n.op)) {
    case Op::constant: return n.a != 0 ? yes : no;
    case Op::value_in: {
      const FactState& s = now_[n.a];
      bool in = false;
      bool out = false;
      for (uint32_t w = 0; w < mask_words(p_.facts[n.a].classes); ++w) {
        in = in || (s.allowed[w] & p_.masks[n.b + w]) != 0;
        out = out || (s.allowed[w] & ~p_.masks[n.b + w]) != 0;
      }
      return in && out ? open : in ? yes : no;
    }
    case Op::set_has: {
      const FactState& s = now_[n.a];
      if (((s.open >> n.b) & 1u) != 0) return open;
      return ((s.present >> n.b) & 1u) != 0 ? yes : no;
    }
    case Op::set_is: {
      const FactState& s = now_[n.a];
      uint64_t want = p_.masks[n.b];
      if ((want & ~(s.present | s.open)) != 0 || (s.present & ~want) != 0) return no;
      return s.open == 0 ? yes : open;
    }
    case Op::set_count: {
      uint32_t least = popcount(now_[n.a].present);
      uint32_t most = least + popcount(now_[n.a].open);
      if (most < n.b || least > n.c) return no;
      return least >= n.b && most <= n.c ? yes : open;
    }
    case Op::known: return now_[n.a].known ? yes : no;
    case Op::negation: {
      uint8_t t = truth_[n.a];
      return t == open ? open : t == yes ? no : yes;
    }
    case Op::all:
    case Op::any:
    case Op::at_least: return group(n);
    case Op::score: return score(n);
  }
  return no;
}

void Possible::compute() {
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    if (wanted_[i] != 0) truth_[i] = truth(p_.nodes[i]);
  }
}

uint32_t Possible::open_fact(uint32_t node) const {
  while (!reads_value(p_.nodes[node])) {
    // An open condition has an open operand, and operands are smaller: this ends.
    Operands o = operands_of(p_, p_.nodes[node]);
    uint32_t k = 0;
    while (truth_[o.first[size_t{k} * o.stride]] != open) ++k;
    node = o.first[size_t{k} * o.stride];
  }
  return p_.nodes[node].a;
}

void Possible::push(uint32_t fact) {
  Frame frame;
  frame.fact = fact;
  frame.saved = now_[fact];
  if (p_.facts[fact].classes > 0) {
    if (single_[fact] == nullptr) {
      single_[fact] = arena_.array<uint64_t>(mask_words(p_.facts[fact].classes));
    }
    now_[fact].allowed = single_[fact];
  }
  failed_ = failed_ || !stack_.add(arena_, frame) || arena_.failed();
}

bool Possible::advance(Frame& frame) {
  const FactRow& row = p_.facts[frame.fact];
  FactState& s = now_[frame.fact];
  if (row.classes == 0) {  // a set: its lowest open element, in or out
    uint64_t element = frame.saved.open & (~frame.saved.open + 1);
    s.open = frame.saved.open & ~element;
    s.present = frame.saved.present | (frame.next == 0 ? 0 : element);
    return frame.next++ < 2;
  }
  uint32_t words = mask_words(row.classes);
  memset(s.allowed, 0, words * sizeof *s.allowed);
  while (frame.next < row.classes && !mask_test(frame.saved.allowed, frame.next)) ++frame.next;
  if (frame.next == row.classes) return false;
  mask_set(s.allowed, frame.next);
  ++frame.next;
  return true;
}

Agreement Possible::search(const Case& facts) {
  if (spent_ > static_cast<uint64_t>(limits::possible_steps)) return Agreement::undecided;
  spent_ += p_.facts.count;
  if (p_.facts.count > 0) memcpy(now_, facts.facts, p_.facts.count * sizeof *now_);
  memset(blamed_, 0, p_.impossibles.count);
  stack_.count = 0;
  while (true) {
    spent_ += cost_;
    compute();
    bool excluded = false;
    uint32_t branch = kNone;
    for (uint32_t i = 0; i < p_.impossibles.count; ++i) {
      uint8_t t = truth_[p_.impossibles[i].node];
      if (t == yes) {
        excluded = true;
        blamed_[i] = 1;
      }
      if (t == open && branch == kNone) branch = p_.impossibles[i].node;
    }
    if (!excluded) {
      if (branch == kNone) return Agreement::some;
      push(open_fact(branch));
      if (failed_) return Agreement::undecided;
    } else if (stack_.count == 0) {
      return Agreement::none;
    }
    while (!advance(stack_[stack_.count - 1])) {
      const Frame& done = stack_[stack_.count - 1];
      now_[done.fact] = done.saved;
      --stack_.count;
      if (stack_.count == 0) return Agreement::none;
    }
    if (spent_ > static_cast<uint64_t>(limits::possible_steps)) return Agreement::undecided;
  }
}

View<uint32_t> Possible::facts_of(uint32_t impossible) {
  List<uint32_t> out;
  auto* below = arena_.array<uint8_t>(p_.nodes.count + size_t{1});
  auto* seen = arena_.array<uint8_t>(p_.facts.count + size_t{1});
  if (below == nullptr || seen == nullptr) return {};
  below[p_.impossibles[impossible].node] = 1;
  mark_below(p_, below);
  for (uint32_t i = 0; i < p_.nodes.count; ++i) {
    if (below[i] != 0 && reads_value(p_.nodes[i])) seen[p_.nodes[i].a] = 1;
  }
  for (uint32_t f = 0; f < p_.facts.count; ++f) {
    if (seen[f] != 0 && !out.add(arena_, f)) return {};
  }
  return {out.data, out.count};
}

namespace {

/// `a`, `b` and `c`
Out& names(const Program& p, const View<uint32_t>& facts, Out& out) {
  for (uint32_t i = 0; i < facts.count; ++i) {
    const char* name = p.name(p.facts[facts[i]].name);
    out << (i == 0 ? "`" : i + 1 == facts.count ? " and `" : ", `");
    out.escaped(name, strlen(name)) << '`';
  }
  return out;
}

}  // namespace

void report_excluded(Problems& problems) {
  problems.simple(
      0, "there is no such patient: the guideline excludes everybody who agrees with this case",
      "check the values against each other");
}

gdlrt_status report_impossible(const Program& p, const Case& facts, Arena& arena,
                               Problems& problems) {
  Possible possible(p, arena);
  if (possible.failed()) return GDLRT_NO_MEMORY;
  Agreement agreement = possible.search(facts);
  if (possible.failed()) return GDLRT_NO_MEMORY;
  if (agreement != Agreement::none) return GDLRT_OK;
  for (uint32_t i = 0; i < p.impossibles.count && !problems.full(); ++i) {
    if (!possible.blamed(i)) continue;
    const ImpossibleRow& row = p.impossibles[i];
    View<uint32_t> concerned = possible.facts_of(i);
    // The place of the value that was said last: it is the one that contradicts the others.
    uint32_t at = 0;
    for (uint32_t f : concerned) {
      if (facts.facts[f].given && facts.facts[f].at > at) at = facts.facts[f].at;
    }
    Out& out = problems.begin(at) << "there is no such patient: ";
    const char* condition = p.text(row.condition);
    if (condition[0] != 0) {
      out.escaped("`impossible when ", 17).escaped(condition, strlen(condition)) << '`';
    } else {
      names(p, concerned, out << "the guideline excludes these values of ");
    }
    problems.end_message();
    const char* because = p.text(row.because);
    if (because[0] != 0) problems.field("because", because);
    Out& help = problems.begin_help();
    if (because[0] != 0) help.escaped(because, strlen(because)) << ": ";
    if (concerned.count == 0) {
      help << "the guideline excludes every patient";
    } else if (concerned.count == 1) {
      names(p, concerned, help << "check ");
    } else {
      names(p, concerned, help << "check ") << " against each other";
    }
    problems.end_help();
  }
  return arena.failed() ? GDLRT_NO_MEMORY : GDLRT_BAD_CASE;
}

namespace {

bool wants_default(const FactRow& row, const FactState& s) {
  return !s.given && (row.flags & kHasDefault) != 0;
}

bool put_default(const FactRow& row, FactState& s, Arena& arena) {
  s.defaulted = true;
  if (row.classes == 0) {
    s.present = default_elements(row);
    s.open = 0;
    return true;
  }
  // An array of its own: what the case says stands beside it, should the default be dropped.
  s.allowed = arena.array<uint64_t>(mask_words(row.classes));
  if (s.allowed == nullptr) return false;
  mask_set(s.allowed, row.default_class);
  return true;
}

}  // namespace

gdlrt_status put_defaults(const Program& p, Case& c, Arena& arena) {
  bool any = false;
  for (uint32_t f = 0; f < p.facts.count && !any; ++f) any = wants_default(p.facts[f], c.facts[f]);
  if (!any) return GDLRT_OK;
  Possible possible(p, arena);
  auto* bare = arena.array<FactState>(p.facts.count + size_t{1});
  if (possible.failed() || bare == nullptr) return GDLRT_NO_MEMORY;
  for (uint32_t f = 0; f < p.facts.count; ++f) {
    bare[f] = c.facts[f];
    if (wants_default(p.facts[f], bare[f]) && !put_default(p.facts[f], c.facts[f], arena)) {
      return GDLRT_NO_MEMORY;
    }
  }
  if (possible.search(c) != Agreement::some) {
    // Not all together, as far as could be seen: one by one. Without a default less is claimed.
    FactState* all = arena.array<FactState>(p.facts.count + size_t{1});
    if (all == nullptr) return GDLRT_NO_MEMORY;
    for (uint32_t f = 0; f < p.facts.count; ++f) {
      all[f] = c.facts[f];
      c.facts[f] = bare[f];
    }
    for (uint32_t f = 0; f < p.facts.count; ++f) {
      if (!all[f].defaulted) continue;
      c.facts[f] = all[f];
      if ((p.facts[f].flags & kUsed) == 0 || possible.search(c) == Agreement::some) continue;
      c.facts[f] = bare[f];
    }
  }
  if (possible.failed()) return GDLRT_NO_MEMORY;
  return GDLRT_OK;
}

}  // namespace gdlrt
