// The batch engine: what gdlrt/batch.h promises.
//
// A chunk of rows goes through the circuit in bits, 64 rows to a word. Where values are unknown outputs are computed by
// their diagrams (boxes.h), exactly. For outputs without one each gate has two rows of bits, for whom it may hold and for
// whom it does: bounds, since two open halves may make a whole that is not open. So a row in which such an output lies
// between its bounds is evaluated by itself, exactly (record.h).
#include <string.h>

#include "engine.h"
#include "options.h"

using namespace gdlrt;
using namespace gdlrt::batch;

namespace {

/// What the caller's result says, and what a call counts.
struct Results {
  gdlrt_batch_masks certain{}, possible{};
  uint64_t *bad = nullptr, *undecided = nullptr;
  uint64_t bad_rows = 0, undecided_rows = 0;
};

/// One call.
class Call {
 public:
  Call(const gdlrt_batch_plan& plan, gdlrt_batch& batch, const gdlrt_column_data* data,
       const void* const* offsets, Results& result)
      : plan_(plan),
        b_(batch),
        data_(data),
        offsets_(offsets),
        result_(result),
        k_(*plan.kernels) {}

  /// Before so many rows.
  void begin(size_t rows) {
    // What nobody reads before it is whole, and is more than a cache holds, would only drive the columns out of it.
    bool counted =
        result_.certain.offer_counts != nullptr || result_.possible.offer_counts != nullptr;
    // A step gives two masks at most: of few rows they are not counted.
    large_ = !counted && rows / 8 * (2 * size_t{plan_.schedule.steps.count}) >= kPastCaches &&
             rows / 8 * wanted() >= kPastCaches;
  }
  void end() {
    if (large_) k_.written();
  }
  /// `next`: how many rows will come after these.
  void rows(size_t first, size_t count, size_t next) {
    first_ = first;
    count_ = count;
    b_.chunk.take(data_, offsets_, first, count);
    words_ = b_.chunk.words();
    const uint64_t* invalid = b_.chunk.invalid();
    for (uint32_t w = 0; w < words_; ++w) b_.bad[w] = invalid == nullptr ? 0 : invalid[w];
    memset(b_.open, 0, words_ * sizeof *b_.open);
    rails_ = b_.chunk.open();
    boxed_ = rails_ && plan_.boxes.any();
    stream_ = large_ && (!rails_ || plan_.boxes.all());  // else rows are looked at again
    uint32_t blocks = (words_ + BoxRows::kBlock - 1) / BoxRows::kBlock;
    b_.ahead.begin(data_, first + count, next,
                   boxed_ ? blocks * plan_.boxes.outputs().count : plan_.schedule.steps.count);
    if (boxed_) by_boxes();
    if (boxed_ && plan_.boxes.all()) {
      rails_ = false;
      finish();
      return;
    }
    for (const Step *s = plan_.schedule.steps.data, *end = s + plan_.schedule.steps.count; s != end;
         ++s) {
      b_.ahead.some();
      step(*s);
    }
    if (rails_) {
      uint32_t outputs = list_outputs();
      settle_single(outputs);
      decide_open(outputs);
      count_offers();
    }
    finish();
  }

 private:
  static constexpr uint32_t kMostClasses = 8;
  static constexpr size_t kPastCaches = size_t{16}
                                        << 20;  // bytes: about what a core has of the last

  /// How many masks the caller wants.
  [[nodiscard]] size_t wanted() const {
    size_t out = 0;
    const List<Step>& steps = plan_.schedule.steps;
    for (const Step *s = steps.data, *end = s + steps.count; s != end; ++s) {
      if (s->kind != Step::Kind::out) continue;
      uint64_t* const* certain = list_of(result_.certain, s->output);
      uint64_t* const* possible = list_of(result_.possible, s->output);
      out += certain != nullptr && certain[s->index] != nullptr ? 1 : 0;
      out += possible != nullptr && possible[s->index] != nullptr ? 1 : 0;
    }
    return out;
  }
  void write(const uint64_t* from, bool negated, const uint64_t* except, uint32_t words,
             uint64_t* to) const {
    bool whole =
        words % Kernels::kLineWords == 0 && reinterpret_cast<uintptr_t>(to) % Kernels::kLine == 0;
    (stream_ && whole ? k_.stream : k_.copy)(from, negated, except, words, to);
  }

  /// All outputs that have diagrams, for all rows of the chunk.
  void by_boxes() {
    b_.boxes.take(plan_.boxes, b_.chunk, plan_.box_cuts, plan_.column_of);
    for (uint32_t at = 0; at < words_; at += BoxRows::kBlock) {
      uint32_t left = words_ - at;
      uint32_t words = left < BoxRows::kBlock ? left : BoxRows::kBlock;
      b_.boxes.block(plan_.boxes, at,
                     [&](const BoxOutput& o, const uint64_t* may, const uint64_t* may_not) {
                       b_.ahead.some();
                       if (o.output == Output::impossible) {
                         leave_out(at, words, may_not);
                         return;
                       }
                       const uint64_t* except = b_.except + at;
                       write_known(o.output, o.index, false, may_not, true, except, at, words);
                       write_known(o.output, o.index, true, may, false, except, at, words);
                     });
    }
    except_ = b_.except;
  }
  /// Writes words of an output that are known for good, and counts them if they are asked for.
  void write_known(Output o, uint32_t index, bool possible, const uint64_t* from, bool negated,
                   const uint64_t* except, uint32_t at, uint32_t words) {
    uint64_t* mask = asked(o, index, possible);
    uint64_t* count = o == Output::offer ? counts(possible) : nullptr;
    if (mask == nullptr && count == nullptr) return;
    uint64_t* to = mask == nullptr ? b_.counted : mask + at;
    write(from, negated, except, words, to);
    if (count != nullptr) count[index] += k_.count(to, words);
    if (mask != nullptr && boxed_ && !stream_) expect(to);
  }
  /// Asks for where the next block of an output goes: there are as many streams as outputs.
  static void expect(const uint64_t* block) {
    for (size_t w = 0; w < BoxRows::kBlock; w += Kernels::kLineWords) {
      __builtin_prefetch(block + BoxRows::kBlock + w, 1);
    }
  }
  /// Rows with which nobody agrees, or that are none.
  void leave_out(uint32_t at, uint32_t words, const uint64_t* somebody) {
    for (uint32_t w = at; w < at + words; ++w) {
      b_.bad[w] = (b_.bad[w] | ~somebody[w - at]) & rows_of(w);
      b_.except[w] = b_.bad[w] | ~rows_of(w);
    }
  }
  [[nodiscard]] bool done(const Step& s) const {
    return boxed_ && plan_.boxes.covers(s.output, s.index);
  }

  uint64_t* reg(uint32_t r) { return b_.registers + size_t{r} * plan_.words; }
  uint64_t* certain(uint32_t r) { return reg(r + plan_.schedule.registers); }

  void step(const Step& s) {
    switch (s.kind) {
      case Step::Kind::leaf: leaf(s); return;
      case Step::Kind::both: conjunction(s); return;
      case Step::Kind::different:
        if (rails_) {
          k_.may_differ({reg(s.a), certain(s.a)}, {reg(s.b), certain(s.b)}, words_, reg(s.to),
                        certain(s.to));
        } else {
          k_.different(reg(s.a), reg(s.b), words_, reg(s.to));
        }
        return;
      case Step::Kind::out:
        if (s.output == Output::impossible) {
          if (!boxed_) impossible(s);
        } else if (!done(s)) {
          output(s);
        }
        return;
    }
  }

  void leaf(const Step& s) {
    const Leaf& l = plan_.leaves[s.index];
    uint64_t* may = reg(s.to);
    b_.chunk.compare(l, may);
    if (trying_) put_class(s, may);
    if (!rails_) return;
    uint64_t* does = certain(s.to);
    const uint64_t* known = l.kind == Leaf::Kind::known ? nullptr : b_.chunk.valid(l.column);
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t v = may[w];
      uint64_t there = known == nullptr ? ~uint64_t{0} : known[w];
      may[w] = v | ~there;
      does[w] = v & there;
    }
  }

  void conjunction(const Step& s) {
    const And& gate = plan_.schedule.ands[s.index];
    if (!rails_) {
      k_.both(gate, b_.registers, plan_.words, words_);
      return;
    }
    // It may hold unless something wanted may not, or something unwanted does; and so on.
    And may = gate;
    And does = gate;
    uint32_t half = plan_.schedule.registers;
    does.to += half;
    for (uint32_t i = 0; i < gate.count; ++i) (i < gate.plain ? does : may).of[i] += half;
    k_.both(may, b_.registers, plan_.words, words_);
    k_.both(does, b_.registers, plan_.words, words_);
  }

  /// An output's two rows of bits.
  Rails rails_of(const Step& s) {
    if (!rails_) return {reg(s.to), reg(s.to)};
    return s.negated ? Rails{certain(s.to), reg(s.to)} : Rails{reg(s.to), certain(s.to)};
  }

  /// The first output: who is left out of all others.
  void impossible(const Step& s) {
    Rails r = rails_of(s);
    uint64_t flip = s.negated ? ~uint64_t{0} : 0;
    uint64_t any = 0;
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t does = r.certain[w] ^ flip;
      uint64_t rows = rows_of(w);
      b_.bad[w] = (b_.bad[w] | does) & rows;
      b_.open[w] = (r.possible[w] ^ flip) & ~does;
      b_.except[w] = b_.bad[w] | ~rows;
      any |= b_.except[w];
    }
    except_ = any == 0 ? nullptr : b_.except;
  }
  [[nodiscard]] uint64_t rows_of(uint32_t w) const {
    size_t left = count_ - size_t{w} * 64;
    return left >= 64 ? ~uint64_t{0} : (uint64_t{1} << left) - 1;
  }

  static uint64_t* const* list_of(const gdlrt_batch_masks& m, Output o) {
    switch (o) {
      case Output::rule: return m.rules;
      case Output::offer: return m.offers;
      case Output::domain: return m.domain;
      case Output::gap: return m.gap;
      case Output::stranded: return m.stranded;
      case Output::conflict: return m.conflict;
      case Output::impossible: break;
    }
    return nullptr;
  }
  /// Where the caller wants the chunk's bits of an output, or null.
  uint64_t* asked(Output o, uint32_t index, bool possible) const {
    uint64_t* const* list = list_of(possible ? result_.possible : result_.certain, o);
    return list != nullptr && list[index] != nullptr ? list[index] + first_ / 64 : nullptr;
  }
  [[nodiscard]] uint64_t* counts(bool possible) const {
    return (possible ? result_.possible : result_.certain).offer_counts;
  }
  /// Where the bits of an output without a diagram go until they are known: the caller's words, or some of ours if they are
  /// only to be counted.
  uint64_t* target(const Step& s, bool possible) {
    if (uint64_t* to = asked(s.output, s.index, possible)) return to;
    bool counted = s.output == Output::offer && counts(possible) != nullptr;
    return counted ? b_.offers[possible ? 1 : 0] + size_t{plan_.place[s.index]} * plan_.words
                   : nullptr;
  }

  void output(const Step& s) {
    Rails r = rails_of(s);
    if (!rails_) {
      write_known(s.output, s.index, false, r.certain, s.negated, except_, 0, words_);
      write_known(s.output, s.index, true, r.possible, s.negated, except_, 0, words_);
      return;
    }
    uint64_t flip = s.negated ? ~uint64_t{0} : 0;
    for (uint32_t w = 0; w < words_; ++w) {
      b_.open[w] |= (r.possible[w] ^ flip) & ~(r.certain[w] ^ flip);
    }
    if (uint64_t* to = target(s, false)) write(r.certain, s.negated, except_, words_, to);
    if (uint64_t* to = target(s, true)) write(r.possible, s.negated, except_, words_, to);
  }

  // Rows with one unknown value are settled in bits: the chunk is evaluated as often as the fact with most classes has
  // them, each time with another class where a value is unknown. So such a row goes through all classes of its fact, and
  // what held each time is certain, what held once is possible.

  /// Rows whose bounds lie apart, in which one value is unknown that a condition reads, of few classes.
  uint32_t single_rows(uint64_t* rows) {
    uint32_t most = 0;
    uint64_t any = 0;
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t once = 0;
      uint64_t more = 0;
      for (uint32_t c = 0; c < plan_.columns.count; ++c) {
        const uint64_t* known = plan_.columns[c].read ? b_.chunk.valid(c) : nullptr;
        if (known == nullptr) continue;
        more |= once & ~known[w];
        once |= ~known[w];
        if (classes_of(c) > kMostClasses) more |= ~known[w];
      }
      rows[w] = b_.open[w] & ~b_.bad[w] & rows_of(w) & once & ~more;
      any |= rows[w];
    }
    for (uint32_t c = 0; c < plan_.columns.count && any != 0; ++c) {
      if (!plan_.columns[c].read || b_.chunk.valid(c) == nullptr) continue;
      uint32_t classes = classes_of(c);
      if (classes <= kMostClasses && classes > most) most = classes;
    }
    return any == 0 ? 0 : most;
  }
  [[nodiscard]] uint32_t classes_of(uint32_t c) const {
    const FactRow& f = plan_.program->facts[plan_.columns[c].reading.fact];
    return static_cast<FactKind>(f.kind) == FactKind::set ? kMostClasses + 1 : f.classes;
  }

  /// Where the leaf's value is unknown it is of the class in hand.
  void put_class(const Step& s, uint64_t* bits) {
    const Leaf& l = plan_.leaves[s.index];
    const uint64_t* known = l.kind == Leaf::Kind::known ? nullptr : b_.chunk.valid(l.column);
    uint32_t classes = classes_of(l.column);
    if (known == nullptr || classes > kMostClasses) return;
    const Gate& g = plan_.circuit.gates()[s.index];
    uint32_t in_hand = class_ % classes;
    bool holds = g.kind == GateKind::equal ? in_hand == g.b : in_hand >= g.b;
    for (uint32_t w = 0; w < words_; ++w) {
      bits[w] = holds ? bits[w] | ~known[w] : bits[w] & known[w];
    }
  }

  void settle_single(uint32_t outputs) {
    uint32_t classes = single_rows(b_.single);
    if (classes == 0) return;
    uint64_t* somebody = b_.somebody;
    memset(somebody, 0, words_ * sizeof *somebody);
    rails_ = false;
    trying_ = true;
    for (class_ = 0; class_ < classes; ++class_) {
      uint32_t at = 0;
      for (const Step *s = plan_.schedule.steps.data, *end = s + plan_.schedule.steps.count;
           s != end; ++s) {
        if (s->kind != Step::Kind::out) {
          step(*s);
        } else if (s->output == Output::impossible) {
          // Its register may be used again: what is needed of it is kept.
          uint64_t flip = s->negated ? ~uint64_t{0} : 0;
          for (uint32_t w = 0; w < words_; ++w) {
            b_.except[w] = reg(s->to)[w] ^ flip;
            somebody[w] |= ~b_.except[w];
          }
        } else if (!done(*s) && (target(*s, false) != nullptr || target(*s, true) != nullptr)) {
          gather_try(*s, at++);
        }
      }
    }
    rails_ = true;
    trying_ = false;
    for (uint32_t i = 0; i < outputs; ++i) {
      const gdlrt_batch::Target& t = b_.outputs[i];
      for (uint32_t side = 0; side < 2; ++side) {
        if (t.to[side] == nullptr) continue;
        const uint64_t* tried = b_.tried + (size_t{i} * 2 + side) * plan_.words;
        for (uint32_t w = 0; w < words_; ++w) {
          uint64_t all = b_.single[w];
          t.to[side][w] = (t.to[side][w] & ~all) | (tried[w] & all & somebody[w]);
        }
      }
    }
    for (uint32_t w = 0; w < words_; ++w) {
      b_.bad[w] |= b_.single[w] & ~somebody[w];
      b_.open[w] &= ~b_.single[w];
    }
  }

  /// What an output was with the class in hand, of those who are possible with it.
  void gather_try(const Step& s, uint32_t output) {
    uint64_t flip = s.negated ? ~uint64_t{0} : 0;
    const uint64_t* bits = reg(s.to);
    uint64_t* all = b_.tried + size_t{output} * 2 * plan_.words;
    uint64_t* some = all + plan_.words;
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t v = bits[w] ^ flip;
      all[w] = (class_ == 0 ? ~uint64_t{0} : all[w]) & (v | b_.except[w]);
      some[w] = (class_ == 0 ? 0 : some[w]) | (v & ~b_.except[w]);
    }
  }

  /// The rows whose bounds lie apart, one by one; of what they are answered only bits are touched that lie apart.
  void decide_open(uint32_t outputs) {
    for (uint32_t w = 0; w < words_; ++w) {
      uint64_t decided = 0;
      uint64_t bad = 0;
      uint64_t left = b_.open[w] & ~b_.bad[w] & rows_of(w);
      b_.open[w] = 0;
      for (; left != 0; left &= left - 1) {
        auto bit = static_cast<uint32_t>(__builtin_ctzll(left));
        gather(w, bit);
        gdlrt_record_result one{sizeof one, nullptr, nullptr, 0};
        gdlrt_status status = gdlrt_record_evaluate(plan_.records, b_.state, b_.record, &one);
        if (status == GDLRT_UNDECIDED) {
          b_.open[w] |= uint64_t{1} << bit;
        } else if (status == GDLRT_OK) {
          decided |= uint64_t{1} << bit;
          uint64_t* to = b_.answers + size_t{bit} * 2 * plan_.mask_words;
          memcpy(to, one.certain->rules, plan_.mask_words * sizeof *to);
          memcpy(to + plan_.mask_words, one.possible->rules, plan_.mask_words * sizeof *to);
        } else {
          bad |= uint64_t{1} << bit;
        }
      }
      b_.bad[w] |= bad;
      if ((decided | bad) == 0) continue;
      for (uint32_t i = 0; i < outputs; ++i) put(b_.outputs[i], w, decided, bad);
    }
  }

  /// Where each output's bits are, the caller's and those of a single answer.
  uint32_t list_outputs() {
    uint32_t count = 0;
    uint32_t decisions = gdlrt_plan_decisions(plan_.records);
    uint32_t rules = mask_words(gdlrt_plan_rules(plan_.records));
    uint32_t marks = rules + mask_words(gdlrt_plan_offers(plan_.records));
    for (const Step *s = plan_.schedule.steps.data, *end = s + plan_.schedule.steps.count; s != end;
         ++s) {
      if (s->kind != Step::Kind::out || s->output == Output::impossible || done(*s)) continue;
      gdlrt_batch::Target t{{target(*s, false), target(*s, true)}, 0, s->index % 64};
      if (t.to[0] == nullptr && t.to[1] == nullptr) continue;
      // An answer's masks lie one after the other: rules, offers, domain, gap, stranded, conflict.
      uint32_t first =
          s->output == Output::rule ? 0
          : s->output == Output::offer
              ? rules
              : marks + (static_cast<uint32_t>(s->output) - static_cast<uint32_t>(Output::domain)) *
                            mask_words(decisions);
      t.word = first + s->index / 64;
      b_.outputs[count++] = t;
    }
    return count;
  }

  void put(const gdlrt_batch::Target& t, uint32_t w, uint64_t decided, uint64_t bad) {
    uint64_t apart = decided;
    if (t.to[0] != nullptr && t.to[1] != nullptr) apart &= t.to[0][w] ^ t.to[1][w];
    for (uint32_t side = 0; side < 2; ++side) {
      if (t.to[side] == nullptr) continue;
      uint64_t word = t.to[side][w] & ~(apart | bad);
      for (uint64_t left = apart; left != 0; left &= left - 1) {
        auto bit = static_cast<uint32_t>(__builtin_ctzll(left));
        const uint64_t* from = b_.answers + (size_t{bit} * 2 + side) * plan_.mask_words;
        word |= (from[t.word] >> t.bit & 1u) << bit;
      }
      t.to[side][w] = word;
    }
  }

  /// A row as a record.
  void gather(uint32_t w, uint32_t bit) {
    size_t row = size_t{w} * 64 + bit;
    memset(b_.record, 0, (plan_.columns.count + 7) / 8);
    for (uint32_t c = 0; c < plan_.columns.count; ++c) {
      const uint64_t* known = b_.chunk.valid(c);
      if (known != nullptr && (known[w] >> bit & 1u) == 0) {
        b_.record[c / 8] = static_cast<uint8_t>(b_.record[c / 8] | 1u << c % 8);
      } else {
        b_.chunk.value(c, row, b_.record + plan_.field[c]);
      }
    }
  }

  /// What the chunk says of itself, and the counts.
  void finish() {
    size_t at = first_ / 64;
    if (result_.bad != nullptr) memcpy(result_.bad + at, b_.bad, words_ * sizeof *b_.bad);
    if (!rails_) memset(b_.open, 0, words_ * sizeof *b_.open);
    if (result_.undecided != nullptr) {
      memcpy(result_.undecided + at, b_.open, words_ * sizeof *b_.open);
    }
    result_.bad_rows += k_.count(b_.bad, words_);
    result_.undecided_rows += k_.count(b_.open, words_);
  }

  /// Of offers whose bits were not known at once.
  void count_offers() {
    if (counts(false) == nullptr && counts(true) == nullptr) return;
    const List<Step>& steps = plan_.schedule.steps;
    for (const Step *s = steps.data, *end = s + steps.count; s != end; ++s) {
      if (s->kind != Step::Kind::out || s->output != Output::offer || done(*s)) continue;
      for (uint32_t side = 0; side < 2; ++side) {
        if (uint64_t* count = counts(side == 1)) {
          count[s->index] += k_.count(target(*s, side == 1), words_);
        }
      }
    }
  }

  const gdlrt_batch_plan& plan_;
  gdlrt_batch& b_;
  const gdlrt_column_data* data_;
  const void* const* offsets_;
  Results& result_;
  const Kernels& k_;
  size_t first_ = 0, count_ = 0;
  uint32_t words_ = 0;
  bool rails_ = false;
  bool boxed_ = false;
  bool large_ = false;   // the masks of all rows
  bool stream_ = false;  // those of the chunk go past the caches, where they lie so that they can
  bool trying_ = false;
  uint32_t class_ = 0;  // in hand
  const uint64_t* except_ = nullptr;
};

}  // namespace

gdlrt_status gdlrt::batch::run_batch(const gdlrt_batch_plan* plan, gdlrt_batch* batch,
                                     const gdlrt_column_data* data, const void* const* offsets,
                                     size_t rows, gdlrt_batch_result* result) {
  if (result == nullptr) return GDLRT_BAD_ARGUMENT;
  for (uint32_t c = 0; c < plan->columns.count && rows > 0; ++c) {
    const Column& column = plan->columns[c];
    bool lost = is_text(column.form) && (offsets == nullptr || offsets[c] == nullptr);
    if (data[c].values == nullptr || lost) return GDLRT_BAD_ARGUMENT;
    bool coded = column.reading.identity && column.raw != GDLRT_RAW_BITS;
    if (data[c].codes != nullptr && (!coded || column.reading.hi >= UINT8_MAX)) {
      return GDLRT_BAD_ARGUMENT;
    }
  }
  gdlrt_batch_result told{};
  Results results;
  if (!take_options(result, told) || !take_options(told.certain, results.certain) ||
      !take_options(told.possible, results.possible)) {
    return GDLRT_BAD_ARGUMENT;
  }
  results.bad = told.bad;
  results.undecided = told.undecided;
  Call run(*plan, *batch, data, offsets, results);
  size_t most = size_t{plan->words} * 64;
  run.begin(rows);
  size_t at = 0;
  while (at < rows) {
    size_t left = rows - at;
    size_t now = left >= most ? most : left >= 64 ? left / 64 * 64 : left;
    run.rows(at, now, left - now < most ? left - now : most);
    at += now;
  }
  run.end();
  told.bad_rows = results.bad_rows;
  told.undecided_rows = results.undecided_rows;
  return fill(result, told);
}

extern "C" gdlrt_status gdlrt_batch_run(const gdlrt_batch_plan* plan, gdlrt_batch* batch,
                                        const gdlrt_column_data* data, size_t rows,
                                        gdlrt_batch_result* result) {
  if (plan == nullptr || batch == nullptr || (data == nullptr && plan->columns.count > 0) ||
      take_list(data, plan->columns.count, batch->data) != nullptr) {
    return GDLRT_BAD_ARGUMENT;
  }
  return run_batch(plan, batch, batch->data, nullptr, rows, result);
}
