// Running scenarios: the analysis judges them, and what an answer asks for is heard from the runtime. See driver.h.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "driver/driver.h"
#include "gdlrt/gdlrt.h"

namespace gdl::driver {

namespace {

struct Free {
  void operator()(gdlrt_program* p) const { gdlrt_program_free(p); }
};

int append(void* context, const char* text, std::size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

/// The program of a compilation, built when it is first asked something.
class Runtime {
 public:
  Runtime(const Compilation& c, std::uint64_t effort) : c_(c), effort_(effort) {}

  analysis::Questions ask(const std::string& case_json) {
    analysis::Questions out;
    if (program_ == nullptr && !load(out.problem)) return out;
    gdlrt_eval_options options{};
    options.size = sizeof options;
    options.steps = effort_;
    std::string answer;
    std::string problems;
    const gdlrt_status status =
        gdlrt_evaluate_json(program_.get(), case_json.data(), case_json.size(), &options, append,
                            &answer, append, &problems);
    if (status != GDLRT_OK) {
      out.problem = reason(status, problems);
      return out;
    }
    const nlohmann::json read = nlohmann::json::parse(answer, nullptr, false);
    if (read.is_discarded()) {
      out.problem = "the answer cannot be read";
      return out;
    }
    for (const nlohmann::json& d : read.value("decisions", nlohmann::json::array())) {
      const bool exact = !d.value("ask_approximate", false);
      for (const nlohmann::json& q : d.value("ask", nlohmann::json::array())) {
        std::vector<std::string>& names = exact ? out.facts : out.perhaps;
        std::string name = q.value("fact", "");
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          names.push_back(std::move(name));
        }
      }
    }
    return out;
  }

 private:
  bool load(std::string& problem) {
    const std::vector<std::uint8_t> bytes = build(c_, {true, true});
    if (bytes.empty()) {
      problem = "the program would be larger than 4 GiB";
      return false;
    }
    gdlrt_program* program = nullptr;
    std::string problems;
    const gdlrt_status status =
        gdlrt_program_load(bytes.data(), bytes.size(), &program, append, &problems);
    if (status != GDLRT_OK) problem = reason(status, problems);
    program_.reset(program);
    return status == GDLRT_OK;
  }

  /// Why there is no answer: the first of the problems, which stand one a line.
  static std::string reason(gdlrt_status status, const std::string& problems) {
    if (status == GDLRT_NO_MEMORY) return "there is not enough memory";
    const nlohmann::json first =
        nlohmann::json::parse(problems.substr(0, problems.find('\n')), nullptr, false);
    return first.is_object() ? first.value("message", "") : "the runtime gives no answer";
  }

  const Compilation& c_;
  std::uint64_t effort_;
  std::unique_ptr<gdlrt_program, Free> program_;
};

}  // namespace

std::vector<analysis::ScenarioResult> run_scenarios(const Compilation& c,
                                                    const analysis::Options& options) {
  Runtime runtime(c, options.effort);
  return analysis::run_scenarios(*c.model, options,
                                 [&](const std::string& text) { return runtime.ask(text); });
}

}  // namespace gdl::driver
