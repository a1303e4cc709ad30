// gdlc check, test, explain, new, dump. See commands.h.
#include <fmt/core.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "common.h"
#include "diag/render.h"
#include "files.h"
#include "pages.h"
#include "proofs.h"
#include "syntax/parse.h"
#include "system.h"
#include "terminal.h"

namespace gdlc {

using gdl::driver::Compilation;

int run_check(const Settings& s) {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> outputs;  // format, file
  for (const std::string& o : s.outputs) {
    std::size_t at = o.find('=');
    std::string format = o.substr(0, at);
    if (at == std::string::npos || (format != "text" && format != "json")) {
      fmt::print(stderr, "gdlc: `--output {}` is not FORMAT=FILE with text or json\n", o);
      return 2;
    }
    outputs.emplace_back(format, o.substr(at + 1));
    for (const std::string& file : s.files) {
      if (!fit_for_output(outputs.back().second, file)) return 2;
    }
  }
  ProofFolder proofs;
  std::string error;
  if (!s.proof_dir.empty() && s.files.size() != 1) {
    fmt::print(stderr, "gdlc: `--proof` keeps the proofs of one guideline: name one FILE\n");
    return 2;
  }
  if (!s.proof_dir.empty() && !proofs.prepare(s.proof_dir, error)) {
    fmt::print(stderr, "gdlc: cannot keep proofs in `{}`: {}\n", s.proof_dir, error);
    return 2;
  }
  std::vector<std::string> collected(outputs.size());
  for (const std::string& file : s.files) {
    std::optional<Compilation> c = open_guideline(s, file, true);
    if (!c.has_value()) return 2;
    std::fputs(print_diagnostics(s, *c, s.format, true).c_str(), stdout);
    Settings plain = s;  // a file looks the same from every terminal
    plain.use_color = plain.unicode = false;
    plain.width = Look().width;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      collected[i] += print_diagnostics(plain, *c, outputs[i].first, true);
    }
    for (const gdl::diag::Diagnostic& d : c->sink.items()) {
      bool lenient = s.allow_unknown && d.code == gdl::diag::Code::unknown;
      bool counts = (d.severity == gdl::diag::Severity::error && !lenient) ||
                    (s.fail_level == "warning" && d.severity == gdl::diag::Severity::warning);
      if (d.code == gdl::diag::Code::internal_error) return 2;
      if (counts) status = 1;
    }
    if (s.proof_dir.empty()) continue;
    if (c->type_errors) {
      fmt::print(
          stderr,
          "gdlc: `{}` is not written: there is nothing to prove before the errors are mended\n",
          s.proof_dir);
    } else if (!proofs.write(file, c->report, error)) {
      fmt::print(stderr, "gdlc: cannot keep proofs in `{}`: {}\n", s.proof_dir, error);
      return 2;
    }
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!write_file(outputs[i].second, collected[i], error)) {
      fmt::print(stderr, "gdlc: cannot write `{}`: {}\n", outputs[i].second, error);
      return 2;
    }
  }
  return s.exit_zero ? 0 : status;
}

int run_test(const Settings& s) {
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (const std::string& file : s.files) {
    std::optional<Compilation> c = open_guideline(s, file, false);
    if (!c.has_value()) return 2;
    if (c->type_errors) {
      complain(s, *c);
      return 1;
    }
    gdl::analysis::Options options;
    options.effort = s.effort;
    std::vector<gdl::analysis::ScenarioResult> results = gdl::driver::run_scenarios(*c, options);
    std::vector<bool> stood(c->model->rules.size(), false);
    for (const gdl::analysis::ScenarioResult& r : results) {
      (r.passed ? passed : failed) += 1;
      for (gdl::sema::RuleId id : r.stands) stood[id.value] = true;
      if (s.format == "json") {
        fmt::print("{{\"scenario\":{},\"passed\":{}}}\n", gdl::diag::json_quote(r.title), r.passed);
      }
      if (r.passed) continue;
      for (const gdl::analysis::ExpectResult& e : r.expects) {
        if (e.passed) continue;
        gdl::diag::Diagnostic d;
        d.code = gdl::diag::Code::scenario_failed;
        d.primary = e.span;
        d.message = fmt::format("scenario \"{}\": {}", r.title, e.message);
        if (e.undecided) d.verdict = gdl::diag::Verdict::unknown;
        if (s.format == "json") {
          std::fputs((gdl::diag::render_json(c->sources, d) + "\n").c_str(), stdout);
        } else {
          std::fputs((gdl::diag::render_text(c->sources, d, text_options(s)) + "\n").c_str(),
                     stdout);
        }
      }
    }
    if (s.coverage) {
      for (std::size_t i = 0; i < stood.size(); ++i) {
        if (!stood[i]) {
          fmt::print("no scenario makes `{}` stand\n", c->model->rules[gdl::sema::RuleId(i)].name);
        }
      }
    }
  }
  if (s.format == "json") {
    fmt::print("{{\"summary\":{{\"passed\":{},\"failed\":{}}}}}\n", passed, failed);
  } else {
    fmt::print("{} passed, {} failed\n", passed, failed);
  }
  return failed == 0 ? 0 : 1;
}

int run_explain(const Settings& s) {
  // `GDL4001`, `gdl4001`, `4001` and `conflict` are one page, whose first line is `# GDL4001 conflict`.
  std::string wanted = s.files[0];
  for (char& c : wanted) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (wanted.starts_with("gdl")) wanted.erase(0, 3);
  for (const Page& p : pages()) {
    const std::string_view title = p.text.substr(0, p.text.find('\n'));
    const std::string_view name = title.substr(title.rfind(' ') + 1);
    if (p.code.substr(3) == wanted || name == wanted) {
      std::fwrite(p.text.data(), 1, p.text.size(), stdout);
      return 0;
    }
  }
  fmt::print(stderr,
             "gdlc: there is no diagnostic `{}`; name its code or its name, as in GDL4001 or "
             "conflict\n",
             s.files[0]);
  return 2;
}

int run_new(const Settings& s) {
  const std::string& dir = s.files[0];
  if (!os::make_folder(dir)) {
    fmt::print(stderr, "gdlc: cannot make the folder `{}`: {}\n", dir, std::strerror(errno));
    return 2;
  }
  const char* text = R"(guideline example "A guideline to start from"
  language 1
  version 0.1.0
  status draft
  audience clinician, patient

reference 1 "Where the advice comes from"

fact smoker "Current smoker" : yes | no
fact age    "Age"            : 0..120 years

action counselling "Counselling to stop smoking"
  say patient "We can help you to stop smoking."

decision smoking "Smoking cessation"
  for age >= 12 years

rule smoker_counselling "Counselling for every smoker"
  when smoker
  recommend counselling
  cite 1

rule non_smoker "Nothing to do"
  when not smoker
  no recommendation because "the patient does not smoke"

scenario "A smoker"
  given smoker, age = 40
  expect recommend counselling
  expect not smoking.non_smoker
)";
  std::string error;
  std::string file = dir + "/guideline.gdl";
  if (!write_file(file, text, error) ||
      !write_file(dir + "/case.json", "{\"smoker\":true,\"age\":40}\n", error)) {
    fmt::print(stderr, "gdlc: cannot write into `{}`: {}\n", dir, error);
    return 2;
  }
  fmt::print("wrote {0} and {1}/case.json\nnext: gdlc check {0}\n", file, dir);
  return 0;
}

}  // namespace gdlc
