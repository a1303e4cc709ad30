// See programs.h.
#include "programs.h"

#include <fmt/core.h>

#include <cstdio>

#include "answer_text.h"
#include "common.h"
#include "files.h"
#include "verify.h"

namespace gdlc {

using gdl::driver::Compilation;

void print_problems(const Settings& s, const std::string& lines, const std::string& file) {
  // A name in a case may have any character, NUL too.
  const bool json = s.format == "json";
  const std::string text = json ? lines : problems_text(lines, file, s.use_color);
  std::fwrite(text.data(), 1, text.size(), json ? stdout : stderr);
}

std::optional<std::vector<std::uint8_t>> compile(const Settings& s, const std::string& path,
                                                 bool strip, Verify verify, int& status) {
  std::optional<Compilation> c = open_guideline(s, path, true);
  if (!c.has_value()) {
    status = 2;
    return std::nullopt;
  }
  bool errors = false;
  for (const gdl::diag::Diagnostic& d : c->sink.items()) {
    bool lenient = s.allow_unknown && d.code == gdl::diag::Code::unknown;
    errors = errors || (d.severity == gdl::diag::Severity::error && !lenient);
  }
  if (c->type_errors || (errors && !s.unchecked)) {
    complain(s, *c);
    if (!c->type_errors) {
      fmt::print(stderr,
                 "gdlc: not built: mend these first, or say `--unchecked` to build all the same\n");
    }
    status = 1;
    return std::nullopt;
  }
  // The mark is for programs that need it: without findings there is nothing unchecked about one.
  std::vector<std::uint8_t> bytes = gdl::driver::build(*c, {strip, errors});
  if (bytes.empty()) {
    fmt::print(stderr, "gdlc: the program would be larger than 4 GiB\n");
    status = 1;
    return std::nullopt;
  }
  if (verify == Verify::yes && !holds_to_source(s, *c, bytes, {strip, errors})) {
    status = 2;
    return std::nullopt;
  }
  return bytes;
}

Program load(const Settings& s, const void* bytes, std::size_t size, const std::string& file,
             int& status) {
  gdlrt_program* raw = nullptr;
  std::string problems;
  gdlrt_status result = gdlrt_program_load(bytes, size, &raw, append, &problems);
  if (result == GDLRT_OK) return Program(raw);
  if (result == GDLRT_NO_MEMORY) {
    fmt::print(stderr, "gdlc: not enough memory for `{}`\n", file);
    status = 2;
  } else {
    print_problems(s, problems, file);
    status = 1;
  }
  return nullptr;
}

bool is_program(const std::string& path) { return path.ends_with(".gdlb"); }

std::optional<std::string> program_bytes(const Settings& s, const std::string& file, int& status) {
  std::string bytes;
  if (is_program(file) || file == "-") {
    std::string error;
    std::optional<std::string> content = read_file(file, error);
    if (!content.has_value()) {
      fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", file, error);
      status = 2;
      return std::nullopt;
    }
    bytes = std::move(*content);
  }
  // From standard input comes a program, or a guideline's text: a program says so in its first byte.
  if (is_program(file) ||
      (file == "-" && !bytes.empty() && static_cast<unsigned char>(bytes[0]) == 0x89)) {
    return bytes;
  }
  Settings settings = s;
  settings.standard_input = bytes;
  std::optional<std::vector<std::uint8_t>> built =
      compile(settings, file, false, Verify::no, status);
  if (!built.has_value()) return std::nullopt;
  return std::string(built->begin(), built->end());
}

Program open_program(const Settings& s, const std::string& file, int& status) {
  std::optional<std::string> bytes = program_bytes(s, file, status);
  return bytes.has_value() ? load(s, bytes->data(), bytes->size(), file, status) : nullptr;
}

}  // namespace gdlc
