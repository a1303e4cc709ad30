// gdlc build, eval, dump. See commands.h. Cases are read and answers made by the runtime, through its C API.
#include <fmt/core.h>

#include <cstdio>

#include "answer_text.h"
#include "audit.h"
#include "common.h"
#include "diag/render.h"
#include "files.h"
#include "gdlrt/gdlrt.h"
#include "gdlrt/record.h"
#include "programs.h"
#include "syntax/parse.h"

namespace gdlc {

using gdl::driver::Compilation;

int run_build(const Settings& s) {
  if (!fit_for_output(s.out, s.files[0])) return 2;
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
  if (!s.audit.empty() && !fit_for_output(s.audit, file)) return 2;
  int status = 0;
  std::optional<std::string> bytes = program_bytes(s, file, status);
  if (!bytes.has_value()) return status;
  Program program = load(s, bytes->data(), bytes->size(), file, status);
  if (program == nullptr) return status;
  if (!s.replay.empty()) return replay(s, program.get());
  if (!s.audience.empty() &&
      gdlrt_program_speaks(program.get(), s.audience.c_str(), nullptr) == 0) {
    fmt::print(stderr,
               "gdlc: `{}` has no text for the audience `{}`: see its `audience` and `say`\n", file,
               s.audience);
    return 2;
  }
  const char* audience = s.audience.empty() ? nullptr : s.audience.c_str();
  if (!s.locale.empty() && gdlrt_program_speaks(program.get(), audience, s.locale.c_str()) == 0) {
    fmt::print(stderr, "gdlc: no text in the locale `{}`: those without a locale are shown\n",
               s.locale);
  }
  std::optional<std::string> input = read_file(s.case_file, error);
  if (!input.has_value()) {
    fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", s.case_file, error);
    return 2;
  }
  gdlrt_eval_options options = eval_options(s);
  Evaluated e = s.audit.empty() ? evaluate(program.get(), *input, options)
                                : audit(program.get(), hash_of(program.get()), *input, options);
  if (!came_out(e)) return 2;
  // What is not on record is not told.
  if (!s.audit.empty() && !append_line(s.audit, e.record, error)) {
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
      text = gdl::syntax::dump(c->sources,
                               gdl::syntax::Reader().parse(c->sources, gdl::SourceId(0), again));
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
