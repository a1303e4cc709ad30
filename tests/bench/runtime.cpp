// The runtime's benchmarks: see benches.h.
#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>

#include "benches.h"
#include "guideline.h"
#include "process.h"

namespace gdl::bench {

namespace {

/// A guideline evaluated for cases of one kind.
struct Evaluated {
  std::string name;
  const gdlrt_program* program = nullptr;
  std::vector<std::string> cases;
  std::optional<double> goal_us;
};

/// Runs a program with its output thrown away; gives its exit status, or -1.
int spawn(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const std::string& a : command) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  if (posix_spawn_file_actions_init(&files) != 0) return -1;
  pid_t pid = 0;
  int status = -1;
  bool running = posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0) == 0 &&
                 posix_spawn(&pid, argv[0], &files, nullptr, argv.data(), nullptr) == 0;
  posix_spawn_file_actions_destroy(&files);
  if (!running || ::waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

Failure processes(const Effort& effort, const Guideline& guideline, Report& report) {
  constexpr std::size_t kRuns = 10;
  test::Folder folder;
  std::string program = folder.path() + "/nsclc.gdlb";
  test::write(program, {guideline.bytes().begin(), guideline.bytes().end()});
  const std::string gdlc = test::bin_dir() + "/gdlc";
  const std::string one = GDL_SOURCE_DIR "/guidelines/nsclc/case.json";
  std::vector<std::string> eval = {gdlc, "eval", program, "--case", one};
  std::vector<std::string> nothing = {gdlc, "--help"};
  if (spawn(eval) != 0 || spawn(nothing) != 0) return "`" + gdlc + "` cannot be run: build `gdlc`";
  std::vector<Times> times = measure({{kRuns, [&](std::size_t) { (void)spawn(eval); }},
                                      {kRuns, [&](std::size_t) { (void)spawn(nothing); }}},
                                     effort.rounds);
  Row whole =
      row("runtime", std::string(kNsclcName) + ", `gdlc eval` of a complete case as a process",
          times[0].at(0.5), kMilliseconds, 10);
  Row start = row("runtime", "`gdlc --help` as a process", times[1].at(0.5), kMilliseconds);
  whole.baseline = fmt::format("`gdlc --help`: {} ms", start.value);
  report.add(whole);
  report.add(start);
  return std::nullopt;
}

}  // namespace

Failure runtime(const Effort& effort, Report& report) {
  std::unique_ptr<Guideline> small = nsclc();
  std::unique_ptr<Guideline> large = authored();
  std::vector<Evaluated> evaluated;
  for (double unknown : {0.5, 0.0}) {
    auto add = [&](const char* name, const Guideline& g, double goal_us) {
      std::vector<std::string> cases;
      if (g.program() != nullptr) cases = random_cases(g, effort.cases, unknown);
      evaluated.push_back({name + std::string(unknown > 0 ? ", half unknown" : ", complete"),
                           g.program(), std::move(cases),
                           unknown > 0 ? std::optional(goal_us) : std::nullopt});
    };
    add(kNsclcName, *small, 100);
    add(kAuthoredName, *large, 1000);
  }
  std::vector<Work> works;
  for (const Evaluated& e : evaluated) {
    if (e.cases.size() < effort.cases) return e.name + ": no program, or too few possible patients";
    works.push_back(
        {e.cases.size(), [&e](std::size_t i) { (void)evaluate(e.program, e.cases[i]); }});
  }
  for (const Guideline* g : {small.get(), large.get()}) {
    works.push_back({100, [g](std::size_t) { load(*g); }});
  }
  std::vector<Times> times = measure(works, effort.rounds);
  for (std::size_t i = 0; i < evaluated.size(); ++i) {
    const Evaluated& e = evaluated[i];
    auto add = [&](const char* what, const Figure& figure) {
      report.add(row("runtime", e.name + ": " + what, figure, kMicroseconds, e.goal_us));
    };
    add("median", times[i].at(0.5));
    add("mean", times[i].mean());
    add("95th percentile", times[i].at(0.95));
    add("worst", times[i].at(1));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    report.add(
        row("runtime",
            std::string(i == 0 ? kNsclcName : kAuthoredName) + ", load and verify the program",
            times[evaluated.size() + i].at(0.5), kMicroseconds,
            i == 0 ? std::optional(200.0) : std::nullopt));
  }
  if (Failure failure = processes(effort, *small, report)) return failure;
  return engines(effort, report);
}

}  // namespace gdl::bench
