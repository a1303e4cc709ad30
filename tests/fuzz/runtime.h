// Loading and evaluating inside a fuzz target, with the promises of gdlrt.h checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gdlrt/gdlrt.h"

namespace gdl::fuzz {

/// A program loaded in place from memory of its own, which ends where the bytes end: a sanitizer sees a read
/// beyond them.
class Loaded {
 public:
  Loaded(const std::uint8_t* bytes, std::size_t size);
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;
  ~Loaded();

  gdlrt_program* program = nullptr;  ///< null where it was refused
  std::string problem;               ///< why

 private:
  std::uint8_t* memory_;
};

/// The programs of the targets' subjects, in their order.
std::vector<std::unique_ptr<Loaded>> programs_of_subjects();

/// Evaluates a case; answer and problems must be JSON, and fit the status.
void evaluate(const gdlrt_program* program, const std::string& json);

/// Writes the program as text, and forgets it.
void disassemble(const gdlrt_program* program);

}  // namespace gdl::fuzz
