// The compiler's benchmarks: see benches.h.
#include <functional>

#include "benches.h"
#include "guideline.h"
#include "large.h"

namespace gdl::bench {

namespace {

struct Subject {
  std::string name;
  std::unique_ptr<Guideline> guideline;
  double goal_ms;  // of a check
};

}  // namespace

Failure analysis(const Effort& effort, Report& report) {
  std::vector<Subject> subjects;
  subjects.push_back({kNsclcName, nsclc(), 20});
  subjects.push_back({kAuthoredName, authored(), 50});
  std::vector<Work> works;
  for (const Subject& s : subjects) {
    const Guideline& g = *s.guideline;
    if (g.program() == nullptr) return s.name + ": the guideline has errors, see `gdlc check`";
    works.push_back({1, [&g](std::size_t) { (void)driver::load(g.path(), g.provider(), {}); }});
    works.push_back({1, [&g](std::size_t) {
                       diag::Sink sink;
                       (void)analysis::analyze(*g.compilation().model, {}, sink);
                     }});
    works.push_back(
        {1, [&g](std::size_t) { (void)driver::check(g.path(), g.provider(), {}, {}); }});
    works.push_back({1, [&g](std::size_t) { (void)driver::build(g.compilation(), {}); }});
  }
  std::vector<Times> times = measure(works, effort.rounds);
  std::size_t i = 0;
  for (const Subject& s : subjects) {
    auto add = [&](const char* what, std::optional<double> goal) {
      report.add(row("analysis", s.name + ", " + what, times[i++].mean(), kMilliseconds, goal));
    };
    add("text to model", std::nullopt);
    add("check from the resolved model", s.goal_ms);
    add("check from text", s.goal_ms);
    add("model to program", std::nullopt);
  }
  return large(effort, report);
}

}  // namespace gdl::bench
