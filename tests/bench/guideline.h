// The guidelines that are measured, and random patients for them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "driver/driver.h"
#include "gdlrt/gdlrt.h"

namespace gdl::bench {

/// A guideline with its compilation and its program. Its sources are read once.
class Guideline {
 public:
  /// `path` is read through `provider`, and whatever it imports. A guideline with type errors has no program.
  /// `unchecked`: the analyses find something in it, so its program and every answer are marked.
  Guideline(std::string path, sema::SourceProvider provider, bool unchecked);
  Guideline(const Guideline&) = delete;
  Guideline& operator=(const Guideline&) = delete;
  ~Guideline();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const sema::SourceProvider& provider() const { return provider_; }
  [[nodiscard]] const driver::Compilation& compilation() const { return c_; }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  [[nodiscard]] const gdlrt_program* program() const { return program_; }  ///< null: not built

 private:
  std::string path_;
  sema::SourceProvider provider_;
  driver::Compilation c_;
  std::vector<std::uint8_t> bytes_;
  gdlrt_program* program_ = nullptr;
};

/// The NSCLC guideline of this repository.
inline constexpr const char* kNsclcName = "NSCLC";
std::unique_ptr<Guideline> nsclc();
/// A guideline of tests/support/authored.h, in the size that is the generator's own.
inline constexpr const char* kAuthoredName = "500 rules, 50 decisions, 60 facts";
std::unique_ptr<Guideline> authored();
/// One with so many rules, decisions and facts.
std::unique_ptr<Guideline> authored(std::size_t rules, std::size_t decisions, std::size_t facts);
/// The same with one rule in its middle edited.
std::unique_ptr<Guideline> authored_edited();

/// A case evaluated and its answer swallowed, through the C API.
gdlrt_status evaluate(const gdlrt_program* program, const std::string& json);

/// Its program loaded from memory, which verifies it, and freed.
void load(const Guideline& guideline);

/// Cases of patients who are possible, as JSON: each fact is left out with probability `unknown`, else a random
/// value of its classes (of a set, each element or not, with probability 1/2); cases that nobody can have are drawn
/// again. Fewer than `count` if too few of those drawn are possible.
std::vector<std::string> random_cases(const Guideline& guideline, std::size_t count,
                                      double unknown);

}  // namespace gdl::bench
