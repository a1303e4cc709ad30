// gdlc, the command line: arguments in, exit status out. docs/cli.md is the contract.
#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "commands.h"
#include "system.h"
#include "terminal.h"

namespace {

/// How much there may be of something that is counted.
CLI::Validator at_least_one() {
  return {[](std::string& text) {
            const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
              return c >= '0' && c <= '9';
            });
            const bool zero = text.find_first_not_of('0') == std::string::npos;
            return digits && !zero ? std::string()
                                   : "`" + text + "` is not a whole number from 1 on";
          },
          "NUMBER"};
}

int run(int argc, char** argv) {
  using namespace gdlc;
  Settings s;
  CLI::App app{"gdlc: check, build and run clinical guidelines"};
  app.require_subcommand(1);
  app.allow_windows_style_options(false);  // `/` begins a path everywhere
  app.set_version_flag("--version", "gdlc 0.1.0");

  auto common = [&](CLI::App* c, bool analyses) {
    c->add_option("--color", s.color, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    c->add_option("-I", s.import_dirs, "a further folder to import from")->allow_extra_args(false);
    c->add_option("--format", s.format, "text or json")->check(CLI::IsMember({"text", "json"}));
    if (!analyses) return;
    c->add_option("--effort", s.effort, "diagram steps allowed to each decision")
        ->check(at_least_one());
    c->add_option("--time-limit", s.time_limit, "seconds; what is cut is reported as unknown")
        ->check(CLI::PositiveNumber);
    c->add_flag("--allow-unknown", s.allow_unknown, "an undecided question is a warning");
  };

  CLI::App* check = app.add_subcommand("check", "types, then every analysis");
  check->add_option("FILE", s.files, "a guideline; - is standard input")->required();
  common(check, true);
  check->add_option("--output", s.outputs, "FORMAT=FILE, beside the main output (repeatable)")
      ->allow_extra_args(false);
  check->add_option("--fail-level", s.fail_level, "error or warning")
      ->check(CLI::IsMember({"error", "warning"}));
  check->add_flag("--notes", s.notes, "show every note in full");
  check->add_flag("--counts", s.counts,
                  "how many combinations of values each region holds, in JSON");
  check->add_option("--proof", s.proof_dir, "DIR, a new folder for the proofs of one guideline");
  check->add_flag("--exit-zero", s.exit_zero, "exit 0 in spite of findings");

  CLI::App* test = app.add_subcommand("test", "the scenarios");
  test->add_option("FILE", s.files, "a guideline; - is standard input")->required();
  common(test, true);
  test->add_flag("--coverage", s.coverage, "list the rules that no scenario makes stand");

  CLI::App* build = app.add_subcommand("build", "compile to a program");
  build->add_option("FILE", s.files, "a guideline; - is standard input")->required()->expected(1);
  build->add_option("-o", s.out, "OUT.gdlb")->required();
  build->add_flag("--strip", s.strip, "leave texts, citations and places out");
  build->add_flag("--unchecked", s.unchecked,
                  "build in spite of analysis errors, and mark the program");
  common(build, true);

  CLI::App* eval = app.add_subcommand("eval", "the advice for one case");
  eval->add_option("FILE", s.files, ".gdl or .gdlb; - is standard input")->required()->expected(1);
  CLI::Option* one = eval->add_option("--case", s.case_file, "CASE.json; - is standard input");
  eval->add_option("--audit", s.audit, "FILE, to which a record of the evaluation is appended")
      ->needs(one);
  CLI::Option* again =
      eval->add_option("--replay", s.replay, "FILE of records: whether the same answers come out");
  again->excludes(one);
  eval->callback([&s, eval] {
    if (s.case_file.empty() && s.replay.empty()) {
      throw CLI::RequiredError(eval->get_name() + ": --case or --replay");
    }
  });
  eval->add_option("--audience", s.audience, "whose texts to show");
  eval->add_option("--locale", s.locale, "in which locale");
  eval->add_flag("--explain", s.explain,
                 "why each offer stands, and what would bring the rules that do not");
  eval->add_option("--steps", s.steps,
                   "of work for the answer; what they do not decide is `undecided`")
      ->check(at_least_one());
  eval->add_flag("--exit-code", s.exit_code, "3: undetermined, 4: nothing advised");
  eval->add_flag("--unchecked", s.unchecked, "evaluate in spite of analysis errors");
  common(eval, true);

  CLI::App* rows = app.add_subcommand("run", "the advice for a file of cases");
  rows->add_option("FILE", s.files, ".gdl or .gdlb")->required()->expected(1);
  rows->add_option("--input", s.run.input, "ROWS.csv or ROWS.ndjson; - is standard input")
      ->required();
  rows->add_option("--output", s.out, "OUT.csv or OUT.ndjson; - is standard output")->required();
  rows->add_option("--rejected", s.run.rejected, "where rows go that are no cases; OUT.rejected");
  rows->add_option("--id", s.run.id, "a column that is passed through");
  rows->add_flag("--ignore-extra", s.run.ignore_extra, "pass over columns that are no facts");
  rows->add_option("--from", s.run.from, "csv or ndjson, if the input's name does not tell")
      ->check(CLI::IsMember({"csv", "ndjson"}));
  rows->add_option("--to", s.run.to, "csv or ndjson, if the output's name does not tell")
      ->check(CLI::IsMember({"csv", "ndjson"}));
  rows->add_option("--delimiter", s.run.delimiter, "what parts the fields of a CSV input, or tab");
  rows->add_option("--steps", s.steps, "of work for a row that is answered one by one")
      ->check(at_least_one());
  rows->add_flag("--unchecked", s.unchecked, "evaluate in spite of analysis errors");
  common(rows, true);

  CLI::App* diff = app.add_subcommand("diff", "whose advice changes between two versions");
  diff->add_option("OLD NEW", s.files, "two versions of a guideline")->required()->expected(2);
  common(diff, true);

  CLI::App* verify = app.add_subcommand("verify", "prove that a program is what its source says");
  verify->add_option("FILE", s.files, "the guideline and OUT.gdlb")->required()->expected(2);
  common(verify, true);

  CLI::App* dump = app.add_subcommand("dump", "show a stage");
  dump->add_option("FILE", s.files, ".gdl, or .gdlb for the last two stages")
      ->required()
      ->expected(1);
  dump->add_option("--stage", s.stage, "syntax, model, space, program, bytecode or plan")
      ->required()
      ->check(CLI::IsMember({"syntax", "model", "space", "program", "bytecode", "plan"}));
  common(dump, false);

  CLI::App* explain = app.add_subcommand("explain", "the page of a diagnostic");
  explain->add_option("CODE", s.files, "as in GDL4001")->required()->expected(1);
  CLI::App* fresh = app.add_subcommand("new", "a small guideline to start from");
  fresh->add_option("DIR", s.files)->required()->expected(1);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::string commands;
    bool known = argc < 2 || argv[1][0] == '-';
    for (const CLI::App* c : app.get_subcommands([](const CLI::App*) { return true; })) {
      commands += (commands.empty() ? "" : ", ") + c->get_name();
      known = known || c->get_name() == argv[1];
    }
    if (!known) {
      fmt::print(stderr, "gdlc: there is no command `{}`; the commands are {}\n", argv[1],
                 commands);
      return 2;
    }
    int status = app.exit(e);
    return status == 0 ? 0 : 2;
  }
  for (std::vector<std::string>* paths : {&s.files, &s.import_dirs, &s.outputs}) {
    for (std::string& path : *paths) path = os::path_said(std::move(path));
  }
  for (std::string* path :
       {&s.out, &s.case_file, &s.audit, &s.replay, &s.proof_dir, &s.run.input, &s.run.rejected}) {
    *path = os::path_said(std::move(*path));
  }
  const Look look = look_of(1, s.color);
  s.use_color = look.color;
  s.unicode = look.unicode;
  s.width = look.width;

  int status = 2;
  if (*check) status = run_check(s);
  if (*test) status = run_test(s);
  if (*build) status = run_build(s);
  if (*eval) status = run_eval(s);
  if (*rows) status = run_run(s);
  if (*diff) status = run_diff(s);
  if (*verify) status = run_verify(s);
  if (*dump) status = run_dump(s);
  if (*explain) status = run_explain(s);
  if (*fresh) status = run_new(s);
  // Output that did not reach its reader is an error, not a success.
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) return 2;
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  gdlc::os::begin();
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("gdlc: not enough memory\n", stderr);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "gdlc: internal error, please report it: %s\n", e.what());
  }
  return 2;
}
