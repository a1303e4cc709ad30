// Cases: see case.h.
#include "case.h"

#include "narrow.h"
#include "run_limits.h"
#include "suggest.h"
#include "utf8.h"

namespace gdlrt {

using json::Kind;
using json::Value;

uint32_t class_of(const Program& p, const FactRow& f, const Rational& number) {
  uint32_t lo = 0;
  uint32_t hi = f.cut_count;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    const CutRow& c = p.cuts[f.cut_first + mid];
    int order = num::compare(number, p.number(c.number));
    if (order > 0 || (order == 0 && c.after == 0)) {
      lo = mid + 1;
    } else {
      hi = mid;
    }
  }
  return lo;
}

Interval class_interval(const Program& p, const FactRow& row, uint32_t i) {
  Interval out{p.number(row.lo), p.number(row.hi)};
  if (i > 0) {
    const CutRow& cut = p.cuts[row.cut_first + i - 1];
    out.lo = p.number(cut.number);
    out.lo_closed = cut.after == 0;
  }
  if (i < row.cut_count) {
    const CutRow& cut = p.cuts[row.cut_first + i];
    out.hi = p.number(cut.number);
    out.hi_closed = cut.after == 1;
  }
  return out;
}

uint32_t count_values(const Interval& i, bool whole, const List<Rational>& excluded) {
  if (i.point()) return among(excluded, i.lo) ? 0 : 1;
  if (!whole) return 2;
  uint32_t values = 0;
  // At most excluded.count + 2 steps: each excluded number stops one of them.
  for (Rational r = i.lo; num::compare(r, i.hi) <= 0 && values < 2;) {
    if (!among(excluded, r)) ++values;
    Rational next;
    if (num::add(r, Rational::from_int(1), next) != num::NumStatus::ok) break;
    r = next;
  }
  return values;
}

Out& escaped(Out& out, const char* text, size_t size) {
  size_t shown = utf8_prefix(text, size, 60);
  // A caller's name may be anything: what is no UTF-8 is shown as U+FFFD.
  for (size_t at = 0; at < shown;) {
    size_t good = invalid_utf8(text + at, shown - at);
    out.escaped(text + at, good);
    at += good;
    if (at < shown) out << "\xef\xbf\xbd", ++at;
  }
  return shown < size ? out << "..." : out;
}
Out& name(Out& out, const char* text) { return escaped(out << '`', text, strlen(text)) << '`'; }

namespace {

/// All that the fact may be; its masks are empty.
void open(const Program& p, const FactRow& row, FactState& s) {
  if (static_cast<FactKind>(row.kind) == FactKind::set) {
    s.present = 0;
    s.open = all_elements(row);
    return;
  }
  for (uint32_t i = 0; i < row.classes; ++i) {
    mask_set(s.allowed, i);
    if (s.several == nullptr) continue;
    Interval all = class_interval(p, row, i);
    bool whole = static_cast<FactKind>(row.kind) == FactKind::integer;
    if (whole) all.make_whole();
    if (count_values(all, whole, {}) > 1) mask_set(s.several, i);
  }
}

}  // namespace

bool make_case(const Program& program, Arena& arena, Case& out) {
  out.facts = arena.array<FactState>(program.facts.count + size_t{1});
  if (out.facts == nullptr) return false;
  for (uint32_t f = 0; f < program.facts.count; ++f) {
    const FactRow& row = program.facts[f];
    FactState& s = out.facts[f];
    if (row.classes > 0) s.allowed = arena.array<uint64_t>(mask_words(row.classes));
    auto kind = static_cast<FactKind>(row.kind);
    if ((row.flags & kKnownnessTested) != 0 &&
        (kind == FactKind::integer || kind == FactKind::decimal)) {
      s.several = arena.array<uint64_t>(mask_words(row.classes));
    }
    if (arena.failed()) return false;
    open(program, row, s);
  }
  return true;
}

void open_fact(const Program& program, Case& c, uint32_t fact) {
  FactState& s = c.facts[fact];
  FactState bare;
  bare.allowed = s.allowed;
  bare.several = s.several;
  s = bare;
  for (uint32_t w = 0; w < mask_words(program.facts[fact].classes); ++w) {
    s.allowed[w] = 0;
    if (s.several != nullptr) s.several[w] = 0;
  }
  open(program, program.facts[fact], s);
}

uint32_t find_fact(const Program& p, const char* word, size_t size, uint32_t at,
                   Problems& problems) {
  auto length = static_cast<uint32_t>(size);
  for (uint32_t f = 0; f < p.facts.count; ++f) {
    if (Value::equal(word, length, p.name(p.facts[f].name))) return f;
  }
  const char* best = nullptr;
  size_t near = kNear + 1;
  for (const FactRow& row : p.facts) {
    size_t d = distance(word, size, p.name(row.name));
    if (d < near && d < size) {
      near = d;
      best = p.name(row.name);
    }
  }
  Out& out = problems.begin(at);
  escaped(out << "there is no fact `", word, size) << '`';
  if (best != nullptr) name(out << ": did you mean ", best) << '?';
  problems.end(nullptr, best == nullptr ? "the facts are those of the guideline" : nullptr);
  return kNone;
}

bool read_fact(const Program& program, Arena& arena, uint32_t fact, const Value& value, Case& c,
               Problems& problems) {
  const FactRow& row = program.facts[fact];
  FactState& s = c.facts[fact];
  s.given = true;
  s.at = value.at;
  s.end = value.end;
  if (value.kind == Kind::null) return true;  // open: nothing is known
  for (uint32_t i = 0; i < mask_words(row.classes); ++i) {
    s.allowed[i] = 0;
    if (s.several != nullptr) s.several[i] = 0;
  }
  if (read_value(program, arena, fact, value, s, problems)) return true;
  open(program, row, s);  // for what is still to be said of the others
  s.known = false;
  return false;
}

void read_facts(const Program& program, Arena& arena, const Value& object, Case& c,
                Problems& problems) {
  for (const Value* v = object.first; v != nullptr && !problems.full(); v = v->next) {
    uint32_t f = find_fact(program, v->key, v->key_size, v->key_at, problems);
    if (f == kNone) continue;
    if (!c.facts[f].given) {
      (void)read_fact(program, arena, f, *v, c, problems);
      continue;
    }
    const char* word = program.name(program.facts[f].name);
    name(problems.begin(v->key_at), word) << " is given twice";
    problems.end(word, "say all that is known of a fact in one place");
  }
}

const Value* parse_case(Arena& arena, const char* text, size_t size, Problems& problems) {
  if (size > static_cast<size_t>(limits::case_bytes)) {
    problems.simple(0, "the case is larger than 16 MiB");
    return nullptr;
  }
  json::Error error;
  const Value* root = json::parse(arena, text, static_cast<uint32_t>(size), error);
  if (root == nullptr) {
    if (error.message != nullptr) {
      problems.simple(error.at, error.message, "the case is not valid JSON");
    }
    return nullptr;
  }
  if (root->kind == Kind::object) return root;
  problems.simple(root->at, "a case is an object: the names of facts and their values",
                  "write {\"fact\": value, ...}");
  return nullptr;
}

gdlrt_status read_case(const Program& program, Arena& arena, const char* text, size_t size,
                       Case& out, Problems& problems) {
  const Value* root = parse_case(arena, text, size, problems);
  if (root == nullptr) return problems.count() == 0 ? GDLRT_NO_MEMORY : GDLRT_BAD_CASE;
  if (!make_case(program, arena, out)) return GDLRT_NO_MEMORY;
  out.text = text;
  read_facts(program, arena, *root, out, problems);
  if (arena.failed()) return GDLRT_NO_MEMORY;
  return problems.count() == 0 ? GDLRT_OK : GDLRT_BAD_CASE;
}

}  // namespace gdlrt
