// What the fuzzers throw bytes at. Each target takes any bytes and returns; what it must never do ends the
// process: a crash, a finding of a sanitizer, or a broken promise (`broken` below).
//
//   syntax    a guideline's text: parse, resolve, and, where it is clean, analyse, run the scenarios, build,
//             load and evaluate
//   case      the JSON of a case, against fixed programs: the first byte chooses one
//   rows      a file of rows for `gdlc run`, against the same programs: the first byte chooses one, and how they are read
//   program   a .gdlb: load, disassemble, evaluate
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gdl::fuzz {

void syntax(const std::uint8_t* bytes, std::size_t size);
void eval_case(const std::uint8_t* bytes, std::size_t size);
void program(const std::uint8_t* bytes, std::size_t size);
void rows(const std::uint8_t* bytes, std::size_t size);

struct Target {
  const char* name;
  void (*run)(const std::uint8_t* bytes, std::size_t size);
};
inline constexpr Target kTargets[] = {
    {"syntax", syntax}, {"case", eval_case}, {"program", program}, {"rows", rows}};

/// Inputs to start from, made from the guidelines, the golden files and the generator of the tests.
struct Seed {
  std::string target, name, bytes;
};
std::vector<Seed> seeds();

/// The words of the language, and those of cases for the subjects, as dictionaries of libFuzzer.
std::string syntax_words();
std::string case_words();

/// The guidelines whose programs the target `case` evaluates, in the order of their numbers, as inputs of
/// compile.h.
const std::vector<std::string>& subjects();

/// What the first byte of `rows` says, beside the number of the subject.
enum RowsBit : std::uint8_t {
  kJson = 8,
  kId = 16,
  kIgnoreExtra = 32,
  kAnswer = 64,
  kSemicolon = 128
};

/// Ends the process with a message: something holds no longer that always must.
[[noreturn]] void broken(const std::string& what);

}  // namespace gdl::fuzz
