// gdlbench: measures and prints rows. tools/bench builds it and runs it; docs/performance.md is its manual.
// Exit status: 0 measured, whether goals are met or not; 2 usage, or a benchmark that cannot run.
#include <fmt/core.h>

#include <CLI/CLI.hpp>

#include "benches.h"
#include "large.h"

namespace {

using namespace gdl::bench;

int run(int argc, char** argv) {
  CLI::App app("Measures the analyses and the runtime; prints one row a figure", "tools/bench");
  std::string which = "all";
  bool json = false;
  Effort effort;
  app.add_option("bench", which, "What to measure")
      ->check(CLI::IsMember({"analysis", "runtime", "all"}))
      ->capture_default_str();
  app.add_flag("--json", json, "One line of JSON a row");
  app.add_option("--rounds", effort.rounds, "How often each work is measured")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--cases", effort.cases, "Random cases of each kind")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_flag("--sizes", effort.sizes, "The large guidelines of `analysis` too: many minutes");
  app.add_option("--seconds", effort.seconds, "At most for a work of a large guideline")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--effort", effort.effort, "Work allowed to each decision of a large guideline")
      ->capture_default_str();
  app.add_option("--divide", effort.divide, "Make the large guidelines so many times smaller")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--plot", effort.plot, "FILE.svg: time against size, of `runtime`");
  app.add_option("--table", effort.table, "FILE.md: the same in tables, of `runtime`");
  // How this program runs itself for one of them.
  std::optional<std::size_t> part;
  app.add_option("--part", part)->group("");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  Report report(stdout, json);
  Failure failure;
  if (part) {
    std::vector<Large> all = large_guidelines(effort);
    if (*part >= all.size()) return 2;
    failure = measure_large(all[*part], effort, stdout);
    which.clear();
  }
  if (which == "analysis" || which == "all") failure = analysis(effort, report);
  if ((which == "runtime" || which == "all") && !failure) failure = runtime(effort, report);
  if (!failure) return 0;
  fmt::print(stderr, "bench: {}\n", *failure);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench: %s\n", e.what());
  }
  return 2;
}
