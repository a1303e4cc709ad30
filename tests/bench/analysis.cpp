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
  // Each check finds one rule other than the one before it did.
  const std::unique_ptr<Guideline> edited = authored_edited();
  if (edited->program() == nullptr) return "the edited guideline has errors";
  const sema::Model* versions[] = {edited->compilation().model.get(),
                                   subjects[1].guideline->compilation().model.get()};
  analysis::Memory memory;
  works.push_back({2, [&](std::size_t i) {
                     diag::Sink sink;
                     (void)analysis::analyze(*versions[i], {}, sink, &memory);
                   }});
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
  report.add(row("analysis", std::string(kAuthoredName) + ", check again after one edited rule",
                 times[i].mean(), kMilliseconds, 5));
  return large(effort, report);
}

}  // namespace gdl::bench
