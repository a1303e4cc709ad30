// One patient after another out of the caller's records: what gdlrt/record.h promises, from raw values to bits.
//
// A record is read into value classes (record_reader.h), the tables of the plan say which rules apply (plan.h), and
// record_steps.h does the steps, of the decisions only that are about the patient. Where values are unknown every patient
// who agrees with the record is evaluated so, or, where they are many, all of them together (open_record.h).
#pragma once

#include "compact.h"
#include "evaluate.h"
#include "open_record.h"
#include "out.h"
#include "plan.h"
#include "readings.h"
#include "record_reader.h"
#include "record_steps.h"

namespace gdlrt {

struct Field {
  Reading reading;
  size_t offset = 0, null_offset = 0;
  uint32_t code = 0;  ///< Plan::value_of
  uint8_t null_mask = 0;
};

struct OfferRow {
  uint32_t decision = 0, verb = 0, way = 0;
};

/// Masks of the answer, each in words of its own: rules, offers, then those of decisions.
struct Masks {
  static constexpr uint32_t kOfDecisions = 4;
  enum Of : uint32_t { domain, gap, stranded, conflict };
  uint64_t* all = nullptr;  ///< the words of all, one after the other
  uint64_t* rules = nullptr;
  uint64_t* offers = nullptr;
  uint64_t* decisions[kOfDecisions] = {};
};

/// A program prepared for records of one layout.
struct Layout {
  Plan plan;
  Compact compact;  ///< if it is usable
  View<Field> fields;
  View<OfferRow> offers;
  uint32_t* offer_of = nullptr;  ///< by Evaluator::way_offset
  RecordReader reader;
  RecordSteps steps;
  uint32_t mask_words = 0;  ///< of all masks of an answer
  batch::Circuit circuit;   ///< if so much may be unknown that patients are not looked at
  size_t open_size = 0;     ///< memory for it; 0: there is no circuit
  size_t state_size = 0;

  /// GDLRT_OK, GDLRT_NO_MEMORY, or GDLRT_BAD_ARGUMENT with the field at fault and why; kNone: a fact without field.
  gdlrt_status make(const Program& program, const gdlrt_field* of, size_t count, size_t record_size,
                    Arena& arena, uint32_t& bad, uint32_t& fact, const char*& why);

 private:
  bool list_offers(Arena& arena);
  bool make_circuit(Arena& arena);
  static const char* check(const gdlrt_field& f, size_t record_size);
};

/// The working memory of one thread.
class Records {
 public:
  Records(const Layout& layout, Arena& arena);
  [[nodiscard]] bool failed() const { return failed_; }
  gdlrt_status evaluate(const uint8_t* record, bool only_rules, gdlrt_record_result& out);

 private:
  bool make(Masks& out, Arena& arena) const;
  /// The record as a patient; false if a value is none of its fact.
  bool read(const uint8_t* record, uint32_t& bad);
  /// The same where everything is known; false too if that has to be found out.
  bool read_known(const uint8_t* record);
  bool read(const Field& f, const uint8_t* record);
  bool one(bool only_rules, Masks& out);
  void set_class(uint32_t fact, uint32_t code, uint32_t value) {
    patient_.classes[fact] = value;
    codes_[code] = static_cast<uint8_t>(value);
  }
  void code_variables();
  void code_helpers();
  void conditions(const Block& b, uint64_t* out);
  void apply(uint32_t rule, Masks& out);
  void bring(const Applied* decided, uint32_t count) const;
  void apply_rules(Applied& decided, Masks& out);
  static constexpr uint32_t kFew = 16;
  template <class Visit>
  void each_few(Visit&& visit);
  void override_rules(Masks& out);
  static void show(const Masks& m, gdlrt_masks& to);
  /// The result of a record of which all is known.
  void show_all_known(gdlrt_record_result& out) const;
  gdlrt_status evaluate_any(const uint8_t* record, bool only_rules, gdlrt_record_result& out);
  /// How many patients agree with the record; more than limits::record_patients: some number beyond.
  [[nodiscard]] uint64_t patients() const;
  gdlrt_status all_patients();
  gdlrt_status each_patient(uint64_t patients, bool only_rules);

  const Layout& l_;
  const Plan& plan_;
  const Program& p_;
  Evaluator evaluator_;
  Patient patient_;
  Outcome outcome_;                            // which rules stand, and no more
  uint8_t* codes_ = nullptr;                   // by variable, and one that nobody reads
  List<uint32_t> elements_, known_, helpers_;  // variables
  bool known_all_ = false;                     // as the codes say
  uint8_t* nodes_ = nullptr;                   // those of helpers
  uint64_t* planes_ = nullptr;                 // of the block in hand
  uint32_t* applied_ = nullptr;
  uint32_t applied_count_ = 0;
  Applied* decided_ = nullptr;  // by decision that is about the patient
  uint32_t decided_count_ = 0;
  uint64_t* overridable_ = nullptr;  // those that apply, by RecordSteps::place
  uint32_t* open_ = nullptr;         // facts
  uint32_t open_count_ = 0;
  uint8_t* open_memory_ = nullptr;
  Masks certain_, possible_, now_;
  gdlrt_masks shown_[2] = {};  // certain, possible
  bool far_ = false;           // tables are too large for the nearest caches
  bool failed_ = false;
};

/// Reports a layout that does not fit, and of which fact, if of one: GDLRT_BAD_ARGUMENT, or GDLRT_STOPPED. `see`: the header
/// that tells how it would.
gdlrt_status refuse_layout(const char* name, const char* why, const char* see, gdlrt_write write,
                           void* errors);

}  // namespace gdlrt
