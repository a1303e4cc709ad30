// A case: for each fact, which values it may still have. Read from JSON; all its problems are reported.
#pragma once

#include "arena.h"
#include "problems.h"
#include "program.h"

namespace gdlrt {

/// What a case says of one fact. Invariant: at least one value is left.
struct FactState {
  uint64_t* allowed = nullptr;  ///< not a set: the classes it may lie in
  /// Of a numeric fact of which it is asked whether it is known: the classes with more than one value left.
  uint64_t* several = nullptr;
  uint64_t present = 0;  ///< set: elements that are certainly in it
  uint64_t open = 0;     ///< set: elements of which nothing is known
  uint32_t at = 0;       ///< where the case says it, and where that ends
  uint32_t end = 0;
  bool given = false;      ///< the case names it (null included)
  bool known = false;      ///< settled to one single value by the case itself
  bool defaulted = false;  ///< absent, and its default has been put in
};

struct Case {
  FactState* facts = nullptr;  ///< one for each fact of the program
  const char* text = nullptr;  ///< that it was read from
};

/// Reads a case: GDLRT_OK, GDLRT_BAD_CASE with all its problems reported, or GDLRT_NO_MEMORY. A fact with a
/// problem is left open; without a readable object there are no facts at all. Defaults are not put in.
gdlrt_status read_case(const Program& program, Arena& arena, const char* text, size_t size,
                       Case& out, Problems& problems);

/// The class of the number; the number lies in the fact's range.
uint32_t class_of(const Program& program, const FactRow& fact, const num::Rational& number);

}  // namespace gdlrt
