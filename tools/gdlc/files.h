// Files for the command line: whole reads with clear errors, and writes that are whole or not at
// all.
#pragma once

#include <optional>
#include <string>

namespace gdlc {

/// The bytes of a file; "-" is standard input. Nothing, and `error` says why, if it cannot be read.
std::optional<std::string> read_file(const std::string& path, std::string& error);

/// By a WholeFile: the target is either whole or as it was before; a pipe or a device is written to.
bool write_file(const std::string& path, const std::string& bytes, std::string& error);

/// Puts a line behind what the file has, made if need be, whole or not at all: others may do the same at once.
bool append_line(const std::string& path, const std::string& line, std::string& error);

}  // namespace gdlc
