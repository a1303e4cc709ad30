// A small guideline that fills every section of a program, and ways to load bytes so that a stray read shows.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "gdlrt/bytecode.h"
#include "program.h"

namespace gdl::test {

inline constexpr const char* kEverything = R"(
guideline everything "Every section"
  language 1
  version 1.0.0
  status draft
  audience clinician, patient
  disclaimer "An example."
  grading grade
reference 1 "A book" publisher "A house" year 2020
fact fever "Fever" : yes | no
fact severity "Severity" : none < mild < severe default mild
fact age "Age" : 0..120 years default 40 years
fact weight "Weight" : 2.0..300.0 'kg' default 70.5 'kg'
fact drugs "Drugs" : set of warfarin | ssri | steroid default {ssri}
fact result "Result" : 0.0..10.0
define ill "Ill" when at least 2 of (fever, severity = severe, age >= 65 years)
score risk "Risk" 1 point when fever 2 points when age >= 80 years
impossible when age < 1 years and weight > 20 'kg' because "no infant weighs so much"
impossible when result > 9.5 and not fever
action small "Small" with dose: low | high, cycles: 1..6, amount: 0.5..2.5 'mg'
  say patient "A small one."
action large "Large"
action both "Both" = small + large
action other "Other"
exclusive small, other
decision first "First" for age >= 1 years choose any
  say patient "First of all."
rule one "One" when fever or risk >= 2 recommend small | large cite 1 at "p. 1" strength strong say patient "One."
rule two "Two" when ill recommend small with dose: low, cycles: 2..4 cite 1
rule three "Three" when severity >= mild recommend other overrides two because "better"
rule four "Four" when drugs includes warfarin caution small
rule five "Five" when drugs = {steroid} or count(drugs) > 2 prefer large over small
rule six "Six" when result is unknown no recommendation because "test first"
decision second "Second" for fever choose one
rule seven "Seven" when weight <= 40 'kg' or weight < 30 'kg' or result > 5 consider large
safety rule eight "Eight" when weight > 100 'kg' contraindicate small with cycles: 5..6
safety rule nine "Nine" when severity = severe avoid large overrides first.one because "worse"
accept gap in second because "left open"
accept conflict in first between one and nine because "known"
)";

/// Its rows, to break one of them.
inline emit::Image everything(bool strip = false) {
  driver::Compilation c = load(kEverything);
  REQUIRE_MESSAGE(!c.type_errors, messages(c));
  return driver::lower(c, {strip, false});
}

/// Bytes in read-only memory of their own, which ends where they end: a read beyond them is a crash.
class Guarded {
 public:
  explicit Guarded(const std::vector<std::uint8_t>& bytes) : size_(bytes.size()) {
    std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::size_t pages = (size_ + page - 1) / page;
    mapped_ = (pages + 1) * page;
    void* at = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED);
    memory_ = static_cast<std::uint8_t*>(at);
    data_ = memory_ + pages * page - size_;
    if (size_ > 0) std::memcpy(data_, bytes.data(), size_);
    if (pages > 0) REQUIRE(::mprotect(memory_, pages * page, PROT_READ) == 0);
    REQUIRE(::mprotect(memory_ + pages * page, page, PROT_NONE) == 0);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  ~Guarded() { ::munmap(memory_, mapped_); }
  [[nodiscard]] const std::uint8_t* data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_, mapped_ = 0;
  std::uint8_t* memory_ = nullptr;
  std::uint8_t* data_ = nullptr;
};

/// Sets the checksum of changed bytes anew, so that more than the checksum is tried.
inline void seal(std::vector<std::uint8_t>& bytes) {
  if (bytes.size() < sizeof(gdlrt::Header)) return;
  std::uint64_t sum = gdlrt::checksum(bytes.data(), bytes.size() / 8 * 8);
  std::memcpy(bytes.data() + offsetof(gdlrt::Header, checksum), &sum, sizeof sum);
}

/// Loads in place; the problem's message, or nothing.
inline std::string refusal(const std::vector<std::uint8_t>& bytes) {
  Guarded memory(bytes);
  std::string errors;
  gdlrt_program* program = nullptr;
  gdlrt_status status =
      gdlrt_program_load_in_place(memory.data(), memory.size(), &program, append, &errors);
  CHECK((status == GDLRT_OK) == (program != nullptr));
  gdlrt_program_free(program);
  if (status == GDLRT_OK) return "";
  CHECK(status == GDLRT_BAD_PROGRAM);
  std::vector<nlohmann::json> problems = lines(errors);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0]["code"] == "GDL7003");
  CHECK(!problems[0]["help"].get<std::string>().empty());
  return problems[0]["message"];
}

}  // namespace gdl::test
