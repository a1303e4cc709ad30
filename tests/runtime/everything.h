// The guideline that fills every section of a program, and ways to load bytes so that a stray read shows.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gdlrt/bytecode.h"
#include "program.h"

namespace gdl::test {

inline const std::string kEverything = [] {
  std::ifstream in(GDL_TESTS_DIR "/runtime/everything.gdl", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}();

/// Its rows, to break one of them.
inline emit::Image everything(bool strip = false) {
  driver::Compilation c = load(kEverything);
  REQUIRE_MESSAGE(!c.type_errors, messages(c));
  return driver::lower(c, {strip, false});
}

/// Bytes in read-only memory of their own, which ends where they end (or a little behind): a read beyond it is a
/// crash.
class Guarded {
 public:
  explicit Guarded(const std::vector<std::uint8_t>& bytes, std::size_t before_end = 0)
      : size_(bytes.size()) {
    std::size_t page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::size_t pages = (size_ + before_end + page - 1) / page;
    mapped_ = (pages + 1) * page;
    void* at = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(at != MAP_FAILED);
    memory_ = static_cast<std::uint8_t*>(at);
    data_ = memory_ + pages * page - before_end - size_;
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

/// Loads in place, `misalign` bytes off a multiple of 8 (for a size that is one); the problem, or null.
inline nlohmann::json problem(const std::vector<std::uint8_t>& bytes, std::size_t misalign = 0) {
  Guarded memory(bytes, misalign);
  std::string errors;
  gdlrt_program* program = nullptr;
  gdlrt_status status =
      gdlrt_program_load_in_place(memory.data(), memory.size(), &program, append, &errors);
  CHECK((status == GDLRT_OK) == (program != nullptr));
  gdlrt_program_free(program);
  if (status == GDLRT_OK) return nullptr;
  CHECK(status == GDLRT_BAD_PROGRAM);
  std::vector<nlohmann::json> problems = lines(errors);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0]["code"] == "GDL7003");
  CHECK(!problems[0]["help"].get<std::string>().empty());
  return problems[0];
}

/// The same; its message, or nothing.
inline std::string refusal(const std::vector<std::uint8_t>& bytes) {
  nlohmann::json p = problem(bytes);
  return p.is_null() ? "" : p["message"].get<std::string>();
}

}  // namespace gdl::test
