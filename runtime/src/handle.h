// A case that calls fill, fact by fact: see gdlrt.h, and handle.cpp for how.
#pragma once

#include "case.h"

/// Invariant: what a fact's state holds is what `read_fact` makes of its piece [at, end) of `text`, which is the JSON of a
/// value; or, where `bad[fact]` is set, that piece is refused and the fact is open. A fact that is not given has no piece.
/// Of a value that memory ran out for it is not known whether it is one: `bad[fact]` is kUnread until another is given.
/// So one set of functions reads all, an answer can quote what a case says, and a refusal can be told again.
struct gdlrt_case {
  gdlrt_case(const gdlrt::Program& p, const gdlrt::Memory& from)
      : program(p), memory(from), keep(from, kFirst) {}
  static constexpr size_t kFirst = 4096;

  const gdlrt::Program& program;
  gdlrt::Memory memory;
  gdlrt::Arena keep;  ///< the states
  gdlrt::Case said;
  static constexpr uint8_t kRefused = 1, kUnread = 2;
  uint8_t* bad = nullptr;
  bool refused = false;  ///< a fact that there is not was named, or a whole case was refused
  bool whole = false;    ///< the text is one that the caller gave, and its places are places in it
  char* text = nullptr;
  uint32_t begin = 0, size = 0, capacity = 0;  ///< of the text; `begin`: of the piece being written
  gdlrt_write write_error = nullptr;
  void* errors = nullptr;
  /// For a value's tree.
  alignas(16) uint8_t scratch[2048] = {};
};

namespace gdlrt {

/// GDLRT_BAD_CASE, and each value that was refused is told again; else GDLRT_OK.
gdlrt_status refused_again(gdlrt_case& c, Arena& arena, Problems& problems);

}  // namespace gdlrt
