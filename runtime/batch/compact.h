// Small programs in words: where all conditions, and all that rules advise, fit 64 bits each, the steps too are a few
// operations on words, and raw values are looked up directly. It is what record.h does, chosen by counting; a program
// that is larger, or that sets values of parameters, goes the general way.
//
// The five steps of docs/language.md here:
//   1  the tables of one block, planes of a word each, rules with their domain: the bits that hold
//   2  for each rule that overrides others, in order: those go if it stands
//   3  by eight rules at a time, a table gives the *slots* that these rules advise, those that they ban, and those whose
//      rule yields to them; a slot is a way of a *for* directive
//   4  a directive with no slot left is withdrawn if bans that it yields to take all of its slots, else in conflict
//   5  of a `choose first`, the rules behind the lowest that answers are taken out
#pragma once

#include "plan.h"
#include "readings.h"

namespace gdlrt {

struct Field;
struct OfferRow;

inline uint64_t low_bits(uint32_t n) { return n >= 64 ? ~uint64_t{0} : (uint64_t{1} << n) - 1; }
inline uint64_t bit_at(uint32_t i) { return uint64_t{1} << i; }

class Compact {
 public:
  /// Whether all fits; `usable` tells. False if memory ran out.
  bool build(Plan& plan, const View<Field>& fields, const View<OfferRow>& offers,
             const uint32_t* offer_of, size_t record_size, Arena& arena);
  [[nodiscard]] bool usable() const { return usable_; }
  /// What keeps a program from being compact, or null: in itself, and in its block of everything (Plan::whole).
  static const char* misfit(const Program& p, uint32_t offers);
  static const char* misfit(const Plan& plan, const Block& whole);

  /// One word of each.
  struct Answer {
    uint64_t rules, offers, domain, gap, stranded, conflict;
    void meet(const Answer& o) {
      *this = {rules & o.rules, offers & o.offers,     domain & o.domain,
               gap & o.gap,     stranded & o.stranded, conflict & o.conflict};
    }
    void join(const Answer& o) {
      *this = {rules | o.rules, offers | o.offers,     domain | o.domain,
               gap | o.gap,     stranded | o.stranded, conflict | o.conflict};
    }
  };
  enum class Outcome : uint8_t {
    done,
    impossible,
    other,  ///< a value is unknown, or none of its fact: ask the general way
  };
  Outcome evaluate(const uint8_t* record, Answer& out) const;
  Outcome rules(const uint8_t* record, uint64_t& out) const;
  /// The same where values are unknown: what all who agree with the record have, and what some have. `other` too if these
  /// are more than limits::record_patients, or elements of a set are unknown.
  Outcome evaluate_open(const uint8_t* record, Answer& certain, Answer& possible) const;

 private:
  static constexpr uint32_t kMaxWords = 4;
  /// Up to eight bytes next to each other, looked up together: `(word & bytes) * magic` has their values one after
  /// the other in its top eight bits. That is so because each value is moved there by a power of two of its own, and the
  /// other products of a value with such a power lie above the word, or below these bits: values further up in the word
  /// have the lower places, so that what lies below comes to less than one of the lowest of them.
  struct Group {
    const uint64_t* table;
    uint64_t bytes, magic;
    uint64_t
        above;  ///< added to the bytes, the high bit of one is set if it is above its last value
    uint32_t offset;
  };
  /// A table's rows are indexed by value - lo, of bytes, or of integers of a small range.
  struct Small {
    const uint64_t* table;
    uint32_t offset, lo, last;
  };
  struct Wide {
    const uint64_t* table;
    const Reading* reading;
    uint32_t offset;
    int64_t lo;
    uint64_t last;
  };
  /// A double with at most two thresholds: with the ends of its range four, and the bits that tell which of them it has
  /// reached are the row.
  struct Short {
    const uint64_t* table;
    double reached[4];
    uint32_t offset;
  };
  struct Real {
    const uint64_t* table;
    const double* begins;
    double lo, hi;
    uint32_t offset, count;
  };
  /// Neighbouring elements of a set, all their subsets.
  struct Elements {
    const uint64_t* table;
    uint32_t offset, shift;
    uint64_t mask, elements;
  };
  /// A field by itself, where some are unknown: a row for each class, two for whether it is known; null: nobody asks.
  struct Single {
    const uint64_t* classes;
    const uint64_t* known;
    const Field* field;
    uint32_t count;  // of the classes
    bool elements;   // a set of which somebody asks
  };
  struct NullByte {
    uint32_t offset;
    uint8_t mask;
  };
  struct Overrider {
    uint64_t by, overridden;
  };
  struct Slots {
    uint64_t advised, banned, yielded;
  };
  struct Decision {
    uint64_t rules, fors, nones, slots;
    bool first;
  };

  static uint32_t words_of(const Block& whole);
  bool tables(Plan& plan, const View<Field>& fields, size_t record_size, Arena& arena);
  bool group(size_t record_size, Arena& arena);
  bool table_of(const Plan& plan, const Field& f, Arena& arena);
  bool steps(const Plan& plan, const uint32_t* offer_of, const View<OfferRow>& offers,
             Arena& arena);
  void pack(const uint64_t* planes, uint64_t* to) const;
  /// The conditions that hold, from the planes.
  template <uint32_t kWords>
  [[nodiscard]] uint64_t fold(const uint64_t* words) const;
  template <uint32_t kWords>
  uint64_t look_up_rare(const uint8_t* record, uint64_t* acc) const;
  template <uint32_t kWords>
  bool look_up(const uint8_t* record, uint64_t* acc) const;
  template <uint32_t kWords>
  Outcome hold(const uint8_t* record, uint64_t& holds) const;
  template <uint32_t kWords>
  Outcome rules_of(const uint8_t* record, uint64_t& out) const;
  template <uint32_t kWords>
  Outcome answer_of(const uint8_t* record, Answer& out) const;
  // Those of several words, apart so that those of one are short.
  Outcome rules_wide(const uint8_t* record, uint64_t& out) const;
  Outcome evaluate_wide(const uint8_t* record, Answer& out) const;
  void answer(uint64_t holds, Answer& out) const;
  template <uint32_t kWords>
  Outcome open_of(const uint8_t* record, Answer& certain, Answer& possible) const;
  bool single(const Plan& plan, const Field& f, Arena& arena);
  /// The class of the field's value; false if it is none of its fact.
  static bool class_of(const Field& f, const uint8_t* record, uint32_t& out);
  [[nodiscard]] uint64_t override(uint64_t applies) const;
  [[nodiscard]] uint64_t shadow(const Decision& d, uint64_t stands, uint64_t withdrawn) const;

  bool usable_ = false;
  uint32_t words_ = 1;                // 1, 2 or 4: of a row
  uint32_t width_ = 1, in_word_ = 1;  // bits of a plane, planes of a word
  uint32_t rules_ = 0, decisions_ = 0;
  uint64_t all_rules_ = 0, all_decisions_ = 0, all_offers_ = 0;  // as many bits
  Block block_;
  uint64_t begin_[kMaxWords] = {};
  struct Plane {
    uint8_t word, shift;
    bool clause;  ///< of the cube before it
  };
  List<Plane> planes_;
  List<Group> groups_;
  List<Small> bytes_, ints_;
  List<Short> shorts_;
  List<Wide> wide_;
  List<Real> reals_;
  List<Elements> sets_;
  bool rare_ = false;  // there are bytes alone, wide_, reals_ or sets_
  List<NullByte> nulls_;
  List<Single> singles_of_;
  uint64_t begin_open_[kMaxWords] = {};  // before it is known what is known
  List<Overrider> overriders_;
  uint64_t impossible_ = 0;  // of the conditions
  static constexpr uint32_t kAtOnce = 8;
  uint32_t parts_ = 0;
  const Slots* slots_ = nullptr;  // [kAtOnce rules][which of them stand]
  uint64_t* slots_of_ = nullptr;  // by rule
  uint64_t nones_ = 0, fors_ = 0;
  uint64_t singles_ = 0;       // slots that are all of their directive
  List<uint64_t> directives_;  // the slots of each other one
  struct Extra {
    uint32_t slot, offer;
  };
  List<Extra> extras_;  // slots of offers that have one already, whose number is the offer's
  Decision* of_ = nullptr;
  bool first_ = false;
};

}  // namespace gdlrt
