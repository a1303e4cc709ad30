// See log.h: Windows has no FILE of one's own making, so this is a file for a short time, which Windows keeps in memory as long as
// it has room, and which goes when it is closed.
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>

#include <array>
#include <cstddef>

#include "log.h"

namespace gdl::proof {

Log::Log(std::uint64_t limit) : limit_(limit) {
  std::array<char, MAX_PATH + 1> folder{};
  std::array<char, MAX_PATH + 1> name{};
  if (::GetTempPathA(MAX_PATH, folder.data()) != 0 &&
      ::GetTempFileNameA(folder.data(), "gdl", 0, name.data()) != 0) {
    file_ = std::fopen(name.data(), "w+bTD");
  }
  if (file_ == nullptr) full_ = Unknown::Why::memory;
}

Log::~Log() {
  if (file_ != nullptr) std::fclose(file_);
}

void Log::flush() {
  std::array<char, std::size_t{1} << 16> piece{};
  bool good = std::fflush(file_) == 0 &&
              ::_fseeki64(file_, static_cast<__int64>(proof.steps.size()), SEEK_SET) == 0;
  for (std::size_t n = 1; good && n > 0;) {
    n = std::fread(piece.data(), 1, piece.size(), file_);
    if (n > 0) good = append(piece.data(), n);
  }
  good = good && std::ferror(file_) == 0 && ::_fseeki64(file_, 0, SEEK_END) == 0;
  if (!good && !full_) full_ = Unknown::Why::memory;
}

std::optional<Unknown::Why> Log::full() const {
  if (full_) return full_;
  const __int64 size = ::_ftelli64(file_);
  if (size < 0) return Unknown::Why::memory;
  return static_cast<std::uint64_t>(size) > limit_ ? std::optional(Unknown::Why::proof_bytes)
                                                   : std::nullopt;
}

}  // namespace gdl::proof
