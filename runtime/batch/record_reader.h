// A record of which everything is known, read into value classes: what record.h does first.
//
// The fields are sorted by how they are read, so that no step depends on what a value is: nobody could foretell it. What is
// no value of its fact is noticed at the end only, and then looked for by others.
#pragma once

#include "plan.h"
#include "readings.h"

namespace gdlrt {

struct Field;

class RecordReader {
 public:
  /// False if memory ran out.
  bool build(const Plan& plan, const View<Field>& fields, Arena& arena);

  [[nodiscard]] bool all_known(const uint8_t* record) const {
    uint32_t unknown = 0;
    for (const NullByte *n = nulls_.data, *end = n + nulls_.count; n != end; ++n) {
      unknown |= record[n->offset] & n->mask;
    }
    return unknown == 0;
  }
  /// The classes and elements, to `codes` by variable; to the patient what helpers read of it. False if some value is none
  /// of its fact: then none of them is to be believed.
  bool read(const uint8_t* record, uint8_t* codes, Patient& patient) const;

 private:
  /// A byte that is its class.
  struct Byte {
    size_t offset;
    uint32_t code, last;
  };
  /// An integer of a small range: a table tells its class.
  struct Small {
    size_t offset;
    const uint8_t* classes;
    int64_t lo;
    uint64_t last;
    uint32_t code;
  };
  /// A double with at most so many thresholds; what is beyond the last of them is infinity.
  struct Real {
    static constexpr uint32_t kMost = 4;
    double begins[kMost];
    double lo, hi;
    size_t offset;
    uint32_t code;
  };
  struct Set {
    size_t offset;
    uint64_t elements;
    uint32_t fact;
  };
  /// An element of the set read as the `set`th.
  struct Element {
    uint32_t set, element, code;
  };
  struct NullByte {
    size_t offset;
    uint8_t mask;
  };
  struct Copy {
    uint32_t fact, code;
  };

  bool add(const Plan& plan, const Field& f, Arena& arena);
  bool add_small(const Field& f, Arena& arena);
  template <class T>
  static uint64_t small(const List<Small>& fields, const uint8_t* record, uint8_t* codes);

  List<NullByte> nulls_;
  List<Byte> bytes_;
  List<Small> u8_, i32_, i64_;
  List<Real> reals_;
  List<Set> sets_;
  List<Element> elements_;
  List<Field> others_;
  List<Copy> copies_;  // classes that helpers read
};

}  // namespace gdlrt
