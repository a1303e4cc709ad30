// Cases as handles. The idea: each call writes what it is told as the JSON of a case and reads that, so that there is one
// meaning and one set of words for both. Pieces of text that were replaced go when room is short.
#include "handle.h"

#include <new>

#include "options.h"
#include "run_limits.h"

namespace gdlrt {

namespace {

/// Room for `more` bytes behind the piece being written: a new text without the pieces that are replaced, if need be.
bool make_room(gdlrt_case& c, size_t more) {
  if (more <= c.capacity - c.size) return true;
  size_t used = c.size - c.begin;
  for (uint32_t f = 0; f < c.program.facts.count; ++f) {
    if (c.said.facts[f].given) used += c.said.facts[f].end - c.said.facts[f].at;
  }
  if (more + used > size_t{2} * static_cast<size_t>(limits::case_bytes)) return false;
  size_t room = (used + more) * 2 + 256;
  auto* text = static_cast<char*>(c.memory.take(room));
  if (text == nullptr) return false;
  uint32_t size = 0;
  auto move = [&](uint32_t at, uint32_t end) {
    memcpy(text + size, c.text + at, end - at);
    size += end - at;
  };
  for (uint32_t f = 0; f < c.program.facts.count; ++f) {
    FactState& s = c.said.facts[f];
    if (!s.given) continue;
    uint32_t at = size;
    move(s.at, s.end);
    s.at = at;
    s.end = size;
  }
  uint32_t begin = size;
  if (c.size > c.begin) move(c.begin, c.size);
  c.memory.give(c.text, c.capacity);
  c.text = text;
  c.said.text = text;
  c.begin = begin;
  c.size = size;
  c.capacity = static_cast<uint32_t>(room);
  c.whole = false;
  return true;
}

int append(void* context, const char* text, size_t size) {
  auto& c = *static_cast<gdlrt_case*>(context);
  if (!make_room(c, size)) return 1;
  memcpy(c.text + c.size, text, size);
  c.size += static_cast<uint32_t>(size);
  return 0;
}

void unset(gdlrt_case& c, uint32_t f) {
  open_fact(c.program, c.said, f);
  c.bad[f] = 0;
}

void clear(gdlrt_case& c) {
  for (uint32_t f = 0; f < c.program.facts.count; ++f) {
    if (c.said.facts[f].given || c.bad[f] != 0) unset(c, f);
  }
  c.refused = c.whole = false;
  c.begin = c.size = 0;
}

/// Reads the piece [at, end) of the text as what is known of the fact.
gdlrt_status read_piece(gdlrt_case& c, uint32_t f, uint32_t at, uint32_t end, Arena& arena,
                        Problems& problems) {
  json::Error error;
  const json::Value* v = json::parse(arena, c.text + at, end - at, error);
  unset(c, f);
  if (v == nullptr) {
    if (error.message != nullptr) {
      const char* name = c.program.name(c.program.facts[f].name);
      problems.begin(0) << error.message;
      problems.end(name, "the value is not valid JSON");
    }
    c.bad[f] = 1;
  } else {
    c.bad[f] = read_fact(c.program, arena, f, *v, c.said, problems) ? 0 : 1;
  }
  FactState& s = c.said.facts[f];
  s.given = true;
  // A piece that is valid will stand inside a case, where a byte-order mark is none.
  s.at = at + (c.bad[f] == 0 ? json::mark_size(c.text + at, end - at) : 0);
  s.end = end;
  if (!arena.failed()) return c.bad[f] == 0 ? GDLRT_OK : GDLRT_BAD_CASE;
  c.bad[f] = 1;
  return GDLRT_NO_MEMORY;
}

/// What calls write. A value that a fact cannot have, whatever its kind: a list of a number.
class Writer {
 public:
  Writer(const gdlrt_case& c, const FactRow& row, Out& out) : c_(c), row_(row), out_(out) {}

  void refused() { out_ << "[0]"; }
  void boolean(bool yes) { out_ << (yes ? "true" : "false"); }
  void value(uint64_t i) {
    bool chosen = kind() == FactKind::boolean || kind() == FactKind::enumeration;
    if (!chosen || i >= row_.enum_count) {
      refused();
    } else if (kind() == FactKind::boolean) {
      boolean(i == 1);
    } else {
      out_.quoted(element_name(static_cast<uint32_t>(i)));
    }
  }
  void text(const char* word) {
    if (word == nullptr) {
      refused();
    } else {
      out_.quoted(word);
    }
  }
  /// A number as text. As it is where that is one of JSON as far as its characters tell: the reader judges it.
  void number(const char* digits, const char* unit) {
    if (digits == nullptr) {
      refused();
      return;
    }
    begin_number(unit);
    size_t n = strspn(digits, "0123456789.eE+-");
    bool bare = n > 0 && digits[n] == 0 && digits[0] != '.' && digits[0] != '+';
    if (bare && digits[0] != 'e' && digits[0] != 'E') {
      out_.put(digits, n);
    } else {
      out_.quoted(digits);
    }
    end_number(unit);
  }
  void scaled(int64_t mantissa, int32_t exponent, const char* unit) {
    begin_number(unit);
    out_ << mantissa;
    if (exponent != 0) out_ << 'e' << static_cast<int64_t>(exponent);
    end_number(unit);
  }
  void elements(uint64_t present, uint64_t open) {
    uint64_t all = kind() == FactKind::set ? all_elements(row_) : 0;
    if (kind() != FactKind::set || ((present | open) & ~all) != 0 || (present & open) != 0) {
      refused();
    } else {
      write_elements(c_.program, row_, present, open, out_);
    }
  }
  void json(const char* text, size_t size) { out_.put(text, size); }
  /// The entry, of a list of a version that may be another.
  static gdlrt_narrowing at(const gdlrt_narrowing* list, size_t i) {
    gdlrt_narrowing out{};
    size_t step = list->size;
    memcpy(&out, reinterpret_cast<const uint8_t*>(list) + i * step,
           step < sizeof out ? step : sizeof out);
    return out;
  }
  void narrowings(const gdlrt_narrowing* list, size_t count) {
    static constexpr char kWords[][9] = {"in", "not", "below", "at_most", "above", "at_least"};
    out_ << '{';
    bool first = true;
    for (uint32_t how = 0; how <= GDLRT_NOT; ++how) {
      bool any = false;
      for (size_t i = 0; i < count; ++i) {
        gdlrt_narrowing n = at(list, i);
        bool of = n.piece != 0 ? how == GDLRT_IN : n.how == how;
        if (!of) continue;
        if (!any) (out_ << (first ? "\"" : ",\"")) << kWords[how] << "\":[";
        if (any) out_ << ',';
        any = true;
        first = false;
        if (n.piece == 0) {
          bound(n);
          continue;
        }
        out_ << "{\"";
        for (uint32_t piece = n.piece;; ++i) {
          out_ << (n.how <= GDLRT_AT_LEAST ? kWords[n.how] : "?") << "\":";
          bound(n);
          if (i + 1 == count || at(list, i + 1).piece != piece) break;
          n = at(list, i + 1);
          out_ << ",\"";
        }
        out_ << '}';
      }
      if (any) out_ << ']';
    }
    for (size_t i = 0; i < count; ++i) {
      gdlrt_narrowing n = at(list, i);
      if (n.piece != 0 || n.how <= GDLRT_NOT) continue;
      (out_ << (first ? "\"" : ",\"")) << (n.how <= GDLRT_AT_LEAST ? kWords[n.how] : "?") << "\":";
      first = false;
      bound(n);
    }
    out_ << '}';
  }

 private:
  [[nodiscard]] FactKind kind() const { return static_cast<FactKind>(row_.kind); }
  [[nodiscard]] const char* element_name(uint32_t i) const {
    return c_.program.name(c_.program.enumerators[row_.enum_first + i].name);
  }
  void begin_number(const char* unit) {
    if (unit != nullptr) out_ << "{\"value\":";
  }
  void end_number(const char* unit) {
    if (unit != nullptr) (out_ << ",\"unit\":").quoted(unit) << '}';
  }
  void bound(const gdlrt_narrowing& n) {
    bool numeric = kind() == FactKind::integer || kind() == FactKind::decimal;
    if (n.text != nullptr && numeric) {
      number(n.text, n.unit);
    } else if (n.text != nullptr) {
      text(n.text);
    } else if (numeric) {
      scaled(n.mantissa, n.exponent, n.unit);
    } else if (n.exponent != 0 || n.mantissa < 0) {
      refused();
    } else {
      value(static_cast<uint64_t>(n.mantissa));
    }
  }

  const gdlrt_case& c_;
  const FactRow& row_;
  Out& out_;
};

/// Writes what a call says of a fact and reads it.
gdlrt_status say(gdlrt_case* c, uint32_t f, void (*what)(const void*, Writer&), const void* words) {
  if (c == nullptr) return GDLRT_BAD_ARGUMENT;
  if (f >= c->program.facts.count) {
    c->refused = true;
    return f == GDLRT_NONE ? GDLRT_BAD_CASE : GDLRT_BAD_ARGUMENT;
  }
  c->begin = c->size;
  Out out(append, c);
  Writer writer(*c, c->program.facts[f], out);
  what(words, writer);
  bool written = out.flush();
  uint32_t at = c->begin;
  uint32_t end = c->size;
  if (!written) {
    // Neither the old value nor the new: the fact is open, and the case waits for another.
    unset(*c, f);
    c->bad[f] = gdlrt_case::kUnread;
    c->size = at;
    return GDLRT_NO_MEMORY;
  }
  Problems problems(c->write_error, c->errors, nullptr);
  Arena arena(c->scratch, sizeof c->scratch, c->memory);
  gdlrt_status status = read_piece(*c, f, at, end, arena, problems);
  c->begin = c->size;
  c->whole = false;
  (void)problems.finish();
  if (status == GDLRT_NO_MEMORY) c->bad[f] = gdlrt_case::kUnread;
  return status;
}

/// The same, of a function object.
template <class Say>
gdlrt_status say(gdlrt_case* c, uint32_t f, const Say& what) {
  return say(
      c, f, [](const void* words, Writer& w) { (*static_cast<const Say*>(words))(w); }, &what);
}

gdlrt_status read_all(gdlrt_case& c, const char* json, size_t size, Problems& problems) {
  if (size <= static_cast<size_t>(limits::case_bytes) && !make_room(c, size)) {
    return GDLRT_NO_MEMORY;
  }
  Arena arena(c.memory);
  const json::Value* root = parse_case(arena, json, size, problems);
  if (root == nullptr) return problems.count() == 0 ? GDLRT_NO_MEMORY : GDLRT_BAD_CASE;
  read_facts(c.program, arena, *root, c.said, problems);
  if (arena.failed()) return GDLRT_NO_MEMORY;
  if (problems.count() != 0) return GDLRT_BAD_CASE;
  if (size > 0) memcpy(c.text, json, size);
  c.begin = c.size = static_cast<uint32_t>(size);
  c.whole = true;
  return GDLRT_OK;
}

}  // namespace

gdlrt_status refused_again(gdlrt_case& c, Arena& arena, Problems& problems) {
  bool any = c.refused;
  for (uint32_t f = 0; f < c.program.facts.count; ++f) {
    any = any || c.bad[f] == gdlrt_case::kUnread;
  }
  if (any) {
    problems.simple(0, "something that this case was told has been refused",
                    "look at the status of each call, or clear the case and begin again");
  }
  for (uint32_t f = 0; f < c.program.facts.count && !problems.full(); ++f) {
    if (c.bad[f] != gdlrt_case::kRefused) continue;
    any = true;
    FactState& s = c.said.facts[f];
    if (read_piece(c, f, s.at, s.end, arena, problems) == GDLRT_NO_MEMORY) return GDLRT_NO_MEMORY;
  }
  return arena.failed() ? GDLRT_NO_MEMORY : any ? GDLRT_BAD_CASE : GDLRT_OK;
}

}  // namespace gdlrt

using gdlrt::Writer;

extern "C" {

gdlrt_status gdlrt_case_make(const gdlrt_program* program, const gdlrt_case_options* options,
                             gdlrt_case** out) {
  if (out == nullptr) return GDLRT_BAD_ARGUMENT;
  *out = nullptr;
  gdlrt_case_options settings{};
  if (program == nullptr || !gdlrt::take_options(options, settings) ||
      !gdlrt::Memory::sound(settings.allocator)) {
    return GDLRT_BAD_ARGUMENT;
  }
  gdlrt::Memory memory(settings.allocator);
  void* block = memory.take(sizeof(gdlrt_case));
  if (block == nullptr) return GDLRT_NO_MEMORY;
  auto* c = new (block) gdlrt_case(program->program, memory);
  c->write_error = settings.write_error;
  c->errors = settings.errors;
  c->bad = c->keep.array<uint8_t>(program->program.facts.count + size_t{1});
  if (c->bad == nullptr || !gdlrt::make_case(program->program, c->keep, c->said)) {
    gdlrt_case_free(c);
    return GDLRT_NO_MEMORY;
  }
  *out = c;
  return GDLRT_OK;
}

void gdlrt_case_free(gdlrt_case* c) {
  if (c == nullptr) return;
  gdlrt::Memory memory = c->memory;
  memory.give(c->text, c->capacity);
  c->~gdlrt_case();
  memory.give(c, sizeof *c);
}

void gdlrt_case_clear(gdlrt_case* c) {
  if (c != nullptr) gdlrt::clear(*c);
}

uint32_t gdlrt_case_fact(gdlrt_case* c, const char* name) {
  if (c == nullptr || name == nullptr) return GDLRT_NONE;
  gdlrt::Problems problems(c->write_error, c->errors, nullptr);
  return gdlrt::find_fact(c->program, name, strlen(name), 0, problems);
}

gdlrt_status gdlrt_case_unset(gdlrt_case* c, uint32_t fact) {
  if (c == nullptr) return GDLRT_BAD_ARGUMENT;
  if (fact >= c->program.facts.count) {
    c->refused = true;
    return fact == GDLRT_NONE ? GDLRT_BAD_CASE : GDLRT_BAD_ARGUMENT;
  }
  gdlrt::unset(*c, fact);
  return GDLRT_OK;
}

gdlrt_status gdlrt_case_set_unknown(gdlrt_case* c, uint32_t fact) {
  return gdlrt_case_set_json(c, fact, "null", 4);
}

gdlrt_status gdlrt_case_set_boolean(gdlrt_case* c, uint32_t fact, int yes) {
  return gdlrt::say(c, fact, [yes](Writer& w) { w.boolean(yes != 0); });
}

gdlrt_status gdlrt_case_set_value(gdlrt_case* c, uint32_t fact, uint32_t value) {
  return gdlrt::say(c, fact, [value](Writer& w) { w.value(value); });
}

gdlrt_status gdlrt_case_set_name(gdlrt_case* c, uint32_t fact, const char* name) {
  return gdlrt::say(c, fact, [name](Writer& w) { w.text(name); });
}

gdlrt_status gdlrt_case_set_number(gdlrt_case* c, uint32_t fact, const char* number,
                                   const char* unit) {
  return gdlrt::say(c, fact, [=](Writer& w) { w.number(number, unit); });
}

gdlrt_status gdlrt_case_set_scaled(gdlrt_case* c, uint32_t fact, int64_t mantissa, int32_t exponent,
                                   const char* unit) {
  return gdlrt::say(c, fact, [=](Writer& w) { w.scaled(mantissa, exponent, unit); });
}

gdlrt_status gdlrt_case_set_elements(gdlrt_case* c, uint32_t fact, uint64_t present,
                                     uint64_t known) {
  if (c == nullptr || fact >= c->program.facts.count) return gdlrt_case_unset(c, fact);
  const gdlrt::FactRow& row = c->program.facts[fact];
  uint64_t all = row.classes == 0 ? gdlrt::all_elements(row) : 0;
  uint64_t open = all & ~known;
  return gdlrt::say(c, fact, [=](Writer& w) { w.elements(present, open); });
}

gdlrt_status gdlrt_case_set_element(gdlrt_case* c, uint32_t fact, uint32_t element,
                                    gdlrt_truth truth) {
  if (c == nullptr || fact >= c->program.facts.count) return gdlrt_case_unset(c, fact);
  const gdlrt::FactRow& row = c->program.facts[fact];
  const gdlrt::FactState& s = c->said.facts[fact];
  uint64_t present = s.present;
  uint64_t open = s.open;
  bool sound = row.classes == 0 && element < row.enum_count && c->bad[fact] == 0 &&
               static_cast<uint32_t>(truth) <= GDLRT_UNKNOWN;
  uint64_t bit = sound ? uint64_t{1} << element : 0;
  present = truth == GDLRT_YES ? present | bit : present & ~bit;
  open = truth == GDLRT_UNKNOWN ? open | bit : open & ~bit;
  return gdlrt::say(c, fact, [=](Writer& w) {
    if (sound) {
      w.elements(present, open);
    } else {
      w.refused();
    }
  });
}

gdlrt_status gdlrt_case_narrow(gdlrt_case* c, uint32_t fact, const gdlrt_narrowing* list,
                               size_t count) {
  // All of one size, which has room for what is no longer optional: a number that is not there is not 0.
  bool sound = count == 0 || (list != nullptr && list->size >= offsetof(gdlrt_narrowing, unit));
  for (size_t i = 0; i < count && sound; ++i) sound = Writer::at(list, i).size == list->size;
  return gdlrt::say(c, fact, [=](Writer& w) {
    if (sound) {
      w.narrowings(list, count);
    } else {
      w.refused();
    }
  });
}

gdlrt_status gdlrt_case_set_json(gdlrt_case* c, uint32_t fact, const char* json, size_t size) {
  return gdlrt::say(c, fact, [=](Writer& w) {
    if (json != nullptr || size == 0) {
      w.json(json, size);
    } else {
      w.refused();
    }
  });
}

gdlrt_status gdlrt_case_read(gdlrt_case* c, const char* json, size_t size) {
  if (c == nullptr) return GDLRT_BAD_ARGUMENT;
  gdlrt::clear(*c);
  gdlrt_status status = GDLRT_BAD_ARGUMENT;
  if (json != nullptr || size == 0) {
    gdlrt::Problems problems(c->write_error, c->errors, json);
    status = gdlrt::read_all(*c, json, size, problems);
    (void)problems.finish();
  }
  if (status == GDLRT_OK) return status;
  gdlrt::clear(*c);
  c->refused = true;
  return status;
}

gdlrt_status gdlrt_case_write(const gdlrt_case* c, gdlrt_write write, void* context) {
  if (c == nullptr || write == nullptr) return GDLRT_BAD_ARGUMENT;
  bool refused = c->refused;
  for (uint32_t f = 0; f < c->program.facts.count; ++f) refused = refused || c->bad[f] != 0;
  if (refused) return GDLRT_BAD_CASE;
  gdlrt::Out out(write, context);
  bool first = true;
  for (uint32_t f = 0; f < c->program.facts.count; ++f) {
    if (!c->said.facts[f].given) continue;
    out << (first ? '{' : ',');
    first = false;
    gdlrt::write_said(c->program, c->said, f, out);
  }
  out << (first ? "{}\n" : "}\n");
  return out.flush() ? GDLRT_OK : GDLRT_STOPPED;
}

}  // extern "C"
