// A guideline or a program on the command line, as a loaded program.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "append.h"
#include "commands.h"
#include "gdlrt/gdlrt.h"

namespace gdlc {

struct FreeProgram {
  void operator()(gdlrt_program* p) const { gdlrt_program_free(p); }
};
using Program = std::unique_ptr<gdlrt_program, FreeProgram>;

/// The runtime's problems, one JSON line each: as they are, or in words.
void print_problems(const Settings& s, const std::string& lines, const std::string& file);

/// The path is that of a program, by its name.
bool is_program(const std::string& path);

enum class Verify : std::uint8_t { no, yes };
/// A guideline's text to its program: nothing after findings that forbid it, or if the program is to be verified and
/// does not hold to its source, with `status` set.
std::optional<std::vector<std::uint8_t>> compile(const Settings& s, const std::string& path,
                                                 bool strip, Verify verify, int& status);

/// A program's bytes, loaded; null after a message, with `status` set.
Program load(const Settings& s, const void* bytes, std::size_t size, const std::string& file,
             int& status);

/// A program's bytes, or those of a guideline, which is compiled first; "-" is either from the standard input. Nothing
/// after a message, with `status` set.
std::optional<std::string> program_bytes(const Settings& s, const std::string& file, int& status);
/// The same, loaded; null after a message, with `status` set.
Program open_program(const Settings& s, const std::string& file, int& status);

}  // namespace gdlc
