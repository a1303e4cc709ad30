// A guideline's text as a loaded program, and cases evaluated through the C API.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "gdlrt/gdlrt.h"
#include "load.h"

namespace gdl::test {

inline int append(void* context, const char* text, size_t size) {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

/// What a call gave: the status, the answer, and the problems one a line.
struct Result {
  gdlrt_status status = GDLRT_OK;
  nlohmann::json answer;
  std::vector<nlohmann::json> problems;

  [[nodiscard]] std::string messages() const {
    std::string out;
    for (const nlohmann::json& p : problems) out += p["message"].get<std::string>() + "\n";
    return out;
  }
};

inline std::vector<nlohmann::json> lines(const std::string& text) {
  std::vector<nlohmann::json> out;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = text.find('\n', at);
    out.push_back(nlohmann::json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

class Program {
 public:
  explicit Program(const driver::Compilation& c, bool strip = false)
      : Program(driver::build(c, {strip, false})) {}
  explicit Program(const std::vector<std::uint8_t>& bytes) {
    std::string errors;
    status_ = gdlrt_program_load(bytes.data(), bytes.size(), &program_, append, &errors);
    problems_ = lines(errors);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() { gdlrt_program_free(program_); }

  [[nodiscard]] gdlrt_status status() const { return status_; }
  /// Null if it was refused.
  [[nodiscard]] const gdlrt_program* get() const { return program_; }
  [[nodiscard]] const std::vector<nlohmann::json>& problems() const { return problems_; }

  [[nodiscard]] Result eval(const std::string& json, const char* audience = nullptr,
                            const char* locale = nullptr) const {
    return eval(json, {sizeof(gdlrt_eval_options), audience, locale, 0, 0, nullptr, 0, nullptr});
  }
  [[nodiscard]] Result eval(const std::string& json, const gdlrt_eval_options& options) const {
    Result out;
    std::string answer;
    std::string errors;
    out.status = gdlrt_evaluate_json(program_, json.data(), json.size(), &options, append, &answer,
                                     append, &errors);
    if (!answer.empty()) out.answer = nlohmann::json::parse(answer);
    out.problems = lines(errors);
    return out;
  }

 private:
  gdlrt_program* program_ = nullptr;
  gdlrt_status status_ = GDLRT_OK;
  std::vector<nlohmann::json> problems_;
};

}  // namespace gdl::test
