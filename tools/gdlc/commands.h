// The commands of gdlc. Each gives the exit status: 0 clean, 1 findings, 2 usage, I/O or internal
// error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/analyze.h"

namespace gdlc {

/// Of `run`.
struct RunSettings {
  std::string input, rejected, from, to, id, delimiter;
  bool ignore_extra = false;
};

/// What the command line asked for.
struct Settings {
  std::vector<std::string> files;
  std::vector<std::string> import_dirs;
  std::vector<std::string> outputs;
  std::string format = "text", color = "auto", fail_level = "error";
  std::string out, case_file, audience, locale, stage, proof_dir, audit, replay;
  std::string standard_input;  ///< what `-` gave, once read
  std::uint64_t effort = gdl::analysis::Options{}.effort;
  std::uint64_t steps = 0;
  double time_limit = 0;
  bool allow_unknown = false, exit_zero = false, coverage = false, strip = false;
  bool unchecked = false, exit_code = false, explain = false, notes = false, counts = false;
  bool use_color = false, unicode = false;
  std::size_t width = 100;
  RunSettings run;
};

int run_check(const Settings& s);
int run_test(const Settings& s);
int run_build(const Settings& s);
int run_eval(const Settings& s);
int run_run(const Settings& s);
int run_diff(const Settings& s);
int run_dump(const Settings& s);
int run_verify(const Settings& s);
int run_explain(const Settings& s);
int run_new(const Settings& s);

}  // namespace gdlc
