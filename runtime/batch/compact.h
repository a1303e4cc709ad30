// Small programs in words: at most 64 rules, and what they advise in at most two words. Then the steps too are a few
// operations on words, and raw values are looked up directly. It is what record.h does, chosen by counting; a program that is
// larger goes the general way.
//
// A *row* has a bit for each condition (the rules with their domain, the domains, the constraints), for each further
// alternative of one, and for each clause, which is tested by its negation (plan.h). Alternatives and clauses are *parts*, and
// lie in bytes, an alternative in one with its clauses.
//
// The five steps of docs/language.md here:
//   1  the rows of a patient's values are ANDed. By eight parts at a time, a table says which conditions the clauses leave, and
//      which hold by an alternative
//   2  by eight rules at a time, a table gives those that they override: rules first that nothing overrides but some of
//      the same eight, then those that only these override, and so on
//   3  by eight rules at a time, a table gives the *slots* that these rules advise, those that they ban, and those whose
//      rule yields to them; a slot is a way of a *for* directive. Offers too, since what bans a slot bans its offer
//   4  a directive with no slot left is withdrawn if bans that it yields to take all of its slots, else in conflict. Of
//      directives of several slots, which lie side by side below a bit of their own, the *guard*, all are asked at once:
//      what is added to them carries into the guard where there is some
//   5  of a `choose first`, the rules behind the lowest that answers are taken out
#pragma once

#include "param_bans.h"
#include "plan.h"
#include "readings.h"

namespace gdlrt {

struct Field;
struct OfferRow;

inline constexpr uint32_t kBits = 64;  // of a word
inline uint64_t low_bits(uint32_t n) { return n >= kBits ? ~uint64_t{0} : (uint64_t{1} << n) - 1; }
inline uint64_t bit_at(uint32_t i) { return uint64_t{1} << i; }

class Compact {
 public:
  /// Whether all fits; `usable` tells. False if memory ran out.
  bool build(Plan& plan, const ParamBans& params, const View<Field>& fields,
             const View<OfferRow>& offers, const uint32_t* offer_of, size_t record_size,
             Arena& arena);
  [[nodiscard]] bool usable() const { return usable_; }
  /// What keeps a program from being compact, or null: in itself, and in its block of everything (Plan::whole).
  static const char* misfit(const Program& p, const ParamBans& params, uint32_t offers);
  static const char* misfit(const Plan& plan, const Block& whole);
  /// The bits of a row.
  static uint32_t bits_of(const Program& p, const Block& whole);

  enum class Outcome : uint8_t {
    done,
    impossible,
    other,  ///< a value is unknown, or none of its fact: ask the general way
  };
  /// The masks of rules, offers, domain, gap, stranded and conflict, one after the other; those of offers are as many words
  /// as they need, the others are one.
  Outcome evaluate(const uint8_t* record, uint64_t* out) const;
  Outcome rules(const uint8_t* record, uint64_t& out) const;
  /// The same where values are unknown: what all who agree with the record have, and what some have. `other` too if these
  /// are more than limits::record_patients, or elements of a set are unknown.
  Outcome evaluate_open(const uint8_t* record, uint64_t* certain, uint64_t* possible) const;

 private:
  static constexpr uint32_t kMaxWords = 4;      // of a row
  static constexpr uint32_t kMaxSlotWords = 2;  // of slots, and of offers
  static constexpr uint32_t kAnswerWords = 5 + kMaxSlotWords;
  static constexpr uint32_t kAtOnce = 8;
  static constexpr uint32_t kChoices = 1u << kAtOnce;  // which of so many
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
    uint32_t fact;
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
  /// Eight bits of a row, or eight rules, and what each choice of them does.
  struct Eight {
    const uint64_t* table;
    uint32_t word, shift;
  };
  /// What a table of step 3 has for rules, each as many words as slots have.
  enum Of : uint32_t { advised, banned, yielded, offered, barred, kOf };
  struct Decision {
    uint64_t fors, nones;
    uint64_t slots[kMaxSlotWords];
  };
  /// What step 5 makes of what it finds.
  template <uint32_t kSlots>
  struct Chosen {
    uint64_t kept, left[kSlots], conflict[kSlots], offered[kSlots];
  };
  /// Which bit of a row a bit of the planes is.
  struct Bit {
    uint32_t word, shift, to;
  };
  /// Where the bits of a row are: rules are the first; domains and constraints; the bytes of parts.
  struct Bits {
    uint32_t words = 0, others = 0;
    uint32_t first_part = 0, bytes = 0, parts = 0;
  };

  /// An alternative or a clause. `at`: among the bits of parts; `cube`: where the alternative is that a clause belongs to,
  /// or kNone: the first of the condition.
  struct Part {
    uint32_t at, condition, plane, cube;
    bool clause;
  };
  /// Calls `visit` with each part, in order; false if an alternative with its clauses does not fit a byte.
  template <class Visit>
  static bool each_part(const Block& whole, Visit&& visit);
  static Bits lay_out(const Program& p, const Block& whole);
  bool list_bits(const Program& p, Arena& arena);
  /// The fact that the variable is of, be it a condition on the whole of a set that has few elements; kNone: of several.
  static uint32_t fact_of(const Program& p, const Variable& v);
  /// So many rows from which nothing is taken yet; null if memory ran out.
  uint64_t* rows(uint64_t count, Arena& arena) const;
  bool tables(Plan& plan, const View<Field>& fields, size_t record_size, Arena& arena);
  bool group(size_t record_size, Arena& arena);
  bool table_of(const Plan& plan, const Field& f, List<Short>& shorts, List<Elements>& sets,
                Arena& arena);
  bool overrides(const Program& p, Arena& arena);
  bool steps(const Program& p, const ParamBans& params, const uint32_t* offer_of, Arena& arena);
  void pack(const uint64_t* planes, uint64_t* to) const;
  /// Leaves of a row the conditions that hold: in its first word, or two if it has several.
  template <uint32_t kWords>
  void fold(uint64_t* acc) const;
  template <uint32_t kWords>
  uint64_t look_up_rare(const uint8_t* record, uint64_t* acc) const;
  template <uint32_t kWords>
  bool look_up(const uint8_t* record, uint64_t* acc) const;
  /// Rules that apply; domains and constraints.
  struct Holds {
    uint64_t rules, others;
  };
  template <uint32_t kWords>
  [[nodiscard]] Holds holds_of(const uint64_t* acc) const;
  template <uint32_t kWords>
  Outcome hold(const uint8_t* record, Holds& holds) const;
  template <uint32_t kWords>
  Outcome rules_of(const uint8_t* record, uint64_t& out) const;
  template <uint32_t kWords, uint32_t kSlots>
  Outcome answer_of(const uint8_t* record, uint64_t* out) const;
  // Those of several words, apart so that those of one are short.
  Outcome rules_wide(const uint8_t* record, uint64_t& out) const;
  Outcome evaluate_wide(const uint8_t* record, uint64_t* out) const;
  template <uint32_t kSlots>
  void answer(const Holds& holds, uint64_t* out) const;
  template <uint32_t kWords, uint32_t kSlots>
  Outcome open_of(const uint8_t* record, uint64_t* certain, uint64_t* possible) const;
  bool single(const Plan& plan, const Field& f, Arena& arena);
  /// The class of the field's value; false if it is none of its fact.
  static bool class_of(const Field& f, const uint8_t* record, uint32_t& out);
  [[nodiscard]] uint64_t override(uint64_t applies) const;
  template <uint32_t kSlots>
  [[nodiscard]] Chosen<kSlots> choose_first(uint64_t stands, const uint64_t* left,
                                            const uint64_t* conflict,
                                            const uint64_t* withdrawn) const;
  template <uint32_t kSlots>
  [[nodiscard]] uint64_t shadow(uint64_t rules, uint64_t stands, const uint64_t* withdrawn) const;
  /// The guards of directives some of whose slots these are.
  [[nodiscard]] uint64_t guards_of(uint64_t slots, uint32_t word) const {
    return ((slots & several_[word]) + several_[word]) & guards_[word];
  }

  bool usable_ = false;
  bool rare_ = false;   // there are small_, wide_ or reals_
  uint32_t words_ = 1;  // 1, 2 or 4: of a row
  uint32_t slot_words_ = 1, offer_words_ = 1;
  uint32_t rules_ = 0, decisions_ = 0;
  uint64_t begin_[kMaxWords] = {};
  Ends<NullByte> nulls_;
  Ends<Group> groups_;
  Ends<Short> shorts_;
  Ends<Elements> sets_;
  Ends<Eight> parts_;  // [which of eight][what they leave, what holds by them][word of conditions]
  uint64_t impossible_ = 0;                     // of Holds::others
  uint64_t all_rules_ = 0, all_decisions_ = 0;  // as many bits
  Ends<Ends<Eight>> overriders_;          // what may be looked up at once, one after the other
  const uint64_t* slots_ = nullptr;       // [eight rules][which of them stand][Of][word]
  uint32_t eights_ = 0;                   // of rules
  uint64_t singles_[kMaxSlotWords] = {};  // slots that are all of their directive
  // Of other directives: their slots, their guards.
  uint64_t several_[kMaxSlotWords] = {}, guards_[kMaxSlotWords] = {};
  Ends<Decision> of_;  // the last decision first
  // What is asked for rarely, or built from.
  List<Small> small_;
  List<Wide> wide_;
  List<Real> reals_;
  List<Single> singles_of_;
  uint64_t begin_open_[kMaxWords] = {};  // before it is known what is known
  uint64_t* slots_of_ = nullptr;         // [rule][word], with their guards
  uint64_t* firsts_ = nullptr;           // the rules of each decision that is `choose first`
  uint32_t first_count_ = 0;
  uint64_t nones_ = 0, fors_ = 0;  // rules
  Block block_;
  Bits bits_;
  List<Bit> bit_of_;
};

}  // namespace gdlrt
