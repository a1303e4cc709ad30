// See log.h: a FILE that appends to a string, and fails where that is full.
#include "log.h"

namespace gdl::proof {

Log::Log(std::uint64_t limit) : limit_(limit) {
  cookie_io_functions_t io{};
  io.write = [](void* self, const char* bytes, std::size_t n) -> ssize_t {
    return static_cast<Log*>(self)->append(bytes, n) ? static_cast<ssize_t>(n) : 0;
  };
  file_ = fopencookie(this, "w", io);
  if (file_ == nullptr) full_ = Unknown::Why::memory;
}

Log::~Log() {
  if (file_ != nullptr) std::fclose(file_);
}

void Log::flush() { std::fflush(file_); }

std::optional<Unknown::Why> Log::full() const { return full_; }

}  // namespace gdl::proof
