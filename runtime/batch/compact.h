// Small programs in words: where all conditions, and all that rules advise, fit 64 bits each, the steps too are a few
// operations on words, and raw values are looked up directly. It is what record.h does, chosen by counting; a program
// that is larger, or that sets values of parameters, goes the general way.
//
// The five steps of docs/language.md here:
//   1  the tables of one block, planes of a word each, rules with their domain: the bits that hold
//   2  for each rule that overrides others, in order: those go if it stands
//   3  by eight rules at a time, a table gives the *slots* that these rules advise, those that they ban, and those whose
//      rule yields to them; a slot is a way of a *for* directive. Offers too, since what bans a slot bans its offer
//   4  a directive with no slot left is withdrawn if bans that it yields to take all of its slots, else in conflict. Of
//      directives of several slots, which lie side by side below a bit of their own, the *guard*, all are asked at once:
//      what is added to them carries into the guard where there is some
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
  /// A list by its ends, so that nothing is multiplied to find them.
  template <class T>
  struct Ends {
    const T* from = nullptr;
    const T* to = nullptr;
    void set(const T* first, uint32_t count) {
      from = first;
      to = first + count;
    }
    const T* begin() const { return from; }
    const T* end() const { return to; }
  };
  /// Values of a small range that lie within eight bytes, looked up together: `((word & bytes) - least) * magic` has
  /// them, each less the least of its fact, one after the other in its top eight bits. That is so because each is moved there
  /// by a power of two of its own, and the other products of a value with such a power lie above the word, or below these
  /// bits: values further up in the word have the lower places, so that what lies below comes to less than one of the lowest
  /// of them. With `above` added, the high bit of a value is set if it is above its last; so it is already if it is far
  /// above or below. What a value so wrong borrows from the next, or carries into it, is of no matter then.
  struct Group {
    const uint64_t* table;
    uint64_t bytes, least, above, high, magic;
    size_t offset;
  };
  /// A table's rows are indexed by value - lo, of bytes or of integers of 32 bits.
  struct Small {
    const uint64_t* table;
    uint32_t offset, size, lo, last;
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
    uint64_t advised, banned, yielded;  ///< slots
    uint64_t offered, barred;           ///< offers
  };
  struct Decision {
    uint64_t fors, nones, slots;
  };
  /// What step 5 makes of what it finds.
  struct Chosen {
    uint64_t kept, left, conflict, offered;
  };

  static uint32_t words_of(const Block& whole);
  bool tables(Plan& plan, const View<Field>& fields, size_t record_size, Arena& arena);
  bool group(size_t record_size, Arena& arena);
  bool table_of(const Plan& plan, const Field& f, List<Short>& shorts, Arena& arena);
  bool steps(const Plan& plan, const uint32_t* offer_of, Arena& arena);
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
  [[nodiscard]] Chosen choose_first(uint64_t stands, uint64_t left, uint64_t conflict,
                                    uint64_t withdrawn) const;
  [[nodiscard]] uint64_t shadow(uint64_t rules, uint64_t stands, uint64_t withdrawn) const;
  /// The guards of directives some of whose slots these are.
  [[nodiscard]] uint64_t guards_of(uint64_t slots) const {
    return ((slots & several_) + several_) & guards_;
  }

  bool usable_ = false;
  bool rare_ = false;   // there are small_, wide_, reals_ or sets_
  bool first_ = false;  // a decision is `choose first`
  uint32_t words_ = 1;  // 1, 2 or 4: of a row
  uint32_t rules_ = 0, decisions_ = 0;
  uint64_t begin_[kMaxWords] = {};
  struct Plane {
    uint8_t word, shift;
    bool clause;  ///< of the cube before it
  };
  Ends<NullByte> nulls_;
  Ends<Group> groups_;
  Ends<Short> shorts_;
  Ends<Plane> planes_;
  uint64_t impossible_ = 0;                     // of the conditions
  uint64_t all_rules_ = 0, all_decisions_ = 0;  // as many bits
  Ends<Overrider> overriders_;
  static constexpr uint32_t kAtOnce = 8;
  Ends<Slots> slots_;                  // [kAtOnce rules][which of them stand]
  uint64_t singles_ = 0;               // slots that are all of their directive
  uint64_t several_ = 0, guards_ = 0;  // of other directives: their slots, their guards
  Ends<Decision> of_;                  // the last decision first
  // What is asked for rarely, or built from.
  List<Small> small_;
  List<Wide> wide_;
  List<Real> reals_;
  List<Elements> sets_;
  List<Single> singles_of_;
  uint64_t begin_open_[kMaxWords] = {};  // before it is known what is known
  uint64_t* slots_of_ = nullptr;         // by rule, with their guards
  uint64_t* firsts_ = nullptr;           // the rules of each decision that is `choose first`
  uint32_t first_count_ = 0;
  uint64_t nones_ = 0, fors_ = 0;  // rules
  Block block_;
  uint32_t width_ = 1, in_word_ = 1;  // bits of a plane, planes of a word
};

}  // namespace gdlrt
