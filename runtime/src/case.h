// A case: for each fact, which values it may still have. Read from JSON, whole or fact by fact; all its problems are
// reported.
#pragma once

#include "arena.h"
#include "json.h"
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

/// A case of which nothing is known; false if memory ran out.
bool make_case(const Program& program, Arena& arena, Case& out);
/// The fact is as it was in `make_case`.
void open_fact(const Program& program, Case& c, uint32_t fact);
/// Reads what a case says of a fact, which it names for the first time. False after a problem: then the fact is left open.
/// What memory it takes is needed no longer afterwards.
bool read_fact(const Program& program, Arena& arena, uint32_t fact, const json::Value& value,
               Case& c, Problems& problems);
/// Reads all members of an object, in a case that is open.
void read_facts(const Program& program, Arena& arena, const json::Value& object, Case& c,
                Problems& problems);
/// The fact of that name, or kNone after a problem at that place.
uint32_t find_fact(const Program& program, const char* name, size_t size, uint32_t at,
                   Problems& problems);
/// The text's JSON, which is an object; else null after a problem, or with memory run out.
const json::Value* parse_case(Arena& arena, const char* text, size_t size, Problems& problems);

/// Reads a case: GDLRT_OK, GDLRT_BAD_CASE with all its problems reported, or GDLRT_NO_MEMORY. A fact with a
/// problem is left open; without a readable object there are no facts at all. Defaults are not put in.
gdlrt_status read_case(const Program& program, Arena& arena, const char* text, size_t size,
                       Case& out, Problems& problems);

/// A fact and what the case says of it, as members of an object are written, without the space between words.
void write_said(const Program& program, const Case& c, uint32_t fact, Out& out);
/// What is known of a set, as a case says it.
void write_elements(const Program& program, const FactRow& row, uint64_t present, uint64_t open,
                    Out& out);

/// A number of the program, and a fact's default, as a case says them.
Out& write_number(const Program& program, uint32_t number, Out& out);
void write_default(const Program& program, const FactRow& row, Out& out);

/// The class of the number; the number lies in the fact's range.
uint32_t class_of(const Program& program, const FactRow& fact, const num::Rational& number);

}  // namespace gdlrt
