// What a case says of one fact, and the pieces that reading it shares with cases as a whole.
#pragma once

#include "case.h"
#include "interval.h"

namespace gdlrt {

/// Reads what a case says of a fact, not null, into a state whose masks are empty. False after a problem.
bool read_value(const Program& program, Arena& arena, uint32_t fact, const json::Value& value,
                FactState& state, Problems& problems);

/// The values of a numeric fact that are of the class.
Interval class_interval(const Program& program, const FactRow& row, uint32_t i);
/// 0, 1 or 2 (more) values of the interval that are not excluded.
uint32_t count_values(const Interval& interval, bool whole, const List<num::Rational>& excluded);

/// Words of the case inside a message: a slip of the pen, not a novel.
Out& escaped(Out& out, const char* text, size_t size);
Out& name(Out& out, const char* text);

}  // namespace gdlrt
