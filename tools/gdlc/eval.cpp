// gdlc build, eval, dump. See commands.h. Cases are read and answers made by the runtime, through its C API.
#include <fmt/core.h>

#include <cstdio>
#include <memory>

#include "answer_text.h"
#include "audit.h"
#include "common.h"
#include "diag/render.h"
#include "files.h"
#include "gdlrt/gdlrt.h"
#include "gdlrt/record.h"
#include "syntax/parse.h"
#include "verify.h"

namespace gdlc {

using gdl::driver::Compilation;

namespace {

int append(void* context, const char* text, size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

struct Free {
  void operator()(gdlrt_program* p) const { gdlrt_program_free(p); }
};
using Program = std::unique_ptr<gdlrt_program, Free>;

/// The runtime's problems, one JSON line each: as they are, or in words.
void print_problems(const Settings& s, const std::string& lines, const std::string& file) {
  if (s.format == "json") {
    std::fputs(lines.c_str(), stdout);
  } else {
    std::fputs(problems_text(lines, file, s.use_color).c_str(), stderr);
  }
}

enum class Verify : std::uint8_t { no, yes };

/// A guideline's text to its program: nothing after findings that forbid it, or if the program is to be verified and
/// does not hold to its source, with `status` set.
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

bool is_program(const std::string& path) {
  return path.size() >= 5 && path.compare(path.size() - 5, 5, ".gdlb") == 0;
}

}  // namespace

int run_build(const Settings& s) {
  int status = 0;
  std::optional<std::vector<std::uint8_t>> bytes =
      compile(s, s.files[0], s.strip, Verify::yes, status);
  if (!bytes.has_value()) return status;
  std::string error;
  if (!write_file(s.out, std::string(bytes->begin(), bytes->end()), error)) {
    fmt::print(stderr, "gdlc: cannot write `{}`: {}\n", s.out, error);
    return 2;
  }
  fmt::print(stderr, "wrote {}: {} bytes\n", s.out, bytes->size());
  return 0;
}

int run_eval(const Settings& s) {
  const std::string& file = s.files[0];
  std::string error;
  if (file == "-" && (s.case_file == "-" || s.replay == "-")) {
    fmt::print(stderr, "gdlc: guideline and {} cannot both come from standard input\n",
               s.case_file == "-" ? "case" : "records");
    return 2;
  }
  int status = 0;
  Program program;
  std::string bytes;
  if (is_program(file) || file == "-") {
    std::optional<std::string> content = read_file(file, error);
    if (!content.has_value()) {
      fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", file, error);
      return 2;
    }
    bytes = std::move(*content);
  }
  // From standard input comes a program, or a guideline's text: a program says so in its first byte.
  if (!is_program(file) &&
      (file != "-" || bytes.empty() || static_cast<unsigned char>(bytes[0]) != 0x89)) {
    Settings settings = s;
    settings.standard_input = bytes;
    std::optional<std::vector<std::uint8_t>> built =
        compile(settings, file, false, Verify::no, status);
    if (!built.has_value()) return status;
    bytes.assign(built->begin(), built->end());
  }
  program = load(s, bytes.data(), bytes.size(), file, status);
  if (program == nullptr) return status;
  if (!s.replay.empty()) return replay(s, program.get(), hash_of(bytes.data(), bytes.size()));
  std::optional<std::string> input = read_file(s.case_file, error);
  if (!input.has_value()) {
    fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", s.case_file, error);
    return 2;
  }
  gdlrt_eval_options options = eval_options(s);
  Evaluated e = evaluate(program.get(), *input, options);
  if (e.status != GDLRT_OK && e.status != GDLRT_BAD_CASE) {
    fmt::print(stderr, "gdlc: the evaluation failed: not enough memory\n");
    return 2;
  }
  // What is not on record is not told.
  if (!s.audit.empty() &&
      !append_line(
          s.audit,
          audit_line(program.get(), hash_of(bytes.data(), bytes.size()), options, *input, e),
          error)) {
    fmt::print(stderr, "gdlc: cannot write `{}`: {}\n", s.audit, error);
    return 2;
  }
  if (e.status == GDLRT_BAD_CASE) {
    print_problems(s, e.problems, s.case_file);
    return 1;
  }
  std::string text = s.format == "json" ? e.answer : answer_text(e.answer, s.use_color, s.width);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return s.exit_code ? answer_status(e.answer) : 0;
}

int run_dump(const Settings& s) {
  const std::string& file = s.files[0];
  int status = 0;
  if (is_program(file)) {
    if (s.stage != "bytecode" && s.stage != "plan") {
      fmt::print(stderr, "gdlc: of a program only the stages bytecode and plan can be shown\n");
      return 2;
    }
    std::string error;
    std::optional<std::string> bytes = read_file(file, error);
    if (!bytes.has_value()) {
      fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", file, error);
      return 2;
    }
    Program program = load(s, bytes->data(), bytes->size(), file, status);
    if (program == nullptr) return status;
    std::string text;
    (s.stage == "plan" ? gdlrt_plan_show : gdlrt_disassemble)(program.get(), append, &text);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  std::optional<Compilation> c = open_guideline(s, file, false);
  if (!c.has_value()) return 2;
  std::string text;
  if (s.stage == "syntax") {
    gdl::diag::Sink again;  // the errors have been reported by the first reading
    if (c->sources.size() > 0) {
      text = gdl::syntax::dump(c->sources, gdl::syntax::parse(c->sources, gdl::SourceId(0), again));
    }
  } else if (!c->type_errors) {
    if (s.stage == "model") text = gdl::sema::dump(*c->model);
    if (s.stage == "space") text = gdl::driver::dump_space(*c, s.effort);
    if (s.stage == "program") text = gdl::emit::dump(gdl::driver::lower(*c, {}));
    if (s.stage == "bytecode" || s.stage == "plan") {
      std::vector<std::uint8_t> bytes = gdl::driver::build(*c, {});
      Program program = load(s, bytes.data(), bytes.size(), file, status);
      if (program == nullptr) return status;
      (s.stage == "plan" ? gdlrt_plan_show : gdlrt_disassemble)(program.get(), append, &text);
    }
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (c->type_errors) complain(s, *c);
  return c->type_errors ? 1 : 0;
}

}  // namespace gdlc
