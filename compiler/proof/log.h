// The FILE that CaDiCaL writes its proof to, and that becomes a Proof: C libraries differ in what a FILE may be, so the
// operating system's file, log_posix.cpp or log_windows.cpp, says what it is.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>

#include "proof/solve.h"

namespace gdl::proof {

/// Holds at most `limit` bytes of steps; one that would be larger is full.
class Log {
 public:
  explicit Log(std::uint64_t limit);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Null if there is no room for one: then it is full from the beginning.
  [[nodiscard]] std::FILE* file() const { return file_; }
  /// What has been written to the file is in the proof, if it is not full.
  void flush();
  [[nodiscard]] std::optional<Unknown::Why> full() const;

  Proof proof;

 private:
  bool append(const char* bytes, std::size_t n) noexcept;
  std::uint64_t limit_;
  std::FILE* file_ = nullptr;
  std::optional<Unknown::Why> full_;
};

}  // namespace gdl::proof
