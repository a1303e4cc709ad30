// What a case says of a fact: each of the forms of docs/cli.md, to the values that are left. See narrow.h.
#include "narrow.h"

#include "num/unit.h"
#include "run_limits.h"

namespace gdlrt {

using json::Kind;
using json::Value;

namespace {

class Reader {
 public:
  Reader(const Program& p, Arena& arena, uint32_t fact, FactState& state, Problems& problems)
      : p_(p), arena_(arena), problems_(problems), row_(&p.facts[fact]), state_(&state) {}

  bool read(const Value& v) {
    value(v);
    return !bad_;
  }

 private:
  [[nodiscard]] const char* fact_name() const { return p_.name(row_->name); }

  /// Begins a problem with the fact's name.
  Out& problem(const Value& v) {
    bad_ = true;
    Out& out = problems_.begin(v.at);
    name(out, fact_name());
    return out << ' ';
  }
  Out& show(Out& out, const Rational& r) {
    char buffer[num::kMaxFormat];
    return out.put(buffer, num::format(r, buffer, sizeof buffer));
  }
  void end(const char* help = nullptr) { problems_.end(fact_name(), help); }

  void value(const Value& v) {
    if (static_cast<FactKind>(row_->kind) == FactKind::set) {
      set(v);
      return;
    }
    if (static_cast<FactKind>(row_->kind) == FactKind::integer ||
        static_cast<FactKind>(row_->kind) == FactKind::decimal) {
      numeric(v);
    } else {
      enumeration(v);
    }
  }

  // -- yes/no and enumerations -----------------------------------------------------------------------

  /// The value that `v` names, or enum_count after a problem.
  uint32_t enumerator(const Value& v) {
    bool boolean = static_cast<FactKind>(row_->kind) == FactKind::boolean;
    if (boolean && v.kind == Kind::boolean) return v.flag ? 1 : 0;
    if (!boolean && v.kind == Kind::string) {
      for (uint32_t i = 0; i < row_->enum_count; ++i) {
        if (v.is(p_.name(p_.enumerators[row_->enum_first + i].name))) return i;
      }
    }
    Out& out = problem(v);
    if (boolean) {
      out << "is true or false";
      end("write true for yes, false for no, null for not known");
      return row_->enum_count;
    }
    if (v.kind == Kind::string) {
      escaped(out << "has no value `", v.text, v.size) << "`; it is one of ";
    } else {
      out << "is one of ";
    }
    for (uint32_t i = 0; i < row_->enum_count && i < 20; ++i) {
      name(out << (i > 0 ? ", " : ""), p_.name(p_.enumerators[row_->enum_first + i].name));
    }
    end(v.kind == Kind::string ? "write it as it is declared, or null for not known"
                               : "write its name in double quotes, or null for not known");
    return row_->enum_count;
  }

  void allow(uint32_t i) { mask_set(state_->allowed, i); }
  void several(uint32_t i) {
    if (state_->several != nullptr) mask_set(state_->several, i);
  }

  /// False after a problem: an object that says a member twice.
  bool distinct(const Value& object) {
    for (const Value* m = object.first; m != nullptr; m = m->next) {
      // Past the few members that there are, the first that is unknown ends the reading.
      uint32_t n = 0;
      for (const Value* other = object.first; other != m && n < 16; other = other->next, ++n) {
        if (other->key_size != m->key_size || memcmp(other->key, m->key, m->key_size) != 0)
          continue;
        bad_ = true;
        name(problems_.begin(m->key_at), fact_name());
        escaped(continue_() << " says `", m->key, m->key_size) << "` twice";
        end();
        return false;
      }
    }
    return true;
  }

  /// For each member of a list, or the one value itself.
  template <class Each>
  void each(const Value& v, Each&& visit) {
    if (v.kind != Kind::array) {
      visit(v);
      return;
    }
    int64_t items = 0;
    for (const Value* item = v.first; item != nullptr; item = item->next) {
      if (++items <= limits::case_list) continue;
      problem(v) << "has a list of more than " << static_cast<uint64_t>(limits::case_list)
                 << " values";
      end("say it with below, at_most, above, at_least");
      return;
    }
    for (const Value* item = v.first; item != nullptr && !problems_.full(); item = item->next) {
      visit(*item);
    }
  }

  void enumeration(const Value& v) {
    if (v.kind != Kind::object) {
      uint32_t i = enumerator(v);
      if (i < row_->enum_count) {
        allow(i);
        state_->known = true;
      }
      return;
    }
    if (!distinct(v)) return;
    uint64_t* left = arena_.array<uint64_t>(mask_words(row_->classes));
    uint64_t* one = arena_.array<uint64_t>(mask_words(row_->classes));
    if (left == nullptr || one == nullptr) return;
    uint32_t words = mask_words(row_->classes);
    for (uint32_t i = 0; i < row_->classes; ++i) mask_set(left, i);
    bool any = false;
    for (const Value* m = v.first; m != nullptr && !problems_.full(); m = m->next) {
      bool is_in = m->key_is("in");
      bool is_not = m->key_is("not");
      any = true;
      memset(one, 0, words * sizeof *one);
      if (is_in || is_not) {
        if (is_in && m->kind != Kind::array) {
          problem(*m) << "has an `in` that is not a list";
          end("write {\"in\": [value, value]}");
          continue;
        }
        each(*m, [&](const Value& item) {
          uint32_t i = enumerator(item);
          if (i < row_->enum_count) mask_set(one, i);
        });
        for (uint32_t w = 0; w < words; ++w) left[w] &= is_in ? one[w] : ~one[w];
        continue;
      }
      bool below = m->key_is("below");
      bool at_most = m->key_is("at_most");
      bool above = m->key_is("above");
      bool at_least = m->key_is("at_least");
      if (!below && !at_most && !above && !at_least) {
        unknown_key(*m);
        continue;
      }
      if ((row_->flags & kOrdered) == 0) {
        problem(*m) << "has no order, so nothing is above or below";
        end("name the values that are left: {\"in\": [value, value]}");
        continue;
      }
      uint32_t bound = enumerator(*m);
      for (uint32_t i = 0; bound < row_->enum_count && i < row_->enum_count; ++i) {
        bool ok = below ? i < bound : at_most ? i <= bound : above ? i > bound : i >= bound;
        if (!ok) left[i / 64] &= ~(uint64_t{1} << (i % 64));
      }
    }
    if (bad_) return;
    if (!any) {
      problem(v) << "has an empty description";
      end("write a value, null, or {\"in\": [value, value]}");
      return;
    }
    uint32_t values = 0;
    for (uint32_t i = 0; i < row_->enum_count; ++i) {
      if (!mask_test(left, i)) continue;
      allow(i);
      ++values;
    }
    if (values == 0) nothing_left(v);
    state_->known = values == 1;
  }

  void unknown_key(const Value& m) {
    problem(m);
    Out& out = escaped(continue_() << "has the description `", m.key, m.key_size);
    out << "`, which is none of in, not, below, at_most, above, at_least";
    end();
  }
  Out& continue_() { return problems_.message(); }

  void nothing_left(const Value& v) {
    Out& out = problem(v) << "is left without any value by this description";
    if (row_->lo == kNone) {
      end();
    } else {
      range(out << ": its plausible range is ");
      end("check the value and its unit");
    }
  }
  /// The plausible range of a number, with its unit.
  void range(Out& out) {
    show(show(out, p_.number(row_->lo)) << " to ", p_.number(row_->hi));
    const char* unit = p_.name(row_->unit);
    if (unit[0] != 0) escaped(out << ' ', unit, strlen(unit));
  }

  // -- numbers ---------------------------------------------------------------------------------------

  /// A number in the fact's unit; false after a problem. `bound`: it may lie outside the range.
  bool number(const Value& v, const Value* outer_unit, bool bound, Rational& out) {
    const Value* n = &v;
    const Value* unit = outer_unit;
    if (v.kind == Kind::object) {
      if (!distinct(v)) return false;
      n = nullptr;
      for (const Value* m = v.first; m != nullptr; m = m->next) {
        if (m->key_is("value")) {
          n = m;
        } else if (m->key_is("unit")) {
          unit = m;
        } else {
          problem(*m);
          escaped(continue_() << "has the member `", m->key, m->key_size)
              << "` beside its value: only `unit` goes there";
          end();
          return false;
        }
      }
      if (n == nullptr) {
        problem(v) << "has a unit but no value";
        end("write {\"value\": 1.2, \"unit\": \"10*9/L\"}");
        return false;
      }
    }
    num::NumStatus status = num::NumStatus::malformed;
    if (n->kind == Kind::number) {
      status = num::parse_decimal(n->text, n->size, out);
    } else if (n->kind == Kind::string) {
      status = text_number(n->text, n->size, out);
    }
    if (status != num::NumStatus::ok) {
      bool many = status == num::NumStatus::too_many_digits;
      problem(*n) << (many ? "has a number with more digits than can be kept exactly"
                           : "is a number");
      end(many ? "at most 34 significant digits, and an exponent between -34 and 34"
               : "write it with a point, as in 1.5; null for not known");
      return false;
    }
    if (unit != nullptr && !convert(*unit, out)) return false;
    if (static_cast<FactKind>(row_->kind) == FactKind::integer && !bound && !out.is_integer()) {
      show(problem(*n) << "is a whole number, not ", out);
      end(p_.name(row_->unit)[0] != 0 ? "it is counted in whole units" : nullptr);
      return false;
    }
    if (!bound && (num::compare(out, p_.number(row_->lo)) < 0 ||
                   num::compare(p_.number(row_->hi), out) < 0)) {
      range(show(problem(*n) << "is ", out) << ", outside its plausible range ");
      end("check the value and its unit");
      return false;
    }
    return true;
  }

  /// A number as text: a decimal, or a fraction n/d of whole numbers.
  static num::NumStatus text_number(const char* text, uint32_t size, Rational& out) {
    uint32_t slash = 0;
    while (slash < size && text[slash] != '/') ++slash;
    num::NumStatus status = num::parse_decimal(text, slash, out);
    if (slash == size || status != num::NumStatus::ok) return status;
    Rational d;
    status = num::parse_decimal(text + slash + 1, size - slash - 1, d);
    if (status != num::NumStatus::ok) return status;
    return num::div(out, d, out) == num::NumStatus::ok ? num::NumStatus::ok
                                                       : num::NumStatus::malformed;
  }

  /// A unit that the case names. It is read once for all numbers that it stands beside.
  num::UnitStatus read_unit(const Value& unit) {
    if (&unit == unit_) return unit_status_;
    unit_ = &unit;
    unit_status_ = num::UnitStatus::malformed;
    if (unit.kind == Kind::string && unit.size <= static_cast<uint64_t>(limits::unit_bytes)) {
      unit_status_ = num::parse_unit(unit.text, unit.size, false, from_);
      if (unit_status_ != num::UnitStatus::ok) {
        unit_status_ = num::parse_ucum(unit.text, unit.size, from_);
      }
    }
    return unit_status_;
  }

  bool convert(const Value& unit, Rational& out) {
    const char* own = p_.name(row_->unit);
    if (!own_read_) {
      own_read_ = true;
      (void)num::parse_unit(own, strlen(own), (row_->flags & kUnitQuoted) != 0, to_);
    }
    num::UnitStatus status = read_unit(unit);
    if (status != num::UnitStatus::ok) {
      Out& o = problem(unit) << "has the unit ";
      if (unit.kind == Kind::string) {
        escaped(o << '`', unit.text, unit.size) << "`, which is not known";
      } else {
        o << "not as a text";
      }
      end("units are %, years, months, weeks, days, hours, or UCUM as in 10*9/L");
      return false;
    }
    status = num::convert(out, from_, to_, out);
    if (status == num::UnitStatus::ok) return true;
    if (status == num::UnitStatus::overflow) {
      problem(unit) << "has a number too large or too fine to be converted exactly";
      end("check the value and its unit");
      return false;
    }
    Out& o = escaped(problem(unit) << "cannot be given in `", unit.text, unit.size) << '`';
    if (own[0] != 0) {
      escaped(o << ": it is measured in `", own, strlen(own)) << '`';
    } else {
      o << ": it is a pure number";
    }
    end();
    return false;
  }

  void numeric(const Value& v) {
    bool whole = static_cast<FactKind>(row_->kind) == FactKind::integer;
    Interval range{p_.number(row_->lo), p_.number(row_->hi)};
    bool description = v.kind == Kind::object;
    const Value* unit = nullptr;
    for (const Value* m = description ? v.first : nullptr; m != nullptr; m = m->next) {
      if (m->key_is("unit")) unit = m;
    }
    for (const Value* m = v.first; m != nullptr; m = m->next) {
      if (m->key_is("value")) description = false;
    }
    if (!description) {
      Rational n;
      if (!number(v, nullptr, false, n)) return;
      allow(class_of(p_, *row_, n));
      state_->known = true;
      return;
    }
    if (!distinct(v)) return;
    Interval left = range;
    List<Interval> pieces;    // `in`: the values that it lists
    List<Rational> excluded;  // `not`
    bool listed = false;
    bool any = false;
    for (const Value* m = v.first; m != nullptr && !problems_.full(); m = m->next) {
      if (m == unit) continue;
      any = true;
      if (m->key_is("in")) {
        if (m->kind != Kind::array) {
          problem(*m) << "has an `in` that is not a list";
          end("write {\"in\": [0, 1]}");
          continue;
        }
        listed = true;
        each(*m, [&](const Value& item) { piece(item, unit, pieces); });
      } else if (m->key_is("not")) {
        each(*m, [&](const Value& item) {
          Rational n;
          if (number(item, unit, false, n)) excluded.add(arena_, n);
        });
      } else {
        bound(*m, unit, left);
      }
    }
    if (bad_ || arena_.failed()) return;
    if (!any) {
      problem(v) << "has an empty description";
      end("write a number, null, or {\"at_least\": 0, \"below\": 10}");
      return;
    }
    if (!listed) pieces.add(arena_, range);
    sort(excluded);
    sort(pieces);
    uint32_t values = 0;  // that are left: 0, 1 or more (2)
    for (uint32_t i = 0; i < pieces.count;) {
      Interval piece = pieces[i++];
      while (i < pieces.count && piece.join(pieces[i])) ++i;
      piece.meet(left);
      if (whole && !piece.empty()) piece.make_whole();
      if (!piece.empty()) values += allow_piece(piece, whole, excluded);
    }
    if (values == 0) nothing_left(v);
    state_->known = values == 1;
  }

  /// Narrows an interval by below, at_most, above or at_least.
  void bound(const Value& m, const Value* unit, Interval& left) {
    bool below = m.key_is("below");
    bool above = m.key_is("above");
    if (!below && !above && !m.key_is("at_most") && !m.key_is("at_least")) {
      unknown_key(m);
      return;
    }
    Interval side{p_.number(row_->lo), p_.number(row_->hi)};
    Rational n;
    if (!number(m, unit, true, n)) return;
    if (below || m.key_is("at_most")) {
      side.hi = n;
      side.hi_closed = !below;
    } else {
      side.lo = n;
      side.lo_closed = !above;
    }
    left.meet(side);
  }

  /// A member of `in`: a value, or an object of bounds.
  void piece(const Value& item, const Value* unit, List<Interval>& pieces) {
    bool bounds = item.kind == Kind::object && item.first != nullptr;
    for (const Value* m = item.first; bounds && m != nullptr; m = m->next) {
      bounds = !m->key_is("value") && !m->key_is("unit");
    }
    Interval one{p_.number(row_->lo), p_.number(row_->hi)};
    if (bounds) {
      if (!distinct(item)) return;
      for (const Value* m = item.first; m != nullptr; m = m->next) bound(*m, unit, one);
    } else {
      Rational n;
      if (!number(item, unit, false, n)) return;
      one.lo = one.hi = n;
    }
    if (!one.empty()) pieces.add(arena_, one);
  }

  /// Allows the classes of a piece's values; gives 0, 1 or 2 (more) for their number. A value of a class that an
  /// earlier piece allows is a further one: pieces do not touch.
  uint32_t allow_piece(const Interval& piece, bool whole, const List<Rational>& excluded) {
    uint32_t values = 0;
    uint32_t last = class_of(p_, *row_, piece.hi);
    for (uint32_t i = class_of(p_, *row_, piece.lo); i <= last; ++i) {
      Interval cls = class_interval(p_, *row_, i);
      cls.meet(piece);
      if (whole && !cls.empty()) cls.make_whole();
      uint32_t here = cls.empty() ? 0 : count_values(cls, whole, excluded);
      if (here == 0) continue;
      if (here > 1 || mask_test(state_->allowed, i)) several(i);
      allow(i);
      values = values + here > 2 ? 2 : values + here;
    }
    return values;
  }

  // -- sets ------------------------------------------------------------------------------------------

  uint32_t element(const char* text, uint32_t size, const Value& at) {
    for (uint32_t i = 0; i < row_->enum_count; ++i) {
      if (Value::equal(text, size, p_.name(p_.enumerators[row_->enum_first + i].name))) return i;
    }
    Out& out = problem(at);
    escaped(out << "has no element `", text, size) << "`; they are ";
    for (uint32_t i = 0; i < row_->enum_count && i < 20; ++i) {
      name(out << (i > 0 ? ", " : ""), p_.name(p_.enumerators[row_->enum_first + i].name));
    }
    end();
    return row_->enum_count;
  }

  void set(const Value& v) {
    if (v.kind == Kind::array) {
      uint64_t all = 0;
      each(v, [&](const Value& item) {
        if (item.kind != Kind::string) {
          problem(item) << "is a list of names";
          end("write [\"a\", \"b\"], or [] for none of them");
          return;
        }
        uint32_t e = element(item.text, item.size, item);
        if (e < row_->enum_count) all |= uint64_t{1} << e;
      });
      state_->present = all;
      state_->open = 0;
      state_->known = true;
      return;
    }
    if (v.kind != Kind::object) {
      problem(v) << "is a set of values";
      end("write [\"a\", \"b\"] if all are known, {\"a\": true, \"b\": false} if some are, null if "
          "none is");
      return;
    }
    uint64_t seen = 0;
    for (const Value* m = v.first; m != nullptr && !problems_.full(); m = m->next) {
      uint32_t e = element(m->key, m->key_size, *m);
      if (e == row_->enum_count) continue;
      uint64_t bit = uint64_t{1} << e;
      if ((seen & bit) != 0) {
        problem(*m);
        escaped(continue_() << "says `", m->key, m->key_size) << "` twice";
        end();
        continue;
      }
      seen |= bit;
      if (m->kind == Kind::null) continue;
      if (m->kind != Kind::boolean) {
        problem(*m);
        escaped(continue_() << "says of `", m->key, m->key_size)
            << "` neither true, false nor null";
        end();
        continue;
      }
      state_->open &= ~bit;
      if (m->flag) state_->present |= bit;
    }
    state_->known = state_->open == 0;
  }

  const Program& p_;
  Arena& arena_;
  Problems& problems_;
  const FactRow* row_;
  FactState* state_;
  bool bad_ = false;
  const Value* unit_ = nullptr;  // read last, into from_
  num::UnitStatus unit_status_ = num::UnitStatus::malformed;
  num::Unit from_;
  bool own_read_ = false;  // the fact's own unit, into to_
  num::Unit to_;
};

}  // namespace

bool read_value(const Program& program, Arena& arena, uint32_t fact, const Value& value,
                FactState& state, Problems& problems) {
  return Reader(program, arena, fact, state, problems).read(value);
}

}  // namespace gdlrt
